/* What a seller of the demo reads, made wider than one unit: an office as figures about rights need one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/rig.h"

G_BEGIN_DECLS

/* No administrator: she reads by her unit, by her team, by what was shared with her, and by those who report to her, nearly all
 * there is. */
#define BENCH_SELLER "seller1"

/* The back office shares and assigns; the seller then carries all that she may read. Nothing asks for an image. */
gboolean bench_office_arrange (BenchRig *rig, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
