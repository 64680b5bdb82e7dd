/* One table in a file of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/download.h"

#include <string.h>

#include "protocol/error.h"

#define ROW_BYTES (64 * 1024) /* of a row but the last: what is read at a time */

struct _SatchelDownload {
  SatchelDatabase *database;
  guint8 *row; /* read last */
  gint64 row_start;
  gsize row_size; /* 0: none */
};

static char *
file_name (const char *path)
{
  return g_strconcat (path, "-image", NULL);
}

/* Nothing waits for the disk, and nothing of it is kept in memory. */
static SatchelDatabase *
open_file (const char *name, SatchelVault *vault, GError **error)
{
  g_autoptr (SatchelDatabase) database =
      satchel_database_open_in (name, SATCHEL_DATABASE_READ_WRITE, satchel_vault_get_store (vault), error);

  if (database == NULL ||
      !satchel_database_execute (database,
                                 "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000;"
                                 "CREATE TABLE IF NOT EXISTS snapshot_piece"
                                 " (start INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
                                 error))
    return NULL;
  return g_steal_pointer (&database);
}

SatchelDownload *
satchel_download_open (const char *path, SatchelVault *vault, GError **error)
{
  g_autofree char *name = file_name (path);
  g_autoptr (GError) problem = NULL;
  SatchelDatabase *database = open_file (name, vault, &problem);
  SatchelDownload *download;

  if (g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT)) {
    g_clear_error (&problem);
    satchel_database_remove_files (name);
    database = open_file (name, vault, &problem);
  }
  if (database == NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  download = g_new0 (SatchelDownload, 1);
  download->database = database;
  download->row = g_malloc (ROW_BYTES);
  return download;
}

void
satchel_download_close (SatchelDownload *download)
{
  if (download == NULL)
    return;
  satchel_database_close (download->database);
  g_free (download->row);
  g_free (download);
}

void
satchel_download_remove (const char *path)
{
  g_autofree char *name = file_name (path);

  satchel_database_remove_files (name);
}

gboolean
satchel_download_get_size (SatchelDownload *download, gint64 *size, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      download->database, "SELECT start + length (bytes) FROM snapshot_piece ORDER BY start DESC LIMIT 1",
      error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, size, error);
}

/* ---- writing ---- */

static gboolean
put_row (SatchelDownload *download, gint64 start, const guint8 *bytes, gsize size, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      download->database, "INSERT INTO snapshot_piece (start, bytes) VALUES (?, ?)", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, start);
  satchel_statement_bind_blob (statement, 2, bytes, size);
  return satchel_statement_run (statement, error);
}

static gboolean
put_rows (SatchelDownload *download, gint64 offset, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gint64 here;

  if (!satchel_download_get_size (download, &here, error))
    return FALSE;
  if (here != offset) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         "a snapshot: its pieces do not follow each other");
    return FALSE;
  }
  for (gsize at = 0; at < size; at += ROW_BYTES) {
    if (!put_row (download, offset + (gint64)at, data + at, MIN (size - at, ROW_BYTES), error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_download_add (SatchelDownload *download, gint64 offset, GBytes *bytes, GError **error)
{
  if (!satchel_database_begin (download->database, error))
    return FALSE;
  if (put_rows (download, offset, bytes, error))
    return satchel_database_commit (download->database, error);
  satchel_database_rollback (download->database);
  return FALSE;
}

/* ---- reading ---- */

/* The row that has the byte at @offset. */
static gboolean
find_row (SatchelDownload *download, gint64 offset, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      download->database,
      "SELECT start, bytes FROM snapshot_piece WHERE start <= ? ORDER BY start DESC LIMIT 1", error);
  gconstpointer bytes;
  gboolean row;

  download->row_size = 0;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, offset);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (row) {
    bytes = satchel_statement_get_blob (statement, 1, &download->row_size);
    download->row_start = satchel_statement_get_integer (statement, 0);
    download->row_size = MIN (download->row_size, ROW_BYTES);
    if (download->row_size > 0)
      memcpy (download->row, bytes, download->row_size);
    satchel_statement_reset (statement);
  }
  if (offset >= 0 && (gsize)(offset - download->row_start) < download->row_size)
    return TRUE;
  download->row_size = 0;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a snapshot: pieces are missing");
  return FALSE;
}

void
satchel_download_hand_over (SatchelDownload *download)
{
  satchel_database_hand_over (download->database);
}

gboolean
satchel_download_read (SatchelDownload *download, gint64 offset, guint8 *to, gsize size, GError **error)
{
  while (size > 0) {
    gsize within, taken;

    if ((offset < download->row_start || (gsize)(offset - download->row_start) >= download->row_size) &&
        !find_row (download, offset, error))
      return FALSE;
    within = (gsize)(offset - download->row_start);
    taken = MIN (size, download->row_size - within);
    memcpy (to, download->row + within, taken);
    to += taken;
    offset += (gint64)taken;
    size -= taken;
  }
  return TRUE;
}
