/* A conflict as people read it: read in a thread, shown on the main one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/dispute.h"

G_BEGIN_DECLS

typedef enum { SATCHEL_SIDE_BASE, SATCHEL_SIDE_MINE, SATCHEL_SIDE_THEIRS, SATCHEL_N_SIDES } SatchelSide;

typedef struct {
  SatchelSideKind kind;
  SatchelValue *value; /* of a VALUE */
  char *text;          /* "" when it is empty, or hidden; many lines for a text */
  char *who;           /* "You", or a name; NULL for what was before */
  gint64 when_ms;      /* 0: not known */
  gboolean stands;     /* the record holds it now */
} SatchelDisagreementSide;

typedef enum {
  SATCHEL_DISAGREEMENT_OPEN,
  SATCHEL_DISAGREEMENT_DECIDED,  /* here; the server does not know yet */
  SATCHEL_DISAGREEMENT_SETTLED,  /* by the field's policy; a person may think otherwise */
  SATCHEL_DISAGREEMENT_RESOLVED,
} SatchelDisagreementState;

#define SATCHEL_TYPE_DISAGREEMENT (satchel_disagreement_get_type ())
G_DECLARE_FINAL_TYPE (SatchelDisagreement, satchel_disagreement, SATCHEL, DISAGREEMENT, GObject)

/* Immutable; public, read-only. */
struct _SatchelDisagreement {
  GObject parent_instance;
  char *id;
  SatchelDisagreementState state;
  char *entity, *record, *field; /* names; may not be known here */
  char *title;                   /* of the record */
  char *label;                   /* of the field, and what kind of record it is of */
  char *outcome;                 /* who decided what and when; NULL */
  gboolean is_text;              /* both sides can stand one after the other */
  SatchelDisagreementSide sides[SATCHEL_N_SIDES];
  char *fingerprint;
};

const char *satchel_disagreement_get_fingerprint (gpointer disagreement); /* a SatchelFingerprintFunc */

typedef struct {
  GPtrArray *open, *closed; /* SatchelDisagreement*; undecided ones and what was decided here; the rest, the latest first */
  guint n_open;             /* undecided */
  gboolean more;            /* there are more closed ones */
} SatchelDisagreements;
void satchel_disagreements_free (SatchelDisagreements *disagreements); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelDisagreements, satchel_disagreements_free)

/* @limit: of each kind. */
SatchelDisagreements *satchel_disagreements_read (SatchelSession *session, guint limit, GError **error);

G_END_DECLS
