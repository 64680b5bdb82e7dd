/* Whether two texts of an item (vCard, iCalendar) say the same, without reading them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A digest of the unfolded lines, but for descriptions of time zones and for those that say only when something was written and by which program, and whatever the order of parameters. Owned. Equal ones: nothing
 * changed; different ones: perhaps. */
char *satchel_essence (const char *text);

G_END_DECLS
