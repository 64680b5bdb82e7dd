/* Texts in, texts out: libebook and libical are met here and in the shelves only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/kind.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/exchange/calendar.h"
#include "client/exchange/contact.h"
#include "client/exchange/zones.h"
#include "protocol/error.h"

char *
satchel_mirror_record_id (const char *person, const char *entity, const char *uid)
{
  g_autofree char *name = g_strdup_printf ("mirror %s %s %s", person, entity, uid);

  return satchel_id_for_name (name);
}

static GPtrArray *
new_records (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
}

/* The first of @known, or a new one. */
static SatchelRecord *
start_record (SatchelExchange *x, const char *entity, const char *id, GPtrArray *known)
{
  return known != NULL && known->len > 0
             ? satchel_record_copy (known->pdata[0])
             : satchel_record_new (satchel_registry_find (x->registry, entity), id);
}

static const char *
aside_label (void)
{
  return _ ("Not in CRM");
}

/* ---- contacts ---- */

static GPtrArray *
read_contact (SatchelExchange *x, const char *text, const char *id, GPtrArray *known, GError **error)
{
  g_autoptr (EContact) contact = e_contact_new_from_vcard (text);
  g_autoptr (GPtrArray) records = new_records ();

  g_ptr_array_add (records, start_record (x, "contact", id, known));
  if (!satchel_contact_read (x, contact, records->pdata[0], error))
    return NULL;
  return g_steal_pointer (&records);
}

static char *
write_contact (SatchelExchange *x, GPtrArray *records, const char *uid, const char *base, GError **error)
{
  g_autoptr (EContact) from = base != NULL ? e_contact_new_from_vcard (base) : NULL;
  g_autoptr (EContact) contact = satchel_contact_write (x, records->pdata[0], from);

  e_contact_set (contact, E_CONTACT_UID, uid);
  return e_vcard_to_string (E_VCARD (contact), EVC_FORMAT_VCARD_30);
}

static gboolean
is_private_contact (const char *text)
{
  g_autoptr (EContact) card = e_contact_new_from_vcard (text);
  EVCardAttribute *attribute = e_vcard_get_attribute (E_VCARD (card), "CLASS");
  g_autofree char *value = attribute != NULL ? e_vcard_attribute_get_value (attribute) : NULL;

  return value != NULL && *value != '\0' && g_ascii_strcasecmp (value, "PUBLIC") != 0;
}

static char *
mark_contact (const char *text, gboolean aside)
{
  g_autoptr (EContact) contact = e_contact_new_from_vcard (text);
  GList *labels = e_contact_get (contact, E_CONTACT_CATEGORY_LIST);
  GList *found = g_list_find_custom (labels, aside_label (), (GCompareFunc)g_strcmp0);
  char *marked = NULL;

  if ((found != NULL) != aside) {
    if (aside) {
      labels = g_list_append (labels, g_strdup (aside_label ()));
    } else {
      g_free (found->data);
      labels = g_list_delete_link (labels, found);
    }
    e_contact_set (contact, E_CONTACT_CATEGORY_LIST, labels);
    marked = e_vcard_to_string (E_VCARD (contact), EVC_FORMAT_VCARD_30);
  }
  g_list_free_full (labels, g_free);
  return marked;
}

/* ---- calendars ---- */

static ICalComponent *
parse_calendar (const char *text, GError **error)
{
  ICalComponent *calendar = satchel_calendar_parse (text);

  if (calendar == NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         _ ("the calendar's item cannot be read"));
  return calendar;
}

/* VEVENTs, or VTODOs, of an item; ICalComponent*. */
static GPtrArray *
list_components (ICalComponent *calendar)
{
  GPtrArray *events = satchel_calendar_list (calendar, I_CAL_VEVENT_COMPONENT);

  if (events->len > 0)
    return events;
  g_ptr_array_unref (events);
  return satchel_calendar_list (calendar, I_CAL_VTODO_COMPONENT);
}

static SatchelRecord *
find_occurrence (GPtrArray *known, const SatchelValue *original_start)
{
  for (guint i = 1; known != NULL && i < known->len; i++) {
    if (satchel_value_equal (satchel_record_get_by_name (known->pdata[i], "original_start"), original_start))
      return known->pdata[i];
  }
  return NULL;
}

/* Beside a series that has the id of all, an occurrence has it too. Of another series the same text gives the
 * same new record; what comes again after it was deleted is another one. */
static char *
make_occurrence_id (SatchelExchange *x, const SatchelRecord *fresh, const char *series, const char *text)
{
  const SatchelValue *start = satchel_record_get_by_name (fresh, "original_start");
  g_autoptr (SatchelRecord) whole = satchel_record_copy (fresh);
  g_autofree char *shared = NULL, *sum = NULL, *name = NULL;

  satchel_record_set_by_name (whole, "original_start", NULL);
  shared = satchel_calendar_record_id (x->organisation, whole);
  if (start != NULL && g_strcmp0 (shared, series) == 0)
    return satchel_calendar_record_id (x->organisation, fresh);
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  name = g_strdup_printf ("occurrence %s %" G_GINT64_FORMAT " %s", series,
                          start != NULL ? satchel_value_get_integer (start) : 0, sum);
  return satchel_id_for_name (name);
}

/* Read once to learn which occurrence it is, and again over what is known of that. */
static SatchelRecord *
read_occurrence (SatchelExchange *x, ICalComponent *calendar, ICalComponent *event, const char *series,
                 const char *text, GPtrArray *known, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (x->registry, "appointment");
  g_autoptr (SatchelRecord) fresh = satchel_record_new (entity, NULL), record = NULL;
  g_autoptr (SatchelValue) lookup = satchel_value_new_lookup ("appointment", series);
  const SatchelValue *original_start;
  SatchelRecord *here;

  if (!satchel_event_read (x, calendar, event, fresh, error))
    return NULL;
  original_start = satchel_record_get_by_name (fresh, "original_start");
  here = find_occurrence (known, original_start);
  if (here == NULL) {
    g_free (fresh->id);
    fresh->id = make_occurrence_id (x, fresh, series, text);
    satchel_record_set_by_name (fresh, "series", lookup);
    return g_steal_pointer (&fresh);
  }
  record = satchel_record_copy (here);
  return satchel_event_read (x, calendar, event, record, error) ? g_steal_pointer (&record) : NULL;
}

static GPtrArray *
read_event (SatchelExchange *x, const char *text, const char *id, GPtrArray *known, GError **error)
{
  g_autoptr (ICalComponent) calendar = parse_calendar (text, error);
  g_autoptr (GPtrArray) events =
      calendar != NULL ? satchel_calendar_list (calendar, I_CAL_VEVENT_COMPONENT) : NULL;
  g_autoptr (GPtrArray) records = new_records ();

  if (events == NULL)
    return NULL;
  if (events->len == 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the item holds no appointment"));
    return NULL;
  }
  g_ptr_array_add (records, start_record (x, "appointment", id, known));
  if (!satchel_event_read (x, calendar, events->pdata[0], records->pdata[0], error))
    return NULL;
  for (guint i = 1; i < events->len; i++) {
    SatchelRecord *record = read_occurrence (x, calendar, events->pdata[i], id, text, known, error);

    if (record == NULL)
      return NULL;
    g_ptr_array_add (records, record);
  }
  return g_steal_pointer (&records);
}

static void
set_uid (ICalComponent *calendar, const char *uid)
{
  g_autoptr (GPtrArray) components = list_components (calendar);

  for (guint i = 0; i < components->len; i++)
    i_cal_component_set_uid (components->pdata[i], uid);
}

static char *
write_event (SatchelExchange *x, GPtrArray *records, const char *uid, const char *base, GError **error)
{
  g_autoptr (ICalComponent) from = base != NULL ? parse_calendar (base, error) : NULL;
  g_autoptr (ICalComponent) calendar = NULL;

  if (base != NULL && from == NULL)
    return NULL;
  calendar = satchel_event_write (x, (const SatchelRecord *const *)records->pdata, records->len, from);
  set_uid (calendar, uid);
  return i_cal_component_as_ical_string (calendar);
}

static GPtrArray *
read_todo (SatchelExchange *x, const char *text, const char *id, GPtrArray *known, GError **error)
{
  g_autoptr (ICalComponent) calendar = parse_calendar (text, error), todo = NULL;
  g_autoptr (GPtrArray) records = new_records ();

  if (calendar == NULL)
    return NULL;
  todo = satchel_calendar_get_master (calendar, I_CAL_VTODO_COMPONENT);
  if (todo == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the item holds no task"));
    return NULL;
  }
  g_ptr_array_add (records, start_record (x, "task", id, known));
  if (!satchel_todo_read (x, calendar, todo, records->pdata[0], error))
    return NULL;
  return g_steal_pointer (&records);
}

static gboolean
names_user (const SatchelValue *parties, const char *user)
{
  guint n = 0;
  const SatchelParty *party = parties != NULL ? satchel_value_get_parties (parties, &n) : NULL;

  for (guint i = 0; i < n; i++) {
    if (g_strcmp0 (party[i].entity, "user") == 0 && g_strcmp0 (party[i].id, user) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Who is not in it might find that the colleague's record, which hers would join, has nothing to do with her.
 */
static char *
share_event (SatchelExchange *x, const char *text)
{
  g_autoptr (GPtrArray) records = read_event (x, text, NULL, NULL, NULL);
  const SatchelRecord *event = records != NULL ? records->pdata[0] : NULL;

  if (event == NULL || (!names_user (satchel_record_get_by_name (event, "organizer"), x->me) &&
                        !names_user (satchel_record_get_by_name (event, "attendees"), x->me)))
    return NULL;
  return satchel_calendar_record_id (x->organisation, event);
}

static char *
write_todo (SatchelExchange *x, GPtrArray *records, const char *uid, const char *base, GError **error)
{
  g_autoptr (ICalComponent) from = base != NULL ? parse_calendar (base, error) : NULL;
  g_autoptr (ICalComponent) calendar = NULL;

  if (base != NULL && from == NULL)
    return NULL;
  calendar = satchel_todo_write (x, records->pdata[0], from);
  set_uid (calendar, uid);
  return i_cal_component_as_ical_string (calendar);
}

static gboolean
is_private_item (const char *text)
{
  g_autoptr (ICalComponent) calendar = parse_calendar (text, NULL);
  g_autoptr (GPtrArray) components = calendar != NULL ? list_components (calendar) : NULL;

  for (guint i = 0; components != NULL && i < components->len; i++) {
    if (satchel_calendar_is_private (components->pdata[i]))
      return TRUE;
  }
  return FALSE;
}

/* A line of its own, so that the person's categories stay as they are. */
static gboolean
mark_component (ICalComponent *component, gboolean aside)
{
  for (ICalProperty *property = i_cal_component_get_first_property (component, I_CAL_CATEGORIES_PROPERTY);
       property != NULL; g_object_unref (property),
                    property = i_cal_component_get_next_property (component, I_CAL_CATEGORIES_PROPERTY)) {
    if (g_strcmp0 (i_cal_property_get_categories (property), aside_label ()) != 0)
      continue;
    if (!aside)
      i_cal_component_remove_property (component, property);
    g_object_unref (property);
    return !aside;
  }
  if (aside)
    i_cal_component_take_property (component, i_cal_property_new_categories (aside_label ()));
  return aside;
}

static char *
mark_item (const char *text, gboolean aside)
{
  g_autoptr (ICalComponent) calendar = parse_calendar (text, NULL);
  g_autoptr (GPtrArray) components = calendar != NULL ? list_components (calendar) : NULL;
  gboolean changed = FALSE;

  for (guint i = 0; components != NULL && i < components->len; i++)
    changed |= mark_component (components->pdata[i], aside);
  return changed ? i_cal_component_as_ical_string (calendar) : NULL;
}

/* ---- the table ---- */

#define IN_IT "(owner = me or attendees has me or organizer has me)"

/* A year back: as far as people leaf through a calendar. Occurrences of a series come with it. */
const SatchelMirrorKind satchel_mirror_kinds[SATCHEL_MIRROR_N_KINDS] = {
  [SATCHEL_MIRROR_CONTACTS] = { .entity = "contact",
                                .wanted = "status = active",
                                .uid_field = "card_id",
                                .account_field = "account",
                                .fields = satchel_contact_fields,
                                .read = read_contact,
                                .write = write_contact,
                                .is_private = is_private_contact,
                                .mark = mark_contact },
  [SATCHEL_MIRROR_APPOINTMENTS] = { .entity = "appointment",
                                    .wanted = IN_IT " and (status = open or start > today - 1 year)",
                                    .hers = IN_IT,
                                    .uid_field = "calendar_id",
                                    .fields = satchel_event_fields,
                                    .read = read_event,
                                    .write = write_event,
                                    .shared_id = share_event,
                                    .is_private = is_private_item,
                                    .mark = mark_item },
  [SATCHEL_MIRROR_TASKS] = { .entity = "task",
                             .wanted = "owner = me and (status = open or modified_at > today - 1 year)",
                             .hers = "owner = me",
                             .uid_field = "calendar_id",
                             .fields = satchel_todo_fields,
                             .read = read_todo,
                             .write = write_todo,
                             .is_private = is_private_item,
                             .mark = mark_item },
};
