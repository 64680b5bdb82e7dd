/* A few records, and actions on them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/protocol/action-world.h"

#include "protocol/rules/validate.h"

char *
id_of (guint number)
{
  return g_strdup_printf ("01930000-0000-7000-8000-%012u", number);
}

/* ---- a small store ---- */

static const SatchelRecord *
find_cb (const char *entity, const char *id, gpointer data)
{
  Store *store = data;
  g_clear_pointer (&store->lent, satchel_record_free);
  for (guint i = 0; i < store->records->len; i++) {
    const SatchelRecord *record = g_ptr_array_index (store->records, i);
    if (g_str_equal (record->entity->name, entity) && g_str_equal (record->id, id))
      return store->lent = satchel_record_copy (record);
  }
  return NULL;
}

static gboolean
refers (const SatchelValue *value, const char *id)
{
  guint n = 0;
  const SatchelParty *parties = NULL;
  if (satchel_value_get_kind (value) == SATCHEL_KIND_PARTIES)
    parties = satchel_value_get_parties (value, &n);
  else if (g_str_equal (satchel_value_get_id (value), id))
    return TRUE;
  for (guint i = 0; i < n; i++) {
    if (g_strcmp0 (parties[i].id, id) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
each_cb (const SatchelReference *reference, const char *id,
         gboolean (*visit) (const SatchelRecord *record, gpointer visit_data), gpointer visit_data,
         gpointer data)
{
  Store *store = data;
  for (guint i = 0; i < store->records->len; i++) {
    const SatchelRecord *record = g_ptr_array_index (store->records, i);
    const SatchelValue *value =
        record->entity == reference->entity ? satchel_record_get (record, reference->field) : NULL;
    if (!value || !refers (value, id))
      continue;
    g_clear_pointer (&store->lent, satchel_record_free);
    store->lent = satchel_record_copy (record);
    if (visit (store->lent, visit_data))
      return TRUE;
  }
  return FALSE;
}

Store *
store_new (void)
{
  Store *store = g_new0 (Store, 1);
  store->records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  store->source = (SatchelRecordSource){ .find = find_cb, .each = each_cb, .data = store };
  store->user = id_of (ANA);
  store->context = (SatchelPredicateContext){ .user = store->user, .now_ms = NOW_MS };
  return store;
}

void
store_free (Store *store)
{
  g_clear_pointer (&store->lent, satchel_record_free);
  g_ptr_array_unref (store->records);
  g_free (store->user);
  g_free (store);
}

void
set_text (SatchelRecord *record, const char *name, const char *text)
{
  g_autoptr (SatchelValue) value = NULL;
  g_assert_true (
      satchel_value_from_text (satchel_entity_find_field (record->entity, name), text, &value, NULL));
  satchel_record_set_by_name (record, name, value);
}

void
set_lookup (SatchelRecord *record, const char *name, const char *entity, guint number)
{
  g_autofree char *id = id_of (number);
  g_autoptr (SatchelValue) value = satchel_value_new_lookup (entity, id);
  satchel_record_set_by_name (record, name, value);
}

SatchelRecord *
add (Store *store, const char *entity, guint number, guint owner)
{
  g_autofree char *id = id_of (number);
  SatchelRecord *record =
      satchel_record_new (satchel_registry_find (satchel_registry_builtin (), entity), id);
  if (owner)
    set_lookup (record, "owner", "user", owner);
  g_ptr_array_add (store->records, record);
  return record;
}

void
add_people (Store *store)
{
  set_text (add (store, "user", ANA, 0), "name", "Ana");
  set_text (add (store, "user", BEN, 0), "name", "Ben");
  SatchelRecord *gone = add (store, "user", GONE, 0);
  set_text (gone, "name", "Gus");
  set_text (gone, "active", "no");
}

/* ---- intents ---- */

SatchelChangeSet *
make_intent (const char *entity, guint number, const char *action, ...)
{
  g_autofree char *set_id = id_of (999);
  g_autofree char *id = id_of (number);
  SatchelChangeSet *set = satchel_change_set_new (set_id, 1, NOW_MS);
  SatchelChange *change = satchel_change_set_add (set, SATCHEL_CHANGE_ACTION, entity, id, NULL, action);
  va_list pairs;
  va_start (pairs, action);
  for (const char *pair; (pair = va_arg (pairs, const char *));) {
    g_auto (GStrv) parts = g_strsplit (pair, "=", 2);
    g_autofree char *text = *parts[1] == '#' ? id_of (atoi (parts[1] + 1)) : g_strdup (parts[1]);
    JsonNode *value = json_node_init_string (json_node_alloc (), text);
    satchel_change_add_edit (change, parts[0], value, NULL);
  }
  va_end (pairs);
  return set;
}

GPtrArray *
plan (Store *store, SatchelChangeSet *set, GError **error)
{
  GPtrArray *effects = satchel_action_plan (satchel_registry_builtin (), g_ptr_array_index (set->changes, 0),
                                            &store->context, &store->source, error);
  satchel_change_set_free (set);
  return effects;
}

GPtrArray *
plan_well (Store *store, SatchelChangeSet *set)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *effects = plan (store, set, &error);
  g_assert_no_error (error);
  return effects;
}

void
assert_refused (Store *store, SatchelChangeSet *set, int code, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) effects = plan (store, set, &error);
  g_assert_null (effects);
  g_assert_error (error, SATCHEL_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}

const SatchelEffect *
find_effect (GPtrArray *effects, const char *entity, guint number)
{
  g_autofree char *id = id_of (number);
  for (guint i = 0; i < effects->len; i++) {
    const SatchelEffect *effect = g_ptr_array_index (effects, i);
    const SatchelRecord *record = effect->after ? effect->after : effect->before;
    if (g_str_equal (record->id, id)) {
      g_assert_cmpstr (record->entity->name, ==, entity);
      return effect;
    }
  }
  return NULL;
}

void
assert_lookup (const SatchelRecord *record, const char *name, guint number)
{
  const SatchelValue *value = satchel_record_get_by_name (record, name);
  g_autofree char *id = id_of (number);
  g_assert_cmpstr (value ? satchel_value_get_id (value) : NULL, ==, id);
}

void
assert_text (const SatchelRecord *record, const char *name, const char *expected)
{
  g_autofree char *text = satchel_value_to_text (satchel_entity_find_field (record->entity, name),
                                                 satchel_record_get_by_name (record, name));
  g_assert_cmpstr (text, ==, expected);
}

const SatchelRecord *
only_effect (GPtrArray *effects)
{
  g_assert_cmpuint (effects->len, ==, 1);
  return ((const SatchelEffect *)g_ptr_array_index (effects, 0))->after;
}

void
carry_out (Store *store, GPtrArray *effects)
{
  for (guint i = 0; i < effects->len; i++) {
    const SatchelEffect *effect = g_ptr_array_index (effects, i);
    for (guint j = 0; effect->before && j < store->records->len; j++) {
      const SatchelRecord *record = g_ptr_array_index (store->records, j);
      if (g_str_equal (record->id, effect->before->id)) {
        g_ptr_array_remove_index (store->records, j);
        break;
      }
    }
    if (effect->after)
      g_ptr_array_add (store->records, satchel_record_copy (effect->after));
  }
}

void
assert_valid (GPtrArray *effects, const char *action)
{
  for (guint i = 0; i < effects->len; i++) {
    const SatchelEffect *effect = g_ptr_array_index (effects, i);
    g_autoptr (GError) error = NULL;
    g_assert_true (!effect->after || satchel_rules_validate (effect->after, effect->before, action, &error));
    g_assert_no_error (error);
  }
}
