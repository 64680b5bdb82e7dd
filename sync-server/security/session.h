/* Signing in, and who a token belongs to. Tokens are 32 random bytes; the store keeps their keyed BLAKE2b. Failed attempts lock
 * a name for a growing time, for the network that they came from: who guesses locks out herself and not the owner. Many failures from
 * wherever lock it for every network but those from which the owner has signed in before. Names that do not exist are counted alike, in a
 * bounded number of slots.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/id.h"
#include "protocol/wire/message.h"
#include "sync-server/server.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

#define SATCHEL_SIGN_IN_FREE_FAILURES 5               /* of one network, before the first lock */
#define SATCHEL_SIGN_IN_FREE_GUESSES  100             /* of all networks together */
#define SATCHEL_SIGN_IN_FIRST_LOCK_MS 30000           /* doubled with each further failure… */
#define SATCHEL_SIGN_IN_MOST_LOCK_MS  (60 * 60 * 1000) /* …up to this */

/* What check found out; opaque to callers. */
struct _SatchelSignInCheck {
  char *attempt; /* under which name failures are counted… */
  char *place;   /* …and under which those from the caller's network */
  char *user;    /* id; NULL: wrong user, wrong password, or not active */
};

/* The quick part, within a read transaction: RATE when locked; else the id of the user and her password hash, both NULL when
 * there is no such user. @peer: 16 bytes, as rate.h has them, or NULL: no network. @check gets attempt, place and user. */
gboolean satchel_session_prepare (SatchelStore *store, const SatchelSignIn *request, const guint8 *peer, gint64 now_ms,
                                  SatchelSignInCheck *check, char **hash, gint64 *retry_after_ms,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Within a write transaction, to be committed in any case where *answer or *refusal is set: counts the failure or takes the
 * device in and gives it a token. */
gboolean satchel_session_finish (SatchelStore *store, const SatchelClock *clock, const SatchelSignIn *request,
                                 const SatchelSignInCheck *check, SatchelSignInAnswer **answer, GError **refusal,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Within a write transaction: a second device of the caller's user with a token of its own. */
SatchelDeviceAnswer *satchel_session_split (SatchelStore *store, const SatchelClock *clock, const SatchelCaller *caller,
                                            GError **error);

/* Within a read transaction. UNAUTHENTICATED. */
SatchelCaller *satchel_session_authenticate (SatchelStore *store, const char *token, GError **error);

G_END_DECLS
