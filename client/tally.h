/* What of a profile waits, and for whom.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef struct {
  gint64 pending;   /* sets without an outcome yet */
  gint64 parked;    /* sets that were refused and wait for the user */
  gint64 conflicts; /* open ones that she carries and has not decided yet */
  gint64 files;     /* attachments that the server has not got yet */
} SatchelTally;

gboolean satchel_session_count_waiting (SatchelSession *session, SatchelTally *tally, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ids of conflicts whose decision waits for the server: a set of char*. */
GHashTable *satchel_session_list_decided (SatchelSession *session, GError **error);

G_END_DECLS
