/* What the files behind accounts.h and teams.h share: one field of one record, changed by whoever has the machine. All within
 * the write transaction of @server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/accounts.h"
#include "sync-server/server-private.h"
#include "sync-server/store/feed.h"

G_BEGIN_DECLS

SatchelCommit satchel_accounts_make_commit (SatchelServer *server, const char *actor);
gboolean satchel_accounts_audit (SatchelServer *server, const char *actor, const char *what, const char *detail,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A new record, with defaults and rules. */
gboolean satchel_accounts_create_record (SatchelServer *server, const char *actor, SatchelRecord *record,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* NOT_FOUND. */
gboolean satchel_accounts_require (SatchelServer *server, const char *entity, const char *id, SatchelRecord **record,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Sets a field of the record of @entity with @id to @value (NULL: empties it), and writes @what into the audit. NOT_FOUND, RULE. */
gboolean satchel_accounts_set_field (SatchelServer *server, const char *actor, const char *entity, const char *id,
                                     const char *field, const SatchelValue *value, const char *what,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* SatchelUnit*, by name; and the one with that id or name, or NULL. */
GPtrArray         *satchel_accounts_read_units (SatchelStore *store, GError **error);
const SatchelUnit *satchel_accounts_pick_unit (GPtrArray *units, const char *id_or_name);

G_END_DECLS
