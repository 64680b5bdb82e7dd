/* Saved views are records: they roam, are seen by whom they are shared with, and what stands in them is
 * nothing to the server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/office.h"

#include <string.h>

typedef struct {
  Office *office;
  char *seller_id, *colleague_id;
  Desk *laptop, *tablet, *colleague, *customiser;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  Office *office = f->office = office_new ();

  f->seller_id = office_employ (office, "seller", "salesperson", office->north);
  f->colleague_id = office_employ (office, "colleague", "marketing", office->south);
  g_free (office_employ (office, "customiser", "customiser", office->north));
  f->laptop = desk_new (office, "seller");
  f->tablet = desk_new (office, "seller");
  f->colleague = desk_new (office, "colleague");
  f->customiser = desk_new (office, "customiser");
}

static void
pull_all (Fixture *f)
{
  desk_pull (f->laptop);
  desk_pull (f->tablet);
  desk_pull (f->colleague);
  desk_pull (f->customiser);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  Desk *desks[] = { f->laptop, f->tablet, f->colleague, f->customiser };

  for (guint i = 0; i < G_N_ELEMENTS (desks); i++) {
    desk_check (desks[i]);
    desk_free (desks[i]);
  }
  g_free (f->seller_id);
  g_free (f->colleague_id);
  office_free (f->office);
}

static char *
save (Desk *desk, const char *predicate)
{
  char *id = new_id (desk);

  assert_applied (desk_create (desk, "saved_view", id, "name", "\"Mine\"", "entity", "\"account\"",
                               "predicate", predicate, "columns", "\"name:200\"", NULL));
  return id;
}

static void
test_roams (Fixture *f, gconstpointer data)
{
  g_autofree char *id = save (f->laptop, "\"city = \\\"Cluj\\\"\"");

  pull_all (f);
  g_assert_cmpint (desk_count (f->tablet, "saved_view"), ==, 1);
  g_assert_nonnull (strstr (desk_get (f->tablet, "saved_view", id, "predicate"), "Cluj"));
  g_assert_cmpint (desk_count (f->colleague, "saved_view"), ==, 0);
  g_assert_cmpint (desk_count (f->customiser, "saved_view"), ==, 0);
  assert_applied (desk_delete (f->tablet, "saved_view", id));
  pull_all (f);
  g_assert_cmpint (desk_count (f->laptop, "saved_view"), ==, 0);
}

/* The one it is shared with reads it, and no more. Whatever its condition is, it travels: who shows it judges
 * it. */
static void
test_shared (Fixture *f, gconstpointer data)
{
  g_autofree char *id = save (f->laptop, "\"1); drop table e_account; --\"");
  g_autofree char *with = g_strdup_printf ("\"user:%s\"", f->colleague_id);

  assert_applied (
      desk_act (f->laptop, "saved_view", id, "share", "with", with, "rights", "\"|read|\"", NULL));
  pull_all (f);
  g_assert_cmpint (desk_count (f->colleague, "saved_view"), ==, 1);
  g_assert_cmpint (desk_count (f->colleague, "share"), ==, 1);
  g_assert_cmpint (desk_count (f->customiser, "saved_view"), ==, 0);
  assert_parked (desk_update (f->colleague, "saved_view", id, "name", "\"Theirs\"", NULL),
                 SATCHEL_ERROR_FORBIDDEN);
  assert_parked (desk_delete (f->colleague, "saved_view", id), SATCHEL_ERROR_FORBIDDEN);
  assert_applied (desk_act (f->laptop, "saved_view", id, "unshare", "with", with, NULL));
  pull_all (f);
  g_assert_cmpint (desk_count (f->colleague, "saved_view"), ==, 0);
}

/* Nobody makes views for somebody else. */
static void
test_not_for_others (Fixture *f, gconstpointer data)
{
  g_autofree char *id = new_id (f->laptop);
  g_autofree char *owner = g_strdup_printf ("\"%s\"", f->colleague_id);

  assert_parked (desk_create (f->laptop, "saved_view", id, "name", "\"Gift\"", "entity", "\"account\"",
                              "owner", owner, NULL),
                 SATCHEL_ERROR_FORBIDDEN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/saved-views/roams", Fixture, NULL, set_up, test_roams, tear_down);
  g_test_add ("/saved-views/shared", Fixture, NULL, set_up, test_shared, tear_down);
  g_test_add ("/saved-views/not-for-others", Fixture, NULL, set_up, test_not_for_others, tear_down);
  return g_test_run ();
}
