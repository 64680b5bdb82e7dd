/* A disk that fails: whatever a person or a sync does with a profile, the nth operation on the disk fails,
 * for every n, once and for ever. What was acknowledged is there, what failed is not (or, where only the
 * failing commit itself can know, once); nothing is half done, the replica is sound, and the same works as
 * soon as the disk does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "client/replica/check.h"
#include "client/replica/rescue.h"
#include "tests/client/device.h"
#include "tests/lib/faulty-vfs.h"

#define BATCH 25

/* ---- what is done ---- */

typedef struct {
  const char *name;
  gboolean (*run) (Device *device, GError **error);
  /* TRUE: all of it is there; FALSE: nothing of it. Anything else fails the test. */
  gboolean (*is_done) (Device *device);
  gboolean clears_up; /* after its commit, which stands even when that fails: it is tried again */
} Deed;

static gboolean
took (char *uuid)
{
  const gboolean done = uuid != NULL;

  g_free (uuid);
  return done;
}

static gboolean
is_shown (Device *device, const char *entity, const char *name, const char *field, const char *expected)
{
  g_autofree char *text = device_shown (device, entity, name, field);

  return g_strcmp0 (text, expected) == 0;
}

static gboolean
create (Device *device, GError **error)
{
  return took (device_create (device, "contact", "new", error, "last_name", "Momentarily written", NULL));
}

/* Shown, queued and found, or neither. */
static gboolean
is_created (Device *device)
{
  const gboolean shown = is_shown (device, "contact", "new", "last_name", "Momentarily written");
  g_autofree char *found = device_find (device, "contact", "momentarily", NULL);

  g_assert_cmpstr (found, ==, shown ? "Momentarily written" : "");
  g_assert_cmpint (device_count (device, SATCHEL_SET_PENDING), ==, shown ? 3 : 2);
  return shown;
}

static gboolean
edit (Device *device, GError **error)
{
  return took (device_set (device, "account", "account3", error, "phone", "+40 264 555 103", NULL));
}

static gboolean
is_edited (Device *device)
{
  const gboolean shown = is_shown (device, "account", "account3", "phone", "+40 264 555 103");

  g_assert_cmpint (device_count (device, SATCHEL_SET_PENDING), ==, shown ? 3 : 2);
  device_assert_base (device, "account", "account3", "name", "Quarry 3 of the north");
  return shown;
}

static gboolean
discard (Device *device, GError **error)
{
  return took (device_delete (device, "account", "account5", error));
}

static gboolean
is_discarded (Device *device)
{
  const gboolean there = is_shown (device, "account", "account5", "name", "Quarry 5 of the north");

  g_assert_cmpint (device_count (device, SATCHEL_SET_PENDING), ==, there ? 2 : 3);
  return !there;
}

/* As an import does: many sets, one commit. */
static gboolean
import (Device *device, GError **error)
{
  gboolean good = satchel_session_begin_batch (device->session, error);

  if (!good)
    return FALSE;
  for (guint i = 0; i < BATCH && good; i++) {
    g_autofree char *name = g_strdup_printf ("row%u", i), *title = g_strdup_printf ("Imported %u", i);

    good = took (device_create (device, "contact", name, error, "last_name", title, NULL));
  }
  good = good && satchel_session_commit_batch (device->session, error);
  if (!good)
    satchel_session_rollback_batch (device->session);
  return good;
}

static gboolean
is_imported (Device *device)
{
  const gboolean shown = is_shown (device, "contact", "row0", "last_name", "Imported 0");

  g_assert_cmpint (is_shown (device, "contact", "row24", "last_name", "Imported 24"), ==, shown);
  g_assert_cmpint (device_count (device, SATCHEL_SET_PENDING), ==, shown ? 2 + BATCH : 2);
  return shown;
}

static void
add_accounts (PullText *pull, guint n, const char *title)
{
  pull_line (pull, "{'entity':'account','columns':['id','s','name','owner','unit'],'whole':true}");
  for (guint i = 0; i < n; i++) {
    g_autofree char *line =
        g_strdup_printf ("['~account%u~',11,'%s %u of the north','user:~me~','~unit~']", i, title, i);

    pull_line (pull, line);
  }
}

static gboolean
take_pull (Device *device, PullText *pull, GError **error)
{
  SatchelPullResult result;

  return device_try_pull (device, pull->text->str, pull->text->len, &result, error);
}

static gboolean
pull_changes (Device *device, GError **error)
{
  g_auto (PullText) pull;

  pull_begin (&pull, NULL);
  add_accounts (&pull, 40, "Mine");
  pull_end (&pull, 12);
  return take_pull (device, &pull, error);
}

static gboolean
is_pulled (Device *device)
{
  const gboolean pulled = g_strcmp0 (satchel_replica_peek_meta (device->replica, "cursor"), "c12") == 0;

  device_assert_base (device, "account", "account2", "name",
                      pulled ? "Mine 2 of the north" : "Quarry 2 of the north");
  device_assert_base (device, "account", "account39", "name",
                      pulled ? "Mine 39 of the north" : "Quarry 39 of the north");
  device_assert_shown (device, "account", "account1", "phone", "+40 264 555 101");
  return pulled;
}

/* Everything anew: tables are emptied, indexes and search made at the end. */
static gboolean
pull_all (Device *device, GError **error)
{
  g_auto (PullText) pull;

  pull_begin (&pull, "{'reset':true,'restored_s':-1,'backed_up_s':0}");
  pull_line (&pull, "{'entity':'business_unit','columns':['id','s','name'],'whole':true}");
  pull_line (&pull, "['~unit~',1,'Unit']");
  pull_line (&pull, "{'entity':'user','columns':['id','s','name','unit','active'],'whole':true}");
  pull_line (&pull, "['~me~',2,'Me','~unit~',1]");
  add_accounts (&pull, 120, "Mine");
  pull_end (&pull, 12);
  return take_pull (device, &pull, error);
}

static gboolean
rebuild (Device *device, GError **error)
{
  gboolean lost, rescued = satchel_replica_rescue (device->replica, &lost, error);

  g_assert_true (!rescued || !lost);
  return rescued;
}

static gboolean
is_rebuilt (Device *device)
{
  const gboolean rebuilt = satchel_replica_peek_meta (device->replica, "cursor") == NULL;

  if (rebuilt) {
    device_assert_shown (device, "contact", "kept", "last_name", "Typed before");
    g_assert_cmpint (device_count (device, SATCHEL_SET_PENDING), ==, 2);
  }
  return rebuilt;
}

static const Deed deeds[] = {
  { "create", create, is_created },          { "edit", edit, is_edited },
  { "delete", discard, is_discarded },       { "import", import, is_imported },
  { "pull", pull_changes, is_pulled, TRUE }, { "pull-all", pull_all, is_pulled, TRUE },
  { "rebuild", rebuild, is_rebuilt },
};

/* ---- the profile ---- */

static void
prime (Device *device)
{
  g_auto (PullText) pull;
  g_autoptr (GError) error = NULL;

  device_setup (device, DEVICE_PRIMED);
  pull_begin (&pull, NULL);
  add_accounts (&pull, 120, "Quarry");
  pull_end (&pull, 11);
  g_assert_true (take_pull (device, &pull, &error));
  WRITE (device_create (device, "contact", "kept", &problem, "last_name", "Typed before", NULL));
  WRITE (device_set (device, "account", "account1", &problem, "phone", "+40 264 555 101", NULL));
  satchel_session_close (g_steal_pointer (&device->session)); /* moves the log into the file */
}

static void
copy_tree (const char *from, const char *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (from, 0, &error);
  const char *name;

  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir_with_parents (to, 0700), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *source = g_build_filename (from, name, NULL), *copy = g_build_filename (to, name, NULL);
    g_autoptr (GFile) old = g_file_new_for_path (source), new = g_file_new_for_path (copy);

    if (g_file_test (source, G_FILE_TEST_IS_DIR))
      copy_tree (source, copy);
    else
      g_file_copy (old, new, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
  }
}

/* What was there before is there still, and everything fits together. */
static void
assert_sound (Device *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = satchel_replica_check (device->replica, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (char *)problems->pdata[i]);
  g_assert_cmpuint (problems->len, ==, 0);
  device_assert_shown (device, "contact", "kept", "last_name", "Typed before");
}

/* ---- one fault ---- */

typedef struct {
  const Deed *deed;
  FaultyVfsPlan plan;
} Trial;

static void
tell (const Trial *trial)
{
  g_test_message ("%s, operation %u, kind %d, end %d", trial->deed->name, trial->plan.at, trial->plan.kind,
                  trial->plan.end);
}

static void
assert_told (const GError *error)
{
  g_assert_nonnull (error);
  if (!g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE))
    g_test_message ("%s", error->message);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE);
}

/* The same process goes on once there is room again. */
static void
finish (Device *device, const Deed *deed)
{
  g_autoptr (GError) error = NULL;
  const gboolean done = deed->is_done (device);

  assert_sound (device);
  if (!done) {
    g_assert_true (deed->run (device, &error));
    g_assert_no_error (error);
    g_assert_true (deed->is_done (device));
  }
}

/* FALSE: the deed needs fewer operations than that. */
static gboolean
try (Device *device, const Trial *trial, const char *template)
{
  g_autoptr (GError) error = NULL;
  gboolean done, failed;

  device->dir = fixture_dir_new ();
  copy_tree (template, device->dir);
  device_open (device);
  faulty_vfs_arm (&trial->plan);
  done = trial->deed->run (device, &error);
  /* With power lost, closing changes nothing on the disk either. */
  if (trial->plan.kind == FAULTY_VFS_TORN)
    satchel_session_close (g_steal_pointer (&device->session));
  failed = faulty_vfs_disarm ();

  tell (trial);
  if (!done)
    assert_told (error);
  g_assert_true (done || failed);
  if (device->session == NULL)
    device_open (device);
  if (done)
    g_assert_true (trial->deed->is_done (device));
  else if (trial->plan.kind != FAULTY_VFS_TORN && !trial->deed->clears_up)
    g_assert_false (trial->deed->is_done (device));
  finish (device, trial->deed);
  device_reopen (device);
  g_assert_true (trial->deed->is_done (device));
  device_teardown (device);
  return failed;
}

static void
test_deed (gconstpointer data)
{
  static const struct {
    FaultyVfsKind kind;
    FaultyVfsEnd end;
  } ways[] = {
    { FAULTY_VFS_FULL, FAULTY_VFS_ONCE },
    { FAULTY_VFS_BROKEN, FAULTY_VFS_LASTING },
    { FAULTY_VFS_TORN, FAULTY_VFS_LASTING },
  };
  const gboolean thorough = g_getenv ("SATCHEL_TEST_LONG") != NULL;
  Trial trial = { .deed = data, .plan = { .operations = FAULTY_VFS_ANY } };
  Device device;
  char *template;

  prime (&device);
  template = device.dir;
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    guint at = 0, step = 1;

    trial.plan.kind = ways[i].kind;
    trial.plan.end = ways[i].end;
    do {
      at += step;
      /* Of many like writes some are enough. */
      if (!thorough && at > 10)
        step = at / 3;
      trial.plan.at = at;
    } while (try (&device, &trial, template));
    g_test_message ("%s: fewer than %u operations", trial.deed->name, at);
    g_assert_cmpuint (at, >, 3);
  }
  fixture_dir_remove (template);
}

/* A new profile: file, tables, sign-in. */
static gboolean
begin (Device *device, GError **error)
{
  SatchelSignInAnswer answer = { .organisation = (char *)device_id ("organisation"),
                                 .organisation_name = (char *)"Test",
                                 .user = (char *)device_id ("me"),
                                 .user_name = (char *)"me",
                                 .device = (char *)device_id ("device"),
                                 .token = (char *)"token",
                                 .next_number = 1 };
  gboolean in_file;

  device->session = satchel_session_open (device->dir, "test", device->registry, &device->clock.clock, error);
  return device->session != NULL &&
         satchel_session_enrol (device->session, "http://localhost:1", &answer, &in_file, error);
}

static void
test_begin (void)
{
  gboolean failed = TRUE;

  for (guint at = 1, step = 1; failed; at += step) {
    FaultyVfsPlan plan = { .operations = FAULTY_VFS_ANY, .at = at, .end = FAULTY_VFS_LASTING };
    g_autoptr (GError) error = NULL;
    Device device = { .registry = satchel_registry_builtin (), .dir = fixture_dir_new () };
    gboolean begun;

    fake_clock_init (&device.clock, 1);
    faulty_vfs_arm (&plan);
    begun = begin (&device, &error);
    satchel_session_close (device.session);
    failed = faulty_vfs_disarm ();
    g_test_message ("operation %u", at);
    if (!begun)
      assert_told (error);
    g_clear_error (&error);
    g_assert_true (begin (&device, &error));
    g_assert_no_error (error);
    device.replica = satchel_session_get_replica (device.session);
    WRITE (device_create (&device, "contact", "kept", &problem, "last_name", "Typed before", NULL));
    assert_sound (&device);
    device_teardown (&device);
    if (g_getenv ("SATCHEL_TEST_LONG") == NULL && at > 10)
      step = at / 5;
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  faulty_vfs_install ();
  g_test_add_func ("/client/disk/begin", test_begin);
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++) {
    g_autofree char *path = g_strconcat ("/client/disk/", deeds[i].name, NULL);

    g_test_add_data_func (path, &deeds[i], test_deed);
  }
  return g_test_run ();
}
