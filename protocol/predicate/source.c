/* What a rule reads beside its own record.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/predicate/predicate.h"

static gboolean
take_copy (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, satchel_record_copy (record));
  return FALSE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const SatchelRecord *const *one = a, *const *other = b;
  return strcmp ((*one)->id, (*other)->id);
}

GPtrArray *
satchel_record_source_list (const SatchelRecordSource *source, SatchelRegistry *registry, const char *entity,
                            const char *field, const char *id)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  SatchelReference reference = { .entity = satchel_registry_find (registry, entity) };
  reference.field = reference.entity ? satchel_entity_find_field (reference.entity, field) : NULL;
  if (reference.field && source->each)
    source->each (&reference, id, take_copy, records, source->data);
  g_ptr_array_sort (records, compare_ids);
  return records;
}
