/* Passwords by libsodium.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/password.h"

#include "protocol/error.h"

#include <sodium.h>
#include <string.h>

#define PASSES       2
#define MEMORY_BYTES (19 * 1024 * 1024)

char *
satchel_password_hash (const char *password, GError **error)
{
  char hash[crypto_pwhash_STRBYTES];

  if (g_utf8_strlen (password, -1) < SATCHEL_PASSWORD_SHORTEST ||
      strlen (password) > SATCHEL_PASSWORD_LONGEST) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a password needs at least %d characters",
                 SATCHEL_PASSWORD_SHORTEST);
    return NULL;
  }
  if (sodium_init () < 0 || crypto_pwhash_str_alg (hash, password, strlen (password), PASSES, MEMORY_BYTES,
                                                   crypto_pwhash_ALG_ARGON2ID13) != 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "no memory to hash a password");
    return NULL;
  }
  return g_strdup (hash);
}

gboolean
satchel_password_verify (const char *hash, const char *password)
{
  static const guint8 salt[crypto_pwhash_SALTBYTES] = { 0 };
  guint8 scratch[32];

  if (sodium_init () < 0 || strlen (password) > SATCHEL_PASSWORD_LONGEST)
    return FALSE;
  if (hash != NULL)
    return crypto_pwhash_str_verify (hash, password, strlen (password)) == 0;
  (void)!crypto_pwhash (scratch, sizeof scratch, password, strlen (password), salt, PASSES, MEMORY_BYTES,
                        crypto_pwhash_ALG_ARGON2ID13);
  return FALSE;
}
