/* How a desk's profile and its server stand: what moves, what waits, what is wrong. One for each desk; whoever asks for it first
 * sets it to work, in a thread of its own (sync/engine.h): through the user's agent, which is found or started, else by itself.
 *
 * What others write comes to the desk with the ids of the records, so that lists look again at what is different only.
 *
 * Main thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/sync/driver.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* In the order in which a person wants to know. */
typedef enum {
  SATCHEL_STANDING_SIGNED_OUT,  /* nobody signed in, or the server does not take the device any more */
  SATCHEL_STANDING_TROUBLED,    /* something stopped it that does not pass by itself: see the problem */
  SATCHEL_STANDING_OFFLINE,     /* switched off by the person */
  SATCHEL_STANDING_SYNCING,
  SATCHEL_STANDING_UNREACHABLE, /* no connection now; it is tried again */
  SATCHEL_STANDING_UP_TO_DATE,
} SatchelStanding;

#define SATCHEL_TYPE_SYNC (satchel_sync_get_type ())
G_DECLARE_FINAL_TYPE (SatchelSync, satchel_sync, SATCHEL, SYNC, GObject)

/* Properties, read-only, with notify:
 *   "state"        int      a SatchelStanding
 *   "pending"      gint64   change sets without an outcome yet
 *   "parked"       gint64   change sets that were refused
 *   "conflicts"    gint64   open ones that nobody has decided
 *   "last-sync"    gint64   ms since 1970 of the last complete one; -1: never
 *   "problem"      char*    what stopped the last sync, a sentence in the person's language; NULL: nothing
 *   "problem-code" char*    its wire name ("unreachable"); NULL
 *   "online"       gboolean not switched off by the person
 *   "listening"    gboolean the server can call
 *   "progress"     gint64   bytes received since the sync began; 0 when none is under way. The rest: get_moved() */

/* Borrowed: it lives as long as @desk, and ends its work when that is closed. */
SatchelSync *satchel_sync_get (SatchelDesk *desk);

SatchelStanding satchel_sync_get_standing (SatchelSync *sync);
gint64          satchel_sync_get_pending (SatchelSync *sync);
gint64          satchel_sync_get_parked (SatchelSync *sync);
gint64          satchel_sync_get_conflicts (SatchelSync *sync);
gint64          satchel_sync_get_last_sync (SatchelSync *sync);
const char     *satchel_sync_get_problem (SatchelSync *sync);
const char     *satchel_sync_get_problem_code (SatchelSync *sync);
gboolean        satchel_sync_get_online (SatchelSync *sync);
gboolean        satchel_sync_get_listening (SatchelSync *sync);
/* What has moved since the sync under way began, or in the last one. */
void satchel_sync_get_moved (SatchelSync *sync, SatchelSyncTotals *moved);
/* How far the first sync is: bytes that are here, of how many. *all 0: not known. */
void satchel_sync_get_first (SatchelSync *sync, gint64 *here, gint64 *all);
/* About as much is to come with the first sync; an image of all of it has a size of its own. */
void satchel_sync_expect (SatchelSync *sync, gint64 bytes);

/* Sends and receives now, whatever was to be waited for. Also after a sign-in. */
void satchel_sync_now (SatchelSync *sync);
/* The switch is kept in the profile. What comes of it is seen by the properties; a failure by "problem". */
void satchel_sync_set_offline (SatchelSync *sync, gboolean offline);

G_END_DECLS
