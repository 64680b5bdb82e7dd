/* Sections of rows and titles, and the last line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/online-page.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/json.h"
#include "protocol/wire/members.h"
#include "protocol/wire/query.h"
#include "protocol/wire/row.h"

/* What the lines under way are. */
typedef struct {
  SatchelRegistry *registry;
  SatchelOnlinePage *page;
  const SatchelEntity *entity;
  gboolean stubs;
  GPtrArray *names;  /* char*: of the columns behind id and s */
  GPtrArray *fields; /* SatchelField*: likewise; NULL for one that is not known here */
  gboolean ended;
} Reader;

static void
row_free (SatchelOnlineRow *row)
{
  satchel_record_free (row->record);
  g_hash_table_unref (row->along);
  g_free (row);
}

void
satchel_online_page_free (SatchelOnlinePage *page)
{
  if (page == NULL)
    return;
  g_ptr_array_unref (page->rows);
  g_hash_table_unref (page->titles);
  g_free (page->more);
  g_free (page);
}

static gboolean
fail (const char *problem, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a list %s", problem);
  return FALSE;
}

/* ---- headers ---- */

/* The field at the end of "account.parent.name"; NULL when this device's definitions have none. */
static const SatchelField *
find_field (SatchelRegistry *registry, const SatchelEntity *entity, const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, ".", -1);
  const SatchelField *field = NULL;

  for (guint i = 0; parts[i] != NULL; i++) {
    if (field != NULL) {
      entity = NULL;
      for (guint j = 0; j < field->n_targets && entity == NULL; j++) {
        const SatchelEntity *target = satchel_registry_find (registry, field->targets[j]);

        if (satchel_entity_find_field (target, parts[i]) != NULL)
          entity = target;
      }
    }
    field = entity != NULL ? satchel_entity_find_field (entity, parts[i]) : NULL;
    if (field == NULL)
      return NULL;
  }
  return field;
}

static gboolean
read_columns (Reader *reader, JsonArray *columns, GError **error)
{
  guint n_columns = columns != NULL ? json_array_get_length (columns) : 0;

  g_ptr_array_set_size (reader->names, 0);
  g_ptr_array_set_size (reader->fields, 0);
  if (n_columns < 2)
    return fail ("has rows without columns", error);
  for (guint i = 2; i < n_columns; i++) {
    const char *name = satchel_json_get_string (json_array_get_element (columns, i));

    if (name == NULL)
      return fail ("has a column without a name", error);
    g_ptr_array_add (reader->names, g_strdup (name));
    g_ptr_array_add (reader->fields, (gpointer)find_field (reader->registry, reader->entity, name));
  }
  return TRUE;
}

static gboolean
read_header (Reader *reader, const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  g_auto (SatchelListTail) tail = { 0 };
  SatchelMembers members;
  const char *name;
  JsonArray *columns;

  if (node == NULL)
    return FALSE;
  satchel_members_open (&members, node, "a list");
  name = satchel_members_get_name (&members, "entity");
  columns = satchel_members_get_array (&members, "columns");
  reader->stubs = satchel_members_get_boolean (&members, "stubs", FALSE);
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return FALSE;
  if (name != NULL) {
    reader->entity = satchel_registry_find (reader->registry, name);
    if (reader->entity == NULL && !reader->stubs)
      return fail ("has rows of an entity that is not known here", error);
    return reader->stubs || read_columns (reader, columns, error);
  }
  if (!satchel_list_tail_from_json (node, &tail, error))
    return FALSE;
  if (tail.rows != reader->page->rows->len)
    return fail ("has another number of rows than it says", error);
  reader->page->more = g_steal_pointer (&tail.more);
  reader->page->count = tail.count;
  reader->page->uncounted = tail.uncounted;
  reader->ended = TRUE;
  return TRUE;
}

/* ---- rows ---- */

static gboolean
read_cell (const SatchelField *field, const SatchelCell *cell, SatchelValue **value, GError **error)
{
  *value = NULL;
  if (cell->kind == SATCHEL_CELL_NULL)
    return TRUE;
  if ((cell->kind == SATCHEL_CELL_INTEGER) != satchel_type_is_stored_integer (field->type))
    return fail ("has a value of the wrong kind", error);
  if (cell->kind == SATCHEL_CELL_TEXT)
    return satchel_value_from_stored_text (field, cell->text, value, error);
  *value = satchel_value_from_stored_integer (field, cell->integer);
  return TRUE;
}

static gboolean
read_row (Reader *reader, char *text, gsize length, GError **error)
{
  const guint n_cells = reader->names->len + 2;
  g_autofree SatchelCell *cells = g_new0 (SatchelCell, n_cells);
  SatchelOnlineRow *row;

  if (!satchel_row_parse (text, length, cells, n_cells, error))
    return FALSE;
  if (cells[0].kind != SATCHEL_CELL_TEXT || cells[1].kind != SATCHEL_CELL_INTEGER ||
      !satchel_id_is_valid (cells[0].text))
    return fail ("has a row without an id", error);
  row = g_new0 (SatchelOnlineRow, 1);
  row->record = satchel_record_new (reader->entity, cells[0].text);
  row->record->s = cells[1].integer;
  row->along = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)satchel_value_unref);
  g_ptr_array_add (reader->page->rows, row);
  for (guint i = 0; i < reader->fields->len; i++) {
    const SatchelField *field = reader->fields->pdata[i];
    const char *name = reader->names->pdata[i];
    g_autoptr (SatchelValue) value = NULL;

    if (field == NULL)
      continue;
    if (!read_cell (field, &cells[i + 2], &value, error))
      return FALSE;
    if (strchr (name, '.') == NULL)
      satchel_record_set (row->record, field, value);
    else if (value != NULL)
      g_hash_table_insert (row->along, g_strdup (name), g_steal_pointer (&value));
  }
  return TRUE;
}

static gboolean
read_title (Reader *reader, char *text, gsize length, GError **error)
{
  SatchelCell cells[2];

  if (!satchel_row_parse (text, length, cells, G_N_ELEMENTS (cells), error))
    return FALSE;
  if (cells[0].kind != SATCHEL_CELL_TEXT)
    return fail ("has a title without an id", error);
  if (reader->entity != NULL && cells[1].kind == SATCHEL_CELL_TEXT)
    g_hash_table_insert (reader->page->titles, g_strdup_printf ("%s:%s", reader->entity->name, cells[0].text),
                         g_strdup (cells[1].text));
  return TRUE;
}

static gboolean
read_line (Reader *reader, char *text, gsize length, GError **error)
{
  if (reader->ended)
    return fail ("goes on behind its end", error);
  if (length > 0 && *text == '{')
    return read_header (reader, text, length, error);
  if (reader->stubs)
    return read_title (reader, text, length, error);
  if (reader->entity == NULL)
    return fail ("has a row without a header", error);
  return read_row (reader, text, length, error);
}

SatchelOnlinePage *
satchel_online_page_parse (SatchelRegistry *registry, char *text, gsize length, GError **error)
{
  g_autoptr (SatchelOnlinePage) page = g_new0 (SatchelOnlinePage, 1);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  Reader reader = { .registry = registry, .page = page, .names = names, .fields = fields };
  char *end = text + length, *line_end;

  page->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)row_free);
  page->titles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (char *at = text; at < end && (line_end = memchr (at, '\n', end - at)) != NULL; at = line_end + 1) {
    if (!read_line (&reader, at, line_end - at, error))
      return NULL;
  }
  if (!reader.ended) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "the list was cut");
    return NULL;
  }
  return g_steal_pointer (&page);
}
