/* D-Bus activation, else a process of our own making that is nobody's child.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/start.h"

#include "client/agent/names.h"
#include "client/session-bus.h"

#define PATIENCE_MS 5000

typedef struct {
  GMainLoop *loop;
  gboolean there;
} Wait;

static void
appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  Wait *wait = data;

  wait->there = TRUE;
  g_main_loop_quit (wait->loop);
}

static gboolean
give_up_cb (gpointer data)
{
  g_main_loop_quit (((Wait *)data)->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer data)
{
  return give_up_cb (data);
}

static gboolean
wait_for_agent (GDBusConnection *bus, GCancellable *cancellable)
{
  Wait wait = { .loop = g_main_loop_new (g_main_context_get_thread_default (), FALSE) };
  g_autoptr (GSource) timer = g_timeout_source_new (PATIENCE_MS);
  g_autoptr (GSource) stop = g_cancellable_source_new (cancellable);
  guint watch = g_bus_watch_name_on_connection (bus, SATCHEL_AGENT_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                appeared_cb, NULL, &wait, NULL);

  g_source_set_callback (timer, give_up_cb, &wait, NULL);
  g_source_set_callback (stop, G_SOURCE_FUNC (cancelled_cb), &wait, NULL);
  g_source_attach (timer, g_main_context_get_thread_default ());
  g_source_attach (stop, g_main_context_get_thread_default ());
  g_main_loop_run (wait.loop);
  g_bus_unwatch_name (watch);
  g_source_destroy (timer);
  g_source_destroy (stop);
  g_main_loop_unref (wait.loop);
  return wait.there;
}

gboolean
satchel_agent_start (const char *program, GCancellable *cancellable)
{
  const char *arguments[] = { program, NULL };
  g_autoptr (GDBusConnection) bus = satchel_session_bus_get (cancellable);
  g_autoptr (GVariant) answer = NULL;

  if (bus == NULL)
    return FALSE;
  answer = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                        "org.freedesktop.DBus", "StartServiceByName",
                                        g_variant_new ("(su)", SATCHEL_AGENT_BUS_NAME, 0), NULL,
                                        G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS, cancellable, NULL);
  if (answer != NULL)
    return TRUE;
  if (program == NULL || g_cancellable_is_cancelled (cancellable) ||
      !g_spawn_async (NULL, (char **)arguments, NULL, G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, NULL, NULL))
    return FALSE;
  return wait_for_agent (bus, cancellable);
}
