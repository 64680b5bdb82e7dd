/* How many requests of each device are under way, so that one that floods waits for itself and not the others for it. Any
 * thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SatchelCrowd SatchelCrowd;

SatchelCrowd *satchel_crowd_new (guint most); /* of one name */
void          satchel_crowd_free (SatchelCrowd *crowd);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelCrowd, satchel_crowd_free)

/* FALSE: as many as may be are in already. */
gboolean satchel_crowd_enter (SatchelCrowd *crowd, const char *name);
/* Once for each that has entered. */
void satchel_crowd_leave (SatchelCrowd *crowd, const char *name);

G_END_DECLS
