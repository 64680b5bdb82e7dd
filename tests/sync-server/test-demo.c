/* The demo organisation in a real store: its size, who may sign in and what each sees, and that the seed
 * decides all but the passwords.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/demo.h"

#include <glib/gstdio.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/record.h"
#include "tests/lib/fixture.h"

typedef struct {
  char *dir;
  FakeClock clock;
  SatchelServer *server;
  JsonNode *users;
} Demo;

static void
demo_open (Demo *demo, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *store = NULL, *path = NULL, *text = NULL;

  demo->dir = fixture_dir_new ();
  store = g_build_filename (demo->dir, "server", NULL);
  path = g_build_filename (store, SATCHEL_DEMO_USERS_FILE, NULL);
  fake_clock_init (&demo->clock, 1);
  g_assert_true (
      satchel_server_create (store, "Demo", satchel_registry_builtin (), &demo->clock.clock, &error));
  g_assert_no_error (error);
  demo->server = satchel_server_open (store, satchel_registry_builtin (), &demo->clock.clock, &error);
  g_assert_no_error (error);
  g_assert_true (satchel_demo_fill (demo->server, store, 1, seed, &demo->clock.clock, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  demo->users = json_from_string (text, NULL);
  g_assert_nonnull (demo->users);
}

static void
demo_close (Demo *demo)
{
  json_node_unref (demo->users);
  satchel_server_close (demo->server);
  fixture_dir_remove (demo->dir);
}

static SatchelCaller *
sign_in (Demo *demo, const char *login)
{
  const char *password = json_object_get_string_member (json_node_get_object (demo->users), login);
  const SatchelSignIn request = { (char *)login, (char *)password, (char *)"laptop", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSignInAnswer) answer = satchel_server_sign_in (demo->server, &request, NULL, &error);
  SatchelCaller *caller;

  g_assert_no_error (error);
  caller = satchel_server_authenticate (demo->server, answer->token, &error);
  g_assert_no_error (error);
  return caller;
}

static gboolean
collect_cb (const char *bytes, gsize size, gpointer data, GError **error)
{
  g_string_append_len (data, bytes, (gssize)size);
  return TRUE;
}

/* Everything that she may read is carried. */
static void
carry_all (Demo *demo, const SatchelCaller *caller)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_server_get_registry (demo->server), "offline_filter");
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  SatchelRecord *record = satchel_record_new (entity, "01900000-0000-7000-8000-000000000001");
  g_autoptr (SatchelValue) all = satchel_value_new_string ("*"), no = satchel_value_new_boolean (FALSE),
                           owner = satchel_value_new_lookup ("user", caller->user);
  g_autoptr (GError) error = NULL;

  memcpy (record->id + 24, caller->user + 24, 12); /* one for each person, the same in each demo */
  satchel_record_set_by_name (record, "entity", all);
  satchel_record_set_by_name (record, "related", no);
  satchel_record_set_by_name (record, "owner", owner);
  g_ptr_array_add (records, record);
  g_assert_true (satchel_server_load (demo->server, caller->user, records, 0, &error));
  g_assert_no_error (error);
  g_assert_true (satchel_server_prepare (demo->server, caller, &error));
  g_assert_no_error (error);
}

/* Everything that @login may read, but for her filters, as the lines of a first pull without the last, which
 * names the device. */
static char *
pull_all (Demo *demo, const char *login, guint *n_rows)
{
  g_autoptr (SatchelCaller) caller = sign_in (demo, login);
  const SatchelPull request = { NULL, (char *)satchel_registry_get_digest (satchel_registry_builtin ()) };
  GString *lines = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  gboolean filters = FALSE;

  carry_all (demo, caller);
  g_assert_true (satchel_server_pull (demo->server, caller, &request, collect_cb, lines, &error));
  g_assert_no_error (error);
  *n_rows = 0;
  for (const char *p = lines->str; *p != '\0'; p = strchr (p, '\n') + 1) {
    if (*p == '{')
      filters = g_str_has_prefix (p, "{\"entity\":\"offline_filter\"");
    *n_rows += *p == '[' && !filters;
  }
  g_string_truncate (lines, lines->len - 1);
  g_string_truncate (lines, (gsize)(strrchr (lines->str, '\n') - lines->str));
  return g_string_free (lines, FALSE);
}

static void
test_people (void)
{
  static const char *const LOGINS[] = { "admin",   "manager", "backoffice", "seller1",
                                        "seller2", "seller3", "seller4" };
  guint rows[G_N_ELEMENTS (LOGINS)];
  g_autofree char *path = NULL;
  GStatBuf info;
  Demo demo;

  demo_open (&demo, 1);
  path = g_build_filename (demo.dir, "server", SATCHEL_DEMO_USERS_FILE, NULL);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpuint (json_object_get_size (json_node_get_object (demo.users)), ==, G_N_ELEMENTS (LOGINS));
  for (guint i = 0; i < G_N_ELEMENTS (LOGINS); i++)
    g_free (pull_all (&demo, LOGINS[i], &rows[i]));
  g_assert_cmpuint (rows[2], ==, 1000); /* back office: the organisation */
  g_assert_cmpuint (rows[1], ==, 1000); /* the manager: root unit and below */
  g_assert_cmpuint (rows[3], ==, rows[4]);
  g_assert_cmpuint (rows[5], ==, rows[6]);
  g_assert_cmpuint (rows[3], <, 700);
  g_assert_cmpuint (rows[5], <, 700);
  demo_close (&demo);
}

static void
test_seed (void)
{
  guint rows;
  Demo first, second, other;

  demo_open (&first, 5);
  demo_open (&second, 5);
  demo_open (&other, 6);
  g_autofree char *a = pull_all (&first, "backoffice", &rows), *b = pull_all (&second, "backoffice", &rows);
  g_autofree char *c = pull_all (&other, "backoffice", &rows);
  g_assert_true (strcmp (a, b) == 0);
  g_assert_true (strcmp (a, c) != 0);
  g_assert_false (json_node_equal (first.users, second.users));
  demo_close (&first);
  demo_close (&second);
  demo_close (&other);
}

static void
test_bounds (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (satchel_demo_fill (NULL, "/nowhere", 0, 1, satchel_clock_system (), &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-server/demo/people", test_people);
  g_test_add_func ("/sync-server/demo/seed", test_seed);
  g_test_add_func ("/sync-server/demo/bounds", test_bounds);
  return g_test_run ();
}
