/* What the desktop sees of the application: search over the bus, help, keys.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include "client/agent/names.h"
#include "protocol/error.h"
#include "tests/ui/desk.h"
#include "ui/application.h"
#include "ui/desktop/herald.h"
#include "ui/desktop/keeping.h"
#include "ui/desktop/search-provider.h"
#include "ui/help/help.h"
#include "ui/sync/sync.h"

/* ---- the overview ---- */

#define PATH "/org/satchelcrm/Satchel/SearchProvider"

typedef struct {
  TestDesk base;
  GApplication *application;
  GDBusConnection *bus;
  SatchelSearchProvider *provider;
  GVariant *answer; /* of the last call */
  char *gone, *searched;
} TestProvider;

static void
open_desk_cb (gpointer data)
{
  TestProvider *test = data;

  satchel_search_provider_set_desk (test->provider, test->base.desk);
}

static void
go_cb (const char *link, gpointer data)
{
  TestProvider *test = data;

  g_free (test->gone);
  test->gone = g_strdup (link);
}

static void
search_cb (const char *text, gpointer data)
{
  TestProvider *test = data;

  g_free (test->searched);
  test->searched = g_strdup (text);
}

static void
provider_setup (TestProvider *test)
{
  static const SatchelSearchProviderCalls calls = { open_desk_cb, go_cb, search_cb };
  g_autoptr (GError) error = NULL;

  *test = (TestProvider){ 0 };
  test_desk_setup (&test->base);
  test->application = g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  test->bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  test->provider = satchel_search_provider_new (test->application, &calls, test);
  g_assert_true (satchel_search_provider_export (test->provider, test->bus, PATH, &error));
}

static void
provider_teardown (TestProvider *test)
{
  satchel_search_provider_set_desk (test->provider, NULL);
  satchel_search_provider_unexport (test->provider);
  g_object_unref (test->provider);
  g_object_unref (test->application);
  g_object_unref (test->bus);
  g_clear_pointer (&test->answer, g_variant_unref);
  g_free (test->gone);
  g_free (test->searched);
  test_desk_teardown (&test->base);
}

static void
answered_cb (GObject *bus, GAsyncResult *result, gpointer data)
{
  TestProvider *test = data;
  g_autoptr (GError) error = NULL;

  test->answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &error);
  g_assert_no_error (error);
}

static gboolean
is_answered (gpointer data)
{
  return ((TestProvider *)data)->answer != NULL;
}

/* The first member of the answer. */
static GVariant *
call (TestProvider *test, const char *method, GVariant *arguments)
{
  g_clear_pointer (&test->answer, g_variant_unref);
  g_dbus_connection_call (test->bus, g_dbus_connection_get_unique_name (test->bus), PATH,
                          "org.gnome.Shell.SearchProvider2", method, arguments, NULL, G_DBUS_CALL_FLAGS_NONE,
                          -1, NULL, answered_cb, test);
  test_desk_until (is_answered, test);
  return g_variant_n_children (test->answer) > 0 ? g_variant_get_child_value (test->answer, 0) : NULL;
}

static GVariant *
find (TestProvider *test, const char *word)
{
  const char *const words[] = { word, NULL };

  return call (test, "GetInitialResultSet", g_variant_new ("(^as)", words));
}

static void
test_search (void)
{
  TestProvider test;
  g_autofree char *id = NULL, *link = NULL;
  g_autoptr (GVariant) results = NULL, metas = NULL, none = NULL, nothing = NULL, meta = NULL;
  const char *const links[] = { "",
                                "satchel://account/../../etc/passwd",
                                "file:///etc/passwd",
                                "satchel://outbox",
                                "satchel://account/01932f6a-0000-7000-8000-0000000000ff",
                                NULL };
  const char *const terms[] = { "Harbour", NULL };
  const char *name;

  provider_setup (&test);
  id = test_desk_create (&test.base, "account", "name", "Harbour Works", "city", "Galați", NULL);
  link = g_strdup_printf ("satchel://account/%s", id);
  results = find (&test, "harb");
  g_assert_cmpuint (g_variant_n_children (results), ==, 1);
  g_variant_get_child (results, 0, "&s", &name);
  g_assert_cmpstr (name, ==, link);
  metas = call (&test, "GetResultMetas", g_variant_new ("(@as)", results));
  g_assert_cmpuint (g_variant_n_children (metas), ==, 1);
  meta = g_variant_get_child_value (metas, 0);
  g_assert_true (g_variant_lookup (meta, "name", "&s", &name));
  g_assert_cmpstr (name, ==, "Harbour Works");
  g_assert_true (g_variant_lookup (meta, "icon", "v", NULL) ||
                 g_variant_lookup_value (meta, "icon", NULL) != NULL);
  /* Strangers ask for what they like; there is nothing for them. */
  none = call (&test, "GetResultMetas", g_variant_new ("(^as)", links));
  g_assert_cmpuint (g_variant_n_children (none), ==, 0);
  nothing = find (&test, "nobody");
  g_assert_cmpuint (g_variant_n_children (nothing), ==, 0);
  g_assert_null (call (&test, "ActivateResult", g_variant_new ("(s^asu)", link, terms, 0)));
  g_assert_cmpstr (test.gone, ==, link);
  g_assert_null (call (&test, "LaunchSearch", g_variant_new ("(^asu)", terms, 0)));
  g_assert_cmpstr (test.searched, ==, "Harbour");
  provider_teardown (&test);
}

/* A keystroke in the overview is answered while one types, however much there is. */
static void
test_many (void)
{
  TestProvider test;
  g_autoptr (GVariant) first = NULL;
  struct timespec before, after;
  double seconds;

  provider_setup (&test);
  test_desk_create_accounts (&test.base, g_test_slow () ? 100000 : 20000);
  first = find (&test, "acc");
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &before);
  for (guint i = 0; i < 10; i++) {
    g_autofree char *word = g_strdup_printf ("%05u", i * 1000);
    g_autoptr (GVariant) results = find (&test, word);

    g_assert_cmpuint (g_variant_n_children (results), ==, 1);
  }
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &after);
  seconds = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
  g_test_message ("%.1f ms of the processor a search", seconds * 100);
  g_assert_cmpfloat (seconds, <, 2);
  provider_teardown (&test);
}

/* ---- notifications ---- */

typedef struct {
  guint n_added;
  char *last; /* its id */
} Shell;

static void
shell_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *method, GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
  Shell *shell = data;

  if (g_str_equal (method, "AddNotification")) {
    shell->n_added++;
    g_free (shell->last);
    g_variant_get_child (arguments, 1, "s", &shell->last);
  }
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static gboolean
has_one (gpointer data)
{
  return ((Shell *)data)->n_added > 0;
}

static void
test_herald (void)
{
  static const GDBusInterfaceVTable calls = { .method_call = shell_cb };
  const char *xml = "<node><interface name='org.gtk.Notifications'><method name='AddNotification'>"
                    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='a{sv}' "
                    "direction='in'/></method>"
                    "<method name='RemoveNotification'><arg type='s' direction='in'/><arg type='s' "
                    "direction='in'/></method>"
                    "</interface></node>";
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (GtkApplication) application =
      gtk_application_new ("org.satchelcrm.Test", G_APPLICATION_DEFAULT_FLAGS);
  g_autoptr (GVariant) owned = NULL;
  g_autofree char *id = NULL, *expected = NULL, *name = satchel_herald_dup_name ("default");
  Shell shell = { 0 };
  SatchelHerald *herald;
  TestDesk test;
  guint object;

  g_assert_no_error (error);
  owned = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                       "RequestName", g_variant_new ("(su)", "org.gtk.Notifications", 0),
                                       NULL, 0, -1, NULL, &error);
  g_assert_no_error (error);
  object = g_dbus_connection_register_object (bus, "/org/gtk/Notifications", node->interfaces[0], &calls,
                                              &shell, NULL, &error);
  g_assert_no_error (error);
  test_desk_setup (&test);
  g_assert_true (
      satchel_replica_set_meta_integer (satchel_session_get_replica (test.other), "last_sync_ms", 1, &error));
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  id = test_desk_create (&test, "task", "subject", "Call back", "due", "2025-11-22", NULL);
  herald = satchel_herald_new (G_APPLICATION (application), test.desk);
  satchel_herald_look (herald);
  test_desk_until (has_one, &shell);
  expected = g_strdup_printf ("due-%s", id);
  g_assert_cmpstr (shell.last, ==, expected);
  /* Another program tells nothing that was told. */
  satchel_herald_free (herald);
  herald = satchel_herald_new (G_APPLICATION (application), test.desk);
  satchel_herald_look (herald);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  satchel_herald_free (herald);
  test_desk_teardown (&test);
  g_assert_cmpuint (shell.n_added, ==, 1);
  g_dbus_connection_unregister_object (bus, object);
  g_free (shell.last);
}

/* ---- help and keys ---- */

static void
test_help (void)
{
  static const char *const wrong[] = { "",
                                       "<help",
                                       "<page/>",
                                       "<help><p>x</p></help>",
                                       "<help><page name='a'/></help>",
                                       "<help><page name='a' title='b'><p><b>x</b></p></page></help>",
                                       "<help><page name='a' title='b'><key>x</key></page></help>" };
  g_autoptr (GPtrArray) pages = satchel_help_list ();

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (satchel_help_parse (wrong[i], -1, &error));
    g_assert_nonnull (error);
  }
  for (guint kind = 0; kind < SATCHEL_ROUTE_N_KINDS; kind++) {
    g_autoptr (SatchelRoute) route = kind == SATCHEL_ROUTE_LIST || kind == SATCHEL_ROUTE_FIND
                                         ? satchel_route_new_list ("account", NULL, NULL)
                                     : kind == SATCHEL_ROUTE_RECORD
                                         ? satchel_route_new_record ("account", "x")
                                     : kind == SATCHEL_ROUTE_NEW ? satchel_route_new_draft ("account")
                                                                 : satchel_route_new (kind);
    const char *about = satchel_help_about (route);
    guint n_found = 0;

    for (guint i = 0; i < pages->len; i++)
      n_found += g_strcmp0 (((SatchelHelpPage *)pages->pdata[i])->name, about) == 0;
    g_assert_cmpuint (n_found, ==, 1);
  }
  for (guint i = 0; i < pages->len; i++)
    g_assert_cmpuint (((SatchelHelpPage *)pages->pdata[i])->parts->len, >, 1);
}

/* Whatever has a key stands in the shortcuts window. */
static void
test_keys (void)
{
  g_autoptr (SatchelApplication) application = satchel_application_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GtkBuilder) overlay = NULL;
  g_autoptr (GBytes) bytes = g_resources_lookup_data ("/org/satchelcrm/ui/gtk/help-overlay.ui",
                                                      G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_auto (GStrv) actions = NULL;
  const char *text;

  g_assert_no_error (error);
  text = g_bytes_get_data (bytes, NULL);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  overlay = gtk_builder_new_from_resource ("/org/satchelcrm/ui/gtk/help-overlay.ui");
  g_assert_true (GTK_IS_SHORTCUTS_WINDOW (gtk_builder_get_object (overlay, "help_overlay")));
  actions = gtk_application_list_action_descriptions (GTK_APPLICATION (application));
  g_assert_cmpuint (g_strv_length (actions), >=, 8);
  for (guint i = 0; actions[i] != NULL; i++) {
    g_autofree char *property = g_strdup_printf ("\"action-name\">%s<", actions[i]);

    if (strstr (text, property) == NULL)
      g_error ("%s has a key and does not stand in the shortcuts window", actions[i]);
  }
  gtk_window_destroy (GTK_WINDOW (gtk_builder_get_object (overlay, "help_overlay")));
}

/* ---- how a window stood ---- */

static void
test_keeping (void)
{
  g_autoptr (GSettings) settings = satchel_keeping_open ("default"), other = satchel_keeping_open ("other");
  g_autoptr (SatchelRoute) route = satchel_route_new_list ("account", "mine", "name = 'Secret Customer'");
  g_autoptr (SatchelRoute) place = NULL, elsewhere = NULL, home = NULL;
  g_autofree char *text = NULL;

  g_assert_nonnull (settings); /* found in the tree, where nothing is installed */
  satchel_keeping_set_place (settings, route);
  place = satchel_keeping_dup_place (settings);
  text = satchel_route_to_text (place);
  g_assert_cmpstr (text, ==, "satchel://list/account?view=mine");
  elsewhere = satchel_keeping_dup_place (other);
  g_assert_cmpint (satchel_route_get_kind (elsewhere), ==, SATCHEL_ROUTE_WORKPLACE);
  g_settings_set_string (settings, "place", "file:///etc/passwd");
  home = satchel_keeping_dup_place (settings);
  g_assert_cmpint (satchel_route_get_kind (home), ==, SATCHEL_ROUTE_WORKPLACE);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/desktop/search", test_search);
  g_test_add_func ("/desktop/many", test_many);
  g_test_add_func ("/desktop/herald", test_herald);
  g_test_add_func ("/desktop/help", test_help);
  g_test_add_func ("/desktop/keys", test_keys);
  g_test_add_func ("/desktop/keeping", test_keeping);
  return g_test_run ();
}
