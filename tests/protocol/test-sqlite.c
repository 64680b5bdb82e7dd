/* Databases, migrations, entity tables, the tokenizer and what a typed search means.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gstdio.h>

#include "protocol/error.h"
#include "protocol/predicate/predicate.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/sqlite/loading.h"
#include "protocol/sqlite/migrate.h"
#include "protocol/sqlite/tokenizer.h"
#include "tests/lib/chance.h"
#include "tests/lib/fixture.h"

typedef struct {
  char *dir, *path;
  SatchelDatabase *database;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->dir = fixture_dir_new ();
  fixture->path = g_build_filename (fixture->dir, "test.db", NULL);
  fixture->database = satchel_database_open (fixture->path, SATCHEL_DATABASE_READ_WRITE, &error);
  g_assert_no_error (error);
}

static void
teardown (Fixture *fixture, gconstpointer unused)
{
  satchel_database_close (fixture->database);
  g_free (fixture->path);
  fixture_dir_remove (fixture->dir);
}

static void
execute (SatchelDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_database_execute (database, sql, &error));
  g_assert_no_error (error);
}

static gint64
integer (SatchelDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;
  SatchelStatement *statement = satchel_database_prepare (database, sql, &error);
  gint64 value;

  g_assert_no_error (error);
  g_assert_true (satchel_statement_take_integer (statement, -99, &value, &error));
  g_assert_no_error (error);
  return value;
}

/* ---- databases ---- */

static void
test_private (Fixture *fixture, gconstpointer unused)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (integer (fixture->database, "PRAGMA synchronous"), ==, 2);
  g_assert_cmpint (integer (fixture->database, "SELECT satchel_fold ('ÀB') = 'àb'"), ==, 1);
}

static void
test_transactions (Fixture *fixture, gconstpointer unused)
{
  SatchelDatabase *database = fixture->database;
  g_autoptr (GError) error = NULL;

  execute (database, "CREATE TABLE t (a INTEGER UNIQUE) STRICT");
  g_assert_true (satchel_database_begin (database, &error));
  execute (database, "INSERT INTO t VALUES (1)");
  g_assert_true (satchel_database_savepoint (database, &error));
  execute (database, "INSERT INTO t VALUES (2)");
  g_assert_true (satchel_database_savepoint (database, &error));
  execute (database, "INSERT INTO t VALUES (3)");
  satchel_database_rollback_to (database); /* the innermost only */
  g_assert_cmpint (integer (database, "SELECT sum(a) FROM t"), ==, 3);
  g_assert_true (satchel_database_release (database, &error));
  g_assert_true (satchel_database_commit (database, &error));
  g_assert_true (satchel_database_begin (database, &error));
  execute (database, "DELETE FROM t");
  satchel_database_rollback (database);
  g_assert_false (satchel_database_in_transaction (database));
  g_assert_cmpint (integer (database, "SELECT count(*) FROM t"), ==, 2);
  g_assert_false (satchel_database_execute (database, "INSERT INTO t VALUES (1)", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
}

/* SQLite undoes a transaction by itself after some errors; what follows must not be committed bit by bit. */
static void
test_undone (Fixture *fixture, gconstpointer unused)
{
  SatchelDatabase *database = fixture->database;
  g_autoptr (GError) error = NULL;
  SatchelStatement *statement;

  execute (database, "CREATE TABLE t (a INTEGER) STRICT");
  g_assert_true (satchel_database_begin (database, &error));
  execute (database, "INSERT INTO t VALUES (1)");
  execute (database, "ROLLBACK"); /* stands for what SQLite does */
  statement = satchel_database_prepare (database, "INSERT INTO t VALUES (2)", &error);
  g_assert_false (satchel_statement_run (statement, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE);
  satchel_database_rollback (database);
  g_assert_cmpint (integer (database, "SELECT count(*) FROM t"), ==, 0);
}

static void
test_statements_are_bounded (Fixture *fixture, gconstpointer unused)
{
  for (guint i = 0; i < 2000; i++) {
    g_autofree char *sql = g_strdup_printf ("SELECT %u", i);

    g_assert_cmpint (integer (fixture->database, sql), ==, i);
  }
}

static void
test_not_a_database (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (fixture->dir, "other", NULL);
  g_autofree char *missing = g_build_filename (fixture->dir, "no", "such", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      g_file_set_contents (path, "certainly not a database, but long enough to look at", -1, NULL));
  g_assert_null (satchel_database_open (path, SATCHEL_DATABASE_READ_WRITE, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_null (satchel_database_open (missing, SATCHEL_DATABASE_READ_WRITE, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE);
}

static void
test_backup (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (fixture->dir, "copy.db", NULL);
  g_autoptr (SatchelDatabase) copy = NULL;
  g_autoptr (GError) error = NULL;

  execute (fixture->database, "CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (7);");
  g_assert_true (satchel_database_backup (fixture->database, path, &error));
  g_assert_no_error (error);
  g_assert_false (satchel_database_backup (fixture->database, path, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS);
  g_clear_error (&error);
  copy = satchel_database_open (path, SATCHEL_DATABASE_READ_ONLY, &error);
  g_assert_cmpint (integer (copy, "SELECT a FROM t"), ==, 7);
  g_assert_false (satchel_database_execute (copy, "DELETE FROM t", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE);
}

/* ---- migrations ---- */

static void
test_migrate (Fixture *fixture, gconstpointer unused)
{
  SatchelDatabase *database = fixture->database;
  const char *const one[] = { "CREATE TABLE t (a INTEGER) STRICT", NULL };
  const char *const bad[] = { one[0], "INSERT INTO t VALUES (1)", "CREATE TABLE nonsense", NULL };
  const char *const two[] = { one[0], "INSERT INTO t VALUES (1)", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_migrate (database, 7, one, &error));
  g_assert_true (satchel_migrate (database, 7, one, &error));
  g_assert_false (satchel_migrate (database, 7, bad, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_cmpint (integer (database, "SELECT count(*) FROM t"), ==,
                   0); /* the step before the bad one neither */
  g_assert_cmpint (integer (database, "PRAGMA user_version"), ==, 1);
  g_assert_true (satchel_migrate (database, 7, two, &error));
  g_assert_cmpint (integer (database, "SELECT count(*) FROM t"), ==, 1);
  g_assert_false (satchel_migrate (database, 7, one, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NEWER);
  g_clear_error (&error);
  g_assert_false (satchel_migrate (database, 8, two, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
}

static void
test_migrate_foreign (Fixture *fixture, gconstpointer unused)
{
  const char *const steps[] = { "CREATE TABLE t (a INTEGER) STRICT", NULL };
  g_autoptr (GError) error = NULL;

  execute (fixture->database, "CREATE TABLE of_somebody (a)");
  g_assert_false (satchel_migrate (fixture->database, 7, steps, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
}

/* ---- entity tables ---- */

static const SatchelEntity *
lead (void)
{
  return satchel_registry_find (satchel_registry_builtin (), "lead");
}

static SatchelRecord *
new_lead (const char *name, const char *last_name)
{
  g_autofree char *id = satchel_id_for_name (name);
  g_autoptr (SatchelValue) value = satchel_value_new_string (last_name);
  SatchelRecord *record = satchel_record_new (lead (), id);

  satchel_record_set_by_name (record, "last_name", value);
  return record;
}

static void
ensure (SatchelDatabase *database)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_entity_table_ensure (database, lead (), "e", &error));
  g_assert_true (satchel_entity_search_ensure (database, lead (), &error));
  g_assert_no_error (error);
}

static gint64
hits (SatchelDatabase *database, const char *typed)
{
  g_autofree char *expression = satchel_search_expression (typed, NULL);
  g_autoptr (GError) error = NULL;
  SatchelStatement *statement;
  gint64 n_hits;

  statement =
      satchel_database_prepare (database, "SELECT count(*) FROM \"x_lead\" WHERE \"x_lead\" MATCH ?", &error);
  satchel_statement_bind_text (statement, 1, expression);
  g_assert_true (satchel_statement_take_integer (statement, 0, &n_hits, &error));
  g_assert_no_error (error);
  return n_hits;
}

static void
test_entity_table (Fixture *fixture, gconstpointer unused)
{
  SatchelDatabase *database = fixture->database;
  g_autoptr (SatchelRecord) record = new_lead ("1", "Pop"), after = NULL, read = NULL;
  g_autoptr (SatchelValue) value = satchel_value_new_string ("Ionescu");
  g_autoptr (GError) error = NULL;
  gint64 row, same_row;

  ensure (database);
  record->s = 5;
  g_assert_true (satchel_entity_table_write (database, record, "e", &row, &error));
  g_assert_cmpint (hits (database, "po"), ==, 1);

  after = satchel_record_copy (record);
  after->s = 6;
  satchel_record_set_by_name (after, "last_name", value);
  g_assert_true (satchel_entity_table_update (database, record, after, "e", &error));
  g_assert_cmpint (hits (database, "po"), ==, 0);
  g_assert_cmpint (hits (database, "ion"), ==, 1);
  g_assert_true (satchel_entity_table_read (database, lead (), "e", record->id, &read, &error));
  g_assert_cmpint (read->s, ==, 6);
  g_assert_cmpstr (satchel_value_get_string (satchel_record_get_by_name (read, "last_name")), ==, "Ionescu");

  g_assert_true (satchel_entity_table_write (database, record, "e", &same_row, &error));
  g_assert_cmpint (same_row, ==, row);
  g_assert_true (satchel_entity_table_delete (database, lead (), "e", record->id, &error));
  g_assert_cmpint (hits (database, "po"), ==, 0);
  g_clear_pointer (&read, satchel_record_free);
  g_assert_true (satchel_entity_table_read (database, lead (), "e", record->id, &read, &error));
  g_assert_null (read);
}

/* A table of an older metadata gets the new columns and indexes, and its rows stay. */
static void
test_new_fields (Fixture *fixture, gconstpointer unused)
{
  SatchelDatabase *database = fixture->database;

  execute (database, "CREATE TABLE \"e_lead\" (row INTEGER PRIMARY KEY, id TEXT NOT NULL, s INTEGER NOT "
                     "NULL, \"f_last_name\" TEXT,"
                     " \"f_shoe_size\" INTEGER) STRICT;"
                     "INSERT INTO \"e_lead\" (id, s, \"f_last_name\") VALUES ('a', 1, 'Pop')");
  ensure (database);
  ensure (database);
  g_assert_cmpint (integer (database, "SELECT count(*) FROM e_lead WHERE f_email IS NULL"), ==, 1);
  g_assert_cmpint (hits (database, "pop"), ==, 1);
}

static void
test_bulk (Fixture *fixture, gconstpointer unused)
{
  SatchelDatabase *database = fixture->database;
  g_autoptr (GError) error = NULL;

  ensure (database);
  g_assert_true (satchel_entity_search_drop (database, lead (), &error));
  g_assert_true (satchel_entity_table_drop_indexes (database, lead (), &error));
  execute (database, "INSERT INTO e_lead (id, s, f_last_name) VALUES ('a', 1, 'Pop'), ('b', 1, '王小明')");
  ensure (database);
  g_assert_cmpint (hits (database, "小明"), ==, 1);
  execute (database, "DROP INDEX \"e_lead:id\"; INSERT INTO e_lead (id, s) VALUES ('a', 1)");
  g_assert_false (satchel_entity_table_ensure (database, lead (), "e", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
}

/* ---- words ---- */

static gboolean
append_token (const char *token, gsize length, gsize start, gsize end, gboolean ideograph, gpointer data)
{
  g_string_append_printf (data, "%s%.*s%s", ((GString *)data)->len > 0 ? " " : "", (int)length, token,
                          ideograph ? "!" : "");
  g_assert_cmpuint (start, <, end);
  return TRUE;
}

static void
test_tokenize (void)
{
  static const struct {
    const char *text, *tokens;
  } cases[] = {
    { "", "" },
    { " .,;-", "" },
    { "Acme Corp.", "acme corp" },
    { "Müller Straße Łódź Øre", "muller strasse lodz ore" },
    { "M\xc3\xbcller Mu\xcc\x88ller", "muller muller" }, /* composed and decomposed */
    { "Ștefan Țepeș ŢĂŞ", "stefan tepes tas" },
    { "ΑΘΗΝΑΣ Αθήνας", "αθηνασ αθηνασ" },
    { "ЁЛКА йод", "елка иод" },
    { "ＡＢＣ１２", "abc12" }, /* full width */
    { "ﬁne", "fine" },
    { "北京Acme重型", "北! 京! acme 重! 型!" },
    { "ひらカタ가나", "ひ! ら! カ! タ! 가! 나!" },
    { "ｶﾀ", "カ! タ!" }, /* half width */
    { "東京・大阪", "東! 京! 大! 阪!" },
    { "𠀀𠀁", "𠀀! 𠀁!" },
    { "ana.pop@cluj.ro", "ana pop cluj ro" },
    { "+40 721-123", "40 721 123" },
    { "A4-2019/7", "a4 2019 7" },
    { "हिन्दी", "हिन्दी" }, /* vowel signs belong to the word */
    { "a\xff"
      "b\xc3",
      "a b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) tokens = g_string_new (NULL);

    satchel_tokenize (cases[i].text, strlen (cases[i].text), append_token, tokens);
    g_assert_cmpstr (tokens->str, ==, cases[i].tokens);
  }
}

static gboolean
check_token (const char *token, gsize length, gsize start, gsize end, gboolean ideograph, gpointer data)
{
  g_assert_cmpuint (length, <=, 400);
  g_assert_true (g_utf8_validate (token, (gssize)length, NULL));
  return TRUE;
}

static void
test_tokenize_any (void)
{
  for (guint round = 0; round < 2000; round++) {
    char bytes[200];

    for (guint i = 0; i < sizeof bytes; i++)
      bytes[i] = (char)(g_test_rand_int_range (0, 4) == 0 ? g_test_rand_int_range (0, 256)
                                                          : g_test_rand_int_range (0xe3, 0xed));
    satchel_tokenize (bytes, sizeof bytes, check_token, NULL);
  }
  {
    g_autoptr (GString) run = g_string_new (NULL);

    for (guint i = 0; i < 10000; i++)
      g_string_append (run, "\xef\xb7\xba"); /* U+FDFA decomposes to eighteen characters */
    satchel_tokenize (run->str, run->len, check_token, NULL);
  }
}

static void
test_expression (void)
{
  static const struct {
    const char *typed, *expression;
  } cases[] = {
    { "", NULL },
    { " !\"* ", NULL },
    { "Acme", "\"acme\"*" },
    { "acme  CORP", "\"acme\"* AND \"corp\"*" },
    { "重型", "\"重 型\"" },
    { "ana.pop@cl", "\"ana pop cl\"*" },
    { "北京Acme x", "\"北 京 acme\"* AND \"x\"*" },
    { "a\" OR b NOT (c) ^d:", "\"a\"* AND \"or\"* AND \"b\"* AND \"not\"* AND \"c\"* AND \"d\"*" },
    { "\xff", NULL },
  };
  const char *const fields[] = { "first_name", "last_name", NULL };
  g_autofree char *limited = satchel_search_expression ("x y", fields);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *expression = satchel_search_expression (cases[i].typed, NULL);

    g_assert_cmpstr (expression, ==, cases[i].expression);
  }
  g_assert_cmpstr (limited, ==, "{\"f_first_name\" \"f_last_name\"} : (\"x\"* AND \"y\"*)");
}

/* ---- while somebody fills it ---- */

typedef struct {
  const char *path;
  GMutex mutex;
  GCond cond;
  gboolean opened;
} Opener;

static gpointer
open_thread (gpointer data)
{
  Opener *opener = data;
  g_autoptr (GError) error = NULL;
  SatchelDatabase *database = satchel_database_open (opener->path, SATCHEL_DATABASE_READ_WRITE, &error);

  g_assert_no_error (error);
  execute (database, "INSERT INTO t VALUES (3)");
  satchel_database_close (database);
  g_mutex_lock (&opener->mutex);
  opener->opened = TRUE;
  g_cond_signal (&opener->cond);
  g_mutex_unlock (&opener->mutex);
  return NULL;
}

/* Whoever opens a file that is being filled waits, and fails no more than other writers do. */
static void
test_loading (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  Opener opener = { .path = fixture->path };
  GThread *thread;
  gint64 end_us;

  execute (fixture->database, "CREATE TABLE t (x INTEGER)");
  g_assert_true (satchel_loading_begin (fixture->database, &error));
  g_assert_true (satchel_database_begin (fixture->database, &error));
  execute (fixture->database, "INSERT INTO t VALUES (1), (2)");
  thread = g_thread_new ("opener", open_thread, &opener);
  end_us = g_get_monotonic_time () + G_USEC_PER_SEC / 2;
  g_mutex_lock (&opener.mutex);
  while (!opener.opened && g_cond_wait_until (&opener.cond, &opener.mutex, end_us)) {
  }
  g_assert_false (opener.opened);
  g_mutex_unlock (&opener.mutex);
  g_assert_true (satchel_database_commit (fixture->database, &error));
  satchel_loading_end (fixture->database);
  g_thread_join (thread);
  g_assert_no_error (error);
  g_assert_true (opener.opened);
}

#define ADD(path, function) g_test_add ("/protocol/sqlite/" path, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  ADD ("private", test_private);
  ADD ("transactions", test_transactions);
  ADD ("undone", test_undone);
  ADD ("statements-are-bounded", test_statements_are_bounded);
  ADD ("not-a-database", test_not_a_database);
  ADD ("backup", test_backup);
  ADD ("migrate", test_migrate);
  ADD ("migrate-foreign", test_migrate_foreign);
  ADD ("entity-table", test_entity_table);
  ADD ("new-fields", test_new_fields);
  ADD ("bulk", test_bulk);
  ADD ("loading", test_loading);
  g_test_add_func ("/protocol/sqlite/tokenize", test_tokenize);
  g_test_add_func ("/protocol/sqlite/tokenize-any", test_tokenize_any);
  g_test_add_func ("/protocol/sqlite/expression", test_expression);
  return g_test_run ();
}
