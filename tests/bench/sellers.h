/* Many sellers with many devices, made beside the server that serves them: by its own library, without thousands of passwords to hash and
 * sign-ins that it would rightly refuse from one address.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/rig.h"

G_BEGIN_DECLS

/* *sellers: ids of @n_sellers new users; *tokens: of @n_devices new devices, the i-th of seller i % @n_sellers. char*, owned. */
gboolean bench_sellers_add (BenchRig *rig, guint n_sellers, guint n_devices, GPtrArray **sellers, GPtrArray **tokens,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
