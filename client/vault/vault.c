/* The file system that SQLite sees, one for each key; keys.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/vault/vault.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/vault/file.h"
#include "protocol/error.h"

struct _SatchelVault {
  sqlite3_vfs vfs; /* first */
  sqlite3_vfs *real;
  char *name;
  guint8 *key; /* in memory that is not swapped out where the system allows it */
  SatchelDatabaseStore store;
  gboolean replacing;
};

#define REAL(vfs) (((SatchelVault *)(vfs))->real)

/* ---- the file system ---- */

static int
vault_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  SatchelVault *vault = (SatchelVault *)vfs;
  SatchelVaultHandle *handle = (SatchelVaultHandle *)file;
  SatchelSealKind kind;
  int result;

  file->pMethods = NULL;
  if (flags & SQLITE_OPEN_MAIN_DB) {
    kind = SATCHEL_SEAL_PAGE;
  } else if (flags & SQLITE_OPEN_WAL) {
    kind = SATCHEL_SEAL_FRAME;
  } else if (flags & SQLITE_OPEN_MAIN_JOURNAL) {
    kind = SATCHEL_SEAL_JOURNAL;
  } else { /* what is needed while a statement runs */
    satchel_vault_memory_init ((SatchelVaultMemory *)file);
    if (out_flags != NULL)
      *out_flags = flags;
    return SQLITE_OK;
  }
  handle->real = (sqlite3_file *)(handle + 1);
  result = vault->real->xOpen (vault->real, name, handle->real, flags, out_flags);
  if (result == SQLITE_OK)
    satchel_vault_handle_init (handle, vault->key, kind, &vault->replacing);
  return result;
}

static int
vault_delete (sqlite3_vfs *vfs, const char *name, int sync)
{
  return REAL (vfs)->xDelete (REAL (vfs), name, sync);
}

static int
vault_access (sqlite3_vfs *vfs, const char *name, int flags, int *there)
{
  return REAL (vfs)->xAccess (REAL (vfs), name, flags, there);
}

static int
vault_full_path (sqlite3_vfs *vfs, const char *name, int size, char *path)
{
  return REAL (vfs)->xFullPathname (REAL (vfs), name, size, path);
}

static int
vault_randomness (sqlite3_vfs *vfs, int size, char *bytes)
{
  return REAL (vfs)->xRandomness (REAL (vfs), size, bytes);
}

static int
vault_sleep (sqlite3_vfs *vfs, int microseconds)
{
  return REAL (vfs)->xSleep (REAL (vfs), microseconds);
}

static int
vault_time (sqlite3_vfs *vfs, double *days)
{
  return REAL (vfs)->xCurrentTime (REAL (vfs), days);
}

static int
vault_last_error (sqlite3_vfs *vfs, int size, char *text)
{
  return REAL (vfs)->xGetLastError != NULL ? REAL (vfs)->xGetLastError (REAL (vfs), size, text) : 0;
}

static int
vault_time_ms (sqlite3_vfs *vfs, sqlite3_int64 *ms)
{
  return REAL (vfs)->xCurrentTimeInt64 (REAL (vfs), ms);
}

SatchelVault *
satchel_vault_new (const guint8 *key, GError **error)
{
  g_autoptr (SatchelVault) vault = g_new0 (SatchelVault, 1);

  vault->real = sqlite3_vfs_find (NULL);
  if (sodium_init () < 0 || vault->real == NULL ||
      (vault->key = sodium_malloc (SATCHEL_VAULT_KEY_BYTES)) == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "the vault cannot be set up");
    return NULL;
  }
  memcpy (vault->key, key, SATCHEL_VAULT_KEY_BYTES);
  vault->name = g_strdup_printf ("satchel-vault-%p", (void *)vault);
  vault->store = (SatchelDatabaseStore){ .vfs = vault->name, .reserved_bytes = SATCHEL_RESERVED_BYTES };
  vault->vfs = (sqlite3_vfs){
    .iVersion = 2,
    .szOsFile = (int)sizeof (SatchelVaultHandle) + vault->real->szOsFile,
    .mxPathname = vault->real->mxPathname,
    .zName = vault->name,
    .xOpen = vault_open,
    .xDelete = vault_delete,
    .xAccess = vault_access,
    .xFullPathname = vault_full_path,
    .xRandomness = vault_randomness,
    .xSleep = vault_sleep,
    .xCurrentTime = vault_time,
    .xGetLastError = vault_last_error,
    .xCurrentTimeInt64 = vault_time_ms,
  };
  if (sqlite3_vfs_register (&vault->vfs, 0) == SQLITE_OK)
    return g_steal_pointer (&vault);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "the vault cannot be registered");
  return NULL;
}

void
satchel_vault_free (SatchelVault *vault)
{
  if (vault == NULL)
    return;
  if (vault->vfs.zName != NULL)
    sqlite3_vfs_unregister (&vault->vfs);
  sodium_free (vault->key);
  g_free (vault->name);
  g_free (vault);
}

const SatchelDatabaseStore *
satchel_vault_get_store (SatchelVault *vault)
{
  return vault != NULL ? &vault->store : NULL;
}

/* Another context than that of the seals: their keys and these are never the same. */
void
satchel_vault_derive_key (SatchelVault *vault, SatchelVaultPurpose purpose,
                          guint8 key[SATCHEL_VAULT_KEY_BYTES])
{
  crypto_kdf_derive_from_key (key, SATCHEL_VAULT_KEY_BYTES, purpose, "sat.file", vault->key);
}

void
satchel_vault_set_mode (SatchelVault *vault, SatchelVaultMode mode)
{
  if (vault != NULL)
    vault->replacing = mode == SATCHEL_VAULT_REPLACING;
}

/* ---- keys ---- */

#define KEY_VARIANT     sodium_base64_VARIANT_ORIGINAL
#define KEY_TEXT_LENGTH sodium_base64_ENCODED_LEN (SATCHEL_VAULT_KEY_BYTES, KEY_VARIANT)

char *
satchel_vault_key_new (void)
{
  guint8 key[SATCHEL_VAULT_KEY_BYTES];
  char *text = g_malloc (KEY_TEXT_LENGTH);
  int ready = sodium_init ();

  g_assert (ready >= 0); /* only a system without randomness lacks it */
  randombytes_buf (key, sizeof key);
  sodium_bin2base64 (text, KEY_TEXT_LENGTH, key, sizeof key, KEY_VARIANT);
  sodium_memzero (key, sizeof key);
  return text;
}

gboolean
satchel_vault_key_parse (const char *text, guint8 key[SATCHEL_VAULT_KEY_BYTES])
{
  gsize size;

  return sodium_base642bin (key, SATCHEL_VAULT_KEY_BYTES, text, strlen (text), NULL, &size, NULL,
                            KEY_VARIANT) == 0 &&
         size == SATCHEL_VAULT_KEY_BYTES;
}

void
satchel_vault_key_free (char *text)
{
  if (text != NULL)
    sodium_memzero (text, strlen (text));
  g_free (text);
}

/* A process that closes a file, by whatever descriptor, gives up all POSIX locks that it has on it, those of
 * SQLite's connections too (fcntl(2)); another process would then take the file for its own. So what was
 * looked at stays open until it is deleted. */
typedef struct {
  dev_t device;
  ino_t inode;
  int descriptor;
} Looked;

static GMutex looked_lock;
static GArray *looked; /* Looked */

static void
let_go_of_deleted (void)
{
  for (guint i = looked->len; i-- > 0;) {
    struct stat status;
    int descriptor = g_array_index (looked, Looked, i).descriptor;

    if (fstat (descriptor, &status) == 0 && status.st_nlink > 0)
      continue;
    close (descriptor);
    g_array_remove_index_fast (looked, i);
  }
}

/* -1: it is not there, or cannot be read. */
static int
open_to_look (const char *path)
{
  Looked one = { 0 };
  struct stat status;

  if (looked == NULL)
    looked = g_array_new (FALSE, FALSE, sizeof (Looked));
  let_go_of_deleted ();
  if (stat (path, &status) != 0)
    return -1;
  for (guint i = 0; i < looked->len; i++) {
    const Looked *known = &g_array_index (looked, Looked, i);

    if (known->device == status.st_dev && known->inode == status.st_ino)
      return known->descriptor;
  }
  one.descriptor = open (path, O_RDONLY | O_CLOEXEC);
  if (one.descriptor < 0 || fstat (one.descriptor, &status) != 0)
    return one.descriptor;
  one.device = status.st_dev;
  one.inode = status.st_ino;
  g_array_append_val (looked, one);
  return one.descriptor;
}

SatchelVaultFile
satchel_vault_look (const char *path)
{
  static const char magic[16] = "SQLite format 3";
  char head[sizeof magic];
  int descriptor;
  gssize size;

  g_mutex_lock (&looked_lock);
  descriptor = open_to_look (path);
  size = descriptor >= 0 ? pread (descriptor, head, sizeof head, 0) : 0;
  g_mutex_unlock (&looked_lock);
  if (size <= 0)
    return SATCHEL_VAULT_ABSENT;
  return size == sizeof head && memcmp (head, magic, sizeof head) == 0 ? SATCHEL_VAULT_OPEN
                                                                       : SATCHEL_VAULT_SEALED;
}
