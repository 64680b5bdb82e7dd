/* What people choose to carry, and what they look at without carrying it: offline filters come and go; lists
 * and records are asked online, and pinned. The lists are held against the oracle's own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/scope.h"
#include "protocol/error.h"
#include "tests/simulation/deeds.h"
#include "tests/simulation/tap.h"

static const struct {
  const char *entity, *predicate;
} conditions[] = {
  { "*", "owner = me" },
  { "*", "owner in (me, my teams)" },
  { "*", "unit = my unit" },
  { "account", "" },
  { "account", "owner = me" },
  { "account", "name contains \"e\"" },
  { "account", "status = active and not blacklisted" },
  { "account", "exists opportunity" },
  { "account", "exists contact.account (exists task.regarding (status = open))" },
  { "account", "not exists task.regarding (status = open)" },
  { "account", "parent.(owner = me or parent is not empty)" },
  { "account", "primary_contact.owner = me" },
  { "account", "owner(user).manager = me" },
  { "account", "owner(user).unit = my unit" },
  { "account", "x_margin > 40" },
  { "account", "sector is empty" },
  { "contact", "account.owner = me" },
  { "contact", "account.(status = active)" },
  { "contact", "account.name contains \"e\"" },
  { "opportunity", "account.(status = active or name contains \"a\")" },
  { "contact", "account.(name contains \"deal\" and exists opportunity (status = open))" },
  { "contact", "not account.owner = me" },
  { "contact", "exists account.primary_contact (owner != me)" },
  { "lead", "created_at > now - 2 days" },
  { "lead", "status = open" },
  { "opportunity", "account.parent.owner = me" },
  { "opportunity", "expected_close in this quarter" },
  { "opportunity", "amount > 40 or account.(x_margin > 10)" },
  { "task", "due < today" },
  { "task", "due in next month or due is empty" },
  { "task", "regarding(account).(owner = me)" },
  { "task", "regarding(contact).account.(owner = me)" },
  { "note", "regarding(opportunity).account.owner = me or modified_at > now - 1 hours" },
  { "note", "regarding(account).(exists contact.account (owner = me))" },
};

void
sim_do_choose (SimDevice *device)
{
  static const char *const zones[] = { "", "Asia/Shanghai", "America/New_York" };
  SimWorld *world = device->world;
  SatchelRegistry *registry = satchel_session_get_registry (device->session);
  guint i = sim_random (world, G_N_ELEMENTS (conditions));
  const char *zone = zones[sim_random (world, G_N_ELEMENTS (zones))];
  g_autoptr (SatchelRecord) record =
      satchel_record_new (satchel_registry_find (registry, "offline_filter"), NULL);
  const char *const texts[] = { "name",      conditions[i].predicate, "entity", conditions[i].entity,
                                "predicate", conditions[i].predicate, "zone",   zone };
  for (guint t = 0; t < G_N_ELEMENTS (texts); t += 2) {
    g_autoptr (SatchelValue) text = satchel_value_new_string (texts[t + 1]);
    satchel_record_set_by_name (record, texts[t], text);
  }
  g_autoptr (SatchelValue) related = satchel_value_new_boolean (sim_chance (world, 50));
  satchel_record_set_by_name (record, "related", related);
  if (sim_chance (world, 20)) {
    g_autoptr (SatchelValue) only = satchel_value_new_string (satchel_session_get_device (device->session));
    satchel_record_set_by_name (record, "device", only);
  }
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = satchel_session_create (device->session, record, &error);
  sim_written (device, uuid, error, conditions[i].predicate);
}

void
sim_do_choose_less (SimDevice *device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) filters = satchel_session_scope_list (device->session, &error);
  sim_check (device->world, filters != NULL, error, "listing filters");
  if (filters->len < 2)
    return;
  const SatchelOfflineFilter *filter = filters->pdata[sim_random (device->world, filters->len)];
  g_autofree char *uuid = satchel_session_scope_remove (device->session, filter->id, &error);
  sim_written (device, uuid, error, "choose less");
}

/* ---- online ---- */

static gboolean
collect (const char *bytes, gsize size, gpointer data, GError **error)
{
  g_byte_array_append (data, (const guint8 *)bytes, size);
  return TRUE;
}

/* NULL: signed out. */
static SatchelCaller *
caller_of (SimDevice *device)
{
  g_autofree char *token = satchel_session_dup_token (device->session, NULL);
  return token != NULL ? satchel_server_authenticate (device->world->server, token, NULL) : NULL;
}

/* @ids are all records of the entity that she may read and for which the condition holds. */
static void
check_list (SimDevice *device, SimView *view, const SatchelListRequest *request, GHashTable *ids)
{
  SimWorld *world = device->world;
  const SimTruth *truth = sim_truth_get (world);
  const SatchelEntity *entity = satchel_registry_find (truth->registry, request->entity);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) predicate =
      satchel_predicate_parse (truth->registry, entity, request->where, &error);
  sim_check (world, predicate != NULL, error, "a condition");
  const GPtrArray *rows = sim_truth_list (truth, request->entity);
  for (guint i = 0; i < rows->len; i++) {
    const SimRow *row = rows->pdata[i];
    gboolean expected = sim_view_finds (view, predicate, row);
    if (expected != g_hash_table_contains (ids, row->record->id))
      sim_fail (world, "4: device %u (%s): the list of %s where %s %s %s", device->index, device->user,
                request->entity, request->where, expected ? "lacks" : "has", row->record->id);
  }
}

static void
list_online (SimDevice *device, const SatchelCaller *caller)
{
  SimWorld *world = device->world;
  guint i = sim_random (world, G_N_ELEMENTS (conditions));
  SatchelListRequest request = { .entity = (char *)conditions[i].entity,
                                 .where = (char *)conditions[i].predicate,
                                 .limit = 1000 };
  g_autoptr (GByteArray) lines = g_byte_array_new ();
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  if (g_str_equal (request.entity, "*"))
    return;
  g_autoptr (SimView) view = sim_view_new (world, sim_truth_get (world), caller->user, caller->device);
  if (!satchel_server_query (world->server, caller, &request, collect, lines, &error)) {
    if (satchel_error_code (error) != SATCHEL_ERROR_FORBIDDEN ||
        sim_view_allows (view, request.entity, request.where))
      sim_fail (world, "device %u (%s) asks for %s where %s: %s", device->index, device->user, request.entity,
                request.where, error->message);
    return;
  }
  sim_tap_list (device, caller, (const char *)lines->data, lines->len, ids);
  check_list (device, view, &request, ids);
}

/* Any record that there is: what she may not read does not exist. */
static void
open_online (SimDevice *device, const SatchelCaller *caller)
{
  static const char *const entities[] = { "account", "contact", "lead", "opportunity", "task", "note" };
  SimWorld *world = device->world;
  const SimTruth *truth = sim_truth_get (world);
  const GPtrArray *rows = sim_truth_list (truth, entities[sim_random (world, G_N_ELEMENTS (entities))]);
  if (rows->len == 0)
    return;
  const SimRow *row = rows->pdata[sim_random (world, rows->len)];
  g_autofree char *entity = g_strdup (row->record->entity->name), *id = g_strdup (row->record->id);
  SatchelRecordRequest request = { entity, id };
  g_autoptr (SimView) view = sim_view_new (world, truth, caller->user, caller->device);
  g_autoptr (GByteArray) lines = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  gboolean readable = sim_view_reads (view, row);
  gboolean answered = satchel_server_record (world->server, caller, &request, collect, lines, &error);
  if (answered != readable || (!answered && satchel_error_code (error) != SATCHEL_ERROR_NOT_FOUND))
    sim_fail (world, "4: device %u (%s) opens %s/%s: %s", device->index, device->user, entity, id,
              answered ? "it may not" : error->message);
  g_autofree char *history = satchel_server_history (world->server, caller, entity, id, NULL);
  if ((history != NULL) != readable)
    sim_fail (world, "4: device %u (%s) asks for the history of %s/%s", device->index, device->user, entity,
              id);
  if (!answered)
    return;
  sim_tap_list (device, caller, (const char *)lines->data, lines->len, NULL);
  g_clear_error (&error);
  sim_check (world, satchel_server_pin (world->server, caller, &request, &error), error, "pinning");
  sim_tap_note (world);
  sim_tell (world, "device %u pins %s/%s", device->index, entity, id);
}

static void
unpin (SimDevice *device, const SatchelCaller *caller)
{
  SimWorld *world = device->world;
  GHashTableIter iter;
  gpointer key;
  g_autofree char *id = NULL;
  g_hash_table_iter_init (&iter, sim_truth_get (world)->pins);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_str_has_prefix (key, caller->device) && (id == NULL || g_strcmp0 (id, (char *)key + 37) > 0)) {
      g_free (id);
      id = g_strdup ((char *)key + 37);
    }
  if (id == NULL)
    return;
  SatchelRecordRequest request = { (char *)"account", id };
  g_autoptr (GError) error = NULL;
  sim_check (world, satchel_server_unpin (world->server, caller, &request, &error), error, "unpinning");
  sim_tap_note (world);
}

static void
look_back (SimDevice *device, const SatchelCaller *caller)
{
  static const char *const entities[] = { "account", "contact", "lead", "opportunity" };
  const char *name = entities[sim_random (device->world, G_N_ELEMENTS (entities))];
  g_autofree char *id = sim_pick_record (
      device, satchel_registry_find (satchel_session_get_registry (device->session), name), "true");
  g_autofree char *text =
      id != NULL ? satchel_server_history (device->world->server, caller, name, id, NULL) : NULL;
  g_autoptr (GError) error = NULL;
  if (text != NULL)
    sim_check (
        device->world,
        satchel_replica_keep_history (satchel_session_get_replica (device->session), name, id, text, &error),
        error, "keeping history");
}

static void
ask (SimDevice *device, void (*question) (SimDevice *device, const SatchelCaller *caller))
{
  g_autoptr (SatchelCaller) caller = device->offline ? NULL : caller_of (device);
  if (caller != NULL)
    question (device, caller);
}

void
sim_do_list_online (SimDevice *device)
{
  ask (device, list_online);
}

void
sim_do_open_online (SimDevice *device)
{
  ask (device, open_online);
}

void
sim_do_unpin (SimDevice *device)
{
  ask (device, unpin);
}

void
sim_do_look_back (SimDevice *device)
{
  ask (device, look_back);
}
