/* How it stands, as widgets: the status button and what it opens, the strip of the first sync, and what is
 * said of a sign-in that fails.
 *
 *   test-standing SATCHEL-SERVER
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <sys/prctl.h>

#include "client/sign-in.h"
#include "tests/ui/desk.h"
#include "tests/ui/widgets.h"
#include "ui/setup/first-sync.h"
#include "ui/setup/setup.h"
#include "ui/sync/first.h"
#include "ui/sync/status.h"

#define MOST_AT_ONCE 60 /* sign-ins from one address (protocol/WIRE.md, Limits) */

static const char *program;

static void
turn (void)
{
  g_main_context_iteration (NULL, TRUE);
}

/* The first label below @root that is shown with @text in it; NULL: none. */
static GtkWidget *
seek_words (GtkWidget *root, const char *text)
{
  if (!gtk_widget_get_visible (root))
    return NULL;
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_label (GTK_LABEL (root)), text) != NULL)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = seek_words (child, text);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
await_words (GtkWidget *root, const char *text)
{
  while (seek_words (root, text) == NULL)
    turn ();
}

/* What the button says, to the eye and to the ear; what it opens is below it in the tree. */
static void
await_standing (GtkWidget *status, const char *words)
{
  while (test_seek_widget (status, GTK_TYPE_MENU_BUTTON, words) == NULL)
    turn ();
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (seek_words (status, words))), ==, words);
}

/* ---- over a profile whose server is away ---- */

typedef struct {
  TestDesk desk;
  GtkWidget *window;
} Test;

/* Takes @content, once @desk is there. */
static void
show (Test *test, GtkWidget *content)
{
  g_autoptr (GSimpleActionGroup) actions = satchel_sync_make_actions (satchel_sync_get (test->desk.desk));

  test->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (test->window), content);
  gtk_widget_insert_action_group (test->window, "sync", G_ACTION_GROUP (actions));
  gtk_window_present (GTK_WINDOW (test->window));
}

static void
teardown (Test *test)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  test_desk_teardown (&test->desk);
}

static void
test_status (void)
{
  Test test;
  GtkWidget *status = g_object_new (SATCHEL_TYPE_STATUS, NULL), *popover, *offline;

  test_desk_setup (&test.desk);
  show (&test, status);
  satchel_status_set_desk (SATCHEL_STATUS (status), test.desk.desk);
  await_standing (status, "No connection");
  popover = GTK_WIDGET (gtk_menu_button_get_popover (
      GTK_MENU_BUTTON (test_find_widget (status, GTK_TYPE_MENU_BUTTON, "No connection"))));
  gtk_menu_button_popup (GTK_MENU_BUTTON (test_find_widget (status, GTK_TYPE_MENU_BUTTON, NULL)));
  g_assert_nonnull (seek_words (popover, "The server cannot be reached."));
  g_assert_nonnull (seek_words (popover, "Not synced yet"));
  g_assert_null (seek_words (popover, "change waits"));
  test_find_widget (popover, GTK_TYPE_BUTTON, "Try Now");

  /* Off, with something to send, and on again. */
  offline = test_find_widget (popover, GTK_TYPE_SWITCH, "Work Offline");
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (offline)));
  gtk_widget_activate (offline);
  await_standing (status, "Offline");
  while (!gtk_switch_get_active (GTK_SWITCH (offline)))
    turn ();
  g_assert_null (seek_words (popover, "The server cannot be reached."));
  g_assert_null (seek_words (popover, "You work offline.")); /* that is no problem */
  g_assert_false (gtk_widget_get_visible (test_find_widget (popover, GTK_TYPE_BUTTON, "Sync Now")));
  g_free (test_desk_create (&test.desk, "account", "name", "Made here", NULL));
  await_standing (status, "Offline, 1 waits");
  await_words (popover, "1 change waits");
  gtk_widget_activate (offline);
  await_standing (status, "1 waits to be sent");
  await_words (popover, "The server cannot be reached.");
  while (gtk_switch_get_active (GTK_SWITCH (offline)))
    turn ();
  gtk_popover_popdown (GTK_POPOVER (popover));
  while (gtk_widget_get_mapped (popover))
    turn ();
  teardown (&test);
}

/* Whoever syncs counts from 0 when it is another one; one that was there all the while counts on. */
static void
test_first_move (void)
{
  SatchelFirst first = { .all = 6400 };
  const SatchelFirst kept = first;

  satchel_first_move (&first, 50);
  g_assert_false (satchel_first_is_further (&first, &kept));
  satchel_first_move (&first, 300);
  g_assert_cmpint (first.here, ==, 300);
  g_assert_true (satchel_first_is_further (&first, &kept));
  satchel_first_move (&first, 300);
  g_assert_cmpint (first.here, ==, 300);
  satchel_first_move (&first, 40);
  satchel_first_move (&first, 100);
  g_assert_cmpint (first.here, ==, 400);
}

/* The strip says why nothing comes, pauses and goes on; how far it was before the program ended. */
static void
test_first_sync (void)
{
  const SatchelFirst kept = { .all = 1000000, .here = 400000 };
  Test test;
  GtkWidget *strip = g_object_new (SATCHEL_TYPE_FIRST_SYNC, NULL);
  GtkWidget *bar = test_find_widget (strip, GTK_TYPE_PROGRESS_BAR, NULL);
  g_autoptr (GError) error = NULL;

  test_desk_setup (&test.desk);
  g_assert_true (satchel_first_keep (&kept, satchel_session_get_replica (test.desk.other), &error));
  show (&test, strip);
  satchel_first_sync_set_desk (SATCHEL_FIRST_SYNC (strip), test.desk.desk);
  await_words (strip, "Waiting for the connection");
  g_assert_nonnull (seek_words (strip, "The server cannot be reached."));
  test_click (strip, "Pause");
  await_words (strip, "Paused");
  g_assert_cmpfloat_with_epsilon (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)), 0.4, 0.01);
  g_assert_nonnull (seek_words (strip, "of about"));
  g_assert_null (test_seek_widget (strip, GTK_TYPE_BUTTON, "Pause"));
  test_click (strip, "Go On");
  await_words (strip, "Waiting for the connection");
  teardown (&test);
}

/* ---- signing in at a real server ---- */

typedef struct {
  char *dir, *port;
  GSubprocess *server;
  SatchelDesk *desk;
  GtkWidget *window, *setup;
} Door;

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Door *)data)->desk = satchel_desk_open_finish (result, NULL);
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* @tls: with a certificate that nobody here trusts. */
static void
start_server (Door *door, gboolean tls)
{
  g_autofree char *data = g_build_filename (door->dir, "server", NULL);
  g_autofree char *port_file = g_build_filename (door->dir, "port", NULL);
  g_autoptr (GSubprocess) init = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, program, "init",
                                                   "--data", data, "--org", "Dealer", NULL);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  guint tick = g_timeout_add (20, tick_cb, NULL); /* the file is looked for */

  g_assert_true (g_subprocess_wait_check (init, NULL, NULL));
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  door->server = g_subprocess_launcher_spawn (
      launcher, NULL, program, "serve", "--data", data, "--listen", "127.0.0.1:0", "--port-file", port_file,
      tls ? "--tls-cert" : NULL, FIXTURES "/tls/cert.pem", "--tls-key", FIXTURES "/tls/key.pem", NULL);
  g_assert_nonnull (door->server);
  while (!g_file_get_contents (port_file, &door->port, NULL, NULL) || *g_strstrip (door->port) == '\0') {
    g_clear_pointer (&door->port, g_free);
    g_assert_nonnull (g_subprocess_get_identifier (door->server));
    turn ();
  }
  g_source_remove (tick);
}

static void
open_door (Door *door, gboolean tls)
{
  g_autofree char *profiles = NULL;

  *door = (Door){ .dir = fixture_dir_new () };
  start_server (door, tls);
  profiles = g_build_filename (door->dir, "profiles", NULL);
  satchel_desk_open_async (profiles, "default", satchel_registry_builtin (), satchel_clock_system (),
                           opened_cb, door);
  while (door->desk == NULL)
    turn ();
  door->setup = satchel_setup_new (door->desk);
  door->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (door->window), door->setup);
  gtk_window_present (GTK_WINDOW (door->window));
}

static void
close_door (Door *door)
{
  gtk_window_destroy (GTK_WINDOW (door->window));
  satchel_desk_close (door->desk);
  g_clear_object (&door->desk);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_subprocess_send_signal (door->server, SIGTERM);
  g_subprocess_wait (door->server, NULL, NULL);
  g_object_unref (door->server);
  g_free (door->port);
  fixture_dir_remove (door->dir);
}

static GtkWidget *
seek_row (GtkWidget *root, const char *title)
{
  GtkWidget *found = NULL;

  if (ADW_IS_ENTRY_ROW (root) &&
      g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (root)), title))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = seek_row (child, title);
  return found;
}

static GtkWidget *
find_row (Door *door, const char *title)
{
  GtkWidget *row = seek_row (door->setup, title);

  g_assert_nonnull (row);
  return row;
}

static void
knock (Door *door, const char *url)
{
  gtk_editable_set_text (GTK_EDITABLE (find_row (door, "Server Address")), url);
  gtk_editable_set_text (GTK_EDITABLE (find_row (door, "User Name")), "nobody");
  gtk_editable_set_text (GTK_EDITABLE (find_row (door, "Password")), "not it");
  test_click (door->setup, "Sign In");
}

static void
test_certificate (void)
{
  Door door;
  g_autofree char *url = NULL;

  open_door (&door, TRUE);
  url = g_strdup_printf ("https://127.0.0.1:%s", door.port);
  knock (&door, url);
  await_words (door.setup, "certificate");
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (find_row (&door, "Server Address")),
                                    GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_true (gtk_widget_get_visible (test_find_widget (door.setup, GTK_TYPE_BUTTON, "Sign In")));
  close_door (&door);
}

static void
refused_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (satchel_sign_in_finish (result, NULL, &error));
  ++*(guint *)data;
}

/* Another at the same address has tried too often. */
static void
test_rate (void)
{
  enum { N = 2 * MOST_AT_ONCE };
  Door door;
  guint n = 0;
  g_autofree char *url = NULL;

  open_door (&door, FALSE);
  url = g_strdup_printf ("http://127.0.0.1:%s", door.port);
  for (guint i = 0; i < N; i++)
    satchel_sign_in_async (url, "nobody", "not it", NULL, NULL, refused_cb, &n);
  while (n < MOST_AT_ONCE)
    turn ();
  knock (&door, url);
  await_words (door.setup, "Too many attempts.");
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (find_row (&door, "Password")),
                                    GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_FALSE);
  while (n < N)
    turn ();
  close_door (&door);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  program = argv[1];
  g_test_add_func ("/ui/standing/status", test_status);
  g_test_add_func ("/ui/standing/first-move", test_first_move);
  g_test_add_func ("/ui/standing/first-sync", test_first_sync);
  g_test_add_func ("/ui/standing/certificate", test_certificate);
  g_test_add_func ("/ui/standing/rate", test_rate);
  return g_test_run ();
}
