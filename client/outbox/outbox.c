/* The queue from the writer's hand to the server's answer. What a person does to parked sets is in repair.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/outbox/outbox.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/blobs/uses.h"
#include "client/outbox/outbox-private.h"
#include "client/replica/predict-amounts.h"
#include "client/replica/predict.h"
#include "protocol/error.h"
#include "protocol/limits.h"

/* Of a push, beside its sets: acknowledged, released UUIDs, cursors. */
#define PUSH_FRAME_BYTES (64 * 1024)
/* Beyond this many, released UUIDs wait for the next push. */
#define MAX_RELEASED 1000

SatchelOutbox *
satchel_outbox_new (SatchelReplica *replica, const SatchelClock *clock)
{
  SatchelOutbox *outbox = g_new0 (SatchelOutbox, 1);

  outbox->replica = replica;
  outbox->database = satchel_replica_get_database (replica);
  outbox->clock = clock;
  return outbox;
}

void
satchel_outbox_free (SatchelOutbox *outbox)
{
  g_free (outbox);
}

/* ---- writing ---- */

static SatchelSetForm
form_of (SatchelOutbox *outbox, const SatchelChangeSet *set)
{
  SatchelRegistry *registry = satchel_replica_get_registry (outbox->replica);

  for (guint i = 0; i < set->changes->len; i++) {
    if (satchel_predict_depends (registry, set->changes->pdata[i]))
      return SATCHEL_SET_PLANNED;
  }
  return SATCHEL_SET_PLAIN;
}

gboolean
satchel_outbox_add (SatchelOutbox *outbox, const SatchelChangeSet *set, GError **error)
{
  gint64 seq;

  g_assert (satchel_database_in_transaction (outbox->database));
  if (!satchel_outgoing_take (outbox->replica, set, error) ||
      !satchel_queue_append (outbox->database, set, form_of (outbox, set), &seq, error))
    return FALSE;
  for (guint i = 0; i < set->changes->len; i++) {
    g_autoptr (GPtrArray) shifts =
        satchel_predict (outbox->replica, set->changes->pdata[i], set->made_at_ms, error);

    if (shifts == NULL || !satchel_overlay_put (outbox->replica, seq, shifts, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_outbox_add_untold (SatchelOutbox *outbox, const SatchelChangeSet *set, GError **error)
{
  gint64 seq;

  g_assert (satchel_database_in_transaction (outbox->database));
  return satchel_queue_append (outbox->database, set, SATCHEL_SET_PLAIN, &seq, error);
}

/* ---- reading ---- */

static void
foresee (GPtrArray *rows, gint64 *number, GHashTable *numbers)
{
  for (guint i = 0; i < rows->len; i++) {
    SatchelQueueRow *row = rows->pdata[i];

    if (row->queued->set->number == 0 && row->queued->state == SATCHEL_SET_PENDING) {
      row->queued->set->number = (*number)++;
      g_hash_table_insert (numbers, &row->seq, &row->queued->set->number);
    }
  }
}

/* Sets without number get theirs in order of the queue, as the next push would give it; those that wait for a
 * file come later. */
static gboolean
foresee_numbers (SatchelOutbox *outbox, gint64 after, GPtrArray *rows, GError **error)
{
  gint64 number = satchel_replica_peek_meta_integer (outbox->replica, "next_number", 1);
  g_autoptr (GPtrArray) outgoing = satchel_outgoing_list (outbox->replica, error);
  g_autoptr (GPtrArray) pending = NULL, held = NULL;
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, NULL);

  if (outgoing == NULL)
    return FALSE;
  /* Without files those before a page are only counted, and those behind it not looked at. */
  if (outgoing->len == 0) {
    gint64 n_before;

    if (!satchel_queue_count_unnumbered (outbox->database, after, &n_before, error))
      return FALSE;
    number += n_before;
    foresee (rows, &number, numbers);
    return TRUE;
  }

  pending = satchel_queue_list (outbox->database, SATCHEL_SET_BIT (SATCHEL_SET_PENDING), 0, -1, error);
  if (pending == NULL || !satchel_outbox_hold_back (outbox, pending, &held, error))
    return FALSE;
  foresee (pending, &number, numbers);
  foresee (held, &number, numbers);
  for (guint i = 0; i < rows->len; i++) {
    SatchelQueueRow *row = rows->pdata[i];
    const gint64 *foreseen = g_hash_table_lookup (numbers, &row->seq);

    if (row->queued->set->number == 0 && foreseen != NULL)
      row->queued->set->number = *foreseen;
  }
  return TRUE;
}

static GPtrArray *
list_from (SatchelOutbox *outbox, guint state_mask, gint64 after, gint64 limit, GError **error)
{
  g_autoptr (GPtrArray) rows = satchel_queue_list (outbox->database, state_mask, after, limit, error);
  GPtrArray *list;

  if (rows == NULL || !foresee_numbers (outbox, after, rows, error))
    return NULL;
  list = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_queued_set_free);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (list, g_steal_pointer (&((SatchelQueueRow *)rows->pdata[i])->queued));
  return list;
}

GPtrArray *
satchel_outbox_list (SatchelOutbox *outbox, guint state_mask, gint64 limit, GError **error)
{
  return list_from (outbox, state_mask, 0, limit, error);
}

SatchelQueueRow *
satchel_outbox_require (SatchelOutbox *outbox, const char *uuid, GError **error)
{
  SatchelQueueRow *row = NULL;

  if (strlen (uuid) < 8) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("“%s” is too short to name a change set"),
                 uuid);
    return NULL;
  }
  if (!satchel_queue_find (outbox->database, uuid, &row, error))
    return NULL;
  if (row == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("no change set “%s” in the outbox"), uuid);
  return row;
}

GPtrArray *
satchel_outbox_list_after (SatchelOutbox *outbox, guint state_mask, const char *after, gint64 limit,
                           GError **error)
{
  g_autoptr (SatchelQueueRow) row = satchel_outbox_require (outbox, after, error);

  return row != NULL ? list_from (outbox, state_mask, row->seq, limit, error) : NULL;
}

SatchelQueuedSet *
satchel_outbox_find (SatchelOutbox *outbox, const char *uuid, GError **error)
{
  g_autoptr (SatchelQueueRow) row = satchel_outbox_require (outbox, uuid, error);

  return row != NULL ? g_steal_pointer (&row->queued) : NULL;
}

gboolean
satchel_outbox_count (SatchelOutbox *outbox, SatchelSetState state, gint64 *count, GError **error)
{
  return satchel_queue_count (outbox->database, state, count, error);
}

gboolean
satchel_outbox_count_unanswered (SatchelOutbox *outbox, gint64 *count, GError **error)
{
  return satchel_queue_count_unanswered (outbox->database, count, error);
}

gboolean
satchel_outbox_any_planned (SatchelOutbox *outbox, gboolean *any, GError **error)
{
  return satchel_queue_any_planned (outbox->database, any, error);
}

GPtrArray *
satchel_outbox_list_unanswered (SatchelOutbox *outbox, GError **error)
{
  g_autoptr (GPtrArray) rows = satchel_queue_list_unanswered (outbox->database, -1, error);
  GPtrArray *uuids;

  if (rows == NULL)
    return NULL;
  uuids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (uuids, g_strdup (((SatchelQueueRow *)rows->pdata[i])->queued->set->uuid));
  return uuids;
}

GPtrArray *
satchel_outbox_pending_fields (SatchelOutbox *outbox, const SatchelEntity *entity, const char *id,
                               GError **error)
{
  g_autoptr (GPtrArray) lays = NULL;
  GPtrArray *names;

  lays = satchel_queue_list_lays_on (outbox->database, entity->name, id, SATCHEL_SET_WAITING, error);
  if (lays == NULL)
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < entity->n_fields; i++)
    for (guint j = 0; j < lays->len; j++) {
      const SatchelLay *lay = lays->pdata[j];

      if (entity->fields[i]->origin == SATCHEL_ORIGIN_ENTERED && lay->values != NULL &&
          json_object_has_member (lay->values, entity->fields[i]->name)) {
        g_ptr_array_add (names, g_strdup (entity->fields[i]->name));
        break;
      }
    }
  return names;
}

/* ---- pushing ---- */

/* Numbers within one push follow each other; sets of an earlier identity make a push of their own. */
static gboolean
fits (const SatchelPush *push, gint64 number, gsize bytes)
{
  const SatchelChangeSet *last;

  if (push->sets->len == 0)
    return TRUE;
  if (push->sets->len == SATCHEL_MAX_PUSH_SETS)
    return FALSE;
  last = push->sets->pdata[push->sets->len - 1];
  return number == last->number + 1 && bytes <= SATCHEL_MAX_REQUEST_BYTES - PUSH_FRAME_BYTES;
}

static gboolean
fill_push (SatchelOutbox *outbox, SatchelPush *push, GPtrArray *rows, GError **error)
{
  gint64 next_number = satchel_replica_peek_meta_integer (outbox->replica, "next_number", 1);
  gint64 first_new = next_number;
  gsize bytes = 0;

  for (guint i = 0; i < rows->len; i++) {
    SatchelQueueRow *row = rows->pdata[i];
    gboolean is_new = row->queued->set->number == 0;
    gint64 number = is_new ? next_number : row->queued->set->number;

    bytes += row->size_bytes;
    if (!fits (push, number, bytes))
      break;
    next_number += is_new ? 1 : 0;
    if (row->queued->state != SATCHEL_SET_SENT &&
        !satchel_queue_set_sent (outbox->database, row->seq, number, error))
      return FALSE;
    row->queued->set->number = number;
    g_ptr_array_add (push->sets, g_steal_pointer (&row->queued->set));
  }
  push->acknowledged =
      push->sets->len > 0 ? ((SatchelChangeSet *)push->sets->pdata[0])->number - 1 : next_number - 1;
  return next_number == first_new ||
         satchel_replica_set_meta_integer (outbox->replica, "next_number", next_number, error);
}

/* What may be offered now, behind the number @last. Among many that wait for a file the others must be looked
 * for. */
static GPtrArray *
list_ready (SatchelOutbox *outbox, gint64 last, GError **error)
{
  g_autoptr (GPtrArray) outgoing = satchel_outgoing_list (outbox->replica, error);
  g_autoptr (GPtrArray) rows = NULL, held = NULL;

  if (outgoing == NULL)
    return NULL;
  rows = satchel_queue_list_behind (outbox->database, last, outgoing->len > 0 ? -1 : SATCHEL_MAX_PUSH_SETS,
                                    error);
  if (rows == NULL || !satchel_outbox_hold_back (outbox, rows, &held, error))
    return NULL;
  return g_steal_pointer (&rows);
}

static SatchelPush *
make_push (SatchelOutbox *outbox, gint64 last, GError **error)
{
  g_autoptr (SatchelPush) push = satchel_push_new ();
  g_autoptr (GPtrArray) rows = list_ready (outbox, last, error);
  g_autoptr (GPtrArray) released = NULL;

  if (rows == NULL || !fill_push (outbox, push, rows, error))
    return NULL;
  released = satchel_queue_offer_released (outbox->database, MAX_RELEASED, error);
  if (released == NULL)
    return NULL;
  g_ptr_array_extend_and_steal (push->released, g_steal_pointer (&released));
  return g_steal_pointer (&push);
}

/* The answer to a push lets go of all UUIDs that were offered: one that is made before that answer must offer
 * none. */
static SatchelPush *
make_push_behind (SatchelOutbox *outbox, gint64 last, GError **error)
{
  gboolean any;

  if (last > 0 && (!satchel_queue_any_released (outbox->database, &any, error) || any))
    return NULL;
  return make_push (outbox, last, error);
}

SatchelPush *
satchel_outbox_next_push_behind (SatchelOutbox *outbox, gint64 last, GError **error)
{
  g_autoptr (SatchelPush) push = NULL;
  gboolean waits;

  if (!satchel_queue_waits (outbox->database, &waits, error) || !waits)
    return NULL;
  if (!satchel_database_begin (outbox->database, error))
    return NULL;
  push = make_push_behind (outbox, last, error);
  if (push == NULL) {
    satchel_database_rollback (outbox->database);
    return NULL;
  }
  /* Another process may have taken what waited. */
  if (!satchel_database_commit (outbox->database, error) ||
      (push->sets->len == 0 && push->released->len == 0))
    return NULL;
  return g_steal_pointer (&push);
}

SatchelPush *
satchel_outbox_next_push (SatchelOutbox *outbox, GError **error)
{
  return satchel_outbox_next_push_behind (outbox, 0, error);
}

/* ---- the answer ---- */

/* A pull may have brought the effect before its answer came: then nothing needs to lie on top any more. */
static gboolean
take_outcome (SatchelOutbox *outbox, const SatchelOutcome *outcome, GError **error)
{
  gint64 seq;

  if (!satchel_queue_find_unanswered (outbox->database, outcome->uuid, outcome->number, &seq, error))
    return FALSE;
  if (seq == 0)
    return TRUE;
  if (outcome->state == SATCHEL_OUTCOME_APPLIED)
    return satchel_queue_set_applied (outbox->database, seq, outcome->s, outcome->at_ms, error);
  return satchel_queue_set_parked (outbox->database, seq, outcome->code, outcome->reason, outcome->field,
                                   error) &&
         satchel_overlay_relay_set (outbox->replica, seq, error);
}

static gboolean
relay_cb (const char *entity_name, const char *record, gpointer data, GError **error)
{
  SatchelReplica *replica = data;
  const SatchelEntity *entity = satchel_registry_find (satchel_replica_get_registry (replica), entity_name);

  return entity == NULL || satchel_overlay_relay (replica, entity, record, error);
}

static gboolean
take_outcomes (SatchelOutbox *outbox, const SatchelPushAnswer *answer, GError **error)
{
  gint64 pulled_s = satchel_replica_peek_meta_integer (outbox->replica, "s", -1);
  gboolean parked = FALSE;

  for (guint i = 0; i < answer->outcomes->len; i++) {
    const SatchelOutcome *outcome = answer->outcomes->pdata[i];

    if (!take_outcome (outbox, outcome, error))
      return FALSE;
    parked = parked || outcome->state == SATCHEL_OUTCOME_PARKED;
  }
  /* What others were foreseen to do may have built on what was refused. */
  if (parked && !satchel_overlay_predict_again (outbox->replica, error))
    return FALSE;
  return satchel_queue_retire (outbox->database, pulled_s, relay_cb, outbox->replica, error) &&
         satchel_queue_forget_released (outbox->database, error);
}

gboolean
satchel_outbox_take_answer (SatchelOutbox *outbox, const SatchelPushAnswer *answer, GError **error)
{
  if (!satchel_database_begin (outbox->database, error))
    return FALSE;
  if (!take_outcomes (outbox, answer, error)) {
    satchel_database_rollback (outbox->database);
    return FALSE;
  }
  return satchel_database_commit (outbox->database, error);
}

static gboolean
renumber (SatchelOutbox *outbox, gint64 next_number, GHashTable *known, GError **error)
{
  g_autoptr (GPtrArray) rows = satchel_queue_list_unanswered (outbox->database, -1, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const SatchelQueueRow *row = rows->pdata[i];

    if (!g_hash_table_contains (known, row->queued->set->uuid) &&
        !satchel_queue_set_pending (outbox->database, row->seq, 0, error))
      return FALSE;
  }
  return satchel_replica_set_meta_integer (outbox->replica, "next_number", next_number, error);
}

gboolean
satchel_outbox_renumber (SatchelOutbox *outbox, gint64 next_number, GPtrArray *known, GError **error)
{
  g_autoptr (GHashTable) uuids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < known->len; i++)
    g_hash_table_add (uuids, known->pdata[i]);
  if (!satchel_database_begin (outbox->database, error))
    return FALSE;
  if (!renumber (outbox, next_number, uuids, error)) {
    satchel_database_rollback (outbox->database);
    return FALSE;
  }
  return satchel_database_commit (outbox->database, error);
}
