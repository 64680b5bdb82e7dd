/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/permits.h"

#include <string.h>

/* As the field "rights" of a share names them, in the order of SatchelPrivilege. */
static const char *const share_keys[SATCHEL_N_PRIVILEGES] = { NULL,     "read",      "write",  "delete",
                                                              "append", "append_to", "assign", "share" };

SatchelPermits *
satchel_session_read_permits (SatchelSession *session)
{
  const char *text = satchel_replica_peek_meta (satchel_session_get_replica (session), SATCHEL_META_RIGHTS);

  return text != NULL ? satchel_permits_from_text (text, strlen (text), NULL) : NULL;
}

/* ---- shares ---- */

typedef struct {
  const SatchelPermits *permits;
  const char *user, *key;
  gboolean found;
} Search;

static gboolean
share_cb (const SatchelRecord *share, gpointer data)
{
  Search *search = data;
  const SatchelValue *principal = satchel_record_get_by_name (share, "principal");
  const SatchelValue *rights = satchel_record_get_by_name (share, "rights");
  const char *id = principal != NULL ? satchel_value_get_id (principal) : NULL;

  if (id == NULL || rights == NULL ||
      (g_strcmp0 (id, search->user) != 0 && !g_hash_table_contains (search->permits->teams, id)))
    return TRUE;
  search->found |= g_strv_contains (satchel_value_get_keys (rights), search->key);
  return !search->found;
}

static gboolean
is_shared (const SatchelPermits *permits, SatchelSession *session, SatchelPrivilege privilege,
           const SatchelRecord *record)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  g_autofree char *text = g_strdup_printf ("record_id = \"%s\"", record->id);
  SatchelQuery query = { .entity = satchel_registry_find (registry, "share"), .limit = -1 };
  g_autoptr (SatchelPredicate) where =
      query.entity != NULL ? satchel_predicate_parse (registry, query.entity, text, NULL) : NULL;
  Search search = { permits, satchel_session_get_user (session), share_keys[privilege], FALSE };
  SatchelPredicateContext context;

  if (where == NULL || search.key == NULL)
    return FALSE;
  query.where = where;
  satchel_session_get_context (session, &context);
  return satchel_replica_query (satchel_session_get_replica (session), &query, &context, share_cb, &search,
                                NULL) &&
         search.found;
}

/* ---- questions ---- */

static const char *
peek_id (const SatchelRecord *record, const SatchelField *field)
{
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  return value != NULL ? satchel_value_get_id (value) : NULL;
}

gboolean
satchel_permits_may (const SatchelPermits *permits, SatchelSession *session, SatchelPrivilege privilege,
                     const SatchelRecord *record)
{
  const SatchelEntity *entity = record->entity;

  /* What is filed like another record is judged with that. */
  if (permits == NULL || entity->ownership == SATCHEL_OWNERSHIP_RECORD)
    return TRUE;
  if (satchel_permits_allow (permits, satchel_session_get_user (session), privilege, entity,
                             peek_id (record, satchel_entity_owner_field (entity)),
                             peek_id (record, satchel_entity_unit_field (entity))))
    return TRUE;
  return satchel_permits_get_depth (permits, entity, privilege) != SATCHEL_DEPTH_NONE &&
         is_shared (permits, session, privilege, record);
}

gboolean
satchel_permits_may_create (const SatchelPermits *permits, const SatchelEntity *entity)
{
  SatchelDepth depth = permits != NULL ? satchel_permits_get_depth (permits, entity, SATCHEL_PRIVILEGE_CREATE)
                                       : SATCHEL_DEPTH_ORGANISATION;

  return depth == SATCHEL_DEPTH_ORGANISATION ||
         (depth != SATCHEL_DEPTH_NONE && entity->ownership == SATCHEL_OWNERSHIP_USER);
}

gboolean
satchel_permits_may_edit (const SatchelPermits *permits, SatchelSession *session, const SatchelRecord *record,
                          const SatchelField *field)
{
  SatchelPrivilege privilege = field == satchel_entity_owner_field (record->entity) ? SATCHEL_PRIVILEGE_ASSIGN
                                                                                    : SATCHEL_PRIVILEGE_WRITE;

  return permits == NULL || (satchel_permits_can_write_field (permits, field) &&
                             satchel_permits_may (permits, session, privilege, record));
}

static gboolean
makes_steps (const SatchelEntity *entity, const char *action)
{
  for (guint i = 0; i < entity->n_transitions; i++)
    if (g_strcmp0 (entity->transitions[i].action, action) == 0)
      return TRUE;
  return FALSE;
}

gboolean
satchel_permits_may_act (const SatchelPermits *permits, SatchelSession *session, const SatchelRecord *record,
                         const char *name)
{
  if (permits == NULL)
    return TRUE;
  if (g_str_equal (name, "assign"))
    return satchel_permits_may (permits, session, SATCHEL_PRIVILEGE_ASSIGN, record);
  if (g_str_equal (name, "share"))
    return satchel_permits_may (permits, session, SATCHEL_PRIVILEGE_SHARE, record);
  return !makes_steps (record->entity, name) ||
         satchel_permits_may (permits, session, SATCHEL_PRIVILEGE_WRITE, record);
}
