/* One item: its three sides are judged, and what plan.c says is done.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/essence.h"
#include "client/eds/plan.h"
#include "client/eds/reconcile-private.h"

/* One item with its sides. */
typedef struct {
  const char *uid, *id;
  const char *there;           /* text, or NULL */
  char *essence;               /* of it; owned */
  const SatchelMirrored *note; /* or NULL */
  GPtrArray *records;          /* SatchelRecord*, owned; or NULL: not here */
  gboolean wanted;
  gboolean lost; /* what is missing was not deleted */
} Case;

void
satchel_reconcile_notice (SatchelReconciler *r, SatchelMirrorNotice which, const char *reason)
{
  r->notices[which]++;
  if (reason != NULL) {
    g_free (r->reason);
    r->reason = g_strdup (reason);
  }
}

static gboolean
is_dead (const GError *error)
{
  return g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE);
}

/* ---- steps ---- */

static SatchelMirrored *
new_note (SatchelReconciler *r, const Case *c, const char *text)
{
  SatchelMirrored *note = g_new0 (SatchelMirrored, 1);

  note->record = g_strdup (c->id);
  note->uid = g_strdup (c->uid);
  note->text = g_strdup (text);
  note->essence = satchel_essence (text);
  note->seen = satchel_shown_digest (r->shown, c->records);
  note->cursor = g_strdup (satchel_replica_peek_meta (r->replica, "cursor"));
  return note;
}

/* The text that an item is written over which is not there any more; NULL: none. */
static gboolean
find_base (SatchelReconciler *r, const Case *c, char **base, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL;

  if (c->note == NULL)
    return TRUE;
  if (!satchel_mirror_state_find (r->state, r->kind->entity, c->id, &note, error))
    return FALSE;
  *base = note != NULL && *note->text != '\0' ? g_steal_pointer (&note->text) : NULL;
  return TRUE;
}

/* Told once for each state of the item; it stays where it is. */
static void
refuse_item (SatchelReconciler *r, const Case *c, const char *reason)
{
  if (g_strcmp0 (g_hash_table_lookup (r->refused, c->uid), c->essence) == 0)
    return;
  g_hash_table_replace (r->refused, g_strdup (c->uid), g_strdup (c->essence));
  satchel_reconcile_notice (r, SATCHEL_MIRROR_REFUSED, reason);
}

/* The item with the records in it. NULL: what stands there cannot be read; alarms would be lost if it were
 * written over, and it may be private by now: it is refused. */
static char *
write_over (SatchelReconciler *r, const Case *c)
{
  g_autoptr (GError) problem = NULL;
  char *text = r->kind->write (r->exchange, c->records, c->uid, c->there, &problem);

  if (text == NULL)
    refuse_item (r, c, problem->message);
  return text;
}

static gboolean
write_item (SatchelReconciler *r, const Case *c, GError **error)
{
  g_autofree char *base = NULL, *text = NULL;
  g_autoptr (SatchelMirrored) note = NULL;

  if (c->there != NULL && (text = write_over (r, c)) == NULL)
    return TRUE;
  if (text == NULL && !find_base (r, c, &base, error))
    return FALSE;
  if (text == NULL)
    text = r->kind->write (r->exchange, c->records, c->uid, base, NULL);
  /* What was lost and cannot be read must not hold up the others. */
  if (text == NULL && (text = r->kind->write (r->exchange, c->records, c->uid, NULL, error)) == NULL)
    return FALSE;
  note = new_note (r, c, text);
  if (c->there != NULL && g_str_equal (note->essence, c->essence)) {
    g_free (note->text);
    note->text = g_strdup (c->there);
    satchel_delivery_add_note (r->delivery, g_steal_pointer (&note));
    return TRUE;
  }
  note->before = g_strdup (c->there != NULL ? c->there : "");
  satchel_delivery_add_write (r->delivery, g_steal_pointer (&note));
  return TRUE;
}

static gboolean
remove_item (SatchelReconciler *r, const Case *c)
{
  satchel_delivery_add_removal (r->delivery, c->uid, c->id);
  return TRUE;
}

/* Reads the replica's side of the case. */
static gboolean
load (SatchelReconciler *r, Case *c, GError **error)
{
  g_clear_pointer (&c->records, g_ptr_array_unref);
  return satchel_shown_load (r->shown, c->id, &c->records, error) &&
         satchel_shown_is_wanted (r->shown, c->records, &c->wanted, error);
}

static gboolean
reload (SatchelReconciler *r, Case *c, GError **error)
{
  satchel_shown_release (r->shown);
  return load (r, c, error);
}

/* After something of the item was taken, or could not be: what the replica has now stands there. */
static gboolean
write_back (SatchelReconciler *r, Case *c, GError **error)
{
  if (!reload (r, c, error))
    return FALSE;
  return c->records != NULL && c->wanted ? write_item (r, c, error) : remove_item (r, c);
}

static void
count_taken (SatchelReconciler *r, const SatchelTaken *taken)
{
  r->written_here += taken->written;
  if (taken->refused + taken->left_out > 0)
    satchel_reconcile_notice (r, SATCHEL_MIRROR_REFUSED, taken->reason);
  r->notices[SATCHEL_MIRROR_DELETED] += taken->deleted;
  r->notices[SATCHEL_MIRROR_KEPT] += taken->kept;
  r->notices[SATCHEL_MIRROR_TOO_LATE] += taken->too_late;
}

static gboolean
take_item (SatchelReconciler *r, Case *c, GError **error)
{
  g_autofree char *plain = r->kind->mark (c->there, FALSE);
  g_autoptr (SatchelMirrored) note = NULL;
  g_autofree char *over = write_over (r, c);
  g_auto (SatchelTaken) taken = { 0 };

  if (over == NULL)
    return TRUE;
  satchel_shown_look_away (r->shown);
  if (!satchel_mirror_state_find (r->state, r->kind->entity, c->id, &note, error) ||
      !satchel_taker_take (r->taker, note, plain != NULL ? plain : c->there, c->records, &taken, error))
    return FALSE;
  count_taken (r, &taken);
  return write_back (r, c, error);
}

static gboolean
create_record (SatchelReconciler *r, Case *c, GError **error)
{
  g_autofree char *plain = r->kind->mark (c->there, FALSE);
  g_auto (SatchelTaken) taken = { 0 };

  satchel_shown_look_away (r->shown);
  if (!satchel_taker_create (r->taker, c->id, plain != NULL ? plain : c->there, &taken, error))
    return FALSE;
  if (taken.refused > 0) {
    refuse_item (r, c, taken.reason);
    return TRUE;
  }
  count_taken (r, &taken);
  if (!reload (r, c, error) || c->records == NULL)
    return c->records == NULL ? TRUE : FALSE;
  /* Even what is not wanted stays until the next look: she has just written it. */
  return write_item (r, c, error);
}

/* The record's values stand, but for what she has answered: a colleague was first to accept the same
 * invitation. */
static gboolean
pair (SatchelReconciler *r, Case *c, GError **error)
{
  g_auto (SatchelTaken) taken = { 0 };

  if (r->kind->is_private (c->there) || !satchel_match_adds_people (r->match, c->there, c->records->pdata[0]))
    return write_item (r, c, error);
  satchel_shown_look_away (r->shown);
  if (!satchel_taker_create (r->taker, c->id, c->there, &taken, error))
    return FALSE;
  count_taken (r, &taken);
  return write_back (r, c, error);
}

static gboolean
delete_record (SatchelReconciler *r, Case *c, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL;
  g_auto (SatchelTaken) taken = { 0 };

  if (!satchel_mirror_state_find (r->state, r->kind->entity, c->id, &note, error))
    return FALSE;
  satchel_shown_look_away (r->shown);
  if (!satchel_taker_delete (r->taker, c->records, &taken, error))
    return FALSE;
  if (taken.refused > 0) {
    satchel_reconcile_notice (r, SATCHEL_MIRROR_KEPT, taken.reason);
    return write_item (r, c, error);
  }
  r->written_here += taken.written;
  satchel_reconcile_notice (r, SATCHEL_MIRROR_DELETED, NULL);
  note->gone = TRUE;
  g_clear_pointer (&note->before, g_free);
  return satchel_mirror_state_put (r->state, r->kind->entity, note, error);
}

static gboolean
set_aside (SatchelReconciler *r, const Case *c, GError **error)
{
  g_autofree char *marked = r->kind->mark (c->there, TRUE);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_shelf_item_free);
  g_autoptr (GError) refused = NULL;
  SatchelShelfItem *item;

  if (marked == NULL)
    return TRUE;
  item = g_new0 (SatchelShelfItem, 1);
  *item = (SatchelShelfItem){ g_strdup (c->uid), g_steal_pointer (&marked) };
  g_ptr_array_add (items, item);
  if (r->shelf->put (r->shelf, items, FALSE, &refused)) {
    r->set_aside++;
  } else if (is_dead (refused)) {
    g_propagate_error (error, g_steal_pointer (&refused));
    return FALSE;
  }
  return TRUE;
}

/* ---- one item ---- */

/* A write that was cut may not have come to pass. */
static SatchelNoted
judge_note (const Case *c)
{
  if (c->note == NULL || (c->there == NULL && c->note->open))
    return SATCHEL_NOTED_NEVER;
  return c->note->gone ? SATCHEL_NOTED_GONE : SATCHEL_NOTED_BOTH;
}

/* What was private in the CRM is its business; of a write that was cut, in either text. */
static gboolean
was_private (SatchelReconciler *r, const SatchelMirrored *note)
{
  return (*note->text != '\0' && r->kind->is_private (note->text)) ||
         (note->before != NULL && *note->before != '\0' && r->kind->is_private (note->before));
}

static gboolean
judge_there (SatchelReconciler *r, const Case *c, SatchelThere *there, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL;

  *there = c->there == NULL ? SATCHEL_THERE_ABSENT : SATCHEL_THERE_CHANGED;
  if (c->there == NULL)
    return TRUE;
  if (c->note != NULL && g_str_equal (c->essence, c->note->essence)) {
    *there = SATCHEL_THERE_SAME;
    return TRUE;
  }
  if (!r->kind->is_private (c->there))
    return TRUE;
  if (c->note != NULL && !satchel_mirror_state_find (r->state, r->kind->entity, c->id, &note, error))
    return FALSE;
  if (note == NULL || !was_private (r, note))
    *there = SATCHEL_THERE_PRIVATE;
  return TRUE;
}

/* Whether writing the records into what was noted would change it; what cannot be read is not known again. */
static gboolean
shows_change (SatchelReconciler *r, const Case *c, gboolean *changed, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL;
  g_autofree char *text = NULL, *essence = NULL;

  if (!satchel_mirror_state_find (r->state, r->kind->entity, c->id, &note, error))
    return FALSE;
  text = r->kind->write (r->exchange, c->records, c->uid, note->text, NULL);
  essence = text != NULL ? satchel_essence (text) : NULL;
  *changed = g_strcmp0 (essence, note->essence) != 0;
  return TRUE;
}

static gboolean
judge_here (SatchelReconciler *r, const Case *c, SatchelHere *here, GError **error)
{
  g_autofree char *seen = c->records != NULL ? satchel_shown_digest (r->shown, c->records) : NULL;
  gboolean changed = TRUE;

  if (c->records == NULL || !c->wanted) {
    *here = c->records == NULL ? SATCHEL_HERE_ABSENT : SATCHEL_HERE_UNWANTED;
    return TRUE;
  }
  if (c->note != NULL && g_str_equal (seen, c->note->seen))
    changed = FALSE;
  else if (c->note != NULL && c->there == NULL && !shows_change (r, c, &changed, error))
    return FALSE;
  *here = changed ? SATCHEL_HERE_CHANGED : SATCHEL_HERE_SAME;
  return TRUE;
}

static gboolean
settle (SatchelReconciler *r, const Case *c, GError **error)
{
  if (c->note == NULL || !c->note->open || c->there == NULL || !g_str_equal (c->essence, c->note->essence))
    return TRUE;
  return satchel_mirror_state_settle (r->state, r->kind->entity, c->id, error);
}

static gboolean
do_case (SatchelReconciler *r, Case *c, GError **error)
{
  SatchelNoted noted = judge_note (c);
  SatchelThere there;
  SatchelHere here;
  SatchelStep step;

  if (!settle (r, c, error) || !judge_there (r, c, &there, error) || !judge_here (r, c, &here, error))
    return FALSE;
  step = satchel_mirror_plan (noted, there, here);
  if (step == SATCHEL_STEP_DELETE && c->lost)
    step = SATCHEL_STEP_WRITE;
  switch (step) {
  case SATCHEL_STEP_NOTHING:
    return TRUE;
  case SATCHEL_STEP_PAIR:
    return pair (r, c, error);
  case SATCHEL_STEP_WRITE:
    return write_item (r, c, error);
  case SATCHEL_STEP_TAKE:
    return take_item (r, c, error);
  case SATCHEL_STEP_CREATE:
    return create_record (r, c, error);
  case SATCHEL_STEP_DELETE:
    return delete_record (r, c, error);
  case SATCHEL_STEP_TOO_LATE:
    satchel_reconcile_notice (r, SATCHEL_MIRROR_TOO_LATE, NULL);
    return remove_item (r, c);
  case SATCHEL_STEP_REMOVE:
    return remove_item (r, c);
  case SATCHEL_STEP_COME_BACK:
    if (!c->lost)
      satchel_reconcile_notice (r, SATCHEL_MIRROR_KEPT, NULL);
    return write_item (r, c, error);
  case SATCHEL_STEP_SET_ASIDE:
    return set_aside (r, c, error);
  case SATCHEL_STEP_FORGET:
    return satchel_mirror_state_forget (r->state, r->kind->entity, c->id, error);
  }
  g_assert_not_reached ();
}

/* ---- both sides ---- */

/* The server let her not into the record that her item was to share: it is that of her own beside it. *id is
 * the case's id. */
static gboolean
move_beside (SatchelReconciler *r, Case *c, char **id, GError **error)
{
  g_autofree char *own = NULL;

  if (!satchel_match_find_beside (r->match, *id, &own, error))
    return FALSE;
  if (own == NULL)
    return TRUE;
  if (!satchel_match_move (r->match, *id, own, error))
    return FALSE;
  g_free (*id);
  c->id = *id = g_steal_pointer (&own);
  if (r->met != NULL)
    g_hash_table_add (r->met, g_strdup (*id));
  return load (r, c, error);
}

/* A deleted item that stands there again, though its record is gone for good, becomes another record. */
gboolean
satchel_reconcile_item (SatchelReconciler *r, const char *uid, const char *there, const SatchelMirrored *note,
                        gboolean lost, GError **error)
{
  Case c = { .uid = uid, .there = there, .note = note, .lost = lost };
  g_autofree char *id = note != NULL ? g_strdup (note->record) : NULL;
  g_autofree char *again = NULL;
  gboolean done;

  if (id == NULL && !satchel_match_find_record (r->match, uid, there, &id, error))
    return FALSE;
  c.id = id;
  if (r->met != NULL)
    g_hash_table_add (r->met, g_strdup (id));
  if (!load (r, &c, error) || (note != NULL && !c.wanted && !move_beside (r, &c, &id, error))) {
    g_clear_pointer (&c.records, g_ptr_array_unref);
    return FALSE;
  }
  if (note != NULL && note->gone && there != NULL && c.records == NULL) {
    if (!satchel_mirror_state_forget (r->state, r->kind->entity, id, error))
      return FALSE;
    c.note = NULL;
    c.id = again = satchel_match_dup_next_id (r->match, id, uid);
  }
  c.essence = there != NULL ? satchel_essence (there) : NULL;
  done = do_case (r, &c, error);
  g_clear_pointer (&c.records, g_ptr_array_unref);
  g_free (c.essence);
  return done;
}

gboolean
satchel_reconcile_uid (SatchelReconciler *r, const char *uid, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL;
  g_autofree char *text = NULL;

  if (!satchel_mirror_state_find_uid (r->state, r->kind->entity, uid, &note, error) ||
      !r->shelf->get (r->shelf, uid, &text, error))
    return FALSE;
  if (text == NULL && note == NULL)
    return TRUE;
  return satchel_reconcile_item (r, uid, text, note, FALSE, error);
}

gboolean
satchel_reconcile_record (SatchelReconciler *r, const char *id, GHashTable *there, GError **error)
{
  Case c = { .id = id, .wanted = TRUE };
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (SatchelMirrored) moved = NULL;
  g_autofree char *uid = NULL;
  g_autofree char *text = NULL;
  gboolean done;

  if (!satchel_shown_load (r->shown, id, &records, error))
    return FALSE;
  if (records == NULL)
    return TRUE; /* deleted meanwhile */
  if (!satchel_match_find_moved (r->match, records->pdata[0], &moved, error) ||
      !satchel_match_find_uid (r->match, records->pdata[0], &uid, error))
    return FALSE;
  if (moved != NULL && there == NULL)
    return satchel_reconcile_uid (r, moved->uid, error);
  if (there != NULL) {
    if (g_hash_table_contains (there, uid))
      return TRUE; /* it was met */
  } else if (!r->shelf->get (r->shelf, uid, &text, error)) {
    return FALSE;
  }
  c.uid = uid;
  c.there = text;
  c.essence = text != NULL ? satchel_essence (text) : NULL;
  c.records = g_steal_pointer (&records);
  done = do_case (r, &c, error);
  g_clear_pointer (&c.records, g_ptr_array_unref);
  g_free (c.essence);
  return done;
}
