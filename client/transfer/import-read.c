/* Rows of the file to records, as far as the row alone tells: header, cells, aliases, values.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/transfer/cells.h"
#include "client/transfer/csv.h"
#include "client/transfer/import-private.h"
#include "protocol/error.h"

const char *const SATCHEL_IMPORT_ERROR_COLUMNS[4] = { "error_line", "error_column", "error_value",
                                                      "error_reason" };

static void
free_lookup (gpointer data)
{
  ImportLookup *lookup = data;

  g_free (lookup->text);
  g_free (lookup);
}

void
satchel_import_row_free (gpointer data)
{
  ImportRow *row = data;

  g_clear_pointer (&row->cells, g_ptr_array_unref);
  g_clear_pointer (&row->record, satchel_record_free);
  g_free (row->touched);
  g_ptr_array_unref (row->lookups);
  g_ptr_array_unref (row->waits_for);
  g_ptr_array_unref (row->waiting);
  g_free (row->error_column);
  g_free (row->error_value);
  if (row->reason != NULL)
    g_string_free (row->reason, TRUE);
  g_free (row);
}

void
satchel_import_reject (ImportRow *row, const char *column, const char *value, const char *format, ...)
{
  va_list arguments;

  if (row->reason == NULL) {
    row->reason = g_string_new (NULL);
    row->error_column = g_strdup (column);
    row->error_value = g_strdup (value);
  } else {
    g_string_append (row->reason, "; ");
  }
  va_start (arguments, format);
  g_string_append_vprintf (row->reason, format, arguments);
  va_end (arguments);
  row->kind = IMPORT_ROW_REJECTED;
}

const char *
satchel_import_cell (const ImportRow *row, const ImportSlot *slot)
{
  return row->cells->pdata[slot->cell];
}

/* ---- header ---- */

static gboolean
read_header (Import *import, SatchelCsvReader *reader, GError **error)
{
  g_auto (SatchelCsvRow) row = { 0 };
  guint n_error_columns = 0;

  if (!satchel_csv_reader_next (reader, &row)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the file is empty"));
    return FALSE;
  }
  if (row.problem != NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the header in line %u cannot be read: %s"),
                 row.line, row.problem);
    return FALSE;
  }
  while (n_error_columns < row.cells->len && n_error_columns < G_N_ELEMENTS (SATCHEL_IMPORT_ERROR_COLUMNS) &&
         g_str_equal (row.cells->pdata[n_error_columns], SATCHEL_IMPORT_ERROR_COLUMNS[n_error_columns]))
    n_error_columns++;
  if (n_error_columns == G_N_ELEMENTS (SATCHEL_IMPORT_ERROR_COLUMNS)) {
    import->skip_cells = n_error_columns;
    g_ptr_array_remove_range (row.cells, 0, n_error_columns);
  }
  import->header = g_steal_pointer (&row.cells);
  return TRUE;
}

/* The file's column with that name; twice is an error, because nobody could tell which one is meant. */
static gboolean
find_cell (Import *import, const char *name, gint *index, GError **error)
{
  g_autofree char *wanted = satchel_fold (name);

  *index = -1;
  g_strstrip (wanted);
  for (guint i = 0; i < import->header->len; i++) {
    g_autofree char *have = satchel_fold (import->header->pdata[i]);

    if (!g_str_equal (g_strstrip (have), wanted))
      continue;
    if (*index >= 0) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the file has two columns “%s”"), name);
      return FALSE;
    }
    *index = (gint)i;
  }
  return TRUE;
}

static gboolean
make_slots (Import *import, GError **error)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  g_autofree gboolean *used = g_new0 (gboolean, import->header->len);

  for (guint i = 0; i < import->map->columns->len; i++) {
    const SatchelMapColumn *column = import->map->columns->pdata[i];
    gint cell;

    if (!find_cell (import, column->name, &cell, error))
      return FALSE;
    if (cell < 0) {
      if (!column->optional)
        g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", column->name);
      continue;
    }
    if (import->map->by_id && i == 0) {
      import->id_cell = (guint)cell;
      used[cell] = TRUE;
    }
    for (guint piece = 0; piece < column->parts->len; piece++) {
      const ImportSlot slot = { column, column->parts->pdata[piece], (guint)cell, piece };

      g_array_append_val (import->slots, slot);
      used[cell] = TRUE;
    }
  }
  if (missing->len > 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 _ ("the file lacks columns that the map %s needs: %s"), import->map->name, missing->str);
    return FALSE;
  }
  for (guint i = 0; i < import->header->len; i++) {
    if (!used[i])
      g_ptr_array_add (import->summary->ignored, g_strdup (import->header->pdata[i]));
  }
  return TRUE;
}

/* ---- rows ---- */

static void
apply_settings (ImportRow *row, const GArray *settings)
{
  for (guint i = 0; i < settings->len; i++) {
    const SatchelMapSetting *setting = &g_array_index (settings, SatchelMapSetting, i);
    g_autoptr (SatchelValue) value = NULL;

    /* The map's reader has seen that it is a value. */
    if (satchel_value_from_text (setting->field, setting->text, &value, NULL)) {
      satchel_record_set (row->record, setting->field, value);
      row->touched[setting->field->index] = TRUE;
    }
  }
}

static void
read_slot (ImportRow *row, const ImportSlot *slot, const char *piece)
{
  const SatchelMapPart *part = slot->part;
  const SatchelMapAlias *alias = satchel_cell_find_alias (part, piece);
  const char *text = alias != NULL ? alias->to : piece;
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) error = NULL;

  row->touched[part->field->index] = TRUE;
  if (alias != NULL)
    apply_settings (row, alias->settings);
  if (*trimmed == '\0') {
    if (part->required)
      satchel_import_reject (row, slot->column->name, satchel_import_cell (row, slot), "“%s” is empty",
                             slot->column->name);
    return;
  }
  if (part->field->type == SATCHEL_TYPE_LOOKUP) {
    ImportLookup *lookup = g_new0 (ImportLookup, 1);

    lookup->slot = slot;
    lookup->text = g_steal_pointer (&trimmed);
    g_ptr_array_add (row->lookups, lookup);
  } else if (satchel_cell_to_value (part, text, &value, &error)) {
    satchel_record_set (row->record, part->field, value);
  } else {
    satchel_import_reject (row, slot->column->name, satchel_import_cell (row, slot), "%s", error->message);
  }
}

static void
read_id (Import *import, ImportRow *row)
{
  g_autofree char *id = g_strstrip (g_ascii_strdown (row->cells->pdata[import->id_cell], -1));

  if (*id == '\0')
    return;
  if (satchel_id_is_valid (id))
    row->record->id = g_steal_pointer (&id);
  else
    satchel_import_reject (row, import->header->pdata[import->id_cell], row->cells->pdata[import->id_cell],
                           "an id is a UUID");
}

static void
read_row (Import *import, SatchelCsvRow *csv)
{
  ImportRow *row = g_new0 (ImportRow, 1);
  g_autoptr (GPtrArray) pieces = NULL;
  const SatchelMapColumn *cut = NULL;

  row->line = csv->line;
  row->index = import->rows->len;
  row->cells = g_steal_pointer (&csv->cells);
  row->lookups = g_ptr_array_new_with_free_func (free_lookup);
  row->waits_for = g_ptr_array_new ();
  row->waiting = g_ptr_array_new ();
  g_ptr_array_add (import->rows, row);
  if (csv->problem != NULL) {
    satchel_import_reject (row, NULL, NULL, "%s", csv->problem);
    return;
  }
  if (row->cells->len != import->header->len + import->skip_cells) {
    satchel_import_reject (row, NULL, NULL, "the row has %u cells, the header %u", row->cells->len,
                           import->header->len + import->skip_cells);
    return;
  }
  g_ptr_array_remove_range (row->cells, 0, import->skip_cells);
  row->record = satchel_record_new (import->map->entity, NULL);
  row->touched = g_new0 (gboolean, import->map->entity->n_fields);
  if (import->map->by_id)
    read_id (import, row);
  for (guint i = 0; i < import->slots->len; i++) {
    const ImportSlot *slot = &g_array_index (import->slots, ImportSlot, i);

    if (slot->column != cut) {
      g_clear_pointer (&pieces, g_ptr_array_unref);
      pieces = satchel_cell_split (slot->column, satchel_import_cell (row, slot));
      cut = slot->column;
    }
    read_slot (row, slot, pieces->pdata[slot->piece]);
  }
}

/* Nobody named a map: a built-in one that fits the header, or the names of the fields. */
static SatchelMap *
choose_map (Import *import, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (import->session);
  SatchelMap *map = satchel_map_recognise (registry, import->entity, import->header);

  return map != NULL ? map : satchel_map_from_header (registry, import->entity, import->header, error);
}

gboolean
satchel_import_read (Import *import, const char *text, GError **error)
{
  SatchelCsvReader reader;

  satchel_csv_reader_init (&reader, text, strlen (text));
  if (!read_header (import, &reader, error))
    return FALSE;
  if (import->map == NULL) {
    import->chosen_map = choose_map (import, error);
    import->map = import->chosen_map;
  }
  if (import->map == NULL || !make_slots (import, error))
    return FALSE;
  import->summary->map_name = g_strdup (import->map->name);
  for (;;) {
    g_auto (SatchelCsvRow) row = { 0 };

    if (!satchel_csv_reader_next (&reader, &row))
      break;
    read_row (import, &row);
  }
  import->summary->rows = import->rows->len;
  return TRUE;
}
