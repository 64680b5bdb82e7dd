/* The last lines and when they were printed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/complaint.h"

/* Paths and names in messages could make ever new lines: beyond these all are forgotten and printed anew. */
#define MOST_LINES 64

typedef struct {
  gint64 printed_ms;
  guint withheld; /* since then */
} Line;

char *
satchel_complaint_say (const char *what, const char *message, gint64 now_ms)
{
  static GMutex mutex;
  static GHashTable *lines; /* text → Line */
  g_autofree char *text =
      g_strdup_printf ("%s%s%s", what != NULL ? what : "", what != NULL ? ": " : "", message);
  char *said = NULL;
  Line *line;

  g_mutex_lock (&mutex);
  if (lines == NULL)
    lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  line = g_hash_table_lookup (lines, text);
  if (line != NULL && now_ms < line->printed_ms + SATCHEL_COMPLAINT_PAUSE_MS) {
    line->withheld++;
  } else {
    if (line != NULL && line->withheld > 0)
      said = g_strdup_printf ("%s (and %u times since the last such line)", text, line->withheld);
    else
      said = g_strdup (text);
    if (line == NULL) {
      if (g_hash_table_size (lines) >= MOST_LINES)
        g_hash_table_remove_all (lines);
      line = g_new0 (Line, 1);
      g_hash_table_insert (lines, g_steal_pointer (&text), line);
    }
    *line = (Line){ .printed_ms = now_ms };
  }
  g_mutex_unlock (&mutex);
  return said;
}

void
satchel_complain (const char *what, const char *message)
{
  g_autofree char *said = satchel_complaint_say (what, message, g_get_monotonic_time () / 1000);

  if (said != NULL)
    g_printerr ("satchel-server: %s\n", said);
}
