/* Clocks, medians, and the report: a table for people and build/bench.json for programs.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double bench_now (void);              /* seconds, monotonic */
double bench_cpu_of (GPid pid);       /* user + system seconds of a process, its ended threads included; NAN: gone */
typedef enum { BENCH_MEMORY_NOW, BENCH_MEMORY_MOST } BenchMemory;
double bench_memory_of (GPid pid, BenchMemory memory); /* MB that it has in memory, or had at most; NAN: gone */
double bench_cpu_self (void);
double bench_written_self (void);     /* MB that this process has sent to the disk */
double bench_median (GArray *values); /* of doubles; sorts them */
double bench_percentile (GArray *values, guint percent);

/* One line of the report. @floor: the same work at its physical least, measured in this run; NAN: there is none. */
void bench_report (const char *name, double value, const char *unit, double floor, const char *format, ...)
    G_GNUC_PRINTF (5, 6);
/* Writes @path and prints the table, as Markdown. NOT_FOUND, INVALID: nothing was measured, or a figure is none; the rest is written. */
gboolean bench_report_finish (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
