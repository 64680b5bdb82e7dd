/* The parts of a SatchelServer, for the files that implement server.h and security/accounts.h.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/scope/deltas.h"
#include "sync-server/scope/snapshot.h"
#include "sync-server/security/access.h"
#include "sync-server/server.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* A read connection with its caches; lent to one thread at a time. */
typedef struct _SatchelVisit {
  SatchelStore *store;
  SatchelAccess *access;
} SatchelReader;

/* A filter that a reader found to cost too much for one user. */
typedef struct {
  gint64 bucket;
  char *user;
} SatchelCostly;

struct _SatchelServer {
  char *dir;
  SatchelDefinitions *definitions;
  char *root_unit;
  const SatchelClock *clock;
  SatchelStore *writer; /* of the thread that writes */
  SatchelAccess *access;
  GMutex lock;          /* of readers */
  GPtrArray *readers;   /* SatchelReader*, idle */
  GHashTable *used_scopes; /* device → digest of the scope that it has pulled with; tending.c stores them */
  gint64 collected_at_ms;  /* by tending.c */
  gboolean collecting;     /* there is more to collect than was done at once */
  GPtrArray *costly;       /* SatchelCostly*: what readers found, for the writer */
  SatchelSnapshots *snapshots;
  SatchelDeltas *deltas;
  GMutex committed_lock; /* of the next two */
  SatchelCommittedFunc committed; /* or NULL */
  gpointer committed_data;
  gint64 version;   /* as the writer's connection counts the commits of others; listening.c has these */
  gint64 watched_s; /* all up to here was told of */
  gint64 watched_rights; /* likewise: clock.rights */
};

/* Opens a read transaction on an idle connection, or on a new one. A connection whose definitions are not those that hold any
 * more is replaced: within a transaction store->registry is what holds at its S. */
SatchelReader *satchel_server_begin_read (SatchelServer *server, GError **error);
void           satchel_server_end_read (SatchelServer *server, SatchelReader *reader);

/* A write transaction on the writer's connection, whichever thread that is now. Replaces writer and access likewise. */
gboolean satchel_server_begin_write (SatchelServer *server, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Commits when @ok, else rolls back; hands the connection over. Returns whether it is committed. */
gboolean satchel_server_end_write (SatchelServer *server, gboolean ok, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whatever is committed from now on is told of. */
gboolean satchel_server_start_watch (SatchelServer *server, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Hands on what the commit that was just made has stirred. */
void satchel_server_tell (SatchelServer *server);

/* A device has pulled with that scope. */
void satchel_server_note_scope (SatchelServer *server, const char *device, const char *digest);
/* Refuses what readers found too costly. */
gboolean satchel_server_refuse_costly (SatchelServer *server, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
