/* Sums that follow from what is foretold: quotes, orders and invoices over their lines.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/overlay.h"
#include "protocol/change.h"

G_BEGIN_DECLS

/* Adds to @shifts (SatchelShift*), what one change does, what it does to the sums. RULE. */
gboolean satchel_predict_amounts (SatchelReplica *replica, GPtrArray *shifts, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether what the change does depends on other records than the one it writes: then it is foretold anew after a pull. */
gboolean satchel_predict_depends (SatchelRegistry *registry, const SatchelChange *change);

G_END_DECLS
