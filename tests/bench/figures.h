/* The figures, one function each. They run in the order of the table in bench.c and share rigs of demo data.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/rig.h"

G_BEGIN_DECLS

typedef gboolean (*BenchFigure) (BenchRig *rig, GError **error);

/* Where no other is named the reader is the back office, who may read everything. N is the size of the rig: 50k, 1m. */
gboolean bench_first_sync (BenchRig *rig, GError **error);  /* first-sync.c: first_sync_N, _cold_N, _rows_N, each also _mb and _cpu; image_N_cpu */
gboolean bench_pull_empty (BenchRig *rig, GError **error);  /* pull_empty, pull_empty_bytes */
gboolean bench_pull_20 (BenchRig *rig, GError **error);     /* delta.c: pull_20 */
gboolean bench_edit_live (BenchRig *rig, GError **error);   /* edit_live, edit_live_bytes */
gboolean bench_queue_replay (BenchRig *rig, GError **error); /* queue.c: queue_5k, outbox_*_5k, replay_5k, replay_5k_bytes, push_us */
gboolean bench_search (BenchRig *rig, GError **error);      /* search.c: search_N_p95, list_N_p95, count_N_p95, open_N_p95 */
gboolean bench_live (BenchRig *rig, GError **error);        /* live.c: edit_live_woken */
gboolean bench_sealed (BenchRig *rig, GError **error);      /* sealed.c: sealed_first_sync, sealed_queue_1k, sealed_search */
gboolean bench_online (BenchRig *rig, GError **error);      /* online.c: online_list_WHO, online_find_WHO_p95 */
gboolean bench_heal (BenchRig *rig, GError **error);        /* heal.c: heal_1_of_N, _bytes, _rounds, audit_N_pause */
gboolean bench_replica (BenchRig *rig, GError **error);     /* heal.c: replica_N_mb */
gboolean bench_revoke (BenchRig *rig, GError **error);      /* revoke.c: revoke_N, revoke_N_rows_written; restores the role */
gboolean bench_memory (BenchRig *rig, GError **error);      /* memory.c: memory_client_N, memory_server_N; restarts the server */
gboolean bench_eds (BenchRig *rig, GError **error);         /* eds.c: eds_10k, eds_10k_again, eds_out, eds_back, eds_idle_cpu, eds_memory */
gboolean bench_application (BenchRig *rig, GError **error); /* application.c: start_N, open_record_N_p95, scroll_N_p95, search_painted_N_p95, memory_N */
gboolean bench_mail (BenchRig *rig, GError **error);        /* mail.c: pane_N_p95, suggest_N_p95, mail_state_N_p95, track_5mb */
gboolean bench_swarm (BenchRig *rig, GError **error);       /* swarm.c: swarm_2k_memory, _rest, _wake, _wake_p95, _wake_few_p95, _pull_p95, _pulls */
gboolean bench_curve (BenchRig *rig, GError **error);       /* curve.c: curve_WHAT_N */

G_END_DECLS
