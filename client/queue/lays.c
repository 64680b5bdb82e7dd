/* The table of lays: what waiting and parked sets do to shown rows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/queue/queue.h"

#include <string.h>

#include "client/queue/queue-private.h"
#include "protocol/wire/json.h"

void
satchel_lay_free (SatchelLay *lay)
{
  g_free (lay->entity);
  g_free (lay->record);
  g_clear_pointer (&lay->values, json_object_unref);
  g_free (lay);
}

gboolean
satchel_queue_add_lay (SatchelDatabase *database, gint64 seq, SatchelChangeKind kind, const char *entity,
                       const char *record, JsonObject *values, GError **error)
{
  SatchelStatement *statement;
  g_autofree char *text = NULL;

  statement = satchel_database_prepare (
      database,
      "INSERT INTO lay (id, kind, entity, record, \"values\")"
      " VALUES ((SELECT coalesce(max(id), ?1 << 24) + 1 FROM lay WHERE id " SATCHEL_LAYS_OF (
          "?1") "), ?2, ?3, ?4, ?5)",
      error);
  if (statement == NULL)
    return FALSE;
  if (values != NULL) {
    g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), values);

    text = satchel_json_print (node);
  }
  satchel_statement_bind_integer (statement, 1, seq);
  satchel_statement_bind_integer (statement, 2, kind);
  satchel_statement_bind_text (statement, 3, entity);
  satchel_statement_bind_text (statement, 4, record);
  satchel_statement_bind_text (statement, 5, text);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_queue_remove_lays (SatchelDatabase *database, gint64 seq, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (database, "DELETE FROM lay WHERE id " SATCHEL_LAYS_OF ("?1"), error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, seq);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_queue_erase_lays (SatchelDatabase *database, const char *entity, const char *field, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (database,
                                "UPDATE lay SET \"values\" = json_remove (\"values\", '$.' || ?2)"
                                " WHERE entity = ?1 AND json_type (\"values\", '$.' || ?2) IS NOT NULL",
                                error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, entity);
  satchel_statement_bind_text (statement, 2, field);
  return satchel_statement_run (statement, error);
}

static SatchelLay *
read_lay (SatchelStatement *statement, GError **error)
{
  SatchelLay *lay = g_new0 (SatchelLay, 1);
  const char *values = satchel_statement_get_text (statement, 5);

  lay->seq = satchel_statement_get_integer (statement, 0);
  lay->state = (SatchelSetState)satchel_statement_get_integer (statement, 1);
  lay->kind = (SatchelChangeKind)satchel_statement_get_integer (statement, 2);
  lay->entity = g_strdup (satchel_statement_get_text (statement, 3));
  lay->record = g_strdup (satchel_statement_get_text (statement, 4));
  if (values != NULL) {
    g_autoptr (JsonNode) node = satchel_json_parse (values, strlen (values), error);

    if (node == NULL) {
      satchel_lay_free (lay);
      return NULL;
    }
    lay->values = json_object_ref (json_node_get_object (node));
  }
  return lay;
}

static GPtrArray *
collect_lays (SatchelStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) lays = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_lay_free);
  gboolean row;

  while (satchel_statement_step (statement, &row, error)) {
    SatchelLay *lay;

    if (!row)
      return g_steal_pointer (&lays);
    lay = read_lay (statement, error);
    if (lay == NULL) {
      satchel_statement_reset (statement);
      return NULL;
    }
    g_ptr_array_add (lays, lay);
  }
  return NULL;
}

#define LAY_COLUMNS "q.seq, q.state, l.kind, l.entity, l.record, l.\"values\""

GPtrArray *
satchel_queue_list_lays_on (SatchelDatabase *database, const char *entity, const char *record, guint states,
                            GError **error)
{
  SatchelStatement *statement;

  statement =
      satchel_database_prepare (database,
                                "SELECT " LAY_COLUMNS " FROM lay l JOIN set_queue q ON q.seq = l.id >> 24"
                                " WHERE l.record = ?1 AND l.entity = ?2 AND ?3 >> q.state & 1 ORDER BY l.id",
                                error);
  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, record);
  satchel_statement_bind_text (statement, 2, entity);
  satchel_statement_bind_integer (statement, 3, states);
  return collect_lays (statement, error);
}

GPtrArray *
satchel_queue_list_lays_of (SatchelDatabase *database, gint64 seq, GError **error)
{
  SatchelStatement *statement;

  statement = satchel_database_prepare (database,
                                        "SELECT " LAY_COLUMNS " FROM set_queue q JOIN lay l"
                                        " WHERE q.seq = ?1 AND l.id " SATCHEL_LAYS_OF ("?1") " ORDER BY l.id",
                                        error);
  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, seq);
  return collect_lays (statement, error);
}

gboolean
satchel_queue_visit_new_lays (SatchelDatabase *database, gint64 *after, SatchelRecordFunc lies, gpointer data,
                              GError **error)
{
  SatchelStatement *statement;
  gint64 last;
  gboolean row;

  statement = satchel_database_prepare (database, "SELECT max (seq) FROM set_queue", error);
  if (statement == NULL || !satchel_statement_take_integer (statement, 0, &last, error))
    return FALSE;
  statement = satchel_database_prepare (
      database, "SELECT DISTINCT entity, record FROM lay WHERE id >= (?1 + 1) << 24 AND id < (?2 + 1) << 24",
      error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, *after);
  satchel_statement_bind_integer (statement, 2, last);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row) {
      *after = last;
      return TRUE;
    }
    if (!lies (satchel_statement_get_text (statement, 0), satchel_statement_get_text (statement, 1), data,
               error)) {
      satchel_statement_reset (statement);
      return FALSE;
    }
  }
  return FALSE;
}
