/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/zones.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/exchange/ical.h"
#include "protocol/error.h"
#include "protocol/value.h"

#define MOST_RULES   400 /* STANDARD and DAYLIGHT of one VTIMEZONE */
#define PROBED_YEARS 2   /* on either side of the event */
#define HOUR_S       3600

/* A VTIMEZONE as it was understood. */
typedef struct {
  const char *name;  /* in the database; interned, or NULL */
  GTimeZone *zone;   /* the same, or NULL */
  ICalTimezone *own; /* its own rules; NULL where they are not asked */
} Zone;

struct _SatchelZones {
  ICalComponent *calendar;
  GTimeZone *own;
  GHashTable *by_tzid; /* char* → Zone* */
};

static void
zone_free (gpointer data)
{
  Zone *zone = data;

  g_clear_pointer (&zone->zone, g_time_zone_unref);
  g_clear_object (&zone->own);
  g_free (zone);
}

SatchelZones *
satchel_zones_new (ICalComponent *calendar, GTimeZone *own)
{
  SatchelZones *zones = g_new0 (SatchelZones, 1);

  zones->calendar = calendar;
  zones->own = g_time_zone_ref (own);
  zones->by_tzid = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, zone_free);
  return zones;
}

void
satchel_zones_free (SatchelZones *zones)
{
  g_time_zone_unref (zones->own);
  g_hash_table_unref (zones->by_tzid);
  g_free (zones);
}

void
satchel_moment_clear (SatchelMoment *moment)
{
  g_clear_object (&moment->clock);
}

/* ---- names ---- */

GTimeZone *
satchel_zones_find (const char *name)
{
  const SatchelField field = {
    .label = "zone", .type = SATCHEL_TYPE_STRING, .format = SATCHEL_FORMAT_TIMEZONE, .max_chars = 60
  };
  g_autoptr (SatchelValue) value = satchel_value_new_string (name);

  return value != NULL && satchel_value_check (&field, value, NULL) ? g_time_zone_new_identifier (name)
                                                                    : NULL;
}

/* The name itself, or what stands behind a prefix; interned. */
static const char *
find_name (const char *tzid, GTimeZone **zone)
{
  for (const char *at = tzid; at != NULL && *at != '\0'; at = strchr (at, '/')) {
    at += *at == '/';
    if ((*zone = satchel_zones_find (at)) != NULL)
      return g_intern_string (at);
  }
  return NULL;
}

/* Where the clock of most people stands: those of whom a VTIMEZONE without a name is likely. */
static const char *const USUAL[] = {
  "Europe/London",
  "Europe/Berlin",
  "Europe/Bucharest",
  "Europe/Lisbon",
  "Europe/Moscow",
  "Europe/Istanbul",
  "Europe/Minsk",
  "Europe/Samara",
  "America/New_York",
  "America/Chicago",
  "America/Denver",
  "America/Phoenix",
  "America/Los_Angeles",
  "America/Anchorage",
  "Pacific/Honolulu",
  "America/Halifax",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Argentina/Buenos_Aires",
  "America/Bogota",
  "America/Caracas",
  "America/Santiago",
  "America/Mexico_City",
  "America/Havana",
  "America/Asuncion",
  "Atlantic/Azores",
  "Atlantic/Cape_Verde",
  "Africa/Casablanca",
  "Africa/Lagos",
  "Africa/Cairo",
  "Africa/Johannesburg",
  "Africa/Nairobi",
  "Asia/Jerusalem",
  "Asia/Beirut",
  "Asia/Baghdad",
  "Asia/Riyadh",
  "Asia/Tehran",
  "Asia/Dubai",
  "Asia/Kabul",
  "Asia/Karachi",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Asia/Dhaka",
  "Asia/Yangon",
  "Asia/Bangkok",
  "Asia/Shanghai",
  "Asia/Singapore",
  "Asia/Tokyo",
  "Asia/Seoul",
  "Australia/Perth",
  "Australia/Adelaide",
  "Australia/Darwin",
  "Australia/Brisbane",
  "Australia/Sydney",
  "Australia/Lord_Howe",
  "Pacific/Auckland",
  "Pacific/Fiji",
  "Pacific/Tongatapu",
  "Pacific/Kiritimati",
  "Pacific/Noumea",
  "Asia/Vladivostok",
  "Asia/Yekaterinburg",
  "Asia/Novosibirsk",
  "Asia/Irkutsk",
  "Pacific/Pago_Pago",
  "Pacific/Marquesas",
};

/* ---- their own rules ---- */

/* Offsets are found by counting all changes up to a year: a rule that changes by the second would be counted
 * for hours. */
static gboolean
is_sound (ICalComponent *vtimezone)
{
  guint n = 0;

  for (ICalComponent *part = i_cal_component_get_first_component (vtimezone, I_CAL_ANY_COMPONENT);
       part != NULL;) {
    ICalComponent *next;
    const ICalComponentKind kind = i_cal_component_isa (part);
    gboolean sound;

    n += kind == I_CAL_XSTANDARD_COMPONENT || kind == I_CAL_XDAYLIGHT_COMPONENT; /* others describe nothing */
    sound = n <= MOST_RULES;

    for (ICalProperty *property = i_cal_component_get_first_property (part, I_CAL_RRULE_PROPERTY);
         property != NULL;) {
      ICalRecurrence *rule = i_cal_property_get_rrule (property);
      ICalProperty *following = i_cal_component_get_next_property (part, I_CAL_RRULE_PROPERTY);

      sound &= rule != NULL && i_cal_recurrence_get_freq (rule) == I_CAL_YEARLY_RECURRENCE &&
               i_cal_recurrence_get_by_hour (rule, 0) == I_CAL_RECURRENCE_ARRAY_MAX &&
               i_cal_recurrence_get_by_minute (rule, 0) == I_CAL_RECURRENCE_ARRAY_MAX &&
               i_cal_recurrence_get_by_second (rule, 0) == I_CAL_RECURRENCE_ARRAY_MAX;
      g_clear_object (&rule);
      g_object_unref (property);
      property = following;
    }
    next = sound ? i_cal_component_get_next_component (vtimezone, I_CAL_ANY_COMPONENT) : NULL;
    g_object_unref (part);
    part = next;
    if (!sound)
      return FALSE;
  }
  return n > 0;
}

static ICalComponent *
find_vtimezone (ICalComponent *calendar, const char *tzid)
{
  ICalComponent *zone = i_cal_component_get_first_component (calendar, I_CAL_VTIMEZONE_COMPONENT);

  while (zone != NULL) {
    g_autoptr (ICalProperty) property = i_cal_component_get_first_property (zone, I_CAL_TZID_PROPERTY);
    const char *name = property != NULL ? i_cal_property_get_tzid (property) : NULL;

    if (g_strcmp0 (name, tzid) == 0)
      return zone;
    g_object_unref (zone);
    zone = i_cal_component_get_next_component (calendar, I_CAL_VTIMEZONE_COMPONENT);
  }
  return NULL;
}

static gint32
offset_at (GTimeZone *zone, ICalTime *utc)
{
  return g_time_zone_get_offset (
      zone, g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, (gint64)i_cal_time_as_timet (utc)));
}

/* Whether both clocks show the same in the middle of all months around @year. */
static gboolean
is_alike (ICalTimezone *own, GTimeZone *zone, int year)
{
  ICalTimezone *utc = i_cal_timezone_get_utc_timezone ();

  for (int at = year - PROBED_YEARS; at <= year + PROBED_YEARS; at++) {
    for (int month = 1; month <= 12; month++) {
      g_autoptr (ICalTime) time = i_cal_time_new_null_time ();
      int is_daylight;

      i_cal_time_set_date (time, at, month, 15);
      i_cal_time_set_time (time, 12, 0, 0);
      i_cal_time_set_timezone (time, utc);
      if (i_cal_timezone_get_utc_offset_of_utc_time (own, time, &is_daylight) != offset_at (zone, time))
        return FALSE;
    }
  }
  return TRUE;
}

static const char *
find_alike (SatchelZones *zones, ICalTimezone *own, int year, GTimeZone **found)
{
  const char *name = g_time_zone_get_identifier (zones->own);
  g_autoptr (GTimeZone) mine = satchel_zones_find (name);

  if (mine != NULL && is_alike (own, mine, year)) {
    *found = g_steal_pointer (&mine);
    return g_intern_string (name);
  }
  for (guint i = 0; i < G_N_ELEMENTS (USUAL); i++) {
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (USUAL[i]);

    if (zone != NULL && is_alike (own, zone, year)) {
      *found = g_steal_pointer (&zone);
      return g_intern_string (USUAL[i]);
    }
  }
  return NULL;
}

static void
describe (SatchelZones *zones, Zone *zone, ICalComponent *vtimezone, int year)
{
  g_autofree char *text = satchel_ical_get_x (vtimezone, "X-LIC-LOCATION");

  if (text != NULL && (zone->name = find_name (text, &zone->zone)) != NULL)
    return;
  if (!is_sound (vtimezone))
    return;
  zone->own = i_cal_timezone_new ();
  {
    g_autoptr (ICalComponent) copy = i_cal_component_clone (vtimezone);

    if (!i_cal_timezone_set_component (zone->own, copy)) {
      g_clear_object (&zone->own);
      return;
    }
  }
  zone->name = find_alike (zones, zone->own, CLAMP (year, 1903, 2097), &zone->zone);
}

static Zone *
look_up (SatchelZones *zones, const char *tzid, int year)
{
  Zone *zone = g_hash_table_lookup (zones->by_tzid, tzid);

  if (zone == NULL) {
    g_autoptr (ICalComponent) vtimezone = NULL;

    zone = g_new0 (Zone, 1);
    zone->name = find_name (tzid, &zone->zone);
    if (zone->name == NULL && (vtimezone = find_vtimezone (zones->calendar, tzid)) != NULL)
      describe (zones, zone, vtimezone, year);
    g_hash_table_insert (zones->by_tzid, g_strdup (tzid), zone);
  }
  return zone->name != NULL || zone->own != NULL ? zone : NULL;
}

/* ---- instants ---- */

/* Seconds since 1970 of the clock as if it stood in UTC. */
static gint64
clock_seconds (ICalTime *time)
{
  g_autofree char *date = g_strdup_printf ("%04d-%02d-%02d", i_cal_time_get_year (time),
                                           i_cal_time_get_month (time), i_cal_time_get_day (time));
  gint64 days = 0;

  if (!satchel_date_parse (date, &days))
    return G_MININT64;
  return days * 24 * HOUR_S + i_cal_time_get_hour (time) * HOUR_S + i_cal_time_get_minute (time) * 60 +
         MIN (i_cal_time_get_second (time), 59);
}

gint64
satchel_zones_instant (GTimeZone *zone, ICalTime *time)
{
  gint64 seconds = clock_seconds (time);
  int interval;

  if (zone == NULL)
    return seconds * 1000;
  interval = g_time_zone_adjust_time (zone, G_TIME_TYPE_STANDARD, &seconds);
  return (seconds - g_time_zone_get_offset (zone, interval)) * 1000;
}

ICalTime *
satchel_zones_clock (GTimeZone *zone, gint64 ms)
{
  gint64 seconds = ms / 1000 - (ms % 1000 < 0), days, rest;
  g_autofree char *date = NULL;
  ICalTime *time = i_cal_time_new_null_time ();
  int year, month, day;

  if (zone != NULL)
    seconds +=
        g_time_zone_get_offset (zone, g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, seconds));
  days = seconds / (24 * HOUR_S) - (seconds % (24 * HOUR_S) < 0);
  rest = seconds - days * 24 * HOUR_S;
  date = satchel_date_from_days (days);
  sscanf (date, "%d-%d-%d", &year, &month, &day);
  i_cal_time_set_date (time, year, month, day);
  i_cal_time_set_time (time, (int)(rest / HOUR_S), (int)(rest / 60 % 60), (int)(rest % 60));
  i_cal_time_set_is_date (time, FALSE);
  return time;
}

static gboolean
refuse (GError **error, const char *format, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, MIN (strlen (text), 80));

  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s “%s”", format, valid);
  return FALSE;
}

static char *
dup_tzid (ICalProperty *property, ICalTime *time)
{
  g_autoptr (ICalParameter) parameter = i_cal_property_get_first_parameter (property, I_CAL_TZID_PARAMETER);
  const char *tzid = parameter != NULL ? i_cal_parameter_get_tzid (parameter) : NULL;

  /* "Z" counts, whatever stands beside it. */
  return tzid == NULL || *tzid == '\0' || i_cal_time_is_utc (time) ? NULL : g_strdup (tzid);
}

gboolean
satchel_zones_read (SatchelZones *zones, ICalProperty *property, ICalTime *time, SatchelMoment *moment,
                    GError **error)
{
  g_autofree char *tzid = NULL, *text = NULL;
  Zone *zone = NULL;

  *moment = (SatchelMoment){ 0 };
  text = time != NULL ? i_cal_time_as_ical_string (time) : g_strdup ("");
  if (time == NULL || i_cal_time_is_null_time (time) || !i_cal_time_is_valid_time (time) ||
      clock_seconds (time) == G_MININT64 || i_cal_time_get_hour (time) > 24)
    return refuse (error, _ ("it has a time that is none:"), text);
  tzid = dup_tzid (property, time);
  moment->is_date = i_cal_time_is_date (time);
  if (!moment->is_date && tzid != NULL && (zone = look_up (zones, tzid, i_cal_time_get_year (time))) == NULL)
    return refuse (error, _ ("it names a time zone that is not described:"), tzid);
  if (zone != NULL && zone->zone != NULL) {
    moment->ms = satchel_zones_instant (zone->zone, time);
    moment->name = zone->name;
  } else if (zone != NULL) {
    int is_daylight, offset = i_cal_timezone_get_utc_offset (zone->own, time, &is_daylight);

    moment->ms = (clock_seconds (time) - offset) * 1000;
  } else if (!moment->is_date && i_cal_time_is_utc (time)) {
    moment->ms = clock_seconds (time) * 1000;
    moment->name = g_intern_static_string ("UTC");
  } else {
    moment->is_floating = !moment->is_date;
    moment->ms = satchel_zones_instant (zones->own, time);
  }
  if (moment->ms < SATCHEL_INSTANT_FIRST_MS || moment->ms > SATCHEL_INSTANT_LAST_MS)
    return refuse (error, _ ("it has a time that is none:"), text);
  moment->clock = i_cal_time_clone (time);
  i_cal_time_set_timezone (moment->clock, NULL);
  return TRUE;
}

/* ---- VTIMEZONE ---- */

typedef struct {
  ICalComponent *calendar;
  GPtrArray *missing; /* char*: names that it does not describe */
} Describing;

static void
note_tzid_cb (ICalParameter *parameter, gpointer data)
{
  Describing *describing = data;
  const char *tzid = i_cal_parameter_get_tzid (parameter);
  g_autoptr (ICalComponent) known = tzid != NULL ? find_vtimezone (describing->calendar, tzid) : NULL;

  if (tzid != NULL && known == NULL &&
      !g_ptr_array_find_with_equal_func (describing->missing, tzid, g_str_equal, NULL))
    g_ptr_array_add (describing->missing, g_strdup (tzid));
}

void
satchel_zones_describe (ICalComponent *calendar)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);
  Describing describing = { calendar, missing };
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_object_unref);
  ICalComponent *part;

  /* First all, then one by one: looking for a VTIMEZONE would move the calendar's only iterator. */
  for (part = i_cal_component_get_first_component (calendar, I_CAL_ANY_COMPONENT); part != NULL;
       part = i_cal_component_get_next_component (calendar, I_CAL_ANY_COMPONENT))
    g_ptr_array_add (parts, part);
  for (guint i = 0; i < parts->len; i++)
    i_cal_component_foreach_tzid (parts->pdata[i], note_tzid_cb, &describing);
  for (guint i = 0; i < missing->len; i++) {
    ICalTimezone *zone = i_cal_timezone_get_builtin_timezone (missing->pdata[i]);
    g_autoptr (ICalComponent) known = zone != NULL ? i_cal_timezone_get_component (zone) : NULL;
    g_autoptr (ICalComponent) copy = known != NULL ? i_cal_component_clone (known) : NULL;
    g_autoptr (ICalProperty) tzid =
        copy != NULL ? i_cal_component_get_first_property (copy, I_CAL_TZID_PROPERTY) : NULL;

    if (tzid == NULL)
      continue;
    i_cal_property_set_tzid (tzid, missing->pdata[i]);
    i_cal_component_add_component (calendar, copy);
  }
}
