/* What is done to messages: tracked, told what they are about, made into records, given up; one after the other, each read in a
 * thread and handed to the agent. What came of it is shown in the reader's bar, with the way back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <camel/camel.h>
#include <e-util/e-util.h>

#include "client/evolution/message.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_DEED_TRACK,
  SATCHEL_DEED_REGARDING, /* tracks what is not tracked */
  SATCHEL_DEED_CONVERT,   /* likewise */
  SATCHEL_DEED_UNTRACK,
} SatchelDeedKind;

typedef struct {
  SatchelDeedKind kind;
  const char *entity; /* REGARDING, TRACK: what it is about (NULL: nothing is said, "": nothing); CONVERT: what it becomes */
  const char *id;
  const char *title;    /* of what it is about */
  gboolean attachments; /* are stored as well */
} SatchelDeed;

/* @uids: of char. @activity (NULL: none) shows how far it is, and cancels the rest. */
void satchel_mail_do (const SatchelDeed *deed, CamelFolder *folder, const GPtrArray *uids, EAlertSink *sink, EActivity *activity);

/* A message that is leaving; @sink may be NULL. */
void satchel_mail_do_sent (const SatchelDeed *deed, CamelMimeMessage *message, EAlertSink *sink);

G_END_DECLS
