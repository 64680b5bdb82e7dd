/* Who has an address: the replica's contacts, leads, accounts and users.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/mail/message.h"
#include "client/session.h"

G_BEGIN_DECLS

/* SatchelRecord*, owned: every contact, lead, account and user that has the address in one of its address fields, in this order of
 * entities; what is inactive, or merged into another one, last. Case does not count. At most 20. */
GPtrArray *satchel_mail_people (SatchelSession *session, const char *address, GError **error);
/* The same by indexes alone, for what is shown while somebody waits: of addresses with capitals only those that are written as people do, all in capitals or with
 * capital initials. */
GPtrArray *satchel_mail_people_at_hand (SatchelSession *session, const char *address, GError **error);

/* Whether it is one of the user's own. */
gboolean satchel_mail_is_me (SatchelSession *session, const char *address);

/* What a message may be about. */
typedef struct {
  char *entity;
  char *id;
  char *title;
  char *why; /* in few words and the program's language: "Open opportunity of Ana Pop" */
} SatchelMailSuggestion;
void satchel_mail_suggestion_free (SatchelMailSuggestion *suggestion);

#define SATCHEL_MAX_SUGGESTIONS 50

/* SatchelMailSuggestion*, owned, the best first, each record once. @addresses: of the people of the message, the sender's first, as
 * satchel_mail_address_read() takes them. @typed: begins words of titles and of other fields that quick find looks at; NULL or "": only what the addresses lead to.
 * With something typed, what the addresses lead to and what else is found, as far as it fits what was typed. */
GPtrArray *satchel_mail_suggest (SatchelSession *session, const char *const *addresses, const char *typed, GError **error);

G_END_DECLS
