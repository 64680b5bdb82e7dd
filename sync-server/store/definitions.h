/* The definitions of entities that hold in a store: the program's own, changed by those of the organisation. The latter stand
 * in the store, as one document a version (data/README.md, “Customising”); clock.metadata names the version that holds.
 *
 * Registries are made once a version, shared by all connections, and live as long as the SatchelDefinitions: versions are few,
 * and whoever borrowed a definition may keep it. Any thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"
#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

typedef struct _SatchelDefinitions SatchelDefinitions;

/* @base: the program's own. */
SatchelDefinitions *satchel_definitions_new (SatchelRegistry *base);
SatchelDefinitions *satchel_definitions_ref (SatchelDefinitions *definitions);
void                satchel_definitions_unref (SatchelDefinitions *definitions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelDefinitions, satchel_definitions_unref)

SatchelRegistry *satchel_definitions_get_base (SatchelDefinitions *definitions);
/* The last one that load() gave to anyone, or the base. */
SatchelRegistry *satchel_definitions_get_latest (SatchelDefinitions *definitions);

/* What holds in the store behind @database, and its version; borrowed. */
SatchelRegistry *satchel_definitions_load (SatchelDefinitions *definitions, SatchelDatabase *database, gint64 *version,
                                           GError **error);

/* The organisation's own definitions of @version; owned. An empty document for version 0. */
char *satchel_definitions_read (SatchelDatabase *database, gint64 version, GError **error);

/* ---- changing; within the caller's transaction ---- */

/* Makes @text the version that holds from the commit on. @user may be NULL: the command line. */
gboolean satchel_definitions_write (SatchelDatabase *database, const char *text, const char *digest, gint64 s, gint64 at_ms,
                                    const char *user, gint64 *version, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Tables, search indexes and columns of @registry; a field that is new gets its default in the rows that are there. */
gboolean satchel_definitions_make_tables (SatchelDatabase *database, SatchelRegistry *registry,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many rows hold what @field would not take: longer than its length, below its minimum or above its maximum. */
gboolean satchel_definitions_count_misfits (SatchelDatabase *database, const SatchelEntity *entity, const SatchelField *field,
                                            gint64 *n, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
