/* The head of a request, before libsoup sees it: where it ends, and whether its shape leaves no room for interpretation.
 *
 * Whoever stands before us (a proxy) must see the same end of the body as we do, and libsoup 3.2 leaks the path of requests whose
 * framing it refuses; so the check is strict. Pure.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_HEAD_PARTIAL,
  SATCHEL_HEAD_COMPLETE,
  SATCHEL_HEAD_MALFORMED,
} SatchelHead;

/* @bytes do not begin with empty lines. The head ends with its first empty line, as libsoup reads it too: a line feed followed by
 * a line feed or by CR LF. COMPLETE: *size is its length, the empty line included. MALFORMED: not HTTP/1.0 or 1.1 (RFC 9112), folded
 * lines, a target that is not a path, lengths that contradict each other, a transfer coding but "chunked". */
SatchelHead satchel_head_find (const guint8 *bytes, gsize length, gsize *size);

/* Bytes of empty lines at the front, which a server drops (RFC 9112, 2.2). */
gsize satchel_head_count_blank (const guint8 *bytes, gsize length);

G_END_DECLS
