/* A few requests, byte for byte, in turns again and again over one kept connection, the next as soon as the answer is whole: what a server
 * does for one, and nothing of what a client does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/rig.h"

G_BEGIN_DECLS

/* A pull as our client sends it, from @cursor on; NULL: from where the device stands. It names the commit @own as its own; 0: none. @n of them, which
 * differ by spaces at their ends: of two in turns each is worked out, of one alone the server keeps the answer. */
GStrv bench_asker_format_pulls (BenchDevice *device, const char *cursor, gint64 own, guint n, GError **error);

/* The same requests to the rig's server and to a bare SoupServer, in turns: microseconds of CPU for one, medians. What is not answered by 200
 * is an error. */
gboolean bench_asker_compare (BenchRig *rig, const char *const *requests, double *ours, double *hello, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
