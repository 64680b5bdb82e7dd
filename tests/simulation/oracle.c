/* What must hold, written from the design's invariants and not from the code: it reads the two databases with
 * plain SQL and compares texts. Numbers are those of the design's list.
 *
 *   1  a set has its effect at most once       3  at rest, base = server in scope, shown = base
 *   2  every accepted value is kept somewhere  5  an applied checkpoint equals the server at one S
 *   6  a pending field never flickers back     7, 11, 13  at rest every set is applied or parked, and all
 * have converged
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/world.h"

#include <string.h>

#include "protocol/wire/message.h"
#include "tests/simulation/people.h"

typedef struct {
  char *text;   /* every column, quoted */
  char *unit;   /* of a user-owned row; NULL else */
  char *target; /* "entity/id" that a conflict is about; NULL else */
} Row;

typedef struct {
  gint64 s;
  GHashTable *rows; /* "entity/id" → Row */
} Snapshot;

typedef struct {
  char *entity, *record, *field;
  JsonNode *value;
} SimWrite;

static void
row_free (gpointer data)
{
  Row *row = data;
  g_free (row->text);
  g_free (row->unit);
  g_free (row->target);
  g_free (row);
}

static void
snapshot_free (gpointer data)
{
  Snapshot *snapshot = data;
  g_hash_table_unref (snapshot->rows);
  g_free (snapshot);
}

static void
write_free (gpointer data)
{
  SimWrite *write = data;
  g_free (write->entity);
  g_free (write->record);
  g_free (write->field);
  json_node_unref (write->value);
  g_free (write);
}

/* ---- reading databases ---- */

static sqlite3 *
server_handle (SimWorld *world)
{
  g_autofree char *path = g_build_filename (world->directory, "satchel.db", NULL);
  sqlite3 *db = NULL;
  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
    sim_fail (world, "the oracle cannot open %s", path);
  return db;
}

static sqlite3 *
device_handle (SimDevice *device)
{
  return satchel_database_get_handle (
      satchel_replica_get_database (satchel_session_get_replica (device->session)));
}

static sqlite3_stmt *
prepare (SimWorld *world, sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    sim_fail (world, "%s: %s", sql, sqlite3_errmsg (db));
  return statement;
}

/* "id, all columns in one text, unit, conflict's target" of the rows of @table */
static char *
dump_sql (const SatchelEntity *entity, const char *table, const char *where)
{
  GString *sql = g_string_new ("SELECT id, quote(s)");
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (sql, "||'|%s='||quote(%s)", entity->fields[i]->name,
                            satchel_sql_column (entity->fields[i]));
  const SatchelField *unit = satchel_entity_unit_field (entity);
  g_string_append_printf (sql, ", %s", unit != NULL ? satchel_sql_column (unit) : "NULL");
  g_string_append (sql, entity->ownership == SATCHEL_OWNERSHIP_RECORD ? ", f_record_entity||'/'||f_record_id"
                                                                      : ", NULL");
  g_string_append_printf (sql, " FROM \"%s_%s\" AS t WHERE %s", table, entity->name, where);
  return g_string_free (sql, FALSE);
}

static void
dump (SimWorld *world, sqlite3 *db, const SatchelEntity *entity, const char *table, const char *where,
      GHashTable *rows)
{
  g_autofree char *sql = dump_sql (entity, table, where);
  sqlite3_stmt *statement = prepare (world, db, sql);
  while (sqlite3_step (statement) == SQLITE_ROW) {
    Row *row = g_new0 (Row, 1);
    row->text = g_strdup ((const char *)sqlite3_column_text (statement, 1));
    row->unit = g_strdup ((const char *)sqlite3_column_text (statement, 2));
    row->target = g_strdup ((const char *)sqlite3_column_text (statement, 3));
    g_hash_table_insert (rows, g_strdup_printf ("%s/%s", entity->name, sqlite3_column_text (statement, 0)),
                         row);
  }
  sqlite3_finalize (statement);
}

static GHashTable *
rows_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, row_free);
}

static gint64
read_integer (SimWorld *world, sqlite3 *db, const char *sql, const char *argument)
{
  sqlite3_stmt *statement = prepare (world, db, sql);
  if (argument != NULL)
    sqlite3_bind_text (statement, 1, argument, -1, SQLITE_STATIC);
  gint64 number = sqlite3_step (statement) == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : -1;
  sqlite3_finalize (statement);
  return number;
}

/* ---- the server's past ---- */

void
sim_oracle_init (SimWorld *world)
{
  world->snapshots = g_ptr_array_new_with_free_func (snapshot_free);
  sim_oracle_note_server (world);
}

void
sim_oracle_clear (SimWorld *world)
{
  g_clear_pointer (&world->snapshots, g_ptr_array_unref);
}

void
sim_oracle_note_server (SimWorld *world)
{
  sqlite3 *db = server_handle (world);
  gint64 s = read_integer (world, db, "SELECT s FROM clock", NULL);
  Snapshot *last =
      world->snapshots->len > 0 ? g_ptr_array_index (world->snapshots, world->snapshots->len - 1) : NULL;
  if (last == NULL || last->s != s) {
    Snapshot *snapshot = g_new0 (Snapshot, 1);
    snapshot->s = s;
    snapshot->rows = rows_new ();
    guint n;
    const SatchelEntity *const *entities = satchel_registry_get_entities (world->registry, &n);
    for (guint i = 0; i < n; i++)
      dump (world, db, entities[i], "e", "true", snapshot->rows);
    g_ptr_array_add (world->snapshots, snapshot);
  }
  sqlite3_close (db);
}

static const Snapshot *
snapshot_at (SimWorld *world, gint64 s)
{
  for (guint i = world->snapshots->len; i > 0; i--) {
    const Snapshot *snapshot = g_ptr_array_index (world->snapshots, i - 1);
    if (snapshot->s == s)
      return snapshot;
  }
  return NULL;
}

/* The device's own unit, as the server had it in @snapshot; NULL: it reads every unit. */
static gboolean
readable (const SimDevice *device, const Snapshot *snapshot, const char *unit, const Row *row)
{
  if (device->reads_all)
    return TRUE;
  if (row->target != NULL) {
    const Row *target = g_hash_table_lookup (snapshot->rows, row->target);
    return target != NULL && readable (device, snapshot, unit, target);
  }
  return row->unit == NULL || g_strcmp0 (row->unit, unit) == 0;
}

static char *
own_unit (SimDevice *device)
{
  const SatchelEntity *users = satchel_registry_find (device->world->registry, "user");
  g_autoptr (SatchelRecord) user = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ok = satchel_replica_read_base (satchel_session_get_replica (device->session), users,
                                           satchel_session_get_user (device->session), &user, &error);
  sim_check (device->world, ok, error, "reading the user's own record");
  const SatchelValue *unit = user != NULL ? satchel_record_get_by_name (user, "unit") : NULL;
  return unit != NULL ? g_strdup (satchel_value_get_id (unit)) : NULL;
}

/* @rows against what the server held at @s in the device's scope, both ways. */
static void
compare (SimDevice *device, GHashTable *rows, gint64 s, const char *what)
{
  SimWorld *world = device->world;
  const Snapshot *snapshot = snapshot_at (world, s);
  if (snapshot == NULL)
    sim_fail (world, "device %u: S %" G_GINT64_FORMAT " was never a commit", device->index, s);
  g_autofree char *unit = own_unit (device);
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, snapshot->rows);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const Row *theirs = value, *ours = g_hash_table_lookup (rows, key);
    if (!readable (device, snapshot, unit, theirs))
      continue;
    if (ours == NULL)
      sim_fail (world, "device %u (%s), %s at S %" G_GINT64_FORMAT ": %s is missing", device->index,
                device->user, what, s, (char *)key);
    if (!g_str_equal (ours->text, theirs->text))
      sim_fail (world, "device %u (%s), %s at S %" G_GINT64_FORMAT ": %s is\n#   %s, the server has\n#   %s",
                device->index, device->user, what, s, (char *)key, ours->text, theirs->text);
  }
  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const Row *theirs = g_hash_table_lookup (snapshot->rows, key);
    if (theirs == NULL || !readable (device, snapshot, unit, theirs))
      sim_fail (world, "device %u (%s), %s at S %" G_GINT64_FORMAT ": %s should not be there", device->index,
                device->user, what, s, (char *)key);
  }
}

static void
check_base (SimDevice *device, gint64 s)
{
  g_autoptr (GHashTable) rows = rows_new ();
  guint n;
  const SatchelEntity *const *entities = satchel_registry_get_entities (device->world->registry, &n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *where =
        g_strdup_printf ("id NOT IN (SELECT id FROM \"base_%s\")", entities[i]->name);
    dump (device->world, device_handle (device), entities[i], "e", where, rows);
    /* s = -1 says that the server has no such row. */
    dump (device->world, device_handle (device), entities[i], "base", "s >= 0", rows);
  }
  compare (device, rows, s, "base");
}

static void
check_shown (SimDevice *device, gint64 s)
{
  g_autoptr (GHashTable) rows = rows_new ();
  guint n;
  const SatchelEntity *const *entities = satchel_registry_get_entities (device->world->registry, &n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *where =
        g_strdup_printf ("id NOT IN (SELECT id FROM \"base_%s\" WHERE s < 0)", entities[i]->name);
    dump (device->world, device_handle (device), entities[i], "e", where, rows);
  }
  compare (device, rows, s, "what is shown");
}

/* ---- a device, after every step ---- */

static char *
cursor_of (SimDevice *device)
{
  g_autoptr (GError) error = NULL;
  char *cursor = NULL;
  gboolean ok =
      satchel_replica_dup_meta (satchel_session_get_replica (device->session), "cursor", &cursor, &error);
  sim_check (device->world, ok, error, "reading the cursor");
  return cursor;
}

static gint64
cursor_s (const char *cursor)
{
  const char *dot = cursor != NULL ? strchr (cursor, '.') : NULL;
  return dot != NULL ? g_ascii_strtoll (dot + 1, NULL, 10) : -1;
}

/* The last pending value of each field, and the records whose fate is not a plain edit's. */
static void
collect_pending (SimDevice *device, GHashTable *values, GHashTable *others)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sets =
      satchel_outbox_list (satchel_session_get_outbox (device->session),
                           (1u << SATCHEL_SET_PENDING) | (1u << SATCHEL_SET_SENT), -1, &error);
  sim_check (device->world, sets != NULL, error, "listing the outbox");
  for (guint i = 0; i < sets->len; i++) {
    const SatchelChangeSet *set = ((SatchelQueuedSet *)g_ptr_array_index (sets, i))->set;
    for (guint c = 0; c < set->changes->len; c++) {
      const SatchelChange *change = g_ptr_array_index (set->changes, c);
      if (change->kind == SATCHEL_CHANGE_DELETE || change->kind == SATCHEL_CHANGE_ACTION)
        g_hash_table_add (others, g_strdup (change->record));
      for (guint e = 0; change->kind != SATCHEL_CHANGE_ACTION && e < change->edits->len; e++) {
        const SatchelEdit *edit = g_ptr_array_index (change->edits, e);
        g_hash_table_insert (values,
                             g_strdup_printf ("%s/%s/%s", change->entity, change->record, edit->field),
                             json_node_copy (edit->value));
      }
    }
  }
}

static void
check_flicker (SimDevice *device)
{
  SimWorld *world = device->world;
  g_autoptr (GHashTable) values =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)json_node_unref);
  g_autoptr (GHashTable) others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  collect_pending (device, values, others);
  if (g_hash_table_size (others) > 0)
    return; /* actions and deletes reach other records too; their effects are checked at rest */
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, values);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    g_auto (GStrv) path = g_strsplit (key, "/", 3);
    const SatchelEntity *entity = satchel_registry_find (world->registry, path[0]);
    const SatchelField *field = satchel_entity_find_field (entity, path[2]);
    g_autoptr (SatchelRecord) record = NULL;
    g_autoptr (GError) error = NULL;
    gboolean ok = satchel_replica_read (satchel_session_get_replica (device->session), entity, path[1],
                                        &record, &error);
    sim_check (world, ok, error, "reading a record");
    if (record == NULL)
      continue; /* the server took it away; the edit will be refused */
    JsonNode *shown = satchel_value_to_wire (field, satchel_record_get (record, field));
    if (!json_node_equal (shown, value)) {
      g_autofree char *a = satchel_json_print (shown), *b = satchel_json_print (value);
      sim_fail (world, "device %u (%s): %s shows %s, pending is %s", device->index, device->user, (char *)key,
                a, b);
    }
    json_node_unref (shown);
  }
}

void
sim_oracle_check_device (SimDevice *device)
{
  g_autofree char *cursor = cursor_of (device);
  if (g_strcmp0 (cursor, device->last_cursor) != 0) {
    check_base (device, cursor_s (cursor));
    g_free (device->last_cursor);
    device->last_cursor = g_steal_pointer (&cursor);
  }
  check_flicker (device);
}

/* ---- what was typed ---- */

void
sim_oracle_note_queue (SimDevice *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sets = satchel_outbox_list (satchel_session_get_outbox (device->session),
                                                    1u << SATCHEL_SET_PENDING, -1, &error);
  sim_check (device->world, sets != NULL, error, "listing the outbox");
  for (guint i = 0; i < sets->len; i++) {
    const SatchelChangeSet *set = ((SatchelQueuedSet *)g_ptr_array_index (sets, i))->set;
    if (g_hash_table_contains (device->ledger, set->uuid))
      continue;
    GPtrArray *writes = g_ptr_array_new_with_free_func (write_free);
    for (guint c = 0; c < set->changes->len; c++) {
      const SatchelChange *change = g_ptr_array_index (set->changes, c);
      for (guint e = 0; change->kind != SATCHEL_CHANGE_ACTION && e < change->edits->len; e++) {
        const SatchelEdit *edit = g_ptr_array_index (change->edits, e);
        SimWrite *write = g_new0 (SimWrite, 1);
        write->entity = g_strdup (change->entity);
        write->record = g_strdup (change->record);
        write->field = g_strdup (edit->field);
        write->value = json_node_copy (edit->value);
        g_ptr_array_add (writes, write);
      }
    }
    g_hash_table_insert (device->ledger, g_strdup (set->uuid), writes);
  }
}

/* Everything the server still knows of a record: its row, its changes, its conflicts, and those that were deleted with
 * it: history keeps their values. */
static char *
everything_known (SimWorld *world, sqlite3 *db, const SatchelEntity *entity, const char *id)
{
  GString *text = g_string_new (NULL);
  g_autofree char *now = dump_sql (entity, "e", "id = ?1");
  const char *const queries[] = {
    now, "SELECT '', ifnull(old,'')||' '||ifnull(new,'') FROM change WHERE record = ?1",
    "SELECT '', ifnull(f_base,'')||' '||ifnull(f_mine,'')||' '||ifnull(f_theirs,'') FROM e_conflict"
    " WHERE f_record_id = ?1",
    "SELECT '', old FROM change WHERE entity = 'conflict' AND field = '' AND old ->> 'record_id' = ?1",
  };
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++) {
    sqlite3_stmt *statement = prepare (world, db, queries[i]);
    sqlite3_bind_text (statement, 1, id, -1, SQLITE_STATIC);
    while (sqlite3_step (statement) == SQLITE_ROW)
      g_string_append_printf (text, "%s\n", sqlite3_column_text (statement, 1));
    sqlite3_finalize (statement);
  }
  return g_string_free (text, FALSE);
}

static void
check_kept (SimWorld *world, sqlite3 *db, const SimDevice *device, const char *uuid, const SimWrite *write)
{
  const SatchelEntity *entity = satchel_registry_find (world->registry, write->entity);
  const SatchelField *field = satchel_entity_find_field (entity, write->field);
  if (JSON_NODE_HOLDS_NULL (write->value) || field->policy == SATCHEL_POLICY_MAX ||
      field->policy == SATCHEL_POLICY_MIN || field->policy == SATCHEL_POLICY_COUNTER)
    return; /* nothing typed, or kept as a part of another number */
  g_autofree char *known = everything_known (world, db, entity, write->record);
  g_autofree char *whole = json_node_get_value_type (write->value) == G_TYPE_STRING
                               ? g_strdup (json_node_get_string (write->value))
                               : satchel_json_print (write->value);
  g_auto (GStrv) words = g_strsplit_set (whole, field->policy == SATCHEL_POLICY_TEXT ? " \n" : "|", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (known, words[i]) == NULL)
      sim_fail (world, "2: device %u, set %s: “%s” typed into %s.%s of %s is nowhere", device->index, uuid,
                words[i], write->entity, write->field, write->record);
}

static void
check_ledger (SimWorld *world, sqlite3 *db, SimDevice *device)
{
  GHashTableIter iter;
  gpointer uuid, writes;
  g_hash_table_iter_init (&iter, device->ledger);
  while (g_hash_table_iter_next (&iter, &uuid, &writes)) {
    gint64 outcomes = read_integer (world, db, "SELECT count(*) FROM outcome WHERE uuid = ?1", uuid);
    gboolean applied = read_integer (world, db, "SELECT s > 0 FROM outcome WHERE uuid = ?1", uuid) > 0;
    if (outcomes != 1)
      sim_fail (world, "11: device %u: set %s has %" G_GINT64_FORMAT " outcomes", device->index, (char *)uuid,
                outcomes);
    for (guint i = 0; applied && i < ((GPtrArray *)writes)->len; i++)
      check_kept (world, db, device, uuid, g_ptr_array_index ((GPtrArray *)writes, i));
  }
}

/* As many commits by devices as sets that were told to be applied, each with an S of its own. */
static void
check_once (SimWorld *world, sqlite3 *db)
{
  gint64 commits = read_integer (world, db, "SELECT count(*) FROM commits WHERE device IS NOT NULL", NULL);
  gint64 applied = read_integer (world, db, "SELECT count(DISTINCT s) FROM outcome WHERE s > 0", NULL);
  gint64 outcomes = read_integer (world, db, "SELECT count(*) FROM outcome WHERE s > 0", NULL);
  if (commits != outcomes || applied != outcomes)
    sim_fail (world,
              "1: %" G_GINT64_FORMAT " commits for %" G_GINT64_FORMAT " applied sets with %" G_GINT64_FORMAT
              " numbers",
              commits, outcomes, applied);
}

/* A set parked because of another one must have that other one still parked beside it. */
static void
check_parked (SimDevice *device)
{
  g_autoptr (GError) error = NULL;
  SatchelOutbox *outbox = satchel_session_get_outbox (device->session);
  gint64 waiting = 0, sent = 0;
  gboolean ok = satchel_outbox_count (outbox, SATCHEL_SET_PENDING, &waiting, &error) &&
                satchel_outbox_count (outbox, SATCHEL_SET_SENT, &sent, &error);
  sim_check (device->world, ok, error, "counting the outbox");
  if (waiting + sent > 0)
    sim_fail (device->world, "13: device %u (%s): %" G_GINT64_FORMAT " sets still wait at rest",
              device->index, device->user, waiting + sent);
  g_autoptr (GPtrArray) parked = satchel_outbox_list (outbox, 1u << SATCHEL_SET_PARKED, -1, &error);
  sim_check (device->world, parked != NULL, error, "listing what is parked");
  guint causes = 0, dependents = 0;
  for (guint i = 0; i < parked->len; i++) {
    const SatchelQueuedSet *queued = g_ptr_array_index (parked, i);
    if (queued->code == SATCHEL_ERROR_DEPENDS)
      dependents++;
    else
      causes++;
  }
  if (dependents > 0 && causes == 0)
    sim_fail (device->world, "7: device %u: %u sets depend on nothing that is parked", device->index,
              dependents);
}

void
sim_oracle_check_rest (SimWorld *world)
{
  sqlite3 *db = server_handle (world);
  gint64 s = read_integer (world, db, "SELECT s FROM clock", NULL);
  check_once (world, db);
  for (guint i = 0; i < world->devices->len; i++) {
    SimDevice *device = g_ptr_array_index (world->devices, i);
    g_autofree char *cursor = cursor_of (device);
    if (cursor_s (cursor) != s)
      sim_fail (world, "13: device %u is at S %" G_GINT64_FORMAT ", the server at %" G_GINT64_FORMAT,
                device->index, cursor_s (cursor), s);
    check_parked (device);
    check_base (device, s);
    check_shown (device, s);
    check_ledger (world, db, device);
  }
  sqlite3_close (db);
}
