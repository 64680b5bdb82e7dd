/* The order of transfers, and their outcomes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "satchel-files"
#include "client/blobs/courier.h"

#include "client/blobs/transfer.h"
#include "client/queue/queue.h"
#include "protocol/error.h"

struct _SatchelCourier {
  SatchelSession *session;
  SatchelReplica *replica; /* the session's */
  SatchelTransport *transport;

  SatchelTransfer *transfer; /* NULL: the next one has to be found */
  GPtrArray *wanted;         /* SatchelWantedFile*, the last one next; NULL: to be listed */
  GHashTable *given_up;      /* hashes that are not asked for again */
  GHashTable *settled;       /* hashes that are not sent once more for sets that were parked */
  SatchelCourierTotals totals;

  SatchelCourierFunc func;
  gpointer data;
};

SatchelCourier *
satchel_courier_new (SatchelSession *session, SatchelTransport *transport)
{
  SatchelCourier *courier = g_new0 (SatchelCourier, 1);

  courier->session = session;
  courier->replica = satchel_session_get_replica (session);
  courier->transport = transport;
  courier->given_up = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  courier->settled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return courier;
}

static void
forget_work (SatchelCourier *courier)
{
  g_clear_pointer (&courier->transfer, satchel_transfer_free);
  g_clear_pointer (&courier->wanted, g_ptr_array_unref);
}

void
satchel_courier_free (SatchelCourier *courier)
{
  if (courier == NULL)
    return;
  forget_work (courier);
  g_hash_table_unref (courier->given_up);
  g_hash_table_unref (courier->settled);
  g_free (courier);
}

void
satchel_courier_cancel (SatchelCourier *courier)
{
  forget_work (courier);
}

void
satchel_courier_hope_again (SatchelCourier *courier)
{
  g_hash_table_remove_all (courier->given_up);
  g_hash_table_remove_all (courier->settled);
  g_clear_pointer (&courier->wanted, g_ptr_array_unref);
  if (courier->transfer != NULL && !satchel_transfer_is_upload (courier->transfer))
    g_clear_pointer (&courier->transfer, satchel_transfer_free);
}

void
satchel_courier_get_totals (SatchelCourier *courier, SatchelCourierTotals *totals)
{
  *totals = courier->totals;
}

/* ---- what is next ---- */

static void
begin_upload (SatchelCourier *courier, const SatchelBlob *blob)
{
  courier->transfer =
      satchel_upload_new (satchel_replica_get_blobs (courier->replica), courier->transport, blob);
}

/* A set that was discarded leaves its file behind: nothing needs it any more. */
static gboolean
find_outgoing (SatchelCourier *courier, GError **error)
{
  g_autoptr (GPtrArray) outgoing = satchel_outgoing_list (courier->replica, error);

  if (outgoing == NULL)
    return FALSE;
  for (guint i = 0; i < outgoing->len && courier->transfer == NULL; i++) {
    const SatchelBlob *blob = outgoing->pdata[i];
    gboolean named;

    if (!satchel_queue_mentions (satchel_replica_get_database (courier->replica), SATCHEL_SET_ANY, blob->hash,
                                 &named, error))
      return FALSE;
    if (named)
      begin_upload (courier, blob);
    else if (!satchel_outgoing_remove (courier->replica, blob->hash, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
find_lacking (SatchelCourier *courier, GError **error)
{
  g_autoptr (GPtrArray) lacking =
      satchel_outbox_list_lacking (satchel_session_get_outbox (courier->session), error);

  if (lacking == NULL)
    return FALSE;
  for (guint i = 0; i < lacking->len && courier->transfer == NULL; i++) {
    const SatchelBlob *blob = lacking->pdata[i];

    if (!g_hash_table_contains (courier->settled, blob->hash))
      begin_upload (courier, blob);
  }
  return TRUE;
}

/* Newest records first: they stand last in the list. */
static gboolean
list_wanted (SatchelCourier *courier, GError **error)
{
  g_autoptr (GPtrArray) wanted = satchel_files_list_wanted (courier->replica, error);

  if (wanted == NULL)
    return FALSE;
  courier->wanted = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_wanted_file_free);
  for (guint i = wanted->len; i > 0; i--) {
    SatchelWantedFile *file = wanted->pdata[i - 1];

    if (!g_hash_table_contains (courier->given_up, file->blob.hash))
      g_ptr_array_add (courier->wanted, g_steal_pointer (&wanted->pdata[i - 1]));
  }
  return TRUE;
}

/* A list that has been worked through is made once more: only when it stays empty all is here that can be
 * had. */
static gboolean
find_wanted (SatchelCourier *courier, GError **error)
{
  if (courier->wanted == NULL || courier->wanted->len == 0) {
    g_clear_pointer (&courier->wanted, g_ptr_array_unref);
    if (!list_wanted (courier, error))
      return FALSE;
  }
  if (courier->wanted->len > 0) {
    courier->transfer =
        satchel_download_new (satchel_replica_get_blobs (courier->replica), courier->transport,
                              g_ptr_array_index (courier->wanted, courier->wanted->len - 1));
    g_ptr_array_remove_index (courier->wanted, courier->wanted->len - 1);
    return TRUE;
  }
  g_clear_pointer (&courier->wanted, g_ptr_array_unref);
  return satchel_files_settle (courier->replica, error);
}

gboolean
satchel_courier_find_work (SatchelCourier *courier, gboolean *found, GError **error)
{
  /* What waits to be sent goes before what is being fetched, which goes on where it stopped. */
  if (courier->transfer != NULL && !satchel_transfer_is_upload (courier->transfer)) {
    g_autoptr (GPtrArray) outgoing = satchel_outgoing_list (courier->replica, error);

    if (outgoing == NULL)
      return FALSE;
    if (outgoing->len > 0)
      forget_work (courier);
  }
  *found = FALSE;
  if ((courier->transfer == NULL && !find_outgoing (courier, error)) ||
      (courier->transfer == NULL && !find_lacking (courier, error)) ||
      (courier->transfer == NULL && !find_wanted (courier, error)))
    return FALSE;
  *found = courier->transfer != NULL;
  return TRUE;
}

/* ---- what came of it ---- */

static void
tell (SatchelCourier *courier, SatchelCourierNews news, const GError *error, gint64 retry_after_ms)
{
  courier->func (news, error, retry_after_ms, courier->data);
}

static void
tell_result (SatchelCourier *courier, gboolean done, SatchelCourierNews news, GError *problem)
{
  tell (courier, done ? news : SATCHEL_COURIER_FAILED, problem, -1);
  g_clear_error (&problem);
}

static void
take_sent (SatchelCourier *courier, SatchelTransfer *transfer)
{
  const char *hash = satchel_transfer_get_blob (transfer)->hash;
  GError *problem = NULL;
  gboolean done;

  courier->totals.sent += satchel_transfer_has_moved (transfer);
  if (!satchel_transfer_has_moved (transfer))
    g_hash_table_add (courier->settled, g_strdup (hash));
  done = satchel_outbox_take_file_sent (satchel_session_get_outbox (courier->session), hash, &problem);
  tell_result (courier, done, SATCHEL_COURIER_SENT, problem);
}

/* FALSE: it is worth another try. *code and *reason: what is said of the sets. */
static gboolean
cannot_be_sent (SatchelCourier *courier, SatchelTransfer *transfer, const GError *error,
                SatchelErrorCode *code, const char **reason)
{
  const SatchelBlob *blob = satchel_transfer_get_blob (transfer);
  g_autoptr (GError) damaged = NULL;

  *code = satchel_error_code (error);
  *reason = error->message;
  switch (*code) {
  case SATCHEL_ERROR_QUOTA:
  case SATCHEL_ERROR_FORBIDDEN:
  case SATCHEL_ERROR_TOO_LARGE:
    return TRUE;
  case SATCHEL_ERROR_INVALID: /* the server has other bytes than the hash says: are they ours? */
  case SATCHEL_ERROR_CORRUPT:
    *code = SATCHEL_ERROR_BLOB;
    *reason = "the attached file is missing here, or damaged: attach it again";
    return !satchel_blob_store_verify (satchel_replica_get_blobs (courier->replica), blob->hash,
                                       blob->size_bytes, &damaged);
  default:
    return FALSE;
  }
}

static void
take_unsent (SatchelCourier *courier, SatchelTransfer *transfer, const GError *error, gint64 retry_after_ms)
{
  const SatchelBlob *blob = satchel_transfer_get_blob (transfer);
  SatchelErrorCode code;
  const char *reason;
  GError *problem = NULL;
  gboolean done;

  if (!cannot_be_sent (courier, transfer, error, &code, &reason)) {
    tell (courier, SATCHEL_COURIER_FAILED, error, retry_after_ms);
    return;
  }
  g_hash_table_add (courier->settled, g_strdup (blob->hash));
  done = satchel_outbox_refuse_file (satchel_session_get_outbox (courier->session), blob->hash, code, reason,
                                     &problem);
  tell_result (courier, done, SATCHEL_COURIER_MORE, problem);
}

/* The field may have got another value, or the right to see it may be gone: then a pull says so soon. */
static gboolean
cannot_be_had (const GError *error)
{
  switch (satchel_error_code (error)) {
  case SATCHEL_ERROR_NOT_FOUND:
  case SATCHEL_ERROR_FORBIDDEN:
  case SATCHEL_ERROR_CORRUPT:
  case SATCHEL_ERROR_SERVER_CORRUPT:
  case SATCHEL_ERROR_INVALID:
    return TRUE;
  default:
    return FALSE;
  }
}

static void
take_unfetched (SatchelCourier *courier, SatchelTransfer *transfer, const GError *error,
                gint64 retry_after_ms)
{
  if (!cannot_be_had (error)) {
    tell (courier, SATCHEL_COURIER_FAILED, error, retry_after_ms);
    return;
  }
  g_message ("attachment %s cannot be fetched: %s", satchel_transfer_get_blob (transfer)->hash,
             error->message);
  g_hash_table_add (courier->given_up, g_strdup (satchel_transfer_get_blob (transfer)->hash));
  courier->totals.given_up++;
  tell (courier, SATCHEL_COURIER_MORE, NULL, -1);
}

static void
moved_cb (SatchelTransferResult result, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelCourier *courier = data;
  g_autoptr (SatchelTransfer) transfer = NULL;

  if (result == SATCHEL_TRANSFER_MORE) {
    tell (courier, SATCHEL_COURIER_MORE, NULL, -1);
    return;
  }
  transfer = g_steal_pointer (&courier->transfer);
  if (result == SATCHEL_TRANSFER_FAILED && satchel_transfer_is_upload (transfer)) {
    take_unsent (courier, transfer, error, retry_after_ms);
  } else if (result == SATCHEL_TRANSFER_FAILED) {
    take_unfetched (courier, transfer, error, retry_after_ms);
  } else if (satchel_transfer_is_upload (transfer)) {
    take_sent (courier, transfer);
  } else {
    courier->totals.fetched++;
    tell (courier, SATCHEL_COURIER_MORE, NULL, -1);
  }
}

void
satchel_courier_step (SatchelCourier *courier, const char *token, SatchelCourierFunc func, gpointer data)
{
  g_assert (courier->transfer != NULL);
  courier->func = func;
  courier->data = data;
  satchel_transfer_step (courier->transfer, token, moved_cb, courier);
}
