/* The table of the sync machine, and how long it waits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/machine.h"

#include "protocol/limits.h"

/* What a handler knows beyond the machine; code and retry_after_ms for FAILED only. */
typedef struct {
  SatchelErrorCode code;
  gint64 retry_after_ms;
  const SatchelClock *clock;
} Occasion;

typedef SatchelSyncStep (*Handler) (SatchelSyncMachine *machine, const Occasion *occasion);

static const SatchelSyncStep nothing = { SATCHEL_SYNC_DO_NOTHING, 0 };

static SatchelSyncStep
go (SatchelSyncMachine *machine, SatchelSyncState state, SatchelSyncAction action)
{
  machine->state = state;
  return (SatchelSyncStep){ action, 0 };
}

/* Every round begins with a push: what waits here must not lie under newer rows for longer than needed. */
static SatchelSyncStep
begin (SatchelSyncMachine *machine, const Occasion *occasion)
{
  machine->again = FALSE;
  return go (machine, SATCHEL_SYNC_PUSHING, SATCHEL_SYNC_DO_PUSH);
}

static SatchelSyncStep
go_round_again (SatchelSyncMachine *machine, const Occasion *occasion)
{
  machine->again = TRUE;
  return nothing;
}

static SatchelSyncStep
push_more (SatchelSyncMachine *machine, const Occasion *occasion)
{
  machine->failures = 0;
  return go (machine, SATCHEL_SYNC_PUSHING, SATCHEL_SYNC_DO_PUSH);
}

static SatchelSyncStep
pull (SatchelSyncMachine *machine, const Occasion *occasion)
{
  return go (machine, SATCHEL_SYNC_PULLING, SATCHEL_SYNC_DO_PULL);
}

static SatchelSyncStep
finish (SatchelSyncMachine *machine, const Occasion *occasion)
{
  machine->failures = 0;
  if (machine->again)
    return begin (machine, occasion);
  machine->recoveries = 0;
  return go (machine, SATCHEL_SYNC_IDLE, SATCHEL_SYNC_DO_NOTHING);
}

/* Between two pieces comes whatever else came up: attachments never hold up a round for longer than a piece
 * takes. */
static SatchelSyncStep
move_files (SatchelSyncMachine *machine, const Occasion *occasion)
{
  machine->failures = 0;
  if (machine->again)
    return begin (machine, occasion);
  return go (machine, SATCHEL_SYNC_FILES, SATCHEL_SYNC_DO_MOVE_FILES);
}

static SatchelSyncStep
stop (SatchelSyncMachine *machine, const Occasion *occasion)
{
  machine->again = FALSE;
  machine->failures = 0;
  return go (machine, SATCHEL_SYNC_OFFLINE, SATCHEL_SYNC_DO_CANCEL);
}

/* Exponential, the upper half of it random, so that many devices that lost one server do not come back
 * together. */
static SatchelSyncStep
wait_a_while (SatchelSyncMachine *machine, const Occasion *occasion)
{
  gint64 most = SATCHEL_BACKOFF_MOST_MS;
  gint64 delay = machine->failures < 20 ? (gint64)SATCHEL_BACKOFF_FIRST_MS << machine->failures : most;

  delay = MIN (delay, most) / 2;
  delay += satchel_clock_random_below (occasion->clock, delay + 1);
  if (occasion->retry_after_ms > 0) {
    gint64 asked = MIN (occasion->retry_after_ms, SATCHEL_SYNC_RETRY_AFTER_MOST_MS);

    delay = MAX (delay, asked + satchel_clock_random_below (occasion->clock, asked / 4 + 1));
  }
  machine->failures++;
  machine->recoveries = 0;
  machine->again = FALSE; /* the next round takes everything along */
  machine->state = SATCHEL_SYNC_WAITING;
  return (SatchelSyncStep){ SATCHEL_SYNC_DO_SET_TIMER, delay };
}

/* What the client mends by itself is tried at once, but not for ever: two sides that disagree about it would
 * turn without end. */
static SatchelSyncStep
recover (SatchelSyncMachine *machine, const Occasion *occasion, SatchelSyncState state,
         SatchelSyncAction action)
{
  if (machine->recoveries == SATCHEL_SYNC_RECOVERIES_MOST)
    return wait_a_while (machine, occasion);
  machine->recoveries++;
  return go (machine, state, action);
}

static SatchelSyncStep
fail (SatchelSyncMachine *machine, const Occasion *occasion)
{
  gboolean pushing = machine->state == SATCHEL_SYNC_PUSHING;

  switch (occasion->code) {
  case SATCHEL_ERROR_UNAUTHENTICATED:
  case SATCHEL_ERROR_WIPED: /* erasing is the business of who has the session */
    machine->again = FALSE;
    return go (machine, SATCHEL_SYNC_SIGNED_OUT, SATCHEL_SYNC_DO_NOTHING);
  case SATCHEL_ERROR_OFFLINE:
    machine->again = FALSE;
    return go (machine, SATCHEL_SYNC_OFFLINE, SATCHEL_SYNC_DO_NOTHING);
  case SATCHEL_ERROR_DEVICE_CLONED:
    return recover (machine, occasion, SATCHEL_SYNC_IDENTIFYING, SATCHEL_SYNC_DO_IDENTIFY);
  case SATCHEL_ERROR_CURSOR:
  case SATCHEL_ERROR_EPOCH:
    machine->again |= pushing;
    return recover (machine, occasion, SATCHEL_SYNC_PULLING, SATCHEL_SYNC_DO_PULL_ALL);
  case SATCHEL_ERROR_GAP:
    /* The server knows less than it did: it was restored. Its next pull says which sets it needs again. Where
     * a number is gone for good (its set was discarded meanwhile, or the device is new there) that mends
     * nothing, and the sets are numbered anew. */
    machine->again |= pushing;
    if (machine->recoveries > 0)
      return recover (machine, occasion, SATCHEL_SYNC_IDENTIFYING, SATCHEL_SYNC_DO_IDENTIFY);
    return recover (machine, occasion, SATCHEL_SYNC_PULLING, SATCHEL_SYNC_DO_PULL);
  default:
    return wait_a_while (machine, occasion);
  }
}

/* A missing handler: the event means nothing in that state. */
static const Handler table[SATCHEL_SYNC_N_STATES][SATCHEL_SYNC_N_EVENTS] = {
  [SATCHEL_SYNC_IDLE] = {
    [SATCHEL_SYNC_EVENT_START] = begin,
    [SATCHEL_SYNC_EVENT_LOCAL_CHANGE] = begin,
    [SATCHEL_SYNC_EVENT_WOKEN] = begin,
    [SATCHEL_SYNC_EVENT_GO_OFFLINE] = stop,
    [SATCHEL_SYNC_EVENT_SIGNED_IN] = begin,
  },
  [SATCHEL_SYNC_PUSHING] = {
    [SATCHEL_SYNC_EVENT_START] = go_round_again,
    [SATCHEL_SYNC_EVENT_LOCAL_CHANGE] = go_round_again,
    [SATCHEL_SYNC_EVENT_WOKEN] = go_round_again,
    [SATCHEL_SYNC_EVENT_PUSHED] = push_more,
    [SATCHEL_SYNC_EVENT_NOTHING_TO_PUSH] = pull,
    [SATCHEL_SYNC_EVENT_FAILED] = fail,
    [SATCHEL_SYNC_EVENT_GO_OFFLINE] = stop,
    [SATCHEL_SYNC_EVENT_SIGNED_IN] = go_round_again,
  },
  [SATCHEL_SYNC_PULLING] = {
    [SATCHEL_SYNC_EVENT_START] = go_round_again,
    [SATCHEL_SYNC_EVENT_LOCAL_CHANGE] = go_round_again,
    [SATCHEL_SYNC_EVENT_WOKEN] = go_round_again,
    [SATCHEL_SYNC_EVENT_PULLED] = finish,
    [SATCHEL_SYNC_EVENT_FILES_WAIT] = move_files,
    [SATCHEL_SYNC_EVENT_FAILED] = fail,
    [SATCHEL_SYNC_EVENT_GO_OFFLINE] = stop,
    [SATCHEL_SYNC_EVENT_SIGNED_IN] = go_round_again,
  },
  [SATCHEL_SYNC_FILES] = {
    [SATCHEL_SYNC_EVENT_START] = go_round_again,
    [SATCHEL_SYNC_EVENT_LOCAL_CHANGE] = go_round_again,
    [SATCHEL_SYNC_EVENT_WOKEN] = go_round_again,
    [SATCHEL_SYNC_EVENT_FILES_WAIT] = move_files,
    [SATCHEL_SYNC_EVENT_FILE_SENT] = begin,
    [SATCHEL_SYNC_EVENT_FILES_DONE] = finish,
    [SATCHEL_SYNC_EVENT_FAILED] = fail,
    [SATCHEL_SYNC_EVENT_GO_OFFLINE] = stop,
    [SATCHEL_SYNC_EVENT_SIGNED_IN] = go_round_again,
  },
  [SATCHEL_SYNC_IDENTIFYING] = {
    [SATCHEL_SYNC_EVENT_START] = go_round_again,
    [SATCHEL_SYNC_EVENT_LOCAL_CHANGE] = go_round_again,
    [SATCHEL_SYNC_EVENT_WOKEN] = go_round_again,
    [SATCHEL_SYNC_EVENT_IDENTIFIED] = begin,
    [SATCHEL_SYNC_EVENT_FAILED] = fail,
    [SATCHEL_SYNC_EVENT_GO_OFFLINE] = stop,
    [SATCHEL_SYNC_EVENT_SIGNED_IN] = go_round_again,
  },
  [SATCHEL_SYNC_WAITING] = { /* a local change or a wake-up does not shorten the pause */
    [SATCHEL_SYNC_EVENT_START] = begin,
    [SATCHEL_SYNC_EVENT_TIMER] = begin,
    [SATCHEL_SYNC_EVENT_GO_OFFLINE] = stop,
    [SATCHEL_SYNC_EVENT_GO_ONLINE] = begin,
    [SATCHEL_SYNC_EVENT_SIGNED_IN] = begin,
  },
  [SATCHEL_SYNC_OFFLINE] = { /* an explicit start is tried; the driver refuses while the user's switch is set */
    [SATCHEL_SYNC_EVENT_START] = begin,
    [SATCHEL_SYNC_EVENT_GO_ONLINE] = begin,
    [SATCHEL_SYNC_EVENT_SIGNED_IN] = begin,
  },
  [SATCHEL_SYNC_SIGNED_OUT] = {
    [SATCHEL_SYNC_EVENT_START] = begin,
    [SATCHEL_SYNC_EVENT_GO_OFFLINE] = stop,
    [SATCHEL_SYNC_EVENT_SIGNED_IN] = begin,
  },
};

void
satchel_sync_machine_init (SatchelSyncMachine *machine)
{
  *machine = (SatchelSyncMachine){ .state = SATCHEL_SYNC_IDLE };
}

SatchelSyncStep
satchel_sync_machine_feed (SatchelSyncMachine *machine, SatchelSyncEvent event, SatchelErrorCode code,
                           gint64 retry_after_ms, const SatchelClock *clock)
{
  const Occasion occasion = { code, retry_after_ms, clock };
  Handler handler;

  g_assert (machine->state < SATCHEL_SYNC_N_STATES && event < SATCHEL_SYNC_N_EVENTS);
  handler = table[machine->state][event];
  return handler != NULL ? handler (machine, &occasion) : nothing;
}

const char *
satchel_sync_state_name (SatchelSyncState state)
{
  static const char *const names[SATCHEL_SYNC_N_STATES] = {
    "idle", "pushing", "pulling", "identifying", "waiting", "offline", "signed-out", "files",
  };

  g_assert (state < SATCHEL_SYNC_N_STATES);
  return names[state];
}
