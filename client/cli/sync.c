/* satchelctl sync, status, offline on|off
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <glib-unix.h>
#include <string.h>

#include "client/cli/agent.h"
#include "client/cli/commands.h"
#include "client/cli/remote.h"
#include "client/cli/state.h"
#include "client/sync/driver.h"

#define LOCK_PATIENCE_US (30 * G_USEC_PER_SEC) /* while another program syncs the profile */

/* ---- one run of the driver ---- */

typedef struct {
  SatchelCli *cli;
  SatchelSyncDriver *driver;
  GMainLoop *loop;
  gint64 deadline_us;
  GError *error;
  gboolean interrupted;
} Run;

static void
progress_cb (SatchelSyncState state, const SatchelSyncTotals *totals, gint64 waiting, gpointer data)
{
  satchel_cli_show_progress (((Run *)data)->cli, satchel_sync_state_name (state), totals, waiting);
}

/* A lock that is taken is waited for; everything else is the end. */
static void
rest_cb (SatchelSyncState state, const GError *error, gpointer data)
{
  Run *run = data;

  if (state == SATCHEL_SYNC_WAITING && g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY) &&
      g_get_monotonic_time () < run->deadline_us)
    return;
  if (error != NULL)
    run->error = g_error_copy (error);
  g_main_loop_quit (run->loop);
}

static gboolean
interrupt_cb (gpointer data)
{
  Run *run = data;

  run->interrupted = TRUE;
  g_main_loop_quit (run->loop);
  return G_SOURCE_CONTINUE;
}

typedef enum { AUDIT_WHEN_DUE, AUDIT_NOW } AuditDemand;

/* What was asked for and could not be done is a failure; what was only due is made another time. */
static void
judge_audit (Run *run)
{
  SatchelAuditOutcome outcome;
  const GError *problem;

  if (!satchel_sync_driver_get_audit (run->driver, &outcome, &problem))
    return;
  if (outcome == SATCHEL_AUDIT_FAILED)
    run->error = g_error_copy (problem);
  else if (outcome == SATCHEL_AUDIT_STALE)
    run->error =
        g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_BUSY,
                             _ ("the records changed on the server faster than they could be compared"));
  else if (outcome == SATCHEL_AUDIT_DISPUTED)
    run->error = g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT,
                                      _ ("records are damaged on the server: its administrator should run "
                                         "“satchel-server check”"));
}

/* FALSE with an error; then, too, *totals say what was done. */
static gboolean
run_driver (SatchelCli *cli, SatchelTransport *transport, AuditDemand demand, SatchelSyncTotals *totals,
            GError **error)
{
  static const SatchelSyncCallbacks callbacks = { .progress = progress_cb, .rest = rest_cb };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Run run = { .cli = cli, .loop = loop, .deadline_us = g_get_monotonic_time () + LOCK_PATIENCE_US };
  guint interrupt;

  run.driver = satchel_sync_driver_new (cli->session, transport, &callbacks, &run, error);
  if (run.driver == NULL)
    return FALSE;
  if (demand == AUDIT_NOW)
    satchel_sync_driver_demand_audit (run.driver);
  interrupt = g_unix_signal_add (SIGINT, interrupt_cb, &run);
  satchel_sync_driver_feed (run.driver, SATCHEL_SYNC_EVENT_START);
  if (run.error == NULL && satchel_sync_driver_get_state (run.driver) != SATCHEL_SYNC_IDLE)
    g_main_loop_run (loop);
  g_source_remove (interrupt);
  satchel_sync_driver_get_totals (run.driver, totals);
  if (demand == AUDIT_NOW && run.error == NULL)
    judge_audit (&run);
  satchel_sync_driver_free (run.driver);
  satchel_cli_progress (cli, NULL);
  if (run.interrupted) {
    g_clear_error (&run.error);
    g_set_error_literal (&run.error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED,
                         _ ("stopped; what was not sent yet stays queued"));
  }
  if (run.error == NULL)
    return TRUE;
  g_propagate_error (error, run.error);
  return FALSE;
}

/* The agent does it where it runs, but that an audit that was demanded is a matter of our own. */
static gboolean
run (SatchelCli *cli, AuditDemand demand, SatchelSyncTotals *totals, GError **error)
{
  g_autoptr (SatchelTransport) transport = satchel_cli_connect (cli, error);
  g_autoptr (GError) problem = NULL;
  gboolean absent = TRUE;

  if (transport == NULL)
    return FALSE;
  if (demand == AUDIT_WHEN_DUE && satchel_cli_agent_sync (cli, totals, &absent, &problem))
    return TRUE;
  if (absent)
    return run_driver (cli, transport, demand, totals, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
satchel_cli_sync_round (SatchelCli *cli, SatchelSyncTotals *totals, GError **error)
{
  return run (cli, AUDIT_WHEN_DUE, totals, error);
}

/* ---- sync ---- */

/* Definitions of a later program are kept, and what this one knows goes on. */
static void
note_unread (SatchelCli *cli)
{
  if (satchel_followed_is_unread (satchel_replica_get_followed (satchel_session_get_replica (cli->session))))
    satchel_cli_note (cli, _ ("The server's definitions are newer than this program, which does not show all "
                              "fields: a newer one will."));
}

static void
tell_files (SatchelCli *cli, const SatchelSyncTotals *totals)
{
  g_autofree char *sent = satchel_cli_count (totals->files_sent, "file", "files");
  g_autofree char *fetched = satchel_cli_count (totals->files_fetched, "file", "files");

  if (totals->files_sent > 0)
    satchel_cli_print (cli, _ ("Sent %s.\n"), sent);
  if (totals->files_fetched > 0)
    satchel_cli_print (cli, _ ("Received %s.\n"), fetched);
}

static void
tell_totals_json (SatchelCli *cli, const SatchelSyncTotals *totals)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "pushed", totals->pushed);
  json_object_set_int_member (object, "pulled", totals->pulled);
  json_object_set_int_member (object, "removed", totals->removed);
  json_object_set_int_member (object, "conflicts", totals->conflicts);
  json_object_set_int_member (object, "parked", totals->parked);
  json_object_set_int_member (object, "bytes_in", totals->bytes_in);
  json_object_set_int_member (object, "bytes_out", totals->bytes_out);
  json_object_set_int_member (object, "files_sent", totals->files_sent);
  json_object_set_int_member (object, "files_fetched", totals->files_fetched);
  satchel_cli_print_object (cli, object);
}

static void
tell_totals (SatchelCli *cli, const SatchelSyncTotals *totals, const SatchelTally *state)
{
  g_autofree char *pushed = satchel_cli_count (totals->pushed, "change", "changes");
  g_autofree char *pulled = satchel_cli_count (totals->pulled, "record", "records");
  g_autofree char *conflicts = satchel_cli_count (totals->conflicts, "value differed", "values differed");
  g_autofree char *healed = satchel_cli_count (totals->healed, "record", "records");

  satchel_cli_print (cli, _ ("Sent %s, received %s"), pushed, pulled);
  if (totals->removed > 0)
    satchel_cli_print (cli, _ (", dropped %" PRId64), totals->removed);
  satchel_cli_print (cli, ".\n");
  tell_files (cli, totals);
  if (totals->healed > 0)
    satchel_cli_print (cli, _ ("%s differed from the server's and were mended.\n"), healed);
  /* Open ones are told by who counts them. */
  if (totals->conflicts > 0 && state->conflicts == 0)
    satchel_cli_print (cli, _ ("%s from what somebody else had written: satchelctl conflicts --settled\n"),
                       conflicts);
}

int
satchel_cli_sync (SatchelCli *cli, int argc, char **argv)
{
  gboolean audit = FALSE;
  const SatchelCliOption known[] = { { "audit", &audit, NULL }, { 0 } };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 0, 0, &status);
  g_autoptr (GError) error = NULL;
  SatchelSyncTotals totals = { 0 };
  SatchelTally state;

  if (words == NULL)
    return status;
  if (!run (cli, audit ? AUDIT_NOW : AUDIT_WHEN_DUE, &totals, &error) ||
      !satchel_session_count_waiting (cli->session, &state, &error))
    return satchel_cli_fail (cli, error);
  if (cli->json)
    tell_totals_json (cli, &totals);
  else
    tell_totals (cli, &totals, &state);
  note_unread (cli);
  satchel_cli_note_attention (cli, &state);
  return satchel_cli_state_status (&state);
}

/* ---- status ---- */

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

static void
tell_status_json (SatchelCli *cli, const SatchelTally *state, const char *cursor, const char *last_sync)
{
  JsonObject *object = json_object_new ();

  set_text (object, "user", satchel_session_get_user_name (cli->session));
  set_text (object, "device", satchel_session_get_device (cli->session));
  json_object_set_boolean_member (object, "online", !satchel_session_get_offline (cli->session));
  json_object_set_int_member (object, "pending", state->pending);
  json_object_set_int_member (object, "parked", state->parked);
  json_object_set_int_member (object, "conflicts", state->conflicts);
  set_text (object, "cursor", cursor);
  set_text (object, "last_sync", last_sync);
  json_object_set_int_member (object, "files", state->files);
  satchel_cli_print_object (cli, object);
}

/* How old what is shown may be. */
static char *
describe_age (gint64 age_ms)
{
  static const struct {
    gint64 ms;
    const char *one, *many;
  } units[] = {
    { G_GINT64_CONSTANT (24) * 60 * 60 * 1000, NP_ ("day ago", "days ago") },
    { 60 * 60 * 1000, NP_ ("hour ago", "hours ago") },
    { 60 * 1000, NP_ ("minute ago", "minutes ago") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (age_ms >= units[i].ms)
      return satchel_cli_count (age_ms / units[i].ms, units[i].one, units[i].many);
  return g_strdup (_ ("just now"));
}

static void
tell_last_sync (SatchelCli *cli, gint64 last_sync_ms)
{
  g_autofree char *at = NULL, *age = NULL;

  if (last_sync_ms < 0) {
    satchel_cli_print (cli, _ ("There was no sync yet: satchelctl sync fetches the records.\n"));
    return;
  }
  at = satchel_cli_display_instant (last_sync_ms);
  age = describe_age (satchel_clock_now_ms (cli->clock) - last_sync_ms);
  satchel_cli_print (cli, _ ("Last sync: %s, %s; what others did since is not here.\n"), at, age);
}

static void
tell_healed (SatchelCli *cli)
{
  gint64 at_ms;
  g_autoptr (JsonObject) healed =
      satchel_audit_get_healed (satchel_session_get_replica (cli->session), &at_ms);
  g_autofree char *at = satchel_cli_display_instant (at_ms);
  JsonObjectIter iter;
  const char *entity;
  JsonNode *rows;

  if (healed == NULL)
    return;
  json_object_iter_init (&iter, healed);
  while (json_object_iter_next (&iter, &entity, &rows)) {
    g_autofree char *count = satchel_cli_count (json_node_get_int (rows), "row", "rows");

    satchel_cli_print (cli, _ ("Healed %s in %s that differed from the server's, %s.\n"), count, entity, at);
  }
}

static void
tell_status (SatchelCli *cli, const SatchelTally *state, gint64 last_sync_ms, gboolean agent)
{
  const char *user = satchel_session_get_user_name (cli->session);
  g_autofree char *pending = satchel_cli_count (state->pending, "change waits", "changes wait");
  g_autofree char *files = satchel_cli_count (state->files, "file is still", "files are still");

  if (user == NULL) {
    satchel_cli_print (cli, _ ("Nobody has signed in yet: satchelctl login URL --user NAME\n"));
    return;
  }
  satchel_cli_print (cli, _ ("%s at %s%s.\n"), user, satchel_session_get_url (cli->session),
                     satchel_session_get_offline (cli->session) ? _ (", switched offline") : "");
  tell_last_sync (cli, last_sync_ms);
  satchel_cli_print (cli, _ ("%s for the server.\n"), pending);
  if (state->files > 0)
    satchel_cli_print (cli, _ ("%s to be sent.\n"), files);
  if (agent)
    satchel_cli_print (cli, _ ("The agent keeps this profile in sync.\n"));
  tell_healed (cli);
  satchel_cli_note_attention (cli, state);
}

int
satchel_cli_status (SatchelCli *cli, int argc, char **argv)
{
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 0, 0, &status);
  SatchelReplica *replica;
  g_autoptr (GError) error = NULL;
  g_autofree char *cursor = NULL, *last_sync = NULL;
  SatchelTally state;
  gint64 last_sync_ms;

  if (words == NULL)
    return status;
  replica = satchel_session_get_replica (cli->session);
  if (!satchel_session_count_waiting (cli->session, &state, &error) ||
      !satchel_replica_dup_meta (replica, "cursor", &cursor, &error))
    return satchel_cli_fail (cli, error);
  last_sync_ms = satchel_replica_peek_meta_integer (replica, "last_sync_ms", -1);
  if (last_sync_ms >= 0)
    last_sync = satchel_instant_to_text (last_sync_ms);
  if (cli->json)
    tell_status_json (cli, &state, cursor, last_sync);
  else
    tell_status (cli, &state, last_sync_ms, satchel_cli_agent_runs ());
  return SATCHEL_CLI_DONE;
}

/* ---- offline ---- */

int
satchel_cli_offline (SatchelCli *cli, int argc, char **argv)
{
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 1, 1, &status);
  g_autoptr (GError) error = NULL;
  gboolean offline;
  JsonObject *object;

  if (words == NULL)
    return status;
  offline = g_str_equal (words[0], "on");
  if (!offline && !g_str_equal (words[0], "off"))
    return satchel_cli_misuse (cli, _ ("usage: satchelctl %s"), cli->usage);
  if (!satchel_session_set_offline (cli->session, offline, &error))
    return satchel_cli_fail (cli, error);
  if (cli->json) {
    object = json_object_new ();
    json_object_set_boolean_member (object, "online", !offline);
    satchel_cli_print_object (cli, object);
  } else {
    satchel_cli_print (cli, offline ? _ ("Offline: nothing is sent or received until you say otherwise.\n")
                                    : _ ("Online again; satchelctl sync sends what waits.\n"));
  }
  return SATCHEL_CLI_DONE;
}
