/* Whether anything at all was committed to a store meanwhile, by whatever connection and process: one look at what SQLite's
 * connections share in memory, without waiting for the disk or for anybody.
 *
 * One thread at a time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SatchelPulse SatchelPulse;

/* Of the store in @dir; NULL where it cannot be watched. Opening may wait. */
SatchelPulse *satchel_pulse_new (const char *dir);
void          satchel_pulse_free (SatchelPulse *pulse); /* NULL-safe */

/* Two equal numbers: nothing was committed in between. What began to be read after the first of them and ended before the second was
 * therefore read from one and the same state. -1: not known just now. */
gint64 satchel_pulse_read (SatchelPulse *pulse);

G_END_DECLS
