/* What a device wrote itself and knows the outcome of does not come back to it.
 *
 * A row stays out when nothing but the commits named with the request has changed it since the cursor: the
 * server said of these sets that the records became just what they say (satchel_resolution_is_exact). All
 * other rows come as ever, with all that changed in them, own or not, and replace what the device made of its
 * sets by itself.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/pull-private.h"
#include "sync-server/store/feed.h"

/* All of them or none: after a server's file was put back by hand the same numbers are others' commits. */
gboolean
satchel_pulling_take_own (SatchelPulling *pull, const char *device, const GArray *ranges, gboolean *taken,
                          GError **error)
{
  *taken = FALSE;
  if (pull->since < 0 || ranges == NULL)
    return TRUE;
  for (guint i = 0; i < ranges->len; i += 2) {
    const gint64 first = g_array_index (ranges, gint64, i), last = g_array_index (ranges, gint64, i + 1);
    gint64 n_own;

    if (!satchel_feed_count_commits (pull->store, device, first, last, &n_own, error))
      return FALSE;
    if (n_own - 1 != last - first)
      return TRUE;
  }
  pull->own = ranges;
  *taken = TRUE;
  return TRUE;
}
