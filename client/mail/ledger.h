/* What is sent from this device, one row a message, written before and after the mail server is spoken to: whatever happens in between, nobody gets
 * a message twice by accident.
 *
 *   mail_sending (user, mailing, key, entity, record, address, message_id, state, words, source, at_ms)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_SENDING_UNDER_WAY, /* only while a process holds the lock */
  SATCHEL_SENDING_SENT,
  SATCHEL_SENDING_REFUSED,
  SATCHEL_SENDING_UNCERTAIN,
} SatchelSendingState;

typedef struct {
  char *key; /* within its mailing: the address in lower case; a draft's id where there is no mailing */
  char *entity, *id; /* whom it goes to, or the draft */
  char *address;
  char *message_id;
  SatchelSendingState state;
  char *words;    /* of the server, or what else there is to say; NULL: nothing */
  GBytes *source; /* the message, until it is known what became of it; NULL: not read, or none */
} SatchelSending;
void satchel_sending_free (SatchelSending *sending); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSending, satchel_sending_free)

/* One process of the profile sends at a time; what is under way then was left by one that died. BUSY. The lock goes with the process, or with close(). */
int satchel_ledger_lock (SatchelSession *session, GError **error);

gboolean satchel_ledger_put (SatchelSession *session, const char *mailing, const SatchelSending *sending, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_ledger_drop (SatchelSession *session, const char *mailing, const char *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* SatchelSending*, owned, without sources. */
GPtrArray *satchel_ledger_list (SatchelSession *session, const char *mailing, GError **error);
/* With its source; *sending NULL: there is none. */
gboolean satchel_ledger_find (SatchelSession *session, const char *mailing, const char *key, SatchelSending **sending,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
