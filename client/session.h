/* One profile of one user: the only door that the CLI, the agent and the application need.
 *
 * Reads and writes are synchronous and local; nothing here but satchel_session_sign_in() and the sync driver touches
 * the network. A session belongs to the thread that opened it; satchel_session_hand_over() moves it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/outbox/outbox.h"
#include "client/replica/pull.h"
#include "client/replica/query.h"
#include "client/sealing.h"
#include "protocol/id.h"

G_BEGIN_DECLS

typedef struct _SatchelSession SatchelSession;

/* Opens or creates the profile's directory below @data_dir (NULL: $XDG_DATA_HOME/satchel). INVALID for a profile name
 * outside [A-Za-z0-9._-]{1,64}. @registry: the program's own definitions. @clock is borrowed. */
SatchelSession *satchel_session_open (const char *data_dir, const char *profile, SatchelRegistry *registry,
                                      const SatchelClock *clock, GError **error);
/* The same, with the replica in a vault (vault/README.md) whose key is with the token: in the Secret Service, or in a file. Made
 * with a new key where there is no replica yet; one that was made without a vault is opened as it is. What programs use.
 * UNAUTHENTICATED when the key cannot be had now. */
SatchelSession *satchel_session_open_sealed (const char *data_dir, const char *profile, SatchelRegistry *registry,
                                             const SatchelClock *clock, GError **error);
/* For a profile that open_sealed() calls CORRUPT: afterwards it can be opened, with what could be read of what only this device has.
 * *lost: some of that could not. BUSY while somebody syncs. */
gboolean        satchel_session_salvage (const char *data_dir, const char *profile, SatchelRegistry *registry, gboolean *lost,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void            satchel_session_hand_over (SatchelSession *session); /* to the thread that calls next */
void            satchel_session_close (SatchelSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSession, satchel_session_close)

SatchelReplica  *satchel_session_get_replica (SatchelSession *session);  /* borrowed */
SatchelOutbox   *satchel_session_get_outbox (SatchelSession *session);   /* borrowed */
SatchelRegistry *satchel_session_get_registry (SatchelSession *session); /* as satchel_replica_get_registry() */
const SatchelClock *satchel_session_get_clock (SatchelSession *session);
const char *satchel_session_get_directory (SatchelSession *session);
SatchelSealing satchel_session_get_sealing (SatchelSession *session);

/* What the replica knows of its user; NULL before the first sign-in. Borrowed until the next sign-in. */
const char *satchel_session_get_url (SatchelSession *session);
const char *satchel_session_get_user (SatchelSession *session);      /* id */
const char *satchel_session_get_user_name (SatchelSession *session); /* what was typed at sign-in */
const char *satchel_session_get_device (SatchelSession *session);

/* "me", "my unit", now, the local time zone. Strings borrowed from the session. */
void satchel_session_get_context (SatchelSession *session, SatchelPredicateContext *context);

/* Stores what a sign-in returned, with its token in the Secret Service or, where there is none, in a 0600 file
 * (*told_file TRUE: tell the user). The same user of the same organisation keeps replica and outbox, whatever the URL;
 * for another one while there are unsent changes: EXISTS, and nothing is changed. */
gboolean satchel_session_enrol (SatchelSession *session, const char *url, const SatchelSignInAnswer *answer,
                                gboolean *told_file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A new identity of the same user (device-cloned): its token replaces the old one. */
gboolean satchel_session_adopt_device (SatchelSession *session, const char *device, const char *token, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* UNAUTHENTICATED when there is none. Looked up once per sign-in. */
char *satchel_session_dup_token (SatchelSession *session, GError **error);
/* Another one after each sign-in and sign-out, whichever process made it; NULL before the first. Interned. */
const char *satchel_session_get_sign_in (SatchelSession *session);
/* Signs out locally: the token is gone, replica and outbox stay. */
gboolean satchel_session_forget_token (SatchelSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean satchel_session_get_offline (SatchelSession *session);
gboolean satchel_session_set_offline (SatchelSession *session, gboolean offline, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* She signed in here for the first time and has not chosen yet what to take along: offline until then, but for questions about that.
 * Kept in the profile. */
gboolean satchel_session_is_choosing (SatchelSession *session);
gboolean satchel_session_set_choosing (SatchelSession *session, gboolean choosing, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- writing: each is one local transaction with its outbox entry; the set's UUID is returned, owned ---- */

/* UNAUTHENTICATED before the first sign-in: nobody would have written it. STORAGE, BUSY: nothing was changed. */

/* Values by field name; text form is parsed by the caller (satchel_value_from_text). Defaults, owner, computed fields and
 * rules are applied; the id is made here unless given. RULE, REFERENCE, STATE, INVALID. */
char *satchel_session_create (SatchelSession *session, SatchelRecord *record, GError **error);
/* Fields of @changes (GPtrArray of SatchelFieldValue). Only those that differ from what is shown are queued; when none does, the result
 * is "" and nothing is queued. Of a field that stands there twice the last value counts. NOT_FOUND when the record is not in the replica. */
typedef struct {
  const SatchelField *field;
  SatchelValue *value; /* owned by the array's element; NULL empties */
} SatchelFieldValue;
void  satchel_field_value_free (SatchelFieldValue *value);
char *satchel_session_update (SatchelSession *session, const SatchelEntity *entity, const char *id, GPtrArray *changes,
                              GError **error);
/* A record as a person looks at it, and the cursor at which it was shown: what an edit made later refers to, whatever a pull brings
 * meanwhile (DESIGN §3 rule 3). Forms take one when they open. NOT_FOUND. */
typedef struct {
  SatchelRecord *record;
  char *cursor; /* NULL before the first pull */
} SatchelSeen;
SatchelSeen *satchel_session_look (SatchelSession *session, const SatchelEntity *entity, const char *id, GError **error);
void         satchel_seen_free (SatchelSeen *seen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSeen, satchel_seen_free)
char *satchel_session_update_seen (SatchelSession *session, const SatchelSeen *seen, GPtrArray *changes, GError **error);
/* Before the first pull, which it goes ahead of: of a record that only the server has, as it told it (client/online.h). Nothing shows it
 * here until it comes. */
char *satchel_session_update_told (SatchelSession *session, const SatchelRecord *told, GPtrArray *changes, GError **error);
char *satchel_session_delete (SatchelSession *session, const SatchelEntity *entity, const char *id, GError **error);
/* @arguments: name → text (char* → char*). Ids that the action needs and nobody gave are made here. */
char *satchel_session_act (SatchelSession *session, const SatchelEntity *entity, const char *id, const char *action,
                           GHashTable *arguments, GError **error);

/* Several writes as one local transaction, many sets: what an import needs for speed. Between begin and commit the calls above
 * join; a call that fails leaves its own set out and nothing else. A commit that fails ends the batch, nothing of which is there then: a
 * rollback after it does nothing. */
gboolean satchel_session_begin_batch (SatchelSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_session_commit_batch (SatchelSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_session_rollback_batch (SatchelSession *session);

G_END_DECLS
