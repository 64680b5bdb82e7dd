/* A count for each name that is in.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/crowd.h"

struct _SatchelCrowd {
  guint most;
  GMutex mutex;
  GHashTable *counts; /* name → number, never 0 */
};

SatchelCrowd *
satchel_crowd_new (guint most)
{
  SatchelCrowd *crowd = g_new0 (SatchelCrowd, 1);

  crowd->most = most;
  g_mutex_init (&crowd->mutex);
  crowd->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return crowd;
}

void
satchel_crowd_free (SatchelCrowd *crowd)
{
  if (crowd == NULL)
    return;
  g_assert (g_hash_table_size (crowd->counts) == 0);
  g_hash_table_unref (crowd->counts);
  g_mutex_clear (&crowd->mutex);
  g_free (crowd);
}

gboolean
satchel_crowd_enter (SatchelCrowd *crowd, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&crowd->mutex);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (crowd->counts, name));

  if (count >= crowd->most)
    return FALSE;
  g_hash_table_insert (crowd->counts, g_strdup (name), GUINT_TO_POINTER (count + 1));
  return TRUE;
}

void
satchel_crowd_leave (SatchelCrowd *crowd, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&crowd->mutex);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (crowd->counts, name));

  g_assert (count > 0);
  if (count == 1)
    g_hash_table_remove (crowd->counts, name);
  else
    g_hash_table_insert (crowd->counts, g_strdup (name), GUINT_TO_POINTER (count - 1));
}
