/* The doors of server.h: connections and transactions around what the rooms do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/server.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/record.h"
#include "sync-server/resolve/push.h"
#include "sync-server/scope/pull.h"
#include "sync-server/scope/signature.h"
#include "sync-server/security/password.h"
#include "sync-server/security/session.h"
#include "sync-server/server-private.h"
#include "sync-server/store/devices.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/outcomes.h"
#include "sync-server/store/rows.h"

#include <string.h>

#define MOST_IDLE_READERS 16

/* ---- opening ---- */

static void
reader_free (SatchelReader *reader)
{
  g_clear_pointer (&reader->access, satchel_access_free);
  g_clear_pointer (&reader->store, satchel_store_close);
  g_free (reader);
}

/* In place of the one there is, which is closed only when the new one could be opened. */
static gboolean
open_writer (SatchelServer *server, GError **error)
{
  SatchelStore *store =
      satchel_store_open (server->dir, SATCHEL_DATABASE_READ_WRITE, server->definitions, error);

  if (store == NULL)
    return FALSE;
  g_clear_pointer (&server->access, satchel_access_free);
  g_clear_pointer (&server->writer, satchel_store_close);
  server->writer = store;
  server->access = satchel_access_new (store);
  return TRUE;
}

SatchelServer *
satchel_server_open (const char *dir, SatchelRegistry *registry, const SatchelClock *clock, GError **error)
{
  SatchelServer *server = g_new0 (SatchelServer, 1);

  server->dir = g_strdup (dir);
  server->definitions = satchel_definitions_new (registry);
  server->clock = clock;
  g_mutex_init (&server->lock);
  g_mutex_init (&server->committed_lock);
  server->readers = g_ptr_array_new ();
  server->snapshots = satchel_snapshots_new (dir);
  server->deltas = satchel_deltas_new ();
  server->used_scopes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!open_writer (server, error)) {
    satchel_server_close (server);
    return NULL;
  }
  if (!satchel_server_start_watch (server, error)) {
    satchel_server_close (server);
    return NULL;
  }
  server->root_unit = g_strdup (server->writer->root_unit);
  satchel_database_hand_over (server->writer->database);
  return server;
}

void
satchel_server_close (SatchelServer *server)
{
  for (guint i = 0; i < server->readers->len; i++)
    reader_free (server->readers->pdata[i]);
  g_ptr_array_unref (server->readers);
  g_hash_table_unref (server->used_scopes);
  g_clear_pointer (&server->costly, g_ptr_array_unref);
  g_clear_pointer (&server->snapshots, satchel_snapshots_free);
  g_clear_pointer (&server->deltas, satchel_deltas_free);
  g_mutex_clear (&server->lock);
  g_mutex_clear (&server->committed_lock);
  g_clear_pointer (&server->access, satchel_access_free);
  g_clear_pointer (&server->writer, satchel_store_close);
  satchel_definitions_unref (server->definitions);
  g_free (server->root_unit);
  g_free (server->dir);
  g_free (server);
}

SatchelRegistry *
satchel_server_get_registry (SatchelServer *server)
{
  return satchel_definitions_get_latest (server->definitions);
}

const char *
satchel_server_get_root_unit (SatchelServer *server)
{
  return server->root_unit;
}

SatchelCaller *
satchel_caller_copy (const SatchelCaller *caller)
{
  SatchelCaller *copy = g_new0 (SatchelCaller, 1);

  copy->user = g_strdup (caller->user);
  copy->device = g_strdup (caller->device);
  return copy;
}

void
satchel_caller_free (SatchelCaller *caller)
{
  g_free (caller->user);
  g_free (caller->device);
  g_free (caller);
}

/* ---- transactions ---- */

static SatchelReader *
open_reader (SatchelServer *server, GError **error)
{
  SatchelStore *store =
      satchel_store_open (server->dir, SATCHEL_DATABASE_READ_ONLY, server->definitions, error);
  SatchelReader *reader;

  if (store == NULL)
    return NULL;
  reader = g_new0 (SatchelReader, 1);
  reader->store = store;
  reader->access = satchel_access_new (store);
  return reader;
}

SatchelReader *
satchel_server_begin_read (SatchelServer *server, GError **error)
{
  SatchelReader *reader = NULL;

  g_mutex_lock (&server->lock);
  if (server->readers->len > 0)
    reader = g_ptr_array_steal_index_fast (server->readers, server->readers->len - 1);
  g_mutex_unlock (&server->lock);
  for (;;) {
    if (reader == NULL && (reader = open_reader (server, error)) == NULL)
      return NULL;
    if (!satchel_store_begin_read (reader->store, error)) {
      reader_free (reader);
      return NULL;
    }
    if (satchel_store_is_current (reader->store))
      return reader;
    satchel_store_rollback (reader->store);
    g_clear_pointer (&reader, reader_free);
  }
}

static void
costly_free (SatchelCostly *costly)
{
  g_free (costly->user);
  g_free (costly);
}

/* The writer is told when it prepares, or tends. */
static void
note_costly (SatchelServer *server, SatchelStore *store)
{
  SatchelCostly *costly = g_new (SatchelCostly, 1);

  *costly = (SatchelCostly){ store->costly_bucket, g_steal_pointer (&store->costly_user) };
  store->costly_bucket = 0;
  g_mutex_lock (&server->lock);
  if (server->costly == NULL)
    server->costly = g_ptr_array_new_with_free_func ((GDestroyNotify)costly_free);
  g_ptr_array_add (server->costly, costly);
  g_mutex_unlock (&server->lock);
}

void
satchel_server_end_read (SatchelServer *server, SatchelReader *reader)
{
  if (reader->store->costly_bucket != 0)
    note_costly (server, reader->store);
  satchel_store_rollback (reader->store);
  satchel_database_hand_over (reader->store->database);
  g_mutex_lock (&server->lock);
  if (server->readers->len < MOST_IDLE_READERS)
    g_ptr_array_add (server->readers, g_steal_pointer (&reader));
  g_mutex_unlock (&server->lock);
  if (reader != NULL)
    reader_free (reader);
}

gboolean
satchel_server_begin_write (SatchelServer *server, GError **error)
{
  while (satchel_store_begin (server->writer, error)) {
    if (satchel_store_is_current (server->writer))
      return TRUE;
    satchel_store_rollback (server->writer);
    if (!open_writer (server, error))
      break;
  }
  satchel_database_hand_over (server->writer->database);
  return FALSE;
}

gboolean
satchel_server_end_write (SatchelServer *server, gboolean ok, GError **error)
{
  if (ok)
    ok = satchel_store_commit (server->writer, error);
  else
    satchel_store_rollback (server->writer);
  if (ok)
    satchel_server_tell (server);
  satchel_database_hand_over (server->writer->database);
  return ok;
}

/* ---- hello and sign-in ---- */

char *
satchel_server_hello (SatchelServer *server, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *name = NULL;

  if (reader == NULL)
    return NULL;
  name = satchel_store_read_name (reader->store, error);
  json_object_set_int_member (object, "protocol", SATCHEL_PROTOCOL_VERSION);
  json_object_set_string_member (object, "organisation", reader->store->organisation);
  json_object_set_string_member (object, "organisation_name", name);
  json_object_set_int_member (object, "epoch", reader->store->epoch);
  json_object_set_string_member (object, "schema", satchel_registry_get_digest (reader->store->registry));
  satchel_server_end_read (server, reader);
  return name != NULL ? satchel_json_print (node) : NULL;
}

void
satchel_sign_in_check_free (SatchelSignInCheck *check)
{
  if (check == NULL)
    return;
  g_free (check->attempt);
  g_free (check->place);
  g_free (check->user);
  g_free (check);
}

SatchelSignInCheck *
satchel_server_check_sign_in (SatchelServer *server, const SatchelSignIn *request, const guint8 *peer,
                              gint64 *retry_after_ms, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  g_autoptr (SatchelSignInCheck) check = g_new0 (SatchelSignInCheck, 1);
  g_autofree char *hash = NULL;
  gint64 wait_ms = -1;
  gboolean prepared;

  if (reader == NULL)
    return NULL;
  prepared = satchel_session_prepare (reader->store, request, peer, satchel_clock_now_ms (server->clock),
                                      check, &hash, &wait_ms, error);
  satchel_server_end_read (server, reader);
  if (retry_after_ms != NULL)
    *retry_after_ms = wait_ms;
  if (!prepared)
    return NULL;

  /* The slow part, without a transaction; as slow for a name that is not there. */
  if (!satchel_password_verify (hash, request->password))
    g_clear_pointer (&check->user, g_free);
  return g_steal_pointer (&check);
}

SatchelSignInAnswer *
satchel_server_sign_in (SatchelServer *server, const SatchelSignIn *request, const SatchelSignInCheck *check,
                        GError **error)
{
  g_autoptr (SatchelSignInCheck) own = NULL;
  g_autoptr (SatchelSignInAnswer) answer = NULL;
  g_autoptr (GError) refusal = NULL;
  gboolean done;

  if (check == NULL)
    check = own = satchel_server_check_sign_in (server, request, NULL, NULL, error);
  if (check == NULL || !satchel_server_begin_write (server, error))
    return NULL;
  done = satchel_session_finish (server->writer, server->clock, request, check, &answer, &refusal, error);
  if (!satchel_server_end_write (server, done, error))
    return NULL;
  if (refusal != NULL) {
    g_propagate_error (error, g_steal_pointer (&refusal));
    return NULL;
  }
  return g_steal_pointer (&answer);
}

SatchelDeviceAnswer *
satchel_server_split_device (SatchelServer *server, const SatchelCaller *caller, GError **error)
{
  g_autoptr (SatchelDeviceAnswer) answer = NULL;

  if (!satchel_server_begin_write (server, error))
    return NULL;
  answer = satchel_session_split (server->writer, server->clock, caller, error);
  if (!satchel_server_end_write (server, answer != NULL, error))
    return NULL;
  return g_steal_pointer (&answer);
}

gboolean
satchel_server_sign_out (SatchelServer *server, const SatchelCaller *caller, GError **error)
{
  gboolean done;

  if (!satchel_server_begin_write (server, error))
    return FALSE;
  done = satchel_devices_set_token (server->writer, caller->device, NULL,
                                    satchel_clock_now_ms (server->clock), error);
  return satchel_server_end_write (server, done, error);
}

SatchelVisit *
satchel_server_enter (SatchelServer *server, const char *token, SatchelCaller **caller, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);

  if (reader == NULL)
    return NULL;
  *caller = satchel_session_authenticate (reader->store, token, error);
  if (*caller != NULL)
    return reader;
  satchel_server_end_read (server, reader);
  return NULL;
}

void
satchel_server_leave (SatchelServer *server, SatchelVisit *visit)
{
  satchel_server_end_read (server, visit);
}

SatchelCaller *
satchel_server_authenticate (SatchelServer *server, const char *token, GError **error)
{
  SatchelCaller *caller = NULL;
  SatchelVisit *visit = satchel_server_enter (server, token, &caller, error);

  if (visit != NULL)
    satchel_server_leave (server, visit);
  return caller;
}

/* ---- push ---- */

static void
fail_all (SatchelPushJob *jobs, guint n_jobs, const GError *problem)
{
  for (guint i = 0; i < n_jobs; i++) {
    g_clear_pointer (&jobs[i].answer, satchel_push_answer_free);
    g_clear_error (&jobs[i].error);
    jobs[i].error = g_error_copy (problem);
  }
}

/* Who has pushed all of it pulls it anyway. */
static void
name_author (SatchelRipple *ripple, const SatchelPushJob *jobs, guint n_jobs)
{
  for (guint i = 1; i < n_jobs; i++) {
    if (!g_str_equal (jobs[i].caller->device, jobs[0].caller->device))
      return;
  }
  if (n_jobs > 0)
    ripple->author = g_strdup (jobs[0].caller->device);
}

void
satchel_server_push (SatchelServer *server, SatchelPushJob *jobs, guint n_jobs)
{
  g_autoptr (GError) problem = NULL;
  gboolean done = TRUE;

  for (guint i = 0; i < n_jobs; i++) {
    jobs[i].answer = NULL;
    jobs[i].error = NULL;
  }
  if (!satchel_server_begin_write (server, &problem)) {
    fail_all (jobs, n_jobs, problem);
    return;
  }
  for (guint i = 0; i < n_jobs && done; i++)
    done =
        satchel_push_apply (server->writer, server->access, server->clock, jobs[i].caller->user,
                            jobs[i].caller->device, jobs[i].push, &jobs[i].answer, &jobs[i].error, &problem);
  name_author (server->writer->ripple, jobs, n_jobs);
  if (!satchel_server_end_write (server, done, &problem))
    fail_all (jobs, n_jobs, problem);
}

GPtrArray *
satchel_server_known (SatchelServer *server, const SatchelCaller *caller, GPtrArray *uuids, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (g_free);
  gboolean read = TRUE;

  if (reader == NULL)
    return NULL;
  for (guint i = 0; i < uuids->len && read; i++) {
    g_autoptr (SatchelStoredOutcome) stored = NULL;
    g_autoptr (SatchelDeviceRow) device = NULL;

    read = satchel_outcomes_read (reader->store, uuids->pdata[i], &stored, error) &&
           (stored == NULL || satchel_devices_read (reader->store, stored->device, &device, error));
    /* Other people's sets are nobody's business. */
    if (read && device != NULL && g_str_equal (device->user, caller->user))
      g_ptr_array_add (known, g_strdup (uuids->pdata[i]));
  }
  satchel_server_end_read (server, reader);
  return read ? g_steal_pointer (&known) : NULL;
}

/* ---- reading ---- */

/* The file was put back without "restore": devices know of commits that are not there. They are told by a new
 * epoch. */
static gboolean
open_epoch (SatchelServer *server, GError **error)
{
  g_autoptr (SatchelStore) store =
      satchel_store_open (server->dir, SATCHEL_DATABASE_READ_WRITE, server->definitions, error);

  if (store == NULL || !satchel_store_begin (store, error))
    return FALSE;
  if (satchel_store_open_epoch (store, 0, satchel_clock_now_ms (server->clock), error))
    return satchel_store_commit (store, error);
  satchel_store_rollback (store);
  return FALSE;
}

gboolean
satchel_server_prepare (SatchelServer *server, const SatchelCaller *caller, GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server,
                                   satchel_server_refuse_costly (server, error) &&
                                       satchel_pull_prepare (server->writer, server->access, caller->user,
                                                             caller->device,
                                                             satchel_clock_now_ms (server->clock), error),
                                   error);
}

static gboolean
pull_as (SatchelServer *server, SatchelReader *reader, const SatchelCaller *caller,
         const SatchelPull *request, SatchelSignature **signature, gint64 *s, gint64 *until_ms,
         SatchelWriteFunc write, gpointer data, GError **error)
{
  const SatchelScope *scope;

  if (!satchel_pull_write (reader->store, reader->access, server->deltas, caller->user, caller->device,
                           request, satchel_clock_now_ms (server->clock), write, data, error))
    return FALSE;
  scope = satchel_access_get_scope (reader->access, caller->user, caller->device, error);
  if (scope == NULL || !satchel_access_get_due (reader->access, until_ms, error))
    return FALSE;
  satchel_server_note_scope (server, caller->device, scope->digest);
  *s = reader->store->s;
  *signature = satchel_access_dup_signature (reader->access, caller->user, caller->device, error);
  return *signature != NULL;
}

gboolean
satchel_server_pull_on_visit (SatchelServer *server, SatchelVisit *visit, const SatchelCaller *caller,
                              const SatchelPull *request, SatchelSignature **signature, gint64 *s,
                              gint64 *until_ms, SatchelWriteFunc write, gpointer data, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean written;

  written = pull_as (server, visit, caller, request, signature, s, until_ms, write, data, &problem);
  satchel_server_end_read (server, visit);
  /* Nothing is written before the cursor is read. */
  if (g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_EPOCH)) {
    g_clear_error (&problem);
    visit = open_epoch (server, &problem) ? satchel_server_begin_read (server, &problem) : NULL;
    if (visit != NULL) {
      written = pull_as (server, visit, caller, request, signature, s, until_ms, write, data, &problem);
      satchel_server_end_read (server, visit);
    }
  }
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return written;
}

gboolean
satchel_server_pull (SatchelServer *server, const SatchelCaller *caller, const SatchelPull *request,
                     SatchelWriteFunc write, gpointer data, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  g_autoptr (SatchelSignature) signature = NULL;
  gint64 s, until_ms;

  return reader != NULL && satchel_server_pull_on_visit (server, reader, caller, request, &signature, &s,
                                                         &until_ms, write, data, error);
}

gint64
satchel_server_now_ms (SatchelServer *server)
{
  return satchel_clock_now_ms (server->clock);
}

gint64
satchel_server_get_s (SatchelServer *server)
{
  SatchelReader *reader = satchel_server_begin_read (server, NULL);
  gint64 s;

  if (reader == NULL)
    return 0;
  s = reader->store->s;
  satchel_server_end_read (server, reader);
  return s;
}
