/* Blocking writes: whoever is sent something reads it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/echo.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_FDS 65536
#define BACKLOG  4096

typedef struct {
  int epoll, listener;
  guint8 is_open[MOST_FDS];
} Loop;

static gboolean
watch (Loop *loop, int fd)
{
  struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

  return epoll_ctl (loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void
drop (Loop *loop, int fd)
{
  loop->is_open[fd] = FALSE;
  close (fd);
}

static void
take_in (Loop *loop)
{
  const int fd = accept (loop->listener, NULL, NULL);

  if (fd < 0)
    return;
  if (fd < MOST_FDS && watch (loop, fd))
    loop->is_open[fd] = TRUE;
  else
    close (fd);
}

static void
send_to (Loop *loop, int fd, const char *bytes, gssize size)
{
  if (send (fd, bytes, (gsize)size, MSG_NOSIGNAL) != size)
    drop (loop, fd);
}

static void
answer (Loop *loop, int fd)
{
  char bytes[16384];
  const gssize size = recv (fd, bytes, sizeof bytes, 0);

  if (size <= 0)
    drop (loop, fd);
  else if (bytes[0] != BENCH_ECHO_ALL)
    send_to (loop, fd, bytes, size);
  else
    for (int other = 0; other < MOST_FDS; other++) {
      if (loop->is_open[other] && other != fd)
        send_to (loop, other, bytes + 1, size - 1);
    }
}

static void
run (Loop *loop)
{
  struct epoll_event events[64];

  for (;;) {
    const int n_events = epoll_wait (loop->epoll, events, G_N_ELEMENTS (events), -1);

    for (int i = 0; i < n_events; i++) {
      if (events[i].data.fd == loop->listener)
        take_in (loop);
      else
        answer (loop, events[i].data.fd);
    }
  }
}

/* The port, or 0. */
static guint
listen_at (Loop *loop)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;

  loop->epoll = epoll_create1 (0);
  loop->listener = socket (AF_INET, SOCK_STREAM, 0);
  if (loop->epoll < 0 || loop->listener < 0 ||
      bind (loop->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen (loop->listener, BACKLOG) != 0 || !watch (loop, loop->listener) ||
      getsockname (loop->listener, (struct sockaddr *)&address, &size) != 0)
    return 0;
  return ntohs (address.sin_port);
}

gboolean
bench_echo_start (BenchEcho *echo, GError **error)
{
  g_autofree Loop *loop = g_new0 (Loop, 1);
  const pid_t parent = getpid ();

  echo->port = listen_at (loop);
  echo->pid = echo->port != 0 ? fork () : -1;
  if (echo->pid == 0) {
    prctl (PR_SET_PDEATHSIG, SIGKILL);
    if (getppid () == parent)
      run (loop);
    _exit (1);
  }
  close (loop->listener);
  close (loop->epoll);
  if (echo->pid > 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot start the echoing server");
  return FALSE;
}

void
bench_echo_stop (BenchEcho *echo)
{
  kill (echo->pid, SIGKILL);
  waitpid (echo->pid, NULL, 0);
}
