/* An import from the file to the summary, and the file of errors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer/import.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "client/transfer/csv.h"
#include "client/transfer/import-private.h"
#include "protocol/error.h"

#define ERRORS_FOLDER "import-errors"

void
satchel_import_summary_clear (SatchelImportSummary *summary)
{
  g_clear_pointer (&summary->errors_file, g_free);
  g_clear_pointer (&summary->map_name, g_free);
  g_clear_pointer (&summary->ignored, g_ptr_array_unref);
}

/* ---- reading ---- */

GMappedFile *
satchel_import_open (const char *path, GError **error)
{
  GMappedFile *file;
  g_autoptr (GError) problem = NULL;
  GStatBuf info;

  if (g_stat (path, &info) != 0) {
    g_set_error (error, SATCHEL_ERROR, errno == ENOENT ? SATCHEL_ERROR_NOT_FOUND : SATCHEL_ERROR_INVALID,
                 _ ("cannot read “%s”: %s"), path, g_strerror (errno));
    return NULL;
  }
  if (!S_ISREG (info.st_mode)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("“%s” is not a plain file"), path);
    return NULL;
  }
  if (info.st_size > SATCHEL_MAX_IMPORT_BYTES) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, _ ("%s is larger than %d MiB"), path,
                 SATCHEL_MAX_IMPORT_BYTES / 1024 / 1024);
    return NULL;
  }
  file = g_mapped_file_new (path, FALSE, &problem);
  if (file == NULL)
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, problem->message);
  return file;
}

static char *
read_text (const char *path, SatchelEncoding *encoding, GError **error)
{
  g_autoptr (GMappedFile) file = satchel_import_open (path, error);

  if (file == NULL)
    return NULL;
  return satchel_text_decode (g_mapped_file_get_contents (file) != NULL ? g_mapped_file_get_contents (file)
                                                                        : "",
                              g_mapped_file_get_length (file), encoding, error);
}

/* ---- errors ---- */

/* A new name in the profile's directory: "accounts-20260131T120000.csv". */
static char *
default_errors_path (Import *import, const char *path, GError **error)
{
  g_autofree char *folder =
      g_build_filename (satchel_session_get_directory (import->session), ERRORS_FOLDER, NULL);
  g_autofree char *base = g_path_get_basename (path), *time = NULL, *name = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (
      satchel_clock_now_ms (satchel_session_get_clock (import->session)) / 1000);

  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", folder, g_strerror (errno));
    return NULL;
  }
  if (g_str_has_suffix (base, ".csv"))
    base[strlen (base) - strlen (".csv")] = '\0';
  time = g_date_time_format (now, "%Y%m%dT%H%M%S");
  name = g_strdup_printf ("%s-%s.csv", base, time);
  return g_build_filename (folder, name, NULL);
}

static char *
errors_as_csv (Import *import)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (SATCHEL_IMPORT_ERROR_COLUMNS); i++)
    g_ptr_array_add (cells, (gpointer)SATCHEL_IMPORT_ERROR_COLUMNS[i]);
  g_ptr_array_extend (cells, import->header, NULL, NULL);
  satchel_csv_append_row (text, (const char *const *)cells->pdata, cells->len);
  for (guint i = 0; i < import->rows->len; i++) {
    const ImportRow *row = import->rows->pdata[i];
    g_autofree char *line = g_strdup_printf ("%u", row->line);

    if (row->kind != IMPORT_ROW_REJECTED)
      continue;
    g_ptr_array_set_size (cells, 0);
    g_ptr_array_add (cells, line);
    g_ptr_array_add (cells, row->error_column);
    g_ptr_array_add (cells, row->error_value);
    g_ptr_array_add (cells, row->reason->str);
    g_ptr_array_extend (cells, row->cells, NULL, NULL);
    satchel_csv_append_row (text, (const char *const *)cells->pdata, cells->len);
  }
  return g_string_free (text, FALSE);
}

/* Counts the rejected rows and, if there are some, writes them down; readable by the user alone. */
static gboolean
report_errors (Import *import, const char *path, GError **error)
{
  SatchelImportSummary *summary = import->summary;
  g_autofree char *errors_path = g_strdup (import->options->errors_path), *text = NULL;
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < import->rows->len; i++)
    summary->rejected += ((const ImportRow *)import->rows->pdata[i])->kind == IMPORT_ROW_REJECTED;
  if (summary->rejected == 0)
    return TRUE;
  if (errors_path == NULL)
    errors_path = default_errors_path (import, path, error);
  if (errors_path == NULL)
    return FALSE;
  text = errors_as_csv (import);
  if (!g_file_set_contents_full (errors_path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &problem)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s", problem->message);
    return FALSE;
  }
  summary->errors_file = g_steal_pointer (&errors_path);
  return TRUE;
}

/* ---- all ---- */

static void
clear_import (Import *import)
{
  g_clear_pointer (&import->names, satchel_names_free);
  g_clear_pointer (&import->by_id, g_hash_table_unref);
  g_clear_pointer (&import->rows, g_ptr_array_unref);
  g_clear_pointer (&import->slots, g_array_unref);
  g_clear_pointer (&import->header, g_ptr_array_unref);
  g_clear_pointer (&import->chosen_map, satchel_map_free);
}

static gboolean
run_stages (Import *import, const char *path, const char *text, GError **error)
{
  if (!satchel_import_read (import, text, error) || !satchel_import_resolve (import, error))
    return FALSE;
  if (!satchel_import_write (import, error))
    return FALSE;
  return report_errors (import, path, error);
}

gboolean
satchel_import_file (SatchelSession *session, const SatchelEntity *entity, const char *path,
                     const SatchelImportOptions *options, SatchelImportSummary *summary, GError **error)
{
  Import import = { .session = session, .options = options, .summary = summary, .entity = entity };
  g_autofree char *text = NULL;
  gboolean done;

  *summary = (SatchelImportSummary){ .ignored = g_ptr_array_new_with_free_func (g_free) };
  if (options->map != NULL && options->map->entity != entity) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the map %s is for %s, not for %s"),
                 options->map->name, options->map->entity->name, entity->name);
    return FALSE;
  }
  text = read_text (path, &summary->encoding, error);
  if (text == NULL)
    return FALSE;
  import.map = options->map;
  satchel_session_get_context (session, &import.context);
  import.slots = g_array_new (FALSE, FALSE, sizeof (ImportSlot));
  import.rows = g_ptr_array_new_with_free_func (satchel_import_row_free);
  import.by_id = g_hash_table_new (g_str_hash, g_str_equal);
  import.names = satchel_names_new (satchel_session_get_replica (session), &import.context);
  done = run_stages (&import, path, text, error);
  clear_import (&import);
  return done;
}
