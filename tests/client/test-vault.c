/* What a vault keeps, databases above all, what it shows to somebody with the disk, and what it notices.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/blobs/store.h"
#include "client/replica/check.h"
#include "client/replica/rescue.h"
#include "client/vault/seal.h"
#include "client/vault/vault.h"
#include "protocol/error.h"
#include "protocol/limits.h"
#include "tests/lib/fixture.h"

#define SECRET "Geheimrat"
#define ROWS   2000

typedef struct {
  char *dir, *path;
  SatchelVault *vault;
} Place;

static const guint8 key[SATCHEL_VAULT_KEY_BYTES] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static void
place_init (Place *place)
{
  g_autoptr (GError) error = NULL;

  place->dir = fixture_dir_new ();
  place->path = g_build_filename (place->dir, "replica.db", NULL);
  place->vault = satchel_vault_new (key, &error);
  g_assert_no_error (error);
}

static void
place_clear (Place *place)
{
  satchel_vault_free (place->vault);
  fixture_dir_remove (place->dir);
  g_free (place->path);
}

static SatchelDatabase *
open_at (Place *place, const char *path)
{
  g_autoptr (GError) error = NULL;
  SatchelDatabase *database = satchel_database_open_in (path, SATCHEL_DATABASE_READ_WRITE,
                                                        satchel_vault_get_store (place->vault), &error);

  g_assert_no_error (error);
  return database;
}

static void
run (SatchelDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;

  if (!satchel_database_execute (database, sql, &error))
    g_assert_no_error (error);
}

static gboolean
try_number (SatchelDatabase *database, const char *sql, gint64 *number, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  return statement != NULL && satchel_statement_take_integer (statement, -1, number, error);
}

static gint64
number (SatchelDatabase *database, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 found = -1;

  if (!try_number (database, sql, &found, &error))
    g_assert_no_error (error);
  return found;
}

static void
fill (SatchelDatabase *database, guint rows)
{
  g_autofree char *sql = g_strdup_printf ("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT); WITH "
                                          "RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                                          " WHERE i < %u) INSERT INTO t SELECT i, '" SECRET
                                          " ' || i || hex (randomblob (40)) FROM n",
                                          rows);

  run (database, sql);
  run (database, "CREATE VIRTUAL TABLE x USING fts5 (text, content = 't', content_rowid = 'id');"
                 "INSERT INTO x (x) VALUES ('rebuild')");
}

/* All files as they are, into another folder: what a thief, or a crash, finds. */
static char *
copy_files (Place *place)
{
  static const char *const suffixes[] = { "", "-wal" };
  char *dir = fixture_dir_new ();

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *from = g_strconcat (place->path, suffixes[i], NULL);
    g_autofree char *name = g_strconcat ("replica.db", suffixes[i], NULL);
    g_autofree char *to = g_build_filename (dir, name, NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    if (g_file_get_contents (from, &bytes, &size, NULL))
      g_assert_true (g_file_set_contents (to, bytes, size, NULL));
  }
  return dir;
}

static gboolean
holds (const char *dir, const char *word)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (dir, name, NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
    if (memmem (bytes, size, word, strlen (word)) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* ---- tests ---- */

static void
test_keeps (void)
{
  Place place;
  SatchelDatabase *database;

  place_init (&place);
  database = open_at (&place, place.path);
  fill (database, ROWS);
  g_assert_false (holds (place.dir, SECRET));
  g_assert_false (holds (place.dir, "CREATE TABLE"));
  satchel_database_close (database);
  g_assert_false (holds (place.dir, SECRET));
  g_assert_false (holds (place.dir, "SQLite format"));
  g_assert_cmpint (satchel_vault_look (place.path), ==, SATCHEL_VAULT_SEALED);

  database = open_at (&place, place.path);
  g_assert_cmpint (number (database, "SELECT count(*) FROM t"), ==, ROWS);
  g_assert_cmpint (number (database, "SELECT count(*) FROM x WHERE x MATCH '" SECRET "'"), ==, ROWS);
  g_assert_cmpint (number (database, "PRAGMA page_size"), ==, SATCHEL_PAGE_BYTES);
  satchel_database_close (database);
  place_clear (&place);
}

/* An ordinary file does hold the words: the search above can fail. */
static void
test_ordinary (void)
{
  Place place;
  SatchelDatabase *database;
  g_autoptr (GError) error = NULL;

  place_init (&place);
  database = satchel_database_open (place.path, SATCHEL_DATABASE_READ_WRITE, &error);
  g_assert_no_error (error);
  fill (database, 10);
  satchel_database_close (database);
  g_assert_true (holds (place.dir, SECRET));
  g_assert_cmpint (satchel_vault_look (place.path), ==, SATCHEL_VAULT_OPEN);
  place_clear (&place);
}

/* Frames that are written again within their transaction because the cache is small. */
static void
test_spill (void)
{
  Place place, copy;
  SatchelDatabase *database;
  gint64 sum;

  place_init (&place);
  database = open_at (&place, place.path);
  run (database, "PRAGMA cache_size = 10; PRAGMA cache_spill = 10");
  fill (database, ROWS);
  run (database, "BEGIN");
  for (guint i = 0; i < 20; i++)
    run (database, "UPDATE t SET text = text || 'x' WHERE id % 7 = 0");
  run (database, "SAVEPOINT s; UPDATE t SET text = ''; ROLLBACK TO s; RELEASE s; COMMIT");
  sum = number (database, "SELECT sum (length (text)) FROM t");
  copy = place;
  copy.dir = copy_files (&place);
  copy.path = g_build_filename (copy.dir, "replica.db", NULL);
  satchel_database_close (database);

  database = open_at (&copy, copy.path); /* recovers the log */
  g_assert_cmpint (number (database, "SELECT sum (length (text)) FROM t"), ==, sum);
  g_assert_cmpint (
      number (database, "SELECT count (*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), ==, 0);
  satchel_database_close (database);
  fixture_dir_remove (copy.dir);
  g_free (copy.path);
  place_clear (&place);
}

/* A process is killed at some write; what it said was committed is there, and nothing of the rest. */
static void
commit_for_ever (Place *place, int told)
{
  SatchelDatabase *database = open_at (place, place->path);

  for (guint64 i = 1;; i++) {
    g_autofree char *sql = g_strdup_printf (
        "BEGIN; UPDATE t SET text = text || '.' WHERE id <= 300; UPDATE n SET n = %" G_GUINT64_FORMAT
        "; COMMIT",
        i);

    run (database, sql);
    if (write (told, &i, sizeof i) != sizeof i)
      _exit (1);
  }
}

static void
test_kill (void)
{
  Place place;
  SatchelDatabase *database;

  place_init (&place);
  database = open_at (&place, place.path);
  fill (database, 300);
  run (database, "CREATE TABLE n (n INTEGER); INSERT INTO n VALUES (0)");
  satchel_database_close (database);
  for (guint turn = 0; turn < 12; turn++) {
    guint64 last = 0, next;
    int pipes[2];
    pid_t child;

    g_assert_cmpint (pipe (pipes), ==, 0);
    child = fork ();
    if (child == 0)
      commit_for_ever (&place, pipes[1]);
    close (pipes[1]);
    for (guint i = 0; i <= turn && read (pipes[0], &next, sizeof next) == sizeof next; i++)
      last = next;
    kill (child, SIGKILL);
    waitpid (child, NULL, 0);
    while (read (pipes[0], &next, sizeof next) == sizeof next)
      last = next;
    close (pipes[0]);
    database = open_at (&place, place.path);
    g_assert_cmpint (number (database, "SELECT n FROM n"), >=, last);
    g_assert_cmpint (
        number (database, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), ==,
        0);
    run (database, "UPDATE n SET n = 0");
    satchel_database_close (database);
  }
  place_clear (&place);
}

/* ---- a disk that refuses ---- */

static gint writes_left = -1;
static ssize_t (*real_pwrite) (int, const void *, size_t, off_t);

static ssize_t
failing_pwrite (int descriptor, const void *bytes, size_t size, off_t place)
{
  if (writes_left == 0) {
    errno = ENOSPC;
    return -1;
  }
  if (writes_left > 0)
    writes_left--;
  return real_pwrite (descriptor, bytes, size, place);
}

/* Each write of a transaction fails once: it fails as a whole, or not at all. */
static void
test_full (void)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (NULL);
  Place place;
  SatchelDatabase *database;
  gboolean done = FALSE;

  real_pwrite = (ssize_t (*) (int, const void *, size_t, off_t))vfs->xGetSystemCall (vfs, "pwrite64");
  if (real_pwrite == NULL ||
      vfs->xSetSystemCall (vfs, "pwrite64", (sqlite3_syscall_ptr)failing_pwrite) != SQLITE_OK) {
    g_test_skip ("this SQLite writes otherwise");
    return;
  }
  place_init (&place);
  database = open_at (&place, place.path);
  run (database, "PRAGMA cache_size = 10");
  fill (database, 400);
  for (gint allowed = 0; !done; allowed++) {
    gint64 before = number (database, "SELECT sum (length (text)) FROM t"), after;
    g_autoptr (GError) error = NULL;

    writes_left = allowed;
    done = satchel_database_begin (database, &error) &&
           satchel_database_execute (database, "UPDATE t SET text = text || 'y'", &error) &&
           satchel_database_commit (database, &error);
    writes_left = -1;
    if (!done) {
      g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE);
      satchel_database_rollback (database);
    }
    after = number (database, "SELECT sum (length (text)) FROM t");
    g_assert_cmpint (after, ==, done ? before + 400 : before);
    g_assert_cmpint (allowed, <, 2000);
  }
  satchel_database_close (database);
  vfs->xSetSystemCall (vfs, "pwrite64", NULL);
  place_clear (&place);
}

/* ---- a disk in other hands ---- */

/* Reads every row and index; the error, or NULL. The check tells of some pages, and stops at others. */
static GError *
read_all (SatchelVault *vault, const char *path)
{
  g_autoptr (SatchelDatabase) database = NULL;
  GError *error = NULL;
  gint64 problems = -1;

  database =
      satchel_database_open_in (path, SATCHEL_DATABASE_READ_WRITE, satchel_vault_get_store (vault), &error);
  if (database != NULL &&
      try_number (database, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
                  &problems, &error) &&
      problems > 0)
    g_set_error (&error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT, "%d problems", (int)problems);
  return error;
}

static void
exchange (char *bytes, guint one, guint other)
{
  char page[SATCHEL_PAGE_BYTES];

  memcpy (page, bytes + one * SATCHEL_PAGE_BYTES, sizeof page);
  memcpy (bytes + one * SATCHEL_PAGE_BYTES, bytes + other * SATCHEL_PAGE_BYTES, sizeof page);
  memcpy (bytes + other * SATCHEL_PAGE_BYTES, page, sizeof page);
}

static void
test_touched (void)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (1);
  g_autofree char *bytes = NULL;
  GError *error;
  Place place;
  SatchelDatabase *database;
  gsize size;

  place_init (&place);
  database = open_at (&place, place.path);
  fill (database, ROWS);
  satchel_database_close (database);
  g_assert_true (g_file_get_contents (place.path, &bytes, &size, NULL));
  g_assert_cmpuint (size % SATCHEL_PAGE_BYTES, ==, 0);
  for (guint i = 0; i < 60; i++) {
    g_autofree char *other = g_memdup2 (bytes, size);
    guint n_pages = size / SATCHEL_PAGE_BYTES;

    if (i % 3 == 0)
      exchange (other, g_rand_int_range (chance, 0, n_pages / 2),
                g_rand_int_range (chance, n_pages / 2, n_pages));
    else
      other[g_rand_int_range (chance, 0, size)] ^= 1 << g_rand_int_range (chance, 0, 8);
    g_assert_true (g_file_set_contents (place.path, other, size, NULL));
    error = read_all (place.vault, place.path);
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT);
    g_clear_error (&error);
  }
  g_assert_true (g_file_set_contents (place.path, bytes, size, NULL));
  error = read_all (place.vault, place.path);
  g_assert_no_error (error);
  place_clear (&place);
}

/* A log that was tampered with loses what follows, like one that was cut; what it gives is true. */
static void
test_log (void)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (2);
  g_autofree char *log = NULL, *log_path = NULL, *bytes = NULL;
  Place place;
  SatchelDatabase *database;
  gsize size, log_size;

  place_init (&place);
  log_path = g_strconcat (place.path, "-wal", NULL);
  database = open_at (&place, place.path);
  run (database, "CREATE TABLE t (n INTEGER, text TEXT)");
  for (guint i = 1; i <= 30; i++) {
    g_autofree char *sql = g_strdup_printf ("INSERT INTO t VALUES (%u, hex (randomblob (3000)))", i);

    run (database, sql);
  }
  g_assert_true (g_file_get_contents (place.path, &bytes, &size, NULL));
  g_assert_true (g_file_get_contents (log_path, &log, &log_size, NULL));
  satchel_database_close (database);
  for (guint i = 0; i < 60; i++) {
    g_autofree char *other = g_memdup2 (log, log_size);
    g_autofree char *dir = fixture_dir_new (), *path = g_build_filename (dir, "replica.db", NULL);
    g_autofree char *other_path = g_strconcat (path, "-wal", NULL);
    gint64 count, sum;

    other[32 + g_rand_int_range (chance, 0, log_size - 32)] ^= 1 << g_rand_int_range (chance, 0, 8);
    g_assert_true (g_file_set_contents (path, bytes, size, NULL));
    g_assert_true (g_file_set_contents (other_path, other, log_size, NULL));
    database = open_at (&place, path);
    if (number (database, "SELECT count(*) FROM sqlite_master") > 0) {
      count = number (database, "SELECT count(*) FROM t");
      sum = number (database, "SELECT ifnull (sum (n), 0) FROM t WHERE length (text) = 6000");
      g_assert_cmpint (sum, ==, count * (count + 1) / 2);
      g_assert_cmpint (count, <, 30);
    }
    satchel_database_close (database);
    fixture_dir_remove (g_steal_pointer (&dir));
  }
  place_clear (&place);
}

static void
test_other_key (void)
{
  const guint8 other[SATCHEL_VAULT_KEY_BYTES] = { 9 };
  g_autoptr (GError) error = NULL, ordinary = NULL;
  g_autoptr (SatchelVault) wrong = satchel_vault_new (other, NULL);
  g_autofree char *before = NULL, *after = NULL;
  Place place;
  SatchelDatabase *database;
  gsize size, size_after;

  place_init (&place);
  database = open_at (&place, place.path);
  fill (database, 10);
  satchel_database_close (database);
  g_assert_true (g_file_get_contents (place.path, &before, &size, NULL));
  error = read_all (wrong, place.path);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT);
  g_assert_null (satchel_database_open (place.path, SATCHEL_DATABASE_READ_WRITE, &ordinary));
  g_assert_error (ordinary, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT);
  g_assert_true (g_file_get_contents (place.path, &after, &size_after, NULL));
  g_assert_cmpmem (before, size, after, size_after); /* and was not made worse */
  place_clear (&place);
}

/* Pages of a replica are broken; what is left of it becomes a sound one, in the same vault. */
static void
test_rescue (void)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (3);
  g_autofree char *bytes = NULL;
  guint n_rescued = 0;
  Place place;
  gsize size;

  place_init (&place);
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelReplica) replica =
        satchel_replica_open_in (place.path, place.vault, satchel_registry_builtin (), &error);

    g_assert_no_error (error);
    for (guint i = 0; i < 100; i++) {
      g_autofree char *name = g_strdup_printf ("name %u", i);
      gboolean set = satchel_replica_set_meta (replica, name, SECRET, &error);

      g_assert_no_error (error);
      g_assert_true (set);
    }
  }
  g_assert_true (g_file_get_contents (place.path, &bytes, &size, NULL));
  for (guint i = 0; i < 30; i++) {
    g_autofree char *other = g_memdup2 (bytes, size);
    g_autoptr (SatchelReplica) replica = NULL;
    g_autoptr (GPtrArray) problems = NULL;
    g_autoptr (GError) error = NULL;
    gboolean lost;

    other[g_rand_int_range (chance, SATCHEL_PAGE_BYTES, size)] ^= 1;
    g_assert_true (g_file_set_contents (place.path, other, size, NULL));
    replica = satchel_replica_open_in (place.path, place.vault, satchel_registry_builtin (), &error);
    if (replica == NULL || !satchel_replica_rescue (replica, &lost, &error)) {
      g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT);
      continue;
    }
    problems = satchel_replica_check (replica, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (problems->len, ==, 0);
    n_rescued++;
    g_assert_false (holds (place.dir, SECRET));
  }
  g_assert_cmpuint (n_rescued, >, 10);
  place_clear (&place);
}

static void
test_keys (void)
{
  char *text = satchel_vault_key_new (), *other = satchel_vault_key_new ();
  guint8 parsed[SATCHEL_VAULT_KEY_BYTES];

  g_assert_cmpstr (text, !=, other);
  g_assert_true (satchel_vault_key_parse (text, parsed));
  g_assert_false (satchel_vault_key_parse ("", parsed));
  g_assert_false (satchel_vault_key_parse ("AAAA", parsed));
  text[3] = '!';
  g_assert_false (satchel_vault_key_parse (text, parsed));
  satchel_vault_key_free (text);
  satchel_vault_key_free (other);
}

/* Two connections, one writing, one reading; both see the same. */
static void
test_together (void)
{
  Place place;
  SatchelDatabase *one, *other;

  place_init (&place);
  one = open_at (&place, place.path);
  fill (one, 100);
  other = open_at (&place, place.path);
  for (guint i = 1; i <= 50; i++) {
    run (i % 2 == 0 ? one : other, "UPDATE t SET text = text || 'z'");
    g_assert_cmpint (number (one, "SELECT count(*) FROM t WHERE text LIKE '%z'"), ==, 100);
    g_assert_cmpint (number (other, "SELECT sum (length (text)) FROM t"), ==,
                     number (one, "SELECT sum (length (text)) FROM t"));
    if (i % 10 == 0)
      run (one, "PRAGMA wal_checkpoint (RESTART)");
  }
  satchel_database_close (one);
  satchel_database_close (other);
  place_clear (&place);
}

/* Of an attachment nothing stands on the disk, and no piece can take another's place. */
static void
test_attachment (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelVault) vault = NULL;
  g_autoptr (SatchelBlobStore) store = NULL;
  char *dir = fixture_dir_new ();
  g_autofree char *source = g_build_filename (dir, "source", NULL), *hash = NULL, *path = NULL,
                  *on_disk = NULL;
  g_autofree char *plain = g_malloc (2 * SATCHEL_BLOB_PIECE_BYTES);
  gboolean claimed;
  gint64 size;
  gsize length;

  memset (plain, 'a', SATCHEL_BLOB_PIECE_BYTES);
  memset (plain + SATCHEL_BLOB_PIECE_BYTES, 'b', SATCHEL_BLOB_PIECE_BYTES);
  vault = satchel_vault_new (key, &error);
  store = satchel_blob_store_new (dir, vault);
  g_assert_true (g_file_set_contents (source, plain, 2 * SATCHEL_BLOB_PIECE_BYTES, &error));
  g_assert_true (satchel_blob_store_stage (store, source, &hash, &size, &error) &&
                 satchel_blob_store_claim (store, hash, &claimed, &error));
  path = g_build_filename (dir, "blobs", hash, NULL);
  g_assert_true (g_file_get_contents (path, &on_disk, &length, NULL));
  g_assert_null (g_strstr_len (on_disk, (gssize)length, "aaaaaaaa"));
  g_assert_cmpuint (length % 2, ==, 0);
  memcpy (plain, on_disk, length / 2); /* the first piece, sealed, behind itself */
  memcpy (on_disk + length / 2, on_disk, length / 2);
  g_assert_true (g_file_set_contents (path, on_disk, (gssize)length, NULL));
  g_assert_null (satchel_blob_store_read (store, hash, size, SATCHEL_BLOB_PIECE_BYTES, NULL));
  g_clear_pointer (&store, satchel_blob_store_free);
  fixture_dir_remove (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/keeps", test_keeps);
  g_test_add_func ("/vault/ordinary", test_ordinary);
  g_test_add_func ("/vault/spill", test_spill);
  g_test_add_func ("/vault/kill", test_kill);
  g_test_add_func ("/vault/full", test_full);
  g_test_add_func ("/vault/touched", test_touched);
  g_test_add_func ("/vault/log", test_log);
  g_test_add_func ("/vault/other-key", test_other_key);
  g_test_add_func ("/vault/rescue", test_rescue);
  g_test_add_func ("/vault/keys", test_keys);
  g_test_add_func ("/vault/together", test_together);
  g_test_add_func ("/vault/attachment", test_attachment);
  return g_test_run ();
}
