/* What an administrator does to people and what belongs to whom, while everybody works: users go to other
 * units and managers, units to other places in the tree, teams get and lose members, roles are given and
 * taken, records are shared, people are disabled; what is old is forgotten. Records are changed on the
 * administrator's own device, as any; what has no record at the server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/limits.h"
#include "sync-server/customising.h"
#include "sync-server/security/accounts.h"
#include "sync-server/server-private.h"
#include "sync-server/store/rows.h"
#include "tests/simulation/deeds.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/people.h"
#include "tests/simulation/read.h"
#include "tests/simulation/tap.h"

static const SimRow *
pick_row (SimWorld *world, const char *entity)
{
  const GPtrArray *rows = sim_truth_list (sim_truth_get (world), entity);
  return rows->len > 0 ? rows->pdata[sim_random (world, rows->len)] : NULL;
}

/* Whoever keeps the office stays. */
static const SimRow *
pick_user (SimWorld *world)
{
  const SimRow *user = pick_row (world, "user");
  return g_str_equal (sim_row_text (user, "login"), SIM_ADMINISTRATOR) ? NULL : user;
}

/* ---- on the administrator's device ---- */

static SimDevice *
own_device (SimWorld *world)
{
  for (guint i = 0; i < world->devices->len; i++) {
    SimDevice *device = g_ptr_array_index (world->devices, i);
    if (g_str_equal (device->user, SIM_ADMINISTRATOR))
      return device;
  }
  g_assert_not_reached ();
}

static void
set_field (SimWorld *world, const SimRow *row, const char *name, const char *text)
{
  SimDevice *device = own_device (world);
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (device->session), row->record->entity->name);
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);
  g_autoptr (GError) error = NULL;
  change->field = satchel_entity_find_field (entity, name);
  sim_check (world, satchel_value_from_text (change->field, text, &change->value, &error), error, "a value");
  g_ptr_array_add (changes, change);
  g_autofree char *uuid = satchel_session_update (device->session, entity, row->record->id, changes, &error);
  sim_written (device, uuid, error, name);
}

void
sim_do_move_user (SimDevice *device)
{
  SimWorld *world = device->world;
  const SimRow *user = pick_user (world), *unit = pick_row (world, "business_unit");
  if (user != NULL)
    set_field (world, user, "unit", unit->record->id);
}

void
sim_do_set_manager (SimDevice *device)
{
  SimWorld *world = device->world;
  const SimRow *user = pick_row (world, "user"), *manager = pick_row (world, "user");
  if (user != manager)
    set_field (world, user, "manager", sim_chance (world, 30) ? "" : manager->record->id);
}

void
sim_do_move_unit (SimDevice *device)
{
  SimWorld *world = device->world;
  const SimRow *unit = pick_row (world, "business_unit"), *parent = pick_row (world, "business_unit");
  if (unit != parent && !g_str_equal (unit->record->id, satchel_server_get_root_unit (world->server)))
    set_field (world, unit, "parent", parent->record->id);
}

void
sim_do_change_team (SimDevice *device)
{
  SimWorld *world = device->world;
  const SimRow *team = pick_row (world, "team");
  if (sim_chance (world, 50))
    set_field (world, team, "active", sim_row_is (team, "active") && sim_chance (world, 70) ? "no" : "yes");
  else
    set_field (world, team, "unit", pick_row (world, "business_unit")->record->id);
}

void
sim_do_change_members (SimDevice *device)
{
  SimWorld *world = device->world;
  SimDevice *desk = own_device (world);
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (desk->session), "team_member");
  const SimRow *team = pick_row (world, "team"), *user = pick_row (world, "user"),
               *member = pick_row (world, "team_member");
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;
  if (member != NULL && sim_chance (world, 40)) {
    uuid = satchel_session_delete (desk->session, entity, member->record->id, &error);
  } else {
    g_autoptr (SatchelRecord) record = satchel_record_new (entity, NULL);
    g_autoptr (SatchelValue) a = satchel_value_new_lookup ("team", team->record->id),
                             b = satchel_value_new_lookup ("user", user->record->id);
    satchel_record_set_by_name (record, "team", a);
    satchel_record_set_by_name (record, "user", b);
    uuid = satchel_session_create (desk->session, record, &error);
  }
  sim_written (desk, uuid, error, "member");
}

void
sim_do_enable_user (SimDevice *device)
{
  SimWorld *world = device->world;
  const GPtrArray *users = sim_truth_list (sim_truth_get (world), "user");
  for (guint i = 0; i < users->len; i++)
    if (!sim_row_is (users->pdata[i], "active"))
      set_field (world, users->pdata[i], "active", "yes");
}

/* ---- at the server ---- */

static void
done (SimWorld *world, gboolean ok, const GError *error, const char *what)
{
  if (!ok && !sim_disk_excuses (world, error) && satchel_error_code (error) != SATCHEL_ERROR_STATE &&
      satchel_error_code (error) != SATCHEL_ERROR_NOT_FOUND &&
      satchel_error_code (error) != SATCHEL_ERROR_EXISTS)
    sim_fail (world, "%s: %s", what, error->message);
  sim_tell (world, "office: %s%s%s", what, ok ? "" : ": ", ok ? "" : error->message);
  sim_tap_note (world);
}

void
sim_do_change_role (SimDevice *device)
{
  SimWorld *world = device->world;
  static const char *const roles[] = { "salesperson", "sales-manager", "service", SIM_FIGURES_ROLE,
                                       SIM_FIGURES_ROLE };
  const SimRow *user = pick_user (world);
  const char *role = roles[sim_random (world, G_N_ELEMENTS (roles))];
  g_autoptr (GError) error = NULL;
  if (user == NULL)
    return;
  g_autofree char *id = g_strdup (user->record->id);
  gboolean ok = sim_chance (world, 50) ? satchel_accounts_add_role (world->server, NULL, id, role, &error)
                                       : satchel_accounts_remove_role (world->server, NULL, id, role, &error);
  done (world, ok, error, "a role is given or taken");
}

void
sim_do_disable_user (SimDevice *device)
{
  SimWorld *world = device->world;
  const SimRow *user = pick_user (world);
  g_autoptr (GError) error = NULL;
  if (user == NULL)
    return;
  g_autofree char *id = g_strdup (user->record->id);
  gboolean ok = satchel_accounts_disable_user (world->server, NULL, id, &error);
  done (world, ok, error, "somebody is disabled");
}

/* Some record that people own, to share. */
static const SimRow *
pick_owned (SimWorld *world)
{
  static const char *const entities[] = { "account", "contact", "lead", "opportunity", "task", "note" };
  return pick_row (world, entities[sim_random (world, G_N_ELEMENTS (entities))]);
}

static void
set_text (SatchelRecord *record, const char *field, const char *text)
{
  g_autoptr (SatchelValue) value = satchel_value_new_string (text);
  satchel_record_set_by_name (record, field, value);
}

void
sim_do_share (SimDevice *device)
{
  SimWorld *world = device->world;
  static const char *const rights[] = { "read", "write", NULL };
  const SimRow *row = pick_owned (world);
  gboolean to_team = sim_chance (world, 40);
  const SimRow *to = pick_row (world, to_team ? "team" : "user");
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autoptr (GError) error = NULL;
  if (row == NULL)
    return;
  SatchelRecord *record =
      satchel_record_new (satchel_registry_find (sim_truth_get (world)->registry, "share"), NULL);
  g_autoptr (SatchelValue) principal = satchel_value_new_lookup (to_team ? "team" : "user", to->record->id),
                           keys = satchel_value_new_keys (rights);
  record->id = satchel_id_new (&world->clock);
  set_text (record, "record_entity", row->record->entity->name);
  set_text (record, "record_id", row->record->id);
  satchel_record_set_by_name (record, "principal", principal);
  satchel_record_set_by_name (record, "rights", keys);
  g_ptr_array_add (records, record);
  gboolean ok = satchel_server_load (world->server, NULL, records, world->now_ms, &error);
  done (world, ok, error, "a record is shared");
}

void
sim_do_take_share_back (SimDevice *device)
{
  SimWorld *world = device->world;
  const SimRow *share = pick_row (world, "share");
  SatchelServer *server = world->server;
  SatchelCommit commit = { .at_ms = world->now_ms, .made_at_ms = world->now_ms, .op = "unshare" };
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  if (share == NULL)
    return;
  gboolean ok = satchel_server_begin_write (server, &error);
  ok = ok && satchel_rows_read (server->writer, satchel_registry_find (server->writer->registry, "share"),
                                share->record->id, &record, &error);
  ok = ok && satchel_feed_begin (server->writer, &commit, &error) &&
       satchel_rows_delete (server->writer, &commit, record, &error);
  ok = satchel_server_end_write (server, ok, &error);
  done (world, ok, error, "a share is taken back");
}

void
sim_do_tend (SimDevice *device)
{
  SimWorld *world = device->world;
  g_autoptr (GError) error = NULL;
  gboolean ok = satchel_server_tend (world->server, &error);
  done (world, ok, error, "the server tends itself");
}

/* The clock goes on, over a midnight or two; sometimes so far that what happened a moment ago is forgotten,
 * or half of it. */
void
sim_do_time (SimDevice *device)
{
  SimWorld *world = device->world;
  const gint64 hour_ms = 3600000;
  if (sim_chance (world, 80)) {
    world->now_ms += sim_random (world, 60) * hour_ms;
  } else {
    world->now_ms += SATCHEL_DEPARTED_KEPT_MS - (gint64)sim_random (world, 300000);
    sim_do_tend (device);
  }
  sim_tell (world, "time passes");
}

/* The floor comes to where @device stands, or a commit or two above: it alone decides what is still known to
 * it. */
void
sim_do_forget (SimDevice *device)
{
  SimWorld *world = device->world;
  g_autofree char *s =
      sim_read_text (world, sim_device_handle (device), "SELECT value FROM meta WHERE key = 's'", NULL);
  gint64 at_ms = s != NULL
                     ? sim_read_integer (world, sim_server_handle (world),
                                         sim_chance (world, 50)
                                             ? "SELECT at_ms FROM commits WHERE s = CAST (?1 AS INTEGER) + 1"
                                             : "SELECT at_ms FROM commits WHERE s >= CAST (?1 AS INTEGER)"
                                               " ORDER BY s LIMIT 1",
                                         s)
                     : -1;
  if (at_ms < 0 || at_ms + SATCHEL_DEPARTED_KEPT_MS < world->now_ms)
    return;
  world->now_ms = at_ms + SATCHEL_DEPARTED_KEPT_MS + 1;
  sim_do_tend (device);
  sim_tell (world, "all up to S %s is forgotten", s);
}
