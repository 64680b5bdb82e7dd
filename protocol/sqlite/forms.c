/* Name of a table → the texts that made it and its indexes, one behind the other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/forms.h"

struct _SatchelForms {
  SatchelDatabase *database;
  const char *schema;
  GHashTable *here, *there; /* name → GString, both owned */
};

static void
free_text (gpointer text)
{
  g_string_free (text, TRUE);
}

static GHashTable *
new_texts (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_text);
}

/* What SQLite makes by itself has no text. */
static void
note (GHashTable *texts, SatchelStatement *statement)
{
  const char *table = satchel_statement_get_text (statement, 0);
  const char *sql = satchel_statement_get_text (statement, 3);
  GString *text = g_hash_table_lookup (texts, table);

  if (text == NULL) {
    text = g_string_new (NULL);
    g_hash_table_insert (texts, g_strdup (table), text);
  }
  g_string_append_printf (text, "%s %s %s\n", satchel_statement_get_text (statement, 1),
                          satchel_statement_get_text (statement, 2), sql != NULL ? sql : "");
}

static gboolean
read_texts (SatchelDatabase *database, const char *schema, GHashTable *texts, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT tbl_name, type, name, sql FROM \"%s\".sqlite_schema"
                                          " WHERE type IN ('table', 'index') AND tbl_name IS NOT NULL"
                                          " ORDER BY tbl_name, type, name",
                                          schema);
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    note (texts, statement);
  }
  return FALSE;
}

SatchelForms *
satchel_forms_new (SatchelDatabase *database, const char *schema, GError **error)
{
  g_autoptr (SatchelForms) forms = g_new0 (SatchelForms, 1);

  forms->database = database;
  forms->schema = schema;
  forms->here = new_texts ();
  forms->there = new_texts ();
  if (!read_texts (database, "main", forms->here, error) ||
      !read_texts (database, schema, forms->there, error))
    return NULL;
  return g_steal_pointer (&forms);
}

void
satchel_forms_free (SatchelForms *forms)
{
  if (forms == NULL)
    return;
  g_hash_table_unref (forms->here);
  g_hash_table_unref (forms->there);
  g_free (forms);
}

gboolean
satchel_forms_is_there (SatchelForms *forms, const char *table)
{
  return g_hash_table_contains (forms->there, table);
}

gboolean
satchel_forms_are_alike (SatchelForms *forms, const char *table)
{
  const GString *here = g_hash_table_lookup (forms->here, table);
  const GString *there = g_hash_table_lookup (forms->there, table);

  return here != NULL && there != NULL && g_string_equal (here, there);
}

gboolean
satchel_forms_look_again (SatchelForms *forms, GError **error)
{
  g_hash_table_remove_all (forms->here);
  return read_texts (forms->database, "main", forms->here, error);
}
