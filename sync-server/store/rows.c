/* Writing rows, with their changes and their membership.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/rows.h"

#include "protocol/error.h"
#include "protocol/predicate/predicate.h"
#include "protocol/sqlite/entity-table.h"
#include "sync-server/scope/filters.h"
#include "sync-server/store/blobs.h"
#include "sync-server/store/checksums.h"
#include "sync-server/store/filing.h"
#include "sync-server/store/moves.h"
#include "sync-server/store/pins.h"
#include "sync-server/store/titles.h"

gboolean
satchel_rows_read (SatchelStore *store, const SatchelEntity *entity, const char *id, SatchelRecord **record,
                   GError **error)
{
  return satchel_entity_table_read (store->database, entity, "e", id, record, error);
}

gboolean
satchel_rows_find (SatchelStore *store, const SatchelEntity *entity, const char *id, gint64 *row,
                   GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT row FROM %s WHERE id = ?", satchel_sql_table (entity));
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  return satchel_statement_take_integer (statement, 0, row, error);
}

gboolean
satchel_rows_fill_unit (SatchelStore *store, SatchelRecord *record, GError **error)
{
  g_autoptr (SatchelValue) unit = NULL;
  SatchelStatement *statement;
  const SatchelValue *owner;
  gboolean row;

  if (record->entity->ownership != SATCHEL_OWNERSHIP_USER)
    return TRUE;
  owner = satchel_record_get (record, satchel_entity_owner_field (record->entity));
  statement =
      satchel_database_prepare (store->database,
                                owner != NULL && g_str_equal (satchel_value_get_entity (owner), "team")
                                    ? "SELECT f_unit FROM e_team WHERE id = ?"
                                    : "SELECT f_unit FROM e_user WHERE id = ?",
                                error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, owner != NULL ? satchel_value_get_id (owner) : NULL);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  /* What belongs to nobody's unit belongs to the root, so that every record is in a bucket. */
  unit = satchel_value_new_lookup ("business_unit", row && !satchel_statement_is_null (statement, 0)
                                                        ? satchel_statement_get_text (statement, 0)
                                                        : store->root_unit);
  satchel_statement_reset (statement);
  satchel_record_set (record, satchel_entity_unit_field (record->entity), unit);
  return TRUE;
}

gboolean
satchel_rows_read_subject (SatchelStore *store, const SatchelRecord *record, SatchelRecord **subject,
                           GError **error)
{
  const SatchelValue *entity_name, *id;
  const SatchelEntity *entity;

  *subject = NULL;
  if (record->entity->ownership != SATCHEL_OWNERSHIP_RECORD)
    return TRUE;
  entity_name = satchel_record_get_by_name (record, "record_entity");
  id = satchel_record_get_by_name (record, "record_id");
  entity = entity_name != NULL
               ? satchel_registry_find (store->registry, satchel_value_get_string (entity_name))
               : NULL;
  if (entity == NULL || id == NULL)
    return TRUE;
  return satchel_rows_read (store, entity, satchel_value_get_string (id), subject, error);
}

/* ---- writing ---- */

static void
stamp (SatchelRecord *record, const SatchelCommit *commit, const char *at_field, const char *by_field)
{
  g_autoptr (SatchelValue) at = satchel_value_new_integer (commit->at_ms);
  g_autoptr (SatchelValue) by = commit->user != NULL ? satchel_value_new_lookup ("user", commit->user) : NULL;

  satchel_record_set_by_name (record, at_field, at);
  satchel_record_set_by_name (record, by_field, by);
}

/* A filter decides what its owner carries. */
static void
note_chooser (SatchelStore *store, const SatchelRecord *filter)
{
  const SatchelValue *owner = filter != NULL ? satchel_record_get_by_name (filter, "owner") : NULL;

  if (owner != NULL)
    satchel_store_scope_changed (store, satchel_value_get_id (owner));
}

/* Who there is, where, and in which teams decides about everyone's rights. */
static void
note_rights (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after)
{
  static const char *const names[] = { "user", "business_unit", "team", "team_member", NULL };
  const char *name = (after != NULL ? after : before)->entity->name;

  if (g_strv_contains (names, name)) {
    satchel_store_rights_changed (store);
  } else if (g_str_equal (name, "offline_filter")) {
    note_chooser (store, before);
    note_chooser (store, after);
  }
}

gboolean
satchel_rows_create (SatchelStore *store, SatchelCommit *commit, SatchelRecord *record, GError **error)
{
  stamp (record, commit, "created_at", "created_by");
  return satchel_rows_restore (store, commit, record, error);
}

gboolean
satchel_rows_restore (SatchelStore *store, SatchelCommit *commit, SatchelRecord *record, GError **error)
{
  g_auto (GStrv) principals = NULL;
  gint64 row;

  record->s = commit->s;
  stamp (record, commit, "modified_at", "modified_by");
  if (!satchel_rows_fill_unit (store, record, error) ||
      !satchel_filing_note_share (store, record, &principals, error) ||
      !satchel_entity_table_write (store->database, record, "e", &row, error) ||
      !satchel_checksums_add (store, commit, record, row, error) ||
      !satchel_feed_add_created (store, commit, record, error) ||
      !satchel_filing_enter (store, record, row, error) ||
      !satchel_filing_follow_share (store, record, principals, error) ||
      !satchel_pins_note (store, row, NULL, record, error) ||
      !satchel_blobs_note (store, NULL, record, commit->at_ms, error) ||
      !satchel_filters_note (store, NULL, record, error))
    return FALSE;
  note_rights (store, NULL, record);
  return TRUE;
}

/* Writes a change row for each field that differs; *n counts them. */
static gboolean
add_field_changes (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *before,
                   const SatchelRecord *after, guint *n, GError **error)
{
  const SatchelEntity *entity = after->entity;

  *n = 0;
  for (guint i = 0; i < entity->n_fields; i++) {
    if (satchel_value_equal (before->values[i], after->values[i]))
      continue;
    if (!satchel_feed_add_field (store, commit, after, entity->fields[i], before->values[i], after->values[i],
                                 error))
      return FALSE;
    (*n)++;
  }
  return TRUE;
}

/* The unit of a user or a team decides where its records are filed. */
static gboolean
follow_owner (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after, GError **error)
{
  const SatchelValue *old, *new;

  if (!g_str_equal (after->entity->name, "user") && !g_str_equal (after->entity->name, "team"))
    return TRUE;
  old = satchel_record_get_by_name (before, "unit");
  new = satchel_record_get_by_name (after, "unit");
  return satchel_value_equal (old, new) ||
         satchel_moves_owner (store, after->entity->name, after->id,
                              old != NULL ? satchel_value_get_id (old) : store->root_unit,
                              new != NULL ? satchel_value_get_id (new) : store->root_unit, error);
}

/* Devices that know only the title hear of another one. */
static gboolean
note_title (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after, GError **error)
{
  const SatchelField *title = after->entity->title;

  return satchel_value_equal (satchel_record_get (before, title), satchel_record_get (after, title)) ||
         satchel_titles_note (store, after->entity->name, after->id, error);
}

gboolean
satchel_rows_update (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *before,
                     SatchelRecord *after, gboolean *changed, GError **error)
{
  g_auto (GStrv) principals = NULL;
  gint64 row;
  guint n;

  if (!satchel_rows_fill_unit (store, after, error) ||
      !add_field_changes (store, commit, before, after, &n, error))
    return FALSE;
  if (changed != NULL)
    *changed = n > 0;
  if (n == 0)
    return TRUE;

  after->s = commit->s;
  stamp (after, commit, "modified_at", "modified_by");
  if (!satchel_filing_note_share (store, before, &principals, error) ||
      !satchel_entity_table_update (store->database, before, after, "e", error) ||
      !satchel_rows_find (store, after->entity, after->id, &row, error) ||
      !satchel_checksums_change (store, before, after, row, error) ||
      !satchel_filing_move (store, before, after, row, error) ||
      !satchel_filing_follow_share (store, after, principals, error) ||
      !satchel_pins_note (store, row, before, after, error) || !follow_owner (store, before, after, error) ||
      !note_title (store, before, after, error) ||
      !satchel_blobs_note (store, before, after, commit->at_ms, error) ||
      !satchel_filters_note (store, before, after, error))
    return FALSE;
  note_rights (store, before, after);
  return TRUE;
}

gboolean
satchel_rows_delete (SatchelStore *store, SatchelCommit *commit, const SatchelRecord *record, GError **error)
{
  g_auto (GStrv) principals = NULL;
  gint64 row;

  if (!satchel_rows_find (store, record->entity, record->id, &row, error) ||
      !satchel_filing_note_share (store, record, &principals, error) ||
      !satchel_filing_leave (store, record, row, error) ||
      !satchel_pins_note (store, row, record, NULL, error) ||
      !satchel_blobs_note (store, record, NULL, commit->at_ms, error) ||
      !satchel_filters_note (store, record, NULL, error) ||
      !satchel_entity_table_delete (store->database, record->entity, "e", record->id, error) ||
      !satchel_checksums_remove (store, commit, record, row, error) ||
      !satchel_filing_follow_share (store, record, principals, error) ||
      !satchel_feed_add_deleted (store, commit, record, error))
    return FALSE;
  note_rights (store, record, NULL);
  return TRUE;
}

/* ---- finding ---- */

static GPtrArray *
take_records (SatchelStatement *statement, const SatchelEntity *entity, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  gboolean row;

  while (satchel_statement_step (statement, &row, error)) {
    SatchelRecord *record;

    if (!row)
      return g_steal_pointer (&records);
    record = satchel_entity_table_get (statement, entity, 0, error);
    if (record == NULL) {
      satchel_statement_reset (statement);
      return NULL;
    }
    g_ptr_array_add (records, record);
  }
  return NULL;
}

GPtrArray *
satchel_rows_list (SatchelStore *store, const SatchelEntity *entity, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s r ORDER BY r.row",
                                          satchel_entity_table_columns (entity), satchel_sql_table (entity));
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  return statement != NULL ? take_records (statement, entity, error) : NULL;
}

static const char *
referring_sql (SatchelStore *store, const SatchelReference *reference, gboolean among)
{
  static const char purpose[] = "referring";
  const char *sql = satchel_database_find_text (store->database, reference->field, purpose);

  return sql != NULL ? sql
                     : satchel_database_keep_text (
                           store->database, reference->field, purpose,
                           g_strdup_printf (
                               among ? "SELECT %s FROM %s r WHERE instr (r.%s, ?1) ORDER BY r.row LIMIT ?2"
                                     : "SELECT %s FROM %s r WHERE r.%s = ?1 ORDER BY r.row LIMIT ?2",
                               satchel_entity_table_columns (reference->entity),
                               satchel_sql_table (reference->entity), satchel_sql_column (reference->field)));
}

GPtrArray *
satchel_rows_list_referring (SatchelStore *store, const SatchelReference *reference, const char *entity,
                             const char *id, gint64 limit, GError **error)
{
  const gboolean among = reference->field->type == SATCHEL_TYPE_PARTIES;
  const char *sql = referring_sql (store, reference, among);
  g_autoptr (SatchelValue) value = satchel_value_new_lookup (entity, id);
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);

  if (statement == NULL)
    return NULL;
  if (among)
    satchel_statement_bind_text (statement, 1, id);
  else
    satchel_statement_bind_value (statement, 1, reference->field, value);
  satchel_statement_bind_integer (statement, 2, limit);
  return take_records (statement, reference->entity, error);
}

/* Appends those of one entity. */
static gboolean
add_satellites (SatchelStore *store, const SatchelEntity *satellite, const char *entity, const char *id,
                GPtrArray *satellites, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT %s FROM %s r WHERE r.f_record_id = ? AND +r.f_record_entity = ? ORDER BY r.row",
      satchel_entity_table_columns (satellite), satchel_sql_table (satellite));
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  GPtrArray *found;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  satchel_statement_bind_text (statement, 2, entity);
  found = take_records (statement, satellite, error);
  if (found != NULL)
    g_ptr_array_extend_and_steal (satellites, found);
  return found != NULL;
}

GPtrArray *
satchel_rows_list_satellites (SatchelStore *store, const char *entity, const char *id, GError **error)
{
  g_autoptr (GPtrArray) satellites = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    if (entities[i]->ownership == SATCHEL_OWNERSHIP_RECORD &&
        !add_satellites (store, entities[i], entity, id, satellites, error))
      return NULL;
  }
  return g_steal_pointer (&satellites);
}

gboolean
satchel_rows_find_open_conflict (SatchelStore *store, const SatchelRecord *record, const char *field,
                                 const char *device, SatchelRecord **conflict, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (store->registry, "conflict");
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *sql = NULL;
  SatchelStatement *statement;

  *conflict = NULL;
  /* From the newest backwards along the record's own index (hence the "+"): a device that disputes one field
   * a thousand times must not have all of them read each time. */
  sql = g_strdup_printf ("SELECT %s FROM e_conflict r WHERE r.f_record_id = ? AND +r.f_record_entity = ?"
                         " AND +r.f_field = ? AND +r.f_device = ? AND +r.f_status = 'open'"
                         " ORDER BY r.row DESC LIMIT 1",
                         satchel_entity_table_columns (entity));
  statement = satchel_database_prepare (store->database, sql, error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record->id);
  satchel_statement_bind_text (statement, 2, record->entity->name);
  satchel_statement_bind_text (statement, 3, field);
  satchel_statement_bind_text (statement, 4, device);
  found = take_records (statement, entity, error);
  if (found == NULL)
    return FALSE;
  if (found->len > 0)
    *conflict = satchel_record_copy (found->pdata[0]);
  return TRUE;
}
