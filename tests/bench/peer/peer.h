/* What our two programs in the comparison of sync engines agree on. PEER_METADATA is the directory of its four entities,
 * given by the build.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#define PEER_LOGIN    "bench"
#define PEER_PASSWORD "bench-password"
