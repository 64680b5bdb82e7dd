/* The table "pin", and the membership that follows from it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/pins.h"

#include "protocol/limits.h"
#include "protocol/predicate/predicate.h"
#include "sync-server/store/members.h"
#include "sync-server/store/rows.h"

gboolean
satchel_pins_contain (SatchelStore *store, const char *device, const char *record, gboolean *pinned,
                      GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT 1 FROM pin WHERE record = ? AND device = ?", error);
  gint64 found;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record);
  satchel_statement_bind_text (statement, 2, device);
  if (!satchel_statement_take_integer (statement, 0, &found, error))
    return FALSE;
  *pinned = found == 1;
  return TRUE;
}

/* ---- who has pinned it, and what is about it ---- */

/* The first column of @sql, which reads one text: char*. */
static GPtrArray *
list_texts (SatchelStore *store, const char *sql, const char *text, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  gboolean row;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, text);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_steal_pointer (&texts);
    g_ptr_array_add (texts, g_strdup (satchel_statement_get_text (statement, 0)));
  }
  return NULL;
}

/* Devices that have pinned @record: char*. */
static GPtrArray *
list_devices (SatchelStore *store, const char *record, GError **error)
{
  return list_texts (store, "SELECT device FROM pin WHERE record = ?", record, error);
}

typedef enum { MEMBER_ENTERS, MEMBER_CHANGES, MEMBER_LEAVES, MEMBER_IS_DELETED } Move;

/* @prefix: "", or "ENTITY/" for what is about a record of that entity. */
static gboolean
move_member (SatchelStore *store, const char *entity, const char *prefix, const char *device, gint64 row,
             const char *record, Move move, GError **error)
{
  g_autofree char *atom = g_strconcat (prefix, "pin:", device, NULL);
  gint64 bucket;

  if (!satchel_members_find_bucket (store, entity, atom, &bucket, error))
    return FALSE;
  switch (move) {
  case MEMBER_ENTERS:
    return satchel_members_enter (store, bucket, row, error);
  case MEMBER_CHANGES:
    return satchel_members_touch (store, bucket, row, error);
  case MEMBER_LEAVES:
    return satchel_members_leave (store, bucket, row, record, "left", error);
  case MEMBER_IS_DELETED:
    return satchel_members_leave (store, bucket, row, record, "deleted", error);
  }
  return FALSE;
}

/* What is about the record: rows of each satellite entity. */
static gboolean
move_satellites (SatchelStore *store, const SatchelEntity *satellite, const SatchelEntity *entity,
                 const char *record, const char *device, Move move, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT row, id FROM %s WHERE f_record_id = ? AND f_record_entity = ?", satchel_sql_table (satellite));
  g_autofree char *prefix = g_strconcat (entity->name, "/", NULL);
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  gboolean is_row = TRUE;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record);
  satchel_statement_bind_text (statement, 2, entity->name);
  while (is_row) {
    gint64 row;

    if (!satchel_statement_step (statement, &is_row, error))
      return FALSE;
    if (!is_row)
      break;
    row = satchel_statement_get_integer (statement, 0);
    g_array_append_val (rows, row);
    g_ptr_array_add (ids, g_strdup (satchel_statement_get_text (statement, 1)));
  }
  for (guint i = 0; i < rows->len; i++) {
    if (!move_member (store, satellite->name, prefix, device, g_array_index (rows, gint64, i), ids->pdata[i],
                      move, error))
      return FALSE;
  }
  return TRUE;
}

/* The record and what is about it. */
static gboolean
move_whole (SatchelStore *store, const SatchelEntity *entity, const char *record, const char *device,
            Move move, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (store->registry, &n_entities);
  gint64 row;

  if (!satchel_rows_find (store, entity, record, &row, error))
    return FALSE;
  if (row == 0)
    return TRUE;
  for (guint i = 0; i < n_entities; i++) {
    if (entities[i]->ownership == SATCHEL_OWNERSHIP_RECORD &&
        !move_satellites (store, entities[i], entity, record, device, move, error))
      return FALSE;
  }
  return move_member (store, entity->name, "", device, row, record, move, error);
}

/* ---- pinning ---- */

/* The device hears of its pins; its list of buckets is another one with the first of an entity. */
static gboolean
announce_bucket (SatchelStore *store, const SatchelEntity *entity, const char *device, GError **error)
{
  g_autofree char *atom = g_strconcat ("pin:", device, NULL);
  g_autoptr (GArray) buckets = satchel_members_list_buckets (store, entity->name, atom, FALSE, error);

  if (buckets == NULL)
    return FALSE;
  if (buckets->len == 0)
    satchel_store_scope_changed (store, device);
  else
    satchel_ripple_add_person (store->ripple, device);
  return TRUE;
}

static gboolean
drop_oldest (SatchelStore *store, const char *device, GError **error)
{
  for (;;) {
    SatchelStatement *statement = satchel_database_prepare (
        store->database, "SELECT record FROM pin WHERE device = ? ORDER BY s DESC LIMIT 1 OFFSET ?", error);
    g_autofree char *record = NULL;

    if (statement == NULL)
      return FALSE;
    satchel_statement_bind_text (statement, 1, device);
    satchel_statement_bind_integer (statement, 2, SATCHEL_MAX_PINS);
    if (!satchel_statement_take_text (statement, &record, error))
      return FALSE;
    if (record == NULL)
      return TRUE;
    if (!satchel_pins_remove (store, device, record, error))
      return FALSE;
  }
}

gboolean
satchel_pins_add (SatchelStore *store, SatchelCommit *commit, const char *device, const SatchelEntity *entity,
                  const char *record, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "INSERT INTO pin (record, device, entity, s) VALUES (?, ?, ?, ?)", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record);
  satchel_statement_bind_text (statement, 2, device);
  satchel_statement_bind_text (statement, 3, entity->name);
  satchel_statement_bind_integer (statement, 4, commit->s);
  return satchel_statement_run (statement, error) && announce_bucket (store, entity, device, error) &&
         move_whole (store, entity, record, device, MEMBER_ENTERS, error) &&
         drop_oldest (store, device, error);
}

/* *entity NULL when there was no such pin. */
static gboolean
take_pin (SatchelStore *store, const char *device, const char *record, const SatchelEntity **entity,
          GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "DELETE FROM pin WHERE record = ? AND device = ? RETURNING entity", error);
  gboolean row = TRUE;

  *entity = NULL;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record);
  satchel_statement_bind_text (statement, 2, device);
  while (row) {
    if (!satchel_statement_step (statement, &row, error))
      return FALSE;
    if (row)
      *entity = satchel_registry_find (store->registry, satchel_statement_get_text (statement, 0));
  }
  return TRUE;
}

gboolean
satchel_pins_remove (SatchelStore *store, const char *device, const char *record, GError **error)
{
  const SatchelEntity *entity;

  satchel_ripple_add_person (store->ripple, device);
  return take_pin (store, device, record, &entity, error) &&
         (entity == NULL || move_whole (store, entity, record, device, MEMBER_LEAVES, error));
}

/* ---- which devices ---- */

/* One look into the index for each entity. */
static char *
build_have_device (SatchelRegistry *registry)
{
  GString *sql =
      g_string_new ("SELECT EXISTS (SELECT 1 FROM bucket WHERE atom = 'pin:' || ? AND entity IN (");
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++)
    g_string_append_printf (sql, "%s'%s'", i > 0 ? ", " : "", entities[i]->name);
  g_string_append (sql, "))");
  return g_string_free (sql, FALSE);
}

gboolean
satchel_pins_have_device (SatchelStore *store, const char *device, gboolean *have, GError **error)
{
  static const char purpose[] = "pins of a device";
  const char *sql = satchel_database_find_text (store->database, store->registry, purpose);
  SatchelStatement *statement;
  gint64 found;

  if (sql == NULL)
    sql = satchel_database_keep_text (store->database, store->registry, purpose,
                                      build_have_device (store->registry));
  statement = satchel_database_prepare (store->database, sql, error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, device);
  if (!satchel_statement_take_integer (statement, 0, &found, error))
    return FALSE;
  *have = found == 1;
  return TRUE;
}

/* ---- following ---- */

gboolean
satchel_pins_touch (SatchelStore *store, const SatchelEntity *entity, const char *record, GError **error)
{
  g_autoptr (GPtrArray) devices = list_devices (store, record, error);

  if (devices == NULL)
    return FALSE;
  for (guint i = 0; i < devices->len; i++) {
    if (!move_whole (store, entity, record, devices->pdata[i], MEMBER_ENTERS, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_pins_touch_owned (SatchelStore *store, const SatchelEntity *entity, const char *owner, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT DISTINCT r.id FROM %s r CROSS JOIN pin p ON p.record = r.id WHERE r.f_owner = ?",
      satchel_sql_table (entity));
  g_autoptr (GPtrArray) records = list_texts (store, sql, owner, error);

  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len; i++) {
    if (!satchel_pins_touch (store, entity, records->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

static const char *
peek_text (const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);

  return value != NULL ? satchel_value_get_string (value) : "";
}

static gboolean
touch_subject (SatchelStore *store, const SatchelRecord *satellite, GError **error)
{
  const SatchelEntity *entity =
      satchel_registry_find (store->registry, peek_text (satellite, "record_entity"));

  return entity == NULL || satchel_pins_touch (store, entity, peek_text (satellite, "record_id"), error);
}

gboolean
satchel_pins_note (SatchelStore *store, gint64 row, const SatchelRecord *before, const SatchelRecord *after,
                   GError **error)
{
  const SatchelRecord *record = after != NULL ? after : before;
  const SatchelEntity *entity = record->entity;
  const gboolean is_satellite = entity->ownership == SATCHEL_OWNERSHIP_RECORD;
  const Move move = after == NULL ? MEMBER_IS_DELETED : before == NULL ? MEMBER_ENTERS : MEMBER_CHANGES;
  g_autoptr (GPtrArray) devices =
      list_devices (store, is_satellite ? peek_text (record, "record_id") : record->id, error);
  g_autofree char *prefix =
      is_satellite ? g_strconcat (peek_text (record, "record_entity"), "/", NULL) : g_strdup ("");

  if (devices == NULL)
    return FALSE;
  /* A share lets others read the record itself. */
  if (devices->len > 0 && g_str_equal (entity->name, "share") && !touch_subject (store, record, error))
    return FALSE;
  for (guint i = 0; i < devices->len; i++) {
    const SatchelEntity *unpinned;

    if (!move_member (store, entity->name, prefix, devices->pdata[i], row, record->id, move, error) ||
        (after == NULL && !is_satellite &&
         !take_pin (store, devices->pdata[i], record->id, &unpinned, error)))
      return FALSE;
  }
  return TRUE;
}
