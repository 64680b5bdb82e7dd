/* The floor: what happened up to it is forgotten where only late devices would ask for it. A cursor below begins anew.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* Writer: raises the floor over the commits made before @before_ms, and forgets the departed and the changed titles up to it. */
gboolean satchel_floor_raise (SatchelStore *store, gint64 before_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
