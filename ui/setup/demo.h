/* The demo: an organisation with made-up records and its server, on this computer alone, for a profile of its own.
 *
 * It lies in $XDG_STATE_HOME/satchel/demo; the server runs as long as the application that shows the profile "demo".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_DEMO_PROFILE "demo"

typedef struct _SatchelDemo SatchelDemo;
void satchel_demo_free (SatchelDemo *demo); /* ends the server; NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelDemo, satchel_demo_free)

/* Where it lies; owned. */
char    *satchel_demo_dup_directory (void);
gboolean satchel_demo_exists (void);

/* Makes it where there is none, which takes some seconds, starts its server, and signs @desk's profile in where nobody is or the server's
 * address is another one now. NOT_FOUND: the server's program is not installed. */
void         satchel_demo_open_async (SatchelDesk *desk, GAsyncReadyCallback callback, gpointer data);
SatchelDemo *satchel_demo_open_finish (GAsyncResult *result, GError **error);

/* Removes its folder. The server has ended, and the profile is erased by whoever closed it. */
gboolean satchel_demo_remove (GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
