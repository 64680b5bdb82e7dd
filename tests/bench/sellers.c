/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/sellers.h"

#include "sync-server/security/accounts.h"
#include "sync-server/server.h"

/* Any device: a new one is split off from it. */
static SatchelSignInAnswer *
sign_in (BenchRig *rig, SatchelServer *server, GError **error)
{
  const SatchelSignIn request = {
    .user = (char *)BENCH_READER,
    .password = g_hash_table_lookup (rig->passwords, BENCH_READER),
    .device_name = (char *)"swarm",
  };

  return satchel_server_sign_in (server, &request, NULL, error);
}

static gboolean
add_people (SatchelServer *server, guint n, GPtrArray *ids, GError **error)
{
  static const char *const roles[] = { "salesperson", NULL };

  for (guint i = 0; i < n; i++) {
    g_autofree char *login = g_strdup_printf ("swarm%u", i);
    const SatchelNewUser user = {
      .login = login,
      .unit = satchel_server_get_root_unit (server),
      .roles = roles,
    };
    char *id = satchel_accounts_add_user (server, NULL, &user, error);

    if (id == NULL)
      return FALSE;
    g_ptr_array_add (ids, id);
  }
  return TRUE;
}

gboolean
bench_sellers_add (BenchRig *rig, guint n_sellers, guint n_devices, GPtrArray **sellers, GPtrArray **tokens,
                   GError **error)
{
  g_autofree char *dir = g_build_filename (rig->directory, "server", NULL);
  g_autoptr (SatchelServer) server =
      satchel_server_open (dir, satchel_registry_builtin (), satchel_clock_system (), error);
  g_autoptr (SatchelSignInAnswer) first = server != NULL ? sign_in (rig, server, error) : NULL;

  *sellers = g_ptr_array_new_with_free_func (g_free);
  *tokens = g_ptr_array_new_with_free_func (g_free);
  if (first == NULL || !add_people (server, n_sellers, *sellers, error))
    return FALSE;
  for (guint i = 0; i < n_devices; i++) {
    const SatchelCaller caller = { (*sellers)->pdata[i % n_sellers], first->device };
    g_autoptr (SatchelDeviceAnswer) device = satchel_server_split_device (server, &caller, error);

    if (device == NULL)
      return FALSE;
    g_ptr_array_add (*tokens, g_steal_pointer (&device->token));
  }
  return TRUE;
}
