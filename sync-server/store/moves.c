/* Moving all records of an owner, in a few statements for each entity.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/moves.h"

#include "protocol/predicate/predicate.h"
#include "sync-server/scope/buckets.h"
#include "sync-server/scope/filters.h"
#include "sync-server/store/checksums.h"
#include "sync-server/store/members.h"
#include "sync-server/store/pins.h"

/* Rows of an entity's own table that the owner has, or the satellites of one entity about them. */
typedef struct {
  const SatchelEntity *entity; /* whose rows and buckets */
  const SatchelEntity *about;  /* the entity itself, or what the satellites are about */
  const char *prefix;          /* of the atoms: "", or how these satellites are told from their records */
  const char *owner;           /* as the records store it */
} Moved;

/* @sql, which changes rows of buckets, reads "moved": row and id of what moves, the record that it is or is about, and when. */
static gboolean
run (SatchelStore *store, const Moved *moved, gint64 source, gint64 target, const char *sql, GError **error)
{
  gboolean is_satellite = moved->entity != moved->about;
  g_autofree char *about = is_satellite ? g_strdup_printf ("r.f_record_entity = ?5 AND r.f_record_id IN"
                                                           " (SELECT id FROM %s WHERE f_owner = ?1)",
                                                           satchel_sql_table (moved->about))
                                        : g_strdup ("r.f_owner = ?1");
  g_autofree char *whole = g_strdup_printf (
      "WITH moved AS (SELECT r.row, r.id, %s AS subject, ?2 AS source, ?3 AS target, ?4 AS now, ?5 AS about,"
      " ?6 AS prefix FROM %s r WHERE %s) %s RETURNING bucket",
      is_satellite ? "r.f_record_id" : "r.id", satchel_sql_table (moved->entity), about, sql);
  SatchelStatement *statement = satchel_database_prepare (store->database, whole, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, moved->owner);
  satchel_statement_bind_integer (statement, 2, source);
  satchel_statement_bind_integer (statement, 3, target);
  satchel_statement_bind_integer (statement, 4, store->s);
  satchel_statement_bind_text (statement, 5, moved->about->name);
  satchel_statement_bind_text (statement, 6, moved->prefix);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    satchel_members_stir (store, satchel_statement_get_integer (statement, 0));
  }
  return FALSE;
}

/* From one unit's bucket to the other's. */
static gboolean
change_unit (SatchelStore *store, const Moved *moved, gint64 source, gint64 target, GError **error)
{
  static const char depart[] =
      "INSERT INTO departed (bucket, s, since, record, why) SELECT m.bucket, v.now, m.since, v.id, 'left'"
      " FROM moved v CROSS JOIN member m ON m.bucket = v.source AND m.row = v.row";
  static const char enter[] =
      "INSERT INTO member (bucket, row, since, entered, s) SELECT v.target, v.row, v.now, v.now, v.now"
      " FROM moved v CROSS JOIN member m ON m.bucket = v.source AND m.row = v.row";
  static const char leave[] =
      "DELETE FROM member WHERE (bucket, row) IN (SELECT v.source, v.row FROM moved v)";

  return run (store, moved, source, target, depart, error) &&
         run (store, moved, source, target, enter, error) && run (store, moved, source, target, leave, error);
}

/* New in every other bucket that they stay in, so that each device takes them whole: the owner's, those of
 * whom they are shared with, those of the authors of conflicts. */
static gboolean
renew (SatchelStore *store, const Moved *moved, gint64 own_bucket, GError **error)
{
  static const char own[] = "UPDATE member SET entered = v.now, s = v.now FROM moved v"
                            " WHERE member.bucket = v.target AND member.row = v.row";
  static const char shared[] =
      "UPDATE member SET entered = v.now, s = v.now FROM moved v"
      " JOIN e_share h ON h.f_record_id = v.subject AND h.f_record_entity = v.about"
      " JOIN bucket b ON b.entity = '%s'"
      " AND b.atom = v.prefix || 'shared:' || substr (h.f_principal, instr (h.f_principal, ':') + 1)"
      " WHERE member.bucket = b.bucket AND member.row = v.row";
  static const char authors[] =
      "UPDATE member SET entered = v.now, s = v.now FROM moved v JOIN e_conflict c ON c.row = v.row"
      " JOIN bucket b ON b.entity = 'conflict' AND b.atom = 'author:' || c.f_mine_by"
      " WHERE member.bucket = b.bucket AND member.row = v.row";
  g_autofree char *shared_sql = g_strdup_printf (shared, moved->entity->name);

  return run (store, moved, 0, own_bucket, own, error) && run (store, moved, 0, 0, shared_sql, error) &&
         (!g_str_equal (moved->entity->name, "conflict") || run (store, moved, 0, 0, authors, error));
}

static gboolean
refile (SatchelStore *store, const Moved *moved, const char *owner, const char *old_unit,
        const char *new_unit, GError **error)
{
  g_autofree char *old_atom = g_strconcat (moved->prefix, "unit:", old_unit, NULL);
  g_autofree char *new_atom = g_strconcat (moved->prefix, "unit:", new_unit, NULL);
  g_autofree char *owner_atom = g_strconcat (moved->prefix, "owner:", owner, NULL);
  const char *entity = moved->entity->name;
  gint64 source, target, own;

  return satchel_members_find_bucket (store, entity, old_atom, &source, error) &&
         satchel_members_find_bucket (store, entity, new_atom, &target, error) &&
         satchel_members_find_bucket (store, entity, owner_atom, &own, error) &&
         change_unit (store, moved, source, target, error) && renew (store, moved, own, error);
}

/* Satellites of each class are filed on their own. */
static gboolean
refile_satellites (SatchelStore *store, const SatchelEntity *satellite, const Moved *rows, const char *owner,
                   const char *old_unit, const char *new_unit, GError **error)
{
  g_auto (GStrv) prefixes = satchel_atoms_list_prefixes (rows->about);
  Moved moved = { .entity = satellite, .about = rows->about, .owner = rows->owner };

  for (guint i = 0; prefixes[i] != NULL; i++) {
    moved.prefix = prefixes[i];
    if (!refile (store, &moved, owner, old_unit, new_unit, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
set_unit (SatchelStore *store, const SatchelEntity *entity, const char *stored_owner, const char *unit,
          GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("UPDATE %s SET %s = ?2 WHERE f_owner = ?1", satchel_sql_table (entity),
                       satchel_sql_column (satchel_entity_unit_field (entity)));
  g_autoptr (SatchelValue) value = satchel_value_new_lookup ("business_unit", unit);
  SatchelStatement *statement;

  if (!satchel_checksums_move (store->database, entity, stored_owner, value, error))
    return FALSE;
  statement = satchel_database_prepare (store->database, sql, error);
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
  const char *id = satchel_value_get_id (owner);
  g_autofree char *stored = NULL;
  Moved rows = { .entity = entity, .about = entity, .prefix = "" };
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);

  if (!satchel_field_allows_target (field, satchel_value_get_entity (owner)))
    return TRUE;
  rows.owner = stored = satchel_value_to_stored_text (field, owner);
  if (!refile (store, &rows, id, old_unit, new_unit, error))
    return FALSE;
  for (guint i = 0; i < n_entities; i++) {
    if (entities[i]->ownership == SATCHEL_OWNERSHIP_RECORD &&
        !refile_satellites (store, entities[i], &rows, id, old_unit, new_unit, error))
      return FALSE;
  }
  return satchel_pins_touch_owned (store, entity, stored, error) &&
         set_unit (store, entity, stored, new_unit, error);
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
