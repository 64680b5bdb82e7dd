/* Records made of a message, or of an address: their fields filled as far as the message tells.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

/* For whom a message is: its sender; of one that was sent from here, to whom it went. Members may be NULL. */
typedef struct {
  char *contact, *lead, *account; /* ids */
  char *name, *address;           /* as they stand in the message */
} SatchelCustomer;
void satchel_customer_clear (SatchelCustomer *customer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelCustomer, satchel_customer_clear)

/* Of those who have the same address a contact goes before an account, and that before a lead. The account is that of the contact, or what the
 * email regards leads to. */
gboolean satchel_customer_of_message (SatchelSession *session, const SatchelRecord *email, SatchelCustomer *customer,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What @email becomes as @entity ("lead", "opportunity", "case", "task"); not stored. REFERENCE: an opportunity without an account. */
SatchelRecord *satchel_draft_of_message (SatchelSession *session, const SatchelRecord *email, const SatchelEntity *entity,
                                         GError **error);
/* A contact or lead. INVALID: no e-mail address. */
SatchelRecord *satchel_draft_of_person (SatchelSession *session, const SatchelEntity *entity, const char *name, const char *address,
                                        GError **error);

G_END_DECLS
