/* Devices, as an administrator sees them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/accounts-private.h"

#include "protocol/error.h"
#include "sync-server/store/devices.h"
#include "sync-server/store/people.h"

#include <string.h>

#define SHORTEST_PREFIX 8 /* of a device's id */

void
satchel_device_free (SatchelDevice *device)
{
  g_free (device->id);
  g_free (device->user);
  g_free (device->user_login);
  g_free (device->name);
  g_free (device);
}

static GPtrArray *
list_devices (SatchelStore *store, GError **error)
{
  g_autoptr (GPtrArray) rows = satchel_devices_list (store, error);
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_device_free);

  if (rows == NULL)
    return NULL;
  for (guint i = 0; i < rows->len; i++) {
    const SatchelDeviceRow *row = rows->pdata[i];
    SatchelDevice *device = g_new0 (SatchelDevice, 1);
    g_autoptr (SatchelPerson) person = NULL;

    g_ptr_array_add (devices, device);
    if (!satchel_people_read (store, row->user, &person, error))
      return NULL;
    device->id = g_strdup (row->id);
    device->user = g_strdup (row->user);
    device->user_login = g_strdup (person != NULL ? person->login : NULL);
    device->name = g_strdup (row->name);
    device->created_at_ms = row->created_at_ms;
    device->last_seen_at_ms = row->last_seen_at_ms;
    device->high_water = row->high_water;
    device->revoked = row->revoked;
    device->wiped = row->wiped;
  }
  return g_steal_pointer (&devices);
}

GPtrArray *
satchel_accounts_list_devices (SatchelServer *server, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  GPtrArray *devices;

  if (reader == NULL)
    return NULL;
  devices = list_devices (reader->store, error);
  satchel_server_end_read (server, reader);
  return devices;
}

static gboolean
revoke_device (SatchelServer *server, const char *actor, const char *prefix, gboolean wipe, GError **error)
{
  g_autoptr (GPtrArray) devices = satchel_devices_list (server->writer, error);
  const SatchelDeviceRow *found = NULL;

  if (devices == NULL)
    return FALSE;
  for (guint i = 0; i < devices->len && strlen (prefix) >= SHORTEST_PREFIX; i++) {
    const SatchelDeviceRow *device = devices->pdata[i];

    if (!g_str_has_prefix (device->id, prefix))
      continue;
    if (found != NULL) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "more than one device begins with “%s”",
                   prefix);
      return FALSE;
    }
    found = device;
  }
  if (found == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no device “%s”", prefix);
    return FALSE;
  }
  return satchel_devices_revoke (server->writer, found->id, wipe, error) &&
         satchel_accounts_audit (server, actor, wipe ? "device to be wiped" : "device revoked", found->id,
                                 error);
}

gboolean
satchel_accounts_revoke_device (SatchelServer *server, const char *actor, const char *device, GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, revoke_device (server, actor, device, FALSE, error), error);
}

gboolean
satchel_accounts_wipe_device (SatchelServer *server, const char *actor, const char *device, GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, revoke_device (server, actor, device, TRUE, error), error);
}
