/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/office.h"

#include "protocol/error.h"
#include "protocol/predicate/predicate.h"

#define TEAM    "Key accounts"
#define N_GIVEN 40 /* accounts shared with her, and as many for her team */

/* Of satchel-server, without --data. */
static const char *const commands[][7] = {
  { "user", "set-manager", "seller3", BENCH_SELLER },
  { "user", "set-manager", "seller4", "seller3" },
  { "team", "add", TEAM },
  { "team", "member", "add", TEAM, BENCH_SELLER },
};

static gboolean
arrange_people (BenchRig *rig, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (!bench_rig_run_server (rig, commands[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
take_id (const SatchelRecord *record, gpointer ids)
{
  g_ptr_array_add (ids, g_strdup (record->id));
  return TRUE;
}

/* char*, owned. */
static GPtrArray *
list_ids (SatchelSession *session, const char *entity, const char *where, gint64 limit, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  SatchelQuery query = { .entity = satchel_registry_find (registry, entity), .limit = limit };
  g_autoptr (SatchelPredicate) predicate = satchel_predicate_parse (registry, query.entity, where, error);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  SatchelPredicateContext context;

  if (predicate == NULL)
    return NULL;
  query.where = predicate;
  satchel_session_get_context (session, &context);
  if (!satchel_replica_query (satchel_session_get_replica (session), &query, &context, take_id, ids, error))
    return NULL;
  if (ids->len > 0)
    return g_steal_pointer (&ids);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "the demo has no %s with %s", entity, where);
  return NULL;
}

static gboolean
act (SatchelSession *session, const char *id, const char *action, const char *argument, const char *value,
     GError **error)
{
  const SatchelEntity *account = satchel_registry_find (satchel_session_get_registry (session), "account");
  g_autoptr (GHashTable) arguments = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *uuid = NULL;

  g_hash_table_insert (arguments, (gpointer)argument, (gpointer)value);
  uuid = satchel_session_act (session, account, id, action, arguments, error);
  return uuid != NULL;
}

/* Of what another unit's people own, some is shared with her and some belongs to her team. */
static gboolean
give (SatchelSession *session, GError **error)
{
  g_autoptr (GPtrArray) seller = NULL, team = NULL, accounts = NULL;
  g_autofree char *to_seller = NULL, *to_team = NULL;

  seller = list_ids (session, "user", "login = \"" BENCH_SELLER "\"", 1, error);
  team = seller != NULL ? list_ids (session, "team", "name = \"" TEAM "\"", 1, error) : NULL;
  accounts = team != NULL
                 ? list_ids (session, "account", "owner(user).login = \"manager\"", 2 * N_GIVEN, error)
                 : NULL;
  if (accounts == NULL)
    return FALSE;
  to_seller = g_strconcat ("user:", seller->pdata[0], NULL);
  to_team = g_strconcat ("team:", team->pdata[0], NULL);
  for (guint i = 0; i < accounts->len; i++) {
    if (!(i % 2 == 0 ? act (session, accounts->pdata[i], "share", "with", to_seller, error)
                     : act (session, accounts->pdata[i], "assign", "owner", to_team, error)))
      return FALSE;
  }
  return TRUE;
}

gboolean
bench_office_arrange (BenchRig *rig, GError **error)
{
  g_autoptr (BenchDevice) office = NULL, seller = NULL;

  if (rig->arranged)
    return TRUE;
  if (!arrange_people (rig, error))
    return FALSE;
  office = bench_rig_add_device (rig, BENCH_READER, error);
  if (office == NULL || !bench_device_sync (office, error) ||
      !give (bench_device_get_session (office), error) || !bench_device_sync (office, error) ||
      !bench_device_expect_rest (office, error))
    return FALSE;
  seller = bench_rig_add_device (rig, BENCH_SELLER, error);
  if (seller == NULL || !bench_device_carry (seller, SATCHEL_SCOPE_EVERY, error) ||
      !bench_device_sync (seller, error) || !bench_device_expect_rest (seller, error))
    return FALSE;
  rig->arranged = TRUE;
  return TRUE;
}
