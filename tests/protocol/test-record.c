/* Records: slots, copies, titles, JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/record.h"

#include "protocol/wire/json.h"

#define ID  "0192a3b4-c5d6-7000-8000-000000000001"
#define ID2 "0192a3b4-c5d6-7000-8000-000000000002"

static const char *const targets[] = { "user", NULL };
static const SatchelField name = { .name = "name", .label = "Name", .index = 0, .type = SATCHEL_TYPE_STRING };
static const SatchelField revenue = {
  .name = "revenue", .label = "Revenue", .index = 1, .type = SATCHEL_TYPE_MONEY, .scale = 2
};
static const SatchelField owner = { .name = "owner",
                                    .label = "Owner",
                                    .index = 2,
                                    .type = SATCHEL_TYPE_LOOKUP,
                                    .targets = targets,
                                    .n_targets = 1 };
static const SatchelField *const fields[] = { &name, &revenue, &owner };
static const SatchelEntity entity = { .name = "account", .fields = fields, .n_fields = 3, .title = &name };

static SatchelRecord *
make_record (void)
{
  SatchelRecord *record = satchel_record_new (&entity, ID);
  g_autoptr (SatchelValue) title = satchel_value_new_string ("Acme");
  g_autoptr (SatchelValue) user = satchel_value_new_lookup ("user", ID2);

  record->s = 7;
  satchel_record_set (record, &name, title);
  satchel_record_set (record, &owner, user);
  return record;
}

static void
test_slots (void)
{
  g_autoptr (SatchelRecord) record = make_record (), copy = satchel_record_copy (record);

  g_assert_cmpstr (copy->id, ==, ID);
  g_assert_cmpint (copy->s, ==, 7);
  g_assert_null (satchel_record_get (copy, &revenue));
  satchel_record_set (record, &name, NULL);
  satchel_record_set (record, &owner, satchel_record_get (record, &owner));
  g_assert_null (satchel_record_get (record, &name));
  g_assert_cmpstr (satchel_value_get_id (satchel_record_get (record, &owner)), ==, ID2);
  g_assert_cmpstr (satchel_value_get_string (satchel_record_get (copy, &name)), ==, "Acme");
}

static void
test_title (void)
{
  g_autoptr (SatchelRecord) record = make_record ();
  g_autofree char *title = satchel_record_dup_title (record), *empty = NULL;

  g_assert_cmpstr (title, ==, "Acme");
  satchel_record_set (record, &name, NULL);
  empty = satchel_record_dup_title (record);
  g_assert_cmpstr (empty, ==, "");
}

static char *
find_name (const char *entity_name, const char *id, gpointer data)
{
  g_assert_cmpstr (entity_name, ==, "user");
  g_assert_cmpstr (id, ==, ID2);
  return g_strdup (data);
}

static void
assert_json (const SatchelRecord *record, gboolean with_empty, SatchelNameFunc func, const char *expected)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_take_object (node, satchel_record_to_json (record, with_empty, func, (gpointer) "Ana"));
  text = satchel_json_print (node);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_json (void)
{
  g_autoptr (SatchelRecord) record = make_record ();

  assert_json (record, FALSE, find_name,
               "{\"id\":\"" ID "\",\"name\":\"Acme\","
               "\"owner\":{\"entity\":\"user\",\"id\":\"" ID2 "\",\"name\":\"Ana\"}}");
  assert_json (record, TRUE, NULL,
               "{\"id\":\"" ID "\",\"name\":\"Acme\",\"revenue\":null,"
               "\"owner\":{\"entity\":\"user\",\"id\":\"" ID2 "\",\"name\":null}}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/record/slots", test_slots);
  g_test_add_func ("/protocol/record/title", test_title);
  g_test_add_func ("/protocol/record/json", test_json);
  return g_test_run ();
}
