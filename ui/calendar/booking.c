/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/booking.h"

#include <glib/gi18n.h>

#include "protocol/error.h"
#include "ui/calendar/days.h"
#include "ui/calendar/series.h"

static gboolean
find_slot (SatchelSession *session, const char *name, SatchelSlot *slot, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), name);

  if (entity != NULL && satchel_slot_init (slot, entity))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                       _ ("Records of this kind have no place in the calendar any more."));
  return FALSE;
}

static SatchelRecord *
read_record (SatchelSession *session, const char *entity, const char *id, SatchelSlot *slot, GError **error)
{
  SatchelRecord *record = NULL;

  if (!find_slot (session, entity, slot, error) ||
      !satchel_replica_read (satchel_session_get_replica (session), slot->entity, id, &record, error))
    return NULL;
  if (record == NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("It is not here any more."));
  return record;
}

gboolean
satchel_booking_move (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *id,
                      const SatchelSpan *span, GError **error)
{
  SatchelPredicateContext context;
  SatchelSlot slot;
  g_autoptr (SatchelRecord) record = read_record (session, entity, id, &slot, error);
  g_autoptr (GPtrArray) values = NULL;

  if (record == NULL)
    return FALSE;
  satchel_session_get_context (session, &context);
  values = satchel_slot_list_values (&slot, record, span, context.zone, error);
  return values != NULL && satchel_deeds_update (deeds, session, slot.entity, id, values, error);
}

static int
get_minutes (const SatchelSpan *span, GTimeZone *zone)
{
  return span->all_day ? 0 : satchel_day_minutes_of (span->start_ms, zone);
}

/* As the clock of @zone shows it; a quarter of an hour is one on whichever day. */
static void
shift_first (SatchelSpan *first, const SatchelSpan *from, const SatchelSpan *to, GTimeZone *zone)
{
  gint64 days = to->first_day - from->first_day;

  if (from->all_day != to->all_day && to->all_day)
    satchel_span_set_days (first, first->first_day + days, first->last_day + days);
  else if (from->all_day != to->all_day) {
    gint64 start_ms = satchel_day_to_ms (first->first_day + days, get_minutes (to, zone), zone);

    satchel_span_set_times (first, start_ms, start_ms + to->end_ms - to->start_ms, zone);
  } else {
    satchel_span_shift (first, days, get_minutes (to, zone) - get_minutes (from, zone), zone);
    if (to->all_day)
      satchel_span_set_days (first, first->first_day, first->first_day + to->last_day - to->first_day);
    else if (to->end_ms - to->start_ms != from->end_ms - from->start_ms)
      satchel_span_set_times (first, first->start_ms, first->start_ms + to->end_ms - to->start_ms, zone);
  }
}

/* ---- a series ---- */

static void
add_value (GPtrArray *values, const SatchelField *field, SatchelValue *value)
{
  SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);

  change->field = field;
  change->value = value;
  g_ptr_array_add (values, change);
}

/* By how much a series moves, on the clock of @zone. */
typedef struct {
  gint64 days;
  int minutes;
} Shift;

static gboolean
keep_cb (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, satchel_record_copy (record));
  return TRUE;
}

/* All that stands in place of one of the series. */
static GPtrArray *
list_replacing (SatchelSession *session, const SatchelSlot *slot, const char *id,
                const SatchelPredicateContext *context, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%s = %s", slot->series->name, id);
  g_autoptr (SatchelPredicate) where =
      satchel_predicate_parse (satchel_session_get_registry (session), slot->entity, text, error);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  SatchelQuery query = { .entity = slot->entity, .where = where, .limit = -1 };

  if (where == NULL || !satchel_replica_query (satchel_session_get_replica (session), &query, context,
                                               keep_cb, records, error))
    return NULL;
  return g_steal_pointer (&records);
}

/* It does so where that would stand now. What is closed cannot be changed: the series, whose rule is *rule,
 * leaves that day out instead. */
static gboolean
shift_replacing (SatchelDeeds *deeds, SatchelSession *session, const SatchelSlot *slot,
                 const SatchelRecord *record, const Shift *shift, GTimeZone *own, gboolean all_day,
                 char **rule, GError **error)
{
  const SatchelValue *original = satchel_record_get (record, slot->original);
  const SatchelField *field = slot->entity->state_field;
  const SatchelValue *state = field != NULL ? satchel_record_get (record, field) : NULL;
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  g_autofree char *before = NULL;
  SatchelSpan span;
  gint64 ms = original != NULL ? satchel_value_get_integer (original) : 0;

  if (original == NULL)
    return TRUE;
  satchel_span_set_times (&span, ms, ms, own);
  satchel_span_shift (&span, shift->days, shift->minutes, own);
  if (state != NULL && satchel_entity_is_closed_state (slot->entity, satchel_value_get_string (state))) {
    before = *rule;
    *rule = satchel_series_leave_out (before, span.first_day,
                                      all_day ? -1 : satchel_day_minutes_of (span.start_ms, own));
    return TRUE;
  }
  add_value (values, slot->original, satchel_value_new_integer (span.start_ms));
  return satchel_deeds_update (deeds, session, slot->entity, record->id, values, error);
}

static gboolean
move_replacing (SatchelDeeds *deeds, SatchelSession *session, const SatchelSlot *slot,
                const SatchelRecord *series, const Shift *shift, const SatchelSpan *first,
                const SatchelPredicateContext *context, char **rule, GError **error)
{
  g_autoptr (GTimeZone) own = satchel_slot_dup_zone (slot, series, context->zone);
  g_autoptr (GPtrArray) records = NULL;

  if (slot->series == NULL || (shift->days == 0 && shift->minutes == 0))
    return TRUE;
  records = list_replacing (session, slot, series->id, context, error);
  for (guint i = 0; records != NULL && i < records->len; i++)
    if (!shift_replacing (deeds, session, slot, records->pdata[i], shift, own, first->all_day, rule, error))
      return FALSE;
  return records != NULL;
}

gboolean
satchel_booking_move_series (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *id,
                             const SatchelSpan *from, const SatchelSpan *to, GError **error)
{
  SatchelPredicateContext context;
  SatchelSlot slot;
  SatchelSpan first;
  g_autoptr (SatchelRecord) record = read_record (session, entity, id, &slot, error);
  const char *rule = record != NULL ? satchel_series_get_rule (&slot, record) : NULL;
  g_autoptr (GPtrArray) values = NULL;
  g_autofree char *shifted = NULL;
  Shift shift;

  if (record == NULL)
    return FALSE;
  satchel_session_get_context (session, &context);
  if (rule == NULL || !satchel_slot_read (&slot, record, context.zone, &first))
    return satchel_booking_move (deeds, session, entity, id, to, error);
  if (to->first_day != from->first_day && satchel_series_names_days (rule)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE,
                         _ ("Its rule says on which days it repeats. Open it to change the rule."));
    return FALSE;
  }
  shift_first (&first, from, to, context.zone);
  shift = (Shift){ to->first_day - from->first_day,
                   get_minutes (to, context.zone) - get_minutes (from, context.zone) };
  shifted = satchel_series_shift (rule, shift.days, shift.minutes);
  values = satchel_slot_list_values (&slot, record, &first, context.zone, error);
  if (values == NULL ||
      !move_replacing (deeds, session, &slot, record, &shift, &first, &context, &shifted, error))
    return FALSE;
  if (!g_str_equal (shifted, rule))
    add_value (values, slot.recurrence, satchel_value_new_string (shifted));
  return satchel_deeds_update (deeds, session, slot.entity, id, values, error);
}

/* As the series, but for what says when, and what is its own. */
static gboolean
is_inherited (const SatchelSlot *slot, const SatchelField *field)
{
  const SatchelField *const own[] = { slot->start,
                                      slot->end,
                                      slot->all_day,
                                      slot->recurrence,
                                      slot->series,
                                      slot->original,
                                      slot->entity->state_field };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (field == own[i])
      return FALSE;
  return satchel_field_is_writable (field) && field->type != SATCHEL_TYPE_FILE &&
         !g_str_equal (field->name, "completed_at");
}

GPtrArray *
satchel_booking_list_detached (SatchelSession *session, const char *entity, const char *id,
                               const SatchelSpan *from, const SatchelSpan *to, GError **error)
{
  SatchelPredicateContext context;
  SatchelSlot slot;
  g_autoptr (SatchelRecord) record = read_record (session, entity, id, &slot, error);
  g_autoptr (GTimeZone) own = NULL;
  g_autoptr (GPtrArray) values = NULL;
  gint64 original;

  if (record == NULL)
    return NULL;
  if (slot.series == NULL || satchel_series_get_rule (&slot, record) == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("It does not repeat any more."));
    return NULL;
  }
  satchel_session_get_context (session, &context);
  own = satchel_slot_dup_zone (&slot, record, context.zone);
  values = satchel_slot_list_values (&slot, record, to, context.zone, error);
  if (values == NULL)
    return NULL;
  for (guint i = 0; i < slot.entity->n_fields; i++) {
    const SatchelField *field = slot.entity->fields[i];

    if (is_inherited (&slot, field) && satchel_record_get (record, field) != NULL)
      add_value (values, field, satchel_value_ref (satchel_record_get (record, field)));
  }
  original = from->all_day ? satchel_day_to_ms (from->first_day, 0, own) : from->start_ms;
  add_value (values, slot.series, satchel_value_new_lookup (slot.entity->name, id));
  add_value (values, slot.original, satchel_value_new_integer (original));
  return g_steal_pointer (&values);
}

static char *
create (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity, const SatchelField *title,
        SatchelValue *name, const GPtrArray *values, GError **error)
{
  g_autofree char *id = satchel_id_new (satchel_session_get_clock (session));
  g_autoptr (SatchelRecord) record = satchel_record_new (entity, id);

  if (name != NULL)
    satchel_record_set (record, title, name);
  for (guint i = 0; i < values->len; i++) {
    const SatchelFieldValue *value = values->pdata[i];

    satchel_record_set (record, value->field, value->value);
  }
  return satchel_deeds_create (deeds, session, record, error) ? g_steal_pointer (&id) : NULL;
}

char *
satchel_booking_detach (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *id,
                        const SatchelSpan *from, const SatchelSpan *to, GError **error)
{
  g_autoptr (GPtrArray) values = satchel_booking_list_detached (session, entity, id, from, to, error);

  return values != NULL
             ? create (deeds, session, satchel_registry_find (satchel_session_get_registry (session), entity),
                       NULL, NULL, values, error)
             : NULL;
}

char *
satchel_booking_create (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *title,
                        const SatchelSpan *span, GError **error)
{
  SatchelPredicateContext context;
  SatchelSlot slot;
  g_autoptr (SatchelValue) name = NULL;
  g_autoptr (GPtrArray) values = NULL;

  if (!find_slot (session, entity, &slot, error) ||
      !satchel_value_from_text (slot.entity->title, title, &name, error))
    return NULL;
  satchel_session_get_context (session, &context);
  values = satchel_slot_list_values (&slot, NULL, span, context.zone, error);
  return values != NULL ? create (deeds, session, slot.entity, slot.entity->title, name, values, error)
                        : NULL;
}
