/* What waits in the outbox, as people read it: read in a thread, shown on the main one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

/* A value that a change writes, or an argument of an action. */
typedef struct {
  char *label;         /* translated */
  char *text;          /* as people read it; "" when it empties the field */
  char *field;         /* name of the entity's field; NULL: of an action, or not known here */
  SatchelValue *value; /* of a field */
  gboolean concerned;  /* it is the one that the server minds */
} SatchelWaitingLine;

#define SATCHEL_TYPE_WAITING_SET (satchel_waiting_set_get_type ())
G_DECLARE_FINAL_TYPE (SatchelWaitingSet, satchel_waiting_set, SATCHEL, WAITING_SET, GObject)

/* Immutable; public, read-only. */
struct _SatchelWaitingSet {
  GObject parent_instance;
  char *uuid;
  SatchelSetState state; /* pending, sent, parked */
  gint64 made_at_ms;
  char *entity, *record; /* of the first change; the entity may not be known here */
  char *title;           /* of the record */
  char *deed;            /* "Account · Changed" */
  char *sentence;        /* how it stands, or why it was refused */
  char *detail;          /* what the server said beside it; NULL */
  char *waits_for;       /* title of the refused change that it depends on; NULL */
  char *request;         /* what one may write to who can help; NULL */
  guint n_dependents;    /* changes that wait for this one */
  guint ways;            /* SatchelWay */
  gboolean is_draft;     /* what it creates is shown as a draft: there is a record to go to */
  GPtrArray *lines;      /* SatchelWaitingLine* */
  char *fingerprint;     /* of all of it */
};

const char *satchel_waiting_set_get_fingerprint (gpointer set); /* a SatchelFingerprintFunc */

typedef struct {
  GPtrArray *parked, *waiting;  /* SatchelWaitingSet*, oldest first, at most as many as was asked for */
  gint64 n_parked, n_waiting;   /* all of them */
} SatchelWaitingSets;
void satchel_waiting_sets_free (SatchelWaitingSets *sets); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelWaitingSets, satchel_waiting_sets_free)

SatchelWaitingSets *satchel_waiting_sets_read (SatchelSession *session, guint limit, GError **error);

G_END_DECLS
