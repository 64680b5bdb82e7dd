/* The strict reader over GMarkup. GMarkup says where its own errors are but not where a tag began, so a small
 * scanner follows it from tag to tag.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/markup.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/integer.h"
#include "protocol/metadata/markup-private.h"
#include "protocol/metadata/suggest.h"

/* ---- places ---- */

static gboolean
ends_name (char c)
{
  return c == '\0' || c == '=' || c == '>' || c == '/' || g_ascii_isspace (c);
}

/* The end of the tag at @tag, past its ">"; quoted attribute values may hold one. */
static const char *
skip_tag (const char *tag)
{
  char quote = '\0';
  for (; *tag; tag++) {
    if (quote && *tag == quote)
      quote = '\0';
    else if (!quote && (*tag == '"' || *tag == '\''))
      quote = *tag;
    else if (!quote && *tag == '>')
      return tag + 1;
  }
  return tag;
}

static const char *
find_attribute (const char *tag, const char *attribute)
{
  gsize length = strlen (attribute);
  const char *end = skip_tag (tag);
  char quote = '\0';
  for (const char *at = tag; at < end; at++) {
    if (quote) {
      if (*at == quote)
        quote = '\0';
    } else if (*at == '"' || *at == '\'') {
      quote = *at;
    } else if (g_ascii_isspace (at[0]) && strncmp (at + 1, attribute, length) == 0 &&
               ends_name (at[1 + length])) {
      return at + 1;
    }
  }
  return tag;
}

static gboolean
fail_at (const SatchelSource *source, const char *at, GError **error, const char *message)
{
  guint line = 1;
  const char *start = source->text;
  for (const char *next; (next = memchr (start, '\n', at - start)); start = next + 1)
    line++;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s:%u:%ld: %s", source->name, line,
               g_utf8_pointer_to_offset (start, at) + 1, message);
  return FALSE;
}

gboolean
satchel_place_fail (const SatchelPlace *place, const char *attribute, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  const char *tag = place->source->text + place->offset;
  return fail_at (place->source, attribute ? find_attribute (tag, attribute) : tag, error, message);
}

/* ---- attributes ---- */

const char *
satchel_tag_get (const SatchelTag *tag, const char *attribute)
{
  for (guint i = 0; tag->names[i]; i++) {
    if (g_str_equal (tag->names[i], attribute))
      return tag->values[i];
  }
  return NULL;
}

gboolean
satchel_tag_get_flag (const SatchelTag *tag, const char *attribute, gboolean *value, GError **error)
{
  static const char *const words[] = { "no", "yes" };
  guint index = 0;
  if (!satchel_tag_get (tag, attribute))
    return TRUE;
  if (!satchel_tag_get_word (tag, attribute, words, G_N_ELEMENTS (words), &index, error))
    return FALSE;
  *value = index == 1;
  return TRUE;
}

gboolean
satchel_tag_get_number (const SatchelTag *tag, const char *attribute, guint least, guint most, guint *value,
                        GError **error)
{
  const char *text = satchel_tag_get (tag, attribute);
  gint64 number;
  if (!text)
    return TRUE;
  if (!satchel_integer_parse (text, least, most, &number))
    return satchel_place_fail (&tag->place, attribute, error,
                               "%s must be a whole number from %u to %u, not “%s”", attribute, least, most,
                               text);
  *value = number;
  return TRUE;
}

gboolean
satchel_tag_get_word (const SatchelTag *tag, const char *attribute, const char *const *names, guint n_names,
                      guint *value, GError **error)
{
  const char *text = satchel_tag_get (tag, attribute);
  if (!text)
    return TRUE;
  for (guint i = 0; i < n_names; i++) {
    if (g_str_equal (names[i], text)) {
      *value = i;
      return TRUE;
    }
  }
  g_autofree char *hint = satchel_suggest_clause (text, names, n_names);
  return satchel_place_fail (&tag->place, attribute, error, "unknown %s “%s”%s", attribute, text, hint);
}

/* ---- reading ---- */

#define MAX_CHILDREN 2000 /* of one element */

typedef struct {
  const SatchelSource *source;
  const SatchelElement *elements;
  const char *cursor;  /* behind the last start tag that was reported */
  SatchelMarkup *root; /* owned */
  GPtrArray *open;     /* SatchelMarkup*, the innermost last; borrowed */
} Reading;

static gboolean
is_declaration (const char *at)
{
  return g_str_has_prefix (at, "<?xml ");
}

/* What GMarkup reports now: what comes after the cursor but for blanks, comments, the XML declaration and end
 * tags, which are never reported. A start tag, or something that is not allowed. */
static const char *
find_reported (const Reading *reading)
{
  const char *at = reading->cursor;
  for (;;) {
    while (g_ascii_isspace (*at))
      at++;
    const char *closing = g_str_has_prefix (at, "<!--")                        ? "-->"
                          : g_str_has_prefix (at, "</") || is_declaration (at) ? ">"
                                                                               : NULL;
    const char *end = closing ? strstr (at, closing) : NULL;
    if (!end)
      return at;
    at = end + strlen (closing);
  }
}

static const SatchelElement *
find_element (const Reading *reading, const char *name, const char *parent)
{
  for (const SatchelElement *element = reading->elements; element->name; element++) {
    if (g_str_equal (element->name, name) && g_strcmp0 (element->parent, parent) == 0)
      return element;
  }
  return NULL;
}

static gboolean
fail_unknown_element (const Reading *reading, const SatchelPlace *place, const char *name, const char *parent,
                      GError **error)
{
  g_autoptr (GPtrArray) expected = g_ptr_array_new ();
  for (const SatchelElement *element = reading->elements; element->name; element++) {
    if (g_strcmp0 (element->parent, parent) == 0)
      g_ptr_array_add (expected, (gpointer)element->name);
  }
  g_autofree char *hint = satchel_suggest_clause (name, (const char *const *)expected->pdata, expected->len);
  if (parent)
    return satchel_place_fail (place, NULL, error, "unexpected element <%s> in <%s>%s", name, parent, hint);
  return satchel_place_fail (place, NULL, error, "unexpected element <%s>%s", name, hint);
}

/* Labels and the like are shown in terminals. */
static gboolean
check_characters (const SatchelTag *tag, guint index, GError **error)
{
  for (const char *at = tag->values[index]; *at; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);
    if (g_unichar_iscntrl (c) && c != '\n' && c != '\t')
      return satchel_place_fail (&tag->place, tag->names[index], error, "%s holds a control character",
                                 tag->names[index]);
  }
  return TRUE;
}

static gboolean
check_attributes (const SatchelElement *element, const SatchelTag *tag, GError **error)
{
  for (guint i = 0; tag->names[i]; i++) {
    const char *name = tag->names[i];
    if (!satchel_element_has_attribute (element, name)) {
      g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
      for (guint j = 0; element->attributes[j]; j++)
        g_ptr_array_add (names, satchel_element_dup_attribute (element, j));
      g_autofree char *hint = satchel_suggest_clause (name, (const char *const *)names->pdata, names->len);
      return satchel_place_fail (&tag->place, name, error, "unknown attribute “%s” of <%s>%s", name,
                                 element->name, hint);
    }
    for (guint j = 0; j < i; j++) {
      if (g_str_equal (tag->names[j], name))
        return satchel_place_fail (&tag->place, name, error, "attribute “%s” of <%s> is given twice", name,
                                   element->name);
    }
    if (!check_characters (tag, i, error))
      return FALSE;
  }
  return TRUE;
}

static void
start_element_cb (GMarkupParseContext *context, const char *name, const char **names, const char **values,
                  gpointer data, GError **error)
{
  Reading *reading = data;
  SatchelMarkup *parent =
      reading->open->len > 0 ? g_ptr_array_index (reading->open, reading->open->len - 1) : NULL;
  const char *parent_name = parent ? parent->element->name : NULL;
  const char *at = find_reported (reading);
  reading->cursor = skip_tag (at);
  const SatchelTag tag = { .place = { .source = reading->source, .offset = at - reading->source->text },
                           .names = names,
                           .values = values };
  const SatchelElement *element = find_element (reading, name, parent_name);
  if (!element) {
    fail_unknown_element (reading, &tag.place, name, parent_name, error);
    return;
  }
  if (!check_attributes (element, &tag, error))
    return;
  if (!parent && reading->root) { /* GMarkup does not mind */
    satchel_place_fail (&tag.place, NULL, error, "a second <%s> beside the first element", name);
    return;
  }
  if (parent && parent->children->len == MAX_CHILDREN) {
    satchel_place_fail (&tag.place, NULL, error, "<%s> holds more than %d elements", parent_name,
                        MAX_CHILDREN);
    return;
  }
  SatchelMarkup *markup = satchel_markup_new (element, &tag.place);
  for (guint i = 0; names[i]; i++)
    satchel_markup_set (markup, names[i], values[i]);
  if (parent)
    satchel_markup_take (parent, markup);
  else
    reading->root = markup;
  g_ptr_array_add (reading->open, markup);
}

static void
end_element_cb (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
  Reading *reading = data;
  g_ptr_array_set_size (reading->open, reading->open->len - 1);
}

static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  Reading *reading = data;
  gsize i = 0;
  while (i < length && g_ascii_isspace (text[i]))
    i++;
  if (i < length)
    fail_at (reading->source, find_reported (reading), error, "text is not allowed here");
}

static void
passthrough_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  Reading *reading = data;
  if (!g_str_has_prefix (text, "<!--") && !is_declaration (text))
    fail_at (reading->source, find_reported (reading), error, "only comments may stand beside elements");
}

SatchelMarkup *
satchel_markup_parse (const SatchelSource *source, const SatchelElement *elements, GError **error)
{
  static const GMarkupParser parser = { .start_element = start_element_cb,
                                        .end_element = end_element_cb,
                                        .text = text_cb,
                                        .passthrough = passthrough_cb };
  const char *invalid;
  if (!g_utf8_validate (source->text, -1, &invalid)) {
    fail_at (source, invalid, error, "not UTF-8");
    return NULL;
  }

  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  Reading reading = { .source = source, .elements = elements, .cursor = source->text, .open = open };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &reading, NULL);
  g_autoptr (GError) problem = NULL;
  if (g_markup_parse_context_parse (context, source->text, -1, &problem) &&
      g_markup_parse_context_end_parse (context, &problem)) {
    /* A comment alone is a document to GMarkup. */
    if (reading.root == NULL)
      fail_at (source, source->text, error, "no element");
    return reading.root;
  }
  g_clear_pointer (&reading.root, satchel_markup_free);
  if (problem->domain == SATCHEL_ERROR) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  /* GMarkup begins its own messages with the position in words. */
  int line, column;
  g_markup_parse_context_get_position (context, &line, &column);
  g_autofree char *message = g_utf8_make_valid (problem->message, -1); /* it quotes halves of characters */
  const char *colon = strstr (message, ": ");
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s:%d:%d: %s", source->name, line,
               MAX (column, 1), colon ? colon + 2 : message);
  return NULL;
}

gboolean
satchel_markup_read (const SatchelSource *source, const SatchelElement *elements, gpointer data,
                     GError **error)
{
  g_autoptr (SatchelMarkup) markup = satchel_markup_parse (source, elements, error);
  return markup && satchel_markup_run (markup, data, error);
}
