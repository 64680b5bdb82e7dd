/* The profiles of this computer's user; each is an application of its own, so that two may be open side by side.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Names, in order, of those below @data_dir (NULL: $XDG_DATA_HOME/satchel). char*, owned. */
GPtrArray *satchel_profiles_list (const char *data_dir);

/* Shows the profile's window; makes the profile where there is none. INVALID for a name that cannot be one. */
gboolean satchel_profiles_open (const char *profile, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The demo's; it is made where there is none (demo.h). */
gboolean satchel_profiles_open_demo (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The application's id for it: an ordinary one, with a part of its own for any but the default profile. Owned. */
char *satchel_profiles_dup_application_id (const char *base, const char *profile);

G_END_DECLS
