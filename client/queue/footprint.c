/* Dependence between queued sets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/queue/footprint.h"

#include <string.h>

#include "protocol/id.h"

#define ID_HYPHEN 8 /* place of an id's first hyphen */

void
satchel_footprint_init (SatchelFootprint *footprint)
{
  footprint->written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  footprint->created = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  footprint->named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
satchel_footprint_clear (SatchelFootprint *footprint)
{
  g_clear_pointer (&footprint->written, g_hash_table_unref);
  g_clear_pointer (&footprint->created, g_hash_table_unref);
  g_clear_pointer (&footprint->named, g_hash_table_unref);
}

/* Ids stand in values as "id", "entity:id" and in lists of parties: wherever 36 characters around a first
 * hyphen are one. Copies the next one to @id and moves *text behind its hyphen; FALSE: there is no more.
 * @start is where the whole value begins. */
static gboolean
next_id (const char *start, const char **text, char id[SATCHEL_ID_LENGTH + 1])
{
  const char *hyphen;

  id[SATCHEL_ID_LENGTH] = '\0';
  while ((hyphen = strchr (*text, '-')) != NULL) {
    const char *at = hyphen - ID_HYPHEN;

    *text = hyphen + 1;
    /* No more of the text than an id is looked at: a stranger's letter may be long, and nothing but hyphens.
     */
    if (hyphen - start < ID_HYPHEN || strnlen (at, SATCHEL_ID_LENGTH) < SATCHEL_ID_LENGTH)
      continue;
    memcpy (id, at, SATCHEL_ID_LENGTH);
    if (satchel_id_is_valid (id))
      return TRUE;
  }
  return FALSE;
}

/* Takes @key. */
static void
add_key (GHashTable *keys, char *key, gconstpointer owner)
{
  if (g_hash_table_contains (keys, key))
    g_free (key);
  else
    g_hash_table_insert (keys, key, (gpointer)owner);
}

static void
add_named (SatchelFootprint *footprint, JsonNode *value)
{
  const char *start = JSON_NODE_HOLDS_VALUE (value) ? json_node_get_string (value) : NULL;
  const char *text = start;
  char id[SATCHEL_ID_LENGTH + 1];

  while (start != NULL && next_id (start, &text, id))
    g_hash_table_add (footprint->named, g_strdup (id));
}

static void
add_lays (SatchelFootprint *footprint, GPtrArray *lays, gconstpointer owner)
{
  for (guint i = 0; i < lays->len; i++) {
    const SatchelLay *lay = lays->pdata[i];
    JsonObjectIter iter;
    const char *field;
    JsonNode *value;

    if (lay->kind == SATCHEL_CHANGE_CREATE)
      add_key (footprint->created, g_strdup (lay->record), owner);
    if (lay->values == NULL)
      continue;
    json_object_iter_init (&iter, lay->values);
    while (json_object_iter_next (&iter, &field, &value)) {
      add_key (footprint->written, g_strdup_printf ("%s %s", lay->record, field), owner);
      add_named (footprint, value);
    }
  }
}

static gconstpointer
find_created (const SatchelFootprint *footprint, const char *start)
{
  const char *text = start;
  char id[SATCHEL_ID_LENGTH + 1];
  gconstpointer owner = NULL;

  while (owner == NULL && next_id (start, &text, id))
    owner = g_hash_table_lookup (footprint->created, id);
  return owner;
}

static gconstpointer
find_owner (const SatchelFootprint *footprint, const SatchelChange *change)
{
  gconstpointer owner = g_hash_table_lookup (footprint->created, change->record);

  for (guint i = 0; i < change->edits->len && owner == NULL; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];
    g_autofree char *key = g_strdup_printf ("%s %s", change->record, edit->field);
    const char *text = JSON_NODE_HOLDS_VALUE (edit->value) ? json_node_get_string (edit->value) : NULL;

    owner = g_hash_table_lookup (footprint->written, key);
    if (owner == NULL && text != NULL)
      owner = find_created (footprint, text);
  }
  return owner;
}

gconstpointer
satchel_footprint_meets (const SatchelFootprint *footprint, const SatchelChangeSet *set)
{
  gconstpointer owner = NULL;

  for (guint i = 0; i < set->changes->len && owner == NULL; i++)
    owner = find_owner (footprint, set->changes->pdata[i]);
  return owner;
}

gboolean
satchel_footprint_is_undercut (const SatchelFootprint *footprint, const SatchelChangeSet *set)
{
  for (guint i = 0; i < set->changes->len; i++) {
    const SatchelChange *change = set->changes->pdata[i];

    if (change->kind == SATCHEL_CHANGE_DELETE && g_hash_table_contains (footprint->named, change->record))
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_footprint_add (SatchelFootprint *footprint, SatchelDatabase *database, gint64 seq,
                       gconstpointer owner, GError **error)
{
  g_autoptr (GPtrArray) lays = satchel_queue_list_lays_of (database, seq, error);

  g_assert (owner != NULL);
  if (lays == NULL)
    return FALSE;
  add_lays (footprint, lays, owner);
  return TRUE;
}
