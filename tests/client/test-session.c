/* Profiles: who is signed in, secrets, batches, other processes, and processes that are killed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/client/device.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <glib/gstdio.h>

#include "client/blobs/attach.h"
#include "client/blobs/store.h"
#include "client/blobs/uses.h"
#include "client/profile.h"
#include "client/secrets.h"
#include "client/tally.h"
#include "protocol/error.h"

#define ACCOUNTS "{'entity':'account','columns':['id','s','name','city','phone','owner','unit'],'whole':true}"

static void
setup (Device *device)
{
  device_setup (device, DEVICE_PRIMED);
  device_pull (device, 20, ACCOUNTS, "['~a1~',11,'Acme','Cluj','1','user:~me~','~unit~']", NULL);
}

static void
test_profile_names (void)
{
  static const char *const bad[] = {
    "",    ".", "..",   "a/b",
    "a b", "ä", "../x", "0123456789012345678901234567890123456789012345678901234567890123456789"
  };
  g_autofree char *dir = fixture_dir_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *directory = satchel_profile_ensure_directory (dir, bad[i], &error);

    g_assert_null (directory);
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
  g_assert_true (satchel_profile_name_is_valid ("Ana.Pop-2_x"));
  fixture_dir_remove (g_steal_pointer (&dir));
}

static void
test_lock (void)
{
  g_autofree char *dir = fixture_dir_new ();
  g_autoptr (GError) error = NULL;
  SatchelProfileLock *lock = satchel_profile_lock (dir, &error);

  g_assert_no_error (error);
  g_assert_null (satchel_profile_lock (dir, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY);
  g_clear_error (&error);
  satchel_profile_unlock (lock);
  lock = satchel_profile_lock (dir, &error);
  g_assert_no_error (error);
  satchel_profile_unlock (lock);
  fixture_dir_remove (g_steal_pointer (&dir));
}

static gboolean
enrol_as (Device *device, const char *user, const char *organisation, const char *device_name,
          gint64 next_number, GError **error)
{
  SatchelSignInAnswer answer = { .organisation = (char *)device_id (organisation),
                                 .organisation_name = (char *)"Test",
                                 .user = (char *)device_id (user),
                                 .user_name = (char *)user,
                                 .device = (char *)device_id (device_name),
                                 .token = (char *)"token 2",
                                 .next_number = next_number };
  gboolean in_file;

  return satchel_session_enrol (device->session, "http://localhost:2", &answer, &in_file, error);
}

static void
test_sign_in_again (void)
{
  Device device;
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  g_assert_true (enrol_as (&device, "me", "organisation", "device", 1, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (satchel_session_get_url (device.session), ==, "http://localhost:2");
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 1);
  token = satchel_session_dup_token (device.session, &error);
  g_assert_cmpstr (token, ==, "token 2");
  device_teardown (&device);
}

static void
test_sign_in_other (gconstpointer organisation)
{
  Device device;
  g_autoptr (GError) error = NULL;
  const char *user = g_str_equal (organisation, "organisation") ? "you" : "me";

  setup (&device);
  g_assert_true (satchel_replica_set_meta (device.replica, "workplace_seen_s", "5", &error));
  g_assert_true (satchel_replica_set_meta (device.replica, "told_s", "5", &error));
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, NULL);
  g_assert_false (enrol_as (&device, user, organisation, "device 2", 1, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_cmpstr (satchel_session_get_user (device.session), ==, device_id ("me"));
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 1);

  {
    g_autoptr (GPtrArray) sets = satchel_outbox_list (device.outbox, 1u << SATCHEL_SET_PARKED, -1, &error);

    g_assert_true (
        satchel_outbox_discard (device.outbox, ((SatchelQueuedSet *)sets->pdata[0])->set->uuid, &error));
  }
  g_assert_true (enrol_as (&device, user, organisation, "device 2", 7, &error));
  g_assert_no_error (error);
  g_assert_cmpint (device_rows (&device, "e_account"), ==, 0); /* nothing of the other user stays */
  g_assert_cmpint (device_rows (&device, "released"), ==, 0);
  g_assert_null (satchel_replica_peek_meta (device.replica, "cursor"));
  g_assert_null (satchel_replica_peek_meta (device.replica, "workplace_seen_s")); /* else all would be news */
  g_assert_null (satchel_replica_peek_meta (device.replica, "told_s"));
  g_assert_cmpint (satchel_replica_peek_meta_integer (device.replica, "next_number", 0), ==, 7);
  device_teardown (&device);
}

static void
test_secret_in_file (void)
{
  Device device;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL, *token = NULL;
  GStatBuf status;

  device_setup (&device, DEVICE_EMPTY);
  path = g_build_filename (satchel_session_get_directory (device.session), "token", NULL);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (satchel_session_forget_token (device.session, &error));
  g_assert_no_error (error);
  token = satchel_session_dup_token (device.session, &error);
  g_assert_null (token);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
  g_clear_pointer (&path, g_free);
  path = g_build_filename (satchel_session_get_directory (device.session), "replica.db", NULL);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  device_teardown (&device);
}

static void
test_nobody_writes (void)
{
  Device device = { 0 };
  g_autoptr (GError) error = NULL;

  fake_clock_init (&device.clock, 1);
  device.dir = fixture_dir_new ();
  device.registry = satchel_registry_builtin ();
  device.session = satchel_session_open (device.dir, "new", device.registry, &device.clock.clock, &error);
  g_assert_no_error (error);
  device.replica = satchel_session_get_replica (device.session);
  g_assert_null (satchel_session_get_user (device.session));
  g_assert_null (device_create (&device, "account", "new", &error, "name", "x", NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
  device_teardown (&device);
}

/* A row that fails leaves its own set out and nothing else. */
static void
test_batch (void)
{
  Device device;
  g_autoptr (GError) error = NULL;

  setup (&device);
  g_assert_true (satchel_session_begin_batch (device.session, &error));
  WRITE (device_create (&device, "account", "b1", &problem, "name", "One", NULL));
  g_assert_null (device_create (&device, "account", "b2", &error, "city", "without a name", NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  WRITE (
      device_create (&device, "account", "b3", &problem, "name", "Three", "parent", device_id ("b1"), NULL));
  g_assert_true (satchel_session_commit_batch (device.session, &error));
  g_assert_no_error (error);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 2);
  device_assert_shown (&device, "account", "b2", "city", NULL);

  g_assert_true (satchel_session_begin_batch (device.session, &error));
  WRITE (device_create (&device, "account", "b4", &problem, "name", "Four", NULL));
  satchel_session_rollback_batch (device.session);
  device_assert_shown (&device, "account", "b4", "name", NULL);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 2);
  device_teardown (&device);
}

static void
test_two_processes (void)
{
  Device device;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSession) other = NULL;
  SatchelSession *mine;

  setup (&device);
  other = device_open_another (&device);
  g_assert_false (satchel_session_get_offline (other));
  g_assert_true (satchel_session_set_offline (device.session, TRUE, &error));
  g_assert_true (satchel_session_get_offline (other)); /* told by nobody */
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  mine = device.session;
  device.session = other;
  device.replica = satchel_session_get_replica (other);
  device.outbox = satchel_session_get_outbox (other);
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  device_pull (&device, 30, "{'entity':'account','columns':['id','s','phone'],'whole':false}",
               "['~a1~',25,'9']", NULL);
  device.session = mine;
  device.replica = satchel_session_get_replica (mine);
  device.outbox = satchel_session_get_outbox (mine);
  g_assert_cmpstr (satchel_replica_peek_meta (device.replica, "cursor"), ==, "c30");
  device_assert_shown (&device, "account", "a1", "phone", "9");
  g_clear_pointer (&other, satchel_session_close);
  device_teardown (&device);
}

/* ---- kill -9 ---- */

/* Edits on and on, and says so after each one. */
static void G_GNUC_NORETURN
write_for_ever (Device *device, int descriptor)
{
  for (guint i = 1;; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    WRITE (device_set (device, "account", "a1", &problem, "city", text, "phone", text, NULL));
    if (write (descriptor, "x", 1) != 1)
      _exit (1);
  }
}

static guint
read_bytes (int descriptor, guint n_bytes)
{
  char byte;
  guint n_read = 0;

  while (n_read < n_bytes && read (descriptor, &byte, 1) == 1)
    n_read++;
  return n_read;
}

static void
test_killed (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  for (guint round = 0; round < 8; round++) {
    Device device;
    int descriptors[2], status;
    guint n_said;
    gint64 n_sets;
    pid_t pid;

    setup (&device);
    satchel_session_close (device.session);
    g_assert_cmpint (pipe (descriptors), ==, 0);
    pid = fork ();
    if (pid == 0) {
      device.session = device_open_another (&device);
      device.replica = satchel_session_get_replica (device.session);
      write_for_ever (&device, descriptors[1]);
    }
    close (descriptors[1]);
    n_said = read_bytes (descriptors[0], 1 + (guint)g_rand_int_range (random, 0, 40));
    kill (pid, SIGKILL);
    g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
    n_said += read_bytes (descriptors[0], G_MAXUINT);
    close (descriptors[0]);

    device.session = device_open_another (&device);
    device.replica = satchel_session_get_replica (device.session);
    device.outbox = satchel_session_get_outbox (device.session);
    n_sets = device_count (&device, SATCHEL_SET_PENDING);
    g_assert_cmpint (n_sets, >=, n_said); /* what it said is there, and at most one more */
    g_assert_cmpint (n_sets, <=, n_said + 1);
    g_assert_cmpint (device_rows (&device, "lay"), ==, n_sets);
    {
      g_autofree char *last = g_strdup_printf ("%" G_GINT64_FORMAT, n_sets);

      device_assert_shown (&device, "account", "a1", "city", last);
      device_assert_shown (&device, "account", "a1", "phone", last);
    }
    device_assert_base (&device, "account", "a1", "city", "Cluj");
    device_teardown (&device);
  }
}

/* A disk that fills up under an edit: nothing half-written, and the next one goes through. */
static void
test_disk_full (void)
{
  Device device;
  SatchelDatabase *database;
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;

  setup (&device);
  database = satchel_replica_get_database (device.replica);
  g_assert_true (satchel_database_execute (database, "PRAGMA max_page_count = 1", &error));
  g_assert_null (device_set (&device, "account", "a1", &error, "description", text, NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 0);
  g_assert_cmpint (device_rows (&device, "base_account"), ==, 0);
  device_assert_shown (&device, "account", "a1", "description", "");
  g_assert_true (satchel_database_execute (database, "PRAGMA max_page_count = 1000000", &error));
  WRITE (device_set (&device, "account", "a1", &problem, "description", text, NULL));
  device_teardown (&device);
}

/* What is undone takes along all that the database knew of an attached file; the file goes all the same, and
 * one that waits for its set does not. */
static void
test_undone_file (void)
{
  Device device;
  SatchelBlobStore *store;
  g_autoptr (GBytes) one = g_bytes_new_static ("one", 3), other = g_bytes_new_static ("other", 5);
  g_autofree char *hash = NULL, *waiting = NULL;
  g_autoptr (GError) error = NULL;
  gboolean claimed;

  setup (&device);
  store = satchel_replica_get_blobs (device.replica);
  g_assert_true (satchel_blobs_sweep (device.replica, &error) &&
                 satchel_session_begin_batch (device.session, &error));
  hash = satchel_attach_bytes (device.replica, one, &error);
  waiting = satchel_attach_bytes (device.replica, other, &error);
  g_assert_true (satchel_blob_store_claim (store, hash, &claimed, &error) && claimed);
  satchel_session_rollback_batch (device.session);
  g_assert_true (satchel_blob_store_has (store, hash));
  for (guint i = 0; i < 2; i++) {
    g_assert_true (satchel_blobs_sweep (device.replica, &error));
    g_assert_no_error (error);
    g_assert_false (satchel_blob_store_has (store, hash));
    g_assert_true (satchel_blob_store_is_marked (store));
  }
  g_assert_true (satchel_blob_store_claim (store, waiting, &claimed, &error) && claimed);
  g_assert_true (satchel_blobs_sweep (device.replica, &error));
  g_assert_false (satchel_blob_store_has (store, waiting));
  g_assert_false (satchel_blob_store_is_marked (store));
  device_teardown (&device);
}

static void
test_context (void)
{
  Device device;
  SatchelPredicateContext context;

  setup (&device);
  satchel_session_get_context (device.session, &context);
  g_assert_cmpstr (context.user, ==, device_id ("me"));
  g_assert_cmpstr (context.unit, ==, device_id ("unit"));
  g_assert_cmpint (context.now_ms, ==, device.clock.now_ms);
  device_teardown (&device);
}

/* A conflict that was decided here needs nobody any more; one whose decision was refused does. */
static void
test_tally (void)
{
  Device device;
  g_autoptr (GError) error = NULL;
  SatchelTally tally;

  setup (&device);
  device_pull (
      &device, 30,
      "{'entity':'conflict','columns':['id','s','record_entity','record_id','field','status'],'whole':true}",
      "['~k1~',21,'account','~a1~','phone','open']", "['~k2~',22,'account','~a1~','city','open']",
      "['~k3~',23,'account','~a1~','name','settled']", NULL);
  g_assert_true (satchel_session_count_waiting (device.session, &tally, &error));
  g_assert_cmpint (tally.conflicts, ==, 2);
  WRITE (device_act (&device, "conflict", "k1", "resolve", &problem, "choice", "mine", NULL));
  g_assert_true (satchel_session_count_waiting (device.session, &tally, &error));
  g_assert_cmpint (tally.conflicts, ==, 1);
  g_assert_cmpint (tally.pending, ==, 1);
  device_push_parked (&device, SATCHEL_ERROR_STATE, NULL);
  g_assert_true (satchel_session_count_waiting (device.session, &tally, &error));
  g_assert_no_error (error);
  g_assert_cmpint (tally.conflicts, ==, 2);
  g_assert_cmpint (tally.parked, ==, 1);
  device_teardown (&device);
}

/* What is here was not deleted: such a restore would only come back refused. */
static void
test_restore (void)
{
  Device device;
  g_autoptr (GError) error = NULL;
  g_autofree char *none = NULL;

  setup (&device);
  device_pull (&device, 30, "{'entity':'account','columns':['id','s','name'],'whole':true}",
               "['~b1~',21,'Here']", NULL);
  none = device_act (&device, "account", "b1", "restore", &error, NULL);
  g_assert_null (none);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE);
  WRITE (device_act (&device, "account", "b2", "restore", &problem, NULL));
  device_teardown (&device);
}

/* Whether another process finds the bytes locked that SQLite's readers lock (sqlite3.c, SHARED_FIRST). */
static gboolean
is_locked_for_others (const char *path)
{
  pid_t child = fork ();
  int status;

  if (child == 0) {
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000002, .l_len = 510 };
    int descriptor = open (path, O_RDWR | O_CLOEXEC);

    _exit (descriptor >= 0 && fcntl (descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? 1 : 0);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return WIFEXITED (status) && WEXITSTATUS (status) == 1;
}

/* Opening a profile a second time must not give up the locks of the first: whoever fills a file alone would
 * not see us. */
static void
test_locks (void)
{
  g_autofree char *dir = fixture_dir_new ();
  FakeClock clock;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSession) one = NULL, two = NULL;
  const char *path;

  fake_clock_init (&clock, 1);
  one = satchel_session_open_sealed (dir, "p", satchel_registry_builtin (), &clock.clock, &error);
  g_assert_no_error (error);
  path = satchel_database_get_path (satchel_replica_get_database (satchel_session_get_replica (one)));
  g_assert_false (satchel_session_get_offline (one)); /* it has read */
  g_assert_true (is_locked_for_others (path));
  two = satchel_session_open_sealed (dir, "p", satchel_registry_builtin (), &clock.clock, &error);
  g_assert_no_error (error);
  g_clear_pointer (&two, satchel_session_close);
  g_assert_true (is_locked_for_others (path));
  g_clear_pointer (&one, satchel_session_close);
  g_assert_false (is_locked_for_others (path));
  fixture_dir_remove (g_steal_pointer (&dir));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/session/profile-names", test_profile_names);
  g_test_add_func ("/client/session/lock", test_lock);
  g_test_add_func ("/client/session/sign-in-again", test_sign_in_again);
  g_test_add_data_func ("/client/session/other-user", "organisation", test_sign_in_other);
  g_test_add_data_func ("/client/session/other-organisation", "other organisation", test_sign_in_other);
  g_test_add_func ("/client/session/secret-in-file", test_secret_in_file);
  g_test_add_func ("/client/session/nobody-writes", test_nobody_writes);
  g_test_add_func ("/client/session/batch", test_batch);
  g_test_add_func ("/client/session/two-processes", test_two_processes);
  g_test_add_func ("/client/session/killed", test_killed);
  g_test_add_func ("/client/session/disk-full", test_disk_full);
  g_test_add_func ("/client/session/undone-file", test_undone_file);
  g_test_add_func ("/client/session/context", test_context);
  g_test_add_func ("/client/session/tally", test_tally);
  g_test_add_func ("/client/session/restore", test_restore);
  g_test_add_func ("/client/session/locks", test_locks);
  return g_test_run ();
}
