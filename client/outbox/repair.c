/* What a person does to a parked set: send it again, with other values, or give it up.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/outbox/outbox.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/blobs/uses.h"
#include "client/queue/footprint.h"
#include "client/outbox/outbox-private.h"
#include "protocol/error.h"

/* ---- a set anew ---- */

/* What the author replaces is what is shown now. */
static JsonNode *
base_of (const SatchelRecord *shown, const char *name)
{
  const SatchelField *field = shown != NULL ? satchel_entity_find_field (shown->entity, name) : NULL;

  if (field == NULL || !satchel_policy_needs_base (field->policy))
    return NULL;
  return satchel_value_to_wire (field, satchel_record_get (shown, field));
}

static gboolean
renew_change (SatchelOutbox *outbox, const SatchelChange *change, SatchelChangeSet *renewed, GError **error)
{
  SatchelRegistry *registry = satchel_replica_get_registry (outbox->replica);
  const SatchelEntity *entity = satchel_registry_require (registry, change->entity, error);
  g_autoptr (SatchelRecord) shown = NULL;
  const char *seen = NULL;
  SatchelChange *copy;

  if (entity == NULL || !satchel_replica_read (outbox->replica, entity, change->record, &shown, error))
    return FALSE;
  if (change->kind != SATCHEL_CHANGE_CREATE)
    seen = satchel_replica_peek_meta (outbox->replica, "cursor");
  copy = satchel_change_set_add (renewed, change->kind, change->entity, change->record, seen, change->action);
  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];

    satchel_change_add_edit (copy, edit->field, json_node_copy (edit->value),
                             change->kind == SATCHEL_CHANGE_UPDATE ? base_of (shown, edit->field) : NULL);
  }
  return TRUE;
}

/* Whatever is under way for records that the set makes anew lies on them as before. */
static gboolean
relay (SatchelOutbox *outbox, const char *uuid, GError **error)
{
  g_autoptr (SatchelQueueRow) row = NULL;

  return satchel_queue_find (outbox->database, uuid, &row, error) &&
         (row == NULL || satchel_overlay_relay_set (outbox->replica, row->seq, error));
}

/* Takes the set out of its place and puts it at the end. A parked one gets a new UUID: the server remembers
 * the old one. */
static gboolean
move_to_end (SatchelOutbox *outbox, const SatchelQueueRow *row, GError **error)
{
  const SatchelChangeSet *set = row->queued->set;
  gboolean parked = row->queued->state == SATCHEL_SET_PARKED;
  g_autofree char *uuid = parked ? satchel_id_new (outbox->clock) : g_strdup (set->uuid);
  g_autoptr (SatchelChangeSet) renewed =
      satchel_change_set_new (uuid, 0, satchel_clock_now_ms (outbox->clock));

  if (!satchel_overlay_lift (outbox->replica, row->seq, error) ||
      !satchel_queue_remove (outbox->database, row->seq, error))
    return FALSE;
  for (guint i = 0; i < set->changes->len; i++)
    if (!renew_change (outbox, set->changes->pdata[i], renewed, error))
      return FALSE;
  if (parked && !satchel_queue_release (outbox->database, set->uuid, error))
    return FALSE;
  return satchel_outbox_add (outbox, renewed, error) && relay (outbox, uuid, error);
}

/* ---- what follows ---- */

/* Parked for that reason, or not offered yet: everything else the server has already judged, or is judging.
 */
static gboolean
may_follow (const SatchelQueuedSet *queued)
{
  if (queued->state == SATCHEL_SET_PARKED)
    return queued->code == SATCHEL_ERROR_DEPENDS;
  return queued->state == SATCHEL_SET_PENDING && queued->set->number == 0;
}

/* Ends a savepoint: an attempt that @refused, but for the file's own trouble, leaves everything as it was. */
static gboolean
end_attempt (SatchelOutbox *outbox, gboolean done, GError *refused, GError **error)
{
  if (done)
    return satchel_database_release (outbox->database, error);
  satchel_database_rollback_to (outbox->database);
  if (!satchel_error_is_general (refused))
    return TRUE;
  g_propagate_error (error, g_error_copy (refused));
  return FALSE;
}

/* A follower that cannot succeed now stays where it is, with its text and its reason. */
static gboolean
move_follower (SatchelOutbox *outbox, const SatchelQueueRow *row, GError **error)
{
  g_autoptr (GError) refused = NULL;
  gboolean done;

  if (!satchel_database_savepoint (outbox->database, error))
    return FALSE;
  done = move_to_end (outbox, row, &refused);
  return end_attempt (outbox, done, refused, error);
}

/* @footprint holds what @row wrote before it was moved. */
static gboolean
move_followers (SatchelOutbox *outbox, SatchelFootprint *footprint, gint64 after, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;

  rows = satchel_queue_list (outbox->database,
                             SATCHEL_SET_BIT (SATCHEL_SET_PARKED) | SATCHEL_SET_BIT (SATCHEL_SET_PENDING),
                             after, -1, error);
  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i + 1 < rows->len; i++) { /* the last one is the set that was moved itself */
    const SatchelQueueRow *row = rows->pdata[i];

    if (!may_follow (row->queued) || !satchel_footprint_meets (footprint, row->queued->set))
      continue;
    if (!satchel_footprint_add (footprint, outbox->database, row->seq, row, error) ||
        !move_follower (outbox, row, error))
      return FALSE;
  }
  return TRUE;
}

GHashTable *
satchel_outbox_list_dependence (SatchelOutbox *outbox, GError **error)
{
  g_autoptr (GHashTable) dependence = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) rows = satchel_queue_list (
      outbox->database, SATCHEL_SET_BIT (SATCHEL_SET_PARKED) | SATCHEL_SET_BIT (SATCHEL_SET_PENDING), 0, -1,
      error);
  g_auto (SatchelFootprint) footprint = { 0 };

  if (rows == NULL)
    return NULL;
  satchel_footprint_init (&footprint);
  for (guint i = 0; i < rows->len; i++) {
    const SatchelQueueRow *row = rows->pdata[i];
    const SatchelQueueRow *root = satchel_footprint_meets (&footprint, row->queued->set);

    if (root != NULL)
      g_hash_table_insert (dependence, g_strdup (row->queued->set->uuid), g_strdup (root->queued->set->uuid));
    else if (row->queued->state == SATCHEL_SET_PARKED)
      root = row;
    if (root != NULL && !satchel_footprint_add (&footprint, outbox->database, row->seq, root, error))
      return NULL;
  }
  return g_steal_pointer (&dependence);
}

/* ---- retry and edit ---- */

static SatchelQueueRow *
require_parked (SatchelOutbox *outbox, const char *uuid, GError **error)
{
  g_autoptr (SatchelQueueRow) row = satchel_outbox_require (outbox, uuid, error);

  if (row == NULL || row->queued->state == SATCHEL_SET_PARKED)
    return g_steal_pointer (&row);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("change set %s is %s, not parked"),
               row->queued->set->uuid, satchel_set_state_name (row->queued->state));
  return NULL;
}

static void
replace_edit (SatchelChange *change, const char *field, JsonNode *value)
{
  for (guint i = 0; i < change->edits->len; i++) {
    SatchelEdit *edit = change->edits->pdata[i];

    if (g_str_equal (edit->field, field)) {
      json_node_unref (edit->value);
      edit->value = value;
      return;
    }
  }
  satchel_change_add_edit (change, field, value, NULL);
}

/* The change that writes the field already, else the first that can write fields. */
static SatchelChange *
find_change (const SatchelChangeSet *set, const char *field)
{
  SatchelChange *first = NULL;

  for (guint i = 0; i < set->changes->len; i++) {
    SatchelChange *change = set->changes->pdata[i];

    if (change->kind == SATCHEL_CHANGE_DELETE)
      continue;
    if (satchel_change_find_edit (change, field) != NULL)
      return change;
    if (first == NULL)
      first = change;
  }
  return first;
}

/* A field that was retired meanwhile can only be left out. */
static gboolean
leave_out (SatchelChange *change, const SatchelField *field, const char *text, GError **error)
{
  for (guint i = 0; i < change->edits->len && *text == '\0'; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];

    if (!g_str_equal (edit->field, field->name))
      continue;
    if (change->kind == SATCHEL_CHANGE_UPDATE && change->edits->len == 1) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA,
                   _ ("“%s” is retired, and the change writes nothing else: discard it"), _ (field->label));
      return FALSE;
    }
    g_ptr_array_remove_index (change->edits, i);
    return TRUE;
  }
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, _ ("“%s” is retired: leave it out with “%s=”"),
               _ (field->label), field->name);
  return FALSE;
}

static gboolean
edit_field (SatchelOutbox *outbox, const SatchelChangeSet *set, const char *name, const char *text,
            GError **error)
{
  SatchelRegistry *registry = satchel_replica_get_registry (outbox->replica);
  SatchelChange *change = find_change (set, name);
  const SatchelEntity *entity;
  const SatchelField *field;
  g_autoptr (SatchelValue) value = NULL;

  if (change == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("a delete has no values to edit"));
    return FALSE;
  }
  if (change->kind == SATCHEL_CHANGE_ACTION) { /* arguments are text; the action's plan judges them */
    replace_edit (change, name, json_node_init_string (json_node_alloc (), text));
    return TRUE;
  }
  entity = satchel_registry_require (registry, change->entity, error);
  field = entity != NULL ? satchel_registry_require_field (registry, entity, name, error) : NULL;
  if (field != NULL && field->retired)
    return leave_out (change, field, text, error);
  if (field == NULL || !satchel_replica_value_from_text (outbox->replica, field, text, &value, error))
    return FALSE;
  replace_edit (change, field->name, satchel_value_to_wire (field, value));
  return TRUE;
}

static gboolean
retry (SatchelOutbox *outbox, const char *uuid, GHashTable *values, GError **error)
{
  g_autoptr (SatchelQueueRow) row = require_parked (outbox, uuid, error);
  g_auto (SatchelFootprint) footprint = { 0 };
  GHashTableIter iter;
  gpointer name, text;

  if (row == NULL)
    return FALSE;
  satchel_footprint_init (&footprint);
  if (values != NULL) {
    g_hash_table_iter_init (&iter, values);
    while (g_hash_table_iter_next (&iter, &name, &text))
      if (!edit_field (outbox, row->queued->set, name, text, error))
        return FALSE;
  }
  return satchel_footprint_add (&footprint, outbox->database, row->seq, row, error) &&
         move_to_end (outbox, row, error) && move_followers (outbox, &footprint, row->seq, error);
}

gboolean
satchel_outbox_retry_if_possible (SatchelOutbox *outbox, const SatchelQueueRow *row, GError **error)
{
  g_autoptr (GError) refused = NULL;
  gboolean done;

  if (!satchel_database_savepoint (outbox->database, error))
    return FALSE;
  done = retry (outbox, row->queued->set->uuid, NULL, &refused);
  return end_attempt (outbox, done, refused, error);
}

gboolean
satchel_outbox_edit (SatchelOutbox *outbox, const char *uuid, GHashTable *values, GError **error)
{
  if (!satchel_database_begin (outbox->database, error))
    return FALSE;
  if (!retry (outbox, uuid, values, error)) {
    satchel_database_rollback (outbox->database);
    return FALSE;
  }
  return satchel_database_commit (outbox->database, error);
}

gboolean
satchel_outbox_retry (SatchelOutbox *outbox, const char *uuid, GError **error)
{
  return satchel_outbox_edit (outbox, uuid, NULL, error);
}

/* ---- discard ---- */

static gboolean
discard (SatchelOutbox *outbox, const char *uuid, GError **error)
{
  g_autoptr (SatchelQueueRow) row = satchel_outbox_require (outbox, uuid, error);
  gboolean parked;

  if (row == NULL)
    return FALSE;
  parked = row->queued->state == SATCHEL_SET_PARKED;
  if (!parked && (row->queued->state != SATCHEL_SET_PENDING || row->queued->set->number > 0)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
                 _ ("change set %s may have reached the server already"), row->queued->set->uuid);
    return FALSE;
  }
  return satchel_overlay_lift (outbox->replica, row->seq, error) &&
         satchel_queue_remove (outbox->database, row->seq, error) &&
         satchel_overlay_predict_again (outbox->replica, error) &&
         satchel_blobs_note_change (outbox->replica, error) &&
         (!parked || satchel_queue_release (outbox->database, row->queued->set->uuid, error));
}

gboolean
satchel_outbox_discard (SatchelOutbox *outbox, const char *uuid, GError **error)
{
  if (!satchel_database_begin (outbox->database, error))
    return FALSE;
  if (!discard (outbox, uuid, error)) {
    satchel_database_rollback (outbox->database);
    return FALSE;
  }
  return satchel_database_commit (outbox->database, error);
}

/* ---- back again ---- */

/* What was made on top of it stands behind its old place. */
static gboolean
settle_in (SatchelOutbox *outbox, const SatchelQueuedSet *queued, const SatchelChangeSet *set, GError **error)
{
  g_autoptr (SatchelQueueRow) row = satchel_outbox_require (outbox, set->uuid, error);
  gint64 seq;

  if (row == NULL)
    return FALSE;
  if (queued->state == SATCHEL_SET_PARKED &&
      !satchel_queue_set_parked (outbox->database, row->seq, queued->code, queued->reason, queued->field,
                                 error))
    return FALSE;
  return satchel_queue_move (outbox->database, row->seq, queued->place, &seq, error) &&
         satchel_overlay_relay_set (outbox->replica, seq, error) &&
         satchel_overlay_predict_again (outbox->replica, error);
}

/* What is parked need not be possible now: then it is there without a draft. */
static gboolean
add_parked (SatchelOutbox *outbox, const SatchelChangeSet *set, GError **error)
{
  g_autoptr (GError) refused = NULL;
  gboolean laid;
  gint64 seq;

  if (!satchel_database_savepoint (outbox->database, error))
    return FALSE;
  laid = satchel_outbox_add (outbox, set, &refused);
  return end_attempt (outbox, laid, refused, error) &&
         (laid || satchel_queue_append (outbox->database, set, SATCHEL_SET_PLAIN, &seq, error));
}

/* The server knows nothing of a parked set's new UUID, and need not. */
static gboolean
bring_back (SatchelOutbox *outbox, const SatchelQueuedSet *queued, GError **error)
{
  const gboolean parked = queued->state == SATCHEL_SET_PARKED;
  g_autofree char *uuid = parked ? satchel_id_new (outbox->clock) : g_strdup (queued->set->uuid);
  g_autoptr (SatchelChangeSet) set = satchel_change_set_new (uuid, 0, queued->set->made_at_ms);

  for (guint i = 0; i < queued->set->changes->len; i++) {
    const SatchelChange *change = queued->set->changes->pdata[i];
    SatchelChange *copy = satchel_change_set_add (set, change->kind, change->entity, change->record,
                                                  change->seen, change->action);

    for (guint j = 0; j < change->edits->len; j++) {
      const SatchelEdit *edit = change->edits->pdata[j];

      satchel_change_add_edit (copy, edit->field, json_node_copy (edit->value),
                               edit->base != NULL ? json_node_copy (edit->base) : NULL);
    }
  }
  return (parked ? add_parked (outbox, set, error) : satchel_outbox_add (outbox, set, error)) &&
         settle_in (outbox, queued, set, error);
}

gboolean
satchel_outbox_bring_back (SatchelOutbox *outbox, const SatchelQueuedSet *queued, GError **error)
{
  g_assert (queued->state == SATCHEL_SET_PARKED || queued->state == SATCHEL_SET_PENDING);
  if (!satchel_database_begin (outbox->database, error))
    return FALSE;
  if (!bring_back (outbox, queued, error)) {
    satchel_database_rollback (outbox->database);
    return FALSE;
  }
  return satchel_database_commit (outbox->database, error);
}
