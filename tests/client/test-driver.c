/* The driver over a transport that answers what the test says: every step of a round fails once, in every
 * way, and the round after it mends everything.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/profile.h"
#include "protocol/limits.h"
#include "protocol/wire/message.h"
#include "tests/client/driven.h"

static void
test_nothing_to_do (void)
{
  Device device;
  g_autofree char *cursor = NULL;

  device_init (&device);
  device_enrol (&device);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  g_assert_cmpstr (device.fake.pending->token, ==, "token-1");
  g_assert_null (strstr (device.fake.pending->text, "cursor"));
  device_answer_pull (&device);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  cursor = device_dup_cursor (&device);
  g_assert_cmpstr (cursor, ==, "1.1.b.s.m");

  device_feed (&device, SATCHEL_SYNC_EVENT_WOKEN);
  g_assert_nonnull (strstr (device.fake.pending->text, "\"cursor\":\"1.1.b.s.m\""));
  device_answer_pull (&device);
  g_assert_cmpuint (device.n_rests, ==, 2);
  device_clear (&device);
}

static void
test_many_sets (void)
{
  Device device;
  g_autoptr (GHashTable) applied = device_new_applied ();
  SatchelSyncTotals totals;

  device_init (&device);
  device_enrol (&device);
  device_make_accounts (&device, 2500);
  device_run_round (&device, SATCHEL_SYNC_EVENT_START, applied);
  g_assert_cmpuint (g_hash_table_size (applied), ==, 2500);
  g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_PENDING), ==, 0);
  g_assert_cmpuint (device.fake.n_started, ==, 4);
  satchel_sync_driver_get_totals (device.driver, &totals);
  g_assert_cmpint (totals.pushed, ==, 2500);
  g_assert_cmpint (totals.bytes_out, ==, device.fake.transport.bytes_out);
  device_clear (&device);
}

/* Parked sets and conflicts are no failures; they are counted. */
static void
test_outcomes (void)
{
  Device device;
  g_autoptr (GPtrArray) sets = NULL;
  g_autofree char *text = NULL;
  SatchelSyncTotals totals;

  device_init (&device);
  device_enrol (&device);
  device_make_accounts (&device, 2);
  device_feed (&device, SATCHEL_SYNC_EVENT_LOCAL_CHANGE);
  sets = device_peek_pushed (&device);
  text = g_strdup_printf (
      "{\"outcomes\":[{\"n\":1,\"id\":\"%s\",\"state\":\"applied\",\"s\":1,\"conflicts\":2},"
      "{\"n\":2,\"id\":\"%s\",\"state\":\"parked\",\"code\":\"reference\",\"reason\":\"gone\"}]}",
      ((SatchelChangeSet *)sets->pdata[0])->uuid, ((SatchelChangeSet *)sets->pdata[1])->uuid);
  device_answer_text (&device, "/v1/push", text, strlen (text));
  device_answer_pull (&device);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  satchel_sync_driver_get_totals (device.driver, &totals);
  g_assert_cmpint (totals.pushed, ==, 2);
  g_assert_cmpint (totals.conflicts, ==, 2);
  g_assert_cmpint (totals.parked, ==, 1);
  g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_PARKED), ==, 1);
  device_clear (&device);
}

/* After @path was refused with @code: the machine rests as it must, and its next chance ends the round. */
static void
recover (Device *device, const char *path, SatchelErrorCode code, GHashTable *applied)
{
  switch (code) {
  case SATCHEL_ERROR_UNAUTHENTICATED:
  case SATCHEL_ERROR_WIPED: /* erased by who has the session */
    device_assert_rest (device, SATCHEL_SYNC_SIGNED_OUT, code);
    device_enrol (device);
    device_run_round (device, SATCHEL_SYNC_EVENT_SIGNED_IN, applied);
    break;
  case SATCHEL_ERROR_OFFLINE:
    device_assert_rest (device, SATCHEL_SYNC_OFFLINE, code);
    device_run_round (device, SATCHEL_SYNC_EVENT_GO_ONLINE, applied);
    break;
  case SATCHEL_ERROR_CURSOR:
  case SATCHEL_ERROR_EPOCH:
  case SATCHEL_ERROR_GAP:
    device_answer_pull (device);
    if (g_str_equal (path, "/v1/push")) {
      device_answer_push (device, applied);
      device_answer_pull (device);
    }
    device_assert_rest (device, SATCHEL_SYNC_IDLE, -1);
    break;
  default:
    device_assert_rest (device, SATCHEL_SYNC_WAITING, code);
    g_assert_cmpint (device->timer_ms, >=, 5000);
    device_run_round (device, SATCHEL_SYNC_EVENT_TIMER, applied);
    break;
  }
}

/* Whatever a request of a round is answered with, the next round delivers everything, once. */
static void
test_every_refusal (void)
{
  static const char *const paths[] = { "/v1/push", "/v1/pull" };
  Device device;
  g_autoptr (GHashTable) applied = device_new_applied ();
  guint n_made = 0;

  device_init (&device);
  device_enrol (&device);
  for (guint step = 0; step < G_N_ELEMENTS (paths); step++) {
    for (guint code = 0; code < SATCHEL_ERROR_N_CODES; code++) {
      if (code == SATCHEL_ERROR_DEVICE_CLONED) /* test_cloned */
        continue;
      device_make_accounts (&device, 2);
      n_made += 2;
      device_feed (&device, SATCHEL_SYNC_EVENT_START);
      if (step > 0)
        device_answer_push (&device, applied);
      device_answer_error (&device, paths[step], code, 5000);
      recover (&device, paths[step], code, applied);
      g_assert_cmpuint (g_hash_table_size (applied), ==, n_made);
      g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_PENDING), ==, 0);
    }
  }
  device_clear (&device);
}

/* The server took the push, the answer was lost: the same sets are offered again under the same numbers. */
static void
test_lost_answer (void)
{
  Device device;
  g_autoptr (GHashTable) applied = device_new_applied ();
  g_autoptr (GPtrArray) first = NULL, second = NULL;

  device_init (&device);
  device_enrol (&device);
  device_make_accounts (&device, 3);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  first = device_peek_pushed (&device);
  device_answer_error (&device, "/v1/push", SATCHEL_ERROR_UNREACHABLE, -1);
  device_make_accounts (&device, 1);
  device_feed (&device, SATCHEL_SYNC_EVENT_TIMER);
  second = device_peek_pushed (&device);
  g_assert_cmpuint (second->len, >=, first->len);
  for (guint i = 0; i < first->len; i++) {
    const SatchelChangeSet *a = first->pdata[i], *b = second->pdata[i];

    g_assert_cmpstr (a->uuid, ==, b->uuid);
    g_assert_cmpint (a->number, ==, b->number);
  }
  while (g_str_equal (device.fake.pending->path, "/v1/push"))
    device_answer_push (&device, applied);
  device_answer_pull (&device);
  g_assert_cmpuint (g_hash_table_size (applied), ==, 4);
  device_clear (&device);
}

/* A pull that ends early, wherever, leaves no trace. */
static void
test_cut_pull (void)
{
  Device device;

  device_init (&device);
  device_enrol (&device);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  /* Without its last newline the tail is whole still. */
  for (gsize n = 0; n < strlen (device_empty_pull) - 1; n++) {
    g_autofree char *cursor = NULL;

    device_answer_text (&device, "/v1/pull", device_empty_pull, n);
    device_assert_rest (&device, SATCHEL_SYNC_WAITING, device.rest_error->code);
    cursor = device_dup_cursor (&device);
    g_assert_null (cursor);
    device_feed (&device, SATCHEL_SYNC_EVENT_START);
  }
  device_answer_pull (&device);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  device_clear (&device);
}

static void
test_nonsense (void)
{
  static const char *const nonsense[] = { "",
                                          "null",
                                          "{}",
                                          "[]",
                                          "{\"outcomes\":[]}",
                                          "<html>Sign in to this hotel</html>",
                                          "{\"outcomes\":[{\"n\":[2,2],\"s\":[1,1]}]}",
                                          "{\"outcomes\":[{\"n\":[1,1000000000],\"s\":[1,1000000000]}]}" };
  Device device;
  g_autoptr (GHashTable) applied = device_new_applied ();

  device_init (&device);
  device_enrol (&device);
  device_make_accounts (&device, 1);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++) {
    device_feed (&device, SATCHEL_SYNC_EVENT_START);
    device_answer_text (&device, "/v1/push", nonsense[i], strlen (nonsense[i]));
    g_assert_cmpint (device.rest_state, ==, SATCHEL_SYNC_WAITING);
    g_assert_nonnull (device.rest_error);
  }
  device_run_round (&device, SATCHEL_SYNC_EVENT_TIMER, applied);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++) {
    device_feed (&device, SATCHEL_SYNC_EVENT_START);
    device_answer_text (&device, "/v1/pull", nonsense[i], strlen (nonsense[i]));
    g_assert_cmpint (device.rest_state, ==, SATCHEL_SYNC_WAITING);
  }
  device_run_round (&device, SATCHEL_SYNC_EVENT_TIMER, applied);
  device_clear (&device);
}

#define OTHER_DEVICE "01900000-0000-7000-8000-000000000001"

/* A cloned profile takes a new identity and sends only what the server does not know; a fault on the way
 * starts it over. */
static void
test_cloned (void)
{
  static const char *const steps[] = { "/v1/known", "/v1/device" };

  for (guint fault = 0; fault <= G_N_ELEMENTS (steps); fault++) {
    static const char device_text[] =
        "{\"device\":\"" OTHER_DEVICE "\",\"token\":\"token-2\",\"next_number\":1}";
    Device device;
    g_autoptr (GHashTable) applied = device_new_applied ();
    g_autoptr (GPtrArray) sets = NULL;
    g_autofree char *known = NULL;

    device_init (&device);
    device_enrol (&device);
    device_make_accounts (&device, 3);
    device_feed (&device, SATCHEL_SYNC_EVENT_START);
    sets = device_peek_pushed (&device);
    known = g_strdup_printf ("{\"known\":[\"%s\"]}", ((SatchelChangeSet *)sets->pdata[0])->uuid);
    device_answer_error (&device, "/v1/push", SATCHEL_ERROR_DEVICE_CLONED, -1);
    if (fault < G_N_ELEMENTS (steps)) {
      if (fault > 0)
        device_answer_text (&device, "/v1/known", known, strlen (known));
      device_answer_error (&device, steps[fault], SATCHEL_ERROR_UNREACHABLE, -1);
      device_assert_rest (&device, SATCHEL_SYNC_WAITING, SATCHEL_ERROR_UNREACHABLE);
      device_feed (&device, SATCHEL_SYNC_EVENT_TIMER);
      device_answer_error (&device, "/v1/push", SATCHEL_ERROR_DEVICE_CLONED, -1);
    }
    device_answer_text (&device, "/v1/known", known, strlen (known));
    g_assert_cmpstr (device.fake.pending->token, ==, "token-1");
    device_answer_text (&device, "/v1/device", device_text, strlen (device_text));
    g_assert_cmpstr (device.fake.pending->token, ==, "token-2");
    g_assert_cmpstr (satchel_session_get_device (device.session), ==, OTHER_DEVICE);
    while (g_str_equal (device.fake.pending->path, "/v1/push"))
      device_answer_push (&device, applied);
    device_answer_pull (&device);
    device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
    g_assert_cmpuint (g_hash_table_size (applied), ==, 3);
    for (guint i = 0; i < sets->len; i++)
      g_assert_true (g_hash_table_contains (applied, ((SatchelChangeSet *)sets->pdata[i])->uuid));
    g_assert_cmpint (device_count_sets (&device, SATCHEL_SET_PENDING), ==, 0);
    device_clear (&device);
  }
}

static void
test_refused_cursor (void)
{
  Device device;

  device_init (&device);
  device_enrol (&device);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_answer_pull (&device);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  g_assert_nonnull (strstr (device.fake.pending->text, "cursor"));
  device_answer_error (&device, "/v1/pull", SATCHEL_ERROR_CURSOR, -1);
  g_assert_null (strstr (device.fake.pending->text, "cursor"));
  device_answer_pull (&device);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  device_clear (&device);
}

/* A pull that builds on rows which are not here is one for which the cursor is wrong: all is fetched, once.
 */
static void
test_changes_of_nothing (void)
{
  static const char changes[] =
      "{}\n{\"entity\":\"account\",\"columns\":[\"id\",\"s\",\"name\"],\"whole\":false}\n"
      "[\"01926fd5-7a00-7000-8000-000000000001\",2,\"Nobody\"]\n"
      "{\"cursor\":\"1.2.b.s.m\",\"s\":2,\"rows\":1}\n";
  Device device;

  device_init (&device);
  device_enrol (&device);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_answer_pull (&device);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_answer_text (&device, "/v1/pull", changes, strlen (changes));
  g_assert_null (strstr (device.fake.pending->text, "cursor"));
  device_answer_pull (&device);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  device_clear (&device);
}

/* ---- audits ---- */

static void
begin_audit (Device *device)
{
  device_init (device);
  device_enrol (device);
  device_feed (device, SATCHEL_SYNC_EVENT_START);
  device_answer_pull (device);
  device_assert_rest (device, SATCHEL_SYNC_IDLE, -1); /* what was just loaded is not audited */
  device->clock.now_ms += SATCHEL_AUDIT_INTERVAL_MS;
  device_feed (device, SATCHEL_SYNC_EVENT_START);
  device_answer_pull (device);
  g_assert_cmpstr (device->fake.pending->path, ==, "/v1/audit");
}

static void
assert_audited (Device *device, SatchelAuditOutcome expected)
{
  SatchelAuditOutcome outcome;
  const GError *error;

  g_assert_true (satchel_sync_driver_get_audit (device->driver, &outcome, &error));
  g_assert_cmpint (outcome, ==, expected);
  g_assert_true ((error != NULL) == (expected == SATCHEL_AUDIT_FAILED));
}

static void
test_audit_daily (void)
{
  static const char nothing[] = "{\"entities\":[]}";
  Device device;

  begin_audit (&device);
  device_answer_text (&device, "/v1/audit", nothing, strlen (nothing));
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  assert_audited (&device, SATCHEL_AUDIT_RIGHT);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_answer_pull (&device);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  satchel_sync_driver_demand_audit (device.driver);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_answer_pull (&device);
  device_answer_text (&device, "/v1/audit", nothing, strlen (nothing));
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  device_clear (&device);
}

/* The pull was good, whatever becomes of the audit; it is tried again, but not at once. */
static void
test_audit_fails (void)
{
  Device device;

  begin_audit (&device);
  device_answer_error (&device, "/v1/audit", SATCHEL_ERROR_UNREACHABLE, -1);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  assert_audited (&device, SATCHEL_AUDIT_FAILED);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_answer_pull (&device);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  device.clock.now_ms += SATCHEL_AUDIT_RETRY_MS;
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_answer_pull (&device);
  device_feed (&device, SATCHEL_SYNC_EVENT_GO_OFFLINE); /* in the middle of it */
  device_assert_rest (&device, SATCHEL_SYNC_OFFLINE, SATCHEL_ERROR_OFFLINE);
  device_clear (&device);
}

/* Somebody keeps writing: one that was asked for goes round a few times, one that is due waits. */
static void
test_audit_stale (void)
{
  static const char stale[] = "{\"stale\":true}";
  Device device;
  guint n = 0;

  begin_audit (&device);
  device_answer_text (&device, "/v1/audit", stale, strlen (stale));
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  satchel_sync_driver_demand_audit (device.driver);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  for (; device.fake.pending != NULL; n++) {
    device_answer_pull (&device);
    device_answer_text (&device, "/v1/audit", stale, strlen (stale));
  }
  g_assert_cmpuint (n, ==, 4);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  assert_audited (&device, SATCHEL_AUDIT_STALE);
  device_clear (&device);
}

static void
test_switched_offline (void)
{
  Device device;
  g_autoptr (GError) error = NULL;

  device_init (&device);
  device_enrol (&device);
  g_assert_true (satchel_session_set_offline (device.session, TRUE, &error));
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_assert_rest (&device, SATCHEL_SYNC_OFFLINE, SATCHEL_ERROR_OFFLINE);
  g_assert_cmpuint (device.fake.n_started, ==, 0);
  device_clear (&device);
}

static void
test_never_signed_in (void)
{
  Device device;

  device_init (&device);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_assert_rest (&device, SATCHEL_SYNC_SIGNED_OUT, SATCHEL_ERROR_UNAUTHENTICATED);
  g_assert_cmpuint (device.fake.n_started, ==, 0);
  device_clear (&device);
}

/* One syncer: the lock is held for a round and no longer. */
static void
test_lock (void)
{
  Device device;
  g_autoptr (GError) error = NULL;
  SatchelProfileLock *lock;
  const char *directory;

  device_init (&device);
  device_enrol (&device);
  directory = satchel_session_get_directory (device.session);
  lock = satchel_profile_lock (directory, &error);
  g_assert_no_error (error);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_assert_rest (&device, SATCHEL_SYNC_WAITING, SATCHEL_ERROR_BUSY);
  satchel_profile_unlock (lock);

  device_feed (&device, SATCHEL_SYNC_EVENT_TIMER);
  g_assert_null (satchel_profile_lock (directory, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY);
  g_clear_error (&error);
  device_answer_pull (&device);
  lock = satchel_profile_lock (directory, &error);
  g_assert_no_error (error);
  satchel_profile_unlock (lock);
  device_clear (&device);
}

/* Offline and gone in the middle of anything: the exchange is dropped, the sets stay. */
static void
test_cancelled (void)
{
  for (guint step = 0; step < 2; step++) {
    Device device;
    g_autoptr (GHashTable) applied = device_new_applied ();

    device_init (&device);
    device_enrol (&device);
    if (step == 0)
      device_make_accounts (&device, 2);
    device_feed (&device, SATCHEL_SYNC_EVENT_START);
    device_feed (&device, SATCHEL_SYNC_EVENT_GO_OFFLINE);
    device_assert_rest (&device, SATCHEL_SYNC_OFFLINE, SATCHEL_ERROR_OFFLINE);
    g_assert_cmpuint (device.fake.n_cancelled, ==, 1);
    device_run_round (&device, SATCHEL_SYNC_EVENT_GO_ONLINE, applied);
    g_assert_cmpuint (g_hash_table_size (applied), ==, step == 0 ? 2 : 0);

    device_feed (&device, SATCHEL_SYNC_EVENT_START);
    device_clear (&device); /* frees the driver with its exchange under way */
    g_assert_cmpuint (device.fake.n_cancelled, ==, 2);
  }
}

/* A change made while a pull is under way goes out in the same breath. */
static void
test_again (void)
{
  Device device;
  g_autoptr (GHashTable) applied = device_new_applied ();

  device_init (&device);
  device_enrol (&device);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_make_accounts (&device, 1);
  device_feed (&device, SATCHEL_SYNC_EVENT_LOCAL_CHANGE);
  device_answer_pull (&device);
  device_answer_push (&device, applied);
  device_answer_pull (&device);
  device_assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  g_assert_cmpuint (device.n_rests, ==, 1);
  device_clear (&device);
}

/* Without a set_timer of its own the driver uses the main context. */
static void
test_own_timer (void)
{
  static const SatchelSyncCallbacks no_callbacks = { 0 };
  Device device;
  g_autoptr (GError) error = NULL;

  device_init (&device);
  device_enrol (&device);
  satchel_sync_driver_free (device.driver);
  device.driver =
      satchel_sync_driver_new (device.session, &device.fake.transport, &no_callbacks, NULL, &error);
  device_feed (&device, SATCHEL_SYNC_EVENT_START);
  device_answer_error (&device, "/v1/pull", SATCHEL_ERROR_UNREACHABLE, -1);
  while (device.fake.pending == NULL)
    g_main_context_iteration (NULL, TRUE);
  device_answer_pull (&device);
  g_assert_cmpint (satchel_sync_driver_get_state (device.driver), ==, SATCHEL_SYNC_IDLE);
  device_clear (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/driver/nothing-to-do", test_nothing_to_do);
  g_test_add_func ("/client/driver/many-sets", test_many_sets);
  g_test_add_func ("/client/driver/outcomes", test_outcomes);
  g_test_add_func ("/client/driver/every-refusal", test_every_refusal);
  g_test_add_func ("/client/driver/lost-answer", test_lost_answer);
  g_test_add_func ("/client/driver/cut-pull", test_cut_pull);
  g_test_add_func ("/client/driver/nonsense", test_nonsense);
  g_test_add_func ("/client/driver/cloned", test_cloned);
  g_test_add_func ("/client/driver/refused-cursor", test_refused_cursor);
  g_test_add_func ("/client/driver/changes-of-nothing", test_changes_of_nothing);
  g_test_add_func ("/client/driver/audit-daily", test_audit_daily);
  g_test_add_func ("/client/driver/audit-fails", test_audit_fails);
  g_test_add_func ("/client/driver/audit-stale", test_audit_stale);
  g_test_add_func ("/client/driver/switched-offline", test_switched_offline);
  g_test_add_func ("/client/driver/never-signed-in", test_never_signed_in);
  g_test_add_func ("/client/driver/lock", test_lock);
  g_test_add_func ("/client/driver/cancelled", test_cancelled);
  g_test_add_func ("/client/driver/again", test_again);
  g_test_add_func ("/client/driver/own-timer", test_own_timer);
  return g_test_run ();
}
