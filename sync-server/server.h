/* The server without its network: what HTTP, the admin commands and the simulator turn.
 *
 * A SatchelServer owns one organisation's store. Calls marked "writer" must come from one thread at a time (the writer
 * thread); calls marked "reader" open their own read connection and may run anywhere, in parallel.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/id.h"
#include "protocol/metadata/registry.h"
#include "protocol/wire/identity.h"
#include "protocol/wire/message.h"
#include "protocol/wire/query.h"
#include "protocol/wire/snapshot.h"
#include "sync-server/store/ripple.h"

G_BEGIN_DECLS

typedef struct _SatchelServer SatchelServer;
typedef struct _SatchelSignature SatchelSignature; /* scope/signature.h */

/* Creates DIR and an empty organisation with its root business unit. EXISTS when there is one already. */
gboolean satchel_server_create (const char *dir, const char *organisation, SatchelRegistry *registry,
                                const SatchelClock *clock, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writer. Gives the organisation another name; devices learn it when they sign in. */
gboolean satchel_server_rename (SatchelServer *server, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Brings the schema and the entity tables up to date with @registry, the program's own definitions, and with those of the
 * organisation, which stand in the store. @clock is borrowed for the server's life. */
SatchelServer *satchel_server_open (const char *dir, SatchelRegistry *registry, const SatchelClock *clock, GError **error);
void           satchel_server_close (SatchelServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelServer, satchel_server_close)

SatchelRegistry *satchel_server_get_registry (SatchelServer *server);  /* borrowed: the definitions that were loaded last */
const char      *satchel_server_get_root_unit (SatchelServer *server); /* id of the business unit made at creation */

/* Who calls: resolved from a token at each request, so that a revoked device or a disabled user is out at once. */
typedef struct {
  char *user;   /* id */
  char *device; /* id */
} SatchelCaller;
SatchelCaller *satchel_caller_copy (const SatchelCaller *caller); /* owned */
void           satchel_caller_free (SatchelCaller *caller);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelCaller, satchel_caller_free)

/* Reader. {"protocol":…} as text, owned. */
char *satchel_server_hello (SatchelServer *server, GError **error);

/* Signing in has two halves, because Argon2id takes 20-50 ms of CPU that the writer must not wait for.
 * check: reader, slow. Finds the user and verifies the password; says nothing about the result but to sign_in. RATE when
 * locked out, with *retry_after_ms (may be NULL) filled. @peer: 16 bytes of the caller's address, or NULL.
 * sign_in: writer, fast. Counts a failure or issues the token; UNAUTHENTICATED for a wrong user or password alike. @check
 * may be NULL: then it is made here. A disabled user is UNAUTHENTICATED; a device of another user, a revoked or an unknown
 * one is answered with a new device id. */
typedef struct _SatchelSignInCheck SatchelSignInCheck;
SatchelSignInCheck *satchel_server_check_sign_in (SatchelServer *server, const SatchelSignIn *request, const guint8 *peer,
                                                  gint64 *retry_after_ms, GError **error);
void satchel_sign_in_check_free (SatchelSignInCheck *check);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSignInCheck, satchel_sign_in_check_free)
SatchelSignInAnswer *satchel_server_sign_in (SatchelServer *server, const SatchelSignIn *request,
                                             const SatchelSignInCheck *check, GError **error);
/* Writer. A new identity for a device that found itself cloned; the caller's token stays valid, for the other copy. */
SatchelDeviceAnswer *satchel_server_split_device (SatchelServer *server, const SatchelCaller *caller, GError **error);
/* Writer. Voids the caller's token; the device and its numbers stay. */
gboolean satchel_server_sign_out (SatchelServer *server, const SatchelCaller *caller,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reader. UNAUTHENTICATED. */
SatchelCaller *satchel_server_authenticate (SatchelServer *server, const char *token, GError **error);

/* Writer. Applies a batch of pushes in one transaction; each gets an answer or an error of its own. Nothing is answered before
 * the commit is durable. A storage error fails all of them and leaves nothing behind. */
typedef struct {
  const SatchelCaller *caller;
  const SatchelPush *push;
  SatchelPushAnswer *answer; /* out, owned by the caller of push(); NULL with @error set */
  GError *error;             /* out */
} SatchelPushJob;
void satchel_server_push (SatchelServer *server, SatchelPushJob *jobs, guint n_jobs);

/* Writer. Creates @records (SatchelRecord*) in one commit without asking for rights: demo data and tests. "unit", computed and
 * system fields are filled; rules and references are checked. @user is who did it; @at_ms is the time of the commit. SCHEMA for a
 * record by other definitions than those that hold (satchel_server_get_registry). */
gboolean satchel_server_load (SatchelServer *server, const char *user, GPtrArray *records, gint64 at_ms,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reader. Which of @uuids have an outcome. char*, owned. */
GPtrArray *satchel_server_known (SatchelServer *server, const SatchelCaller *caller, GPtrArray *uuids, GError **error);

/* Writer. Stores what the caller's device is to carry, where that is not known yet, and evaluates the filters for which it is
 * time: what a reader asks for with UNPREPARED. */
gboolean satchel_server_prepare (SatchelServer *server, const SatchelCaller *caller, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writer, every minute or so while serving: evaluates the filters for which it is time, and gives people what this program adds
 * to their roles; once a day forgets what only cursors older than SATCHEL_DEPARTED_KEPT_MS would need. */
gboolean satchel_server_tend (SatchelServer *server, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reader. Writes the whole stream of lines (protocol/WIRE.md) as of one S; @write returns FALSE to stop. What was written is void
 * when it fails. UNPREPARED: call prepare() in the writer, then this again. */
typedef gboolean (*SatchelWriteFunc) (const char *bytes, gsize size, gpointer data, GError **error);
gboolean satchel_server_pull (SatchelServer *server, const SatchelCaller *caller, const SatchelPull *request,
                              SatchelWriteFunc write, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same in the transaction in which the caller was authenticated. enter: UNAUTHENTICATED, WIPED. pull takes the visit;
 * *signature, a reference, is what the device carries as of *s. While nothing is committed, of whatever kind, the same caller's same
 * request has the same answer before *until_ms. */
typedef struct _SatchelVisit SatchelVisit;
SatchelVisit *satchel_server_enter (SatchelServer *server, const char *token, SatchelCaller **caller, GError **error);
void          satchel_server_leave (SatchelServer *server, SatchelVisit *visit);
gboolean satchel_server_pull_on_visit (SatchelServer *server, SatchelVisit *visit, const SatchelCaller *caller,
                                       const SatchelPull *request, SatchelSignature **signature, gint64 *s,
                                       gint64 *until_ms, SatchelWriteFunc write, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Readers, as of one S; UNPREPARED as above. What an offline filter would bring (scope/preview.h), why a record is carried
 * (scope/why.h), and the proof of a copy (scope/audit.h). Answers are JSON, owned. */
typedef struct _SatchelPreviewRequest SatchelPreviewRequest;
typedef struct _SatchelAuditRequest SatchelAuditRequest;
char *satchel_server_preview (SatchelServer *server, const SatchelCaller *caller, const SatchelPreviewRequest *request,
                              GError **error);
char *satchel_server_why (SatchelServer *server, const SatchelCaller *caller, const char *entity, const char *record,
                          GError **error);
char *satchel_server_audit (SatchelServer *server, const SatchelCaller *caller, const SatchelAuditRequest *request,
                            GError **error);
gboolean satchel_server_rows (SatchelServer *server, const SatchelCaller *caller, const SatchelAuditRequest *request,
                              SatchelWriteFunc write, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Readers. The head of an image of all that the caller's device carries, as JSON, owned ("{}": rows are the better way; *lacking: because
 * none is there); UNPREPARED as above. Making one, which takes long, until *stop is set. A piece of it; NOT_FOUND. */
char    *satchel_server_snapshot (SatchelServer *server, const SatchelCaller *caller, const SatchelSnapshotRequest *request,
                                  gboolean *lacking, GError **error);
gboolean satchel_server_make_snapshot (SatchelServer *server, const SatchelCaller *caller, const gint *stop,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *satchel_server_get_snapshot (SatchelServer *server, const SatchelCaller *caller, const SatchelSnapshotGet *request,
                                     GError **error);

/* Reader. The JSON answer, owned. */
char *satchel_server_history (SatchelServer *server, const SatchelCaller *caller, const char *entity,
                              const char *record, GError **error);

/* Online work (query/query.h): streams of lines, as of one S. */
gboolean satchel_server_query (SatchelServer *server, const SatchelCaller *caller, const SatchelListRequest *request,
                               SatchelWriteFunc write, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_server_record (SatchelServer *server, const SatchelCaller *caller, const SatchelRecordRequest *request,
                                SatchelWriteFunc write, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writer. The record stays with the caller's device as long as it may be read; what does not exist is not pinned. */
gboolean satchel_server_pin (SatchelServer *server, const SatchelCaller *caller, const SatchelRecordRequest *request,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_server_unpin (SatchelServer *server, const SatchelCaller *caller, const SatchelRecordRequest *request,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Any thread: by the server's clock. */
gint64 satchel_server_now_ms (SatchelServer *server);
/* Reader, cheap: the last S. */
gint64 satchel_server_get_s (SatchelServer *server);

/* Wake-ups. @committed is called in the writer's thread right after a commit that somebody should hear of (store/ripple.h). Commits of
 * other processes are looked for by watch(): writer, cheap; it tells of a ripple for everyone where it finds some. */
typedef void (*SatchelCommittedFunc) (const SatchelRipple *ripple, gpointer data);
void     satchel_server_set_committed (SatchelServer *server, SatchelCommittedFunc committed, gpointer data);
gboolean satchel_server_watch (SatchelServer *server, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Reader. What the caller's device carries, as of *@s (scope/signature.h); a reference. */
SatchelSignature *satchel_server_describe (SatchelServer *server, const SatchelCaller *caller, gint64 *s, GError **error);
/* Reader. Devices that may not listen: char*, ids. */
GPtrArray *satchel_server_list_silenced (SatchelServer *server, GError **error);

/* Writer. A complete copy while serving; the copy's s is announced as backed up. */
gboolean satchel_server_backup (SatchelServer *server, const char *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Replaces the store of @dir, which nobody may be serving, by @file under a new epoch. */
gboolean satchel_server_restore (const char *dir, const char *file, const SatchelClock *clock,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Reader. Integrity of the file, of membership and checksums against the rows, of the clock against the changes: problems found,
 * char*. */
GPtrArray *satchel_server_check (SatchelServer *server, GError **error);
/* Writer. Takes the rows that differ from their checksums as they stand (store/checksums.h); *n: how many. */
gboolean satchel_server_accept_rows (SatchelServer *server, guint *n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writer. What filters hold is made what they choose; *n_rows: how many were filed wrongly. */
gboolean satchel_server_repair_filters (SatchelServer *server, gint64 *n_rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
