/* May she? The one question that every path asks about a record: by her rights (rights.h), or by a share of the record.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/rights.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* A share gives no more than her roles do: it counts where they give the privilege on the entity at some depth. Shares are
 * looked for only where the rights alone say no. What is filed like another record (a conflict, a share) may be read exactly
 * when that one may, and by nobody when that is gone; nobody writes it. */
gboolean satchel_permission_ask (SatchelStore *store, const SatchelRights *rights, SatchelPrivilege privilege,
                                 const SatchelRecord *record, gboolean *allowed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
