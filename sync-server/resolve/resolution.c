/* The shared state of one change set's resolution.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/resolve/resolution.h"

#include "protocol/error.h"
#include "sync-server/resolve/lookup.h"
#include "sync-server/scope/cursor.h"

void
satchel_resolution_init (SatchelResolution *resolution, SatchelStore *store, const SatchelRights *rights,
                         const SatchelClock *clock, gint64 now_ms, const char *device,
                         const SatchelChangeSet *set, SatchelSight *sight)
{
  const SatchelChange *first = set->changes->pdata[0];

  *resolution = (SatchelResolution){
    .store = store,
    .rights = rights,
    .clock = clock,
    .user = satchel_rights_get_user (rights),
    .device = device,
    .set = set,
    .sight = sight,
    .lookups = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_lookup_free),
    .heads = g_ptr_array_new_with_free_func (satchel_resolve_head_free),
  };
  resolution->commit = (SatchelCommit){
    .at_ms = now_ms,
    .made_at_ms = MIN (set->made_at_ms, now_ms), /* nobody wrote in the future */
    .user = resolution->user,
    .device = device,
    .op = first->kind == SATCHEL_CHANGE_ACTION ? first->action : satchel_change_kind_name (first->kind),
  };
}

void
satchel_resolution_clear (SatchelResolution *resolution)
{
  g_clear_pointer (&resolution->lookups, g_ptr_array_unref);
  g_clear_pointer (&resolution->heads, g_ptr_array_unref);
}

gboolean
satchel_resolution_is_exact (const SatchelResolution *resolution)
{
  return !resolution->inexact && resolution->n_exact > 0 && resolution->n_exact == resolution->commit.n;
}

gboolean
satchel_resolution_get_seen (SatchelResolution *resolution, const SatchelChange *change, gint64 *s,
                             GError **error)
{
  SatchelStore *store = resolution->store;
  SatchelSight *sight = resolution->sight;
  SatchelCursor cursor;
  gint64 restored_s;

  *s = 0;
  if (change->seen == NULL)
    return TRUE;
  if (g_strcmp0 (change->seen, sight->cursor) == 0) {
    *s = sight->s;
    return TRUE;
  }
  if (!satchel_cursor_from_text (change->seen, store->secret, sizeof store->secret, resolution->user, &cursor,
                                 error) ||
      !satchel_store_get_restored_s (store, cursor.epoch, &restored_s, error))
    return FALSE;
  /* What was seen of an interval that a restore has undone was not seen of what stands there now. */
  *s = restored_s >= 0 ? MIN (cursor.s, restored_s) : cursor.s;
  *sight = (SatchelSight){ change->seen, *s };
  return TRUE;
}
