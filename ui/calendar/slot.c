/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/slot.h"

#include <glib/gi18n.h>

#include "protocol/error.h"
#include "ui/calendar/days.h"

#define WORKDAY_MINUTES (9 * 60) /* for what has an hour and was only given a day */

static const SatchelField *
find (const SatchelEntity *entity, const char *name, guint types)
{
  const SatchelField *field = satchel_entity_find_field (entity, name);

  return field != NULL && (types & (1u << field->type)) != 0 && satchel_field_is_writable (field) ? field
                                                                                                  : NULL;
}

gboolean
satchel_slot_init (SatchelSlot *slot, const SatchelEntity *entity)
{
  const guint moment = 1u << SATCHEL_TYPE_DATETIME, either = moment | 1u << SATCHEL_TYPE_DATE;

  *slot = (SatchelSlot){ .entity = entity };
  if (entity->retired || g_strcmp0 (entity->area, "workplace") != 0 ||
      !satchel_entity_has_action (entity, "complete"))
    return FALSE;
  slot->start = find (entity, "start", either);
  if (slot->start == NULL) {
    slot->start = find (entity, "due", either);
    return slot->start != NULL;
  }
  slot->end = find (entity, "end", 1u << slot->start->type);
  if (slot->start->type == SATCHEL_TYPE_DATETIME) {
    slot->zone = find (entity, "zone", 1u << SATCHEL_TYPE_STRING);
    slot->all_day = find (entity, "all_day", 1u << SATCHEL_TYPE_BOOLEAN);
    slot->recurrence = find (entity, "recurrence", 1u << SATCHEL_TYPE_STRING);
    slot->series = find (entity, "series", 1u << SATCHEL_TYPE_LOOKUP);
    slot->original = find (entity, "original_start", moment);
    if (slot->series == NULL || slot->original == NULL)
      slot->series = slot->original = NULL;
  }
  return TRUE;
}

gboolean
satchel_slot_has_length (const SatchelSlot *slot)
{
  return slot->end != NULL;
}

/* ---- spans ---- */

void
satchel_span_set_times (SatchelSpan *span, gint64 start_ms, gint64 end_ms, GTimeZone *zone)
{
  *span = (SatchelSpan){ .start_ms = start_ms, .end_ms = MAX (start_ms, end_ms) };
  span->first_day = satchel_day_of (start_ms, zone);
  /* What ends at midnight does not stand on the day that begins then. */
  span->last_day = MAX (span->first_day, satchel_day_of (MAX (start_ms, span->end_ms - 1), zone));
}

void
satchel_span_set_days (SatchelSpan *span, gint64 first_day, gint64 last_day)
{
  *span = (SatchelSpan){ .all_day = TRUE,
                         .first_day = MIN (first_day, last_day),
                         .last_day = MAX (first_day, last_day) };
}

static gint64
shift_instant (gint64 ms, gint64 days, int minutes, GTimeZone *zone)
{
  return satchel_day_to_ms (satchel_day_of (ms, zone) + days, satchel_day_minutes_of (ms, zone) + minutes,
                            zone);
}

void
satchel_span_shift (SatchelSpan *span, gint64 days, int minutes, GTimeZone *zone)
{
  if (span->all_day)
    satchel_span_set_days (span, span->first_day + days, span->last_day + days);
  else
    satchel_span_set_times (span, shift_instant (span->start_ms, days, minutes, zone),
                            shift_instant (span->end_ms, days, minutes, zone), zone);
}

/* ---- reading ---- */

static gint64
days_of_date (const SatchelValue *value)
{
  gint64 days = 0;

  return satchel_date_parse (satchel_value_get_date (value), &days) ? days : 0;
}

GTimeZone *
satchel_slot_dup_zone (const SatchelSlot *slot, const SatchelRecord *record, GTimeZone *zone)
{
  const SatchelValue *name =
      slot->zone != NULL && record != NULL ? satchel_record_get (record, slot->zone) : NULL;
  GTimeZone *own = name != NULL ? g_time_zone_new_identifier (satchel_value_get_string (name)) : NULL;

  return own != NULL ? own : g_time_zone_ref (zone);
}

gboolean
satchel_slot_read (const SatchelSlot *slot, const SatchelRecord *record, GTimeZone *zone, SatchelSpan *span)
{
  const SatchelValue *start = satchel_record_get (record, slot->start);
  const SatchelValue *end = slot->end != NULL ? satchel_record_get (record, slot->end) : NULL;
  const SatchelValue *whole = slot->all_day != NULL ? satchel_record_get (record, slot->all_day) : NULL;
  gint64 start_ms, end_ms;

  if (start == NULL)
    return FALSE;
  if (slot->start->type == SATCHEL_TYPE_DATE) {
    satchel_span_set_days (span, days_of_date (start), days_of_date (end != NULL ? end : start));
    return TRUE;
  }
  start_ms = satchel_value_get_integer (start);
  end_ms = end != NULL ? satchel_value_get_integer (end) : start_ms;
  if (whole != NULL && satchel_value_get_boolean (whole)) {
    g_autoptr (GTimeZone) own = satchel_slot_dup_zone (slot, record, zone);

    satchel_span_set_times (span, start_ms, end_ms, own);
    satchel_span_set_days (span, span->first_day, span->last_day);
  } else
    satchel_span_set_times (span, start_ms, end_ms, zone);
  return TRUE;
}

/* ---- writing ---- */

static void
add (GPtrArray *values, const SatchelField *field, SatchelValue *value)
{
  SatchelFieldValue *change;

  if (field == NULL) {
    satchel_value_unref (value);
    return;
  }
  change = g_new0 (SatchelFieldValue, 1);
  change->field = field;
  change->value = value;
  g_ptr_array_add (values, change);
}

static void
add_date (GPtrArray *values, const SatchelField *field, gint64 day)
{
  g_autofree char *text = satchel_date_from_days (day);

  add (values, field, satchel_value_new_date (text));
}

/* The name of the zone, unless it is none that another computer would know. */
static void
add_zone (GPtrArray *values, const SatchelSlot *slot, GTimeZone *zone)
{
  g_autoptr (SatchelValue) name = satchel_value_new_string (g_time_zone_get_identifier (zone));

  if (slot->zone != NULL && name != NULL && satchel_value_check (slot->zone, name, NULL))
    add (values, slot->zone, g_steal_pointer (&name));
}

static GPtrArray *
list_dates (const SatchelSlot *slot, const SatchelSpan *span, GError **error)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);

  if (!span->all_day) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("“%s” is a day without a time."),
                 _ (slot->start->label));
    return NULL;
  }
  add_date (values, slot->start, span->first_day);
  if (slot->end != NULL)
    add_date (values, slot->end, span->last_day);
  return g_steal_pointer (&values);
}

GPtrArray *
satchel_slot_list_values (const SatchelSlot *slot, const SatchelRecord *before, const SatchelSpan *span,
                          GTimeZone *zone, GError **error)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  g_autoptr (GTimeZone) own = satchel_slot_dup_zone (slot, before, zone);
  gint64 start_ms = span->start_ms, end_ms = span->end_ms;

  if (slot->start->type == SATCHEL_TYPE_DATE)
    return list_dates (slot, span, error);
  if (span->all_day) {
    gboolean whole = slot->all_day != NULL;

    start_ms = satchel_day_to_ms (span->first_day, whole ? 0 : WORKDAY_MINUTES, own);
    end_ms = whole ? satchel_day_to_ms (span->last_day + 1, 0, own)
                   : satchel_day_to_ms (span->last_day, WORKDAY_MINUTES + 60, own);
  }
  add (values, slot->start, satchel_value_new_integer (start_ms));
  /* What had no end does not get one by being moved. */
  if (end_ms > start_ms ||
      (before != NULL && slot->end != NULL && satchel_record_get (before, slot->end) != NULL))
    add (values, slot->end, satchel_value_new_integer (end_ms));
  add (values, slot->all_day, satchel_value_new_boolean (span->all_day));
  if (before == NULL || (slot->zone != NULL && satchel_record_get (before, slot->zone) == NULL))
    add_zone (values, slot, zone);
  return g_steal_pointer (&values);
}
