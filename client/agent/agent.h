/* All profiles of a user, each with its keeper, and the D-Bus interface over them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SatchelAgent SatchelAgent;

/* Looks after the profiles below @data_dir, those that come later too. @refused is called when another agent runs already.
 * Everything happens in the default main context. STORAGE. */
SatchelAgent *satchel_agent_new (const char *data_dir, void (*refused) (gpointer data), gpointer data, GError **error);
void          satchel_agent_free (SatchelAgent *agent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelAgent, satchel_agent_free)

G_END_DECLS
