/* Looks again whenever the outbox or the inbox may be different: one read at a time, and another one when something happened meanwhile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"

G_BEGIN_DECLS

typedef struct _SatchelLookout SatchelLookout;

/* @look is called when something may be different, and calls satchel_lookout_look(); @seen gets what the read gave, borrowed, or NULL
 * with the error. After free() neither is called. */
SatchelLookout *satchel_lookout_new (SatchelDesk *desk, void (*look) (gpointer data),
                                     void (*seen) (gpointer result, const GError *error, gpointer data), gpointer data);
void            satchel_lookout_free (SatchelLookout *lookout); /* NULL-safe */

/* Reads with @job; @argument is no pointer, or static. */
void satchel_lookout_look (SatchelLookout *lookout, SatchelDeskJob job, gpointer argument, GDestroyNotify free_result);

G_END_DECLS
