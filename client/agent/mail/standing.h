/* How a tracked record stands: whose it is, what it is about, whether the server has it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "client/session.h"

G_BEGIN_DECLS

typedef struct _SatchelStanding SatchelStanding;

/* For some records asked one after the other: what is refused is looked up once. */
SatchelStanding *satchel_standing_new (SatchelSession *session, GError **error);
void             satchel_standing_free (SatchelStanding *standing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelStanding, satchel_standing_free)

/* a{sv}, the members of State in the interface; floating. */
GVariant *satchel_standing_tell (SatchelStanding *standing, const SatchelRecord *record, gboolean tracked, GError **error);

G_END_DECLS
