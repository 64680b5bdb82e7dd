/* vCards and calendars: taken apart, read into records, written from them and read again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/exchange/calendar.h"
#include "client/exchange/contact.h"
#include "client/exchange/items.h"
#include "client/exchange/zones.h"
#include "tests/fuzz/fuzz.h"

#define ID "01900000-0000-7000-8000-0000000000c1"

static SatchelExchange *
make_exchange (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Bucharest");

  return satchel_exchange_new_pure (satchel_registry_builtin (), zone);
}

static SatchelRecord *
make_record (const char *entity)
{
  return satchel_record_new (satchel_registry_find (satchel_registry_builtin (), entity), ID);
}

/* What was taken fits its fields. */
static void
check_values (const SatchelRecord *record, const char *const *fields)
{
  for (guint i = 0; fields[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_true (satchel_value_check (satchel_entity_find_field (record->entity, fields[i]),
                                        satchel_record_get_by_name (record, fields[i]), &error));
  }
}

static void
check_same (const SatchelRecord *a, const SatchelRecord *b, const char *const *fields)
{
  for (guint i = 0; fields[i] != NULL; i++) {
    const SatchelField *field = satchel_entity_find_field (a->entity, fields[i]);
    g_autofree char *before = satchel_value_to_text (field, satchel_record_get (a, field));
    g_autofree char *after = satchel_value_to_text (field, satchel_record_get (b, field));

    if (!g_str_equal (before, after))
      g_error ("%s was “%s” and is “%s”", fields[i], before, after);
  }
}

/* A photo travels by callbacks that are not here. */
static void
drop_photo (SatchelRecord *record)
{
  if (satchel_entity_find_field (record->entity, "photo") != NULL)
    satchel_record_set_by_name (record, "photo", NULL);
}

static void
run_card (const SatchelExchange *x, const char *text)
{
  g_autoptr (EContact) strange = e_contact_new_from_vcard (text), written = NULL, parsed = NULL;
  /* As the library writes it: what it reads otherwise than it writes is its own affair. */
  g_autofree char *tidy = e_vcard_get_attributes (E_VCARD (strange)) != NULL
                              ? e_vcard_to_string (E_VCARD (strange), EVC_FORMAT_VCARD_30)
                              : g_strdup (text);
  g_autoptr (EContact) card = e_contact_new_from_vcard (tidy);
  g_autoptr (SatchelRecord) record = make_record ("contact"), again = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GError) error = NULL;
  gboolean taken = satchel_contact_read (x, card, record, &error);

  fuzz_check_error (!taken, error);
  if (!taken)
    return;
  check_values (record, satchel_contact_fields ());
  drop_photo (record);
  for (guint i = 0; i < 2; i++) {
    written = satchel_contact_write (x, record, i == 0 ? NULL : card);
    other = e_vcard_to_string (E_VCARD (written), EVC_FORMAT_VCARD_30);
    parsed = e_contact_new_from_vcard (other);
    again = satchel_record_copy (record);
    g_assert_true (satchel_contact_read (x, parsed, again, NULL));
    drop_photo (again);
    check_same (record, again, satchel_contact_fields ());
    g_clear_object (&written);
    g_clear_object (&parsed);
    g_clear_pointer (&other, g_free);
    g_clear_pointer (&again, satchel_record_free);
  }
}

static gboolean
read_first (const SatchelExchange *x, ICalComponent *calendar, gboolean event, SatchelRecord *record,
            GError **error)
{
  g_autoptr (GPtrArray) parts =
      satchel_calendar_list (calendar, event ? I_CAL_VEVENT_COMPONENT : I_CAL_VTODO_COMPONENT);

  g_assert_cmpuint (parts->len, >, 0);
  return event ? satchel_event_read (x, calendar, parts->pdata[0], record, error)
               : satchel_todo_read (x, calendar, parts->pdata[0], record, error);
}

static void
run_calendar (const SatchelExchange *x, const char *text, gboolean event)
{
  g_autoptr (ICalComponent) calendar = i_cal_component_new_from_string (text), written = NULL, parsed = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (SatchelRecord) record = make_record (event ? "appointment" : "task"), again = NULL;
  g_autofree char *other = NULL;
  g_autoptr (GError) error = NULL;
  gboolean taken;

  if (calendar == NULL)
    return;
  parts = satchel_calendar_list (calendar, event ? I_CAL_VEVENT_COMPONENT : I_CAL_VTODO_COMPONENT);
  if (parts->len != 1)
    return;
  taken = read_first (x, calendar, event, record, &error);
  fuzz_check_error (!taken, error);
  if (!taken)
    return;
  check_values (record, event ? satchel_event_fields () : satchel_todo_fields ());
  for (guint i = 0; i < 2; i++) {
    ICalComponent *base = i == 0 ? NULL : calendar;

    written = event ? satchel_event_write (x, (const SatchelRecord *const *)&record, 1, base)
                    : satchel_todo_write (x, record, base);
    other = i_cal_component_as_ical_string (written);
    parsed = i_cal_component_new_from_string (other);
    again = satchel_record_copy (record);
    g_assert_true (read_first (x, parsed, event, again, NULL));
    check_same (record, again, event ? satchel_event_fields () : satchel_todo_fields ());
    g_clear_object (&written);
    g_clear_object (&parsed);
    g_clear_pointer (&other, g_free);
    g_clear_pointer (&again, satchel_record_free);
  }
}

static void
run (const guint8 *bytes, gsize size, gboolean cards)
{
  g_autoptr (SatchelExchange) x = make_exchange ();
  g_autoptr (GBytes) file = g_bytes_new (bytes, size);
  g_autoptr (SatchelItems) items = satchel_items_split (file);
  /* The libraries warn of what is odd in a file; that is no fault of ours. */
  const GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

  for (guint i = 0; i < items->items->len; i++) {
    const SatchelItem *item = items->items->pdata[i];
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;

    if (item->problem != NULL || item->kind == SATCHEL_ITEM_OTHER ||
        (item->kind == SATCHEL_ITEM_CARD) != cards)
      continue;
    text = satchel_items_dup_text (items, item, &error);
    fuzz_check_error (text == NULL, error);
    if (text != NULL && cards)
      run_card (x, text);
    else if (text != NULL)
      run_calendar (x, text, item->kind == SATCHEL_ITEM_EVENT);
  }
  g_log_set_always_fatal (fatal);
}

void
fuzz_card (const guint8 *bytes, gsize size)
{
  run (bytes, size, TRUE);
}

void
fuzz_calendar (const guint8 *bytes, gsize size)
{
  run (bytes, size, FALSE);
}
