/* The demo organisation's records: valid, complete, the same from the same seed, and in an order in which
 * they can be written.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/demo-records.h"

#include <string.h>

#include "protocol/rules/validate.h"

#define NOW_MS G_GINT64_CONSTANT (1767225600000)
#define DAY_MS G_GINT64_CONSTANT (86400000)

static const SatchelDemoOwner OWNERS[] = {
  { "01900000-0000-7000-8000-000000000001", 60, 0 },
  { "01900000-0000-7000-8000-000000000002", 40, 1 },
};

static GPtrArray *
make (guint n, guint64 seed)
{
  return satchel_demo_make_records (satchel_registry_builtin (), OWNERS, G_N_ELEMENTS (OWNERS), n, seed,
                                    NOW_MS);
}

static char *
print (const SatchelDemoRecord *entry)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, satchel_record_to_json (entry->record, FALSE, NULL, NULL));
  return json_to_string (node, FALSE);
}

static void
test_valid (void)
{
  g_autoptr (GPtrArray) made = make (3000, 1);
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_cmpuint (made->len, ==, 3000);
  for (guint i = 0; i < made->len; i++) {
    const SatchelDemoRecord *entry = made->pdata[i];
    g_autoptr (GError) error = NULL;

    satchel_rules_apply_defaults (entry->record, OWNERS[0].id, NOW_MS);
    satchel_rules_compute (entry->record);
    g_assert_true (satchel_rules_validate (entry->record, NULL, NULL, &error));
    g_assert_no_error (error);
    g_assert_true (g_hash_table_add (ids, entry->record->id));
    g_assert_cmpint (entry->created_at_ms, <=, NOW_MS);
  }
}

/* Each lookup but those to users names an earlier record, or one of the same batch. */
static void
test_order (void)
{
  g_autoptr (GPtrArray) made = make (3000, 2);
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < made->len; i++)
    g_hash_table_insert (places, ((const SatchelDemoRecord *)made->pdata[i])->record->id,
                         GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < made->len; i++) {
    const SatchelDemoRecord *entry = made->pdata[i];

    for (guint j = 0; j < entry->record->entity->n_fields; j++) {
      const SatchelField *field = entry->record->entity->fields[j];
      const SatchelValue *value = satchel_record_get (entry->record, field);

      if (field->type != SATCHEL_TYPE_LOOKUP || value == NULL ||
          g_str_equal (satchel_value_get_entity (value), "user"))
        continue;
      guint place = GPOINTER_TO_UINT (g_hash_table_lookup (places, satchel_value_get_id (value)));
      g_assert_cmpuint (place, >, 0);
      g_assert_cmpuint (place - 1, <, i);
    }
  }
}

static void
test_seed (void)
{
  g_autoptr (GPtrArray) first = make (1000, 7), second = make (1000, 7), third = make (1000, 8);
  guint differing = 0;

  for (guint i = 0; i < first->len; i++) {
    g_autofree char *a = print (first->pdata[i]), *b = print (second->pdata[i]), *c = print (third->pdata[i]);

    g_assert_cmpstr (a, ==, b);
    differing += !g_str_equal (a, c);
  }
  g_assert_cmpuint (differing, >, 900);
}

/* Every kind, every owner, every language, something due today; large and small customers. */
static void
test_variety (void)
{
  g_autoptr (GPtrArray) made = make (1000, 3);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint due_today = 0;
  static const char *const WANTED[] = { "account/0",     "account/1", "contact/0",     "contact/1", "lead/0",
                                        "opportunity/1", "task/0",    "note/1",        "product/2", "China",
                                        "Germany",       "Romania",   "United Kingdom" };

  for (guint i = 0; i < made->len; i++) {
    const SatchelDemoRecord *entry = made->pdata[i];
    const char *entity = entry->record->entity->name;

    g_hash_table_add (seen, g_strdup_printf ("%s/%u", entity, entry->owner));
    if (g_str_equal (entity, "account"))
      g_hash_table_add (
          seen, g_strdup (satchel_value_get_string (satchel_record_get_by_name (entry->record, "country"))));
    if (g_str_equal (entity, "task"))
      due_today += g_strcmp0 (satchel_value_get_date (satchel_record_get_by_name (entry->record, "due")),
                              "2026-01-01") == 0;
  }
  for (guint i = 0; i < G_N_ELEMENTS (WANTED); i++)
    g_assert_true (g_hash_table_contains (seen, WANTED[i]));
  g_assert_cmpuint (due_today, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-server/demo-records/valid", test_valid);
  g_test_add_func ("/sync-server/demo-records/order", test_order);
  g_test_add_func ("/sync-server/demo-records/seed", test_seed);
  g_test_add_func ("/sync-server/demo-records/variety", test_variety);
  return g_test_run ();
}
