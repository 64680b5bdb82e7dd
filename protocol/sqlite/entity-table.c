/* Tables of entities: made, read and written by the field definitions. Texts of statements are built from the
 * registry's names, which the metadata reader has restricted to [a-z0-9_]; values are bound.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/entity-table.h"

#include "protocol/error.h"
#include "protocol/predicate/predicate.h"

/* Columns before the fields in SELECTs: row, id, s. */
#define N_FIXED_COLUMNS 3

/* Whether the table is searched by anything but id. */
static gboolean
is_full (const char *prefix)
{
  return g_str_equal (prefix, "e");
}

static gboolean
run (SatchelDatabase *database, GString *sql, GError **error)
{
  gboolean done = satchel_database_execute (database, sql->str, error);

  g_string_free (sql, TRUE);
  return done;
}

/* ---- making ---- */

static gboolean
read_columns (SatchelDatabase *database, const char *table, GHashTable *columns, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (database, "SELECT name FROM pragma_table_info(?, 'main')", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, table);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    g_hash_table_add (columns, g_strdup (satchel_statement_get_text (statement, 0)));
  }
  return FALSE;
}

static const char *
column_type (const SatchelField *field)
{
  return satchel_type_is_stored_integer (field->type) ? "INTEGER" : "TEXT";
}

static gboolean
create_table (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix, GError **error)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (
      sql, "CREATE TABLE \"%s_%s\" (row INTEGER PRIMARY KEY, id TEXT NOT NULL, s INTEGER NOT NULL", prefix,
      entity->name);
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (sql, ", %s %s", satchel_sql_column (entity->fields[i]),
                            column_type (entity->fields[i]));
  g_string_append (sql, ") STRICT");
  return run (database, sql, error);
}

static GPtrArray *
list_missing (const SatchelEntity *entity, GHashTable *columns)
{
  GPtrArray *missing = g_ptr_array_new ();

  for (guint i = 0; i < entity->n_fields; i++) {
    g_autofree char *name = g_strconcat ("f_", entity->fields[i]->name, NULL);

    if (!g_hash_table_contains (columns, name))
      g_ptr_array_add (missing, (gpointer)entity->fields[i]);
  }
  return missing;
}

static gboolean
add_missing_columns (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
                     GHashTable *columns, GError **error)
{
  g_autoptr (GPtrArray) missing = list_missing (entity, columns);

  for (guint i = 0; i < missing->len; i++) {
    const SatchelField *field = missing->pdata[i];
    GString *sql = g_string_new (NULL);

    g_string_append_printf (sql, "ALTER TABLE \"%s_%s\" ADD COLUMN %s %s", prefix, entity->name,
                            satchel_sql_column (field), column_type (field));
    if (!run (database, sql, error))
      return FALSE;
  }
  return TRUE;
}

typedef enum {
  INDEX_NONE,
  INDEX_FILLED, /* rows that have a value: all that a comparison can find */
  INDEX_ALL,    /* an order needs the empty ones too */
} Index;

/* Who wrote a record is hardly ever searched for, and would cost every row two more entries. */
static Index
index_of (const SatchelEntity *entity, const SatchelField *field)
{
  if (field == entity->title)
    return INDEX_ALL;
  if (field->search == SATCHEL_SEARCH_EXACT)
    return INDEX_FILLED;
  if (field->type != SATCHEL_TYPE_LOOKUP)
    return INDEX_NONE;
  return field->origin != SATCHEL_ORIGIN_SYSTEM || field == satchel_entity_unit_field (entity) ? INDEX_FILLED
                                                                                               : INDEX_NONE;
}

static void
append_index (GString *sql, const SatchelEntity *entity, const SatchelField *field)
{
  const char *column = satchel_sql_column (field);
  Index index = index_of (entity, field);

  if (index == INDEX_NONE)
    return;
  g_string_append_printf (sql, "CREATE INDEX IF NOT EXISTS \"e_%s:f_%s\" ON \"e_%s\" (%s)", entity->name,
                          field->name, entity->name, column);
  if (index == INDEX_FILLED)
    g_string_append_printf (sql, " WHERE %s IS NOT NULL", column);
  g_string_append_c (sql, ';');
}

static gboolean
create_indexes (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix, GError **error)
{
  GString *sql = g_string_new (NULL);
  const char *name = entity->name;

  g_string_append_printf (sql, "CREATE UNIQUE INDEX IF NOT EXISTS \"%s_%s:id\" ON \"%s_%s\" (id);", prefix,
                          name, prefix, name);
  if (is_full (prefix)) {
    g_string_append_printf (sql, "CREATE INDEX IF NOT EXISTS \"e_%s:s\" ON \"e_%s\" (s);", name, name);
    for (guint i = 0; i < entity->n_fields; i++)
      append_index (sql, entity, entity->fields[i]);
  }
  return run (database, sql, error);
}

gboolean
satchel_entity_table_ensure (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
                             GError **error)
{
  g_autofree char *table = g_strdup_printf ("%s_%s", prefix, entity->name);
  g_autoptr (GHashTable) columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!read_columns (database, table, columns, error))
    return FALSE;
  if (g_hash_table_size (columns) == 0) {
    if (!create_table (database, entity, prefix, error))
      return FALSE;
  } else if (!add_missing_columns (database, entity, prefix, columns, error)) {
    return FALSE;
  }
  return create_indexes (database, entity, prefix, error);
}

GPtrArray *
satchel_entity_table_list_missing (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
                                   GError **error)
{
  g_autofree char *table = g_strdup_printf ("%s_%s", prefix, entity->name);
  g_autoptr (GHashTable) columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!read_columns (database, table, columns, error))
    return NULL;
  return g_hash_table_size (columns) > 0 ? list_missing (entity, columns) : g_ptr_array_new ();
}

gboolean
satchel_entity_table_fill (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
                           const SatchelField *field, const SatchelValue *value, GError **error)
{
  const char *column = satchel_sql_column (field);
  g_autofree char *sql =
      g_strdup_printf ("UPDATE \"%s_%s\" SET %s = ? WHERE %s IS NULL", prefix, entity->name, column, column);
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_value (statement, 1, field, value);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_entity_table_drop_indexes (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  GString *sql = g_string_new (NULL);
  const char *name = entity->name;

  g_string_append_printf (sql, "DROP INDEX IF EXISTS \"e_%s:id\"; DROP INDEX IF EXISTS \"e_%s:s\";", name,
                          name);
  for (guint i = 0; i < entity->n_fields; i++)
    if (index_of (entity, entity->fields[i]) != INDEX_NONE)
      g_string_append_printf (sql, "DROP INDEX IF EXISTS \"e_%s:f_%s\";", name, entity->fields[i]->name);
  return run (database, sql, error);
}

/* ---- taking over ---- */

/* Copying would follow the pages of a damaged table wherever they lead, in a circle, too; and records are not
 * looked at. */
gboolean
satchel_table_is_sound (SatchelDatabase *database, const char *schema, const char *table, gboolean *sound,
                        GError **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA \"%s\".quick_check (\"%s\")", schema, table);
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);
  gboolean row;

  if (statement == NULL || !satchel_statement_step (statement, &row, error))
    return FALSE;
  *sound = row && g_strcmp0 (satchel_statement_get_text (statement, 0), "ok") == 0;
  satchel_statement_reset (statement);
  return TRUE;
}

gboolean
satchel_entity_table_has_rows (SatchelDatabase *database, const SatchelEntity *entity, const char *schema,
                               gboolean *any, GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("SELECT EXISTS (SELECT 1 FROM \"%s\".\"e_%s\")", schema, entity->name);
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);
  gint64 found;

  if (statement == NULL || !satchel_statement_take_integer (statement, 0, &found, error))
    return FALSE;
  *any = found != 0;
  return TRUE;
}

/* The rows are copied as SQLite's records only between tables of one form; and nothing but that form may come
 * in. A table to which columns were added has a text of its own, and is made anew. */
static gboolean
make_alike (SatchelForms *forms, SatchelDatabase *database, const SatchelEntity *entity, const char *table,
            GError **error)
{
  g_autofree char *drop = g_strdup_printf ("DROP TABLE IF EXISTS main.\"%s\"", table);

  if (satchel_forms_are_alike (forms, table))
    return TRUE;
  if (!satchel_database_execute (database, drop, error) ||
      !satchel_entity_table_ensure (database, entity, "e", error) || !satchel_forms_look_again (forms, error))
    return FALSE;
  if (satchel_forms_are_alike (forms, table))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the table of %s has another form", entity->name);
  return FALSE;
}

gboolean
satchel_entity_table_match (SatchelDatabase *database, const SatchelEntity *entity, const char *schema,
                            SatchelForms *forms, GError **error)
{
  g_autofree char *table = g_strdup_printf ("e_%s", entity->name);
  gboolean sound;

  if (!make_alike (forms, database, entity, table, error) ||
      !satchel_table_is_sound (database, schema, table, &sound, error))
    return FALSE;
  if (sound)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the table of %s is damaged", entity->name);
  return FALSE;
}

gboolean
satchel_entity_table_adopt (SatchelDatabase *database, const SatchelEntity *entity, const char *schema, GError **error)
{
  g_autofree char *copy = g_strdup_printf ("INSERT INTO main.\"e_%s\" SELECT * FROM \"%s\".\"e_%s\"",
                                           entity->name, schema, entity->name);

  return satchel_database_execute (database, copy, error);
}

/* ---- reading ---- */

const char *
satchel_entity_table_columns (const SatchelEntity *entity)
{
  g_autoptr (GString) sql = g_string_new ("r.row, r.id, r.s");

  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (sql, ", r.%s", satchel_sql_column (entity->fields[i]));
  return g_intern_string (sql->str);
}

SatchelRecord *
satchel_entity_table_get (SatchelStatement *statement, const SatchelEntity *entity, int first_column,
                          GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;

  record = satchel_record_new (entity, satchel_statement_get_text (statement, first_column + 1));
  record->s = satchel_statement_get_integer (statement, first_column + 2);
  for (guint i = 0; i < entity->n_fields; i++)
    if (!satchel_statement_get_value (statement, first_column + N_FIXED_COLUMNS + (int)i, entity->fields[i],
                                      &record->values[i], error))
      return NULL;
  return g_steal_pointer (&record);
}

/* Purposes of texts that are kept. */
static const char read_row[] = "read", read_base_row[] = "read base";

gboolean
satchel_entity_table_read (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
                           const char *id, SatchelRecord **record, GError **error)
{
  const char *purpose = is_full (prefix) ? read_row : read_base_row;
  const char *sql = satchel_database_find_text (database, entity, purpose);
  SatchelStatement *statement;
  gboolean row;

  if (sql == NULL)
    sql = satchel_database_keep_text (database, entity, purpose,
                                      g_strdup_printf ("SELECT %s FROM \"%s_%s\" r WHERE r.id = ?",
                                                       satchel_entity_table_columns (entity), prefix,
                                                       entity->name));
  statement = satchel_database_prepare (database, sql, error);
  *record = NULL;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  *record = satchel_entity_table_get (statement, entity, 0, error);
  satchel_statement_reset (statement);
  return *record != NULL;
}

/* ---- writing ---- */

static char *
write_sql (const SatchelEntity *entity, const char *prefix, gboolean returning)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "INSERT INTO \"%s_%s\" (id, s", prefix, entity->name);
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (sql, ", %s", satchel_sql_column (entity->fields[i]));
  g_string_append (sql, ") VALUES (?, ?");
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append (sql, ", ?");
  g_string_append (sql, ") ON CONFLICT (id) DO UPDATE SET s = excluded.s");
  for (guint i = 0; i < entity->n_fields; i++) {
    const char *column = satchel_sql_column (entity->fields[i]);

    g_string_append_printf (sql, ", %s = excluded.%s", column, column);
  }
  if (returning)
    g_string_append (sql, " RETURNING row");
  return g_string_free (sql, FALSE);
}

gboolean
satchel_entity_table_write (SatchelDatabase *database, const SatchelRecord *record, const char *prefix,
                            gint64 *row, GError **error)
{
  const SatchelEntity *entity = record->entity;
  g_autofree char *sql = write_sql (entity, prefix, row != NULL);
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, record->id);
  satchel_statement_bind_integer (statement, 2, record->s);
  for (guint i = 0; i < entity->n_fields; i++)
    satchel_statement_bind_value (statement, 3 + (int)i, entity->fields[i], record->values[i]);
  if (row == NULL)
    return satchel_statement_run (statement, error);
  return satchel_statement_take_integer (statement, 0, row, error);
}

gboolean
satchel_entity_table_update (SatchelDatabase *database, const SatchelRecord *before,
                             const SatchelRecord *after, const char *prefix, GError **error)
{
  const SatchelEntity *entity = after->entity;
  g_autoptr (GString) sql = g_string_new (NULL);
  const char *separator = "";
  SatchelStatement *statement;
  int parameter = 1;

  /* Naming a column would touch its index even where the value stays. */
  g_string_append_printf (sql, "UPDATE \"%s_%s\" SET ", prefix, entity->name);
  if (before->s != after->s) {
    g_string_append (sql, "s = ?");
    separator = ", ";
  }
  for (guint i = 0; i < entity->n_fields; i++)
    if (!satchel_value_equal (before->values[i], after->values[i])) {
      g_string_append_printf (sql, "%s%s = ?", separator, satchel_sql_column (entity->fields[i]));
      separator = ", ";
    }
  if (*separator == '\0')
    return TRUE;
  g_string_append (sql, " WHERE id = ?");

  statement = satchel_database_prepare (database, sql->str, error);
  if (statement == NULL)
    return FALSE;
  if (before->s != after->s)
    satchel_statement_bind_integer (statement, parameter++, after->s);
  for (guint i = 0; i < entity->n_fields; i++)
    if (!satchel_value_equal (before->values[i], after->values[i]))
      satchel_statement_bind_value (statement, parameter++, entity->fields[i], after->values[i]);
  satchel_statement_bind_text (statement, parameter, after->id);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_entity_table_delete (SatchelDatabase *database, const SatchelEntity *entity, const char *prefix,
                             const char *id, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("DELETE FROM \"%s_%s\" WHERE id = ?", prefix, entity->name);
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  return satchel_statement_run (statement, error);
}
