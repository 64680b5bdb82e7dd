/* Actions: planned again from the server's own data, and written under the author's rights.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/rules/actions.h"
#include "protocol/rules/validate.h"
#include "sync-server/resolve/source.h"

/* What the author may not write stays as it is, and none of it goes along into another record: a refusal
 * would tell her what the secured fields hold. */
static void
keep_secured (const SatchelResolution *resolution, const SatchelEffect *effect)
{
  for (guint i = 0; i < effect->after->entity->n_fields; i++) {
    const SatchelField *field = effect->after->entity->fields[i];
    g_autoptr (SatchelValue) fill = NULL;

    if (satchel_rights_can_write_field (resolution->rights, field))
      continue;
    fill = effect->before == NULL ? satchel_rules_dup_fill (field) : NULL;
    satchel_record_set (effect->after, field,
                        effect->before != NULL ? satchel_record_get (effect->before, field) : fill);
  }
}

/* Nobody tracks the message any more. Who may not delete it leaves it to those who may. */
static gboolean
let_go (SatchelResolution *resolution, const SatchelChange *change, const SatchelRecord *record,
        GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (record);
  gboolean allowed;

  if (!satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_DELETE, record, &allowed, error))
    return FALSE;
  if (allowed)
    return satchel_resolve_remove (resolution, record, error);
  satchel_record_set_by_name (after, "tracked_by", NULL);
  return satchel_resolve_update (resolution, record, after, change->action, error);
}

static gboolean
write_effect (SatchelResolution *resolution, const SatchelChange *change, const SatchelEffect *effect,
              GError **error)
{
  const SatchelRecord *record = effect->after != NULL ? effect->after : effect->before;

  if (g_str_equal (record->entity->name, "share"))
    return satchel_resolve_share (resolution, change, effect, error);
  if (effect->after == NULL)
    return let_go (resolution, change, effect->before, error);
  keep_secured (resolution, effect);
  if (effect->before == NULL)
    return satchel_resolve_create (resolution, effect->after, error);
  return satchel_resolve_update (resolution, effect->before, effect->after, change->action, error);
}

static gboolean
run_planned (SatchelResolution *resolution, const SatchelChange *change, GError **error)
{
  g_auto (SatchelResolveSource) source = { 0 };
  const SatchelPredicateContext context = {
    .user = resolution->user,
    .unit = satchel_rights_get_unit (resolution->rights),
    .now_ms = resolution->commit.at_ms,
  };
  g_autoptr (GPtrArray) effects = NULL;

  satchel_resolve_source_init (&source, resolution, SATCHEL_LEND_READABLE);
  effects = satchel_action_plan (resolution->store->registry, change, &context, &source.source, error);
  if (!satchel_resolve_source_finish (&source, effects != NULL, error))
    return FALSE;
  for (guint i = 0; i < effects->len; i++) {
    if (!write_effect (resolution, change, effects->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

/* A bare id is that of a user or of a team, whichever has it. */
static gboolean
read_owner (SatchelResolution *resolution, const SatchelField *field, JsonNode *node, SatchelValue **owner,
            GError **error)
{
  const char *id = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
                       ? json_node_get_string (node)
                       : NULL;

  if (field->n_targets == 1 || !satchel_id_is_valid (id))
    return satchel_value_from_wire (field, node, owner, error);
  for (guint i = 0; i < field->n_targets && *owner == NULL; i++) {
    const SatchelEntity *target = satchel_registry_find (resolution->store->registry, field->targets[i]);
    gint64 row;

    if (!satchel_rows_find (resolution->store, target, id, &row, error))
      return FALSE;
    if (row != 0 || i + 1 == field->n_targets)
      *owner = satchel_value_new_lookup (target->name, id);
  }
  return TRUE;
}

/* Two people who give one record to two others have a conflict about its owner, as if they had edited the
 * field: TRUE with *disputed TRUE when it is filed and nothing else happens. */
static gboolean
dispute_owner (SatchelResolution *resolution, const SatchelChange *change, const SatchelRecord *record,
               gboolean *disputed, GError **error)
{
  const SatchelField *owner = satchel_entity_owner_field (record->entity);
  const SatchelEdit *edit = satchel_change_find_edit (change, "owner");
  g_auto (SatchelFieldHistory) history = { 0 };
  g_auto (SatchelMergeResult) result = { 0 };
  g_autoptr (SatchelValue) mine = NULL;
  gint64 seen;

  *disputed = FALSE;
  if (owner == NULL || edit == NULL || !g_str_equal (change->action, "assign"))
    return TRUE;
  if (!satchel_resolution_get_seen (resolution, change, &seen, error))
    return FALSE;
  if (record->s <= seen)
    return TRUE;
  if (!read_owner (resolution, owner, edit->value, &mine, error) ||
      !satchel_feed_read_field (resolution->store, record, owner, seen, resolution->device, &history, error))
    return FALSE;
  if (!history.changed || history.latest_is_device)
    return TRUE;
  satchel_merge_field (record->entity, owner, SATCHEL_SINCE_OTHERS, history.base, mine,
                       satchel_record_get (record, owner), &result);
  if (result.conflict != SATCHEL_CONFLICT_NONE) {
    const SatchelDispute dispute = {
      .field = owner,
      .base = history.base,
      .mine = mine,
      .theirs = satchel_record_get (record, owner),
      .status = result.conflict,
      .theirs_by = history.other_user,
      .theirs_at_ms = history.other_at_ms,
    };

    if (!satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_ASSIGN, record, "assign", error) ||
        !satchel_conflicts_file (resolution, record, &dispute, error))
      return FALSE;
  }
  *disputed = result.conflict != SATCHEL_CONFLICT_NONE && !result.changed;
  return TRUE;
}

gboolean
satchel_resolve_action (SatchelResolution *resolution, const SatchelChange *change, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (resolution->store->registry, change->entity);
  g_autoptr (SatchelRecord) record = NULL;
  gboolean disputed;

  if (!satchel_action_check (resolution->store->registry, change, error))
    return FALSE;
  if (g_str_equal (change->action, "restore"))
    return satchel_resolve_restore (resolution, change, error);
  if (g_str_equal (change->action, "resolve") && g_str_equal (entity->name, "conflict"))
    return satchel_conflicts_resolve (resolution, change, error);

  if (!satchel_resolve_find (resolution, entity, change->record, &record, error) ||
      !dispute_owner (resolution, change, record, &disputed, error))
    return FALSE;
  return disputed || run_planned (resolution, change, error);
}
