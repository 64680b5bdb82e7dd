/* Floors: the least that the same work can cost on this machine, measured in the same run as the figure beside it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "protocol/sqlite/entity-table.h"

G_BEGIN_DECLS

/* Seconds to copy every row of the replica's tables into a new SQLite file, with the same indexes and full-text tables,
 * synced to disk. @path: scratch file. NAN with @error set when it fails. */
double bench_floor_load (const char *replica, const char *path, GError **error);

/* A bare SQLite file (WAL, FULL) of 50,000 rows, and durable updates of one row each, @group of them in one transaction. */
typedef struct sqlite3 BenchFile;
BenchFile *bench_floor_open (const char *path, GError **error);
void       bench_floor_close (BenchFile *file);
/* Seconds for @n of them, or NAN. */
double bench_floor_update (BenchFile *file, guint n, guint group, GError **error);
/* All three. */
double bench_floor_transactions (const char *path, guint n, guint group, GError **error);

/* Seconds to ask the full-text table of @entity for any 50 rows that match what was typed, in no order. */
double bench_floor_match (SatchelDatabase *database, const SatchelEntity *entity, const char *typed, GError **error);

/* A bare SoupServer in a process of its own that answers every request with one short text. */
typedef struct {
  GPid pid;
  guint port;
} BenchHello;
gboolean bench_hello_start (BenchHello *hello, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     bench_hello_stop (BenchHello *hello);

/* @n GET requests one after the other on one kept connection: seconds a request. */
double bench_hello_round_trip (const BenchHello *hello, guint n, GError **error);

G_END_DECLS
