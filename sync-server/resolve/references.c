/* References: whatever a set points to must be there, be readable, and allow to be pointed to. What may not
 * be read gives the same answer as what is not there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/resolve/resolution.h"

#include "protocol/error.h"
#include "sync-server/resolve/lookup.h"
#include "sync-server/store/blobs.h"

void
satchel_lookup_free (SatchelLookup *lookup)
{
  g_free (lookup->entity);
  g_free (lookup->id);
  g_free (lookup);
}

static void
note (SatchelResolution *resolution, const SatchelField *field, const char *entity, const char *id)
{
  SatchelLookup *lookup = g_new0 (SatchelLookup, 1);

  lookup->field = field;
  lookup->entity = g_strdup (entity);
  lookup->id = g_strdup (id);
  g_ptr_array_add (resolution->lookups, lookup);
}

static gboolean
has_party (const SatchelValue *value, const SatchelParty *party)
{
  guint n_parties = 0;
  const SatchelParty *parties = value != NULL ? satchel_value_get_parties (value, &n_parties) : NULL;

  for (guint i = 0; i < n_parties; i++) {
    if (g_strcmp0 (parties[i].id, party->id) == 0 && g_strcmp0 (parties[i].entity, party->entity) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Those who were there before are no business of hers who writes another one down. */
static void
note_parties (SatchelResolution *resolution, const SatchelField *field, const SatchelValue *before,
              const SatchelValue *value)
{
  guint n_parties;
  const SatchelParty *parties = satchel_value_get_parties (value, &n_parties);

  for (guint i = 0; i < n_parties; i++) {
    if (parties[i].id != NULL && !has_party (before, &parties[i]))
      note (resolution, field, parties[i].entity, parties[i].id);
  }
}

static void
note_file (SatchelResolution *resolution, const SatchelField *field, const SatchelValue *value)
{
  const char *hash, *name, *media_type;
  gint64 size;

  satchel_value_get_file (value, &hash, &name, &media_type, &size);
  note (resolution, field, NULL, hash);
}

void
satchel_resolve_note_lookups (SatchelResolution *resolution, const SatchelRecord *before,
                              const SatchelRecord *after)
{
  const SatchelEntity *entity = after->entity;

  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    const SatchelValue *value = after->values[i];

    if (value == NULL || field->origin == SATCHEL_ORIGIN_SYSTEM ||
        (before != NULL && satchel_value_equal (value, before->values[i])))
      continue;
    if (field->type == SATCHEL_TYPE_LOOKUP)
      note (resolution, field, satchel_value_get_entity (value), satchel_value_get_id (value));
    else if (field->type == SATCHEL_TYPE_PARTIES)
      note_parties (resolution, field, before != NULL ? before->values[i] : NULL, value);
    else if (field->type == SATCHEL_TYPE_FILE)
      note_file (resolution, field, value);
  }
}

/* A visitor of the uses of a blob: one in a record that the author may read. */
static gboolean
lends_blob (const SatchelEntity *entity, const char *id, const SatchelField *field, gboolean *lends,
            gpointer data, GError **error)
{
  SatchelResolution *resolution = data;
  g_autoptr (SatchelRecord) record = NULL;

  *lends = FALSE;
  if (!satchel_rows_read (resolution->store, entity, id, &record, error))
    return FALSE;
  if (record == NULL || !satchel_rights_can_read_field (resolution->rights, field))
    return TRUE;
  return satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, record, lends, error);
}

/* An attachment is the author's own, sent before the set, or one that she may read elsewhere. */
static gboolean
check_blob (SatchelResolution *resolution, const char *hash, GError **error)
{
  SatchelUpload upload;
  gint64 size;
  gboolean lent = FALSE;

  if (!satchel_blobs_find_upload (resolution->store, resolution->user, hash, &upload, &size, error))
    return FALSE;
  if (upload != SATCHEL_UPLOAD_DONE &&
      !satchel_blobs_visit_uses (resolution->store, hash, resolution->commit.s, lends_blob, resolution, &lent,
                                 error))
    return FALSE;
  if (upload == SATCHEL_UPLOAD_DONE || lent)
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_BLOB, satchel_error_sentence (SATCHEL_ERROR_BLOB));
  return FALSE;
}

gboolean
satchel_resolve_check_lookups (SatchelResolution *resolution, GError **error)
{
  for (guint i = 0; i < resolution->lookups->len; i++) {
    const SatchelLookup *lookup = resolution->lookups->pdata[i];
    const SatchelEntity *entity =
        lookup->entity != NULL ? satchel_registry_find (resolution->store->registry, lookup->entity) : NULL;
    g_autoptr (SatchelRecord) target = NULL;
    gboolean readable = FALSE, allowed = FALSE;

    resolution->field = lookup->field;
    if (lookup->field->type == SATCHEL_TYPE_FILE) {
      if (!check_blob (resolution, lookup->id, error))
        return FALSE;
      continue;
    }
    if (entity != NULL && !satchel_rows_read (resolution->store, entity, lookup->id, &target, error))
      return FALSE;
    if (target != NULL &&
        (!satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, target, &readable, error) ||
         !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_APPEND_TO, target, &allowed, error)))
      return FALSE;
    if (!readable) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE, "“%s” names a record that is not there",
                   lookup->field->label);
      return FALSE;
    }
    if (!allowed) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN,
                   "you may not attach anything to what “%s” names", lookup->field->label);
      return FALSE;
    }
  }
  resolution->field = NULL;
  return TRUE;
}
