/* SELECT json_array (…).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/texts.h"

#include "protocol/error.h"
#include "protocol/predicate/predicate.h"

#define MOST_ARGUMENTS 120  /* of json_array(); SQLite's bound is 127 */
#define MOST_IN_SLICE  1000 /* rows; what is bound to a statement stays with it until it is used again */

/* The author of a conflict keeps what she wrote and what she saw; the rest is the other's. */
gboolean
satchel_texts_blanks (const SatchelField *field)
{
  return g_str_has_prefix (field->name, "theirs");
}

char *
satchel_texts_columns (const SatchelTextForm *form)
{
  GString *text = g_string_new ("[\"id\",\"s\"");

  for (guint i = 0; i < form->fields->len; i++)
    g_string_append_printf (text, ",\"%s\"", ((const SatchelField *)form->fields->pdata[i])->name);
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
append_expression (GString *sql, const SatchelTextForm *form)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (columns, g_strdup ("r.id"));
  g_ptr_array_add (columns, g_strdup ("r.s"));
  for (guint i = 0; i < form->fields->len; i++) {
    const SatchelField *field = form->fields->pdata[i];

    g_ptr_array_add (columns, form->blank && satchel_texts_blanks (field)
                                  ? g_strdup ("NULL")
                                  : g_strconcat ("r.", satchel_sql_column (field), NULL));
  }
  satchel_texts_append_row (sql, columns);
}

/* "SELECT TEXT, LOOKUP…". */
static GString *
begin_select (const SatchelTextForm *form)
{
  GString *sql = g_string_new ("SELECT ");

  append_expression (sql, form);
  for (guint i = 0; i < form->lookups->len; i++)
    g_string_append_printf (sql, ", r.%s", satchel_sql_column (form->lookups->pdata[i]));
  return sql;
}

static gboolean
visit_all (const SatchelTextForm *form, SatchelStatement *statement, SatchelTextFunc visit, gpointer data,
           GError **error)
{
  gboolean row;

  while (satchel_statement_step (statement, &row, error)) {
    gsize size;
    const char *text;

    if (!row)
      return TRUE;
    text = satchel_statement_get_blob (statement, 0, &size); /* the bytes of the text, with their number */
    if (!visit (form, text, size, statement, data, error)) {
      satchel_statement_reset (statement);
      return FALSE;
    }
  }
  return FALSE;
}

/* By hand: printf takes as long for a number as SQLite for its row. */
static char *
print_rows (const GArray *rows, guint first_row, guint n_rows)
{
  GString *text = g_string_sized_new (16 + 8 * (gsize)n_rows);

  g_string_append_c (text, '[');
  for (guint i = first_row; i < first_row + n_rows; i++) {
    guint64 rest = (guint64)g_array_index (rows, gint64, i); /* row numbers are positive */
    char digits[20];
    gsize first = sizeof digits;

    do
      digits[--first] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (i > first_row)
      g_string_append_c (text, ',');
    g_string_append_len (text, digits + first, (gssize)(sizeof digits - first));
  }
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

char *
satchel_texts_print_rows (const GArray *rows)
{
  return print_rows (rows, 0, rows->len);
}

char *
satchel_texts_print_slice (const GArray *rows, guint *first)
{
  const guint from = *first;

  *first = MIN (from + MOST_IN_SLICE, rows->len);
  return print_rows (rows, from, *first - from);
}

gboolean
satchel_texts_visit_rows (SatchelStore *store, const SatchelTextForm *form, const GArray *rows,
                          SatchelTextFunc visit, gpointer data, GError **error)
{
  g_autoptr (GString) sql = begin_select (form);

  g_string_append_printf (sql, " FROM json_each (?) j CROSS JOIN %s r ON r.row = j.value",
                          satchel_sql_table (form->entity));
  for (guint first = 0; first < rows->len;) {
    g_autofree char *list = satchel_texts_print_slice (rows, &first);
    SatchelStatement *statement = satchel_database_prepare (store->database, sql->str, error);

    if (statement == NULL)
      return FALSE;
    satchel_statement_bind_text (statement, 1, list);
    if (!visit_all (form, statement, visit, data, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_texts_visit_selected (SatchelStore *store, const SatchelTextForm *form,
                              const SatchelConditions *select, SatchelTextFunc visit, gpointer data,
                              GError **error)
{
  g_autoptr (GString) sql = begin_select (form);
  SatchelStatement *statement;

  g_string_append_printf (sql, " FROM (%s) c CROSS JOIN %s r ON r.row = c.row", select->sql->str,
                          satchel_sql_table (form->entity));
  statement = satchel_database_prepare (store->database, sql->str, error);
  if (statement == NULL)
    return FALSE;
  satchel_conditions_bind (select, statement);
  return visit_all (form, statement, visit, data, error);
}

GArray *
satchel_texts_select_rows (SatchelStore *store, const SatchelConditions *select, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, select->sql->str, error);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean row;

  if (statement == NULL)
    return NULL;
  satchel_conditions_bind (select, statement);
  while (satchel_statement_step (statement, &row, error)) {
    gint64 number;

    if (!row)
      return g_steal_pointer (&rows);
    number = satchel_statement_get_integer (statement, 0);
    g_array_append_val (rows, number);
  }
  return NULL;
}

static char *
dup_text (SatchelStore *store, const SatchelEntity *entity, const char *sql, gint64 row, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (store->database, sql, error);
  char *text = NULL;
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
  text = g_strdup (satchel_statement_get_text (statement, 0));
  satchel_statement_reset (statement);
  return text;
}

char *
satchel_texts_dup_id (SatchelStore *store, const SatchelEntity *entity, gint64 row, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM %s WHERE row = ?", satchel_sql_table (entity));

  return dup_text (store, entity, sql, row, error);
}

char *
satchel_texts_dup_stub (SatchelStore *store, const SatchelEntity *entity, gint64 row, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT json_array (id, %s) FROM %s WHERE row = ?",
                                          satchel_sql_column (entity->title), satchel_sql_table (entity));

  return dup_text (store, entity, sql, row, error);
}
