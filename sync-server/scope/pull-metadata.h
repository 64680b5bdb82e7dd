/* The definitions that a device must know before it can read a row: they travel right after the head of a pull, and nothing is
 * fetched again for them. Rows that the device holds go on: a field that was added is empty in them, or has its default, which
 * the device fills in by the same rule as the server (satchel_rules_dup_fill); what was written since is in the change table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/wire/message.h"
#include "sync-server/scope/cursor.h"
#include "sync-server/security/access.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* The line of the stream, or NULL when the device holds the definitions that hold here: by @cursor, NULL on a first pull, or by
 * the digest of the request. Owned. */
char *satchel_pull_metadata_line (SatchelStore *store, const SatchelPull *request, const SatchelCursor *cursor);

/* *line: what the user may do (protocol/WIRE.md, Rights), or NULL when the device did not ask or was told. Owned. */
gboolean satchel_pull_rights_line (SatchelAccess *access, const char *user, const SatchelPull *request, char **line,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
