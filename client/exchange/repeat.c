/* RRULE, EXDATE, RDATE and EXRULE, and the field that holds them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/exchange/fit.h"
#include "client/exchange/ical.h"
#include "client/exchange/recurrence.h"

static char *
dup_rule (const SatchelExchange *x, ICalComponent *event, ICalPropertyKind kind)
{
  g_autoptr (GPtrArray) all = satchel_ical_list (event, kind);

  if (all->len > 1)
    satchel_fit_tell (x, _ ("it repeats by more than one rule"));
  return all->len > 0 ? i_cal_property_get_value_as_string (all->pdata[0]) : NULL;
}

/* In which form times stand in the field. */
typedef struct {
  gboolean is_date;
  const char *zone; /* name, or NULL: UTC */
  GTimeZone *own;   /* of the reader */
  ICalTime *start;  /* its clock */
} Form;

static char *
format_moment (const Form *form, const SatchelMoment *moment)
{
  g_autoptr (GTimeZone) zone =
      form->zone != NULL && !g_str_equal (form->zone, "UTC") ? satchel_zones_find (form->zone) : NULL;
  g_autoptr (ICalTime) time = NULL;

  if (form->is_date || moment->is_date) {
    ICalTime *day = moment->clock;

    /* Some leave out days where the event has an hour: that of the day is meant. */
    return form->is_date
               ? g_strdup_printf ("%04d%02d%02d", i_cal_time_get_year (day), i_cal_time_get_month (day),
                                  i_cal_time_get_day (day))
               : g_strdup_printf ("%04d%02d%02dT%02d%02d%02d%s", i_cal_time_get_year (day),
                                  i_cal_time_get_month (day), i_cal_time_get_day (day),
                                  i_cal_time_get_hour (form->start), i_cal_time_get_minute (form->start),
                                  i_cal_time_get_second (form->start), zone == NULL ? "Z" : "");
  }
  time = satchel_zones_clock (zone, moment->ms);
  return g_strdup_printf ("%04d%02d%02dT%02d%02d%02d%s", i_cal_time_get_year (time),
                          i_cal_time_get_month (time), i_cal_time_get_day (time), i_cal_time_get_hour (time),
                          i_cal_time_get_minute (time), i_cal_time_get_second (time),
                          zone == NULL ? "Z" : "");
}

/* The time of an EXDATE or RDATE; of a period its beginning. Owned, or NULL. */
static ICalTime *
get_time (const SatchelExchange *x, ICalProperty *property)
{
  g_autoptr (GObject) either = NULL, period = NULL;

  if (i_cal_property_isa (property) == I_CAL_EXDATE_PROPERTY)
    return i_cal_property_get_exdate (property);
  either = (GObject *)i_cal_property_get_rdate (property);
  if (either == NULL)
    return NULL;
  period = (GObject *)i_cal_datetimeperiod_get_period (I_CAL_DATETIMEPERIOD (either));
  if (period == NULL || i_cal_period_is_null_period (I_CAL_PERIOD (period)))
    return i_cal_datetimeperiod_get_time (I_CAL_DATETIMEPERIOD (either));
  satchel_fit_leave (x, "RDATE;VALUE=PERIOD");
  return i_cal_period_get_start (I_CAL_PERIOD (period));
}

static char *
dup_times (const SatchelExchange *x, SatchelZones *zones, ICalComponent *event, ICalPropertyKind kind,
           const Form *form)
{
  g_autoptr (GPtrArray) all = satchel_ical_list (event, kind);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < all->len; i++) {
    g_autoptr (ICalTime) time = get_time (x, all->pdata[i]);
    g_auto (SatchelMoment) moment = { 0 };
    g_autofree char *one = NULL;
    g_autoptr (GError) problem = NULL;

    if (time == NULL || i_cal_time_is_null_time (time))
      continue;
    if (!satchel_zones_read (zones, all->pdata[i], time, &moment, &problem)) {
      satchel_fit_tell (x, "%s", problem->message);
      continue;
    }
    one = format_moment (form, &moment);
    g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "", one);
  }
  return g_strdup (text->str);
}

void
satchel_repeat_read (const SatchelExchange *x, SatchelZones *zones, ICalComponent *event,
                     const SatchelMoment *start, SatchelRecord *into)
{
  const SatchelValue *zone = satchel_record_get_by_name (into, "zone");
  const Form form = { start->is_date, zone != NULL ? satchel_value_get_string (zone) : NULL, x->zone,
                      start->clock };
  g_autofree char *rule = dup_rule (x, event, I_CAL_RRULE_PROPERTY),
                  *exrule = dup_rule (x, event, I_CAL_EXRULE_PROPERTY);
  g_autofree char *exdates = dup_times (x, zones, event, I_CAL_EXDATE_PROPERTY, &form);
  g_autofree char *rdates = dup_times (x, zones, event, I_CAL_RDATE_PROPERTY, &form);
  g_autofree char *text =
      g_strdup_printf ("%s%s%s%s%s%s%s", rule != NULL ? rule : "", *exdates != '\0' ? " EXDATE=" : "",
                       exdates, *rdates != '\0' ? " RDATE=" : "", rdates, exrule != NULL ? " EXRULE=" : "",
                       exrule != NULL ? exrule : "");
  g_auto (SatchelRecurrence) recurrence = { 0 }, before = { 0 };
  g_autofree char *tidy = NULL, *old = NULL;

  if (!satchel_recurrence_parse (text, &recurrence)) {
    satchel_fit_tell (x, _ ("it repeats in a way that is not understood"));
    satchel_fit_set (into, "recurrence", NULL);
    return;
  }
  tidy = satchel_recurrence_to_text (&recurrence);
  if (satchel_recurrence_parse (satchel_fit_get (into, "recurrence"), &before))
    old = satchel_recurrence_to_text (&before);
  if (g_strcmp0 (tidy, old) != 0)
    satchel_fit_take (x, into, "recurrence", tidy, " ");
}

/* ---- writing ---- */

static void
write_times (ICalComponent *event, ICalPropertyKind kind, const char *const *times, const char *zone)
{
  for (guint i = 0; times[i] != NULL; i++) {
    g_autoptr (ICalTime) time = i_cal_time_new_from_string (times[i]);
    ICalProperty *property = i_cal_property_new (kind);
    gboolean is_date = strlen (times[i]) == 8, utc = g_str_has_suffix (times[i], "Z");

    i_cal_property_take_value (property,
                               is_date ? i_cal_value_new_date (time) : i_cal_value_new_datetime (time));
    if (is_date)
      i_cal_property_take_parameter (property, i_cal_parameter_new_value (I_CAL_VALUE_DATE));
    else if (!utc && zone != NULL && !g_str_equal (zone, "UTC"))
      i_cal_property_take_parameter (property, i_cal_parameter_new_tzid (zone));
    i_cal_component_take_property (event, property);
  }
}

static void
write_rule (ICalComponent *event, ICalPropertyKind kind, const char *text)
{
  ICalRecurrence *rule = text != NULL ? i_cal_recurrence_new_from_string (text) : NULL;

  if (rule == NULL)
    return;
  if (i_cal_recurrence_get_freq (rule) != I_CAL_NO_RECURRENCE)
    i_cal_component_take_property (event, kind == I_CAL_RRULE_PROPERTY ? i_cal_property_new_rrule (rule)
                                                                       : i_cal_property_new_exrule (rule));
  g_object_unref (rule);
}

void
satchel_repeat_write (ICalComponent *event, const SatchelRecord *record, const char *zone, GTimeZone *own,
                      gboolean is_date)
{
  g_auto (SatchelRecurrence) recurrence = { 0 };

  satchel_ical_remove_all (event, I_CAL_RRULE_PROPERTY);
  satchel_ical_remove_all (event, I_CAL_EXRULE_PROPERTY);
  satchel_ical_remove_all (event, I_CAL_EXDATE_PROPERTY);
  satchel_ical_remove_all (event, I_CAL_RDATE_PROPERTY);
  /* What people wrote that is no rule stays in the CRM: it repeats nowhere. */
  if (!satchel_recurrence_parse (satchel_fit_get (record, "recurrence"), &recurrence))
    return;
  write_rule (event, I_CAL_RRULE_PROPERTY, recurrence.rule);
  write_rule (event, I_CAL_EXRULE_PROPERTY, recurrence.exrule);
  write_times (event, I_CAL_EXDATE_PROPERTY, (const char *const *)recurrence.exdates, zone);
  write_times (event, I_CAL_RDATE_PROPERTY, (const char *const *)recurrence.rdates, zone);
}
