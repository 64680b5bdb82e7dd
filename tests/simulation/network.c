/* The network between the simulated devices and the server: an event queue in virtual time. A request or an
 * answer may be lost, arrive twice, arrive late or be cut at any byte.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/answers.h"
#include "tests/simulation/tap.h"

#include <string.h>

#include "protocol/error.h"
#include "sync-server/along.h"
#include "sync-server/scope/signature.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/join.h"

#define LATENCY_MS    20
#define LATE_MS       60000
#define TIME_OUT_MS   30000
#define PERCENT_FAULT 8
#define MOST_BATCHED  4

struct _SatchelWireExchange {
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
  SatchelWireExchange *exchange; /* request, answer */
  gboolean echo;                 /* a request whose answer nobody hears */
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
exchange_drop (SatchelWireExchange *exchange)
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
schedule (SimDevice *device, EventKind kind, gint64 delay_ms, SatchelWireExchange *exchange)
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
fail_later (SatchelWireExchange *exchange, gint64 delay_ms)
{
  Event *event = schedule (exchange->device, EVENT_ANSWER, delay_ms, exchange);
  event->error = g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "the connection was cut");
}

static SatchelWireExchange *
transport_start (SatchelTransport *transport, const char *path, const char *token, GBytes *body,
                 const SatchelExchangeHandler *handler, gpointer user_data)
{
  SimDevice *device = *(SimDevice **)(transport + 1);
  SatchelWireExchange *exchange = g_new0 (SatchelWireExchange, 1);
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
transport_cancel (SatchelTransport *transport, SatchelWireExchange *exchange)
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

/* One push on its way through the server. */
typedef struct {
  Event *event;
  SatchelCaller *caller;
  SatchelPush *push;
  GError *error;
} Arrived;

static void
arrived_read (SimWorld *world, Arrived *arrived)
{
  const SatchelWireExchange *exchange = arrived->event->exchange;
  gsize size;
  const char *text = g_bytes_get_data (exchange->body, &size);
  arrived->caller = satchel_server_authenticate (world->server, exchange->token, &arrived->error);
  if (arrived->caller != NULL)
    arrived->push = satchel_push_from_text (text, size, &arrived->error);
}

static void
arrived_clear (Arrived *arrived)
{
  g_clear_pointer (&arrived->caller, satchel_caller_free);
  g_clear_pointer (&arrived->push, satchel_push_free);
}

/* As the device reads it. Takes @error. */
static GError *
send_error (GError *error)
{
  g_autoptr (GError) sent = error;
  g_autofree char *text = satchel_error_to_text (sent, -1);
  gint64 retry_after_ms;

  return satchel_error_from_text (text, strlen (text), satchel_error_http_status (satchel_error_code (sent)),
                                  &retry_after_ms);
}

/* Takes @answer or @error. */
static void
reply (SimWorld *world, const Event *event, GBytes *answer, GError *error)
{
  SatchelWireExchange *exchange = event->exchange;
  gsize size = 0;
  const char *text = answer != NULL ? g_bytes_get_data (answer, &size) : NULL;
  sim_tell (world, "device %u %s: %.*s", exchange->device->index, exchange->path, (int)MIN (size, 60),
            text != NULL ? text : "");
  if (error != NULL)
    sim_tell (world, "device %u %s: %s", exchange->device->index, exchange->path, error->message);
  if (error != NULL && satchel_error_code (error) == SATCHEL_ERROR_STORAGE &&
      !sim_disk_excuses (world, error))
    sim_fail (world, "device %u, %s: %s", exchange->device->index, exchange->path, error->message);
  gboolean unheard = event->echo || !exchange->alive, cut_off = !unheard && fault (world);
  if (unheard || cut_off) { /* the server did it, the device never hears */
    g_clear_pointer (&answer, g_bytes_unref);
    g_clear_error (&error);
  }
  if (cut_off)
    fail_later (exchange, TIME_OUT_MS);
  if (unheard || cut_off)
    return;
  Event *back = schedule (exchange->device, EVENT_ANSWER, latency (world), exchange);
  back->answer = answer;
  back->error = error != NULL ? send_error (error) : NULL;
  if (answer != NULL && fault (world)) {
    back->cut = sim_random (world, g_bytes_get_size (answer) + 1);
    back->error = g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "the connection was cut");
  }
}

static gboolean
is_push (const Event *event)
{
  return event->kind == EVENT_REQUEST && g_str_equal (event->exchange->path, "/v1/push");
}

/* With what a pull along with it brings. */
static GBytes *
answer_push (SimWorld *world, const Arrived *arrived, const SatchelPushAnswer *answer)
{
  const SatchelWireExchange *exchange = arrived->event->exchange;
  SatchelPull *pull = arrived->push->pull;
  g_autofree char *outcomes = satchel_push_answer_to_text (answer);
  g_autoptr (SatchelCaller) caller = NULL;
  g_autoptr (SatchelSignature) signature = NULL;
  const char *lines;
  SatchelVisit *visit;
  char *text;
  gint64 s;

  if (pull == NULL)
    return sim_take_text (g_steal_pointer (&outcomes));
  satchel_pull_add_own (pull, answer);
  visit = satchel_server_enter (world->server, exchange->token, &caller, NULL);
  text = satchel_server_pull_along (world->server, visit, caller, pull, outcomes, &signature, &s);
  lines = strchr (text, '\n');
  if (lines != NULL)
    sim_tap_pull (exchange->device, caller, pull->cursor, lines + 1, strlen (lines + 1));
  return sim_take_text (text);
}

/* All that were read go through the server in one batch. */
static void
push_batch (SimWorld *world, Arrived *arrived, guint n)
{
  SatchelPushJob jobs[MOST_BATCHED] = { 0 };
  guint n_jobs = 0;
  for (guint i = 0; i < n; i++)
    if (arrived[i].push != NULL)
      jobs[n_jobs++] = (SatchelPushJob){ .caller = arrived[i].caller, .push = arrived[i].push };
  g_autoptr (GPtrArray) joins = sim_join_expect (world, jobs, n_jobs);
  if (n_jobs > 0)
    satchel_server_push (world->server, jobs, n_jobs);
  sim_tap_note (world);
  sim_join_check (world, joins);
  n_jobs = 0;
  for (guint i = 0; i < n; i++) {
    GBytes *answer = NULL;
    if (arrived[i].push != NULL) {
      const SatchelPushJob *job = &jobs[n_jobs++];
      arrived[i].error = job->error;
      answer = job->answer != NULL ? answer_push (world, &arrived[i], job->answer) : NULL;
      g_clear_pointer (&jobs[n_jobs - 1].answer, satchel_push_answer_free);
    }
    reply (world, arrived[i].event, answer, arrived[i].error);
  }
}

/* Sometimes the pushes that follow are taken along: the server's writer groups what waits. */
static void
run_push (SimWorld *world, Event *event)
{
  Arrived arrived[MOST_BATCHED] = { { .event = event } };
  Event *others[MOST_BATCHED];
  guint n = 1, n_others = 0;
  for (GSequenceIter *next = g_sequence_get_begin_iter (world->events);
       n < MOST_BATCHED && !g_sequence_iter_is_end (next) && sim_chance (world, 60);
       next = g_sequence_get_begin_iter (world->events)) {
    Event *other = g_sequence_get (next);
    if (!is_push (other))
      break;
    g_sequence_remove (next);
    world->now_ms = MAX (world->now_ms, other->at_ms);
    others[n_others++] = other;
    arrived[n++].event = other;
  }
  for (guint i = 0; i < n; i++)
    arrived_read (world, &arrived[i]);
  push_batch (world, arrived, n);
  for (guint i = 0; i < n; i++)
    arrived_clear (&arrived[i]);
  for (guint i = 0; i < n_others; i++)
    event_free (others[i]);
}

static void
run_request (SimWorld *world, Event *event)
{
  GError *error = NULL;
  if (is_push (event)) {
    run_push (world, event);
    return;
  }
  GBytes *answer = sim_answer (event->device, event->exchange->path, event->exchange->token,
                               event->exchange->body, &error);
  reply (world, event, answer, error);
}

static void
run_answer (Event *event)
{
  SatchelWireExchange *exchange = event->exchange;
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
  while (g_main_context_iteration (NULL, FALSE)) /* what was asked online hears of it */
    continue;
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
