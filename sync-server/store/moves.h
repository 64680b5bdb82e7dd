/* The far-away change: a user or a team goes to another business unit, and every record that it owns goes along.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* Refiles all records of @owner, a record of @entity ("user", "team"), and what is about them, within the commit under way. Their rows keep their s: nobody
 * edited them. What makes devices take them whole is the membership, which is new in every bucket. */
gboolean satchel_moves_owner (SatchelStore *store, const char *entity, const char *owner, const char *old_unit, const char *new_unit,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
