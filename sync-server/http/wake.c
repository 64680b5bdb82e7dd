/* One line for everybody: the first at once, then at most one each COALESCE_MS.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/wake.h"

#include <stdio.h>

#define COALESCE_MS 50
#define POLL_MS     1000
#define MOST_LINE   40
#define MOST_OF_ONE 4 /* streams of one device */

struct _SatchelWake {
  SatchelServer *server;
  GMainContext *context;
  GHashTable *streams; /* SatchelConnection* → the queue in devices */
  GHashTable *devices; /* id → GQueue of its streams, the oldest first */
  GSource *poll, *heartbeat;
  GSource *pending; /* a line is due; NULL: none */
  gint64 told_s;
  gint64 told_us; /* monotonic: when */
};

static void
broadcast (SatchelWake *wake, const char *line)
{
  GHashTableIter iter;
  gpointer stream;

  g_hash_table_iter_init (&iter, wake->streams);
  while (g_hash_table_iter_next (&iter, &stream, NULL))
    satchel_connection_send (stream, line, strlen (line));
}

static void
format_line (char line[MOST_LINE], gint64 s)
{
  snprintf (line, MOST_LINE, "{\"s\":%" G_GINT64_FORMAT "}\n", s);
}

static gboolean
tell_cb (gpointer data)
{
  SatchelWake *wake = data;
  gint64 s = satchel_server_get_s (wake->server);

  g_clear_pointer (&wake->pending, g_source_unref);
  if (s > wake->told_s) {
    char line[MOST_LINE];
    format_line (line, s);
    broadcast (wake, line);
    wake->told_s = s;
    wake->told_us = g_get_monotonic_time ();
  }
  return G_SOURCE_REMOVE;
}

static gboolean
poll_cb (gpointer data)
{
  SatchelWake *wake = data;

  if (wake->pending == NULL && g_hash_table_size (wake->streams) > 0 &&
      satchel_server_get_s (wake->server) > wake->told_s)
    satchel_wake_notify (wake);
  return G_SOURCE_CONTINUE;
}

static gboolean
heartbeat_cb (gpointer data)
{
  broadcast (data, "{}\n");
  return G_SOURCE_CONTINUE;
}

static GSource *
add_timer (SatchelWake *wake, guint interval_ms, GSourceFunc func)
{
  GSource *source = g_timeout_source_new (interval_ms);

  g_source_set_callback (source, func, wake, NULL);
  g_source_attach (source, wake->context);
  return source;
}

static void
remove_timer (GSource *source)
{
  if (source == NULL)
    return;
  g_source_destroy (source);
  g_source_unref (source);
}

SatchelWake *
satchel_wake_new (SatchelServer *server, guint heartbeat_ms, GMainContext *context)
{
  SatchelWake *wake = g_new0 (SatchelWake, 1);

  wake->server = server;
  wake->context = context;
  wake->streams = g_hash_table_new (NULL, NULL);
  wake->devices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_queue_free);
  wake->told_s = satchel_server_get_s (server);
  wake->poll = add_timer (wake, POLL_MS, poll_cb);
  wake->heartbeat = add_timer (wake, heartbeat_ms, heartbeat_cb);
  return wake;
}

void
satchel_wake_free (SatchelWake *wake)
{
  if (wake == NULL)
    return;
  g_assert (g_hash_table_size (wake->streams) == 0);
  remove_timer (wake->poll);
  remove_timer (wake->heartbeat);
  remove_timer (wake->pending);
  g_hash_table_unref (wake->streams);
  g_hash_table_unref (wake->devices);
  g_free (wake);
}

static void
stream_closed_cb (SatchelConnection *connection, gpointer data)
{
  SatchelWake *wake = data;
  GQueue *siblings = g_hash_table_lookup (wake->streams, connection);

  g_queue_remove (siblings, connection);
  g_hash_table_remove (wake->streams, connection);
}

/* Empty queues are kept: a device that was here comes again. */
static GQueue *
get_siblings (SatchelWake *wake, const char *device)
{
  GQueue *siblings = g_hash_table_lookup (wake->devices, device);

  if (siblings == NULL) {
    siblings = g_queue_new ();
    g_hash_table_insert (wake->devices, g_strdup (device), siblings);
  }
  return siblings;
}

void
satchel_wake_add (SatchelWake *wake, SatchelExchange *exchange, const char *device)
{
  GQueue *siblings = get_siblings (wake, device);
  SatchelConnection *connection = satchel_exchange_stream (exchange, stream_closed_cb, wake);
  if (connection == NULL)
    return;

  char line[MOST_LINE];
  g_queue_push_tail (siblings, connection);
  g_hash_table_insert (wake->streams, connection, siblings);
  if (siblings->length > MOST_OF_ONE)
    satchel_connection_close (g_queue_peek_head (siblings));
  format_line (line, satchel_server_get_s (wake->server));
  satchel_connection_send (connection, line, strlen (line));
}

guint
satchel_wake_get_n_streams (SatchelWake *wake)
{
  return g_hash_table_size (wake->streams);
}

void
satchel_wake_cut (SatchelWake *wake)
{
  g_autoptr (GList) streams = g_hash_table_get_keys (wake->streams);

  for (GList *link = streams; link != NULL; link = link->next)
    satchel_connection_close (link->data);
}

void
satchel_wake_notify (SatchelWake *wake)
{
  gint64 rested_ms = (g_get_monotonic_time () - wake->told_us) / 1000;

  if (wake->pending == NULL)
    wake->pending = add_timer (wake, (guint)(COALESCE_MS - MIN (rested_ms, COALESCE_MS)), tell_cb);
}
