/* How records are told on the bus: dictionaries of members; what is empty is left out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "client/session.h"

G_BEGIN_DECLS

/* A builder of a{sv}. @text NULL or "": nothing. */
void satchel_told_add_text (GVariantBuilder *members, const char *name, const char *text);
/* "entity", "id", "title", "link". */
void satchel_told_add_record (GVariantBuilder *members, const SatchelRecord *record);
/* NAME: its title, NAME-id, NAME-link; with several targets NAME-entity. A record that is neither here nor known by its title: nothing. */
void satchel_told_add_lookup (GVariantBuilder *members, SatchelSession *session, const SatchelRecord *record, const char *name,
                              const char *field);
/* As people read it: labels of choices, titles of lookups. Fields that the entity does not have: nothing. */
void satchel_told_add_field (GVariantBuilder *members, SatchelSession *session, const SatchelRecord *record, const char *name,
                             const char *field);

/* What the record holds as plain text; NULL: nothing, or there is no such field. Borrowed. */
const char *satchel_told_peek (const SatchelRecord *record, const char *field);

char *satchel_told_link (const char *entity, const char *id);

G_END_DECLS
