/* Guards, row by row or in bulk.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/guard.h"

#include "sync-server/store/members.h"
#include "sync-server/store/rows.h"
#include "sync-server/store/texts.h"

#define FEW           200
#define MOST_CHILDREN 100000 /* looked at for one record and "exists" */

gboolean
satchel_holding_reads (SatchelStore *store, const SatchelHolding *holding, gint64 row, gboolean *reads,
                       GError **error)
{
  *reads = holding->reads_all;
  for (guint i = 0; i < holding->readable->len && !*reads; i++) {
    if (!satchel_members_contain (store, g_array_index (holding->readable, gint64, i), row, reads, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- one by one ---- */

/* A source of records that shows what may be read. */
typedef struct {
  SatchelStore *store;
  const SatchelHoldings *holdings;
  SatchelRecord *lent; /* the last one found, or NULL */
  GError *error;       /* the first */
} Looking;

static gboolean
may_read (Looking *looking, const SatchelRecord *record)
{
  gboolean reads = FALSE;
  gint64 row;

  return looking->error == NULL &&
         satchel_rows_find (looking->store, record->entity, record->id, &row, &looking->error) &&
         satchel_holding_reads (looking->store, satchel_holdings_get (looking->holdings, record->entity), row,
                                &reads, &looking->error) &&
         reads;
}

static const SatchelRecord *
find_cb (const char *entity_name, const char *id, gpointer data)
{
  Looking *looking = data;
  const SatchelEntity *entity = satchel_registry_find (looking->store->registry, entity_name);

  g_clear_pointer (&looking->lent, satchel_record_free);
  if (looking->error != NULL || entity == NULL ||
      !satchel_rows_read (looking->store, entity, id, &looking->lent, &looking->error))
    return NULL;
  return looking->lent != NULL && may_read (looking, looking->lent) ? looking->lent : NULL;
}

static gboolean
each_cb (const SatchelReference *reference, const char *id,
         gboolean (*visit) (const SatchelRecord *record, gpointer visit_data), gpointer visit_data,
         gpointer data)
{
  Looking *looking = data;
  /* A lookup of several targets is found by the one that the evaluator stands on: ids are unique over all
   * entities. */
  g_autoptr (GPtrArray) records = NULL;

  for (guint i = 0; i < reference->field->n_targets && looking->error == NULL; i++) {
    g_clear_pointer (&records, g_ptr_array_unref);
    records = satchel_rows_list_referring (looking->store, reference, reference->field->targets[i], id,
                                           MOST_CHILDREN, &looking->error);
    for (guint j = 0; records != NULL && j < records->len; j++) {
      if (may_read (looking, records->pdata[j]) && visit (records->pdata[j], visit_data))
        return TRUE;
    }
  }
  return FALSE;
}

/* The record that the condition is about: for a satellite the one that it hangs on. */
static gboolean
read_subject (SatchelStore *store, const SatchelEntity *entity, const SatchelSource *source, gint64 row,
              SatchelRecord **subject, GError **error)
{
  g_autofree char *id = satchel_texts_dup_id (store, entity, row, error);
  g_autoptr (SatchelRecord) record = NULL;
  const SatchelValue *about;

  *subject = NULL;
  if (id == NULL || !satchel_rows_read (store, entity, id, &record, error))
    return FALSE;
  if (record == NULL || source->subject == entity) {
    *subject = g_steal_pointer (&record);
    return TRUE;
  }
  about = satchel_record_get_by_name (record, "record_id");
  return about == NULL ||
         satchel_rows_read (store, source->subject, satchel_value_get_string (about), subject, error);
}

static gboolean
holds (SatchelStore *store, const SatchelHoldings *holdings, const SatchelFilter *filter,
       const SatchelPredicateContext *context, const SatchelRecord *subject, gboolean *is, GError **error)
{
  Looking looking = { store, holdings, NULL, NULL };
  const SatchelRecordSource source = { find_cb, each_cb, &looking };

  *is = satchel_predicate_holds (filter->predicate, context, subject, &source);
  g_clear_pointer (&looking.lent, satchel_record_free);
  if (looking.error == NULL)
    return TRUE;
  g_propagate_error (error, looking.error);
  return FALSE;
}

static gboolean
retain_few (SatchelStore *store, const SatchelHoldings *holdings, const SatchelScope *scope,
            const SatchelEntity *entity, const SatchelSource *source, gint64 now_ms, GHashTable *rows,
            GError **error)
{
  const SatchelFilter *filter = satchel_scope_find_filter (scope, source->subject, source->guard);
  SatchelPredicateContext context = { .now_ms = satchel_filter_as_of (filter, now_ms), .zone = filter->zone };
  GHashTableIter iter;
  gpointer row;

  satchel_scope_fill_context (scope, &context);
  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &row, NULL)) {
    g_autoptr (SatchelRecord) subject = NULL;
    gboolean is = FALSE;

    if (!read_subject (store, entity, source, *(gint64 *)row, &subject, error) ||
        (subject != NULL && !holds (store, holdings, filter, &context, subject, &is, error)))
      return FALSE;
    if (!is)
      g_hash_table_iter_remove (&iter);
  }
  return TRUE;
}

/* ---- many ---- */

static gboolean
retain_many (SatchelStore *store, const SatchelHoldings *holdings, const SatchelScope *scope,
             const SatchelEntity *entity, const SatchelSource *source, gint64 now_ms, GHashTable *rows,
             GError **error)
{
  g_auto (SatchelConditions) select;
  g_autoptr (GArray) kept = NULL;
  g_autoptr (GHashTable) holding = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer row;

  satchel_conditions_init (&select);
  g_string_append_printf (select.sql,
                          "SELECT m.row FROM member m CROSS JOIN %s r ON r.row = m.row"
                          " WHERE m.bucket = %" G_GINT64_FORMAT " AND ",
                          satchel_sql_table (entity), source->bucket);
  if (!satchel_holdings_guard_sql (holdings, scope, entity, source, now_ms, "r", select.sql,
                                   select.parameters, error))
    return FALSE;
  kept = satchel_texts_select_rows (store, &select, error);
  if (kept == NULL)
    return FALSE;
  for (guint i = 0; i < kept->len; i++)
    g_hash_table_add (holding, &g_array_index (kept, gint64, i));
  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &row, NULL)) {
    if (!g_hash_table_contains (holding, row))
      g_hash_table_iter_remove (&iter);
  }
  return TRUE;
}

gboolean
satchel_guard_retain (SatchelStore *store, const SatchelHoldings *holdings, const SatchelScope *scope,
                      const SatchelEntity *entity, const SatchelSource *source, gint64 now_ms,
                      GHashTable *rows, GError **error)
{
  return (g_hash_table_size (rows) <= FEW ? retain_few : retain_many) (store, holdings, scope, entity, source,
                                                                       now_ms, rows, error);
}
