/* GNetworkMonitor; logind's PrepareForSleep on the system bus; and a timer of the kernel that is cancelled
 * when the clock is set, which it also is when the computer wakes up (timerfd_create(2),
 * TFD_TIMER_CANCEL_ON_SET).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/world.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct _SatchelWorld {
  void (*came_back) (gpointer data);
  gpointer data;
  GNetworkMonitor *network;
  GCancellable *cancellable;
  GDBusConnection *system_bus; /* NULL: none, or not yet */
  guint sleep;
  int clock; /* -1: none */
  guint clock_source;
};

static void
network_changed_cb (GNetworkMonitor *network, gboolean available, gpointer data)
{
  SatchelWorld *world = data;

  if (available)
    world->came_back (world->data);
}

/* ---- sleep ---- */

static void
sleep_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *signal, GVariant *parameters, gpointer data)
{
  SatchelWorld *world = data;
  gboolean begins = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &begins);
  if (!begins)
    world->came_back (world->data);
}

static void
system_bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SatchelWorld *world = data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    return; /* cancelled, and then the world is gone; or there is none */
  world->system_bus = bus;
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  world->sleep = g_dbus_connection_signal_subscribe (
      bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
      "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, sleep_cb, world, NULL);
}

/* ---- the clock ---- */

static gboolean
arm_clock (int clock)
{
  const struct itimerspec never = { .it_value.tv_sec = G_MAXINT32 };

  return timerfd_settime (clock, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) == 0;
}

static gboolean
clock_cb (int clock, GIOCondition condition, gpointer data)
{
  SatchelWorld *world = data;
  guint64 expirations;

  if (read (clock, &expirations, sizeof expirations) >= 0 || errno != ECANCELED || !arm_clock (clock)) {
    world->clock_source = 0;
    return G_SOURCE_REMOVE;
  }
  world->came_back (world->data);
  return G_SOURCE_CONTINUE;
}

/* ---- the door ---- */

SatchelWorld *
satchel_world_new (void (*came_back) (gpointer data), gpointer data)
{
  SatchelWorld *world = g_new0 (SatchelWorld, 1);

  world->came_back = came_back;
  world->data = data;
  world->cancellable = g_cancellable_new ();
  world->network = g_object_ref (g_network_monitor_get_default ());
  g_signal_connect (world->network, "network-changed", G_CALLBACK (network_changed_cb), world);
  g_bus_get (G_BUS_TYPE_SYSTEM, world->cancellable, system_bus_cb, world);
  world->clock = timerfd_create (CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (world->clock >= 0 && arm_clock (world->clock))
    world->clock_source = g_unix_fd_add (world->clock, G_IO_IN, clock_cb, world);
  return world;
}

void
satchel_world_free (SatchelWorld *world)
{
  if (world == NULL)
    return;
  g_cancellable_cancel (world->cancellable);
  g_object_unref (world->cancellable);
  g_signal_handlers_disconnect_by_data (world->network, world);
  g_object_unref (world->network);
  if (world->sleep != 0)
    g_dbus_connection_signal_unsubscribe (world->system_bus, world->sleep);
  g_clear_object (&world->system_bus);
  if (world->clock_source != 0)
    g_source_remove (world->clock_source);
  if (world->clock >= 0)
    close (world->clock);
  g_free (world);
}
