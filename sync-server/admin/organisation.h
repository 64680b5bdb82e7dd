/* An organisation's directory: its store, who is serving it.
 *
 *     DIR/satchel.db      the store
 *     DIR/serving.lock    locked by the process that serves
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/admin/arguments.h"
#include "sync-server/organisations.h"
#include "sync-server/server.h"

G_BEGIN_DECLS

typedef struct {
  SatchelServer *server;
} SatchelOrganisation;
gboolean satchel_organisation_open (const char *dir, SatchelOrganisation *organisation,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The directory of the one that --data and --org name, the first one unless told; owned. NOT_FOUND when --org names none. */
char    *satchel_organisation_get_dir (const SatchelArguments *arguments, GError **error);
gboolean satchel_organisation_open_named (const SatchelArguments *arguments, SatchelOrganisation *organisation,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_organisation_close (SatchelOrganisation *organisation);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelOrganisation, satchel_organisation_close)

/* Removes what an init that failed has left. */
void satchel_organisation_discard (const char *dir);

G_END_DECLS
