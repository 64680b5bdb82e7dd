/* Signed cursors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/cursor.h"

#include "protocol/error.h"

#include <sodium.h>
#include <string.h>

#define PART_BYTES    8 /* of each digest, and of the MAC; see the header */
#define LONGEST       200
#define DIGEST_DIGITS (2 * PART_BYTES)

static gboolean
is_digest (const char *text)
{
  for (guint i = 0; i < DIGEST_DIGITS; i++) {
    if (!g_ascii_isdigit (text[i]) && !(text[i] >= 'a' && text[i] <= 'f'))
      return FALSE;
  }
  return TRUE;
}

void
satchel_cursor_set_schema (SatchelCursor *cursor, const char *digest)
{
  memset (cursor->schema, '0', DIGEST_DIGITS);
  cursor->schema[DIGEST_DIGITS] = '\0';
  if (digest != NULL && is_digest (digest)) /* stops at the NUL of a shorter text */
    memcpy (cursor->schema, digest, DIGEST_DIGITS);
}

typedef struct {
  guint8 buckets[PART_BYTES], schema[PART_BYTES], mac[PART_BYTES];
} Seal;

static void
make_mac (const SatchelCursor *cursor, const guint8 *secret, gsize secret_size, const char *user,
          guint8 mac[PART_BYTES])
{
  g_autofree char *body = g_strdup_printf ("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%s.%s", cursor->epoch,
                                           cursor->s, cursor->buckets, cursor->schema);
  crypto_generichash_state state;
  guint8 bytes[crypto_generichash_BYTES_MIN];

  crypto_generichash_init (&state, secret, secret_size, sizeof bytes);
  crypto_generichash_update (&state, (const guint8 *)"cursor", sizeof "cursor");
  crypto_generichash_update (&state, (const guint8 *)user, strlen (user) + 1);
  crypto_generichash_update (&state, (const guint8 *)body, strlen (body));
  crypto_generichash_final (&state, bytes, sizeof bytes);
  memcpy (mac, bytes, PART_BYTES);
}

static gboolean
read_hex (const char *text, guint8 bytes[PART_BYTES])
{
  gsize size;

  return strlen (text) == DIGEST_DIGITS && is_digest (text) &&
         sodium_hex2bin (bytes, PART_BYTES, text, DIGEST_DIGITS, NULL, &size, NULL) == 0;
}

static gboolean
read_base64 (const char *text, Seal *seal)
{
  gsize size;

  return sodium_base642bin ((guint8 *)seal, sizeof *seal, text, strlen (text), NULL, &size, NULL,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
         size == sizeof *seal;
}

char *
satchel_cursor_to_text (const SatchelCursor *cursor, const guint8 *secret, gsize secret_size,
                        const char *user)
{
  char text[sodium_base64_ENCODED_LEN (sizeof (Seal), sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
  Seal seal;

  if (!read_hex (cursor->buckets, seal.buckets) || !read_hex (cursor->schema, seal.schema))
    g_assert_not_reached ();
  make_mac (cursor, secret, secret_size, user, seal.mac);
  sodium_bin2base64 (text, sizeof text, (const guint8 *)&seal, sizeof seal,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%s", cursor->epoch, cursor->s, text);
}

/* One spelling alone: of "01" the MAC would be that of 1. */
static gboolean
parse (const char *text, const guint8 *secret, gsize secret_size, const char *user, SatchelCursor *cursor)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *numbers = NULL;
  guint8 mac[PART_BYTES];
  guint n_parts;
  Seal seal;

  if (strnlen (text, LONGEST) == LONGEST)
    return FALSE;
  parts = g_strsplit (text, ".", 6);
  n_parts = g_strv_length (parts);
  if (!(n_parts == 3 && read_base64 (parts[2], &seal)) &&
      !(n_parts == 5 && read_hex (parts[2], seal.buckets) && read_hex (parts[3], seal.schema) &&
        read_hex (parts[4], seal.mac)))
    return FALSE;
  cursor->epoch = g_ascii_strtoll (parts[0], NULL, 10);
  cursor->s = g_ascii_strtoll (parts[1], NULL, 10);
  numbers = g_strdup_printf ("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".", cursor->epoch, cursor->s);
  sodium_bin2hex (cursor->buckets, sizeof cursor->buckets, seal.buckets, PART_BYTES);
  sodium_bin2hex (cursor->schema, sizeof cursor->schema, seal.schema, PART_BYTES);
  make_mac (cursor, secret, secret_size, user, mac);
  return g_str_has_prefix (text, numbers) && sodium_memcmp (mac, seal.mac, PART_BYTES) == 0;
}

gboolean
satchel_cursor_from_text (const char *text, const guint8 *secret, gsize secret_size, const char *user,
                          SatchelCursor *cursor, GError **error)
{
  if (parse (text, secret, secret_size, user, cursor))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CURSOR,
                       "this server did not sign that cursor for this user");
  return FALSE;
}
