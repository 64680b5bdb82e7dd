/* What happened lately about some people: activities of every kind, the latest first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

/* @subjects: a set of "entity:id", contacts, leads and accounts. The first @limit of all activities that are about one of them, or done with its account, or in
 * which one takes part:
 * SatchelRecord*, owned. */
GPtrArray *satchel_recent_collect (SatchelSession *session, GHashTable *subjects, guint limit, GError **error);

/* When it was sent; else when it was done; else when it is to be; else when it came to be. Milliseconds since 1970. */
gint64 satchel_recent_get_time (const SatchelRecord *record);

/* Those of @entity (NULL: all) with commas between, for a condition; "": none. @whole: with the entity. Owned. */
char *satchel_recent_join (GHashTable *subjects, const char *entity, gboolean whole);

G_END_DECLS
