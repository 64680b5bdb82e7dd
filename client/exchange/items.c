/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/items.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/exchange/exchange.h"
#include "client/transfer/encoding.h"
#include "protocol/error.h"

#define MOST_ZONES      200
#define MOST_ZONE_BYTES (64 * 1024)
#define MOST_NAME       40

static void
item_free (gpointer data)
{
  SatchelItem *item = data;

  g_free (item->name);
  g_free (item->tzid);
  g_free (item->problem);
  g_free (item);
}

void
satchel_items_free (SatchelItems *items)
{
  g_bytes_unref (items->bytes);
  g_ptr_array_unref (items->items);
  g_ptr_array_unref (items->zones);
  g_free (items);
}

/* ---- lines ---- */

/* A line of the file without its end. */
typedef struct {
  const char *at;
  gsize size;
} Line;

static gboolean
next_line (const char **at, const char *end, Line *line)
{
  const char *stop;

  if (*at >= end)
    return FALSE;
  stop = memchr (*at, '\n', (gsize)(end - *at));
  line->at = *at;
  line->size = (gsize)((stop != NULL ? stop : end) - *at);
  *at = stop != NULL ? stop + 1 : end;
  while (line->size > 0 && g_ascii_isspace (line->at[line->size - 1]))
    line->size--;
  return TRUE;
}

/* The name behind "BEGIN:" or "END:", in upper case; NULL: another line. Owned. */
static char *
dup_name (const Line *line, const char *word)
{
  gsize length = strlen (word);
  g_autofree char *name = NULL;

  if (line->size <= length || line->size > length + MOST_NAME ||
      g_ascii_strncasecmp (line->at, word, length) != 0)
    return NULL;
  name = g_ascii_strup (line->at + length, (gssize)(line->size - length));
  return g_strdup (g_strstrip (name));
}

static gboolean
begins_with (const Line *line, const char *word)
{
  return line->size >= strlen (word) && g_ascii_strncasecmp (line->at, word, strlen (word)) == 0;
}

/* ---- splitting ---- */

typedef struct {
  SatchelItems *items;
  SatchelItem *open; /* or NULL */
  guint depth;       /* of components within it */
  guint n_lines;     /* of it */
  guint line;        /* of the file */
  guint calendar;
  gboolean agent; /* the last line said that a card follows within the card */
} Splitting;

static SatchelItemKind
kind_of (const char *name)
{
  return g_str_equal (name, "VCARD")    ? SATCHEL_ITEM_CARD
         : g_str_equal (name, "VEVENT") ? SATCHEL_ITEM_EVENT
         : g_str_equal (name, "VTODO")  ? SATCHEL_ITEM_TODO
                                        : SATCHEL_ITEM_OTHER;
}

static void
blame (SatchelItem *item, const char *problem)
{
  if (item->problem == NULL)
    item->problem = g_strdup (problem);
}

static void
close_item (Splitting *splitting, const char *end)
{
  SatchelItem *item = g_steal_pointer (&splitting->open);

  item->size = (gsize)(end - item->bytes);
  if (item->size > SATCHEL_MAX_ITEM_BYTES)
    blame (item, _ ("it is larger than any program writes one"));
  if (memchr (item->bytes, '\0', item->size) != NULL)
    blame (item, _ ("it holds a null character"));
  if (!g_str_equal (item->name, "VTIMEZONE")) {
    g_ptr_array_add (splitting->items->items, item);
    return;
  }
  if (item->problem == NULL && item->size <= MOST_ZONE_BYTES && splitting->items->zones->len < MOST_ZONES)
    item->tzid = satchel_item_dup_property (item, "TZID");
  if (item->tzid != NULL && *item->tzid != '\0')
    g_ptr_array_add (splitting->items->zones, item);
  else
    item_free (item);
}

static void
open_item (Splitting *splitting, char *name, const char *at)
{
  SatchelItem *item = g_new0 (SatchelItem, 1);

  item->kind = kind_of (name);
  item->name = name;
  item->bytes = at;
  item->line = splitting->line;
  item->calendar = splitting->calendar;
  splitting->open = item;
  splitting->depth = splitting->n_lines = 0;
}

/* What never stands within another item: the one before has lost its end. */
static gboolean
stands_alone (const Splitting *splitting, const char *name)
{
  if (g_str_equal (name, "VCARD"))
    return splitting->open->kind != SATCHEL_ITEM_CARD || !splitting->agent;
  return g_str_equal (name, "VEVENT") || g_str_equal (name, "VTODO") || g_str_equal (name, "VJOURNAL") ||
         g_str_equal (name, "VTIMEZONE") || g_str_equal (name, "VCALENDAR");
}

static void
begin (Splitting *splitting, char *name, const Line *line)
{
  if (splitting->open != NULL && stands_alone (splitting, name)) {
    blame (splitting->open, _ ("it is cut short"));
    close_item (splitting, line->at);
  }
  if (splitting->open != NULL) {
    if (++splitting->depth > SATCHEL_MAX_ITEM_DEPTH)
      blame (splitting->open, _ ("its parts lie deeper in each other than any program writes them"));
    g_free (name);
  } else if (g_str_equal (name, "VCALENDAR")) {
    splitting->calendar++;
    g_free (name);
  } else {
    open_item (splitting, name, line->at);
  }
}

static void
end (Splitting *splitting, const char *name, const Line *line)
{
  if (splitting->open == NULL)
    return;
  if (g_str_equal (name, "VCALENDAR")) {
    blame (splitting->open, _ ("it is cut short"));
    close_item (splitting, line->at);
  } else if (g_str_equal (name, splitting->open->name) &&
             (splitting->depth == 0 || !g_str_equal (name, "VCARD"))) {
    if (splitting->depth > 0)
      blame (splitting->open, _ ("a part of it has no end"));
    close_item (splitting, line->at + line->size);
  } else if (splitting->depth > 0) {
    splitting->depth--;
  }
}

/* UTF-16, and a mark before UTF-8. */
static GBytes *
decode (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  char *text;

  if (size < 2 || !((guchar)data[0] >= 0xfe || memcmp (data, "\xef\xbb", 2) == 0))
    return g_bytes_ref (bytes);
  text = satchel_text_decode (data, size, NULL, NULL);
  return text != NULL ? g_bytes_new_take (text, strlen (text)) : g_bytes_ref (bytes);
}

SatchelItems *
satchel_items_split (GBytes *bytes)
{
  SatchelItems *items = g_new0 (SatchelItems, 1);
  Splitting splitting = { .items = items };
  const char *at, *stop;
  Line line;
  gsize size;

  items->bytes = decode (bytes);
  items->items = g_ptr_array_new_with_free_func (item_free);
  items->zones = g_ptr_array_new_with_free_func (item_free);
  at = g_bytes_get_data (items->bytes, &size);
  stop = at != NULL ? at + size : NULL;
  while (next_line (&at, stop, &line)) {
    g_autofree char *name = NULL;

    splitting.line++;
    if (splitting.open != NULL && ++splitting.n_lines > SATCHEL_MAX_ITEM_LINES * 4)
      blame (splitting.open, _ ("it has more lines than any program writes"));
    if ((name = dup_name (&line, "BEGIN:")) != NULL)
      begin (&splitting, g_steal_pointer (&name), &line);
    else if ((name = dup_name (&line, "END:")) != NULL)
      end (&splitting, name, &line);
    if (line.size > 0)
      splitting.agent = begins_with (&line, "AGENT");
  }
  if (splitting.open != NULL) {
    blame (splitting.open, _ ("it is cut short"));
    close_item (&splitting, stop);
  }
  return items;
}

/* ---- text ---- */

char *
satchel_item_dup_property (const SatchelItem *item, const char *name)
{
  const char *at = item->bytes, *stop = item->bytes + item->size;
  g_autoptr (GString) value = NULL;
  gsize length = strlen (name);
  int depth = 0;
  Line line;

  while (next_line (&at, stop, &line)) {
    const char *colon;

    if (value != NULL) {
      if (line.size == 0 || (line.at[0] != ' ' && line.at[0] != '\t'))
        break;
      g_string_append_len (value, line.at + 1, (gssize)line.size - 1);
      continue;
    }
    depth += begins_with (&line, "BEGIN:") - begins_with (&line, "END:");
    if (depth != 1 || !begins_with (&line, name) || line.size == length ||
        strchr (":;", line.at[length]) == NULL)
      continue;
    colon = memchr (line.at, ':', line.size);
    if (colon != NULL)
      value = g_string_new_len (colon + 1, (gssize)(line.size - (gsize)(colon + 1 - line.at)));
  }
  if (value == NULL || memchr (value->str, '\0', value->len) != NULL)
    return NULL;
  return g_utf8_make_valid (g_strstrip (value->str), -1);
}

/* Backslashes before what needs none, as some programs write them ("http\\://…"): the library would warn and
 * keep them. Cards of version 2.1 know no such escapes: theirs are meant. */
static char *
mend_escapes (const char *text)
{
  gboolean literal = strstr (text, "VERSION:2.1") != NULL;
  GString *mended = g_string_sized_new (strlen (text));

  for (const char *at = text; *at != '\0'; at++) {
    gboolean escape = *at == '\\' && at[1] != '\0' && at[1] != '\r' && at[1] != '\n';

    if (escape && strchr ("nN,;\\", at[1]) != NULL)
      g_string_append_c (mended, *at++);
    else if (escape && literal)
      g_string_append_c (mended, '\\');
    else if (escape)
      at++;
    g_string_append_c (mended, *at);
  }
  return g_string_free (mended, FALSE);
}

/* UTF-8, or what older programs wrote; a card that names its character sets is left as it is. */
static char *
dup_bytes (const SatchelItem *item, GError **error)
{
  g_autofree char *raw = g_strndup (item->bytes, item->size), *upper = NULL;

  if (g_utf8_validate (raw, -1, NULL))
    return g_steal_pointer (&raw);
  upper = g_ascii_strup (raw, -1);
  if (item->kind == SATCHEL_ITEM_CARD && strstr (upper, "CHARSET=") != NULL)
    return g_steal_pointer (&raw);
  return satchel_text_decode (item->bytes, item->size, NULL, error);
}

static void
append_zones (const SatchelItems *items, const SatchelItem *item, const char *text, GString *calendar)
{
  g_autoptr (GString) unfolded = g_string_new (text);

  g_string_replace (unfolded, "\r\n ", "", 0);
  g_string_replace (unfolded, "\n ", "", 0);
  for (guint i = 0; i < items->zones->len; i++) {
    const SatchelItem *zone = items->zones->pdata[i];
    g_autofree char *own = NULL;

    if (zone->calendar != item->calendar || strstr (unfolded->str, zone->tzid) == NULL ||
        (own = dup_bytes (zone, NULL)) == NULL)
      continue;
    g_string_append (calendar, own);
    g_string_append (calendar, "\r\n");
  }
}

/* Control characters: libical takes them, and writes something else. */
static void
drop_controls (char *text)
{
  char *to = text;

  for (const char *at = text; *at != '\0'; at++) {
    if (*at == '\n' || *at == '\t' || (*at == '\r' && at[1] == '\n') || !g_ascii_iscntrl (*at))
      *to++ = *at;
  }
  *to = '\0';
}

char *
satchel_items_dup_text (const SatchelItems *items, const SatchelItem *item, GError **error)
{
  g_autofree char *text = dup_bytes (item, error);
  GString *calendar;

  if (text == NULL)
    return NULL;
  if (item->kind == SATCHEL_ITEM_CARD)
    return mend_escapes (text);
  drop_controls (text);
  calendar = g_string_new ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Satchel//Satchel//EN\r\n");
  append_zones (items, item, text, calendar);
  g_string_append (calendar, text);
  g_string_append (calendar, "\r\nEND:VCALENDAR\r\n");
  return g_string_free (calendar, FALSE);
}
