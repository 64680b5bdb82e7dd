/* The full-text index beside an entity's table, and what a typed search means to it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/entity-table.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/sqlite/tokenizer.h"
#include "protocol/sqlite/triggers.h"

static gboolean
is_searched (const SatchelField *field)
{
  return field->search == SATCHEL_SEARCH_TEXT;
}

static gboolean
has_search (const SatchelEntity *entity)
{
  return satchel_columns_are_any (entity, is_searched);
}

/* Prefix indexes serve the first keystrokes, whose matches are many; from the fourth on the terms themselves
 * are few. */
static char *
table_sql (const SatchelEntity *entity)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "CREATE VIRTUAL TABLE \"x_%s\" USING fts5(", entity->name);
  satchel_columns_append (sql, entity, is_searched, "");
  g_string_append_printf (sql, ", content='e_%s', content_rowid='row', tokenize='satchel', prefix='1 2')",
                          entity->name);
  return g_string_free (sql, FALSE);
}

static char *
insert_sql (const SatchelEntity *entity)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "INSERT INTO \"x_%s\" (rowid, ", entity->name);
  satchel_columns_append (sql, entity, is_searched, "");
  g_string_append (sql, ") VALUES (new.row, ");
  satchel_columns_append (sql, entity, is_searched, "new.");
  g_string_append (sql, "); ");
  return g_string_free (sql, FALSE);
}

/* An external-content index is told the old values when a row goes. */
static char *
remove_sql (const SatchelEntity *entity)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "INSERT INTO \"x_%s\" (\"x_%s\", rowid, ", entity->name, entity->name);
  satchel_columns_append (sql, entity, is_searched, "");
  g_string_append (sql, ") VALUES ('delete', old.row, ");
  satchel_columns_append (sql, entity, is_searched, "old.");
  g_string_append (sql, "); ");
  return g_string_free (sql, FALSE);
}

static char *
triggers_sql (const SatchelEntity *entity)
{
  g_autofree char *prefix = g_strdup_printf ("x_%s", entity->name);
  g_autofree char *insert = insert_sql (entity), *removal = remove_sql (entity);

  return satchel_triggers_dup_sql (entity, prefix, is_searched, insert, removal);
}

/* *is TRUE when the index is there and has just the columns that the metadata asks for. */
static gboolean
is_current (SatchelDatabase *database, const SatchelEntity *entity, gboolean *is, GError **error)
{
  g_autofree char *table = g_strdup_printf ("x_%s", entity->name);
  g_autofree char *wanted = table_sql (entity);
  SatchelStatement *statement;
  gboolean row;

  statement = satchel_database_prepare (
      database, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, table);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  *is = row && g_str_equal (satchel_statement_get_text (statement, 0), wanted);
  satchel_statement_reset (statement);
  return TRUE;
}

gboolean
satchel_entity_search_ensure (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  g_autofree char *table = NULL, *triggers = NULL, *any_row = NULL;
  SatchelStatement *statement;
  gint64 filled;
  gboolean current;

  if (!has_search (entity))
    return satchel_entity_search_drop (database, entity, error);
  if (!is_current (database, entity, &current, error))
    return FALSE;
  if (current)
    return TRUE;

  table = table_sql (entity);
  triggers = triggers_sql (entity);
  if (!satchel_entity_search_drop (database, entity, error) ||
      !satchel_database_execute (database, table, error) ||
      !satchel_database_execute (database, triggers, error))
    return FALSE;

  any_row = g_strdup_printf ("SELECT 1 FROM \"e_%s\" LIMIT 1", entity->name);
  statement = satchel_database_prepare (database, any_row, error);
  if (statement == NULL || !satchel_statement_take_integer (statement, 0, &filled, error))
    return FALSE;
  return filled == 0 || satchel_entity_search_rebuild (database, entity, error);
}

/* ---- taking over ---- */

static const char *const shadows[] = { "data", "idx", "docsize", "config" };

/* Whether FTS5 keeps the index of the attached database in tables of the same form. */
static gboolean
is_alike (SatchelForms *forms, const SatchelEntity *entity)
{
  g_autofree char *table = g_strdup_printf ("x_%s", entity->name);

  if (!satchel_forms_are_alike (forms, table))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (shadows); i++) {
    g_autofree char *shadow = g_strdup_printf ("x_%s_%s", entity->name, shadows[i]);

    if (!satchel_forms_are_alike (forms, shadow))
      return FALSE;
  }
  return TRUE;
}

static gboolean
are_sound (SatchelDatabase *database, const SatchelEntity *entity, const char *schema, gboolean *sound,
           GError **error)
{
  *sound = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (shadows) && *sound; i++) {
    g_autofree char *table = g_strdup_printf ("x_%s_%s", entity->name, shadows[i]);

    if (!satchel_table_is_sound (database, schema, table, sound, error))
      return FALSE;
  }
  return TRUE;
}

/* After "delete-all" FTS5 has nothing of the index in memory. */
static gboolean
copy_shadows (SatchelDatabase *database, const SatchelEntity *entity, const char *schema, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  gboolean copied;

  for (gsize i = 0; i < G_N_ELEMENTS (shadows); i++)
    g_string_append_printf (sql,
                            "DELETE FROM main.\"x_%s_%s\";"
                            "INSERT INTO main.\"x_%s_%s\" SELECT * FROM \"%s\".\"x_%s_%s\";",
                            entity->name, shadows[i], entity->name, shadows[i], schema, entity->name,
                            shadows[i]);
  sqlite3_db_config (satchel_database_get_handle (database), SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
  copied = satchel_database_execute (database, sql->str, error);
  sqlite3_db_config (satchel_database_get_handle (database), SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  return copied;
}

static gboolean
command (SatchelDatabase *database, const SatchelEntity *entity, const char *name, GError **error)
{
  g_autofree char *sql = NULL;

  if (!has_search (entity))
    return TRUE;
  sql = g_strdup_printf ("INSERT INTO \"x_%s\" (\"x_%s\") VALUES ('%s')", entity->name, entity->name, name);
  return satchel_database_execute (database, sql, error);
}

static gboolean
make_empty (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  g_autofree char *table = table_sql (entity), *triggers = triggers_sql (entity);

  return satchel_entity_search_drop (database, entity, error) &&
         satchel_database_execute (database, table, error) &&
         satchel_database_execute (database, triggers, error);
}

/* What stands in the index is FTS5's own business; whatever it says against it, the rows are here. */
static gboolean
take_index (SatchelDatabase *database, const SatchelEntity *entity, const char *schema, gboolean *taken,
            GError **error)
{
  if (!are_sound (database, entity, schema, taken, error))
    return FALSE;
  if (!*taken)
    return TRUE;
  if (!command (database, entity, "delete-all", error) || !copy_shadows (database, entity, schema, error))
    return FALSE;
  *taken = command (database, entity, "integrity-check", NULL);
  return TRUE;
}

gboolean
satchel_entity_search_adopt (SatchelDatabase *database, const SatchelEntity *entity, const char *schema,
                             SatchelForms *forms, GError **error)
{
  g_autofree char *triggers = NULL;
  gboolean taken = FALSE;

  if (!has_search (entity))
    return satchel_entity_search_drop (database, entity, error);
  if (is_alike (forms, entity) && !take_index (database, entity, schema, &taken, error))
    return FALSE;
  if (!taken)
    return make_empty (database, entity, error) && satchel_entity_search_rebuild (database, entity, error);
  triggers = triggers_sql (entity);
  return satchel_database_execute (database, triggers, error);
}

gboolean
satchel_entity_search_release (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  g_autofree char *prefix = g_strdup_printf ("x_%s", entity->name);

  return satchel_triggers_drop (database, prefix, error);
}

gboolean
satchel_entity_search_drop (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("DROP TABLE IF EXISTS main.\"x_%s\"", entity->name);

  return satchel_entity_search_release (database, entity, error) &&
         satchel_database_execute (database, sql, error);
}

gboolean
satchel_entity_search_rebuild (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  return command (database, entity, "rebuild", error);
}

gboolean
satchel_entity_search_purge (SatchelDatabase *database, const SatchelEntity *entity, GError **error)
{
  return command (database, entity, "optimize", error);
}

/* ---- what a person typed ---- */

typedef struct {
  GString *expression;
  gsize end; /* of the last token */
  const char *typed;
  gboolean open;      /* a phrase is under way */
  gboolean ideograph; /* its last token */
} Phrases;

/* A word may go on, so that its last letters typed are a prefix; an ideograph is whole. */
static void
close_phrase (Phrases *phrases)
{
  if (phrases->open)
    g_string_append (phrases->expression, phrases->ideograph ? "\"" : "\"*");
  phrases->open = FALSE;
}

static gboolean
has_space (const char *text, gsize start, gsize end)
{
  for (const char *at = text + start; at < text + end; at = g_utf8_next_char (at))
    if (g_unichar_isspace (g_utf8_get_char (at)))
      return TRUE;
  return FALSE;
}

static gboolean
token_cb (const char *token, gsize length, gsize start, gsize end, gboolean ideograph, gpointer data)
{
  Phrases *phrases = data;

  /* What stands together ("ana.pop@cluj", "北京Acme") must be found together. */
  if (phrases->open && has_space (phrases->typed, phrases->end, start))
    close_phrase (phrases);
  if (!phrases->open)
    g_string_append (phrases->expression, phrases->expression->len > 0 ? " AND \"" : "\"");
  else
    g_string_append_c (phrases->expression, ' ');
  g_string_append_len (phrases->expression, token, (gssize)length);
  phrases->open = TRUE;
  phrases->ideograph = ideograph;
  phrases->end = end;
  return TRUE;
}

char *
satchel_search_expression (const char *typed, const char *const *fields)
{
  g_autoptr (GString) expression = g_string_new (NULL);
  Phrases phrases = { .expression = expression, .typed = typed };
  GString *limited;

  if (!g_utf8_validate (typed, -1, NULL))
    return NULL;
  satchel_tokenize (typed, strlen (typed), token_cb, &phrases);
  close_phrase (&phrases);
  if (expression->len == 0)
    return NULL;
  if (fields == NULL)
    return g_strdup (expression->str);

  limited = g_string_new ("{");
  for (guint i = 0; fields[i] != NULL; i++)
    g_string_append_printf (limited, "%s\"f_%s\"", i > 0 ? " " : "", fields[i]);
  g_string_append_printf (limited, "} : (%s)", expression->str);
  return g_string_free (limited, FALSE);
}
