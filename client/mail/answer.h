/* Drafts that follow from a message: a reply, a reply to all, the same to somebody else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/deeds.h"
#include "client/session.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_ANSWER_REPLY,
  SATCHEL_ANSWER_REPLY_ALL,
  SATCHEL_ANSWER_FORWARD,
} SatchelAnswerKind;

/* In memory, from the user, about what @email is about. An answer is for whom the message came from (of one that she sent: for whom it went to), never for
 * herself (by her record, or one of the addresses @mine, NULL-terminated, may be NULL), quotes the text, and has its place in the thread. What was forwarded begins a thread of its own. Owned. */
SatchelRecord *satchel_mail_new_answer (SatchelSession *session, const SatchelRecord *email, SatchelAnswerKind kind,
                                        const char *const *mine);

/* The files of @email's notes as notes of @draft, which is kept already: they need not be here. */
gboolean satchel_mail_pass_on_files (SatchelSession *session, const SatchelRecord *email, const SatchelRecord *draft, SatchelDeeds *deeds,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
