/* Tracking: a message becomes one activity of the CRM, however many people and machines track it, and stays that until
 * nobody tracks it any more. All of it is local and works offline.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/deeds.h"
#include "client/mail/message.h"
#include "client/session.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_MAIL_BY_SENDER, /* outgoing when the user is its sender */
  SATCHEL_MAIL_INCOMING,
  SATCHEL_MAIL_OUTGOING,
} SatchelMailDirection;

typedef enum {
  SATCHEL_MAIL_ATTACH_NONE,
  SATCHEL_MAIL_ATTACH_ALL,   /* but for what is shown within the HTML */
  SATCHEL_MAIL_ATTACH_NAMED, /* those of attachment_names; NOT_FOUND for a name that the message does not have */
} SatchelMailAttach;

typedef struct {
  const char *regarding_entity; /* NULL: inherited along the thread, unless it has one already */
  const char *regarding_id;
  SatchelMailAttach attach;
  const char *const *attachment_names; /* NULL-terminated */
  gboolean attach_source;              /* the message as it is, too: "message.eml" */
  SatchelMailDirection direction;
} SatchelTrackOptions;

typedef struct {
  char *id;               /* of the email */
  gboolean joined;        /* it was tracked before: by a colleague, or by her */
  char *regarding_entity; /* NULL: none */
  char *regarding_id;
  guint n_attachments;    /* that were added */
  gboolean cut;           /* a text was too long for its field: the record says so at its end */
} SatchelTracked;
void satchel_tracked_clear (SatchelTracked *tracked);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelTracked, satchel_tracked_clear)

/* One local transaction. @options NULL: all zero. @deeds (NULL: nobody wants to take it back) remembers what was done. *tracked is filled on success.
 * NOT_FOUND, REFERENCE for a regarding that is not here or is no such thing; TOO_LARGE; those of writes (client/session.h). */
gboolean satchel_mail_track (SatchelSession *session, const SatchelMessage *message, const SatchelTrackOptions *options,
                             SatchelDeeds *deeds, SatchelTracked *tracked, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* She does not track it any more; the record goes when nobody does. Messages are remembered as stopped (rules.h). NOT_FOUND: no such message is tracked;
 * STATE: not by her. */
gboolean satchel_mail_untrack (SatchelSession *session, const char *message_id, SatchelDeeds *deeds,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @entity NULL: nothing. NOT_FOUND, REFERENCE, and those of writes. */
gboolean satchel_mail_set_regarding (SatchelSession *session, const char *message_id, const char *entity, const char *id,
                                     SatchelDeeds *deeds, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The record of a message, as far as it is here; NULL without an error: there is none. With several (colleagues whose records she may not read made
 * hers stand alone, protocol/README.md "Once") the one that she tracks herself. Owned. */
SatchelRecord *satchel_mail_find_record (SatchelSession *session, const char *message_id, GError **error);
char          *satchel_mail_find (SatchelSession *session, const char *message_id, GError **error); /* its id */

/* Whether the user herself tracks it. */
gboolean satchel_mail_is_tracked (SatchelSession *session, const SatchelRecord *email);

/* The id that every device of the organisation gives the record of this message. Owned. */
char *satchel_mail_record_id (const char *organisation, const SatchelMessage *message);

G_END_DECLS
