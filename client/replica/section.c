/* Rows of one entity on their way into the tables.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/section.h"

#include <string.h>

#include "client/replica/base.h"
#include "client/replica/inspect.h"
#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/limits.h"
#include "protocol/predicate/predicate.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/wire/members.h"
#include "protocol/wire/row.h"

#define MAX_COLUMNS (SATCHEL_MAX_CHANGE_FIELDS + 20)

/* What a column of the section is. */
typedef struct {
  enum { COLUMN_ID, COLUMN_S, COLUMN_FIELD, COLUMN_TITLE, COLUMN_WHY, COLUMN_UNKNOWN } role;
  const SatchelField *field;
} Column;

struct _SatchelSection {
  SatchelSectionKind kind;
  const SatchelEntity *entity;
  GArray *columns; /* Column */
  SatchelCell *cells;
  guint id_column;
  SatchelDatabase *database;
  SatchelLoad load;
  GHashTable *kept;            /* borrowed */
  SatchelStubWatch *watch;     /* borrowed */
  gboolean renames;            /* a row's lookups may change */
  SatchelStatement *shown_row; /* into the shown table; NULL for an unknown entity */
  SatchelStatement *aside_row; /* into the kept rows */
};

/* Always returns FALSE. */
static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, message);
  return FALSE;
}

/* ---- the header ---- */

static Column
column_named (const SatchelSection *section, const char *name)
{
  Column column = { COLUMN_UNKNOWN, NULL };

  if (g_str_equal (name, "id"))
    column.role = COLUMN_ID;
  else if (g_str_equal (name, "s"))
    column.role = COLUMN_S;
  else if (section->entity != NULL)
    column.field = satchel_entity_find_field (section->entity, name);
  if (column.field != NULL)
    column.role = COLUMN_FIELD;
  return column;
}

static gboolean
read_columns (SatchelSection *section, JsonArray *names, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_columns = json_array_get_length (names);

  if (n_columns > MAX_COLUMNS)
    return refuse (error, "a pull: too many columns");
  for (guint i = 0; i < n_columns; i++) {
    JsonNode *node = json_array_get_element (names, i);
    const char *name = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
    Column column;

    if (name == NULL || !g_hash_table_add (seen, (gpointer)name))
      return refuse (error, "a pull: columns are distinct names");
    column = column_named (section, name);
    if (column.role == COLUMN_ID)
      section->id_column = i;
    g_array_append_val (section->columns, column);
  }
  if (!g_hash_table_contains (seen, "id") || !g_hash_table_contains (seen, "s"))
    return refuse (error, "a pull: rows have an id and an s");
  return TRUE;
}

/* "gone" and "stubs" are true where they stand; their columns are always the same. */
static gboolean
read_fixed_columns (SatchelSection *section, JsonNode *flag, GError **error)
{
  static const Column gone[] = { { COLUMN_ID, NULL }, { COLUMN_S, NULL }, { COLUMN_WHY, NULL } };
  static const Column stubs[] = { { COLUMN_ID, NULL }, { COLUMN_TITLE, NULL } };

  if (!JSON_NODE_HOLDS_VALUE (flag) || !json_node_get_boolean (flag))
    return refuse (error, "a section of a pull: “gone” and “stubs” are true");
  if (section->kind == SATCHEL_SECTION_GONE)
    g_array_append_vals (section->columns, gone, G_N_ELEMENTS (gone));
  else
    g_array_append_vals (section->columns, stubs, G_N_ELEMENTS (stubs));
  return TRUE;
}

static gboolean
read_header (SatchelSection *section, JsonNode *header, SatchelRegistry *registry, GError **error)
{
  SatchelMembers members;
  const char *entity;
  JsonArray *columns = NULL;
  JsonNode *gone, *stubs;

  satchel_members_open (&members, header, "a section of a pull");
  entity = satchel_members_require_name (&members, "entity");
  gone = satchel_members_get_node (&members, "gone");
  stubs = satchel_members_get_node (&members, "stubs");
  if (gone != NULL) {
    section->kind = SATCHEL_SECTION_GONE;
  } else if (stubs != NULL) {
    section->kind = SATCHEL_SECTION_STUBS;
  } else {
    columns = satchel_members_require_array (&members, "columns");
    section->kind =
        satchel_members_require_boolean (&members, "whole") ? SATCHEL_SECTION_WHOLE : SATCHEL_SECTION_PARTIAL;
  }
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return FALSE;

  section->entity = satchel_registry_find (registry, entity);
  if (columns != NULL)
    return read_columns (section, columns, error);
  return read_fixed_columns (section, gone != NULL ? gone : stubs, error);
}

SatchelSection *
satchel_section_new (JsonNode *header, SatchelRegistry *registry, GError **error)
{
  g_autoptr (SatchelSection) section = g_new0 (SatchelSection, 1);

  section->columns = g_array_new (FALSE, FALSE, sizeof (Column));
  if (!read_header (section, header, registry, error))
    return NULL;
  section->cells = g_new0 (SatchelCell, section->columns->len);
  return g_steal_pointer (&section);
}

void
satchel_section_free (SatchelSection *section)
{
  if (section == NULL)
    return;
  g_array_unref (section->columns);
  g_free (section->cells);
  g_free (section);
}

SatchelSectionKind
satchel_section_get_kind (const SatchelSection *section)
{
  return section->kind;
}

const SatchelEntity *
satchel_section_get_entity (const SatchelSection *section)
{
  return section->entity;
}

/* ---- statements: the parameter of a column is its place in the row, from 1 ---- */

static const char *
column_name (const Column *column)
{
  switch (column->role) {
  case COLUMN_ID:
    return "id";
  case COLUMN_S:
    return "s";
  case COLUMN_FIELD:
    return satchel_sql_column (column->field);
  case COLUMN_TITLE:
  case COLUMN_WHY:
  case COLUMN_UNKNOWN:
    break;
  }
  return NULL;
}

/* What the row does not name is empty afterwards: "excluded" has NULL there. */
static void
append_replacement (GString *sql, const SatchelEntity *entity)
{
  g_string_append (sql, " ON CONFLICT (id) DO UPDATE SET s = excluded.s");
  for (guint i = 0; i < entity->n_fields; i++) {
    const char *name = satchel_sql_column (entity->fields[i]);

    g_string_append_printf (sql, ", %s = excluded.%s", name, name);
  }
}

static char *
whole_sql (const SatchelSection *section, const char *prefix, SatchelLoad load)
{
  GString *sql = g_string_new (NULL);
  g_autoptr (GString) values = g_string_new (NULL);

  g_string_append_printf (sql, "INSERT INTO \"%s_%s\" (", prefix, section->entity->name);
  for (guint i = 0; i < section->columns->len; i++) {
    const char *name = column_name (&g_array_index (section->columns, Column, i));

    if (name == NULL)
      continue;
    g_string_append_printf (sql, "%s%s", values->len > 0 ? ", " : "", name);
    g_string_append_printf (values, "%s?%u", values->len > 0 ? ", " : "", i + 1);
  }
  g_string_append_printf (sql, ") VALUES (%s)", values->str);
  if (load == SATCHEL_LOAD_USUAL)
    append_replacement (sql, section->entity);
  return g_string_free (sql, FALSE);
}

static char *
partial_sql (const SatchelSection *section, const char *prefix)
{
  GString *sql = g_string_new (NULL);
  const char *separator = "";

  g_string_append_printf (sql, "UPDATE \"%s_%s\" SET ", prefix, section->entity->name);
  for (guint i = 0; i < section->columns->len; i++) {
    const Column *column = &g_array_index (section->columns, Column, i);

    if (column->role != COLUMN_S && column->role != COLUMN_FIELD)
      continue;
    g_string_append_printf (sql, "%s%s = ?%u", separator, column_name (column), i + 1);
    separator = ", ";
  }
  g_string_append_printf (sql, " WHERE id = ?%u AND s <> %d", section->id_column + 1, SATCHEL_BASE_ABSENT_S);
  return g_string_free (sql, FALSE);
}

static SatchelStatement *
prepare_row (const SatchelSection *section, const char *prefix, SatchelLoad load, GError **error)
{
  g_autofree char *sql = NULL;

  if (section->kind == SATCHEL_SECTION_WHOLE)
    sql = whole_sql (section, prefix, load);
  else
    sql = partial_sql (section, prefix);
  return satchel_database_prepare (section->database, sql, error);
}

static gboolean
may_rename (const SatchelSection *section)
{
  if (section->kind == SATCHEL_SECTION_STUBS)
    return FALSE;
  if (section->kind != SATCHEL_SECTION_PARTIAL)
    return TRUE;
  for (guint i = 0; i < section->columns->len; i++) {
    const Column *column = &g_array_index (section->columns, Column, i);

    if (column->role == COLUMN_FIELD && column->field->type == SATCHEL_TYPE_LOOKUP)
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_section_prepare (SatchelSection *section, SatchelDatabase *database, SatchelLoad load,
                         GHashTable *kept, SatchelStubWatch *watch, GError **error)
{
  section->database = database;
  section->load = load;
  section->kept = kept;
  section->watch = watch;
  section->renames = load == SATCHEL_LOAD_USUAL && may_rename (section);
  if (section->kind == SATCHEL_SECTION_PARTIAL && load == SATCHEL_LOAD_BULK)
    return refuse (error, "a pull: changes of rows that were not sent");
  if (section->entity == NULL || section->kind == SATCHEL_SECTION_GONE ||
      section->kind == SATCHEL_SECTION_STUBS)
    return TRUE;
  section->shown_row = prepare_row (section, "e", load, error);
  section->aside_row = prepare_row (section, "base", SATCHEL_LOAD_USUAL, error);
  return section->shown_row != NULL && section->aside_row != NULL;
}

/* ---- rows ---- */

static gboolean
check_cell (const Column *column, const SatchelCell *cell, GError **error)
{
  gboolean valid = TRUE;

  switch (column->role) {
  case COLUMN_ID:
    valid = cell->kind == SATCHEL_CELL_TEXT && satchel_id_is_valid (cell->text);
    break;
  case COLUMN_S:
    valid = cell->kind == SATCHEL_CELL_INTEGER && cell->integer >= 0;
    break;
  case COLUMN_FIELD:
    if (cell->kind == SATCHEL_CELL_NULL)
      return TRUE;
    if (satchel_type_is_stored_integer (column->field->type))
      valid = cell->kind == SATCHEL_CELL_INTEGER &&
              satchel_stored_integer_is_valid (column->field, cell->integer);
    else
      valid = cell->kind == SATCHEL_CELL_TEXT && satchel_stored_text_is_valid (column->field, cell->text);
    break;
  case COLUMN_TITLE:
    valid = cell->kind != SATCHEL_CELL_INTEGER;
    break;
  case COLUMN_WHY:
    valid = cell->kind == SATCHEL_CELL_TEXT;
    break;
  case COLUMN_UNKNOWN:
    break;
  }
  if (valid)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a pull: a value that “%s” cannot hold",
               column->field != NULL ? column->field->name : "id or s");
  return FALSE;
}

static void
bind_cell (SatchelStatement *statement, int parameter, const SatchelCell *cell)
{
  if (cell->kind == SATCHEL_CELL_INTEGER)
    satchel_statement_bind_integer (statement, parameter, cell->integer);
  else if (cell->kind == SATCHEL_CELL_TEXT)
    satchel_statement_bind_static (statement, parameter, cell->text, cell->length);
  else
    satchel_statement_bind_text (statement, parameter, NULL);
}

static gboolean
write_row (SatchelSection *section, SatchelStatement *statement, GError **error)
{
  for (guint i = 0; i < section->columns->len; i++)
    if (g_array_index (section->columns, Column, i).role != COLUMN_UNKNOWN)
      bind_cell (statement, (int)i + 1, &section->cells[i]);
  if (!satchel_statement_run (statement, error))
    return FALSE;
  if (section->kind == SATCHEL_SECTION_WHOLE)
    return section->load == SATCHEL_LOAD_BULK ||
           satchel_stubs_remove (section->database, section->cells[section->id_column].text, error);
  if (satchel_database_get_changes (section->database) > 0)
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CURSOR,
                       "a pull: changes of a row that is not here");
  return FALSE;
}

static gboolean
drop_row (SatchelSection *section, const SatchelSectionRow *row, GError **error)
{
  if (!satchel_stubs_remove (section->database, row->id, error))
    return FALSE;
  if (row->aside)
    return satchel_base_set_absent (section->database, section->entity, row->id, error);
  if (section->load == SATCHEL_LOAD_BULK) /* nothing is held yet, and nothing could be found quickly */
    return TRUE;
  return satchel_entity_table_delete (section->database, section->entity, "e", row->id, error);
}

static gboolean
put_stub (SatchelSection *section, GError **error)
{
  const SatchelCell *title = &section->cells[1];

  return satchel_stubs_put (section->database, section->entity, section->cells[section->id_column].text,
                            title->kind == SATCHEL_CELL_TEXT ? title->text : "", error);
}

gboolean
satchel_section_take (SatchelSection *section, char *line, gsize length, SatchelSectionRow *row,
                      GError **error)
{
  if (!satchel_row_parse (line, length, section->cells, section->columns->len, error))
    return FALSE;
  for (guint i = 0; i < section->columns->len; i++)
    if (!check_cell (&g_array_index (section->columns, Column, i), &section->cells[i], error))
      return FALSE;

  *row = (SatchelSectionRow){ .id = section->cells[section->id_column].text };
  if (section->entity == NULL)
    return TRUE;
  if (section->kind == SATCHEL_SECTION_STUBS)
    return put_stub (section, error);
  row->aside = g_hash_table_size (section->kept) > 0 && g_hash_table_contains (section->kept, row->id);
  if (section->renames && !satchel_stub_watch_note (section->watch, section->entity, row->id, error))
    return FALSE;
  if (section->kind != SATCHEL_SECTION_GONE)
    return write_row (section, row->aside ? section->aside_row : section->shown_row, error);
  row->left = !g_str_equal (section->cells[2].text, "deleted");
  return drop_row (section, row, error);
}
