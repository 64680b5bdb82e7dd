/* Teams that own, people who report, records that are shared, fields of a class: who may do what, and what a
 * device is sent.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/office.h"

#include <string.h>

typedef struct {
  Office *office;
  char *one_id, *two_id, *other_id, *boss_id, *team;
  Desk *one, *two, *other, *boss, *back, *admin;
  char *account; /* of one, in the north */
} Fixture;

static char *
principal (const char *entity, const char *id)
{
  return g_strdup_printf ("\"%s:%s\"", entity, id);
}

static char *
quoted (const char *id)
{
  return g_strdup_printf ("\"%s\"", id);
}

/* Parked with @code, and given up. */
static void
refuse (Desk *desk, SatchelOutcome *outcome, SatchelErrorCode code)
{
  desk_release (desk, outcome->uuid);
  assert_parked (outcome, code);
}

/* Everything is carried, so that what is carried is what may be read. */
static Desk *
enter (Fixture *f, const char *login)
{
  Desk *desk = desk_new (f->office, login);
  g_autofree char *id = new_id (desk);

  assert_applied (desk_create (desk, "offline_filter", id, "entity", "\"*\"", NULL));
  desk_pull (desk);
  return desk;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  Office *office = f->office = office_new ();

  f->one_id = office_hire (office, "one", "salesperson", office->north);
  f->two_id = office_hire (office, "two", "salesperson", office->north);
  f->other_id = office_hire (office, "other", "salesperson", office->south);
  f->boss_id = office_hire (office, "boss", "salesperson", office->south);
  g_free (office_hire (office, "back", "back-office", office->north));
  g_free (office_hire (office, "admin", "system-administrator", office->north));
  f->one = enter (f, "one");
  f->two = enter (f, "two");
  f->other = enter (f, "other");
  f->boss = enter (f, "boss");
  f->back = enter (f, "back");
  f->admin = enter (f, "admin");
  f->team = new_id (f->admin);
  assert_applied (desk_create (f->admin, "team", f->team, "name", "\"Tigers\"", NULL));
  f->account = new_id (f->one);
  assert_applied (desk_create (f->one, "account", f->account, "name", "\"Acme\"", NULL));
  desk_pull (f->one);
  desk_pull (f->other);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  Desk *const desks[] = { f->one, f->two, f->other, f->boss, f->back, f->admin };

  for (guint i = 0; i < G_N_ELEMENTS (desks); i++) {
    desk_check (desks[i]);
    desk_free (desks[i]);
  }
  g_free (f->account);
  g_free (f->team);
  g_free (f->one_id);
  g_free (f->two_id);
  g_free (f->other_id);
  g_free (f->boss_id);
  office_free (f->office);
}

static char *
join (Fixture *f, const char *user)
{
  g_autofree char *team = quoted (f->team), *member = quoted (user);
  char *id = new_id (f->admin);

  assert_applied (desk_create (f->admin, "team_member", id, "team", team, "user", member, NULL));
  return id;
}

/* ---- teams ---- */

static void
test_team_owns (Fixture *f, gconstpointer data)
{
  g_autofree char *to_team = principal ("team", f->team), *to_other = principal ("user", f->other_id);
  g_autofree char *membership = NULL, *made = new_id (f->other);
  g_autofree char *south = quoted (f->office->south);

  assert_applied (desk_act (f->back, "account", f->account, "assign", "owner", to_team, NULL));
  desk_check (f->one);
  g_assert_false (
      desk_has (f->one, "account", f->account)); /* the team has no unit: it lies under the root */
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
  refuse (f->other, desk_create (f->other, "account", made, "name", "\"B\"", "owner", to_team, NULL),
          SATCHEL_ERROR_FORBIDDEN);

  membership = join (f, f->other_id);
  desk_check (f->other);
  g_assert_cmpstr (desk_get (f->other, "account", f->account, "owner"), ==, to_team);
  assert_applied (desk_update (f->other, "account", f->account, "city", "\"Cluj\"", NULL));

  desk_pull (f->admin);
  assert_applied (
      desk_update (f->admin, "team", f->team, "unit", south, NULL)); /* far away: its records go along */
  desk_check (f->boss);
  g_assert_true (desk_has (f->boss, "account", f->account));
  desk_pull (f->admin);
  assert_applied (desk_delete (f->admin, "team_member", membership));
  desk_pull (f->admin);
  assert_applied (desk_update (f->admin, "team", f->team, "unit", "null", "active", "0", NULL));
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
  refuse (f->back, desk_act (f->back, "account", f->account, "assign", "owner", to_team, NULL),
          SATCHEL_ERROR_RULE);
  assert_applied (desk_act (f->back, "account", f->account, "assign", "owner", to_other, NULL));
}

static void
test_inactive_owner (Fixture *f, gconstpointer data)
{
  g_autofree char *to_two = principal ("user", f->two_id), *made = new_id (f->one);

  desk_pull (f->admin);
  assert_applied (desk_update (f->admin, "user", f->two_id, "active", "0", NULL));
  refuse (f->one, desk_act (f->one, "account", f->account, "assign", "owner", to_two, NULL),
          SATCHEL_ERROR_RULE);
  refuse (f->one, desk_create (f->one, "account", made, "name", "\"B\"", "owner", to_two, NULL),
          SATCHEL_ERROR_RULE);
  desk_pull (f->back);
  refuse (f->back, desk_update (f->back, "account", f->account, "owner", to_two, NULL), SATCHEL_ERROR_RULE);
  desk_pull (f->admin);
  assert_applied (desk_update (f->admin, "user", f->two_id, "active", "1", NULL));
}

/* ---- reports ---- */

static void
test_reports (Fixture *f, gconstpointer data)
{
  g_autofree char *boss = quoted (f->boss_id), *other = quoted (f->other_id), *one = quoted (f->one_id);

  desk_check (f->boss);
  g_assert_false (desk_has (f->boss, "account", f->account));
  desk_pull (f->admin);
  assert_applied (desk_update (f->admin, "user", f->one_id, "manager", other, NULL));
  assert_applied (desk_update (f->admin, "user", f->other_id, "manager", boss, NULL));
  desk_check (f->boss);
  desk_check (f->other);
  assert_applied (desk_update (f->other, "account", f->account, "city", "\"Cluj\"", NULL));
  refuse (f->boss, desk_update (f->boss, "account", f->account, "city", "\"Arad\"", NULL),
          SATCHEL_ERROR_FORBIDDEN); /* she reads far down, and writes one step */
  refuse (f->other, desk_delete (f->other, "account", f->account), SATCHEL_ERROR_FORBIDDEN);

  desk_pull (f->admin);
  assert_applied (desk_update (f->admin, "user", f->boss_id, "manager", one, NULL)); /* a circle */
  desk_check (f->boss);
  g_assert_cmpstr (desk_get (f->boss, "account", f->account, "city"), ==, "\"Cluj\"");
  desk_pull (f->admin);
  assert_applied (desk_update (f->admin, "user", f->one_id, "manager", "null", NULL));
  desk_check (f->boss);
  g_assert_false (desk_has (f->boss, "account", f->account));
}

/* ---- shares ---- */

static void
test_share (Fixture *f, gconstpointer data)
{
  g_autofree char *with = principal ("user", f->other_id), *bare = quoted (f->other_id);

  refuse (f->other, desk_act (f->other, "account", f->account, "share", "with", with, NULL),
          SATCHEL_ERROR_NOT_FOUND);
  assert_applied (desk_act (f->one, "account", f->account, "share", "with", with, NULL));
  desk_check (f->other);
  g_assert_true (desk_has (f->other, "account", f->account));
  g_assert_cmpuint (desk_count (f->other, "share"), ==, 1);
  refuse (f->other, desk_update (f->other, "account", f->account, "city", "\"Cluj\"", NULL),
          SATCHEL_ERROR_FORBIDDEN);
  refuse (f->other,
          desk_act (f->other, "account", f->account, "share", "with", with, "rights", "\"|write|\"", NULL),
          SATCHEL_ERROR_FORBIDDEN);

  assert_applied (
      desk_act (f->one, "account", f->account, "share", "with", bare, "rights", "\"write, share\"", NULL));
  assert_applied (desk_update (f->other, "account", f->account, "city", "\"Bonn\"", NULL));
  refuse (f->other, desk_delete (f->other, "account", f->account), SATCHEL_ERROR_FORBIDDEN);
  refuse (f->other,
          desk_act (f->other, "account", f->account, "share", "with", with, "rights", "\"|delete|\"", NULL),
          SATCHEL_ERROR_FORBIDDEN); /* more than she has */

  assert_applied (desk_act (f->one, "account", f->account, "unshare", "with", with, NULL));
  refuse (f->one, desk_act (f->one, "account", f->account, "unshare", "with", with, NULL),
          SATCHEL_ERROR_STATE);
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
  g_assert_cmpuint (desk_count (f->other, "share"), ==, 0);
  assert_applied (
      desk_act (f->one, "account", f->account, "share", "with", with, NULL)); /* the same id again */
  desk_check (f->other);
  g_assert_true (desk_has (f->other, "account", f->account));
}

static void
test_share_with_team (Fixture *f, gconstpointer data)
{
  g_autofree char *with = principal ("team", f->team), *membership = NULL;

  assert_applied (
      desk_act (f->one, "account", f->account, "share", "with", with, "rights", "\"write\"", NULL));
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
  membership = join (f, f->other_id);
  desk_check (f->other);
  assert_applied (desk_update (f->other, "account", f->account, "city", "\"Bonn\"", NULL));
  desk_pull (f->admin);
  assert_applied (desk_delete (f->admin, "team_member", membership));
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
}

/* What hangs on the record goes with it, also what is hung on it later; and a share never beats the role. */
static void
test_share_cascade (Fixture *f, gconstpointer data)
{
  g_autofree char *with = principal ("user", f->other_id), *to_account = quoted (f->account);
  g_autofree char *regarding = g_strdup_printf ("\"account:%s\"", f->account);
  g_autofree char *note = new_id (f->one), *later = new_id (f->one), *gone = NULL;

  assert_applied (desk_create (f->one, "note", note, "subject", "\"Early\"", "regarding", regarding, NULL));
  assert_applied (desk_act (f->one, "account", f->account, "share", "with", with, NULL));
  assert_applied (desk_create (f->one, "note", later, "subject", "\"Late\"", "regarding", regarding, NULL));
  desk_check (f->other);
  g_assert_true (desk_has (f->other, "note", note));
  g_assert_true (desk_has (f->other, "note", later));
  assert_applied (desk_act (f->one, "account", f->account, "unshare", "with", with, NULL));
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "note", note));
  g_assert_false (desk_has (f->other, "note", later));
}

/* What is chosen by a filter, not by carrying all, comes and goes with a share as well. */
static void
test_share_chosen (Fixture *f, gconstpointer data)
{
  g_autofree char *with = principal ("user", f->other_id), *id = new_id (f->other);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, f->other->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    if (g_str_has_prefix (key, "offline_filter/"))
      g_ptr_array_add (ids, g_strdup ((const char *)key + strlen ("offline_filter/")));
  }
  for (guint i = 0; i < ids->len; i++)
    assert_applied (desk_delete (f->other, "offline_filter", ids->pdata[i]));
  assert_applied (desk_create (f->other, "offline_filter", id, "entity", "\"account\"", "predicate",
                               "\"name = \\\"Acme\\\"\"", NULL));
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
  assert_applied (desk_act (f->one, "account", f->account, "share", "with", with, NULL));
  desk_check (f->other);
  g_assert_true (desk_has (f->other, "account", f->account));
  g_assert_cmpuint (desk_count (f->other, "share"), ==, 1);
  assert_applied (desk_act (f->one, "account", f->account, "unshare", "with", with, NULL));
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
}

/* The record goes with its shares and comes back with them. */
static void
test_share_restored (Fixture *f, gconstpointer data)
{
  g_autofree char *with = principal ("user", f->other_id);

  assert_applied (desk_act (f->one, "account", f->account, "share", "with", with, NULL));
  desk_check (f->other);
  assert_applied (desk_delete (f->one, "account", f->account));
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
  g_assert_cmpuint (desk_count (f->other, "share"), ==, 0);
  assert_applied (desk_act (f->one, "account", f->account, "restore", NULL));
  desk_check (f->other);
  g_assert_true (desk_has (f->other, "account", f->account));
}

/* Nobody makes a share but by the actions. */
static void
test_share_forged (Fixture *f, gconstpointer data)
{
  g_autofree char *with = principal ("user", f->other_id), *about = quoted (f->account),
                  *id = new_id (f->other);

  refuse (f->other,
          desk_create (f->other, "share", id, "record_entity", "\"account\"", "record_id", about, "principal",
                       with, "rights", "\"|read|\"", NULL),
          SATCHEL_ERROR_FORBIDDEN);
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
}

/* ---- field classes ---- */

static void
test_classes (Fixture *f, gconstpointer data)
{
  g_autofree char *made = new_id (f->one);
  const char *conflict;

  desk_pull (f->back);
  assert_applied (desk_update (f->back, "account", f->account, "credit_limit", "50000", NULL));
  desk_check (f->back);
  g_assert_cmpstr (desk_get (f->back, "account", f->account, "credit_limit"), ==, "50000");
  desk_check (f->one);
  g_assert_true (desk_has (f->one, "account", f->account));
  g_assert_cmpstr (desk_get (f->one, "account", f->account, "credit_limit"), !=, "50000");
  refuse (f->one, desk_update (f->one, "account", f->account, "credit_limit", "1", NULL),
          SATCHEL_ERROR_FIELD_FORBIDDEN);
  refuse (f->one, desk_create (f->one, "account", made, "name", "\"B\"", "credit_hold", "1", NULL),
          SATCHEL_ERROR_FIELD_FORBIDDEN);

  /* A conflict about a field that she may not read is none of hers. */
  desk_pull (f->admin);
  assert_conflicts (desk_update (f->back, "account", f->account, "credit_limit", "60000", NULL), 0);
  assert_conflicts (desk_update (f->admin, "account", f->account, "credit_limit", "70000", NULL), 1);
  desk_check (f->one);
  g_assert_cmpuint (desk_count (f->one, "conflict"), ==, 0);
  desk_check (f->back);
  conflict = desk_find_conflict (f->back, "credit_limit", "open");
  refuse (f->one, desk_act (f->one, "conflict", conflict, "resolve", "choice", "\"mine\"", NULL),
          SATCHEL_ERROR_NOT_FOUND);
  assert_applied (desk_act (f->back, "conflict", conflict, "resolve", "choice", "\"mine\"", NULL));
}

/* A merge leaves the secured fields of both where they are, for someone who may not write them, and does not
 * tell whether they hold anything. */
static void
test_classes_merged (Fixture *f, gconstpointer data)
{
  g_autofree char *master = new_id (f->one), *asked = new_id (f->one), *with = quoted (f->account),
                  *other = quoted (master);

  desk_pull (f->back);
  assert_applied (desk_update (f->back, "account", f->account, "credit_limit", "50000", NULL));
  assert_applied (desk_create (f->one, "account", master, "name", "\"Acme (twice)\"", NULL));
  assert_applied (desk_create (f->one, "account", asked, "name", "\"Acme (again)\"", NULL));
  desk_pull (f->one);
  assert_applied (desk_act (f->one, "account", master, "merge", "other", with, NULL));
  desk_pull (f->one);
  assert_applied (
      desk_act (f->one, "account", asked, "merge", "other", other, "fields", "\"credit_limit\"", NULL));
  desk_check (f->one);
  desk_check (f->back);
  g_assert_cmpstr (desk_get (f->back, "account", f->account, "credit_limit"), ==, "50000");
  g_assert_cmpstr (desk_get (f->back, "account", master, "credit_limit"), ==, "null");
  g_assert_cmpstr (desk_get (f->back, "account", asked, "credit_limit"), ==, "null");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/sync-server/rights/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("team-owns", test_team_owns);
  ADD ("inactive-owner", test_inactive_owner);
  ADD ("reports", test_reports);
  ADD ("share", test_share);
  ADD ("share-with-team", test_share_with_team);
  ADD ("share-cascade", test_share_cascade);
  ADD ("share-chosen", test_share_chosen);
  ADD ("share-restored", test_share_restored);
  ADD ("share-forged", test_share_forged);
  ADD ("classes", test_classes);
  ADD ("classes-merged", test_classes_merged);
  return g_test_run ();
}
