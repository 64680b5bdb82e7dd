/* Lines of a stream, bounded, in one buffer that the caller may change in place.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SatchelLines SatchelLines;

SatchelLines *satchel_lines_new (GInputStream *stream);
void          satchel_lines_free (SatchelLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelLines, satchel_lines_free)

typedef enum {
  SATCHEL_LINE_WHOLE,
  SATCHEL_LINE_CUT, /* the stream ended without a line feed */
  SATCHEL_LINE_END, /* nothing more */
} SatchelLineState;

/* *text: @length bytes without the line feed, valid until the next call. TOO_LARGE beyond SATCHEL_MAX_LINE_BYTES; STORAGE
 * when the stream cannot be read. */
gboolean satchel_lines_next (SatchelLines *lines, char **text, gsize *length, SatchelLineState *state,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
