/* Actions: planned again from the server's own data, and written under the author's rights.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/rules/actions.h"
#include "sync-server/resolve/resolution.h"

/* The source of a plan: what the author may read, as the open transaction sees it. Records live until the
 * plan is made. */
typedef struct {
  SatchelResolution *resolution;
  GPtrArray *records; /* SatchelRecord*, lent */
  GError *error;      /* the first failure of the store, which a source cannot report otherwise */
} Source;

static gboolean
may_lend (Source *source, const SatchelRecord *record)
{
  return satchel_rights_allow_record (source->resolution->rights, SATCHEL_PRIVILEGE_READ, record);
}

static const SatchelRecord *
find (const char *entity_name, const char *id, gpointer data)
{
  Source *source = data;
  SatchelStore *store = source->resolution->store;
  const SatchelEntity *entity = satchel_registry_find (store->registry, entity_name);
  SatchelRecord *record = NULL;

  if (entity == NULL || source->error != NULL ||
      !satchel_rows_read (store, entity, id, &record, &source->error) || record == NULL)
    return NULL;
  g_ptr_array_add (source->records, record);
  return may_lend (source, record) ? record : NULL;
}

static gboolean
each (const SatchelReference *reference, const char *id,
      gboolean (*visit) (const SatchelRecord *record, gpointer visit_data), gpointer visit_data,
      gpointer data)
{
  Source *source = data;
  gboolean stopped = FALSE;

  /* A lookup with several targets is stored with the entity's name, which the caller does not give: an id
   * names one record, so all are asked. */
  for (guint i = 0; i < reference->field->n_targets && !stopped && source->error == NULL; i++) {
    g_autoptr (GPtrArray) records = satchel_rows_list_referring (
        source->resolution->store, reference, reference->field->targets[i], id, -1, &source->error);

    for (guint j = 0; records != NULL && j < records->len && !stopped; j++) {
      if (may_lend (source, records->pdata[j]))
        stopped = visit (records->pdata[j], visit_data);
    }
  }
  return stopped;
}

static gboolean
write_effect (SatchelResolution *resolution, const SatchelEffect *effect, const char *action, GError **error)
{
  if (effect->before == NULL)
    return satchel_resolve_create (resolution, effect->after, error);
  return satchel_resolve_update (resolution, effect->before, effect->after, action, error);
}

static gboolean
run_planned (SatchelResolution *resolution, const SatchelChange *change, GError **error)
{
  Source source = { .resolution = resolution };
  g_autoptr (GPtrArray) lent = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  const SatchelRecordSource record_source = { .find = find, .each = each, .data = &source };
  const SatchelPredicateContext context = {
    .user = resolution->user,
    .unit = satchel_rights_get_unit (resolution->rights),
    .now_ms = resolution->commit.at_ms,
  };
  g_autoptr (GPtrArray) effects = NULL;

  source.records = lent;
  effects = satchel_action_plan (resolution->store->registry, change, &context, &record_source, error);
  if (source.error != NULL) {
    g_clear_error (error);
    g_propagate_error (error, source.error);
    return FALSE;
  }
  if (effects == NULL)
    return FALSE;
  for (guint i = 0; i < effects->len; i++) {
    if (!write_effect (resolution, effects->pdata[i], change->action, error))
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
