/* A replica that follows the server's definitions: rows stay, edits of the past stay, and what cannot be read
 * is left aside.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "tests/client/device.h"

#define ACCOUNTS "{'entity':'account','columns':['id','s','name','city','phone','owner','unit'],'whole':true}"
#define ACME     "['~a1~',11,'Acme','Cluj','1','user:~me~','~unit~']"
#define BETA     "['~a2~',12,'Beta','Turda','2','user:~me~','~unit~']"

static void
setup (Device *device)
{
  device_setup (device, DEVICE_PRIMED);
  device_pull (device, 20, ACCOUNTS, ACME, BETA, NULL);
}

#define SATCHEL(inner) "<satchel version='1'>" inner "</satchel>"
#define ACCOUNT(inner) SATCHEL ("<entity name='account'>" inner "</entity>")
#define LOYALTY        "<field name='loyalty' label='Loyalty' type='string' default='none' search='text'/>"
#define VEHICLE                                                                                              \
  SATCHEL ("<entity name='vehicle' label='Vehicle' plural='Vehicles' area='sales' "                          \
           "ownership='organisation' title='plate'>"                                                         \
           "<field name='plate' label='Plate' type='string' search='text'/></entity>"                        \
           "<views entity='vehicle'><view name='all' label='All' default='yes' sort='plate'>"                \
           "<column field='plate' width='200'/></view></views>")

static void
test_added_field (void)
{
  static const char *const lines[] = { "{'entity':'account','columns':['id','s','loyalty'],'whole':false}",
                                       "['~a2~',30,'gold']", NULL };
  Device device;
  g_autofree char *found = NULL, *none = NULL;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Dej", NULL)); /* its row lies aside */
  device_follow (&device, 30, ACCOUNT (LOYALTY), lines);
  device_assert_shown (&device, "account", "a1", "loyalty", "none");
  device_assert_base (&device, "account", "a1", "loyalty", "none");
  device_assert_shown (&device, "account", "a1", "city", "Dej");
  device_assert_shown (&device, "account", "a2", "loyalty", "gold");
  device_assert_shown (&device, "account", "a2", "name", "Beta");
  WRITE (device_set (&device, "account", "a1", &problem, "loyalty", "silver", NULL));
  found = device_find (&device, "account", "silv", NULL);
  g_assert_cmpstr (found, ==, "Acme");
  none = device_find (&device, "account", NULL, "loyalty = \"gold\"");
  g_assert_cmpstr (none, ==, "Beta");

  device_reopen (&device);
  device_assert_shown (&device, "account", "a1", "loyalty", "silver");
  device_teardown (&device);
}

static void
test_added_entity (void)
{
  static const char *const lines[] = { "{'entity':'vehicle','columns':['id','s','plate'],'whole':true}",
                                       "['~v1~',30,'CJ 01']", NULL };
  Device device;
  g_autofree char *found = NULL;

  setup (&device);
  device_follow (&device, 30, VEHICLE, lines);
  device_assert_shown (&device, "vehicle", "v1", "plate", "CJ 01");
  found = device_find (&device, "vehicle", "cj", NULL);
  g_assert_cmpstr (found, ==, "CJ 01");
  WRITE (device_create (&device, "vehicle", "v2", &problem, "plate", "CJ 02", NULL));
  device_assert_shown (&device, "vehicle", "v2", "plate", "CJ 02");
  device_teardown (&device);
}

/* Definitions that come with the first rows of all. */
static void
test_first_pull (void)
{
  static const char *const lines[] = { ACCOUNTS, ACME, NULL };
  g_autofree char *text = device_dup_definitions (ACCOUNT (LOYALTY));
  SatchelPullResult result;
  Device device;

  device_setup (&device, DEVICE_EMPTY);
  device_follow_text (&device, 10, text, lines, &result);
  g_assert_true (result.reset);
  /* What the server did not send is empty: it would have filled the default in itself. */
  device_assert_shown (&device, "account", "a1", "loyalty", "");
  device_teardown (&device);
}

static void
test_renamed (void)
{
  Device device;
  g_autofree char *found = NULL;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Dej", NULL));
  device_follow (&device, 30, ACCOUNT ("<field name='city' label='Town' alias='town'/>"), NULL);
  device_assert_shown (&device, "account", "a1", "city", "Dej");
  found = device_find (&device, "account", NULL, "town = \"Dej\" and city = \"Dej\"");
  g_assert_cmpstr (found, ==, "Acme");
  device_push_applied (&device, 1, 31);
  device_teardown (&device);
}

static GHashTable *
edit (const char *field, const char *text)
{
  GHashTable *values = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_insert (values, (gpointer)field, (gpointer)text);
  return values;
}

/* What was written before the field was retired is parked with its text, and can go without it. */
static void
test_retired_field (void)
{
  Device device;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parked = NULL;
  g_autoptr (GHashTable) new_city = edit ("city", "Turda"), no_city = edit ("city", "");
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *uuid = NULL;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Dej", "name", "Acme Ltd", NULL));
  device_push_parked (&device, SATCHEL_ERROR_SCHEMA, "city");
  device_follow (&device, 30, ACCOUNT ("<field name='city' retired='yes'/>"), NULL);
  device_assert_shown (&device, "account", "a1", "city", "Cluj");
  parked = satchel_outbox_list (device.outbox, 1 << SATCHEL_SET_PARKED, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (parked->len, ==, 1);
  uuid = g_strdup (((SatchelQueuedSet *)parked->pdata[0])->set->uuid);

  g_assert_false (satchel_outbox_edit (device.outbox, uuid, new_city, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA);
  g_clear_error (&error);
  g_assert_true (satchel_outbox_edit (device.outbox, uuid, no_city, &error));
  g_assert_no_error (error);
  device_push_applied (&device, 1, 31);
  device_assert_shown (&device, "account", "a1", "name", "Acme Ltd");

  /* Nobody writes it here either, and scripts do not see it. */
  g_assert_null (device_set (&device, "account", "a2", &error, "city", "Dej", NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA);
  g_assert_true (satchel_replica_read (device.replica, device_entity (&device, "account"), device_id ("a2"),
                                       &record, NULL));
  object = satchel_record_to_json (record, TRUE, NULL, NULL);
  g_assert_false (json_object_has_member (object, "city"));
  g_clear_pointer (&record, satchel_record_free); /* it borrows from the registry */
  device_teardown (&device);
}

/* A set that waits while its entity is retired is offered all the same: the server says what becomes of it.
 */
static void
test_retired_entity (void)
{
  Device device;
  g_autoptr (GError) error = NULL;

  setup (&device);
  WRITE (device_create (&device, "product", "p1", &problem, "name", "Fridge", NULL));
  device_follow (&device, 30, SATCHEL ("<entity name='product' retired='yes'/>"), NULL);
  device_assert_shown (&device, "product", "p1", "name", "Fridge");
  g_assert_null (device_create (&device, "product", "p2", &error, "name", "Oven", NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA);
  device_push_parked (&device, SATCHEL_ERROR_SCHEMA, NULL);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 1);
  device_teardown (&device);
}

static void
test_retired_choice (void)
{
  Device device;
  g_autoptr (GError) error = NULL;

  setup (&device);
  device_follow (&device, 30,
                 ACCOUNT ("<field name='tier' label='Tier' type='choice'><choices><choice key='a' label='A'/>"
                          "<choice key='b' label='B' retired='yes'/></choices></field>"),
                 NULL);
  g_assert_null (device_set (&device, "account", "a1", &error, "tier", "b", NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA);
  WRITE (device_set (&device, "account", "a1", &problem, "tier", "a", NULL));
  device_teardown (&device);
}

/* ---- what this program cannot read ---- */

static void
test_unread (void)
{
  static const char *const lines[] = {
    "{'entity':'account','columns':['id','s','city','hologram'],'whole':false}", "['~a1~',30,'Dej',7]", NULL
  };
  g_autofree char *readable = device_dup_definitions (ACCOUNT (LOYALTY));
  SatchelPullResult result;
  Device device;

  setup (&device);
  device_follow_text (&device, 30,
                      "<satchel version='1'><entity name='account'><hologram/></entity></satchel>", lines,
                      &result);
  g_assert_true (satchel_followed_is_unread (satchel_replica_get_followed (device.replica)));
  device_assert_shown (&device, "account", "a1", "city", "Dej");
  g_assert_cmpstr (satchel_replica_peek_meta (device.replica, "cursor"), ==, "c30");
  WRITE (device_set (&device, "account", "a2", &problem, "city", "Dej", NULL));
  device_reopen (&device);
  g_assert_cmpstr (satchel_replica_peek_meta (device.replica, "cursor"), ==, "c30");

  /* Once it can be read again, all columns of all rows are needed. */
  device_follow_text (&device, 40, readable, NULL, &result);
  g_assert_false (satchel_followed_is_unread (satchel_replica_get_followed (device.replica)));
  g_assert_null (satchel_replica_peek_meta (device.replica, "cursor"));
  device_assert_shown (&device, "account", "a2", "city", "Dej");
  device_teardown (&device);
}

/* Another type in a column that is there: nothing of it is taken. */
static void
test_other_columns (void)
{
  g_autofree char *same = device_dup_definitions (ACCOUNT (""));
  g_auto (GStrv) parts = g_strsplit (same, "name=\"employees\" label=\"Employees\" type=\"integer\"", 2);
  g_autofree char *text =
      g_strjoin ("name=\"employees\" label=\"Employees\" type=\"decimal\"", parts[0], parts[1], NULL);
  SatchelPullResult result;
  Device device;

  setup (&device);
  device_follow_text (&device, 30, text, NULL, &result);
  g_assert_true (satchel_followed_is_unread (satchel_replica_get_followed (device.replica)));
  g_assert_cmpint (satchel_entity_find_field (device_entity (&device, "account"), "employees")->type, ==,
                   SATCHEL_TYPE_INTEGER);
  device_teardown (&device);
}

/* A pull that fails leaves the definitions as they were. */
static void
test_cut (void)
{
  g_auto (PullText) pull = { 0 };
  g_autofree char *text = device_dup_definitions (ACCOUNT (LOYALTY));
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;
  Device device;

  setup (&device);
  pull_begin (&pull, NULL);
  pull_definitions (&pull, text);
  g_assert_false (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE);
  g_clear_error (&error);
  g_assert_null (satchel_entity_find_field (device_entity (&device, "account"), "loyalty"));

  /* Definitions behind rows could mean anything. */
  g_string_truncate (pull.text, 0);
  g_string_append (pull.text, "{}\n");
  pull_line (&pull, "{'entity':'account','columns':['id','s','city'],'whole':false}");
  pull_definitions (&pull, text);
  pull_end (&pull, 30);
  g_assert_false (device_try_pull (&device, pull.text->str, pull.text->len, &result, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_assert_null (satchel_entity_find_field (device_entity (&device, "account"), "loyalty"));

  device_follow (&device, 30, ACCOUNT (LOYALTY), NULL);
  device_assert_shown (&device, "account", "a1", "loyalty", "none");
  device_teardown (&device);
}

/* Another process of the profile sees what this one pulled, without opening anything anew. */
static void
test_other_process (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSession) other = NULL;
  const SatchelEntity *old;
  g_autoptr (SatchelRecord) record = NULL;
  Device device;

  setup (&device);
  other = device_open_another (&device);
  old = satchel_registry_find (satchel_session_get_registry (other), "account");
  g_assert_null (satchel_entity_find_field (old, "loyalty"));
  device_follow (&device, 30, ACCOUNT (LOYALTY), NULL);
  g_assert_nonnull (satchel_entity_find_field (
      satchel_registry_find (satchel_session_get_registry (other), "account"), "loyalty"));
  /* A definition that was borrowed before goes on. */
  g_assert_true (
      satchel_replica_read (satchel_session_get_replica (other), old, device_id ("a1"), &record, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (satchel_value_get_string (satchel_record_get_by_name (record, "city")), ==, "Cluj");
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/schema/added-field", test_added_field);
  g_test_add_func ("/client/schema/added-entity", test_added_entity);
  g_test_add_func ("/client/schema/first-pull", test_first_pull);
  g_test_add_func ("/client/schema/renamed", test_renamed);
  g_test_add_func ("/client/schema/retired-field", test_retired_field);
  g_test_add_func ("/client/schema/retired-entity", test_retired_entity);
  g_test_add_func ("/client/schema/retired-choice", test_retired_choice);
  g_test_add_func ("/client/schema/unread", test_unread);
  g_test_add_func ("/client/schema/other-columns", test_other_columns);
  g_test_add_func ("/client/schema/cut", test_cut);
  g_test_add_func ("/client/schema/other-process", test_other_process);
  return g_test_run ();
}
