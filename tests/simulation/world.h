/* The simulated world: one server, a few devices, a network that misbehaves, and a clock that only moves when the
 * world says so. One thread, no sockets; the code under test is the shipped client and server code. Everything follows
 * from one printed seed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/sync/driver.h"
#include "sync-server/server.h"

G_BEGIN_DECLS

typedef struct _SimWorld SimWorld;
typedef struct _SimDevice SimDevice;

typedef enum {
  SIM_CALM,   /* every message arrives once, in order of its latency */
  SIM_STORMY, /* lost, duplicated, late and cut messages */
} SimWeather;

struct _SimDevice {
  SimWorld *world;
  guint index;
  const char *user;   /* login */
  gboolean reads_all; /* manager, back office: every unit; else the user's own */
  char *directory;
  SatchelSession *session; /* NULL while crashed */
  SatchelSyncDriver *driver;
  SatchelTransport *transport;
  guint timer_generation;
  gboolean offline;
  GHashTable *ledger; /* uuid → GPtrArray of SimWrite: all that was ever queued here */
  char *last_cursor;
};

struct _SimWorld {
  guint64 seed, state; /* of the random generator */
  gint64 now_ms;
  guint64 steps;
  SatchelClock clock;
  SatchelRegistry *registry;
  char *directory;
  SatchelServer *server;
  SimWeather weather;
  GPtrArray *devices; /* SimDevice* */
  GSequence *events;
  guint64 event_order;
  GPtrArray *snapshots; /* oracle.c */
  gboolean verbose;
};

/* Uniform in [0, bound). */
guint    sim_random (SimWorld *world, guint bound);
gboolean sim_chance (SimWorld *world, guint percent);

SimWorld *sim_world_new (guint64 seed, guint n_devices);
void      sim_world_free (SimWorld *world);

/* Stops at once with the seed, the step and @format: an invariant is broken. */
void sim_fail (SimWorld *world, const char *format, ...) G_GNUC_PRINTF (2, 3) G_GNUC_NORETURN;
/* The same for an error that must not happen. */
void sim_check (SimWorld *world, gboolean ok, GError *error, const char *what);

void sim_device_start (SimDevice *device);
void sim_device_crash (SimDevice *device); /* the process dies: what was committed stays, what was under way is gone */
void sim_server_restart (SimWorld *world);

/* ---- network.c ---- */

SatchelTransport *sim_transport_new (SimDevice *device);
void sim_set_timer (gint64 delay_ms, gpointer device); /* SatchelSyncCallbacks.set_timer */
/* Lets the next thing happen; FALSE when nothing is due. */
gboolean sim_network_step (SimWorld *world);
/* Whatever belongs to a device that crashed is forgotten. */
void sim_network_forget (SimDevice *device);
void sim_network_init (SimWorld *world);
void sim_network_clear (SimWorld *world);

/* ---- actor.c: what people do ---- */

void sim_act (SimWorld *world);

/* ---- oracle.c: what must hold, written naively from the design and not from the code ---- */

void sim_oracle_init (SimWorld *world);
void sim_oracle_clear (SimWorld *world);
void sim_oracle_note_server (SimWorld *world);        /* after each server commit: remembers the rows at this S */
void sim_oracle_note_queue (SimDevice *device);       /* after each local write */
void sim_oracle_check_device (SimDevice *device);     /* after every step: invariants 5, 6 */
void sim_oracle_check_rest (SimWorld *world);         /* when all is quiet: 1, 2, 3, 7, 11 */

G_END_DECLS
