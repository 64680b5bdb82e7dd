/* One profile, kept in sync: its replica, its driver, the server's call and the bell of other programs, wired together.
 *
 * Everything happens in the main context that is the thread's default when it is made. A replica that cannot be opened leaves a keeper in the state "broken", which
 * tries again when something happens to the profile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"
#include "client/sync/driver.h"
#include "client/tally.h"

G_BEGIN_DECLS

typedef struct _SatchelKeeper SatchelKeeper;

/* What a keeper tells; none may free it, or call it but for the getters. */
typedef struct {
  void (*state) (SatchelKeeper *keeper, gpointer data); /* state or attention is another one */
  /* @records: entity → GPtrArray of ids, as from satchel_touched_take(); NULL: anything may be different. */
  void (*changed) (SatchelKeeper *keeper, GHashTable *records, gpointer data);
  void (*progress) (SatchelKeeper *keeper, gint64 waiting, const SatchelSyncTotals *moved, gpointer data);
  /* @error NULL: complete. @moved since the last rest. */
  void (*rested) (SatchelKeeper *keeper, const GError *error, const SatchelSyncTotals *moved, gpointer data);
  /* Something needs a person that did not before; @code as in the D-Bus interface. */
  void (*attention) (SatchelKeeper *keeper, const char *code, const char *reason, gpointer data);
} SatchelKeeperEvents;

/* Begins at once. All pointers are borrowed. */
SatchelKeeper *satchel_keeper_new (const char *data_dir, const char *profile, SatchelRegistry *registry,
                                   const SatchelClock *clock, const SatchelKeeperEvents *events, gpointer data);
/* What was asked for and is not done ends with CANCELLED. */
void           satchel_keeper_free (SatchelKeeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelKeeper, satchel_keeper_free)

const char *satchel_keeper_get_profile (SatchelKeeper *keeper);
const char *satchel_keeper_get_state (SatchelKeeper *keeper);     /* as in the D-Bus interface; static */
const char *satchel_keeper_get_attention (SatchelKeeper *keeper); /* the reason, or NULL */
const GError *satchel_keeper_get_problem (SatchelKeeper *keeper); /* what stopped the last sync, or NULL */
gboolean    satchel_keeper_is_listening (SatchelKeeper *keeper);
SatchelSession *satchel_keeper_get_session (SatchelKeeper *keeper); /* borrowed; NULL while broken */

/* Syncs; @done is called once, at the end, with an error or with what was moved meanwhile. */
typedef void (*SatchelKeeperDone) (const GError *error, const SatchelSyncTotals *moved, gpointer data);
void satchel_keeper_sync (SatchelKeeper *keeper, SatchelKeeperDone done, gpointer data);

gboolean satchel_keeper_set_offline (SatchelKeeper *keeper, gboolean offline, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The network, or the computer, has come back: connections that still seem open may be dead. Syncs after a short random pause, so
 * that an office whose network returns does not call all at once. */
void satchel_keeper_come_back (SatchelKeeper *keeper);

G_END_DECLS
