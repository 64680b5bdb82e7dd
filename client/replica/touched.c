/* SQLite's update hook, which names table and row.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/touched.h"

#include <string.h>

#include "protocol/sqlite/entity-table.h"

typedef struct {
  const SatchelEntity *entity;
  GHashTable *rows; /* gint64* */
  GHashTable *ids;  /* char* */
  gboolean vague;   /* anything may be different */
} Group;

struct _SatchelTouched {
  SatchelReplica *replica;
  GHashTable *groups; /* entity name → Group */
  Group *last;        /* rows come in long runs of one table */
};

static void
group_free (gpointer data)
{
  Group *group = data;

  g_hash_table_unref (group->rows);
  g_hash_table_unref (group->ids);
  g_free (group);
}

/* NULL for what is no entity. */
static Group *
group_of (SatchelTouched *touched, const char *name)
{
  Group *group = touched->last;

  if (group != NULL && g_str_equal (group->entity->name, name))
    return group;
  group = g_hash_table_lookup (touched->groups, name);
  if (group == NULL) {
    const SatchelEntity *entity =
        satchel_registry_find (satchel_replica_get_registry (touched->replica), name);

    if (entity == NULL)
      return NULL;
    group = g_new0 (Group, 1);
    group->entity = entity;
    group->rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    group->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert (touched->groups, (gpointer)entity->name, group);
  }
  touched->last = group;
  return group;
}

static void
updated_cb (void *data, int operation, const char *schema, const char *table, sqlite3_int64 row)
{
  Group *group;

  if (!g_str_has_prefix (table, "e_") || (group = group_of (data, table + 2)) == NULL || group->vague)
    return;
  if (operation == SQLITE_DELETE || g_hash_table_size (group->rows) == SATCHEL_TOUCHED_MOST)
    group->vague = TRUE;
  else
    g_hash_table_add (group->rows, g_memdup2 (&row, sizeof row));
}

SatchelTouched *
satchel_touched_new (SatchelReplica *replica)
{
  SatchelTouched *touched = g_new0 (SatchelTouched, 1);

  touched->replica = replica;
  touched->groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, group_free);
  sqlite3_update_hook (satchel_database_get_handle (satchel_replica_get_database (replica)), updated_cb,
                       touched);
  return touched;
}

void
satchel_touched_free (SatchelTouched *touched)
{
  if (touched == NULL)
    return;
  sqlite3_update_hook (satchel_database_get_handle (satchel_replica_get_database (touched->replica)), NULL,
                       NULL);
  g_hash_table_unref (touched->groups);
  g_free (touched);
}

void
satchel_touched_add (SatchelTouched *touched, const char *entity, const char *id)
{
  Group *group = group_of (touched, entity);

  if (group == NULL)
    return;
  if (id == NULL || g_hash_table_size (group->ids) == SATCHEL_TOUCHED_MOST)
    group->vague = TRUE;
  else
    g_hash_table_add (group->ids, g_strdup (id));
}

/* FALSE when a row cannot be found any more: then it is gone. */
static gboolean
name_rows (SatchelTouched *touched, Group *group)
{
  SatchelDatabase *database = satchel_replica_get_database (touched->replica);
  g_autofree char *sql =
      g_strdup_printf ("SELECT id FROM %s WHERE row = ?", satchel_sql_table (group->entity));
  SatchelStatement *statement = satchel_database_prepare (database, sql, NULL);
  GHashTableIter iter;
  gpointer key;
  gboolean row = TRUE;

  g_hash_table_iter_init (&iter, group->rows);
  while (statement != NULL && row && g_hash_table_iter_next (&iter, &key, NULL)) {
    satchel_statement_bind_integer (statement, 1, *(gint64 *)key);
    if (!satchel_statement_step (statement, &row, NULL))
      return FALSE;
    if (row)
      g_hash_table_add (group->ids, g_strdup (satchel_statement_get_text (statement, 0)));
    satchel_statement_reset (statement);
  }
  return statement != NULL && row;
}

GHashTable *
satchel_touched_take (SatchelTouched *touched)
{
  GHashTable *taken;
  GHashTableIter iter;
  gpointer value;

  if (g_hash_table_size (touched->groups) == 0)
    return NULL;
  taken = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  g_hash_table_iter_init (&iter, touched->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Group *group = value;
    GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
    GHashTableIter names;
    gpointer id;

    if (!group->vague && name_rows (touched, group)) {
      g_hash_table_iter_init (&names, group->ids);
      while (g_hash_table_iter_next (&names, &id, NULL))
        g_ptr_array_add (ids, g_strdup (id));
    }
    g_hash_table_insert (taken, (gpointer)group->entity->name, ids);
  }
  touched->last = NULL;
  g_hash_table_remove_all (touched->groups);
  return taken;
}
