/* Taking a merge back: the record that was merged away is what it was, what named it does so again, and the
 * other one gives back what it took. Whatever has got another value since keeps that: somebody meant it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/rules/validate.h"
#include "sync-server/resolve/resolution.h"

typedef struct {
  SatchelResolution *resolution;
  const SatchelRecord *gone; /* as it stands, merged */
  const char *master;        /* the id of the one that it was merged into */
  GPtrArray *entries;        /* SatchelFeedEntry* of the commit that merged them */
} Unmerge;

static gboolean
names (const SatchelValue *value, const char *id)
{
  const SatchelParty *parties;
  guint n;

  if (value == NULL)
    return FALSE;
  if (satchel_value_get_kind (value) != SATCHEL_KIND_PARTIES)
    return g_str_equal (satchel_value_get_id (value), id);
  parties = satchel_value_get_parties (value, &n);
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (parties[i].id, id) == 0)
      return TRUE;
  return FALSE;
}

/* The set may have done more than to merge: only what the merge did is taken back. */
static gboolean
is_of_merge (const Unmerge *unmerge, const SatchelFeedEntry *entry)
{
  const SatchelField *same;

  if (entry->field == NULL || !satchel_field_is_writable (entry->field))
    return FALSE;
  if (g_str_equal (entry->record, unmerge->gone->id))
    return TRUE;
  if (g_str_equal (entry->record, unmerge->master)) {
    same = satchel_entity_find_field (unmerge->gone->entity, entry->field->name);
    return same != NULL && satchel_value_equal (entry->new, satchel_record_get (unmerge->gone, same));
  }
  return (entry->field->type == SATCHEL_TYPE_LOOKUP || entry->field->type == SATCHEL_TYPE_PARTIES) &&
         names (entry->old, unmerge->gone->id) && names (entry->new, unmerge->master);
}

/* The record as it stands, with what can be taken back of it in @after. */
static void
take_back (const Unmerge *unmerge, const SatchelRecord *before, SatchelRecord *after)
{
  for (guint i = 0; i < unmerge->entries->len; i++) {
    const SatchelFeedEntry *entry = unmerge->entries->pdata[i];

    if (entry->entity == before->entity && g_str_equal (entry->record, before->id) &&
        is_of_merge (unmerge, entry) &&
        satchel_rights_can_write_field (unmerge->resolution->rights, entry->field) &&
        satchel_value_equal (satchel_record_get (before, entry->field), entry->new))
      satchel_record_set (after, entry->field, entry->old);
  }
  satchel_rules_compute (after);
}

/* What the author may not read is as if it were not there. */
static gboolean
take_back_of (const Unmerge *unmerge, const SatchelFeedEntry *entry, GError **error)
{
  SatchelResolution *resolution = unmerge->resolution;
  g_autoptr (SatchelRecord) before = NULL, after = NULL;
  gboolean readable = FALSE;

  if (!satchel_rows_read (resolution->store, entry->entity, entry->record, &before, error))
    return FALSE;
  if (before == NULL)
    return TRUE;
  if (!satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, before, &readable, error))
    return FALSE;
  if (!readable)
    return TRUE;
  after = satchel_record_copy (before);
  take_back (unmerge, before, after);
  if (!satchel_resolve_drop_dangling (resolution, after, error) ||
      !satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_WRITE, before, "change", error) ||
      !satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_WRITE, after, "change", error))
    return FALSE;
  satchel_resolve_note_lookups (resolution, before, after);
  satchel_resolve_note_heads (resolution, before, after);
  return satchel_rows_update (resolution->store, &resolution->commit, before, after, NULL, error);
}

gboolean
satchel_resolve_unmerge (SatchelResolution *resolution, const SatchelRecord *record, GError **error)
{
  const SatchelValue *into = satchel_record_get_by_name (record, "merged_into");
  g_autofree char *master = g_strdup (satchel_value_get_id (into));
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Unmerge unmerge = { .resolution = resolution, .gone = record, .master = master };
  g_autoptr (GPtrArray) entries = NULL;
  gint64 s;

  if (!satchel_feed_find_field (resolution->store, record, "merged_into", &s, error))
    return FALSE;
  unmerge.entries = entries = satchel_feed_list_commit (resolution->store, s, error);
  if (entries == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++) {
    const SatchelFeedEntry *entry = entries->pdata[i];

    if (is_of_merge (&unmerge, entry) && g_hash_table_add (seen, entry->record) &&
        !take_back_of (&unmerge, entry, error))
      return FALSE;
  }
  if (g_hash_table_size (seen) > 0)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, "what merging this %s did is not known any more",
               record->entity->name);
  return FALSE;
}
