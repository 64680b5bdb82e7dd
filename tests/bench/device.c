/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/device.h"

#include <string.h>

#include "client/replica/query.h"
#include "client/sync/http.h"
#include "client/tally.h"
#include "protocol/error.h"

struct _BenchDevice {
  SatchelSession *session;
  SatchelTransport *transport;
  SatchelSyncDriver *driver;
  GMainLoop *loop;
  GError *error; /* of what is under way */
  GBytes *body;
};

static void
answered_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  BenchDevice *device = data;
  device->body = body != NULL ? g_bytes_ref (body) : NULL;
  device->error = error != NULL ? g_error_copy (error) : NULL;
  g_main_loop_quit (device->loop);
}

static void
rest_cb (SatchelSyncState state, const GError *error, gpointer data)
{
  BenchDevice *device = data;
  device->error = error != NULL ? g_error_copy (error) : NULL;
  g_main_loop_quit (device->loop);
}

static gboolean
wait (BenchDevice *device, GError **error)
{
  g_main_loop_run (device->loop);
  if (device->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&device->error));
  return FALSE;
}

GBytes *
bench_device_ask (BenchDevice *device, const char *path, const char *text, GError **error)
{
  static const SatchelExchangeHandler handler = { .done = answered_cb };
  g_autofree char *token = satchel_session_dup_token (device->session, error);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  if (token == NULL)
    return NULL;
  device->transport->start (device->transport, path, token, body, &handler, device);
  return wait (device, error) ? g_steal_pointer (&device->body) : NULL;
}

static gboolean
enrol (BenchDevice *device, const char *url, const char *login, const char *password, GError **error)
{
  SatchelSignIn request = { .user = (char *)login,
                            .password = (char *)password,
                            .device_name = (char *)"bench" };
  char *text = satchel_sign_in_to_text (&request);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));
  static const SatchelExchangeHandler handler = { .done = answered_cb };
  device->transport->start (device->transport, "/v1/sign-in", NULL, body, &handler, device);
  if (!wait (device, error))
    return FALSE;
  gsize size;
  const char *answer_text = g_bytes_get_data (device->body, &size);
  g_autoptr (SatchelSignInAnswer) answer = satchel_sign_in_answer_from_text (answer_text, size, error);
  g_clear_pointer (&device->body, g_bytes_unref);
  gboolean told;
  return answer != NULL && satchel_session_enrol (device->session, url, answer, &told, error);
}

BenchDevice *
bench_device_new (const char *dir, SatchelRegistry *registry, const char *url, const char *login,
                  const char *password, GError **error)
{
  return bench_device_new_in (dir, BENCH_PLAIN, registry, url, login, password, error);
}

BenchDevice *
bench_device_new_in (const char *dir, BenchFiles files, SatchelRegistry *registry, const char *url,
                     const char *login, const char *password, GError **error)
{
  g_autoptr (BenchDevice) device = g_new0 (BenchDevice, 1);
  device->loop = g_main_loop_new (NULL, FALSE);
  if (files == BENCH_SEALED)
    device->session = satchel_session_open_sealed (dir, "bench", registry, satchel_clock_system (), error);
  else
    device->session = satchel_session_open (dir, "bench", registry, satchel_clock_system (), error);
  if (device->session == NULL)
    return NULL;
  device->transport = satchel_http_transport_new (url, error);
  if (device->transport == NULL || !enrol (device, url, login, password, error))
    return NULL;
  static const SatchelSyncCallbacks callbacks = { .rest = rest_cb };
  device->driver = satchel_sync_driver_new (device->session, device->transport, &callbacks, device, error);
  return device->driver != NULL ? g_steal_pointer (&device) : NULL;
}

void
bench_device_free (BenchDevice *device)
{
  g_clear_pointer (&device->driver, satchel_sync_driver_free);
  if (device->transport != NULL)
    device->transport->free (device->transport);
  g_clear_pointer (&device->session, satchel_session_close);
  g_main_loop_unref (device->loop);
  g_free (device);
}

SatchelSession *
bench_device_get_session (BenchDevice *device)
{
  return device->session;
}

gboolean
bench_device_sync (BenchDevice *device, GError **error)
{
  satchel_sync_driver_feed (device->driver, SATCHEL_SYNC_EVENT_START);
  return wait (device, error);
}

static gboolean
add_choice (BenchDevice *device, const SatchelScopeChoice *choice, GError **error)
{
  g_autofree char *id = NULL;
  g_autofree char *uuid = satchel_session_scope_add (device->session, choice, &id, error);
  return uuid != NULL;
}

gboolean
bench_device_carry (BenchDevice *device, const char *entity, GError **error)
{
  const SatchelScopeChoice choice = { .entity = entity, .predicate = "" };

  return add_choice (device, &choice, error);
}

gboolean
bench_device_carry_here (BenchDevice *device, const char *entity, GError **error)
{
  const SatchelScopeChoice choice = { .entity = entity, .predicate = "", .this_device = TRUE };

  return add_choice (device, &choice, error);
}

gboolean
bench_device_expect_rest (BenchDevice *device, GError **error)
{
  SatchelTally tally;

  if (!satchel_session_count_waiting (device->session, &tally, error))
    return FALSE;
  if (tally.pending == 0 && tally.parked == 0)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
               "%" G_GINT64_FORMAT " change sets wait and %" G_GINT64_FORMAT " were refused", tally.pending,
               tally.parked);
  return FALSE;
}

gboolean
bench_device_count (BenchDevice *device, gint64 *records, GError **error)
{
  guint n_entities;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_session_get_registry (device->session), &n_entities);
  SatchelPredicateContext context;

  *records = 0;
  satchel_session_get_context (device->session, &context);
  for (guint i = 0; i < n_entities; i++) {
    SatchelQuery query = { .entity = entities[i], .limit = -1 };
    gint64 count;

    if (!satchel_replica_count (satchel_session_get_replica (device->session), &query, &context, &count,
                                error))
      return FALSE;
    *records += count;
  }
  return TRUE;
}

guint64
bench_device_get_bytes (BenchDevice *device)
{
  return device->transport->bytes_in + device->transport->bytes_out;
}

SatchelTransport *
bench_device_get_transport (BenchDevice *device)
{
  return device->transport;
}

guint64
bench_device_get_bytes_in (BenchDevice *device)
{
  return device->transport->bytes_in;
}

gint64
bench_device_get_pulled (BenchDevice *device)
{
  SatchelSyncTotals totals;

  satchel_sync_driver_get_totals (device->driver, &totals);
  return totals.pulled;
}

static gboolean
take_id (const SatchelRecord *record, gpointer ids)
{
  g_ptr_array_add (ids, g_strdup (record->id));
  return TRUE;
}

GPtrArray *
bench_device_list_ids (BenchDevice *device, const SatchelEntity *entity, guint n, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  SatchelQuery query = { .entity = entity, .limit = n };
  SatchelPredicateContext context;

  satchel_session_get_context (device->session, &context);
  if (!satchel_replica_query (satchel_session_get_replica (device->session), &query, &context, take_id, ids,
                              error))
    return NULL;
  if (ids->len == n)
    return g_steal_pointer (&ids);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "%u records of %s are here instead of %u",
               ids->len, entity->name, n);
  return NULL;
}

gboolean
bench_device_read (BenchDevice *device, const SatchelEntity *entity, const char *id,
                   const SatchelField *field, char **text, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;
  const SatchelValue *value;

  *text = NULL;
  if (!satchel_replica_read (satchel_session_get_replica (device->session), entity, id, &record, error))
    return FALSE;
  if (record == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such %s here", entity->name);
    return FALSE;
  }
  value = satchel_record_get (record, field);
  *text = value != NULL ? satchel_value_to_text (field, value) : NULL;
  return TRUE;
}

gboolean
bench_device_edit (BenchDevice *device, const SatchelEntity *entity, const char *id,
                   const SatchelField *field, const char *text, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);
  change->field = field;
  g_ptr_array_add (changes, change);
  if (!satchel_value_from_text (field, text, &change->value, error))
    return FALSE;
  g_autofree char *uuid = satchel_session_update (device->session, entity, id, changes, error);
  return uuid != NULL;
}
