/* Everything that satchelctl says: documents and lines on stdout, remarks, progress and failures on stderr.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "client/cli/cli.h"
#include "client/erase.h"
#include "protocol/wire/message.h"

static gboolean progress_shown;

/* ---- failing ---- */

static void
say (const char *text)
{
  g_autofree char *line = satchel_cli_display_text (text, SATCHEL_CLI_ONE_LINE);

  if (progress_shown)
    fputs ("\r\033[K", stderr);
  progress_shown = FALSE;
  fflush (stdout);
  fprintf (stderr, "satchelctl: %s\n", line);
}

/* The server gave this device up for lost. */
static int
erase (SatchelCli *cli, const GError *reason)
{
  g_autofree char *directory = g_strdup (satchel_session_get_directory (cli->session));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_clear_pointer (&cli->session, satchel_session_close);
  if (!satchel_profile_erase (directory, &error))
    say (error->message);
  text = g_strdup_printf (_ ("%s Nothing of this profile is left here, unsent changes included."),
                          reason->message);
  say (text);
  return SATCHEL_CLI_FAILED;
}

int
satchel_cli_fail (SatchelCli *cli, const GError *error)
{
  gboolean nobody = cli->session != NULL && satchel_session_get_user (cli->session) == NULL &&
                    satchel_error_code (error) == SATCHEL_ERROR_UNAUTHENTICATED;
  g_autofree char *text =
      g_strconcat (error->message, nobody ? ": satchelctl login URL --user NAME" : NULL, NULL);

  if (cli->session != NULL && satchel_error_code (error) == SATCHEL_ERROR_WIPED)
    return erase (cli, error);
  say (text);
  switch (satchel_error_code (error)) {
  case SATCHEL_ERROR_UNREACHABLE:
  case SATCHEL_ERROR_OFFLINE:
    return SATCHEL_CLI_UNREACHABLE;
  default:
    return SATCHEL_CLI_FAILED;
  }
}

int
satchel_cli_misuse (SatchelCli *cli, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  say (text);
  return SATCHEL_CLI_USAGE;
}

/* ---- stdout ---- */

void
satchel_cli_print (SatchelCli *cli, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
}

void
satchel_cli_print_json (SatchelCli *cli, JsonNode *node)
{
  g_autofree char *text = satchel_json_print (node);

  puts (text);
}

void
satchel_cli_print_object (SatchelCli *cli, JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_alloc ();

  json_node_take_object (json_node_init (node, JSON_NODE_OBJECT), object);
  satchel_cli_print_json (cli, node);
}

char *
satchel_cli_dup_name (const char *entity, const char *id, gpointer data)
{
  SatchelCli *cli = data;
  char *name = cli->page != NULL ? satchel_online_dup_name (entity, id, cli->page) : NULL;

  return name != NULL ? name
                      : satchel_replica_dup_name (entity, id, satchel_session_get_replica (cli->session));
}

JsonNode *
satchel_cli_value_to_json (SatchelCli *cli, const SatchelField *field, const SatchelValue *value)
{
  g_autofree char *name = NULL;

  if (value != NULL && field->type == SATCHEL_TYPE_LOOKUP)
    name = satchel_cli_dup_name (satchel_value_get_entity (value), satchel_value_get_id (value), cli);
  return satchel_value_to_json (field, value, name);
}

/* ---- stderr ---- */

void
satchel_cli_note (SatchelCli *cli, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  if (cli->json)
    return;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  satchel_cli_progress (cli, NULL);
  fflush (stdout);
  fprintf (stderr, "%s\n", text);
}

void
satchel_cli_progress (SatchelCli *cli, const char *text)
{
  if (cli->json || !isatty (STDERR_FILENO) || (text == NULL && !progress_shown))
    return;
  fprintf (stderr, "\r\033[K%s", text != NULL ? text : "");
  fflush (stderr);
  progress_shown = text != NULL;
}

char *
satchel_cli_count (gint64 number, const char *one, const char *many)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " %s", number, ngettext (one, many, (gulong)number));
}

/* ---- what a terminal may see ---- */

/* Controls, and the marks that turn the direction of a line around. */
static gboolean
may_steer (gunichar c)
{
  return g_unichar_iscntrl (c) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *
satchel_cli_display_text (const char *text, SatchelCliLines lines)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *shown = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (c == '\n' && lines == SATCHEL_CLI_MANY_LINES)
      g_string_append_c (shown, '\n');
    else if (c == '\n' || c == '\t' || c == '\r')
      g_string_append_c (shown, ' ');
    else
      g_string_append_unichar (shown, may_steer (c) ? 0xfffd : c);
  }
  return g_string_free (shown, FALSE);
}

char *
satchel_cli_display_instant (gint64 ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M") : satchel_instant_to_text (ms);
}

static char *
display_lookup (SatchelCli *cli, const SatchelValue *value)
{
  const char *id = satchel_value_get_id (value);
  char *name = satchel_cli_dup_name (satchel_value_get_entity (value), id, cli);

  return name != NULL ? name : g_strdup (id);
}

char *
satchel_cli_display (SatchelCli *cli, const SatchelField *field, const SatchelValue *value,
                     SatchelCliLines lines)
{
  g_autofree char *text = NULL;

  if (value == NULL)
    return g_strdup ("");
  switch (field->type) {
  case SATCHEL_TYPE_CHOICE:
    text = g_strdup (satchel_field_get_label_of (field, satchel_value_get_string (value)));
    break;
  case SATCHEL_TYPE_MULTICHOICE:
    text = satchel_field_dup_labels_of (field, satchel_value_get_keys (value));
    break;
  case SATCHEL_TYPE_LOOKUP:
    text = display_lookup (cli, value);
    break;
  case SATCHEL_TYPE_DATETIME:
    text = satchel_cli_display_instant (satchel_value_get_integer (value));
    break;
  default:
    text = satchel_value_to_text (field, value);
    break;
  }
  return satchel_cli_display_text (text, lines);
}

/* ---- SIGINT ---- */

static volatile sig_atomic_t interrupted;

static void
note_interrupt (int signal_number)
{
  interrupted = 1;
}

gboolean
satchel_cli_interrupted (void)
{
  static gboolean installed;

  if (!installed) {
    const struct sigaction action = { .sa_handler = note_interrupt };

    sigaction (SIGINT, &action, NULL);
    installed = TRUE;
  }
  return interrupted != 0;
}
