/* What happened to a record, for whoever may read it, carried or not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/access.h"

G_BEGIN_DECLS

/* Within a read transaction. {"history":[…]}, owned; without fields of hidden classes. NOT_FOUND for what is not there and for what
 * may not be read; a deleted record can be read by whoever could read it as it was. */
char *satchel_history_read (SatchelStore *store, SatchelAccess *access, const char *user, const char *entity, const char *record,
                            GError **error);

G_END_DECLS
