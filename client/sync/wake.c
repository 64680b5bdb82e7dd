/* The stream's lines are {"s":N} and {}; what is pulled is the driver's business, so N is not even read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/wake.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/message.h"

#define MAX_LINE_BYTES 4096
#define MAX_DOUBLINGS  8

struct _SatchelWakeListener {
  SatchelTransport *transport;
  const SatchelClock *clock;
  char *token;
  void (*woken) (gpointer data);
  gpointer data;

  SatchelWireExchange *exchange;
  GString *line;
  gboolean missed; /* the connection was away */
  guint failures;
  GSource *timer;
};

static void listen_again (SatchelWakeListener *wake);

static void
take_line (SatchelWakeListener *wake)
{
  g_autoptr (JsonNode) node = satchel_json_parse (wake->line->str, wake->line->len, NULL);

  wake->failures = 0;
  if (wake->missed || (node != NULL && JSON_NODE_HOLDS_OBJECT (node) &&
                       json_object_has_member (json_node_get_object (node), "s")))
    wake->woken (wake->data);
  wake->missed = FALSE;
}

static void
data_cb (const char *bytes, gsize size, gpointer data)
{
  SatchelWakeListener *wake = data;

  for (gsize i = 0; i < size; i++) {
    if (bytes[i] != '\n') {
      if (wake->line->len < MAX_LINE_BYTES) /* whatever is longer is no line of ours */
        g_string_append_c (wake->line, bytes[i]);
      continue;
    }
    take_line (wake);
    g_string_truncate (wake->line, 0);
  }
}

static gboolean
timer_cb (gpointer data)
{
  SatchelWakeListener *wake = data;

  g_clear_pointer (&wake->timer, g_source_unref);
  listen_again (wake);
  return G_SOURCE_REMOVE;
}

static void
done_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelWakeListener *wake = data;
  gint64 delay_ms = (gint64)SATCHEL_BACKOFF_FIRST_MS << MIN (wake->failures, MAX_DOUBLINGS);

  wake->exchange = NULL;
  wake->missed = TRUE;
  if (error != NULL && (satchel_error_code (error) == SATCHEL_ERROR_UNAUTHENTICATED ||
                        satchel_error_code (error) == SATCHEL_ERROR_WIPED)) {
    wake->woken (wake->data); /* the sync says so; with this token there is nothing to listen for */
    return;
  }
  wake->failures++;
  delay_ms = MIN (delay_ms, SATCHEL_BACKOFF_MOST_MS) / 2;
  delay_ms += satchel_clock_random_below (wake->clock, delay_ms + 1);
  wake->timer = g_timeout_source_new (MAX (delay_ms, MIN (retry_after_ms, SATCHEL_BACKOFF_MOST_MS)));
  g_source_set_callback (wake->timer, timer_cb, wake, NULL);
  g_source_attach (wake->timer, g_main_context_get_thread_default ());
}

static void
listen_again (SatchelWakeListener *wake)
{
  /* Two heartbeats may be late before the connection counts as dead. */
  static const SatchelExchangeHandler handler = {
    .data = data_cb,
    .done = done_cb,
    .silence_ms = 2 * SATCHEL_WAKE_HEARTBEAT_MS + SATCHEL_REQUEST_TIMEOUT_MS,
  };

  g_string_truncate (wake->line, 0);
  wake->exchange = wake->transport->start (wake->transport, "/v1/wake", wake->token, NULL, &handler, wake);
}

SatchelWakeListener *
satchel_wake_listener_new (SatchelTransport *transport, const SatchelClock *clock, const char *token,
                           void (*woken) (gpointer data), gpointer data)
{
  SatchelWakeListener *wake = g_new0 (SatchelWakeListener, 1);

  wake->transport = transport;
  wake->clock = clock;
  wake->token = g_strdup (token);
  wake->woken = woken;
  wake->data = data;
  wake->line = g_string_new (NULL);
  listen_again (wake);
  return wake;
}

void
satchel_wake_listener_free (SatchelWakeListener *wake)
{
  if (wake == NULL)
    return;
  if (wake->exchange != NULL)
    wake->transport->cancel (wake->transport, wake->exchange);
  if (wake->timer != NULL) {
    g_source_destroy (wake->timer);
    g_source_unref (wake->timer);
  }
  g_string_free (wake->line, TRUE);
  g_free (wake->token);
  g_free (wake);
}
