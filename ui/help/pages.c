/* Reads help.xml.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"
#include "ui/help/help.h"

typedef struct {
  GPtrArray *pages;
  GString *text; /* of the part that is read; NULL: between parts */
} Reading;

static void
part_free (gpointer data)
{
  SatchelHelpPart *part = data;

  g_free (part->press);
  g_free (part->text);
  g_free (part);
}

static void
page_free (gpointer data)
{
  SatchelHelpPage *page = data;

  g_free (page->name);
  g_free (page->title);
  g_ptr_array_unref (page->parts);
  g_free (page);
}

static SatchelHelpPage *
last_page (Reading *reading)
{
  return reading->pages->len > 0 ? reading->pages->pdata[reading->pages->len - 1] : NULL;
}

static void
begin_page (Reading *reading, const char *name, const char *title)
{
  SatchelHelpPage *page = g_new0 (SatchelHelpPage, 1);

  page->name = g_strdup (name);
  page->title = g_strdup (_ (title));
  page->parts = g_ptr_array_new_with_free_func (part_free);
  g_ptr_array_add (reading->pages, page);
}

static void
begin_part (Reading *reading, SatchelHelpKind kind, const char *press)
{
  SatchelHelpPart *part = g_new0 (SatchelHelpPart, 1);

  part->kind = kind;
  part->press = g_strdup (press);
  g_ptr_array_add (last_page (reading)->parts, part);
  reading->text = g_string_new (NULL);
}

static void
start_cb (GMarkupParseContext *context, const char *element, const char **names, const char **values,
          gpointer data, GError **error)
{
  Reading *reading = data;
  gsize depth = g_slist_length ((GSList *)g_markup_parse_context_get_element_stack (context));
  const char *name, *title, *press;

  if (depth == 1 && g_str_equal (element, "help")) {
    g_markup_collect_attributes (element, names, values, error, G_MARKUP_COLLECT_INVALID, NULL);
  } else if (depth == 2 && g_str_equal (element, "page")) {
    if (g_markup_collect_attributes (element, names, values, error, G_MARKUP_COLLECT_STRING, "name", &name,
                                     G_MARKUP_COLLECT_STRING, "title", &title, G_MARKUP_COLLECT_INVALID))
      begin_page (reading, name, title);
  } else if (depth == 3 && g_str_equal (element, "key")) {
    if (g_markup_collect_attributes (element, names, values, error, G_MARKUP_COLLECT_STRING, "press", &press,
                                     G_MARKUP_COLLECT_INVALID))
      begin_part (reading, SATCHEL_HELP_KEY, press);
  } else if (depth == 3 && (g_str_equal (element, "p") || g_str_equal (element, "step"))) {
    begin_part (reading, *element == 'p' ? SATCHEL_HELP_PARAGRAPH : SATCHEL_HELP_STEP, NULL);
  } else {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "“%s” has no place here", element);
  }
}

static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  Reading *reading = data;

  if (reading->text != NULL)
    g_string_append_len (reading->text, text, (gssize)length);
}

/* As it was extracted: single blanks. */
static char *
normalize (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", -1);
  GString *line = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "", words[i]);
  return g_string_free (line, FALSE);
}

static void
end_cb (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  Reading *reading = data;
  SatchelHelpPage *page = last_page (reading);
  g_autofree char *text = NULL;

  if (reading->text == NULL)
    return;
  text = normalize (reading->text->str);
  g_string_free (g_steal_pointer (&reading->text), TRUE);
  ((SatchelHelpPart *)page->parts->pdata[page->parts->len - 1])->text =
      g_strdup (*text != '\0' ? _ (text) : "");
}

GPtrArray *
satchel_help_parse (const char *xml, gssize length, GError **error)
{
  const GMarkupParser parser = { start_cb, end_cb, text_cb, NULL, NULL };
  g_autoptr (GPtrArray) pages = g_ptr_array_new_with_free_func (page_free);
  Reading reading = { .pages = pages };
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&parser, G_MARKUP_PREFIX_ERROR_POSITION, &reading, NULL);
  gboolean read = g_markup_parse_context_parse (context, xml, length, error) &&
                  g_markup_parse_context_end_parse (context, error);

  if (reading.text != NULL)
    g_string_free (reading.text, TRUE);
  return read ? g_steal_pointer (&pages) : NULL;
}

/* Built in and tested: there is no way for it to be wrong here. */
GPtrArray *
satchel_help_list (void)
{
  g_autoptr (GBytes) bytes =
      g_resources_lookup_data ("/org/satchelcrm/ui/help.xml", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  GPtrArray *pages = NULL;

  if (bytes != NULL)
    pages = satchel_help_parse (g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes), NULL);
  g_assert (pages != NULL && pages->len > 0);
  return pages;
}

const char *
satchel_help_about (const SatchelRoute *route)
{
  static const char *const pages[SATCHEL_ROUTE_N_KINDS] = {
    [SATCHEL_ROUTE_WORKPLACE] = "start",     [SATCHEL_ROUTE_LIST] = "lists",
    [SATCHEL_ROUTE_RECORD] = "records",      [SATCHEL_ROUTE_NEW] = "records",
    [SATCHEL_ROUTE_FIND] = "advanced",       [SATCHEL_ROUTE_CALENDAR] = "calendar",
    [SATCHEL_ROUTE_DASHBOARD] = "dashboard", [SATCHEL_ROUTE_OUTBOX] = "outbox",
    [SATCHEL_ROUTE_CONFLICTS] = "conflicts",
  };

  return route != NULL ? pages[satchel_route_get_kind (route)] : "start";
}
