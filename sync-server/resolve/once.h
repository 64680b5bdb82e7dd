/* Creations that may mean a record that is there already (protocol/rules/once.h).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/resolve/resolution.h"

G_BEGIN_DECLS

/* Creates @record, of an entity that is declared "once", or joins it to the one that has its id. Who may not read that one, and does not show that she
 * has what it was made of, gets one of her own and is not told; so does she whose id somebody gave to something else. */
gboolean satchel_resolve_once (SatchelResolution *resolution, SatchelRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* *own: the id of the author's own record, where she means that by @id because the one with @id is not hers to know of, or something else; else NULL. */
gboolean satchel_resolve_find_own (SatchelResolution *resolution, const SatchelEntity *entity, const char *id, char **own,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
