/* Signed cursors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/cursor.h"

#include "protocol/error.h"

#include <sodium.h>
#include <string.h>

#define MAC_BYTES     8 /* see the header */
#define LONGEST       200
#define DIGEST_DIGITS 16

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

static void
make_mac (const char *body, const guint8 *secret, gsize secret_size, const char *user,
          char mac[2 * MAC_BYTES + 1])
{
  crypto_generichash_state state;
  guint8 bytes[crypto_generichash_BYTES_MIN];

  crypto_generichash_init (&state, secret, secret_size, sizeof bytes);
  crypto_generichash_update (&state, (const guint8 *)"cursor", sizeof "cursor");
  crypto_generichash_update (&state, (const guint8 *)user, strlen (user) + 1);
  crypto_generichash_update (&state, (const guint8 *)body, strlen (body));
  crypto_generichash_final (&state, bytes, sizeof bytes);
  sodium_bin2hex (mac, 2 * MAC_BYTES + 1, bytes, MAC_BYTES);
}

char *
satchel_cursor_to_text (const SatchelCursor *cursor, const guint8 *secret, gsize secret_size,
                        const char *user)
{
  g_autofree char *body = g_strdup_printf ("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%s.%s", cursor->epoch,
                                           cursor->s, cursor->buckets, cursor->schema);
  char mac[2 * MAC_BYTES + 1];

  make_mac (body, secret, secret_size, user, mac);
  return g_strconcat (body, ".", mac, NULL);
}

static gboolean
parse (const char *text, const guint8 *secret, gsize secret_size, const char *user, SatchelCursor *cursor)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *body = NULL;
  char mac[2 * MAC_BYTES + 1];

  if (strnlen (text, LONGEST) == LONGEST)
    return FALSE;
  parts = g_strsplit (text, ".", 6);
  if (g_strv_length (parts) != 5 || strlen (parts[2]) != DIGEST_DIGITS ||
      strlen (parts[3]) != DIGEST_DIGITS || strlen (parts[4]) != 2 * MAC_BYTES)
    return FALSE;
  body = g_strndup (text, strlen (text) - strlen (parts[4]) - 1);
  make_mac (body, secret, secret_size, user, mac);
  if (sodium_memcmp (mac, parts[4], 2 * MAC_BYTES) != 0)
    return FALSE;

  /* What the server has signed has the right form. */
  cursor->epoch = g_ascii_strtoll (parts[0], NULL, 10);
  cursor->s = g_ascii_strtoll (parts[1], NULL, 10);
  g_strlcpy (cursor->buckets, parts[2], sizeof cursor->buckets);
  g_strlcpy (cursor->schema, parts[3], sizeof cursor->schema);
  return TRUE;
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
