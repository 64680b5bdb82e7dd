/* Who takes part in what: the index follows every way in which rows change, and none of it stays of what
 * goes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/check.h"
#include "client/replica/parties.h"
#include "client/replica/query.h"
#include "protocol/error.h"
#include "tests/client/device.h"

#define CALLS                                                                                                \
  "{'entity':'phone_call','columns':['id','s','subject','from','to','owner','status','direction',"           \
  "'priority'],'whole':true}"

/* Titles of the calls in which one of the named takes part, joined with ", ". */
static gboolean
take_cb (const SatchelRecord *record, gpointer data)
{
  GString *text = data;
  g_autofree char *title = satchel_record_dup_title (record);

  g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", title);
  return TRUE;
}

static char *
list_of (Device *device, const char *entity, const char *const *names)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  SatchelQuery query = { .entity = device_entity (device, entity), .limit = 50 };
  GString *text = g_string_new (NULL);
  SatchelPredicateContext context;
  GError *error = NULL;
  gint64 count;

  for (; *names != NULL; names++)
    g_ptr_array_add (ids, g_strdup (device_id (*names)));
  g_ptr_array_add (ids, NULL);
  query.taking_part = (const char *const *)ids->pdata;
  satchel_session_get_context (device->session, &context);
  g_assert_true (satchel_replica_query (device->replica, &query, &context, take_cb, text, &error));
  g_assert_true (satchel_replica_count (device->replica, &query, &context, &count, &error));
  g_assert_cmpint (count == 0, ==, text->len == 0);
  return g_string_free (text, FALSE);
}

#define assert_calls(device, expected, ...)                                                                  \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    const char *const names_[] = { __VA_ARGS__, NULL };                                                      \
    g_autofree char *calls_ = list_of (device, "phone_call", names_);                                        \
    g_assert_cmpstr (calls_, ==, expected);                                                                  \
  }                                                                                                          \
  G_STMT_END

static void
assert_sound (Device *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = satchel_replica_check (device->replica, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (char *)problems->pdata[i]);
  g_assert_cmpuint (problems->len, ==, 0);
}

static char *
dup_call (const char *name, const char *s, const char *from, const char *to)
{
  return g_strdup_printf ("['~%s~',%s,'%s',%s,%s,'user:~me~','open','outgoing','normal']", name, s, name,
                          from, to);
}

#define PARTY(name) "{\\'role\\':\\'to\\',\\'entity\\':\\'contact\\',\\'id\\':\\'~" name "~\\'}"
#define NOBODY      "{\\'role\\':\\'to\\',\\'address\\':\\'x@example.com\\'}"
#define ANA         "'[" PARTY ("ana") "]'"
#define BEN         "'[" PARTY ("ben") "," NOBODY "]'"
#define ANA_AND_BEN "'[" PARTY ("ana") "," PARTY ("ben") "]'"

static void
pull_calls (Device *device)
{
  g_autofree char *one = dup_call ("one", "11", ANA, BEN), *two = dup_call ("two", "11", ANA, ANA);
  g_autofree char *none = dup_call ("none", "11", "null", "'[" NOBODY "]'");

  device_pull (device, 11, CALLS, one, two, none, NULL);
}

static void
test_follows (void)
{
  g_autofree char *changed = dup_call ("one", "14", BEN, BEN), *to_ben = NULL;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  pull_calls (&device);
  assert_calls (&device, "one, two", "ana");
  assert_calls (&device, "one", "ben");
  assert_calls (&device, "one, two", "ana", "ben", "nobody");
  assert_calls (&device, "", "nobody");
  assert_sound (&device);

  /* What waits counts at once, and no longer when it is refused. */
  to_ben = g_strdup_printf ("[{\"role\":\"to\",\"entity\":\"contact\",\"id\":\"%s\"}]", device_id ("ben"));
  WRITE (device_set (&device, "phone_call", "two", &problem, "to", to_ben, NULL));
  assert_calls (&device, "one, two", "ben");
  assert_calls (&device, "one, two", "ana");
  assert_sound (&device);
  device_push_parked (&device, SATCHEL_ERROR_FORBIDDEN, "to");
  assert_calls (&device, "one", "ben");
  WRITE (device_delete (&device, "phone_call", "two", &problem));
  assert_calls (&device, "one", "ana");

  device_pull (&device, 14, CALLS, changed, NULL);
  assert_calls (&device, "", "ana");
  assert_calls (&device, "one", "ben");
  device_pull (&device, 15, "{'entity':'phone_call','gone':true}", "['~one~',15,'deleted']", NULL);
  assert_calls (&device, "", "ben");
  assert_sound (&device);
  device_teardown (&device);
}

/* A pull that begins anew, fields and an entity that are taken back. */
static void
test_withdrawn (void)
{
  g_autofree char *one = dup_call ("one", "20", ANA_AND_BEN, BEN);
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  pull_calls (&device);
  device_pull_with (&device, "{'reset':true,'restored_s':-1,'backed_up_s':0}", 20, CALLS, one, NULL);
  assert_calls (&device, "one", "ana");
  assert_sound (&device);
  device_pull (&device, 21, "{'entity':'phone_call','erase':['from']}", NULL);
  assert_calls (&device, "", "ana");
  assert_calls (&device, "one", "ben");
  assert_sound (&device);
  device_pull (&device, 22, "{'entity':'phone_call','clear':true}", NULL);
  assert_calls (&device, "", "ben");
  g_assert_cmpint (device_rows (&device, "party_phone_call"), ==, 0);
  assert_sound (&device);
  device_teardown (&device);
}

/* What no activity is has no such index, and nobody takes part in it. */
static void
test_elsewhere (void)
{
  const char *const names[] = { "me", NULL };
  Device device;
  g_autofree char *found = NULL;

  device_setup (&device, DEVICE_PRIMED);
  found = list_of (&device, "user", names);
  g_assert_cmpstr (found, ==, "");
  device_teardown (&device);
}

static void
test_referring (void)
{
  g_autoptr (GPtrArray) from = NULL, to = NULL;
  GError *error = NULL;
  SatchelReference reference;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  pull_calls (&device);
  reference.entity = device_entity (&device, "phone_call");
  reference.field = satchel_entity_find_field (reference.entity, "from");
  from = satchel_replica_list_referring (device.replica, &reference, device_id ("ben"), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (from->len, ==, 0); /* he stands in the other field */
  reference.field = satchel_entity_find_field (reference.entity, "to");
  to = satchel_replica_list_referring (device.replica, &reference, device_id ("ben"), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (to->len, ==, 1);
  device_teardown (&device);
}

/* A replica of a program that had no such index, and one whose index is lost or wrong. */
static void
test_older (void)
{
  GError *error = NULL;
  SatchelDatabase *database;
  g_autoptr (GPtrArray) problems = NULL;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  pull_calls (&device);
  database = satchel_replica_get_database (device.replica);
  g_assert_true (satchel_database_execute (
      database, "DELETE FROM party_phone_call WHERE row IN (SELECT min (row) FROM e_phone_call)", &error));
  problems = satchel_replica_check (device.replica, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 1);

  g_assert_true (satchel_database_execute (
      database,
      "DROP TRIGGER \"party_phone_call:insert\"; DROP TRIGGER \"party_phone_call:update\";"
      "DROP TRIGGER \"party_phone_call:delete\"; DROP TABLE party_phone_call;",
      &error));
  g_assert_true (satchel_database_execute (database, satchel_parties_schema, &error));
  device_reopen (&device);
  assert_calls (&device, "one, two", "ana");
  assert_calls (&device, "one", "ben");
  assert_sound (&device);
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/parties/follows", test_follows);
  g_test_add_func ("/client/parties/withdrawn", test_withdrawn);
  g_test_add_func ("/client/parties/elsewhere", test_elsewhere);
  g_test_add_func ("/client/parties/referring", test_referring);
  g_test_add_func ("/client/parties/older", test_older);
  return g_test_run ();
}
