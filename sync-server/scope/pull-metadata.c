/* The lines with the definitions, and with what the user may do.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/pull-metadata.h"

#include <string.h>

#define LEAST_DIGITS 16 /* of a digest: enough to tell one from another */

char *
satchel_pull_metadata_line (SatchelStore *store, const SatchelPull *request, const SatchelCursor *cursor)
{
  SatchelCursor held = { 0 }, now = { 0 };
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (JsonNode) node = NULL;

  satchel_cursor_set_schema (&now, satchel_registry_get_digest (store->registry));
  satchel_cursor_set_schema (&held, request->schema);
  if (g_str_equal (request->schema == NULL && cursor != NULL ? cursor->schema : held.schema, now.schema))
    return NULL;

  object = json_object_new ();
  json_object_set_string_member (object, "metadata", satchel_registry_get_text (store->registry));
  node = json_node_init_object (json_node_alloc (), object);
  return satchel_json_print (node);
}

gboolean
satchel_pull_rights_line (SatchelAccess *access, const char *user, const SatchelPull *request, char **line,
                          GError **error)
{
  const char *text, *digest;
  JsonObject *object;

  *line = NULL;
  if (request->rights == NULL)
    return TRUE;
  text = satchel_access_get_permits (access, user, &digest, error);
  if (text == NULL)
    return FALSE;
  if (strlen (request->rights) >= LEAST_DIGITS && g_str_has_prefix (digest, request->rights))
    return TRUE;
  object = json_object_new ();
  json_object_set_string_member (object, "rights", text);
  *line = satchel_json_print_object (object);
  return TRUE;
}
