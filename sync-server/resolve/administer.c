/* Effects of a plan, written as they are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/resolve/administer.h"

#include "protocol/rules/actions.h"
#include "protocol/rules/validate.h"
#include "sync-server/resolve/source.h"
#include "sync-server/store/rows.h"

static gboolean
write_effect (SatchelStore *store, SatchelCommit *commit, const SatchelEffect *effect, const char *action,
              GError **error)
{
  if (effect->after == NULL)
    return satchel_rows_delete (store, commit, effect->before, error);
  if (!satchel_rules_validate (effect->after, effect->before, action, error))
    return FALSE;
  return effect->before != NULL
             ? satchel_rows_update (store, commit, effect->before, effect->after, NULL, error)
             : satchel_rows_create (store, commit, effect->after, error);
}

gboolean
satchel_administer (SatchelStore *store, SatchelCommit *commit, const SatchelChange *change, GError **error)
{
  SatchelResolution resolution = { .store = store };
  const SatchelPredicateContext context = { .user = commit->user, .now_ms = commit->at_ms };
  g_auto (SatchelResolveSource) source = { 0 };
  g_autoptr (GPtrArray) effects = NULL;

  satchel_resolve_source_init (&source, &resolution, SATCHEL_LEND_ALL);
  effects = satchel_action_plan (store->registry, change, &context, &source.source, error);
  if (!satchel_resolve_source_finish (&source, effects != NULL, error))
    return FALSE;
  for (guint i = 0; i < effects->len; i++) {
    if (!write_effect (store, commit, effects->pdata[i], change->action, error))
      return FALSE;
  }
  return TRUE;
}
