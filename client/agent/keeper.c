/* The driver says what to do next; the keeper feeds it with what happens around the profile, and tells others
 * what came of it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/keeper.h"

#include <glib/gi18n.h>

#include "client/erase.h"
#include "client/queue/queue.h"
#include "client/replica/touched.h"
#include "client/replica/written.h"
#include "client/sync/http.h"
#include "client/sync/wake.h"

#define COME_BACK_JITTER_MS 2000
#define PROGRESS_MS         200
#define LOCK_PATIENCE_US    (30 * G_USEC_PER_SEC) /* while another program syncs the profile */

typedef struct {
  SatchelKeeperDone done;
  gpointer data;
  SatchelSyncTotals before;
  gint64 deadline_us;
} Request;

struct _SatchelKeeper {
  char *data_dir, *profile, *path;
  SatchelRegistry *registry;
  const SatchelClock *clock;
  SatchelKeeperEvents events;
  gpointer data;

  SatchelWrittenListener *written; /* NULL where it cannot be had */
  SatchelSession *session;         /* NULL: broken, or there is no replica yet */
  SatchelTouched *touched;
  gint64 version;    /* of the replica, as last looked at */
  gint64 last_seq;   /* of the queue, likewise */
  SatchelTally told; /* what needs a person, as last told */

  /* One sign-in. */
  const char *sign_in; /* interned */
  SatchelTransport *transport;
  SatchelSyncDriver *driver;
  SatchelWakeListener *listener;

  SatchelSyncTotals rested; /* the driver's totals at the last rest */
  gint64 progress_us;       /* when progress was last told */
  GQueue requests;          /* Request* */
  GError *problem;
  char *attention;
  GSource *timer;  /* of coming back */
  GSource *settle; /* listening, or not any more, once the driver has said all */
};

/* ---- getters ---- */

const char *
satchel_keeper_get_profile (SatchelKeeper *keeper)
{
  return keeper->profile;
}

const char *
satchel_keeper_get_state (SatchelKeeper *keeper)
{
  if (keeper->driver != NULL)
    return satchel_sync_state_name (satchel_sync_driver_get_state (keeper->driver));
  return keeper->session == NULL && keeper->problem != NULL
             ? "broken"
             : satchel_sync_state_name (SATCHEL_SYNC_SIGNED_OUT);
}

const char *
satchel_keeper_get_attention (SatchelKeeper *keeper)
{
  return keeper->attention;
}

const GError *
satchel_keeper_get_problem (SatchelKeeper *keeper)
{
  return keeper->problem;
}

gboolean
satchel_keeper_is_listening (SatchelKeeper *keeper)
{
  return keeper->listener != NULL;
}

SatchelSession *
satchel_keeper_get_session (SatchelKeeper *keeper)
{
  return keeper->session;
}

/* ---- what needs a person ---- */

/* What passes by itself needs nobody. */
static gboolean
needs_person (const GError *problem)
{
  switch (satchel_error_code (problem)) {
  case SATCHEL_ERROR_UNREACHABLE:
  case SATCHEL_ERROR_OFFLINE:
  case SATCHEL_ERROR_BUSY:
  case SATCHEL_ERROR_RATE:
  case SATCHEL_ERROR_CANCELLED:
  case SATCHEL_ERROR_SERVER_STORAGE: /* the administrator's business */
  case SATCHEL_ERROR_SERVER_CORRUPT:
    return FALSE;
  default:
    return TRUE;
  }
}

static void
set_problem (SatchelKeeper *keeper, const GError *problem)
{
  gboolean news =
      problem != NULL && needs_person (problem) &&
      (keeper->problem == NULL || satchel_error_code (keeper->problem) != satchel_error_code (problem));
  g_autoptr (GError) old = g_steal_pointer (&keeper->problem);

  keeper->problem = problem != NULL ? g_error_copy (problem) : NULL;
  if (news)
    keeper->events.attention (keeper, satchel_error_name (satchel_error_code (problem)), problem->message,
                              keeper->data);
}

static char *
attention_of (SatchelKeeper *keeper)
{
  if (keeper->problem != NULL && needs_person (keeper->problem))
    return g_strdup (keeper->problem->message);
  if (keeper->told.parked > 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT " changes were refused", keeper->told.parked);
  if (keeper->told.conflicts > 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT " conflicts are open", keeper->told.conflicts);
  return NULL;
}

static void
tell_state (SatchelKeeper *keeper)
{
  g_free (keeper->attention);
  keeper->attention = attention_of (keeper);
  keeper->events.state (keeper, keeper->data);
}

/* Counts anew and tells what there is more of than before. */
static void
count_waiting (SatchelKeeper *keeper)
{
  SatchelTally before = keeper->told;
  g_autofree char *parked = NULL, *conflicts = NULL;

  if (!satchel_session_count_waiting (keeper->session, &keeper->told, NULL)) {
    keeper->told = before; /* a replica that cannot be read stops the next sync, with a reason */
    return;
  }
  parked = g_strdup_printf ("%" G_GINT64_FORMAT " changes were refused", keeper->told.parked);
  conflicts = g_strdup_printf ("%" G_GINT64_FORMAT " conflicts are open", keeper->told.conflicts);
  if (keeper->told.parked > before.parked)
    keeper->events.attention (keeper, "parked", parked, keeper->data);
  if (keeper->told.conflicts > before.conflicts)
    keeper->events.attention (keeper, "conflict", conflicts, keeper->data);
}

/* ---- requests ---- */

static SatchelSyncTotals
moved_since (SatchelKeeper *keeper, const SatchelSyncTotals *before)
{
  SatchelSyncTotals now = { 0 };

  if (keeper->driver == NULL)
    return now;
  satchel_sync_driver_get_totals (keeper->driver, &now);
  return (SatchelSyncTotals){
    .pushed = now.pushed - before->pushed,
    .pulled = now.pulled - before->pulled,
    .removed = now.removed - before->removed,
    .conflicts = now.conflicts - before->conflicts,
    .parked = now.parked - before->parked,
    .healed = now.healed - before->healed,
    .resets = now.resets - before->resets,
    .files_sent = now.files_sent - before->files_sent,
    .files_fetched = now.files_fetched - before->files_fetched,
    .bytes_in = now.bytes_in - before->bytes_in,
    .bytes_out = now.bytes_out - before->bytes_out,
    .image_here = now.image_here, /* as it stands */
    .image_bytes = now.image_bytes,
  };
}

/* A lock that another program holds is waited for; everything else is the end. */
static void
answer_requests (SatchelKeeper *keeper, const GError *error)
{
  gboolean taken = error != NULL && g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY);

  for (guint n = keeper->requests.length; n > 0; n--) {
    Request *request = g_queue_pop_head (&keeper->requests);
    SatchelSyncTotals moved = moved_since (keeper, &request->before);

    if (taken && g_get_monotonic_time () < request->deadline_us) {
      g_queue_push_tail (&keeper->requests, request);
      continue;
    }
    request->done (error, &moved, request->data);
    g_free (request);
  }
}

/* ---- what the driver says ---- */

static void
tell_touched (SatchelKeeper *keeper)
{
  g_autoptr (GHashTable) records = satchel_touched_take (keeper->touched);

  if (records != NULL)
    keeper->events.changed (keeper, records, keeper->data);
}

static void
progress_cb (SatchelSyncState state, const SatchelSyncTotals *totals, gint64 waiting, gpointer data)
{
  SatchelKeeper *keeper = data;
  gint64 now_us = g_get_monotonic_time ();
  SatchelSyncTotals moved = moved_since (keeper, &keeper->rested);

  if (moved.resets > 0) {
    g_autoptr (GHashTable) records = satchel_touched_take (keeper->touched); /* all, whatever it names */

    keeper->rested.resets = totals->resets;
    keeper->events.changed (keeper, NULL, keeper->data);
  }
  tell_touched (keeper);
  if (now_us - keeper->progress_us < PROGRESS_MS * 1000)
    return;
  keeper->progress_us = now_us;
  tell_state (keeper);
  keeper->events.progress (keeper, waiting, &moved, keeper->data);
}

static gboolean
ignore_cb (const char *entity, const char *record, gpointer data, GError **error)
{
  return TRUE;
}

static void listen_to_server (SatchelKeeper *keeper);

static void close_replica (SatchelKeeper *keeper);

/* The server said so, and the user was told. What cannot be removed is told in its place. */
static void
erase (SatchelKeeper *keeper)
{
  g_autofree char *directory = g_path_get_dirname (keeper->path);
  g_autoptr (GError) error = NULL;

  close_replica (keeper);
  if (satchel_profile_erase (directory, &error))
    g_clear_error (&keeper->problem);
  else
    set_problem (keeper, error);
  tell_state (keeper);
}

static gboolean
settle_cb (gpointer data)
{
  SatchelKeeper *keeper = data;

  g_clear_pointer (&keeper->settle, g_source_unref);
  if (keeper->problem != NULL && satchel_error_code (keeper->problem) == SATCHEL_ERROR_WIPED) {
    erase (keeper);
    return G_SOURCE_REMOVE;
  }
  listen_to_server (keeper);
  return G_SOURCE_REMOVE;
}

static void
settle (SatchelKeeper *keeper)
{
  if (keeper->settle != NULL)
    return;
  keeper->settle = g_idle_source_new ();
  g_source_set_callback (keeper->settle, settle_cb, keeper, NULL);
  g_source_attach (keeper->settle, g_main_context_get_thread_default ());
}

static void
rest_cb (SatchelSyncState state, const GError *error, gpointer data)
{
  SatchelKeeper *keeper = data;
  SatchelDatabase *database = satchel_replica_get_database (satchel_session_get_replica (keeper->session));
  SatchelSyncTotals moved = moved_since (keeper, &keeper->rested);

  satchel_sync_driver_get_totals (keeper->driver, &keeper->rested);
  tell_touched (keeper);
  set_problem (keeper, error);
  if (state == SATCHEL_SYNC_SIGNED_OUT)
    settle (keeper);
  if (moved.pushed + moved.pulled + moved.removed > 0) {
    count_waiting (keeper);
    (void)!satchel_queue_visit_new_lays (database, &keeper->last_seq, ignore_cb, NULL, NULL);
  }
  satchel_database_rest (database);
  tell_state (keeper);
  keeper->events.rested (keeper, error, &moved, keeper->data);
  answer_requests (keeper, error);
}

/* ---- what the server says ---- */

/* That it could call ends a pause that began because it could not be reached. */
static void
woken_cb (gpointer data)
{
  SatchelKeeper *keeper = data;
  gboolean away = satchel_sync_driver_get_state (keeper->driver) == SATCHEL_SYNC_WAITING &&
                  keeper->problem != NULL &&
                  satchel_error_code (keeper->problem) == SATCHEL_ERROR_UNREACHABLE;

  satchel_sync_driver_feed (keeper->driver, away ? SATCHEL_SYNC_EVENT_GO_ONLINE : SATCHEL_SYNC_EVENT_WOKEN);
}

static void
listen_to_server (SatchelKeeper *keeper)
{
  g_autofree char *token = NULL;

  if (keeper->driver == NULL || satchel_session_get_offline (keeper->session) ||
      satchel_sync_driver_get_state (keeper->driver) == SATCHEL_SYNC_SIGNED_OUT) {
    g_clear_pointer (&keeper->listener, satchel_wake_listener_free);
    return;
  }
  if (keeper->listener != NULL)
    return;
  token = satchel_session_dup_token (keeper->session, NULL); /* without one the sync says why */
  if (token != NULL)
    keeper->listener = satchel_wake_listener_new (keeper->transport, keeper->clock, token, woken_cb, keeper);
}

/* ---- a sign-in ---- */

static void
drop_sign_in (SatchelKeeper *keeper)
{
  g_clear_pointer (&keeper->listener, satchel_wake_listener_free);
  g_clear_pointer (&keeper->driver, satchel_sync_driver_free);
  if (keeper->transport != NULL)
    keeper->transport->free (keeper->transport);
  keeper->transport = NULL;
  keeper->rested = (SatchelSyncTotals){ 0 };
  for (GList *link = keeper->requests.head; link != NULL; link = link->next)
    ((Request *)link->data)->before = keeper->rested;
}

static gboolean
take_sign_in (SatchelKeeper *keeper, GError **error)
{
  static const SatchelSyncCallbacks callbacks = { .progress = progress_cb, .rest = rest_cb };
  const char *url = satchel_session_get_url (keeper->session);

  keeper->sign_in = satchel_session_get_sign_in (keeper->session);
  if (url == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED, _ ("nobody has signed in yet"));
    return FALSE;
  }
  keeper->transport = satchel_http_transport_new (url, error);
  if (keeper->transport == NULL)
    return FALSE;
  keeper->driver = satchel_sync_driver_new (keeper->session, keeper->transport, &callbacks, keeper, error);
  return keeper->driver != NULL;
}

/* ---- the replica ---- */

static void
close_replica (SatchelKeeper *keeper)
{
  drop_sign_in (keeper);
  g_clear_pointer (&keeper->touched, satchel_touched_free);
  g_clear_pointer (&keeper->session, satchel_session_close);
}

static gboolean
open_replica (SatchelKeeper *keeper, GError **error)
{
  SatchelDatabase *database;

  keeper->session =
      satchel_session_open_sealed (keeper->data_dir, keeper->profile, keeper->registry, keeper->clock, error);
  if (keeper->session == NULL)
    return FALSE;
  keeper->touched = satchel_touched_new (satchel_session_get_replica (keeper->session));
  database = satchel_replica_get_database (satchel_session_get_replica (keeper->session));
  if (satchel_replica_get_version (satchel_session_get_replica (keeper->session), &keeper->version, error) &&
      satchel_queue_visit_new_lays (database, &keeper->last_seq, ignore_cb, NULL, error) &&
      satchel_session_count_waiting (keeper->session, &keeper->told, error) && take_sign_in (keeper, error))
    return TRUE;
  if (satchel_session_get_url (keeper->session) == NULL)
    return FALSE; /* sound, but nobody's */
  close_replica (keeper);
  return FALSE;
}

/* Opens what is not open; TRUE when there is something to sync. */
static gboolean
ensure_ready (SatchelKeeper *keeper, GError **error)
{
  if (keeper->driver != NULL)
    return TRUE;
  if (keeper->session != NULL)
    return take_sign_in (keeper, error);
  if (g_file_test (keeper->path, G_FILE_TEST_EXISTS))
    return open_replica (keeper, error);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED, _ ("nobody has signed in yet"));
  return FALSE;
}

/* That nobody ever signed in is no trouble. */
static void
begin (SatchelKeeper *keeper)
{
  g_autoptr (GError) error = NULL;

  if (ensure_ready (keeper, &error)) {
    satchel_sync_driver_feed (keeper->driver, SATCHEL_SYNC_EVENT_START);
    listen_to_server (keeper);
  } else if (satchel_error_code (error) != SATCHEL_ERROR_UNAUTHENTICATED) {
    set_problem (keeper, error);
  }
  tell_state (keeper);
}

/* ---- what other programs write ---- */

static gboolean
touch_cb (const char *entity, const char *record, gpointer data, GError **error)
{
  satchel_touched_add (data, entity, record);
  return TRUE;
}

/* Another program's sets name what they lie on. Whatever else it did may have changed anything, and what
 * needs a person. */
static void
tell_foreign (SatchelKeeper *keeper)
{
  SatchelDatabase *database = satchel_replica_get_database (satchel_session_get_replica (keeper->session));
  gint64 before = keeper->last_seq;
  g_autoptr (GHashTable) records = NULL;

  if (satchel_queue_visit_new_lays (database, &keeper->last_seq, touch_cb, keeper->touched, NULL) &&
      keeper->last_seq > before)
    records = satchel_touched_take (keeper->touched);
  else
    count_waiting (keeper);
  keeper->events.changed (keeper, records, keeper->data);
}

/* What matters of it: a sign-in, the offline switch, something to send. */
static void
look (SatchelKeeper *keeper)
{
  gboolean offline;
  SatchelSyncState state;

  if (satchel_session_get_sign_in (keeper->session) != keeper->sign_in) {
    drop_sign_in (keeper);
    g_clear_error (&keeper->problem);
    begin (keeper);
    return;
  }
  if (keeper->driver == NULL)
    return;
  offline = satchel_session_get_offline (keeper->session);
  state = satchel_sync_driver_get_state (keeper->driver);
  if (offline && state != SATCHEL_SYNC_OFFLINE)
    satchel_sync_driver_feed (keeper->driver, SATCHEL_SYNC_EVENT_GO_OFFLINE);
  else if (!offline && state == SATCHEL_SYNC_OFFLINE)
    satchel_sync_driver_feed (keeper->driver, SATCHEL_SYNC_EVENT_GO_ONLINE);
  else {
    gboolean waits;

    if (satchel_queue_waits (satchel_replica_get_database (satchel_session_get_replica (keeper->session)),
                             &waits, NULL) &&
        waits)
      satchel_sync_driver_feed (keeper->driver, SATCHEL_SYNC_EVENT_LOCAL_CHANGE);
  }
  listen_to_server (keeper);
}

static void
written_cb (gpointer data)
{
  SatchelKeeper *keeper = data;
  gint64 version;

  if (keeper->session == NULL) {
    begin (keeper);
    return;
  }
  if (!satchel_replica_get_version (satchel_session_get_replica (keeper->session), &version, NULL) ||
      version == keeper->version)
    return; /* ours; what cannot be read stops the next sync, with a reason */
  keeper->version = version;
  look (keeper);
  if (keeper->session == NULL)
    return;
  tell_foreign (keeper);
  tell_state (keeper);
}

/* ---- the door ---- */

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

SatchelKeeper *
satchel_keeper_new (const char *data_dir, const char *profile, SatchelRegistry *registry,
                    const SatchelClock *clock, const SatchelKeeperEvents *events, gpointer data)
{
  SatchelKeeper *keeper = g_new0 (SatchelKeeper, 1);
  g_autoptr (GError) error = NULL;

  keeper->data_dir = g_strdup (data_dir);
  keeper->profile = g_strdup (profile);
  keeper->path = g_build_filename (data_dir, profile, "replica.db", NULL);
  keeper->registry = registry;
  keeper->clock = clock;
  keeper->events = *events;
  keeper->data = data;
  g_queue_init (&keeper->requests);
  keeper->written = satchel_written_listener_new (keeper->path, written_cb, keeper, &error);
  if (keeper->written == NULL)
    set_problem (keeper, error);
  begin (keeper);
  return keeper;
}

void
satchel_keeper_free (SatchelKeeper *keeper)
{
  g_autoptr (GError) cancelled = NULL;

  if (keeper == NULL)
    return;
  cancelled = g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, _ ("the agent stops"));
  answer_requests (keeper, cancelled);
  drop_source (&keeper->timer);
  drop_source (&keeper->settle);
  satchel_written_listener_free (keeper->written);
  close_replica (keeper);
  g_clear_error (&keeper->problem);
  g_free (keeper->attention);
  g_free (keeper->path);
  g_free (keeper->profile);
  g_free (keeper->data_dir);
  g_free (keeper);
}

void
satchel_keeper_sync (SatchelKeeper *keeper, SatchelKeeperDone done, gpointer data)
{
  g_autoptr (GError) error = NULL;
  SatchelSyncTotals nothing = { 0 };
  Request *request;

  if (!ensure_ready (keeper, &error)) {
    tell_state (keeper);
    done (error, &nothing, data);
    return;
  }
  request = g_new0 (Request, 1);
  request->done = done;
  request->data = data;
  request->deadline_us = g_get_monotonic_time () + LOCK_PATIENCE_US;
  satchel_sync_driver_get_totals (keeper->driver, &request->before);
  g_queue_push_tail (&keeper->requests, request);
  satchel_sync_driver_feed (keeper->driver, SATCHEL_SYNC_EVENT_START);
  listen_to_server (keeper);
}

gboolean
satchel_keeper_set_offline (SatchelKeeper *keeper, gboolean offline, GError **error)
{
  if (!ensure_ready (keeper, error) || !satchel_session_set_offline (keeper->session, offline, error))
    return FALSE;
  look (keeper);
  tell_state (keeper);
  return TRUE;
}

static gboolean
come_back_cb (gpointer data)
{
  SatchelKeeper *keeper = data;

  g_clear_pointer (&keeper->timer, g_source_unref);
  drop_sign_in (keeper); /* with its connections; whoever waits for the end of a sync goes on waiting */
  begin (keeper);
  return G_SOURCE_REMOVE;
}

void
satchel_keeper_come_back (SatchelKeeper *keeper)
{
  if (keeper->timer != NULL)
    return;
  keeper->timer = g_timeout_source_new (satchel_clock_random_below (keeper->clock, COME_BACK_JITTER_MS));
  g_source_set_callback (keeper->timer, come_back_cb, keeper, NULL);
  g_source_attach (keeper->timer, g_main_context_get_thread_default ());
}
