/* The profile's sources at EDS: a group with an address book, a calendar and a task list; and leaving nothing of them.
 *
 *   satchel-group-PROFILE   satchel-contacts-PROFILE   satchel-appointments-PROFILE   satchel-tasks-PROFILE
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libedataserver/libedataserver.h>

#include "client/eds/kind.h"

G_BEGIN_DECLS

/* Whether the session bus knows EDS at all. Starts nothing. */
gboolean satchel_sources_is_available (void);

/* The registry, which is started; its signals come in the thread-default main context. UNREACHABLE. Owned. */
ESourceRegistry *satchel_sources_connect (GError **error);

/* As SATCHEL_MIRROR_CONTACTS… Owned. */
char *satchel_source_uid (const char *profile, guint kind);
/* As people see it. Borrowed. */
const char *satchel_source_name (guint kind);
/* Of its data, below EDS's. Borrowed. */
const char *satchel_source_folder (guint kind);
gboolean satchel_source_is_ours (ESource *source);

/* NULL when it is not there. Owned. */
ESource *satchel_source_find (ESourceRegistry *registry, const char *profile, guint kind);
/* Makes it, with its group; waits until it is there. UNREACHABLE. Owned. */
ESource *satchel_source_make (ESourceRegistry *registry, const char *profile, guint kind, GError **error);

/* Removes the profile's sources, and with them all that EDS keeps of their items: databases, photos, caches, and what it moves into its
 * own waste-basket for a month. @registry may be NULL: then only files. */
gboolean satchel_sources_remove (ESourceRegistry *registry, const char *profile, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Profiles of which EDS has something, by its files: char*, owned. */
GPtrArray *satchel_sources_list_profiles (void);

/* Every address book, calendar and task list of the user that is no mirror: SatchelForeignSource*, owned. */
typedef struct {
  char *uid, *name, *group; /* group: the name of what it belongs to, or NULL */
  const char *entity;       /* what its items would become: contact, appointment, task */
} SatchelForeignSource;
GPtrArray *satchel_sources_list_foreign (GError **error);
/* All items of one of them, as one text: vCards, or a VCALENDAR. *entity as above. NOT_FOUND, UNREACHABLE. Owned. */
char *satchel_source_read (const char *uid, const char **entity, GError **error);

G_END_DECLS
