/* What travels to devices: invariant 4. Every row, stub and removal is held against what its reader may read at that S, or could
 * before.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/simulation/scope.h"

G_BEGIN_DECLS

/* After the server has written: who may read what now. */
void sim_tap_note (SimWorld *world);
/* Whether @user could read the record at some time. */
gboolean sim_tap_knew (SimWorld *world, const char *user, const char *id);

/* The whole answer to a pull that was asked with @cursor (NULL: none), also one that nobody will hear. */
void sim_tap_pull (SimDevice *device, const SatchelCaller *caller, const char *cursor, const char *lines, gsize size);
/* The answer to a proof of a copy: rows, and removals of what was asked for. */
void sim_tap_rows (SimDevice *device, const SatchelCaller *caller, const char *lines, gsize size);
/* A list or a record, asked online: @ids (owned strings) gets what came. */
void sim_tap_list (SimDevice *device, const SatchelCaller *caller, const char *lines, gsize size, GHashTable *ids);

G_END_DECLS
