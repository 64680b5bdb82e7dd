/* Reading the server's tables.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/truth.h"

#include <string.h>

#include "protocol/predicate/predicate.h"
#include "protocol/wire/json.h"
#include "tests/simulation/read.h"

static void
row_free (gpointer data)
{
  SimRow *row = data;
  satchel_record_free (row->record);
  g_strfreev (row->cells);
  g_free (row);
}

void
sim_truth_free (SimTruth *truth)
{
  if (truth == NULL)
    return;
  g_hash_table_unref (truth->entities);
  g_hash_table_unref (truth->rows);
  g_hash_table_unref (truth->roles);
  g_hash_table_unref (truth->pins);
  satchel_registry_unref (truth->registry);
  g_free (truth->place);
  g_free (truth);
}

/* Column 0 is the id, 1 the s; each field has its value and the same quoted. */
static SimRow *
row_from (SimWorld *world, const SatchelEntity *entity, sqlite3_stmt *statement)
{
  SimRow *row = g_new0 (SimRow, 1);
  row->record = satchel_record_new (entity, (const char *)sqlite3_column_text (statement, 0));
  row->record->s = sqlite3_column_int64 (statement, 1);
  row->cells = g_new0 (char *, entity->n_fields + 1);
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    int column = 2 + 2 * (int)i;
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelValue) value = NULL;
    row->cells[i] = g_strdup ((const char *)sqlite3_column_text (statement, column + 1));
    if (sqlite3_column_type (statement, column) == SQLITE_NULL)
      continue;
    if (satchel_type_is_stored_integer (field->type))
      value = satchel_value_from_stored_integer (field, sqlite3_column_int64 (statement, column));
    else
      sim_check (world,
                 satchel_value_from_stored_text (field, (const char *)sqlite3_column_text (statement, column),
                                                 &value, &error),
                 error, "reading a value of the server");
    satchel_record_set (row->record, field, value);
  }
  return row;
}

static void
read_entity (SimWorld *world, SimTruth *truth, sqlite3 *db, const SatchelEntity *entity)
{
  GPtrArray *list = g_ptr_array_new ();
  GString *sql = g_string_new ("SELECT id, s");
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (sql, ", %s, quote(%s)", satchel_sql_column (entity->fields[i]),
                            satchel_sql_column (entity->fields[i]));
  g_string_append_printf (sql, " FROM %s ORDER BY id", satchel_sql_table (entity));
  sqlite3_stmt *statement = sim_prepare (world, db, sql->str);
  while (sqlite3_step (statement) == SQLITE_ROW) {
    SimRow *row = row_from (world, entity, statement);
    g_hash_table_insert (truth->rows, row->record->id, row);
    g_ptr_array_add (list, row);
  }
  sqlite3_finalize (statement);
  g_string_free (sql, TRUE);
  g_hash_table_insert (truth->entities, g_strdup (entity->name), list);
}

static void
read_roles (SimWorld *world, SimTruth *truth, sqlite3 *db)
{
  sqlite3_stmt *statement = sim_prepare (world, db, "SELECT user, role FROM grant_role ORDER BY user, role");
  while (sqlite3_step (statement) == SQLITE_ROW) {
    const char *user = (const char *)sqlite3_column_text (statement, 0);
    GPtrArray *roles = g_hash_table_lookup (truth->roles, user);
    if (roles == NULL) {
      roles = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (truth->roles, g_strdup (user), roles);
    }
    g_ptr_array_add (roles, g_strdup ((const char *)sqlite3_column_text (statement, 1)));
  }
  sqlite3_finalize (statement);
}

static void
read_pins (SimWorld *world, SimTruth *truth, sqlite3 *db)
{
  sqlite3_stmt *statement = sim_prepare (world, db, "SELECT device||' '||record FROM pin");
  while (sqlite3_step (statement) == SQLITE_ROW)
    g_hash_table_add (truth->pins, g_strdup ((const char *)sqlite3_column_text (statement, 0)));
  sqlite3_finalize (statement);
}

static SimTruth *
truth_read (SimWorld *world, sqlite3 *db)
{
  SimTruth *truth = g_new0 (SimTruth, 1);
  guint n;
  g_free (satchel_server_hello (world->server, NULL)); /* it loads definitions when it reads */
  truth->registry = satchel_registry_ref (satchel_server_get_registry (world->server));
  truth->rows = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, row_free);
  truth->entities =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  truth->roles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  truth->pins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const SatchelEntity *const *entities = satchel_registry_get_entities (truth->registry, &n);
  for (guint i = 0; i < n; i++)
    read_entity (world, truth, db, entities[i]);
  read_roles (world, truth, db);
  read_pins (world, truth, db);
  return truth;
}

const SimTruth *
sim_truth_get (SimWorld *world)
{
  sqlite3 *db = sim_server_handle (world);
  g_autofree char *place = sim_read_text (
      world, db, "SELECT epoch||'.'||s||'.'||rights||'.'||metadata||'.'||floor FROM clock", NULL);
  if (world->truth == NULL || !g_str_equal (world->truth->place, place)) {
    sim_truth_free (world->truth);
    world->truth = truth_read (world, db);
    world->truth->place = g_steal_pointer (&place);
  }
  return world->truth;
}

const SimRow *
sim_truth_find (const SimTruth *truth, const char *id)
{
  return g_hash_table_lookup (truth->rows, id);
}

SatchelRecord *
sim_truth_read_gone (SimWorld *world, const SatchelEntity *entity, const char *id)
{
  g_autofree char *text =
      sim_read_text (world, sim_server_handle (world),
                     "SELECT CAST (old AS TEXT) FROM change WHERE record = ?1 AND field = ''"
                     " AND old IS NOT NULL ORDER BY change DESC LIMIT 1",
                     id);
  g_autoptr (JsonNode) node = text != NULL ? satchel_json_parse (text, strlen (text), NULL) : NULL;
  SatchelRecord *record = node != NULL ? satchel_record_new (entity, id) : NULL;
  for (guint i = 0; record != NULL && i < entity->n_fields; i++) {
    JsonNode *member = json_object_get_member (json_node_get_object (node), entity->fields[i]->name);
    g_autoptr (SatchelValue) value = NULL;
    if (member != NULL && satchel_value_from_wire (entity->fields[i], member, &value, NULL))
      satchel_record_set (record, entity->fields[i], value);
  }
  return record;
}

const GPtrArray *
sim_truth_list (const SimTruth *truth, const char *entity)
{
  return g_hash_table_lookup (truth->entities, entity);
}

const char *
sim_row_text (const SimRow *row, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (row->record, field);
  return value != NULL ? satchel_value_get_string (value) : "";
}

const char *
sim_row_id (const SimRow *row, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (row->record, field);
  return value != NULL ? satchel_value_get_id (value) : "";
}

gboolean
sim_row_is (const SimRow *row, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (row->record, field);
  return value != NULL && satchel_value_get_boolean (value);
}
