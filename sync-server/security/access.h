/* Rights of users as the store has them now, kept while nothing alters them. One cache a connection.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/scope/signature.h"
#include "sync-server/store/people.h"

G_BEGIN_DECLS

typedef struct _SatchelAccess SatchelAccess;

SatchelAccess *satchel_access_new (SatchelStore *store); /* borrowed */
void           satchel_access_free (SatchelAccess *access);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelAccess, satchel_access_free)

/* Within a transaction. Borrowed until the next call after rights have changed; UNAUTHENTICATED for a user who is not there
 * or not active. */
const SatchelRights *satchel_access_get_rights (SatchelAccess *access, const char *user, GError **error);
const SatchelBucketList *satchel_access_get_buckets (SatchelAccess *access, const char *user, GError **error);
/* What the user's devices are told of them (protocol/wire/permits.h), and its digest; borrowed likewise. */
const char *satchel_access_get_permits (SatchelAccess *access, const char *user, const char **digest, GError **error);
/* @device NULL: nobody's pins. It is looked at again for what is missing while it is not complete. */
SatchelScope *satchel_access_get_scope (SatchelAccess *access, const char *user, const char *device, GError **error);

/* Of the text of a scope that get_scope() has returned, for a device; borrowed until the next call. */
typedef struct _SatchelHoldings SatchelHoldings;
SatchelHoldings *satchel_access_get_holdings (SatchelAccess *access, const SatchelScope *scope, GError **error);

/* A reference. */
SatchelSignature *satchel_access_dup_signature (SatchelAccess *access, const char *user, const char *device, GError **error);

/* Reader: when a filter of anyone must be evaluated anew; read once an S. */
gboolean satchel_access_get_due (SatchelAccess *access, gint64 *due_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
