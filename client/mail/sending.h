/* One message goes out, and becomes the email that everybody sees. Blocks, and asks the network.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/mail/account.h"
#include "client/mail/ledger.h"
#include "client/mail/track.h"

G_BEGIN_DECLS

/* Written into the ledger under @mailing as under way, sent, written again as what became of it. SENT: tracked by the user, with
 * @options; *tracked says which record that is. A message that went out and whose record could not be written is SENT all the same, and the
 * ledger says why. UNSENT: as if it had not been tried. @error is set for all but SENT. */
SatchelPostResult satchel_mail_send (SatchelSession *session, SatchelPost *post, const SatchelMailAccount *account,
                                     const char *mailing, SatchelSending *sending, const SatchelOutgoing *message,
                                     const SatchelTrackOptions *options, SatchelTracked *tracked,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* With the ledger locked: what was left under way is uncertain from now on; but sent, where its record is here: it had come so far. What is uncertain and whose
 * record came since (she tracked the copy that arrived) is sent, too. */
gboolean satchel_mail_settle (SatchelSession *session, const char *mailing, SatchelSending *sending,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of a draft that is kept: afterwards its place is taken by the tracked one. @again: also when it is uncertain whether it went out before;
 * else UNCERTAIN. STATE: it is no open draft. */
SatchelPostResult satchel_mail_send_draft (SatchelSession *session, SatchelPost *post, const SatchelMailAccount *account,
                                           const char *id, gboolean again, SatchelTracked *tracked,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
