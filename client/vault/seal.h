/* Sealing the units that SQLite writes. In place, without SQLite.
 *
 *   page    [4056 content][24 nonce][16 tag]                          of the file, and of a rollback journal
 *   frame   [4 page number][4 size][8 salts] [8 checksum][page]       of the write-ahead log: a page with what precedes it
 *
 * What is not content (the first 16 bytes of a frame, the kind of file and the place in it) is authenticated, so that nothing can
 * be moved. The 40 bytes at the end of each page are SQLite's reserved bytes: the database leaves them empty.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SATCHEL_PAGE_BYTES         4096
#define SATCHEL_RESERVED_BYTES     40
#define SATCHEL_FRAME_HEADER_BYTES 24
#define SATCHEL_FRAME_BYTES        (SATCHEL_FRAME_HEADER_BYTES + SATCHEL_PAGE_BYTES)

typedef enum { SATCHEL_SEAL_PAGE, SATCHEL_SEAL_FRAME, SATCHEL_SEAL_JOURNAL, SATCHEL_SEAL_N_KINDS } SatchelSealKind;

/* One file open under a profile's key. Each has nonces of its own: 16 random bytes and a counter. */
typedef struct {
  guint8 key[32];
  guint8 nonce[24];
  SatchelSealKind kind;
} SatchelSeal;

void satchel_seal_init (SatchelSeal *seal, const guint8 *profile_key, SatchelSealKind kind);
void satchel_seal_clear (SatchelSeal *seal);

/* @unit: a page, or a frame; @place: its offset in the file. FALSE when reserved bytes are in use: nothing was changed. */
gboolean satchel_seal_close (SatchelSeal *seal, guint8 *unit, gint64 place) G_GNUC_WARN_UNUSED_RESULT;
/* FALSE when it was not sealed so: then its content is gone, too. The reserved bytes come out empty. */
gboolean satchel_seal_open (const SatchelSeal *seal, guint8 *unit, gint64 place) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
