/* Tasks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/exchange/calendar.h"
#include "client/exchange/fit.h"
#include "client/exchange/ical.h"

#define DAY_S 86400

static const char *const FIELDS[] = { "subject",  "description", "start_date",  "due",
                                      "priority", "percent",     "status",      "completed_at",
                                      "tags",     "links",       "calendar_id", NULL };

const char *const *
satchel_todo_fields (void)
{
  return FIELDS;
}

/* ---- days ---- */

static char *
dup_day (ICalTime *clock)
{
  return g_strdup_printf ("%04d-%02d-%02d", i_cal_time_get_year (clock), i_cal_time_get_month (clock),
                          i_cal_time_get_day (clock));
}

/* FALSE: there is such a property, and it is no time. *clock: owned, as it is written there; NULL: none. */
static gboolean
read_clock (SatchelZones *zones, ICalComponent *todo, ICalPropertyKind kind, ICalTime **clock, GError **error)
{
  g_autoptr (ICalProperty) property = satchel_ical_first (todo, kind);
  g_autoptr (ICalTime) time = NULL;
  g_auto (SatchelMoment) moment = { 0 };

  *clock = NULL;
  if (property == NULL)
    return TRUE;
  time =
      kind == I_CAL_DUE_PROPERTY ? i_cal_property_get_due (property) : i_cal_property_get_dtstart (property);
  if (!satchel_zones_read (zones, property, time, &moment, error))
    return FALSE;
  *clock = i_cal_time_clone (moment.clock);
  return TRUE;
}

static gboolean
read_days (SatchelZones *zones, ICalComponent *todo, SatchelRecord *into, GError **error)
{
  g_autoptr (ICalTime) start = NULL, due = NULL;
  g_autoptr (ICalProperty) length = satchel_ical_first (todo, I_CAL_DURATION_PROPERTY);
  g_autofree char *start_day = NULL, *due_day = NULL;

  if (!read_clock (zones, todo, I_CAL_DTSTART_PROPERTY, &start, error) ||
      !read_clock (zones, todo, I_CAL_DUE_PROPERTY, &due, error))
    return FALSE;
  if (due == NULL && start != NULL && length != NULL) {
    g_autoptr (ICalDuration) duration = i_cal_property_get_duration (length);
    int seconds = duration != NULL ? i_cal_duration_as_int (duration) : 0;

    due = i_cal_time_clone (start);
    i_cal_time_set_is_date (due, FALSE);
    i_cal_time_adjust (due, seconds / DAY_S, 0, 0, seconds % DAY_S);
  }
  start_day = start != NULL ? dup_day (start) : NULL;
  due_day = due != NULL ? dup_day (due) : NULL;
  satchel_fit_set (into, "start_date", start_day != NULL ? satchel_value_new_date (start_day) : NULL);
  satchel_fit_set (into, "due", due_day != NULL ? satchel_value_new_date (due_day) : NULL);
  return TRUE;
}

/* The day changes, the hour stays where there is one. */
static void
write_day (ICalComponent *todo, ICalPropertyKind kind, const SatchelRecord *before,
           const SatchelRecord *record, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (record, field);
  g_autoptr (ICalProperty) property = satchel_ical_first (todo, kind);
  g_autoptr (ICalTime) time = NULL;
  int year, month, day;

  if (!satchel_fit_differs (before, record, field))
    return;
  if (value == NULL) {
    satchel_ical_remove_all (todo, kind);
    return;
  }
  if (kind == I_CAL_DUE_PROPERTY)
    satchel_ical_remove_all (todo, I_CAL_DURATION_PROPERTY);
  if (property != NULL)
    time = kind == I_CAL_DUE_PROPERTY ? i_cal_property_get_due (property)
                                      : i_cal_property_get_dtstart (property);
  sscanf (satchel_value_get_date (value), "%d-%d-%d", &year, &month, &day);
  if (time == NULL || i_cal_time_is_null_time (time)) {
    g_clear_object (&time);
    time = i_cal_time_new_null_time ();
    i_cal_time_set_is_date (time, TRUE);
  }
  i_cal_time_set_date (time, year, month, day);
  if (property == NULL) {
    property = i_cal_property_new (kind);
    i_cal_component_add_property (todo, property);
  }
  if (i_cal_time_is_date (time))
    i_cal_property_set_parameter_from_string (property, "VALUE", "DATE");
  i_cal_property_take_value (property, i_cal_time_is_date (time) ? i_cal_value_new_date (time)
                                                                 : i_cal_value_new_datetime (time));
}

/* ---- how far it is ---- */

static gboolean
read_standing (const SatchelExchange *x, SatchelZones *zones, ICalComponent *todo, SatchelRecord *into,
               GError **error)
{
  g_autoptr (ICalProperty) percent = satchel_ical_first (todo, I_CAL_PERCENTCOMPLETE_PROPERTY);
  g_autoptr (ICalProperty) completed = satchel_ical_first (todo, I_CAL_COMPLETED_PROPERTY);
  g_autoptr (ICalTime) time = completed != NULL ? i_cal_property_get_completed (completed) : NULL;
  g_auto (SatchelMoment) moment = { 0 };
  ICalPropertyStatus status = satchel_ical_get_status (todo);
  gboolean is_done = status == I_CAL_STATUS_COMPLETED || (status == I_CAL_STATUS_NONE && completed != NULL);

  if (completed != NULL && !satchel_zones_read (zones, completed, time, &moment, error))
    return FALSE;
  if (status != I_CAL_STATUS_CANCELLED)
    satchel_fit_set (into, "completed_at", completed != NULL ? satchel_value_new_integer (moment.ms) : NULL);
  satchel_fit_set (
      into, "percent",
      percent != NULL
          ? satchel_fit_value (x, satchel_entity_find_field (into->entity, "percent"),
                               satchel_value_new_integer (i_cal_property_get_percentcomplete (percent)))
          : NULL);
  satchel_fit_set (into, "status",
                   satchel_value_new_string (status == I_CAL_STATUS_CANCELLED ? "cancelled"
                                             : is_done                        ? "completed"
                                                                              : "open"));
  return TRUE;
}

/* Of what was cancelled as well: programs that look for an end alone, as Evolution does, would call it
 * overdue for ever. When that was is the last change of a record that nothing changes any more. */
static void
write_end (ICalComponent *todo, const SatchelRecord *before, const SatchelRecord *record)
{
  const gboolean cancelled = g_str_equal (satchel_fit_get (record, "status"), "cancelled");
  const SatchelValue *end = satchel_record_get_by_name (record, cancelled ? "modified_at" : "completed_at");
  g_autoptr (ICalProperty) there = satchel_ical_first (todo, I_CAL_COMPLETED_PROPERTY);

  if (!satchel_fit_differs (before, record, "status") &&
      (cancelled ? there != NULL : !satchel_fit_differs (before, record, "completed_at")))
    return;
  satchel_ical_remove_all (todo, I_CAL_COMPLETED_PROPERTY);
  if (end != NULL)
    satchel_ical_set_time (todo, I_CAL_COMPLETED_PROPERTY, satchel_value_get_integer (end), NULL, NULL,
                           FALSE);
}

static void
write_standing (ICalComponent *todo, const SatchelRecord *before, const SatchelRecord *record)
{
  const SatchelValue *percent = satchel_record_get_by_name (record, "percent");
  const char *status = satchel_fit_get (record, "status");
  gboolean other = satchel_fit_differs (before, record, "status");

  if (satchel_fit_differs (before, record, "percent")) {
    satchel_ical_remove_all (todo, I_CAL_PERCENTCOMPLETE_PROPERTY);
    if (percent != NULL)
      i_cal_component_take_property (
          todo, i_cal_property_new_percentcomplete ((int)satchel_value_get_integer (percent)));
  }
  write_end (todo, before, record);
  /* COMPLETED alone would say that it is done. */
  if (other || (satchel_ical_get_status (todo) == I_CAL_STATUS_NONE &&
                satchel_fit_differs (before, record, "completed_at"))) {
    satchel_ical_remove_all (todo, I_CAL_STATUS_PROPERTY);
    i_cal_component_take_property (
        todo, i_cal_property_new_status (g_str_equal (status, "completed")   ? I_CAL_STATUS_COMPLETED
                                         : g_str_equal (status, "cancelled") ? I_CAL_STATUS_CANCELLED
                                         : percent != NULL && satchel_value_get_integer (percent) > 0
                                             ? I_CAL_STATUS_INPROCESS
                                             : I_CAL_STATUS_NEEDSACTION));
  }
}

/* ---- all of it ---- */

static const ICalPropertyKind KNOWN[] = {
  I_CAL_SUMMARY_PROPERTY,      I_CAL_DESCRIPTION_PROPERTY,     I_CAL_DTSTART_PROPERTY,
  I_CAL_DUE_PROPERTY,          I_CAL_DURATION_PROPERTY,        I_CAL_PRIORITY_PROPERTY,
  I_CAL_STATUS_PROPERTY,       I_CAL_PERCENTCOMPLETE_PROPERTY, I_CAL_COMPLETED_PROPERTY,
  I_CAL_CATEGORIES_PROPERTY,   I_CAL_ATTACH_PROPERTY,          I_CAL_UID_PROPERTY,
  I_CAL_DTSTAMP_PROPERTY,      I_CAL_CREATED_PROPERTY,         I_CAL_SEQUENCE_PROPERTY,
  I_CAL_LASTMODIFIED_PROPERTY,
};

gboolean
satchel_todo_read (const SatchelExchange *x, ICalComponent *calendar, ICalComponent *todo,
                   SatchelRecord *into, GError **error)
{
  g_autoptr (SatchelRecord) taken = satchel_record_copy (into);
  g_autoptr (SatchelZones) zones = satchel_zones_new (calendar, x->zone);

  satchel_fit_begin (x);
  satchel_ical_tell_errors (x, todo);
  if (!read_days (zones, todo, taken, error) || !read_standing (x, zones, todo, taken, error))
    return FALSE;
  satchel_ical_read_common (x, todo, taken);
  satchel_ical_read_uid (x, todo, taken, NULL);
  satchel_ical_list_left (x, todo, KNOWN, G_N_ELEMENTS (KNOWN));
  satchel_fit_move (into, taken, FIELDS);
  return TRUE;
}

ICalComponent *
satchel_todo_write (const SatchelExchange *x, const SatchelRecord *record, ICalComponent *base)
{
  ICalComponent *calendar = satchel_ical_copy_calendar (base);
  g_autoptr (GPtrArray) all = satchel_calendar_list (calendar, I_CAL_VTODO_COMPONENT);
  g_autoptr (ICalComponent) todo = all->len > 0 ? g_object_ref (all->pdata[0]) : NULL;
  g_autoptr (SatchelRecord) before = satchel_record_copy (record);

  if (todo == NULL || !satchel_todo_read (x, calendar, todo, before, NULL)) {
    for (guint i = 0; FIELDS[i] != NULL; i++)
      satchel_record_set_by_name (before, FIELDS[i], NULL);
  }
  if (todo == NULL) {
    todo = satchel_ical_new_component (I_CAL_VTODO_COMPONENT, record, satchel_ical_uid (record));
    i_cal_component_add_component (calendar, todo);
  } else if (satchel_fit_differs (before, record, "calendar_id")) {
    satchel_ical_set_text (todo, I_CAL_UID_PROPERTY, satchel_ical_uid (record));
  }
  satchel_ical_write_common (x, todo, before, record);
  write_day (todo, I_CAL_DTSTART_PROPERTY, before, record, "start_date");
  write_day (todo, I_CAL_DUE_PROPERTY, before, record, "due");
  write_standing (todo, before, record);
  if (!x->zones_are_known)
    satchel_zones_describe (calendar);
  return calendar;
}
