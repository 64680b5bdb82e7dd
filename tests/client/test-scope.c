/* Offline filters as a person's device handles them: checked, saved, counted, explained.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/scope.h"

#include <string.h>

#include "protocol/wire/json.h"
#include "tests/client/device.h"

#define ACCOUNTS "{'entity':'account','columns':['id','s','name','city','owner','unit'],'whole':true}"
#define CONTACTS "{'entity':'contact','columns':['id','s','last_name','account','owner','unit'],'whole':true}"

static void
setup (Device *device)
{
  device_setup (device, DEVICE_PRIMED);
  device_pull (device, 20, ACCOUNTS, "['~a1~',11,'Acme','Cluj','user:~me~','~unit~']",
               "['~a2~',12,'Other','Bonn','user:~you~','~unit~']", CONTACTS,
               "['~c1~',13,'Pop','~a1~','user:~you~','~unit~']",
               "['~c2~',14,'Ionescu','~a2~','user:~you~','~unit~']", NULL);
}

static char *
add (Device *device, const SatchelScopeChoice *choice)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autofree char *set = satchel_session_scope_add (device->session, choice, &id, &error);

  g_assert_no_error (error);
  g_assert_nonnull (set);
  return g_steal_pointer (&id);
}

static GPtrArray *
list (Device *device)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *filters = satchel_session_scope_list (device->session, &error);

  g_assert_no_error (error);
  return filters;
}

static void
test_add_and_list (void)
{
  Device device;
  const SatchelScopeChoice mine = { .entity = "account", .predicate = "owner=me", .related = TRUE };
  const SatchelScopeChoice all = {
    .entity = "contact", .predicate = "", .name = "People", .this_device = TRUE
  };
  g_autofree char *first = NULL, *second = NULL, *gone = NULL;
  g_autoptr (GPtrArray) filters = NULL, fewer = NULL;
  g_autoptr (GError) error = NULL;
  const SatchelOfflineFilter *filter;

  setup (&device);
  first = add (&device, &mine);
  second = add (&device, &all);
  filters = list (&device);
  g_assert_cmpint (filters->len, ==, 2);
  filter = filters->pdata[0];
  g_assert_cmpstr (filter->id, ==, first);
  g_assert_cmpstr (filter->name, ==, "Accounts: owner = me");
  g_assert_cmpstr (filter->predicate, ==, "owner = me"); /* canonical: equal filters are shared */
  g_assert_true (filter->related);
  g_assert_null (filter->device);
  g_assert_null (filter->zone);
  g_assert_cmpint (filter->records, ==, 2); /* Acme, and Pop who belongs to it */
  filter = filters->pdata[1];
  g_assert_cmpstr (filter->id, ==, second);
  g_assert_cmpstr (filter->name, ==, "People");
  g_assert_cmpstr (filter->device, ==, device_id ("device"));
  g_assert_cmpint (filter->records, ==, 2);

  gone = satchel_session_scope_remove (device.session, first, &error);
  g_assert_no_error (error);
  fewer = list (&device);
  g_assert_cmpint (fewer->len, ==, 1);
  device_teardown (&device);
}

static void
test_same_twice (void)
{
  Device device;
  SatchelScopeChoice choice = { .entity = "account", .predicate = "owner = me" };
  g_autofree char *id = NULL, *other = NULL, *again = NULL, *set = NULL;
  g_autoptr (GError) error = NULL;

  setup (&device);
  id = add (&device, &choice);
  choice.predicate = "owner   = ME";
  set = satchel_session_scope_add (device.session, &choice, &again, &error);
  g_assert_null (set);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS);
  choice.related = TRUE; /* that is more */
  other = add (&device, &choice);
  g_assert_cmpint (device_rows (&device, "e_offline_filter"), ==, 2);
  device_teardown (&device);
}

/* Relative dates are in the person's days, all else has no zone. */
static void
test_zone (void)
{
  Device device;
  const SatchelScopeChoice recent = { .entity = "account", .predicate = "created_at in this month" };
  g_autofree char *id = NULL;
  g_autoptr (GPtrArray) filters = NULL;

  setup (&device);
  id = add (&device, &recent);
  filters = list (&device);
  g_assert_nonnull (((SatchelOfflineFilter *)filters->pdata[0])->zone);
  device_teardown (&device);
}

static const struct {
  const char *entity, *predicate;
  SatchelErrorCode code;
  const char *says;
} refused[] = {
  { "account", "ctiy = \"x\"", SATCHEL_ERROR_INVALID, "column 1" },
  { "account", "city = \"x\" and", SATCHEL_ERROR_INVALID, "column 15" },
  { "acount", "", SATCHEL_ERROR_SCHEMA, "account" },
  { "*", "city = \"x\"", SATCHEL_ERROR_INVALID, "for " }, /* not all of them have a city */
  { "user", "", SATCHEL_ERROR_INVALID, "every device" },
  { "conflict", "", SATCHEL_ERROR_INVALID, NULL },
};

static void
test_refused (void)
{
  Device device;

  setup (&device);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    const SatchelScopeChoice choice = { .entity = refused[i].entity, .predicate = refused[i].predicate };
    g_autofree char *id = NULL, *set = NULL, *text = NULL;
    g_autoptr (GError) error = NULL, again = NULL;

    set = satchel_session_scope_add (device.session, &choice, &id, &error);
    g_assert_null (set);
    g_assert_error (error, SATCHEL_ERROR, (int)refused[i].code);
    g_assert_true (refused[i].says == NULL || strstr (error->message, refused[i].says) != NULL);
    text = satchel_session_scope_preview_to_text (device.session, &choice, &again);
    g_assert_null (text);
    g_assert_error (again, SATCHEL_ERROR, (int)refused[i].code);
  }
  g_assert_cmpint (device_rows (&device, "e_offline_filter"), ==, 0);
  device_teardown (&device);
}

/* ---- why ---- */

static void
assert_why (Device *device, const char *entity, const char *name, SatchelWhy expected, const char *says)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;
  SatchelWhy why;

  g_assert_true (satchel_session_scope_why (device->session, device_entity (device, entity), device_id (name),
                                            &why, &reason, &error));
  g_assert_no_error (error);
  g_assert_cmpint (why, ==, expected);
  g_assert_true (says == NULL ? expected == SATCHEL_WHY_ABSENT || reason != NULL
                              : strstr (reason, says) != NULL);
}

static void
test_why (void)
{
  Device device;
  const SatchelScopeChoice mine = {
    .entity = "account", .predicate = "owner = me", .related = TRUE, .name = "Mine"
  };
  const SatchelScopeChoice elsewhere = { .entity = "contact", .predicate = "last_name = \"Ionescu\"" };
  g_autofree char *id = NULL, *other = NULL;

  setup (&device);
  assert_why (&device, "account", "a1", SATCHEL_WHY_UNKNOWN, NULL);
  id = add (&device, &mine);
  assert_why (&device, "account", "a1", SATCHEL_WHY_FILTER, "“Mine”");
  assert_why (&device, "contact", "c1", SATCHEL_WHY_FILTER, "related");
  assert_why (&device, "contact", "c2", SATCHEL_WHY_UNKNOWN, NULL);
  other = add (&device, &elsewhere);
  assert_why (&device, "contact", "c2", SATCHEL_WHY_FILTER, "Ionescu");
  assert_why (&device, "account", "a9", SATCHEL_WHY_ABSENT, NULL);
  assert_why (&device, "user", "you", SATCHEL_WHY_ALWAYS, "Users");
  WRITE (device_create (&device, "account", "a5", &problem, "name", "Draft", NULL));
  assert_why (&device, "account", "a5", SATCHEL_WHY_DRAFT, NULL);
  /* The server's row counts, not what is shown. */
  WRITE (device_set (&device, "contact", "c2", &problem, "last_name", "Renamed", NULL));
  assert_why (&device, "contact", "c2", SATCHEL_WHY_FILTER, "Ionescu");
  device_teardown (&device);
}

/* Filters of other people, of other devices, and some that are not understood here. */
static void
test_foreign_filters (void)
{
  Device device;
  g_autoptr (GPtrArray) filters = NULL;

  setup (&device);
  device_pull (
      &device, 30,
      "{'entity':'offline_filter','columns':['id','s','name','entity','predicate','related','device','owner'"
      ",'unit'],'whole':true}",
      "['~f1~',21,'Hers','account','',0,null,'~you~','~unit~']",
      "['~f2~',22,'B elsewhere','account','',0,'~other~','~me~','~unit~']",
      "['~f3~',23,'C strange','spaceship','warp = 9',0,null,'~me~','~unit~']",
      "['~f4~',24,'D broken','account','~a1~ and (',1,null,'~me~','~unit~']",
      "['~f5~',25,'E empty',null,null,0,null,'~me~','~unit~']", NULL);
  filters = list (&device);
  g_assert_cmpint (filters->len, ==, 4);
  g_assert_cmpint (((SatchelOfflineFilter *)filters->pdata[0])->records, ==, 2);
  for (guint i = 1; i < filters->len; i++)
    g_assert_cmpint (((SatchelOfflineFilter *)filters->pdata[i])->records, ==, -1);
  assert_why (&device, "account", "a1", SATCHEL_WHY_UNKNOWN, NULL);
  device_teardown (&device);
}

/* ---- switched off and on ---- */

static const char *
find_device (GPtrArray *filters, const char *id)
{
  for (guint i = 0; i < filters->len; i++) {
    const SatchelOfflineFilter *filter = filters->pdata[i];

    if (g_str_equal (filter->id, id))
      return filter->device != NULL ? filter->device : "everywhere";
  }
  return "unknown";
}

static void
test_switch (void)
{
  Device device;
  const SatchelScopeChoice mine = { .entity = "account", .predicate = "owner = me" };
  g_autofree char *id = NULL, *off = NULL, *again = NULL, *on = NULL, *nobody = NULL;
  g_autoptr (GPtrArray) without = NULL, with = NULL;
  g_autoptr (GError) error = NULL;

  setup (&device);
  id = add (&device, &mine);
  off = satchel_session_scope_switch (device.session, id, FALSE, &error);
  g_assert_no_error (error);
  without = list (&device);
  g_assert_cmpstr (find_device (without, id), ==, SATCHEL_SCOPE_NOWHERE);
  again = satchel_session_scope_switch (device.session, id, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, "");
  on = satchel_session_scope_switch (device.session, id, TRUE, &error);
  g_assert_no_error (error);
  with = list (&device);
  g_assert_cmpstr (find_device (with, id), ==, "everywhere");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 3);
  nobody = satchel_session_scope_switch (device.session, device_id ("nobody"), FALSE, &error);
  g_assert_null (nobody);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 3);
  device_teardown (&device);
}

/* As the server tells a filter before anything was pulled. */
static SatchelRecord *
make_told (Device *device, const char *id)
{
  SatchelRecord *told = satchel_record_new (device_entity (device, "offline_filter"), id);
  g_autoptr (SatchelValue) entity = satchel_value_new_string ("account");

  satchel_record_set_by_name (told, "entity", entity);
  return told;
}

/* It goes ahead of the first pull and is shown by nothing; the filter comes, and is off already. */
static void
test_switch_told (void)
{
  Device device;
  g_autoptr (SatchelRecord) told = NULL;
  g_autofree char *off = NULL, *same = NULL;
  g_autoptr (GPtrArray) none = NULL, filters = NULL;
  g_autoptr (GError) error = NULL;

  device_setup (&device, DEVICE_EMPTY);
  told = make_told (&device, device_id ("f1"));
  same = satchel_session_scope_switch_told (device.session, told, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (same, ==, ""); /* as it is told to be */
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 0);
  off = satchel_session_scope_switch_told (device.session, told, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (strlen (off), >, 0);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 1);
  none = list (&device);
  g_assert_cmpint (none->len, ==, 0);
  device_reopen (&device); /* it waits on the disk */
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 1);
  device_push_applied (&device, 1, 15);
  device_pull (&device, 20,
               "{'entity':'offline_filter','columns':['id','s','name','entity','related','device','owner'],'"
               "whole':true}",
               "['~f1~',15,'Accounts','account',0,'none','~me~']", NULL);
  filters = list (&device);
  g_assert_cmpstr (find_device (filters, device_id ("f1")), ==, SATCHEL_SCOPE_NOWHERE);
  device_teardown (&device);
}

/* What only the server writes is refused, a refusal of the server can be put away, and what is told of
 * strangely spoils nothing. */
static void
test_switch_hostile (void)
{
  Device device;
  g_autoptr (SatchelRecord) told = NULL, strange = NULL;
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  g_autoptr (GPtrArray) none = NULL;
  SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);
  g_autofree char *denied = NULL, *off = NULL, *odd = NULL;
  g_autoptr (GError) error = NULL;

  device_setup (&device, DEVICE_EMPTY);
  told = make_told (&device, device_id ("f1"));
  change->field = satchel_entity_find_field (told->entity, "modified_by");
  g_ptr_array_add (changes, change);
  denied = satchel_session_update_told (device.session, told, changes, &error);
  g_assert_null (denied);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 0);
  off = satchel_session_scope_switch_told (device.session, told, FALSE, &error);
  g_assert_no_error (error);
  device_push_parked (&device, SATCHEL_ERROR_NOT_FOUND, NULL);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 1);
  g_assert_true (satchel_outbox_discard (device.outbox, off, &error));
  g_assert_no_error (error);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 0);
  strange = make_told (&device, "'); DROP TABLE outbox; --");
  odd = satchel_session_scope_switch_told (device.session, strange, FALSE, &error);
  g_assert_no_error (error);
  none = list (&device);
  g_assert_cmpint (none->len, ==, 0);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 1);
  device_teardown (&device);
}

/* ---- the server's answers ---- */

static void
test_answers (void)
{
  static const char *const wrong[] = { "",
                                       "[]",
                                       "{}",
                                       "{\"records\":-1,\"bytes\":0,\"seconds\":0}",
                                       "{\"records\":1,\"bytes\":\"1\"}",
                                       "{\"carried\":1,\"reason\":\"x\"}",
                                       "{\"carried\":true}",
                                       "{\"carried\":true,\"reason\":7}" };
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;
  SatchelScopePreview preview;
  gboolean carried;

  g_assert_true (satchel_scope_preview_from_text (
      "{\"records\":12,\"bytes\":3400,\"seconds\":0.5,\"more\":1}", &preview, &error));
  g_assert_no_error (error);
  g_assert_cmpint (preview.records, ==, 12);
  g_assert_cmpint (preview.bytes, ==, 3400);
  g_assert_cmpfloat (preview.seconds, ==, 0.5);
  g_assert_true (
      satchel_scope_preview_from_text ("{\"records\":12,\"bytes\":3400,\"seconds\":2}", &preview, &error));
  g_assert_cmpfloat (preview.seconds, ==, 2);
  g_assert_true (satchel_scope_why_from_text ("{\"carried\":false,\"reason\":\"no filter\"}", &carried,
                                              &reason, &error));
  g_assert_no_error (error);
  g_assert_false (carried);
  g_assert_cmpstr (reason, ==, "no filter");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autofree char *nothing = NULL;

    g_assert_false (satchel_scope_preview_from_text (wrong[i], &preview, NULL));
    g_assert_false (satchel_scope_why_from_text (wrong[i], &carried, &nothing, NULL));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/scope/add-and-list", test_add_and_list);
  g_test_add_func ("/client/scope/same-twice", test_same_twice);
  g_test_add_func ("/client/scope/zone", test_zone);
  g_test_add_func ("/client/scope/refused", test_refused);
  g_test_add_func ("/client/scope/why", test_why);
  g_test_add_func ("/client/scope/foreign-filters", test_foreign_filters);
  g_test_add_func ("/client/scope/switch", test_switch);
  g_test_add_func ("/client/scope/switch-told", test_switch_told);
  g_test_add_func ("/client/scope/switch-hostile", test_switch_hostile);
  g_test_add_func ("/client/scope/answers", test_answers);
  return g_test_run ();
}
