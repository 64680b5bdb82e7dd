/* Lines by what they follow from, of one S.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/deltas.h"

#define MOST_BYTES ((gsize)4 * 1024 * 1024) /* of all of them */
#define ENTRY_COST 256                      /* beside the lines: the key, and what holds it */

typedef struct {
  GBytes *lines;
  gint64 n_rows;
} Delta;

struct _SatchelDeltas {
  GMutex lock;
  gint64 s;
  gsize n_bytes;
  GHashTable *deltas; /* key → Delta */
};

static void
delta_free (Delta *delta)
{
  g_bytes_unref (delta->lines);
  g_free (delta);
}

SatchelDeltas *
satchel_deltas_new (void)
{
  SatchelDeltas *deltas = g_new0 (SatchelDeltas, 1);

  g_mutex_init (&deltas->lock);
  deltas->deltas = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)delta_free);
  return deltas;
}

void
satchel_deltas_free (SatchelDeltas *deltas)
{
  g_hash_table_unref (deltas->deltas);
  g_mutex_clear (&deltas->lock);
  g_free (deltas);
}

GBytes *
satchel_deltas_find (SatchelDeltas *deltas, gint64 s, const char *key, gint64 *n_rows)
{
  const Delta *delta;
  GBytes *lines = NULL;

  g_mutex_lock (&deltas->lock);
  delta = deltas->s == s ? g_hash_table_lookup (deltas->deltas, key) : NULL;
  if (delta != NULL) {
    lines = g_bytes_ref (delta->lines);
    *n_rows = delta->n_rows;
  }
  g_mutex_unlock (&deltas->lock);
  return lines;
}

/* Drops what is of an earlier S. A reader may itself still see one that others have left: FALSE. */
static gboolean
advance (SatchelDeltas *deltas, gint64 s)
{
  if (s > deltas->s) {
    g_hash_table_remove_all (deltas->deltas);
    deltas->n_bytes = 0;
    deltas->s = s;
  }
  return s == deltas->s;
}

void
satchel_deltas_keep (SatchelDeltas *deltas, gint64 s, const char *key, const char *lines, gsize size,
                     gint64 n_rows)
{
  g_mutex_lock (&deltas->lock);
  if (advance (deltas, s) && deltas->n_bytes + size + ENTRY_COST <= MOST_BYTES &&
      !g_hash_table_contains (deltas->deltas, key)) {
    Delta *delta = g_new (Delta, 1);

    *delta = (Delta){ g_bytes_new (lines, size), n_rows };
    g_hash_table_insert (deltas->deltas, g_strdup (key), delta);
    deltas->n_bytes += size + ENTRY_COST;
  }
  g_mutex_unlock (&deltas->lock);
}
