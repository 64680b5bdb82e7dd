/* Moving all records of an owner, in a few statements for each entity.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/moves.h"

#include "protocol/predicate/predicate.h"
#include "sync-server/store/members.h"

/* Rows of the entity's own table that the owner has, or the conflicts about them; both read ?1. */
typedef struct {
  const char *entity; /* whose buckets */
  const char *table;
  const char *condition;
} Moved;

static gboolean
run (SatchelStore *store, const char *sql, const char *owner, gint64 bucket, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, owner);
  satchel_statement_bind_integer (statement, 2, bucket);
  satchel_statement_bind_integer (statement, 3, store->s);
  return satchel_statement_run (statement, error);
}

static gboolean
leave (SatchelStore *store, const Moved *moved, const char *owner, gint64 bucket, GError **error)
{
  g_autofree char *depart = g_strdup_printf (
      "INSERT INTO departed (bucket, s, since, record, why) SELECT ?2, ?3, m.since, r.id, 'left' FROM %s r"
      " JOIN member m ON m.bucket = ?2 AND m.row = r.row WHERE %s",
      moved->table, moved->condition);
  g_autofree char *drop = g_strdup_printf (
      "DELETE FROM member WHERE bucket = ?2 AND row IN (SELECT row FROM %s WHERE %s) AND ?3 > 0",
      moved->table, moved->condition);

  return run (store, depart, owner, bucket, error) && run (store, drop, owner, bucket, error);
}

static gboolean
enter (SatchelStore *store, const Moved *moved, const char *owner, gint64 bucket, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "INSERT INTO member (bucket, row, since, entered, s) SELECT ?2, row, ?3, ?3, ?3 FROM %s WHERE %s"
      " ON CONFLICT (bucket, row) DO UPDATE SET entered = excluded.entered, s = excluded.s",
      moved->table, moved->condition);

  return run (store, sql, owner, bucket, error);
}

static gboolean
refile (SatchelStore *store, const Moved *moved, const char *prefix, const char *owner, const char *old_unit,
        const char *new_unit, GError **error)
{
  g_autofree char *old_atom = g_strconcat (prefix, "unit:", old_unit, NULL);
  g_autofree char *new_atom = g_strconcat (prefix, "unit:", new_unit, NULL);
  g_autofree char *owner_atom = g_strconcat (prefix, "owner:", owner, NULL);
  gint64 old_bucket, new_bucket, owner_bucket;

  return satchel_members_find_bucket (store, moved->entity, old_atom, &old_bucket, error) &&
         satchel_members_find_bucket (store, moved->entity, new_atom, &new_bucket, error) &&
         satchel_members_find_bucket (store, moved->entity, owner_atom, &owner_bucket, error) &&
         leave (store, moved, owner, old_bucket, error) && enter (store, moved, owner, new_bucket, error) &&
         enter (store, moved, owner, owner_bucket, error);
}

/* Authors of conflicts see more or less of them now. */
static gboolean
renew_authors (SatchelStore *store, const Moved *conflicts, const char *owner, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "UPDATE member SET entered = ?3, s = ?3 WHERE ?2 = 0 AND row IN (SELECT row FROM %s WHERE %s)"
      " AND bucket IN (SELECT bucket FROM bucket WHERE entity = 'conflict' AND atom GLOB 'author:*')",
      conflicts->table, conflicts->condition);

  return run (store, sql, owner, 0, error);
}

static gboolean
set_unit (SatchelStore *store, const SatchelEntity *entity, const char *owner, const char *unit,
          GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("UPDATE %s SET %s = ?2 WHERE f_owner = ?1", satchel_sql_table (entity),
                       satchel_sql_column (satchel_entity_unit_field (entity)));
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, owner);
  satchel_statement_bind_text (statement, 2, unit);
  return satchel_statement_run (statement, error);
}

static gboolean
move_entity (SatchelStore *store, const SatchelEntity *entity, const char *owner, const char *old_unit,
             const char *new_unit, GError **error)
{
  const char *table = satchel_sql_table (entity);
  g_autofree char *prefix = g_strconcat (entity->name, "/", NULL);
  g_autofree char *about =
      g_strdup_printf ("f_record_entity = '%s' AND f_record_id IN (SELECT id FROM %s WHERE f_owner = ?1)",
                       entity->name, table);
  const Moved rows = { entity->name, table, "f_owner = ?1" };
  const Moved conflicts = { "conflict", "e_conflict", about };

  return refile (store, &rows, "", owner, old_unit, new_unit, error) &&
         refile (store, &conflicts, prefix, owner, old_unit, new_unit, error) &&
         renew_authors (store, &conflicts, owner, error) && set_unit (store, entity, owner, new_unit, error);
}

gboolean
satchel_moves_owner (SatchelStore *store, const char *owner, const char *old_unit, const char *new_unit,
                     GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    if (entities[i]->ownership == SATCHEL_OWNERSHIP_USER &&
        !move_entity (store, entities[i], owner, old_unit, new_unit, error))
      return FALSE;
  }
  return TRUE;
}
