/* Bytes over GIO streams, see the header.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/raw-client.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "protocol/wire/message.h"

#define TIMEOUT_S 10

struct _RawClient {
  GSocketConnection *connection;
  GIOStream *stream; /* the connection, or TLS over it */
  GByteArray *in;
  gsize sent, received;
};

static gboolean
accept_any_cb (GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer data)
{
  return TRUE;
}

RawClient *
raw_client_new (guint16 port, RawSecurity security)
{
  g_autoptr (GError) error = NULL;
  RawClient *client = g_new0 (RawClient, 1);
  g_autoptr (GSocketClient) dialler = g_socket_client_new ();

  g_socket_client_set_timeout (dialler, TIMEOUT_S);
  g_socket_client_set_enable_proxy (dialler, FALSE);
  client->connection = g_socket_client_connect_to_host (dialler, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  client->stream = g_object_ref (G_IO_STREAM (client->connection));
  client->in = g_byte_array_new ();

  if (security == RAW_TLS) {
    GIOStream *tls = g_tls_client_connection_new (G_IO_STREAM (client->connection), NULL, &error);
    g_assert_no_error (error);
    g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_any_cb), NULL);
    g_object_unref (client->stream);
    client->stream = tls;
    g_assert_true (g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, &error));
    g_assert_no_error (error);
  }
  return client;
}

void
raw_client_free (RawClient *client)
{
  if (client == NULL)
    return;
  g_io_stream_close (G_IO_STREAM (client->connection), NULL, NULL);
  g_object_unref (client->stream);
  g_object_unref (client->connection);
  g_byte_array_unref (client->in);
  g_free (client);
}

int
raw_client_get_fd (RawClient *client)
{
  return g_socket_get_fd (g_socket_connection_get_socket (client->connection));
}

void
raw_client_send (RawClient *client, const char *bytes, gssize size)
{
  g_autoptr (GError) error = NULL;
  gsize length = size < 0 ? strlen (bytes) : (gsize)size;
  gsize written;

  g_output_stream_write_all (g_io_stream_get_output_stream (client->stream), bytes, length, &written, NULL,
                             &error);
  g_assert_no_error (error);
  client->sent += written;
}

gsize
raw_client_send_some (RawClient *client, const char *bytes, gsize size)
{
  ssize_t n = send (raw_client_get_fd (client), bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);

  client->sent += MAX (n, 0);
  return MAX (n, 0);
}

void
raw_client_request (RawClient *client, const char *method, const char *path, const char *headers,
                    const char *body, gsize size)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%s %s HTTP/1.1\r\nHost: x\r\n%s", method, path, headers);
  if (body != NULL)
    g_string_append_printf (text, "Content-Length: %zu\r\n", size);
  g_string_append (text, "\r\n");
  if (body != NULL)
    g_string_append_len (text, body, size);
  raw_client_send (client, text->str, text->len);
}

void
raw_answer_clear (RawAnswer *answer)
{
  g_clear_pointer (&answer->head, g_free);
  g_clear_pointer (&answer->body, g_byte_array_unref);
}

/* FALSE at the end. A reset is an end, too. */
static gboolean
read_more (RawClient *client)
{
  guint8 buffer[65536];
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read (g_io_stream_get_input_stream (client->stream), buffer, sizeof buffer, NULL,
                                  &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_error ("the server did not answer within %d s", TIMEOUT_S);
  if (n <= 0)
    return FALSE;
  g_byte_array_append (client->in, buffer, n);
  client->received += n;
  return TRUE;
}

char *
raw_answer_get_header (const RawAnswer *answer, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\n%s: ", name);
  const char *at = strcasestr (answer->head, start);

  if (at == NULL)
    return NULL;
  at += strlen (start);
  return g_strndup (at, strcspn (at, "\r\n"));
}

char *
raw_answer_get_error (const RawAnswer *answer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node =
      satchel_json_parse ((const char *)answer->body->data, answer->body->len, &error);

  g_assert_no_error (error);
  return g_strdup (json_object_get_string_member (json_node_get_object (node), "error"));
}

gboolean
raw_client_read (RawClient *client, RawAnswer *answer)
{
  const char *end;

  while (client->in->len == 0 || (end = memmem (client->in->data, client->in->len, "\r\n\r\n", 4)) == NULL)
    if (!read_more (client))
      return FALSE;

  gsize head_size = end + 4 - (const char *)client->in->data;
  answer->head = g_strndup ((const char *)client->in->data, head_size);
  answer->body = g_byte_array_new ();
  g_byte_array_remove_range (client->in, 0, head_size);
  g_assert_true (g_str_has_prefix (answer->head, "HTTP/1."));
  answer->status = atoi (answer->head + strlen ("HTTP/1.1 "));

  g_autofree char *length = raw_answer_get_header (answer, "Content-Length");
  gsize size = length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;
  while (client->in->len < size)
    if (!read_more (client))
      return FALSE;
  g_byte_array_append (answer->body, client->in->data, size);
  g_byte_array_remove_range (client->in, 0, size);
  return TRUE;
}

char *
raw_client_read_chunk (RawClient *client)
{
  const guint8 *end;

  while (client->in->len == 0 || (end = memchr (client->in->data, '\n', client->in->len)) == NULL)
    if (!read_more (client))
      return NULL;
  gsize start = end + 1 - client->in->data;
  gsize size = g_ascii_strtoull ((const char *)client->in->data, NULL, 16);
  while (client->in->len < start + size + 2)
    if (!read_more (client))
      return NULL;
  char *chunk = size > 0 ? g_strndup ((const char *)client->in->data + start, size) : NULL;
  g_byte_array_remove_range (client->in, 0, start + size + 2);
  return chunk;
}

gboolean
raw_client_read_end (RawClient *client)
{
  return client->in->len == 0 && !read_more (client);
}

gsize
raw_client_get_sent (RawClient *client)
{
  return client->sent;
}

gsize
raw_client_get_received (RawClient *client)
{
  return client->received;
}
