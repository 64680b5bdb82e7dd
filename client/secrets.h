/* What must stay secret of a profile: in the Secret Service (libsecret), or in a file of mode 0600 where there is none, and the user
 * is told.
 *
 * Never prompts and never waits for long: a keyring that is locked or silent counts as none.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_SECRET_TOKEN, /* the device's, at the server */
  SATCHEL_SECRET_KEY,   /* of the vault that the replica is in */
  SATCHEL_SECRET_N_KINDS
} SatchelSecretKind;

/* @directory is the profile's. *in_file says where it went. STORAGE. */
gboolean satchel_secret_store (SatchelSecretKind kind, const char *directory, const char *secret,
                               gboolean *in_file, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Owned; UNAUTHENTICATED when there is none, or none that can be read now. */
char *satchel_secret_lookup (SatchelSecretKind kind, const char *directory, GError **error);

/* TRUE when it stands in the file. */
gboolean satchel_secret_is_in_file (SatchelSecretKind kind, const char *directory);

/* From both places; nothing to forget is no error. STORAGE. */
gboolean satchel_secret_forget (SatchelSecretKind kind, const char *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
