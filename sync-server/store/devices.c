/* The table of devices.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/devices.h"

#define COLUMNS "id, user, name, created_at_ms, last_seen_at_ms, high_water, acknowledged, revoked, wiped"

void
satchel_device_row_free (SatchelDeviceRow *device)
{
  g_free (device->id);
  g_free (device->user);
  g_free (device->name);
  g_free (device);
}

static SatchelDeviceRow *
get (SatchelStatement *statement)
{
  SatchelDeviceRow *device = g_new0 (SatchelDeviceRow, 1);

  device->id = g_strdup (satchel_statement_get_text (statement, 0));
  device->user = g_strdup (satchel_statement_get_text (statement, 1));
  device->name = g_strdup (satchel_statement_get_text (statement, 2));
  device->created_at_ms = satchel_statement_get_integer (statement, 3);
  device->last_seen_at_ms = satchel_statement_get_integer (statement, 4);
  device->high_water = satchel_statement_get_integer (statement, 5);
  device->acknowledged = satchel_statement_get_integer (statement, 6);
  device->revoked = satchel_statement_get_integer (statement, 7) != 0;
  device->wiped = satchel_statement_get_integer (statement, 8) != 0;
  return device;
}

gboolean
satchel_devices_read (SatchelStore *store, const char *id, SatchelDeviceRow **device, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database, "SELECT " COLUMNS " FROM device WHERE id = ?", error);
  gboolean row;

  *device = NULL;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (row) {
    *device = get (statement);
    satchel_statement_reset (statement);
  }
  return TRUE;
}

gboolean
satchel_devices_find_token (SatchelStore *store, const guint8 *token_hash, char **device, char **user,
                            gboolean *wiped, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "SELECT d.id, d.user, d.wiped FROM device d JOIN e_user u ON u.id = d.user"
                                " WHERE d.token_hash = ? AND (d.wiped OR (d.revoked = 0 AND u.f_active = 1))",
                                error);
  gboolean row;

  *device = NULL;
  *user = NULL;
  *wiped = FALSE;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_blob (statement, 1, token_hash, SATCHEL_TOKEN_HASH_BYTES);
  if (!satchel_statement_step (statement, &row, error))
    return FALSE;
  if (row) {
    *device = g_strdup (satchel_statement_get_text (statement, 0));
    *user = g_strdup (satchel_statement_get_text (statement, 1));
    *wiped = satchel_statement_get_integer (statement, 2) != 0;
    satchel_statement_reset (statement);
  }
  return TRUE;
}

GPtrArray *
satchel_devices_list_silenced (SatchelStore *store, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "SELECT d.id FROM device d LEFT JOIN e_user u ON u.id = d.user"
                                " WHERE d.revoked OR d.wiped OR d.token_hash IS NULL OR u.f_active IS NOT 1",
                                error);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  gboolean row;

  if (statement == NULL)
    return NULL;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_steal_pointer (&ids);
    g_ptr_array_add (ids, g_strdup (satchel_statement_get_text (statement, 0)));
  }
  return NULL;
}

GPtrArray *
satchel_devices_list (SatchelStore *store, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT " COLUMNS " FROM device ORDER BY created_at_ms DESC, id", error);
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_device_row_free);
  gboolean row;

  if (statement == NULL)
    return NULL;
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_steal_pointer (&devices);
    g_ptr_array_add (devices, get (statement));
  }
  return NULL;
}

gboolean
satchel_devices_add (SatchelStore *store, const char *id, const char *user, const char *name, gint64 now_ms,
                     GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "INSERT INTO device (id, user, name, created_at_ms, last_seen_at_ms, "
                                "high_water, acknowledged, revoked, wiped)"
                                " VALUES (?1, ?2, ?3, ?4, ?4, 0, 0, 0, 0)",
                                error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  satchel_statement_bind_text (statement, 2, user);
  satchel_statement_bind_text (statement, 3, name);
  satchel_statement_bind_integer (statement, 4, now_ms);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_devices_set_token (SatchelStore *store, const char *id, const guint8 *token_hash, gint64 now_ms,
                           GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "UPDATE device SET token_hash = ?, last_seen_at_ms = ? WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  if (token_hash == NULL)
    satchel_store_doors_changed (store);
  else
    satchel_statement_bind_blob (statement, 1, token_hash, SATCHEL_TOKEN_HASH_BYTES);
  satchel_statement_bind_integer (statement, 2, now_ms);
  satchel_statement_bind_text (statement, 3, id);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_devices_set_scope (SatchelStore *store, const char *id, const char *digest, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "UPDATE device SET scope = ?1 WHERE id = ?2 AND scope IS NOT ?1", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, digest);
  satchel_statement_bind_text (statement, 2, id);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_devices_set_progress (SatchelStore *store, const SatchelDeviceRow *device, gint64 now_ms,
                              GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "UPDATE device SET high_water = ?, acknowledged = ?, last_seen_at_ms = ? WHERE id = ?",
      error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, device->high_water);
  satchel_statement_bind_integer (statement, 2, device->acknowledged);
  satchel_statement_bind_integer (statement, 3, now_ms);
  satchel_statement_bind_text (statement, 4, device->id);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_devices_revoke (SatchelStore *store, const char *id, gboolean wipe, GError **error)
{
  /* A lost device is known by its token, and told; an order that was given is not taken back by a mere
   * revocation. */
  SatchelStatement *statement =
      satchel_database_prepare (store->database,
                                "UPDATE device SET revoked = 1, wiped = max (wiped, ?2),"
                                " token_hash = CASE WHEN max (wiped, ?2) THEN token_hash END WHERE id = ?1",
                                error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, id);
  satchel_statement_bind_integer (statement, 2, wipe);
  satchel_store_doors_changed (store);
  return satchel_statement_run (statement, error);
}
