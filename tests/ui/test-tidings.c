/* What a person is told of, once: assignments by others, what is due.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/client/device.h"
#include "ui/desktop/tidings.h"

static GPtrArray *
look (Device *device, SatchelTidings *tidings)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *found = satchel_tidings_read (tidings, device->session, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (found);
  return found;
}

static void
assert_found (Device *device, SatchelTidings *tidings, const char *title)
{
  g_autoptr (GPtrArray) found = look (device, tidings);

  g_assert_cmpuint (found->len, ==, title != NULL ? 1 : 0);
  if (title != NULL)
    g_assert_cmpstr (((SatchelTiding *)found->pdata[0])->title, ==, title);
}

static void
synced (Device *device)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_replica_set_meta_integer (device->replica, "last_sync_ms", 1, &error));
}

#define COLUMNS                                                                                              \
  "{'entity':'account','columns':['id','s','name','owner','unit','created_at','modified_at','modified_by']," \
  "'whole':true}"
#define ACCOUNT(id, s, name, owner, by)                                                                      \
  "['~" id "~'," s ",'" name "','user:~" owner "~','~unit~',1000,2000,'~" by "~']"

static void
test_assigned (void)
{
  Device device;
  SatchelTidings *tidings = satchel_tidings_new ();

  device_setup (&device, DEVICE_PRIMED);
  device_pull (&device, 20, COLUMNS, ACCOUNT ("a1", "11", "Mine", "me", "you"),
               ACCOUNT ("a2", "12", "Yours", "you", "you"), NULL);
  assert_found (&device, tidings, NULL); /* not before the first complete sync */
  synced (&device);
  assert_found (&device, tidings, NULL); /* what is hers already was told by nobody knows whom */
  device_pull (&device, 30, COLUMNS, ACCOUNT ("a1", "21", "Mine still", "me", "you"), NULL);
  assert_found (&device, tidings, NULL); /* an edit is no assignment */
  device_pull (&device, 40, COLUMNS, ACCOUNT ("a2", "31", "Now mine", "me", "you"), NULL);
  assert_found (&device, tidings, "Now mine");
  assert_found (&device, tidings, NULL); /* once */
  device_pull (&device, 50, COLUMNS, ACCOUNT ("a3", "41", "By myself", "me", "me"), NULL);
  assert_found (&device, tidings, NULL);
  device_pull (&device, 60, COLUMNS, ACCOUNT ("a2", "51", "Away", "you", "you"), NULL);
  assert_found (&device, tidings, NULL);
  device_pull (&device, 70, COLUMNS, ACCOUNT ("a2", "61", "Back", "me", "you"), NULL);
  assert_found (&device, tidings, "Back");
  satchel_tidings_free (tidings);
  device_teardown (&device);
}

/* A filter that is wider brings old records: they are no news. */
static void
test_carried_later (void)
{
  Device device;
  SatchelTidings *tidings = satchel_tidings_new ();

  device_setup (&device, DEVICE_PRIMED);
  synced (&device);
  assert_found (&device, tidings, NULL);
  device_pull (&device, 20, COLUMNS, ACCOUNT ("a1", "5", "Old", "me", "you"), NULL);
  assert_found (&device, tidings, NULL);
  satchel_tidings_free (tidings);
  device_teardown (&device);
}

static void
create (Device *device, const char *entity, const char *title, const char *field, const char *time)
{
  g_autoptr (SatchelRecord) record =
      satchel_record_new (satchel_registry_find (device->registry, entity), device_id (title));
  g_autoptr (SatchelValue) subject = satchel_value_new_string (title), when = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *set = NULL;

  g_assert_true (
      satchel_value_from_text (satchel_entity_find_field (record->entity, field), time, &when, &error));
  satchel_record_set_by_name (record, "subject", subject);
  satchel_record_set_by_name (record, field, when);
  if (satchel_entity_find_field (record->entity, "end") != NULL)
    satchel_record_set_by_name (record, "end", when);
  set = satchel_session_create (device->session, record, &error);
  g_assert_no_error (error);
}

static void
test_due (void)
{
  Device device;
  SatchelTidings *tidings = satchel_tidings_new (), *next = satchel_tidings_new ();
  g_autoptr (GError) error = NULL;

  device_setup (&device, DEVICE_PRIMED); /* 2025-11-22, 09:00 */
  synced (&device);
  create (&device, "appointment", "m1", "start", "2025-11-22T09:30:00Z");
  create (&device, "task", "t2", "due", "2025-11-23");
  assert_found (&device, tidings, NULL);
  fake_clock_advance (&device.clock, 19 * 60 * 1000);
  assert_found (&device, tidings, NULL);
  fake_clock_advance (&device.clock, 60 * 1000);
  assert_found (&device, tidings, "m1"); /* ten minutes before */
  g_assert_true (satchel_tidings_keep (tidings, device.session, &error));
  fake_clock_advance (&device.clock, 60 * 1000);
  assert_found (&device, tidings, NULL);
  assert_found (&device, next, NULL);                      /* nor by the next program */
  fake_clock_advance (&device.clock, 22 * 60 * 60 * 1000); /* 07:21 of the next day */
  assert_found (&device, tidings, NULL);
  fake_clock_advance (&device.clock, 60 * 60 * 1000);
  assert_found (&device, tidings, "t2");
  assert_found (&device, tidings, NULL);
  satchel_tidings_free (next);
  satchel_tidings_free (tidings);
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/tidings/assigned", test_assigned);
  g_test_add_func ("/tidings/carried-later", test_carried_later);
  g_test_add_func ("/tidings/due", test_due);
  return g_test_run ();
}
