/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/connect.h"

#include <glib/gi18n.h>

#include "client/blobs/transfer.h"
#include "client/queue/queue.h"
#include "client/sync/http.h"
#include "protocol/error.h"

SatchelTransport *
satchel_connect (SatchelSession *session, GError **error)
{
  const char *url = satchel_session_get_url (session);

  if (url == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED, _ ("nobody has signed in yet"));
    return NULL;
  }
  if (satchel_session_get_offline (session)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_OFFLINE, _ ("the profile is switched offline"));
    return NULL;
  }
  return satchel_http_transport_new (url, error);
}

/* ---- attachments ---- */

typedef struct {
  SatchelFetchFunc func;
  gpointer data;
} Moved;

static void
moved_cb (SatchelTransfer *transfer, gpointer data)
{
  const Moved *moved = data;

  if (moved->func != NULL)
    moved->func (satchel_transfer_get_have (transfer), satchel_transfer_get_blob (transfer)->size_bytes,
                 moved->data);
}

static gboolean
fetch (SatchelSession *session, SatchelTransport *transport, const SatchelWantedFile *wanted, Moved *moved,
       GError **error)
{
  SatchelBlobStore *store = satchel_replica_get_blobs (satchel_session_get_replica (session));
  g_autofree char *token = satchel_session_dup_token (session, error);
  g_autoptr (SatchelTransfer) transfer = NULL;

  if (token == NULL)
    return FALSE;
  transfer = satchel_download_new (store, transport, wanted);
  return satchel_transfer_run (transfer, token, moved_cb, moved, error);
}

/* A damaged one is fetched anew, unless it is the only copy: then it is kept for whoever can mend it. */
static gboolean
find (SatchelSession *session, const SatchelBlob *blob, gboolean *found, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  SatchelBlobStore *store = satchel_replica_get_blobs (replica);
  g_autoptr (GError) damaged = NULL;
  gboolean queued;

  *found = satchel_blob_store_has (store, blob->hash);
  if (!*found || satchel_blob_store_verify (store, blob->hash, blob->size_bytes, &damaged))
    return TRUE;
  if (!satchel_queue_mentions (satchel_replica_get_database (replica), SATCHEL_SET_ANY, blob->hash, &queued,
                               error))
    return FALSE;
  if (queued) {
    g_propagate_error (error, g_steal_pointer (&damaged));
    return FALSE;
  }
  *found = FALSE;
  return satchel_blob_store_remove (store, blob->hash, error);
}

gboolean
satchel_fetch_file (SatchelSession *session, const SatchelWantedFile *wanted, SatchelFetchFunc func,
                    gpointer data, gboolean *fetched, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Moved moved = { func, data };
  SatchelTransport *transport;
  gboolean found, done;

  if (fetched != NULL)
    *fetched = FALSE;
  if (!find (session, &wanted->blob, &found, error))
    return FALSE;
  if (found)
    return TRUE;
  if (satchel_files_get_policy (satchel_session_get_replica (session)) == SATCHEL_FILES_NEVER) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_OFFLINE, _ ("this profile fetches no files"));
    return FALSE;
  }
  g_main_context_push_thread_default (context);
  transport = satchel_connect (session, error);
  if (fetched != NULL)
    *fetched = transport != NULL;
  done = transport != NULL && fetch (session, transport, wanted, &moved, error);
  if (transport != NULL)
    transport->free (transport);
  g_main_context_pop_thread_default (context);
  return done;
}
