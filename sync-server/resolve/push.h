/* One device's push, within the batch's open transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/id.h"
#include "protocol/wire/message.h"
#include "sync-server/security/access.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* TRUE with an outcome for every set in *answer, or with *refusal of the whole push, which has then written nothing:
 * UNAUTHENTICATED, GAP, DEVICE_CLONED, or INVALID for a UUID that means something else. FALSE when the store failed: the
 * transaction must be rolled back. */
gboolean satchel_push_apply (SatchelStore *store, SatchelAccess *access, const SatchelClock *clock, const char *user,
                             const char *device, const SatchelPush *push, SatchelPushAnswer **answer, GError **refusal,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
