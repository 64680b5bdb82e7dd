/* Threads that all organisations share, each with a line of its own before them. Whoever is free takes from the lines in turns,
 * so that one organisation's crowd is waited for by nobody else; and where there are several, one has at most three fourths of
 * the threads, so that the next one finds a thread free, not only the first turn.
 *
 * Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SatchelPool SatchelPool;
typedef struct _SatchelLine SatchelLine;

/* @work gets what was pushed, in one of @n_threads, each started when it is first needed. */
SatchelPool *satchel_pool_new (GFunc work, gpointer data, guint n_threads);
/* Does what was pushed, then ends the threads; lines may be freed afterwards. */
void satchel_pool_stop (SatchelPool *pool);
void satchel_pool_free (SatchelPool *pool); /* once stopped and without lines */

SatchelLine *satchel_line_new (SatchelPool *pool);
void         satchel_line_free (SatchelLine *line); /* once idle */
gboolean     satchel_line_is_idle (SatchelLine *line); /* nothing waits and nothing is under way */
void         satchel_line_push (SatchelLine *line, gpointer item);
guint        satchel_line_get_n_waiting (SatchelLine *line);

G_END_DECLS
