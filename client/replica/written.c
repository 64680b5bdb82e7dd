/* The bell and who listens to it.
 *
 * The log itself would not do: it is written before a commit is visible, and what makes it visible is written
 * to mapped memory, which inotify does not see.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/written.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "protocol/error.h"

/* A program that writes all the time is looked at now and then, once in this time; a few writes, such as a
 * sync's and the edit after it, are told at once. */
#define REST_MS 10
#define BURST   6

struct _SatchelWrittenListener {
  void (*written) (gpointer data);
  gpointer data;
  int descriptor;
  gint64 spent_us; /* until then calls are paid for: one for each REST_MS */
  GSource *source; /* inotify; NULL while resting */
  GSource *timer;  /* NULL while listening */
};

static int
open_bell (const char *path)
{
  return open (path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static gboolean
fail (const char *path, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  return FALSE;
}

/* ---- ringing ---- */

/* The bell is gone only with its folder, and then nobody listens. */
static void
committed_cb (gpointer data)
{
  int descriptor = open_bell (data);

  if (descriptor >= 0)
    close (descriptor);
}

gboolean
satchel_written_ring (SatchelDatabase *database, GError **error)
{
  g_autofree char *path = g_strconcat (satchel_database_get_path (database), SATCHEL_WRITTEN_SUFFIX, NULL);
  int descriptor = open_bell (path);

  if (descriptor < 0)
    return fail (path, error);
  close (descriptor);
  satchel_database_set_committed (database, committed_cb, (gpointer)g_intern_string (path));
  return TRUE;
}

/* ---- listening ---- */

static void listen_again (SatchelWrittenListener *listener);

static gboolean
rested_cb (gpointer data)
{
  SatchelWrittenListener *listener = data;

  g_clear_pointer (&listener->timer, g_source_unref);
  listen_again (listener);
  return G_SOURCE_REMOVE;
}

static gboolean
must_rest (SatchelWrittenListener *listener)
{
  const gint64 now_us = g_get_monotonic_time ();

  listener->spent_us = MAX (listener->spent_us, now_us - BURST * REST_MS * 1000) + REST_MS * 1000;
  return listener->spent_us > now_us;
}

static void
rest (SatchelWrittenListener *listener)
{
  g_clear_pointer (&listener->source, g_source_unref);
  listener->timer = g_timeout_source_new (REST_MS);
  g_source_set_callback (listener->timer, rested_cb, listener, NULL);
  g_source_attach (listener->timer, g_main_context_get_thread_default ());
}

/* Only that something happened matters: the events are read to be gone. */
static gboolean
rung_cb (int descriptor, GIOCondition condition, gpointer data)
{
  SatchelWrittenListener *listener = data;
  const gboolean resting = must_rest (listener);
  char events[4096] G_GNUC_UNUSED;

  while (read (descriptor, events, sizeof events) > 0)
    continue;
  if (resting)
    rest (listener);
  listener->written (listener->data);
  return resting ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void
listen_again (SatchelWrittenListener *listener)
{
  listener->source = g_unix_fd_source_new (listener->descriptor, G_IO_IN);
  g_source_set_callback (listener->source, G_SOURCE_FUNC (rung_cb), listener, NULL);
  g_source_attach (listener->source, g_main_context_get_thread_default ());
}

SatchelWrittenListener *
satchel_written_listener_new (const char *replica_path, void (*written) (gpointer data), gpointer data,
                              GError **error)
{
  g_autofree char *path = g_strconcat (replica_path, SATCHEL_WRITTEN_SUFFIX, NULL);
  SatchelWrittenListener *listener;
  int bell = open_bell (path), descriptor;

  if (bell < 0) {
    fail (path, error);
    return NULL;
  }
  close (bell);
  descriptor = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0 || inotify_add_watch (descriptor, path, IN_CLOSE_WRITE) < 0) {
    fail (path, error);
    if (descriptor >= 0)
      close (descriptor);
    return NULL;
  }
  listener = g_new0 (SatchelWrittenListener, 1);
  listener->written = written;
  listener->data = data;
  listener->descriptor = descriptor;
  listen_again (listener);
  return listener;
}

void
satchel_written_listener_free (SatchelWrittenListener *listener)
{
  GSource *sources[2];

  if (listener == NULL)
    return;
  sources[0] = listener->source;
  sources[1] = listener->timer;
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++) {
    if (sources[i] == NULL)
      continue;
    g_source_destroy (sources[i]);
    g_source_unref (sources[i]);
  }
  close (listener->descriptor);
  g_free (listener);
}
