/* Each check asks SQLite for what must not be.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/check.h"

#include "client/replica/parties.h"
#include "protocol/error.h"

#define MAX_PROBLEMS 20 /* a damaged file has thousands; the first ones tell enough */

static gboolean
check_file (SatchelDatabase *database, GPtrArray *problems, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, "PRAGMA integrity_check (20)", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    if (g_strcmp0 (satchel_statement_get_text (statement, 0), "ok") != 0 && problems->len < MAX_PROBLEMS)
      g_ptr_array_add (problems, g_strdup (satchel_statement_get_text (statement, 0)));
  }
  return FALSE;
}

/* A server's row is kept aside only while a set that is not done lies on the record. */
static gboolean
check_kept_rows (SatchelDatabase *database, const SatchelEntity *entity, GPtrArray *problems, GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("SELECT count(*) FROM \"base_%s\" b WHERE NOT EXISTS (SELECT 1 FROM lay l"
                       " JOIN set_queue q ON q.seq = l.id >> 24 WHERE l.record = b.id AND l.entity = ?"
                       " AND q.state <> 2)",
                       entity->name);
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);
  gint64 count;

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity->name);
  if (!satchel_statement_take_integer (statement, 0, &count, error))
    return FALSE;
  if (count > 0)
    g_ptr_array_add (problems,
                     g_strdup_printf ("%s: %" G_GINT64_FORMAT " rows kept aside for no pending edit",
                                      entity->name, count));
  return TRUE;
}

/* The index has a word of every row, and of nothing else. */
static gboolean
check_search (SatchelDatabase *database, const SatchelEntity *entity, GPtrArray *problems, GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "INSERT INTO \"x_%s\" (\"x_%s\", rank) VALUES ('integrity-check', 1)", entity->name, entity->name);
  g_autoptr (GError) problem = NULL;
  gboolean any = FALSE;

  for (guint i = 0; i < entity->n_fields; i++)
    any |= entity->fields[i]->search == SATCHEL_SEARCH_TEXT;
  if (!any || satchel_database_execute (database, sql, &problem))
    return TRUE;
  if (satchel_error_code (problem) != SATCHEL_ERROR_CORRUPT) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  g_ptr_array_add (problems, g_strdup_printf ("%s: the search index does not fit the rows", entity->name));
  return TRUE;
}

static gboolean
check_parties (SatchelDatabase *database, const SatchelEntity *entity, GPtrArray *problems, GError **error)
{
  gboolean sound;

  if (!satchel_parties_check (database, entity, &sound, error))
    return FALSE;
  if (!sound)
    g_ptr_array_add (problems,
                     g_strdup_printf ("%s: the index of parties does not fit the rows", entity->name));
  return TRUE;
}

GPtrArray *
satchel_replica_check (SatchelReplica *replica, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_replica_get_registry (replica), &n_entities);

  if (!check_file (database, problems, error))
    return NULL;
  for (guint i = 0; i < n_entities; i++) {
    if (!check_kept_rows (database, entities[i], problems, error) ||
        !check_search (database, entities[i], problems, error) ||
        !check_parties (database, entities[i], problems, error))
      return NULL;
  }
  return g_steal_pointer (&problems);
}
