/* The second to make a record joins the first, by what the two of them may do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/resolve/once.h"

#include "protocol/error.h"
#include "protocol/rules/once.h"
#include "protocol/rules/validate.h"

/* Own records that were given away to where she cannot read them, each beside the one before. */

/* What the name of the set's commit is for rules that look at it: a closed record is joined, too. */
#define ACTION "track"

/* *is_open: she may read it, and name it in what she makes: attachments, the answer to a message. */
static gboolean
read_rights (SatchelResolution *resolution, const SatchelRecord *there, SatchelOnceRights *rights,
             gboolean *is_open, GError **error)
{
  gboolean read, write, attach, name;

  if (!satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, there, &read, error) ||
      !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_APPEND_TO, there, &name, error) ||
      !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_WRITE, there, &write, error) ||
      !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_APPEND, there, &attach, error))
    return FALSE;
  *is_open = read && name;
  *rights = (write ? SATCHEL_ONCE_WRITE : 0) | (attach ? SATCHEL_ONCE_ATTACH : 0);
  return TRUE;
}

static gboolean
join (SatchelResolution *resolution, const SatchelRecord *there, SatchelRecord *record, GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (there);
  SatchelOnceRights rights;
  gboolean is_open;

  if (!satchel_resolve_check_create (resolution, record, error) ||
      !read_rights (resolution, there, &rights, &is_open, error))
    return FALSE;
  resolution->inexact = TRUE;
  satchel_once_join (after, record, resolution->user, rights);
  satchel_rules_compute (after);
  if (!satchel_rules_validate (after, there, ACTION, error))
    return FALSE;
  satchel_resolve_note_lookups (resolution, there, after);
  return satchel_rows_update (resolution->store, &resolution->commit, there, after, NULL, error) &&
         (is_open || satchel_resolve_share_joining (resolution, there, error));
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

/* A file is shown by whoever has it, and many have the same: what it was attached to must be hers to know of.
 */
static gboolean
knows_place (SatchelResolution *resolution, const SatchelRecord *stored, gboolean *knows, GError **error)
{
  *knows = stored->entity->once->type != SATCHEL_TYPE_FILE;
  for (guint i = 0; i < stored->entity->n_fields && !*knows; i++) {
    const SatchelValue *value =
        stored->entity->fields[i]->type == SATCHEL_TYPE_LOOKUP ? stored->values[i] : NULL;
    const SatchelEntity *entity =
        value != NULL ? satchel_registry_find (resolution->store->registry, satchel_value_get_entity (value))
                      : NULL;
    g_autoptr (SatchelRecord) place = NULL;

    if (entity == NULL || entity->once == NULL)
      continue;
    if (!satchel_rows_read (resolution->store, entity, satchel_value_get_id (value), &place, error) ||
        (place != NULL && !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, place, knows, error)))
      return FALSE;
  }
  return TRUE;
}

/* What she takes part in would be nothing of hers in the record that she joins. */
static gboolean
is_left_out (SatchelResolution *resolution, const SatchelRecord *record, const SatchelRecord *stored,
             gboolean *left_out, GError **error)
{
  SatchelOnceRights rights;
  gboolean is_open;

  *left_out = FALSE;
  if (!satchel_once_leaves_out (record, stored, resolution->user))
    return TRUE;
  if (!read_rights (resolution, stored, &rights, &is_open, error))
    return FALSE;
  *left_out =
      (rights & (SATCHEL_ONCE_WRITE | SATCHEL_ONCE_ATTACH)) != (SATCHEL_ONCE_WRITE | SATCHEL_ONCE_ATTACH);
  return TRUE;
}

/* Whether @record means @stored, and its author may join that. */
static gboolean
may_join (SatchelResolution *resolution, const SatchelRecord *record, const SatchelRecord *stored,
          gboolean *may, GError **error)
{
  gboolean left_out;

  *may = FALSE;
  if (!satchel_once_is_same (record, stored))
    return TRUE;
  if (!is_left_out (resolution, record, stored, &left_out, error))
    return FALSE;
  if (left_out)
    return TRUE;
  if (!satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, stored, may, error))
    return FALSE;
  return *may || !satchel_once_shows (record, stored) || knows_place (resolution, stored, may, error);
}

gboolean
satchel_resolve_once (SatchelResolution *resolution, SatchelRecord *record, GError **error)
{
  for (guint i = 0; i < SATCHEL_ONCE_STEPS; i++) {
    g_autoptr (SatchelRecord) there = NULL, gone = NULL;
    const SatchelRecord *stored;
    gboolean may, known;
    char *own;

    if (!read_any (resolution, record->entity, record->id, &there, &gone, error))
      return FALSE;
    stored = there != NULL ? there : gone;
    if (stored == NULL && !satchel_feed_knows (resolution->store, record->id, &known, error))
      return FALSE;
    if (stored == NULL && !known)
      break;
    if (stored != NULL && !may_join (resolution, record, stored, &may, error))
      return FALSE;
    /* The past of a deleted record would be told to whoever makes it anew. */
    if (stored != NULL && may)
      return there != NULL ? join (resolution, there, record, error)
                           : satchel_resolve_create_again (resolution, record, error);
    own = satchel_once_own_id (record->id, resolution->user);
    g_free (record->id);
    record->id = own;
    resolution->inexact = TRUE;
  }
  return satchel_resolve_create (resolution, record, error);
}

/* Others can put something under her own ids, which they can work out. */
static gboolean
is_of_her_making (const SatchelResolution *resolution, const SatchelRecord *record)
{
  const SatchelValue *maker = satchel_record_get_by_name (record, "created_by");

  return maker != NULL && g_str_equal (satchel_value_get_id (maker), resolution->user);
}

/* The first of her own ids under which a record stands that she made and may read; none is behind one that
 * was never used. */
static gboolean
find_hers (SatchelResolution *resolution, const SatchelEntity *entity, const char *id, char **own,
           SatchelRecord **hers, GError **error)
{
  g_autofree char *step = g_strdup (id);

  *hers = NULL;
  for (guint i = 0; i < SATCHEL_ONCE_STEPS && *hers == NULL; i++) {
    char *next = satchel_once_own_id (step, resolution->user);
    gboolean known = FALSE, readable = FALSE;

    g_free (step);
    step = next;
    if (!satchel_rows_read (resolution->store, entity, step, hers, error) ||
        (*hers == NULL && !satchel_feed_knows (resolution->store, step, &known, error)))
      return FALSE;
    if (*hers == NULL && !known)
      break;
    if (*hers != NULL && is_of_her_making (resolution, *hers) &&
        !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, *hers, &readable, error))
      return FALSE;
    if (!readable)
      g_clear_pointer (hers, satchel_record_free);
  }
  *own = g_steal_pointer (&step);
  return TRUE;
}

gboolean
satchel_resolve_find_own (SatchelResolution *resolution, const SatchelEntity *entity, const char *id,
                          char **own, GError **error)
{
  g_autoptr (SatchelRecord) there = NULL, hers = NULL;
  g_autofree char *beside = NULL;
  gboolean readable = FALSE;

  *own = NULL;
  if (entity->once == NULL)
    return TRUE;
  if (!find_hers (resolution, entity, id, &beside, &hers, error))
    return FALSE;
  if (hers == NULL)
    return TRUE;
  if (!satchel_rows_read (resolution->store, entity, id, &there, error) ||
      (there != NULL && !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, there, &readable, error)))
    return FALSE;
  if (!readable || !satchel_once_is_same (hers, there))
    *own = g_steal_pointer (&beside);
  return TRUE;
}
