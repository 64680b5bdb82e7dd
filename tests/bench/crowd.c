/* Requests are small enough for a socket's buffer, so that only reading waits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/crowd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/error.h"
#include "tests/bench/measure.h"

#define FDS_BESIDE 256 /* of everything else in this process */
#define PATIENCE_S 60
#define LINE       "{\"s\":"
#define GOOD       "HTTP/1.1 200 "

typedef struct {
  int fd; /* -1: none */
  GString *text;
} Line;

typedef struct {
  char *opening, *question;
  Line stream, asking;
  gboolean listens;
  double woken, asked, answered;
} Device;

struct _BenchCrowd {
  guint port, n_devices;
  Device *devices;
  int epoll;

  BenchCrowdManner manner;
  guint n_listening, n_woken, n_answered; /* since it was begun to count */
  guint *counted, n_expected;
  GThread *thread; /* NULL: the caller's */
  GError *error;   /* of what is under way */
};

/* ---- connections ---- */

static gboolean
fail (BenchCrowd *crowd, const char *message)
{
  if (crowd->error == NULL)
    g_set_error (&crowd->error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "crowd: %s", message);
  return FALSE;
}

static void
hang_up (Line *line)
{
  if (line->fd >= 0)
    close (line->fd);
  line->fd = -1;
}

/* Which of a device's two connections it is stands in the lowest bit. */
static gboolean
begin (BenchCrowd *crowd, guint i, gboolean is_stream, const char *request)
{
  const struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons ((guint16)crowd->port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
  struct epoll_event event = { .events = EPOLLIN, .data.u64 = 2 * (guint64)i + is_stream };
  Line *line = is_stream ? &crowd->devices[i].stream : &crowd->devices[i].asking;
  const gssize size = (gssize)strlen (request);

  hang_up (line);
  g_string_truncate (line->text, 0);
  line->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return (line->fd >= 0 && connect (line->fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
          send (line->fd, request, (gsize)size, MSG_NOSIGNAL) == size &&
          epoll_ctl (crowd->epoll, EPOLL_CTL_ADD, line->fd, &event) == 0) ||
         fail (crowd, "cannot connect");
}

static gboolean
ask (BenchCrowd *crowd, guint i)
{
  crowd->devices[i].asked = bench_now ();
  return begin (crowd, i, FALSE, crowd->devices[i].question);
}

/* ---- what comes ---- */

static gboolean
is_whole (const GString *text)
{
  const char *body = strstr (text->str, "\r\n\r\n"), *length = strstr (text->str, "Content-Length: ");

  return body != NULL && length != NULL && length < body &&
         text->len >=
             (gsize)(body + 4 - text->str) + strtoul (length + strlen ("Content-Length: "), NULL, 10);
}

static gboolean
hear (BenchCrowd *crowd, guint i)
{
  Device *device = &crowd->devices[i];
  const char *line = strstr (device->stream.text->str, LINE);

  if (line == NULL || strchr (line, '\n') == NULL)
    return TRUE;
  g_string_assign (device->stream.text, GOOD); /* its head was looked at */
  if (!device->listens) {
    device->listens = TRUE;
    crowd->n_listening++;
    return TRUE;
  }
  if (device->woken > 0)
    return TRUE;
  device->woken = bench_now ();
  crowd->n_woken++;
  return crowd->manner == BENCH_CROWD_LISTEN || ask (crowd, i);
}

static gboolean
take (BenchCrowd *crowd, guint i, gboolean is_stream)
{
  Device *device = &crowd->devices[i];
  Line *line = is_stream ? &device->stream : &device->asking;
  char bytes[16384];
  const gssize size = recv (line->fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (size <= 0)
    return fail (crowd, is_stream ? "a stream was cut" : "a question was not answered");
  g_string_append_len (line->text, bytes, size);
  if (line->text->len >= strlen (GOOD) && !g_str_has_prefix (line->text->str, GOOD))
    return fail (crowd, line->text->str);
  if (is_stream)
    return hear (crowd, i);
  if (is_whole (line->text)) {
    device->answered = bench_now ();
    crowd->n_answered++;
    hang_up (line);
  }
  return TRUE;
}

/* Until what is counted has come. */
static gpointer
run (gpointer data)
{
  BenchCrowd *crowd = data;
  const double started = bench_now ();
  struct epoll_event events[256];

  while (crowd->error == NULL && *crowd->counted < crowd->n_expected) {
    const int n_events = epoll_wait (crowd->epoll, events, G_N_ELEMENTS (events), 1000);

    for (int i = 0; i < n_events && crowd->error == NULL; i++)
      (void)take (crowd, (guint)(events[i].data.u64 / 2), events[i].data.u64 % 2); /* error tells */
    if (bench_now () - started > PATIENCE_S)
      fail (crowd, "not all have heard or were answered within a minute");
  }
  return NULL;
}

static void
count (BenchCrowd *crowd, guint *counted, guint n)
{
  crowd->n_woken = crowd->n_answered = 0;
  crowd->counted = counted;
  crowd->n_expected = n;
  for (guint i = 0; i < crowd->n_devices; i++)
    crowd->devices[i].woken = crowd->devices[i].asked = crowd->devices[i].answered = 0;
}

static gboolean
settle (BenchCrowd *crowd, GError **error)
{
  if (crowd->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&crowd->error));
  return FALSE;
}

/* ---- the door ---- */

static gboolean
make_room (guint n, GError **error)
{
  const rlim_t wanted = 2 * (rlim_t)n + FDS_BESIDE;
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0) {
    if (limit.rlim_cur >= wanted)
      return TRUE;
    if (limit.rlim_max >= wanted) {
      limit.rlim_cur = wanted;
      if (setrlimit (RLIMIT_NOFILE, &limit) == 0)
        return TRUE;
    }
  }
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%u devices want %lu descriptors (ulimit -Hn)", n,
               (unsigned long)wanted);
  return FALSE;
}

BenchCrowd *
bench_crowd_new (guint port, guint n, GError **error)
{
  BenchCrowd *crowd;

  if (!make_room (n, error))
    return NULL;
  crowd = g_new0 (BenchCrowd, 1);
  crowd->port = port;
  crowd->n_devices = n;
  crowd->devices = g_new0 (Device, n);
  crowd->epoll = epoll_create1 (EPOLL_CLOEXEC);
  for (guint i = 0; i < n; i++) {
    crowd->devices[i].stream = (Line){ -1, g_string_new (NULL) };
    crowd->devices[i].asking = (Line){ -1, g_string_new (NULL) };
  }
  return crowd;
}

void
bench_crowd_free (BenchCrowd *crowd)
{
  if (crowd == NULL)
    return;
  if (crowd->thread != NULL)
    g_thread_join (crowd->thread);
  for (guint i = 0; i < crowd->n_devices; i++) {
    Device *device = &crowd->devices[i];

    hang_up (&device->stream);
    hang_up (&device->asking);
    g_string_free (device->stream.text, TRUE);
    g_string_free (device->asking.text, TRUE);
    g_free (device->opening);
    g_free (device->question);
  }
  close (crowd->epoll);
  g_clear_error (&crowd->error);
  g_free (crowd->devices);
  g_free (crowd);
}

void
bench_crowd_set_opening (BenchCrowd *crowd, guint i, char *request)
{
  g_free (crowd->devices[i].opening);
  crowd->devices[i].opening = request;
}

void
bench_crowd_set_question (BenchCrowd *crowd, guint i, char *request)
{
  g_free (crowd->devices[i].question);
  crowd->devices[i].question = request;
}

gboolean
bench_crowd_listen (BenchCrowd *crowd, GError **error)
{
  count (crowd, &crowd->n_listening, crowd->n_devices);
  for (guint i = 0; i < crowd->n_devices; i++) {
    if (!begin (crowd, i, TRUE, crowd->devices[i].opening))
      return settle (crowd, error);
  }
  run (crowd);
  return settle (crowd, error);
}

void
bench_crowd_expect (BenchCrowd *crowd, guint n, BenchCrowdManner manner)
{
  crowd->manner = manner;
  count (crowd, manner == BENCH_CROWD_PULL ? &crowd->n_answered : &crowd->n_woken, n);
  crowd->thread = g_thread_new ("crowd", run, crowd);
}

gboolean
bench_crowd_collect (BenchCrowd *crowd, GError **error)
{
  g_thread_join (g_steal_pointer (&crowd->thread));
  return settle (crowd, error);
}

gboolean
bench_crowd_ask (BenchCrowd *crowd, GError **error)
{
  crowd->manner = BENCH_CROWD_LISTEN;
  count (crowd, &crowd->n_answered, crowd->n_devices);
  for (guint i = 0; i < crowd->n_devices; i++) {
    if (!ask (crowd, i))
      return settle (crowd, error);
  }
  run (crowd);
  return settle (crowd, error);
}

void
bench_crowd_get_reply (BenchCrowd *crowd, guint i, BenchCrowdReply *reply)
{
  const Device *device = &crowd->devices[i];

  *reply = (BenchCrowdReply){ device->woken, device->asked, device->answered, device->asking.text->str };
}
