/* What the list of messages shows: the user flag $CrmTracked, a keyword where the mail server keeps keywords, and the label with a
 * colour that Evolution gives to it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <camel/camel.h>

G_BEGIN_DECLS

#define SATCHEL_MARK "$CrmTracked"

/* Gives the flag its label, where the user has none for it yet; follows what the agent tells of messages that were noted. */
void satchel_marks_start (void);

gboolean satchel_marks_has (CamelFolder *folder, const char *uid);

/* That folder's messages are in a list that is shown: each gets its flag or loses it, as the agent knows them, now and whenever
 * that changes. */
void satchel_marks_show (CamelFolder *folder);

/* This message is in that folder: its flag is set to what the agent knows, now and whenever that changes. The last few thousand
 * messages that were seen or tracked are remembered, while the program runs. */
void satchel_marks_note (CamelFolder *folder, const char *uid, const char *message_id);

/* The same where it is known already that it is tracked. */
void satchel_marks_set (CamelFolder *folder, const char *uid, const char *message_id, gboolean tracked);

G_END_DECLS
