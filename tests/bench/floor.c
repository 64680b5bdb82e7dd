/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/floor.h"

#include <glib/gstdio.h>
#include <fcntl.h>
#include <libsoup/soup.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/error.h"
#include "protocol/sqlite/tokenizer.h"
#include "tests/bench/measure.h"

static gboolean
execute (sqlite3 *db, const char *sql, GError **error)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", sql, sqlite3_errmsg (db));
  return FALSE;
}

/* Every statement of @query's first column, run on @db. */
static gboolean
execute_each (sqlite3 *db, const char *query, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *statement = NULL;
  sqlite3_prepare_v2 (db, query, -1, &statement, NULL);
  while (sqlite3_step (statement) == SQLITE_ROW)
    g_ptr_array_add (texts, g_strdup ((const char *)sqlite3_column_text (statement, 0)));
  sqlite3_finalize (statement);
  for (guint i = 0; i < texts->len; i++)
    if (!execute (db, g_ptr_array_index (texts, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
load (sqlite3 *db, GError **error)
{
  return execute (db, "PRAGMA main.journal_mode=OFF; PRAGMA main.synchronous=OFF; BEGIN", error) &&
         execute_each (db, "SELECT sql FROM source.sqlite_master WHERE type = 'table' AND name GLOB 'e_*'",
                       error) &&
         execute_each (
             db,
             "SELECT 'INSERT INTO main.'||name||' SELECT * FROM source.'||name FROM source.sqlite_master "
             "WHERE type = 'table' AND name GLOB 'e_*'",
             error) &&
         execute_each (
             db,
             "SELECT sql FROM source.sqlite_master WHERE type = 'index' AND tbl_name GLOB 'e_*' AND sql IS "
             "NOT NULL",
             error) &&
         execute_each (
             db, "SELECT sql FROM source.sqlite_master WHERE type = 'table' AND sql LIKE '%USING fts5%'",
             error) &&
         execute_each (
             db,
             "SELECT 'INSERT INTO '||name||'('||name||') VALUES (''rebuild'')' FROM source.sqlite_master "
             "WHERE type = 'table' AND sql LIKE '%USING fts5%'",
             error) &&
         execute (db, "COMMIT", error);
}

double
bench_floor_load (const char *replica, const char *path, GError **error)
{
  g_autofree char *attach = g_strdup_printf ("ATTACH 'file:%s?mode=ro' AS source", replica);
  sqlite3 *db = NULL;
  g_unlink (path);
  gboolean ok = sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI,
                                 NULL) == SQLITE_OK &&
                satchel_tokenizer_register (db, error) && execute (db, attach, error);
  double started = bench_now ();
  ok = ok && load (db, error);
  sqlite3_close (db);
  int fd = g_open (path, O_RDONLY, 0);
  if (fd >= 0) {
    fsync (fd);
    close (fd);
  }
  double seconds = bench_now () - started;
  g_unlink (path);
  return ok ? seconds : NAN;
}

BenchFile *
bench_floor_open (const char *path, GError **error)
{
  sqlite3 *db = NULL;
  if (sqlite3_open (path, &db) == SQLITE_OK &&
      execute (
          db,
          "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
          "WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c WHERE i < 50000)"
          "INSERT INTO t SELECT i, hex(randomblob(100)) FROM c",
          error))
    return db;
  bench_floor_close (db);
  return NULL;
}

void
bench_floor_close (BenchFile *file)
{
  sqlite3_close (file);
}

double
bench_floor_update (BenchFile *file, guint n, guint group, GError **error)
{
  sqlite3_stmt *update = NULL;
  sqlite3_prepare_v2 (file, "UPDATE t SET v = 'edited' || ?2 WHERE id = ?1", -1, &update, NULL);
  gboolean ok = TRUE;
  double started = bench_now ();
  for (guint i = 0; ok && i < n; i++) {
    ok = i % group != 0 || execute (file, "BEGIN IMMEDIATE", error);
    sqlite3_bind_int (update, 1, 1 + i * 7 % 50000);
    sqlite3_bind_int64 (update, 2, g_get_monotonic_time ());
    sqlite3_step (update);
    sqlite3_reset (update);
    if (ok && (i % group == group - 1 || i == n - 1))
      ok = execute (file, "COMMIT", error);
  }
  double seconds = bench_now () - started;
  sqlite3_finalize (update);
  return ok ? seconds : NAN;
}

double
bench_floor_transactions (const char *path, guint n, guint group, GError **error)
{
  BenchFile *file = bench_floor_open (path, error);
  double seconds = file != NULL ? bench_floor_update (file, n, group, error) : NAN;
  g_clear_pointer (&file, bench_floor_close);
  return seconds;
}

double
bench_floor_match (SatchelDatabase *database, const SatchelEntity *entity, const char *typed, GError **error)
{
  g_autofree char *expression = satchel_search_expression (typed, NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT rowid FROM \"x_%s\" WHERE \"x_%s\" MATCH ? LIMIT 50",
                                          entity->name, entity->name);
  double started = bench_now ();
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);
  if (statement == NULL)
    return NAN;
  satchel_statement_bind_text (statement, 1, expression);
  for (gboolean row = TRUE; row;)
    if (!satchel_statement_step (statement, &row, error))
      return NAN;
  return bench_now () - started;
}

/* ---- a bare SoupServer ---- */

static void
hello_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  static const char body[] = "{\"ok\":true}";
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, body, sizeof body - 1);
}

static void
hello_run (int write_fd)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  SoupServer *server = soup_server_new ("server-header", "hello", NULL);
  soup_server_add_handler (server, NULL, hello_cb, NULL, NULL);
  guint port = 0;
  if (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL)) {
    GSList *uris = soup_server_get_uris (server);
    port = g_uri_get_port (uris->data);
  }
  if (write (write_fd, &port, sizeof port) != sizeof port)
    _exit (1);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
}

gboolean
bench_hello_start (BenchHello *hello, GError **error)
{
  int pipe_fds[2];
  if (pipe (pipe_fds) != 0 || (hello->pid = fork ()) < 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot start the bare server");
    return FALSE;
  }
  if (hello->pid == 0) {
    hello_run (pipe_fds[1]);
    _exit (1);
  }
  close (pipe_fds[1]);
  ssize_t size = read (pipe_fds[0], &hello->port, sizeof hello->port);
  close (pipe_fds[0]);
  if (size == sizeof hello->port && hello->port != 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the bare server does not listen");
  bench_hello_stop (hello);
  return FALSE;
}

void
bench_hello_stop (BenchHello *hello)
{
  kill (hello->pid, SIGKILL);
  waitpid (hello->pid, NULL, 0);
}

double
bench_hello_round_trip (const BenchHello *hello, guint n, GError **error)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", hello->port);
  double started = bench_now ();
  for (guint i = 0; i < n; i++) {
    g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
    g_autoptr (GBytes) body = soup_session_send_and_read (session, message, NULL, error);
    if (body == NULL)
      return NAN;
  }
  return (bench_now () - started) / n;
}
