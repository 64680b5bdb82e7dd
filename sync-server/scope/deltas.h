/* What pulls have brought as of the newest S, for other devices that ask the same: the rows of an answer, without its head and
 * its cursor. After a commit that concerns many, all devices of a person ask for one and the same delta.
 *
 * Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SatchelDeltas SatchelDeltas;

SatchelDeltas *satchel_deltas_new (void);
void           satchel_deltas_free (SatchelDeltas *deltas);

/* @key says all that the lines follow from, but for @s, which is committed. A reference; NULL: nobody has asked. */
GBytes *satchel_deltas_find (SatchelDeltas *deltas, gint64 s, const char *key, gint64 *n_rows);
/* Lines of an earlier S are dropped; what there is no room for is not kept. */
void satchel_deltas_keep (SatchelDeltas *deltas, gint64 s, const char *key, const char *lines, gsize size, gint64 n_rows);

G_END_DECLS
