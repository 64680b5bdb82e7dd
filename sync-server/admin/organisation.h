/* An organisation's directory: its store, its metadata, who is serving it.
 *
 *     DIR/satchel.db      the store
 *     DIR/metadata/       entities and views, when init was given its own; else the built-in ones hold
 *     DIR/serving.lock    locked by the process that serves
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/server.h"

G_BEGIN_DECLS

/* The metadata of @dir: its own, or the built-in set. Owned. */
SatchelRegistry *satchel_organisation_load_registry (const char *dir, GError **error);
/* Checks the metadata in @from and copies it into @dir, in place of what was there. */
gboolean satchel_organisation_copy_metadata (const char *dir, const char *from,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Opens the organisation with its metadata. */
typedef struct {
  SatchelRegistry *registry;
  SatchelServer *server;
} SatchelOrganisation;
gboolean satchel_organisation_open (const char *dir, SatchelOrganisation *organisation,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_organisation_close (SatchelOrganisation *organisation);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelOrganisation, satchel_organisation_close)

/* The lock of the one process that serves, or that replaces the store. A descriptor to close; -1 and BUSY when it is taken. */
int satchel_organisation_lock (const char *dir, GError **error);

/* Removes what an init that failed has left. */
void satchel_organisation_discard (const char *dir);

G_END_DECLS
