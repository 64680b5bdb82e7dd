/* Does a value fit its field? Length, format, range, scale, keys, targets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/value.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/format.h"
#include "protocol/id.h"
#include "protocol/limits.h"

#define MAX_KEY_CHARS     100
#define MAX_ROLE_CHARS    30
#define MAX_ADDRESS_CHARS 320
#define MAX_NAME_CHARS    255
#define MAX_DURATION_S    G_GINT64_CONSTANT (3155760000) /* a hundred years */
#define EXCERPT_CHARS     40

static gboolean fail (const SatchelField *field, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static gboolean
fail (const SatchelField *field, GError **error, const char *format, ...)
{
  g_autofree char *problem = NULL;
  va_list arguments;

  va_start (arguments, format);
  problem = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, "“%s” %s", field->label, problem);
  return FALSE;
}

static char *
dup_excerpt (const char *text)
{
  g_autofree char *start = NULL;

  if (g_utf8_strlen (text, -1) <= EXCERPT_CHARS)
    return g_strdup (text);
  start = g_utf8_substring (text, 0, EXCERPT_CHARS);
  return g_strconcat (start, "…", NULL);
}

static gboolean
is_blank (const char *text)
{
  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return *text == '\0';
}

static gboolean
check_string (const SatchelField *field, const char *text, GError **error)
{
  gboolean many = field->type == SATCHEL_TYPE_TEXT;
  guint most = field->max_chars;
  g_autofree char *excerpt = NULL;

  if (most == 0)
    most = many ? SATCHEL_MAX_TEXT_CHARS : SATCHEL_MAX_STRING_CHARS;
  if (!satchel_text_is_clean (text, many ? SATCHEL_LINES_MANY : SATCHEL_LINES_ONE))
    return fail (field, error, "contains characters that a text cannot hold");
  if (g_utf8_strlen (text, -1) > most)
    return fail (field, error, "is longer than %u characters", most);
  if (!many && is_blank (text))
    return fail (field, error, "consists of spaces only");

  if (!satchel_format_holds (field->format, text)) {
    excerpt = dup_excerpt (text);
    return fail (field, error, "is not %s: “%s”", satchel_format_describe (field->format), excerpt);
  }
  if (field->format == SATCHEL_FORMAT_YEAR && (strspn (text, "0123456789") != 4 || text[4] != '\0'))
    return fail (field, error, "is not a year of four digits");
  return TRUE;
}

static gboolean
check_choice (const SatchelField *field, const char *key, GError **error)
{
  g_autofree char *excerpt = NULL;

  if (satchel_field_find_choice (field, key) != NULL)
    return TRUE;
  excerpt = g_utf8_validate (key, -1, NULL) ? dup_excerpt (key) : g_strdup ("…");
  return fail (field, error, "has no choice “%s”", excerpt);
}

/* An instant of the years 1 to 9999; a duration that is not negative unless the field says so; a number in
 * range. */
static gboolean
check_integer (const SatchelField *field, gint64 number, GError **error)
{
  gint64 minimum = G_MININT64, maximum = G_MAXINT64;

  if (field->type == SATCHEL_TYPE_DATETIME) {
    minimum = SATCHEL_INSTANT_FIRST_MS;
    maximum = SATCHEL_INSTANT_LAST_MS;
    if (number < minimum || number > maximum)
      return fail (field, error, "is not a time of the years 1 to 9999");
    return TRUE;
  }
  if (field->type == SATCHEL_TYPE_DURATION) {
    minimum = 0;
    maximum = MAX_DURATION_S;
  }
  if (field->format == SATCHEL_FORMAT_YEAR) {
    minimum = 1;
    maximum = 9999;
  }
  if (field->has_minimum)
    minimum = field->minimum;
  if (field->has_maximum)
    maximum = field->maximum;
  if (number < minimum)
    return fail (field, error, "is less than %" G_GINT64_FORMAT, minimum);
  if (number > maximum)
    return fail (field, error, "is greater than %" G_GINT64_FORMAT, maximum);
  return TRUE;
}

static gboolean
check_decimal (const SatchelField *field, SatchelDecimal number, GError **error)
{
  SatchelDecimal scaled, bound = { field->minimum, field->scale };
  g_autofree char *text = NULL;

  if (!satchel_decimal_rescale (number, field->scale, &scaled, NULL))
    return fail (field, error, "has too many digits; %u may follow the point", field->scale);
  if (field->has_minimum && scaled.coefficient < field->minimum) {
    text = satchel_decimal_to_text (bound);
    return fail (field, error, "is less than %s", text);
  }
  if (field->has_maximum && scaled.coefficient > field->maximum) {
    bound.coefficient = field->maximum;
    text = satchel_decimal_to_text (bound);
    return fail (field, error, "is greater than %s", text);
  }
  return TRUE;
}

/* Tags: a comma parts them in the text form, a bar in the stored one. */
static gboolean
is_tag (const char *key)
{
  g_autofree char *stripped = g_strstrip (g_strdup (key));

  return satchel_text_is_clean (key, SATCHEL_LINES_ONE) && g_utf8_strlen (key, -1) <= MAX_KEY_CHARS &&
         strpbrk (key, "|,") == NULL && !is_blank (key) && g_str_equal (stripped, key);
}

static gboolean
check_keys (const SatchelField *field, const char *const *keys, GError **error)
{
  if (g_strv_length ((char **)keys) > SATCHEL_MAX_KEYS)
    return fail (field, error, "has more than %d entries", SATCHEL_MAX_KEYS);
  for (guint i = 0; keys[i] != NULL; i++) {
    if (!field->open && !check_choice (field, keys[i], error))
      return FALSE;
    if (field->open && !is_tag (keys[i]))
      return fail (field, error,
                   "has an entry that is too long or contains a comma, a bar or a control character");
  }
  return TRUE;
}

static gboolean
check_target (const SatchelField *field, const char *entity, const char *id, GError **error)
{
  if (!satchel_field_allows_target (field, entity)) {
    g_autofree char *targets = g_strjoinv (", ", (char **)field->targets);

    return fail (field, error, "cannot refer to that kind of record, only to: %s", targets);
  }
  if (!satchel_id_is_valid (id))
    return fail (field, error, "does not hold a record's id");
  return TRUE;
}

static gboolean
is_clean_within (const char *text, guint most_chars)
{
  return satchel_text_is_clean (text, SATCHEL_LINES_ONE) && g_utf8_strlen (text, -1) <= most_chars &&
         !is_blank (text);
}

static gboolean
check_party (const SatchelField *field, const SatchelParty *party, GError **error)
{
  if (party->role == NULL || strlen (party->role) > MAX_ROLE_CHARS || party->role[0] == '\0' ||
      strspn (party->role, "abcdefghijklmnopqrstuvwxyz_") != strlen (party->role))
    return fail (field, error, "has a party without a proper role");
  if ((party->entity == NULL) != (party->id == NULL) || (party->id == NULL && party->address == NULL))
    return fail (field, error, "has a party that is neither a record nor an address");
  if (party->id != NULL && !check_target (field, party->entity, party->id, error))
    return FALSE;
  if ((party->address != NULL && !is_clean_within (party->address, MAX_ADDRESS_CHARS)) ||
      (party->name != NULL && !is_clean_within (party->name, MAX_NAME_CHARS)))
    return fail (field, error, "has a party whose address or name is not proper");
  return TRUE;
}

static gboolean
check_parties (const SatchelField *field, const SatchelValue *value, GError **error)
{
  guint n;
  const SatchelParty *parties = satchel_value_get_parties (value, &n);

  if (n > SATCHEL_MAX_KEYS)
    return fail (field, error, "has more than %d entries", SATCHEL_MAX_KEYS);
  for (guint i = 0; i < n; i++) {
    if (!check_party (field, &parties[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_media_type (const char *text)
{
  const char *slash = strchr (text, '/');
  gsize length = strlen (text);

  return slash != NULL && slash != text && slash[1] != '\0' && length <= 127 &&
         strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+/") ==
             length &&
         strchr (slash + 1, '/') == NULL;
}

static gboolean
check_file (const SatchelField *field, const SatchelValue *value, GError **error)
{
  const char *hash, *name, *media_type;
  gint64 size_bytes;

  satchel_value_get_file (value, &hash, &name, &media_type, &size_bytes);
  if (hash == NULL || strlen (hash) != 64 || strspn (hash, "0123456789abcdef") != 64)
    return fail (field, error, "is a file without a proper hash");
  if (name == NULL || !is_clean_within (name, MAX_NAME_CHARS) || strchr (name, '/') != NULL ||
      g_str_equal (name, ".") || g_str_equal (name, ".."))
    return fail (field, error, "is a file without a proper name");
  if (media_type == NULL || !is_media_type (media_type))
    return fail (field, error, "is a file without a proper media type");
  if (size_bytes < 0)
    return fail (field, error, "is a file of a negative size");
  return TRUE;
}

gboolean
satchel_value_check (const SatchelField *field, const SatchelValue *value, GError **error)
{
  if (value == NULL)
    return TRUE;
  if (satchel_value_get_kind (value) != satchel_type_kind (field->type))
    return fail (field, error, "cannot hold a value of this kind");

  switch (field->type) {
  case SATCHEL_TYPE_STRING:
  case SATCHEL_TYPE_TEXT:
    return check_string (field, satchel_value_get_string (value), error);
  case SATCHEL_TYPE_CHOICE:
    return check_choice (field, satchel_value_get_string (value), error);
  case SATCHEL_TYPE_INTEGER:
  case SATCHEL_TYPE_DATETIME:
  case SATCHEL_TYPE_DURATION:
    return check_integer (field, satchel_value_get_integer (value), error);
  case SATCHEL_TYPE_DECIMAL:
  case SATCHEL_TYPE_MONEY:
    return check_decimal (field, satchel_value_get_decimal (value), error);
  case SATCHEL_TYPE_MULTICHOICE:
    return check_keys (field, satchel_value_get_keys (value), error);
  case SATCHEL_TYPE_LOOKUP:
    return check_target (field, satchel_value_get_entity (value), satchel_value_get_id (value), error);
  case SATCHEL_TYPE_PARTIES:
    return check_parties (field, value, error);
  case SATCHEL_TYPE_FILE:
    return check_file (field, value, error);
  case SATCHEL_TYPE_BOOLEAN:
  case SATCHEL_TYPE_DATE: /* their constructors take nothing else */
    return TRUE;
  default:
    g_assert_not_reached ();
  }
}
