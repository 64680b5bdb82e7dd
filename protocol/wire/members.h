/* Reads the members of a JSON object from the network, one by one, and remembers the first one that is not as it must
 * be. So a message is read straight down and judged once:
 *
 *   SatchelMembers members;
 *   satchel_members_open (&members, node, "a pull");
 *   cursor = satchel_members_get_string (&members, "cursor");
 *   if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error))
 *     return NULL;
 *
 * Strings and containers are borrowed from the node. What was read means nothing until finish() has returned TRUE.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct {
  JsonObject *object;
  const char *what;    /* static, for messages: "a push" */
  const char *name;    /* static, of the member concerned; NULL: the object itself */
  const char *problem; /* static; NULL: none so far */
  guint n_read;        /* members asked for that are there */
} SatchelMembers;

typedef enum {
  SATCHEL_MEMBERS_KNOWN_ONLY, /* requests: a member that nobody asked for is refused */
  SATCHEL_MEMBERS_ANY,        /* answers: it is ignored */
} SatchelMembersMode;

void     satchel_members_open (SatchelMembers *members, JsonNode *node, const char *what);
gboolean satchel_members_finish (SatchelMembers *members, SatchelMembersMode mode,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* get: absent members are NULL or the fallback. require: they are a problem. Strings are bounded by
 * SATCHEL_MAX_STRING_CHARS; ids are those of id.h, names [a-z][a-z0-9_]* of at most 60 characters. */
const char *satchel_members_get_string (SatchelMembers *members, const char *name);
const char *satchel_members_require_string (SatchelMembers *members, const char *name);
const char *satchel_members_get_id (SatchelMembers *members, const char *name);
const char *satchel_members_require_id (SatchelMembers *members, const char *name);
const char *satchel_members_get_name (SatchelMembers *members, const char *name);
const char *satchel_members_require_name (SatchelMembers *members, const char *name);
gint64      satchel_members_get_integer (SatchelMembers *members, const char *name, gint64 minimum, gint64 maximum,
                                         gint64 fallback);
gint64      satchel_members_require_integer (SatchelMembers *members, const char *name, gint64 minimum,
                                             gint64 maximum);
gboolean    satchel_members_get_boolean (SatchelMembers *members, const char *name, gboolean fallback);
gboolean    satchel_members_require_boolean (SatchelMembers *members, const char *name);
JsonArray  *satchel_members_get_array (SatchelMembers *members, const char *name);
JsonArray  *satchel_members_require_array (SatchelMembers *members, const char *name);
JsonObject *satchel_members_get_object (SatchelMembers *members, const char *name);
/* Of any kind. */
JsonNode   *satchel_members_get_node (SatchelMembers *members, const char *name);

/* The text of a node that is a string, else NULL. */
const char *satchel_json_get_string (JsonNode *node);
gboolean    satchel_json_get_integer (JsonNode *node, gint64 *number);

/* Names of entities, fields, actions and arguments. */
gboolean satchel_name_is_valid (const char *text);

G_END_DECLS
