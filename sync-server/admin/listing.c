/* Lists, see the header. A cell is kept as JSON; the table prints what is in it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/listing.h"

#include <json-glib/json-glib.h>

#include "protocol/wire/json.h"

#define GAP 2 /* spaces between columns */

struct _SatchelListing {
  SatchelListingForm form;
  const char *const *columns;
  guint n_columns;
  GPtrArray *cells; /* JsonNode*, row after row */
};

SatchelListing *
satchel_listing_new (SatchelListingForm form, const char *const *columns)
{
  SatchelListing *listing = g_new0 (SatchelListing, 1);

  listing->form = form;
  listing->columns = columns;
  listing->n_columns = g_strv_length ((char **)columns);
  listing->cells = g_ptr_array_new_with_free_func ((GDestroyNotify)json_node_unref);
  return listing;
}

void
satchel_listing_free (SatchelListing *listing)
{
  if (listing == NULL)
    return;
  g_ptr_array_unref (listing->cells);
  g_free (listing);
}

void
satchel_listing_add_text (SatchelListing *listing, const char *text)
{
  JsonNode *node = json_node_new (text != NULL ? JSON_NODE_VALUE : JSON_NODE_NULL);

  if (text != NULL)
    json_node_set_string (node, text);
  g_ptr_array_add (listing->cells, node);
}

void
satchel_listing_add_integer (SatchelListing *listing, gint64 number)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_int (node, number);
  g_ptr_array_add (listing->cells, node);
}

void
satchel_listing_add_flag (SatchelListing *listing, gboolean flag)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_boolean (node, flag);
  g_ptr_array_add (listing->cells, node);
}

void
satchel_listing_add_instant (SatchelListing *listing, gint64 ms)
{
  g_autoptr (GDateTime) instant = ms != 0 ? g_date_time_new_from_unix_utc (ms / 1000) : NULL;
  g_autofree char *text = instant != NULL ? g_date_time_format (instant, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  satchel_listing_add_text (listing, text);
}

void
satchel_listing_add_list (SatchelListing *listing, char *const *items)
{
  JsonArray *array = json_array_new ();

  for (; items != NULL && *items != NULL; items++)
    json_array_add_string_element (array, *items);
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  json_node_take_array (node, array);
  g_ptr_array_add (listing->cells, node);
}

static char *
to_json (SatchelListing *listing)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < listing->cells->len; i += listing->n_columns) {
    JsonObject *row = json_object_new ();
    for (guint column = 0; column < listing->n_columns; column++)
      json_object_set_member (row, listing->columns[column],
                              json_node_ref (listing->cells->pdata[i + column]));
    g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (node, row);
    g_autofree char *line = satchel_json_print (node);
    g_string_append_printf (text, "%s\n", line);
  }
  return g_string_free (text, FALSE);
}

static char *
print_cell (JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("");
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    g_autoptr (GString) items = g_string_new (NULL);
    JsonArray *array = json_node_get_array (node);
    for (guint i = 0; i < json_array_get_length (array); i++)
      g_string_append_printf (items, "%s%s", i > 0 ? ", " : "", json_array_get_string_element (array, i));
    return g_string_free (g_steal_pointer (&items), FALSE);
  }
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "yes" : "");
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  return json_node_dup_string (node);
}

/* Columns of the terminal: what is written in China takes two. */
static glong
get_width (const char *text)
{
  glong width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    gunichar character = g_utf8_get_char (text);
    width += g_unichar_iszerowidth (character) ? 0 : g_unichar_iswide (character) ? 2 : 1;
  }
  return width;
}

/* Without control characters, which could take over the terminal. */
static char *
make_printable (char *text)
{
  for (char *at = text; *at != '\0'; at++)
    if ((guchar)*at < 0x20 || *at == 0x7f)
      *at = ' ';
  return text;
}

static char *
to_table (SatchelListing *listing)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree glong *widths = g_new0 (glong, listing->n_columns);

  for (guint column = 0; column < listing->n_columns; column++)
    g_ptr_array_add (texts, g_ascii_strup (listing->columns[column], -1));
  for (guint i = 0; i < listing->cells->len; i++)
    g_ptr_array_add (texts, make_printable (print_cell (listing->cells->pdata[i])));
  for (guint i = 0; i < texts->len; i++)
    widths[i % listing->n_columns] = MAX (widths[i % listing->n_columns], get_width (texts->pdata[i]));

  GString *table = g_string_new (NULL);
  for (guint i = 0; i < texts->len; i++) {
    const char *text = texts->pdata[i];
    gboolean last = i % listing->n_columns == listing->n_columns - 1;
    g_string_append (table, text);
    for (glong n = get_width (text); !last && n < widths[i % listing->n_columns] + GAP; n++)
      g_string_append_c (table, ' ');
    if (last)
      g_string_append_c (table, '\n');
  }
  return g_string_free (table, FALSE);
}

char *
satchel_listing_to_text (SatchelListing *listing)
{
  g_assert (listing->cells->len % listing->n_columns == 0);
  return listing->form == SATCHEL_LISTING_JSON ? to_json (listing) : to_table (listing);
}

SatchelListing *
satchel_listing_start (const SatchelArguments *arguments, const char *const *columns)
{
  return satchel_listing_new (
      satchel_arguments_has (arguments, "json") ? SATCHEL_LISTING_JSON : SATCHEL_LISTING_TABLE, columns);
}

void
satchel_listing_print (SatchelListing *listing)
{
  g_autofree char *text = satchel_listing_to_text (listing);

  g_print ("%s", text);
}
