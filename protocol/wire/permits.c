/* {"unit":"ID","units":[…],"teams":[…],"direct":[…],"indirect":[…],"entities":{"account":"uuuuuuuu"},"classes":{"finance":"w"}}
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/permits.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/id.h"
#include "protocol/wire/json.h"
#include "protocol/wire/members.h"

static const char depth_letters[] = "-ouba"; /* in the order of SatchelDepth */
static const char class_letters[] = "-rw";   /* of SatchelClassUse */

SatchelPermits *
satchel_permits_new (void)
{
  SatchelPermits *permits = g_new0 (SatchelPermits, 1);
  GHashTable **const sets[] = { &permits->units, &permits->teams, &permits->direct, &permits->indirect };

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    *sets[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  permits->depths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  permits->classes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return permits;
}

void
satchel_permits_free (SatchelPermits *permits)
{
  if (permits == NULL)
    return;
  g_free (permits->unit);
  g_hash_table_unref (permits->units);
  g_hash_table_unref (permits->teams);
  g_hash_table_unref (permits->direct);
  g_hash_table_unref (permits->indirect);
  g_hash_table_unref (permits->depths);
  g_hash_table_unref (permits->classes);
  g_free (permits);
}

void
satchel_permits_set_depth (SatchelPermits *permits, const char *entity, SatchelPrivilege privilege,
                           SatchelDepth depth)
{
  guint8 *depths = g_hash_table_lookup (permits->depths, entity);

  if (depths == NULL) {
    depths = g_new0 (guint8, SATCHEL_N_PRIVILEGES);
    g_hash_table_insert (permits->depths, g_strdup (entity), depths);
  }
  depths[privilege] = depth;
}

/* ---- writing ---- */

static GList *
list_keys (GHashTable *table)
{
  return g_list_sort (g_hash_table_get_keys (table), (GCompareFunc)strcmp);
}

static void
put_ids (JsonObject *object, const char *name, GHashTable *ids)
{
  JsonArray *array = json_array_new ();
  g_autoptr (GList) keys = list_keys (ids);

  for (GList *key = keys; key != NULL; key = key->next)
    json_array_add_string_element (array, key->data);
  json_object_set_array_member (object, name, array);
}

static JsonObject *
depths_to_json (const SatchelPermits *permits)
{
  JsonObject *object = json_object_new ();
  g_autoptr (GList) keys = list_keys (permits->depths);

  for (GList *key = keys; key != NULL; key = key->next) {
    const guint8 *depths = g_hash_table_lookup (permits->depths, key->data);
    char letters[SATCHEL_N_PRIVILEGES + 1] = { 0 };

    for (guint i = 0; i < SATCHEL_N_PRIVILEGES; i++)
      letters[i] = depth_letters[depths[i]];
    json_object_set_string_member (object, key->data, letters);
  }
  return object;
}

static JsonObject *
classes_to_json (const SatchelPermits *permits)
{
  JsonObject *object = json_object_new ();
  g_autoptr (GList) keys = list_keys (permits->classes);

  for (GList *key = keys; key != NULL; key = key->next) {
    const char letter[] = {
      class_letters[GPOINTER_TO_INT (g_hash_table_lookup (permits->classes, key->data))], '\0'
    };

    json_object_set_string_member (object, key->data, letter);
  }
  return object;
}

char *
satchel_permits_to_text (const SatchelPermits *permits)
{
  JsonObject *object = json_object_new ();

  if (permits->unit != NULL)
    json_object_set_string_member (object, "unit", permits->unit);
  put_ids (object, "units", permits->units);
  put_ids (object, "teams", permits->teams);
  put_ids (object, "direct", permits->direct);
  put_ids (object, "indirect", permits->indirect);
  json_object_set_object_member (object, "entities", depths_to_json (permits));
  json_object_set_object_member (object, "classes", classes_to_json (permits));
  return satchel_json_print_object (object);
}

char *
satchel_permits_digest (const char *text)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

/* ---- reading ---- */

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "rights: “%s” holds something else", what);
  return FALSE;
}

static gboolean
take_ids (GHashTable *ids, JsonArray *array, const char *name, GError **error)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    const char *id = satchel_json_get_string (json_array_get_element (array, i));

    if (id == NULL || !satchel_id_is_valid (id))
      return fail (error, name);
    g_hash_table_add (ids, g_strdup (id));
  }
  return TRUE;
}

/* A privilege or a depth of a newer server is none that we know. */
static gboolean
take_depths (SatchelPermits *permits, JsonObject *object, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (object == NULL)
    return TRUE;
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &node)) {
    const char *letters = satchel_json_get_string (node);

    if (letters == NULL)
      return fail (error, "entities");
    for (guint i = 0; i < SATCHEL_N_PRIVILEGES && letters[i] != '\0'; i++) {
      const char *letter = strchr (depth_letters, letters[i]);

      satchel_permits_set_depth (
          permits, name, i, letter != NULL ? (SatchelDepth)(letter - depth_letters) : SATCHEL_DEPTH_NONE);
    }
  }
  return TRUE;
}

static gboolean
take_classes (SatchelPermits *permits, JsonObject *object, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (object == NULL)
    return TRUE;
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &node)) {
    const char *text = satchel_json_get_string (node);
    const char *letter = text != NULL && *text != '\0' ? strchr (class_letters, *text) : NULL;

    if (text == NULL)
      return fail (error, "classes");
    if (letter != NULL)
      g_hash_table_insert (permits->classes, g_strdup (name), GINT_TO_POINTER (letter - class_letters));
  }
  return TRUE;
}

SatchelPermits *
satchel_permits_from_text (const char *text, gsize length, GError **error)
{
  g_autoptr (SatchelPermits) permits = satchel_permits_new ();
  g_autoptr (JsonNode) node = satchel_json_parse (text, length, error);
  SatchelMembers members;
  JsonArray *units, *teams, *direct, *indirect;
  JsonObject *entities, *classes;

  if (node == NULL)
    return NULL;
  satchel_members_open (&members, node, "rights");
  permits->unit = g_strdup (satchel_members_get_id (&members, "unit"));
  units = satchel_members_get_array (&members, "units");
  teams = satchel_members_get_array (&members, "teams");
  direct = satchel_members_get_array (&members, "direct");
  indirect = satchel_members_get_array (&members, "indirect");
  entities = satchel_members_get_object (&members, "entities");
  classes = satchel_members_get_object (&members, "classes");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error) ||
      !take_ids (permits->units, units, "units", error) ||
      !take_ids (permits->teams, teams, "teams", error) ||
      !take_ids (permits->direct, direct, "direct", error) ||
      !take_ids (permits->indirect, indirect, "indirect", error) || !take_depths (permits, entities, error) ||
      !take_classes (permits, classes, error))
    return NULL;
  return g_steal_pointer (&permits);
}

/* ---- asking ---- */

SatchelDepth
satchel_permits_get_depth (const SatchelPermits *permits, const SatchelEntity *entity,
                           SatchelPrivilege privilege)
{
  const guint8 *depths = g_hash_table_lookup (permits->depths, entity->name);

  return depths != NULL ? depths[privilege] : SATCHEL_DEPTH_NONE;
}

static gboolean
allows_manager (const SatchelPermits *permits, SatchelPrivilege privilege, const char *owner)
{
  switch (privilege) {
  case SATCHEL_PRIVILEGE_READ:
    return g_hash_table_contains (permits->direct, owner) || g_hash_table_contains (permits->indirect, owner);
  case SATCHEL_PRIVILEGE_WRITE:
  case SATCHEL_PRIVILEGE_APPEND:
  case SATCHEL_PRIVILEGE_APPEND_TO:
    return g_hash_table_contains (permits->direct, owner);
  default:
    return FALSE;
  }
}

gboolean
satchel_permits_allow (const SatchelPermits *permits, const char *user, SatchelPrivilege privilege,
                       const SatchelEntity *entity, const char *owner, const char *unit)
{
  SatchelDepth depth = satchel_permits_get_depth (permits, entity, privilege);

  if (depth == SATCHEL_DEPTH_NONE || depth == SATCHEL_DEPTH_ORGANISATION)
    return depth == SATCHEL_DEPTH_ORGANISATION;
  if (entity->ownership != SATCHEL_OWNERSHIP_USER)
    return FALSE;
  if (owner != NULL && (g_strcmp0 (owner, user) == 0 || g_hash_table_contains (permits->teams, owner) ||
                        allows_manager (permits, privilege, owner)))
    return TRUE;
  if (unit == NULL || permits->unit == NULL)
    return FALSE;
  if (depth >= SATCHEL_DEPTH_UNIT && g_str_equal (unit, permits->unit))
    return TRUE;
  return depth >= SATCHEL_DEPTH_BELOW && g_hash_table_contains (permits->units, unit);
}

gboolean
satchel_permits_can_write_field (const SatchelPermits *permits, const SatchelField *field)
{
  return field->secured == NULL ||
         GPOINTER_TO_INT (g_hash_table_lookup (permits->classes, field->secured)) >= SATCHEL_CLASS_WRITABLE;
}
