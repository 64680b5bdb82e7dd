/* Whom a message about a record goes to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_ADDRESSEE_GOOD,
  SATCHEL_ADDRESSEE_MISSING,    /* no address */
  SATCHEL_ADDRESSEE_BAD,        /* one that no mail goes to */
  SATCHEL_ADDRESSEE_UNWILLING,  /* "Do Not Email" */
  SATCHEL_ADDRESSEE_INACTIVE,   /* put out of use, or merged into another one */
} SatchelAddresseeState;

typedef struct {
  SatchelRecord *person; /* contact, lead, account */
  char *name;            /* as it stands before the address; NULL: none */
  char *address;         /* the first one filled in; NULL: none */
  SatchelAddresseeState state;
} SatchelAddressee;
void satchel_addressee_clear (SatchelAddressee *addressee);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelAddressee, satchel_addressee_clear)

/* @record itself, or the contact or account of an opportunity, a case, a quote… REFERENCE: it names nobody who is here. */
gboolean satchel_mail_addressee (SatchelSession *session, const SatchelRecord *record, SatchelAddressee *addressee,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Why nothing goes there, in a person's words; NULL for GOOD. Static. */
const char *satchel_addressee_describe (SatchelAddresseeState state);
/* The same for scripts: "no-address". */
const char *satchel_addressee_name (SatchelAddresseeState state);

/* One address of the form that mail programs and servers agree on, and nothing else in it: no blank, no line end, no second one. */
gboolean satchel_mail_address_is_good (const char *address);

G_END_DECLS
