/* The naive oracle of merge.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/simulation/world.h"

G_BEGIN_DECLS

/* What the edits of a set that was applied at @s have made of their fields follows from the list of changes and the rules of the
 * policies as they are written (protocol/README.md, Merge). */
void sim_merge_check (SimDevice *device, sqlite3 *db, const SatchelChangeSet *set, gint64 s);

G_END_DECLS
