/* What a serving process does from time to time: filters for which it is time, and what nobody needs any
 * more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/limits.h"
#include "sync-server/blobs/blobs.h"
#include "sync-server/scope/filters.h"
#include "sync-server/server-private.h"
#include "sync-server/store/floor.h"
#include "sync-server/store/scopes.h"

#define COLLECT_INTERVAL_MS (24 * 60 * 60 * 1000)

void
satchel_server_note_scope (SatchelServer *server, const char *digest)
{
  g_mutex_lock (&server->lock);
  if (!g_hash_table_contains (server->used_scopes, digest))
    g_hash_table_add (server->used_scopes, g_strdup (digest));
  g_mutex_unlock (&server->lock);
}

static gboolean
pass_filters (SatchelServer *server, SatchelCommit *commit, GError **error)
{
  gboolean changed;
  gint64 due_ms;

  if (!satchel_filters_next_due (server->writer, &due_ms, error))
    return FALSE;
  return due_ms > commit->at_ms || (satchel_feed_begin (server->writer, commit, error) &&
                                    satchel_filters_pass (server->writer, commit, &changed, error));
}

/* What devices have pulled with since the last time. */
static gboolean
mark_used (SatchelServer *server, gint64 now_ms, GError **error)
{
  g_autoptr (GHashTable) used = NULL;
  GHashTableIter iter;
  gpointer digest;

  g_mutex_lock (&server->lock);
  used = server->used_scopes;
  server->used_scopes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_unlock (&server->lock);
  g_hash_table_iter_init (&iter, used);
  while (g_hash_table_iter_next (&iter, &digest, NULL)) {
    if (!satchel_scopes_touch (server->writer, digest, now_ms, error))
      return FALSE;
  }
  return TRUE;
}

/* A scope is kept as long as a cursor may name it, and a filter as long as a scope that is kept. */
static gboolean
collect (SatchelServer *server, SatchelCommit *commit, GError **error)
{
  SatchelStore *store = server->writer;
  const gint64 before_ms = commit->at_ms - SATCHEL_DEPARTED_KEPT_MS;
  gint64 n_scopes;

  if (!mark_used (server, commit->at_ms, error) || !satchel_floor_raise (store, before_ms, error) ||
      !satchel_scopes_collect (store, before_ms, &n_scopes, error))
    return FALSE;
  if (n_scopes == 0)
    return TRUE;
  /* Whoever has such a scope in its cache finds that it is incomplete. */
  satchel_store_rights_changed (store);
  return (commit->s != 0 || satchel_feed_begin (store, commit, error)) &&
         satchel_filters_collect (store, commit, before_ms, error);
}

static gboolean
tend (SatchelServer *server, gint64 now_ms, gboolean collects, GError **error)
{
  SatchelCommit commit = { .at_ms = now_ms, .made_at_ms = now_ms, .op = "tend" };

  return pass_filters (server, &commit, error) && (!collects || collect (server, &commit, error));
}

gboolean
satchel_server_tend (SatchelServer *server, GError **error)
{
  const gint64 now_ms = satchel_clock_now_ms (server->clock);
  const gboolean collects = now_ms - server->collected_at_ms >= COLLECT_INTERVAL_MS;

  if (!satchel_server_begin_write (server, error) ||
      !satchel_server_end_write (server, tend (server, now_ms, collects, error), error) ||
      (collects && !satchel_server_collect_blobs (server, error)))
    return FALSE;
  if (collects)
    server->collected_at_ms = now_ms;
  return TRUE;
}
