/* Titles of records that the user may read but does not carry, so that the lookups which name them show more than an id.
 *
 *   stub (id, entity, title)
 *
 * A stub is here as long as a row of the replica, shown or kept aside, names it. Which rows lost a name is noted while a
 * pull writes them, so that collecting looks at those few alone; satchel_stubs_sweep() looks at all. Records of entities that
 * are always carried have no stubs. Within the caller's transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"
#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

/* The step that creates the table. */
extern const char satchel_stubs_schema[];

/* Owned; NULL when there is none. */
char *satchel_stubs_dup_title (SatchelDatabase *database, const char *entity, const char *id);

/* The same as an expression of SQL, for the record whose id is the expression @id. Owned. */
char *satchel_stubs_title_sql (const char *id);

gboolean satchel_stubs_put (SatchelDatabase *database, const SatchelEntity *entity, const char *id, const char *title,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The record itself came, or may not be known any more. */
gboolean satchel_stubs_remove (SatchelDatabase *database, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All of them, or (@entity) those of one entity. */
gboolean satchel_stubs_clear (SatchelDatabase *database, const SatchelEntity *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those that nothing names. */
gboolean satchel_stubs_sweep (SatchelDatabase *database, SatchelRegistry *registry, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- for the time of one pull ---- */

typedef struct _SatchelStubWatch SatchelStubWatch;

SatchelStubWatch *satchel_stub_watch_new (SatchelDatabase *database, SatchelRegistry *registry, GError **error);
void              satchel_stub_watch_free (SatchelStubWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelStubWatch, satchel_stub_watch_free)

/* Before the lookups of a row change, or it goes. */
gboolean satchel_stub_watch_note (SatchelStubWatch *watch, const SatchelEntity *entity, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* So many rows go that noting each is not worth it. */
void     satchel_stub_watch_note_all (SatchelStubWatch *watch);
/* Drops the stubs that nothing names any more among those that were named by what was noted. */
gboolean satchel_stub_watch_collect (SatchelStubWatch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
