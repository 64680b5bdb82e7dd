/* Walking columns.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/checksums.h"

#include "protocol/checksum.h"

static guint64
sum_row (SatchelStatement *statement, const SatchelEntity *entity, GPtrArray *fields)
{
  const guint64 presence =
      satchel_checksum_presence (entity->name, satchel_statement_get_text (statement, 0));
  guint64 sum = presence;

  for (guint i = 0; i < fields->len; i++) {
    const SatchelField *field = fields->pdata[i];
    const int column = (int)i + 1;
    gsize size;
    const char *text;

    if (satchel_statement_is_null (statement, column))
      continue;
    if (satchel_type_is_stored_integer (field->type)) {
      sum +=
          satchel_checksum_integer (presence, field->name, satchel_statement_get_integer (statement, column));
    } else {
      text = satchel_statement_get_blob (statement, column, &size);
      sum += satchel_checksum_text (presence, field->name, text, size);
    }
  }
  return sum;
}

gboolean
satchel_checksums_visit (SatchelStore *store, const SatchelTextForm *form, const SatchelConditions *select,
                         SatchelChecksumFunc visit, gpointer data, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT r.id");
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  SatchelStatement *statement;
  gboolean row;

  for (guint i = 0; i < form->fields->len; i++) {
    const SatchelField *field = form->fields->pdata[i];

    if (form->blank && satchel_texts_blanks (field))
      continue;
    g_ptr_array_add (fields, (gpointer)field);
    g_string_append_printf (sql, ", r.%s", satchel_sql_column (field));
  }
  g_string_append_printf (sql, " FROM (%s) c CROSS JOIN %s r ON r.row = c.row", select->sql->str,
                          satchel_sql_table (form->entity));
  statement = satchel_database_prepare (store->database, sql->str, error);
  if (statement == NULL)
    return FALSE;
  satchel_conditions_bind (select, statement);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    if (!visit (satchel_statement_get_text (statement, 0), sum_row (statement, form->entity, fields), data,
                error)) {
      satchel_statement_reset (statement);
      return FALSE;
    }
  }
  return FALSE;
}
