/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/ical.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/exchange/calendar.h"
#include "client/exchange/fit.h"
#include "protocol/id.h"

/* ---- properties ---- */

GPtrArray *
satchel_ical_list (ICalComponent *component, ICalPropertyKind kind)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_object_unref);
  ICalProperty *property = i_cal_component_get_first_property (component, kind);

  for (; property != NULL; property = i_cal_component_get_next_property (component, kind))
    g_ptr_array_add (all, property);
  return all;
}

GPtrArray *
satchel_ical_list_components (ICalComponent *component, ICalComponentKind kind)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_object_unref);
  ICalComponent *part = i_cal_component_get_first_component (component, kind);

  for (; part != NULL; part = i_cal_component_get_next_component (component, kind))
    g_ptr_array_add (all, part);
  return all;
}

ICalProperty *
satchel_ical_first (ICalComponent *component, ICalPropertyKind kind)
{
  return i_cal_component_get_first_property (component, kind);
}

void
satchel_ical_remove_all (ICalComponent *component, ICalPropertyKind kind)
{
  g_autoptr (GPtrArray) all = satchel_ical_list (component, kind);

  for (guint i = 0; i < all->len; i++)
    i_cal_component_remove_property (component, all->pdata[i]);
}

ICalPropertyStatus
satchel_ical_get_status (ICalComponent *component)
{
  g_autoptr (GPtrArray) all = satchel_ical_list (component, I_CAL_STATUS_PROPERTY);

  for (guint i = 0; i < all->len; i++) {
    ICalPropertyStatus status = i_cal_property_get_status (all->pdata[i]);

    if (status != I_CAL_STATUS_X && status != I_CAL_STATUS_NONE)
      return status;
  }
  return I_CAL_STATUS_NONE;
}

static char *
dup_text (ICalProperty *property)
{
  g_autoptr (GObject) value = (GObject *)i_cal_property_get_value (property);
  const char *text = NULL;

  if (value != NULL && i_cal_value_isa (I_CAL_VALUE (value)) == I_CAL_TEXT_VALUE)
    text = i_cal_value_get_text (I_CAL_VALUE (value));
  else if (value != NULL && i_cal_value_isa (I_CAL_VALUE (value)) == I_CAL_X_VALUE)
    text = i_cal_value_get_x (I_CAL_VALUE (value));
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

char *
satchel_ical_get_text (ICalComponent *component, ICalPropertyKind kind)
{
  g_autoptr (GPtrArray) all = satchel_ical_list (component, kind);

  for (guint i = 0; i < all->len; i++) {
    char *text = dup_text (all->pdata[i]);

    if (text != NULL)
      return text;
  }
  return NULL;
}

void
satchel_ical_set_text (ICalComponent *component, ICalPropertyKind kind, const char *text)
{
  g_autoptr (ICalProperty) property = satchel_ical_first (component, kind);

  if (text == NULL || *text == '\0') {
    satchel_ical_remove_all (component, kind);
    return;
  }
  if (property == NULL) {
    property = i_cal_property_new (kind);
    i_cal_component_add_property (component, property);
  }
  i_cal_property_take_value (property, i_cal_value_new_text (text));
}

static ICalProperty *
find_x (ICalComponent *component, const char *name)
{
  g_autoptr (GPtrArray) all = satchel_ical_list (component, I_CAL_X_PROPERTY);

  for (guint i = 0; i < all->len; i++) {
    const char *own = i_cal_property_get_x_name (all->pdata[i]);

    if (own != NULL && g_ascii_strcasecmp (own, name) == 0)
      return g_object_ref (all->pdata[i]);
  }
  return NULL;
}

char *
satchel_ical_get_x (ICalComponent *component, const char *name)
{
  g_autoptr (ICalProperty) property = find_x (component, name);

  return property != NULL ? i_cal_property_get_value_as_string (property) : NULL;
}

void
satchel_ical_set_x (ICalComponent *component, const char *name, const char *text)
{
  g_autoptr (ICalProperty) property = find_x (component, name);

  if (property != NULL)
    i_cal_component_remove_property (component, property);
  if (text == NULL)
    return;
  g_clear_object (&property);
  property = i_cal_property_new_x (text);
  i_cal_property_set_x_name (property, name);
  i_cal_component_add_property (component, property);
}

/* ---- times ---- */

ICalProperty *
satchel_ical_new_time (ICalPropertyKind kind, gint64 ms, const char *zone, GTimeZone *own, gboolean is_date)
{
  g_autoptr (GTimeZone) named = zone != NULL ? satchel_zones_find (zone) : NULL;
  gboolean utc = named == NULL || g_str_equal (zone, "UTC");
  g_autoptr (ICalTime) time = satchel_zones_clock (is_date && named == NULL ? own : utc ? NULL : named, ms);
  ICalProperty *property = i_cal_property_new (kind);

  if (is_date) {
    i_cal_time_set_time (time, 0, 0, 0);
    i_cal_time_set_is_date (time, TRUE);
    i_cal_property_take_value (property, i_cal_value_new_date (time));
    i_cal_property_take_parameter (property, i_cal_parameter_new_value (I_CAL_VALUE_DATE));
    return property;
  }
  if (utc)
    i_cal_time_set_timezone (time, i_cal_timezone_get_utc_timezone ());
  i_cal_property_take_value (property, i_cal_value_new_datetime (time));
  if (!utc)
    i_cal_property_take_parameter (property, i_cal_parameter_new_tzid (zone));
  return property;
}

void
satchel_ical_set_time (ICalComponent *component, ICalPropertyKind kind, gint64 ms, const char *zone,
                       GTimeZone *own, gboolean is_date)
{
  satchel_ical_remove_all (component, kind);
  i_cal_component_take_property (component, satchel_ical_new_time (kind, ms, zone, own, is_date));
}

/* ---- texts, priority, categories, links ---- */

static const char *
priority_key (int number)
{
  return number >= 1 && number <= 4 ? "high" : number >= 6 && number <= 9 ? "low" : "normal";
}

/* Without a subject: the place, the first line of the text. */
static char *
dup_subject (ICalComponent *component)
{
  char *text = satchel_ical_get_text (component, I_CAL_SUMMARY_PROPERTY);

  if (text == NULL)
    text = satchel_ical_get_text (component, I_CAL_LOCATION_PROPERTY);
  if (text == NULL && (text = satchel_ical_get_text (component, I_CAL_DESCRIPTION_PROPERTY)) != NULL)
    g_strstrip (text)[strcspn (text, "\r\n")] = '\0';
  if (text == NULL || text[strspn (text, " \t\r\n")] == '\0') {
    g_free (text);
    text = g_strdup (_ ("No Subject"));
  }
  return text;
}

static char *
dup_link (ICalProperty *property)
{
  g_autoptr (GObject) attach = (GObject *)i_cal_property_get_attach (property);
  const char *url = attach != NULL && i_cal_attach_get_is_url (I_CAL_ATTACH (attach))
                        ? i_cal_attach_get_url (I_CAL_ATTACH (attach))
                        : NULL;

  return url != NULL && *url != '\0' ? g_strdup (url) : NULL;
}

/* Lines that say something, in order; char*, owned. */
static GPtrArray *
split_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GPtrArray *kept = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; lines[i] != NULL; i++) {
    if (*g_strstrip (lines[i]) != '\0' &&
        !g_ptr_array_find_with_equal_func (kept, lines[i], g_str_equal, NULL))
      g_ptr_array_add (kept, g_strdup (lines[i]));
  }
  return kept;
}

static gboolean
are_equal (GPtrArray *a, GPtrArray *b)
{
  for (guint i = 0; i < MIN (a->len, b->len); i++) {
    if (!g_str_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  }
  return a->len == b->len;
}

static void
read_links (const SatchelExchange *x, ICalComponent *component, SatchelRecord *into)
{
  g_autoptr (GPtrArray) all = satchel_ical_list (component, I_CAL_ATTACH_PROPERTY);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) before = split_lines (satchel_fit_get (into, "links")), after = NULL;

  for (guint i = 0; i < all->len; i++) {
    g_autofree char *link = dup_link (all->pdata[i]);

    if (link != NULL)
      g_string_append_printf (text, "%s\n", link);
    else
      satchel_fit_leave (x, "ATTACH");
  }
  after = split_lines (text->str);
  if (!are_equal (before, after))
    satchel_fit_take (x, into, "links", text->str, " ");
}

static void
write_links (ICalComponent *component, const SatchelRecord *before, const SatchelRecord *record)
{
  g_autoptr (GPtrArray) old = split_lines (satchel_fit_get (before, "links"));
  g_autoptr (GPtrArray) new = split_lines (satchel_fit_get (record, "links"));
  g_autoptr (GPtrArray) all = satchel_ical_list (component, I_CAL_ATTACH_PROPERTY);

  if (are_equal (old, new))
    return;
  for (guint i = 0; i < all->len; i++) {
    g_autofree char *link = dup_link (all->pdata[i]);

    if (link != NULL)
      i_cal_component_remove_property (component, all->pdata[i]);
  }
  for (guint i = 0; i < new->len; i++) {
    g_autoptr (GObject) attach = (GObject *)i_cal_attach_new_from_url (new->pdata[i]);

    i_cal_component_take_property (component, i_cal_property_new_attach (I_CAL_ATTACH (attach)));
  }
}

static GPtrArray *
list_categories (ICalComponent *component)
{
  g_autoptr (GPtrArray) all = satchel_ical_list (component, I_CAL_CATEGORIES_PROPERTY);
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < all->len; i++) {
    g_autofree char *text = dup_text (all->pdata[i]);
    g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", ",", -1);

    for (guint j = 0; words[j] != NULL; j++)
      g_ptr_array_add (parts, g_strdup (g_strstrip (words[j])));
  }
  return parts;
}

static gboolean
holds_key (const SatchelRecord *record, const char *key)
{
  const SatchelValue *tags = satchel_record_get_by_name (record, "tags");

  return tags != NULL && g_strv_contains (satchel_value_get_keys (tags), key);
}

static void
write_tags (ICalComponent *component, const SatchelRecord *before, const SatchelRecord *record)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, "tags");
  const SatchelValue *tags = satchel_record_get_by_name (record, "tags");
  const char *const *keys = tags != NULL ? satchel_value_get_keys (tags) : NULL;
  g_autoptr (GPtrArray) parts = NULL;

  if (!satchel_fit_differs (before, record, "tags"))
    return;
  parts = list_categories (component);
  satchel_ical_remove_all (component, I_CAL_CATEGORIES_PROPERTY);
  for (guint i = 0; i < parts->len; i++) {
    g_autofree char *key = satchel_fit_clean (field, parts->pdata[i], " ");

    if (key != NULL && (!holds_key (before, key) || holds_key (record, key)))
      i_cal_component_take_property (component, i_cal_property_new_categories (parts->pdata[i]));
  }
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
    if (!holds_key (before, keys[i]))
      i_cal_component_take_property (component, i_cal_property_new_categories (keys[i]));
  }
}

void
satchel_ical_read_common (const SatchelExchange *x, ICalComponent *component, SatchelRecord *into)
{
  g_autofree char *subject = dup_subject (component);
  g_autofree char *description = satchel_ical_get_text (component, I_CAL_DESCRIPTION_PROPERTY);
  g_autoptr (ICalProperty) priority = satchel_ical_first (component, I_CAL_PRIORITY_PROPERTY);
  g_autoptr (GPtrArray) categories = list_categories (component);

  satchel_fit_take (x, into, "subject", subject, " ");
  satchel_fit_take (x, into, "description", description, "\n");
  satchel_fit_set (into, "priority",
                   satchel_value_new_string (
                       priority_key (priority != NULL ? i_cal_property_get_priority (priority) : 0)));
  satchel_fit_set (into, "tags",
                   satchel_fit_tags (x, satchel_entity_find_field (into->entity, "tags"), categories));
  read_links (x, component, into);
}

void
satchel_ical_write_common (const SatchelExchange *x, ICalComponent *component, const SatchelRecord *before,
                           const SatchelRecord *record)
{
  const char *priority = satchel_fit_get (record, "priority");

  if (satchel_fit_differs (before, record, "subject"))
    satchel_ical_set_text (component, I_CAL_SUMMARY_PROPERTY, satchel_fit_get (record, "subject"));
  if (satchel_fit_differs (before, record, "description")) {
    satchel_ical_set_text (component, I_CAL_DESCRIPTION_PROPERTY, satchel_fit_get (record, "description"));
    satchel_ical_set_x (component, "X-ALT-DESC", NULL); /* it said the same otherwise */
  }
  if (satchel_fit_differs (before, record, "priority")) {
    satchel_ical_remove_all (component, I_CAL_PRIORITY_PROPERTY);
    if (!g_str_equal (priority, "normal") && *priority != '\0')
      i_cal_component_take_property (component,
                                     i_cal_property_new_priority (g_str_equal (priority, "high") ? 1 : 9));
  }
  write_tags (component, before, record);
  write_links (component, before, record);
}

/* ---- what was not understood ---- */

#define UNKNOWN "Parse error in property name: "

void
satchel_ical_tell_errors (const SatchelExchange *x, ICalComponent *component)
{
  g_autoptr (GPtrArray) all = satchel_ical_list (component, I_CAL_XLICERROR_PROPERTY);

  for (guint i = 0; i < all->len; i++) {
    g_autofree char *text = i_cal_property_get_value_as_string (all->pdata[i]);
    g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, MIN (strlen (text), 200)) : NULL;

    /* One that the library does not know yet can be left as any other; one without a value says nothing. */
    if (valid != NULL && g_str_has_prefix (valid, UNKNOWN))
      satchel_fit_leave (x, valid + strlen (UNKNOWN));
    else if (valid != NULL && !g_str_has_prefix (valid, "No value for"))
      satchel_fit_tell (x, _ ("part of it cannot be understood: %s"), valid);
  }
}

void
satchel_ical_list_left (const SatchelExchange *x, ICalComponent *component, const ICalPropertyKind *known,
                        guint n_known)
{
  g_autoptr (GPtrArray) all = satchel_ical_list (component, I_CAL_ANY_PROPERTY);

  for (guint i = 0; i < all->len; i++) {
    ICalPropertyKind kind = i_cal_property_isa (all->pdata[i]);
    g_autofree char *name = i_cal_property_get_property_name (all->pdata[i]);
    gboolean is_known = kind == I_CAL_XLICERROR_PROPERTY || name == NULL;

    for (guint j = 0; j < n_known && !is_known; j++)
      is_known = known[j] == kind;
    if (!is_known)
      satchel_fit_leave (x, name);
  }
}

/* ---- components ---- */

ICalComponent *
satchel_ical_copy_calendar (ICalComponent *base)
{
  ICalComponent *calendar;

  if (base != NULL && i_cal_component_isa (base) == I_CAL_VCALENDAR_COMPONENT)
    return i_cal_component_clone (base);
  calendar = i_cal_component_new_vcalendar ();
  i_cal_component_take_property (calendar, i_cal_property_new_version ("2.0"));
  i_cal_component_take_property (calendar, i_cal_property_new_prodid ("-//Satchel//Satchel//EN"));
  if (base != NULL)
    i_cal_component_take_component (calendar, i_cal_component_clone (base));
  return calendar;
}

const char *
satchel_ical_uid (const SatchelRecord *record)
{
  const char *uid = satchel_fit_get (record, "calendar_id");

  return *uid != '\0' ? uid : record->id;
}

char *
satchel_calendar_record_id (const char *organisation, const SatchelRecord *record)
{
  const char *uid = satchel_fit_get (record, "calendar_id");
  const SatchelField *field = satchel_entity_find_field (record->entity, "original_start");
  const SatchelValue *start = field != NULL ? satchel_record_get (record, field) : NULL;
  g_autofree char *occurrence =
      start != NULL ? g_strdup_printf ("/%" G_GINT64_FORMAT, satchel_value_get_integer (start))
                    : g_strdup ("");
  g_autofree char *name = g_strdup_printf ("%s/%s/%s%s", record->entity->name, organisation, uid, occurrence);

  return *uid != '\0' && organisation != NULL ? satchel_id_for_name (name) : NULL;
}

void
satchel_ical_read_uid (const SatchelExchange *x, ICalComponent *component, SatchelRecord *into,
                       const char *series_id)
{
  g_autofree char *uid = satchel_ical_get_text (component, I_CAL_UID_PROPERTY);

  if (uid != NULL && (g_strcmp0 (uid, into->id) == 0 || g_strcmp0 (uid, series_id) == 0))
    g_clear_pointer (&uid, g_free);
  satchel_fit_take (x, into, "calendar_id", uid, " ");
}

ICalComponent *
satchel_ical_new_component (ICalComponentKind kind, const SatchelRecord *record, const char *uid)
{
  ICalComponent *component = i_cal_component_new (kind);
  const SatchelValue *modified = satchel_record_get_by_name (record, "modified_at");

  satchel_ical_set_text (component, I_CAL_UID_PROPERTY, uid);
  satchel_ical_set_time (component, I_CAL_DTSTAMP_PROPERTY,
                         modified != NULL ? satchel_value_get_integer (modified) : 0, NULL, NULL, FALSE);
  return component;
}
