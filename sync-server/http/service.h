/* The server on the network: listener and pools around the organisations of a directory (hall.h).
 *
 * The main thread owns connections and exchanges. A pool of readers authenticates, parses, pulls; a small pool hashes passwords;
 * one writer an organisation changes its store. A job is with one of them at a time.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/listener.h"
#include "sync-server/server.h"

G_BEGIN_DECLS

typedef struct _SatchelService SatchelService;

typedef struct {
  const char *dir;              /* of the first organisation, with those of the others in it (organisations.h) */
  SatchelServer *server;        /* the first's; borrowed; NULL: opened when somebody asks for it */
  SatchelRegistry *registry;    /* to open organisations with; NULL: the program's own */
  const SatchelClock *clock;    /* NULL: the system's */
  const char *host;
  guint16 port;                 /* 0: any */
  GTlsCertificate *certificate; /* NULL: plain, on loopback only */
  SatchelHttpLimits limits;
  guint sign_in_burst;          /* sign-ins in a row from one address… */
  guint sign_in_refill_ms;      /* …and one more each such time */
  guint heartbeat_ms;
  guint look_ms;                /* how often to look for organisations that were added or disabled */
  guint idle_ms;                /* after which one that nobody talks to is closed */
} SatchelServiceOptions;
extern const SatchelServiceOptions satchel_service_defaults; /* without a directory; 127.0.0.1:8765 */

/* Listens when it returns; answers while @context runs, in a thread whose default it is (NULL: the main thread). Errors of
 * satchel_listener_new() and satchel_hall_new(). */
SatchelService *satchel_service_new (const SatchelServiceOptions *options, GMainContext *context, GError **error);
guint16         satchel_service_get_port (SatchelService *service);
guint           satchel_service_get_n_connections (SatchelService *service);

/* Accepts no more, finishes what is under way, for @grace_ms at most, and frees; runs the context meanwhile. */
void satchel_service_stop (SatchelService *service, guint grace_ms);

G_END_DECLS
