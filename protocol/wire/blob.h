/* Messages about attachments: POST /v1/blob/begin, /v1/blob/put, /v1/blob/get (protocol/WIRE.md). Bytes travel in pieces of at most
 * SATCHEL_BLOB_PIECE_BYTES, so that a link that drops costs a piece.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* ---- begin: what the device wants to send ---- */
typedef struct {
  char *hash; /* SHA-256, 64 lower-case hex digits */
  gint64 size_bytes;
} SatchelBlobBegin;

/* Answer to begin and put. */
typedef struct {
  gint64 have_bytes; /* the next piece begins here */
  gboolean done;     /* nothing more is needed: sets may name the hash */
} SatchelBlobState;

/* ---- put: one line of JSON {"hash","offset"}, a line feed, and the bytes ---- */
typedef struct {
  char *hash;
  gint64 offset;
  GBytes *bytes;
} SatchelBlobPiece;

/* ---- get: answered with bytes from @offset, none at the end ---- */
typedef struct {
  char *entity, *record, *field;
  char *hash; /* what the field held when it was asked for first: another value meanwhile is NOT_FOUND */
  gint64 offset;
} SatchelBlobGet;

void satchel_blob_begin_free (SatchelBlobBegin *message);
void satchel_blob_piece_free (SatchelBlobPiece *message);
void satchel_blob_get_free (SatchelBlobGet *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelBlobBegin, satchel_blob_begin_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelBlobPiece, satchel_blob_piece_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelBlobGet, satchel_blob_get_free)

/* 64 lower-case hex digits: nothing else may become part of a path. */
gboolean satchel_blob_hash_is_valid (const char *hash);

/* to_text: owned. from_text: NULL and INVALID or TOO_LARGE for anything but that message. */
char             *satchel_blob_begin_to_text (const SatchelBlobBegin *message);
SatchelBlobBegin *satchel_blob_begin_from_text (const char *text, gsize length, GError **error);
char             *satchel_blob_state_to_text (const SatchelBlobState *state);
gboolean satchel_blob_state_from_text (const char *text, gsize length, SatchelBlobState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes           *satchel_blob_piece_to_bytes (const SatchelBlobPiece *message);
SatchelBlobPiece *satchel_blob_piece_from_bytes (GBytes *bytes, GError **error);
char             *satchel_blob_get_to_text (const SatchelBlobGet *message);
SatchelBlobGet   *satchel_blob_get_from_text (const char *text, gsize length, GError **error);

G_END_DECLS
