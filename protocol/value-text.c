/* The text form: what a person types in a command or a CSV cell.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/value.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/integer.h"

static gboolean
fail (const SatchelField *field, const char *problem, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "“%s”: %s", field->label, problem);
  return FALSE;
}

/* Takes over @why as the problem of @field. */
static gboolean
fail_because (const SatchelField *field, GError *why, GError **error)
{
  fail (field, why->message, error);
  g_error_free (why);
  return FALSE;
}

static gboolean
equal_folded (const char *a, const char *b)
{
  g_autofree char *left = g_utf8_casefold (a, -1), *right = g_utf8_casefold (b, -1);

  return g_str_equal (left, right);
}

/* CSV files of other systems end lines with CR LF or CR. */
static char *
dup_with_newlines (const char *text)
{
  GString *result = g_string_new (text);

  g_string_replace (result, "\r\n", "\n", 0);
  g_string_replace (result, "\r", "\n", 0);
  return g_string_free (result, FALSE);
}

static SatchelValue *
read_integer (const SatchelField *field, const char *text, GError **error)
{
  gint64 number;

  if (*text == '+' && g_ascii_isdigit (text[1]))
    text++;
  if (!satchel_integer_parse (text, G_MININT64, G_MAXINT64, &number)) {
    fail (field, "it is not a whole number", error);
    return NULL;
  }
  return satchel_value_new_integer (number);
}

static SatchelValue *
read_decimal (const SatchelField *field, const char *text, GError **error)
{
  SatchelDecimal number;
  GError *why = NULL;

  if (!satchel_decimal_parse (text, &number, &why) ||
      !satchel_decimal_rescale (number, field->scale, &number, &why)) {
    fail_because (field, why, error);
    return NULL;
  }
  return satchel_value_new_decimal (number);
}

static SatchelValue *
read_boolean (const SatchelField *field, const char *text, GError **error)
{
  static const struct {
    const char *word;
    gboolean truth;
  } words[] = { { "yes", TRUE },    { "no", FALSE }, { "true", TRUE },
                { "false", FALSE }, { "1", TRUE },   { "0", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    if (g_ascii_strcasecmp (text, words[i].word) == 0)
      return satchel_value_new_boolean (words[i].truth);
  }
  fail (field, "it is neither yes nor no", error);
  return NULL;
}

static SatchelValue *
read_date (const SatchelField *field, const char *text, GError **error)
{
  gint64 days;

  if (!satchel_date_parse (text, &days)) {
    fail (field, "it is not a date such as 2026-03-31", error);
    return NULL;
  }
  return satchel_value_new_date (text);
}

static SatchelValue *
read_instant (const SatchelField *field, const char *text, GError **error)
{
  GError *why = NULL;
  gint64 ms;

  if (!satchel_instant_parse (text, &ms, &why)) {
    fail_because (field, why, error);
    return NULL;
  }
  return satchel_value_new_integer (ms);
}

/* "1h30m", "90 m", "-45s", each unit at most once and in that order; or seconds. */
static gboolean
parse_duration (const char *text, gint64 *seconds)
{
  static const struct {
    char unit;
    gint64 seconds;
  } units[] = { { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };
  gboolean negative = *text == '-';
  guint next = 0;

  *seconds = 0;
  text += negative;
  while (*text != '\0') {
    char *end;
    guint64 number;
    gint64 part;

    if (!g_ascii_isdigit (*text))
      return FALSE;
    number = g_ascii_strtoull (text, &end, 10);
    if (number > G_MAXUINT32)
      return FALSE;
    if (*end == '\0' && next == 0) {
      *seconds = negative ? -(gint64)number : (gint64)number;
      return TRUE;
    }
    while (*end == ' ')
      end++;
    while (next < G_N_ELEMENTS (units) && units[next].unit != g_ascii_tolower (*end))
      next++;
    if (next == G_N_ELEMENTS (units))
      return FALSE;
    part = (gint64)number * units[next++].seconds;
    *seconds += negative ? -part : part;
    for (text = end + 1; *text == ' '; text++)
      ;
  }
  return next > 0;
}

static SatchelValue *
read_duration (const SatchelField *field, const char *text, GError **error)
{
  gint64 seconds;

  if (!parse_duration (text, &seconds)) {
    fail (field, "it is not a duration such as 1h30m", error);
    return NULL;
  }
  return satchel_value_new_integer (seconds);
}

/* The key of the choice that @text names by key or label; @text itself when there is none. */
static const char *
find_key (const SatchelField *field, const char *text)
{
  if (satchel_field_find_choice (field, text) != NULL)
    return text;
  for (guint i = 0; i < field->n_choices; i++) {
    if (equal_folded (field->choices[i].key, text) || equal_folded (field->choices[i].label, text))
      return field->choices[i].key;
  }
  return text;
}

static SatchelValue *
read_keys (const SatchelField *field, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (keys, (gpointer)find_key (field, g_strstrip (words[i])));
  g_ptr_array_add (keys, NULL);
  return satchel_value_new_keys ((const char *const *)keys->pdata);
}

static SatchelValue *
read_lookup (const SatchelField *field, const char *text)
{
  const char *colon = strchr (text, ':');
  g_autofree char *entity = colon != NULL ? g_strndup (text, colon - text) : g_strdup (field->targets[0]);
  g_autofree char *id = g_ascii_strdown (colon != NULL ? colon + 1 : text, -1);

  return satchel_value_new_lookup (entity, id);
}

static SatchelValue *
read_stored (const SatchelField *field, const char *text, GError **error)
{
  SatchelValue *value;

  return satchel_value_from_stored_text (field, text, &value, error) ? value : NULL;
}

/* NULL with *error unset is the empty value. @text is not empty. */
static SatchelValue *
read_stripped (const SatchelField *field, const char *text, GError **error)
{
  switch (field->type) {
  case SATCHEL_TYPE_INTEGER:
    return read_integer (field, text, error);
  case SATCHEL_TYPE_DECIMAL:
  case SATCHEL_TYPE_MONEY:
    return read_decimal (field, text, error);
  case SATCHEL_TYPE_BOOLEAN:
    return read_boolean (field, text, error);
  case SATCHEL_TYPE_DATE:
    return read_date (field, text, error);
  case SATCHEL_TYPE_DATETIME:
    return read_instant (field, text, error);
  case SATCHEL_TYPE_DURATION:
    return read_duration (field, text, error);
  case SATCHEL_TYPE_CHOICE:
    return satchel_value_new_string (find_key (field, text));
  case SATCHEL_TYPE_MULTICHOICE:
    return read_keys (field, text);
  case SATCHEL_TYPE_LOOKUP:
    return read_lookup (field, text);
  case SATCHEL_TYPE_PARTIES:
  case SATCHEL_TYPE_FILE:
    return read_stored (field, text, error);
  default:
    g_assert_not_reached ();
  }
}

gboolean
satchel_value_from_text (const SatchelField *field, const char *text, SatchelValue **result, GError **error)
{
  g_autoptr (SatchelValue) value = NULL;
  g_autofree char *stripped = NULL, *clean = NULL;
  GError *why = NULL;

  *result = NULL;
  if (!g_utf8_validate (text, -1, NULL))
    return fail (field, "it is not UTF-8 text", error);
  stripped = g_strstrip (g_strdup (text));

  if (field->type == SATCHEL_TYPE_TEXT) {
    clean = dup_with_newlines (text);
    value = satchel_value_new_string (clean);
  } else if (stripped[0] == '\0') {
    return TRUE;
  } else if (field->type == SATCHEL_TYPE_STRING) {
    value = satchel_value_new_string (text);
  } else {
    value = read_stripped (field, stripped, &why);
  }
  if (why != NULL) {
    g_propagate_error (error, why);
    return FALSE;
  }
  if (!satchel_value_check (field, value, error))
    return FALSE;

  *result = g_steal_pointer (&value);
  return TRUE;
}

static char *
format_duration (gint64 seconds)
{
  GString *text = g_string_new (NULL);

  if (seconds < 0)
    g_string_append_c (text, '-');
  seconds = ABS (seconds);
  if (seconds >= 3600)
    g_string_append_printf (text, "%" G_GINT64_FORMAT "h", seconds / 3600);
  if (seconds / 60 % 60 != 0)
    g_string_append_printf (text, "%" G_GINT64_FORMAT "m", seconds / 60 % 60);
  if (seconds % 60 != 0 || seconds == 0)
    g_string_append_printf (text, "%" G_GINT64_FORMAT "s", seconds % 60);
  return g_string_free (text, FALSE);
}

char *
satchel_value_to_text (const SatchelField *field, const SatchelValue *value)
{
  if (value == NULL)
    return g_strdup ("");

  switch (satchel_value_get_kind (value)) {
  case SATCHEL_KIND_INTEGER:
    if (field->type == SATCHEL_TYPE_DATETIME)
      return satchel_instant_to_text (satchel_value_get_integer (value));
    if (field->type == SATCHEL_TYPE_DURATION)
      return format_duration (satchel_value_get_integer (value));
    return g_strdup_printf ("%" G_GINT64_FORMAT, satchel_value_get_integer (value));
  case SATCHEL_KIND_DECIMAL:
    return satchel_decimal_to_text (satchel_value_get_decimal (value));
  case SATCHEL_KIND_BOOLEAN:
    return g_strdup (satchel_value_get_boolean (value) ? "yes" : "no");
  case SATCHEL_KIND_KEYS:
    return g_strjoinv (", ", (char **)satchel_value_get_keys (value));
  default:
    return satchel_value_to_stored_text (field, value);
  }
}
