/* A field counts as changed at EDS when it reads otherwise than in what was noted there; where a write was
 * cut, than in both texts that may have stood there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/take.h"

#include <glib/gi18n.h>

#include "client/permits.h"
#include "protocol/error.h"

struct _SatchelTaker {
  const SatchelMirrorKind *kind;
  SatchelSession *session;
  SatchelExchange *exchange;
  SatchelPermits *permits; /* NULL: the server has not told */
  SatchelDeeds *deeds;
};

void
satchel_taken_clear (SatchelTaken *taken)
{
  g_clear_pointer (&taken->reason, g_free);
}

SatchelTaker *
satchel_taker_new (const SatchelMirrorKind *kind, SatchelSession *session, SatchelExchange *exchange)
{
  SatchelTaker *taker = g_new0 (SatchelTaker, 1);

  taker->kind = kind;
  taker->session = session;
  taker->exchange = exchange;
  taker->deeds = satchel_deeds_new ();
  return taker;
}

void
satchel_taker_free (SatchelTaker *taker)
{
  if (taker == NULL)
    return;
  g_clear_pointer (&taker->permits, satchel_permits_free);
  satchel_deeds_free (taker->deeds);
  g_free (taker);
}

void
satchel_taker_begin (SatchelTaker *taker)
{
  g_clear_pointer (&taker->permits, satchel_permits_free);
  taker->permits = satchel_session_read_permits (taker->session);
}

SatchelDeeds *
satchel_taker_take_deeds (SatchelTaker *taker)
{
  SatchelDeeds *deeds = taker->deeds;

  if (satchel_deeds_get_n (deeds) == 0)
    return NULL;
  taker->deeds = satchel_deeds_new ();
  return deeds;
}

/* ---- refusals ---- */

static void
refuse (SatchelTaken *taken, const char *reason)
{
  taken->refused++;
  g_free (taken->reason);
  taken->reason = g_strdup (reason);
}

/* TRUE, and @error is taken, when it is one that trying again does not mend. */
static gboolean
take_refusal (SatchelTaken *taken, GError **error)
{
  if (satchel_error_is_general (*error))
    return FALSE;
  refuse (taken, (*error)->message);
  g_clear_error (error);
  return TRUE;
}

/* The end of a write that may have been refused. */
static gboolean
judge (SatchelTaken *taken, gboolean written, GError **problem, GError **error)
{
  if (written)
    taken->written++;
  else if (!take_refusal (taken, problem)) {
    g_propagate_error (error, g_steal_pointer (problem));
    return FALSE;
  }
  return TRUE;
}

/* ---- changes ---- */

/* Of another reading of the item: the first, or the one in place of the same occurrence. */
static SatchelRecord *
find_record (GPtrArray *records, GPtrArray *of, guint index)
{
  const SatchelValue *start;

  if (records == NULL || index == 0)
    return records != NULL ? records->pdata[0] : NULL;
  start = satchel_record_get_by_name (of->pdata[index], "original_start");
  for (guint i = 1; i < records->len; i++) {
    if (satchel_value_equal (satchel_record_get_by_name (records->pdata[i], "original_start"), start))
      return records->pdata[i];
  }
  return NULL;
}

/* What the action is called that leads from the one state to the other, where an edit may not; NULL: an edit
 * may, or nothing does. */
static const char *
find_action (const SatchelEntity *entity, const SatchelValue *from, const SatchelValue *to)
{
  const char *old = from != NULL ? satchel_value_get_string (from) : NULL;
  const char *new = to != NULL ? satchel_value_get_string (to) : NULL;

  if (old == NULL || new == NULL || satchel_entity_allows_transition (entity, old, new, NULL))
    return NULL;
  for (guint i = 0; i < entity->n_transitions; i++) {
    const SatchelTransition *transition = &entity->transitions[i];

    if (transition->action != NULL && g_str_equal (transition->from, old) &&
        g_str_equal (transition->to, new))
      return transition->action;
  }
  return NULL;
}

/* Acts first where only an action leads to the new state. */
static gboolean
act (SatchelTaker *taker, const SatchelRecord *here, GPtrArray *changes, SatchelTaken *taken, GError **error)
{
  for (guint i = 0; i < changes->len; i++) {
    const SatchelFieldValue *change = changes->pdata[i];
    const char *action;
    g_autoptr (GError) problem = NULL;
    g_autofree char *set = NULL;

    if (change->field != here->entity->state_field)
      continue;
    action = find_action (here->entity, satchel_record_get (here, change->field), change->value);
    if (action == NULL)
      return TRUE;
    g_ptr_array_remove_index (changes, i);
    set = satchel_session_act (taker->session, here->entity, here->id, action, NULL, &problem);
    return judge (taken, set != NULL, &problem, error);
  }
  return TRUE;
}

static gboolean
update (SatchelTaker *taker, const SatchelSeen *seen, GPtrArray *changes, SatchelTaken *taken, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *set = satchel_session_update_seen (taker->session, seen, changes, &problem);

  if (set != NULL && *set == '\0')
    return TRUE;
  /* One field that cannot be must not keep the others away. */
  if (set == NULL && changes->len > 1 && take_refusal (taken, &problem)) {
    taken->refused--;
    for (guint i = 0; i < changes->len; i++) {
      g_autoptr (GPtrArray) one = g_ptr_array_new ();

      g_ptr_array_add (one, changes->pdata[i]);
      if (!update (taker, seen, one, taken, error))
        return FALSE;
    }
    return TRUE;
  }
  return judge (taken, set != NULL, &problem, error);
}

/* What was changed at EDS, and is not here yet, as far as she may. */
static GPtrArray *
list_changes (SatchelTaker *taker, const SatchelRecord *base, const SatchelRecord *before,
              const SatchelRecord *now, const SatchelRecord *here, SatchelTaken *taken)
{
  g_autoptr (GPtrArray) all = satchel_exchange_list_changes (base, now);
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);

  for (guint i = 0; i < all->len; i++) {
    const SatchelFieldValue *change = all->pdata[i];
    SatchelFieldValue *copy;

    if (satchel_value_equal (change->value, satchel_record_get (here, change->field)) ||
        (before != NULL && satchel_value_equal (change->value, satchel_record_get (before, change->field))))
      continue;
    if (!satchel_permits_may_edit (taker->permits, taker->session, here, change->field)) {
      refuse (taken, _ ("you may not change this"));
      continue;
    }
    copy = g_new0 (SatchelFieldValue, 1);
    copy->field = change->field;
    copy->value = satchel_value_ref (change->value);
    g_ptr_array_add (changes, copy);
  }
  return changes;
}

static gboolean
take_record (SatchelTaker *taker, const char *cursor, SatchelRecord *base, const SatchelRecord *before,
             const SatchelRecord *now, const SatchelRecord *here, SatchelTaken *taken, GError **error)
{
  const SatchelSeen seen = { .record = base, .cursor = (char *)cursor };
  g_autoptr (GPtrArray) changes = list_changes (taker, base, before, now, here, taken);

  if (!act (taker, here, changes, taken, error))
    return FALSE;
  return changes->len == 0 || update (taker, &seen, changes, taken, error);
}

/* What may not go there must not keep a new record away. */
static void
leave_out (SatchelTaker *taker, SatchelRecord *record, SatchelTaken *taken)
{
  satchel_record_leave_out_retired (record);
  for (guint i = 0; taker->permits != NULL && i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];

    if (satchel_record_get (record, field) == NULL || satchel_permits_can_write_field (taker->permits, field))
      continue;
    satchel_record_set (record, field, NULL);
    taken->left_out++;
    g_free (taken->reason);
    taken->reason = g_strdup (_ ("you may not change this"));
  }
}

static gboolean
differs (const SatchelRecord *a, const SatchelRecord *b)
{
  g_autoptr (GPtrArray) changes = satchel_exchange_list_changes (a, b);

  return changes->len > 0;
}

static gboolean
create (SatchelTaker *taker, const SatchelRecord *record, SatchelTaken *taken, GError **error)
{
  g_autoptr (SatchelRecord) fresh = satchel_record_copy (record);
  g_autoptr (GError) problem = NULL;
  g_autofree char *set = NULL;

  if (!satchel_permits_may_create (taker->permits, record->entity)) {
    refuse (taken, _ ("you may not create such records"));
    return TRUE;
  }
  leave_out (taker, fresh, taken);
  set = satchel_session_create (taker->session, fresh, &problem);
  return judge (taken, set != NULL, &problem, error);
}

static gboolean delete (SatchelTaker *taker, const SatchelRecord *record, SatchelTaken *taken, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!satchel_permits_may (taker->permits, taker->session, SATCHEL_PRIVILEGE_DELETE, record)) {
    refuse (taken, _ ("you may not delete this"));
    return TRUE;
  }
  return judge (taken,
                satchel_deeds_delete (taker->deeds, taker->session, record->entity, record->id, &problem),
                &problem, error);
}

/* An occurrence that was taken out of its series there is deleted, unless it was changed here meanwhile. */
static gboolean
drop (SatchelTaker *taker, const SatchelRecord *was, const SatchelRecord *here, SatchelTaken *taken,
      GError **error)
{
  const guint written = taken->written, refused = taken->refused;

  if (differs (was, here)) {
    taken->kept++;
    return TRUE;
  }
  if (!delete (taker, here, taken, error))
    return FALSE;
  taken->deleted += taken->written - written;
  taken->kept += taken->refused - refused;
  taken->refused = refused;
  return TRUE;
}

/* ---- an item ---- */

gboolean
satchel_taker_take (SatchelTaker *taker, const SatchelMirrored *note, const char *there, GPtrArray *records,
                    SatchelTaken *taken, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) now = taker->kind->read (taker->exchange, there, note->record, records, &problem);
  g_autoptr (GPtrArray) base = NULL, before = NULL;

  if (now == NULL) {
    refuse (taken, problem->message);
    return TRUE;
  }
  base = taker->kind->read (taker->exchange, note->text, note->record, records, NULL);
  if (base ==
      NULL) /* what we wrote ourselves, and cannot be read any more: as if the replica had been shown */
    base = g_ptr_array_ref (records);
  if (note->before != NULL && *note->before != '\0')
    before = taker->kind->read (taker->exchange, note->before, note->record, records, NULL);

  for (guint i = 0; i < now->len; i++) {
    const SatchelRecord *record = now->pdata[i];
    SatchelRecord *was = find_record (base, now, i);
    const SatchelRecord *here = find_record (records, now, i);

    if (here == NULL && was == NULL && find_record (before, now, i) == NULL) {
      if (!create (taker, record, taken, error))
        return FALSE;
    } else if (here != NULL && was != NULL) {
      if (!take_record (taker, note->cursor, was, find_record (before, now, i), record, here, taken, error))
        return FALSE;
    } else if (was != NULL && differs (was, record)) {
      taken->too_late++;
    }
  }
  for (guint i = 1; i < base->len; i++) {
    const SatchelRecord *here = find_record (records, base, i);

    if (here != NULL && find_record (now, base, i) == NULL &&
        (before == NULL || find_record (before, base, i) != NULL) &&
        !drop (taker, base->pdata[i], here, taken, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_taker_create (SatchelTaker *taker, const char *id, const char *there, SatchelTaken *taken,
                      GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) records = taker->kind->read (taker->exchange, there, id, NULL, &problem);

  if (records == NULL) {
    refuse (taken, problem->message);
    return TRUE;
  }
  if (!satchel_session_begin_batch (taker->session, error))
    return FALSE;
  for (guint i = 0; i < records->len; i++) {
    if (!create (taker, records->pdata[i], taken, error)) {
      satchel_session_rollback_batch (taker->session);
      return FALSE;
    }
    if (taken->refused > 0) {
      satchel_session_rollback_batch (taker->session);
      taken->written = 0;
      return TRUE;
    }
  }
  return satchel_session_commit_batch (taker->session, error);
}

gboolean
satchel_taker_delete (SatchelTaker *taker, GPtrArray *records, SatchelTaken *taken, GError **error)
{
  return delete (taker, records->pdata[0], taken, error);
}
