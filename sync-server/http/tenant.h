/* One organisation while it is served: its store, its writer, its wake-ups, its limits, its line before each pool of threads.
 *
 * What costs something, the store and the writer's thread, is there from the first request that needs it until nobody has talked to
 * the organisation for a while. An open tenant keeps its directory locked, so that no other process replaces the store.
 *
 * Belongs to the main thread, but for what is said to be for others.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/again.h"
#include "sync-server/http/budget.h"
#include "sync-server/http/crowd.h"
#include "sync-server/http/pool.h"
#include "sync-server/http/rate.h"
#include "sync-server/http/router.h"
#include "sync-server/http/wake.h"
#include "sync-server/http/writer.h"

G_BEGIN_DECLS

typedef struct _SatchelImaging SatchelImaging;

/* What all tenants of a service have in common. */
typedef struct {
  SatchelRegistry *registry;
  const SatchelClock *clock;
  GMainContext *context;
  guint sign_in_burst, sign_in_refill_ms, heartbeat_ms;
  SatchelPool *pools[SATCHEL_WORK_N];
  SatchelBudget jobs;  /* requests under way */
  SatchelBudget bytes; /* of bodies in memory */
  SatchelImaging *imaging;
  SatchelWrittenFunc written;
  gpointer written_data;
} SatchelCommons;

struct _SatchelTenant {
  SatchelCommons *commons;
  char *slug; /* NULL: the first */
  char *dir;
  SatchelLine *lines[SATCHEL_WORK_N];
  SatchelShare jobs, bytes;
  SatchelRate *sign_in_rate;
  SatchelCrowd *crowd;
  SatchelCrowd *askers; /* of online lists */
  gint64 used_us;       /* monotonic: when it was last seen in use */

  GMutex mutex; /* of what follows */
  SatchelWake *wake; /* the main thread's; NULL until a device wants to be woken */
  SatchelServer *server;
  gboolean borrowed; /* the server is somebody else's, and so is the lock */
  int lock;
  SatchelWriter *writer;
  SatchelAgain *again; /* with the writer; NULL where the store cannot be watched */
  GError *problem; /* why it could not be opened… */
  gint64 problem_us; /* …and when */
};

/* @server: borrowed, and never closed; NULL: opened from @dir when it is needed. The first one's lock is the caller's. */
SatchelTenant *satchel_tenant_new (SatchelCommons *commons, const char *slug, const char *dir, SatchelServer *server);
/* Any thread, once it is idle and without wake-ups. */
void satchel_tenant_free (SatchelTenant *tenant);

/* Any thread, for a job of the tenant, which keeps it open: its server, borrowed. BUSY, STORAGE. */
SatchelServer *satchel_tenant_open (SatchelTenant *tenant, GError **error);
/* Any thread: closes what open() has opened, unless a job or a stream came meanwhile. */
void satchel_tenant_close (SatchelTenant *tenant);

/* For a job of the tenant. NULL: it is not open, or somebody has it in hands, and nobody waits for that. */
SatchelAgain *satchel_tenant_get_again (SatchelTenant *tenant);
/* While a job of the tenant keeps it open. */
SatchelWake *satchel_tenant_get_wake (SatchelTenant *tenant);
/* Neither requests nor streams. */
gboolean satchel_tenant_is_idle (SatchelTenant *tenant);
/* The wake-ups of an idle tenant go; they come again with the next stream. */
void satchel_tenant_forget_wake (SatchelTenant *tenant);
/* Has the writer do what is to be done from time to time, where there is one. */
void satchel_tenant_tend (SatchelTenant *tenant);

G_END_DECLS
