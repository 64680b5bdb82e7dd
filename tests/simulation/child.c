/* Running children, and leaving out of a script what is not needed for its failure (delta debugging: Zeller
 * and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/lib/fixture.h"

#define BAIL "Bail out! "
#define DAYS "# device-days "

void
sim_end_clear (SimEnd *end)
{
  g_free (end->failure);
}

/* The last line that begins with @prefix, without it; owned, or NULL. */
static char *
find_line (const char *output, const char *prefix)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  for (guint i = g_strv_length (lines); i > 0; i--)
    if (g_str_has_prefix (lines[i - 1], prefix))
      return g_strdup (lines[i - 1] + strlen (prefix));
  return NULL;
}

void
sim_child_run (const char *const *variables, const char *scratch, SimEnd *end)
{
  char *arguments[] = { (char *)"/proc/self/exe", NULL };
  g_auto (GStrv) environment = g_get_environ ();
  g_autofree char *output = NULL, *own = g_file_read_link (arguments[0], NULL);
  g_autoptr (GError) error = NULL;
  int status;
  for (guint i = 0; variables[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (variables[i], "=", 2);
    environment = g_environ_setenv (environment, parts[0], parts[1], TRUE);
  }
  if (scratch != NULL)
    environment = g_environ_setenv (environment, "TMPDIR", scratch, TRUE);
  arguments[0] = own;
  if (!g_spawn_sync (NULL, arguments, environment,
                     scratch != NULL ? G_SPAWN_STDERR_TO_DEV_NULL : G_SPAWN_DEFAULT, NULL, NULL, &output,
                     NULL, &status, &error))
    g_error ("a world cannot begin: %s", error->message);
  g_autofree char *days = find_line (output, DAYS);
  *end = (SimEnd){ .device_days = days != NULL ? g_ascii_strtod (days, NULL) : 0 };
  if (WIFSIGNALED (status))
    end->failure = g_strdup_printf ("signal %d", WTERMSIG (status));
  else if (status != 0)
    end->failure = find_line (output, BAIL);
  if (status != 0 && end->failure == NULL)
    end->failure = g_strdup ("it failed without a word");
}

/* ---- shrinking ---- */

typedef struct {
  char *first;      /* "world SEED DEVICES" */
  GPtrArray *lines; /* borrowed from the text that was read */
  char *failure;    /* what must go on failing */
  gint64 until_us;
  char *directory; /* for candidates and their worlds */
} Shrinking;

/* What makes two failures the same: the invariant, or the words before the first colon without what is of
 * this world. */
static char *
kind_of (const char *failure)
{
  g_autoptr (GRegex) own = g_regex_new ("[0-9]+|\\([a-z]+\\)|“[^”]*”", 0, 0, NULL);
  g_autofree char *text = g_str_has_prefix (failure, "seed ") && strchr (failure, ':') != NULL
                              ? g_strdup (strchr (failure, ':') + 2)
                              : g_strdup (failure);
  char *colon = strchr (text, ':');
  if (colon != NULL)
    *colon = '\0';
  return g_ascii_isdigit (*text) ? g_steal_pointer (&text)
                                 : g_regex_replace_literal (own, text, -1, 0, "", 0, NULL);
}

static char *
to_text (const Shrinking *shrinking, const char *first, guint from, guint n)
{
  GString *text = g_string_new (first);
  for (guint i = 0; i < shrinking->lines->len; i++)
    if (i < from || i >= from + n)
      g_string_append_printf (text, "\n%s", (char *)shrinking->lines->pdata[i]);
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

/* Whether it fails the same way without @n lines from @from on. */
static gboolean
fails_without (Shrinking *shrinking, const char *first, guint from, guint n)
{
  char *world = fixture_dir_new ();
  g_autofree char *file = g_build_filename (shrinking->directory, "candidate", NULL);
  g_autofree char *text = to_text (shrinking, first, from, n);
  g_autofree char *variable = g_strconcat ("SATCHEL_SIM_SCRIPT=", file, NULL);
  const char *const variables[] = { variable, NULL };
  g_auto (SimEnd) end = { 0 };
  g_autofree char *kind = NULL;
  if (!g_file_set_contents (file, text, -1, NULL))
    g_error ("%s cannot be written", file);
  sim_child_run (variables, world, &end);
  fixture_dir_remove (world);
  kind = end.failure != NULL ? kind_of (end.failure) : NULL;
  return g_strcmp0 (kind, shrinking->failure) == 0;
}

static gboolean
is_time_over (const Shrinking *shrinking)
{
  return g_get_monotonic_time () > shrinking->until_us;
}

/* From the end: what came last is rarely the cause of what came before. */
static gboolean
leave_out (Shrinking *shrinking, guint n)
{
  gboolean any = FALSE;
  for (guint end = shrinking->lines->len; end > 0 && !is_time_over (shrinking);) {
    guint from = end > n ? end - n : 0;
    if (fails_without (shrinking, shrinking->first, from, end - from)) {
      g_ptr_array_remove_range (shrinking->lines, from, end - from);
      any = TRUE;
    }
    end = from;
  }
  return any;
}

static void
leave_out_devices (Shrinking *shrinking)
{
  guint64 seed;
  guint n_devices;
  if (sscanf (shrinking->first, "world %" G_GINT64_MODIFIER "u %u", &seed, &n_devices) != 2)
    return;
  for (guint n = 1; n < n_devices && !is_time_over (shrinking); n++) {
    g_autofree char *first = g_strdup_printf ("world %" G_GINT64_MODIFIER "u %u", seed, n);
    if (fails_without (shrinking, first, 0, 0)) {
      g_free (shrinking->first);
      shrinking->first = g_steal_pointer (&first);
      return;
    }
  }
}

char *
sim_shrink (const char *file, const char *failure, guint seconds)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (file, &text, NULL, NULL))
    g_error ("the script %s cannot be read", file);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  Shrinking shrinking = { .first = g_strdup (lines[0]), .lines = g_ptr_array_new () };
  shrinking.failure = kind_of (failure);
  shrinking.until_us = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  shrinking.directory = fixture_dir_new ();
  for (guint i = 1; lines[i] != NULL; i++)
    g_ptr_array_add (shrinking.lines, lines[i]);
  for (guint n = shrinking.lines->len / 2; n > 0;)
    if (!leave_out (&shrinking, n) || n > 1) /* single lines again and again, until all are needed */
      n = is_time_over (&shrinking) ? 0 : n / 2;
  leave_out_devices (&shrinking);
  char *shortest = to_text (&shrinking, shrinking.first, 0, 0);
  fixture_dir_remove (shrinking.directory);
  g_ptr_array_unref (shrinking.lines);
  g_free (shrinking.failure);
  g_free (shrinking.first);
  return shortest;
}
