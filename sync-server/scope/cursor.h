/* Cursors: what a device has seen, as text that it cannot make itself.
 *
 *   EPOCH.S.SEAL    decimal, decimal, 32 characters of base64 (URL-safe): 8 bytes each of BUCKETS, SCHEMA and MAC
 *
 * MAC is BLAKE2b keyed with the organisation's secret over the user's id and EPOCH.S.BUCKETS.SCHEMA, the latter two in 16 hex digits. An edit travels
 * with its cursor four times, so it is written as densely as text may be. Earlier ones, EPOCH.S.BUCKETS.SCHEMA.MAC with all three in hex, are taken as well, for
 * they are good for ever. It is bound to the user, not
 * to the device: a device that gets a new identity (a clone, or a server restored to before the enrolment) keeps what its edits
 * say about the past; a user who swaps the cursors of her own devices deceives herself alone. 64 bits are enough: they can only
 * be tried out against the server, by a signed-in user, and who forges one gains no right (rows are sent, and edits weighed, by
 * the rights of now), but only deceives herself about what she has seen.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  gint64 epoch;
  gint64 s;
  char buckets[17]; /* digest of the list of buckets */
  char schema[17];  /* the first digits of the digest of the definitions that the device was told */
} SatchelCursor;

/* The first 16 characters of @digest when they are hex digits, else zeros. */
void satchel_cursor_set_schema (SatchelCursor *cursor, const char *digest);

char *satchel_cursor_to_text (const SatchelCursor *cursor, const guint8 *secret, gsize secret_size, const char *user);
/* CURSOR for anything that to_text() did not make for this user. */
gboolean satchel_cursor_from_text (const char *text, const guint8 *secret, gsize secret_size, const char *user,
                                   SatchelCursor *cursor, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
