/* Leaving nothing of a profile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Forgets key and token of the profile in @directory, in this order, and removes the folder with all that is in it: what the
 * server demands of a device that was given up for lost (SATCHEL_ERROR_WIPED). The session is closed already. Goes on where something
 * refuses; STORAGE when anything is left. */
gboolean satchel_profile_erase (const char *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
