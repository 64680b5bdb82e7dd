/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/events.h"

#include "client/replica/query.h"
#include "protocol/error.h"
#include "ui/calendar/days.h"
#include "ui/calendar/series.h"

typedef struct {
  const SatchelSlot *slot;
  const SatchelEventsQuery *query;
  SatchelReplica *replica;
  GTimeZone *zone;
  GCancellable *cancellable;
  GPtrArray *events;
  GHashTable *replaced; /* id of a series → GArray of gint64, original starts */
  guint n_left;         /* that may still come of this entity */
} Reading;

void
satchel_event_free (SatchelEvent *event)
{
  g_free (event->id);
  g_free (event->title);
  g_free (event->detail);
  g_free (event);
}

static gboolean
span_equal (const SatchelSpan *a, const SatchelSpan *b)
{
  return a->all_day == b->all_day && a->first_day == b->first_day && a->last_day == b->last_day &&
         (a->all_day || (a->start_ms == b->start_ms && a->end_ms == b->end_ms));
}

gboolean
satchel_event_equal (const SatchelEvent *a, const SatchelEvent *b)
{
  return a->entity == b->entity && g_str_equal (a->id, b->id) && g_str_equal (a->title, b->title) &&
         g_str_equal (a->detail, b->detail) && span_equal (&a->span, &b->span) && a->closed == b->closed &&
         a->has_length == b->has_length && a->repeats == b->repeats && a->replaces == b->replaces &&
         a->is_day == b->is_day;
}

GArray *
satchel_slots_list (SatchelRegistry *registry)
{
  GArray *slots = g_array_new (FALSE, FALSE, sizeof (SatchelSlot));
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    SatchelSlot slot;

    if (satchel_slot_init (&slot, entities[i]))
      g_array_append_val (slots, slot);
  }
  return slots;
}

/* ---- the question ---- */

static char *
moment_to_text (const SatchelField *field, gint64 day)
{
  if (field->type == SATCHEL_TYPE_DATE)
    return satchel_date_from_days (day);
  return satchel_instant_to_text (day * G_GINT64_CONSTANT (86400000));
}

/* A day more on either side: the days of the person are not those of UTC, nor those of whoever wrote down a
 * whole day. */
static SatchelPredicate *
make_condition (SatchelRegistry *registry, const SatchelSlot *slot, const SatchelEventsQuery *query,
                GError **error)
{
  const SatchelField *state = slot->entity->state_field;
  g_autofree char *from = moment_to_text (slot->start, query->first_day - 1);
  g_autofree char *until = moment_to_text (slot->start, query->last_day + 2);
  GString *text = g_string_new (NULL);
  g_autofree char *owned = NULL;

  g_string_printf (text, "%s < %s and ", slot->start->name, until);
  g_string_append_printf (text, "(%s >= %s", slot->start->name, from);
  if (slot->end != NULL)
    g_string_append_printf (text, " or %s > %s", slot->end->name, from);
  if (slot->recurrence != NULL)
    g_string_append_printf (text, " or %s is not empty", slot->recurrence->name);
  g_string_append_c (text, ')');
  if (!query->everyone && satchel_entity_owner_field (slot->entity) != NULL)
    g_string_append (text, " and owner = me");
  if (state != NULL && satchel_field_find_choice (state, "cancelled") != NULL)
    g_string_append_printf (text, " and %s != cancelled", state->name);
  owned = g_string_free (text, FALSE);
  return satchel_predicate_parse (registry, slot->entity, owned, error);
}

/* ---- the answer ---- */

static char *
dup_detail (const SatchelSlot *slot, const SatchelRecord *record, SatchelReplica *replica)
{
  const SatchelField *location = satchel_entity_find_field (slot->entity, "location");
  const SatchelField *regarding = satchel_entity_find_field (slot->entity, "regarding");
  const SatchelValue *value = regarding != NULL ? satchel_record_get (record, regarding) : NULL;
  char *name = NULL;

  if (value != NULL && regarding->type == SATCHEL_TYPE_LOOKUP)
    name = satchel_replica_dup_name (satchel_value_get_entity (value), satchel_value_get_id (value), replica);
  value = name == NULL && location != NULL ? satchel_record_get (record, location) : NULL;
  if (value != NULL && location->type == SATCHEL_TYPE_STRING)
    name = g_strdup (satchel_value_get_string (value));
  return name != NULL ? name : g_strdup ("");
}

static gboolean
is_closed (const SatchelRecord *record)
{
  const SatchelField *field = record->entity->state_field;
  const SatchelValue *state = field != NULL ? satchel_record_get (record, field) : NULL;

  return state != NULL && satchel_entity_is_closed_state (record->entity, satchel_value_get_string (state));
}

static void
add_event (Reading *reading, const SatchelRecord *record, const SatchelSpan *span, gboolean repeats)
{
  SatchelEvent *event;

  if (reading->n_left == 0 || span->first_day > reading->query->last_day ||
      span->last_day < reading->query->first_day)
    return;
  event = g_new0 (SatchelEvent, 1);
  event->entity = g_intern_string (record->entity->name);
  event->id = g_strdup (record->id);
  event->title = satchel_record_dup_title (record);
  event->detail = dup_detail (reading->slot, record, reading->replica);
  event->span = *span;
  event->closed = is_closed (record);
  event->has_length = satchel_slot_has_length (reading->slot);
  event->repeats = repeats;
  event->replaces =
      reading->slot->series != NULL && satchel_record_get (record, reading->slot->series) != NULL;
  event->is_day = reading->slot->start->type == SATCHEL_TYPE_DATE;
  g_ptr_array_add (reading->events, event);
  reading->n_left--;
}

static void
add_series (Reading *reading, const SatchelRecord *record, const SatchelSpan *first, const char *rule)
{
  g_autoptr (GTimeZone) own = satchel_slot_dup_zone (reading->slot, record, reading->zone);
  g_autoptr (GArray) spans =
      satchel_series_list (rule, first, g_hash_table_lookup (reading->replaced, record->id), own,
                           reading->zone, reading->query->first_day, reading->query->last_day);

  for (guint i = 0; i < spans->len; i++)
    add_event (reading, record, &g_array_index (spans, SatchelSpan, i), TRUE);
}

static gboolean
row_cb (const SatchelRecord *record, gpointer data)
{
  Reading *reading = data;
  const char *rule = satchel_series_get_rule (reading->slot, record);
  SatchelSpan span;

  if (g_cancellable_is_cancelled (reading->cancellable) || reading->n_left == 0)
    return FALSE;
  if (!satchel_slot_read (reading->slot, record, reading->zone, &span))
    return TRUE;
  if (rule != NULL)
    add_series (reading, record, &span, rule);
  else
    add_event (reading, record, &span, FALSE);
  return TRUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const SatchelEvent *first = *(SatchelEvent *const *)a, *second = *(SatchelEvent *const *)b;

  if (first->span.first_day != second->span.first_day)
    return first->span.first_day < second->span.first_day ? -1 : 1;
  if (first->span.all_day != second->span.all_day)
    return first->span.all_day ? -1 : 1;
  if (first->span.all_day && first->closed != second->closed)
    return second->closed ? -1 : 1;
  if (!first->span.all_day && first->span.start_ms != second->span.start_ms)
    return first->span.start_ms < second->span.start_ms ? -1 : 1;
  return g_utf8_collate (first->title, second->title);
}

static gboolean
check_wanted (GCancellable *cancellable, GError **error)
{
  if (!g_cancellable_is_cancelled (cancellable))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, "cancelled");
  return FALSE;
}

/* ---- what stands in place of one of a series ---- */

static gboolean
replaced_cb (const SatchelRecord *record, gpointer data)
{
  Reading *reading = data;
  const SatchelValue *series = satchel_record_get (record, reading->slot->series);
  const SatchelValue *original = satchel_record_get (record, reading->slot->original);
  gint64 ms = original != NULL ? satchel_value_get_integer (original) : 0;
  GArray *starts;

  if (series == NULL || original == NULL)
    return TRUE;
  starts = g_hash_table_lookup (reading->replaced, satchel_value_get_id (series));
  if (starts == NULL) {
    starts = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_hash_table_insert (reading->replaced, g_strdup (satchel_value_get_id (series)), starts);
  }
  g_array_append_val (starts, ms);
  return TRUE;
}

/* Whoever has it, whenever it stands now, and if it was cancelled: the series does not stand there. */
static gboolean
read_replaced (Reading *reading, SatchelSession *session, SatchelPredicateContext *context, GError **error)
{
  const SatchelSlot *slot = reading->slot;
  g_autofree char *from = NULL, *until = NULL, *text = NULL;
  g_autoptr (SatchelPredicate) where = NULL;
  SatchelQuery query = { .entity = slot->entity, .sort = slot->start, .limit = SATCHEL_EVENTS_MOST };

  g_hash_table_remove_all (reading->replaced);
  if (slot->series == NULL)
    return TRUE;
  /* Days and zones apart, as far as one of them lasts. */
  from = moment_to_text (slot->original, reading->query->first_day - 32);
  until = moment_to_text (slot->original, reading->query->last_day + 2);
  text = g_strdup_printf ("%s is not empty and %s >= %s and %s < %s", slot->series->name,
                          slot->original->name, from, slot->original->name, until);
  where = satchel_predicate_parse (satchel_session_get_registry (session), slot->entity, text, error);
  query.where = where;
  return where != NULL &&
         satchel_replica_query (reading->replica, &query, context, replaced_cb, reading, error);
}

static gboolean
read_entity (Reading *reading, SatchelSession *session, SatchelPredicateContext *context, GError **error)
{
  g_autoptr (SatchelPredicate) where =
      make_condition (satchel_session_get_registry (session), reading->slot, reading->query, error);
  SatchelQuery query = {
    .entity = reading->slot->entity, .where = where, .sort = reading->slot->start, .limit = -1
  };

  reading->n_left = SATCHEL_EVENTS_MOST;
  return where != NULL && read_replaced (reading, session, context, error) &&
         satchel_replica_query (reading->replica, &query, context, row_cb, reading, error) &&
         check_wanted (reading->cancellable, error);
}

GPtrArray *
satchel_events_read (SatchelSession *session, const SatchelEventsQuery *query, GCancellable *cancellable,
                     gboolean *cut, GError **error)
{
  g_autoptr (GArray) slots = satchel_slots_list (satchel_session_get_registry (session));
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_event_free);
  g_autoptr (GHashTable) replaced =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  SatchelPredicateContext context;
  Reading reading = { .query = query,
                      .replica = satchel_session_get_replica (session),
                      .cancellable = cancellable,
                      .events = events,
                      .replaced = replaced };

  satchel_session_get_context (session, &context);
  reading.zone = context.zone;
  if (cut != NULL)
    *cut = FALSE;
  for (guint i = 0; i < slots->len; i++) {
    reading.slot = &g_array_index (slots, SatchelSlot, i);
    if (query->hidden != NULL && g_strv_contains (query->hidden, reading.slot->entity->name))
      continue;
    if (!read_entity (&reading, session, &context, error))
      return NULL;
    if (cut != NULL && reading.n_left == 0)
      *cut = TRUE;
  }
  g_ptr_array_sort (events, compare);
  return g_steal_pointer (&events);
}
