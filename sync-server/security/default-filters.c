/* From a role to offline_filter records.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/default-filters.h"

#include "protocol/rules/validate.h"
#include "sync-server/store/people.h"
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

/* Unless she has one like it. */
static gboolean
ensure_filter (SatchelStore *store, SatchelCommit *commit, const SatchelClock *clock, const char *user,
               const SatchelRoleCarry *carry, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (store->registry, "offline_filter");
  g_autoptr (GPtrArray) records = NULL;

  if (entity == NULL)
    return TRUE;
  records =
      satchel_rows_list_referring (store, &(SatchelReference){ entity, satchel_entity_owner_field (entity) },
                                   "user", user, G_MAXINT64, error);
  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len; i++) {
    if (is_like (records->pdata[i], carry))
      return TRUE;
  }
  return add_filter (store, commit, entity, clock, user, carry, error);
}

gboolean
satchel_default_filters_add (SatchelStore *store, SatchelCommit *commit, const SatchelClock *clock,
                             const char *user, const char *role, GError **error)
{
  const GPtrArray *carried = satchel_roles_get_carried (satchel_roles_builtin (), role);

  for (guint i = 0; carried != NULL && i < carried->len; i++) {
    if (!ensure_filter (store, commit, clock, user, carried->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
follow_carry (SatchelStore *store, SatchelCommit *commit, const SatchelClock *clock, const char *role,
              const SatchelRoleCarry *carry, GError **error)
{
  g_auto (GStrv) users = NULL;
  gboolean is_new;

  if (!satchel_people_note_role_filter (store, role, carry->entity, carry->where, carry->related, &is_new,
                                        error))
    return FALSE;
  if (!is_new)
    return TRUE;
  if ((users = satchel_people_list_holders (store, role, error)) == NULL)
    return FALSE;
  for (guint i = 0; users[i] != NULL; i++) {
    if (!ensure_filter (store, commit, clock, users[i], carry, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_default_filters_follow (SatchelStore *store, SatchelCommit *commit, const SatchelClock *clock,
                                GError **error)
{
  g_autoptr (GPtrArray) roles = satchel_roles_list (satchel_roles_builtin ());

  for (guint i = 0; i < roles->len; i++) {
    const GPtrArray *carried = satchel_roles_get_carried (satchel_roles_builtin (), roles->pdata[i]);

    for (guint j = 0; j < carried->len; j++) {
      if (!follow_carry (store, commit, clock, roles->pdata[i], carried->pdata[j], error))
        return FALSE;
    }
  }
  return TRUE;
}
