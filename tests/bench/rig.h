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
} BenchRig;

/* May read all of the organisation and carries it. */
#define BENCH_READER "backoffice"

/* @thousands of demo records, seed 1. */
BenchRig *bench_rig_new (guint thousands, GError **error);
void      bench_rig_free (BenchRig *rig);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchRig, bench_rig_free)

GPid         bench_rig_get_pid (BenchRig *rig);
BenchDevice *bench_rig_add_device (BenchRig *rig, const char *login, GError **error);
BenchDevice *bench_rig_add_device_in (BenchRig *rig, const char *login, BenchFiles files, GError **error);
/* The file of a device's replica, by the order of adding. Owned. */
char *bench_rig_dup_replica (BenchRig *rig, guint device);

G_END_DECLS
