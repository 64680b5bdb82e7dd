/* Reading the rows of "share".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/shares.h"

#include <string.h>

/* Calls nothing for entities that cannot be shared: only what users own can. */
static gboolean
is_shareable (const SatchelEntity *entity)
{
  return entity->ownership == SATCHEL_OWNERSHIP_USER;
}

/* A "user:ID" or "team:ID" without its entity, and the rights as "|read|write|". */
static SatchelStatement *
prepare (SatchelStore *store, const SatchelEntity *entity, const char *id, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database,
      "SELECT substr (f_principal, instr (f_principal, ':') + 1) AS principal, f_rights FROM e_share"
      " WHERE f_record_id = ? AND +f_record_entity = ? ORDER BY principal",
      error);

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_text (statement, 1, id);
  satchel_statement_bind_text (statement, 2, entity->name);
  return statement;
}

char **
satchel_shares_list_principals (SatchelStore *store, const SatchelEntity *entity, const char *id,
                                GError **error)
{
  g_autoptr (GStrvBuilder) principals = g_strv_builder_new ();
  SatchelStatement *statement;
  gboolean row;

  if (!is_shareable (entity))
    return g_strv_builder_end (principals);
  statement = prepare (store, entity, id, error);
  if (statement == NULL)
    return NULL;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_strv_builder_end (principals);
    if (strstr (satchel_statement_get_text (statement, 1), "|read|") != NULL)
      g_strv_builder_add (principals, satchel_statement_get_text (statement, 0));
  }
  return NULL;
}

static guint
mask_of (const char *rights)
{
  g_auto (GStrv) names = g_strsplit (rights, "|", -1);
  guint mask = 0;

  for (guint i = 0; names[i] != NULL; i++) {
    SatchelPrivilege privilege;

    if (satchel_privilege_from_name (names[i], &privilege))
      mask |= 1u << privilege;
  }
  return mask;
}

gboolean
satchel_shares_read_mask (SatchelStore *store, const SatchelRights *rights, const SatchelEntity *entity,
                          const char *id, guint *mask, GError **error)
{
  SatchelStatement *statement;
  gboolean row;

  *mask = 0;
  if (!is_shareable (entity))
    return TRUE;
  statement = prepare (store, entity, id, error);
  if (statement == NULL)
    return FALSE;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    if (satchel_rights_is_principal (rights, satchel_statement_get_text (statement, 0)))
      *mask |= mask_of (satchel_statement_get_text (statement, 1));
  }
  return FALSE;
}
