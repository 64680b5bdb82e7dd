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

gboolean
satchel_booking_move_series (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *id,
                             const SatchelSpan *from, const SatchelSpan *to, GError **error)
{
  SatchelPredicateContext context;
  SatchelSlot slot;
  SatchelSpan first;
  g_autoptr (SatchelRecord) record = read_record (session, entity, id, &slot, error);
  const char *rule = record != NULL ? satchel_series_get_rule (&slot, record) : NULL;

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
  return satchel_booking_move (deeds, session, entity, id, &first, error);
}

char *
satchel_booking_create (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *title,
                        const SatchelSpan *span, GError **error)
{
  SatchelPredicateContext context;
  SatchelSlot slot;
  g_autofree char *id = satchel_id_new (satchel_session_get_clock (session));
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (SatchelValue) name = NULL;
  g_autoptr (GPtrArray) values = NULL;

  if (!find_slot (session, entity, &slot, error) ||
      !satchel_value_from_text (slot.entity->title, title, &name, error))
    return NULL;
  satchel_session_get_context (session, &context);
  values = satchel_slot_list_values (&slot, NULL, span, context.zone, error);
  if (values == NULL)
    return NULL;
  record = satchel_record_new (slot.entity, id);
  satchel_record_set (record, slot.entity->title, name);
  for (guint i = 0; i < values->len; i++) {
    const SatchelFieldValue *value = values->pdata[i];

    satchel_record_set (record, value->field, value->value);
  }
  return satchel_deeds_create (deeds, session, record, error) ? g_steal_pointer (&id) : NULL;
}
