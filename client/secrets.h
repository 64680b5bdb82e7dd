/* The device's token: in the Secret Service (libsecret), or in a file of mode 0600 where there is none, and the user is told.
 *
 * Never prompts and never waits for long: a keyring that is locked or silent counts as none.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @directory is the profile's. *in_file says where the token went. STORAGE. */
gboolean satchel_secret_store (const char *directory, const char *token, gboolean *in_file,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Owned; UNAUTHENTICATED when there is none, or none that can be read now. */
char *satchel_secret_lookup (const char *directory, GError **error);

/* TRUE when the token stands in the file. */
gboolean satchel_secret_is_in_file (const char *directory);

/* From both places; nothing to forget is no error. STORAGE. */
gboolean satchel_secret_forget (const char *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
