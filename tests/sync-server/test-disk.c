/* The server's disk fails: in whatever it does, the nth operation on the disk fails, for every n, once and
 * for ever. The caller hears of a storage error, nothing of it is half done, the same works as soon as the
 * disk does, and the store is sound.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "protocol/record.h"
#include "sync-server/customising.h"
#include "tests/lib/faulty-vfs.h"
#include "tests/sync-server/office.h"

typedef struct {
  Office *office;
  Desk *one, *two;
  char *account, *backup;
  guint turn;
  SatchelChangeSet *set; /* what a push sends; it sends the same until that is applied */
  char *created;
} Fixture;

/* @run does it, or fails as a whole; after a failure it is run again. @check: once it is done. */
typedef struct {
  const char *name;
  gboolean (*run) (Fixture *f, GError **error);
  void (*check) (Fixture *f);
} Deed;

/* ---- what is done ---- */

/* Two changes in one set: a new record, and a field of one that is there. */
static gboolean
push (Fixture *f, GError **error)
{
  g_autofree char *phone = g_strdup_printf ("\"%u\"", f->turn);

  if (f->set == NULL) {
    g_free (f->created);
    f->created = new_id (f->one);
    f->set = desk_set (f->one);
    add_change (f->one, f->set, SATCHEL_CHANGE_CREATE, "contact", f->created, NULL, "last_name", "\"New\"",
                NULL);
    add_change (f->one, f->set, SATCHEL_CHANGE_UPDATE, "account", f->account, NULL, "phone", phone, NULL);
  }
  SatchelOutcome *outcome = desk_try (f->one, f->set, error);
  if (outcome == NULL)
    return FALSE;
  assert_applied (outcome);
  g_clear_pointer (&f->set, satchel_change_set_free);
  return TRUE;
}

static void
check_push (Fixture *f)
{
  desk_pull (f->two);
  g_assert_true (desk_has (f->two, "contact", f->created));
}

/* A filter more, its rows, and the scope that has it. */
static gboolean
choose (Fixture *f, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autofree char *id = satchel_id_new (&f->office->clock.clock);
  g_autofree char *where = g_strdup_printf ("phone = \"%u\"", f->turn);
  SatchelRecord *filter =
      satchel_record_new (satchel_registry_find (f->office->registry, "offline_filter"), id);
  g_autoptr (SatchelValue) entity = satchel_value_new_string ("account"),
                           predicate = satchel_value_new_string (where),
                           owner = satchel_value_new_lookup ("user", f->two->caller.user);

  satchel_record_set_by_name (filter, "entity", entity);
  satchel_record_set_by_name (filter, "predicate", predicate);
  satchel_record_set_by_name (filter, "owner", owner);
  g_ptr_array_add (records, filter);
  return satchel_server_load (f->office->server, f->two->caller.user, records, f->office->clock.now_ms,
                              error) &&
         satchel_server_prepare (f->office->server, &f->two->caller, error);
}

static gboolean
tend (Fixture *f, GError **error)
{
  fake_clock_advance (&f->office->clock, 25 * 60 * 60 * 1000);
  return satchel_server_tend (f->office->server, error);
}

static void
check_pull (Fixture *f)
{
  desk_check (f->two);
}

static gboolean
back_up (Fixture *f, GError **error)
{
  return satchel_server_backup (f->office->server, f->backup, error);
}

/* What is there under that name is a whole store. */
static void
check_backup (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&f->office->server, satchel_server_close);
  must (satchel_server_restore (f->office->dir, f->backup, &f->office->clock.clock, &error));
  office_reopen (f->office);
  desk_pull (f->one);
  desk_check (f->two);
  g_unlink (f->backup);
}

/* While it is not restored the store that was there is. */
static gboolean
restore (Fixture *f, GError **error)
{
  gboolean restored;

  if (!g_file_test (f->backup, G_FILE_TEST_EXISTS))
    return satchel_server_backup (f->office->server, f->backup, error);
  g_clear_pointer (&f->office->server, satchel_server_close);
  restored = satchel_server_restore (f->office->dir, f->backup, &f->office->clock.clock, error);
  faulty_vfs_disarm ();
  office_reopen (f->office);
  return restored;
}

static void
check_restored (Fixture *f)
{
  desk_pull (f->one);
  desk_check (f->two);
}

/* A field more, with a default in the rows that are there. */
static gboolean
customise (Fixture *f, GError **error)
{
  g_autofree char *text = g_strdup_printf (
      "<satchel version='1'><entity name='account'><field name='extra%u' label='Extra' type='string' "
      "default='x' length='20'/></entity></satchel>",
      f->turn);
  SatchelMetadataDocument document = { "test.xml", text };
  gint64 version;

  return satchel_server_customise (f->office->server, &document, 1, SATCHEL_CUSTOMISING_APPLY, &version,
                                   error);
}

static void
check_customised (Fixture *f)
{
  g_autofree char *field = g_strdup_printf ("extra%u", f->turn);

  desk_pull (f->two);
  g_assert_cmpstr (desk_get (f->two, "account", f->account, field), ==, "\"x\"");
}

/* Another process opens the store, as an administrator's command does. */
static gboolean
open_store (Fixture *f, GError **error)
{
  g_autoptr (SatchelServer) other =
      satchel_server_open (f->office->dir, f->office->registry, &f->office->clock.clock, error);

  return other != NULL;
}

static const Deed deeds[] = {
  { "push", push, check_push },           { "choose", choose, check_pull },
  { "tend", tend, check_pull },           { "customise", customise, check_customised },
  { "backup", back_up, check_backup },    { "restore", restore, check_restored },
  { "open", open_store, check_restored },
};

/* ---- faults ---- */

static void
set_up (Fixture *f, gconstpointer data)
{
  Office *office = f->office = office_new ();

  g_free (office_hire (office, "one", "salesperson", office->north));
  g_free (office_hire (office, "two", "salesperson", office->north));
  f->one = desk_new (office, "one");
  f->two = desk_new (office, "two");
  f->backup = g_build_filename (office->dir, "backup.db", NULL);
  desk_pull (f->one);
  for (guint i = 0; i < 30; i++) {
    g_autofree char *id = new_id (f->one);

    assert_applied (desk_create (f->one, "account", id, "name", "\"Acme\"", NULL));
    f->account = i == 0 ? g_steal_pointer (&id) : f->account;
  }
  desk_pull (f->one);
  desk_pull (f->two);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_free (f->one);
  desk_free (f->two);
  g_free (f->account);
  g_free (f->created);
  g_free (f->backup);
  office_free (f->office);
}

static void
assert_sound (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = satchel_server_check (f->office->server, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (char *)problems->pdata[i]);
  g_assert_cmpuint (problems->len, ==, 0);
}

/* FALSE: the deed needs fewer operations than that. */
static gboolean
try (Fixture *f, const Deed *deed, const FaultyVfsPlan *plan)
{
  g_autoptr (GError) error = NULL;
  gboolean done, failed;

  f->turn++;
  fake_clock_advance (&f->office->clock, 1000);
  faulty_vfs_arm (plan);
  done = deed->run (f, &error);
  failed = faulty_vfs_disarm () || !done;
  g_test_message ("%s, operation %u, kind %d: %s", deed->name, plan->at, plan->kind,
                  error != NULL ? error->message : "done");
  if (!done) {
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE);
    g_clear_error (&error);
    must (deed->run (f, &error));
  }
  assert_sound (f);
  deed->check (f);
  return failed;
}

static void
test_deed (Fixture *f, gconstpointer data)
{
  static const struct {
    FaultyVfsKind kind;
    FaultyVfsEnd end;
  } ways[] = { { FAULTY_VFS_FULL, FAULTY_VFS_ONCE }, { FAULTY_VFS_BROKEN, FAULTY_VFS_LASTING } };
  const gboolean thorough = g_getenv ("SATCHEL_TEST_LONG") != NULL;
  FaultyVfsPlan plan = { .operations = FAULTY_VFS_ANY };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    guint step = 1;

    plan.kind = ways[i].kind;
    plan.end = ways[i].end;
    plan.at = 0;
    do {
      plan.at += step;
      if (!thorough && plan.at > 10) /* of many like writes some are enough */
        step = plan.at / 3;
    } while (try (f, data, &plan));
  }
  /* A process that begins anew finds the same. */
  office_reopen (f->office);
  assert_sound (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  faulty_vfs_install ();
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++) {
    g_autofree char *path = g_strconcat ("/server/disk/", deeds[i].name, NULL);

    g_test_add (path, Fixture, &deeds[i], set_up, test_deed, tear_down);
  }
  return g_test_run ();
}
