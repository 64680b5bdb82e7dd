/* Parts of the agent: the bell that writers ring, what was touched, and moments after which connections are
 * dead.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

#include "client/agent/world.h"
#include "client/replica/touched.h"
#include "client/replica/written.h"
#include "tests/client/device.h"
#include "tests/lib/bus.h"

/* ---- the bell ---- */

static void
count_cb (gpointer data)
{
  ++*(guint *)data;
}

static void
iterate_until (guint *count, guint least)
{
  while (*count < least)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_written (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelWrittenListener) listener = NULL;
  g_autoptr (SatchelSession) other = NULL;
  Device device;
  guint rung = 0, before;
  const char *path;

  device_setup (&device, DEVICE_PRIMED);
  path = satchel_database_get_path (satchel_replica_get_database (device.replica));
  listener = satchel_written_listener_new (path, count_cb, &rung, &error);
  g_assert_no_error (error);
  WRITE (device_create (&device, "task", "t1", &problem, "subject", "Ring", NULL));
  iterate_until (&rung, 1);

  /* Of another connection, also outside of any set; and many writes are few calls. */
  other = device_open_another (&device);
  before = rung;
  g_assert_true (satchel_session_set_offline (other, TRUE, &error));
  iterate_until (&rung, before + 1);
  before = rung;
  for (guint i = 0; i < 50; i++)
    g_assert_true (satchel_session_set_offline (other, i % 2 == 0, &error));
  iterate_until (&rung, before + 1);
  g_assert_cmpuint (rung - before, <, 10);

  /* Reading is no news. */
  g_clear_pointer (&listener, satchel_written_listener_free);
  rung = 0;
  listener = satchel_written_listener_new (path, count_cb, &rung, &error);
  g_assert_false (satchel_session_get_offline (other));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (rung, ==, 0);
  device_teardown (&device);
}

/* ---- what was touched ---- */

static void
assert_touched (SatchelTouched *touched, const char *entity, const char *name)
{
  g_autoptr (GHashTable) records = satchel_touched_take (touched);
  GPtrArray *ids = records != NULL ? g_hash_table_lookup (records, entity) : NULL;

  g_assert_nonnull (ids);
  g_assert_cmpuint (ids->len, ==, name != NULL ? 1 : 0);
  if (name != NULL)
    g_assert_cmpstr (ids->pdata[0], ==, device_id (name));
}

static void
test_touched (void)
{
  g_autoptr (SatchelTouched) touched = NULL;
  Device device;

  device_setup (&device, DEVICE_PRIMED);
  touched = satchel_touched_new (device.replica);
  g_assert_null (satchel_touched_take (touched));
  WRITE (device_create (&device, "task", "t1", &problem, "subject", "One", NULL));
  assert_touched (touched, "task", "t1");
  device_pull (&device, 20, "{'entity':'account','columns':['id','s','name','owner'],'whole':true}",
               "['~a1~',20,'Acme','user:~me~']", NULL);
  assert_touched (touched, "account", "a1");
  device_pull (&device, 30, "{'entity':'account','gone':true}", "['~a1~',30,'left']", NULL);
  assert_touched (touched, "account", NULL); /* something of it is gone */
  satchel_touched_add (touched, "contact", device_id ("c1"));
  assert_touched (touched, "contact", "c1");
  for (guint i = 0; i <= SATCHEL_TOUCHED_MOST; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);

    satchel_touched_add (touched, "contact", name);
  }
  assert_touched (touched, "contact", NULL); /* too many */
  satchel_touched_add (touched, "no_such_entity", "x");
  g_assert_null (satchel_touched_take (touched));
  g_clear_pointer (&touched, satchel_touched_free);
  device_teardown (&device);
}

/* ---- sleep ---- */

static void
owned_cb (GDBusConnection *bus, const char *name, gpointer data)
{
  ++*(guint *)data;
}

static void
say_sleep (GDBusConnection *bus, gboolean begins)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (bus, NULL, "/org/freedesktop/login1", "org.freedesktop.login1.Manager",
                                 "PrepareForSleep", g_variant_new ("(b)", begins), &error);
  g_assert_no_error (error);
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* A system bus of our own, on which we are logind. It is asked until it is heard: nobody says when the world
 * has subscribed. */
static void
test_sleep (void)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (SatchelWorld) world = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_find_program_in_path ("dbus-daemon"), *address = NULL;
  GSubprocess *daemon;
  guint came_back = 0, owned = 0, tries = 0, tick;

  if (program == NULL) {
    g_test_skip ("dbus-daemon is not installed");
    return;
  }
  daemon = fixture_bus_start (&address);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
  bus = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  g_bus_own_name_on_connection (bus, "org.freedesktop.login1", G_BUS_NAME_OWNER_FLAGS_NONE, owned_cb, NULL,
                                &owned, NULL);
  iterate_until (&owned, 1);
  world = satchel_world_new (count_cb, &came_back);
  tick = g_timeout_add (20, tick_cb, NULL);
  while (came_back == 0) {
    say_sleep (bus, FALSE);
    g_assert_true (g_dbus_connection_flush_sync (bus, NULL, NULL));
    g_main_context_iteration (NULL, TRUE);
    g_assert_cmpuint (++tries, <, 10000);
  }
  g_source_remove (tick);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_clear_pointer (&world, satchel_world_free);
  g_dbus_connection_close_sync (bus, NULL, NULL);
  g_clear_object (&bus);
  fixture_bus_stop (daemon);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/written", test_written);
  g_test_add_func ("/agent/touched", test_touched);
  g_test_add_func ("/agent/sleep", test_sleep);
  return g_test_run ();
}
