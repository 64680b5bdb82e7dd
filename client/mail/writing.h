/* Drafts: email records that are open, with what stands in a template or was typed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/mail/addressee.h"
#include "client/mail/message.h"

G_BEGIN_DECLS

/* The texts of @template_ (a mail_template) filled in from @record, into subject, body_text and body_html of @email. INVALID: the template is for
 * other records, or names a field that there is not (the message says in which of its texts, and where). */
gboolean satchel_mail_fill (SatchelSession *session, const SatchelRecord *template_, const SatchelRecord *record, SatchelRecord *email,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether that can be done for records of @entity at all. */
gboolean satchel_mail_check_template (SatchelSession *session, const SatchelRecord *template_, const SatchelEntity *entity,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A draft in memory, from the user to @addressee about @record, without texts. Owned. */
SatchelRecord *satchel_mail_new_draft (SatchelSession *session, const SatchelRecord *record, const SatchelAddressee *addressee);

/* Keeps it, with @attachments (SatchelMailAttachment*, may be NULL) as notes, in one transaction. Those of session_create. */
gboolean satchel_mail_keep_draft (SatchelSession *session, SatchelRecord *email, const GPtrArray *attachments,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* SatchelMailAttachment*, owned: the files of the draft's notes. NOT_FOUND: one that has not been fetched yet. */
GPtrArray *satchel_mail_load_attachments (SatchelSession *session, const SatchelRecord *email, GError **error);

G_END_DECLS
