/* Shares, as the store has them: records of "share", each giving one user or team some rights on one record. The same
 * principal has at most one share of a record.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/rights.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* Whom the record of @entity with @id is shared with for reading: ids, sorted, owned. Empty for most. */
char **satchel_shares_list_principals (SatchelStore *store, const SatchelEntity *entity, const char *id, GError **error);

/* The rights that shares give this user or her teams: bits 1 << SatchelPrivilege. What her roles hold back is not taken off. */
gboolean satchel_shares_read_mask (SatchelStore *store, const SatchelRights *rights, const SatchelEntity *entity, const char *id,
                                   guint *mask, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
