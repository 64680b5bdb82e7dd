/* Attachments.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/simulation/world.h"

G_BEGIN_DECLS

/* A file that somebody attaches; NULL: her disk is full. */
SatchelValue *sim_file_new (SimDevice *device);
/* At rest: what shown rows name and the policy wants is there, byte for byte; what nothing names is not. */
void sim_files_check (SimDevice *device);

G_END_DECLS
