/* What parked sets wrote, in memory for one push.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/resolve/dependence.h"

#include "protocol/id.h"
#include "sync-server/store/outcomes.h"

#include <string.h>

struct _SatchelDependence {
  SatchelStore *store;
  char *device;
  GHashTable *created; /* ids of records */
  GHashTable *written; /* "entity id field" */
};

static char *
make_key (const char *entity, const char *record, const char *field)
{
  return g_strjoin (" ", entity, record, field, NULL);
}

static void
remember (const char *entity, const char *record, const char *field, gpointer data)
{
  SatchelDependence *dependence = data;

  if (*field == '\0')
    g_hash_table_add (dependence->created, g_strdup (record));
  else
    g_hash_table_add (dependence->written, make_key (entity, record, field));
}

SatchelDependence *
satchel_dependence_load (SatchelStore *store, const char *device, GError **error)
{
  g_autoptr (SatchelDependence) dependence = g_new0 (SatchelDependence, 1);

  dependence->store = store;
  dependence->device = g_strdup (device);
  dependence->created = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  dependence->written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!satchel_parked_visit (store, device, remember, dependence, error))
    return NULL;
  return g_steal_pointer (&dependence);
}

void
satchel_dependence_free (SatchelDependence *dependence)
{
  g_free (dependence->device);
  g_hash_table_unref (dependence->created);
  g_hash_table_unref (dependence->written);
  g_free (dependence);
}

/* Looks for ids wherever they may stand in a wire value: alone, after "entity:", or inside a party list's
 * text. */
static gboolean
names_created (const SatchelDependence *dependence, JsonNode *value)
{
  const char *text = JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING
                         ? json_node_get_string (value)
                         : NULL;
  char id[SATCHEL_ID_LENGTH + 1] = "";

  if (text == NULL || g_hash_table_size (dependence->created) == 0)
    return FALSE;
  for (const char *dash = strchr (text, '-'); dash != NULL; dash = strchr (dash + 1, '-')) {
    /* An id's first dash follows eight digits. */
    if (dash - text < 8 || strlen (dash) < SATCHEL_ID_LENGTH - 8)
      continue;
    memcpy (id, dash - 8, SATCHEL_ID_LENGTH);
    if (g_hash_table_contains (dependence->created, id))
      return TRUE;
  }
  return FALSE;
}

static gboolean
change_depends (const SatchelDependence *dependence, const SatchelChange *change)
{
  if (g_hash_table_contains (dependence->created, change->record))
    return TRUE;
  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];
    g_autofree char *key = make_key (change->entity, change->record, edit->field);

    /* Edits of a record come after its create, even where a restored server has met them before it. */
    if ((change->kind != SATCHEL_CHANGE_CREATE && g_hash_table_contains (dependence->written, key)) ||
        names_created (dependence, edit->value))
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_dependence_holds_back (const SatchelDependence *dependence, const SatchelChangeSet *set)
{
  if (g_hash_table_size (dependence->created) == 0 && g_hash_table_size (dependence->written) == 0)
    return FALSE;
  for (guint i = 0; i < set->changes->len; i++) {
    if (change_depends (dependence, set->changes->pdata[i]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
add (SatchelDependence *dependence, const SatchelChangeSet *set, const char *entity, const char *record,
     const char *field, GError **error)
{
  remember (entity, record, field, dependence);
  return satchel_parked_add (dependence->store, dependence->device, set->uuid, entity, record, field, error);
}

/* What an action would have written: the state, the fields that its arguments are named for, the records it
 * would have made. An id that qualify was given may be of a record that is there; then sets that name it are
 * held back too, which is what their author expects. */
static gboolean
add_action (SatchelDependence *dependence, const SatchelChangeSet *set, const SatchelChange *change,
            GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (dependence->store->registry, change->entity);
  const gboolean qualifies = g_strcmp0 (change->action, "qualify") == 0;

  if (entity == NULL)
    return TRUE;
  if (qualifies && entity->state_field != NULL &&
      !add (dependence, set, change->entity, change->record, entity->state_field->name, error))
    return FALSE;
  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = change->edits->pdata[i];
    const char *text =
        JSON_NODE_HOLDS_VALUE (edit->value) && json_node_get_value_type (edit->value) == G_TYPE_STRING
            ? json_node_get_string (edit->value)
            : NULL;

    if (qualifies && satchel_id_is_valid (text) && !add (dependence, set, edit->field, text, "", error))
      return FALSE;
    if (satchel_entity_find_field (entity, edit->field) != NULL &&
        !add (dependence, set, change->entity, change->record, edit->field, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_dependence_add (SatchelDependence *dependence, const SatchelChangeSet *set, GError **error)
{
  for (guint i = 0; i < set->changes->len; i++) {
    const SatchelChange *change = set->changes->pdata[i];

    if (change->kind == SATCHEL_CHANGE_ACTION && !add_action (dependence, set, change, error))
      return FALSE;
    if (change->kind == SATCHEL_CHANGE_CREATE &&
        !add (dependence, set, change->entity, change->record, "", error))
      return FALSE;
    for (guint j = 0; change->kind == SATCHEL_CHANGE_UPDATE && j < change->edits->len; j++) {
      const SatchelEdit *edit = change->edits->pdata[j];

      if (!add (dependence, set, change->entity, change->record, edit->field, error))
        return FALSE;
    }
  }
  return TRUE;
}
