/* Lines of a stream.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/lines.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"

#define FIRST_BUFFER_BYTES (256 * 1024)

struct _SatchelLines {
  GInputStream *stream;
  char *buffer;
  gsize size;       /* of the buffer */
  gsize start, end; /* what is read and not yet handed out */
  gboolean ended;
};

SatchelLines *
satchel_lines_new (GInputStream *stream)
{
  SatchelLines *lines = g_new0 (SatchelLines, 1);

  lines->stream = g_object_ref (stream);
  lines->size = FIRST_BUFFER_BYTES;
  lines->buffer = g_malloc (lines->size);
  return lines;
}

void
satchel_lines_free (SatchelLines *lines)
{
  g_object_unref (lines->stream);
  g_free (lines->buffer);
  g_free (lines);
}

/* Reads on behind what is there; makes room first. */
static gboolean
fill (SatchelLines *lines, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gssize n_read;

  if (lines->start > 0) {
    memmove (lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
    lines->end -= lines->start;
    lines->start = 0;
  }
  if (lines->end == lines->size) {
    if (lines->size > SATCHEL_MAX_LINE_BYTES) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "a line of more than %d bytes",
                   SATCHEL_MAX_LINE_BYTES);
      return FALSE;
    }
    lines->size *= 2;
    lines->buffer = g_realloc (lines->buffer, lines->size);
  }

  n_read = g_input_stream_read (lines->stream, lines->buffer + lines->end, lines->size - lines->end, NULL,
                                &failure);
  if (n_read < 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "the spooled answer cannot be read: %s",
                 failure->message);
    return FALSE;
  }
  lines->end += (gsize)n_read;
  lines->ended = n_read == 0;
  return TRUE;
}

gboolean
satchel_lines_next (SatchelLines *lines, char **text, gsize *length, SatchelLineState *state, GError **error)
{
  gsize looked_at = 0;

  for (;;) {
    char *from = lines->buffer + lines->start;
    gsize available = lines->end - lines->start;
    char *feed = memchr (from + looked_at, '\n', available - looked_at);

    if (feed != NULL || lines->ended) {
      *text = from;
      *length = feed != NULL ? (gsize)(feed - from) : available;
      *state = feed != NULL ? SATCHEL_LINE_WHOLE : available > 0 ? SATCHEL_LINE_CUT : SATCHEL_LINE_END;
      lines->start += *length + (feed != NULL ? 1 : 0);
      return TRUE;
    }
    looked_at = available;
    if (!fill (lines, error))
      return FALSE;
  }
}
