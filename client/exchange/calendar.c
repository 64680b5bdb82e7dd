/* Appointments.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/calendar.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/exchange/fit.h"
#include "client/exchange/ical.h"
#include "protocol/error.h"

#define DAY_MS        G_GINT64_CONSTANT (86400000)
#define MOST_REMINDER 40320 /* minutes, as the field */
#define BUSYSTATUS    "X-MICROSOFT-CDO-BUSYSTATUS"

static const char *const FIELDS[] = {
  "subject",   "description", "location",   "start",          "end",
  "zone",      "all_day",     "recurrence", "original_start", "reminder_minutes",
  "organizer", "attendees",   "show_as",    "private",        "priority",
  "status",    "tags",        "links",      "calendar_id",    NULL,
};

const char *const *
satchel_event_fields (void)
{
  return FIELDS;
}

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, reason);
  return FALSE;
}

/* ---- components ---- */

/* As libical sees lines: long ones go on behind a line end and a blank, but not an empty one; behind the last
 * line feed a carriage return is a line end, too. Owned. */
static char *
dup_unfolded (const char *text)
{
  GString *plain = g_string_sized_new (strlen (text));
  const char *last = strrchr (text, '\n');

  for (const char *at = text; *at != '\0'; at++) {
    const gboolean empty = plain->len == 0 || plain->str[plain->len - 1] == '\n';
    const gsize end = *at == '\n' && !empty ? 1 : g_str_has_prefix (at, "\r\n") ? 2 : 0;

    if (end > 0 && (at[end] == ' ' || at[end] == '\t'))
      at += end;
    else
      g_string_append_c (plain, *at == '\r' && (last == NULL || at > last) ? '\n' : *at);
  }
  return g_string_free (plain, FALSE);
}

/* The name ends wherever it may for libical. */
static gboolean
opens (const char *line)
{
  return g_ascii_strncasecmp (line, "BEGIN", 5) == 0 && line[5] != '-' && !g_ascii_isalnum (line[5]);
}

/* libical goes down with the components and keeps every line: both are counted before. */
static gboolean
is_bounded (const char *text)
{
  g_autofree char *plain = dup_unfolded (text);
  guint lines = 0, depth = 0;

  for (const char *at = plain; at != NULL; at = strchr (at, '\n')) {
    at += *at == '\n';
    if (opens (at))
      depth++;
    else if (g_ascii_strncasecmp (at, "END:", 4) == 0 && depth > 0)
      depth--;
    if (++lines > SATCHEL_MAX_ITEM_LINES || depth > SATCHEL_MAX_ITEM_DEPTH)
      return FALSE;
  }
  return TRUE;
}

ICalComponent *
satchel_calendar_parse (const char *text)
{
  return is_bounded (text) ? i_cal_component_new_from_string (text) : NULL;
}

static gboolean
is_instance (ICalComponent *component)
{
  g_autoptr (ICalProperty) property = satchel_ical_first (component, I_CAL_RECURRENCEID_PROPERTY);

  return property != NULL;
}

GPtrArray *
satchel_calendar_list (ICalComponent *calendar, ICalComponentKind kind)
{
  g_autoptr (GPtrArray) all = NULL;
  GPtrArray *sorted = g_ptr_array_new_with_free_func (g_object_unref);

  if (i_cal_component_isa (calendar) == kind) {
    g_ptr_array_add (sorted, g_object_ref (calendar));
    return sorted;
  }
  all = satchel_ical_list_components (calendar, kind);
  for (guint instances = 0; instances < 2; instances++) {
    for (guint i = 0; i < all->len; i++) {
      if (is_instance (all->pdata[i]) == (instances == 1))
        g_ptr_array_add (sorted, g_object_ref (all->pdata[i]));
    }
  }
  return sorted;
}

ICalComponent *
satchel_calendar_get_master (ICalComponent *calendar, ICalComponentKind kind)
{
  g_autoptr (GPtrArray) all = satchel_calendar_list (calendar, kind);

  return all->len > 0 && !is_instance (all->pdata[0]) ? g_object_ref (all->pdata[0]) : NULL;
}

static ICalProperty_Class
get_class (ICalComponent *component)
{
  g_autoptr (ICalProperty) property = satchel_ical_first (component, I_CAL_CLASS_PROPERTY);

  return property != NULL ? i_cal_property_get_class (property) : I_CAL_CLASS_NONE;
}

gboolean
satchel_calendar_is_private (ICalComponent *component)
{
  ICalProperty_Class class = get_class (component);

  return class != I_CAL_CLASS_NONE && class != I_CAL_CLASS_PUBLIC;
}

/* ---- when ---- */

/* Whose days and hours without a zone are: the record's own, or the reader's. Owned. */
static GTimeZone *
dup_zone (const SatchelExchange *x, const SatchelRecord *record)
{
  const char *name = satchel_fit_get (record, "zone");
  GTimeZone *zone = *name != '\0' ? satchel_zones_find (name) : NULL;

  return zone != NULL ? zone : g_time_zone_ref (x->zone);
}

static gint64
next_day (GTimeZone *zone, ICalTime *day)
{
  g_autoptr (ICalTime) next = i_cal_time_clone (day);

  i_cal_time_adjust (next, 1, 0, 0, 0);
  return satchel_zones_instant (zone, next);
}

/* DTEND or DURATION; *has FALSE: neither. */
static gboolean
read_end (SatchelZones *zones, GTimeZone *own, ICalComponent *event, const SatchelMoment *start,
          gboolean *has, gint64 *end_ms, GError **error)
{
  g_autoptr (ICalProperty) property = satchel_ical_first (event, I_CAL_DTEND_PROPERTY);
  g_autoptr (ICalProperty) length = satchel_ical_first (event, I_CAL_DURATION_PROPERTY);

  *has = property != NULL || length != NULL || start->is_date;
  *end_ms = start->ms;
  if (property != NULL) {
    g_autoptr (ICalTime) time = i_cal_property_get_dtend (property);
    g_auto (SatchelMoment) moment = { 0 };

    if (!satchel_zones_read (zones, property, time, &moment, error))
      return FALSE;
    if (moment.is_date != start->is_date)
      return refuse (error, _ ("it begins with a day and ends with an hour, or the other way round"));
    *end_ms = moment.ms;
  } else if (length != NULL) {
    g_autoptr (ICalDuration) duration = i_cal_property_get_duration (length);
    gint64 seconds = duration != NULL ? i_cal_duration_as_int (duration) : 0;

    *end_ms = start->ms + seconds * 1000;
    if (start->is_date && seconds > 0) {
      g_autoptr (ICalTime) last = i_cal_time_clone (start->clock);

      i_cal_time_adjust (last, (int)((seconds * 1000 + DAY_MS - 1) / DAY_MS), 0, 0, 0);
      *end_ms = satchel_zones_instant (own, last);
    }
  }
  /* Some write the same day twice. */
  if (start->is_date && *end_ms == start->ms)
    *end_ms = next_day (own, start->clock);
  if (*end_ms < start->ms)
    return refuse (error, _ ("it ends before it begins"));
  return *end_ms <= SATCHEL_INSTANT_LAST_MS || refuse (error, _ ("it ends after the year 9999"));
}

/* The zone's name as the record has it. */
static SatchelValue *
make_zone (const SatchelExchange *x, const SatchelMoment *start, const SatchelRecord *into)
{
  const SatchelValue *before = satchel_record_get_by_name (into, "zone");
  const SatchelField *field = satchel_entity_find_field (into->entity, "zone");
  gboolean is_open = start->is_date || start->is_floating;
  g_autoptr (SatchelValue) own = NULL;

  if (before != NULL && is_open)
    return satchel_value_ref (before);
  /* One that was made without a zone is written in UTC. */
  if (before == NULL && g_strcmp0 (start->name, "UTC") == 0 &&
      satchel_record_get_by_name (into, "start") != NULL)
    return NULL;
  if (!is_open)
    return satchel_value_new_string (start->name != NULL ? start->name : "UTC"); /* the instants are known */
  own = satchel_value_new_string (g_time_zone_get_identifier (x->zone));
  if (own != NULL && satchel_value_check (field, own, NULL))
    return g_steal_pointer (&own);
  return start->is_floating ? satchel_value_new_string ("UTC") : NULL;
}

static gboolean
read_time (const SatchelExchange *x, SatchelZones *zones, GTimeZone *own, ICalComponent *event,
           SatchelRecord *into, GError **error)
{
  g_autoptr (ICalProperty) property = satchel_ical_first (event, I_CAL_DTSTART_PROPERTY);
  g_autoptr (ICalTime) time = property != NULL ? i_cal_property_get_dtstart (property) : NULL;
  g_auto (SatchelMoment) start = { 0 };
  gboolean has_end;
  gint64 end_ms;

  if (property == NULL)
    return refuse (error, _ ("it has no start"));
  if (!satchel_zones_read (zones, property, time, &start, error) ||
      !read_end (zones, own, event, &start, &has_end, &end_ms, error))
    return FALSE;
  satchel_fit_set (into, "zone", make_zone (x, &start, into));
  satchel_fit_set (into, "all_day", satchel_value_new_boolean (start.is_date));
  satchel_fit_set (into, "start", satchel_value_new_integer (start.ms));
  satchel_fit_set (into, "end", has_end ? satchel_value_new_integer (end_ms) : NULL);
  satchel_repeat_read (x, zones, event, &start, into);
  if (start.name == NULL && !start.is_date && !start.is_floating &&
      *satchel_fit_get (into, "recurrence") != '\0')
    return refuse (error, _ ("it repeats in a time zone of its own, which no known one is like"));
  return TRUE;
}

static gboolean
read_original (SatchelZones *zones, ICalComponent *event, SatchelRecord *into, GError **error)
{
  g_autoptr (ICalProperty) property = satchel_ical_first (event, I_CAL_RECURRENCEID_PROPERTY);
  g_autoptr (ICalTime) time = property != NULL ? i_cal_property_get_recurrenceid (property) : NULL;
  g_autoptr (ICalParameter) range =
      property != NULL ? i_cal_property_get_first_parameter (property, I_CAL_RANGE_PARAMETER) : NULL;
  g_auto (SatchelMoment) moment = { 0 };

  if (property == NULL) {
    satchel_fit_set (into, "original_start", NULL);
    return TRUE;
  }
  if (range != NULL && i_cal_parameter_get_range (range) == I_CAL_RANGE_THISANDFUTURE)
    return refuse (error, _ ("it stands in place of all that follows in its series, not of one"));
  if (!satchel_zones_read (zones, property, time, &moment, error))
    return FALSE;
  satchel_fit_set (into, "original_start", satchel_value_new_integer (moment.ms));
  return TRUE;
}

/* ---- reminders ---- */

/* -1: it rings at another moment than some minutes before the start. */
static int
get_minutes (ICalComponent *alarm)
{
  g_autoptr (ICalProperty) property = satchel_ical_first (alarm, I_CAL_TRIGGER_PROPERTY);
  g_autoptr (ICalProperty) action = satchel_ical_first (alarm, I_CAL_ACTION_PROPERTY);
  g_autoptr (ICalParameter) related =
      property != NULL ? i_cal_property_get_first_parameter (property, I_CAL_RELATED_PARAMETER) : NULL;
  g_autoptr (GObject) trigger = property != NULL ? (GObject *)i_cal_property_get_trigger (property) : NULL;
  g_autoptr (ICalTime) time = trigger != NULL ? i_cal_trigger_get_time (I_CAL_TRIGGER (trigger)) : NULL;
  g_autoptr (ICalDuration) duration =
      trigger != NULL ? i_cal_trigger_get_duration (I_CAL_TRIGGER (trigger)) : NULL;
  int seconds;

  if (duration == NULL || (time != NULL && !i_cal_time_is_null_time (time)) ||
      i_cal_duration_is_bad_duration (duration) ||
      (related != NULL && i_cal_parameter_get_related (related) == I_CAL_RELATED_END) ||
      (action != NULL && i_cal_property_get_action (action) != I_CAL_ACTION_DISPLAY &&
       i_cal_property_get_action (action) != I_CAL_ACTION_AUDIO))
    return -1;
  seconds = -i_cal_duration_as_int (duration);
  return seconds >= 0 && seconds % 60 == 0 && seconds / 60 <= MOST_REMINDER ? seconds / 60 : -1;
}

static GPtrArray *
list_alarms (ICalComponent *event)
{
  g_autoptr (GPtrArray) all = satchel_ical_list_components (event, I_CAL_VALARM_COMPONENT);
  GPtrArray *alarms = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < all->len; i++) {
    if (get_minutes (all->pdata[i]) >= 0)
      g_ptr_array_add (alarms, g_object_ref (all->pdata[i]));
  }
  return alarms;
}

static void
write_reminder (ICalComponent *event, const SatchelRecord *before, const SatchelRecord *record)
{
  const SatchelValue *value = satchel_record_get_by_name (record, "reminder_minutes");
  g_autoptr (GPtrArray) alarms = list_alarms (event);
  g_autoptr (ICalComponent) alarm = alarms->len > 0 ? g_object_ref (alarms->pdata[0]) : NULL;
  g_autoptr (GObject) trigger = NULL;

  if (!satchel_fit_differs (before, record, "reminder_minutes"))
    return;
  if (value == NULL) {
    for (guint i = 0; i < alarms->len; i++)
      i_cal_component_remove_component (event, alarms->pdata[i]);
    return;
  }
  if (alarm == NULL) {
    alarm = i_cal_component_new (I_CAL_VALARM_COMPONENT);
    i_cal_component_take_property (alarm, i_cal_property_new_action (I_CAL_ACTION_DISPLAY));
    satchel_ical_set_text (alarm, I_CAL_DESCRIPTION_PROPERTY, satchel_fit_get (record, "subject"));
    i_cal_component_add_component (event, alarm);
  }
  satchel_ical_remove_all (alarm, I_CAL_TRIGGER_PROPERTY);
  trigger = (GObject *)i_cal_trigger_new_from_int (-60 * (int)satchel_value_get_integer (value));
  i_cal_component_take_property (alarm, i_cal_property_new_trigger (I_CAL_TRIGGER (trigger)));
}

/* ---- standing ---- */

static void
set_status (ICalComponent *event, ICalPropertyStatus status)
{
  satchel_ical_remove_all (event, I_CAL_STATUS_PROPERTY);
  if (status != I_CAL_STATUS_NONE)
    i_cal_component_take_property (event, i_cal_property_new_status (status));
}

/* One of them cannot be read, where there are several, and is forgotten when they are written. */
static gboolean
has_transparency (ICalComponent *event)
{
  gboolean found = FALSE;

  for (ICalProperty *one = i_cal_component_get_first_property (event, I_CAL_TRANSP_PROPERTY); one != NULL;) {
    ICalProperty *next = i_cal_component_get_next_property (event, I_CAL_TRANSP_PROPERTY);

    found |= i_cal_property_get_transp (one) == I_CAL_TRANSP_TRANSPARENT;
    g_object_unref (one);
    one = next;
  }
  return found;
}

static const char *
find_show_as (ICalComponent *event)
{
  g_autofree char *busy = satchel_ical_get_x (event, BUSYSTATUS);

  if (busy != NULL && g_ascii_strcasecmp (busy, "OOF") == 0)
    return "away";
  if (satchel_ical_get_status (event) == I_CAL_STATUS_TENTATIVE ||
      (busy != NULL && g_ascii_strcasecmp (busy, "TENTATIVE") == 0))
    return "tentative";
  return has_transparency (event) ? "free" : "busy";
}

static void
read_standing (ICalComponent *event, SatchelRecord *into)
{
  const char *before = satchel_fit_get (into, "status");
  gboolean cancelled = satchel_ical_get_status (event) == I_CAL_STATUS_CANCELLED;

  satchel_fit_set (into, "show_as", satchel_value_new_string (find_show_as (event)));
  satchel_fit_set (into, "private", satchel_value_new_boolean (satchel_calendar_is_private (event)));
  if (cancelled || *before == '\0' || g_str_equal (before, "cancelled"))
    satchel_fit_set (into, "status", satchel_value_new_string (cancelled ? "cancelled" : "open"));
}

/* A class of somebody's own is private, too, and the library would not write it again. */
static void
write_class (ICalComponent *event, const SatchelRecord *before, const SatchelRecord *record)
{
  gboolean is_private = satchel_fit_is_true (record, "private");
  ICalProperty_Class class = get_class (event);

  if (!satchel_fit_differs (before, record, "private") &&
      (!is_private || class == I_CAL_CLASS_PRIVATE || class == I_CAL_CLASS_CONFIDENTIAL))
    return;
  satchel_ical_remove_all (event, I_CAL_CLASS_PROPERTY);
  if (is_private)
    i_cal_component_take_property (event, i_cal_property_new_class (I_CAL_CLASS_PRIVATE));
}

static void
write_standing (ICalComponent *event, const SatchelRecord *before, const SatchelRecord *record)
{
  const char *show_as = satchel_fit_get (record, "show_as"), *status = satchel_fit_get (record, "status");
  g_autofree char *busy = satchel_ical_get_x (event, BUSYSTATUS);

  if (satchel_fit_differs (before, record, "show_as")) {
    gboolean away = g_str_equal (show_as, "away"), open = g_str_equal (show_as, "free");

    satchel_ical_remove_all (event, I_CAL_TRANSP_PROPERTY);
    i_cal_component_take_property (
        event, i_cal_property_new_transp (open ? I_CAL_TRANSP_TRANSPARENT : I_CAL_TRANSP_OPAQUE));
    if (away || busy != NULL)
      satchel_ical_set_x (event, BUSYSTATUS,
                          away                                 ? "OOF"
                          : open                               ? "FREE"
                          : g_str_equal (show_as, "tentative") ? "TENTATIVE"
                                                               : "BUSY");
    if (g_str_equal (show_as, "tentative"))
      set_status (event, I_CAL_STATUS_TENTATIVE);
    else if (satchel_ical_get_status (event) == I_CAL_STATUS_TENTATIVE)
      set_status (event, I_CAL_STATUS_CONFIRMED);
  }
  write_class (event, before, record);
  if (g_str_equal (status, "cancelled")) {
    set_status (event, I_CAL_STATUS_CANCELLED);
    /* There is one STATUS, and it says something else now. */
    if (g_str_equal (show_as, "tentative"))
      satchel_ical_set_x (event, BUSYSTATUS, "TENTATIVE");
  } else if (satchel_ical_get_status (event) == I_CAL_STATUS_CANCELLED)
    set_status (event, g_str_equal (show_as, "tentative") ? I_CAL_STATUS_TENTATIVE : I_CAL_STATUS_NONE);
}

/* ---- reading ---- */

static const ICalPropertyKind KNOWN[] = {
  I_CAL_SUMMARY_PROPERTY, I_CAL_DESCRIPTION_PROPERTY,  I_CAL_LOCATION_PROPERTY,
  I_CAL_DTSTART_PROPERTY, I_CAL_DTEND_PROPERTY,        I_CAL_DURATION_PROPERTY,
  I_CAL_RRULE_PROPERTY,   I_CAL_EXRULE_PROPERTY,       I_CAL_EXDATE_PROPERTY,
  I_CAL_RDATE_PROPERTY,   I_CAL_ORGANIZER_PROPERTY,    I_CAL_ATTENDEE_PROPERTY,
  I_CAL_TRANSP_PROPERTY,  I_CAL_CLASS_PROPERTY,        I_CAL_PRIORITY_PROPERTY,
  I_CAL_STATUS_PROPERTY,  I_CAL_CATEGORIES_PROPERTY,   I_CAL_ATTACH_PROPERTY,
  I_CAL_UID_PROPERTY,     I_CAL_RECURRENCEID_PROPERTY, I_CAL_DTSTAMP_PROPERTY,
  I_CAL_CREATED_PROPERTY, I_CAL_SEQUENCE_PROPERTY,     I_CAL_LASTMODIFIED_PROPERTY,
};

gboolean
satchel_event_read (const SatchelExchange *x, ICalComponent *calendar, ICalComponent *event,
                    SatchelRecord *into, GError **error)
{
  g_autoptr (SatchelRecord) taken = satchel_record_copy (into);
  g_autoptr (GTimeZone) own = dup_zone (x, into);
  g_autoptr (SatchelZones) zones = satchel_zones_new (calendar, own);
  g_autoptr (GPtrArray) alarms = list_alarms (event);
  g_autofree char *location = satchel_ical_get_text (event, I_CAL_LOCATION_PROPERTY);
  const SatchelValue *series = satchel_record_get_by_name (into, "series");

  satchel_fit_begin (x);
  satchel_ical_tell_errors (x, event);
  if (!read_time (x, zones, own, event, taken, error) || !read_original (zones, event, taken, error))
    return FALSE;
  satchel_ical_read_common (x, event, taken);
  satchel_fit_take (x, taken, "location", location, ", ");
  satchel_fit_set (taken, "reminder_minutes",
                   alarms->len > 0 ? satchel_value_new_integer (get_minutes (alarms->pdata[0])) : NULL);
  satchel_attendance_read (x, event, taken);
  read_standing (event, taken);
  satchel_ical_read_uid (x, event, taken, series != NULL ? satchel_value_get_id (series) : NULL);
  satchel_ical_list_left (x, event, KNOWN, G_N_ELEMENTS (KNOWN));
  satchel_fit_move (into, taken, FIELDS);
  return TRUE;
}

/* ---- writing ---- */

static void
write_time (const SatchelExchange *x, ICalComponent *event, const SatchelRecord *before,
            const SatchelRecord *record)
{
  const SatchelValue *start = satchel_record_get_by_name (record, "start"),
                     *end = satchel_record_get_by_name (record, "end");
  const char *zone = satchel_fit_get (record, "zone");
  const char *name = *zone != '\0' ? zone : NULL;
  gboolean all_day = satchel_fit_is_true (record, "all_day");
  gboolean other_form =
      satchel_fit_differs (before, record, "zone") || satchel_fit_differs (before, record, "all_day");

  if (start != NULL && (other_form || satchel_fit_differs (before, record, "start") ||
                        satchel_fit_differs (before, record, "end"))) {
    satchel_ical_set_time (event, I_CAL_DTSTART_PROPERTY, satchel_value_get_integer (start), name, x->zone,
                           all_day);
    satchel_ical_remove_all (event, I_CAL_DURATION_PROPERTY);
    satchel_ical_remove_all (event, I_CAL_DTEND_PROPERTY);
    if (end != NULL)
      satchel_ical_set_time (event, I_CAL_DTEND_PROPERTY, satchel_value_get_integer (end), name, x->zone,
                             all_day);
  }
  if (other_form || satchel_fit_differs (before, record, "recurrence"))
    satchel_repeat_write (event, record, name, x->zone, all_day);
}

static void
write_event (const SatchelExchange *x, ICalComponent *event, const SatchelRecord *before,
             const SatchelRecord *record)
{
  write_time (x, event, before, record);
  satchel_ical_write_common (x, event, before, record);
  if (satchel_fit_differs (before, record, "location"))
    satchel_ical_set_text (event, I_CAL_LOCATION_PROPERTY, satchel_fit_get (record, "location"));
  write_reminder (event, before, record);
  satchel_attendance_write (x, event, before, record);
  write_standing (event, before, record);
}

static void
empty_fields (SatchelRecord *record)
{
  for (guint i = 0; FIELDS[i] != NULL; i++)
    satchel_record_set_by_name (record, FIELDS[i], NULL);
}

/* The component of the record: one with the same original start, out of @left. Owned, or NULL. */
static ICalComponent *
take_component (const SatchelExchange *x, SatchelZones *zones, const SatchelRecord *record, GPtrArray *left)
{
  for (guint i = 0; i < left->len; i++) {
    g_autoptr (SatchelRecord) probe = satchel_record_copy (record);

    if (!read_original (zones, left->pdata[i], probe, NULL) ||
        satchel_fit_differs (probe, record, "original_start"))
      continue;
    return g_ptr_array_steal_index (left, i);
  }
  return NULL;
}

ICalComponent *
satchel_event_write (const SatchelExchange *x, const SatchelRecord *const *records, guint n_records,
                     ICalComponent *base)
{
  ICalComponent *calendar = satchel_ical_copy_calendar (base);
  g_autoptr (GPtrArray) left = satchel_calendar_list (calendar, I_CAL_VEVENT_COMPONENT);
  g_autoptr (GTimeZone) own = dup_zone (x, records[0]);
  g_autoptr (SatchelZones) zones = satchel_zones_new (calendar, own);

  for (guint i = 0; i < n_records; i++) {
    const SatchelRecord *record = records[i];
    g_autoptr (SatchelRecord) before = satchel_record_copy (record);
    const SatchelValue *original = satchel_record_get_by_name (record, "original_start");
    g_autoptr (ICalComponent) event = NULL;

    if (i > 0 && original == NULL)
      continue;
    event = take_component (x, zones, record, left);
    if (event == NULL || !satchel_event_read (x, calendar, event, before, NULL))
      empty_fields (before);
    if (event == NULL) {
      event = satchel_ical_new_component (I_CAL_VEVENT_COMPONENT, record, satchel_ical_uid (records[0]));
      if (original != NULL)
        satchel_ical_set_time (
            event, I_CAL_RECURRENCEID_PROPERTY, satchel_value_get_integer (original),
            *satchel_fit_get (records[0], "zone") != '\0' ? satchel_fit_get (records[0], "zone") : NULL,
            x->zone, satchel_fit_is_true (records[0], "all_day"));
      i_cal_component_add_component (calendar, event);
    } else if (satchel_fit_differs (before, record, "calendar_id") && i == 0) {
      satchel_ical_set_text (event, I_CAL_UID_PROPERTY, satchel_ical_uid (record));
    }
    write_event (x, event, before, record);
  }
  for (guint i = 0; i < left->len; i++)
    i_cal_component_remove_component (calendar, left->pdata[i]);
  if (!x->zones_are_known)
    satchel_zones_describe (calendar);
  return calendar;
}
