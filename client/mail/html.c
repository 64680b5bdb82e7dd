/* One pass over the characters; nothing is nested, so that nothing can be too deep.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/html.h"

#include <stdlib.h>
#include <string.h>

/* Of a tag's name, as far as it is looked at. */
#define NAME_BYTES 12
/* "&thetasym;" is longer than any below. */
#define ENTITY_BYTES 10

typedef struct {
  GString *text;
  gboolean space;   /* a blank waits for the next word */
  guint n_newlines; /* at the end of the text */
} Writer;

static void
break_line (Writer *writer, guint n)
{
  writer->space = FALSE;
  for (; writer->text->len > 0 && writer->n_newlines < n; writer->n_newlines++)
    g_string_append_c (writer->text, '\n');
}

static void
put (Writer *writer, gunichar character)
{
  if (g_unichar_isspace (character) && character != 0xa0) {
    writer->space = TRUE;
    return;
  }
  if (writer->space && writer->text->len > 0 && writer->n_newlines == 0)
    g_string_append_c (writer->text, ' ');
  writer->space = FALSE;
  writer->n_newlines = 0;
  g_string_append_unichar (writer->text, character == 0xa0 ? ' ' : character);
}

/* Behind the end of what begins at @at with "<"; what never ends takes the rest. */
static const char *
skip_tag (const char *at)
{
  const char *end;
  char quote = '\0';

  if (g_str_has_prefix (at, "<!--")) {
    end = strstr (at + 4, "-->");
    return end != NULL ? end + 3 : at + strlen (at);
  }
  for (at++; *at != '\0'; at++) {
    if (quote != '\0')
      quote = *at == quote ? '\0' : quote;
    else if (*at == '>')
      return at + 1;
    else if ((*at == '"' || *at == '\'') && at[-1] == '=')
      quote = *at;
  }
  return at;
}

/* "br", "/p", in lower case. */
static void
read_name (const char *at, char name[NAME_BYTES])
{
  guint n = 0;

  for (at++; n + 1 < NAME_BYTES && (g_ascii_isalnum (*at) || (n == 0 && *at == '/')); at++)
    name[n++] = g_ascii_tolower (*at);
  name[n] = '\0';
}

/* From behind an opening tag whose content is no text to behind its end. */
static const char *
skip_hidden (const char *at, const char *name)
{
  const gsize length = strlen (name);

  for (at = strstr (at, "</"); at != NULL; at = strstr (at + 2, "</"))
    if (g_ascii_strncasecmp (at + 2, name, length) == 0)
      return skip_tag (at);
  return "";
}

static const char *
do_tag (Writer *writer, const char *at)
{
  static const char *const hidden[] = { "script", "style", "head", "title", NULL };
  static const char *const lines[] = {
    "br", "div", "/div", "tr", "/tr", "li", "dt", "dd", "hr", "/li", NULL
  };
  static const char *const blocks[] = { "p",   "/p",  "h1",  "h2",         "h3",          "h4",     "/h1",
                                        "/h2", "/h3", "/h4", "blockquote", "/blockquote", "ul",     "/ul",
                                        "/ol", "ol",  "pre", "/pre",       "table",       "/table", NULL };
  char name[NAME_BYTES];
  const char *end = skip_tag (at);

  read_name (at, name);
  if (g_strv_contains (hidden, name))
    return skip_hidden (end, name);
  if (g_strv_contains (blocks, name))
    break_line (writer, 2);
  else if (g_str_equal (name, "br") && writer->n_newlines > 0 && writer->n_newlines < 2)
    break_line (writer, 2);
  else if (g_strv_contains (lines, name))
    break_line (writer, 1);
  else if (g_str_equal (name, "td") || g_str_equal (name, "th"))
    writer->space = TRUE;
  return end;
}

static gunichar
find_entity (const char *name)
{
  static const struct {
    const char *name;
    gunichar character;
  } entities[] = {
    { "amp", '&' },      { "lt", '<' },        { "gt", '>' },       { "quot", '"' },     { "apos", '\'' },
    { "nbsp", 0xa0 },    { "copy", 0xa9 },     { "reg", 0xae },     { "trade", 0x2122 }, { "euro", 0x20ac },
    { "pound", 0xa3 },   { "sect", 0xa7 },     { "deg", 0xb0 },     { "middot", 0xb7 },  { "laquo", 0xab },
    { "raquo", 0xbb },   { "hellip", 0x2026 }, { "ndash", 0x2013 }, { "mdash", 0x2014 }, { "lsquo", 0x2018 },
    { "rsquo", 0x2019 }, { "ldquo", 0x201c },  { "rdquo", 0x201d }, { "bull", 0x2022 },  { "auml", 0xe4 },
    { "ouml", 0xf6 },    { "uuml", 0xfc },     { "Auml", 0xc4 },    { "Ouml", 0xd6 },    { "Uuml", 0xdc },
    { "szlig", 0xdf },   { "agrave", 0xe0 },   { "acirc", 0xe2 },   { "ccedil", 0xe7 },  { "egrave", 0xe8 },
    { "eacute", 0xe9 },  { "ecirc", 0xea },    { "icirc", 0xee },   { "ocirc", 0xf4 },   { "ugrave", 0xf9 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    if (g_str_equal (entities[i].name, name))
      return entities[i].character;
  return 0;
}

/* What begins at @at with "&"; a bare one stands for itself. */
static const char *
do_entity (Writer *writer, const char *at)
{
  char name[ENTITY_BYTES + 1];
  gunichar character = 0;
  guint n = 0;

  while (n < ENTITY_BYTES && (g_ascii_isalnum (at[n + 1]) || (n == 0 && at[1] == '#')))
    n++;
  memcpy (name, at + 1, n);
  name[n] = '\0';
  if (at[n + 1] == ';' && name[0] == '#')
    character = (gunichar)(g_ascii_tolower (name[1]) == 'x' ? strtoul (name + 2, NULL, 16)
                                                            : strtoul (name + 1, NULL, 10));
  else if (at[n + 1] == ';')
    character = find_entity (name);
  if (character == 0 || !g_unichar_validate (character) ||
      (g_unichar_iscntrl (character) && !g_unichar_isspace (character))) {
    put (writer, '&');
    return at + 1;
  }
  put (writer, character);
  return at + n + 2;
}

char *
satchel_html_to_text (const char *html)
{
  Writer writer = { .text = g_string_new (NULL) };

  for (const char *at = html; *at != '\0';) {
    if (*at == '<' && (g_ascii_isalpha (at[1]) || at[1] == '/' || at[1] == '!' || at[1] == '?')) {
      at = do_tag (&writer, at);
    } else if (*at == '&') {
      at = do_entity (&writer, at);
    } else {
      put (&writer, g_utf8_get_char (at));
      at = g_utf8_next_char (at);
    }
  }
  while (writer.text->len > 0 && writer.text->str[writer.text->len - 1] == '\n')
    g_string_truncate (writer.text, writer.text->len - 1);
  return g_string_free (writer.text, FALSE);
}
