/* Reading everything that there is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/upgrade/contents.h"

#include "protocol/sqlite/entity-table.h"

#include <string.h>

static void
add_record (GPtrArray *lines, const char *where, const SatchelRecord *record)
{
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    g_autofree char *text = satchel_value_to_text (field, record->values[i]);
    g_autofree char *escaped = g_strescape (text, NULL);

    if (*text != '\0')
      g_ptr_array_add (lines, g_strdup_printf ("%s %s %s %s=%s", where, record->entity->name, record->id,
                                               field->name, escaped));
  }
}

static void
add_entity (GPtrArray *lines, const char *where, SatchelDatabase *database, const SatchelEntity *entity)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sql =
      g_strdup_printf ("SELECT %s FROM \"e_%s\" r", satchel_entity_table_columns (entity), entity->name);
  SatchelStatement *statement = satchel_database_prepare (database, sql, &error);
  gboolean row;

  g_assert_no_error (error);
  while (satchel_statement_step (statement, &row, &error) && row) {
    g_autoptr (SatchelRecord) record = satchel_entity_table_get (statement, entity, 0, &error);

    g_assert_no_error (error);
    add_record (lines, where, record);
  }
  g_assert_no_error (error);
}

static void
add_database (GPtrArray *lines, const char *where, SatchelDatabase *database, SatchelRegistry *registry)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++)
    add_entity (lines, where, database, entities[i]);
}

void
contents_add_store (GPtrArray *lines, const char *dir, const SatchelClock *clock)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelServer) server = satchel_server_open (dir, satchel_registry_builtin (), clock, &error);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (SatchelDatabase) database = NULL;
  g_autofree char *file = satchel_store_file (dir);

  g_assert_no_error (error);
  problems = satchel_server_check (server, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_error ("the store: %s", (const char *)problems->pdata[i]);
  database = satchel_database_open (file, SATCHEL_DATABASE_READ_ONLY, &error);
  g_assert_no_error (error);
  add_database (lines, "store", database, satchel_server_get_registry (server));
}

char *
contents_replica_file (const char *dir)
{
  return g_build_filename (dir, CONTENTS_PROFILE, "replica.db", NULL);
}

static const char *const states[] = { [SATCHEL_SET_PENDING] = "pending",
                                      [SATCHEL_SET_SENT] = "sent",
                                      [SATCHEL_SET_RETAINED] = "retained",
                                      [SATCHEL_SET_PARKED] = "parked" };

void
contents_add_replica (GPtrArray *lines, const char *dir, const SatchelClock *clock)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSession) session =
      satchel_session_open (dir, CONTENTS_PROFILE, satchel_registry_builtin (), clock, &error);
  g_autoptr (GPtrArray) sets = NULL;

  g_assert_no_error (error);
  add_database (lines, "replica", satchel_replica_get_database (satchel_session_get_replica (session)),
                satchel_session_get_registry (session));
  sets = satchel_outbox_list (satchel_session_get_outbox (session), ~0u, -1, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < sets->len; i++) {
    const SatchelQueuedSet *queued = sets->pdata[i];

    g_ptr_array_add (lines, g_strdup_printf ("outbox %s %s", queued->set->uuid, states[queued->state]));
  }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char *
contents_to_text (GPtrArray *lines)
{
  GString *text = g_string_new (NULL);

  g_ptr_array_sort (lines, compare);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s\n", (const char *)lines->pdata[i]);
  return g_string_free (text, FALSE);
}
