/* Mail merge: one message to each member of a marketing list, filled in from a template.
 *
 * A mailing is a list, a template and the name of a round. What became of each address is in the ledger, so that a mailing can be
 * opened again after whatever ended it, and goes on where it was: who has it does not get it again, what was under way then is uncertain and waits for a
 * person's word. The Message-ID follows from mailing and address: another device that has the records sees by them what was sent.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/mail/account.h"
#include "client/mail/addressee.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_MAILING_WAITING,
  SATCHEL_MAILING_SENT,
  SATCHEL_MAILING_REFUSED,   /* words: the server's */
  SATCHEL_MAILING_SKIPPED,   /* reason says why */
  SATCHEL_MAILING_UNCERTAIN, /* words: what happened */
  SATCHEL_MAILING_N_STATES,
} SatchelMailingState;
const char *satchel_mailing_state_name (SatchelMailingState state); /* "waiting"; static */

typedef struct {
  char *entity, *id;
  char *name;    /* NULL: none */
  char *address; /* NULL: none */
  SatchelMailingState state;
  const char *reason; /* of SKIPPED: "do-not-email", "twice"…; static; NULL for others */
  char *words;        /* for people; NULL: nothing to say */
} SatchelMailingRecipient;

typedef struct _SatchelMailing SatchelMailing;

typedef struct {
  const SatchelRecord *list;      /* marketing_list */
  const SatchelRecord *template_; /* mail_template */
  const char *round;              /* another one is another mailing; NULL: the only one */
  gboolean send;                  /* else only looks */
} SatchelMailingOptions;

/* Reads who is on the list and what the ledger knows. With options.send it has the ledger's lock until it is freed. INVALID: the template does not fit;
 * BUSY: another process sends. Borrows the records of @options. */
SatchelMailing *satchel_mailing_open (SatchelSession *session, const SatchelMailingOptions *options, GError **error);
void            satchel_mailing_free (SatchelMailing *mailing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelMailing, satchel_mailing_free)

/* SatchelMailingRecipient*, in the order of the list; borrowed. */
const GPtrArray *satchel_mailing_get_recipients (SatchelMailing *mailing);
guint            satchel_mailing_count (SatchelMailing *mailing, SatchelMailingState state);

/* REFUSED or UNCERTAIN ones wait again. */
void satchel_mailing_again (SatchelMailing *mailing, SatchelMailingState state);

/* Sends to the next one who waits; *recipient NULL: nobody does. FALSE: it could not be tried, as when there is no network: that one waits
 * still. Being refused is no error. */
gboolean satchel_mailing_step (SatchelMailing *mailing, SatchelPost *post, const SatchelMailAccount *account,
                               const SatchelMailingRecipient **recipient, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
