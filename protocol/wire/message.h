/* Requests and answers between client and server, as structs and as JSON. Both sides use this file; the text is
 * specified in protocol/WIRE.md. Parsing is strict and bounded (limits.h); unknown members of requests are refused,
 * unknown members of answers are ignored.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/change.h"
#include "protocol/error.h"
#include "protocol/wire/json.h"

G_BEGIN_DECLS

/* ---- sign-in: POST /v1/sign-in ---- */
typedef struct {
  char *user, *password, *device_name;
  char *device; /* id of the device that signs in again, or NULL for a new one */
} SatchelSignIn;
typedef struct {
  char *organisation;      /* id: decides whether a replica belongs to this server */
  char *organisation_name;
  char *user;              /* id */
  char *user_name;
  char *device;            /* id */
  char *token;             /* secret; bound to the device */
  gint64 next_number;      /* of the device's change sets */
} SatchelSignInAnswer;

/* What a pull asks (below), also along with a push. */
typedef struct {
  char *cursor; /* NULL: everything */
  char *schema; /* digest of the definitions that the client holds; NULL: those that came with the cursor */
  char *rights; /* digest of what it was told of its user's rights, "" if nothing; NULL: it does not ask */
  GArray *own;  /* gint64, first and last of ranges: commits whose effect the client knows; NULL: none. protocol/WIRE.md, Pull */
} SatchelPull;

/* ---- push: POST /v1/push ---- */
typedef struct {
  gint64 acknowledged;  /* outcomes up to this number may be forgotten, but for their codes */
  GPtrArray *released;  /* char*: UUIDs of parked sets that the device has discarded or queued anew */
  GPtrArray *sets;      /* SatchelChangeSet*, numbers ascending without gaps */
  SatchelPull *pull;    /* to be answered along with it, without schema; owned; NULL: none */
} SatchelPush;

/* What became of one set. */
typedef enum {
  SATCHEL_OUTCOME_APPLIED,
  SATCHEL_OUTCOME_PARKED,
} SatchelOutcomeState;
typedef struct {
  char *uuid;            /* NULL in a parsed answer where a range stood for the set */
  gint64 number;
  SatchelOutcomeState state;
  gint64 s;              /* applied: the sequence number of its commit */
  gint64 at_ms;          /* applied: when, if its records became just what it says; else 0 */
  SatchelErrorCode code; /* parked: why */
  char *reason;          /* parked: a sentence; NULL when applied */
  char *field;           /* parked: the field concerned, or NULL */
  guint n_conflicts;     /* applied: conflicts filed, settled and open */
} SatchelOutcome;
void satchel_outcome_free (SatchelOutcome *outcome);

/* Answer: outcomes in order of number. On the wire, consecutive plain applied outcomes are one entry
 * {"n":[first,last],"s":[first_s,last_s]} when their s ascend by one. */
typedef struct {
  GPtrArray *outcomes; /* SatchelOutcome* */
} SatchelPushAnswer;

/* ---- pull: POST /v1/pull ----
 * The answer is a stream of lines (protocol/WIRE.md); only its first and last lines are here. Most pulls bring nothing, so
 * that what is as usual is left out of both. */
/* Ranges in one pull. */
#define SATCHEL_MAX_OWN_RANGES 100
typedef struct {
  gboolean reset;       /* what the device holds is to be replaced by what follows */
  gint64 restored_s;    /* -1, or: the server was restored to this s; sets applied later than it must be sent again */
  gint64 backed_up_s;   /* applied sets up to this s need not be kept any longer */
  gboolean own;         /* rows that only the commits named with the request have changed do not come */
} SatchelPullHead;
typedef struct {
  char *cursor; /* NULL: the one that was asked with */
  gint64 s;
  gint64 rows; /* lines of rows and removals between head and tail: a check against a cut stream */
} SatchelPullTail;

void satchel_sign_in_free (SatchelSignIn *message);
void satchel_sign_in_answer_free (SatchelSignInAnswer *message);
void satchel_push_free (SatchelPush *message);
void satchel_push_answer_free (SatchelPushAnswer *message);
void satchel_pull_free (SatchelPull *message);
void satchel_pull_tail_clear (SatchelPullTail *tail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSignIn, satchel_sign_in_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSignInAnswer, satchel_sign_in_answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelOutcome, satchel_outcome_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPush, satchel_push_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPushAnswer, satchel_push_answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPull, satchel_pull_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelPullTail, satchel_pull_tail_clear)

SatchelPush       *satchel_push_new (void);
SatchelPushAnswer *satchel_push_answer_new (void);

/* to_text: owned JSON text. from_text: NULL and INVALID or TOO_LARGE for anything but that message. */
char              *satchel_sign_in_to_text (const SatchelSignIn *message);
SatchelSignIn     *satchel_sign_in_from_text (const char *text, gsize length, GError **error);
char              *satchel_sign_in_answer_to_text (const SatchelSignInAnswer *message);
SatchelSignInAnswer *satchel_sign_in_answer_from_text (const char *text, gsize length, GError **error);
char              *satchel_push_to_text (const SatchelPush *message);
SatchelPush       *satchel_push_from_text (const char *text, gsize length, GError **error);
char              *satchel_push_answer_to_text (const SatchelPushAnswer *message);
SatchelPushAnswer *satchel_push_answer_from_text (const char *text, gsize length, GError **error);
/* What @answer says of the sets of a push is known to whoever gets it: their commits become own ones of the pull that goes along. */
void               satchel_pull_add_own (SatchelPull *message, const SatchelPushAnswer *answer);
char              *satchel_pull_to_text (const SatchelPull *message);
SatchelPull       *satchel_pull_from_text (const char *text, gsize length, GError **error);
char              *satchel_pull_head_to_text (const SatchelPullHead *head);
gboolean           satchel_pull_head_from_json (JsonNode *node, SatchelPullHead *head, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char              *satchel_pull_tail_to_text (const SatchelPullTail *tail);
gboolean           satchel_pull_tail_from_json (JsonNode *node, SatchelPullTail *tail, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Errors travel as {"error":"rate","message":"…","retry_after_ms":1500}; retry_after_ms may be absent (-1). Only the server sends them: what
 * is wrong with its disk is never taken for the reader's own (satchel_error_code_abroad). */
char   *satchel_error_to_text (const GError *error, gint64 retry_after_ms);
GError *satchel_error_from_text (const char *text, gsize length, guint http_status, gint64 *retry_after_ms);

G_END_DECLS
