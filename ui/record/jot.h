/* Writing one line about a record: a note, a task, a call that was made. No widgets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/deeds.h"

G_BEGIN_DECLS

typedef enum { SATCHEL_JOT_NOTE, SATCHEL_JOT_TASK, SATCHEL_JOT_CALL, SATCHEL_JOT_N_KINDS } SatchelJotKind;

/* The entity that it makes a record of; NULL when the definitions have none that can be about one of @about. */
const SatchelEntity *satchel_jot_find_entity (SatchelRegistry *registry, SatchelJotKind kind, const SatchelEntity *about);

/* A call is a completed one. What is too long for a subject stands in the text as a whole. RULE for an empty line. */
gboolean satchel_jot_write (SatchelDeeds *deeds, SatchelSession *session, SatchelJotKind kind, const SatchelEntity *about,
                            const char *id, const char *line, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
