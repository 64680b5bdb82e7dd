/* A profile's files, sealed: what SQLite writes passes through a file system of its own (sqlite3_vfs) that encrypts and
 * authenticates every page with XChaCha20-Poly1305 of libsodium. README.md here says what that protects and what it does not.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

#define SATCHEL_VAULT_KEY_BYTES 32

typedef struct _SatchelVault SatchelVault;

/* @key: SATCHEL_VAULT_KEY_BYTES, copied. STORAGE. */
SatchelVault *satchel_vault_new (const guint8 *key, GError **error);
/* After the last database opened in it was closed. NULL-safe. */
void          satchel_vault_free (SatchelVault *vault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelVault, satchel_vault_free)

/* Keys for what of a profile is sealed beside its databases; the numbers stay. */
typedef enum { SATCHEL_VAULT_ATTACHMENTS = 1, SATCHEL_VAULT_MIRROR } SatchelVaultPurpose;
void satchel_vault_derive_key (SatchelVault *vault, SatchelVaultPurpose purpose, guint8 key[SATCHEL_VAULT_KEY_BYTES]);

/* Where satchel_database_open_in() finds it. Borrowed; NULL for NULL. */
const SatchelDatabaseStore *satchel_vault_get_store (SatchelVault *vault);

/* While a damaged file is replaced page by page, which reads what is replaced: pages that are not ours are read as empty ones. NULL-safe. */
typedef enum { SATCHEL_VAULT_STRICT, SATCHEL_VAULT_REPLACING } SatchelVaultMode;
void satchel_vault_set_mode (SatchelVault *vault, SatchelVaultMode mode);

/* A new key as text (base64), owned; forgotten with satchel_vault_key_free(). */
char *satchel_vault_key_new (void);
/* FALSE when @text is no key. */
gboolean satchel_vault_key_parse (const char *text, guint8 key[SATCHEL_VAULT_KEY_BYTES]);
void  satchel_vault_key_free (char *text);

/* What stands at @path. */
typedef enum {
  SATCHEL_VAULT_ABSENT, /* nothing, or an empty file */
  SATCHEL_VAULT_OPEN,   /* an ordinary database */
  SATCHEL_VAULT_SEALED, /* anything else: only the key can tell */
} SatchelVaultFile;
SatchelVaultFile satchel_vault_look (const char *path);

G_END_DECLS
