/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/asker.h"

#include <arpa/inet.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/sync/next-pull.h"
#include "protocol/error.h"
#include "protocol/wire/coding.h"
#include "tests/bench/floor.h"
#include "tests/bench/measure.h"

#define LENGTH "\r\nContent-Length: "
#define GOOD   "HTTP/1.1 200 "
#define TURNS  5
#define ROUNDS 2000

GStrv
bench_asker_format_pulls (BenchDevice *device, const char *cursor, gint64 own, guint n, GError **error)
{
  g_autoptr (GStrvBuilder) requests = g_strv_builder_new ();
  SatchelSession *session = bench_device_get_session (device);
  g_autofree char *token = satchel_session_dup_token (session, error), *body = NULL;
  g_autoptr (SatchelPull) pull = NULL;

  if (token == NULL || (pull = satchel_next_pull_new (satchel_session_get_replica (session),
                                                      SATCHEL_NEXT_PULL_GO_ON, error)) == NULL)
    return NULL;
  if (cursor != NULL) {
    g_free (pull->cursor);
    pull->cursor = g_strdup (cursor);
  }
  for (guint i = 0; own > 0 && i < 2; i++)
    g_array_append_val (pull->own, own);
  body = satchel_pull_to_text (pull);
  for (guint i = 0; i < n; i++) {
    g_autofree char *request = g_strdup_printf (
        "POST /v1/pull HTTP/1.1\r\nAccept-Encoding: " SATCHEL_CODING "\r\nAuthorization: Bearer %s\r\n"
        "Content-Length: %zu\r\nHost: 127.0.0.1\r\n\r\n%s%*s",
        token, strlen (body) + i, body, (int)i, "");

    g_strv_builder_add (requests, request);
  }
  return g_strv_builder_end (requests);
}

static int
dial (guint port)
{
  const struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons ((guint16)port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
  const int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), at_once = 1;

  if (fd >= 0 && connect (fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Bytes of the whole answer, as far as its head is here; 0: not yet. */
static gsize
find_end (const GString *answer)
{
  const char *body = strstr (answer->str, "\r\n\r\n"), *length = strstr (answer->str, LENGTH);

  if (body == NULL || length == NULL || length > body)
    return 0;
  return (gsize)(body + 4 - answer->str) + strtoul (length + strlen (LENGTH), NULL, 10);
}

static gboolean
ask (int fd, const char *request, GString *answer)
{
  char bytes[16384];
  const gsize size = strlen (request);
  gsize end = 0;

  g_string_truncate (answer, 0);
  if (send (fd, request, size, MSG_NOSIGNAL) != (gssize)size)
    return FALSE;
  while (end == 0 || answer->len < end) {
    const gssize n = recv (fd, bytes, sizeof bytes, 0);

    if (n <= 0)
      return FALSE;
    g_string_append_len (answer, bytes, n);
    end = find_end (answer);
  }
  return g_str_has_prefix (answer->str, GOOD);
}

/* Microseconds of CPU of the process for each; NAN. The connection is made, and the requests answered once,
 * before. */
static double
measure (GPid pid, guint port, const char *const *requests, GError **error)
{
  g_autoptr (GString) answer = g_string_new (NULL);
  const guint n = g_strv_length ((GStrv)requests);
  const int fd = dial (port);
  gboolean good = fd >= 0;
  double before, cpu;

  for (guint i = 0; i < n && good; i++)
    good = ask (fd, requests[i], answer);
  before = bench_cpu_of (pid);
  for (guint i = 0; i < ROUNDS && good; i++)
    good = ask (fd, requests[i % n], answer);
  cpu = (bench_cpu_of (pid) - before) / ROUNDS * 1e6;
  if (fd >= 0)
    close (fd);
  if (good)
    return cpu;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "a question was not answered: %s",
               answer->str);
  return NAN;
}

gboolean
bench_asker_compare (BenchRig *rig, const char *const *requests, double *ours, double *hello, GError **error)
{
  g_autoptr (GArray) of_ours = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) of_hello = g_array_new (FALSE, FALSE, sizeof (double));
  BenchHello bare;
  gboolean good = TRUE;

  if (!bench_hello_start (&bare, error))
    return FALSE;
  for (guint i = 0; i < TURNS && good; i++) {
    double cpu = measure (bench_rig_get_pid (rig), bench_rig_get_port (rig), requests, error);

    good = !isnan (cpu);
    g_array_append_val (of_ours, cpu);
    cpu = good ? measure (bare.pid, bare.port, requests, error) : NAN;
    good = !isnan (cpu);
    g_array_append_val (of_hello, cpu);
  }
  bench_hello_stop (&bare);
  *ours = bench_median (of_ours);
  *hello = bench_median (of_hello);
  return good;
}
