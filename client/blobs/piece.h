/* How pieces of an attachment stand in a file: as they are, or sealed (store.h has the layout).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "client/vault/vault.h"

G_BEGIN_DECLS

typedef struct {
  gboolean sealed;
  guint8 key[SATCHEL_VAULT_KEY_BYTES];
} SatchelPieces;

void satchel_pieces_init (SatchelPieces *pieces, SatchelVault *vault); /* NULL: not sealed */
void satchel_pieces_clear (SatchelPieces *pieces);

/* Bytes of a file that holds @size bytes of an attachment. */
gint64 satchel_pieces_stored (const SatchelPieces *pieces, gint64 size);

/* The piece that begins at @start of the attachment, whole. FALSE with errno; what was altered is EBADMSG, what is too short ENODATA. */
gboolean satchel_pieces_write (const SatchelPieces *pieces, int file, gint64 start, const guint8 *piece, gsize length) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_pieces_read (const SatchelPieces *pieces, int file, gint64 start, guint8 *piece, gsize length) G_GNUC_WARN_UNUSED_RESULT;

/* pread() until @length or the end; -1 with errno. */
gssize satchel_pieces_read_full (int file, guint8 *bytes, gsize length, gint64 at);

G_END_DECLS
