/* SELECT json_array (…).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/texts.h"

#include "protocol/error.h"
#include "protocol/predicate/predicate.h"

#define MOST_ARGUMENTS 120 /* of json_array(); SQLite's bound is 127 */

/* The author of a conflict keeps what she wrote and what she saw; the rest is the other's. */
static gboolean
is_blanked (const SatchelField *field)
{
  return g_str_has_prefix (field->name, "theirs");
}

char *
satchel_texts_columns (const SatchelEntity *entity, const SatchelField *const *fields, guint n_fields)
{
  GString *text = g_string_new ("[\"id\",\"s\"");

  if (fields == NULL) {
    fields = entity->fields;
    n_fields = entity->n_fields;
  }
  for (guint i = 0; i < n_fields; i++)
    g_string_append_printf (text, ",\"%s\"", fields[i]->name);
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static void
append_array (GString *sql, GPtrArray *columns, guint first, guint n_columns)
{
  g_string_append (sql, "json_array (");
  for (guint i = 0; i < n_columns; i++)
    g_string_append_printf (sql, "%s%s", i > 0 ? ", " : "", (const char *)columns->pdata[first + i]);
  g_string_append_c (sql, ')');
}

/* A wide row is several arrays joined as text: an array's last "]" is its only one outside of a string. */
void
satchel_texts_append_row (GString *sql, GPtrArray *columns)
{
  if (columns->len <= MOST_ARGUMENTS) {
    append_array (sql, columns, 0, columns->len);
    return;
  }
  g_string_append (sql, "'['");
  for (guint first = 0; first < columns->len; first += MOST_ARGUMENTS) {
    g_string_append (sql, first > 0 ? " || ',' || substr (rtrim (" : " || substr (rtrim (");
    append_array (sql, columns, first, MIN (MOST_ARGUMENTS, columns->len - first));
    g_string_append (sql, ", ']'), 2)");
  }
  g_string_append (sql, " || ']'");
}

static void
append_expression (GString *sql, const SatchelField *const *fields, guint n_fields, gboolean blank)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (columns, g_strdup ("r.id"));
  g_ptr_array_add (columns, g_strdup ("r.s"));
  for (guint i = 0; i < n_fields; i++)
    g_ptr_array_add (columns, blank && is_blanked (fields[i])
                                  ? g_strdup ("NULL")
                                  : g_strconcat ("r.", satchel_sql_column (fields[i]), NULL));
  satchel_texts_append_row (sql, columns);
}

static gboolean
visit_all (SatchelStatement *statement, SatchelTextFunc visit, gpointer data, GError **error)
{
  gboolean row;

  while (satchel_statement_step (statement, &row, error)) {
    gsize size;
    const char *text;

    if (!row)
      return TRUE;
    text = satchel_statement_get_blob (statement, 0, &size); /* the bytes of the text, with their number */
    if (!visit (text, size, data, error)) {
      satchel_statement_reset (statement);
      return FALSE;
    }
  }
  return FALSE;
}

gboolean
satchel_texts_visit_bucket (SatchelStore *store, const SatchelEntity *entity, gint64 bucket,
                            SatchelTextFunc visit, gpointer data, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT ");
  SatchelStatement *statement;

  append_expression (sql, entity->fields, entity->n_fields, FALSE);
  g_string_append_printf (sql,
                          " FROM member m CROSS JOIN %s r ON r.row = m.row WHERE m.bucket = ? ORDER BY m.row",
                          satchel_sql_table (entity));
  statement = satchel_database_prepare (store->database, sql->str, error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, bucket);
  return visit_all (statement, visit, data, error);
}

gboolean
satchel_texts_visit_rows (SatchelStore *store, const SatchelEntity *entity, const GArray *rows,
                          const SatchelField *const *fields, guint n_fields, gboolean blank,
                          SatchelTextFunc visit, gpointer data, GError **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT ");

  if (fields == NULL)
    append_expression (sql, entity->fields, entity->n_fields, blank);
  else
    append_expression (sql, fields, n_fields, blank);
  g_string_append_printf (sql, " FROM %s r WHERE r.row = ?", satchel_sql_table (entity));
  for (guint i = 0; i < rows->len; i++) {
    SatchelStatement *statement = satchel_database_prepare (store->database, sql->str, error);

    if (statement == NULL)
      return FALSE;
    satchel_statement_bind_integer (statement, 1, g_array_index (rows, gint64, i));
    if (!visit_all (statement, visit, data, error))
      return FALSE;
  }
  return TRUE;
}

char *
satchel_texts_dup_id (SatchelStore *store, const SatchelEntity *entity, gint64 row, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM %s WHERE row = ?", satchel_sql_table (entity));
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  char *id = NULL;
  gboolean found;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, row);
  if (!satchel_statement_step (statement, &found, error))
    return NULL;
  if (!found) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT, "a member of %s is not there", entity->name);
    return NULL;
  }
  id = g_strdup (satchel_statement_get_text (statement, 0));
  satchel_statement_reset (statement);
  return id;
}
