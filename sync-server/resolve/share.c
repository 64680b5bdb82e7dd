/* Shares as the actions "share" and "unshare" plan them, and those that a new record takes over from what it
 * belongs to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/rules/actions.h"
#include "protocol/rules/validate.h"
#include "sync-server/resolve/resolution.h"
#include "sync-server/store/shares.h"

/* ---- by an action ---- */

/* What the author may give of the rights that @share lists, for one has to have what one gives. On the record
 * that she named she is told; what follows it gets as much as she may give. *rights NULL: nothing. */
static gboolean
limit_rights (SatchelResolution *resolution, const SatchelRecord *share, const SatchelRecord *subject,
              gboolean is_named, SatchelValue **rights, GError **error)
{
  const char *const *keys = satchel_value_get_keys (satchel_record_get_by_name (share, "rights"));
  g_autoptr (GStrvBuilder) given = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  gboolean readable = FALSE;

  for (guint i = 0; keys[i] != NULL; i++) {
    SatchelPrivilege privilege;
    gboolean allowed = FALSE;

    if (satchel_privilege_from_name (keys[i], &privilege) &&
        !satchel_resolve_ask (resolution, privilege, subject, &allowed, error))
      return FALSE;
    if (!allowed && is_named) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN,
                   "you cannot give the right “%s” on this %s: you do not have it", keys[i],
                   subject->entity->name);
      return FALSE;
    }
    if (allowed)
      g_strv_builder_add (given, keys[i]);
    readable |= allowed && privilege == SATCHEL_PRIVILEGE_READ;
  }
  all = g_strv_builder_end (given);
  *rights = readable ? satchel_value_new_keys ((const char *const *)all) : NULL;
  return TRUE;
}

/* The id of a share follows from its record and principal, so that it may have been there before; then it
 * comes back. */
static gboolean
check_id (SatchelResolution *resolution, const SatchelRecord *share, GError **error)
{
  g_autoptr (SatchelRecord) deleted = NULL;
  gboolean known;
  gint64 s;

  if (!satchel_feed_knows (resolution->store, share->id, &known, error) ||
      !satchel_feed_find_delete (resolution->store, share->entity, share->id, &s, &deleted, error))
    return FALSE;
  if (!known || deleted != NULL)
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "the id of this share is taken");
  return FALSE;
}

static gboolean
write_share (SatchelResolution *resolution, const SatchelRecord *before, SatchelRecord *after,
             const char *action, GError **error)
{
  if (!satchel_rules_validate (after, before, action, error))
    return FALSE;
  satchel_resolve_note_lookups (resolution, before, after);
  if (before != NULL)
    return satchel_rows_update (resolution->store, &resolution->commit, before, after, NULL, error);
  return check_id (resolution, after, error) &&
         satchel_rows_create (resolution->store, &resolution->commit, after, error);
}

gboolean
satchel_resolve_share (SatchelResolution *resolution, const SatchelChange *change,
                       const SatchelEffect *effect, GError **error)
{
  const SatchelRecord *share = effect->after != NULL ? effect->after : effect->before;
  g_autoptr (SatchelRecord) subject = NULL;
  g_autoptr (SatchelValue) rights = NULL;
  gboolean is_named, allowed;

  if (!satchel_rows_read_subject (resolution->store, share, &subject, error))
    return FALSE;
  g_assert (subject != NULL); /* it was planned from it */
  is_named = g_str_equal (subject->id, change->record);
  if (is_named && !satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_SHARE, subject, "share", error))
    return FALSE;
  if (!satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_SHARE, subject, &allowed, error))
    return FALSE;
  if (!allowed)
    return TRUE;
  if (effect->after == NULL)
    return satchel_rows_delete (resolution->store, &resolution->commit, effect->before, error);
  if (!limit_rights (resolution, effect->after, subject, is_named, &rights, error))
    return FALSE;
  if (rights == NULL)
    return TRUE;
  satchel_record_set_by_name (effect->after, "rights", rights);
  return write_share (resolution, effect->before, effect->after, change->action, error);
}

/* ---- by belonging ---- */

/* The rights that @record's own share has already, and those of @parent's. */
static SatchelValue *
unite (const SatchelRecord *own, const SatchelRecord *parent)
{
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  if (own != NULL)
    g_strv_builder_addv (keys,
                         (const char **)satchel_value_get_keys (satchel_record_get_by_name (own, "rights")));
  g_strv_builder_addv (keys,
                       (const char **)satchel_value_get_keys (satchel_record_get_by_name (parent, "rights")));
  all = g_strv_builder_end (keys);
  return satchel_value_new_keys ((const char *const *)all);
}

static gboolean
take_over (SatchelResolution *resolution, const SatchelRecord *record, const SatchelRecord *parent,
           GError **error)
{
  const SatchelValue *principal = satchel_record_get_by_name (parent, "principal");
  g_autofree char *id = satchel_action_share_id (record->id, satchel_value_get_id (principal));
  g_autoptr (SatchelValue) entity = satchel_value_new_string (record->entity->name);
  g_autoptr (SatchelValue) about = satchel_value_new_string (record->id);
  g_autoptr (SatchelValue) rights = NULL;
  g_autoptr (SatchelRecord) own = NULL, share = satchel_record_copy (parent);

  if (!satchel_rows_read (resolution->store, parent->entity, id, &own, error))
    return FALSE;
  rights = unite (own, parent);
  g_free (share->id);
  share->id = g_steal_pointer (&id);
  satchel_record_set_by_name (share, "record_entity", entity);
  satchel_record_set_by_name (share, "record_id", about);
  satchel_record_set_by_name (share, "rights", rights);
  return own != NULL ? satchel_rows_update (resolution->store, &resolution->commit, own, share, NULL, error)
                     : satchel_rows_create (resolution->store, &resolution->commit, share, error);
}

/* @field of @record names @target, whose shares reach that far. */
static gboolean
inherit_from (SatchelResolution *resolution, const SatchelRecord *record, const SatchelField *field,
              const SatchelRecord *target, GError **error)
{
  g_autoptr (GPtrArray) satellites = NULL;

  if (field->on_share == SATCHEL_CASCADE_OWNED &&
      g_strcmp0 (satchel_record_peek_owner (record), satchel_record_peek_owner (target)) != 0)
    return TRUE;
  satellites = satchel_rows_list_satellites (resolution->store, target->entity->name, target->id, error);
  if (satellites == NULL)
    return FALSE;
  for (guint i = 0; i < satellites->len; i++) {
    const SatchelRecord *satellite = satellites->pdata[i];

    if (g_str_equal (satellite->entity->name, "share") && !take_over (resolution, record, satellite, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_resolve_inherit_shares (SatchelResolution *resolution, const SatchelRecord *record, GError **error)
{
  if (record->entity->ownership != SATCHEL_OWNERSHIP_USER)
    return TRUE;
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    const SatchelValue *value = record->values[i];
    g_autoptr (SatchelRecord) target = NULL;
    g_auto (GStrv) principals = NULL;
    const SatchelEntity *entity;

    if (field->type != SATCHEL_TYPE_LOOKUP || field->on_share == SATCHEL_CASCADE_NONE || value == NULL)
      continue;
    entity = satchel_registry_find (resolution->store->registry, satchel_value_get_entity (value));
    principals =
        satchel_shares_list_principals (resolution->store, entity, satchel_value_get_id (value), error);
    if (principals == NULL)
      return FALSE;
    if (principals[0] == NULL) /* as nearly always */
      continue;
    if (!satchel_rows_read (resolution->store, entity, satchel_value_get_id (value), &target, error) ||
        (target != NULL && !inherit_from (resolution, record, field, target, error)))
      return FALSE;
  }
  return TRUE;
}

/* ---- by having what it was made of ---- */

gboolean
satchel_resolve_share_joining (SatchelResolution *resolution, const SatchelRecord *record, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (resolution->store->registry, "share");
  g_autofree char *id = satchel_action_share_id (record->id, resolution->user);
  g_autoptr (SatchelRecord) before = NULL, share = satchel_record_new (entity, id);
  g_autoptr (SatchelValue) of = satchel_value_new_string (record->entity->name);
  g_autoptr (SatchelValue) about = satchel_value_new_string (record->id);
  g_autoptr (SatchelValue) principal = satchel_value_new_lookup ("user", resolution->user);
  g_autoptr (SatchelValue) read = satchel_value_new_keys ((const char *const[]){ "append_to", "read", NULL });
  g_autoptr (SatchelValue) rights = NULL;

  if (!satchel_rows_read (resolution->store, entity, id, &before, error))
    return FALSE;
  satchel_record_set_by_name (share, "record_entity", of);
  satchel_record_set_by_name (share, "record_id", about);
  satchel_record_set_by_name (share, "principal", principal);
  satchel_record_set_by_name (share, "rights", read);
  rights = unite (before, share);
  satchel_record_set_by_name (share, "rights", rights);
  return write_share (resolution, before, share, "share", error);
}
