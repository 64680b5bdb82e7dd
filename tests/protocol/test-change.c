/* Change sets: wire form there and back, strictness, identity.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/change.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/json.h"

#define UUID   "0192a3b4-c5d6-7000-8000-000000000001"
#define RECORD "0192a3b4-c5d6-7000-8000-000000000002"

static JsonNode *
string_node (const char *text)
{
  return json_node_init_string (json_node_alloc (), text);
}

static SatchelChangeSet *
make_set (gint64 number, gint64 made_at_ms)
{
  SatchelChangeSet *set = satchel_change_set_new (UUID, number, made_at_ms);
  SatchelChange *change;

  change = satchel_change_set_add (set, SATCHEL_CHANGE_CREATE, "task", RECORD, NULL, NULL);
  satchel_change_add_edit (change, "subject", string_node ("Call back 王伟"), NULL);
  satchel_change_add_edit (change, "effort", json_node_init_int (json_node_alloc (), G_MAXINT64), NULL);
  change = satchel_change_set_add (set, SATCHEL_CHANGE_UPDATE, "account", RECORD, "1.7.cursor", NULL);
  satchel_change_add_edit (change, "description", string_node ("new"), string_node ("old"));
  satchel_change_add_edit (change, "phone", json_node_init_null (json_node_alloc ()),
                           json_node_init_null (json_node_alloc ()));
  satchel_change_set_add (set, SATCHEL_CHANGE_DELETE, "note", RECORD, "1.8.cursor", NULL);
  change = satchel_change_set_add (set, SATCHEL_CHANGE_ACTION, "lead", RECORD, "1.7.cursor", "qualify");
  satchel_change_add_edit (change, "account", string_node (UUID), NULL);
  return set;
}

static void
test_round_trip (void)
{
  g_autoptr (SatchelChangeSet) set = make_set (7, 1732246561000), again = NULL;
  g_autoptr (GPtrArray) cursors = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonNode) node = satchel_change_set_to_json (set, cursors);
  g_autofree char *text = satchel_json_print (node), *hash = NULL, *hash_again = NULL;
  g_autoptr (GError) error = NULL;
  const SatchelChange *update;
  const SatchelEdit *edit;

  g_assert_cmpuint (cursors->len, ==, 2);
  g_assert_cmpstr (text, ==,
                   "{\"id\":\"" UUID "\",\"n\":7,\"at\":1732246561000,\"c\":["
                   "{\"k\":\"create\",\"e\":\"task\",\"r\":\"" RECORD "\","
                   "\"f\":{\"subject\":[\"Call back 王伟\"],\"effort\":[9223372036854775807]}},"
                   "{\"k\":\"update\",\"e\":\"account\",\"r\":\"" RECORD "\",\"seen\":0,"
                   "\"f\":{\"description\":[\"new\",\"old\"],\"phone\":[null,null]}},"
                   "{\"k\":\"delete\",\"e\":\"note\",\"r\":\"" RECORD "\",\"seen\":1},"
                   "{\"k\":\"do\",\"e\":\"lead\",\"r\":\"" RECORD "\",\"seen\":0,\"a\":\"qualify\","
                   "\"f\":{\"account\":[\"" UUID "\"]}}]}");

  again = satchel_change_set_from_json (node, (const char *const *)cursors->pdata, cursors->len, &error);
  g_assert_no_error (error);
  hash = satchel_change_set_hash (set);
  hash_again = satchel_change_set_hash (again);
  g_assert_cmpstr (hash, ==, hash_again);
  g_assert_cmpint (again->number, ==, 7);
  g_assert_cmpint (again->made_at_ms, ==, 1732246561000);

  update = again->changes->pdata[1];
  g_assert_cmpstr (update->seen, ==, "1.7.cursor");
  edit = satchel_change_find_edit (update, "description");
  g_assert_cmpstr (json_node_get_string (edit->base), ==, "old");
  g_assert_null (satchel_change_find_edit (update, "name"));
}

/* Devices and servers of all versions compare these hashes: the canonical form never changes. */
static void
test_hash_is_fixed (void)
{
  g_autoptr (SatchelChangeSet) set = make_set (7, 0), renumbered = make_set (8, 99);
  g_autofree char *hash = satchel_change_set_hash (set), *same = satchel_change_set_hash (renumbered);

  g_assert_cmpstr (hash, ==, "fb7a926df6e16f8c290b38283387d33e797905067e26da7f065f94f4d4e2c0fb");
  g_assert_cmpstr (same, ==, hash);
}

static void
bend_nothing (SatchelChangeSet *set)
{
}

static void
bend_uuid (SatchelChangeSet *set)
{
  set->uuid[35] = '9';
}

static void
bend_order_of_changes (SatchelChangeSet *set)
{
  gpointer first = set->changes->pdata[0];

  set->changes->pdata[0] = set->changes->pdata[2];
  set->changes->pdata[2] = first;
}

static void
bend_order_of_fields (SatchelChangeSet *set)
{
  SatchelChange *change = set->changes->pdata[0];
  gpointer first = change->edits->pdata[0];

  change->edits->pdata[0] = change->edits->pdata[1];
  change->edits->pdata[1] = first;
}

static void
bend_seen (SatchelChangeSet *set)
{
  SatchelChange *change = set->changes->pdata[1];

  change->seen[0] = '2';
}

static void
bend_base (SatchelChangeSet *set)
{
  SatchelEdit *edit = ((SatchelChange *)set->changes->pdata[1])->edits->pdata[0];

  g_clear_pointer (&edit->base, json_node_unref);
}

/* A text and an integer of the same digits, and a text that looks like another part of the form. */
static void
bend_type (SatchelChangeSet *set)
{
  SatchelEdit *edit = ((SatchelChange *)set->changes->pdata[0])->edits->pdata[1];

  json_node_unref (edit->value);
  edit->value = string_node ("9223372036854775807");
}

static void
bend_border (SatchelChangeSet *set)
{
  SatchelChange *change = set->changes->pdata[3];

  g_free (change->entity);
  g_free (change->record);
  change->entity = g_strdup ("lea");
  change->record = g_strdup ("d" RECORD);
}

static void
test_hash_tells_apart (void)
{
  static void (*const bends[]) (SatchelChangeSet * set) = {
    bend_nothing, bend_uuid, bend_order_of_changes, bend_order_of_fields, bend_seen,
    bend_base,    bend_type, bend_border,
  };
  g_autoptr (GHashTable) hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bends); i++) {
    g_autoptr (SatchelChangeSet) set = make_set (1, 0);

    bends[i](set);
    g_assert_true (g_hash_table_add (hashes, satchel_change_set_hash (set)));
  }
}

#define SET(changes)    "{\"id\":\"" UUID "\",\"n\":1,\"at\":0,\"c\":" changes "}"
#define CHANGE(members) SET ("[{\"e\":\"task\",\"r\":\"" RECORD "\"," members "}]")

static SatchelChangeSet *
parse (const char *text, GError **error)
{
  static const char *const cursors[] = { "a", "b" };
  g_autoptr (JsonNode) node = satchel_json_parse (text, strlen (text), NULL);

  g_assert_nonnull (node);
  return satchel_change_set_from_json (node, cursors, G_N_ELEMENTS (cursors), error);
}

static void
test_accepted (void)
{
  static const char *const good[] = {
    CHANGE ("\"k\":\"create\""),
    CHANGE ("\"k\":\"create\",\"f\":{}"),
    CHANGE ("\"k\":\"update\",\"seen\":1,\"f\":{\"a\":[1]}"),
    CHANGE ("\"k\":\"update\",\"f\":{\"a\":[null,\"\"]}"), /* of a record that this device made and never
                                                              pulled */
    CHANGE ("\"k\":\"delete\",\"seen\":0"),
    CHANGE ("\"k\":\"do\",\"a\":\"disqualify\""),
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelChangeSet) set = parse (good[i], &error);

    g_assert_no_error (error);
    g_assert_nonnull (set);
  }
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "[]",
    "null",
    SET ("[]"),
    SET ("{}"),
    SET ("[null]"),
    SET ("[[]]"),
    "{\"id\":\"x\",\"n\":1,\"at\":0,\"c\":[]}",
    "{\"id\":\"" UUID "\",\"n\":0,\"at\":0,\"c\":[]}",
    "{\"id\":\"" UUID "\",\"n\":1.5,\"at\":0,\"c\":[]}",
    "{\"id\":\"" UUID "\",\"n\":1,\"at\":9223372036854775807,\"c\":[]}",
    "{\"id\":\"" UUID "\",\"n\":1,\"c\":[]}",
    CHANGE ("\"k\":\"erase\""),
    CHANGE ("\"k\":1"),
    CHANGE ("\"k\":\"create\",\"x\":1"),
    CHANGE ("\"k\":\"create\",\"seen\":0"),
    CHANGE ("\"k\":\"create\",\"a\":\"qualify\""),
    CHANGE ("\"k\":\"update\""),
    CHANGE ("\"k\":\"update\",\"f\":{}"),
    CHANGE ("\"k\":\"update\",\"seen\":2,\"f\":{\"a\":[1]}"),
    CHANGE ("\"k\":\"update\",\"seen\":-1,\"f\":{\"a\":[1]}"),
    CHANGE ("\"k\":\"update\",\"seen\":\"0\",\"f\":{\"a\":[1]}"),
    CHANGE ("\"k\":\"update\",\"f\":[]"),
    CHANGE ("\"k\":\"update\",\"f\":{\"a\":1}"),
    CHANGE ("\"k\":\"update\",\"f\":{\"a\":[]}"),
    CHANGE ("\"k\":\"update\",\"f\":{\"a\":[1,2,3]}"),
    CHANGE ("\"k\":\"update\",\"f\":{\"a\":[true]}"),
    CHANGE ("\"k\":\"update\",\"f\":{\"a\":[1.5]}"),
    CHANGE ("\"k\":\"update\",\"f\":{\"a\":[[1]]}"),
    CHANGE ("\"k\":\"update\",\"f\":{\"a\":[1,{}]}"),
    CHANGE ("\"k\":\"update\",\"f\":{\"A\":[1]}"),
    CHANGE ("\"k\":\"update\",\"f\":{\"a b\":[1]}"),
    CHANGE ("\"k\":\"update\",\"f\":{\"\":[1]}"),
    CHANGE ("\"k\":\"delete\",\"f\":{}"),
    CHANGE ("\"k\":\"do\""),
    CHANGE ("\"k\":\"do\",\"a\":\"\""),
    CHANGE ("\"k\":\"do\",\"a\":\"drop table\""),
    SET ("[{\"k\":\"create\",\"r\":\"" RECORD "\"}]"),
    SET ("[{\"k\":\"create\",\"e\":\"task\"}]"),
    SET ("[{\"k\":\"create\",\"e\":\"Task\",\"r\":\"" RECORD "\"}]"),
    SET ("[{\"k\":\"create\",\"e\":\"task\",\"r\":\"0192A3B4-c5d6-7000-8000-000000000002\"}]"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("case %u", i);
    g_assert_null (parse (bad[i], &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
}

static void
test_bounds (void)
{
  g_autoptr (SatchelChangeSet) many = satchel_change_set_new (UUID, 1, 0),
                               wide = satchel_change_set_new (UUID, 1, 0);
  g_autoptr (GPtrArray) cursors = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonNode) many_node = NULL, wide_node = NULL;
  g_autoptr (GError) too_many = NULL, too_wide = NULL;
  SatchelChange *change;

  for (guint i = 0; i <= SATCHEL_MAX_SET_CHANGES; i++)
    satchel_change_set_add (many, SATCHEL_CHANGE_DELETE, "task", RECORD, NULL, NULL);
  many_node = satchel_change_set_to_json (many, cursors);
  g_assert_null (satchel_change_set_from_json (many_node, NULL, 0, &too_many));
  g_assert_error (too_many, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);

  change = satchel_change_set_add (wide, SATCHEL_CHANGE_CREATE, "task", RECORD, NULL, NULL);
  for (guint i = 0; i <= SATCHEL_MAX_CHANGE_FIELDS; i++) {
    g_autofree char *name = g_strdup_printf ("field_%u", i);

    satchel_change_add_edit (change, name, json_node_init_int (json_node_alloc (), i), NULL);
  }
  wide_node = satchel_change_set_to_json (wide, cursors);
  g_assert_null (satchel_change_set_from_json (wide_node, NULL, 0, &too_wide));
  g_assert_error (too_wide, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/change/round-trip", test_round_trip);
  g_test_add_func ("/protocol/change/hash-is-fixed", test_hash_is_fixed);
  g_test_add_func ("/protocol/change/hash-tells-apart", test_hash_tells_apart);
  g_test_add_func ("/protocol/change/accepted", test_accepted);
  g_test_add_func ("/protocol/change/refused", test_refused);
  g_test_add_func ("/protocol/change/bounds", test_bounds);
  return g_test_run ();
}
