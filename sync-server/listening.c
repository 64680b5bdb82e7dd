/* The doors of server.h for those who wait to be woken.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/signature.h"
#include "sync-server/server-private.h"
#include "sync-server/store/devices.h"

void
satchel_server_set_committed (SatchelServer *server, SatchelCommittedFunc committed, gpointer data)
{
  g_mutex_lock (&server->committed_lock);
  server->committed = committed;
  server->committed_data = data;
  g_mutex_unlock (&server->committed_lock);
}

static void
tell (SatchelServer *server, SatchelRipple *ripple)
{
  const SatchelStore *store = server->writer;

  /* Others have committed in between, records or but a grant. */
  if (ripple->begun_s > server->watched_s || store->begun_rights != server->watched_rights) {
    ripple->begun_s = MIN (ripple->begun_s, server->watched_s);
    ripple->everyone = ripple->doors = TRUE;
  }
  server->watched_s = ripple->s;
  server->watched_rights = store->rights;
  g_mutex_lock (&server->committed_lock);
  if (server->committed != NULL && !satchel_ripple_is_empty (ripple))
    server->committed (ripple, server->committed_data);
  g_mutex_unlock (&server->committed_lock);
}

void
satchel_server_tell (SatchelServer *server)
{
  tell (server, server->writer->ripple);
}

/* The version changes with commits of other connections only. */
static gboolean
read_version (SatchelStore *store, gint64 *version, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, "PRAGMA data_version", error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, version, error);
}

/* The version first: what is committed in between is found again. */
static gboolean
read_state (SatchelStore *store, gint64 *version, gint64 *s, GError **error)
{
  if (!read_version (store, version, error) || !satchel_store_begin_read (store, error))
    return FALSE;
  *s = store->s;
  satchel_store_rollback (store);
  return TRUE;
}

gboolean
satchel_server_start_watch (SatchelServer *server, GError **error)
{
  if (!read_state (server->writer, &server->version, &server->watched_s, error))
    return FALSE;
  server->watched_rights = server->writer->rights;
  return TRUE;
}

static gboolean
watch (SatchelServer *server, GError **error)
{
  SatchelStore *store = server->writer;
  g_autoptr (SatchelRipple) ripple = satchel_ripple_new ();
  gint64 version;

  if (!read_version (store, &version, error))
    return FALSE;
  if (version == server->version)
    return TRUE;
  ripple->begun_s = server->watched_s;
  if (!read_state (store, &version, &ripple->s, error))
    return FALSE;
  /* A revoked device is no commit of records. */
  ripple->everyone = ripple->s != ripple->begun_s;
  ripple->doors = TRUE;
  server->version = version;
  tell (server, ripple);
  return TRUE;
}

gboolean
satchel_server_watch (SatchelServer *server, GError **error)
{
  const gboolean watched = watch (server, error);

  satchel_database_hand_over (server->writer->database);
  return watched;
}

SatchelSignature *
satchel_server_describe (SatchelServer *server, const SatchelCaller *caller, gint64 *s, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  SatchelSignature *signature;

  if (reader == NULL)
    return NULL;
  signature = satchel_access_dup_signature (reader->access, caller->user, caller->device, error);
  *s = reader->store->s;
  satchel_server_end_read (server, reader);
  return signature;
}

GPtrArray *
satchel_server_list_silenced (SatchelServer *server, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  GPtrArray *devices;

  if (reader == NULL)
    return NULL;
  devices = satchel_devices_list_silenced (reader->store, error);
  satchel_server_end_read (server, reader);
  return devices;
}
