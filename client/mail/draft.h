/* What a message says, as the values of an email. Private to this room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/mail/track.h"
#include "client/permits.h"

G_BEGIN_DECLS

/* The record as it would be created, with parties, thread, state and tracker, but for what it regards. *cut: a text did not fit. */
SatchelRecord *satchel_mail_draft (SatchelSession *session, const SatchelMessage *message, SatchelMailDirection direction,
                                   gboolean *cut, GError **error);

/* The record of the message that @message answers, or of the nearest one before that is here; *email NULL: none is. */
gboolean satchel_mail_find_before (SatchelSession *session, const SatchelMessage *message, SatchelRecord **email,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sets what it regards, NULL: nothing, and the account that goes with that. */
void satchel_mail_draft_regard (SatchelSession *session, SatchelRecord *email, const SatchelValue *regarding);

/* Whether what @lookup names may be named in a message's record, as far as is known here. @permits: client/permits.h. */
gboolean satchel_mail_may_name (SatchelSession *session, const SatchelPermits *permits, const SatchelValue *lookup);

/* The attachment as a note of @email, which is being written within the caller's batch; *added FALSE: it was there already. */
gboolean satchel_mail_attach (SatchelSession *session, const SatchelRecord *email, const SatchelMailAttachment *attachment,
                              SatchelDeeds *deeds, gboolean *added, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
