/* The command line: options anywhere, the global ones among them, and the words that name things in the
 * metadata.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "client/cli/cli.h"
#include "protocol/error.h"
#include "protocol/integer.h"

typedef enum { TAKEN_NOT, TAKEN, TAKEN_WRONG } Taken;

/* The option's value: after "=", or the next argument, which is then skipped. */
static const char *
take_text (int argc, char **argv, int *i, const char *inline_text)
{
  if (inline_text != NULL)
    return inline_text;
  return *i + 1 < argc ? argv[++*i] : NULL;
}

static Taken
take_option (SatchelCli *cli, const SatchelCliOption *option, int argc, char **argv, int *i)
{
  const char *word = argv[*i] + 2;
  gsize length = strcspn (word, "=");
  const char *inline_text = word[length] == '=' ? word + length + 1 : NULL;

  if (strlen (option->name) != length || strncmp (option->name, word, length) != 0)
    return TAKEN_NOT;
  if (option->flag != NULL && inline_text == NULL) {
    *option->flag = TRUE;
    return TAKEN;
  }
  if (option->flag != NULL) {
    satchel_cli_misuse (cli, _ ("--%s takes no value"), option->name);
    return TAKEN_WRONG;
  }
  *option->text = take_text (argc, argv, i, inline_text);
  if (*option->text != NULL)
    return TAKEN;
  satchel_cli_misuse (cli, _ ("--%s needs a value"), option->name);
  return TAKEN_WRONG;
}

/* Looks @argv[*i] up among @options, then among the global ones. */
static gboolean
take_any_option (SatchelCli *cli, const SatchelCliOption *options, const SatchelCliOption *global, int argc,
                 char **argv, int *i)
{
  const SatchelCliOption *const lists[] = { options, global };

  for (guint list = 0; list < G_N_ELEMENTS (lists); list++) {
    for (const SatchelCliOption *option = lists[list]; option != NULL && option->name != NULL; option++) {
      Taken taken = take_option (cli, option, argc, argv, i);

      if (taken != TAKEN_NOT)
        return taken == TAKEN;
    }
  }
  satchel_cli_misuse (cli, _ ("there is no option “%s” here"), argv[*i]);
  return FALSE;
}

/* Nothing that is not UTF-8 goes any further; messages can then quote it. */
static gboolean
check_encoding (SatchelCli *cli, int argc, char **argv)
{
  for (int i = 1; i < argc; i++) {
    if (!g_utf8_validate (argv[i], -1, NULL)) {
      satchel_cli_misuse (cli, _ ("argument %d is not UTF-8"), i);
      return FALSE;
    }
  }
  return TRUE;
}

static void
open_profile (SatchelCli *cli, GError **error)
{
  cli->session = satchel_session_open_sealed (NULL, cli->profile, cli->registry, cli->clock, error);
}

/* What cannot be opened can be made anew, by the one command that does so. */
static void
salvage_profile (SatchelCli *cli, GError **error)
{
  g_autofree char *said = g_strdup ((*error)->message);

  g_clear_error (error);
  if (cli->rebuild == NULL || !*cli->rebuild) {
    g_set_error (
        error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT,
        _ ("%s; satchelctl doctor --rebuild makes it anew with the unsent changes that can still be read"),
        said);
  } else if (satchel_session_salvage (NULL, cli->profile, cli->registry, &cli->lost, error)) {
    cli->rebuilt = TRUE;
    open_profile (cli, error);
  }
}

static gboolean
open_session (SatchelCli *cli, int *status)
{
  g_autoptr (GError) error = NULL;

  open_profile (cli, &error);
  if (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT))
    salvage_profile (cli, &error);
  if (cli->session != NULL) {
    cli->registry = satchel_session_get_registry (cli->session);
    return TRUE;
  }
  *status = satchel_cli_fail (cli, error);
  return FALSE;
}

char **
satchel_cli_begin (SatchelCli *cli, int argc, char **argv, const SatchelCliOption *options, int least,
                   int most, int *status)
{
  const char *profile = NULL;
  gboolean help = FALSE, only_words = FALSE;
  const SatchelCliOption global[] = {
    { "json", &cli->json, NULL },
    { "profile", NULL, &profile },
    { "help", &help, NULL },
    { 0 },
  };
  g_autofree char **words = g_new0 (char *, argc + 1);
  int n_words = 0;

  *status = SATCHEL_CLI_USAGE;
  if (!check_encoding (cli, argc, argv))
    return NULL;
  for (int i = 1; i < argc; i++) {
    if (!only_words && g_str_equal (argv[i], "-h"))
      help = TRUE;
    else if (only_words || !g_str_has_prefix (argv[i], "--"))
      words[n_words++] = argv[i];
    else if (argv[i][2] == '\0')
      only_words = TRUE;
    else if (!take_any_option (cli, options, global, argc, argv, &i))
      return NULL;
  }
  if (help) {
    printf (_ ("usage: satchelctl %s\n  %s\n"), cli->usage, _ (cli->help));
    *status = SATCHEL_CLI_DONE;
    return NULL;
  }
  if (n_words < least || (most >= 0 && n_words > most)) {
    satchel_cli_misuse (cli, _ ("usage: satchelctl %s"), cli->usage);
    return NULL;
  }
  if (profile != NULL) {
    g_free (cli->profile);
    cli->profile = g_strdup (profile);
  }
  return open_session (cli, status) ? g_steal_pointer (&words) : NULL;
}

/* ---- words ---- */

const SatchelEntity *
satchel_cli_entity (SatchelCli *cli, const char *name)
{
  g_autoptr (GError) error = NULL;
  const SatchelEntity *entity = satchel_registry_require (cli->registry, name, &error);

  if (entity == NULL)
    satchel_cli_misuse (cli, "%s", error->message);
  return entity;
}

const SatchelField *
satchel_cli_field (SatchelCli *cli, const SatchelEntity *entity, const char *name)
{
  g_autoptr (GError) error = NULL;
  const SatchelField *field = satchel_registry_require_field (cli->registry, entity, name, &error);

  if (field == NULL)
    satchel_cli_misuse (cli, "%s", error->message);
  return field;
}

SatchelPredicate *
satchel_cli_predicate (SatchelCli *cli, const SatchelEntity *entity, const char *text)
{
  g_autoptr (GError) error = NULL;
  SatchelPredicate *predicate = satchel_predicate_parse (cli->registry, entity, text, &error);

  if (predicate == NULL)
    satchel_cli_misuse (cli, "%s", error->message);
  return predicate;
}

gboolean
satchel_cli_number (SatchelCli *cli, const char *option, const char *text, gint64 *number)
{
  if (text == NULL || satchel_integer_parse (text, 0, G_MAXINT64, number))
    return TRUE;
  satchel_cli_misuse (cli, _ ("--%s needs a whole number that is not negative, not “%s”"), option, text);
  return FALSE;
}

/* ---- files ---- */

GBytes *
satchel_cli_read (const char *path, gsize most, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const gboolean piped = g_str_equal (path, "-");
  FILE *file = piped ? stdin : fopen (path, "rbe");
  gboolean failed = file == NULL;
  guint8 piece[64 * 1024];
  gsize n;

  while (!failed && bytes->len <= most && (n = fread (piece, 1, sizeof piece, file)) > 0)
    g_byte_array_append (bytes, piece, (guint)n);
  failed = failed || ferror (file);
  if (failed)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s: %s", path, g_strerror (errno));
  if (file != NULL && !piped)
    fclose (file);
  if (!failed && bytes->len > most) {
    failed = TRUE;
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, _ ("%s is too large for a message"), path);
  }
  return failed ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
