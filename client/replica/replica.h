/* The replica file: small facts, what the user sees, what the server has. See client/README.md for its tables, query.h for
 * lists, overlay.h for pending edits, pull.h for what arrives.
 *
 * Several processes may have the file open. Nothing read from it is kept between calls but the small facts, and those are
 * read again when another process has written.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/blobs/store.h"
#include "client/replica/followed.h"
#include "client/replica/download.h"
#include "client/vault/vault.h"
#include "protocol/predicate/predicate.h"
#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

typedef struct _SatchelReplica SatchelReplica;

/* Brings schema and entity tables up to date with @registry, the program's own definitions, and with those that the server told.
 * NEWER, CORRUPT, STORAGE; INVALID for a file of another program. */
SatchelReplica *satchel_replica_open (const char *path, SatchelRegistry *registry, GError **error);
/* In @vault, which is borrowed and outlives it; NULL: an ordinary file. */
SatchelReplica *satchel_replica_open_in (const char *path, SatchelVault *vault, SatchelRegistry *registry, GError **error);
SatchelVault   *satchel_replica_get_vault (SatchelReplica *replica); /* borrowed; or NULL */

/* What has come of an image, opened when first asked for; borrowed until it is dropped, with its file. */
SatchelDownload *satchel_replica_get_download (SatchelReplica *replica, GError **error);
void           satchel_replica_drop_download (SatchelReplica *replica);
SatchelBlobStore *satchel_replica_get_blobs (SatchelReplica *replica); /* borrowed */
void            satchel_replica_close (SatchelReplica *replica);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelReplica, satchel_replica_close)

SatchelDatabase *satchel_replica_get_database (SatchelReplica *replica); /* borrowed */
/* The definitions that hold now; they may be others after a pull, of this process or another one. Borrowed: those that were
 * given out stay until the replica is closed, and may be used on. */
SatchelRegistry *satchel_replica_get_registry (SatchelReplica *replica);

SatchelFollowed *satchel_replica_get_followed (SatchelReplica *replica); /* borrowed */
/* Remembers (meta "unread") whether this program can read what the server told. When it could not and now can, the cursor is
 * dropped, so that the next pull brings all rows with all columns. */
gboolean satchel_replica_judge_definitions (SatchelReplica *replica, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Small facts (client/README.md, meta). dup returns NULL when absent. set with NULL removes. */
gboolean satchel_replica_dup_meta (SatchelReplica *replica, const char *key, char **value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_replica_set_meta (SatchelReplica *replica, const char *key, const char *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, borrowed until the next call of any of these; NULL also when the file cannot be read. */
const char *satchel_replica_peek_meta (SatchelReplica *replica, const char *key);
gint64      satchel_replica_peek_meta_integer (SatchelReplica *replica, const char *key, gint64 fallback);
gboolean satchel_replica_set_meta_integer (SatchelReplica *replica, const char *key, gint64 value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A number that changes whenever another process has written to the file. */
gboolean satchel_replica_get_version (SatchelReplica *replica, gint64 *version, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the user sees; *record NULL when it is not here. */
gboolean satchel_replica_read (SatchelReplica *replica, const SatchelEntity *entity, const char *id, SatchelRecord **record,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The server's state; *record NULL when the server has none that we know of. */
gboolean satchel_replica_read_base (SatchelReplica *replica, const SatchelEntity *entity, const char *id,
                                    SatchelRecord **record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Title of a record, also of one that is not carried (stubs.h), or NULL; fits SatchelNameFunc with a SatchelReplica* as data. */
char *satchel_replica_dup_name (const char *entity, const char *id, gpointer replica);
/* satchel_value_from_text(), but that a bare id behind a lookup of several targets stands for the record that has it:
 * REFERENCE when no such record is known here. */
gboolean satchel_replica_value_from_text (SatchelReplica *replica, const SatchelField *field, const char *text,
                                          SatchelValue **value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A source for predicates and actions over the shown rows. A record that find lends lives until the next find. */
void satchel_replica_init_source (SatchelReplica *replica, SatchelRecordSource *source);
/* The shown records whose lookup @reference names @id, or whose parties hold it: SatchelRecord*, owned. */
GPtrArray *satchel_replica_list_referring (SatchelReplica *replica, const SatchelReference *reference, const char *id,
                                           GError **error);

/* The history of a record as the server last told it, JSON text; *text NULL when none was fetched. */
gboolean satchel_replica_dup_history (SatchelReplica *replica, const char *entity, const char *record, char **text,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What was asked for while the replica was at @cursor (NULL: before the first pull). Kept only while it is there still and has the
 * record: what a pull took back meanwhile must not come back this way, and what is not here nobody would take back. */
gboolean satchel_replica_keep_history (SatchelReplica *replica, const SatchelEntity *entity, const char *record,
                                       const char *cursor, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of one record, or of all (NULL). */
gboolean satchel_replica_forget_history (SatchelReplica *replica, const char *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean satchel_replica_forget_history_of (SatchelReplica *replica, const SatchelEntity *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Rows that were taken back are overwritten in the file at once, but stand in its log until that is empty. Does so when there is
 * anything to scrub; where another process reads just then the fact "remains" stays for the next time. */
gboolean satchel_replica_scrub (SatchelReplica *replica, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Forgets everything that the server ever sent, and the cursor: the next pull brings it anew. The outbox stays, and what it
 * creates stays visible. One transaction. */
gboolean satchel_replica_forget_base (SatchelReplica *replica, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
