/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sealing.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <unistd.h>

#include "client/secrets.h"
#include "protocol/error.h"

static SatchelVault *
vault_for (char *text, GError **error)
{
  guint8 key[SATCHEL_VAULT_KEY_BYTES];
  SatchelVault *vault = NULL;

  if (satchel_vault_key_parse (text, key))
    vault = satchel_vault_new (key, error);
  else
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT,
                         _ ("the key of these records is damaged"));
  sodium_memzero (key, sizeof key);
  satchel_vault_key_free (text);
  return vault;
}

/* One that is there is of a replica that was about to be made. */
static char *
find_or_make_key (const char *directory, GError **error)
{
  char *text = satchel_secret_lookup (SATCHEL_SECRET_KEY, directory, NULL);
  gboolean in_file;

  if (text != NULL)
    return text;
  text = satchel_vault_key_new ();
  if (satchel_secret_store (SATCHEL_SECRET_KEY, directory, text, &in_file, error))
    return text;
  satchel_vault_key_free (text);
  return NULL;
}

static gboolean
lock_directory (const char *directory, int *lock, GError **error)
{
  *lock = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (*lock >= 0 && flock (*lock, LOCK_EX) == 0)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", directory, g_strerror (errno));
  return FALSE;
}

gboolean
satchel_sealing_find (const char *directory, const char *path, SatchelVault **vault, int *lock,
                      GError **error)
{
  SatchelVaultFile there = satchel_vault_look (path);
  char *key;

  *vault = NULL;
  *lock = -1;
  if (there == SATCHEL_VAULT_ABSENT) {
    if (!lock_directory (directory, lock, error))
      return FALSE;
    there = satchel_vault_look (path);
  }
  if (there == SATCHEL_VAULT_OPEN)
    return TRUE;
  if (there == SATCHEL_VAULT_ABSENT)
    key = find_or_make_key (directory, error);
  else
    key = satchel_secret_lookup (SATCHEL_SECRET_KEY, directory, error);
  if (key != NULL)
    *vault = vault_for (key, error);
  return *vault != NULL;
}
