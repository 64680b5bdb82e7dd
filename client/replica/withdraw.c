/* Taking back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/withdraw.h"

#include "client/queue/queue.h"
#include "client/replica/base.h"
#include "client/replica/parties.h"
#include "client/replica/stubs.h"
#include "protocol/error.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/wire/members.h"

void
satchel_withdrawal_clear (SatchelWithdrawal *withdrawal)
{
  g_clear_pointer (&withdrawal->fields, g_ptr_array_unref);
}

/* ---- the line ---- */

static gboolean
refuse (const char *what, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a pull: %s", what);
  return FALSE;
}

static gboolean
read_fields (SatchelWithdrawal *withdrawal, JsonArray *names, GError **error)
{
  withdrawal->fields = g_ptr_array_new ();
  for (guint i = 0; i < json_array_get_length (names); i++) {
    const char *name = satchel_json_get_string (json_array_get_element (names, i));
    const SatchelField *field;

    if (name == NULL)
      return refuse ("“erase” lists names of fields", error);
    field = withdrawal->entity != NULL ? satchel_entity_find_field (withdrawal->entity, name) : NULL;
    if (field != NULL)
      g_ptr_array_add (withdrawal->fields, (gpointer)field);
  }
  return TRUE;
}

gboolean
satchel_withdrawal_from_json (SatchelWithdrawal *withdrawal, JsonNode *line, SatchelRegistry *registry,
                              GError **error)
{
  JsonObject *object = json_node_get_object (line);
  SatchelMembers members;
  const char *entity;
  JsonArray *erase = NULL;

  *withdrawal = (SatchelWithdrawal){ 0 };
  if (json_object_has_member (object, "clear"))
    withdrawal->kind = SATCHEL_WITHDRAW_ENTITY;
  else if (json_object_has_member (object, "erase"))
    withdrawal->kind = SATCHEL_WITHDRAW_FIELDS;
  else if (json_object_has_member (object, "stubs") &&
           g_strcmp0 (satchel_json_get_string (json_object_get_member (object, "stubs")), "clear") == 0)
    withdrawal->kind = SATCHEL_WITHDRAW_STUBS;
  if (withdrawal->kind == SATCHEL_WITHDRAW_NOTHING || withdrawal->kind == SATCHEL_WITHDRAW_STUBS)
    return TRUE;

  satchel_members_open (&members, line, "a section of a pull");
  entity = satchel_members_require_name (&members, "entity");
  if (withdrawal->kind == SATCHEL_WITHDRAW_FIELDS)
    erase = satchel_members_require_array (&members, "erase");
  else if (!satchel_members_require_boolean (&members, "clear"))
    return refuse ("“clear” is true", error);
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return FALSE;
  withdrawal->entity = satchel_registry_find (registry, entity);
  return erase == NULL || read_fields (withdrawal, erase, error);
}

/* ---- an entity ---- */

gboolean
satchel_withdraw_entity (SatchelReplica *replica, const SatchelEntity *entity, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  g_autofree char *sql = g_strdup_printf ("DELETE FROM %s", satchel_sql_table (entity));

  return satchel_entity_search_drop (database, entity, error) &&
         satchel_parties_drop (database, entity, error) &&
         satchel_entity_table_drop_indexes (database, entity, error) &&
         satchel_database_execute (database, sql, error) &&
         satchel_base_set_all_absent (database, entity, error) &&
         satchel_stubs_clear (database, entity, error) &&
         satchel_replica_forget_history_of (replica, entity, error);
}

/* ---- fields ---- */

static char *
empty_sql (const SatchelEntity *entity, const char *prefix, GPtrArray *fields)
{
  g_autoptr (GString) where = g_string_new (NULL);
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "UPDATE \"%s_%s\" SET ", prefix, entity->name);
  for (guint i = 0; i < fields->len; i++) {
    const char *column = satchel_sql_column (fields->pdata[i]);

    g_string_append_printf (sql, "%s%s = NULL", i > 0 ? ", " : "", column);
    g_string_append_printf (where, "%s%s IS NOT NULL", i > 0 ? " OR " : "", column);
  }
  g_string_append_printf (sql, " WHERE %s", where->str);
  return g_string_free (sql, FALSE);
}

static gboolean
is_any_searched (GPtrArray *fields)
{
  for (guint i = 0; i < fields->len; i++)
    if (((const SatchelField *)fields->pdata[i])->search == SATCHEL_SEARCH_TEXT)
      return TRUE;
  return FALSE;
}

/* The cached history goes as a whole: what its texts say of a delete names every field, and the server tells
 * the rest again when it is asked. */
gboolean
satchel_withdraw_fields (SatchelReplica *replica, const SatchelEntity *entity, GPtrArray *fields,
                         GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  g_autofree char *shown = NULL, *kept = NULL;

  if (fields->len == 0)
    return TRUE;
  shown = empty_sql (entity, "e", fields);
  kept = empty_sql (entity, "base", fields);
  for (guint i = 0; i < fields->len; i++)
    if (!satchel_queue_erase_lays (database, entity->name, ((const SatchelField *)fields->pdata[i])->name,
                                   error))
      return FALSE;
  /* An index made anew knows no word of them; one that is told of each row keeps all until it is tidied. */
  if (is_any_searched (fields) && !satchel_entity_search_drop (database, entity, error))
    return FALSE;
  return satchel_database_execute (database, shown, error) &&
         satchel_database_execute (database, kept, error) &&
         satchel_replica_forget_history_of (replica, entity, error);
}
