/* The line with the definitions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/pull-metadata.h"

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
