/* SQLite's files in a vault: an sqlite3_file around that of the system.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "client/vault/seal.h"

G_BEGIN_DECLS

/* The system's file follows in memory. */
typedef struct {
  sqlite3_file base;
  sqlite3_file *real;
  SatchelSeal seal;
  const gboolean *replacing; /* of the vault */
  guint8 unit[SATCHEL_FRAME_BYTES];
  guint8 header[SATCHEL_FRAME_HEADER_BYTES]; /* of a frame whose page has not come yet */
  sqlite3_int64 header_place;                /* -1: none */
} SatchelVaultHandle;

/* @handle->real is open. @replacing outlives it. */
void satchel_vault_handle_init (SatchelVaultHandle *handle, const guint8 *profile_key, SatchelSealKind kind,
                                const gboolean *replacing);

/* A file that exists in memory only, for what SQLite keeps while a statement runs. */
typedef struct {
  sqlite3_file base;
  GByteArray *bytes;
} SatchelVaultMemory;
void satchel_vault_memory_init (SatchelVaultMemory *memory);

G_END_DECLS
