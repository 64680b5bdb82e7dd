/* The network between the simulated devices and the server: an event queue in virtual time. A request or an
 * answer may be lost, arrive twice, arrive late or be cut at any byte.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/world.h"

#include <string.h>

#include "protocol/error.h"

#define LATENCY_MS    20
#define LATE_MS       60000
#define TIME_OUT_MS   30000
#define PERCENT_FAULT 8

struct _SatchelExchange {
  SimDevice *device;
  SatchelExchangeHandler handler;
  gpointer user_data;
  char *path, *token;
  GBytes *body;
  guint events;   /* that name it */
  gboolean alive; /* done has not been called, nor cancel */
};

typedef enum { EVENT_REQUEST, EVENT_ANSWER, EVENT_TIMER } EventKind;

typedef struct {
  gint64 at_ms;
  guint64 order;
  EventKind kind;
  SimDevice *device;
  SatchelExchange *exchange; /* request, answer */
  gboolean echo;             /* a request whose answer nobody hears */
  GBytes *answer;
  GError *error;
  gsize cut; /* bytes of the answer that arrive before the error; G_MAXSIZE: all */
  guint timer_generation;
} Event;

static int
event_compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const Event *x = a, *y = b;
  if (x->at_ms != y->at_ms)
    return x->at_ms < y->at_ms ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

static void
exchange_drop (SatchelExchange *exchange)
{
  if (--exchange->events > 0 || exchange->alive)
    return;
  g_free (exchange->path);
  g_free (exchange->token);
  g_clear_pointer (&exchange->body, g_bytes_unref);
  g_free (exchange);
}

static void
event_free (Event *event)
{
  if (event->exchange != NULL)
    exchange_drop (event->exchange);
  g_clear_pointer (&event->answer, g_bytes_unref);
  g_clear_error (&event->error);
  g_free (event);
}

static void
event_clear_cb (gpointer event, gpointer data)
{
  event_free (event);
}

static Event *
schedule (SimDevice *device, EventKind kind, gint64 delay_ms, SatchelExchange *exchange)
{
  SimWorld *world = device->world;
  Event *event = g_new0 (Event, 1);
  event->at_ms = world->now_ms + delay_ms;
  event->order = world->event_order++;
  event->kind = kind;
  event->device = device;
  event->cut = G_MAXSIZE;
  if (exchange != NULL) {
    event->exchange = exchange;
    exchange->events++;
  }
  g_sequence_insert_sorted (world->events, event, event_compare, NULL);
  return event;
}

static gint64
latency (SimWorld *world)
{
  if (world->weather == SIM_STORMY && sim_chance (world, PERCENT_FAULT))
    return sim_random (world, LATE_MS);
  return 1 + sim_random (world, LATENCY_MS);
}

static gboolean
fault (SimWorld *world)
{
  return world->weather == SIM_STORMY && sim_chance (world, PERCENT_FAULT);
}

static void
fail_later (SatchelExchange *exchange, gint64 delay_ms)
{
  Event *event = schedule (exchange->device, EVENT_ANSWER, delay_ms, exchange);
  event->error = g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "the connection was cut");
}

static SatchelExchange *
transport_start (SatchelTransport *transport, const char *path, const char *token, GBytes *body,
                 const SatchelExchangeHandler *handler, gpointer user_data)
{
  SimDevice *device = *(SimDevice **)(transport + 1);
  SatchelExchange *exchange = g_new0 (SatchelExchange, 1);
  exchange->device = device;
  exchange->handler = *handler;
  exchange->user_data = user_data;
  exchange->path = g_strdup (path);
  exchange->token = g_strdup (token);
  exchange->body = body != NULL ? g_bytes_ref (body) : g_bytes_new_static ("", 0);
  exchange->alive = TRUE;

  SimWorld *world = device->world;
  transport->bytes_out += g_bytes_get_size (exchange->body);
  if (device->offline || fault (world)) {
    fail_later (exchange, device->offline ? 1 : TIME_OUT_MS);
    return exchange;
  }
  schedule (device, EVENT_REQUEST, latency (world), exchange);
  if (fault (world)) /* delivered twice: the second time nobody listens */
    schedule (device, EVENT_REQUEST, latency (world) + sim_random (world, LATE_MS), exchange)->echo = TRUE;
  return exchange;
}

static void
transport_cancel (SatchelTransport *transport, SatchelExchange *exchange)
{
  exchange->alive = FALSE;
  exchange->events++;
  exchange_drop (exchange);
}

static void
transport_free (SatchelTransport *transport)
{
  g_free (transport);
}

SatchelTransport *
sim_transport_new (SimDevice *device)
{
  SatchelTransport *transport = g_malloc0 (sizeof (SatchelTransport) + sizeof (SimDevice *));
  transport->start = transport_start;
  transport->cancel = transport_cancel;
  transport->free = transport_free;
  *(SimDevice **)(transport + 1) = device;
  return transport;
}

void
sim_set_timer (gint64 delay_ms, gpointer data)
{
  SimDevice *device = data;
  device->timer_generation++;
  if (delay_ms >= 0)
    schedule (device, EVENT_TIMER, delay_ms, NULL)->timer_generation = device->timer_generation;
}

/* ---- the server's side ---- */

static gboolean
collect (const char *bytes, gsize size, gpointer data, GError **error)
{
  g_byte_array_append (data, (const guint8 *)bytes, size);
  return TRUE;
}

static GBytes *
take_text (char *text)
{
  return text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;
}

static GBytes *
answer_push (SimWorld *world, const SatchelCaller *caller, const char *text, gsize size, GError **error)
{
  g_autoptr (SatchelPush) push = satchel_push_from_text (text, size, error);
  if (push == NULL)
    return NULL;
  SatchelPushJob job = { .caller = caller, .push = push };
  satchel_server_push (world->server, &job, 1);
  sim_oracle_note_server (world);
  if (job.error != NULL) {
    g_propagate_error (error, job.error);
    return NULL;
  }
  GBytes *answer = take_text (satchel_push_answer_to_text (job.answer));
  satchel_push_answer_free (job.answer);
  return answer;
}

static GBytes *
answer_pull (SimWorld *world, const SatchelCaller *caller, const char *text, gsize size, GError **error)
{
  g_autoptr (SatchelPull) pull = satchel_pull_from_text (text, size, error);
  if (pull == NULL)
    return NULL;
  g_autoptr (GByteArray) lines = g_byte_array_new ();
  if (!satchel_server_pull (world->server, caller, pull, collect, lines, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&lines));
}

static GBytes *
server_answer (SimWorld *world, const SatchelExchange *exchange, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (exchange->body, &size);
  g_autoptr (SatchelCaller) caller = satchel_server_authenticate (world->server, exchange->token, error);
  if (caller == NULL)
    return NULL;
  if (g_str_equal (exchange->path, "/v1/push"))
    return answer_push (world, caller, text, size, error);
  if (g_str_equal (exchange->path, "/v1/pull"))
    return answer_pull (world, caller, text, size, error);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "the simulation has no %s", exchange->path);
  return NULL;
}

static void
run_request (SimWorld *world, Event *event)
{
  SatchelExchange *exchange = event->exchange;
  g_autoptr (GError) error = NULL;
  GBytes *answer = server_answer (world, exchange, &error);
  if (event->echo || !exchange->alive) {
    g_clear_pointer (&answer, g_bytes_unref);
    return;
  }
  if (fault (world)) { /* the server did it, the device never hears */
    g_clear_pointer (&answer, g_bytes_unref);
    fail_later (exchange, TIME_OUT_MS);
    return;
  }
  Event *reply = schedule (exchange->device, EVENT_ANSWER, latency (world), exchange);
  reply->answer = answer;
  reply->error = g_steal_pointer (&error);
  if (answer != NULL && fault (world)) {
    reply->cut = sim_random (world, g_bytes_get_size (answer) + 1);
    reply->error = g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "the connection was cut");
  }
}

static void
run_answer (Event *event)
{
  SatchelExchange *exchange = event->exchange;
  if (!exchange->alive)
    return;
  exchange->alive = FALSE;
  if (event->answer != NULL && exchange->handler.data != NULL) {
    gsize size;
    const char *bytes = g_bytes_get_data (event->answer, &size);
    size = MIN (size, event->cut);
    for (gsize at = 0; at < size;) { /* pieces of any size: lines are torn everywhere */
      gsize most = 1 + sim_random (event->device->world, 4000);
      gsize piece = MIN (size - at, most);
      exchange->handler.data (bytes + at, piece, exchange->user_data);
      at += piece;
    }
  }
  GBytes *body = exchange->handler.data == NULL && event->error == NULL ? event->answer : NULL;
  exchange->handler.done (body, event->error, -1, exchange->user_data);
}

gboolean
sim_network_step (SimWorld *world)
{
  GSequenceIter *first = g_sequence_get_begin_iter (world->events);
  if (g_sequence_iter_is_end (first))
    return FALSE;
  Event *event = g_sequence_get (first);
  g_sequence_remove (first);
  world->now_ms = MAX (world->now_ms, event->at_ms);
  switch (event->kind) {
  case EVENT_REQUEST:
    run_request (world, event);
    break;
  case EVENT_ANSWER:
    run_answer (event);
    break;
  case EVENT_TIMER:
    if (event->device->driver != NULL && event->timer_generation == event->device->timer_generation)
      satchel_sync_driver_feed (event->device->driver, SATCHEL_SYNC_EVENT_TIMER);
    break;
  }
  event_free (event);
  return TRUE;
}

void
sim_network_forget (SimDevice *device)
{
  device
      ->timer_generation++; /* its timers mean nothing any more; its exchanges were cancelled by the driver */
}

void
sim_network_init (SimWorld *world)
{
  world->events = g_sequence_new (NULL); /* who takes an event out frees it */
}

void
sim_network_clear (SimWorld *world)
{
  g_sequence_foreach (world->events, event_clear_cb, NULL);
  g_clear_pointer (&world->events, g_sequence_free);
}
