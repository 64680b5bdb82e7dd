/* A damaged replica: found, and made anew without losing what waits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/replica/check.h"
#include "client/replica/rescue.h"
#include "tests/client/device.h"

#define PAGE_BYTES 4096

/* Where the pages begin that hold @marker, sealed or not: SQLite hands them out as they are written. */
static GArray *
find_pages (SatchelReplica *replica, const char *marker)
{
  sqlite3 *handle = satchel_database_get_handle (satchel_replica_get_database (replica));
  GArray *pages = g_array_new (FALSE, FALSE, sizeof (gsize));
  sqlite3_int64 size;
  unsigned char *bytes = sqlite3_serialize (handle, "main", &size, 0);

  g_assert_nonnull (bytes);
  for (gsize at = PAGE_BYTES; at < (gsize)size; at += PAGE_BYTES) {
    if (memmem (bytes + at, PAGE_BYTES, marker, strlen (marker)) != NULL)
      g_array_append_val (pages, at);
  }
  sqlite3_free (bytes);
  g_assert_cmpuint (pages->len, >, 0);
  return pages;
}

/* Overwrites most of each page that holds @marker, as a failing disk would. */
static void
damage (Device *device, const char *marker)
{
  g_autofree char *path =
      g_strdup (satchel_database_get_path (satchel_replica_get_database (device->replica)));
  g_autoptr (GArray) pages = find_pages (device->replica, marker);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize size;

  satchel_session_close (g_steal_pointer (&device->session)); /* moves the log into the file */
  g_assert_true (g_file_get_contents (path, &bytes, &size, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < pages->len; i++) {
    const gsize at = g_array_index (pages, gsize, i);

    for (gsize j = 0; j < PAGE_BYTES - 100; j++)
      bytes[at + j] = (char)(j * 37 + 11);
  }
  g_assert_true (g_file_set_contents (path, bytes, size, &error));
  g_assert_no_error (error);
}

static guint
count_problems (Device *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = satchel_replica_check (device->replica, &error);

  /* Damage may be so bad that the search for it fails. */
  if (problems == NULL)
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT);
  return problems != NULL ? problems->len : 1;
}

static gboolean
rescue (Device *device)
{
  g_autoptr (GError) error = NULL;
  gboolean lost;
  const gboolean rescued = satchel_replica_rescue (device->replica, &lost, &error);

  g_assert_no_error (error);
  g_assert_true (rescued);
  g_assert_cmpuint (count_problems (device), ==, 0);
  return lost;
}

static void
pull_accounts (Device *device)
{
  g_auto (PullText) pull;
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;

  pull_begin (&pull, NULL);
  pull_line (&pull, "{'entity':'account','columns':['id','s','name','owner','unit'],'whole':true}");
  for (guint i = 0; i < 500; i++) {
    g_autofree char *line =
        g_strdup_printf ("['~account%u~',11,'Quarry %u of the north','user:~me~','~unit~']", i, i);

    pull_line (&pull, line);
  }
  pull_end (&pull, 11);
  g_assert_true (device_try_pull (device, pull.text->str, pull.text->len, &result, &error));
  g_assert_no_error (error);
}

/* Rows of the server are damaged: they are fetched again, and all that waits is still there. */
static void
test_rows (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *created = NULL, *edited = NULL;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  pull_accounts (&device);
  created = device_create (&device, "contact", "mine", &error, "last_name", "Written here", NULL);
  edited = device_set (&device, "account", "account7", &error, "phone", "+40 264 555 100", NULL);
  g_assert_no_error (error);
  damage (&device, "Quarry 250 of");
  device_reopen (&device);
  g_assert_cmpuint (count_problems (&device), >, 0);

  g_assert_false (rescue (&device));
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 2);
  device_assert_shown (&device, "contact", "mine", "last_name", "Written here");
  g_assert_cmpstr (satchel_session_get_user (device.session), ==, device_id ("me"));
  g_assert_null (satchel_replica_peek_meta (device.replica, "cursor")); /* so that all comes again */
  pull_accounts (&device);
  device_assert_shown (&device, "account", "account250", "name", "Quarry 250 of the north");
  device_assert_shown (&device, "account", "account7", "phone", "+40 264 555 100");
  device_teardown (&device);
}

/* The queue itself is damaged: what stands before and behind the damage is kept, and the loss is told. */
static void
test_queue (void)
{
  g_autoptr (GError) error = NULL;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  for (guint i = 0; i < 200; i++) {
    g_autofree char *name = g_strdup_printf ("note%u", i);
    g_autofree char *subject = g_strdup_printf ("Marker %u, written here", i);
    g_autofree char *set = device_create (&device, "note", name, &error, "subject", subject, NULL);

    g_assert_no_error (error);
  }
  damage (&device, "Marker 100,");
  device_reopen (&device);
  g_assert_true (rescue (&device));
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), >, 150);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), <, 200);
  device_assert_shown (&device, "note", "note0", "subject", "Marker 0, written here");
  device_assert_shown (&device, "note", "note199", "subject", "Marker 199, written here");
  device_teardown (&device);
}

/* Nothing is damaged: the same without loss, twice. */
static void
test_sound (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *created = NULL;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  created = device_create (&device, "contact", "mine", &error, "last_name", "Written here", NULL);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++) {
    g_assert_false (rescue (&device));
    device_reopen (&device);
    g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 1);
    device_assert_shown (&device, "contact", "mine", "last_name", "Written here");
  }
  device_teardown (&device);
}

static gint64
count_stopped (Device *device)
{
  g_autoptr (GError) error = NULL;
  SatchelStatement *statement = satchel_database_prepare (satchel_replica_get_database (device->replica),
                                                          "SELECT count (*) FROM mail_stopped", &error);
  gint64 n = -1;

  g_assert_no_error (error);
  g_assert_true (satchel_statement_take_integer (statement, 0, &n, &error));
  return n;
}

/* What other rooms keep in the same file is only here, too. */
static void
test_beside (void)
{
  g_autoptr (GError) error = NULL;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  pull_accounts (&device);
  g_assert_true (satchel_database_execute (
      satchel_replica_get_database (device.replica),
      "CREATE TABLE mail_stopped (seq INTEGER PRIMARY KEY, user TEXT NOT NULL, message_id TEXT NOT NULL,"
      " UNIQUE (message_id, user)) STRICT",
      &error));
  g_assert_true (satchel_database_execute (satchel_replica_get_database (device.replica),
                                           "INSERT INTO mail_stopped VALUES (7, 'u', 'a@b'), (9, 'u', 'c@d')",
                                           &error));
  damage (&device, "Quarry 250 of");
  device_reopen (&device);
  g_assert_false (rescue (&device));
  g_assert_cmpint (count_stopped (&device), ==, 2);
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/rescue/rows", test_rows);
  g_test_add_func ("/client/rescue/queue", test_queue);
  g_test_add_func ("/client/rescue/sound", test_sound);
  g_test_add_func ("/client/rescue/beside", test_beside);
  return g_test_run ();
}
