/* Dependence between queued sets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/outbox/footprint.h"

#include <string.h>

void
satchel_footprint_init (SatchelFootprint *footprint)
{
  footprint->written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  footprint->created = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
satchel_footprint_clear (SatchelFootprint *footprint)
{
  g_clear_pointer (&footprint->written, g_hash_table_unref);
  g_clear_pointer (&footprint->created, g_hash_table_unref);
}

static void
add_lays (SatchelFootprint *footprint, GPtrArray *lays)
{
  for (guint i = 0; i < lays->len; i++) {
    const SatchelLay *lay = lays->pdata[i];
    JsonObjectIter iter;
    const char *field;

    if (lay->kind == SATCHEL_CHANGE_CREATE)
      g_hash_table_add (footprint->created, g_strdup (lay->record));
    if (lay->values == NULL)
      continue;
    json_object_iter_init (&iter, lay->values);
    while (json_object_iter_next (&iter, &field, NULL))
      g_hash_table_add (footprint->written, g_strdup_printf ("%s %s", lay->record, field));
  }
}

/* Ids are long enough for a search in the text: "id", "entity:id" and party lists alike. */
static gboolean
names_created (const SatchelFootprint *footprint, const char *text)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, footprint->created);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (strstr (text, id) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
change_depends (const SatchelFootprint *footprint, const SatchelChange *change)
{
  if (g_hash_table_contains (footprint->created, change->record))
    return TRUE;
  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];
    g_autofree char *key = g_strdup_printf ("%s %s", change->record, edit->field);
    const char *text = JSON_NODE_HOLDS_VALUE (edit->value) ? json_node_get_string (edit->value) : NULL;

    if (g_hash_table_contains (footprint->written, key) || (text != NULL && names_created (footprint, text)))
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_footprint_meets (const SatchelFootprint *footprint, const SatchelChangeSet *set)
{
  for (guint i = 0; i < set->changes->len; i++)
    if (change_depends (footprint, set->changes->pdata[i]))
      return TRUE;
  return FALSE;
}

gboolean
satchel_footprint_add (SatchelFootprint *footprint, SatchelDatabase *database, gint64 seq, GError **error)
{
  g_autoptr (GPtrArray) lays = satchel_queue_list_lays_of (database, seq, error);

  if (lays == NULL)
    return FALSE;
  add_lays (footprint, lays);
  return TRUE;
}
