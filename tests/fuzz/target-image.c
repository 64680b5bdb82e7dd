/* Images of replicas from a hostile server: any bytes under the right hash, and any schema.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <zstd.h>

#include "client/replica/check.h"
#include "client/replica/snapshot.h"
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/sqlite/stub-table.h"
#include "tests/client/device.h"
#include "tests/fuzz/fuzz.h"

static Device *device;
static char *schema; /* of the empty replica */

static char *
dup_schema (void)
{
  SatchelDatabase *database = satchel_replica_get_database (device->replica);
  SatchelStatement *statement = satchel_database_prepare (
      database,
      "SELECT group_concat (type || ' ' || name || ' ' || coalesce (sql, '-'), char (10))"
      " FROM (SELECT * FROM main.sqlite_schema ORDER BY type, name)",
      NULL);
  gboolean row;
  char *text;

  g_assert_true (satchel_statement_step (statement, &row, NULL) && row);
  text = g_strdup (satchel_statement_get_text (statement, 0));
  satchel_statement_reset (statement);
  return text;
}

static void
begin (void)
{
  if (device != NULL)
    return;
  device = g_new0 (Device, 1);
  device_setup (device, DEVICE_EMPTY);
  g_free (schema);
  schema = dup_schema ();
}

static void
end (void)
{
  device_teardown (device);
  g_clear_pointer (&device, g_free);
}

/* However the image was, the replica has its own tables and triggers and nothing else, and all that is in
 * them can be read; an image that was refused left nothing. */
static void
check_replica (gboolean taken)
{
  g_autofree char *now = dup_schema ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) damage = NULL;

  g_assert_cmpstr (now, ==, schema);
  if (!taken) {
    gboolean wanted;

    g_assert_true (satchel_snapshot_is_wanted (device->replica, &wanted, &error));
    g_assert_true (wanted);
    return;
  }
  damage = satchel_replica_check (device->replica, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < damage->len; i++)
    g_test_message ("%s", (const char *)damage->pdata[i]);
  fuzz_read_all (device->session);
}

/* In frames, as the server makes them. */
static GBytes *
pack (const guint8 *image, gsize size)
{
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  guint8 frame[ZSTD_COMPRESSBOUND (SATCHEL_SNAPSHOT_FRAME_BYTES)];

  for (gsize at = 0; at < size; at += SATCHEL_SNAPSHOT_FRAME_BYTES) {
    const gsize taken = MIN (size - at, SATCHEL_SNAPSHOT_FRAME_BYTES);

    g_byte_array_append (packed, frame, ZSTD_compress (frame, sizeof frame, image + at, taken, 1));
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&packed));
}

static void
take (const guint8 *image, gsize size, gint64 rows)
{
  g_autoptr (GBytes) bytes = pack (image, size);
  g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  const SatchelSnapshotHead head = { .id = (char *)"i",
                                     .s = 5,
                                     .bytes = (gint64)g_bytes_get_size (bytes),
                                     .image_bytes = (gint64)size,
                                     .rows = rows,
                                     .hash = hash,
                                     .cursor = (char *)"c5" };
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;
  gint64 have;
  gboolean taken;

  g_assert_true (satchel_snapshot_begin (device->replica, "i", &have, &error));
  g_assert_no_error (error);
  g_assert_true (satchel_snapshot_add (device->replica, 0, bytes, &error));
  taken = satchel_snapshot_take (device->replica, &head, device->clock.now_ms, &result, &error);
  fuzz_check_error (!taken, error);
  g_assert_true (taken || satchel_snapshot_forget (device->replica, NULL));
  check_replica (taken);
  if (taken)
    end ();
}

void
fuzz_image (const guint8 *bytes, gsize size)
{
  if (size == 0)
    return;
  begin ();
  take (bytes, size, 2);
}

/* An image as the server makes it, with an account and a user. */
static sqlite3 *
make_image (void)
{
  static guint8 *template;
  static sqlite3_int64 size;
  sqlite3 *copy;
  guint8 *bytes;

  if (template == NULL) {
    g_autoptr (SatchelDatabase) database =
        satchel_database_open (":memory:", SATCHEL_DATABASE_READ_WRITE, NULL);
    static const char *const names[] = { "account", "user" };

    for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
      const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), names[i]);
      g_autoptr (SatchelRecord) record = satchel_record_new (entity, device_id (names[i]));
      g_autoptr (SatchelValue) name = satchel_value_new_string ("Acme");

      satchel_record_set (record, entity->title, name);
      g_assert_true (satchel_entity_table_ensure (database, entity, "e", NULL));
      g_assert_true (satchel_entity_table_write (database, record, "e", NULL, NULL));
      g_assert_true (satchel_entity_search_ensure (database, entity, NULL));
    }
    g_assert_true (satchel_database_execute (database, SATCHEL_STUB_TABLE, NULL));
    template = sqlite3_serialize (satchel_database_get_handle (database), "main", &size, 0);
  }
  bytes = sqlite3_malloc64 ((sqlite3_uint64)size);
  memcpy (bytes, template, (gsize)size);
  g_assert_cmpint (sqlite3_open (":memory:", &copy), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_deserialize (copy, "main", bytes, size, size,
                                        SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE),
                   ==, SQLITE_OK);
  return copy;
}

/* The hostile server's own statements may not run for ever. */
static int
stop_cb (void *data)
{
  return ++*(guint *)data > 1000;
}

void
fuzz_image_sql (const guint8 *bytes, gsize size)
{
  g_autofree char *sql = g_strndup ((const char *)bytes, size);
  sqlite3_int64 image_size;
  guint n_looks = 0;

  begin ();
  sqlite3 *image = make_image ();
  sqlite3_limit (image, SQLITE_LIMIT_LENGTH, 1 << 20);
  sqlite3_db_config (image, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
  sqlite3_progress_handler (image, 1000, stop_cb, &n_looks);
  if (strcasestr (sql, "attach") == NULL && strcasestr (sql, "vacuum") == NULL)
    sqlite3_exec (image, sql, NULL, NULL, NULL); /* whatever of it can be done */
  sqlite3_exec (image, "COMMIT", NULL, NULL, NULL);
  guint8 *file = sqlite3_serialize (image, "main", &image_size, 0);
  sqlite3_close (image);
  if (file != NULL && image_size < (2 << 20))
    take (file, (gsize)image_size, 2);
  sqlite3_free (file);
}
