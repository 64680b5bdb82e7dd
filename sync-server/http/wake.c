/* Who is woken by a commit, and when.
 *
 * What a device carries is known as of some S. Where it may be another by now (rights, its filters, its
 * pins), every commit concerns it until its next pull has told. So a commit that a device does not hear of
 * can bring it nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/wake.h"

#include <stdio.h>

#include "sync-server/http/timers.h"

#define POLL_MS           1000
#define MOST_LINE         40
#define MOST_OF_ONE       4  /* streams of one device */
#define AT_ONCE           16 /* devices that need no spreading */
#define WAKES_A_MS        5  /* beyond: some 5,000 pulls a second are what a server does */
#define TICK_MS           10
#define DEVICES_A_REST_MS 500 /* looking at one takes some 100 ns: a twentieth of the time at most */
#define HEARTBEAT_SLICES  64

typedef struct {
  SatchelWake *wake;
  char *id;
  guint64 user_key, device_key;
  GQueue streams;              /* SatchelConnection*, the oldest first; never empty */
  SatchelSignature *signature; /* NULL: not known, so everything concerns it */
  gint64 known_s;              /* as of which it was known last, or will have to be to count again */
  SatchelTimer timer;          /* when it is told */
} Device;

struct _SatchelWake {
  SatchelServer *server;
  SatchelWriter *writer;
  GMainContext *context;
  GHashTable *streams; /* SatchelConnection* → Device */
  GHashTable *devices; /* id → Device */
  SatchelTimers *timers;
  GSource *poll, *heartbeat;
  GSource *tick;    /* while devices wait for their moment; NULL: none do */
  guint n_ticks;    /* until nobody waits */
  GSource *rest;    /* while commits are collected; NULL: the next one is looked at when it comes */
  guint slice;      /* of the heartbeat */
  gint64 s;         /* of the last commit that was looked at */
  gint64 renewed_s; /* rights or definitions changed then */

  GHashTable *silenced; /* ids → the revision by which a token of theirs was void */
  guint n_revisions;

  GMutex mutex;           /* of what the writer's thread leaves here */
  SatchelRipple *rippled; /* or NULL */
  GPtrArray *revised;     /* whose tokens are void, or NULL */
  gboolean calling;       /* a source is on its way */
};

/* ---- telling ---- */

static void
tell (Device *device, const char *line)
{
  for (GList *link = device->streams.head; link != NULL; link = link->next)
    satchel_connection_send (link->data, line, strlen (line));
}

static void
format_line (char line[MOST_LINE], gint64 s)
{
  snprintf (line, MOST_LINE, "{\"s\":%" G_GINT64_FORMAT "}\n", s);
}

static void
tell_now (Device *device)
{
  char line[MOST_LINE];

  satchel_timers_cancel (&device->timer);
  format_line (line, device->wake->s);
  tell (device, line);
}

static void
due_cb (gpointer data)
{
  tell_now (data);
}

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
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
remove_timer (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* Nobody waits longer than the whole jitter. */
static gboolean
tick_cb (gpointer data)
{
  SatchelWake *wake = data;

  satchel_timers_advance (wake->timers, now_ms (), due_cb);
  if (--wake->n_ticks > 0)
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&wake->tick, g_source_unref);
  return G_SOURCE_REMOVE;
}

/* The earlier of two moments counts. */
static void
tell_at (Device *device, gint64 at_ms)
{
  SatchelWake *wake = device->wake;

  if (device->timer.queue == NULL || device->timer.deadline_ms > at_ms)
    satchel_timers_set (wake->timers, &device->timer, at_ms, device);
  wake->n_ticks = SATCHEL_WAKE_JITTER_MS / TICK_MS + 2;
  if (wake->tick == NULL)
    wake->tick = add_timer (wake, TICK_MS, tick_cb);
}

/* ---- commits ---- */

static gboolean
is_person (const Device *device, const SatchelRipple *ripple)
{
  for (guint i = 0; i < ripple->people->len; i++) {
    const guint64 key = g_array_index (ripple->people, guint64, i);

    if (key == device->user_key || key == device->device_key)
      return TRUE;
  }
  return FALSE;
}

/* What the device was known to carry does not count any more, unless that was learned later. */
static void
doubt (Device *device, gint64 s)
{
  if (device->known_s >= s)
    return;
  g_clear_pointer (&device->signature, satchel_signature_unref);
  device->known_s = s;
}

static gboolean
concerns (Device *device, const SatchelRipple *ripple)
{
  if (ripple->everyone || is_person (device, ripple))
    doubt (device, ripple->s);
  return ripple->everyone || device->signature == NULL ||
         satchel_signature_is_stirred (device->signature, ripple->stirs);
}

/* The same point of the moment each time for the same device. */
static void
wake_all (SatchelWake *wake, GPtrArray *devices)
{
  const gint64 spread_ms = MIN (devices->len / WAKES_A_MS, SATCHEL_WAKE_JITTER_MS), at_ms = now_ms ();

  for (guint i = 0; i < devices->len; i++) {
    Device *device = devices->pdata[i];

    if (devices->len <= AT_ONCE)
      tell_now (device);
    else
      tell_at (device, at_ms + device->device_key % (spread_ms + 1));
  }
}

static gboolean look_cb (gpointer data);

static void
look_at (SatchelWake *wake, const SatchelRipple *ripple)
{
  g_autoptr (GPtrArray) concerned = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer device;

  wake->s = MAX (wake->s, ripple->s);
  if (ripple->everyone)
    wake->renewed_s = ripple->s;
  g_hash_table_iter_init (&iter, wake->devices);
  while (g_hash_table_iter_next (&iter, NULL, &device)) {
    if (concerns (device, ripple) && g_strcmp0 (ripple->author, ((Device *)device)->id) != 0)
      g_ptr_array_add (concerned, device);
  }
  wake_all (wake, concerned);
  if (g_hash_table_size (wake->devices) >= DEVICES_A_REST_MS)
    wake->rest = add_timer (wake, g_hash_table_size (wake->devices) / DEVICES_A_REST_MS, look_cb);
}

/* A closed connection leaves by way of stream_closed_cb(), and with the last one its device. */
static void
close_streams (Device *device)
{
  for (guint n = device->streams.length; n > 1; n--)
    satchel_connection_close (g_queue_peek_head (&device->streams));
  satchel_connection_close (g_queue_peek_head (&device->streams));
}

static void
silence (SatchelWake *wake, GPtrArray *ids)
{
  for (guint i = 0; i < ids->len; i++) {
    Device *device = g_hash_table_lookup (wake->devices, ids->pdata[i]);

    g_hash_table_insert (wake->silenced, g_strdup (ids->pdata[i]), GUINT_TO_POINTER (wake->n_revisions));
    if (device != NULL)
      close_streams (device);
  }
}

/* A stream that was opened with a device's new token already is cut as well, and comes again. */
static void
revise (SatchelWake *wake, GPtrArray *revised, GPtrArray *reissued)
{
  wake->n_revisions++;
  if (revised != NULL)
    silence (wake, revised);
  if (reissued != NULL)
    silence (wake, reissued);
}

/* What the writer's thread has left. */
static void
look (SatchelWake *wake)
{
  g_autoptr (SatchelRipple) ripple = NULL;
  g_autoptr (GPtrArray) revised = NULL;

  g_mutex_lock (&wake->mutex);
  ripple = g_steal_pointer (&wake->rippled);
  revised = g_steal_pointer (&wake->revised);
  g_mutex_unlock (&wake->mutex);
  if (revised != NULL || (ripple != NULL && ripple->reissued->len > 0))
    revise (wake, revised, ripple != NULL ? ripple->reissued : NULL);
  if (ripple != NULL)
    look_at (wake, ripple);
}

static gboolean
look_cb (gpointer data)
{
  SatchelWake *wake = data;

  g_clear_pointer (&wake->rest, g_source_unref);
  look (wake);
  return G_SOURCE_REMOVE;
}

static gboolean
called_cb (gpointer data)
{
  SatchelWake *wake = data;

  g_mutex_lock (&wake->mutex);
  wake->calling = FALSE;
  g_mutex_unlock (&wake->mutex);
  if (wake->rest == NULL)
    look (wake);
  return G_SOURCE_REMOVE;
}

/* In the writer's thread. Where it cannot be read whose tokens are void, the next look tells. */
static void
committed_cb (const SatchelRipple *ripple, gpointer data)
{
  SatchelWake *wake = data;
  GPtrArray *revised = ripple->doors ? satchel_server_list_silenced (wake->server, NULL) : NULL;

  g_mutex_lock (&wake->mutex);
  if (wake->rippled == NULL) {
    wake->rippled = satchel_ripple_new ();
    wake->rippled->begun_s = ripple->begun_s;
    wake->rippled->author = g_strdup (ripple->author);
  }
  satchel_ripple_join (wake->rippled, ripple);
  if (revised != NULL) {
    g_clear_pointer (&wake->revised, g_ptr_array_unref);
    wake->revised = revised;
  }
  gboolean first = !wake->calling;
  wake->calling = TRUE;
  g_mutex_unlock (&wake->mutex);

  if (!first)
    return;
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, called_cb, wake, NULL);
  g_source_attach (source, wake->context);
}

static gboolean
poll_cb (gpointer data)
{
  SatchelWake *wake = data;

  if (g_hash_table_size (wake->devices) > 0)
    satchel_writer_watch (wake->writer);
  return G_SOURCE_CONTINUE;
}

/* In slices, so that thousands of lines are not written at once. */
static gboolean
heartbeat_cb (gpointer data)
{
  SatchelWake *wake = data;
  GHashTableIter iter;
  gpointer device;

  g_hash_table_iter_init (&iter, wake->devices);
  while (g_hash_table_iter_next (&iter, NULL, &device)) {
    if (((Device *)device)->device_key % HEARTBEAT_SLICES == wake->slice)
      tell (device, "{}\n");
  }
  wake->slice = (wake->slice + 1) % HEARTBEAT_SLICES;
  return G_SOURCE_CONTINUE;
}

/* ---- devices ---- */

static void
device_free (Device *device)
{
  satchel_timers_cancel (&device->timer);
  g_clear_pointer (&device->signature, satchel_signature_unref);
  g_queue_clear (&device->streams);
  g_free (device->id);
  g_free (device);
}

static void
learn (Device *device, SatchelSignature *signature, gint64 s)
{
  if (s < device->known_s || s < device->wake->renewed_s)
    return;
  g_clear_pointer (&device->signature, satchel_signature_unref);
  device->signature = satchel_signature_ref (signature);
  device->known_s = s;
}

static void
stream_closed_cb (SatchelConnection *connection, gpointer data)
{
  SatchelWake *wake = data;
  Device *device = g_hash_table_lookup (wake->streams, connection);

  g_queue_remove (&device->streams, connection);
  g_hash_table_remove (wake->streams, connection);
  if (device->streams.length == 0)
    g_hash_table_remove (wake->devices, device->id);
}

/* What was committed since the caller was looked at may have made another scope of hers: it is not known
 * then. */
static Device *
ensure_device (SatchelWake *wake, const SatchelSleeper *sleeper)
{
  Device *device = g_hash_table_lookup (wake->devices, sleeper->caller->device);

  if (device == NULL) {
    device = g_new0 (Device, 1);
    device->wake = wake;
    device->id = g_strdup (sleeper->caller->device);
    device->user_key = satchel_ripple_person_key (sleeper->caller->user);
    device->device_key = satchel_ripple_person_key (sleeper->caller->device);
    device->known_s = wake->s;
    g_hash_table_insert (wake->devices, device->id, device);
  }
  learn (device, sleeper->signature, sleeper->s);
  return device;
}

void
satchel_wake_add (SatchelWake *wake, SatchelExchange *exchange, const SatchelSleeper *sleeper)
{
  SatchelConnection *connection = satchel_exchange_stream (exchange, stream_closed_cb, wake);
  char line[MOST_LINE];
  Device *device;

  if (connection == NULL)
    return;
  device = ensure_device (wake, sleeper);
  g_queue_push_tail (&device->streams, connection);
  g_hash_table_insert (wake->streams, connection, device);
  /* Her token was void before she was here, though not yet when she was authenticated. */
  if (GPOINTER_TO_UINT (g_hash_table_lookup (wake->silenced, device->id)) > sleeper->n_revisions) {
    close_streams (device);
    return;
  }
  format_line (line, MAX (wake->s, sleeper->s));
  satchel_connection_send (connection, line, strlen (line));
  if (device->streams.length > MOST_OF_ONE)
    satchel_connection_close (g_queue_peek_head (&device->streams));
}

void
satchel_wake_deposit (SatchelWake *wake, const char *id, SatchelSignature *signature, gint64 s)
{
  Device *device = g_hash_table_lookup (wake->devices, id);

  if (device != NULL)
    learn (device, signature, s);
}

guint
satchel_wake_get_n_streams (SatchelWake *wake)
{
  return g_hash_table_size (wake->streams);
}

guint
satchel_wake_count_revisions (SatchelWake *wake)
{
  return wake->n_revisions;
}

void
satchel_wake_cut (SatchelWake *wake)
{
  g_autoptr (GList) streams = g_hash_table_get_keys (wake->streams);

  for (GList *link = streams; link != NULL; link = link->next)
    satchel_connection_close (link->data);
}

gsize
satchel_wake_bytes_a_device (gsize signature_bytes)
{
  /* Two table entries (key, value, hash; at most twice as many as are used) and the link of a queue. */
  return sizeof (Device) + 37 + 2 * 2 * (2 * sizeof (gpointer) + sizeof (guint)) + sizeof (GList) +
         signature_bytes;
}

/* ---- life ---- */

SatchelWake *
satchel_wake_new (SatchelServer *server, SatchelWriter *writer, guint heartbeat_ms, GMainContext *context)
{
  SatchelWake *wake = g_new0 (SatchelWake, 1);

  wake->server = server;
  wake->writer = writer;
  wake->context = context;
  wake->streams = g_hash_table_new (NULL, NULL);
  wake->devices = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)device_free);
  wake->silenced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  wake->timers = satchel_timers_new (TICK_MS, now_ms ());
  g_mutex_init (&wake->mutex);
  satchel_server_set_committed (server, committed_cb, wake);
  wake->s = wake->renewed_s = satchel_server_get_s (server);
  wake->poll = add_timer (wake, POLL_MS, poll_cb);
  wake->heartbeat = add_timer (wake, MAX (heartbeat_ms / HEARTBEAT_SLICES, 1), heartbeat_cb);
  return wake;
}

/* A call of the writer's may still be on its way. */
static void
stop_calls (SatchelWake *wake)
{
  GSource *source;

  satchel_server_set_committed (wake->server, NULL, NULL);
  while ((source = g_main_context_find_source_by_user_data (wake->context, wake)) != NULL)
    g_source_destroy (source);
}

void
satchel_wake_free (SatchelWake *wake)
{
  if (wake == NULL)
    return;
  g_assert (g_hash_table_size (wake->streams) == 0);
  stop_calls (wake);
  remove_timer (&wake->poll);
  remove_timer (&wake->heartbeat);
  remove_timer (&wake->tick);
  remove_timer (&wake->rest);
  g_hash_table_unref (wake->streams);
  g_hash_table_unref (wake->devices);
  g_hash_table_unref (wake->silenced);
  satchel_timers_free (wake->timers);
  satchel_ripple_free (wake->rippled);
  g_clear_pointer (&wake->revised, g_ptr_array_unref);
  g_mutex_clear (&wake->mutex);
  g_free (wake);
}
