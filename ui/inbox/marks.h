/* What one text says differently from another: by words, both put into one line of thought.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_MARK_ADDED,
  SATCHEL_MARK_REMOVED,
} SatchelMarkKind;

typedef struct {
  SatchelMarkKind kind;
  guint start, end; /* bytes of the text, [start, end) */
} SatchelMark;

/* @side with the words of @base that it does not have any more: owned. *marks: SatchelMark, in order. Where too much is different there
 * are no marks, and the text is @side. */
char *satchel_marks_make (const char *base, const char *side, GArray **marks);

G_END_DECLS
