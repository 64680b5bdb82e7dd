/* Executes what the machine decides: pushes, pulls, timers, over a transport. Runs in the thread-default main context;
 * the simulator passes its own transport and clock and fires timers itself.
 *
 * The profile's sync lock is held from the start of a round to its rest, so that one process at a time syncs a profile
 * and none shuts the others out. Taken by another, it is a failure like any other: BUSY, tried again after a pause.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"
#include "client/sync/audit.h"
#include "client/sync/machine.h"
#include "client/sync/transport.h"

G_BEGIN_DECLS

typedef struct _SatchelSyncDriver SatchelSyncDriver;

typedef struct {
  gint64 pushed, pulled, removed, conflicts, parked; /* since the driver was made */
  gint64 resets; /* pulls that brought everything anew */
  gint64 healed; /* rows that differed from the server's */
  gint64 files_sent, files_fetched; /* attachments, whole */
  gint64 bytes_in, bytes_out;
  gint64 image_here, image_bytes; /* of the image of a first sync that comes just now, of how much; 0 of 0: none */
} SatchelSyncTotals;

/* Callbacks may feed the driver but not free it. Any of them may be NULL. */
typedef struct {
  /* Something moved: state, totals, progress of the queue (@waiting sets still to send). */
  void (*progress) (SatchelSyncState state, const SatchelSyncTotals *totals, gint64 waiting, gpointer data);
  /* The machine came to rest: IDLE (@error NULL), or WAITING, OFFLINE, SIGNED_OUT with the reason. */
  void (*rest) (SatchelSyncState state, const GError *error, gpointer data);
  /* Arms the one timer, replacing an earlier one; @delay_ms < 0 disarms. NULL: GLib's. */
  void (*set_timer) (gint64 delay_ms, gpointer data);
} SatchelSyncCallbacks;

/* @callbacks is copied; @session and @transport are borrowed and outlive the driver. */
SatchelSyncDriver *satchel_sync_driver_new (SatchelSession *session, SatchelTransport *transport,
                                            const SatchelSyncCallbacks *callbacks, gpointer data, GError **error);
void satchel_sync_driver_free (SatchelSyncDriver *driver); /* cancels what is under way; nothing is lost */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSyncDriver, satchel_sync_driver_free)

/* START, LOCAL_CHANGE, WOKEN, TIMER, GO_OFFLINE, GO_ONLINE, SIGNED_IN. */
void satchel_sync_driver_feed (SatchelSyncDriver *driver, SatchelSyncEvent event);
/* The next pull is followed by an audit, whether it is due or not. */
void satchel_sync_driver_demand_audit (SatchelSyncDriver *driver);
/* What came of the last audit; FALSE when this driver made none. *error is borrowed, NULL unless FAILED. */
gboolean satchel_sync_driver_get_audit (SatchelSyncDriver *driver, SatchelAuditOutcome *outcome, const GError **error);
SatchelSyncState satchel_sync_driver_get_state (SatchelSyncDriver *driver);
void satchel_sync_driver_get_totals (SatchelSyncDriver *driver, SatchelSyncTotals *totals);

G_END_DECLS
