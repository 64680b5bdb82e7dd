/* One change set: each change by its kind, each write with its checks.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/rules/actions.h"
#include "protocol/rules/once.h"
#include "protocol/rules/template.h"
#include "protocol/rules/validate.h"
#include "sync-server/resolve/once.h"
#include "sync-server/resolve/resolution.h"
#include "sync-server/security/permission.h"
#include "sync-server/store/numbers.h"

#include <string.h>

/* ---- may the author know that the record exists? ---- */

gboolean
satchel_resolve_ask (SatchelResolution *resolution, SatchelPrivilege privilege, const SatchelRecord *record,
                     gboolean *allowed, GError **error)
{
  return satchel_permission_ask (resolution->store, resolution->rights, privilege, record, allowed, error);
}

/* TRUE when an owner or unit that the record had before made it readable: then its loss is told, else it does
 * not exist. */
static gboolean
was_readable (SatchelResolution *resolution, const SatchelRecord *record, gboolean *readable, GError **error)
{
  static const char *const names[] = { "owner", "unit" };

  *readable = FALSE;
  if (record->entity->ownership != SATCHEL_OWNERSHIP_USER)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GPtrArray) values =
        satchel_feed_list_old_values (resolution->store, record->entity, record->id, names[i], error);

    if (values == NULL)
      return FALSE;
    for (guint j = 0; j < values->len; j++) {
      const char *stored = values->pdata[j], *colon = strchr (stored, ':'); /* "team:ID", or "ID" */
      const char *id = colon != NULL ? colon + 1 : stored;

      *readable |= satchel_rights_allow (resolution->rights, SATCHEL_PRIVILEGE_READ, record->entity,
                                         i == 0 ? id : NULL, i == 1 ? id : NULL);
    }
  }
  return TRUE;
}

static gboolean
refuse_missing (SatchelResolution *resolution, const SatchelEntity *entity, const char *id, GError **error)
{
  g_autoptr (SatchelRecord) deleted = NULL;
  gboolean told = FALSE;
  gint64 s;

  if (!satchel_feed_find_delete (resolution->store, entity, id, &s, &deleted, error) ||
      (deleted != NULL && !satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, deleted, &told, error)))
    return FALSE;
  if (told)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RECORD_DELETED, "somebody has deleted this %s",
                 entity->name);
  else
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such %s", entity->name);
  return FALSE;
}

gboolean
satchel_resolve_find (SatchelResolution *resolution, const SatchelEntity *entity, const char *id,
                      SatchelRecord **record, GError **error)
{
  g_autoptr (SatchelRecord) found = NULL;
  gboolean readable, known;

  *record = NULL;
  if (!satchel_rows_read (resolution->store, entity, id, &found, error))
    return FALSE;
  if (found == NULL)
    return refuse_missing (resolution, entity, id, error);
  if (!satchel_resolve_ask (resolution, SATCHEL_PRIVILEGE_READ, found, &readable, error))
    return FALSE;
  if (readable) {
    *record = g_steal_pointer (&found);
    return TRUE;
  }
  if (!was_readable (resolution, found, &known, error))
    return FALSE;
  if (known)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN, "this %s is not yours to read any more",
                 entity->name);
  else
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such %s", entity->name);
  return FALSE;
}

/* ---- writing with checks ---- */

gboolean
satchel_resolve_require (SatchelResolution *resolution, SatchelPrivilege privilege,
                         const SatchelRecord *record, const char *what, GError **error)
{
  gboolean allowed;

  if (!satchel_resolve_ask (resolution, privilege, record, &allowed, error))
    return FALSE;
  if (!allowed)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN, "you may not %s this %s", what,
                 record->entity->name);
  return allowed;
}

gboolean
satchel_resolve_require_field (SatchelResolution *resolution, const SatchelField *field, GError **error)
{
  if (satchel_rights_can_write_field (resolution->rights, field))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FIELD_FORBIDDEN, "you may not change “%s”", field->label);
  return FALSE;
}

/* What a new record holds of secured fields, but for what it begins with anyway. */
static gboolean
check_new_fields (SatchelResolution *resolution, const SatchelRecord *record, GError **error)
{
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    g_autofree char *text = NULL;

    if (record->values[i] == NULL || field->secured == NULL || !satchel_field_is_writable (field))
      continue;
    text = satchel_value_to_text (field, record->values[i]);
    resolution->field = field;
    if (g_strcmp0 (text, field->default_text) != 0 &&
        !satchel_resolve_require_field (resolution, field, error))
      return FALSE;
  }
  resolution->field = NULL;
  return TRUE;
}

/* Nothing is given to a user or team that is not active any more. What is not there fails as a reference. */
static gboolean
check_owner (SatchelResolution *resolution, const SatchelRecord *before, const SatchelRecord *after,
             GError **error)
{
  const SatchelField *field = satchel_entity_owner_field (after->entity);
  const SatchelValue *owner = field != NULL ? satchel_record_get (after, field) : NULL;
  const SatchelEntity *entity;
  g_autoptr (SatchelRecord) record = NULL;

  if (owner == NULL || (before != NULL && satchel_value_equal (owner, satchel_record_get (before, field))))
    return TRUE;
  entity = satchel_registry_find (resolution->store->registry, satchel_value_get_entity (owner));
  resolution->field = field;
  if (!satchel_rows_read (resolution->store, entity, satchel_value_get_id (owner), &record, error) ||
      (record != NULL && !satchel_action_check_active (record, error)))
    return FALSE;
  resolution->field = NULL;
  return TRUE;
}

/* Two users must not sign in by one name. */
static gboolean
check_login (SatchelResolution *resolution, const SatchelRecord *record, GError **error)
{
  g_autoptr (SatchelPerson) other = NULL;
  const SatchelValue *login;

  if (!g_str_equal (record->entity->name, "user"))
    return TRUE;
  login = satchel_record_get_by_name (record, "login");
  if (login == NULL)
    return TRUE;
  if (!satchel_people_find_login (resolution->store, satchel_value_get_string (login), &other, error))
    return FALSE;
  if (other == NULL || g_str_equal (other->id, record->id))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "another user has that login");
  return FALSE;
}

static gboolean
points_anywhere_new (const SatchelRecord *before, const SatchelRecord *after)
{
  for (guint i = 0; i < after->entity->n_fields; i++) {
    const SatchelField *field = after->entity->fields[i];

    if (field->type == SATCHEL_TYPE_LOOKUP && field->origin != SATCHEL_ORIGIN_SYSTEM &&
        field != satchel_entity_owner_field (after->entity) && after->values[i] != NULL &&
        (before == NULL || !satchel_value_equal (before->values[i], after->values[i])))
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_resolve_check_create (SatchelResolution *resolution, SatchelRecord *record, GError **error)
{
  const SatchelField *owner = satchel_entity_owner_field (record->entity);

  if (owner != NULL && satchel_record_get (record, owner) == NULL) {
    g_autoptr (SatchelValue) me = satchel_value_new_lookup ("user", resolution->user);

    satchel_record_set (record, owner, me);
  }
  satchel_rules_compute (record);
  return satchel_rows_fill_unit (resolution->store, record, error) &&
         satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_CREATE, record, "create", error) &&
         (!points_anywhere_new (NULL, record) ||
          satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_APPEND, record, "attach", error)) &&
         check_new_fields (resolution, record, error) && check_owner (resolution, NULL, record, error) &&
         check_login (resolution, record, error) && satchel_rules_validate (record, NULL, NULL, error) &&
         satchel_rules_validate_template (resolution->store->registry, record, NULL, error);
}

gboolean
satchel_resolve_create_again (SatchelResolution *resolution, SatchelRecord *record, GError **error)
{
  if (!satchel_resolve_check_create (resolution, record, error))
    return FALSE;
  if (!satchel_numbers_fill (resolution->store, record, resolution->commit.at_ms, error))
    return FALSE;
  satchel_resolve_note_lookups (resolution, NULL, record);
  satchel_resolve_note_heads (resolution, NULL, record);
  return satchel_rows_create (resolution->store, &resolution->commit, record, error) &&
         satchel_resolve_inherit_shares (resolution, record, error);
}

gboolean
satchel_resolve_create (SatchelResolution *resolution, SatchelRecord *record, GError **error)
{
  gboolean known;

  if (!satchel_feed_knows (resolution->store, record->id, &known, error))
    return FALSE;
  if (!known)
    return satchel_resolve_create_again (resolution, record, error);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "the id of this %s is taken",
               record->entity->name);
  return FALSE;
}

/* WRITE for whatever a person writes, ASSIGN for the owner, both on the record as it stands and as it would
 * stand. */
static gboolean
check_update (SatchelResolution *resolution, const SatchelRecord *before, const SatchelRecord *after,
              const char *action, GError **error)
{
  const SatchelField *owner = satchel_entity_owner_field (after->entity);

  for (guint i = 0; i < after->entity->n_fields; i++) {
    const SatchelField *field = after->entity->fields[i];
    const SatchelPrivilege privilege = field == owner ? SATCHEL_PRIVILEGE_ASSIGN : SATCHEL_PRIVILEGE_WRITE;
    const char *what = field == owner ? "assign" : "change";
    gboolean allowed;

    if (satchel_value_equal (before->values[i], after->values[i]) || !satchel_field_is_writable (field))
      continue;
    /* Whether she herself tracks it is hers to say, by an action. */
    if (action != NULL &&
        satchel_once_is_own_presence (field, before->values[i], after->values[i], resolution->user))
      continue;
    resolution->field = field;
    if (!satchel_resolve_require (resolution, privilege, before, what, error) ||
        !satchel_resolve_ask (resolution, privilege, after, &allowed, error))
      return FALSE;
    if (!allowed) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN,
                   field == owner
                       ? "you may not assign this %s to that owner: your role does not reach so far"
                       : "you may not take this %s to where your role does not reach",
                   after->entity->name);
      return FALSE;
    }
    if (!satchel_resolve_require_field (resolution, field, error))
      return FALSE;
  }
  resolution->field = NULL;
  return !points_anywhere_new (before, after) ||
         satchel_resolve_require (resolution, SATCHEL_PRIVILEGE_APPEND, after, "attach", error);
}

gboolean
satchel_resolve_update (SatchelResolution *resolution, const SatchelRecord *before, SatchelRecord *after,
                        const char *action, GError **error)
{
  satchel_rules_compute (after);
  /* Rules first: a record without an owner would be nobody's to assign. Who may not read it does not come
   * here. */
  if (!satchel_rules_validate (after, before, action, error) ||
      !satchel_rules_validate_template (resolution->store->registry, after, before, error) ||
      !satchel_rows_fill_unit (resolution->store, after, error) ||
      !check_update (resolution, before, after, action, error) ||
      !check_owner (resolution, before, after, error) || !check_login (resolution, after, error))
    return FALSE;
  satchel_resolve_note_lookups (resolution, before, after);
  satchel_resolve_note_heads (resolution, before, after);
  return satchel_rows_update (resolution->store, &resolution->commit, before, after, NULL, error);
}

/* ---- the kinds of change ---- */

/* What is made for a message names the record that its author has of it. */
static gboolean
redirect_lookup (SatchelResolution *resolution, const SatchelField *field, SatchelValue **value,
                 GError **error)
{
  const SatchelEntity *target =
      field->type == SATCHEL_TYPE_LOOKUP && *value != NULL
          ? satchel_registry_find (resolution->store->registry, satchel_value_get_entity (*value))
          : NULL;
  g_autofree char *own = NULL;

  if (target == NULL)
    return TRUE;
  if (!satchel_resolve_find_own (resolution, target, satchel_value_get_id (*value), &own, error))
    return FALSE;
  if (own != NULL) {
    satchel_value_unref (*value);
    *value = satchel_value_new_lookup (target->name, own);
  }
  return TRUE;
}

static gboolean
read_edits (SatchelResolution *resolution, const SatchelChange *change, SatchelRecord *record, GError **error)
{
  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];
    const SatchelField *field = satchel_registry_require_written_field (resolution->store->registry,
                                                                        record->entity, edit->field, error);
    g_autoptr (SatchelValue) value = NULL;

    if (field == NULL)
      return FALSE;
    resolution->field = field;
    if (!satchel_field_is_writable (field)) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FIELD_FORBIDDEN, "only the server writes “%s”",
                   field->label);
      return FALSE;
    }
    if (!satchel_resolve_require_field (resolution, field, error) ||
        !satchel_value_from_wire (field, edit->value, &value, error) ||
        !redirect_lookup (resolution, field, &value, error))
      return FALSE;
    satchel_record_set (record, field, value);
  }
  resolution->field = NULL;
  return TRUE;
}

static gboolean
create (SatchelResolution *resolution, const SatchelEntity *entity, const SatchelChange *change,
        GError **error)
{
  g_autoptr (SatchelRecord) record = satchel_record_new (entity, change->record);

  if (!read_edits (resolution, change, record, error))
    return FALSE;
  satchel_rules_apply_defaults (record, resolution->user, resolution->commit.at_ms);
  if (!satchel_resolve_derive (resolution, record, NULL, error))
    return FALSE;
  return entity->once != NULL && satchel_record_get (record, entity->once) != NULL
             ? satchel_resolve_once (resolution, record, error)
             : satchel_resolve_create (resolution, record, error);
}

static gboolean
apply (SatchelResolution *resolution, const SatchelChange *change, GError **error)
{
  const SatchelEntity *entity =
      satchel_registry_require_written (resolution->store->registry, change->entity, error);
  g_autofree char *own = NULL;
  SatchelChange redirected;

  if (entity == NULL)
    return FALSE;
  if (entity->system && change->kind != SATCHEL_CHANGE_ACTION) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN, "only the server writes a %s", entity->name);
    return FALSE;
  }
  if (change->kind != SATCHEL_CHANGE_CREATE &&
      !satchel_resolve_find_own (resolution, entity, change->record, &own, error))
    return FALSE;
  if (own != NULL) {
    redirected = *change;
    redirected.record = own;
    resolution->inexact = TRUE;
    change = &redirected;
  }
  switch (change->kind) {
  case SATCHEL_CHANGE_CREATE:
    return create (resolution, entity, change, error);
  case SATCHEL_CHANGE_UPDATE:
    return satchel_resolve_edits (resolution, change, error);
  case SATCHEL_CHANGE_DELETE:
    return satchel_resolve_delete (resolution, change, error);
  case SATCHEL_CHANGE_ACTION:
    return satchel_resolve_action (resolution, change, error);
  }
  g_assert_not_reached ();
}

/* Each filter is followed by everybody's commits. */
static gboolean
check_filters (SatchelResolution *resolution, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (resolution->store->registry, "offline_filter");
  g_autoptr (GPtrArray) filters = NULL;
  gboolean more = FALSE;

  for (guint i = 0; i < resolution->set->changes->len && entity != NULL; i++) {
    const SatchelChange *change = resolution->set->changes->pdata[i];

    more |= g_str_equal (change->entity, entity->name) && change->kind != SATCHEL_CHANGE_UPDATE &&
            change->kind != SATCHEL_CHANGE_DELETE;
  }
  if (!more)
    return TRUE;
  filters = satchel_rows_list_referring (resolution->store,
                                         &(SatchelReference){ entity, satchel_entity_owner_field (entity) },
                                         "user", resolution->user, SATCHEL_MAX_FILTERS + 1, error);
  if (filters != NULL && filters->len > SATCHEL_MAX_FILTERS)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                 "one person may have %d filters; delete one that you do not need", SATCHEL_MAX_FILTERS);
  return filters != NULL && filters->len <= SATCHEL_MAX_FILTERS;
}

gboolean
satchel_resolve_set (SatchelResolution *resolution, GError **error)
{
  if (!satchel_feed_begin (resolution->store, &resolution->commit, error))
    return FALSE;
  for (guint i = 0; i < resolution->set->changes->len; i++) {
    if (!apply (resolution, resolution->set->changes->pdata[i], error))
      return FALSE;
  }
  return satchel_resolve_check_lookups (resolution, error) && check_filters (resolution, error) &&
         satchel_resolve_settle_heads (resolution, error);
}
