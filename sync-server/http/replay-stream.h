/* An input stream that first gives back what was read ahead, then reads on from its base.
 *
 * A connection's request head is collected before libsoup sees the connection; this stream replays it. It never
 * hands out bytes beyond the head in one read together with the head, so that libsoup's line buffer cannot swallow the
 * start of a pipelined request: what libsoup does not ask for stays in the buffer.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SATCHEL_TYPE_REPLAY_STREAM (satchel_replay_stream_get_type ())
G_DECLARE_FINAL_TYPE (SatchelReplayStream, satchel_replay_stream, SATCHEL, REPLAY_STREAM, GFilterInputStream)

/* @base: pollable; not closed with this stream. @ahead: shared with the caller, consumed from its front; the first
 * @head_size bytes are the head. */
GInputStream *satchel_replay_stream_new (GInputStream *base, GByteArray *ahead, gsize head_size);

G_END_DECLS
