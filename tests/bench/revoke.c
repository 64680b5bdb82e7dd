/* A role is taken from somebody who carries everything: what that writes on the server, and what remains on
 * her device.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <sqlite3.h>
#include <string.h>

#include "client/tally.h"
#include "protocol/error.h"
#include "tests/bench/figures.h"
#include "tests/bench/measure.h"

#define ROLE     "back-office"
#define LITTLE   "customiser" /* everybody keeps some role; this one reads next to nothing */
#define N_TRACES 200          /* ids that are looked for in the device's files */

G_GNUC_PRINTF (2, 3)
static gboolean
fail (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, text);
  return FALSE;
}

/* ---- what is written ---- */

static gboolean
run (sqlite3 *database, const char *sql, gint64 *value, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (database, sql, -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW && value != NULL)
    *value = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return code == SQLITE_ROW || code == SQLITE_DONE || fail (error, "%s: %s", sql, sqlite3_errmsg (database));
}

/* The first column of all rows. */
static gboolean
list (sqlite3 *database, const char *sql, GPtrArray *texts, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL) != SQLITE_OK)
    return fail (error, "%s: %s", sql, sqlite3_errmsg (database));
  while (sqlite3_step (statement) == SQLITE_ROW)
    g_ptr_array_add (texts, g_strdup ((const char *)sqlite3_column_text (statement, 0)));
  sqlite3_finalize (statement);
  return TRUE;
}

/* The store as it stands, beside it. */
static gboolean
keep (const char *store, const char *copy, GError **error)
{
  sqlite3 *database = NULL;
  g_autofree char *sql = g_strdup_printf ("VACUUM INTO '%s'", copy);
  gboolean kept = sqlite3_open_v2 (store, &database, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
                      ? run (database, sql, NULL, error)
                      : fail (error, "the store cannot be read");

  sqlite3_close (database);
  return kept;
}

/* Rows of one table that one has and the other has not; an updated row is in both differences. */
static gboolean
compare_table (sqlite3 *database, const char *table, gint64 *n, GError **error)
{
  g_autofree char *came = g_strdup_printf ("SELECT count(*) FROM (SELECT * FROM main.\"%s\" EXCEPT"
                                           " SELECT * FROM was.\"%s\")",
                                           table, table);
  g_autofree char *went = g_strdup_printf ("SELECT count(*) FROM (SELECT * FROM was.\"%s\" EXCEPT"
                                           " SELECT * FROM main.\"%s\")",
                                           table, table);
  gint64 n_came = 0, n_went = 0;

  if (!run (database, came, &n_came, error) || !run (database, went, &n_went, error))
    return FALSE;
  *n += MAX (n_came, n_went);
  return TRUE;
}

static gboolean
compare_tables (sqlite3 *database, const char *copy, gint64 *n, GError **error)
{
  g_autofree char *attach = g_strdup_printf ("ATTACH '%s' AS was", copy);
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (g_free);

  /* What the virtual tables show stands in tables of their own. */
  if (!run (database, attach, NULL, error) ||
      !list (database,
             "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
             tables, error))
    return FALSE;
  for (guint i = 0; i < tables->len; i++) {
    if (!compare_table (database, tables->pdata[i], n, error))
      return FALSE;
  }
  return TRUE;
}

/* Rows written since, whichever process did it: those of all tables that are not as they were. */
static gboolean
count_written (const char *store, const char *copy, gint64 *n, GError **error)
{
  sqlite3 *database = NULL;
  gboolean compared;

  *n = 0;
  compared = sqlite3_open_v2 (store, &database, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
                 ? compare_tables (database, copy, n, error)
                 : fail (error, "the store cannot be read");
  sqlite3_close (database);
  return compared;
}

/* ---- what remains ---- */

/* None of @ids but @kept, which the outbox names. */
static gboolean
expect_no_trace (const char *replica, GPtrArray *ids, const char *kept, GError **error)
{
  static const char *const endings[] = { "", "-wal" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *path = g_strconcat (replica, endings[i], NULL), *bytes = NULL;
    gsize size;

    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      continue;
    if (!g_file_get_contents (path, &bytes, &size, error))
      return FALSE;
    for (guint j = 0; j < ids->len; j++) {
      const char *id = ids->pdata[j];

      if (!g_str_equal (id, kept) && memmem (bytes, size, id, strlen (id)) != NULL)
        return fail (error, "revoke: the device still knows %s", id);
    }
  }
  return TRUE;
}

static gboolean
expect_outbox (BenchDevice *device, GError **error)
{
  SatchelTally tally;

  if (!satchel_session_count_waiting (bench_device_get_session (device), &tally, error))
    return FALSE;
  return tally.pending + tally.parked == 1 ||
         fail (error, "revoke: the edit that waited is not there any more");
}

/* ---- the figure ---- */

/* The rows of a replica, without indexes and search, in a file of their own. */
static gboolean
copy_rows (sqlite3 *bare, const char *replica, GPtrArray *tables, GError **error)
{
  g_autofree char *attach = g_strdup_printf ("ATTACH '%s' AS replica", replica);

  if (!run (bare, attach, NULL, error) ||
      !list (bare, "SELECT name FROM replica.sqlite_schema WHERE type = 'table' AND name GLOB 'e_*'", tables,
             error))
    return FALSE;
  for (guint i = 0; i < tables->len; i++) {
    const char *table = tables->pdata[i];
    g_autofree char *copy =
        g_strdup_printf ("CREATE TABLE main.\"%s\" AS SELECT * FROM replica.\"%s\"", table, table);

    if (!run (bare, copy, NULL, error))
      return FALSE;
  }
  return run (bare, "DETACH replica", NULL, error);
}

/* Seconds until they are deleted, overwritten with zeros; NAN with an error. */
static double
time_deleting (sqlite3 *bare, GPtrArray *tables, GError **error)
{
  double started;

  if (!run (bare, "PRAGMA secure_delete = ON", NULL, error))
    return NAN;
  started = bench_now ();
  for (guint i = 0; i < tables->len; i++) {
    g_autofree char *sql = g_strdup_printf ("DELETE FROM \"%s\"", (char *)tables->pdata[i]);

    if (!run (bare, sql, NULL, error))
      return NAN;
  }
  return bench_now () - started;
}

static double
time_floor (const char *replica, const char *path, GError **error)
{
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (g_free);
  sqlite3 *bare = NULL;
  double seconds = NAN;

  if (sqlite3_open (path, &bare) != SQLITE_OK)
    fail (error, "revoke: no room for a bare copy");
  else if (copy_rows (bare, replica, tables, error))
    seconds = time_deleting (bare, tables, error);
  sqlite3_close (bare);
  return seconds;
}

typedef struct {
  BenchRig *rig;
  BenchDevice *device;
  char *replica, *store, *copy;
  GPtrArray *ids;
} Revoking;

static void
revoking_clear (Revoking *revoking)
{
  g_clear_pointer (&revoking->device, bench_device_free);
  g_clear_pointer (&revoking->ids, g_ptr_array_unref);
  g_free (revoking->replica);
  g_free (revoking->store);
  g_free (revoking->copy);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Revoking, revoking_clear)

static gboolean
measure (Revoking *revoking, GError **error)
{
  static const char *const revoke[] = { "user", "role", "remove", BENCH_READER, ROLE, NULL };
  BenchRig *rig = revoking->rig;
  g_autofree char *floor_file = g_build_filename (rig->directory, "floor-revoke.db", NULL);
  g_autofree char *name = g_strdup_printf ("revoke_%s_rows_written", rig->size);
  g_autofree char *time_name = g_strdup_printf ("revoke_%s", rig->size);
  double floor, started, seconds;
  gint64 before, after, n;

  if (!bench_device_count (revoking->device, &before, error) ||
      !keep (revoking->store, revoking->copy, error))
    return FALSE;
  floor = time_floor (revoking->replica, floor_file, error);
  if (isnan (floor) || !bench_rig_run_server (rig, revoke, error))
    return FALSE;
  started = bench_now ();
  if (!bench_device_sync (revoking->device, error))
    return FALSE;
  seconds = bench_now () - started;
  if (!count_written (revoking->store, revoking->copy, &n, error) ||
      !bench_device_count (revoking->device, &after, error) || !expect_outbox (revoking->device, error) ||
      !expect_no_trace (revoking->replica, revoking->ids, revoking->ids->pdata[0], error))
    return FALSE;
  bench_report (
      name, (double)n, "rows", 1,
      "all tables before and after; %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
      " records left the device with no trace in its files; the refused edit that waited is in the outbox "
      "and, on the server, a row; floor: the grant",
      before - after, before);
  bench_report (time_name, seconds, "s", floor,
                "the device's next sync, until nothing is left; floor: its rows deleted from a plain file "
                "without indexes");
  return TRUE;
}

gboolean
bench_revoke (BenchRig *rig, GError **error)
{
  static const char *const little[] = { "user", "role", "add", BENCH_READER, LITTLE, NULL };
  static const char *const grant[] = { "user", "role", "add", BENCH_READER, ROLE, NULL };
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "account");
  const SatchelField *field = satchel_entity_find_field (entity, "phone");
  g_auto (Revoking) revoking = { rig };

  revoking.replica = bench_rig_dup_replica (rig, rig->devices);
  revoking.store = g_build_filename (rig->directory, "server", "satchel.db", NULL);
  revoking.copy = g_build_filename (rig->directory, "before.db", NULL);
  revoking.device = bench_rig_add_device (rig, BENCH_READER, error);
  if (revoking.device == NULL || !bench_rig_run_server (rig, little, error) ||
      !bench_device_sync (revoking.device, error))
    return FALSE;
  revoking.ids = bench_device_list_ids (revoking.device, entity, N_TRACES, error);
  if (revoking.ids == NULL ||
      !bench_device_edit (revoking.device, entity, revoking.ids->pdata[0], field, "+40 1", error))
    return FALSE;
  /* The rig goes on to serve others. */
  return measure (&revoking, error) && bench_rig_run_server (rig, grant, error);
}
