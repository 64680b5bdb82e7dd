/* Deletes and their cascades, what brings them back, and servers that were put back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tests/sync-server/office.h"

typedef struct {
  Office *office;
  Desk *one, *two;
  char *account, *note, *task;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  Office *office = f->office = office_new ();
  g_autofree char *regarding = NULL, *to_account = NULL;

  g_free (office_hire (office, "one", "salesperson", office->north));
  g_free (office_hire (office, "two", "salesperson", office->north));
  f->one = desk_new (office, "one");
  f->two = desk_new (office, "two");
  f->account = new_id (f->one);
  f->note = new_id (f->one);
  f->task = new_id (f->one);
  regarding = g_strdup_printf ("\"account:%s\"", f->account);
  to_account = g_strdup_printf ("\"%s\"", f->account);
  assert_applied (desk_create (f->one, "account", f->account, "name", "\"Acme\"", "phone", "\"1\"", NULL));
  assert_applied (desk_create (f->one, "note", f->note, "subject", "\"Hello\"", "regarding", regarding,
                               NULL)); /* cascade */
  assert_applied (
      desk_create (f->one, "task", f->task, "subject", "\"Call\"", "account", to_account, NULL)); /* clear */
  desk_pull (f->one);
  desk_pull (f->two);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_check (f->one);
  desk_check (f->two);
  desk_free (f->one);
  desk_free (f->two);
  g_free (f->account);
  g_free (f->note);
  g_free (f->task);
  office_free (f->office);
}

static void
test_cascade (Fixture *f, gconstpointer data)
{
  g_autofree char *to_account = g_strdup_printf ("\"%s\"", f->account);
  SatchelChangeSet *set = desk_set (f->one);
  g_autofree char *uuid = g_strdup_printf ("\"%s\"", set->uuid);

  add_change (f->one, set, SATCHEL_CHANGE_DELETE, "account", f->account, NULL, NULL);
  assert_applied (desk_push (f->one, set));
  desk_check (f->two);
  g_assert_false (desk_has (f->two, "account", f->account));
  g_assert_false (desk_has (f->two, "note", f->note));
  g_assert_cmpstr (desk_get (f->two, "task", f->task, "account"), ==, "null");

  /* Exactly what went comes back, wherever the task has been meanwhile. */
  assert_applied (desk_update (f->two, "task", f->task, "subject", "\"Call again\"", NULL));
  assert_applied (desk_act (f->two, "account", f->account, "restore", "delete", uuid, NULL));
  desk_check (f->one);
  desk_check (f->two);
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "phone"), ==, "\"1\"");
  g_assert_true (desk_has (f->one, "note", f->note));
  g_assert_cmpstr (desk_get (f->one, "task", f->task, "account"), ==, to_account);
  g_assert_cmpstr (desk_get (f->one, "task", f->task, "subject"), ==, "\"Call again\"");
  assert_parked (desk_act (f->one, "account", f->account, "restore", "delete", uuid, NULL),
                 SATCHEL_ERROR_STATE);
}

/* What the set of the delete edited besides is not undone, least of all towards a record that went later. */
static void
test_edits_beside (Fixture *f, gconstpointer data)
{
  g_autofree char *parent = new_id (f->one), *child = new_id (f->one);
  g_autofree char *to_parent = g_strdup_printf ("\"%s\"", parent);
  SatchelChangeSet *set;

  assert_applied (desk_create (f->one, "account", parent, "name", "\"Parent\"", NULL));
  assert_applied (desk_create (f->one, "account", child, "name", "\"Child\"", "parent", to_parent, NULL));
  desk_pull (f->one);
  set = desk_set (f->one);
  add_change (f->one, set, SATCHEL_CHANGE_DELETE, "account", f->account, NULL, NULL);
  add_change (f->one, set, SATCHEL_CHANGE_UPDATE, "account", child, NULL, "parent", "null", NULL);
  assert_applied (desk_push (f->one, set));
  assert_applied (desk_delete (f->one, "account", parent));
  assert_applied (desk_act (f->one, "account", f->account, "restore", NULL));
  desk_pull (f->one);
  g_assert_true (desk_has (f->one, "account", f->account));
  g_assert_cmpstr (desk_get (f->one, "account", child, "parent"), ==, "null");
}

/* The wire form of a mail's receivers: the account with that id. */
static char *
receivers (const char *account)
{
  return g_strdup_printf (
      "\"[{\\\"role\\\":\\\"to\\\",\\\"entity\\\":\\\"account\\\",\\\"id\\\":\\\"%s\\\"}]\"", account);
}

/* The account is merged into another one, which takes its phone. */
static char *
merge_away (Fixture *f, const char *mail)
{
  char *master = new_id (f->one);
  g_autofree char *other = g_strdup_printf ("\"%s\"", f->account), *to = receivers (f->account);

  assert_applied (desk_create (f->one, "account", master, "name", "\"Acme Ltd\"", "city", "\"Cluj\"", NULL));
  assert_applied (desk_create (f->one, "email", mail, "subject", "\"Offer\"", "to", to, NULL));
  assert_applied (desk_act (f->one, "email", mail, "complete", NULL)); /* closed ones are repointed, too */
  assert_applied (desk_act (f->one, "account", master, "merge", "other", other, NULL));
  desk_check (f->one);
  desk_check (f->two);
  return master;
}

/* A merge is taken back as a whole: by a colleague, and what was changed since stays as it was changed. */
static void
test_unmerge (Fixture *f, gconstpointer data)
{
  g_autofree char *mail = new_id (f->one), *master = merge_away (f, mail);
  g_autofree char *regarding_master = g_strdup_printf ("\"account:%s\"", master);
  g_autofree char *regarding = g_strdup_printf ("\"account:%s\"", f->account);

  g_assert_cmpstr (desk_get (f->two, "account", f->account, "status"), ==, "\"inactive\"");
  g_assert_cmpstr (desk_get (f->two, "account", master, "phone"), ==, "\"1\"");
  g_assert_cmpstr (desk_get (f->two, "note", f->note, "regarding"), ==, regarding_master);
  g_assert_nonnull (strstr (desk_get (f->two, "email", mail, "to"), master));
  g_assert_null (strstr (desk_get (f->two, "email", mail, "to"), f->account));

  assert_applied (desk_update (f->two, "task", f->task, "account", "null", NULL));
  assert_applied (desk_act (f->two, "account", f->account, "restore", NULL));
  desk_check (f->one);
  desk_check (f->two);
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "status"), ==, "\"active\"");
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "status_reason"), ==, "null");
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "merged_into"), ==, "null");
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "phone"), ==, "\"1\"");
  g_assert_cmpstr (desk_get (f->one, "account", master, "phone"), ==, "null");
  g_assert_cmpstr (desk_get (f->one, "account", master, "city"), ==, "\"Cluj\"");
  g_assert_cmpstr (desk_get (f->one, "note", f->note, "regarding"), ==, regarding);
  g_assert_cmpstr (desk_get (f->one, "task", f->task, "account"), ==, "null");
  g_assert_nonnull (strstr (desk_get (f->one, "email", mail, "to"), f->account));
  assert_parked (desk_act (f->two, "account", f->account, "restore", NULL), SATCHEL_ERROR_STATE);
}

/* Who may not read them hears of no merge; who may not write them takes none back. */
static void
test_unmerge_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *mail = new_id (f->one), *nobody = new_id (f->one);
  g_autoptr (SatchelOutcome) of_gone = NULL, of_nobody = NULL;
  Desk *stranger;

  g_free (merge_away (f, mail));
  g_free (office_hire (f->office, "south", "salesperson", f->office->south));
  stranger = desk_new (f->office, "south");
  of_gone = desk_act (stranger, "account", f->account, "restore", NULL);
  desk_release (stranger, of_gone->uuid);
  of_nobody = desk_act (stranger, "account", nobody, "restore", NULL);
  desk_release (stranger, of_nobody->uuid);
  g_assert_cmpint (of_gone->state, ==, SATCHEL_OUTCOME_PARKED);
  g_assert_cmpint (of_gone->code, ==, of_nobody->code);
  g_assert_cmpstr (of_gone->reason, ==, of_nobody->reason);
  desk_free (stranger);
}

/* Who is told that her record is gone need not know which set it was. */
static void
test_without_id (Fixture *f, gconstpointer data)
{
  assert_applied (desk_delete (f->one, "account", f->account));
  assert_parked (desk_update (f->two, "account", f->account, "phone", "\"2\"", NULL),
                 SATCHEL_ERROR_RECORD_DELETED);
  assert_applied (desk_act (f->two, "account", f->account, "restore", NULL));
  desk_pull (f->two);
  g_assert_true (desk_has (f->two, "account", f->account));
  g_assert_true (desk_has (f->two, "note", f->note));
}

/* An edit made before the delete was known merges after the restore. */
static void
test_edit_after_restore (Fixture *f, gconstpointer data)
{
  SatchelChangeSet *set = desk_set (f->one);
  g_autofree char *uuid = g_strdup_printf ("\"%s\"", set->uuid);

  add_change (f->one, set, SATCHEL_CHANGE_DELETE, "account", f->account, NULL, NULL);
  assert_applied (desk_push (f->one, set));
  assert_applied (desk_act (f->one, "account", f->account, "restore", "delete", uuid, NULL));
  assert_conflicts (desk_update (f->two, "account", f->account, "phone", "\"2\"", NULL), 0);
  desk_pull (f->one);
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "phone"), ==, "\"2\"");
}

static void
test_restrict (Fixture *f, gconstpointer data)
{
  g_autofree char *deal = new_id (f->one), *to_account = g_strdup_printf ("\"%s\"", f->account);

  assert_applied (desk_create (f->one, "opportunity", deal, "name", "\"Deal\"", "account", to_account, NULL));
  desk_pull (f->one);
  assert_parked (desk_delete (f->one, "account", f->account), SATCHEL_ERROR_REFERENCE);
  desk_check (f->one);
  g_assert_true (desk_has (f->one, "note", f->note)); /* the half that went through is undone */
}

/* Conflicts go with their record and come back with it. */
static void
test_conflicts_follow (Fixture *f, gconstpointer data)
{
  SatchelChangeSet *set;
  g_autofree char *uuid = NULL;

  assert_conflicts (desk_update (f->one, "account", f->account, "revenue", "5", NULL), 0);
  assert_conflicts (desk_update (f->two, "account", f->account, "revenue", "7", NULL), 1);
  desk_pull (f->one);
  set = desk_set (f->one);
  uuid = g_strdup_printf ("\"%s\"", set->uuid);
  add_change (f->one, set, SATCHEL_CHANGE_DELETE, "account", f->account, NULL, NULL);
  assert_applied (desk_push (f->one, set));
  desk_check (f->two);
  g_assert_cmpint (desk_count (f->two, "conflict"), ==, 0);
  assert_applied (desk_act (f->one, "account", f->account, "restore", "delete", uuid, NULL));
  desk_check (f->two);
  desk_find_conflict (f->two, "revenue", "open");
}

static void
test_restore_not_found (Fixture *f, gconstpointer data)
{
  g_autofree char *nobody = new_id (f->one), *uuid = new_id (f->one);
  g_autofree char *text = g_strdup_printf ("\"%s\"", uuid);

  assert_parked (desk_act (f->one, "account", nobody, "restore", "delete", text, NULL),
                 SATCHEL_ERROR_NOT_FOUND);
  assert_applied (desk_delete (f->one, "account", f->account));
  assert_parked (desk_act (f->one, "account", f->account, "restore", "delete", text, NULL),
                 SATCHEL_ERROR_NOT_FOUND);
  assert_parked (desk_act (f->one, "account", f->account, "restore", "delete", "7", NULL),
                 SATCHEL_ERROR_NOT_FOUND);
}

static void
test_id_again (Fixture *f, gconstpointer data)
{
  assert_applied (desk_delete (f->one, "account", f->account));
  assert_parked (desk_create (f->two, "account", f->account, "name", "\"Impostor\"", NULL),
                 SATCHEL_ERROR_EXISTS);
  /* Nor as a record of another kind. */
  assert_parked (desk_create (f->two, "contact", f->task, "last_name", "\"Impostor\"", NULL),
                 SATCHEL_ERROR_EXISTS);
}

/* ---- a server that was put back ---- */

static void
restore_backup (Fixture *f, const char *file)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (satchel_server_restore (f->office->dir, file, &f->office->clock.clock, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY); /* it is being served */
  g_clear_error (&error);
  g_clear_pointer (&f->office->server, satchel_server_close);
  must (satchel_server_restore (f->office->dir, file, &f->office->clock.clock, &error));
  office_reopen (f->office);
}

static void
test_backup (Fixture *f, gconstpointer data)
{
  g_autofree char *file = g_build_filename (f->office->dir, "backup.db", NULL);
  const gint64 s = satchel_server_get_s (f->office->server);
  SatchelChangeSet *lost;
  g_autoptr (SatchelOutcome) first = NULL, again = NULL;
  g_autoptr (GError) error = NULL;
  SatchelChangeSet *next;

  g_assert_cmpint (f->one->backed_up_s, ==, 0);
  must (satchel_server_backup (f->office->server, file, &error));
  desk_pull (f->one);
  g_assert_cmpint (f->one->backed_up_s, ==, s);
  g_assert_false (satchel_server_backup (f->office->server, file, &error)); /* never over another file */
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS);
  g_clear_error (&error);

  /* One set after the backup, which one desk has pulled and the other has not. */
  lost = desk_set (f->one);
  add_change (f->one, lost, SATCHEL_CHANGE_UPDATE, "account", f->account, NULL, "phone", "\"+40 99\"", NULL);
  first = desk_try (f->one, lost, &error);
  g_assert_no_error (error);
  desk_pull (f->one);
  restore_backup (f, file);

  next = desk_set (f->one);
  add_change (f->one, next, SATCHEL_CHANGE_UPDATE, "account", f->account, NULL, "website",
              "\"https://a.example\"", NULL);
  g_assert_null (desk_try (f->one, next, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_GAP);
  g_clear_error (&error);
  desk_pull (f->one);
  g_assert_true (f->one->reset);
  g_assert_cmpint (f->one->restored_s, ==, s);
  desk_pull (f->two);
  g_assert_false (f->two->reset); /* what it holds is older than the backup */
  g_assert_cmpint (f->two->restored_s, ==, s);
  desk_pull (f->two);
  g_assert_cmpint (f->two->restored_s, ==, -1);

  /* The lost set is sent again, once. */
  again = desk_try (f->one, lost, &error);
  g_assert_no_error (error);
  g_assert_cmpint (again->state, ==, SATCHEL_OUTCOME_APPLIED);
  assert_applied (desk_push (f->one, next));
  desk_check (f->two);
  g_assert_cmpstr (desk_get (f->two, "account", f->account, "phone"), ==, "\"+40 99\"");
  satchel_change_set_free (lost);

  /* The same backup once more: another epoch again. */
  desk_pull (f->one);
  restore_backup (f, file);
  desk_pull (f->one);
  g_assert_true (f->one->reset);
  g_assert_cmpint (f->one->restored_s, ==, s);
  f->one->next_number -= 2;
}

/* The file is copied back behind the server's back: a cursor ahead of it gives that away. */
static void
test_file_put_back (Fixture *f, gconstpointer data)
{
  g_autofree char *file = g_build_filename (f->office->dir, "satchel.db", NULL);
  g_autofree char *contents = NULL;
  const gint64 s = satchel_server_get_s (f->office->server);
  g_autoptr (GError) error = NULL;
  gsize size;

  g_clear_pointer (&f->office->server, satchel_server_close); /* folds the log into the file */
  must (g_file_get_contents (file, &contents, &size, &error));
  office_reopen (f->office);
  assert_applied (desk_update (f->one, "account", f->account, "phone", "\"+40 99\"", NULL));
  desk_pull (f->one);
  g_clear_pointer (&f->office->server, satchel_server_close);
  must (g_file_set_contents (file, contents, size, &error));
  office_reopen (f->office);

  desk_pull (f->one);
  g_assert_true (f->one->reset);
  g_assert_cmpint (f->one->restored_s, ==, s);
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "phone"), ==, "\"1\"");
  desk_pull (f->two);
  g_assert_cmpint (f->two->restored_s, ==, s);
  f->one->next_number--;
}

static void
test_bad_backup (Fixture *f, gconstpointer data)
{
  g_autofree char *file = g_build_filename (f->office->dir, "bad.db", NULL);
  g_autofree char *none = g_build_filename (f->office->dir, "none.db", NULL);
  g_autoptr (GError) error = NULL;
  const gint64 s = satchel_server_get_s (f->office->server);

  g_clear_pointer (&f->office->server, satchel_server_close);
  g_assert_false (satchel_server_restore (f->office->dir, none, &f->office->clock.clock, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  must (g_file_set_contents (file, "this is no database at all, not even a small one", -1, &error));
  g_assert_false (satchel_server_restore (f->office->dir, file, &f->office->clock.clock, &error));
  g_assert_nonnull (error);
  office_reopen (f->office);
  g_assert_cmpint (satchel_server_get_s (f->office->server), ==, s);
}

#define ADD(path, test) g_test_add ("/sync-server/restore/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("cascade", test_cascade);
  ADD ("edits-beside", test_edits_beside);
  ADD ("unmerge", test_unmerge);
  ADD ("unmerge-refused", test_unmerge_refused);
  ADD ("without-id", test_without_id);
  ADD ("edit-after-restore", test_edit_after_restore);
  ADD ("restrict", test_restrict);
  ADD ("conflicts-follow", test_conflicts_follow);
  ADD ("not-found", test_restore_not_found);
  ADD ("id-again", test_id_again);
  ADD ("backup", test_backup);
  ADD ("file-put-back", test_file_put_back);
  ADD ("bad-backup", test_bad_backup);
  return g_test_run ();
}
