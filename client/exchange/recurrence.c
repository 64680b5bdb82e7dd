/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/recurrence.h"

#include <string.h>

static gboolean
is_rule (const char *text)
{
  return strstr (text, "FREQ=") != NULL &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=;,+-") == strlen (text);
}

/* "20261005", "20261005T090000", with a Z or without. */
static gboolean
is_time (const char *text)
{
  gsize day = strspn (text, "0123456789");

  if (day != 8 || text[8] == '\0')
    return day == 8;
  return text[8] == 'T' && strspn (text + 9, "0123456789") == 6 &&
         (text[15] == '\0' || (text[15] == 'Z' && text[16] == '\0'));
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, each once. NULL: one of them is no time. */
static GStrv
read_times (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  guint n = g_strv_length (words), kept = 0;

  for (guint i = 0; i < n; i++) {
    if (!is_time (words[i]))
      return NULL;
  }
  qsort (words, n, sizeof *words, compare);
  for (guint i = 0; i < n; i++) {
    if (kept > 0 && g_str_equal (words[kept - 1], words[i]))
      g_free (words[i]);
    else
      words[kept++] = words[i];
    if (kept <= i)
      words[i] = NULL;
  }
  words[kept] = NULL;
  return g_steal_pointer (&words);
}

static gboolean
read_part (SatchelRecurrence *recurrence, const char *part, gboolean is_first)
{
  if (g_str_has_prefix (part, "EXDATE=") && recurrence->exdates == NULL)
    return (recurrence->exdates = read_times (part + strlen ("EXDATE="))) != NULL;
  if (g_str_has_prefix (part, "RDATE=") && recurrence->rdates == NULL)
    return (recurrence->rdates = read_times (part + strlen ("RDATE="))) != NULL;
  if (g_str_has_prefix (part, "EXRULE=") && recurrence->exrule == NULL &&
      is_rule (part + strlen ("EXRULE="))) {
    recurrence->exrule = g_strdup (part + strlen ("EXRULE="));
    return TRUE;
  }
  if (g_str_has_prefix (part, "RRULE:"))
    part += strlen ("RRULE:");
  if (!is_first || !is_rule (part))
    return FALSE;
  recurrence->rule = g_strdup (part);
  return TRUE;
}

gboolean
satchel_recurrence_parse (const char *text, SatchelRecurrence *recurrence)
{
  g_autofree char *upper = g_strstrip (g_ascii_strup (text, -1));
  g_auto (GStrv) parts = g_strsplit (upper, " ", -1);
  gboolean is_first = TRUE;

  *recurrence = (SatchelRecurrence){ 0 };
  for (guint i = 0; parts[i] != NULL; i++) {
    if (*parts[i] == '\0')
      continue;
    if (!read_part (recurrence, parts[i], is_first)) {
      satchel_recurrence_clear (recurrence);
      return FALSE;
    }
    is_first = FALSE;
  }
  if (recurrence->exdates == NULL)
    recurrence->exdates = g_new0 (char *, 1);
  if (recurrence->rdates == NULL)
    recurrence->rdates = g_new0 (char *, 1);
  return TRUE;
}

static void
append (GString *text, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (text, "%s%s%s", text->len > 0 ? " " : "", name, value);
}

char *
satchel_recurrence_to_text (const SatchelRecurrence *recurrence)
{
  GString *text = g_string_new (NULL);
  g_autofree char *exdates = g_strjoinv (",", recurrence->exdates);
  g_autofree char *rdates = g_strjoinv (",", recurrence->rdates);

  append (text, "", recurrence->rule);
  append (text, "EXDATE=", exdates);
  append (text, "RDATE=", rdates);
  append (text, "EXRULE=", recurrence->exrule);
  return g_string_free (text, text->len == 0);
}

void
satchel_recurrence_clear (SatchelRecurrence *recurrence)
{
  g_clear_pointer (&recurrence->rule, g_free);
  g_clear_pointer (&recurrence->exrule, g_free);
  g_clear_pointer (&recurrence->exdates, g_strfreev);
  g_clear_pointer (&recurrence->rdates, g_strfreev);
}
