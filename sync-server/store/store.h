/* One connection to the organisation's store: its file, its facts, its sequencer. All other files of this folder work on a
 * store whose transaction is open; SQL stands nowhere else in the server, so that another database can take the folder's
 * place.
 *
 * A store belongs to one thread at a time, like its database.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/id.h"
#include "protocol/metadata/registry.h"
#include "protocol/sqlite/database.h"
#include "sync-server/store/definitions.h"
#include "sync-server/store/ripple.h"

G_BEGIN_DECLS

#define SATCHEL_STORE_SECRET_BYTES 32

typedef struct _SatchelStore {
  SatchelDatabase *database;
  SatchelRegistry *registry; /* borrowed from the definitions; NULL for a file opened as it is */
  SatchelDefinitions *definitions;
  gint64 metadata;           /* version that the registry is of */

  /* Facts that never change. */
  char *organisation; /* id */
  char *organisation_name; /* as of when the store was opened */
  char *root_unit; /* id */
  guint8 secret[SATCHEL_STORE_SECRET_BYTES];

  /* Of the open transaction. s is the last number given, so a commit under way is s itself. */
  gint64 s;
  gint64 epoch;
  gint64 metadata_now; /* version that holds: where it is another one, the store must be opened anew */
  gint64 rights; /* counts what may alter rights; caches compare it… */
  guint undone;  /* …and this, which counts roll-backs of such changes */
  gint64 floor;  /* departed rows are known after this s */

  /* Where s and rights stood at begin and at the savepoint. */
  gint64 begun_s, begun_rights;
  gint64 saved_s, saved_rights;

  /* Of the open transaction: what it stirs. */
  SatchelRipple *ripple;
  GHashTable *stirred;   /* members.c: bucket, as a pointer, to the s for which it is noted last… */
  GArray *stirred_order; /* …and all that is noted, so that what came after the savepoint can be taken back */
  guint stirred_saved;

  /* A reader found that this filter costs too much for this user (scope/guard.h); 0: none. */
  gint64 costly_bucket;
  char *costly_user;

  GHashTable *buckets; /* members.c: "entity\natom" → bucket */
  struct _SatchelFollower *follower; /* scope/filters.c: what filters depend on; NULL until something is written */
} SatchelStore;

/* Makes DIR/satchel.db with an organisation in it; EXISTS. The caller adds the root unit's record. */
gboolean satchel_store_create (const char *dir, const char *organisation, SatchelRegistry *registry,
                               const SatchelClock *clock, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The store in a file of any name, as it is: neither schema nor tables are brought up to date, and it has no registry. For
 * backups and restores. INVALID for a file that is no store. */
SatchelStore *satchel_store_open_file (const char *file, SatchelDatabaseMode mode, GError **error);

/* READ_WRITE brings schema and entity tables up to date. NOT_FOUND when there is no store in @dir. */
SatchelStore *satchel_store_open (const char *dir, SatchelDatabaseMode mode, SatchelDefinitions *definitions, GError **error);
void          satchel_store_close (SatchelStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelStore, satchel_store_close)

/* Within a transaction: whether the registry is the one that holds. */
gboolean satchel_store_is_current (const SatchelStore *store);

/* DIR/satchel.db; owned. */
char *satchel_store_file (const char *dir);

/* A write transaction, which takes the sequencer; or one S to read at. */
gboolean satchel_store_begin (SatchelStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_store_begin_read (SatchelStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Durable on return. A failed commit has rolled back. */
gboolean satchel_store_commit (SatchelStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_store_rollback (SatchelStore *store);
/* One level, around a change set: the s given inside are given anew after rollback_to. */
gboolean satchel_store_savepoint (SatchelStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_store_release (SatchelStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_store_rollback_to (SatchelStore *store);

/* Whoever changes a user, a unit or a grant says so; who alters but what one person or device is to carry (@id) says that. All caches are
 * void then; caches_stale is for when nobody's scope is another one. */
void satchel_store_rights_changed (SatchelStore *store);
void satchel_store_scope_changed (SatchelStore *store, const char *id);
void satchel_store_caches_stale (SatchelStore *store);
/* The definitions, or who may listen: anybody, or one device by another token than before. */
void satchel_store_definitions_changed (SatchelStore *store);
void satchel_store_doors_changed (SatchelStore *store);
void satchel_store_token_reissued (SatchelStore *store, const char *device);

/* What people call the organisation; owned. */
char    *satchel_store_read_name (SatchelStore *store, GError **error);
gboolean satchel_store_set_name (SatchelStore *store, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The smallest s that a store was restored to after @epoch, or -1: what a device learned in @epoch is true up to there. */
gboolean satchel_store_get_restored_s (SatchelStore *store, gint64 epoch, gint64 *s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Opens a new epoch at the store's s, within the caller's transaction: at least @now_ms in seconds and more than @above, so
 * that two restores of one file differ. */
gboolean satchel_store_open_epoch (SatchelStore *store, gint64 above, gint64 now_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean satchel_store_get_backed_up_s (SatchelStore *store, gint64 *s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_store_set_backed_up_s (SatchelStore *store, gint64 s, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
