/* Which messages the user tracks, as the summaries of folders know messages: by hashes of their Message-IDs. Asked of the agent when it
 * comes, and when it tells of messages that are not known here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <camel/camel.h>

G_BEGIN_DECLS

/* @changed is called in the main loop when there is something new to be known. Once. */
void satchel_known_start (void (*changed) (void));

/* Asks the agent for all of them. */
void satchel_known_ask (void);

/* It is known already of this one. */
void satchel_known_put (const char *message_id, gboolean tracked);

/* What is known at one moment, for any thread; NULL: nothing yet. */
typedef struct _SatchelKnown SatchelKnown;
SatchelKnown *satchel_known_ref (void);
void          satchel_known_unref (SatchelKnown *known);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelKnown, satchel_known_unref)

/* Whether it holds still. From any thread. */
gboolean satchel_known_is_current (const SatchelKnown *known);

/* FALSE: nobody knows. */
gboolean satchel_known_tell (const SatchelKnown *known, const CamelMessageInfo *info, gboolean *tracked);

G_END_DECLS
