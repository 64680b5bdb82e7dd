/* Changes and change sets, their identity and their form on the wire.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/change.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/value.h"
#include "protocol/wire/members.h"

static const char *const kind_names[] = {
  [SATCHEL_CHANGE_CREATE] = "create",
  [SATCHEL_CHANGE_UPDATE] = "update",
  [SATCHEL_CHANGE_DELETE] = "delete",
  [SATCHEL_CHANGE_ACTION] = "do",
};

const char *
satchel_change_kind_name (SatchelChangeKind kind)
{
  g_assert ((guint)kind < G_N_ELEMENTS (kind_names));
  return kind_names[kind];
}

gboolean
satchel_change_kind_from_name (const char *name, SatchelChangeKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++) {
    if (g_strcmp0 (kind_names[i], name) == 0) {
      *kind = i;
      return TRUE;
    }
  }
  return FALSE;
}

static void
edit_free (gpointer data)
{
  SatchelEdit *edit = data;

  g_free (edit->field);
  json_node_unref (edit->value);
  g_clear_pointer (&edit->base, json_node_unref);
  g_free (edit);
}

static void
change_free (gpointer data)
{
  SatchelChange *change = data;

  g_free (change->entity);
  g_free (change->record);
  g_free (change->seen);
  g_free (change->action);
  g_ptr_array_unref (change->edits);
  g_free (change);
}

SatchelChangeSet *
satchel_change_set_new (const char *uuid, gint64 number, gint64 made_at_ms)
{
  SatchelChangeSet *set = g_new0 (SatchelChangeSet, 1);

  set->uuid = g_strdup (uuid);
  set->number = number;
  set->made_at_ms = made_at_ms;
  set->changes = g_ptr_array_new_with_free_func (change_free);
  return set;
}

void
satchel_change_set_free (SatchelChangeSet *set)
{
  if (set == NULL)
    return;
  g_free (set->uuid);
  g_ptr_array_unref (set->changes);
  g_free (set);
}

SatchelChange *
satchel_change_set_add (SatchelChangeSet *set, SatchelChangeKind kind, const char *entity, const char *record,
                        const char *seen, const char *action)
{
  SatchelChange *change = g_new0 (SatchelChange, 1);

  g_assert ((kind == SATCHEL_CHANGE_ACTION) == (action != NULL));
  change->kind = kind;
  change->entity = g_strdup (entity);
  change->record = g_strdup (record);
  change->seen = g_strdup (seen);
  change->action = g_strdup (action);
  change->edits = g_ptr_array_new_with_free_func (edit_free);
  g_ptr_array_add (set->changes, change);
  return change;
}

void
satchel_change_add_edit (SatchelChange *change, const char *field, JsonNode *value, JsonNode *base)
{
  SatchelEdit *edit = g_new0 (SatchelEdit, 1);

  edit->field = g_strdup (field);
  edit->value = value;
  edit->base = base;
  g_ptr_array_add (change->edits, edit);
}

const SatchelEdit *
satchel_change_find_edit (const SatchelChange *change, const char *field)
{
  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];

    if (g_str_equal (edit->field, field))
      return edit;
  }
  return NULL;
}

/* ---- identity ---- */

/* Every part carries its length, so that no two contents run together to the same bytes. */
static void
hash_text (GChecksum *checksum, const char *text)
{
  char head[32];

  if (text == NULL) {
    g_checksum_update (checksum, (const guchar *)"-;", 2);
    return;
  }
  g_snprintf (head, sizeof head, "t%" G_GSIZE_FORMAT ":", strlen (text));
  g_checksum_update (checksum, (const guchar *)head, -1);
  g_checksum_update (checksum, (const guchar *)text, -1);
}

static void
hash_integer (GChecksum *checksum, gint64 number)
{
  char text[32];

  g_snprintf (text, sizeof text, "i%" G_GINT64_FORMAT ";", number);
  g_checksum_update (checksum, (const guchar *)text, -1);
}

static void
hash_node (GChecksum *checksum, JsonNode *node)
{
  if (node == NULL)
    hash_text (checksum, NULL);
  else if (JSON_NODE_HOLDS_NULL (node))
    g_checksum_update (checksum, (const guchar *)"n;", 2);
  else if (json_node_get_value_type (node) == G_TYPE_INT64)
    hash_integer (checksum, json_node_get_int (node));
  else
    hash_text (checksum, json_node_get_string (node));
}

char *
satchel_change_set_hash (const SatchelChangeSet *set)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  hash_text (checksum, set->uuid);
  hash_integer (checksum, set->changes->len);
  for (guint i = 0; i < set->changes->len; i++) {
    const SatchelChange *change = set->changes->pdata[i];

    hash_text (checksum, satchel_change_kind_name (change->kind));
    hash_text (checksum, change->entity);
    hash_text (checksum, change->record);
    hash_text (checksum, change->seen);
    hash_text (checksum, change->action);
    hash_integer (checksum, change->edits->len);
    for (guint j = 0; j < change->edits->len; j++) {
      const SatchelEdit *edit = change->edits->pdata[j];

      hash_text (checksum, edit->field);
      hash_node (checksum, edit->value);
      hash_node (checksum, edit->base);
    }
  }
  return g_strdup (g_checksum_get_string (checksum));
}

/* ---- wire ---- */

static guint
index_of_cursor (GPtrArray *cursors, const char *cursor)
{
  guint index;

  if (!g_ptr_array_find_with_equal_func (cursors, cursor, g_str_equal, &index)) {
    index = cursors->len;
    g_ptr_array_add (cursors, g_strdup (cursor));
  }
  return index;
}

static JsonObject *
edits_to_json (const SatchelChange *change)
{
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];
    JsonArray *pair = json_array_new ();

    json_array_add_element (pair, json_node_copy (edit->value));
    if (edit->base != NULL)
      json_array_add_element (pair, json_node_copy (edit->base));
    json_object_set_array_member (object, edit->field, pair);
  }
  return object;
}

static JsonObject *
change_to_json (const SatchelChange *change, GPtrArray *cursors)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "k", satchel_change_kind_name (change->kind));
  json_object_set_string_member (object, "e", change->entity);
  json_object_set_string_member (object, "r", change->record);
  if (change->seen != NULL)
    json_object_set_int_member (object, "seen", index_of_cursor (cursors, change->seen));
  if (change->action != NULL)
    json_object_set_string_member (object, "a", change->action);
  if (change->edits->len > 0)
    json_object_set_object_member (object, "f", edits_to_json (change));
  return object;
}

JsonNode *
satchel_change_set_to_json (const SatchelChangeSet *set, GPtrArray *cursors)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *changes = json_array_new ();

  json_object_set_string_member (object, "id", set->uuid);
  json_object_set_int_member (object, "n", set->number);
  json_object_set_int_member (object, "at", set->made_at_ms);
  for (guint i = 0; i < set->changes->len; i++)
    json_array_add_object_element (changes, change_to_json (set->changes->pdata[i], cursors));
  json_object_set_array_member (object, "c", changes);
  return json_node_init_object (json_node_alloc (), object);
}

/* Null, a 64-bit integer, or a string within the bounds of any field. */
static gboolean
is_wire_value (JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  /* However long: what a field cannot hold parks its own set and not the push. The document is bounded. */
  return json_node_get_value_type (node) == G_TYPE_STRING || json_node_get_value_type (node) == G_TYPE_INT64;
}

static gboolean
read_edits (JsonObject *object, SatchelChange *change, GError **error)
{
  JsonObjectIter iter;
  const char *field;
  JsonNode *node;

  if (json_object_get_size (object) > SATCHEL_MAX_CHANGE_FIELDS) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "a change writes more than %d fields",
                 SATCHEL_MAX_CHANGE_FIELDS);
    return FALSE;
  }
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &field, &node)) {
    JsonArray *pair = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
    guint n = pair != NULL ? json_array_get_length (pair) : 0;

    if (!satchel_name_is_valid (field) || n < 1 || n > 2 ||
        !is_wire_value (json_array_get_element (pair, 0)) ||
        (n == 2 && !is_wire_value (json_array_get_element (pair, 1)))) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                           "a field of a change is not [value] or [value, base]");
      return FALSE;
    }
    satchel_change_add_edit (change, field, json_array_dup_element (pair, 0),
                             n == 2 ? json_array_dup_element (pair, 1) : NULL);
  }
  return TRUE;
}

/* Which members a kind must and may not have, beyond "k", "e" and "r". */
static const char *
find_contradiction (SatchelChangeKind kind, const char *seen, const char *action, JsonObject *edits)
{
  if ((kind == SATCHEL_CHANGE_ACTION) != (action != NULL))
    return "“a” belongs to “do”";
  if (kind == SATCHEL_CHANGE_CREATE && seen != NULL)
    return "a create cannot have been seen";
  if (kind == SATCHEL_CHANGE_DELETE && edits != NULL)
    return "a delete has no fields";
  if (kind == SATCHEL_CHANGE_UPDATE && (edits == NULL || json_object_get_size (edits) == 0))
    return "an update has fields";
  return NULL;
}

static gboolean
read_change (JsonNode *node, const char *const *cursors, guint n_cursors, SatchelChangeSet *set,
             GError **error)
{
  SatchelMembers members;
  const char *kind_name, *entity, *record, *action, *problem, *seen = NULL;
  gint64 seen_index;
  JsonObject *edits;
  SatchelChangeKind kind;
  SatchelChange *change;

  satchel_members_open (&members, node, "a change");
  kind_name = satchel_members_require_string (&members, "k");
  entity = satchel_members_require_name (&members, "e");
  record = satchel_members_require_id (&members, "r");
  seen_index = satchel_members_get_integer (&members, "seen", 0, (gint64)n_cursors - 1, -1);
  action = satchel_members_get_name (&members, "a");
  edits = satchel_members_get_object (&members, "f");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error))
    return FALSE;

  if (seen_index >= 0)
    seen = cursors[seen_index];
  if (satchel_change_kind_from_name (kind_name, &kind))
    problem = find_contradiction (kind, seen, action, edits);
  else
    problem = "its kind is not known";
  if (problem != NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a change: %s", problem);
    return FALSE;
  }

  change = satchel_change_set_add (set, kind, entity, record, seen, action);
  return edits == NULL || read_edits (edits, change, error);
}

SatchelChangeSet *
satchel_change_set_from_json (JsonNode *node, const char *const *cursors, guint n_cursors, GError **error)
{
  g_autoptr (SatchelChangeSet) set = NULL;
  SatchelMembers members;
  const char *uuid;
  gint64 number, made_at_ms;
  JsonArray *changes;
  guint n;

  satchel_members_open (&members, node, "a change set");
  uuid = satchel_members_require_id (&members, "id");
  number = satchel_members_require_integer (&members, "n", 1, G_MAXINT64);
  made_at_ms =
      satchel_members_require_integer (&members, "at", SATCHEL_INSTANT_FIRST_MS, SATCHEL_INSTANT_LAST_MS);
  changes = satchel_members_require_array (&members, "c");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_KNOWN_ONLY, error))
    return NULL;

  n = json_array_get_length (changes);
  if (n == 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a change set without changes");
    return NULL;
  }
  if (n > SATCHEL_MAX_SET_CHANGES) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE, "a change set of more than %d changes",
                 SATCHEL_MAX_SET_CHANGES);
    return NULL;
  }
  set = satchel_change_set_new (uuid, number, made_at_ms);
  for (guint i = 0; i < n; i++) {
    if (!read_change (json_array_get_element (changes, i), cursors, n_cursors, set, error))
      return NULL;
  }
  return g_steal_pointer (&set);
}
