/* The listener under test.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/door.h"

#include <string.h>

#include "protocol/error.h"

static void
stream_closed_cb (SatchelConnection *connection, gpointer data)
{
  Door *door = data;

  door->stream = NULL;
  g_atomic_int_inc (&door->n_streams_closed);
}

static gssize
admit_cb (SatchelExchange *exchange, gpointer data)
{
  if (g_str_equal (satchel_exchange_get_path (exchange), "/refused")) {
    g_autoptr (GError) error = g_error_new (SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN, "no");
    satchel_exchange_refuse (exchange, 0, error, -1);
    return -1;
  }
  return DOOR_MOST_BODY;
}

static gboolean
answer_later_cb (gpointer data)
{
  satchel_exchange_answer (data, 200, "text/plain", satchel_spool_new_text ("later"));
  return G_SOURCE_REMOVE;
}

/* More than any socket buffer, from a file. */
static SatchelSpool *
make_big (void)
{
  g_autofree char *text = g_strnfill (65536, 'x');
  SatchelSpool *spool = satchel_spool_new (g_get_tmp_dir (), SATCHEL_ENCODING_IDENTITY);

  for (gsize i = 0; i < DOOR_BIG_BYTES; i += 65536)
    g_assert_true (satchel_spool_write (spool, text, 65536, NULL));
  g_assert_true (satchel_spool_finish (spool, NULL));
  return spool;
}

static void
request_cb (SatchelExchange *exchange, gpointer data)
{
  Door *door = data;
  const char *path = satchel_exchange_get_path (exchange);

  if (g_str_equal (path, "/echo")) {
    GBytes *body = satchel_exchange_get_body (exchange);
    g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
    satchel_exchange_answer (exchange, 200, "text/plain", satchel_spool_new_text (text));
  } else if (g_str_equal (path, "/later")) {
    satchel_exchange_hold (exchange);
    g_autoptr (GSource) source = g_timeout_source_new (20);
    g_source_set_callback (source, answer_later_cb, satchel_exchange_ref (exchange),
                           (GDestroyNotify)satchel_exchange_unref);
    g_source_attach (source, door->context);
  } else if (g_str_equal (path, "/big")) {
    satchel_exchange_answer (exchange, 200, "text/plain", make_big ());
  } else if (g_str_equal (path, "/stream")) {
    door->stream = satchel_exchange_stream (exchange, stream_closed_cb, door);
    satchel_connection_send (door->stream, "{}\n", 3);
  } else {
    g_autoptr (GError) error = g_error_new (SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no %s", path);
    satchel_exchange_fail (exchange, error, -1);
  }
}

static gpointer
run_thread (gpointer data)
{
  Door *door = data;

  g_main_context_push_thread_default (door->context);
  g_main_loop_run (door->loop);
  g_main_context_pop_thread_default (door->context);
  return NULL;
}

Door *
door_open (const SatchelHttpLimits *limits, GTlsCertificate *certificate)
{
  g_autoptr (GError) error = NULL;
  Door *door = g_new0 (Door, 1);
  SatchelHttpHandler handler = { .admit = admit_cb, .request = request_cb, .data = door };

  door->context = g_main_context_new ();
  door->loop = g_main_loop_new (door->context, FALSE);
  door->listener =
      satchel_listener_new ("127.0.0.1", 0, certificate, limits, &handler, door->context, &error);
  g_assert_no_error (error);
  door->port = satchel_listener_get_port (door->listener);
  door->thread = g_thread_new ("door", run_thread, door);
  return door;
}

static gboolean
stop_cb (gpointer data)
{
  Door *door = data;

  satchel_listener_stop (door->listener);
  satchel_listener_cut (door->listener);
  g_main_loop_quit (door->loop);
  return G_SOURCE_REMOVE;
}

void
door_close (Door *door)
{
  g_main_context_invoke (door->context, stop_cb, door);
  g_thread_join (door->thread);
  while (satchel_listener_get_n_connections (door->listener) > 0)
    g_main_context_iteration (door->context, TRUE);
  satchel_listener_free (door->listener);
  while (g_main_context_iteration (door->context, FALSE)) {
  }
  g_main_loop_unref (door->loop);
  g_main_context_unref (door->context);
  g_free (door);
}

static gboolean
send_cb (gpointer data)
{
  Door *door = data;

  if (door->stream != NULL)
    satchel_connection_send (door->stream, "{\"s\":7}\n", 8);
  return G_SOURCE_REMOVE;
}

void
door_send (Door *door)
{
  g_main_context_invoke (door->context, send_cb, door);
}

void
assert_echo (RawClient *client, const char *text)
{
  g_auto (RawAnswer) answer = { 0 };

  raw_client_request (client, "POST", "/echo", "", text, strlen (text));
  g_assert_true (raw_client_read (client, &answer));
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpmem (answer.body->data, answer.body->len, text, strlen (text));
}

void
assert_refused (RawClient *client, guint status, const char *name)
{
  g_auto (RawAnswer) answer = { 0 };

  g_assert_true (raw_client_read (client, &answer));
  g_assert_cmpuint (answer.status, ==, status);
  g_autofree char *error = raw_answer_get_error (&answer);
  g_assert_cmpstr (error, ==, name);
}
