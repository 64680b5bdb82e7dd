/* Lending rows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/resolve/source.h"

static gboolean
may_lend (SatchelResolveSource *source, const SatchelRecord *record)
{
  gboolean readable;

  return source->lend == SATCHEL_LEND_ALL || (satchel_resolve_ask (source->resolution, SATCHEL_PRIVILEGE_READ,
                                                                   record, &readable, &source->error) &&
                                              readable);
}

static const SatchelRecord *
find_cb (const char *entity_name, const char *id, gpointer data)
{
  SatchelResolveSource *source = data;
  SatchelStore *store = source->resolution->store;
  const SatchelEntity *entity = satchel_registry_find (store->registry, entity_name);
  SatchelRecord *record = NULL;

  if (entity == NULL || source->error != NULL ||
      !satchel_rows_read (store, entity, id, &record, &source->error) || record == NULL)
    return NULL;
  g_ptr_array_add (source->records, record);
  return may_lend (source, record) ? record : NULL;
}

static gboolean
each_cb (const SatchelReference *reference, const char *id,
         gboolean (*visit) (const SatchelRecord *record, gpointer visit_data), gpointer visit_data,
         gpointer data)
{
  SatchelResolveSource *source = data;
  gboolean stopped = FALSE;

  /* A lookup with several targets is stored with the entity's name, which the caller does not give: an id
   * names one record, so all are asked. Among parties the id alone is looked for. */
  const guint n_forms = reference->field->type == SATCHEL_TYPE_PARTIES ? 1 : reference->field->n_targets;

  for (guint i = 0; i < n_forms && !stopped && source->error == NULL; i++) {
    g_autoptr (GPtrArray) records = satchel_resolve_list_along (
        source->resolution, reference, reference->field->targets[i], id, &source->error);

    for (guint j = 0; records != NULL && j < records->len && !stopped; j++) {
      if (may_lend (source, records->pdata[j]))
        stopped = visit (records->pdata[j], visit_data);
    }
  }
  return stopped;
}

void
satchel_resolve_source_init (SatchelResolveSource *source, SatchelResolution *resolution, SatchelLend lend)
{
  *source = (SatchelResolveSource){
    .source = { .find = find_cb, .each = each_cb, .data = source },
    .resolution = resolution,
    .lend = lend,
    .records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free),
  };
}

void
satchel_resolve_source_clear (SatchelResolveSource *source)
{
  g_clear_pointer (&source->records, g_ptr_array_unref);
  g_clear_error (&source->error);
}

gboolean
satchel_resolve_source_finish (SatchelResolveSource *source, gboolean done, GError **error)
{
  if (source->error == NULL)
    return done;
  g_clear_error (error);
  g_propagate_error (error, g_steal_pointer (&source->error));
  return FALSE;
}
