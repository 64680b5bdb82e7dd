/* One wrong row in a replica: what it takes to find and mend it. And how large the replica is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>
#include <time.h>

#include "client/sync/audit.h"
#include "client/sync/call.h"
#include "protocol/error.h"
#include "tests/bench/figures.h"
#include "tests/bench/measure.h"

static gboolean
fail (const char *what, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "heal: %s", what);
  return FALSE;
}

/* ---- size ---- */

/* MB of the rows alone, in a file without indexes. */
static double
raw_size (const char *replica, SatchelRegistry *registry, const char *path, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);
  sqlite3 *raw = NULL;
  GStatBuf info;
  gboolean copied;

  g_string_append_printf (sql, "ATTACH '%s' AS replica;", replica);
  for (guint i = 0; i < n_entities; i++)
    g_string_append_printf (sql, "CREATE TABLE \"e_%s\" AS SELECT * FROM replica.\"e_%s\";",
                            entities[i]->name, entities[i]->name);
  copied =
      sqlite3_open (path, &raw) == SQLITE_OK && sqlite3_exec (raw, sql->str, NULL, NULL, NULL) == SQLITE_OK;
  sqlite3_close (raw);
  if (copied && g_stat (path, &info) == 0)
    return (double)info.st_size / 1e6;
  fail ("the raw rows cannot be weighed", error);
  return NAN;
}

gboolean
bench_replica (BenchRig *rig, GError **error)
{
  g_autofree char *path = bench_rig_dup_replica (rig, rig->devices);
  g_autofree char *raw_path = g_build_filename (rig->directory, "raw.db", NULL);
  g_autofree char *name = g_strdup_printf ("replica_%s_mb", rig->size);
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);
  SatchelSession *session;
  SatchelDatabase *database;
  GStatBuf info;
  gboolean emptied;
  gint64 records;
  double raw;

  if (device == NULL || !bench_device_sync (device, error) || !bench_device_count (device, &records, error))
    return FALSE;
  session = bench_device_get_session (device);
  database = satchel_replica_get_database (satchel_session_get_replica (session));
  if (!satchel_database_empty_log (database, &emptied, error))
    return FALSE;
  if (!emptied || g_stat (path, &info) != 0)
    return fail ("the replica cannot be weighed", error);
  raw = raw_size (path, satchel_session_get_registry (session), raw_path, error);
  if (isnan (raw))
    return FALSE;
  bench_report (name, (double)info.st_size / 1e6, "MB", raw,
                "%" G_GINT64_FORMAT
                " records with indexes and search, after a first sync; floor: the same rows "
                "alone in plain SQLite",
                records);
  return TRUE;
}

/* ---- healing ---- */

/* Exchanges of the transport that is watched. */
static SatchelWireExchange *(*real_start) (SatchelTransport *transport, const char *path, const char *token,
                                           GBytes *body, const SatchelExchangeHandler *handler,
                                           gpointer user_data);
static guint n_rounds;

static SatchelWireExchange *
counting_start (SatchelTransport *transport, const char *path, const char *token, GBytes *body,
                const SatchelExchangeHandler *handler, gpointer user_data)
{
  n_rounds++;
  return real_start (transport, path, token, body, handler, user_data);
}

/* What else the thread has to do: how much processor time went by before its turn. On a busy machine others'
 * time would count, too. */
typedef struct {
  double last, longest;
} Pause;

static double
thread_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static gboolean
turn_cb (gpointer data)
{
  Pause *pause = data;
  const double now = thread_time ();

  pause->longest = MAX (pause->longest, now - pause->last);
  pause->last = now;
  return G_SOURCE_CONTINUE;
}

static gboolean
read_city (SatchelReplica *replica, const SatchelEntity *entity, const char *id, char **city, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;
  const SatchelValue *value;

  if (!satchel_replica_read (replica, entity, id, &record, error))
    return FALSE;
  value = record != NULL ? satchel_record_get_by_name (record, "city") : NULL;
  *city = value != NULL ? g_strdup (satchel_value_get_string (value)) : NULL;
  return TRUE;
}

typedef struct {
  SatchelAuditOutcome outcome;
  gint64 healed;
  guint64 bytes;
  guint rounds;
  double seconds, longest;
} Healing;

static gboolean
audit (BenchDevice *device, Healing *healing, GError **error)
{
  SatchelSession *session = bench_device_get_session (device);
  SatchelTransport *transport = bench_device_get_transport (device);
  g_autofree char *token = satchel_session_dup_token (session, error);
  Pause pause = { thread_time (), 0 };
  const double started = bench_now ();
  gboolean run;
  guint source;

  if (token == NULL)
    return FALSE;
  n_rounds = 0;
  real_start = transport->start;
  transport->start = counting_start;
  healing->bytes = bench_device_get_bytes (device);
  source = g_timeout_add (1, turn_cb, &pause);
  run = satchel_audit_run (session, transport, token, &healing->outcome, &healing->healed, error);
  g_source_remove (source);
  transport->start = real_start;
  healing->bytes = bench_device_get_bytes (device) - healing->bytes;
  healing->rounds = n_rounds;
  healing->seconds = bench_now () - started;
  healing->longest = pause.longest;
  return run;
}

/* Bytes to fetch the row by one who knows which it is. */
static double
fetch_bytes (BenchDevice *device, const SatchelEntity *entity, const char *id, GError **error)
{
  SatchelSession *session = bench_device_get_session (device);
  g_autofree char *token = satchel_session_dup_token (session, error);
  g_autofree char *cursor = NULL, *question = NULL;
  g_autoptr (GBytes) answer = NULL;
  guint64 bytes = bench_device_get_bytes (device);

  if (token == NULL ||
      !satchel_replica_dup_meta (satchel_session_get_replica (session), "cursor", &cursor, error))
    return NAN;
  question =
      g_strdup_printf ("{\"cursor\":\"%s\",\"entity\":\"%s\",\"ids\":[\"%s\"]}", cursor, entity->name, id);
  answer = satchel_transport_call (bench_device_get_transport (device), "/v1/rows", token, question, error);
  return answer != NULL ? (double)(bench_device_get_bytes (device) - bytes) : NAN;
}

static void
report (BenchRig *rig, const Healing *healing, const Healing *right, double floor_bytes, double floor_seconds)
{
  g_autofree char *bytes = g_strdup_printf ("heal_1_of_%s_bytes", rig->size);
  g_autofree char *rounds = g_strdup_printf ("heal_1_of_%s_rounds", rig->size);
  g_autofree char *seconds = g_strdup_printf ("heal_1_of_%s", rig->size);
  g_autofree char *pause = g_strdup_printf ("audit_%s_pause", rig->size);

  bench_report (bytes, (double)healing->bytes, "bytes", floor_bytes,
                "one wrong value found and mended, both ways, headers included; an audit that finds nothing: "
                "%" G_GUINT64_FORMAT "; floor: the row fetched by one who knows which",
                right->bytes);
  bench_report (rounds, healing->rounds, "rounds", 1, "exchanges; floor: that fetch");
  bench_report (seconds, healing->seconds, "s", floor_seconds,
                "an audit that finds nothing: %.1f s; floor: the columns of all rows read once",
                right->seconds);
  bench_report (
      pause, healing->longest * 1e3, "ms", right->longest * 1e3,
      "the most processor time of the audit in one piece, between which the main loop does what else "
      "there is; floor: that of one that finds nothing");
}

/* Seconds to read every column of every row. */
static double
time_reading (SatchelDatabase *database, SatchelRegistry *registry, GError **error)
{
  const double started = bench_now ();
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    g_autofree char *sql = g_strdup_printf ("SELECT * FROM \"e_%s\"", entities[i]->name);
    SatchelStatement *statement = satchel_database_prepare (database, sql, error);
    gsize size;
    gboolean row;

    if (statement == NULL)
      return NAN;
    do {
      if (!satchel_statement_step (statement, &row, error))
        return NAN;
      for (int j = 0; row && j < satchel_statement_get_n_columns (statement); j++)
        satchel_statement_get_blob (statement, j, &size);
    } while (row);
  }
  return bench_now () - started;
}

gboolean
bench_heal (BenchRig *rig, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "account");
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);
  g_autoptr (GPtrArray) ids = NULL;
  g_autofree char *harm = NULL, *before = NULL, *after = NULL;
  Healing right = { 0 }, healing = { 0 };
  SatchelSession *session;
  SatchelReplica *replica;
  SatchelDatabase *database;
  double floor_bytes, floor_seconds;

  if (device == NULL || !bench_device_sync (device, error))
    return FALSE;
  ids = bench_device_list_ids (device, entity, 1000, error);
  if (ids == NULL)
    return FALSE;
  session = bench_device_get_session (device);
  replica = satchel_session_get_replica (session);
  database = satchel_replica_get_database (replica);
  floor_bytes = fetch_bytes (device, entity, ids->pdata[ids->len - 1], error);
  floor_seconds = time_reading (database, satchel_session_get_registry (session), error);
  harm = g_strdup_printf ("UPDATE e_account SET f_city = 'Wrong' WHERE id = '%s'",
                          (char *)ids->pdata[ids->len - 1]);
  if (isnan (floor_bytes) || isnan (floor_seconds) || !audit (device, &right, error) ||
      !read_city (replica, entity, ids->pdata[ids->len - 1], &before, error) ||
      !satchel_database_execute (database, harm, error) || !audit (device, &healing, error) ||
      !read_city (replica, entity, ids->pdata[ids->len - 1], &after, error))
    return FALSE;
  if (right.outcome != SATCHEL_AUDIT_RIGHT || healing.outcome != SATCHEL_AUDIT_HEALED ||
      healing.healed != 1 || g_strcmp0 (before, after) != 0)
    return fail ("what was damaged was not mended", error);
  report (rig, &healing, &right, floor_bytes, floor_seconds);
  return TRUE;
}
