/* What is tracked by itself: the user's rule, kept in the profile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_MAIL_RULE_NONE,    /* "none": nothing; what it is unless she chose */
  SATCHEL_MAIL_RULE_REPLIES, /* "replies": replies to tracked messages */
  SATCHEL_MAIL_RULE_KNOWN,   /* "known": replies, and messages from contacts, leads and accounts that are here, or from her to such */
  SATCHEL_MAIL_RULE_FOLDER,  /* "folder": replies, and what is in one folder */
} SatchelMailRule;

const char *satchel_mail_rule_name (SatchelMailRule rule);
gboolean    satchel_mail_rule_from_name (const char *name, SatchelMailRule *rule); /* FALSE: there is none such */

/* *folder (may be NULL) is owned; NULL but with the rule FOLDER. */
gboolean satchel_mail_rule_get (SatchelSession *session, SatchelMailRule *rule, char **folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* INVALID: FOLDER without one, or one of over 4,096 bytes or with a line end; others take none. */
gboolean satchel_mail_rule_set (SatchelSession *session, SatchelMailRule rule, const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What people call a folder that mail programs know by a URI ("folder://local/Offers/R%26D": "Offers/R&D"); another name is as it is. Valid
 * UTF-8 in one line. Owned. */
char *satchel_mail_folder_dup_title (const char *folder);

/* A message that arrived; strings as the mail program has them, any may be NULL but @message_id. */
typedef struct {
  const char *message_id;
  const char *in_reply_to;
  const char *const *references; /* NULL-terminated */
  const char *const *addresses;  /* the sender's first; none without one; "ana@example.com" or "Ana Pop <ana@example.com>" */
  const char *folder;
} SatchelMailArrival;

/* *wanted: by the rule it should be tracked. FALSE for what she tracks, and what she stopped tracking. */
gboolean satchel_mail_rule_decides (SatchelSession *session, const SatchelMailArrival *arrival, gboolean *wanted,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Messages that she stopped tracking: what the rules leave alone. Of the last 10,000. */
gboolean satchel_mail_stop (SatchelSession *session, const char *message_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_mail_resume (SatchelSession *session, const char *message_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_mail_is_stopped (SatchelSession *session, const char *message_id, gboolean *stopped, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
