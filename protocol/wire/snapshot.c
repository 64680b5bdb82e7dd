/* Messages about a replica's image.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/snapshot.h"

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/blob.h"
#include "protocol/wire/json.h"
#include "protocol/wire/members.h"

void
satchel_snapshot_request_free (SatchelSnapshotRequest *message)
{
  g_free (message->schema);
  g_free (message);
}

void
satchel_snapshot_head_free (SatchelSnapshotHead *message)
{
  g_free (message->id);
  g_free (message->hash);
  g_free (message->cursor);
  g_free (message->metadata);
  g_free (message);
}

void
satchel_snapshot_get_free (SatchelSnapshotGet *message)
{
  g_free (message->id);
  g_free (message);
}

/* ---- request ---- */

char *
satchel_snapshot_request_to_text (const SatchelSnapshotRequest *message)
{
  JsonObject *object = json_object_new ();

  if (message->schema != NULL)
    json_object_set_string_member (object, "schema", message->schema);
  return satchel_json_print_object (object);
}

SatchelSnapshotRequest *
satchel_snapshot_request_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  g_autoptr (SatchelSnapshotRequest) message = NULL;
  SatchelMembers members;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a request for a snapshot");
  message = g_new0 (SatchelSnapshotRequest, 1);
  message->schema = g_strdup (satchel_members_get_string (&members, "schema"));
  return satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error) ? g_steal_pointer (&message)
                                                                              : NULL;
}

/* ---- head ---- */

char *
satchel_snapshot_head_to_text (const SatchelSnapshotHead *message)
{
  JsonObject *object = json_object_new ();

  if (message->id == NULL)
    return satchel_json_print_object (object);
  json_object_set_string_member (object, "id", message->id);
  json_object_set_int_member (object, "s", message->s);
  json_object_set_int_member (object, "bytes", message->bytes);
  json_object_set_int_member (object, "image_bytes", message->image_bytes);
  json_object_set_int_member (object, "rows", message->rows);
  json_object_set_string_member (object, "hash", message->hash);
  json_object_set_string_member (object, "cursor", message->cursor);
  if (message->metadata != NULL)
    json_object_set_string_member (object, "metadata", message->metadata);
  return satchel_json_print_object (object);
}

static gboolean
read_head (SatchelSnapshotHead *message, JsonNode *node, GError **error)
{
  SatchelMembers members;
  JsonNode *metadata;

  satchel_members_open (&members, node, "the head of a snapshot");
  message->id = g_strdup (satchel_members_require_string (&members, "id"));
  message->s = satchel_members_require_integer (&members, "s", 0, G_MAXINT64);
  message->bytes = satchel_members_require_integer (&members, "bytes", 1, SATCHEL_MAX_SNAPSHOT_BYTES);
  message->image_bytes =
      satchel_members_require_integer (&members, "image_bytes", 1, SATCHEL_MAX_IMAGE_BYTES);
  message->rows = satchel_members_require_integer (&members, "rows", 0, G_MAXINT64);
  message->hash = g_strdup (satchel_members_require_string (&members, "hash"));
  message->cursor = g_strdup (satchel_members_require_string (&members, "cursor"));
  metadata = satchel_members_get_node (&members, "metadata");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return FALSE;
  message->metadata = metadata != NULL ? g_strdup (satchel_json_get_string (metadata)) : NULL;
  if (satchel_blob_hash_is_valid (message->hash) && *message->cursor != '\0' &&
      (metadata != NULL) == (message->metadata != NULL))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                       "the head of a snapshot: a hash, a cursor and definitions are texts");
  return FALSE;
}

SatchelSnapshotHead *
satchel_snapshot_head_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  g_autoptr (SatchelSnapshotHead) message = NULL;

  if (node == NULL)
    return NULL;
  message = g_new0 (SatchelSnapshotHead, 1);
  if (JSON_NODE_HOLDS_OBJECT (node) && !json_object_has_member (json_node_get_object (node), "id"))
    return g_steal_pointer (&message);
  return read_head (message, node, error) ? g_steal_pointer (&message) : NULL;
}

/* ---- get ---- */

char *
satchel_snapshot_get_to_text (const SatchelSnapshotGet *message)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", message->id);
  json_object_set_int_member (object, "offset", message->offset);
  return satchel_json_print_object (object);
}

SatchelSnapshotGet *
satchel_snapshot_get_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  g_autoptr (SatchelSnapshotGet) message = NULL;
  SatchelMembers members;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a request for a piece of a snapshot");
  message = g_new0 (SatchelSnapshotGet, 1);
  message->id = g_strdup (satchel_members_require_string (&members, "id"));
  message->offset = satchel_members_require_integer (&members, "offset", 0, G_MAXINT64);
  return satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error) ? g_steal_pointer (&message)
                                                                              : NULL;
}
