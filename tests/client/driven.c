/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/client/driven.h"

#include <string.h>

#include "protocol/wire/message.h"

/* ---- the transport ---- */

static void
exchange_free (SatchelWireExchange *exchange)
{
  g_free (exchange->path);
  g_free (exchange->token);
  g_free (exchange->text);
  g_free (exchange);
}

static SatchelWireExchange *
fake_start (SatchelTransport *transport, const char *path, const char *token, GBytes *body,
            const SatchelExchangeHandler *handler, gpointer user_data)
{
  FakeTransport *fake = (FakeTransport *)transport;

  g_assert_null (fake->pending);
  fake->pending = g_new0 (SatchelWireExchange, 1);
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
fake_cancel (SatchelTransport *transport, SatchelWireExchange *exchange)
{
  FakeTransport *fake = (FakeTransport *)transport;

  g_assert_true (exchange == fake->pending);
  g_clear_pointer (&fake->pending, exchange_free);
  fake->n_cancelled++;
}

/* ---- a device ---- */

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

void
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

void
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

void
device_clear (Device *device)
{
  satchel_sync_driver_free (device->driver);
  g_assert_null (device->fake.pending);
  satchel_session_close (device->session);
  g_clear_error (&device->rest_error);
  fixture_dir_remove (device->dir);
}

void
device_make_accounts (Device *device, guint n)
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

gint64
device_count_sets (Device *device, SatchelSetState state)
{
  g_autoptr (GError) error = NULL;
  gint64 count;

  g_assert_true (satchel_outbox_count (satchel_session_get_outbox (device->session), state, &count, &error));
  return count;
}

void
device_feed (Device *device, SatchelSyncEvent event)
{
  satchel_sync_driver_feed (device->driver, event);
}

/* ---- answers ---- */

/* A first sync asks for an image, which this server has not. */
static void
answer_no_image (Device *device)
{
  SatchelWireExchange *exchange;
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);

  if (device->fake.pending == NULL || !g_str_equal (device->fake.pending->path, "/v1/snapshot"))
    return;
  exchange = g_steal_pointer (&device->fake.pending);
  exchange->handler.done (body, NULL, -1, exchange->user_data);
  exchange_free (exchange);
}

static SatchelWireExchange *
take_pending (Device *device, const char *path)
{
  answer_no_image (device);
  g_assert_nonnull (device->fake.pending);
  g_assert_cmpstr (device->fake.pending->path, ==, path);
  return g_steal_pointer (&device->fake.pending);
}

void
device_answer_text (Device *device, const char *path, const char *text, gsize length)
{
  SatchelWireExchange *exchange = take_pending (device, path);
  g_autoptr (GBytes) body = NULL;

  if (exchange->handler.data != NULL)
    exchange->handler.data (text, length, exchange->user_data);
  else
    body = g_bytes_new (text, length);
  exchange->handler.done (body, NULL, -1, exchange->user_data);
  exchange_free (exchange);
}

void
device_answer_error (Device *device, const char *path, SatchelErrorCode code, gint64 retry_after_ms)
{
  SatchelWireExchange *exchange = take_pending (device, path);
  g_autoptr (GError) error = g_error_new (SATCHEL_ERROR, code, "as the test wants");

  exchange->handler.done (NULL, error, retry_after_ms, exchange->user_data);
  exchange_free (exchange);
}

GPtrArray *
device_peek_pushed (Device *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPush) push = NULL;

  g_assert_cmpstr (device->fake.pending->path, ==, "/v1/push");
  push = satchel_push_from_text (device->fake.pending->text, strlen (device->fake.pending->text), &error);
  g_assert_no_error (error);
  return g_ptr_array_ref (push->sets);
}

void
device_answer_push (Device *device, GHashTable *applied)
{
  g_autoptr (GPtrArray) sets = device_peek_pushed (device);
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
  device_answer_text (device, "/v1/push", text, strlen (text));
}

const char device_empty_pull[] = "{\"reset\":false,\"restored_s\":-1,\"backed_up_s\":0}\n"
                                 "{\"cursor\":\"1.1.b.s.m\",\"s\":1,\"rows\":0}\n";

void
device_answer_pull (Device *device)
{
  device_answer_text (device, "/v1/pull", device_empty_pull, strlen (device_empty_pull));
}

char *
device_dup_cursor (Device *device)
{
  g_autoptr (GError) error = NULL;
  char *cursor = NULL;

  g_assert_true (
      satchel_replica_dup_meta (satchel_session_get_replica (device->session), "cursor", &cursor, &error));
  return cursor;
}

void
device_assert_rest (Device *device, SatchelSyncState state, int code)
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

void
device_run_round (Device *device, SatchelSyncEvent event, GHashTable *applied)
{
  device_feed (device, event);
  while (g_str_equal (device->fake.pending->path, "/v1/push"))
    device_answer_push (device, applied);
  device_answer_pull (device);
  device_assert_rest (device, SATCHEL_SYNC_IDLE, -1);
}

GHashTable *
device_new_applied (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
