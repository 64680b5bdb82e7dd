/* A device proves its copy: sums of what it should hold, and rows anew where it does not (protocol/WIRE.md, Audit).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/access.h"
#include "sync-server/server.h"

G_BEGIN_DECLS

struct _SatchelAuditRequest {
  char *cursor;
  char *entity;  /* NULL: one sum for each entity */
  char **parts;  /* suffixes of ids; NULL for rows */
  char **ids;    /* of rows; NULL for sums */
};
void satchel_audit_request_free (SatchelAuditRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelAuditRequest, satchel_audit_request_free)

/* INVALID, TOO_LARGE. */
SatchelAuditRequest *satchel_audit_request_from_text (const char *text, gsize length, GError **error);
SatchelAuditRequest *satchel_rows_request_from_text (const char *text, gsize length, GError **error);

/* Within a read transaction; errors as of satchel_pull_write(), SCHEMA for an entity that is not there. Work is linear in what is
 * carried of the entity that is asked for, and TOO_LARGE beyond SATCHEL_MAX_AUDIT_MS. */
char *satchel_audit_answer (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
                            const SatchelAuditRequest *request, gint64 now_ms, GError **error);
gboolean satchel_audit_write_rows (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
                                   const SatchelAuditRequest *request, gint64 now_ms, SatchelWriteFunc write, gpointer data,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
