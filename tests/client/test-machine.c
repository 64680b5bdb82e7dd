/* The sync machine, cell by cell: every event in every state, every error code in every busy state, and the
 * waits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/machine.h"

#include "protocol/limits.h"
#include "tests/lib/fixture.h"

static FakeClock fake;

static SatchelSyncStep
feed (SatchelSyncMachine *machine, SatchelSyncEvent event)
{
  return satchel_sync_machine_feed (machine, event, SATCHEL_ERROR_UNREACHABLE, -1, &fake.clock);
}

/* One letter a cell: what comes of the event. Rows: states; columns: events, both in the order of machine.h.
 *   .  nothing changes          p  PUSHING, push           l  PULLING, pull       i  IDLE
 *   a  stays, notes "again"     o  OFFLINE, cancel         w  WAITING, set timer   f  FILES, move files */
static const char *const expected[SATCHEL_SYNC_N_STATES] = {
  /* START LOCAL WOKEN PUSHED NOTHING PULLED IDENTIFIED FAILED TIMER GO_OFFLINE GO_ONLINE SIGNED_IN
     FILES_WAIT FILE_SENT FILES_DONE */
  "ppp......o.p...", /* IDLE */
  "aaapl..w.o.a...", /* PUSHING */
  "aaa..i.w.o.af..", /* PULLING */
  "aaa...pw.o.a...", /* IDENTIFYING */
  "p.......popp...", /* WAITING */
  "p.........pp...", /* OFFLINE */
  "p........o.p...", /* SIGNED_OUT */
  "aaa....w.o.afpi", /* FILES */
};

static void
test_every_cell (void)
{
  static const struct {
    char letter;
    SatchelSyncState state;
    SatchelSyncAction action;
  } meanings[] = {
    { 'p', SATCHEL_SYNC_PUSHING, SATCHEL_SYNC_DO_PUSH },
    { 'l', SATCHEL_SYNC_PULLING, SATCHEL_SYNC_DO_PULL },
    { 'i', SATCHEL_SYNC_IDLE, SATCHEL_SYNC_DO_NOTHING },
    { 'o', SATCHEL_SYNC_OFFLINE, SATCHEL_SYNC_DO_CANCEL },
    { 'w', SATCHEL_SYNC_WAITING, SATCHEL_SYNC_DO_SET_TIMER },
    { 'f', SATCHEL_SYNC_FILES, SATCHEL_SYNC_DO_MOVE_FILES },
  };

  for (guint state = 0; state < SATCHEL_SYNC_N_STATES; state++) {
    g_assert_cmpuint (strlen (expected[state]), ==, SATCHEL_SYNC_N_EVENTS);
    for (guint event = 0; event < SATCHEL_SYNC_N_EVENTS; event++) {
      SatchelSyncMachine machine = { .state = state };
      SatchelSyncStep step = feed (&machine, event);
      char letter = expected[state][event];

      g_assert_cmpint (machine.again, ==, letter == 'a');
      if (letter == '.' || letter == 'a') {
        g_assert_cmpint (machine.state, ==, state);
        g_assert_cmpint (step.action, ==, SATCHEL_SYNC_DO_NOTHING);
      }
      for (guint i = 0; i < G_N_ELEMENTS (meanings); i++) {
        if (meanings[i].letter != letter)
          continue;
        g_assert_cmpint (machine.state, ==, meanings[i].state);
        g_assert_cmpint (step.action, ==, meanings[i].action);
      }
    }
  }
}

/* What a failure leads to, by code; whatever is not here waits. */
static void
test_every_code (void)
{
  static const SatchelSyncState busy[] = { SATCHEL_SYNC_PUSHING, SATCHEL_SYNC_PULLING,
                                           SATCHEL_SYNC_IDENTIFYING, SATCHEL_SYNC_FILES };
  for (guint i = 0; i < G_N_ELEMENTS (busy); i++) {
    for (guint code = 0; code < SATCHEL_ERROR_N_CODES; code++) {
      SatchelSyncMachine machine = { .state = busy[i] };
      SatchelSyncStep step =
          satchel_sync_machine_feed (&machine, SATCHEL_SYNC_EVENT_FAILED, code, -1, &fake.clock);
      SatchelSyncState state = SATCHEL_SYNC_WAITING;
      SatchelSyncAction action = SATCHEL_SYNC_DO_SET_TIMER;
      gboolean again = FALSE;

      switch (code) {
      case SATCHEL_ERROR_UNAUTHENTICATED:
      case SATCHEL_ERROR_WIPED:
        state = SATCHEL_SYNC_SIGNED_OUT, action = SATCHEL_SYNC_DO_NOTHING;
        break;
      case SATCHEL_ERROR_OFFLINE:
        state = SATCHEL_SYNC_OFFLINE, action = SATCHEL_SYNC_DO_NOTHING;
        break;
      case SATCHEL_ERROR_DEVICE_CLONED:
        state = SATCHEL_SYNC_IDENTIFYING, action = SATCHEL_SYNC_DO_IDENTIFY;
        break;
      case SATCHEL_ERROR_CURSOR:
      case SATCHEL_ERROR_EPOCH:
        state = SATCHEL_SYNC_PULLING, action = SATCHEL_SYNC_DO_PULL_ALL,
        again = busy[i] == SATCHEL_SYNC_PUSHING;
        break;
      case SATCHEL_ERROR_GAP:
        state = SATCHEL_SYNC_PULLING, action = SATCHEL_SYNC_DO_PULL, again = busy[i] == SATCHEL_SYNC_PUSHING;
        break;
      default:
        break;
      }
      g_assert_cmpint (machine.state, ==, state);
      g_assert_cmpint (step.action, ==, action);
      g_assert_cmpint (machine.again, ==, again);
      g_assert_cmpuint (machine.failures, ==, state == SATCHEL_SYNC_WAITING);
    }
  }
}

static void
test_round (void)
{
  SatchelSyncMachine machine;

  satchel_sync_machine_init (&machine);
  g_assert_cmpint (machine.state, ==, SATCHEL_SYNC_IDLE);
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_START).action, ==, SATCHEL_SYNC_DO_PUSH);
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_PUSHED).action, ==, SATCHEL_SYNC_DO_PUSH);
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_NOTHING_TO_PUSH).action, ==, SATCHEL_SYNC_DO_PULL);
  /* A change made while pulling is pushed in a second round, and only one. */
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_LOCAL_CHANGE).action, ==, SATCHEL_SYNC_DO_NOTHING);
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_PULLED).action, ==, SATCHEL_SYNC_DO_PUSH);
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_NOTHING_TO_PUSH).action, ==, SATCHEL_SYNC_DO_PULL);
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_PULLED).action, ==, SATCHEL_SYNC_DO_NOTHING);
  g_assert_cmpint (machine.state, ==, SATCHEL_SYNC_IDLE);
}

static gint64
delay_after (guint failures, gint64 retry_after_ms)
{
  SatchelSyncMachine machine = { .state = SATCHEL_SYNC_PUSHING, .failures = failures };
  SatchelSyncStep step = satchel_sync_machine_feed (&machine, SATCHEL_SYNC_EVENT_FAILED,
                                                    SATCHEL_ERROR_UNREACHABLE, retry_after_ms, &fake.clock);

  g_assert_cmpint (step.action, ==, SATCHEL_SYNC_DO_SET_TIMER);
  g_assert_cmpuint (machine.failures, ==, failures + 1);
  return step.delay_ms;
}

/* A hundred draws lie within the bounds and use most of the room between them. */
static void
check_delays (guint failures, gint64 retry_after_ms, gint64 least, gint64 most)
{
  gint64 lowest = G_MAXINT64, highest = 0;

  for (guint i = 0; i < 100; i++) {
    gint64 delay = delay_after (failures, retry_after_ms);

    lowest = MIN (lowest, delay);
    highest = MAX (highest, delay);
  }
  g_assert_cmpint (lowest, >=, least);
  g_assert_cmpint (highest, <=, most);
  g_assert_cmpint (highest - lowest, >, (most - least) / 2);
}

static void
test_backoff (void)
{
  gint64 whole = SATCHEL_BACKOFF_FIRST_MS;

  for (guint failures = 0; failures < 100; failures++) {
    check_delays (failures, -1, whole / 2, whole);
    whole = MIN (whole * 2, SATCHEL_BACKOFF_MOST_MS);
  }
  g_assert_cmpint (whole, ==, SATCHEL_BACKOFF_MOST_MS);
}

static void
test_retry_after (void)
{
  gint64 most = SATCHEL_SYNC_RETRY_AFTER_MOST_MS;

  check_delays (0, 90000, 90000, 90000 * 5 / 4);
  check_delays (30, 10, SATCHEL_BACKOFF_MOST_MS / 2, SATCHEL_BACKOFF_MOST_MS);
  /* Nobody sends a device away for a year. */
  check_delays (0, G_MAXINT64, most, most * 5 / 4);
}

/* Success forgets the failures; a local change does not cut a pause short. */
static void
test_failures_forgotten (void)
{
  SatchelSyncMachine machine = { .state = SATCHEL_SYNC_WAITING, .failures = 5 };

  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_LOCAL_CHANGE).action, ==, SATCHEL_SYNC_DO_NOTHING);
  feed (&machine, SATCHEL_SYNC_EVENT_TIMER);
  g_assert_cmpuint (machine.failures, ==, 5);
  feed (&machine, SATCHEL_SYNC_EVENT_PUSHED);
  g_assert_cmpuint (machine.failures, ==, 0);
}

/* A server and a client that disagree for ever meet a pause, not a loop. */
static void
test_recoveries_end (void)
{
  static const SatchelErrorCode codes[] = { SATCHEL_ERROR_DEVICE_CLONED, SATCHEL_ERROR_CURSOR,
                                            SATCHEL_ERROR_GAP };
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    SatchelSyncMachine machine = { .state = SATCHEL_SYNC_PUSHING };
    guint rounds = 0;

    while (machine.state != SATCHEL_SYNC_WAITING) {
      g_assert_cmpuint (rounds++, <=, SATCHEL_SYNC_RECOVERIES_MOST);
      satchel_sync_machine_feed (&machine, SATCHEL_SYNC_EVENT_FAILED, codes[i], -1, &fake.clock);
      feed (&machine, SATCHEL_SYNC_EVENT_PULLED);
      feed (&machine, SATCHEL_SYNC_EVENT_IDENTIFIED);
    }
    g_assert_cmpuint (rounds, ==, SATCHEL_SYNC_RECOVERIES_MOST + 1);
  }
}

/* A gap that a pull does not close is closed by new numbers. */
static void
test_lasting_gap (void)
{
  SatchelSyncMachine machine = { .state = SATCHEL_SYNC_PUSHING };
  SatchelSyncStep step;

  step = satchel_sync_machine_feed (&machine, SATCHEL_SYNC_EVENT_FAILED, SATCHEL_ERROR_GAP, -1, &fake.clock);
  g_assert_cmpint (step.action, ==, SATCHEL_SYNC_DO_PULL);
  feed (&machine, SATCHEL_SYNC_EVENT_PULLED);
  g_assert_cmpint (machine.state, ==, SATCHEL_SYNC_PUSHING);
  step = satchel_sync_machine_feed (&machine, SATCHEL_SYNC_EVENT_FAILED, SATCHEL_ERROR_GAP, -1, &fake.clock);
  g_assert_cmpint (step.action, ==, SATCHEL_SYNC_DO_IDENTIFY);
}

/* What comes up meanwhile goes between two pieces, and the next piece follows its round. */
static void
test_files (void)
{
  SatchelSyncMachine machine = { .state = SATCHEL_SYNC_PULLING };

  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_FILES_WAIT).action, ==, SATCHEL_SYNC_DO_MOVE_FILES);
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_WOKEN).action, ==, SATCHEL_SYNC_DO_NOTHING);
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_FILES_WAIT).action, ==, SATCHEL_SYNC_DO_PUSH);
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_NOTHING_TO_PUSH).action, ==, SATCHEL_SYNC_DO_PULL);
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_FILES_WAIT).action, ==, SATCHEL_SYNC_DO_MOVE_FILES);
  g_assert_cmpint (feed (&machine, SATCHEL_SYNC_EVENT_FILE_SENT).action, ==, SATCHEL_SYNC_DO_PUSH);
}

static void
test_names (void)
{
  for (guint state = 0; state < SATCHEL_SYNC_N_STATES; state++)
    g_assert_cmpstr (satchel_sync_state_name (state), !=, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fake_clock_init (&fake, 1);
  g_test_add_func ("/client/machine/every-cell", test_every_cell);
  g_test_add_func ("/client/machine/every-code", test_every_code);
  g_test_add_func ("/client/machine/round", test_round);
  g_test_add_func ("/client/machine/files", test_files);
  g_test_add_func ("/client/machine/backoff", test_backoff);
  g_test_add_func ("/client/machine/retry-after", test_retry_after);
  g_test_add_func ("/client/machine/failures-forgotten", test_failures_forgotten);
  g_test_add_func ("/client/machine/recoveries-end", test_recoveries_end);
  g_test_add_func ("/client/machine/lasting-gap", test_lasting_gap);
  g_test_add_func ("/client/machine/names", test_names);
  return g_test_run ();
}
