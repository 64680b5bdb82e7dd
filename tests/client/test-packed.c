/* An image in frames, read as a file: whole, and as strangers may send it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/packed.h"

#include <sqlite3.h>
#include <string.h>
#include <zstd.h>

#include "protocol/error.h"
#include "protocol/limits.h"

#define FRAME  ((gsize)SATCHEL_SNAPSHOT_FRAME_BYTES)
#define N_ROWS 20000

/* A database of several frames, the last one not full; owned by SQLite. */
static guint8 *
make_image (gsize *size)
{
  sqlite3 *database;
  sqlite3_int64 bytes;
  guint8 *image;

  g_assert_cmpint (sqlite3_open (":memory:", &database), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (database,
                    "CREATE TABLE t (n INTEGER PRIMARY KEY, v TEXT); CREATE INDEX v ON t (v);"
                    "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 20000)"
                    "INSERT INTO t SELECT n, 'value ' || (n * 7919 % 20011) FROM c",
                    NULL, NULL, NULL),
      ==, SQLITE_OK);
  image = sqlite3_serialize (database, "main", &bytes, 0);
  sqlite3_close (database);
  *size = (gsize)bytes;
  g_assert_cmpuint (*size, >, 3 * FRAME);
  g_assert_cmpuint (*size % FRAME, !=, 0);
  return image;
}

/* In frames of @frame bytes. */
static GByteArray *
pack (const guint8 *image, gsize size, gsize frame)
{
  GByteArray *packed = g_byte_array_new ();
  const gsize room = ZSTD_compressBound (frame);
  g_autofree guint8 *bytes = g_malloc (room);

  for (gsize at = 0; at < size; at += frame)
    g_byte_array_append (packed, bytes,
                         (guint)ZSTD_compress (bytes, room, image + at, MIN (size - at, frame), 1));
  return packed;
}

/* Asked for no more than there is. */
static gboolean
read_cb (gint64 offset, guint8 *to, gsize size, gpointer data, GError **error)
{
  const GByteArray *bytes = data;

  g_assert_cmpint (offset, >=, 0);
  g_assert_cmpuint ((gsize)offset + size, <=, bytes->len);
  if (size > 0)
    memcpy (to, bytes->data + offset, size);
  return TRUE;
}

static SatchelPacked *
open_packed (GByteArray *bytes, gint64 image_bytes, GError **error)
{
  return satchel_packed_new (read_cb, bytes, bytes->len, image_bytes, error);
}

static gint64
read_number (sqlite3 *database, const char *sql, int *result)
{
  sqlite3_stmt *statement = NULL;
  gint64 number = -1;

  *result = sqlite3_prepare_v2 (database, sql, -1, &statement, NULL);
  if (*result == SQLITE_OK) {
    *result = sqlite3_step (statement);
    if (*result == SQLITE_ROW)
      number = sqlite3_column_int64 (statement, 0);
  }
  sqlite3_finalize (statement);
  return number;
}

/* *@result tells what came of it. */
static sqlite3 *
attach (SatchelPacked *packed, int *result)
{
  g_autofree char *sql = g_strdup_printf ("ATTACH '%s' AS image", satchel_packed_get_uri (packed));
  sqlite3 *database;

  g_assert_cmpint (sqlite3_open_v2 (":memory:", &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL), ==,
                   SQLITE_OK);
  *result = sqlite3_exec (database, sql, NULL, NULL, NULL);
  return database;
}

static void
test_whole (void)
{
  gsize size;
  guint8 *image = make_image (&size);
  g_autoptr (GByteArray) bytes = pack (image, size, FRAME);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPacked) packed = open_packed (bytes, (gint64)size, &error);
  sqlite3 *database;
  int result;

  g_assert_no_error (error);
  database = attach (packed, &result);
  g_assert_cmpint (result, ==, SQLITE_OK);
  g_assert_cmpint (read_number (database, "SELECT count(*) FROM image.t", &result), ==, N_ROWS);
  g_assert_cmpint (
      read_number (database, "SELECT count(*) FROM image.t AS a JOIN image.t AS b ON b.v = a.v", &result), ==,
      N_ROWS);
  g_assert_cmpint (sqlite3_exec (database, "DELETE FROM image.t", NULL, NULL, NULL), ==, SQLITE_READONLY);
  sqlite3_close (database);
  sqlite3_free (image);
}

/* Takes @bytes. */
static void
refuse (GByteArray *bytes, gint64 image_bytes)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (open_packed (bytes, image_bytes, &error));
  g_byte_array_unref (bytes);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
}

/* What contradicts itself is refused before anything is read. */
static void
test_refused (void)
{
  gsize size;
  guint8 *image = make_image (&size);
  g_autoptr (GByteArray) whole = pack (image, size, FRAME);
  GByteArray *bytes;

  refuse (g_byte_array_new (), (gint64)size);
  refuse (pack (image, size, FRAME), 0);
  refuse (pack (image, size, FRAME), -1);
  refuse (pack (image, size, FRAME), G_MAXINT64);
  refuse (pack (image, size, FRAME), (gint64)size - 1);
  refuse (pack (image, size, FRAME), (gint64)(size - size % FRAME));
  refuse (pack (image, size, FRAME / 2), (gint64)size);
  refuse (pack (image, size, 2 * FRAME), (gint64)size);
  refuse (pack (image, size, size), (gint64)size);
  for (gsize cut = 1; cut < whole->len; cut += whole->len / 23) {
    bytes = g_byte_array_new ();
    g_byte_array_append (bytes, whole->data, (guint)(whole->len - cut));
    refuse (bytes, (gint64)size);
  }
  bytes = pack (image, size, FRAME);
  g_byte_array_append (bytes, (const guint8 *)"x", 1);
  refuse (bytes, (gint64)size);
  bytes = g_byte_array_new ();
  g_byte_array_append (bytes, image, (guint)size);
  refuse (bytes, (gint64)size);
  sqlite3_free (image);
}

/* A flipped bit anywhere is an error at the latest when it is read, and never more than that. */
static void
test_damaged (void)
{
  gsize size;
  guint8 *image = make_image (&size);
  g_autoptr (GByteArray) whole = pack (image, size, FRAME);
  GRand *random = g_rand_new_with_seed (1);
  guint n_attached = 0;

  for (guint round = 0; round < 200; round++) {
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    g_autoptr (SatchelPacked) packed = NULL;
    sqlite3 *database;
    int result;

    g_byte_array_append (bytes, whole->data, whole->len);
    bytes->data[g_rand_int_range (random, 0, (gint32)whole->len)] ^= 1 << g_rand_int_range (random, 0, 8);
    packed = open_packed (bytes, (gint64)size, NULL);
    if (packed == NULL)
      continue;
    n_attached++;
    database = attach (packed, &result);
    if (result == SQLITE_OK)
      read_number (database, "SELECT count(*) FROM image.t WHERE v LIKE '%1'", &result);
    g_assert_true (result == SQLITE_ROW || result == SQLITE_CORRUPT || result == SQLITE_NOTADB);
    sqlite3_close (database);
  }
  g_assert_cmpuint (n_attached, >, 100);
  g_rand_free (random);
  sqlite3_free (image);
}

/* Bytes that cannot be read any more are no damage: nothing is thrown away for it. */
static gboolean
read_once_cb (gint64 offset, guint8 *to, gsize size, gpointer data, GError **error)
{
  GByteArray **bytes = data;

  if (*bytes != NULL)
    return read_cb (offset, to, size, *bytes, error);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "the disk is gone");
  return FALSE;
}

static void
test_unreadable (void)
{
  gsize size;
  guint8 *image = make_image (&size);
  g_autoptr (GByteArray) whole = pack (image, size, FRAME);
  GByteArray *bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPacked) packed = NULL;
  sqlite3 *database;
  int result;

  g_assert_null (satchel_packed_new (read_once_cb, &bytes, whole->len, (gint64)size, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE);
  g_clear_error (&error);
  bytes = whole;
  packed = satchel_packed_new (read_once_cb, &bytes, whole->len, (gint64)size, &error);
  g_assert_no_error (error);
  database = attach (packed, &result);
  g_assert_cmpint (result, ==, SQLITE_OK);
  bytes = NULL;
  read_number (database, "SELECT count(*) FROM image.t WHERE v LIKE '%1'", &result);
  g_assert_cmpint (result, ==, SQLITE_IOERR);
  sqlite3_close (database);
  sqlite3_free (image);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/packed/whole", test_whole);
  g_test_add_func ("/client/packed/refused", test_refused);
  g_test_add_func ("/client/packed/damaged", test_damaged);
  g_test_add_func ("/client/packed/unreadable", test_unreadable);
  return g_test_run ();
}
