/* Three stores of the same records.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/protocol/predicate-world.h"

#include <string.h>

#include "protocol/id.h"
#include "protocol/sqlite/entity-table.h"
#include "tests/lib/fixture.h"
#include "tests/lib/postgres.h"

struct _World {
  SatchelRegistry *registry;
  GPtrArray *records;
  GHashTable *by_id;
  GHashTable *names; /* id → name */
  SatchelRecord
      *lent; /* the record that find() gave last: gone with the next question, as the contract allows */
  char *dir;
  SatchelDatabase *sqlite;
  FixturePostgres *postgres;
  PGconn *connection;
};

World *
world_new_local (void)
{
  g_autoptr (GError) error = NULL;
  World *world = g_new0 (World, 1);

  world->registry = satchel_registry_load_dir (FIXTURES "/predicate", &error);
  g_assert_no_error (error);
  world->records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  world->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  world->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  world->dir = fixture_dir_new ();
  g_autofree char *path = g_build_filename (world->dir, "world.db", NULL);
  world->sqlite = satchel_database_open (path, SATCHEL_DATABASE_READ_WRITE, &error);
  g_assert_no_error (error);
  return world;
}

World *
world_new (void)
{
  World *world = world_new_local ();
  const char *reason = NULL;

  world->postgres = fixture_postgres_start (&reason);
  if (world->postgres != NULL)
    world->connection = fixture_postgres_connect (world->postgres);
  else
    g_test_message ("without PostgreSQL: %s", reason);
  return world;
}

void
world_free (World *world)
{
  g_clear_pointer (&world->connection, PQfinish);
  fixture_postgres_stop (world->postgres);
  satchel_database_close (world->sqlite);
  fixture_dir_remove (world->dir);
  g_clear_pointer (&world->lent, satchel_record_free);
  g_hash_table_unref (world->names);
  g_hash_table_unref (world->by_id);
  g_ptr_array_unref (world->records);
  satchel_registry_unref (world->registry);
  g_free (world);
}

gboolean
world_has (World *world, Engine engine)
{
  return engine != ENGINE_POSTGRES || world->connection != NULL;
}

SatchelRegistry *
world_registry (World *world)
{
  return world->registry;
}

const char *
engine_name (Engine engine)
{
  static const char *const names[N_ENGINES] = { "memory", "SQLite", "SQLite by rows", "PostgreSQL" };
  return names[engine];
}

static gboolean
replace_name (const GMatchInfo *match, GString *result, gpointer data)
{
  g_autofree char *name = g_match_info_fetch (match, 1);
  g_autofree char *id = satchel_id_for_name (name);
  g_string_append (result, id);
  return FALSE;
}

char *
world_expand (World *world, const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("\\$([a-z][a-z0-9]*)", 0, 0, NULL);
  return g_regex_replace_eval (regex, text, -1, 0, 0, replace_name, NULL, NULL);
}

void
world_take (World *world, SatchelRecord *record)
{
  g_ptr_array_add (world->records, record);
  g_hash_table_insert (world->by_id, record->id, record);
}

void
world_add (World *world, const char *entity, const char *name, const char *fields)
{
  g_autofree char *id = satchel_id_for_name (name);
  SatchelRecord *record = satchel_record_new (satchel_registry_find (world->registry, entity), id);
  g_auto (GStrv) pairs = g_strsplit (fields, "|", -1);

  for (guint i = 0; pairs[i] != NULL; i++) {
    char *equals = strchr (pairs[i], '=');
    g_assert_nonnull (equals);
    *equals = '\0';
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelValue) value = NULL;
    g_autofree char *text = world_expand (world, equals + 1);
    const SatchelField *field = satchel_entity_find_field (record->entity, pairs[i]);
    g_assert_nonnull (field);
    g_assert_true (satchel_value_from_text (field, text, &value, &error));
    satchel_record_set (record, field, value);
  }
  g_hash_table_insert (world->names, g_strdup (id), g_strdup (name));
  world_take (world, record);
}

/* ---- PostgreSQL ---- */

static PGresult *
ask_postgres (World *world, const char *sql, guint n_parameters, const char *const *parameters)
{
  PGresult *result =
      PQexecParams (world->connection, sql, (int)n_parameters, NULL, parameters, NULL, NULL, 0);
  if (PQresultStatus (result) != PGRES_COMMAND_OK && PQresultStatus (result) != PGRES_TUPLES_OK)
    g_error ("%s\n%s", PQresultErrorMessage (result), sql);
  return result;
}

static void
create_postgres_table (World *world, const SatchelEntity *entity)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  g_string_append_printf (sql, "CREATE TABLE %s (id text PRIMARY KEY", satchel_sql_table (entity));
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (sql, ", %s %s", satchel_sql_column (entity->fields[i]),
                            satchel_type_is_stored_integer (entity->fields[i]->type) ? "bigint" : "text");
  g_string_append (sql, ")");
  PQclear (ask_postgres (world, sql->str, 0, NULL));
}

static void
insert_into_postgres (World *world, const SatchelRecord *record)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autoptr (GPtrArray) parameters = g_ptr_array_new_with_free_func (g_free);

  g_string_append_printf (sql, "INSERT INTO %s VALUES ($1", satchel_sql_table (record->entity));
  g_ptr_array_add (parameters, g_strdup (record->id));
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    const SatchelValue *value = record->values[i];
    g_string_append_printf (sql, ", $%u", i + 2);
    if (value == NULL)
      g_ptr_array_add (parameters, NULL);
    else if (satchel_type_is_stored_integer (field->type))
      g_ptr_array_add (parameters,
                       g_strdup_printf ("%" G_GINT64_FORMAT, satchel_value_to_stored_integer (field, value)));
    else
      g_ptr_array_add (parameters, satchel_value_to_stored_text (field, value));
  }
  g_string_append (sql, ")");
  PQclear (ask_postgres (world, sql->str, parameters->len, (const char *const *)parameters->pdata));
}

void
world_load (World *world)
{
  g_autoptr (GError) error = NULL;
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (world->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    gboolean made = satchel_entity_table_ensure (world->sqlite, entities[i], "e", &error);
    g_assert_no_error (error);
    g_assert_true (made);
    if (world->connection != NULL)
      create_postgres_table (world, entities[i]);
  }
  for (guint i = 0; i < world->records->len; i++) {
    const SatchelRecord *record = g_ptr_array_index (world->records, i);
    gboolean written = satchel_entity_table_write (world->sqlite, record, "e", NULL, &error);
    g_assert_no_error (error);
    g_assert_true (written);
    if (world->connection != NULL)
      insert_into_postgres (world, record);
  }
}

/* ---- asking ---- */

static const SatchelRecord *
lend (World *world, const SatchelRecord *record)
{
  SatchelRecord *copy = record == NULL ? NULL : satchel_record_copy (record);
  g_clear_pointer (&world->lent, satchel_record_free);
  world->lent = copy;
  return world->lent;
}

static const SatchelRecord *
find_cb (const char *entity, const char *id, gpointer data)
{
  World *world = data;
  const SatchelRecord *record = g_hash_table_lookup (world->by_id, id);
  return lend (world, record != NULL && g_str_equal (record->entity->name, entity) ? record : NULL);
}

static gboolean
each_cb (const SatchelReference *reference, const char *id,
         gboolean (*visit) (const SatchelRecord *record, gpointer visit_data), gpointer visit_data,
         gpointer data)
{
  World *world = data;
  g_autofree char *wanted = g_strdup (id);

  for (guint i = 0; i < world->records->len; i++) {
    const SatchelRecord *record = g_ptr_array_index (world->records, i);
    const SatchelValue *lookup =
        record->entity == reference->entity ? satchel_record_get (record, reference->field) : NULL;
    if (lookup != NULL && g_str_equal (satchel_value_get_id (lookup), wanted) &&
        visit (lend (world, record), visit_data))
      return TRUE;
  }
  return FALSE;
}

static void
select_from_memory (World *world, SatchelPredicate *predicate, const SatchelPredicateContext *context,
                    GPtrArray *ids)
{
  const SatchelRecordSource source = { find_cb, each_cb, world };

  for (guint i = 0; i < world->records->len; i++) {
    const SatchelRecord *record = g_ptr_array_index (world->records, i);
    if (record->entity == satchel_predicate_get_entity (predicate) &&
        satchel_predicate_holds (predicate, context, record, &source))
      g_ptr_array_add (ids, g_strdup (record->id));
  }
}

static void
select_from_sqlite (World *world, Engine engine, SatchelPredicate *predicate,
                    const SatchelPredicateContext *context, GPtrArray *ids)
{
  g_autoptr (GError) error = NULL;
  g_auto (SatchelSqlCondition) condition = { 0 };
  if (engine == ENGINE_ROWS)
    satchel_predicate_to_row_sql (predicate, context, SATCHEL_SQL_SQLITE, 1, NULL, NULL, &condition);
  else
    satchel_predicate_to_sql (predicate, context, SATCHEL_SQL_SQLITE, 1, &condition);
  g_autofree char *sql =
      g_strdup_printf ("SELECT id FROM %s AS r WHERE %s",
                       satchel_sql_table (satchel_predicate_get_entity (predicate)), condition.sql);
  SatchelStatement *statement = satchel_database_prepare (world->sqlite, sql, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < condition.parameters->len; i++) {
    const SatchelSqlParameter *parameter = &g_array_index (condition.parameters, SatchelSqlParameter, i);
    if (parameter->text != NULL)
      satchel_statement_bind_text (statement, (int)i + 1, parameter->text);
    else
      satchel_statement_bind_integer (statement, (int)i + 1, parameter->integer);
  }
  for (gboolean row = TRUE; row;) {
    gboolean stepped = satchel_statement_step (statement, &row, &error);
    g_assert_no_error (error);
    g_assert_true (stepped);
    if (row)
      g_ptr_array_add (ids, g_strdup (satchel_statement_get_text (statement, 0)));
  }
}

static void
select_from_postgres (World *world, SatchelPredicate *predicate, const SatchelPredicateContext *context,
                      GPtrArray *ids)
{
  g_autoptr (GPtrArray) parameters = g_ptr_array_new_with_free_func (g_free);
  g_auto (SatchelSqlCondition) condition = { 0 };
  /* A parameter of the caller's comes first, as in a query that limits rows to what the user may read. */
  satchel_predicate_to_sql (predicate, context, SATCHEL_SQL_POSTGRES, 2, &condition);
  g_autofree char *sql =
      g_strdup_printf ("SELECT id FROM %s AS r WHERE $1::bigint = 1 AND %s",
                       satchel_sql_table (satchel_predicate_get_entity (predicate)), condition.sql);

  g_ptr_array_add (parameters, g_strdup ("1"));
  for (guint i = 0; i < condition.parameters->len; i++) {
    const SatchelSqlParameter *parameter = &g_array_index (condition.parameters, SatchelSqlParameter, i);
    g_ptr_array_add (parameters, parameter->text != NULL
                                     ? g_strdup (parameter->text)
                                     : g_strdup_printf ("%" G_GINT64_FORMAT, parameter->integer));
  }
  PGresult *result = ask_postgres (world, sql, parameters->len, (const char *const *)parameters->pdata);
  for (int i = 0; i < PQntuples (result); i++)
    g_ptr_array_add (ids, g_strdup (PQgetvalue (result, i, 0)));
  PQclear (result);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char *
world_select (World *world, Engine engine, SatchelPredicate *predicate,
              const SatchelPredicateContext *context)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  if (engine == ENGINE_MEMORY)
    select_from_memory (world, predicate, context, ids);
  else if (engine == ENGINE_SQLITE || engine == ENGINE_ROWS)
    select_from_sqlite (world, engine, predicate, context, ids);
  else
    select_from_postgres (world, predicate, context, ids);

  for (guint i = 0; i < ids->len; i++) {
    const char *name = g_hash_table_lookup (world->names, g_ptr_array_index (ids, i));
    if (name == NULL)
      continue;
    g_free (g_ptr_array_index (ids, i));
    g_ptr_array_index (ids, i) = g_strdup (name);
  }
  g_ptr_array_sort (ids, compare_names);
  g_ptr_array_add (ids, NULL);
  return g_strjoinv (" ", (char **)ids->pdata);
}

char *
world_fold (World *world, Engine engine, const char *text)
{
  if (engine == ENGINE_MEMORY)
    return satchel_fold (text);
  if (engine == ENGINE_POSTGRES) {
    PGresult *result = ask_postgres (world, "SELECT lower($1::text COLLATE \"C.utf8\")", 1, &text);
    char *folded = g_strdup (PQgetvalue (result, 0, 0));
    PQclear (result);
    return folded;
  }

  g_autoptr (GError) error = NULL;
  gboolean row = FALSE;
  SatchelStatement *statement = satchel_database_prepare (world->sqlite, "SELECT satchel_fold(?)", &error);
  g_assert_no_error (error);
  satchel_statement_bind_text (statement, 1, text);
  g_assert_true (satchel_statement_step (statement, &row, &error) && row);
  char *folded = g_strdup (satchel_statement_get_text (statement, 0));
  satchel_statement_reset (statement);
  return folded;
}
