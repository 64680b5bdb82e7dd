/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/export.h"

#include <glib/gi18n.h>

#include "client/replica/column.h"
#include "client/transfer/csv.h"
#include "protocol/error.h"
#include "ui/display.h"

#define ROWS_AT_ONCE 500

static GPtrArray *
parse_columns (SatchelSession *session, const SatchelEntity *entity, const char *const *paths, GError **error)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_column_free);

  for (guint i = 0; paths[i] != NULL; i++) {
    SatchelColumn *column =
        satchel_column_parse (satchel_session_get_registry (session), entity, paths[i], error);

    if (column == NULL)
      return NULL;
    g_ptr_array_add (columns, column);
  }
  return g_steal_pointer (&columns);
}

/* What refers to something is only understood by its title. */
static char *
cell_text (SatchelReplica *replica, const SatchelColumn *column, const SatchelRecord *record)
{
  const SatchelField *field = satchel_column_get_field (column);
  g_autoptr (SatchelValue) value = satchel_column_get_value (column, replica, record);

  if (field->type == SATCHEL_TYPE_LOOKUP || field->type == SATCHEL_TYPE_PARTIES ||
      field->type == SATCHEL_TYPE_FILE)
    return satchel_display_value (replica, field, value);
  return satchel_value_to_text (field, value);
}

static void
append_record (GString *text, SatchelReplica *replica, GPtrArray *columns, const SatchelRecord *record)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < columns->len; i++)
    g_ptr_array_add (cells, cell_text (replica, columns->pdata[i], record));
  satchel_csv_append_row (text, (const char *const *)cells->pdata, cells->len);
}

static void
append_head (GString *text, GPtrArray *columns)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  for (guint i = 0; i < columns->len; i++)
    g_ptr_array_add (labels, (gpointer)_ (satchel_column_get_field (columns->pdata[i])->label));
  satchel_csv_append_row (text, (const char *const *)labels->pdata, labels->len);
}

static gboolean
write_text (GOutputStream *stream, GString *text, GCancellable *cancellable, GError **error)
{
  gboolean written = g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);

  g_string_truncate (text, 0);
  return written;
}

static gboolean
write_rows (SatchelSession *session, const SatchelEntity *entity, GArray *numbers, GPtrArray *columns,
            GOutputStream *stream, guint *n_written, GCancellable *cancellable, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  g_autoptr (GString) text = g_string_new (NULL);

  *n_written = 0;
  append_head (text, columns);
  for (guint i = 0; i < numbers->len; i += ROWS_AT_ONCE) {
    g_autoptr (GPtrArray) records = satchel_replica_read_rows (
        replica, entity, &g_array_index (numbers, guint32, i), MIN (numbers->len - i, ROWS_AT_ONCE), error);

    if (records == NULL)
      return FALSE;
    for (guint j = 0; j < records->len; j++) {
      if (records->pdata[j] == NULL)
        continue; /* gone since it was listed */
      append_record (text, replica, columns, records->pdata[j]);
      (*n_written)++;
    }
    if (!write_text (stream, text, cancellable, error))
      return FALSE;
  }
  return write_text (stream, text, cancellable, error);
}

gboolean
satchel_list_export (SatchelSession *session, const SatchelEntity *entity, GArray *numbers,
                     const char *const *paths, const char *path, guint *n_written, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GPtrArray) columns = parse_columns (session, entity, paths, error);
  g_autoptr (GCancellable) give_up = g_cancellable_new ();
  g_autoptr (GFileOutputStream) stream = NULL;
  g_autoptr (GError) failure = NULL;

  if (columns == NULL)
    return FALSE;
  stream = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, cancellable, &failure);
  if (stream != NULL &&
      write_rows (session, entity, numbers, columns, G_OUTPUT_STREAM (stream), n_written, cancellable,
                  &failure) &&
      g_output_stream_close (G_OUTPUT_STREAM (stream), cancellable, &failure))
    return TRUE;
  /* Closed with a cancelled cancellable what was there before stays. */
  g_cancellable_cancel (give_up);
  if (stream != NULL)
    g_output_stream_close (G_OUTPUT_STREAM (stream), give_up, NULL);
  g_set_error (error, SATCHEL_ERROR,
               g_cancellable_is_cancelled (cancellable) ? SATCHEL_ERROR_CANCELLED : SATCHEL_ERROR_STORAGE,
               _ ("The file cannot be written: %s"), failure->message);
  return FALSE;
}
