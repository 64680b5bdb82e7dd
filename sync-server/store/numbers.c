/* The table "number".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/numbers.h"

#include <string.h>

static int
year_of (gint64 at_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (at_ms / 1000);

  return g_date_time_get_year (time);
}

static gboolean
take_number (SatchelStore *store, const SatchelRecord *record, const SatchelField *field, int year,
             gint64 *number, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "INSERT INTO number (entity, field, year, last) VALUES (?, ?, ?, 1)"
                                " ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last",
                                error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record->entity->name);
  satchel_statement_bind_text (statement, 2, field->name);
  satchel_statement_bind_integer (statement, 3, year);
  return satchel_statement_take_integer (statement, 0, number, error);
}

/* "{year}" and "{number}", "{number:6}" with at least six digits; all else stands as it is. */
static char *
print_number (const char *format, int year, gint64 number)
{
  GString *text = g_string_new (NULL);

  while (*format != '\0') {
    const char *end = *format == '{' ? strchr (format, '}') : NULL;

    if (end != NULL && g_str_has_prefix (format, "{year}"))
      g_string_append_printf (text, "%04d", year);
    else if (end != NULL && g_str_has_prefix (format, "{number:"))
      g_string_append_printf (text, "%0*" G_GINT64_FORMAT,
                              (int)MIN (g_ascii_strtoull (format + 8, NULL, 10), 18), number);
    else if (end != NULL && g_str_has_prefix (format, "{number}"))
      g_string_append_printf (text, "%" G_GINT64_FORMAT, number);
    else
      end = NULL;
    if (end == NULL)
      g_string_append_c (text, *format);
    format = (end != NULL ? end : format) + 1;
  }
  return g_string_free (text, FALSE);
}

gboolean
satchel_numbers_fill (SatchelStore *store, SatchelRecord *record, gint64 at_ms, GError **error)
{
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    const int year = year_of (at_ms);
    g_autofree char *text = NULL;
    g_autoptr (SatchelValue) value = NULL;
    gint64 number;

    if (field->origin != SATCHEL_ORIGIN_AUTONUMBER || record->values[i] != NULL)
      continue;
    if (!take_number (store, record, field, strstr (field->number_format, "{year}") != NULL ? year : 0,
                      &number, error))
      return FALSE;
    text = print_number (field->number_format, year, number);
    value = satchel_value_new_string (text);
    satchel_record_set (record, field, value);
  }
  return TRUE;
}
