/* What a device is to hold that it does not hold yet: the lines of a pull (protocol/WIRE.md), all as of one S.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/wire/message.h"
#include "sync-server/scope/deltas.h"
#include "sync-server/security/access.h"
#include "sync-server/server.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* Within a read transaction. CURSOR for a cursor of another user or server; EPOCH for one that lies ahead of the store in its
 * own epoch: the file was put back behind the server's back, and a new epoch must be opened first; UNPREPARED where the writer
 * must store the device's scope first, evaluate filters for which it is time, or refuse one whose guard costs too much
 * (satchel_pull_prepare). The last of these may turn out late: what was written is void when this fails. @deltas: of this store. */
gboolean satchel_pull_write (SatchelStore *store, SatchelAccess *access, SatchelDeltas *deltas, const char *user, const char *device,
                             const SatchelPull *request, gint64 now_ms, SatchelWriteFunc write, gpointer data,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a pull with @cursor would bring nothing: then what is carried now is what the device has, as of *s. Errors as above. */
gboolean satchel_pull_is_current (SatchelStore *store, SatchelAccess *access, const char *user, const char *device,
                                  const char *cursor, gint64 now_ms, gboolean *current, gint64 *s,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Within a write transaction: so that the pull can be written. */
gboolean satchel_pull_prepare (SatchelStore *store, SatchelAccess *access, const char *user, const char *device, gint64 now_ms,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
