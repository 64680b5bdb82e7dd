/* Looking for what a device was to forget.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/remains.h"

#include <string.h>

#include "tests/simulation/read.h"
#include "tests/simulation/scope.h"

#define LEAST_TITLE 8 /* bytes: shorter ones may stand there by chance */

/* Raw text is searched: a set names what it writes, what it refers to and what it makes. */
gboolean
sim_device_writes_about (SimDevice *device, const char *id)
{
  return sim_read_integer (device->world, sim_device_handle (device),
                           "SELECT 1 FROM set_queue WHERE instr (text, ?1) UNION ALL"
                           " SELECT 1 FROM lay WHERE record = ?1 OR instr (\"values\", ?1) LIMIT 1",
                           id) > 0;
}

/* The index of words is that of the rows, no word more: FTS5 compares the two. */
static void
check_search (SimDevice *device, const SatchelEntity *entity)
{
  sqlite3 *db = sim_device_handle (device);
  g_autofree char *name = g_strconcat ("x_", entity->name, NULL);
  g_autofree char *sql =
      g_strdup_printf ("INSERT INTO \"%s\" (\"%s\", rank) VALUES ('integrity-check', 1)", name, name);
  if (sim_read_integer (device->world, db, "SELECT 1 FROM sqlite_master WHERE name = ?1", name) > 0 &&
      sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    sim_fail (device->world, "8: device %u (%s): the words of %s are not those of its rows: %s",
              device->index, device->user, entity->name, sqlite3_errmsg (db));
}

static void
check_history (SimDevice *device, const SatchelEntity *entity)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT record FROM history WHERE entity = ?1 AND record NOT IN (SELECT id FROM \"e_%s\")"
      " AND record NOT IN (SELECT id FROM \"base_%s\") LIMIT 1",
      entity->name, entity->name);
  g_autofree char *record = sim_read_text (device->world, sim_device_handle (device), sql, entity->name);
  if (record != NULL)
    sim_fail (device->world, "8: device %u (%s) keeps the history of %s/%s", device->index, device->user,
              entity->name, record);
}

void
sim_remains_check (SimDevice *device)
{
  g_autoptr (GPtrArray) filled = sim_device_list_filled (device);
  for (guint i = 0; i < filled->len; i++) {
    check_search (device, filled->pdata[i]);
    check_history (device, filled->pdata[i]);
  }
}

/* ---- bytes ---- */

static void
append_file (SimDevice *device, GByteArray *bytes, const char *ending)
{
  const char *file = sqlite3_db_filename (sim_device_handle (device), "main");
  g_autofree char *path = g_strconcat (file, ending, NULL);
  g_autofree char *text = NULL;
  gsize size;
  if (g_file_get_contents (path, &text, &size, NULL))
    g_byte_array_append (bytes, (const guint8 *)text, size);
}

/* All text that stands in its tables. */
static char *
all_text (SimDevice *device)
{
  sqlite3 *db = sim_device_handle (device);
  GString *text = g_string_new (NULL);
  g_autofree char *names = sim_read_lines (
      device->world, db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'x_*'", NULL);
  g_auto (GStrv) tables = g_strsplit (g_strchomp (names), "\n", -1);
  for (guint i = 0; tables[i] != NULL; i++) {
    g_autofree char *sql = g_strdup_printf ("SELECT * FROM \"%s\"", tables[i]);
    sqlite3_stmt *statement = sim_prepare (device->world, db, sql);
    while (sqlite3_step (statement) == SQLITE_ROW)
      for (int column = 0; column < sqlite3_column_count (statement); column++)
        if (sqlite3_column_type (statement, column) == SQLITE_TEXT)
          g_string_append_printf (text, "%s\n", sqlite3_column_text (statement, column));
    sqlite3_finalize (statement);
  }
  return g_string_free (text, FALSE);
}

void
sim_remains_check_file (SimDevice *device)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *text = all_text (device);
  const char *user = satchel_session_get_user (device->session);
  g_autoptr (SimView) view = sim_view_new (device->world, sim_truth_get (device->world), user,
                                           satchel_session_get_device (device->session));
  GHashTableIter iter;
  gpointer value;
  append_file (device, bytes, "");
  append_file (device, bytes, "-wal");
  g_hash_table_iter_init (&iter, sim_truth_get (device->world)->rows);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const SimRow *row = value;
    g_autofree char *title = satchel_record_dup_title (row->record);
    /* What she typed herself may stand in the log until that is full; people choose the same filters,
     * and have the same messages. */
    gboolean hers = sim_view_reads (view, row) || g_str_equal (sim_row_id (row, "created_by"), user) ||
                    g_str_equal (row->record->entity->name, "offline_filter") ||
                    row->record->entity->once != NULL;
    if (!hers && strlen (title) >= LEAST_TITLE && strstr (text, title) == NULL &&
        memmem (bytes->data, bytes->len, title, strlen (title)) != NULL)
      sim_fail (device->world, "8: the file of device %u (%s) still holds “%s”, the title of %s/%s",
                device->index, device->user, title, row->record->entity->name, row->record->id);
  }
}
