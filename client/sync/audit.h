/* Proves that the replica is what the server says it should be, and mends what is not (protocol/WIRE.md, Audit): sums of the
 * values of all server rows are compared per entity; where they differ, part by part down to the rows, which are fetched anew.
 *
 * Sums are computed in slices of some milliseconds from the thread-default main context: a replica of a million rows takes
 * seconds, in which the thread goes on doing what else it has to do.
 *
 * What lies on top of the rows, and the outbox, are not touched. One exchange at a time, over the transport of a round whose
 * lock is held.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"
#include "client/sync/transport.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_AUDIT_RIGHT,  /* every row is as it should be */
  SATCHEL_AUDIT_HEALED, /* some were not, and are now */
  SATCHEL_AUDIT_DISPUTED, /* some are as the server sends them, but not as its own sums say: they are damaged there */
  SATCHEL_AUDIT_STALE,  /* the server has something newer for this device: pull first */
  SATCHEL_AUDIT_LOST,   /* so much is wrong that all should be fetched anew */
  SATCHEL_AUDIT_FAILED, /* with an error; what was healed before it stays healed */
} SatchelAuditOutcome;

typedef struct _SatchelAudit SatchelAudit;

/* Called once, never from within start(); may free the audit. @healed: rows mended. @error for FAILED only. */
typedef void (*SatchelAuditFunc) (SatchelAuditOutcome outcome, gint64 healed, const GError *error, gpointer data);

/* Begins at once. All but @done's data are borrowed until satchel_audit_free(), which cancels what is under way. */
SatchelAudit *satchel_audit_start (SatchelSession *session, SatchelTransport *transport, const char *token,
                                   SatchelAuditFunc done, gpointer data, GError **error);
void          satchel_audit_free (SatchelAudit *audit); /* NULL-safe */

/* The same, waited for in the thread-default main context. */
gboolean satchel_audit_run (SatchelSession *session, SatchelTransport *transport, const char *token,
                            SatchelAuditOutcome *outcome, gint64 *healed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the last one is long enough ago. A replica that was loaded whole counts as proven then. */
gboolean satchel_audit_is_due (SatchelReplica *replica, gint64 now_ms);

/* How many rows the last audit found to be damaged at the server. */
gint64 satchel_audit_get_disputed (SatchelReplica *replica);

/* What the last healing mended: entity → rows, and when; NULL when there never was one. Owned. */
JsonObject *satchel_audit_get_healed (SatchelReplica *replica, gint64 *at_ms);

G_END_DECLS
