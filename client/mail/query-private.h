/* Asking the replica by values. Private to this room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

/* @field holds one of @values (NULL-terminated, at least one). Owned. */
JsonNode *satchel_mail_condition (const char *field, const char *const *values);

/* Appends SatchelRecord* to @records. Takes @condition (NULL: all); @find as typed into quick find, or NULL. */
gboolean satchel_mail_query (SatchelSession *session, const SatchelEntity *entity, JsonNode *condition, const char *find,
                             gint64 limit, GPtrArray *records, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* satchel_mail_people(); unless @thorough satchel_mail_people_at_hand(). */
GPtrArray *satchel_mail_people_in (SatchelSession *session, const char *address, gboolean thorough, GError **error);

/* Nothing but blanks; NULL is. */
gboolean satchel_mail_is_blank (const char *text);

G_END_DECLS
