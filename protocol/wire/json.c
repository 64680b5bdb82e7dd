/* A strict reader of JSON that builds json-glib's tree, and a printer. json-glib's own parser takes more than
 * JSON (comments, trailing commas, numbers that wrap around) and recurses without a bound.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/json.h"

#include <math.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/scan.h"

typedef struct {
  char *start;
  char *at;
  const char *end;
  guint depth;
  guint n_nodes;
} Reader;

static JsonNode *read_value (Reader *reader, GError **error);

static gpointer
fail (const Reader *reader, const char *what, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "JSON, byte %" G_GSIZE_FORMAT ": %s",
               (gsize)(reader->at - reader->start), what);
  return NULL;
}

static void
skip_space (Reader *reader)
{
  while (reader->at < reader->end &&
         (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\r' || *reader->at == '\t'))
    reader->at++;
}

/* Skips space and takes @c if it is next. */
static gboolean
take (Reader *reader, char c)
{
  skip_space (reader);
  if (reader->at == reader->end || *reader->at != c)
    return FALSE;
  reader->at++;
  return TRUE;
}

static JsonNode *
read_array (Reader *reader, GError **error)
{
  g_autoptr (JsonArray) array = json_array_new ();

  reader->at++;
  if (!take (reader, ']')) {
    do {
      JsonNode *element = read_value (reader, error);

      if (element == NULL)
        return NULL;
      json_array_add_element (array, element);
    } while (take (reader, ','));
    if (!take (reader, ']'))
      return fail (reader, "“,” or “]” expected", error);
  }
  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
read_object (Reader *reader, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();

  reader->at++;
  if (!take (reader, '}')) {
    do {
      const char *name;
      gsize length;
      JsonNode *member;

      skip_space (reader);
      if (!satchel_scan_string (&reader->at, reader->end, &name, &length))
        return fail (reader, "a member's name expected", error);
      if (json_object_has_member (object, name))
        return fail (reader, "a member stands there twice", error);
      if (!take (reader, ':'))
        return fail (reader, "“:” expected", error);
      member = read_value (reader, error);
      if (member == NULL)
        return NULL;
      json_object_set_member (object, name, member);
    } while (take (reader, ','));
    if (!take (reader, '}'))
      return fail (reader, "“,” or “}” expected", error);
  }
  return json_node_init_object (json_node_alloc (), object);
}

static gsize
count_digits (const char *at, const char *end)
{
  const char *start = at;

  while (at < end && g_ascii_isdigit (*at))
    at++;
  return at - start;
}

static JsonNode *
read_number (Reader *reader, GError **error)
{
  char *start = reader->at;
  const char *at;
  gint64 integer;
  double number;
  gsize n;

  if (!satchel_scan_integer (&reader->at, reader->end, &integer))
    return fail (reader, "not a number of 64 bits", error);
  at = reader->at;
  if (at == reader->end || (*at != '.' && *at != 'e' && *at != 'E'))
    return json_node_init_int (json_node_alloc (), integer);

  if (*at == '.') {
    n = count_digits (++at, reader->end);
    if (n == 0)
      return fail (reader, "a digit expected", error);
    at += n;
  }
  if (at < reader->end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < reader->end && (*at == '+' || *at == '-'))
      at++;
    n = count_digits (at, reader->end);
    if (n == 0)
      return fail (reader, "a digit expected", error);
    at += n;
  }
  number = g_ascii_strtod (start, NULL);
  if (!isfinite (number))
    return fail (reader, "a number out of range", error);
  reader->at = start + (at - start);
  return json_node_init_double (json_node_alloc (), number);
}

static gboolean
take_word (Reader *reader, const char *word)
{
  gsize length = strlen (word);

  if ((gsize)(reader->end - reader->at) < length || memcmp (reader->at, word, length) != 0)
    return FALSE;
  reader->at += length;
  return TRUE;
}

static JsonNode *
read_scalar (Reader *reader, GError **error)
{
  const char *text;
  gsize length;

  if (*reader->at == '"') {
    if (!satchel_scan_string (&reader->at, reader->end, &text, &length))
      return fail (reader, "not a string", error);
    return json_node_init_string (json_node_alloc (), text);
  }
  if (take_word (reader, "null"))
    return json_node_init_null (json_node_alloc ());
  if (take_word (reader, "true"))
    return json_node_init_boolean (json_node_alloc (), TRUE);
  if (take_word (reader, "false"))
    return json_node_init_boolean (json_node_alloc (), FALSE);
  return read_number (reader, error);
}

static JsonNode *
read_value (Reader *reader, GError **error)
{
  JsonNode *node;

  skip_space (reader);
  if (reader->at == reader->end)
    return fail (reader, "the document ends too early", error);
  if (++reader->n_nodes > SATCHEL_MAX_JSON_NODES) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "the JSON document has more than %d values",
                 SATCHEL_MAX_JSON_NODES);
    return NULL;
  }
  if (*reader->at != '[' && *reader->at != '{')
    return read_scalar (reader, error);

  if (reader->depth == SATCHEL_MAX_JSON_DEPTH) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                 "the JSON document is nested deeper than %d levels", SATCHEL_MAX_JSON_DEPTH);
    return NULL;
  }
  reader->depth++;
  node = *reader->at == '[' ? read_array (reader, error) : read_object (reader, error);
  reader->depth--;
  return node;
}

JsonNode *
satchel_json_parse (const char *text, gsize length, GError **error)
{
  g_autofree char *copy = NULL;
  g_autoptr (JsonNode) node = NULL;
  Reader reader = { 0 };

  if (length > SATCHEL_MAX_DECODED_BYTES) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "the JSON document is larger than %d bytes",
                 SATCHEL_MAX_DECODED_BYTES);
    return NULL;
  }
  if (!g_utf8_validate_len (text, length, NULL)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the JSON document is not UTF-8");
    return NULL;
  }

  copy = g_strndup (text, length); /* strings are unescaped in place */
  reader.start = reader.at = copy;
  reader.end = copy + length;
  node = read_value (&reader, error);
  if (node == NULL)
    return NULL;
  skip_space (&reader);
  if (reader.at != reader.end)
    return fail (&reader, "something follows the document", error);
  return g_steal_pointer (&node);
}

/* ---- printing: json-glib's generator leaves U+001F as it is, which is no JSON ---- */

static void
print_string (GString *out, const char *text)
{
  static const char letters[] = "btnvfr"; /* names of U+0008 to U+000D; JSON has none for U+000B */

  g_string_append_c (out, '"');
  for (const char *plain = text;; text++) {
    guchar c = *text;

    if (c >= 0x20 && c != '"' && c != '\\')
      continue;
    g_string_append_len (out, plain, text - plain);
    plain = text + 1;
    if (c == '\0')
      break;
    if (c == '"' || c == '\\')
      g_string_append_printf (out, "\\%c", c);
    else if (c >= '\b' && c <= '\r' && c != '\v')
      g_string_append_printf (out, "\\%c", letters[c - '\b']);
    else
      g_string_append_printf (out, "\\u%04x", c);
  }
  g_string_append_c (out, '"');
}

static void
print_scalar (GString *out, JsonNode *node)
{
  GType type = json_node_get_value_type (node);
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (type == G_TYPE_STRING)
    print_string (out, json_node_get_string (node));
  else if (type == G_TYPE_INT64)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else if (type == G_TYPE_BOOLEAN)
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
  else /* minus zero would be read as the integer 0 */
    g_string_append (out, g_ascii_dtostr (digits, sizeof digits, json_node_get_double (node) + 0.0));
}

static void
print_node (GString *out, JsonNode *node)
{
  const char *separator = "", *name;
  JsonArray *array;
  JsonObjectIter iter;
  JsonNode *member;

  switch (JSON_NODE_TYPE (node)) {
  case JSON_NODE_NULL:
    g_string_append (out, "null");
    break;
  case JSON_NODE_VALUE:
    print_scalar (out, node);
    break;
  case JSON_NODE_ARRAY:
    array = json_node_get_array (node);
    g_string_append_c (out, '[');
    for (guint i = 0; i < json_array_get_length (array); i++, separator = ",") {
      g_string_append (out, separator);
      print_node (out, json_array_get_element (array, i));
    }
    g_string_append_c (out, ']');
    break;
  case JSON_NODE_OBJECT:
    g_string_append_c (out, '{');
    json_object_iter_init_ordered (&iter, json_node_get_object (node));
    for (; json_object_iter_next_ordered (&iter, &name, &member); separator = ",") {
      g_string_append (out, separator);
      print_string (out, name);
      g_string_append_c (out, ':');
      print_node (out, member);
    }
    g_string_append_c (out, '}');
    break;
  default:
    g_assert_not_reached ();
  }
}

char *
satchel_json_print (JsonNode *node)
{
  GString *out = g_string_new (NULL);

  print_node (out, node);
  return g_string_free (out, FALSE);
}

char *
satchel_json_print_object (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_alloc ();

  json_node_take_object (json_node_init (node, JSON_NODE_OBJECT), object);
  return satchel_json_print (node);
}
