/* Sets that wait for their attachments, or are refused because of them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/outbox/outbox.h"

#include "client/blobs/uses.h"
#include "client/queue/footprint.h"
#include "client/outbox/outbox-private.h"
#include "protocol/error.h"

/* ---- waiting ---- */

static GHashTable *
list_hashes (GPtrArray *blobs)
{
  GHashTable *hashes = g_hash_table_new (g_str_hash, g_str_equal); /* borrowed from @blobs */

  for (guint i = 0; i < blobs->len; i++)
    g_hash_table_add (hashes, ((SatchelBlob *)blobs->pdata[i])->hash);
  return hashes;
}

static gboolean
names_any (const SatchelChangeSet *set, GHashTable *hashes)
{
  g_autoptr (GPtrArray) blobs = satchel_blobs_of_set (set);

  for (guint i = 0; i < blobs->len; i++)
    if (g_hash_table_contains (hashes, ((SatchelBlob *)blobs->pdata[i])->hash))
      return TRUE;
  return FALSE;
}

/* An action or a delete reaches records that its text does not name. */
static gboolean
reaches (SatchelOutbox *outbox, const SatchelFootprint *footprint, gint64 seq, gboolean *reached,
         GError **error)
{
  g_autoptr (GPtrArray) lays = satchel_queue_list_lays_of (outbox->database, seq, error);

  *reached = FALSE;
  for (guint i = 0; lays != NULL && i < lays->len; i++)
    *reached |= g_hash_table_contains (footprint->created, ((SatchelLay *)lays->pdata[i])->record);
  return lays != NULL;
}

/* Numbers are promises to the server: who has one does not wait. */
gboolean
satchel_outbox_hold_back (SatchelOutbox *outbox, GPtrArray *rows, GPtrArray **held, GError **error)
{
  g_autoptr (GPtrArray) outgoing = satchel_outgoing_list (outbox->replica, error);
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_queue_row_free);
  g_autoptr (GHashTable) hashes = NULL;
  g_auto (SatchelFootprint) footprint = { 0 };

  if (outgoing == NULL)
    return FALSE;
  hashes = list_hashes (outgoing);
  satchel_footprint_init (&footprint);
  for (guint i = 0; outgoing->len > 0 && i < rows->len;) {
    const SatchelQueueRow *row = rows->pdata[i];
    gboolean waits = FALSE;

    if (row->queued->set->number == 0)
      waits = names_any (row->queued->set, hashes) || satchel_footprint_meets (&footprint, row->queued->set) ||
              satchel_footprint_is_undercut (&footprint, row->queued->set);
    if (!waits && row->queued->set->number == 0 && waiting->len > 0 &&
        !reaches (outbox, &footprint, row->seq, &waits, error))
      return FALSE;
    if (waits && !satchel_footprint_add (&footprint, outbox->database, row->seq, row, error))
      return FALSE;
    if (waits)
      g_ptr_array_add (waiting, g_ptr_array_steal_index (rows, i));
    else
      i++;
  }
  *held = g_steal_pointer (&waiting);
  return TRUE;
}

/* ---- refused by the server for a file ---- */

/* What the server parked because it lacked a file. */
static GPtrArray *
list_parked_for_files (SatchelOutbox *outbox, GError **error)
{
  GPtrArray *rows = satchel_queue_list (outbox->database, SATCHEL_SET_BIT (SATCHEL_SET_PARKED), 0, -1, error);

  for (guint i = rows != NULL ? rows->len : 0; i > 0; i--)
    if (((SatchelQueueRow *)rows->pdata[i - 1])->queued->code != SATCHEL_ERROR_BLOB)
      g_ptr_array_remove_index (rows, i - 1);
  return rows;
}

GPtrArray *
satchel_outbox_list_lacking (SatchelOutbox *outbox, GError **error)
{
  g_autoptr (GPtrArray) rows = list_parked_for_files (outbox, error);
  GPtrArray *lacking;

  if (rows == NULL)
    return NULL;
  lacking = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_blob_free);
  for (guint i = 0; i < rows->len; i++) {
    g_autoptr (GPtrArray) blobs = satchel_blobs_of_set (((SatchelQueueRow *)rows->pdata[i])->queued->set);

    for (guint j = 0; j < blobs->len; j++)
      if (satchel_blob_store_has (satchel_replica_get_blobs (outbox->replica),
                                  ((SatchelBlob *)blobs->pdata[j])->hash))
        g_ptr_array_add (lacking, g_steal_pointer (&blobs->pdata[j]));
  }
  return lacking;
}

static gboolean
take_sent (SatchelOutbox *outbox, const char *hash, GError **error)
{
  g_autoptr (GPtrArray) rows = list_parked_for_files (outbox, error);

  if (rows == NULL || !satchel_outgoing_remove (outbox->replica, hash, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const SatchelQueueRow *row = rows->pdata[i];
    g_autoptr (GPtrArray) blobs = satchel_blobs_of_set (row->queued->set);
    g_autoptr (GHashTable) hashes = list_hashes (blobs);

    if (g_hash_table_contains (hashes, hash) && !satchel_outbox_retry_if_possible (outbox, row, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_outbox_take_file_sent (SatchelOutbox *outbox, const char *hash, GError **error)
{
  if (!satchel_database_begin (outbox->database, error))
    return FALSE;
  if (take_sent (outbox, hash, error))
    return satchel_database_commit (outbox->database, error);
  satchel_database_rollback (outbox->database);
  return FALSE;
}

/* ---- a file that cannot be sent ---- */

static const char *
find_field (const SatchelChangeSet *set, const char *hash)
{
  for (guint i = 0; i < set->changes->len; i++) {
    const SatchelChange *change = set->changes->pdata[i];

    for (guint j = 0; j < change->edits->len; j++) {
      const SatchelEdit *edit = change->edits->pdata[j];
      SatchelBlob *blob = satchel_blob_from_wire (edit->value);
      const gboolean found = blob != NULL && g_str_equal (blob->hash, hash);

      satchel_blob_free (blob);
      if (found)
        return edit->field;
    }
  }
  return NULL;
}

/* Never offered, or parked for this very file. */
static gboolean
may_be_refused (const SatchelQueuedSet *queued)
{
  return queued->state == SATCHEL_SET_PARKED ? queued->code == SATCHEL_ERROR_BLOB : queued->set->number == 0;
}

static gboolean
park (SatchelOutbox *outbox, const SatchelQueueRow *row, SatchelErrorCode code, const char *reason,
      const char *field, GError **error)
{
  return satchel_queue_set_parked (outbox->database, row->seq, code, reason, field, error) &&
         satchel_overlay_relay_set (outbox->replica, row->seq, error);
}

static gboolean
refuse (SatchelOutbox *outbox, const char *hash, SatchelErrorCode code, const char *reason, GError **error)
{
  g_auto (SatchelFootprint) footprint = { 0 };
  g_autoptr (GPtrArray) rows = satchel_queue_list (
      outbox->database, SATCHEL_SET_BIT (SATCHEL_SET_PENDING) | SATCHEL_SET_BIT (SATCHEL_SET_PARKED), 0, -1,
      error);

  if (rows == NULL || !satchel_outgoing_remove (outbox->replica, hash, error))
    return FALSE;
  satchel_footprint_init (&footprint);
  for (guint i = 0; i < rows->len; i++) {
    const SatchelQueueRow *row = rows->pdata[i];
    const char *field = find_field (row->queued->set, hash);
    const gboolean follows = field == NULL && row->queued->state == SATCHEL_SET_PENDING &&
                             satchel_footprint_meets (&footprint, row->queued->set);

    if (!may_be_refused (row->queued) || (field == NULL && !follows))
      continue;
    if (!satchel_footprint_add (&footprint, outbox->database, row->seq, row, error) ||
        !park (outbox, row, follows ? SATCHEL_ERROR_DEPENDS : code,
               follows ? satchel_error_sentence (SATCHEL_ERROR_DEPENDS) : reason, field, error))
      return FALSE;
  }
  return satchel_overlay_predict_again (outbox->replica, error);
}

gboolean
satchel_outbox_refuse_file (SatchelOutbox *outbox, const char *hash, SatchelErrorCode code,
                            const char *reason, GError **error)
{
  if (!satchel_database_begin (outbox->database, error))
    return FALSE;
  if (refuse (outbox, hash, code, reason, error))
    return satchel_database_commit (outbox->database, error);
  satchel_database_rollback (outbox->database);
  return FALSE;
}
