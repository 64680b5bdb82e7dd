/* Why a device carries a record, or does not, in a sentence.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/access.h"

G_BEGIN_DECLS

/* {"carried","reason"}, owned. Within a read transaction. NOT_FOUND for what is not there and for what may not be read. */
char *satchel_why_answer (SatchelStore *store, SatchelAccess *access, const char *user, const char *device, const char *entity,
                          const char *record, gint64 now_ms, GError **error);

G_END_DECLS
