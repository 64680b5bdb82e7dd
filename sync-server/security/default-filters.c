/* From a role to offline_filter records.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/default-filters.h"

#include "protocol/rules/validate.h"
#include "sync-server/store/rows.h"

static const char *
peek_text (const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);

  return value != NULL ? satchel_value_get_string (value) : "";
}

static gboolean
is_like (const SatchelRecord *record, const SatchelRoleCarry *carry)
{
  const SatchelValue *related = satchel_record_get_by_name (record, "related");

  return g_str_equal (peek_text (record, "entity"), carry->entity) &&
         g_str_equal (peek_text (record, "predicate"), carry->where) &&
         (related != NULL && satchel_value_get_boolean (related)) == carry->related;
}

static gboolean
add_filter (SatchelStore *store, SatchelCommit *commit, const SatchelEntity *entity,
            const SatchelClock *clock, const char *user, const SatchelRoleCarry *carry, GError **error)
{
  g_autofree char *id = satchel_id_new (clock);
  g_autoptr (SatchelRecord) record = satchel_record_new (entity, id);
  g_autoptr (SatchelValue) about = satchel_value_new_string (carry->entity);
  g_autoptr (SatchelValue) where = satchel_value_new_string (carry->where);
  g_autoptr (SatchelValue) related = satchel_value_new_boolean (carry->related);
  g_autoptr (SatchelValue) owner = satchel_value_new_lookup ("user", user);

  satchel_record_set_by_name (record, "entity", about);
  satchel_record_set_by_name (record, "predicate", where);
  satchel_record_set_by_name (record, "related", related);
  satchel_record_set_by_name (record, "owner", owner);
  satchel_rules_apply_defaults (record, user, commit->at_ms);
  return (commit->s != 0 || satchel_feed_begin (store, commit, error)) &&
         satchel_rows_create (store, commit, record, error);
}

gboolean
satchel_default_filters_add (SatchelStore *store, SatchelCommit *commit, const SatchelClock *clock,
                             const char *user, const char *role, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (store->registry, "offline_filter");
  const GPtrArray *carried = satchel_roles_get_carried (satchel_roles_builtin (), role);
  g_autoptr (GPtrArray) records = NULL;

  if (entity == NULL || carried == NULL || carried->len == 0)
    return TRUE;
  records =
      satchel_rows_list_referring (store, &(SatchelReference){ entity, satchel_entity_owner_field (entity) },
                                   "user", user, G_MAXINT64, error);
  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < carried->len; i++) {
    gboolean there = FALSE;

    for (guint j = 0; j < records->len; j++)
      there |= is_like (records->pdata[j], carried->pdata[i]);
    if (!there && !add_filter (store, commit, entity, clock, user, carried->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}
