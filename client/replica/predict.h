/* What a change will do, foretold from the shown rows: for creates and updates by the rules that the server applies as well,
 * for deletes by the metadata's cascades, for actions by their plan (protocol/rules/actions.h). The server's answer is what
 * counts; this is for the eyes meanwhile, and refuses what cannot succeed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/overlay.h"
#include "protocol/change.h"

G_BEGIN_DECLS

/* SatchelShift*, in the order in which they happen; none for an action that only the server can plan. @made_at_ms is the
 * set's. Errors: NOT_FOUND, EXISTS, RULE, STATE, REFERENCE, SCHEMA, INVALID, FORBIDDEN (a system entity). */
GPtrArray *satchel_predict (SatchelReplica *replica, const SatchelChange *change, gint64 made_at_ms, GError **error);

G_END_DECLS
