/* Disks that fill up, lose power in the middle of a write, or are put back to what they held.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/simulation/world.h"

G_BEGIN_DECLS

/* After every step: what was under way when a disk lost its power dies; one that was full has room again after a while. */
void sim_disk_step (SimWorld *world);
/* All is well again, at once. */
void sim_disk_mend (SimWorld *world);
/* Whether @error is what a disk that fails now brings about. */
gboolean sim_disk_excuses (const SimWorld *world, const GError *error);

void sim_disk_forget (SimDevice *device); /* what was kept of it */

G_END_DECLS
