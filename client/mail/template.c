/* One pass over the text: what stands between fields is copied, fields are looked up and their values put in.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/template.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/report/number.h"
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/rules/template.h"

/* ---- values ---- */

/* Where the locale cannot be had as UTF-8 the ISO form stands. */
static char *
display_moment (const char *format, GDateTime *moment, const char *otherwise)
{
  char *text = moment != NULL ? g_date_time_format (moment, format) : NULL;

  return text != NULL ? text : g_strdup (otherwise);
}

static char *
display_date (const char *iso)
{
  g_autofree char *instant = g_strconcat (iso, "T00:00:00Z", NULL);
  g_autoptr (GDateTime) day = g_date_time_new_from_iso8601 (instant, NULL);

  return display_moment ("%x", day, iso);
}

static char *
display_instant (const SatchelTemplateContext *context, gint64 ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) there =
      utc != NULL && context->zone != NULL ? g_date_time_to_timezone (utc, context->zone) : NULL;
  g_autofree char *iso = satchel_instant_to_text (ms);

  return display_moment ("%x %H:%M", there != NULL ? there : utc, iso);
}

static char *
name_of (const SatchelTemplateContext *context, const SatchelValue *value)
{
  return context->name != NULL ? context->name (satchel_value_get_entity (value),
                                                satchel_value_get_id (value), context->name_data)
                               : NULL;
}

/* With the currency of its record, where that names one. */
static char *
display_money (const SatchelTemplateContext *context, const SatchelRecord *record, const SatchelField *field,
               const SatchelValue *value)
{
  const SatchelField *of = satchel_entity_find_field (record->entity, "currency");
  const SatchelValue *currency =
      of != NULL && of->type == SATCHEL_TYPE_LOOKUP ? satchel_record_get (record, of) : NULL;
  g_autofree char *number = satchel_number_display (satchel_value_get_decimal (value), MIN (field->scale, 2));
  g_autofree char *name = currency != NULL ? name_of (context, currency) : NULL;

  return name != NULL ? g_strdup_printf ("%s %s", number, name) : g_steal_pointer (&number);
}

static char *
display_value (const SatchelTemplateContext *context, const SatchelRecord *record, const SatchelField *field,
               const SatchelValue *value)
{
  g_autofree char *number = NULL;

  switch (field->type) {
  case SATCHEL_TYPE_CHOICE:
    return g_strdup (satchel_field_get_label_of (field, satchel_value_get_string (value)));
  case SATCHEL_TYPE_MULTICHOICE:
    return satchel_field_dup_labels_of (field, satchel_value_get_keys (value));
  case SATCHEL_TYPE_LOOKUP:
    return name_of (context, value);
  case SATCHEL_TYPE_DATE:
    return display_date (satchel_value_get_date (value));
  case SATCHEL_TYPE_DATETIME:
    return display_instant (context, satchel_value_get_integer (value));
  case SATCHEL_TYPE_BOOLEAN:
    return g_strdup (satchel_value_get_boolean (value) ? _ ("yes") : _ ("no"));
  case SATCHEL_TYPE_MONEY:
    return display_money (context, record, field, value);
  case SATCHEL_TYPE_DECIMAL:
    return satchel_number_display (satchel_value_get_decimal (value),
                                   satchel_value_get_decimal (value).scale);
  case SATCHEL_TYPE_INTEGER:
    number = satchel_value_to_text (field, value);
    return field->format == SATCHEL_FORMAT_YEAR ? g_steal_pointer (&number) : satchel_number_group (number);
  default:
    return satchel_value_to_text (field, value);
  }
}

/* The value that the path leads to; NULL when it is empty, or a record on the way is not here. The path has
 * been checked: a name that is not the last is a lookup's, perhaps with the kind of record behind it. */
static char *
look_up (const SatchelTemplateContext *context, const SatchelTemplatePlace *place)
{
  g_auto (GStrv) names = g_strsplit (place->path, ".", -1);
  const SatchelRecord *record = place->of_me ? context->me : context->record;
  g_autoptr (SatchelValue) value = NULL; /* kept: the record that has it goes when the next one is found */

  for (guint i = 0; names[i] != NULL; i++) {
    const SatchelField *field;
    char *kind = strchr (names[i], '(');

    if (kind != NULL)
      *kind++ = '\0';
    if (i > 0) {
      if (value == NULL || context->source == NULL || context->source->find == NULL)
        return NULL;
      record = context->source->find (satchel_value_get_entity (value), satchel_value_get_id (value),
                                      context->source->data);
    }
    if (record == NULL || (field = satchel_entity_find_word (record->entity, g_strstrip (names[i]))) == NULL)
      return NULL;
    g_clear_pointer (&value, satchel_value_unref);
    value = satchel_value_ref (satchel_record_get (record, field));
    if (kind != NULL && value != NULL &&
        (!g_str_has_prefix (kind, satchel_value_get_entity (value)) ||
         kind[strlen (satchel_value_get_entity (value))] != ')'))
      return NULL;
    if (names[i + 1] == NULL)
      return value != NULL ? display_value (context, record, field, value) : NULL;
  }
  return NULL;
}

/* ---- writing ---- */

/* One line for headers; no control characters but line ends and tabs anywhere. */
static void
append_clean (GString *out, const char *value, gboolean one_line)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at)) {
    const gunichar c = g_utf8_get_char (at);
    const gboolean breaks = c == '\n' || c == '\t' || c == 0x85 || c == 0x2028 || c == 0x2029;

    if (breaks || c == '\r')
      g_string_append_c (out, !one_line && (c == '\n' || c == '\t') ? (char)c : ' ');
    else if (!g_unichar_iscntrl (c))
      g_string_append_unichar (out, c);
  }
}

static void
append_value (GString *out, const char *value, SatchelTemplateKind kind)
{
  g_autoptr (GString) clean = g_string_new (NULL);
  g_autofree char *escaped = NULL;

  append_clean (clean, value, kind == SATCHEL_TEMPLATE_LINE);
  if (kind == SATCHEL_TEMPLATE_HTML)
    escaped = g_markup_escape_text (clean->str, (gssize)clean->len);
  g_string_append (out, escaped != NULL ? escaped : clean->str);
}

static gboolean
walk (const char *text, const SatchelTemplateContext *context, SatchelTemplateKind kind, GString *out,
      GError **error)
{
  const char *at = text, *next;

  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the template is no text in UTF-8"));
    return FALSE;
  }
  for (guint n = 0; (next = strstr (at, "{{")) != NULL; n++) {
    g_auto (SatchelTemplatePlace) place = { 0 };
    g_autofree char *value = NULL;

    if (n == SATCHEL_MAX_TEMPLATE_FIELDS)
      return satchel_template_fail (text, next, _ ("these are too many fields for one text"), error);
    g_string_append_len (out, at, next - at);
    if (!satchel_template_read_place (context->registry, context->record->entity, text, next, &place, &at,
                                      error))
      return FALSE;
    value = look_up (context, &place);
    if (value == NULL || *value == '\0')
      g_string_append (out, place.fallback != NULL ? place.fallback : "");
    else
      append_value (out, value, kind);
    if (out->len > SATCHEL_MAX_TEMPLATE_BYTES)
      break;
  }
  g_string_append (out, at);
  if (out->len <= SATCHEL_MAX_TEMPLATE_BYTES)
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                       _ ("the text becomes too long for a message"));
  return FALSE;
}

char *
satchel_template_expand (const SatchelTemplateContext *context, const char *text, SatchelTemplateKind kind,
                         GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL), line = g_string_new (NULL);

  if (text != NULL && !walk (text, context, kind, out, error))
    return NULL;
  if (kind != SATCHEL_TEMPLATE_LINE)
    return g_string_free (g_steal_pointer (&out), FALSE);
  append_clean (line, out->str, TRUE);
  return g_string_free (g_steal_pointer (&line), FALSE);
}
