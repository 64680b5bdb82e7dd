/* Several devices ask for the same delta: what one was answered is good for the next of the same person, and
 * for nobody and nothing else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/deltas.h"
#include "tests/sync-server/office.h"

#include <string.h>

#define ACCOUNT "00000000-0000-7000-8000-0000000000a1"
#define OTHER   "00000000-0000-7000-8000-0000000000a2"
#define HIS     "00000000-0000-7000-8000-0000000000a3"

typedef struct {
  Office *office;
  char *ana, *bea;
  Desk *first, *second, *hers; /* two devices of Ana, who reads her unit; Bea's */
} Fixture;

static void
fixture_init (Fixture *fixture)
{
  fixture->office = office_new ();
  fixture->ana = office_hire (fixture->office, "ana", "salesperson", fixture->office->north);
  fixture->bea = office_hire (fixture->office, "bea", "salesperson", fixture->office->north);
  fixture->first = desk_new (fixture->office, "ana");
  fixture->second = desk_new (fixture->office, "ana");
  fixture->hers = desk_new (fixture->office, "bea");
  assert_applied (desk_create (fixture->hers, "account", ACCOUNT, "name", "\"Acme\"", NULL));
  assert_applied (desk_create (fixture->hers, "account", OTHER, "name", "\"Other\"", NULL));
  desk_pull (fixture->first);
  desk_pull (fixture->second);
  desk_pull (fixture->hers);
}

static void
fixture_clear (Fixture *fixture)
{
  desk_free (fixture->first);
  desk_free (fixture->second);
  desk_free (fixture->hers);
  office_free (fixture->office);
  g_free (fixture->ana);
  g_free (fixture->bea);
}

/* Beside the head and the tail, which are a device's own. Owned. */
static char *
dup_rows (const Desk *desk)
{
  const char *begin = strchr (desk->stream, '\n') + 1, *end = strstr (begin, "{\"cursor\":");

  g_assert_nonnull (end);
  return g_strndup (begin, (gsize)(end - begin));
}

static void
test_alike (void)
{
  Fixture fixture;
  g_autofree char *rows = NULL, *again = NULL;

  fixture_init (&fixture);
  assert_applied (desk_update (fixture.hers, "account", ACCOUNT, "city", "\"Cluj\"", NULL));
  desk_pull (fixture.first);
  desk_check (fixture.second);
  rows = dup_rows (fixture.first);
  again = dup_rows (fixture.second);
  g_assert_cmpstr (rows, ==, again);
  g_assert_nonnull (strstr (rows, "Cluj"));
  g_assert_cmpint (fixture.first->n_rows, ==, 1);
  g_assert_cmpint (fixture.second->n_rows, ==, 1);

  /* The next commit is another delta. */
  assert_applied (desk_update (fixture.hers, "account", ACCOUNT, "city", "\"Iași\"", NULL));
  desk_check (fixture.first);
  desk_check (fixture.second);
  g_assert_cmpstr (desk_get (fixture.second, "account", ACCOUNT, "city"), ==, "\"Iași\"");
  fixture_clear (&fixture);
}

/* Between the pulls of two devices of one person, without a word about the record itself. */
static void
test_revoked (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;

  fixture_init (&fixture);
  assert_applied (desk_update (fixture.hers, "account", ACCOUNT, "city", "\"Cluj\"", NULL));
  desk_pull (fixture.first);
  g_assert_nonnull (strstr (fixture.first->stream, "Cluj"));
  must (satchel_accounts_set_unit (fixture.office->server, NULL, fixture.ana, fixture.office->south, &error));
  desk_pull (fixture.second);
  g_assert_null (strstr (fixture.second->stream, "Cluj"));
  g_assert_false (desk_has (fixture.second, "account", ACCOUNT));
  desk_check (fixture.first);
  g_assert_false (desk_has (fixture.first, "account", ACCOUNT));
  fixture_clear (&fixture);
}

/* A role comes and goes, which no S tells of: a device that was told without it is not told what another was
 * told with it. */
static void
test_role (void)
{
  Fixture fixture;
  g_autofree char *ion = NULL;
  g_autoptr (GError) error = NULL;
  Desk *his;
  gint64 s;

  fixture_init (&fixture);
  ion = office_hire (fixture.office, "ion", "salesperson", fixture.office->south);
  his = desk_new (fixture.office, "ion");
  assert_applied (desk_create (his, "account", HIS, "name", "\"Far\"", NULL));
  must (
      satchel_accounts_add_role (fixture.office->server, NULL, fixture.ana, "system-administrator", &error));
  desk_pull (fixture.first);
  g_assert_true (desk_has (fixture.first, "account", HIS));
  s = satchel_server_get_s (fixture.office->server);
  must (satchel_accounts_remove_role (fixture.office->server, NULL, fixture.ana, "system-administrator",
                                      &error));
  g_assert_cmpint (satchel_server_get_s (fixture.office->server), ==, s);
  desk_pull (fixture.second);
  g_assert_false (desk_has (fixture.second, "account", HIS));

  must (
      satchel_accounts_add_role (fixture.office->server, NULL, fixture.ana, "system-administrator", &error));
  desk_pull (fixture.first);
  g_assert_cmpint (fixture.first->s, ==, fixture.second->s);
  assert_applied (desk_update (his, "account", HIS, "city", "\"Cluj\"", NULL));
  desk_pull (fixture.first);
  g_assert_nonnull (strstr (fixture.first->stream, "Cluj"));
  must (satchel_accounts_remove_role (fixture.office->server, NULL, fixture.ana, "system-administrator",
                                      &error));
  g_assert_cmpint (satchel_server_get_s (fixture.office->server), ==, fixture.first->s);
  desk_check (fixture.second);
  g_assert_null (strstr (fixture.second->stream, "Cluj"));
  g_assert_false (desk_has (fixture.second, "account", HIS));
  desk_check (fixture.first);
  desk_free (his);
  fixture_clear (&fixture);
}

/* Devices of one person that chose differently, and of two persons. */
static void
test_different (void)
{
  Fixture fixture;
  g_autofree char *device = NULL, *filter = NULL;
  char *dan;
  Desk *his, *at_home;

  fixture_init (&fixture);
  dan = office_employ (fixture.office, "dan", "service", fixture.office->north);
  his = desk_new (fixture.office, "dan");
  at_home = desk_new (fixture.office, "dan");
  filter = new_id (his);
  device = g_strdup_printf ("\"%s\"", at_home->caller.device);
  assert_applied (desk_create (his, "offline_filter", filter, "name", "\"one\"", "entity", "\"account\"",
                               "predicate", "\"city = \\\"Cluj\\\"\"", "device", device, NULL));
  desk_check (his);
  desk_check (at_home);
  /* All from one S on, so that nothing but their choices tells them apart. */
  desk_pull (his);
  desk_pull (fixture.first);
  assert_applied (desk_update (fixture.hers, "account", OTHER, "city", "\"Cluj\"", NULL));
  desk_check (at_home);
  desk_check (his);
  g_assert_true (desk_has (at_home, "account", OTHER));
  g_assert_false (desk_has (his, "account", OTHER));
  desk_check (fixture.first);
  g_assert_cmpstr (desk_get (fixture.first, "account", OTHER, "city"), ==, "\"Cluj\"");
  desk_free (his);
  desk_free (at_home);
  g_free (dan);
  fixture_clear (&fixture);
}

static void
test_bounds (void)
{
  SatchelDeltas *deltas = satchel_deltas_new ();
  g_autofree char *large = g_strnfill (3 * 1024 * 1024, 'x');
  g_autoptr (GBytes) found = NULL;
  gint64 n_rows = 0;

  satchel_deltas_keep (deltas, 7, "a", "line\n", 5, 1);
  satchel_deltas_keep (deltas, 6, "b", "line\n", 5, 1);
  found = satchel_deltas_find (deltas, 7, "a", &n_rows);
  g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found), "line\n", 5);
  g_assert_cmpint (n_rows, ==, 1);
  g_assert_null (satchel_deltas_find (deltas, 6, "b", &n_rows));
  g_assert_null (satchel_deltas_find (deltas, 6, "a", &n_rows));
  g_assert_null (satchel_deltas_find (deltas, 8, "a", &n_rows));

  /* A later one drops them; what is too much is not kept. */
  satchel_deltas_keep (deltas, 8, "b", large, strlen (large), 1);
  satchel_deltas_keep (deltas, 8, "c", large, strlen (large), 1);
  g_assert_null (satchel_deltas_find (deltas, 7, "a", &n_rows));
  g_assert_null (satchel_deltas_find (deltas, 8, "c", &n_rows));
  satchel_deltas_keep (deltas, 9, "c", large, strlen (large), 2);
  g_clear_pointer (&found, g_bytes_unref);
  found = satchel_deltas_find (deltas, 9, "c", &n_rows);
  g_assert_nonnull (found);
  satchel_deltas_free (deltas);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-server/deltas/alike", test_alike);
  g_test_add_func ("/sync-server/deltas/revoked", test_revoked);
  g_test_add_func ("/sync-server/deltas/role", test_role);
  g_test_add_func ("/sync-server/deltas/different", test_different);
  g_test_add_func ("/sync-server/deltas/bounds", test_bounds);
  return g_test_run ();
}
