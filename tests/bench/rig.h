/* A real server process with demo data, and devices that talk to it over loopback.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "tests/bench/device.h"

G_BEGIN_DECLS

typedef struct {
  char *directory; /* temporary; removed with the rig */
  char *url;
  GSubprocess *server;
  GHashTable *passwords; /* login → password */
  guint devices;
  guint thousands;
  char *size;        /* of the records, as figures name it: "50k", "1m" */
  gboolean arranged; /* office.h */
} BenchRig;

/* May read all of the organisation and carries it. */
#define BENCH_READER "backoffice"

/* @thousands of demo records, seed 1. */
BenchRig *bench_rig_new (guint thousands, GError **error);
void      bench_rig_free (BenchRig *rig);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchRig, bench_rig_free)

GPid         bench_rig_get_pid (BenchRig *rig);
guint        bench_rig_get_port (BenchRig *rig);
BenchDevice *bench_rig_add_device (BenchRig *rig, const char *login, GError **error);
BenchDevice *bench_rig_add_device_in (BenchRig *rig, const char *login, BenchFiles files, GError **error);
/* Stops the server and starts it anew on the same data, without the images that it kept; devices must have gone. */
gboolean bench_rig_restart (BenchRig *rig, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Runs a command of satchel-server on the data that is served. @arguments: NULL-terminated, without --data. */
gboolean bench_rig_run_server (BenchRig *rig, const char *const *arguments, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How many images the server keeps. */
/* Whole ones. */
guint bench_rig_count_images (BenchRig *rig);
/* Bytes of those that are kept. */
gint64 bench_rig_measure_images (BenchRig *rig);
/* Until there are so many: they are made beside what devices do. */
gboolean bench_rig_await_images (BenchRig *rig, guint n_images, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Until the server does nothing of its own accord any more. */
gboolean bench_rig_settle (BenchRig *rig, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The file of a device's replica, by the order of adding. Owned. */
char *bench_rig_dup_replica (BenchRig *rig, guint device);

G_END_DECLS
