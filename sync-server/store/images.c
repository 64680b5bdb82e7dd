/* Copying row by row: two connections, so that the store's stays read-only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/images.h"

#include <string.h>

#include "protocol/sqlite/conditions.h"

/* "SELECT r.id, LOOKUP…, r.s, FIELD… FROM …" */
static char *
select_sql (const SatchelTextForm *form, const SatchelConditions *select)
{
  GString *sql = g_string_new ("SELECT r.id");

  for (guint i = 0; i < form->lookups->len; i++)
    g_string_append_printf (sql, ", r.%s", satchel_sql_column (form->lookups->pdata[i]));
  g_string_append (sql, ", r.s");
  for (guint i = 0; i < form->fields->len; i++)
    g_string_append_printf (sql, ", r.%s", satchel_sql_column (form->fields->pdata[i]));
  g_string_append_printf (sql, " FROM (%s) c CROSS JOIN %s r ON r.row = c.row", select->sql->str,
                          satchel_sql_table (form->entity));
  return g_string_free (sql, FALSE);
}

static char *
insert_sql (const SatchelTextForm *form)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "INSERT INTO %s (id, s", satchel_sql_table (form->entity));
  for (guint i = 0; i < form->fields->len; i++)
    g_string_append_printf (sql, ", %s", satchel_sql_column (form->fields->pdata[i]));
  g_string_append (sql, ") VALUES (?, ?");
  for (guint i = 0; i < form->fields->len; i++)
    g_string_append (sql, ", ?");
  g_string_append_c (sql, ')');
  return g_string_free (sql, FALSE);
}

static void
bind_column (SatchelStatement *insert, int parameter, SatchelStatement *row, int column, gboolean is_integer)
{
  const char *text;

  if (satchel_statement_is_null (row, column)) {
    satchel_statement_bind_text (insert, parameter, NULL);
  } else if (is_integer) {
    satchel_statement_bind_integer (insert, parameter, satchel_statement_get_integer (row, column));
  } else {
    text = satchel_statement_get_text (row, column);
    satchel_statement_bind_static (insert, parameter, text, strlen (text));
  }
}

static gboolean
copy_row (SatchelDatabase *image, const char *sql, const SatchelTextForm *form, SatchelStatement *row,
          GError **error)
{
  SatchelStatement *insert = satchel_database_prepare (image, sql, error);
  const int first = 1 + (int)form->lookups->len; /* column of s; fields follow */

  if (insert == NULL)
    return FALSE;
  bind_column (insert, 1, row, 0, FALSE);
  bind_column (insert, 2, row, first, TRUE);
  for (guint i = 0; i < form->fields->len; i++) {
    const SatchelField *field = form->fields->pdata[i];

    bind_column (insert, 3 + (int)i, row, first + 1 + (int)i, satchel_type_is_stored_integer (field->type));
  }
  return satchel_statement_run (insert, error);
}

gboolean
satchel_images_copy_rows (SatchelStore *store, SatchelDatabase *image, const SatchelTextForm *form,
                          const SatchelConditions *select, SatchelImageFunc visit, gpointer data,
                          gint64 *n_rows, GError **error)
{
  g_autofree char *from = select_sql (form, select), *into = insert_sql (form);
  SatchelStatement *statement = satchel_database_prepare (store->database, from, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  satchel_conditions_bind (select, statement);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    visit (form, statement, data);
    if (!copy_row (image, into, form, statement, error)) {
      satchel_statement_reset (statement);
      return FALSE;
    }
    ++*n_rows;
  }
  return FALSE;
}

gboolean
satchel_images_copy_stub (SatchelStore *store, SatchelDatabase *image, const SatchelEntity *entity,
                          gint64 row, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id, coalesce (%s, '') FROM %s WHERE row = ?",
                                          satchel_sql_column (entity->title), satchel_sql_table (entity));
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  SatchelStatement *insert =
      satchel_database_prepare (image, "INSERT INTO stub (id, entity, title) VALUES (?, ?, ?)", error);
  gboolean found;

  if (statement == NULL || insert == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, row);
  if (!satchel_statement_step (statement, &found, error) || !found)
    return found;
  satchel_statement_bind_text (insert, 1, satchel_statement_get_text (statement, 0));
  satchel_statement_bind_text (insert, 2, entity->name);
  satchel_statement_bind_text (insert, 3, satchel_statement_get_text (statement, 1));
  satchel_statement_reset (statement);
  return satchel_statement_run (insert, error);
}
