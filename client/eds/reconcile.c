/* The thin driver of plan.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/reconcile.h"

#include <malloc.h>
#include <string.h>

#include "client/eds/delivery.h"
#include "client/eds/essence.h"
#include "client/eds/match.h"
#include "client/eds/plan.h"
#include "client/eds/shown.h"
#include "client/eds/take.h"

#define LOOK_AT_MOST 100 /* items one by one; of more, all are listed at once */

struct _SatchelReconciler {
  const SatchelMirrorKind *kind;
  SatchelSession *session;
  SatchelReplica *replica;
  SatchelExchange *exchange;
  SatchelMirrorState *state;
  SatchelShelf *shelf;
  SatchelShown *shown;
  SatchelTaker *taker;
  SatchelMatch *match;
  GHashTable *refused; /* uid → essence of items that could not be taken: told once */

  SatchelDelivery *delivery;
  GHashTable *met; /* ids of records whose items were met, while everything is looked at */

  guint64 written_here, set_aside;
  guint notices[SATCHEL_MIRROR_N_NOTICES];
  char *reason, *told;
};

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

static void
notice (SatchelReconciler *r, SatchelMirrorNotice which, const char *reason)
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

/* The text that an item is written over: EDS's, or what was there before it was lost. */
static gboolean
find_base (SatchelReconciler *r, const Case *c, char **base, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL;

  *base = g_strdup (c->there);
  if (c->there != NULL || c->note == NULL)
    return TRUE;
  if (!satchel_mirror_state_find (r->state, r->kind->entity, c->id, &note, error))
    return FALSE;
  *base = note != NULL && *note->text != '\0' ? g_steal_pointer (&note->text) : NULL;
  return TRUE;
}

static gboolean
write_item (SatchelReconciler *r, const Case *c, GError **error)
{
  g_autofree char *base = NULL, *text = NULL;
  g_autoptr (SatchelMirrored) note = NULL;

  if (!find_base (r, c, &base, error))
    return FALSE;
  text = r->kind->write (r->exchange, c->records, c->uid, base, error);
  if (text == NULL)
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
  if (taken->refused > 0)
    notice (r, SATCHEL_MIRROR_REFUSED, taken->reason);
}

static gboolean
take_item (SatchelReconciler *r, Case *c, GError **error)
{
  g_autofree char *plain = r->kind->mark (c->there, FALSE);
  g_autoptr (SatchelMirrored) note = NULL;
  g_auto (SatchelTaken) taken = { 0 };

  if (!satchel_mirror_state_find (r->state, r->kind->entity, c->id, &note, error) ||
      !satchel_taker_take (r->taker, note, plain != NULL ? plain : c->there, c->records, &taken, error))
    return FALSE;
  count_taken (r, &taken);
  return write_back (r, c, error);
}

/* Told once for each state of the item; it stays where it is. */
static void
refuse_item (SatchelReconciler *r, const Case *c, const char *reason)
{
  if (g_strcmp0 (g_hash_table_lookup (r->refused, c->uid), c->essence) == 0)
    return;
  g_hash_table_replace (r->refused, g_strdup (c->uid), g_strdup (c->essence));
  notice (r, SATCHEL_MIRROR_REFUSED, reason);
}

static gboolean
create_record (SatchelReconciler *r, Case *c, GError **error)
{
  g_autofree char *plain = r->kind->mark (c->there, FALSE);
  g_auto (SatchelTaken) taken = { 0 };

  if (!satchel_taker_create (r->taker, c->id, plain != NULL ? plain : c->there, &taken, error))
    return FALSE;
  r->written_here += taken.written;
  if (taken.refused > 0) {
    refuse_item (r, c, taken.reason);
    return TRUE;
  }
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
  if (!satchel_taker_delete (r->taker, c->records, &taken, error))
    return FALSE;
  if (taken.refused > 0) {
    notice (r, SATCHEL_MIRROR_KEPT, taken.reason);
    return write_item (r, c, error);
  }
  r->written_here += taken.written;
  notice (r, SATCHEL_MIRROR_DELETED, NULL);
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

/* Whether writing the records into what was noted would change it. */
static gboolean
shows_change (SatchelReconciler *r, const Case *c, gboolean *changed, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL;
  g_autofree char *text = NULL, *essence = NULL;

  if (!satchel_mirror_state_find (r->state, r->kind->entity, c->id, &note, error))
    return FALSE;
  text = r->kind->write (r->exchange, c->records, c->uid, note->text, error);
  if (text == NULL)
    return FALSE;
  essence = satchel_essence (text);
  *changed = !g_str_equal (essence, note->essence);
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
    notice (r, SATCHEL_MIRROR_TOO_LATE, NULL);
    return remove_item (r, c);
  case SATCHEL_STEP_REMOVE:
    return remove_item (r, c);
  case SATCHEL_STEP_COME_BACK:
    if (!c->lost)
      notice (r, SATCHEL_MIRROR_KEPT, NULL);
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
static gboolean
do_item (SatchelReconciler *r, const char *uid, const char *there, const SatchelMirrored *note, gboolean lost,
         GError **error)
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

static gboolean
look_at_uid (SatchelReconciler *r, const char *uid, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL;
  g_autofree char *text = NULL;

  if (!satchel_mirror_state_find_uid (r->state, r->kind->entity, uid, &note, error) ||
      !r->shelf->get (r->shelf, uid, &text, error))
    return FALSE;
  if (text == NULL && note == NULL)
    return TRUE;
  return do_item (r, uid, text, note, FALSE, error);
}

/* A wanted record of which nothing is noted. */
static gboolean
do_record (SatchelReconciler *r, const char *id, GHashTable *there, GError **error)
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
    return look_at_uid (r, moved->uid, error);
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

/* ---- everything ---- */

static gboolean
judge_loss (SatchelReconciler *r, GPtrArray *notes, GHashTable *there)
{
  guint missing = 0, mirrored = 0;

  for (guint i = 0; i < notes->len; i++) {
    const SatchelMirrored *note = notes->pdata[i];

    mirrored += !note->gone;
    missing += !note->gone && !note->open && !g_hash_table_contains (there, note->uid);
  }
  if (!satchel_mirror_is_loss (missing, mirrored))
    return FALSE;
  notice (r, SATCHEL_MIRROR_LOST, NULL);
  return TRUE;
}

static gboolean
run_items (SatchelReconciler *r, GHashTable *there, GHashTable *by_uid, GError **error)
{
  GHashTableIter iter;
  gpointer uid, text;

  g_hash_table_iter_init (&iter, there);
  while (g_hash_table_iter_next (&iter, &uid, &text)) {
    if (!do_item (r, uid, text, g_hash_table_lookup (by_uid, uid), FALSE, error) ||
        !satchel_delivery_flush_full (r->delivery, error))
      return FALSE;
  }
  return TRUE;
}

/* Notes of which EDS has nothing; those of deletes that are long done go. */
static gboolean
run_missing (SatchelReconciler *r, GPtrArray *notes, GHashTable *there, gboolean lost, GError **error)
{
  for (guint i = 0; i < notes->len; i++) {
    const SatchelMirrored *note = notes->pdata[i];

    if (!g_hash_table_contains (there, note->uid) && (!do_item (r, note->uid, NULL, note, lost, error) ||
                                                      !satchel_delivery_flush_full (r->delivery, error)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_records (SatchelReconciler *r, GHashTable *there, GError **error)
{
  g_autoptr (GPtrArray) wanted = satchel_shown_list_ids (r->shown, error);

  if (wanted == NULL)
    return FALSE;
  for (guint i = 0; i < wanted->len; i++) {
    const char *id = wanted->pdata[i];

    if (!g_hash_table_contains (r->met, id) &&
        (!do_record (r, id, there, error) || !satchel_delivery_flush_full (r->delivery, error)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run (SatchelReconciler *r, gboolean emptied, GError **error)
{
  g_autoptr (GPtrArray) notes = satchel_mirror_state_list (r->state, r->kind->entity, error);
  g_autoptr (GHashTable) there = notes != NULL ? r->shelf->list (r->shelf, error) : NULL;
  g_autoptr (GHashTable) by_uid = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean lost;

  if (there == NULL || !satchel_shown_hold (r->shown, error))
    return FALSE;
  for (guint i = 0; i < notes->len; i++) {
    SatchelMirrored *note = notes->pdata[i];

    g_hash_table_insert (by_uid, note->uid, note);
  }
  r->met = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lost = emptied || judge_loss (r, notes, there);
  return run_items (r, there, by_uid, error) && run_missing (r, notes, there, lost, error) &&
         satchel_delivery_flush (r->delivery, error) && run_records (r, there, error) &&
         satchel_delivery_flush (r->delivery, error);
}

/* After everything was read nobody will ask soon. What a thread frees stays with its allocator. */
static void
rest (SatchelReconciler *r)
{
  satchel_mirror_state_rest (r->state);
  satchel_database_rest (satchel_replica_get_database (r->replica));
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

/* What is on its way is dropped when something fails: the next look finds it again. */
static gboolean
finish (SatchelReconciler *r, gboolean done)
{
  const gboolean everything = r->met != NULL;

  g_clear_pointer (&r->met, g_hash_table_unref);
  satchel_shown_release (r->shown);
  satchel_delivery_clear (r->delivery);
  if (everything)
    rest (r);
  return done;
}

gboolean
satchel_reconciler_run (SatchelReconciler *r, gboolean emptied, GError **error)
{
  satchel_taker_begin (r->taker);
  return finish (r, run (r, emptied, error));
}

/* ---- what was touched ---- */

static gboolean
look_at_record (SatchelReconciler *r, const char *id, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL;
  g_autoptr (GPtrArray) records = NULL;
  gboolean wanted;

  if (!satchel_mirror_state_find (r->state, r->kind->entity, id, &note, error))
    return FALSE;
  if (note != NULL)
    return look_at_uid (r, note->uid, error);
  if (!satchel_shown_load (r->shown, id, &records, error) ||
      !satchel_shown_is_wanted (r->shown, records, &wanted, error))
    return FALSE;
  if (records != NULL && satchel_shown_get_series (records->pdata[0]) != NULL)
    return look_at_record (r, satchel_shown_get_series (records->pdata[0]), error);
  return records == NULL || !wanted || do_record (r, id, NULL, error);
}

/* What was gone at once like the rest of it. */
static gboolean
are_lost (SatchelReconciler *r, GHashTable *uids, gboolean *lost, GError **error)
{
  GHashTableIter iter;
  gpointer uid;
  guint missing = 0;
  gint64 mirrored;

  *lost = FALSE;
  if (!satchel_mirror_state_count (r->state, r->kind->entity, &mirrored, error))
    return FALSE;
  if (!satchel_mirror_is_loss (g_hash_table_size (uids), (guint)mirrored))
    return TRUE;
  g_hash_table_iter_init (&iter, uids);
  while (g_hash_table_iter_next (&iter, &uid, NULL)) {
    g_autofree char *text = NULL;

    if (!r->shelf->get (r->shelf, uid, &text, error))
      return FALSE;
    missing += text == NULL;
  }
  *lost = satchel_mirror_is_loss (missing, (guint)mirrored);
  return TRUE;
}

static gboolean
look (SatchelReconciler *r, GHashTable *uids, GHashTable *records, GError **error)
{
  GHashTableIter iter;
  gpointer key;
  gboolean lost;

  if (uids != NULL) {
    if (g_hash_table_size (uids) > LOOK_AT_MOST)
      return run (r, FALSE, error);
    if (!are_lost (r, uids, &lost, error))
      return FALSE;
    if (lost)
      return run (r, FALSE, error);
    g_hash_table_iter_init (&iter, uids);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
      if (!look_at_uid (r, key, error))
        return FALSE;
    }
    if (!satchel_delivery_flush (r->delivery, error))
      return FALSE;
  }
  if (records != NULL) {
    g_hash_table_iter_init (&iter, records);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
      if (!look_at_record (r, key, error))
        return FALSE;
    }
  }
  return satchel_delivery_flush (r->delivery, error);
}

gboolean
satchel_reconciler_look (SatchelReconciler *r, GHashTable *uids, GHashTable *records, GError **error)
{
  satchel_taker_begin (r->taker);
  return finish (r, look (r, uids, records, error));
}

/* ---- the door ---- */

SatchelReconciler *
satchel_reconciler_new (const SatchelMirrorKind *kind, SatchelSession *session, SatchelExchange *exchange,
                        SatchelMirrorState *state, SatchelShelf *shelf)
{
  SatchelReconciler *r = g_new0 (SatchelReconciler, 1);

  r->kind = kind;
  r->session = session;
  r->replica = satchel_session_get_replica (session);
  r->exchange = exchange;
  r->state = state;
  r->shelf = shelf;
  r->taker = satchel_taker_new (kind, session, exchange);
  r->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  r->shown = satchel_shown_new (kind, session);
  r->delivery = satchel_delivery_new (kind->entity, state, shelf);
  r->match = satchel_match_new (kind, session, exchange, state, r->shown, r->delivery);
  return r;
}

void
satchel_reconciler_free (SatchelReconciler *r)
{
  if (r == NULL)
    return;
  satchel_match_free (r->match);
  satchel_taker_free (r->taker);
  g_hash_table_unref (r->refused);
  satchel_shown_free (r->shown);
  satchel_delivery_free (r->delivery);
  g_free (r->reason);
  g_free (r->told);
  g_free (r);
}

SatchelMirrorWrites
satchel_reconciler_get_writes (const SatchelReconciler *r)
{
  return (SatchelMirrorWrites){ satchel_delivery_get_written (r->delivery) + r->set_aside, r->written_here };
}

void
satchel_reconciler_take_notices (SatchelReconciler *r, guint counts[SATCHEL_MIRROR_N_NOTICES],
                                 const char **reason)
{
  g_autofree char *refusal = NULL;
  const guint refused = satchel_delivery_take_refused (r->delivery, &refusal);

  if (refused > 0)
    notice (r, SATCHEL_MIRROR_REFUSED, refusal);
  memcpy (counts, r->notices, sizeof r->notices);
  memset (r->notices, 0, sizeof r->notices);
  g_free (r->told);
  r->told = g_steal_pointer (&r->reason);
  *reason = r->told;
}

SatchelDeeds *
satchel_reconciler_take_deeds (SatchelReconciler *r)
{
  return satchel_taker_take_deeds (r->taker);
}
