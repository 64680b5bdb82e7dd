/* How a profile and its server stand, against a real server that is started here, by a keeper of our own and
 * by a real agent on a bus of its own; without a display.
 *
 *   test-sync SATCHEL-SERVER SATCHEL-AGENT
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <sys/prctl.h>

#include "client/agent/names.h"
#include "client/preview.h"
#include "client/profile.h"
#include "client/sign-in.h"
#include "client/sync/http.h"
#include "client/tally.h"
#include "protocol/error.h"
#include "tests/lib/bus.h"
#include "tests/lib/fixture.h"
#include "ui/setup/carry.h"
#include "ui/setup/enrol.h"
#include "ui/setup/sign-out.h"
#include "ui/sync/sync.h"

static const char *program;
static char *bus_address;

typedef struct {
  char *dir, *data, *url, *password;
  GSubprocess *server;
  SatchelDesk *desk;
  SatchelSync *sync;
  /* What came last. */
  gboolean done;
  GError *error;
  gint64 retry_after_ms;
} World;

typedef gboolean (*Condition) (World *world);

static void
until (World *world, Condition holds)
{
  while (!holds (world))
    g_main_context_iteration (NULL, TRUE);
}

/* ---- the world ---- */

static char *
read_password (World *world)
{
  g_autofree char *path = g_build_filename (world->data, "demo-users.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();

  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  return g_strdup (
      json_object_get_string_member (json_node_get_object (json_parser_get_root (parser)), "seller1"));
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* A test that fails leaves no server behind. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* @port 0: any. */
static void
start_server (World *world, guint port)
{
  g_autofree char *port_file = g_build_filename (world->dir, "port", NULL);
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", port), *text = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  guint tick = g_timeout_add (20, tick_cb, NULL); /* the file is looked for */

  g_unlink (port_file);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  world->server = g_subprocess_launcher_spawn (launcher, &error, program, "serve", "--data", world->data,
                                               "--listen", listen, "--port-file", port_file, NULL);
  g_assert_no_error (error);
  while (!g_file_get_contents (port_file, &text, NULL, NULL) || *text == '\0') {
    g_clear_pointer (&text, g_free);
    g_assert_nonnull (g_subprocess_get_identifier (world->server));
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (tick);
  g_free (world->url);
  world->url = g_strdup_printf ("http://127.0.0.1:%s", g_strstrip (text));
}

static void
stop_server (World *world)
{
  g_subprocess_send_signal (world->server, SIGTERM);
  g_subprocess_wait (world->server, NULL, NULL);
  g_clear_object (&world->server);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  World *world = data;

  world->desk = satchel_desk_open_finish (result, &world->error);
  g_assert_no_error (world->error);
}

static gboolean
is_open (World *world)
{
  return world->desk != NULL;
}

static gboolean
is_done (World *world)
{
  return world->done;
}

/* @profile: of those that an agent looks after; NULL: elsewhere, where there is none. */
static void
setup_for (World *world, const char *profile, const char *thousands)
{
  g_autoptr (GSubprocess) init = NULL;
  g_autofree char *profiles = NULL;

  *world = (World){ .dir = fixture_dir_new () };
  world->data = g_build_filename (world->dir, "server", NULL);
  if (profile == NULL)
    profiles = g_build_filename (world->dir, "profiles", NULL);
  init = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, program, "init", "--data", world->data,
                           "--org", "Dealer", "--demo", thousands, "--seed", "3", NULL);
  g_assert_true (g_subprocess_wait_check (init, NULL, NULL));
  world->password = read_password (world);
  start_server (world, 0);
  satchel_desk_open_async (profiles, profile != NULL ? profile : "default", satchel_registry_builtin (),
                           satchel_clock_system (), opened_cb, world);
  until (world, is_open);
  world->sync = satchel_sync_get (world->desk);
}

static void
setup (World *world)
{
  setup_for (world, NULL, "1");
}

static void
teardown (World *world)
{
  satchel_desk_close (world->desk);
  g_clear_object (&world->desk);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  if (world->server != NULL)
    stop_server (world);
  g_clear_error (&world->error);
  g_free (world->url);
  g_free (world->password);
  g_free (world->data);
  fixture_dir_remove (world->dir);
}

static void
enrolled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  World *world = data;

  satchel_enrol_finish (SATCHEL_DESK (source), result, &world->retry_after_ms, &world->error);
  world->done = TRUE;
}

static void
enrol (World *world, const char *user, const char *password)
{
  world->done = FALSE;
  g_clear_error (&world->error);
  satchel_enrol_async (world->desk, world->url, user, password, FALSE, NULL, enrolled_cb, world);
  until (world, is_done);
}

/* ---- conditions ---- */

static gboolean
has_synced (World *world)
{
  return satchel_sync_get_last_sync (world->sync) >= 0 &&
         satchel_sync_get_standing (world->sync) == SATCHEL_STANDING_UP_TO_DATE;
}

static gboolean
is_up_to_date (World *world)
{
  return has_synced (world) && satchel_sync_get_pending (world->sync) == 0;
}

/* The most of one round: word of our own write may be followed by another one, which counts anew. */
static gint64 most_pulled;

static gboolean
is_up_to_date_counted (World *world)
{
  SatchelSyncTotals moved;

  satchel_sync_get_moved (world->sync, &moved);
  most_pulled = MAX (most_pulled, moved.pulled);
  return is_up_to_date (world);
}

static gboolean
is_offline (World *world)
{
  return satchel_sync_get_standing (world->sync) == SATCHEL_STANDING_OFFLINE;
}

static gboolean
is_waiting (World *world)
{
  return satchel_sync_get_pending (world->sync) == 1;
}

/* Not by what was counted, which may be of before. */
static gboolean
is_sent (World *world)
{
  SatchelTally tally;

  g_assert_true (satchel_session_count_waiting (satchel_desk_get_session (world->desk), &tally, NULL));
  return tally.pending == 0 && is_up_to_date (world);
}

static gboolean
is_unreachable (World *world)
{
  return satchel_sync_get_standing (world->sync) == SATCHEL_STANDING_UNREACHABLE;
}

static gboolean
is_signed_out (World *world)
{
  return satchel_sync_get_standing (world->sync) == SATCHEL_STANDING_SIGNED_OUT;
}

/* ---- tests ---- */

static gpointer
create_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "account");
  g_autoptr (SatchelRecord) record = satchel_record_new (entity, NULL);
  g_autoptr (SatchelValue) name = satchel_value_new_string ("Made here");
  g_autofree char *set = NULL;

  satchel_record_set_by_name (record, "name", name);
  set = satchel_session_create (session, record, error);
  g_assert_nonnull (set);
  return NULL;
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ((World *)data)->done = TRUE;
}

/* Online it may be sent before anybody has seen it wait. */
static void
create (World *world)
{
  world->done = FALSE;
  satchel_desk_write (world->desk, create_job, NULL, NULL, NULL, created_cb, world);
  until (world, is_done);
}

static void
changed_cb (SatchelDesk *desk, GHashTable *records, gpointer data)
{
  ++*(guint *)data;
}

/* First sync, off and on again, server away and back, signed out and in again. */
static void
test_standing (void)
{
  World world;
  guint n_changed = 0;
  GUri *uri;

  setup (&world);
  g_assert_true (is_signed_out (&world));
  g_assert_cmpint (satchel_sync_get_last_sync (world.sync), ==, -1);
  g_signal_connect (world.desk, "changed", G_CALLBACK (changed_cb), &n_changed);

  enrol (&world, "seller1", "not it");
  g_assert_error (world.error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED);
  g_assert_null (satchel_session_get_user (satchel_desk_get_session (world.desk)));
  enrol (&world, "seller1", world.password);
  g_assert_no_error (world.error);
  satchel_sync_now (world.sync);
  until (&world, has_synced);
  g_assert_cmpuint (n_changed, >, 0);
  g_assert_null (satchel_sync_get_problem (world.sync));

  satchel_sync_set_offline (world.sync, TRUE);
  until (&world, is_offline);
  satchel_desk_write (world.desk, create_job, NULL, NULL, NULL, NULL, NULL);
  until (&world, is_waiting);
  satchel_sync_set_offline (world.sync, FALSE);
  until (&world, is_up_to_date);

  stop_server (&world);
  satchel_sync_now (world.sync);
  until (&world, is_unreachable);
  g_assert_cmpstr (satchel_sync_get_problem_code (world.sync), ==, "unreachable");
  g_assert_nonnull (satchel_sync_get_problem (world.sync));
  uri = g_uri_parse (world.url, G_URI_FLAGS_NONE, NULL);
  start_server (&world, (guint)g_uri_get_port (uri));
  g_uri_unref (uri);
  satchel_sync_now (world.sync);
  until (&world, is_up_to_date);
  teardown (&world);
}

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  World *world = data;

  g_assert_true (satchel_sign_out_finish (SATCHEL_DESK (source), result, &world->error));
  world->done = TRUE;
}

static void
test_sign_out (void)
{
  World world;
  gint64 count = 0;
  SatchelQuery query = { 0 };
  SatchelPredicateContext context;
  SatchelSession *session;

  setup (&world);
  enrol (&world, "seller1", world.password);
  satchel_sync_now (world.sync);
  until (&world, has_synced);
  world.done = FALSE;
  satchel_sign_out (world.desk, signed_out_cb, &world);
  until (&world, is_done);
  until (&world, is_signed_out);
  /* What is here stays. */
  session = satchel_desk_get_session (world.desk);
  query.entity = satchel_registry_find (satchel_desk_get_registry (world.desk), "account");
  satchel_session_get_context (session, &context);
  g_assert_true (
      satchel_replica_count (satchel_session_get_replica (session), &query, &context, &count, NULL));
  g_assert_cmpint (count, >, 0);
  enrol (&world, "seller1", world.password);
  g_assert_no_error (world.error);
  satchel_sync_now (world.sync);
  until (&world, has_synced);
  teardown (&world);
}

/* ---- by an agent ---- */

/* 0: none. */
static guint32
find_agent (void)
{
  g_autoptr (GDBusConnection) connection = g_dbus_connection_new_for_address_sync (
      bus_address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL,
      NULL, NULL);
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "GetConnectionUnixProcessID", g_variant_new ("(s)", SATCHEL_AGENT_BUS_NAME), G_VARIANT_TYPE ("(u)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  guint32 pid = 0;

  if (answer != NULL)
    g_variant_get (answer, "(u)", &pid);
  return pid;
}

static gboolean
is_alone (World *world)
{
  return find_agent () == 0;
}

static gboolean
is_listening (World *world)
{
  return is_up_to_date (world) && satchel_sync_get_listening (world->sync);
}

/* The bus knows no agent: one is started, and does the work. When it leaves, it goes on here. */
static void
test_agent (void)
{
  World world;
  guint32 pid;

  setup_for (&world, "with-agent", "1");
  enrol (&world, "seller1", world.password);
  satchel_sync_now (world.sync);
  until (&world, is_up_to_date);
  pid = find_agent ();
  g_assert_cmpuint (pid, !=, 0);
  create (&world);
  until (&world, is_sent);
  satchel_sync_set_offline (world.sync, TRUE);
  until (&world, is_offline);
  satchel_sync_set_offline (world.sync, FALSE);
  until (&world, is_listening);

  kill ((pid_t)pid, SIGTERM);
  create (&world);
  until (&world, is_alone);
  create (&world);
  until (&world, is_sent);
  until (&world, is_listening);
  g_assert_cmpuint (find_agent (), ==, 0);
  teardown (&world);
}

static void
kill_busy_agent (SatchelSync *sync, GParamSpec *spec, guint32 *pid)
{
  if (*pid == 0 && satchel_sync_get_standing (sync) == SATCHEL_STANDING_SYNCING) {
    *pid = find_agent ();
    if (*pid != 0)
      kill ((pid_t)*pid, SIGKILL);
  }
}

/* In the midst of the first sync: all of it is there afterwards, once. */
static void
test_killed_agent (void)
{
  World world;
  guint32 pid = 0;
  SatchelPredicateContext context;
  SatchelQuery query = { 0 };
  gint64 count = 0;
  SatchelSession *session;

  setup_for (&world, "killed-agent", "10");
  g_signal_connect (world.sync, "notify", G_CALLBACK (kill_busy_agent), &pid);
  enrol (&world, "seller1", world.password);
  satchel_sync_now (world.sync);
  until (&world, is_up_to_date);
  g_assert_cmpuint (pid, !=, 0);
  g_assert_cmpuint (find_agent (), ==, 0);
  session = satchel_desk_get_session (world.desk);
  query.entity = satchel_registry_find (satchel_desk_get_registry (world.desk), "account");
  satchel_session_get_context (session, &context);
  g_assert_true (
      satchel_replica_count (satchel_session_get_replica (session), &query, &context, &count, NULL));
  g_assert_cmpint (count, >, 0);
  teardown (&world);
}

/* ---- what to take along ---- */

typedef struct {
  SatchelCarryChoices *choices;
  gboolean given, applied;
  guint item, n_items;
} Watch;

static void
given_cb (SatchelCarryChoices *choices, Watch *watch)
{
  watch->given = TRUE;
}

static void
assert_known (const SatchelCarryItem *item)
{
  while (!item->known) {
    g_main_context_iteration (NULL, TRUE);
    g_assert_cmpstr (item->problem, ==, NULL);
  }
}

static void
item_cb (SatchelCarryChoices *choices, guint i, Watch *watch)
{
  watch->item = i;
  watch->n_items++;
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_carry_choices_apply_finish (SATCHEL_CARRY_CHOICES (source), result, &error));
  ((Watch *)data)->applied = TRUE;
}

static guint
find_item (SatchelCarryChoices *choices, const char *entity)
{
  for (guint i = 0; i < satchel_carry_choices_get_n_items (choices); i++)
    if (g_str_equal (satchel_carry_choices_get_item (choices, i)->entity->name, entity))
      return i;
  g_assert_not_reached ();
}

static void
test_carry (void)
{
  World world;
  Watch watch = { 0 };
  guint account, n_accounts = 0;
  SatchelScopePreview all, sum, role;
  SatchelProfileLock *lock;
  g_autoptr (GPtrArray) filters = NULL;

  setup (&world);
  lock = satchel_profile_lock (satchel_session_get_directory (satchel_desk_get_session (world.desk)), NULL);
  g_assert_nonnull (lock);
  enrol (&world, "seller1", world.password);
  watch.choices = satchel_carry_choices_new (world.desk);
  g_signal_connect (watch.choices, "given", G_CALLBACK (given_cb), &watch);
  g_signal_connect (watch.choices, "item", G_CALLBACK (item_cb), &watch);
  while (!watch.given)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (satchel_carry_choices_get_given (watch.choices)->len, >, 0);

  /* Of two choices in a row the later holds. */
  account = find_item (watch.choices, "account");
  satchel_carry_choices_set_more (watch.choices, account, SATCHEL_CARRY_MORE_MINE);
  g_assert_false (satchel_carry_choices_sum (watch.choices, &sum));
  satchel_carry_choices_set_more (watch.choices, account, SATCHEL_CARRY_MORE_ALL);
  assert_known (satchel_carry_choices_get_role (watch.choices));
  role = satchel_carry_choices_get_role (watch.choices)->preview;
  g_assert_cmpint (role.records, >, 0);
  assert_known (satchel_carry_choices_get_item (watch.choices, account));
  all = satchel_carry_choices_get_item (watch.choices, account)->preview;
  g_assert_cmpint (all.records, >, 0);
  g_assert_cmpint (all.bytes, >, 0);
  g_assert_true (satchel_carry_choices_sum (watch.choices, &sum));
  g_assert_cmpint (sum.records, ==, role.records + all.records);
  g_assert_cmpint (sum.bytes, ==, role.bytes + all.bytes);

  satchel_carry_choices_apply (watch.choices, applied_cb, &watch);
  while (!watch.applied)
    g_main_context_iteration (NULL, TRUE);
  filters = satchel_session_scope_list (satchel_desk_get_session (world.desk), NULL);
  for (guint i = 0; i < filters->len; i++)
    n_accounts += g_str_equal (((SatchelOfflineFilter *)filters->pdata[i])->entity, "account");
  g_assert_cmpuint (n_accounts, ==, 1); /* another may have come with the role */

  /* What was foretold comes, and the filter that was made. */
  g_assert_cmpint (satchel_sync_get_last_sync (world.sync), ==, -1);
  satchel_profile_unlock (lock);
  satchel_sync_now (world.sync);
  most_pulled = 0;
  until (&world, is_up_to_date_counted);
  g_assert_cmpint (most_pulled, ==, sum.records + 1);
  g_clear_object (&watch.choices);
  teardown (&world);
}

static void
preview_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  SatchelScopePreview preview;

  if (satchel_preview_finish (result, &preview, &error))
    g_assert_cmpint (preview.records, >, 0);
  else
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED);
  ++((guint *)data)[error != NULL];
}

/* A server works on two of a device at once, and goes on with those that nobody waits for: none of the others
 * is refused. */
static void
test_previews (void)
{
  enum { N_CANCELLED = 6, N = 14 };
  World world;
  SatchelTransport *transport;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint n[2] = { 0, 0 };

  setup (&world);
  enrol (&world, "seller1", world.password);
  transport = satchel_http_transport_new (world.url, NULL);
  for (guint i = 0; i < N; i++)
    satchel_preview_async (satchel_desk_get_session (world.desk), transport, NULL,
                           i < N_CANCELLED ? cancellable : NULL, preview_cb, n);
  g_cancellable_cancel (cancellable);
  while (n[0] + n[1] < N)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n[1], ==, N_CANCELLED);
  transport->free (transport);
  teardown (&world);
}

static void
test_addresses (void)
{
  static const char *const good[][2] = { { "crm.example.org", "https://crm.example.org" },
                                         { "  crm.example.org/karst/ ", "https://crm.example.org/karst" },
                                         { "https://crm.example.org:8443", "https://crm.example.org:8443" },
                                         { "localhost:8080", "http://localhost:8080" },
                                         { "127.0.0.1:8080/", "http://127.0.0.1:8080" } };
  static const char *const bad[] = { "",
                                     " ",
                                     "http://crm.example.org",
                                     "ftp://crm.example.org",
                                     "a b.example",
                                     "https://me@crm.example.org",
                                     "https://crm.example.org?x" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *url = satchel_server_address (good[i][0], &error);

    g_assert_no_error (error);
    g_assert_cmpstr (url, ==, good[i][1]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (satchel_server_address (bad[i], &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
}

/* Where profiles that an agent looks after are below a folder of ours, and secrets in files there. */
static GSubprocess *
start_bus (const char *agent, const char *data_home)
{
  g_autofree char *folder = g_path_get_dirname (agent);
  g_autofree char *path = g_strconcat (folder, ":", g_getenv ("PATH"), NULL);
  GSubprocess *bus;

  g_setenv ("XDG_DATA_HOME", data_home, TRUE);
  g_setenv ("PATH", path, TRUE);
  bus = fixture_bus_start (&bus_address);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", bus_address, TRUE);
  return bus;
}

int
main (int argc, char **argv)
{
  g_autofree char *data_home = fixture_dir_new ();
  GSubprocess *bus;
  int status;

  g_test_init (&argc, &argv, NULL);
  program = argv[1];
  bus = start_bus (argv[2], data_home);
  g_test_add_func ("/ui/sync/standing", test_standing);
  g_test_add_func ("/ui/sync/sign-out", test_sign_out);
  g_test_add_func ("/ui/sync/agent", test_agent);
  g_test_add_func ("/ui/sync/killed-agent", test_killed_agent);
  g_test_add_func ("/ui/setup/carry", test_carry);
  g_test_add_func ("/ui/setup/previews", test_previews);
  g_test_add_func ("/ui/setup/addresses", test_addresses);
  status = g_test_run ();
  fixture_bus_stop (bus);
  fixture_dir_remove (g_steal_pointer (&data_home));
  g_free (bus_address);
  return status;
}
