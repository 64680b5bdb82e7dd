/* The figures, one function each. They run in the order of the table in bench.c and share rigs of demo data.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/rig.h"

G_BEGIN_DECLS

typedef gboolean (*BenchFigure) (BenchRig *rig, GError **error);

/* Reader: the back office, who may read everything. */
gboolean bench_first_sync (BenchRig *rig, GError **error);  /* first_sync_Nk */
gboolean bench_pull_empty (BenchRig *rig, GError **error);  /* pull_empty, pull_empty_bytes */
gboolean bench_edit_live (BenchRig *rig, GError **error);   /* edit_live, edit_live_bytes */
gboolean bench_queue_replay (BenchRig *rig, GError **error); /* queue_5k, replay_5k, replay_5k_bytes, push_us */
gboolean bench_search (BenchRig *rig, GError **error);      /* search_Nk_p95 */
gboolean bench_live (BenchRig *rig, GError **error);        /* live.c: edit_live_woken */
gboolean bench_sealed (BenchRig *rig, GError **error);      /* sealed.c: sealed_first_sync, sealed_queue_1k, sealed_search */
gboolean bench_online (BenchRig *rig, GError **error);      /* online.c: online_list_WHO, online_find_WHO_p95 */

G_END_DECLS
