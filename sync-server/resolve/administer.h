/* Actions of whoever has the machine: planned like everybody's, but nobody's rights are asked.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/change.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* Within @commit, which has begun. The errors of satchel_action_plan(). */
gboolean satchel_administer (SatchelStore *store, SatchelCommit *commit, const SatchelChange *change,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
