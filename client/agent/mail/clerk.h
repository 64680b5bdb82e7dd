/* One profile's thread for other programs: it has a session of its own, so that whoever asks waits neither for a sync nor for the agent's main
 * loop. There is one session more only while somebody asks: opened at the first question, closed by satchel_clerk_rest().
 *
 * All functions are for the thread that made the clerk.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef struct _SatchelClerk SatchelClerk;

/* So many questions may wait; a person and her mail program have few. */
#define SATCHEL_CLERK_MOST_WAITING 256

/* The profile need not be there (yet). All pointers but @data_dir and @profile are borrowed. */
SatchelClerk *satchel_clerk_new (const char *data_dir, const char *profile, SatchelRegistry *registry, const SatchelClock *clock);
/* What is under way is waited for; what waits is worked off with CANCELLED. */
void          satchel_clerk_free (SatchelClerk *clerk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelClerk, satchel_clerk_free)

/* Called once, in the clerk's thread, one after the other in the order of asking; @session NULL: there is none, and @problem says why: NOT_FOUND (no such
 * profile), UNAUTHENTICATED (nobody has signed in), CANCELLED (the clerk leaves), and those of satchel_session_open_sealed(). */
typedef void (*SatchelClerkWork) (SatchelSession *session, const GError *problem, gpointer data);

/* BUSY when too many wait; @work is not called then. */
gboolean satchel_clerk_ask (SatchelClerk *clerk, SatchelClerkWork work, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Without a session, and however many wait: for what a clerk's callers keep in its thread. */
void     satchel_clerk_tell (SatchelClerk *clerk, SatchelClerkWork work, gpointer data);
/* Closes the session after what waits now. The next question opens it again. */
void     satchel_clerk_rest (SatchelClerk *clerk);

G_END_DECLS
