/* Who gets which row, and what a pull sends: rights by unit and owner, rows that enter and leave, the cursor.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/office.h"

typedef struct {
  Office *office;
  char *one_id, *two_id, *other_id;
  Desk *one, *other, *manager, *admin;
  char *account;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  Office *office = f->office = office_new ();

  f->one_id = office_hire (office, "one", "salesperson", office->north);
  f->two_id = office_hire (office, "two", "salesperson", office->north);
  f->other_id = office_hire (office, "other", "salesperson", office->south);
  g_free (office_hire (office, "manager", "sales-manager", satchel_server_get_root_unit (office->server)));
  f->one = desk_new (office, "one");
  f->other = desk_new (office, "other");
  f->manager = desk_new (office, "manager");
  g_free (office_hire (office, "admin", "system-administrator", office->north));
  f->admin = desk_new (office, "admin");
  f->account = new_id (f->one);
  assert_applied (desk_create (f->one, "account", f->account, "name", "\"Acme\"", NULL));
  desk_pull (f->one);
  desk_pull (f->other);
  desk_pull (f->manager);
  desk_pull (f->admin);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_check (f->one);
  desk_check (f->other);
  desk_check (f->manager);
  desk_check (f->admin);
  desk_free (f->admin);
  desk_free (f->one);
  desk_free (f->other);
  desk_free (f->manager);
  g_free (f->account);
  g_free (f->one_id);
  g_free (f->two_id);
  g_free (f->other_id);
  office_free (f->office);
}

/* As the owner of a record. */
static char *
owner (const char *user)
{
  return g_strdup_printf ("\"user:%s\"", user);
}

static char *
quoted (const char *id)
{
  return g_strdup_printf ("\"%s\"", id);
}

/* The seller of another unit can neither read nor write nor name the account, and cannot tell it from one
 * that is not there. */
static void
test_other_unit (Fixture *f, gconstpointer data)
{
  g_autofree char *contact = new_id (f->other), *nobody = new_id (f->other);
  g_autofree char *to_account = quoted (f->account), *to_nobody = quoted (nobody);
  g_autoptr (SatchelOutcome) real = NULL, invented = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (desk_has (f->other, "account", f->account));
  g_assert_true (desk_has (f->manager, "account", f->account));
  g_assert_true (desk_has (f->other, "user", f->one_id)); /* the organisation's records are everyone's */

  real = desk_update (f->other, "account", f->account, "phone", "\"1\"", NULL);
  invented = desk_update (f->other, "account", nobody, "phone", "\"1\"", NULL);
  g_assert_cmpint (real->code, ==, SATCHEL_ERROR_NOT_FOUND);
  g_assert_cmpstr (real->reason, ==, invented->reason);
  assert_parked (desk_delete (f->other, "account", f->account), SATCHEL_ERROR_NOT_FOUND);

  g_clear_pointer (&real, satchel_outcome_free);
  g_clear_pointer (&invented, satchel_outcome_free);
  real = desk_create (f->other, "contact", contact, "last_name", "\"Pop\"", "account", to_account, NULL);
  g_free (contact);
  contact = new_id (f->other);
  invented = desk_create (f->other, "contact", contact, "last_name", "\"Pop\"", "account", to_nobody, NULL);
  g_assert_cmpint (real->code, ==, SATCHEL_ERROR_REFERENCE);
  g_assert_cmpint (invented->code, ==, SATCHEL_ERROR_REFERENCE);
  g_assert_cmpstr (real->reason, ==, invented->reason);
  g_assert_cmpstr (real->field, ==, "account");

  g_assert_null (
      satchel_server_history (f->office->server, &f->other->caller, "account", f->account, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
}

static void
test_privileges (Fixture *f, gconstpointer data)
{
  g_autofree char *product = new_id (f->one), *task = new_id (f->one);
  g_autofree char *to_other = owner (f->other_id);

  assert_parked (desk_create (f->one, "product", product, "name", "\"Digger\"", NULL),
                 SATCHEL_ERROR_FORBIDDEN);
  assert_parked (desk_update (f->one, "user", f->one_id, "phone", "\"1\"", NULL), SATCHEL_ERROR_FORBIDDEN);
  assert_parked (desk_update (f->one, "business_unit", f->office->south, "name", "\"Mine\"", NULL),
                 SATCHEL_ERROR_FORBIDDEN);
  /* Neither made for nor given to somebody outside of the unit. */
  assert_parked (desk_create (f->one, "task", task, "subject", "\"Call\"", "owner", to_other, NULL),
                 SATCHEL_ERROR_FORBIDDEN);
  assert_parked (desk_act (f->one, "account", f->account, "assign", "owner", to_other, NULL),
                 SATCHEL_ERROR_FORBIDDEN);
  assert_parked (desk_update (f->one, "account", f->account, "owner", to_other, NULL), SATCHEL_ERROR_DEPENDS);
}

/* The manager gives the account to the other unit: it leaves here, enters there, whole, with what hangs on
 * it. */
static void
test_assign (Fixture *f, gconstpointer data)
{
  g_autofree char *contact = new_id (f->one), *to_account = quoted (f->account),
                  *to_other = owner (f->other_id);

  assert_applied (
      desk_create (f->one, "contact", contact, "last_name", "\"Pop\"", "account", to_account, NULL));
  desk_pull (f->one);
  desk_pull (f->manager);
  assert_applied (desk_act (f->manager, "account", f->account, "assign", "owner", to_other, NULL));
  desk_pull (f->one);
  desk_pull (f->other);
  g_assert_false (desk_has (f->one, "account", f->account));
  g_assert_false (desk_has (f->one, "contact", contact));
  g_assert_cmpint (f->one->n_removed, ==, 2);
  g_assert_cmpstr (desk_get (f->other, "account", f->account, "name"), ==, "\"Acme\"");
  g_assert_true (desk_has (f->other, "contact", contact));
  desk_check (f->manager);
  g_assert_cmpint (f->manager->n_whole, ==, 2); /* new in the other unit's bucket */

  /* What was queued on it meanwhile comes back with a reason that tells what happened. */
  assert_parked (desk_update (f->one, "account", f->account, "phone", "\"1\"", NULL),
                 SATCHEL_ERROR_FORBIDDEN);
}

/* Two managers give one account to two people: the second is asked. */
static void
test_assign_twice (Fixture *f, gconstpointer data)
{
  g_autofree char *to_two = owner (f->two_id), *to_other = owner (f->other_id);

  assert_conflicts (desk_act (f->one, "account", f->account, "assign", "owner", to_two, NULL), 0);
  assert_conflicts (desk_act (f->manager, "account", f->account, "assign", "owner", to_other, NULL), 1);
  desk_pull (f->manager);
  g_assert_cmpstr (desk_get (f->manager, "account", f->account, "owner"), ==, to_two);
  assert_applied (desk_act (f->manager, "conflict", desk_find_conflict (f->manager, "owner", "open"),
                            "resolve", "choice", "\"mine\"", NULL));
  desk_check (f->manager);
  g_assert_cmpstr (desk_get (f->manager, "account", f->account, "owner"), ==, to_other);
}

/* A user changes units: all her records go with her, rows that nobody edited. */
static void
test_user_moves (Fixture *f, gconstpointer data)
{
  g_autofree char *to_south = quoted (f->office->south), *to_north = quoted (f->office->north);

  /* With a conflict hanging on the account. */
  assert_conflicts (desk_update (f->one, "account", f->account, "phone", "\"1\"", NULL), 0);
  assert_conflicts (desk_update (f->manager, "account", f->account, "phone", "\"2\"", NULL), 1);
  desk_pull (f->one);
  desk_pull (f->other);
  g_assert_cmpint (desk_count (f->other, "conflict"), ==, 0);
  assert_applied (desk_update (f->admin, "user", f->one_id, "unit", to_south, NULL));
  desk_check (f->other);
  g_assert_false (f->other->reset);
  g_assert_cmpstr (desk_get (f->other, "account", f->account, "unit"), ==, to_south);
  g_assert_cmpint (desk_count (f->other, "conflict"), ==, 1);
  desk_check (f->manager);
  desk_check (f->admin);
  g_assert_cmpstr (desk_get (f->manager, "account", f->account, "unit"), ==, to_south);
  desk_pull (f->one);
  g_assert_false (f->one->reset); /* another unit, another list of buckets: only what differs is sent */
  g_assert_true (desk_has (f->one, "account", f->account));

  desk_pull (f->admin);
  assert_applied (desk_update (f->admin, "user", f->one_id, "unit", to_north, NULL));
  desk_check (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
  g_assert_cmpint (desk_count (f->other, "conflict"), ==, 0);
}

/* The depth "own": leads that a service person made, not those of her colleague in the same unit. */
static void
test_own_depth (Fixture *f, gconstpointer data)
{
  g_autofree char *ana_id = office_hire (f->office, "ana", "service", f->office->north);
  g_autofree char *mine = new_id (f->one), *theirs = new_id (f->one), *to_ana = owner (ana_id);
  Desk *ana = desk_new (f->office, "ana");

  assert_applied (desk_create (ana, "lead", mine, "topic", "\"Mine\"", NULL));
  assert_applied (desk_create (f->one, "lead", theirs, "topic", "\"Theirs\"", NULL));
  desk_check (ana);
  g_assert_true (desk_has (ana, "lead", mine));
  g_assert_false (desk_has (ana, "lead", theirs));
  desk_pull (f->one);
  assert_applied (desk_act (f->one, "lead", theirs, "assign", "owner", to_ana, NULL));
  desk_check (ana);
  g_assert_true (desk_has (ana, "lead", theirs));
  desk_free (ana);
}

/* Who may not read a record any more keeps her own side of its conflict, and nothing of the other. */
static void
test_author_keeps_own_side (Fixture *f, gconstpointer data)
{
  g_autofree char *to_other = owner (f->other_id);
  g_autofree char *conflict = NULL;

  assert_conflicts (desk_update (f->manager, "account", f->account, "revenue", "100", NULL), 0);
  assert_conflicts (desk_update (f->one, "account", f->account, "revenue", "200", NULL), 1);
  desk_pull (f->one);
  desk_pull (f->manager);
  conflict = g_strdup (desk_find_conflict (f->one, "revenue", "open"));
  g_assert_cmpstr (desk_get (f->one, "conflict", conflict, "theirs"), ==, "\"100\"");
  assert_applied (desk_act (f->manager, "account", f->account, "assign", "owner", to_other, NULL));
  desk_check (f->one);
  g_assert_false (desk_has (f->one, "account", f->account));
  g_assert_cmpstr (desk_get (f->one, "conflict", conflict, "mine"), ==, "\"200\"");
  g_assert_cmpstr (desk_get (f->one, "conflict", conflict, "theirs"), ==, "null");
  g_assert_cmpstr (desk_get (f->one, "conflict", conflict, "theirs_by"), ==, "null");
  desk_check (f->other);
  g_assert_cmpstr (desk_get (f->other, "conflict", conflict, "theirs"), ==, "\"100\"");
}

/* The same when it is the owner who moves, far away from the record. */
static void
test_author_of_moved (Fixture *f, gconstpointer data)
{
  g_autofree char *account = new_id (f->manager), *to_two = owner (f->two_id),
                  *to_south = quoted (f->office->south);
  const char *conflict;

  assert_applied (desk_create (f->manager, "account", account, "name", "\"B\"", "owner", to_two, NULL));
  desk_pull (f->one);
  assert_conflicts (desk_update (f->manager, "account", account, "revenue", "100", NULL), 0);
  assert_conflicts (desk_update (f->one, "account", account, "revenue", "200", NULL), 1);
  desk_pull (f->one);
  desk_pull (f->admin);
  assert_applied (desk_update (f->admin, "user", f->two_id, "unit", to_south, NULL));
  desk_check (f->one);
  g_assert_false (desk_has (f->one, "account", account));
  conflict = desk_find_conflict (f->one, "revenue", "open");
  g_assert_cmpstr (desk_get (f->one, "conflict", conflict, "mine"), ==, "\"200\"");
  g_assert_cmpstr (desk_get (f->one, "conflict", conflict, "theirs"), ==, "null");
}

static void
test_role_changes (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  must (satchel_accounts_add_role (f->office->server, NULL, f->other_id, "back-office", &error));
  desk_pull (f->other);
  g_assert_false (f->other->reset);
  g_assert_true (desk_has (f->other, "account", f->account));
  must (satchel_accounts_remove_role (f->office->server, NULL, f->other_id, "back-office", &error));
  desk_pull (f->other);
  g_assert_false (desk_has (f->other, "account", f->account));
  g_assert_false (satchel_accounts_remove_role (f->office->server, NULL, f->other_id, "salesperson", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE);
}

/* ---- the cursor ---- */

static void
test_nothing_new (Fixture *f, gconstpointer data)
{
  g_autofree char *cursor = g_strdup (f->one->cursor), *task = new_id (f->other);

  desk_pull (f->one);
  g_assert_cmpint (f->one->n_rows, ==, 0);
  g_assert_cmpstr (f->one->cursor, ==, cursor);
  /* What happens elsewhere moves the cursor, and sends nothing. */
  assert_applied (desk_create (f->other, "task", task, "subject", "\"x\"", NULL));
  desk_pull (f->one);
  g_assert_cmpint (f->one->n_rows, ==, 0);
  g_assert_cmpstr (f->one->cursor, !=, cursor);
}

static void
expect_refused (Desk *desk, const char *cursor)
{
  SatchelPull request = { .cursor = (char *)cursor,
                          .schema = (char *)satchel_registry_get_digest (desk->office->registry) };
  g_autoptr (GError) error = NULL;

  g_assert_false (satchel_server_pull (desk->office->server, &desk->caller, &request, NULL, NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CURSOR);
}

/* As they were written before; owned. */
static char *
write_earlier (const char *cursor)
{
  g_auto (GStrv) parts = g_strsplit (cursor, ".", 3);
  g_autofree char *padded = g_strdup (parts[2]);
  char digits[3 * (16 + 1)];
  guchar *seal;
  gsize size;

  g_strdelimit (padded, "-", '+');
  g_strdelimit (padded, "_", '/');
  seal = g_base64_decode (padded, &size);
  g_assert_cmpuint (size, ==, 24);
  for (guint i = 0; i < 24; i++)
    g_snprintf (digits + 2 * i + i / 8, 4, "%02x%s", seal[i], i == 7 || i == 15 ? "." : "");
  g_free (seal);
  return g_strjoin (".", parts[0], parts[1], digits, NULL);
}

/* Each character of it. */
static void
expect_all_refused (Desk *desk, const char *cursor)
{
  g_autofree char *forged = g_strdup (cursor);

  for (char *at = forged; *at != '\0'; at++) {
    const char kept = *at;

    *at = kept == '1' ? '2' : '1';
    expect_refused (desk, forged);
    *at = kept;
  }
}

static void
test_forged (Fixture *f, gconstpointer data)
{
  g_autofree char *longer = g_strconcat (f->one->cursor, "0", NULL);
  g_autofree char *zero = g_strconcat ("0", f->one->cursor, NULL);
  g_autofree char *earlier = write_earlier (f->one->cursor);
  SatchelChangeSet *set;

  expect_refused (f->one, f->other->cursor);
  expect_refused (f->one, "");
  expect_refused (f->one, "1.2.3.4.5");
  expect_refused (f->one, "....");
  expect_refused (f->one, longer);
  expect_refused (f->one, zero);
  expect_all_refused (f->one, f->one->cursor);
  expect_all_refused (f->one, earlier);
  g_free (f->one->cursor);
  f->one->cursor = g_steal_pointer (&earlier);
  desk_pull (f->one);
  g_assert_false (f->one->reset);

  /* A claim to have seen what one has not seen parks the set. */
  set = desk_set (f->one);
  satchel_change_add_edit (
      satchel_change_set_add (set, SATCHEL_CHANGE_UPDATE, "account", f->account, f->other->cursor, NULL),
      "phone", json_from_string ("\"1\"", NULL), NULL);
  assert_parked (desk_push (f->one, set), SATCHEL_ERROR_CURSOR);
}

/* Another device of the same person may use her cursors: that is what a clone becomes. */
static void
test_other_device (Fixture *f, gconstpointer data)
{
  Desk *again = desk_new (f->office, "one");

  g_assert_cmpstr (again->caller.device, !=, f->one->caller.device);
  again->cursor = g_strdup (f->one->cursor);
  assert_applied (desk_update (again, "account", f->account, "phone", "\"1\"", NULL));
  desk_free (again);
}

#define ADD(path, test) g_test_add ("/sync-server/scope/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("other-unit", test_other_unit);
  ADD ("privileges", test_privileges);
  ADD ("assign", test_assign);
  ADD ("assign-twice", test_assign_twice);
  ADD ("user-moves", test_user_moves);
  ADD ("own-depth", test_own_depth);
  ADD ("author-keeps-own-side", test_author_keeps_own_side);
  ADD ("author-of-moved", test_author_of_moved);
  ADD ("role-changes", test_role_changes);
  ADD ("nothing-new", test_nothing_new);
  ADD ("forged", test_forged);
  ADD ("other-device", test_other_device);
  return g_test_run ();
}
