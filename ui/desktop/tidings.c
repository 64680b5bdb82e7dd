/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/desktop/tidings.h"

#include "client/replica/query.h"
#include "client/replica/recent.h"
#include "ui/calendar/days.h"
#include "ui/calendar/events.h"

#define TOLD_KEY     "told_s"
#define REMINDED_KEY "reminded_ms"
#define DAY_KEY      "reminded_day"
#define MORNING      (8 * 60) /* minutes; before, nobody is told of the day */
#define MOST_MINE    20000    /* of one kind; who has more is told of new records alone */
#define MOST_RECENT  200      /* of one kind, between two reads */

struct _SatchelTidings {
  gboolean begun;
  gint64 s;            /* up to where assignments were told */
  gint64 reminded_ms;  /* up to which start */
  gint64 reminded_day; /* whose whole-day activities were told */
  GHashTable *mine;    /* ids of her records */
  GHashTable *crowded; /* entities (interned) of which she has more than are remembered */
};

void
satchel_tiding_free (SatchelTiding *tiding)
{
  g_free (tiding->id);
  g_free (tiding->title);
  g_free (tiding->who);
  g_free (tiding);
}

SatchelTidings *
satchel_tidings_new (void)
{
  SatchelTidings *tidings = g_new0 (SatchelTidings, 1);

  tidings->mine = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  tidings->crowded = g_hash_table_new (g_direct_hash, g_direct_equal);
  return tidings;
}

void
satchel_tidings_free (SatchelTidings *tidings)
{
  if (tidings == NULL)
    return;
  g_hash_table_unref (tidings->mine);
  g_hash_table_unref (tidings->crowded);
  g_free (tidings);
}

static SatchelTiding *
add (GPtrArray *found, SatchelTidingKind kind, const char *entity, const char *id, char *title)
{
  SatchelTiding *tiding = g_new0 (SatchelTiding, 1);

  tiding->kind = kind;
  tiding->entity = g_intern_string (entity);
  tiding->id = g_strdup (id);
  tiding->title = title;
  g_ptr_array_add (found, tiding);
  return tiding;
}

/* ---- whose it is ---- */

static const SatchelField *
find_owner (const SatchelEntity *entity)
{
  if (entity->part || entity->system || entity->retired || g_strcmp0 (entity->area, "settings") == 0)
    return NULL;
  return satchel_entity_find_field (entity, "owner");
}

static const char *
get_id (const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);

  return value != NULL ? satchel_value_get_id (value) : NULL;
}

typedef struct {
  SatchelTidings *tidings;
  GCancellable *cancellable;
  guint n_rows;
} Learning;

static gboolean
learn_row (const SatchelRecord *record, gpointer data)
{
  Learning *learning = data;

  learning->n_rows++;
  g_hash_table_add (learning->tidings->mine, g_strdup (record->id));
  return !g_cancellable_is_cancelled (learning->cancellable);
}

static gboolean
learn_entity (SatchelTidings *tidings, SatchelSession *session, const SatchelEntity *entity,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (SatchelPredicate) where =
      satchel_predicate_parse (satchel_session_get_registry (session), entity, "owner = me", error);
  SatchelQuery query = { .entity = entity, .where = where, .sort = entity->title, .limit = MOST_MINE };
  Learning learning = { .tidings = tidings, .cancellable = cancellable };
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  if (where == NULL || !satchel_replica_query (satchel_session_get_replica (session), &query, &context,
                                               learn_row, &learning, error))
    return FALSE;
  if (learning.n_rows == MOST_MINE)
    g_hash_table_add (tidings->crowded, (gpointer)g_intern_string (entity->name));
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* What is hers now; nobody can tell since when. A restored server counts from a lower number again. */
static gboolean
begin (SatchelTidings *tidings, SatchelSession *session, gint64 now_ms, gint64 s, GCancellable *cancellable,
       GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_session_get_registry (session), &n_entities);

  tidings->s = satchel_replica_peek_meta_integer (replica, TOLD_KEY, s);
  if (tidings->s > s)
    tidings->s = s;
  tidings->reminded_ms = satchel_replica_peek_meta_integer (replica, REMINDED_KEY, now_ms - SATCHEL_SOON_MS);
  tidings->reminded_day = satchel_replica_peek_meta_integer (replica, DAY_KEY, 0);
  for (guint i = 0; i < n_entities; i++)
    if (find_owner (entities[i]) != NULL && !learn_entity (tidings, session, entities[i], cancellable, error))
      return FALSE;
  tidings->begun = TRUE;
  return TRUE;
}

/* ---- assignments ---- */

static gboolean
is_new (const SatchelRecord *record)
{
  return satchel_value_equal (satchel_record_get_by_name (record, "created_at"),
                              satchel_record_get_by_name (record, "modified_at"));
}

/* @learnt: just now all that is hers was learnt, and what is no new record may have been hers for long. */
static void
judge (SatchelTidings *tidings, const SatchelRecord *record, const char *me, gboolean learnt,
       SatchelReplica *replica, GPtrArray *found)
{
  const SatchelValue *by = satchel_record_get_by_name (record, "modified_by");
  gboolean crowded = g_hash_table_contains (tidings->crowded, g_intern_string (record->entity->name));
  gboolean became_mine;
  SatchelTiding *tiding;

  if (g_strcmp0 (get_id (record, "owner"), me) != 0) {
    g_hash_table_remove (tidings->mine, record->id);
    return;
  }
  became_mine = g_hash_table_add (tidings->mine, g_strdup (record->id));
  if (learnt || crowded)
    became_mine = is_new (record);
  if (!became_mine || by == NULL || g_strcmp0 (satchel_value_get_id (by), me) == 0)
    return;
  tiding = add (found, SATCHEL_TIDING_ASSIGNED, record->entity->name, record->id,
                satchel_record_dup_title (record));
  tiding->who = satchel_replica_dup_name (satchel_value_get_entity (by), satchel_value_get_id (by), replica);
  if (tiding->who == NULL)
    tiding->who = g_strdup ("");
}

static gboolean
read_assigned (SatchelTidings *tidings, SatchelSession *session, gint64 s, gboolean learnt, GPtrArray *found,
               GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_session_get_registry (session), &n_entities);

  for (guint i = 0; s > tidings->s && i < n_entities; i++) {
    g_autoptr (GPtrArray) records = NULL;

    if (find_owner (entities[i]) == NULL)
      continue;
    records = satchel_replica_list_recent (replica, entities[i], tidings->s, MOST_RECENT, error);
    if (records == NULL)
      return FALSE;
    for (guint j = 0; j < records->len; j++)
      judge (tidings, records->pdata[j], satchel_session_get_user (session), learnt, replica, found);
  }
  tidings->s = s;
  return TRUE;
}

/* ---- what is due ---- */

static gboolean
read_due (SatchelTidings *tidings, SatchelSession *session, const SatchelPredicateContext *context,
          GCancellable *cancellable, GPtrArray *found, GError **error)
{
  const gint64 today = satchel_day_of (context->now_ms, context->zone);
  const gint64 until_ms = context->now_ms + SATCHEL_SOON_MS;
  const gint64 from_ms = MAX (tidings->reminded_ms, context->now_ms - SATCHEL_SOON_MS);
  const gboolean tells_day =
      today > tidings->reminded_day && satchel_day_minutes_of (context->now_ms, context->zone) >= MORNING;
  const SatchelEventsQuery query = { .first_day = today, .last_day = today + 1 };
  g_autoptr (GPtrArray) events = satchel_events_read (session, &query, cancellable, NULL, error);

  for (guint i = 0; events != NULL && i < events->len; i++) {
    const SatchelEvent *event = events->pdata[i];
    const SatchelSpan *span = &event->span;

    if (event->closed)
      continue;
    if (!span->all_day && span->start_ms > from_ms && span->start_ms <= until_ms)
      add (found, SATCHEL_TIDING_SOON, event->entity, event->id, g_strdup (event->title))->start_ms =
          span->start_ms;
    else if (tells_day && span->all_day && span->first_day == today)
      add (found, SATCHEL_TIDING_TODAY, event->entity, event->id, g_strdup (event->title));
  }
  if (events == NULL)
    return FALSE;
  tidings->reminded_ms = MAX (tidings->reminded_ms, until_ms);
  if (tells_day)
    tidings->reminded_day = today;
  return TRUE;
}

/* ---- all of it ---- */

static int
compare_kinds (gconstpointer a, gconstpointer b)
{
  return (int)(*(SatchelTiding *const *)a)->kind - (int)(*(SatchelTiding *const *)b)->kind;
}

GPtrArray *
satchel_tidings_read (SatchelTidings *tidings, SatchelSession *session, GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_tiding_free);
  SatchelReplica *replica = satchel_session_get_replica (session);
  gint64 s = MAX (satchel_replica_peek_meta_integer (replica, "s", 0), 0);
  gboolean learns = !tidings->begun;
  SatchelPredicateContext context;

  if (satchel_session_get_user (session) == NULL ||
      satchel_replica_peek_meta (replica, "last_sync_ms") == NULL)
    return g_steal_pointer (&found);
  satchel_session_get_context (session, &context);
  if ((learns && !begin (tidings, session, context.now_ms, s, cancellable, error)) ||
      !read_assigned (tidings, session, s, learns, found, error) ||
      !read_due (tidings, session, &context, cancellable, found, error))
    return NULL;
  g_ptr_array_sort (found, compare_kinds);
  return g_steal_pointer (&found);
}

gboolean
satchel_tidings_keep (SatchelTidings *tidings, SatchelSession *session, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);

  return satchel_replica_set_meta_integer (replica, TOLD_KEY, tidings->s, error) &&
         satchel_replica_set_meta_integer (replica, REMINDED_KEY, tidings->reminded_ms, error) &&
         satchel_replica_set_meta_integer (replica, DAY_KEY, tidings->reminded_day, error);
}
