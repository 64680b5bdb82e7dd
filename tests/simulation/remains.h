/* What must not remain on a device, and what may.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/simulation/world.h"

G_BEGIN_DECLS

/* Invariant 8, after each pull: search, what lies on top and cached history know of nothing that is not here. */
void sim_remains_check (SimDevice *device);

/* At rest: the bytes of its file hold no title of a record that its user may not read. */
void sim_remains_check_file (SimDevice *device);

/* Whether an edit that waits or is parked names @id. */
gboolean sim_device_writes_about (SimDevice *device, const char *id);

G_END_DECLS
