/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/display.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <stdio.h>
#include <string.h>

#include "client/report/number.h"
#include "protocol/rules/pricing.h"

#define MONEY_DIGITS 2 /* where no currency is told: those of most */

static char *
display_date (const char *iso_date)
{
  g_autoptr (GDateTime) date = NULL;
  int year, month, day;

  if (sscanf (iso_date, "%d-%d-%d", &year, &month, &day) == 3)
    date = g_date_time_new_utc (year, month, day, 0, 0, 0);
  return date != NULL ? g_date_time_format (date, "%x") : g_strdup (iso_date);
}

static char *
display_instant (gint64 ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, "%x %H:%M") : satchel_instant_to_text (ms);
}

static char *
display_duration (gint64 seconds)
{
  gint64 minutes = seconds / 60;

  if (minutes % 60 == 0)
    return g_strdup_printf (_ ("%d h"), (int)(minutes / 60));
  if (minutes < 60)
    return g_strdup_printf (_ ("%d min"), (int)minutes);
  return g_strdup_printf (_ ("%d h %d min"), (int)(minutes / 60), (int)(minutes % 60));
}

static char *
display_keys (const SatchelField *field, const SatchelValue *value)
{
  const char *const *keys = satchel_value_get_keys (value);
  GString *text = g_string_new (NULL);

  for (guint i = 0; keys[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? _ (", ") : "", satchel_field_get_label_of (field, keys[i]));
  return g_string_free (text, FALSE);
}

static char *
display_lookup (SatchelNameFunc name, gpointer data, const SatchelValue *value)
{
  char *title =
      name != NULL ? name (satchel_value_get_entity (value), satchel_value_get_id (value), data) : NULL;

  return title != NULL ? title : g_strdup ("…");
}

static char *
display_parties (SatchelNameFunc name, gpointer data, const SatchelValue *value)
{
  guint n_parties;
  const SatchelParty *parties = satchel_value_get_parties (value, &n_parties);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_parties; i++) {
    g_autofree char *title =
        parties[i].id != NULL && name != NULL ? name (parties[i].entity, parties[i].id, data) : NULL;
    const char *shown = title != NULL             ? title
                        : parties[i].name != NULL ? parties[i].name
                                                  : parties[i].address;

    g_string_append_printf (text, "%s%s", i > 0 ? _ (", ") : "", shown != NULL ? shown : "…");
  }
  return g_string_free (text, FALSE);
}

char *
satchel_display_isolate (const char *text)
{
  if (gtk_widget_get_default_direction () != GTK_TEXT_DIR_RTL)
    return g_strdup (text);
  return g_strdup_printf ("\u2066%s\u2069", text);
}

static char *
display_string (const SatchelField *field, const char *string)
{
  char *text = field->type == SATCHEL_TYPE_CHOICE     ? g_strdup (satchel_field_get_label_of (field, string))
               : field->format == SATCHEL_FORMAT_NONE ? g_strdup (string)
                                                      : satchel_display_isolate (string);

  return g_strdelimit (text, "\n\t\r", ' ');
}

/* Digits behind the point of amounts: those of the record's currency. */
static guint
get_money_digits (const SatchelRecord *record)
{
  const SatchelField *field =
      record != NULL ? satchel_entity_find_field (record->entity, "currency_digits") : NULL;
  const SatchelValue *digits = field != NULL ? satchel_record_get (record, field) : NULL;

  return digits != NULL ? (guint)CLAMP (satchel_value_get_integer (digits), 0, SATCHEL_PRICING_MOST_DIGITS) : MONEY_DIGITS;
}

/* As many digits as all the others; more only where they say something: nothing is rounded away. */
static char *
display_money (const SatchelRecord *record, SatchelDecimal amount)
{
  guint digits = get_money_digits (record);
  SatchelDecimal fitted;

  while (digits < amount.scale && !satchel_decimal_rescale (amount, digits, &fitted, NULL))
    digits++;
  return satchel_number_display (amount, digits);
}

static char *
display_number (const SatchelField *field, const SatchelValue *value)
{
  g_autofree char *digits = satchel_value_to_text (field, value);

  /* A year has no thousands. */
  if (field->format == SATCHEL_FORMAT_YEAR)
    return g_steal_pointer (&digits);
  return satchel_number_group (digits);
}

char *
satchel_display_value (SatchelReplica *replica, const SatchelField *field, const SatchelValue *value)
{
  return satchel_display_in (NULL, replica, field, value);
}

char *
satchel_display_in (const SatchelRecord *record, SatchelReplica *replica, const SatchelField *field,
                    const SatchelValue *value)
{
  return satchel_display_named (satchel_replica_dup_name, replica, record, field, value);
}

char *
satchel_display_named (SatchelNameFunc name, gpointer data, const SatchelRecord *record,
                       const SatchelField *field, const SatchelValue *value)
{
  const char *file_name;

  if (value == NULL)
    return g_strdup ("");
  switch (satchel_value_get_kind (value)) {
  case SATCHEL_KIND_STRING:
    return display_string (field, satchel_value_get_string (value));
  case SATCHEL_KIND_INTEGER:
    if (field->type == SATCHEL_TYPE_DATETIME)
      return display_instant (satchel_value_get_integer (value));
    if (field->type == SATCHEL_TYPE_DURATION)
      return display_duration (satchel_value_get_integer (value));
    return display_number (field, value);
  case SATCHEL_KIND_DECIMAL:
    if (field->type == SATCHEL_TYPE_MONEY)
      return display_money (record, satchel_value_get_decimal (value));
    return display_number (field, value);
  case SATCHEL_KIND_BOOLEAN:
    return g_strdup (satchel_value_get_boolean (value) ? _ ("Yes") : _ ("No"));
  case SATCHEL_KIND_DATE:
    return display_date (satchel_value_get_date (value));
  case SATCHEL_KIND_KEYS:
    return display_keys (field, value);
  case SATCHEL_KIND_LOOKUP:
    return display_lookup (name, data, value);
  case SATCHEL_KIND_PARTIES:
    return display_parties (name, data, value);
  case SATCHEL_KIND_FILE:
    satchel_value_get_file (value, NULL, &file_name, NULL, NULL);
    return g_strdup (file_name);
  }
  g_assert_not_reached ();
}

char *
satchel_display_moment (gint64 ms, gint64 now_ms)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (ms / 1000);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_ms / 1000);
  GTimeSpan ago;

  if (then == NULL || now == NULL)
    return satchel_instant_to_text (ms);
  ago = g_date_time_difference (now, then);
  if (g_date_time_get_year (then) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now))
    return g_date_time_format (then, _ ("today %H:%M"));
  if (ago >= 0 && ago < 6 * G_TIME_SPAN_DAY)
    return g_date_time_format (then, _ ("%a %H:%M"));
  return g_date_time_format (
      then, g_date_time_get_year (then) == g_date_time_get_year (now) ? _ ("%-e %b") : _ ("%-e %b %Y"));
}

char *
satchel_display_dup_icon (const SatchelEntity *entity)
{
  g_autofree char *word = g_strdelimit (g_strdup (entity->name), "_", '-');
  g_autofree char *path =
      g_strdup_printf ("/org/satchelcrm/ui/icons/scalable/actions/satchel-%s-symbolic.svg", word);

  if (g_resources_get_info (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL, NULL, NULL))
    return g_strdup_printf ("satchel-%s-symbolic", word);
  return g_strdup ("satchel-record-symbolic");
}

gboolean
satchel_display_is_numeric (const SatchelField *field)
{
  switch (field->type) {
  case SATCHEL_TYPE_INTEGER:
  case SATCHEL_TYPE_DECIMAL:
  case SATCHEL_TYPE_MONEY:
  case SATCHEL_TYPE_DURATION:
    return TRUE;
  default:
    return FALSE;
  }
}
