/* Over both sides: everything, or what was touched.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/reconcile.h"

#include <malloc.h>
#include <string.h>

#include "client/eds/plan.h"
#include "client/eds/reconcile-private.h"

#define LOOK_AT_MOST 100 /* items one by one; of more, all are listed at once */

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
  satchel_reconcile_notice (r, SATCHEL_MIRROR_LOST, NULL);
  return TRUE;
}

static gboolean
run_items (SatchelReconciler *r, GHashTable *there, GHashTable *by_uid, GError **error)
{
  GHashTableIter iter;
  gpointer uid, text;

  g_hash_table_iter_init (&iter, there);
  while (g_hash_table_iter_next (&iter, &uid, &text)) {
    if (!satchel_reconcile_item (r, uid, text, g_hash_table_lookup (by_uid, uid), FALSE, error) ||
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

    if (!g_hash_table_contains (there, note->uid) &&
        (!satchel_reconcile_item (r, note->uid, NULL, note, lost, error) ||
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

    if (!g_hash_table_contains (r->met, id) && (!satchel_reconcile_record (r, id, there, error) ||
                                                !satchel_delivery_flush_full (r->delivery, error)))
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
  satchel_match_begin (r->match, there);
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
  satchel_match_end (r->match);
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

/* Once in a look, though it and what stands in place of its occurrences were touched: @looked, a set of ids.
 */
static gboolean
look_at_record (SatchelReconciler *r, const char *id, GHashTable *looked, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL;
  g_autoptr (GPtrArray) records = NULL;
  gboolean wanted;

  if (!g_hash_table_add (looked, g_strdup (id)))
    return TRUE;
  if (!satchel_mirror_state_find (r->state, r->kind->entity, id, &note, error))
    return FALSE;
  if (note != NULL)
    return satchel_reconcile_uid (r, note->uid, error);
  if (!satchel_shown_load (r->shown, id, &records, error) ||
      !satchel_shown_is_wanted (r->shown, records, &wanted, error))
    return FALSE;
  if (records != NULL && satchel_shown_get_series (records->pdata[0]) != NULL)
    return look_at_record (r, satchel_shown_get_series (records->pdata[0]), looked, error);
  return records == NULL || !wanted || satchel_reconcile_record (r, id, NULL, error);
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
      if (!satchel_reconcile_uid (r, key, error))
        return FALSE;
    }
    if (!satchel_delivery_flush (r->delivery, error))
      return FALSE;
  }
  if (records != NULL) {
    g_autoptr (GHashTable) looked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    g_hash_table_iter_init (&iter, records);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
      if (!look_at_record (r, key, looked, error))
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
                        SatchelMirrorState *state, SatchelShelf *shelf, GHashTable *refused)
{
  SatchelReconciler *r = g_new0 (SatchelReconciler, 1);

  r->kind = kind;
  r->session = session;
  r->replica = satchel_session_get_replica (session);
  r->exchange = exchange;
  r->state = state;
  r->shelf = shelf;
  r->taker = satchel_taker_new (kind, session, exchange);
  r->refused = refused;
  r->shown = satchel_shown_new (kind, session);
  r->delivery = satchel_delivery_new (kind->entity, state, shelf);
  r->match = satchel_match_new (kind, session, exchange, state, r->shown);
  return r;
}

void
satchel_reconciler_free (SatchelReconciler *r)
{
  if (r == NULL)
    return;
  satchel_match_free (r->match);
  satchel_taker_free (r->taker);
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
    satchel_reconcile_notice (r, SATCHEL_MIRROR_REFUSED, refusal);
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
