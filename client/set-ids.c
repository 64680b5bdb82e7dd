/* RFC 9562, 6.2: a counter that begins at random, in the last 48 bits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/set-ids.h"

#include <string.h>

#define TIME_CHARS 14 /* with the dash behind them: "0192f5c3-1a2b-" */
#define LAST       24 /* where the last twelve digits begin */
#define MASK       ((G_GUINT64_CONSTANT (1) << 48) - 1)

char *
satchel_set_ids_make (SatchelSetIds *ids, const SatchelClock *clock)
{
  char *id = satchel_id_new (clock);

  if (ids->first == NULL) {
    ids->first = g_strdup (id);
    ids->next = g_ascii_strtoull (id + LAST, NULL, 16);
  }
  memcpy (id + TIME_CHARS, ids->first + TIME_CHARS, LAST - TIME_CHARS);
  g_snprintf (id + LAST, SATCHEL_ID_LENGTH + 1 - LAST, "%012" G_GINT64_MODIFIER "x", ids->next);
  ids->next = (ids->next + 1) & MASK;
  return id;
}

void
satchel_set_ids_clear (SatchelSetIds *ids)
{
  g_clear_pointer (&ids->first, g_free);
}
