/* A connection of our own instead of the shared one: that one cannot be had again once it was closed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/bus.h"

#include "protocol/limits.h"

struct _SatchelBusPlace {
  char *name;
  SatchelBusEvents events;
  gpointer data;
  GCancellable *cancellable;
  GDBusConnection *bus;
  guint owner;
  guint failures;
  guint timer;
};

static void connect_to_bus (SatchelBusPlace *place);

static gboolean
again_cb (gpointer data)
{
  SatchelBusPlace *place = data;

  place->timer = 0;
  connect_to_bus (place);
  return G_SOURCE_REMOVE;
}

static void
try_later (SatchelBusPlace *place)
{
  gint64 delay_ms = (gint64)SATCHEL_BACKOFF_FIRST_MS << MIN (place->failures++, 20);

  place->timer = g_timeout_add (MIN (delay_ms, SATCHEL_BACKOFF_MOST_MS), again_cb, place);
}

static void
closed_cb (GDBusConnection *bus, gboolean remote_peer_vanished, GError *error, gpointer data)
{
  SatchelBusPlace *place = data;

  g_signal_handlers_disconnect_by_data (bus, place);
  g_clear_handle_id (&place->owner, g_bus_unown_name);
  g_clear_object (&place->bus);
  place->events.disconnected (place->data);
  try_later (place);
}

static void
acquired_cb (GDBusConnection *bus, const char *name, gpointer data)
{
  ((SatchelBusPlace *)data)->failures = 0;
}

static void
lost_cb (GDBusConnection *bus, const char *name, gpointer data)
{
  SatchelBusPlace *place = data;

  if (bus != NULL && !g_dbus_connection_is_closed (bus))
    place->events.refused (place->data);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SatchelBusPlace *place = data;
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_finish (result, &error);

  if (bus == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the place is gone */
  if (bus == NULL) {
    try_later (place);
    return;
  }
  place->bus = bus;
  g_signal_connect (bus, "closed", G_CALLBACK (closed_cb), place);
  place->events.connected (bus, place->data);
  place->owner = g_bus_own_name_on_connection (bus, place->name, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                               acquired_cb, lost_cb, place, NULL);
}

static void
connect_to_bus (SatchelBusPlace *place)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, place->cancellable, NULL);

  if (address == NULL) {
    try_later (place);
    return;
  }
  g_dbus_connection_new_for_address (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, place->cancellable, connected_cb, place);
}

SatchelBusPlace *
satchel_bus_place_new (const char *name, const SatchelBusEvents *events, gpointer data)
{
  SatchelBusPlace *place = g_new0 (SatchelBusPlace, 1);

  place->name = g_strdup (name);
  place->events = *events;
  place->data = data;
  place->cancellable = g_cancellable_new ();
  connect_to_bus (place);
  return place;
}

void
satchel_bus_place_free (SatchelBusPlace *place)
{
  if (place == NULL)
    return;
  g_cancellable_cancel (place->cancellable);
  g_object_unref (place->cancellable);
  g_clear_handle_id (&place->owner, g_bus_unown_name);
  g_clear_handle_id (&place->timer, g_source_remove);
  if (place->bus != NULL) {
    g_signal_handlers_disconnect_by_data (place->bus, place);
    g_dbus_connection_flush_sync (place->bus, NULL, NULL); /* answers that are on their way */
    g_object_unref (place->bus);
  }
  g_free (place->name);
  g_free (place);
}

GDBusConnection *
satchel_bus_place_get_bus (SatchelBusPlace *place)
{
  return place->bus;
}
