/* Online lists: all that one may read, whether it is carried or not, by condition, quick find and order, page by page.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/wire/query.h"
#include "sync-server/security/access.h"
#include "sync-server/server.h"

G_BEGIN_DECLS

/* Within a read transaction, which stops after SATCHEL_MAX_LIST_MS: TOO_LARGE. INVALID, SCHEMA for a request that means nothing;
 * FORBIDDEN for one that would feel a hidden field. */
gboolean satchel_query_write (SatchelStore *store, SatchelAccess *access, const char *user, const SatchelListRequest *request,
                              gint64 now_ms, SatchelWriteFunc write, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One record whole, in the same form; NOT_FOUND for what is not there and for what may not be read. */
gboolean satchel_query_write_record (SatchelStore *store, SatchelAccess *access, const char *user,
                                     const SatchelRecordRequest *request, SatchelWriteFunc write, gpointer data,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
