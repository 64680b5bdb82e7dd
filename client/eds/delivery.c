/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/delivery.h"

#include "client/eds/essence.h"

#define PUT_AT_ONCE 500 /* each time both sides wait for their disks; all of it is in memory */

struct _SatchelDelivery {
  const char *entity;
  SatchelMirrorState *state;
  SatchelShelf *shelf;
  GPtrArray *made, *changed; /* SatchelMirrored*: to be written */
  GPtrArray *noted;          /* SatchelMirrored*: only known */
  GPtrArray *removed;        /* SatchelMirrored*, no more than uid and record */
  GPtrArray *going;          /* SatchelMirrored*, those that @journey is making */
  GThread *journey;
  guint64 written;
  guint refused;
  char *reason;
};

SatchelDelivery *
satchel_delivery_new (const char *entity, SatchelMirrorState *state, SatchelShelf *shelf)
{
  SatchelDelivery *d = g_new0 (SatchelDelivery, 1);

  d->entity = entity;
  d->state = state;
  d->shelf = shelf;
  d->made = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_mirrored_free);
  d->changed = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_mirrored_free);
  d->noted = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_mirrored_free);
  d->removed = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_mirrored_free);
  d->going = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_mirrored_free);
  return d;
}

void
satchel_delivery_free (SatchelDelivery *d)
{
  if (d == NULL)
    return;
  satchel_delivery_clear (d);
  g_ptr_array_unref (d->made);
  g_ptr_array_unref (d->changed);
  g_ptr_array_unref (d->noted);
  g_ptr_array_unref (d->removed);
  g_ptr_array_unref (d->going);
  g_free (d->reason);
  g_free (d);
}

void
satchel_delivery_add_write (SatchelDelivery *d, SatchelMirrored *note)
{
  g_ptr_array_add (*note->before == '\0' ? d->made : d->changed, note);
}

void
satchel_delivery_add_note (SatchelDelivery *d, SatchelMirrored *note)
{
  g_ptr_array_add (d->noted, note);
}

void
satchel_delivery_add_removal (SatchelDelivery *d, const char *uid, const char *record)
{
  SatchelMirrored *note = g_new0 (SatchelMirrored, 1);

  note->uid = g_strdup (uid);
  note->record = g_strdup (record);
  g_ptr_array_add (d->removed, note);
}

/* ---- beside other work: while EDS makes some items the next are written up ---- */

typedef struct {
  SatchelShelf *shelf;
  GPtrArray *items;
  GError *error;
  gboolean done;
} Journey;

static void
free_journey (Journey *journey)
{
  g_ptr_array_unref (journey->items);
  g_clear_error (&journey->error);
  g_free (journey);
}

static gpointer
travel (gpointer data)
{
  Journey *journey = data;

  journey->done = journey->shelf->put (journey->shelf, journey->items, TRUE, &journey->error);
  return journey;
}

static Journey *
arrive (SatchelDelivery *d)
{
  return d->journey != NULL ? g_thread_join (g_steal_pointer (&d->journey)) : NULL;
}

void
satchel_delivery_clear (SatchelDelivery *d)
{
  Journey *journey = arrive (d);

  if (journey != NULL)
    free_journey (journey);
  g_ptr_array_set_size (d->going, 0);
  g_ptr_array_set_size (d->made, 0);
  g_ptr_array_set_size (d->changed, 0);
  g_ptr_array_set_size (d->noted, 0);
  g_ptr_array_set_size (d->removed, 0);
}

guint64
satchel_delivery_get_written (const SatchelDelivery *d)
{
  return d->written;
}

static void
refuse (SatchelDelivery *d, const char *reason)
{
  d->refused++;
  g_free (d->reason);
  d->reason = g_strdup (reason);
}

guint
satchel_delivery_take_refused (SatchelDelivery *d, char **reason)
{
  const guint refused = d->refused;

  d->refused = 0;
  *reason = g_steal_pointer (&d->reason);
  return refused;
}

static gboolean
note_all (SatchelDelivery *d, GPtrArray *writes, guint from, guint to, gboolean done, GError **error)
{
  if (!satchel_mirror_state_begin (d->state, error))
    return FALSE;
  for (guint i = from; i < to; i++) {
    const SatchelMirrored *note = writes->pdata[i];

    if (done ? !satchel_mirror_state_settle (d->state, d->entity, note->record, error)
             : !satchel_mirror_state_put (d->state, d->entity, note, error)) {
      satchel_mirror_state_rollback (d->state);
      return FALSE;
    }
  }
  return satchel_mirror_state_commit (d->state, error);
}

static GPtrArray *
list_items (GPtrArray *writes, guint from, guint to)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_shelf_item_free);

  for (guint i = from; i < to; i++) {
    const SatchelMirrored *note = writes->pdata[i];
    SatchelShelfItem *item = g_new0 (SatchelShelfItem, 1);

    *item = (SatchelShelfItem){ g_strdup (note->uid), g_strdup (note->text) };
    g_ptr_array_add (items, item);
  }
  return items;
}

static gboolean
put (SatchelDelivery *d, GPtrArray *writes, guint from, guint to, gboolean made, GError **error)
{
  g_autoptr (GPtrArray) items = list_items (writes, from, to);

  if (!d->shelf->put (d->shelf, items, made, error))
    return FALSE;
  d->written += items->len;
  return TRUE;
}

/* Somebody was quicker. The item's note stays open, and the touch that was felt there leads back to it. */
static gboolean
is_overtaken (const GError *error)
{
  return g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS) ||
         g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND) ||
         g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY);
}

static gboolean
is_dead (const GError *error)
{
  return g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE);
}

static gboolean put_some (SatchelDelivery *d, GPtrArray *writes, guint from, guint to, gboolean made,
                          GError **error);

/* Takes @refused. Where one of many is refused, one by one: it must not keep its neighbours away. Its note
 * stays open: tried again. */
static gboolean
put_singly (SatchelDelivery *d, GPtrArray *writes, guint from, guint to, gboolean made, GError *refused,
            GError **error)
{
  g_autoptr (GError) problem = refused;

  if (is_dead (problem)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (to - from == 1) {
    if (!is_overtaken (problem))
      refuse (d, problem->message);
    return TRUE;
  }
  for (guint i = from; i < to; i++) {
    if (!put_some (d, writes, i, i + 1, made, error))
      return FALSE;
  }
  return TRUE;
}

/* Many at once. */
static gboolean
put_some (SatchelDelivery *d, GPtrArray *writes, guint from, guint to, gboolean made, GError **error)
{
  GError *refused = NULL;

  return put (d, writes, from, to, made, &refused) ? note_all (d, writes, from, to, TRUE, error)
                                                   : put_singly (d, writes, from, to, made, refused, error);
}

/* Waits for what is on its way. */
static gboolean
land (SatchelDelivery *d, GError **error)
{
  Journey *journey = arrive (d);
  gboolean done;

  if (journey == NULL)
    return TRUE;
  if (journey->done) {
    d->written += d->going->len;
    done = note_all (d, d->going, 0, d->going->len, TRUE, error);
  } else {
    done = put_singly (d, d->going, 0, d->going->len, TRUE, g_steal_pointer (&journey->error), error);
  }
  free_journey (journey);
  g_ptr_array_set_size (d->going, 0);
  return done;
}

/* Drops what was changed there since it was read. */
static gboolean
drop_overtaken (SatchelDelivery *d, GPtrArray *writes, GError **error)
{
  for (guint i = writes->len; i > 0; i--) {
    const SatchelMirrored *note = writes->pdata[i - 1];
    g_autofree char *text = NULL, *now = NULL, *before = satchel_essence (note->before);

    if (!d->shelf->get (d->shelf, note->uid, &text, error))
      return FALSE;
    now = text != NULL ? satchel_essence (text) : NULL;
    if (g_strcmp0 (now, before) != 0)
      g_ptr_array_remove_index (writes, i - 1);
  }
  return TRUE;
}

static gboolean
flush_writes (SatchelDelivery *d, GPtrArray *writes, gboolean made, GError **error)
{
  for (guint from = 0; from < writes->len; from += PUT_AT_ONCE) {
    const guint to = MIN (from + PUT_AT_ONCE, writes->len);

    if (!note_all (d, writes, from, to, FALSE, error) || !put_some (d, writes, from, to, made, error))
      return FALSE;
  }
  g_ptr_array_set_size (writes, 0);
  return TRUE;
}

/* Noted while the ones before are still on their way. What must be put here and now waits for flush(). */
static gboolean
send (SatchelDelivery *d, GError **error)
{
  g_autoptr (GPtrArray) items = list_items (d->made, 0, d->made->len);
  SatchelShelf *beside = d->shelf->beside (d->shelf, items);
  GPtrArray *sent = d->made;
  Journey *journey;

  if (beside == NULL)
    return satchel_delivery_flush (d, error);
  if (!note_all (d, sent, 0, sent->len, FALSE, error) || !land (d, error))
    return FALSE;
  d->made = d->going;
  d->going = sent;
  journey = g_new0 (Journey, 1);
  *journey = (Journey){ .shelf = beside, .items = g_steal_pointer (&items) };
  d->journey = g_thread_new ("mirror-put", travel, journey);
  return TRUE;
}

/* Items first: a note without an item is cleared away by the next look, an item without a note would be taken
 * for a new one. */
static gboolean
flush_removed (SatchelDelivery *d, GError **error)
{
  g_autoptr (GPtrArray) uids = g_ptr_array_new ();

  if (d->removed->len == 0)
    return TRUE;
  for (guint i = 0; i < d->removed->len; i++)
    g_ptr_array_add (uids, ((SatchelMirrored *)d->removed->pdata[i])->uid);
  if (!d->shelf->remove (d->shelf, uids, error))
    return FALSE;
  d->written += uids->len;
  if (!satchel_mirror_state_begin (d->state, error))
    return FALSE;
  for (guint i = 0; i < d->removed->len; i++) {
    const SatchelMirrored *note = d->removed->pdata[i];

    if (note->record != NULL && !satchel_mirror_state_bury (d->state, d->entity, note->record, error)) {
      satchel_mirror_state_rollback (d->state);
      return FALSE;
    }
  }
  g_ptr_array_set_size (d->removed, 0);
  return satchel_mirror_state_commit (d->state, error) && satchel_mirror_state_scrub (d->state, error);
}

/* One transaction for all: each costs the disk the same, whatever is in it. */
static gboolean
flush_noted (SatchelDelivery *d, GError **error)
{
  if (d->noted->len > 0 && !note_all (d, d->noted, 0, d->noted->len, FALSE, error))
    return FALSE;
  g_ptr_array_set_size (d->noted, 0);
  return TRUE;
}

gboolean
satchel_delivery_flush (SatchelDelivery *d, GError **error)
{
  return flush_noted (d, error) && land (d, error) && flush_writes (d, d->made, TRUE, error) &&
         drop_overtaken (d, d->changed, error) && flush_writes (d, d->changed, FALSE, error) &&
         flush_removed (d, error);
}

gboolean
satchel_delivery_flush_full (SatchelDelivery *d, GError **error)
{
  if (d->made->len >= PUT_AT_ONCE)
    return send (d, error);
  return d->noted->len + d->made->len + d->changed->len < PUT_AT_ONCE || satchel_delivery_flush (d, error);
}
