/* Records of the replica as vCards and calendars.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/exchange/calendar.h"
#include "client/exchange/contact.h"
#include "client/exchange/fit.h"
#include "client/exchange/ical.h"
#include "client/exchange/import.h"
#include "protocol/error.h"

static gboolean
note_cb (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, satchel_record_copy (record));
  return TRUE;
}

static gboolean
write_text (SatchelExportWriteFunc write, gpointer data, const char *text, GError **error)
{
  return write (text, strlen (text), data, error);
}

static gboolean
write_contact (const SatchelExchange *x, const SatchelRecord *record, SatchelExportWriteFunc write,
               gpointer data, GError **error)
{
  g_autoptr (EContact) card = satchel_contact_write (x, record, NULL);
  g_autofree char *text = e_vcard_to_string (E_VCARD (card), EVC_FORMAT_VCARD_30);

  return write_text (write, data, text, error) && write_text (write, data, "\r\n", error);
}

/* The parts of @calendar but its VTIMEZONEs that stand there already. */
static gboolean
write_parts (ICalComponent *calendar, GHashTable *zones, SatchelExportWriteFunc write, gpointer data,
             GError **error)
{
  g_autoptr (GPtrArray) parts = satchel_ical_list_components (calendar, I_CAL_ANY_COMPONENT);

  for (guint i = 0; i < parts->len; i++) {
    g_autoptr (ICalProperty) tzid = satchel_ical_first (parts->pdata[i], I_CAL_TZID_PROPERTY);
    g_autofree char *text = NULL;

    if (tzid != NULL && !g_hash_table_add (zones, g_strdup (i_cal_property_get_tzid (tzid))))
      continue;
    text = i_cal_component_as_ical_string (parts->pdata[i]);
    if (!write_text (write, data, text, error))
      return FALSE;
  }
  return TRUE;
}

/* The series of a record, or its own id. */
static const char *
series_of (const SatchelRecord *record)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, "series");
  const SatchelValue *series = field != NULL ? satchel_record_get (record, field) : NULL;

  return series != NULL ? satchel_value_get_id (series) : record->id;
}

/* A series first, and behind it what stands in for its occurrences. */
static GPtrArray *
group_records (GPtrArray *records)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  g_autoptr (GHashTable) by_series = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < records->len; i++) {
    SatchelRecord *record = records->pdata[i];
    const char *series = series_of (record);
    GPtrArray *group = g_hash_table_lookup (by_series, series);

    if (group == NULL) {
      group = g_ptr_array_new ();
      g_hash_table_insert (by_series, (gpointer)series, group);
      g_ptr_array_add (groups, group);
    }
    g_ptr_array_insert (group, g_str_equal (series, record->id) ? 0 : -1, record);
  }
  return groups;
}

static gboolean
write_calendar (const SatchelExchange *x, GPtrArray *records, gboolean events, SatchelExportWriteFunc write,
                gpointer data, GError **error)
{
  g_autoptr (GPtrArray) groups = group_records (records);
  g_autoptr (GHashTable) zones = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!write_text (write, data, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Satchel//Satchel//EN\r\n",
                   error))
    return FALSE;
  for (guint i = 0; i < groups->len; i++) {
    GPtrArray *group = groups->pdata[i];
    g_autoptr (ICalComponent) calendar =
        events ? satchel_event_write (x, (const SatchelRecord *const *)group->pdata, group->len, NULL)
               : satchel_todo_write (x, group->pdata[0], NULL);

    if (!write_parts (calendar, zones, write, data, error))
      return FALSE;
  }
  return write_text (write, data, "END:VCALENDAR\r\n", error);
}

gboolean
satchel_exchange_export (SatchelSession *session, const SatchelEntity *entity, SatchelPredicate *where,
                         SatchelExportWriteFunc write, gpointer data, GError **error)
{
  g_autoptr (SatchelExchange) x = satchel_exchange_new (session);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  const SatchelQuery query = { .entity = entity, .where = where, .limit = -1 };
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  if (!satchel_replica_query (satchel_session_get_replica (session), &query, &context, note_cb, records,
                              error))
    return FALSE;
  if (g_str_equal (entity->name, "appointment") || g_str_equal (entity->name, "task"))
    return write_calendar (x, records, g_str_equal (entity->name, "appointment"), write, data, error);
  if (!g_str_equal (entity->name, "contact")) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 _ ("%s has no form as a vCard or in a calendar"), entity->name);
    return FALSE;
  }
  for (guint i = 0; i < records->len; i++) {
    if (!write_contact (x, records->pdata[i], write, data, error))
      return FALSE;
  }
  return TRUE;
}
