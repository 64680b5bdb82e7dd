/* What a serving process does from time to time: filters for which it is time, what a later program
 * brings along, and what nobody needs any more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/limits.h"
#include "sync-server/blobs/blobs.h"
#include "sync-server/scope/filters.h"
#include "sync-server/security/default-filters.h"
#include "sync-server/server-private.h"
#include "sync-server/store/devices.h"
#include "sync-server/store/floor.h"
#include "sync-server/store/scopes.h"

#define COLLECT_INTERVAL_MS (24 * 60 * 60 * 1000)

void
satchel_server_note_scope (SatchelServer *server, const char *device, const char *digest)
{
  g_mutex_lock (&server->lock);
  if (g_strcmp0 (g_hash_table_lookup (server->used_scopes, device), digest) != 0)
    g_hash_table_insert (server->used_scopes, g_strdup (device), g_strdup (digest));
  g_mutex_unlock (&server->lock);
}

gboolean
satchel_server_refuse_costly (SatchelServer *server, GError **error)
{
  g_autoptr (GPtrArray) costly = NULL;

  g_mutex_lock (&server->lock);
  costly = g_steal_pointer (&server->costly);
  g_mutex_unlock (&server->lock);
  for (guint i = 0; costly != NULL && i < costly->len; i++) {
    const SatchelCostly *one = costly->pdata[i];

    if (!satchel_filters_refuse (server->writer, one->bucket, one->user, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
pass_filters (SatchelServer *server, SatchelCommit *commit, GError **error)
{
  gboolean changed;
  gint64 due_ms;

  if (!satchel_filters_next_due (server->writer, &due_ms, error))
    return FALSE;
  return due_ms > commit->at_ms || ((commit->s != 0 || satchel_feed_begin (server->writer, commit, error)) &&
                                    satchel_filters_pass (server->writer, commit, &changed, error));
}

/* What devices have pulled with since the last time. */
static gboolean
mark_used (SatchelServer *server, gint64 now_ms, GError **error)
{
  g_autoptr (GHashTable) used = NULL;
  GHashTableIter iter;
  gpointer device, digest;

  g_mutex_lock (&server->lock);
  used = server->used_scopes;
  server->used_scopes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_mutex_unlock (&server->lock);
  g_hash_table_iter_init (&iter, used);
  while (g_hash_table_iter_next (&iter, &device, &digest)) {
    if (!satchel_scopes_touch (server->writer, digest, now_ms, error) ||
        !satchel_devices_set_scope (server->writer, device, digest, error))
      return FALSE;
  }
  return TRUE;
}

/* A text is kept as long as a cursor may name it. */
static gboolean
collect_texts (SatchelServer *server, gint64 now_ms, GError **error)
{
  SatchelStore *store = server->writer;
  const gint64 before_ms = now_ms - SATCHEL_DEPARTED_KEPT_MS;
  gint64 n_scopes;

  if (!mark_used (server, now_ms, error) || !satchel_floor_raise (store, before_ms, error) ||
      !satchel_scopes_collect (store, before_ms, &n_scopes, error))
    return FALSE;
  /* Whoever has such a scope in its cache finds that it is incomplete. */
  if (n_scopes > 0)
    satchel_store_caches_stale (store);
  return TRUE;
}

static gboolean
tend (SatchelServer *server, gint64 now_ms, gboolean collects, gboolean *more, GError **error)
{
  SatchelStore *store = server->writer;
  SatchelCommit commit = { .at_ms = now_ms, .made_at_ms = now_ms, .op = "tend" };

  *more = FALSE;
  if (!satchel_server_refuse_costly (server, error) ||
      !satchel_default_filters_follow (store, &commit, server->clock, error) ||
      !pass_filters (server, &commit, error) || (collects && !collect_texts (server, now_ms, error)))
    return FALSE;
  if (!collects && !server->collecting)
    return TRUE;
  return (commit.s != 0 || satchel_feed_begin (store, &commit, error)) &&
         satchel_filters_collect (store, &commit, now_ms - SATCHEL_FILTER_UNUSED_MS, more, error);
}

gboolean
satchel_server_tend (SatchelServer *server, GError **error)
{
  const gint64 now_ms = satchel_clock_now_ms (server->clock);
  const gboolean collects = now_ms - server->collected_at_ms >= COLLECT_INTERVAL_MS;
  gboolean more;

  if (!satchel_server_begin_write (server, error) ||
      !satchel_server_end_write (server, tend (server, now_ms, collects, &more, error), error))
    return FALSE;
  server->collecting = more;
  if (collects && !satchel_server_collect_blobs (server, error))
    return FALSE;
  if (collects)
    server->collected_at_ms = now_ms;
  return TRUE;
}
