/* Which vault a profile's replica is in: finding its key, or making it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/vault/vault.h"

G_BEGIN_DECLS

/* How what lies on the disk is protected. */
typedef enum {
  SATCHEL_SEALING_NONE,      /* as it is */
  SATCHEL_SEALING_KEY_THERE, /* sealed, but its key lies beside it in a file: there is no keyring */
  SATCHEL_SEALING_SEALED,
} SatchelSealing;

/* For the replica at @path in the profile's @directory. *vault is owned, NULL for a replica that is there and not sealed. Where there
 * is no replica yet, a key is made; *lock then keeps other processes from doing the same, until it is closed once the replica is
 * open (else -1). UNAUTHENTICATED when the key cannot be had now; STORAGE. */
gboolean satchel_sealing_find (const char *directory, const char *path, SatchelVault **vault, int *lock,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
