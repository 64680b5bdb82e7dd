/* satchelctl watch: syncs at once when the server calls, and when another program writes to the profile; says
 * what happened, one line each, until it is interrupted. Where the agent runs it does the work, and watch
 * only tells.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>

#include "client/agent/link.h"
#include "client/cli/commands.h"
#include "client/cli/remote.h"
#include "client/cli/state.h"
#include "client/replica/written.h"
#include "client/sync/driver.h"
#include "client/sync/wake.h"

typedef struct {
  SatchelCli *cli;
  GMainLoop *loop;
  SatchelTransport *transport;
  SatchelAgentLink *link;        /* NULL: no agent, and we sync ourselves */
  SatchelSyncDriver *driver;     /* NULL while there is an agent */
  SatchelWakeListener *listener; /* NULL while offline, or while there is an agent */
  SatchelSyncTotals told;        /* what the lines so far add up to, of the driver */
  gboolean any_told;
  char *trouble; /* the last one told, so that it is told once */
  gint64 version;
  GError *error; /* why it ends */
} Watch;

static void
stop (Watch *watch, GError *error)
{
  if (watch->error == NULL)
    watch->error = error;
  else
    g_error_free (error);
  g_main_loop_quit (watch->loop);
}

/* ---- lines ---- */

static void
tell_synced_json (Watch *watch, const SatchelSyncTotals *news, const SatchelTally *state)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "event", "synced");
  json_object_set_int_member (object, "pushed", news->pushed);
  json_object_set_int_member (object, "pulled", news->pulled);
  json_object_set_int_member (object, "removed", news->removed);
  json_object_set_int_member (object, "pending", state->pending);
  json_object_set_int_member (object, "parked", state->parked);
  json_object_set_int_member (object, "conflicts", state->conflicts);
  satchel_cli_print_object (watch->cli, object);
}

static void
tell_synced_text (Watch *watch, const SatchelSyncTotals *news, const SatchelTally *state)
{
  g_autofree char *pushed = satchel_cli_count (news->pushed, "change", "changes");
  g_autofree char *pulled = satchel_cli_count (news->pulled + news->removed, "record", "records");

  satchel_cli_print (watch->cli, _ ("synced: sent %s, received %s"), pushed, pulled);
  if (state->parked > 0)
    satchel_cli_print (watch->cli, _ (", %" PRId64 " refused"), state->parked);
  if (state->conflicts > 0)
    satchel_cli_print (watch->cli, _ (", %" PRId64 " in conflict"), state->conflicts);
  satchel_cli_print (watch->cli, "\n");
}

/* A round that moved nothing is worth a line only if it was the first. */
static void
tell_synced (Watch *watch, const SatchelSyncTotals *news)
{
  SatchelTally state;
  GError *error = NULL;

  g_clear_pointer (&watch->trouble, g_free);
  if (watch->any_told && news->pushed + news->pulled + news->removed == 0)
    return;
  if (!satchel_session_count_waiting (watch->cli->session, &state, &error)) {
    stop (watch, error);
    return;
  }
  watch->any_told = TRUE;
  if (watch->cli->json)
    tell_synced_json (watch, news, &state);
  else
    tell_synced_text (watch, news, &state);
  fflush (stdout);
}

/* @event: "waiting", "offline". */
static void
tell_trouble (Watch *watch, const char *event, const GError *reason)
{
  JsonObject *object;

  if (g_strcmp0 (watch->trouble, reason->message) == 0)
    return;
  g_free (watch->trouble);
  watch->trouble = g_strdup (reason->message);
  if (watch->cli->json) {
    object = json_object_new ();
    json_object_set_string_member (object, "event", event);
    json_object_set_string_member (object, "code", satchel_error_name (satchel_error_code (reason)));
    json_object_set_string_member (object, "reason", reason->message);
    satchel_cli_print_object (watch->cli, object);
  } else {
    g_autofree char *shown = satchel_cli_display_text (reason->message, SATCHEL_CLI_ONE_LINE);

    satchel_cli_print (watch->cli, "%s: %s\n", _ (event), shown);
  }
  fflush (stdout);
}

static void
tell_changed (Watch *watch, gint64 pending)
{
  JsonObject *object;

  if (watch->cli->json) {
    object = json_object_new ();
    json_object_set_string_member (object, "event", "changed");
    json_object_set_int_member (object, "pending", pending);
    satchel_cli_print_object (watch->cli, object);
  } else {
    g_autofree char *changes = satchel_cli_count (pending, "change waits", "changes wait");

    satchel_cli_print (watch->cli, _ ("changed here: %s\n"), changes);
  }
  fflush (stdout);
}

/* ---- what happens ---- */

static void
tell_rest (Watch *watch, const char *state, const GError *error, const SatchelSyncTotals *news)
{
  if (error == NULL)
    tell_synced (watch, news);
  else if (g_str_equal (state, satchel_sync_state_name (SATCHEL_SYNC_SIGNED_OUT)))
    stop (watch, g_error_copy (error));
  else if (g_str_equal (state, satchel_sync_state_name (SATCHEL_SYNC_OFFLINE)))
    tell_trouble (watch, N_ ("offline"), error);
  else
    tell_trouble (watch, N_ ("waiting"), error);
}

static void
rest_cb (SatchelSyncState state, const GError *error, gpointer data)
{
  Watch *watch = data;
  SatchelSyncTotals now, news;

  satchel_sync_driver_get_totals (watch->driver, &now);
  news = (SatchelSyncTotals){ .pushed = now.pushed - watch->told.pushed,
                              .pulled = now.pulled - watch->told.pulled,
                              .removed = now.removed - watch->told.removed };
  watch->told = now;
  tell_rest (watch, satchel_sync_state_name (state), error, &news);
}

static void
woken_cb (gpointer data)
{
  satchel_sync_driver_feed (((Watch *)data)->driver, SATCHEL_SYNC_EVENT_WOKEN);
}

/* Listens exactly while the profile is online. */
static void
mind_listener (Watch *watch, gboolean offline)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;

  if (watch->driver == NULL)
    return;
  if (offline)
    g_clear_pointer (&watch->listener, satchel_wake_listener_free);
  if (offline || watch->listener != NULL)
    return;
  token = satchel_session_dup_token (watch->cli->session, &error);
  if (token == NULL)
    stop (watch, g_steal_pointer (&error));
  else
    watch->listener = satchel_wake_listener_new (watch->transport, watch->cli->clock, token, woken_cb, watch);
}

/* Another program wrote: a change to send, or the offline switch. */
static void
mind_writing (Watch *watch, gboolean offline)
{
  GError *error = NULL;
  gint64 pending;

  if (watch->driver != NULL &&
      offline != (satchel_sync_driver_get_state (watch->driver) == SATCHEL_SYNC_OFFLINE)) {
    satchel_sync_driver_feed (watch->driver,
                              offline ? SATCHEL_SYNC_EVENT_GO_OFFLINE : SATCHEL_SYNC_EVENT_GO_ONLINE);
    return;
  }
  if (!satchel_outbox_count (satchel_session_get_outbox (watch->cli->session), SATCHEL_SET_PENDING, &pending,
                             &error)) {
    stop (watch, error);
    return;
  }
  if (pending == 0)
    return;
  tell_changed (watch, pending);
  if (watch->driver != NULL)
    satchel_sync_driver_feed (watch->driver, SATCHEL_SYNC_EVENT_LOCAL_CHANGE);
}

static void
look_cb (gpointer data)
{
  Watch *watch = data;
  gboolean offline = satchel_session_get_offline (watch->cli->session);
  GError *error = NULL;
  gint64 version;

  mind_listener (watch, offline);
  if (!satchel_replica_get_version (satchel_session_get_replica (watch->cli->session), &version, &error)) {
    stop (watch, error);
    return;
  }
  if (version != watch->version) {
    watch->version = version;
    mind_writing (watch, offline);
  }
}

static gboolean
interrupt_cb (gpointer data)
{
  g_main_loop_quit (((Watch *)data)->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
sync_ourselves (Watch *watch, GError **error)
{
  static const SatchelSyncCallbacks callbacks = { .rest = rest_cb };

  watch->driver = satchel_sync_driver_new (watch->cli->session, watch->transport, &callbacks, watch, error);
  if (watch->driver == NULL)
    return FALSE;
  satchel_sync_driver_feed (watch->driver, SATCHEL_SYNC_EVENT_START);
  look_cb (watch);
  return TRUE;
}

/* ---- the agent ---- */

static gboolean
gone_cb (gpointer data)
{
  Watch *watch = data;
  GError *error = NULL;

  g_clear_pointer (&watch->link, satchel_agent_link_free);
  if (!sync_ourselves (watch, &error))
    stop (watch, error);
  return G_SOURCE_REMOVE;
}

static void
agent_gone_cb (gpointer data)
{
  g_idle_add (gone_cb, data); /* the link cannot be freed while it calls */
}

static void
agent_rested_cb (const char *state, const GError *error, const SatchelSyncTotals *moved, gpointer data)
{
  tell_rest (data, state, error, moved);
}

/* What came of it is told by its rest, but for what never began. */
static void
agent_synced_cb (const GError *error, const SatchelSyncTotals *moved, gboolean left, gpointer data)
{
  Watch *watch = data;

  if (error != NULL && !left && satchel_error_code (error) == SATCHEL_ERROR_UNAUTHENTICATED)
    stop (watch, g_error_copy (error));
}

static void
follow_agent (Watch *watch)
{
  static const SatchelAgentEvents events = { .rested = agent_rested_cb, .gone = agent_gone_cb };

  satchel_agent_link_listen (watch->link, watch->cli->profile, &events, watch);
  satchel_agent_link_sync (watch->link, watch->cli->profile, agent_synced_cb, watch);
}

/* ---- the command ---- */

static gboolean
run (Watch *watch, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (watch->cli->session);
  g_autoptr (SatchelWrittenListener) written = NULL;
  guint sources[2];

  written = satchel_written_listener_new (satchel_database_get_path (satchel_replica_get_database (replica)),
                                          look_cb, watch, error);
  if (written == NULL || !satchel_replica_get_version (replica, &watch->version, error))
    return FALSE;
  sources[0] = g_unix_signal_add (SIGINT, interrupt_cb, watch);
  sources[1] = g_unix_signal_add (SIGTERM, interrupt_cb, watch);
  watch->link = satchel_agent_link_find (NULL);
  if (watch->link != NULL)
    follow_agent (watch);
  else if (!sync_ourselves (watch, &watch->error))
    g_assert (watch->error != NULL);
  if (watch->error == NULL)
    g_main_loop_run (watch->loop);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  if (watch->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&watch->error));
  return FALSE;
}

int
satchel_cli_watch (SatchelCli *cli, int argc, char **argv)
{
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 0, 0, &status);
  g_autoptr (SatchelTransport) transport = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  Watch watch = { .cli = cli, .loop = loop };
  gboolean done;

  if (words == NULL)
    return status;
  transport = satchel_cli_connect (cli, &error);
  if (transport == NULL)
    return satchel_cli_fail (cli, error);
  watch.transport = transport;
  done = run (&watch, &error);
  g_idle_remove_by_data (&watch);
  g_clear_pointer (&watch.link, satchel_agent_link_free);
  g_clear_pointer (&watch.listener, satchel_wake_listener_free);
  g_clear_pointer (&watch.driver, satchel_sync_driver_free);
  g_free (watch.trouble);
  return done ? SATCHEL_CLI_DONE : satchel_cli_fail (cli, error);
}
