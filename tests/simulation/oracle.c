/* What must hold, written from the design's invariants and not from the code: it reads the two databases with
 * plain SQL and compares texts. This file compares what devices hold with what the server held; flicker.c
 * looks at what is pending, ledger.c at what was typed. Numbers are those of the design's list.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/world.h"

#include "protocol/predicate/predicate.h"
#include "tests/simulation/read.h"

typedef struct {
  char *text;   /* every column, quoted */
  char *unit;   /* of a user-owned row; NULL else */
  char *target; /* "entity/id" that a conflict is about; NULL else */
  char *author; /* of a conflict: who keeps it when she may not read its record any more… */
  char *own;    /* …but without the other side */
} Row;

typedef struct {
  gint64 epoch, s;
  GHashTable *rows; /* "entity/id" → Row */
} Snapshot;

struct _SimPast {
  GPtrArray *snapshots; /* Snapshot* */
};

static void
row_free (gpointer data)
{
  Row *row = data;
  g_free (row->text);
  g_free (row->unit);
  g_free (row->target);
  g_free (row->author);
  g_free (row->own);
  g_free (row);
}

static void
snapshot_free (gpointer data)
{
  Snapshot *snapshot = data;
  g_hash_table_unref (snapshot->rows);
  g_free (snapshot);
}

/* ---- reading rows ---- */

typedef enum { SIDES_BOTH, SIDES_MINE } Sides;

static void
append_text (GString *sql, const SatchelEntity *entity, Sides sides)
{
  g_string_append (sql, "quote(s)");
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    gboolean hidden = sides == SIDES_MINE && g_str_has_prefix (field->name, "theirs");
    g_string_append_printf (sql, "||'|%s='||quote(%s)", field->name,
                            hidden ? "NULL" : satchel_sql_column (field));
  }
}

/* The columns of a Row, after the id, of the rows of @table. */
static char *
dump_sql (const SatchelEntity *entity, const char *table, const char *where)
{
  GString *sql = g_string_new ("SELECT id, ");
  const SatchelField *unit = satchel_entity_unit_field (entity);
  append_text (sql, entity, SIDES_BOTH);
  g_string_append_printf (sql, ", %s", unit != NULL ? satchel_sql_column (unit) : "NULL");
  if (entity->ownership == SATCHEL_OWNERSHIP_RECORD) {
    gboolean authored = satchel_entity_find_field (entity, "mine_by") != NULL;
    g_string_append_printf (sql, ", f_record_entity||'/'||f_record_id, %s, ",
                            authored ? "f_mine_by" : "NULL");
    append_text (sql, entity, SIDES_MINE);
  } else {
    g_string_append (sql, ", NULL, NULL, NULL");
  }
  g_string_append_printf (sql, " FROM \"%s_%s\" AS t WHERE %s", table, entity->name, where);
  return g_string_free (sql, FALSE);
}

static void
dump (SimWorld *world, sqlite3 *db, const SatchelEntity *entity, const char *table, const char *where,
      GHashTable *rows)
{
  g_autofree char *sql = dump_sql (entity, table, where);
  sqlite3_stmt *statement = sim_prepare (world, db, sql);
  while (sqlite3_step (statement) == SQLITE_ROW) {
    Row *row = g_new0 (Row, 1);
    row->text = g_strdup ((const char *)sqlite3_column_text (statement, 1));
    row->unit = g_strdup ((const char *)sqlite3_column_text (statement, 2));
    row->target = g_strdup ((const char *)sqlite3_column_text (statement, 3));
    row->author = g_strdup ((const char *)sqlite3_column_text (statement, 4));
    row->own = g_strdup ((const char *)sqlite3_column_text (statement, 5));
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

/* ---- the server's past ---- */

void
sim_oracle_init (SimWorld *world)
{
  world->past = g_new0 (SimPast, 1);
  world->past->snapshots = g_ptr_array_new_with_free_func (snapshot_free);
  sim_oracle_note_server (world);
}

void
sim_oracle_clear (SimWorld *world)
{
  g_ptr_array_unref (world->past->snapshots);
  g_clear_pointer (&world->past, g_free);
}

static const Snapshot *
snapshot_at (SimWorld *world, gint64 epoch, gint64 s)
{
  for (guint i = world->past->snapshots->len; i > 0; i--) {
    const Snapshot *snapshot = g_ptr_array_index (world->past->snapshots, i - 1);
    if (snapshot->epoch == epoch && snapshot->s == s)
      return snapshot;
  }
  return NULL;
}

void
sim_oracle_note_server (SimWorld *world)
{
  sqlite3 *db = sim_server_handle (world);
  gint64 epoch = sim_read_integer (world, db, "SELECT epoch FROM clock", NULL);
  gint64 s = sim_read_integer (world, db, "SELECT s FROM clock", NULL);
  if (snapshot_at (world, epoch, s) == NULL) {
    Snapshot *snapshot = g_new0 (Snapshot, 1);
    snapshot->epoch = epoch;
    snapshot->s = s;
    snapshot->rows = rows_new ();
    guint n;
    const SatchelEntity *const *entities = satchel_registry_get_entities (world->registry, &n);
    for (guint i = 0; i < n; i++)
      dump (world, db, entities[i], "e", "true", snapshot->rows);
    g_ptr_array_add (world->past->snapshots, snapshot);
  }
  sqlite3_close (db);
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

/* What the device should hold of @row; NULL: nothing. */
static const char *
expected_text (const SimDevice *device, const Snapshot *snapshot, const char *unit, const Row *row)
{
  if (readable (device, snapshot, unit, row))
    return row->text;
  return g_strcmp0 (row->author, satchel_session_get_user (device->session)) == 0 ? row->own : NULL;
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

/* @rows against what the server held at @cursor, "EPOCH.S.…", in the device's scope, both ways. */
static void
compare (SimDevice *device, GHashTable *rows, const char *cursor, const char *what)
{
  SimWorld *world = device->world;
  g_auto (GStrv) place = g_strsplit (cursor, ".", 3);
  gint64 s = g_ascii_strtoll (place[1], NULL, 10);
  const Snapshot *snapshot = snapshot_at (world, g_ascii_strtoll (place[0], NULL, 10), s);
  if (snapshot == NULL)
    sim_fail (world, "5: device %u: %s.%s was never a commit", device->index, place[0], place[1]);
  g_autofree char *unit = own_unit (device);
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, snapshot->rows);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const Row *theirs = value, *ours = g_hash_table_lookup (rows, key);
    const char *expected = expected_text (device, snapshot, unit, theirs);
    if (expected == NULL)
      continue;
    if (ours == NULL)
      sim_fail (world, "%s of device %u (%s) at S %" G_GINT64_FORMAT ": %s is missing", what, device->index,
                device->user, s, (char *)key);
    if (!g_str_equal (ours->text, expected))
      sim_fail (world,
                "%s of device %u (%s) at S %" G_GINT64_FORMAT ": %s is\n#   %s, the server has\n#   %s", what,
                device->index, device->user, s, (char *)key, ours->text, expected);
  }
  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const Row *theirs = g_hash_table_lookup (snapshot->rows, key);
    if (theirs == NULL || expected_text (device, snapshot, unit, theirs) == NULL)
      sim_fail (world, "%s of device %u (%s) at S %" G_GINT64_FORMAT ": %s should not be there", what,
                device->index, device->user, s, (char *)key);
  }
}

static void
check_base (SimDevice *device, const char *cursor)
{
  g_autoptr (GHashTable) rows = rows_new ();
  guint n;
  const SatchelEntity *const *entities = satchel_registry_get_entities (device->world->registry, &n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *where = g_strdup_printf ("id NOT IN (SELECT id FROM \"base_%s\")", entities[i]->name);
    dump (device->world, sim_device_handle (device), entities[i], "e", where, rows);
    /* s = -1 says that the server has no such row. */
    dump (device->world, sim_device_handle (device), entities[i], "base", "s >= 0", rows);
  }
  compare (device, rows, cursor, "3, 5: base");
}

static void
check_shown (SimDevice *device, const char *cursor)
{
  g_autoptr (GHashTable) rows = rows_new ();
  guint n;
  const SatchelEntity *const *entities = satchel_registry_get_entities (device->world->registry, &n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *where =
        g_strdup_printf ("id NOT IN (SELECT id FROM \"base_%s\" WHERE s < 0)", entities[i]->name);
    dump (device->world, sim_device_handle (device), entities[i], "e", where, rows);
  }
  compare (device, rows, cursor, "3: what is shown");
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

void
sim_oracle_check_device (SimDevice *device)
{
  g_autofree char *cursor = cursor_of (device);
  if (cursor != NULL && g_strcmp0 (cursor, device->last_cursor) != 0) {
    check_base (device, cursor);
    g_free (device->last_cursor);
    device->last_cursor = g_steal_pointer (&cursor);
  }
  sim_flicker_check (device);
}

/* ---- at rest ---- */

static void
check_quiet (SimDevice *device)
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
}

/* What the server thinks of its own tables. */
static void
check_server (SimWorld *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = satchel_server_check (world->server, &error);
  sim_check (world, problems != NULL, error, "checking the server");
  if (problems->len > 0)
    sim_fail (world, "9: the server's check: %s", (char *)g_ptr_array_index (problems, 0));
}

void
sim_oracle_check_rest (SimWorld *world)
{
  sqlite3 *db = sim_server_handle (world);
  g_autofree char *now = sim_read_text (world, db, "SELECT epoch||'.'||s||'.' FROM clock", NULL);
  check_server (world);
  sim_ledger_check_once (world, db);
  for (guint i = 0; i < world->devices->len; i++) {
    SimDevice *device = g_ptr_array_index (world->devices, i);
    g_autofree char *cursor = cursor_of (device);
    if (cursor == NULL || !g_str_has_prefix (cursor, now))
      sim_fail (world, "13: device %u is at %s, the server at %s", device->index,
                cursor != NULL ? cursor : "nothing", now);
    check_quiet (device);
    check_base (device, cursor);
    check_shown (device, cursor);
    sim_ledger_check (device, db);
  }
  sqlite3_close (db);
}
