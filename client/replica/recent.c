/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/recent.h"

#include "protocol/sqlite/entity-table.h"

GPtrArray *
satchel_replica_list_recent (SatchelReplica *replica, const SatchelEntity *entity, gint64 s, guint limit,
                             GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s r WHERE r.s > ? ORDER BY r.s DESC LIMIT ?",
                                          satchel_entity_table_columns (entity), satchel_sql_table (entity));
  SatchelStatement *statement = satchel_database_prepare (satchel_replica_get_database (replica), sql, error);

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, s);
  satchel_statement_bind_integer (statement, 2, limit);
  for (;;) {
    SatchelRecord *record;
    gboolean there;

    if (!satchel_statement_step (statement, &there, error))
      return NULL;
    if (!there)
      return g_steal_pointer (&records);
    record = satchel_entity_table_get (statement, entity, 0, error);
    if (record == NULL) {
      satchel_statement_reset (statement);
      return NULL;
    }
    g_ptr_array_add (records, record);
  }
}
