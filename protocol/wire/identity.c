/* Writing and strict reading of the identity messages.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/identity.h"

#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/wire/members.h"
#include "protocol/wire/message.h"

void
satchel_device_answer_free (SatchelDeviceAnswer *message)
{
  if (message == NULL)
    return;
  g_free (message->device);
  g_free (message->token);
  g_free (message);
}

char *
satchel_device_answer_to_text (const SatchelDeviceAnswer *message)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "device", message->device);
  json_object_set_string_member (object, "token", message->token);
  json_object_set_int_member (object, "next_number", message->next_number);
  return satchel_json_print_object (object);
}

SatchelDeviceAnswer *
satchel_device_answer_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (SatchelDeviceAnswer) message = g_new0 (SatchelDeviceAnswer, 1);
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  SatchelMembers members;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "a new device");
  message->device = g_strdup (satchel_members_require_id (&members, "device"));
  message->token = g_strdup (satchel_members_require_string (&members, "token"));
  message->next_number = satchel_members_require_integer (&members, "next_number", 1, G_MAXINT64);
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return NULL;
  return g_steal_pointer (&message);
}

static char *
ids_to_text (const char *name, GPtrArray *uuids)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_sized_new (uuids->len);

  for (guint i = 0; i < uuids->len; i++)
    json_array_add_string_element (array, g_ptr_array_index (uuids, i));
  json_object_set_array_member (object, name, array);
  return satchel_json_print_object (object);
}

static GPtrArray *
ids_from_text (const char *what, const char *name, SatchelMembersMode mode, const char *text, gsize length,
               GError **error)
{
  g_autoptr (GPtrArray) uuids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  SatchelMembers members;
  JsonArray *array;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, what);
  array = satchel_members_require_array (&members, name);
  if (!satchel_members_finish (&members, mode, error))
    return NULL;
  if (json_array_get_length (array) > SATCHEL_MAX_KNOWN_SETS) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "%s names more than %d sets", what,
                 SATCHEL_MAX_KNOWN_SETS);
    return NULL;
  }
  for (guint i = 0; i < json_array_get_length (array); i++) {
    const char *uuid = satchel_json_get_string (json_array_get_element (array, i));

    if (!satchel_id_is_valid (uuid)) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s holds something that is no id", what);
      return NULL;
    }
    g_ptr_array_add (uuids, g_strdup (uuid));
  }
  return g_steal_pointer (&uuids);
}

char *
satchel_known_to_text (GPtrArray *uuids)
{
  return ids_to_text ("sets", uuids);
}

GPtrArray *
satchel_known_from_text (const char *text, gsize length, GError **error)
{
  return ids_from_text ("a question for known sets", "sets", SATCHEL_MEMBERS_KNOWN_ONLY, text, length, error);
}

char *
satchel_known_answer_to_text (GPtrArray *uuids)
{
  return ids_to_text ("known", uuids);
}

GPtrArray *
satchel_known_answer_from_text (const char *text, gsize length, GError **error)
{
  return ids_from_text ("the list of known sets", "known", SATCHEL_MEMBERS_ANY, text, length, error);
}
