/* Replay of bytes read ahead, see the header.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/replay-stream.h"

#include <string.h>

struct _SatchelReplayStream {
  GFilterInputStream parent_instance;
  GByteArray *ahead;
  gsize head_left; /* bytes of the head still in @ahead */
};

static void pollable_init (GPollableInputStreamInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SatchelReplayStream, satchel_replay_stream, G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, pollable_init))

static GPollableInputStream *
get_base (SatchelReplayStream *self)
{
  return G_POLLABLE_INPUT_STREAM (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self)));
}

/* 0 when nothing is left ahead. */
static gsize
take_ahead (SatchelReplayStream *self, void *buffer, gsize count)
{
  gsize size = MIN (count, self->head_left > 0 ? self->head_left : self->ahead->len);
  if (size == 0)
    return 0;
  memcpy (buffer, self->ahead->data, size);
  g_byte_array_remove_range (self->ahead, 0, size);
  self->head_left -= MIN (size, self->head_left);
  return size;
}

static gssize
replay_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  SatchelReplayStream *self = SATCHEL_REPLAY_STREAM (stream);

  gsize size = take_ahead (self, buffer, count);
  if (size > 0)
    return size;
  return g_input_stream_read (G_INPUT_STREAM (get_base (self)), buffer, count, cancellable, error);
}

static gssize
replay_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count, GError **error)
{
  SatchelReplayStream *self = SATCHEL_REPLAY_STREAM (stream);

  gsize size = take_ahead (self, buffer, count);
  if (size > 0)
    return size;
  return g_pollable_input_stream_read_nonblocking (get_base (self), buffer, count, NULL, error);
}

static gboolean
replay_is_readable (GPollableInputStream *stream)
{
  SatchelReplayStream *self = SATCHEL_REPLAY_STREAM (stream);

  return self->ahead->len > 0 || g_pollable_input_stream_is_readable (get_base (self));
}

static GSource *
replay_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  SatchelReplayStream *self = SATCHEL_REPLAY_STREAM (stream);

  g_autoptr (GSource) child = self->ahead->len > 0
                                  ? g_timeout_source_new (0)
                                  : g_pollable_input_stream_create_source (get_base (self), NULL);
  return g_pollable_source_new_full (stream, child, cancellable);
}

static void
replay_finalize (GObject *object)
{
  g_byte_array_unref (SATCHEL_REPLAY_STREAM (object)->ahead);
  G_OBJECT_CLASS (satchel_replay_stream_parent_class)->finalize (object);
}

static void
satchel_replay_stream_class_init (SatchelReplayStreamClass *class)
{
  G_OBJECT_CLASS (class)->finalize = replay_finalize;
  G_INPUT_STREAM_CLASS (class)->read_fn = replay_read;
}

static void
satchel_replay_stream_init (SatchelReplayStream *self)
{
}

static void
pollable_init (GPollableInputStreamInterface *interface)
{
  interface->is_readable = replay_is_readable;
  interface->read_nonblocking = replay_read_nonblocking;
  interface->create_source = replay_create_source;
}

GInputStream *
satchel_replay_stream_new (GInputStream *base, GByteArray *ahead, gsize head_size)
{
  g_assert (G_IS_POLLABLE_INPUT_STREAM (base));
  g_assert (head_size <= ahead->len);

  SatchelReplayStream *self =
      g_object_new (SATCHEL_TYPE_REPLAY_STREAM, "base-stream", base, "close-base-stream", FALSE, NULL);
  self->ahead = g_byte_array_ref (ahead);
  self->head_left = head_size;
  return G_INPUT_STREAM (self);
}
