/* The second to make a record joins the first, by what the two of them may do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/resolve/once.h"

#include "protocol/error.h"
#include "protocol/rules/once.h"
#include "protocol/rules/validate.h"

/* Own records that were given away to where she cannot read them, each beside the one before. */
#define MOST_OWN 8

/* What the name of the set's commit is for rules that look at it: a closed record is joined, too. */
#define ACTION "track"

static gboolean
read_rights (SatchelResolution *resolution, const SatchelRecord *there, SatchelOnceRights *rights,
             GError **error)
{
  gboolean write, attach;

  if (!satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_WRITE, there, &write, error) ||
      !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_APPEND, there, &attach, error))
    return FALSE;
  *rights = (write ? SATCHEL_ONCE_WRITE : 0) | (attach ? SATCHEL_ONCE_ATTACH : 0);
  return TRUE;
}

static gboolean
join (SatchelResolution *resolution, const SatchelRecord *there, SatchelRecord *record, gboolean readable,
      GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (there);
  SatchelOnceRights rights;

  if (!satchel_resolve_check_create (resolution, record, error) ||
      !read_rights (resolution, there, &rights, error))
    return FALSE;
  resolution->inexact = TRUE;
  satchel_once_join (after, record, resolution->user, rights);
  satchel_rules_compute (after);
  if (!satchel_rules_validate (after, there, ACTION, error))
    return FALSE;
  satchel_resolve_note_lookups (resolution, there, after);
  return satchel_rows_update (resolution->store, &resolution->commit, there, after, NULL, error) &&
         (readable || satchel_resolve_share_reading (resolution, there, error));
}

/* The record with @id as it is, or as it was when it was deleted. */
static gboolean
read_any (SatchelResolution *resolution, const SatchelEntity *entity, const char *id, SatchelRecord **there,
          SatchelRecord **gone, GError **error)
{
  gint64 s;

  return satchel_rows_read (resolution->store, entity, id, there, error) &&
         (*there != NULL || satchel_feed_find_delete (resolution->store, entity, id, &s, gone, error));
}

gboolean
satchel_resolve_once (SatchelResolution *resolution, SatchelRecord *record, GError **error)
{
  for (guint i = 0; i < MOST_OWN; i++) {
    g_autoptr (SatchelRecord) there = NULL, gone = NULL;
    const SatchelRecord *stored;
    gboolean readable;
    char *own;

    if (!read_any (resolution, record->entity, record->id, &there, &gone, error))
      return FALSE;
    stored = there != NULL ? there : gone;
    if (stored == NULL || !satchel_once_is_same (record, stored))
      return satchel_resolve_create (resolution, record, error);
    if (!satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, stored, &readable, error))
      return FALSE;
    /* The past of a deleted record would be told to whoever makes it anew. */
    if ((readable || satchel_once_shows (record, stored)))
      return there != NULL ? join (resolution, there, record, readable, error)
                           : satchel_resolve_create_again (resolution, record, error);
    own = satchel_once_own_id (record->id, resolution->user);
    g_free (record->id);
    record->id = own;
    resolution->inexact = TRUE;
  }
  return satchel_resolve_create (resolution, record, error);
}

gboolean
satchel_resolve_find_own (SatchelResolution *resolution, const SatchelEntity *entity, const char *id,
                          char **own, GError **error)
{
  g_autoptr (SatchelRecord) there = NULL;
  g_autofree char *beside = NULL;
  gboolean readable = FALSE;
  gint64 row;

  *own = NULL;
  if (entity->once == NULL)
    return TRUE;
  beside = satchel_once_own_id (id, resolution->user);
  if (!satchel_rows_find (resolution->store, entity, beside, &row, error))
    return FALSE;
  if (row == 0)
    return TRUE;
  if (!satchel_rows_read (resolution->store, entity, id, &there, error) ||
      (there != NULL && !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, there, &readable, error)))
    return FALSE;
  if (!readable)
    *own = g_steal_pointer (&beside);
  return TRUE;
}
