/* Moving all records of an owner, in a few statements for each entity.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/moves.h"

#include "protocol/predicate/predicate.h"
#include "sync-server/scope/filters.h"
#include "sync-server/store/members.h"

/* Rows of an entity's own table that the owner has, or the satellites of one entity about them. */
typedef struct {
  const SatchelEntity *entity; /* whose rows and buckets */
  char *condition;             /* over r; reads ?1 */
  char *owner;                 /* ?1: as the records store it */
} Moved;

static void
moved_clear (Moved *moved)
{
  g_free (moved->condition);
  g_free (moved->owner);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Moved, moved_clear)

/* @sql reads "moved": row and id of what moves, the bucket that it leaves, the one that it enters, when. */
static gboolean
run (SatchelStore *store, const Moved *moved, gint64 source, gint64 target, const char *sql, GError **error)
{
  g_autofree char *whole = g_strdup_printf (
      "WITH moved AS (SELECT r.row, r.id, ?2 AS source, ?3 AS target, ?4 AS now FROM %s r WHERE %s) %s",
      satchel_sql_table (moved->entity), moved->condition, sql);
  SatchelStatement *statement = satchel_database_prepare (store->database, whole, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, moved->owner);
  satchel_statement_bind_integer (statement, 2, source);
  satchel_statement_bind_integer (statement, 3, target);
  satchel_statement_bind_integer (statement, 4, store->s);
  return satchel_statement_run (statement, error);
}

/* From one unit's bucket to the other's; and new in the owner's own, so that each device takes them whole. */
static gboolean
refile (SatchelStore *store, const Moved *moved, const char *prefix, const char *owner, const char *old_unit,
        const char *new_unit, GError **error)
{
  static const char depart[] =
      "INSERT INTO departed (bucket, s, since, record, why) SELECT m.bucket, v.now, m.since, v.id, 'left'"
      " FROM moved v CROSS JOIN member m ON m.bucket = v.source AND m.row = v.row";
  static const char enter[] =
      "INSERT INTO member (bucket, row, since, entered, s) SELECT v.target, v.row, v.now, v.now, v.now"
      " FROM moved v CROSS JOIN member m ON m.bucket = v.source AND m.row = v.row";
  static const char leave[] =
      "DELETE FROM member WHERE (bucket, row) IN (SELECT v.source, v.row FROM moved v)";
  static const char renew[] = "UPDATE member SET entered = v.now, s = v.now FROM moved v"
                              " WHERE member.bucket = v.target AND member.row = v.row";
  g_autofree char *old_atom = g_strconcat (prefix, "unit:", old_unit, NULL);
  g_autofree char *new_atom = g_strconcat (prefix, "unit:", new_unit, NULL);
  g_autofree char *owner_atom = g_strconcat (prefix, "owner:", owner, NULL);
  const char *entity = moved->entity->name;
  gint64 from, to, own;

  return satchel_members_find_bucket (store, entity, old_atom, &from, error) &&
         satchel_members_find_bucket (store, entity, new_atom, &to, error) &&
         satchel_members_find_bucket (store, entity, owner_atom, &own, error) &&
         run (store, moved, from, to, depart, error) && run (store, moved, from, to, enter, error) &&
         run (store, moved, from, to, leave, error) && run (store, moved, from, own, renew, error);
}

/* Authors of conflicts see more or less of them now. */
static gboolean
renew_authors (SatchelStore *store, const Moved *conflicts, GError **error)
{
  return run (store, conflicts, 0, 0,
              "UPDATE member SET entered = v.now, s = v.now FROM moved v JOIN e_conflict c ON c.row = v.row"
              " JOIN bucket b ON b.entity = 'conflict' AND b.atom = 'author:' || c.f_mine_by"
              " WHERE member.bucket = b.bucket AND member.row = v.row",
              error);
}

static gboolean
set_unit (SatchelStore *store, const SatchelEntity *entity, const char *stored_owner, const char *unit,
          GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("UPDATE %s SET %s = ?2 WHERE f_owner = ?1", satchel_sql_table (entity),
                       satchel_sql_column (satchel_entity_unit_field (entity)));
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, stored_owner);
  satchel_statement_bind_text (statement, 2, unit);
  return satchel_statement_run (statement, error);
}

static gboolean
move_entity (SatchelStore *store, const SatchelEntity *entity, const SatchelValue *owner,
             const char *old_unit, const char *new_unit, GError **error)
{
  const SatchelField *field = satchel_entity_owner_field (entity);
  const SatchelEntity *conflict = satchel_registry_find (store->registry, "conflict");
  const char *id = satchel_value_get_id (owner);
  g_autofree char *prefix = g_strconcat (entity->name, "/", NULL);
  g_auto (Moved) rows = { .entity = entity }, conflicts = { .entity = conflict };

  if (!satchel_field_allows_target (field, satchel_value_get_entity (owner)))
    return TRUE;
  rows.owner = satchel_value_to_stored_text (field, owner);
  rows.condition = g_strdup ("r.f_owner = ?1");
  conflicts.owner = g_strdup (rows.owner);
  conflicts.condition =
      g_strdup_printf ("r.f_record_entity = '%s' AND r.f_record_id IN (SELECT id FROM %s WHERE f_owner = ?1)",
                       entity->name, satchel_sql_table (entity));
  return refile (store, &rows, "", id, old_unit, new_unit, error) &&
         (conflict == NULL || (refile (store, &conflicts, prefix, id, old_unit, new_unit, error) &&
                               renew_authors (store, &conflicts, error))) &&
         set_unit (store, entity, rows.owner, new_unit, error);
}

gboolean
satchel_moves_owner (SatchelStore *store, const char *entity, const char *owner, const char *old_unit,
                     const char *new_unit, GError **error)
{
  g_autoptr (SatchelValue) value = satchel_value_new_lookup (entity, owner);
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    if (entities[i]->ownership == SATCHEL_OWNERSHIP_USER &&
        !move_entity (store, entities[i], value, old_unit, new_unit, error))
      return FALSE;
  }
  return satchel_filters_note_moved (store, value, old_unit, error);
}
