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
typedef struct _SimTruth SimTruth;   /* truth.h: the server's rows now */
typedef struct _SimLedger SimLedger; /* ledger.c: all that was ever queued at a device */

typedef enum {
  SIM_CALM,   /* every message arrives once, in order of its latency */
  SIM_STORMY, /* lost, duplicated, late and cut messages */
} SimWeather;

struct _SimDevice {
  SimWorld *world;
  guint index;
  const char *user;   /* login */
  SatchelClock clock; /* wrong by years: wall clocks decide nothing */
  gint64 clock_offset_ms;
  gint64 born_ms;
  char *directory;
  SatchelSession *session; /* NULL while crashed */
  SatchelSyncDriver *driver;
  SatchelTransport *transport;
  guint timer_generation;
  GCancellable *asking; /* online.c: a question is under way */
  gboolean offline;
  gboolean shut_out; /* its user is disabled */
  SatchelSeen *form; /* a record that somebody looks at, to save it later; NULL: none */
  SimLedger *ledger;
  char *last_cursor;
  GPtrArray *kept;  /* disk.c: copies of its disk, or NULL */
  GQueue *promised; /* oracle.c: what answers to its pulls have said that it holds, the latest first */
};

/* A disk that fails soon, or does already (disk.c). */
typedef struct {
  gboolean armed, dies; /* dies: whose it is dies with it */
  SimDevice *device;    /* NULL: the server */
  guint at, steps_left;
} SimFailing;

/* A delete that somebody may want to undo. */
typedef struct {
  char *entity;
  char *record;
  char *uuid; /* of the change set */
} SimGrave;

struct _SimWorld {
  guint64 seed, state; /* of the random generator */
  gint64 now_ms;
  guint64 steps;
  SatchelClock clock;
  SatchelRegistry *registry;
  char *directory;
  SatchelServer *server;
  struct sqlite3 *reader; /* read.c's, of the server's file */
  SimWeather weather;
  GPtrArray *devices; /* SimDevice* */
  guint n_clones, n_restores;
  GPtrArray *backups; /* their files, the newest last */
  SimFailing failing;
  GHashTable *images; /* oracle.c: what is in them, by their ids */
  GPtrArray *graves; /* SimGrave* */
  GSequence *events;
  guint64 event_order;
  SimTruth *truth;   /* truth.c's */
  GHashTable *known; /* tap.c's: "USER ID" of what somebody could read once */
  char *noted;       /* up to where */
  gboolean verbose;
};

/* Uniform in [0, bound). */
guint    sim_random (SimWorld *world, guint bound);
gboolean sim_chance (SimWorld *world, guint percent);

SimWorld *sim_world_new (guint64 seed, guint n_devices, gboolean verbose);
void      sim_world_free (SimWorld *world);

/* Stops at once with the seed, the step and @format: an invariant is broken. */
void sim_fail (SimWorld *world, const char *format, ...) G_GNUC_PRINTF (2, 3) G_GNUC_NORETURN;
/* The same for an error that must not happen. */
void sim_checked (SimWorld *world, gboolean ok, const GError *error, const char *what);
/* @ok is evaluated first: it may be the call that sets @error. */
#define sim_check(world, ok, error, what)           \
  G_STMT_START {                                    \
    gboolean sim_ok = (ok);                         \
    sim_checked ((world), sim_ok, (error), (what)); \
  }                                                 \
  G_STMT_END

/* Tells what happens, when asked to. */
void sim_tell (SimWorld *world, const char *format, ...) G_GNUC_PRINTF (2, 3);

void sim_device_start (SimDevice *device);
void sim_device_crash (SimDevice *device); /* the process dies: what was committed stays, what was under way is gone */
/* Its user types the password again. The first time, or when the server does not know the device any more. Sets shut_out. */
void sim_device_sign_in (SimDevice *device);
gboolean sim_is_disabled (SimWorld *world, const char *login);
SimDevice *sim_device_new (SimWorld *world, const char *user, char *directory);
void       sim_copy_directory (SimWorld *world, const char *from, const char *to); /* faults.c */
void sim_server_open (SimWorld *world);

void sim_damage_and_heal (SimWorld *world);   /* damage.c: at rest, some replicas are damaged and prove themselves */

/* ---- network.c ---- */

SatchelTransport *sim_transport_new (SimDevice *device);
void sim_set_timer (gint64 delay_ms, gpointer device); /* SatchelSyncCallbacks.set_timer */
/* Lets the next thing happen; FALSE when nothing is due. */
gboolean sim_network_step (SimWorld *world);
/* Whatever belongs to a device that crashed is forgotten. */
void sim_network_forget (SimDevice *device);
void sim_network_init (SimWorld *world);
void sim_network_clear (SimWorld *world);

/* ---- what happens beside the network ---- */

/* A local write is done (@uuid) or refused (actor.c); a refusal that no person would be told is a failure. */
void  sim_written (SimDevice *device, const char *uuid, const GError *error, const char *what);
/* The id of a random row of @entity that the device shows and for which @where (SQL) holds, or NULL; owned. */
char *sim_pick_record (SimDevice *device, const SatchelEntity *entity, const char *where);
void  sim_customise_first (SimWorld *world); /* customise.c: what the organisation began with */
void  sim_found_records (SimWorld *world);   /* founding.c */
void  sim_do_office (SimDevice *device);     /* deeds.c: anything that an administrator does */

/* ---- the oracle: what must hold, written naively from the design and not from the code ---- */

/* oracle.c */
void sim_oracle_promise (SimDevice *device, const SatchelCaller *caller, const char *cursor); /* a pull is answered */
/* An image may have been made for the device just now. */
void sim_oracle_note_image (SimDevice *device, const SatchelCaller *caller, const char *id);
/* A device is told of one, at whose S it is to be afterwards. "entity/id" of what is in it; borrowed. */
GHashTable *sim_oracle_promise_image (SimDevice *device, const char *id, const char *cursor);
gboolean    sim_oracle_knows_image (SimWorld *world, const char *id);
GHashTable *sim_oracle_images_new (void);
void sim_oracle_copy (SimDevice *device, const SimDevice *from);
void sim_oracle_forget (SimDevice *device);
void sim_oracle_check_device (SimDevice *device); /* after every step: invariants 3 to 6 and 8 */
void sim_oracle_check_rest (SimWorld *world);     /* when all is quiet: the others */

/* flicker.c */
void sim_flicker_check (SimDevice *device);

/* ledger.c */
SimLedger *sim_ledger_new (void);
SimLedger *sim_ledger_copy (const SimLedger *ledger);
void       sim_ledger_free (SimLedger *ledger);
/* What @kept (NULL: nothing) has not is lost with a disk, unless the server has it. */
void       sim_ledger_give_up (SimLedger *ledger, const SimLedger *kept);
void       sim_ledger_give_up_one (SimLedger *ledger, const char *uuid);
void       sim_ledger_give_up_lost (SimDevice *device);       /* after a restore of an old backup: what nobody has any more */
void       sim_ledger_note (SimDevice *device);               /* after each local write */
void       sim_ledger_note_inbox (SimDevice *device);         /* after somebody retried or gave up what was parked */
void       sim_ledger_check (SimDevice *device, sqlite3 *db); /* at rest */
void       sim_ledger_check_once (SimWorld *world, sqlite3 *db);

G_END_DECLS
