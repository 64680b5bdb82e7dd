/* What the callers of a profile did, so that each can take back its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/deeds.h"

G_BEGIN_DECLS

/* Of one caller; what is older is forgotten. */
#define SATCHEL_PAST_MOST 20

typedef struct _SatchelPast SatchelPast;

SatchelPast *satchel_past_new (void);
void         satchel_past_free (SatchelPast *past);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPast, satchel_past_free)

/* @kind is static; @about (may be NULL): the message or item. Takes @deeds; without any, nothing is remembered. */
void satchel_past_add (SatchelPast *past, const char *caller, const char *kind, const char *about, SatchelDeeds *deeds);

/* Takes back the last of @caller. *kind is static, *about owned or NULL. NOT_FOUND: there is nothing; STATE: there is no way back, and it is
 * forgotten. After any other error it can be tried again. */
gboolean satchel_past_undo (SatchelPast *past, const char *caller, SatchelSession *session, const char **kind, char **about,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

void satchel_past_forget (SatchelPast *past, const char *caller);

G_END_DECLS
