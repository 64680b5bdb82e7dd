/* The driver over a transport that answers what the test says: every step of a round fails once, in every
 * way, and the round after it mends everything.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/driver.h"

#include <string.h>

#include "client/profile.h"
#include "protocol/limits.h"
#include "protocol/wire/message.h"
#include "tests/lib/fixture.h"

/* ---- a transport in the test's hand ---- */

struct _SatchelExchange {
  char *path, *token, *text;
  SatchelExchangeHandler handler;
  gpointer user_data;
};

typedef struct {
  SatchelTransport transport; /* first */
  SatchelExchange *pending;   /* at most one */
  guint n_started, n_cancelled;
} FakeTransport;

static void
exchange_free (SatchelExchange *exchange)
{
  g_free (exchange->path);
  g_free (exchange->token);
  g_free (exchange->text);
  g_free (exchange);
}

static SatchelExchange *
fake_start (SatchelTransport *transport, const char *path, const char *token, GBytes *body,
            const SatchelExchangeHandler *handler, gpointer user_data)
{
  FakeTransport *fake = (FakeTransport *)transport;

  g_assert_null (fake->pending);
  fake->pending = g_new0 (SatchelExchange, 1);
  fake->pending->path = g_strdup (path);
  fake->pending->token = g_strdup (token);
  fake->pending->text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  fake->pending->handler = *handler;
  fake->pending->user_data = user_data;
  fake->n_started++;
  transport->bytes_out += g_bytes_get_size (body);
  return fake->pending;
}

static void
fake_cancel (SatchelTransport *transport, SatchelExchange *exchange)
{
  FakeTransport *fake = (FakeTransport *)transport;

  g_assert_true (exchange == fake->pending);
  g_clear_pointer (&fake->pending, exchange_free);
  fake->n_cancelled++;
}

/* ---- a device ---- */

typedef struct {
  char *dir;
  FakeClock clock;
  SatchelSession *session;
  SatchelSyncDriver *driver;
  FakeTransport fake;
  gint64 timer_ms; /* -1: not armed */
  guint n_rests;
  SatchelSyncState rest_state;
  GError *rest_error;
} Device;

static void
rest_cb (SatchelSyncState state, const GError *error, gpointer data)
{
  Device *device = data;

  device->n_rests++;
  device->rest_state = state;
  g_clear_error (&device->rest_error);
  device->rest_error = error != NULL ? g_error_copy (error) : NULL;
}

static void
set_timer_cb (gint64 delay_ms, gpointer data)
{
  ((Device *)data)->timer_ms = delay_ms;
}

static const SatchelSyncCallbacks callbacks = { .rest = rest_cb, .set_timer = set_timer_cb };

static void
device_enrol (Device *device)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *organisation = satchel_id_for_name ("organisation");
  g_autofree char *user = satchel_id_for_name ("user");
  g_autofree char *own = satchel_id_for_name ("device");
  SatchelSignInAnswer answer = {
    .organisation = organisation,
    .organisation_name = (char *)"Acme",
    .user = user,
    .user_name = (char *)"seller1",
    .device = own,
    .token = (char *)"token-1",
    .next_number = 1,
  };
  gboolean told_file;

  g_assert_true (satchel_session_enrol (device->session, "http://127.0.0.1:1", &answer, &told_file, &error));
  g_assert_no_error (error);
}

static void
device_init (Device *device)
{
  g_autoptr (GError) error = NULL;

  *device = (Device){ .timer_ms = -1 };
  device->dir = fixture_dir_new ();
  fake_clock_init (&device->clock, 7);
  device->session =
      satchel_session_open (device->dir, "test", satchel_registry_builtin (), &device->clock.clock, &error);
  g_assert_no_error (error);
  device->fake.transport.start = fake_start;
  device->fake.transport.cancel = fake_cancel;
  device->driver =
      satchel_sync_driver_new (device->session, &device->fake.transport, &callbacks, device, &error);
  g_assert_no_error (error);
}

static void
device_clear (Device *device)
{
  satchel_sync_driver_free (device->driver);
  g_assert_null (device->fake.pending);
  satchel_session_close (device->session);
  g_clear_error (&device->rest_error);
  fixture_dir_remove (device->dir);
}

static void
make_accounts (Device *device, guint n)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "account");
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_session_begin_batch (device->session, &error));
  for (guint i = 0; i < n; i++) {
    g_autoptr (SatchelRecord) record = satchel_record_new (entity, NULL);
    g_autofree char *text = g_strdup_printf ("Account %u", i);
    g_autoptr (SatchelValue) name = satchel_value_new_string (text);
    g_autofree char *uuid = NULL;

    satchel_record_set (record, entity->title, name);
    uuid = satchel_session_create (device->session, record, &error);
    g_assert_no_error (error);
  }
  g_assert_true (satchel_session_commit_batch (device->session, &error));
}

static gint64
count_sets (Device *device, SatchelSetState state)
{
  g_autoptr (GError) error = NULL;
  gint64 count;

  g_assert_true (satchel_outbox_count (satchel_session_get_outbox (device->session), state, &count, &error));
  return count;
}

static void
feed (Device *device, SatchelSyncEvent event)
{
  satchel_sync_driver_feed (device->driver, event);
}

/* ---- answers ---- */

static SatchelExchange *
take_pending (Device *device, const char *path)
{
  g_assert_nonnull (device->fake.pending);
  g_assert_cmpstr (device->fake.pending->path, ==, path);
  return g_steal_pointer (&device->fake.pending);
}

static void
answer_text (Device *device, const char *path, const char *text, gsize length)
{
  SatchelExchange *exchange = take_pending (device, path);
  g_autoptr (GBytes) body = NULL;

  if (exchange->handler.data != NULL)
    exchange->handler.data (text, length, exchange->user_data);
  else
    body = g_bytes_new (text, length);
  exchange->handler.done (body, NULL, -1, exchange->user_data);
  exchange_free (exchange);
}

static void
answer_error (Device *device, const char *path, SatchelErrorCode code, gint64 retry_after_ms)
{
  SatchelExchange *exchange = take_pending (device, path);
  g_autoptr (GError) error = g_error_new (SATCHEL_ERROR, code, "as the test wants");

  exchange->handler.done (NULL, error, retry_after_ms, exchange->user_data);
  exchange_free (exchange);
}

/* Parses the pending push: the sets that it holds. */
static GPtrArray *
peek_pushed (Device *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPush) push = NULL;

  g_assert_cmpstr (device->fake.pending->path, ==, "/v1/push");
  push = satchel_push_from_text (device->fake.pending->text, strlen (device->fake.pending->text), &error);
  g_assert_no_error (error);
  return g_ptr_array_ref (push->sets);
}

/* Applies what is pushed, at s = number; notes every UUID in @applied and refuses to see one twice. */
static void
answer_push (Device *device, GHashTable *applied)
{
  g_autoptr (GPtrArray) sets = peek_pushed (device);
  g_autoptr (SatchelPushAnswer) answer = satchel_push_answer_new ();
  g_autofree char *text = NULL;

  for (guint i = 0; i < sets->len; i++) {
    const SatchelChangeSet *set = g_ptr_array_index (sets, i);
    SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

    g_assert_true (g_hash_table_add (applied, g_strdup (set->uuid)));
    outcome->uuid = g_strdup (set->uuid);
    outcome->number = set->number;
    outcome->s = set->number;
    g_ptr_array_add (answer->outcomes, outcome);
  }
  text = satchel_push_answer_to_text (answer);
  answer_text (device, "/v1/push", text, strlen (text));
}

static const char empty_pull[] = "{\"reset\":false,\"restored_s\":-1,\"backed_up_s\":0}\n"
                                 "{\"cursor\":\"1.1.b.s.m\",\"s\":1,\"rows\":0}\n";

static void
answer_pull (Device *device)
{
  answer_text (device, "/v1/pull", empty_pull, strlen (empty_pull));
}

static char *
dup_cursor (Device *device)
{
  g_autoptr (GError) error = NULL;
  char *cursor = NULL;

  g_assert_true (
      satchel_replica_dup_meta (satchel_session_get_replica (device->session), "cursor", &cursor, &error));
  return cursor;
}

static void
assert_rest (Device *device, SatchelSyncState state, int code)
{
  g_assert_null (device->fake.pending);
  g_assert_cmpstr (satchel_sync_state_name (satchel_sync_driver_get_state (device->driver)), ==,
                   satchel_sync_state_name (state));
  g_assert_cmpint (device->rest_state, ==, state);
  if (code < 0)
    g_assert_no_error (device->rest_error);
  else
    g_assert_error (device->rest_error, SATCHEL_ERROR, code);
  g_assert_cmpint (device->timer_ms >= 0, ==, state == SATCHEL_SYNC_WAITING);
}

/* A whole round without a fault. */
static void
run_round (Device *device, SatchelSyncEvent event, GHashTable *applied)
{
  feed (device, event);
  while (g_str_equal (device->fake.pending->path, "/v1/push"))
    answer_push (device, applied);
  answer_pull (device);
  assert_rest (device, SATCHEL_SYNC_IDLE, -1);
}

static GHashTable *
new_applied (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* ---- tests ---- */

static void
test_nothing_to_do (void)
{
  Device device;
  g_autofree char *cursor = NULL;

  device_init (&device);
  device_enrol (&device);
  feed (&device, SATCHEL_SYNC_EVENT_START);
  g_assert_cmpstr (device.fake.pending->token, ==, "token-1");
  g_assert_null (strstr (device.fake.pending->text, "cursor"));
  answer_pull (&device);
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  cursor = dup_cursor (&device);
  g_assert_cmpstr (cursor, ==, "1.1.b.s.m");

  feed (&device, SATCHEL_SYNC_EVENT_WOKEN);
  g_assert_nonnull (strstr (device.fake.pending->text, "\"cursor\":\"1.1.b.s.m\""));
  answer_pull (&device);
  g_assert_cmpuint (device.n_rests, ==, 2);
  device_clear (&device);
}

static void
test_many_sets (void)
{
  Device device;
  g_autoptr (GHashTable) applied = new_applied ();
  SatchelSyncTotals totals;

  device_init (&device);
  device_enrol (&device);
  make_accounts (&device, 2500);
  run_round (&device, SATCHEL_SYNC_EVENT_START, applied);
  g_assert_cmpuint (g_hash_table_size (applied), ==, 2500);
  g_assert_cmpint (count_sets (&device, SATCHEL_SET_PENDING), ==, 0);
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
  make_accounts (&device, 2);
  feed (&device, SATCHEL_SYNC_EVENT_LOCAL_CHANGE);
  sets = peek_pushed (&device);
  text = g_strdup_printf (
      "{\"outcomes\":[{\"n\":1,\"id\":\"%s\",\"state\":\"applied\",\"s\":1,\"conflicts\":2},"
      "{\"n\":2,\"id\":\"%s\",\"state\":\"parked\",\"code\":\"reference\",\"reason\":\"gone\"}]}",
      ((SatchelChangeSet *)sets->pdata[0])->uuid, ((SatchelChangeSet *)sets->pdata[1])->uuid);
  answer_text (&device, "/v1/push", text, strlen (text));
  answer_pull (&device);
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  satchel_sync_driver_get_totals (device.driver, &totals);
  g_assert_cmpint (totals.pushed, ==, 2);
  g_assert_cmpint (totals.conflicts, ==, 2);
  g_assert_cmpint (totals.parked, ==, 1);
  g_assert_cmpint (count_sets (&device, SATCHEL_SET_PARKED), ==, 1);
  device_clear (&device);
}

/* After @path was refused with @code: the machine rests as it must, and its next chance ends the round. */
static void
recover (Device *device, const char *path, SatchelErrorCode code, GHashTable *applied)
{
  switch (code) {
  case SATCHEL_ERROR_UNAUTHENTICATED:
    assert_rest (device, SATCHEL_SYNC_SIGNED_OUT, code);
    device_enrol (device);
    run_round (device, SATCHEL_SYNC_EVENT_SIGNED_IN, applied);
    break;
  case SATCHEL_ERROR_OFFLINE:
    assert_rest (device, SATCHEL_SYNC_OFFLINE, code);
    run_round (device, SATCHEL_SYNC_EVENT_GO_ONLINE, applied);
    break;
  case SATCHEL_ERROR_CURSOR:
  case SATCHEL_ERROR_EPOCH:
  case SATCHEL_ERROR_GAP:
    answer_pull (device);
    if (g_str_equal (path, "/v1/push")) {
      answer_push (device, applied);
      answer_pull (device);
    }
    assert_rest (device, SATCHEL_SYNC_IDLE, -1);
    break;
  default:
    assert_rest (device, SATCHEL_SYNC_WAITING, code);
    g_assert_cmpint (device->timer_ms, >=, 5000);
    run_round (device, SATCHEL_SYNC_EVENT_TIMER, applied);
    break;
  }
}

/* Whatever a request of a round is answered with, the next round delivers everything, once. */
static void
test_every_refusal (void)
{
  static const char *const paths[] = { "/v1/push", "/v1/pull" };
  Device device;
  g_autoptr (GHashTable) applied = new_applied ();
  guint n_made = 0;

  device_init (&device);
  device_enrol (&device);
  for (guint step = 0; step < G_N_ELEMENTS (paths); step++) {
    for (guint code = 0; code < SATCHEL_ERROR_N_CODES; code++) {
      if (code == SATCHEL_ERROR_DEVICE_CLONED) /* test_cloned */
        continue;
      make_accounts (&device, 2);
      n_made += 2;
      feed (&device, SATCHEL_SYNC_EVENT_START);
      if (step > 0)
        answer_push (&device, applied);
      answer_error (&device, paths[step], code, 5000);
      recover (&device, paths[step], code, applied);
      g_assert_cmpuint (g_hash_table_size (applied), ==, n_made);
      g_assert_cmpint (count_sets (&device, SATCHEL_SET_PENDING), ==, 0);
    }
  }
  device_clear (&device);
}

/* The server took the push, the answer was lost: the same sets are offered again under the same numbers. */
static void
test_lost_answer (void)
{
  Device device;
  g_autoptr (GHashTable) applied = new_applied ();
  g_autoptr (GPtrArray) first = NULL, second = NULL;

  device_init (&device);
  device_enrol (&device);
  make_accounts (&device, 3);
  feed (&device, SATCHEL_SYNC_EVENT_START);
  first = peek_pushed (&device);
  answer_error (&device, "/v1/push", SATCHEL_ERROR_UNREACHABLE, -1);
  make_accounts (&device, 1);
  feed (&device, SATCHEL_SYNC_EVENT_TIMER);
  second = peek_pushed (&device);
  g_assert_cmpuint (second->len, >=, first->len);
  for (guint i = 0; i < first->len; i++) {
    const SatchelChangeSet *a = first->pdata[i], *b = second->pdata[i];

    g_assert_cmpstr (a->uuid, ==, b->uuid);
    g_assert_cmpint (a->number, ==, b->number);
  }
  while (g_str_equal (device.fake.pending->path, "/v1/push"))
    answer_push (&device, applied);
  answer_pull (&device);
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
  feed (&device, SATCHEL_SYNC_EVENT_START);
  /* Without its last newline the tail is whole still. */
  for (gsize n = 0; n < strlen (empty_pull) - 1; n++) {
    g_autofree char *cursor = NULL;

    answer_text (&device, "/v1/pull", empty_pull, n);
    assert_rest (&device, SATCHEL_SYNC_WAITING, device.rest_error->code);
    cursor = dup_cursor (&device);
    g_assert_null (cursor);
    feed (&device, SATCHEL_SYNC_EVENT_START);
  }
  answer_pull (&device);
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
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
  g_autoptr (GHashTable) applied = new_applied ();

  device_init (&device);
  device_enrol (&device);
  make_accounts (&device, 1);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++) {
    feed (&device, SATCHEL_SYNC_EVENT_START);
    answer_text (&device, "/v1/push", nonsense[i], strlen (nonsense[i]));
    g_assert_cmpint (device.rest_state, ==, SATCHEL_SYNC_WAITING);
    g_assert_nonnull (device.rest_error);
  }
  run_round (&device, SATCHEL_SYNC_EVENT_TIMER, applied);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++) {
    feed (&device, SATCHEL_SYNC_EVENT_START);
    answer_text (&device, "/v1/pull", nonsense[i], strlen (nonsense[i]));
    g_assert_cmpint (device.rest_state, ==, SATCHEL_SYNC_WAITING);
  }
  run_round (&device, SATCHEL_SYNC_EVENT_TIMER, applied);
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
    g_autoptr (GHashTable) applied = new_applied ();
    g_autoptr (GPtrArray) sets = NULL;
    g_autofree char *known = NULL;

    device_init (&device);
    device_enrol (&device);
    make_accounts (&device, 3);
    feed (&device, SATCHEL_SYNC_EVENT_START);
    sets = peek_pushed (&device);
    known = g_strdup_printf ("{\"known\":[\"%s\"]}", ((SatchelChangeSet *)sets->pdata[0])->uuid);
    answer_error (&device, "/v1/push", SATCHEL_ERROR_DEVICE_CLONED, -1);
    if (fault < G_N_ELEMENTS (steps)) {
      if (fault > 0)
        answer_text (&device, "/v1/known", known, strlen (known));
      answer_error (&device, steps[fault], SATCHEL_ERROR_UNREACHABLE, -1);
      assert_rest (&device, SATCHEL_SYNC_WAITING, SATCHEL_ERROR_UNREACHABLE);
      feed (&device, SATCHEL_SYNC_EVENT_TIMER);
      answer_error (&device, "/v1/push", SATCHEL_ERROR_DEVICE_CLONED, -1);
    }
    answer_text (&device, "/v1/known", known, strlen (known));
    g_assert_cmpstr (device.fake.pending->token, ==, "token-1");
    answer_text (&device, "/v1/device", device_text, strlen (device_text));
    g_assert_cmpstr (device.fake.pending->token, ==, "token-2");
    g_assert_cmpstr (satchel_session_get_device (device.session), ==, OTHER_DEVICE);
    while (g_str_equal (device.fake.pending->path, "/v1/push"))
      answer_push (&device, applied);
    answer_pull (&device);
    assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
    g_assert_cmpuint (g_hash_table_size (applied), ==, 3);
    for (guint i = 0; i < sets->len; i++)
      g_assert_true (g_hash_table_contains (applied, ((SatchelChangeSet *)sets->pdata[i])->uuid));
    g_assert_cmpint (count_sets (&device, SATCHEL_SET_PENDING), ==, 0);
    device_clear (&device);
  }
}

static void
test_refused_cursor (void)
{
  Device device;

  device_init (&device);
  device_enrol (&device);
  feed (&device, SATCHEL_SYNC_EVENT_START);
  answer_pull (&device);
  feed (&device, SATCHEL_SYNC_EVENT_START);
  g_assert_nonnull (strstr (device.fake.pending->text, "cursor"));
  answer_error (&device, "/v1/pull", SATCHEL_ERROR_CURSOR, -1);
  g_assert_null (strstr (device.fake.pending->text, "cursor"));
  answer_pull (&device);
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
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
  feed (&device, SATCHEL_SYNC_EVENT_START);
  answer_pull (&device);
  feed (&device, SATCHEL_SYNC_EVENT_START);
  answer_text (&device, "/v1/pull", changes, strlen (changes));
  g_assert_null (strstr (device.fake.pending->text, "cursor"));
  answer_pull (&device);
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  device_clear (&device);
}

/* ---- audits ---- */

static void
begin_audit (Device *device)
{
  device_init (device);
  device_enrol (device);
  feed (device, SATCHEL_SYNC_EVENT_START);
  answer_pull (device);
  assert_rest (device, SATCHEL_SYNC_IDLE, -1); /* what was just loaded is not audited */
  device->clock.now_ms += SATCHEL_AUDIT_INTERVAL_MS;
  feed (device, SATCHEL_SYNC_EVENT_START);
  answer_pull (device);
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
  answer_text (&device, "/v1/audit", nothing, strlen (nothing));
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  assert_audited (&device, SATCHEL_AUDIT_RIGHT);
  feed (&device, SATCHEL_SYNC_EVENT_START);
  answer_pull (&device);
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  satchel_sync_driver_demand_audit (device.driver);
  feed (&device, SATCHEL_SYNC_EVENT_START);
  answer_pull (&device);
  answer_text (&device, "/v1/audit", nothing, strlen (nothing));
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  device_clear (&device);
}

/* The pull was good, whatever becomes of the audit; it is tried again, but not at once. */
static void
test_audit_fails (void)
{
  Device device;

  begin_audit (&device);
  answer_error (&device, "/v1/audit", SATCHEL_ERROR_UNREACHABLE, -1);
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  assert_audited (&device, SATCHEL_AUDIT_FAILED);
  feed (&device, SATCHEL_SYNC_EVENT_START);
  answer_pull (&device);
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  device.clock.now_ms += SATCHEL_AUDIT_RETRY_MS;
  feed (&device, SATCHEL_SYNC_EVENT_START);
  answer_pull (&device);
  feed (&device, SATCHEL_SYNC_EVENT_GO_OFFLINE); /* in the middle of it */
  assert_rest (&device, SATCHEL_SYNC_OFFLINE, SATCHEL_ERROR_OFFLINE);
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
  answer_text (&device, "/v1/audit", stale, strlen (stale));
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
  satchel_sync_driver_demand_audit (device.driver);
  feed (&device, SATCHEL_SYNC_EVENT_START);
  for (; device.fake.pending != NULL; n++) {
    answer_pull (&device);
    answer_text (&device, "/v1/audit", stale, strlen (stale));
  }
  g_assert_cmpuint (n, ==, 4);
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
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
  feed (&device, SATCHEL_SYNC_EVENT_START);
  assert_rest (&device, SATCHEL_SYNC_OFFLINE, SATCHEL_ERROR_OFFLINE);
  g_assert_cmpuint (device.fake.n_started, ==, 0);
  device_clear (&device);
}

static void
test_never_signed_in (void)
{
  Device device;

  device_init (&device);
  feed (&device, SATCHEL_SYNC_EVENT_START);
  assert_rest (&device, SATCHEL_SYNC_SIGNED_OUT, SATCHEL_ERROR_UNAUTHENTICATED);
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
  feed (&device, SATCHEL_SYNC_EVENT_START);
  assert_rest (&device, SATCHEL_SYNC_WAITING, SATCHEL_ERROR_BUSY);
  satchel_profile_unlock (lock);

  feed (&device, SATCHEL_SYNC_EVENT_TIMER);
  g_assert_null (satchel_profile_lock (directory, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY);
  g_clear_error (&error);
  answer_pull (&device);
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
    g_autoptr (GHashTable) applied = new_applied ();

    device_init (&device);
    device_enrol (&device);
    if (step == 0)
      make_accounts (&device, 2);
    feed (&device, SATCHEL_SYNC_EVENT_START);
    feed (&device, SATCHEL_SYNC_EVENT_GO_OFFLINE);
    assert_rest (&device, SATCHEL_SYNC_OFFLINE, SATCHEL_ERROR_OFFLINE);
    g_assert_cmpuint (device.fake.n_cancelled, ==, 1);
    run_round (&device, SATCHEL_SYNC_EVENT_GO_ONLINE, applied);
    g_assert_cmpuint (g_hash_table_size (applied), ==, step == 0 ? 2 : 0);

    feed (&device, SATCHEL_SYNC_EVENT_START);
    device_clear (&device); /* frees the driver with its exchange under way */
    g_assert_cmpuint (device.fake.n_cancelled, ==, 2);
  }
}

/* A change made while a pull is under way goes out in the same breath. */
static void
test_again (void)
{
  Device device;
  g_autoptr (GHashTable) applied = new_applied ();

  device_init (&device);
  device_enrol (&device);
  feed (&device, SATCHEL_SYNC_EVENT_START);
  make_accounts (&device, 1);
  feed (&device, SATCHEL_SYNC_EVENT_LOCAL_CHANGE);
  answer_pull (&device);
  answer_push (&device, applied);
  answer_pull (&device);
  assert_rest (&device, SATCHEL_SYNC_IDLE, -1);
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
  feed (&device, SATCHEL_SYNC_EVENT_START);
  answer_error (&device, "/v1/pull", SATCHEL_ERROR_UNREACHABLE, -1);
  while (device.fake.pending == NULL)
    g_main_context_iteration (NULL, TRUE);
  answer_pull (&device);
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
