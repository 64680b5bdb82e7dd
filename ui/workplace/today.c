/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/workplace/today.h"

#include <glib/gi18n.h>

#include "client/replica/query.h"
#include "client/replica/recent.h"
#include "ui/calendar/days.h"

#define SEEN_KEY  "workplace_seen_s" /* a fact of the replica: up to where the news were seen */
#define LOOK_BACK 365                /* days; what was due before is not being waited for any more */
#define NEWS_MOST 30

typedef struct {
  SatchelSession *session;
  SatchelReplica *replica;
  SatchelRegistry *registry;
  SatchelPredicateContext context;
  GCancellable *cancellable;
  SatchelToday *today;
} Reading;

static void
closing_free (gpointer data)
{
  SatchelClosing *closing = data;

  g_free (closing->id);
  g_free (closing->title);
  g_free (closing->detail);
  g_free (closing);
}

static void
news_free (gpointer data)
{
  SatchelNews *news = data;

  g_free (news->id);
  g_free (news->title);
  g_free (news->who);
  g_free (news);
}

void
satchel_today_free (SatchelToday *today)
{
  if (today == NULL)
    return;
  g_clear_pointer (&today->due, g_ptr_array_unref);
  g_clear_pointer (&today->overdue, g_ptr_array_unref);
  g_clear_pointer (&today->closing, g_ptr_array_unref);
  g_clear_pointer (&today->news, g_ptr_array_unref);
  g_free (today);
}

/* ---- activities ---- */

static gboolean
read_activities (Reading *reading, GError **error)
{
  SatchelToday *today = reading->today;
  const SatchelEventsQuery query = { .first_day = today->today - LOOK_BACK, .last_day = today->today };
  g_autoptr (GPtrArray) events =
      satchel_events_read (reading->session, &query, reading->cancellable, NULL, error);

  if (events == NULL)
    return FALSE;
  g_ptr_array_set_free_func (events, NULL);
  for (guint i = 0; i < events->len; i++) {
    SatchelEvent *event = events->pdata[i];

    /* A series is not late because days of it are over. */
    if (event->closed || (event->repeats && event->span.last_day < today->today))
      satchel_event_free (event);
    else if (event->span.last_day >= today->today)
      g_ptr_array_add (today->due, event);
    else
      g_ptr_array_insert (today->overdue, 0, event);
  }
  return TRUE;
}

/* ---- what is about to close ---- */

/* The one that is named "mine", and is in the order of a day. */
static const SatchelView *
find_view (const SatchelEntity *entity, const SatchelField **day)
{
  const SatchelView *view = !entity->retired && satchel_entity_has_action (entity, "win")
                                ? satchel_entity_find_view (entity, "mine")
                                : NULL;

  if (view == NULL)
    return NULL;
  *day = satchel_entity_find_field (entity, view->sort);
  return *day != NULL && (*day)->type == SATCHEL_TYPE_DATE ? view : NULL;
}

typedef struct {
  Reading *reading;
  const SatchelField *day;
} ClosingRows;

/* The stage of its process, and the first lookup: with whom it is. */
static char *
dup_detail (const SatchelRecord *record, SatchelReplica *replica)
{
  GString *text = g_string_new (NULL);
  const char *const names[] = { "stage", "account" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const SatchelField *field = satchel_entity_find_field (record->entity, names[i]);
    const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;
    g_autofree char *name = NULL;

    if (value == NULL)
      continue;
    if (field->type == SATCHEL_TYPE_LOOKUP)
      name =
          satchel_replica_dup_name (satchel_value_get_entity (value), satchel_value_get_id (value), replica);
    else if (field->type == SATCHEL_TYPE_CHOICE)
      name = g_strdup (satchel_field_get_label_of (field, satchel_value_get_string (value)));
    if (name != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", name);
  }
  return g_string_free (text, FALSE);
}

static gboolean
closing_row (const SatchelRecord *record, gpointer data)
{
  ClosingRows *rows = data;
  const SatchelValue *value = satchel_record_get (record, rows->day);
  SatchelClosing *closing;
  gint64 day;

  if (g_cancellable_is_cancelled (rows->reading->cancellable))
    return FALSE;
  if (value == NULL || !satchel_date_parse (satchel_value_get_date (value), &day))
    return TRUE;
  closing = g_new0 (SatchelClosing, 1);
  closing->entity = g_intern_string (record->entity->name);
  closing->id = g_strdup (record->id);
  closing->title = satchel_record_dup_title (record);
  closing->detail = dup_detail (record, rows->reading->replica);
  closing->day = day;
  g_ptr_array_add (rows->reading->today->closing, closing);
  return TRUE;
}

static gboolean
read_closing_of (Reading *reading, const SatchelEntity *entity, const SatchelView *view,
                 const SatchelField *day, GError **error)
{
  g_autofree char *until = satchel_date_from_days (reading->today->today + SATCHEL_CLOSING_DAYS);
  g_autofree char *text = g_strdup_printf ("%s%s%s%s <= %s", *view->where != '\0' ? "(" : "", view->where,
                                           *view->where != '\0' ? ") and " : "", day->name, until);
  g_autoptr (SatchelPredicate) where = satchel_predicate_parse (reading->registry, entity, text, error);
  SatchelQuery query = { .entity = entity, .where = where, .sort = day, .limit = SATCHEL_TODAY_MOST };
  ClosingRows rows = { reading, day };

  return where != NULL &&
         satchel_replica_query (reading->replica, &query, &reading->context, closing_row, &rows, error);
}

static int
compare_closing (gconstpointer a, gconstpointer b)
{
  const SatchelClosing *first = *(SatchelClosing *const *)a, *second = *(SatchelClosing *const *)b;

  return first->day < second->day ? -1 : first->day > second->day;
}

/* ---- news ---- */

/* Lines, shares and settings are not told: what they belong to is. */
static gboolean
makes_news (const SatchelEntity *entity)
{
  return !entity->part && !entity->system && !entity->retired && g_strcmp0 (entity->area, "settings") != 0;
}

static const char *
get_author (const SatchelRecord *record)
{
  const SatchelValue *value = satchel_record_get_by_name (record, "modified_by");

  return value != NULL ? satchel_value_get_id (value) : NULL;
}

static void
add_news (Reading *reading, const SatchelRecord *record)
{
  const SatchelValue *at = satchel_record_get_by_name (record, "modified_at");
  const SatchelValue *by = satchel_record_get_by_name (record, "modified_by");
  SatchelNews *news;

  if (at == NULL || g_strcmp0 (get_author (record), reading->context.user) == 0)
    return;
  news = g_new0 (SatchelNews, 1);
  news->entity = g_intern_string (record->entity->name);
  news->id = g_strdup (record->id);
  news->title = satchel_record_dup_title (record);
  news->who = by != NULL ? satchel_replica_dup_name (satchel_value_get_entity (by), satchel_value_get_id (by),
                                                     reading->replica)
                         : NULL;
  if (news->who == NULL)
    news->who = g_strdup ("");
  news->s = record->s;
  news->at_ms = satchel_value_get_integer (at);
  news->made = satchel_value_equal (at, satchel_record_get_by_name (record, "created_at"));
  g_ptr_array_add (reading->today->news, news);
}

static gboolean
read_news_of (Reading *reading, const SatchelEntity *entity, gint64 seen, GError **error)
{
  g_autoptr (GPtrArray) records =
      satchel_replica_list_recent (reading->replica, entity, seen, SATCHEL_TODAY_MOST, error);

  for (guint i = 0; records != NULL && i < records->len; i++)
    add_news (reading, records->pdata[i]);
  return records != NULL;
}

static int
compare_news (gconstpointer a, gconstpointer b)
{
  const SatchelNews *first = *(SatchelNews *const *)a, *second = *(SatchelNews *const *)b;

  return first->s > second->s ? -1 : first->s < second->s;
}

/* ---- all of it ---- */

static gboolean
read_entities (Reading *reading, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (reading->registry, &n_entities);
  SatchelToday *today = reading->today;
  gint64 seen = satchel_replica_peek_meta_integer (reading->replica, SEEN_KEY, 0);

  today->s = MAX (satchel_replica_peek_meta_integer (reading->replica, "s", 0), 0);
  if (today->since < 0)
    today->since = seen;
  /* The first sync brings everything; a restored server counts from a lower number again. */
  if (today->since <= 0 || today->since > today->s)
    today->since = today->s;
  for (guint i = 0; i < n_entities; i++) {
    const SatchelField *day;
    const SatchelView *view = find_view (entities[i], &day);

    if (g_cancellable_is_cancelled (reading->cancellable))
      break;
    if (view != NULL && !read_closing_of (reading, entities[i], view, day, error))
      return FALSE;
    if (today->since > 0 && makes_news (entities[i]) &&
        !read_news_of (reading, entities[i], today->since, error))
      return FALSE;
  }
  g_ptr_array_sort (today->closing, compare_closing);
  g_ptr_array_sort (today->news, compare_news);
  if (today->news->len > NEWS_MOST)
    g_ptr_array_set_size (today->news, NEWS_MOST);
  return TRUE;
}

SatchelToday *
satchel_today_read (SatchelSession *session, gint64 since, GCancellable *cancellable, GError **error)
{
  g_autoptr (SatchelToday) today = g_new0 (SatchelToday, 1);
  Reading reading = { .session = session,
                      .replica = satchel_session_get_replica (session),
                      .registry = satchel_session_get_registry (session),
                      .cancellable = cancellable,
                      .today = today };

  satchel_session_get_context (session, &reading.context);
  today->since = since;
  today->today = satchel_day_of (reading.context.now_ms, reading.context.zone);
  today->due = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_event_free);
  today->overdue = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_event_free);
  today->closing = g_ptr_array_new_with_free_func (closing_free);
  today->news = g_ptr_array_new_with_free_func (news_free);
  if (!read_activities (&reading, error) || !read_entities (&reading, error) ||
      !satchel_session_count_waiting (session, &today->tally, error))
    return NULL;
  return g_steal_pointer (&today);
}

gboolean
satchel_today_mark_seen (SatchelSession *session, gint64 s, GError **error)
{
  return satchel_replica_set_meta_integer (satchel_session_get_replica (session), SEEN_KEY, s, error);
}
