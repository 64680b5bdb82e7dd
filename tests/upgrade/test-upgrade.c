/* Files of earlier versions: each is opened, brought up to date, and holds what it held; files of a later
 * version are refused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <zstd.h>

#include "protocol/error.h"
#include "tests/upgrade/contents.h"

typedef struct {
  char *dir; /* the store, and the profile below it */
  FakeClock clock;
} World;

static void
unpack (const char *fixture, const char *name, const char *target)
{
  g_autofree char *path = g_build_filename (fixture, name, NULL);
  g_autofree char *packed = NULL, *plain = NULL;
  g_autoptr (GError) error = NULL;
  unsigned long long size;
  gsize packed_size;

  must (g_file_get_contents (path, &packed, &packed_size, &error));
  size = ZSTD_getFrameContentSize (packed, packed_size);
  g_assert_cmpuint (size, <, 64 * 1024 * 1024);
  plain = g_malloc (size);
  g_assert_cmpuint (ZSTD_decompress (plain, size, packed, packed_size), ==, size);
  must (g_file_set_contents (target, plain, (gssize)size, &error));
}

static void
setup (World *world, const char *fixture)
{
  g_autofree char *store = NULL, *profile = NULL, *replica = NULL;

  world->dir = fixture_dir_new ();
  fake_clock_init (&world->clock, 1);
  profile = g_build_filename (world->dir, CONTENTS_PROFILE, NULL);
  g_assert_cmpint (g_mkdir (profile, 0700), ==, 0);
  store = satchel_store_file (world->dir);
  replica = contents_replica_file (world->dir);
  unpack (fixture, "store.db.zst", store);
  unpack (fixture, "replica.db.zst", replica);
}

static void
teardown (World *world)
{
  fixture_dir_remove (world->dir);
}

/* What was there is there; what a later version adds does not count. */
static void
test_upgrade (gconstpointer fixture)
{
  g_autofree char *path = g_build_filename (fixture, "contents", NULL), *expected = NULL;
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) found = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) wanted = NULL;
  World world;

  must (g_file_get_contents (path, &expected, NULL, &error));
  wanted = g_strsplit (expected, "\n", -1);
  g_assert_cmpuint (g_strv_length (wanted), >, 20);
  setup (&world, fixture);
  contents_add_store (lines, world.dir, &world.clock.clock);
  contents_add_replica (lines, world.dir, &world.clock.clock);
  for (guint i = 0; i < lines->len; i++)
    g_hash_table_add (found, lines->pdata[i]);
  for (guint i = 0; wanted[i] != NULL; i++)
    if (*wanted[i] != '\0' && !g_hash_table_contains (found, wanted[i]))
      g_error ("lost: %s", wanted[i]);
  teardown (&world);
}

static void
set_version (const char *file, gint64 version)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelDatabase) database = satchel_database_open (file, SATCHEL_DATABASE_READ_WRITE, &error);
  g_autofree char *sql = g_strdup_printf ("PRAGMA user_version = %" G_GINT64_FORMAT, version);

  g_assert_no_error (error);
  must (satchel_database_execute (database, sql, &error));
}

static void
test_newer (gconstpointer fixture)
{
  g_autofree char *store = NULL, *replica = NULL;
  g_autoptr (SatchelServer) server = NULL;
  g_autoptr (SatchelSession) session = NULL;
  g_autoptr (GError) error = NULL;
  World world;

  setup (&world, fixture);
  store = satchel_store_file (world.dir);
  replica = contents_replica_file (world.dir);
  set_version (store, 1000);
  set_version (replica, 1000);
  server = satchel_server_open (world.dir, satchel_registry_builtin (), &world.clock.clock, &error);
  g_assert_null (server);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NEWER);
  g_clear_error (&error);
  session = satchel_session_open (world.dir, CONTENTS_PROFILE, satchel_registry_builtin (),
                                  &world.clock.clock, &error);
  g_assert_null (session);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NEWER);
  teardown (&world);
}

/* Filters of the desk's with that condition; *id is one's, owned. */
static guint
find_filters (Desk *desk, const char *predicate, char **id)
{
  g_autofree char *wanted = g_strdup_printf ("\"%s\"", predicate);
  GHashTableIter iter;
  gpointer key;
  guint n = 0;

  desk_pull (desk);
  g_hash_table_iter_init (&iter, desk->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    const char *record = (const char *)key + strlen ("offline_filter/");

    if (!g_str_has_prefix (key, "offline_filter/") ||
        g_strcmp0 (desk_get (desk, "offline_filter", record, "predicate"), wanted) != 0)
      continue;
    n++;
    g_free (*id);
    *id = g_strdup (record);
  }
  return n;
}

/* Whoever has a role gets what this program adds to it, once: what she did away with does not come again. */
static void
test_roles (gconstpointer fixture)
{
  static const char *const brought[] = { "owner = me", "tracked_by has me",
                                         "attendees has me or organizer has me" };
  g_autoptr (GError) error = NULL;
  Office office = { .registry = satchel_registry_builtin () };
  Desk *desk;
  World world;

  setup (&world, fixture);
  office.dir = world.dir;
  fake_clock_init (&office.clock, 2);
  office.server = satchel_server_open (world.dir, office.registry, &office.clock.clock, &error);
  g_assert_no_error (error);
  must (satchel_server_tend (office.server, &error));
  desk = desk_new (&office, "ana");
  for (guint i = 0; i < G_N_ELEMENTS (brought); i++) {
    g_autofree char *id = NULL;

    g_assert_cmpuint (find_filters (desk, brought[i], &id), ==, 1);
    assert_applied (desk_delete (desk, "offline_filter", id));
    must (satchel_server_tend (office.server, &error));
    g_assert_cmpuint (find_filters (desk, brought[i], &id), ==, 0);
  }
  desk_free (desk);
  satchel_server_close (office.server);
  teardown (&world);
}

static void
add (const char *name, const char *fixture)
{
  g_autofree char *upgrade = g_strconcat ("/upgrade/from/", name, NULL);
  g_autofree char *newer = g_strconcat ("/upgrade/newer/", name, NULL);
  g_autofree char *roles = g_strconcat ("/upgrade/roles/", name, NULL);

  g_test_add_data_func (upgrade, fixture, test_upgrade);
  g_test_add_data_func (newer, fixture, test_newer);
  g_test_add_data_func (roles, fixture, test_roles);
}

/* What this version makes is what the next one has to read. */
static void
make_todays (const char *dir)
{
  const char *argv[] = { MAKE_FIXTURE, dir, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, 0, NULL, NULL, NULL, NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}

int
main (int argc, char **argv)
{
  g_autoptr (GDir) kept = g_dir_open (FIXTURES "/db", 0, NULL);
  char *today = fixture_dir_new ();
  const char *name;
  int status;

  g_test_init (&argc, &argv, NULL);
  make_todays (today);
  add ("today", today);
  while (kept != NULL && (name = g_dir_read_name (kept)) != NULL) {
    g_autofree char *fixture = g_build_filename (FIXTURES, "db", name, NULL);

    if (g_file_test (fixture, G_FILE_TEST_IS_DIR))
      add (name, g_intern_string (fixture));
  }
  status = g_test_run ();
  fixture_dir_remove (today);
  return status;
}
