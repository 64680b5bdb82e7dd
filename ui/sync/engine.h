/* The thread in which a profile is synced, or in which the agent that does it is listened to. Nobody blocks the main loop: finding an
 * agent, starting it and what a keeper does on the disk happen there.
 *
 * The user's agent is preferred: it goes on when the window is closed. Where there is none and none comes, or it leaves, a keeper of
 * our own does the same; the profile's lock keeps the two apart.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/sync/driver.h"

G_BEGIN_DECLS

typedef struct _SatchelEngine SatchelEngine;

/* Strings and tables are borrowed for the call. All come in the main context; none does after free(). */
typedef struct {
  /* @state as in the agent's interface; @code NULL: nothing is wrong. */
  void (*state) (const char *state, const char *code, const char *reason, gboolean listening, gpointer data);
  void (*progress) (const char *state, const SatchelSyncTotals *moved, gpointer data);
  void (*rested) (const char *state, const SatchelSyncTotals *moved, gpointer data);
  /* As of satchel_desk_tell(). */
  void (*changed) (GHashTable *records, gpointer data);
  /* From here on every write of others is told by "changed"; or it is not any more. */
  void (*informed) (gboolean informed, gpointer data);
} SatchelEngineEvents;

/* @program: an agent to start where the bus knows none; NULL: none. With @lone no agent is looked for: it could not know the folder. */
SatchelEngine *satchel_engine_new (const char *data_dir, const char *profile, SatchelRegistry *registry,
                                   const SatchelClock *clock, gboolean lone, const char *program,
                                   const SatchelEngineEvents *events, gpointer data);
/* Waits for the thread: as long as the disk takes with what it does just now. */
void satchel_engine_free (SatchelEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelEngine, satchel_engine_free)

void satchel_engine_sync (SatchelEngine *engine);
/* The network, or the computer, has come back. */
void satchel_engine_come_back (SatchelEngine *engine);

G_END_DECLS
