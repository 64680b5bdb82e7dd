/* A connection's streams, lent to libsoup for one request: closing this leaves them open.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SATCHEL_TYPE_LENT_STREAM (satchel_lent_stream_get_type ())
G_DECLARE_FINAL_TYPE (SatchelLentStream, satchel_lent_stream, SATCHEL, LENT_STREAM, GIOStream)

GIOStream *satchel_lent_stream_new (GInputStream *input, GOutputStream *output);

G_END_DECLS
