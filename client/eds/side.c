/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/side.h"

#include <string.h>

#include "client/eds/eds-shelf.h"
#include "client/eds/homes.h"
#include "client/eds/sources.h"
#include "protocol/error.h"

#define RETRY_FIRST_MS 250
#define RETRY_MOST_MS  (5 * 60 * 1000)

struct _SatchelSide {
  guint kind;
  const SatchelGround *ground;
  void (*touched) (gboolean dead, gpointer data);
  gpointer data;
  SatchelShelf *shelf;
  SatchelReconciler *reconciler;
  GHashTable *uids, *records; /* what was touched: sets of char* */
  GHashTable *refused;        /* what the reconcilers have told of */
  gboolean all;               /* anything may be different */
  gboolean emptied;           /* the source was made anew and is not filled yet */
  GThread *thread;            /* of start() */
  SatchelSideNews news;
  SatchelMirrorWrites before; /* of reconcilers that are gone */
  char *problem;              /* why it stands still; NULL: it does not */
  guint failures;
  gint64 due_us; /* of the next try */
};

void
satchel_side_news_clear (SatchelSideNews *news)
{
  g_clear_pointer (&news->reason, g_free);
  g_clear_pointer (&news->deeds, satchel_deeds_free);
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

SatchelSide *
satchel_side_new (guint kind, const SatchelGround *ground, void (*touched) (gboolean dead, gpointer data),
                  gpointer data)
{
  SatchelSide *side = g_new0 (SatchelSide, 1);

  side->kind = kind;
  side->ground = ground;
  side->touched = touched;
  side->data = data;
  side->uids = new_set ();
  side->records = new_set ();
  side->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return side;
}

void
satchel_side_free (SatchelSide *side)
{
  if (side == NULL)
    return;
  satchel_side_close (side);
  satchel_side_news_clear (&side->news);
  g_hash_table_unref (side->uids);
  g_hash_table_unref (side->records);
  g_hash_table_unref (side->refused);
  g_free (side->problem);
  g_free (side);
}

/* ---- opening ---- */

static void
touched_cb (const char *uid, gpointer data)
{
  SatchelSide *side = data;

  if (uid != NULL)
    g_hash_table_add (side->uids, g_strdup (uid));
  side->touched (uid == NULL, side->data);
}

static char *
filled_fact (const SatchelSide *side)
{
  return g_strconcat ("filled ", satchel_mirror_kinds[side->kind].entity, NULL);
}

static SatchelShelf *
open_shelf (SatchelSide *side, ESource *source, GError **error)
{
  const SatchelGround *ground = side->ground;
  SatchelShelf *own;

  if (side->kind == SATCHEL_MIRROR_CONTACTS)
    return satchel_shelf_book_new (source, error);
  own = satchel_shelf_calendar_new (source,
                                    side->kind == SATCHEL_MIRROR_APPOINTMENTS ? E_SOURCE_EXTENSION_CALENDAR
                                                                              : E_SOURCE_EXTENSION_TASK_LIST,
                                    error);
  return own != NULL ? satchel_homes_new (&satchel_mirror_kinds[side->kind], ground->session, ground->state,
                                          ground->registry, own, error)
                     : NULL;
}

/* That a source is new is noted before it is made, and forgotten when it is filled: what is missing in it
 * meanwhile was not deleted. While it is filled EDS need not tell of every item. */
static gboolean
open_here (SatchelSide *side, GError **error)
{
  const SatchelGround *ground = side->ground;
  g_autofree char *fact = filled_fact (side), *filled = NULL;
  g_autoptr (ESource) source = satchel_source_find (ground->registry, ground->profile, side->kind);

  if (source == NULL &&
      (!satchel_mirror_state_set_fact (ground->state, fact, NULL, error) ||
       (source = satchel_source_make (ground->registry, ground->profile, side->kind, error)) == NULL))
    return FALSE;
  if (!satchel_mirror_state_dup_fact (ground->state, fact, &filled, error))
    return FALSE;
  side->emptied = filled == NULL;
  side->shelf = open_shelf (side, source, error);
  if (side->shelf == NULL || (!side->emptied && !side->shelf->listen (side->shelf, touched_cb, side, error)))
    return FALSE;
  side->reconciler = satchel_reconciler_new (&satchel_mirror_kinds[side->kind], ground->session,
                                             ground->exchange, ground->state, side->shelf, side->refused);
  side->all = TRUE;
  return TRUE;
}

gboolean
satchel_side_open (SatchelSide *side, GError **error)
{
  g_autofree char *fact = filled_fact (side);
  g_autoptr (GError) problem = NULL;

  if (side->reconciler != NULL || open_here (side, &problem))
    return TRUE;
  if (satchel_error_code (problem) != SATCHEL_ERROR_UNREACHABLE &&
      !satchel_mirror_state_set_fact (side->ground->state, fact, NULL, error))
    return FALSE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

void
satchel_side_close (SatchelSide *side)
{
  side->before = satchel_side_get_writes (side);
  g_clear_pointer (&side->reconciler, satchel_reconciler_free);
  g_clear_pointer (&side->shelf, satchel_shelf_free);
  g_hash_table_remove_all (side->uids);
  g_hash_table_remove_all (side->records);
  g_hash_table_remove_all (side->refused);
  side->all = TRUE;
  side->due_us = 0;
}

SatchelMirrorWrites
satchel_side_get_writes (const SatchelSide *side)
{
  SatchelMirrorWrites writes = side->before;

  if (side->reconciler != NULL) {
    writes.there += satchel_reconciler_get_writes (side->reconciler).there;
    writes.here += satchel_reconciler_get_writes (side->reconciler).here;
  }
  return writes;
}

/* ---- what was touched ---- */

/* An account's name stands in the cards of its people: which those are, a look at everything finds out. */
void
satchel_side_touch (SatchelSide *side, GHashTable *records)
{
  const SatchelMirrorKind *kind = &satchel_mirror_kinds[side->kind];
  GHashTable *ids = records != NULL ? g_hash_table_lookup (records, kind->entity) : NULL;
  GHashTableIter iter;
  gpointer id;

  side->all |= records == NULL || (ids != NULL && g_hash_table_size (ids) == 0) ||
               (kind->account_field != NULL && g_hash_table_contains (records, "account"));
  if (ids == NULL)
    return;
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_add (side->records, g_strdup (id));
}

gboolean
satchel_side_wants_all (const SatchelSide *side)
{
  return side->all;
}

/* ---- looking ---- */

static void
take_news (SatchelSideNews *news, SatchelReconciler *reconciler)
{
  guint counts[SATCHEL_MIRROR_N_NOTICES];
  const char *reason;

  satchel_reconciler_take_notices (reconciler, counts, &reason);
  for (guint i = 0; i < SATCHEL_MIRROR_N_NOTICES; i++)
    news->counts[i] += counts[i];
  if (reason != NULL) {
    g_free (news->reason);
    news->reason = g_strdup (reason);
  }
  news->deeds = satchel_reconciler_take_deeds (reconciler);
}

/* A source that was new is filled once everything was looked at; what somebody has done there meanwhile the
 * next look finds. */
static gboolean
end (SatchelSide *side, gboolean all, gboolean done, GError **error)
{
  g_autofree char *fact = filled_fact (side);

  side->all |= !done;
  if (!done || !all || !side->emptied)
    return done;
  side->emptied = FALSE;
  side->all = TRUE;
  if (!satchel_mirror_state_set_fact (side->ground->state, fact, "1", error) ||
      !side->shelf->listen (side->shelf, touched_cb, side, error))
    return FALSE;
  side->touched (FALSE, side->data);
  return TRUE;
}

gboolean
satchel_side_look (SatchelSide *side, GError **error)
{
  g_autoptr (GHashTable) uids = g_steal_pointer (&side->uids), records = g_steal_pointer (&side->records);
  const gboolean all = side->all;
  gboolean done;

  side->uids = new_set ();
  side->records = new_set ();
  side->all = FALSE;
  if (!all && g_hash_table_size (uids) + g_hash_table_size (records) == 0)
    return TRUE;
  done = all ? satchel_reconciler_run (side->reconciler, side->emptied, error)
             : satchel_reconciler_look (side->reconciler, uids, records, error);
  take_news (&side->news, side->reconciler);
  return end (side, all, done, error);
}

void
satchel_side_take_news (SatchelSide *side, SatchelSideNews *news)
{
  *news = side->news;
  memset (&side->news, 0, sizeof side->news);
}

/* ---- beside other kinds ---- */

/* Of the side the thread has what nobody else touches until join(). */
typedef struct {
  const SatchelSide *side;
  SatchelSideNews news;
  SatchelMirrorWrites writes;
  gboolean done;
  GError *error;
} Beside;

/* The replica and the notes are read by one thread each: it has its own of both, while it lasts. */
static gpointer
look_beside (gpointer data)
{
  Beside *beside = data;
  const SatchelSide *side = beside->side;
  const SatchelGround *ground = side->ground;
  g_autoptr (SatchelSession) session =
      satchel_session_open_sealed (ground->data_dir, ground->profile, satchel_registry_builtin (),
                                   satchel_clock_system (), &beside->error);
  g_autoptr (SatchelMirrorState) state =
      session != NULL ? satchel_mirror_state_open_beside (session, &beside->error) : NULL;
  g_autoptr (SatchelExchange) exchange = state != NULL ? satchel_exchange_new (session) : NULL;
  g_autoptr (SatchelReconciler) reconciler = NULL;

  if (state == NULL)
    return beside;
  reconciler = satchel_reconciler_new (&satchel_mirror_kinds[side->kind], session, exchange, state,
                                       side->shelf, side->refused);
  beside->done = satchel_reconciler_run (reconciler, side->emptied, &beside->error);
  take_news (&beside->news, reconciler);
  beside->writes = satchel_reconciler_get_writes (reconciler);
  return beside;
}

void
satchel_side_start (SatchelSide *side)
{
  Beside *beside = g_new0 (Beside, 1);

  g_assert (side->kind == SATCHEL_MIRROR_CONTACTS && side->thread == NULL);
  beside->side = side;
  g_hash_table_remove_all (side->uids);
  g_hash_table_remove_all (side->records);
  side->all = FALSE;
  side->thread = g_thread_new ("mirror-beside", look_beside, beside);
}

gboolean
satchel_side_is_under_way (const SatchelSide *side)
{
  return side->thread != NULL;
}

gboolean
satchel_side_join (SatchelSide *side, GError **error)
{
  g_autofree Beside *beside = g_thread_join (g_steal_pointer (&side->thread));

  side->news = beside->news;
  side->before.there += beside->writes.there;
  side->before.here += beside->writes.here;
  /* While two had the notes open neither could always clear their log of what was taken back. */
  if (!beside->done) {
    (void)!satchel_mirror_state_scrub (side->ground->state, NULL); /* what failed first is told */
    g_propagate_error (error, beside->error);
    return end (side, TRUE, FALSE, error);
  }
  return satchel_mirror_state_scrub (side->ground->state, error) && end (side, TRUE, TRUE, error);
}

/* ---- standing still ---- */

guint
satchel_side_back_off_ms (guint failures)
{
  return MIN ((guint)RETRY_FIRST_MS << MIN (failures, 20), RETRY_MOST_MS);
}

void
satchel_side_put_off (SatchelSide *side, const GError *error)
{
  satchel_side_close (side);
  g_free (side->problem);
  side->problem = g_strdup (error->message);
  side->due_us = g_get_monotonic_time () + (gint64)satchel_side_back_off_ms (side->failures++) * 1000;
}

void
satchel_side_went_well (SatchelSide *side)
{
  satchel_side_forget_problem (side);
  side->due_us = 0;
}

void
satchel_side_forget_problem (SatchelSide *side)
{
  g_clear_pointer (&side->problem, g_free);
  side->failures = 0;
}

const char *
satchel_side_get_problem (const SatchelSide *side)
{
  return side->problem;
}

gint64
satchel_side_get_due_us (const SatchelSide *side)
{
  return side->due_us;
}
