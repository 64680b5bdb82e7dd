/* A GIOStream that owns neither of its halves.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/http/lent-stream.h"

struct _SatchelLentStream {
  GIOStream parent_instance;
  GInputStream *input;
  GOutputStream *output;
};

G_DEFINE_FINAL_TYPE (SatchelLentStream, satchel_lent_stream, G_TYPE_IO_STREAM)

static GInputStream *
lent_get_input_stream (GIOStream *stream)
{
  return SATCHEL_LENT_STREAM (stream)->input;
}

static GOutputStream *
lent_get_output_stream (GIOStream *stream)
{
  return SATCHEL_LENT_STREAM (stream)->output;
}

static gboolean
lent_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
lent_finalize (GObject *object)
{
  SatchelLentStream *self = SATCHEL_LENT_STREAM (object);

  g_clear_object (&self->input);
  g_clear_object (&self->output);
  G_OBJECT_CLASS (satchel_lent_stream_parent_class)->finalize (object);
}

static void
satchel_lent_stream_class_init (SatchelLentStreamClass *class)
{
  G_OBJECT_CLASS (class)->finalize = lent_finalize;
  G_IO_STREAM_CLASS (class)->get_input_stream = lent_get_input_stream;
  G_IO_STREAM_CLASS (class)->get_output_stream = lent_get_output_stream;
  G_IO_STREAM_CLASS (class)->close_fn = lent_close;
}

static void
satchel_lent_stream_init (SatchelLentStream *self)
{
}

GIOStream *
satchel_lent_stream_new (GInputStream *input, GOutputStream *output)
{
  SatchelLentStream *self = g_object_new (SATCHEL_TYPE_LENT_STREAM, NULL);

  self->input = g_object_ref (input);
  self->output = g_object_ref (output);
  return G_IO_STREAM (self);
}
