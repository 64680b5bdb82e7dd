/* Rights first, then shares.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/permission.h"

#include "sync-server/store/rows.h"
#include "sync-server/store/shares.h"

gboolean
satchel_permission_ask (SatchelStore *store, const SatchelRights *rights, SatchelPrivilege privilege,
                        const SatchelRecord *record, gboolean *allowed, GError **error)
{
  const SatchelEntity *entity = record->entity;
  guint mask;

  *allowed = FALSE;
  if (entity->ownership == SATCHEL_OWNERSHIP_RECORD) {
    g_autoptr (SatchelRecord) subject = NULL;

    if (privilege != SATCHEL_PRIVILEGE_READ)
      return TRUE;
    return satchel_rows_read_subject (store, record, &subject, error) &&
           (subject == NULL ||
            satchel_permission_ask (store, rights, SATCHEL_PRIVILEGE_READ, subject, allowed, error));
  }
  *allowed = satchel_rights_allow_record (rights, privilege, record);
  if (*allowed || satchel_rights_get_depth (rights, privilege, entity) == SATCHEL_DEPTH_NONE)
    return TRUE;
  if (!satchel_shares_read_mask (store, rights, entity, record->id, &mask, error))
    return FALSE;
  *allowed = (mask & 1u << privilege) != 0;
  return TRUE;
}
