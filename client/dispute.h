/* Conflicts of the inbox: what each side wrote, and deciding between them.
 *
 * "mine" is the incoming value, "theirs" the one that the server had, on every device; "base" is what both began with. Each
 * stands in the conflict as JSON in wire form of the field that it is about.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

/* A text of the conflict; NULL when it is empty. Borrowed. */
const char *satchel_dispute_get_text (const SatchelRecord *conflict, const char *field);

/* What it is about; NULL when the definitions do not know it. */
const SatchelEntity *satchel_dispute_find_entity (SatchelRegistry *registry, const SatchelRecord *conflict);
const SatchelField  *satchel_dispute_find_subject (SatchelRegistry *registry, const SatchelRecord *conflict);

typedef enum {
  SATCHEL_SIDE_VALUE,   /* *value, which is NULL for an empty one */
  SATCHEL_SIDE_HIDDEN,  /* it was not for this user to read */
  SATCHEL_SIDE_UNKNOWN, /* of a field that is not known here, or no value of it: only its text can be shown */
} SatchelSideKind;
/* @side: "base", "mine" or "theirs". *value is owned, and NULL but for VALUE. */
SatchelSideKind satchel_dispute_read_side (SatchelRegistry *registry, const SatchelRecord *conflict, const char *side,
                                           SatchelValue **value);

/* Both texts as one, theirs first; lines with which both begin or end stand once. Owned. */
char *satchel_dispute_join (const char *theirs, const char *mine);

/* ---- the inbox ---- */

typedef enum {
  SATCHEL_CONFLICTS_UNDECIDED, /* open, oldest first */
  SATCHEL_CONFLICTS_DECIDED,   /* open still, but a decision of this device waits for the server; oldest first */
  SATCHEL_CONFLICTS_CLOSED,    /* settled by a policy, or resolved; the latest first */
  SATCHEL_CONFLICTS_ALL,       /* oldest first */
} SatchelConflictList;
/* SatchelRecord*, at most @limit (-1: all). */
GPtrArray *satchel_session_list_conflicts (SatchelSession *session, SatchelConflictList which, gint64 limit, GError **error);

typedef enum {
  SATCHEL_DECIDE_MINE,
  SATCHEL_DECIDE_THEIRS,
  SATCHEL_DECIDE_VALUE,
} SatchelDecision;
/* The set's UUID. @value is for DECIDE_VALUE alone. NOT_FOUND; STATE when it was decided before: the first decision wins, and a
 * second one would only come back refused; SCHEMA for a value of a field that is not known here. */
char *satchel_session_decide (SatchelSession *session, const char *conflict, SatchelDecision decision,
                              const SatchelValue *value, GError **error);
/* Takes a decision back. While @set was not sent it is as if it had not been made. Afterwards the conflict stays resolved, and the
 * field is given @before, what it held until then. */
gboolean satchel_session_undecide (SatchelSession *session, const char *conflict, const char *set, const SatchelValue *before,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
