/* When to push, pull, wait and retry: a pure state machine. No clock, no network, no database; the driver and the
 * simulator turn it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/error.h"
#include "protocol/id.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_SYNC_IDLE,       /* up to date as far as known */
  SATCHEL_SYNC_PUSHING,
  SATCHEL_SYNC_PULLING,
  SATCHEL_SYNC_IDENTIFYING, /* taking a new device identity */
  SATCHEL_SYNC_WAITING,    /* after a failure, until the timer */
  SATCHEL_SYNC_OFFLINE,    /* the user said so, or there is no network */
  SATCHEL_SYNC_SIGNED_OUT, /* the token is not accepted any more */
  SATCHEL_SYNC_FILES,      /* rows are up to date; attachments move, a piece at a time */
  SATCHEL_SYNC_N_STATES
} SatchelSyncState;

typedef enum {
  SATCHEL_SYNC_EVENT_START,         /* sync now: the user, or the program's start */
  SATCHEL_SYNC_EVENT_LOCAL_CHANGE,
  SATCHEL_SYNC_EVENT_WOKEN,         /* the server says there is something */
  SATCHEL_SYNC_EVENT_PUSHED,        /* answer stored; see more */
  SATCHEL_SYNC_EVENT_NOTHING_TO_PUSH,
  SATCHEL_SYNC_EVENT_PULLED,
  SATCHEL_SYNC_EVENT_IDENTIFIED,
  SATCHEL_SYNC_EVENT_FAILED,        /* with a code */
  SATCHEL_SYNC_EVENT_TIMER,
  SATCHEL_SYNC_EVENT_GO_OFFLINE,
  SATCHEL_SYNC_EVENT_GO_ONLINE,
  SATCHEL_SYNC_EVENT_SIGNED_IN,
  SATCHEL_SYNC_EVENT_FILES_WAIT,    /* pulled, or a piece moved, and there is more to move */
  SATCHEL_SYNC_EVENT_FILE_SENT,     /* what waited for it can be pushed */
  SATCHEL_SYNC_EVENT_FILES_DONE,
  SATCHEL_SYNC_N_EVENTS
} SatchelSyncEvent;

typedef enum {
  SATCHEL_SYNC_DO_NOTHING,
  SATCHEL_SYNC_DO_PUSH,
  SATCHEL_SYNC_DO_PULL,
  SATCHEL_SYNC_DO_PULL_ALL, /* without a cursor: the server does not accept the one we hold */
  SATCHEL_SYNC_DO_IDENTIFY,
  SATCHEL_SYNC_DO_SET_TIMER, /* delay_ms */
  SATCHEL_SYNC_DO_CANCEL,    /* whatever is under way */
  SATCHEL_SYNC_DO_MOVE_FILES, /* one piece */
} SatchelSyncAction;

typedef struct {
  SatchelSyncState state;
  guint failures;       /* in a row: the exponent of the backoff */
  guint recoveries;     /* new identities, whole pulls… since the last complete round or pause */
  gboolean again;       /* something came in while busy: go round once more */
} SatchelSyncMachine;

typedef struct {
  SatchelSyncAction action;
  gint64 delay_ms;
} SatchelSyncStep;

/* What a server asks for as a pause is honoured up to here; how often the client mends its state before it pauses. */
#define SATCHEL_SYNC_RETRY_AFTER_MOST_MS (60 * 60 * 1000)
#define SATCHEL_SYNC_RECOVERIES_MOST     3

void satchel_sync_machine_init (SatchelSyncMachine *machine);

/* @code and @retry_after_ms (-1: none) matter for FAILED only. @clock gives the jitter. An event that means nothing in the state is
 * ignored (DO_NOTHING, state unchanged). */
SatchelSyncStep satchel_sync_machine_feed (SatchelSyncMachine *machine, SatchelSyncEvent event, SatchelErrorCode code,
                                           gint64 retry_after_ms, const SatchelClock *clock);

const char *satchel_sync_state_name (SatchelSyncState state);

G_END_DECLS
