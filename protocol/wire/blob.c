/* Messages about attachments.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/blob.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/json.h"
#include "protocol/wire/members.h"

#define HASH_DIGITS     64
#define MOST_HEAD_BYTES 256 /* of a piece */

void
satchel_blob_begin_free (SatchelBlobBegin *message)
{
  g_free (message->hash);
  g_free (message);
}

void
satchel_blob_piece_free (SatchelBlobPiece *message)
{
  g_free (message->hash);
  g_clear_pointer (&message->bytes, g_bytes_unref);
  g_free (message);
}

void
satchel_blob_get_free (SatchelBlobGet *message)
{
  g_free (message->entity);
  g_free (message->record);
  g_free (message->field);
  g_free (message->hash);
  g_free (message);
}

gboolean
satchel_blob_hash_is_valid (const char *hash)
{
  return strlen (hash) == HASH_DIGITS && strspn (hash, "0123456789abcdef") == HASH_DIGITS;
}

static gboolean
check_hash (const char *hash, GError **error)
{
  if (satchel_blob_hash_is_valid (hash))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a hash is 64 lower-case hex digits");
  return FALSE;
}

/* ---- begin ---- */

char *
satchel_blob_begin_to_text (const SatchelBlobBegin *message)
{
  return g_strdup_printf ("{\"hash\":\"%s\",\"size\":%" G_GINT64_FORMAT "}", message->hash,
                          message->size_bytes);
}

SatchelBlobBegin *
satchel_blob_begin_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  g_autoptr (SatchelBlobBegin) message = NULL;
  SatchelMembers members;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "an announced attachment");
  message = g_new0 (SatchelBlobBegin, 1);
  message->hash = g_strdup (satchel_members_require_string (&members, "hash"));
  message->size_bytes = satchel_members_require_integer (&members, "size", 0, G_MAXINT64);
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error) ||
      !check_hash (message->hash, error))
    return NULL;
  if (message->size_bytes > SATCHEL_MAX_BLOB_BYTES) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "an attachment has at most %d MiB",
                 (int)(SATCHEL_MAX_BLOB_BYTES / (1024 * 1024)));
    return NULL;
  }
  return g_steal_pointer (&message);
}

/* ---- state ---- */

char *
satchel_blob_state_to_text (const SatchelBlobState *state)
{
  return g_strdup_printf ("{\"have\":%" G_GINT64_FORMAT ",\"done\":%s}", state->have_bytes,
                          state->done ? "true" : "false");
}

gboolean
satchel_blob_state_from_text (const char *text, gsize length, SatchelBlobState *state, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  SatchelMembers members;

  if (node == NULL)
    return FALSE;
  satchel_members_open (&members, node, "the state of an attachment");
  state->have_bytes = satchel_members_require_integer (&members, "have", 0, G_MAXINT64);
  state->done = satchel_members_require_boolean (&members, "done");
  return satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error);
}

/* ---- put ---- */

GBytes *
satchel_blob_piece_to_bytes (const SatchelBlobPiece *message)
{
  g_autofree char *head =
      g_strdup_printf ("{\"hash\":\"%s\",\"offset\":%" G_GINT64_FORMAT "}\n", message->hash, message->offset);
  GByteArray *body = g_byte_array_sized_new (strlen (head) + g_bytes_get_size (message->bytes));

  g_byte_array_append (body, (const guint8 *)head, strlen (head));
  g_byte_array_append (body, g_bytes_get_data (message->bytes, NULL), g_bytes_get_size (message->bytes));
  return g_byte_array_free_to_bytes (body);
}

SatchelBlobPiece *
satchel_blob_piece_from_bytes (GBytes *bytes, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  const char *end = size > 0 ? memchr (text, '\n', MIN (size, MOST_HEAD_BYTES)) : NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (SatchelBlobPiece) message = NULL;
  SatchelMembers members;

  if (end == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a piece begins with a line of JSON");
    return NULL;
  }
  node = satchel_json_parse (text, end - text, error);
  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a piece of an attachment");
  message = g_new0 (SatchelBlobPiece, 1);
  message->hash = g_strdup (satchel_members_require_string (&members, "hash"));
  message->offset = satchel_members_require_integer (&members, "offset", 0, SATCHEL_MAX_BLOB_BYTES);
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error) ||
      !check_hash (message->hash, error))
    return NULL;
  message->bytes = g_bytes_new_from_bytes (bytes, end + 1 - text, size - (end + 1 - text));
  if (g_bytes_get_size (message->bytes) > SATCHEL_BLOB_PIECE_BYTES) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "the piece is too large");
    return NULL;
  }
  return g_steal_pointer (&message);
}

/* ---- get ---- */

char *
satchel_blob_get_to_text (const SatchelBlobGet *message)
{
  return g_strdup_printf (
      "{\"entity\":\"%s\",\"record\":\"%s\",\"field\":\"%s\",\"hash\":\"%s\",\"offset\":%" G_GINT64_FORMAT
      "}",
      message->entity, message->record, message->field, message->hash, message->offset);
}

SatchelBlobGet *
satchel_blob_get_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  g_autoptr (SatchelBlobGet) message = NULL;
  SatchelMembers members;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a request for an attachment");
  message = g_new0 (SatchelBlobGet, 1);
  message->entity = g_strdup (satchel_members_require_name (&members, "entity"));
  message->record = g_strdup (satchel_members_require_id (&members, "record"));
  message->field = g_strdup (satchel_members_require_name (&members, "field"));
  message->hash = g_strdup (satchel_members_require_string (&members, "hash"));
  message->offset = satchel_members_require_integer (&members, "offset", 0, SATCHEL_MAX_BLOB_BYTES);
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error) ||
      !check_hash (message->hash, error))
    return NULL;
  return g_steal_pointer (&message);
}
