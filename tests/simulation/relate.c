/* What happens to a record that others name: far-away changes, sought out, since chance alone rarely meets
 * them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tests/simulation/deeds.h"
#include "tests/simulation/read.h"

/* A record of which some device, @device first, holds the title alone: "ENTITY ID", or NULL. */
static char *
pick_stub (SimDevice *device)
{
  SimWorld *world = device->world;
  g_autofree char *nth = g_strdup_printf ("%u", sim_random (world, 1 << 20));
  char *stub = NULL;
  for (guint i = 0; i < world->devices->len && stub == NULL; i++)
    stub = sim_read_text (
        world,
        sim_device_handle (g_ptr_array_index (world->devices, (device->index + i) % world->devices->len)),
        "SELECT entity||' '||id FROM stub WHERE entity NOT IN ('user', 'team') ORDER BY entity, id"
        " LIMIT 1 OFFSET ?1 % max(1, (SELECT count(*) FROM stub WHERE entity NOT IN ('user', 'team')))",
        nth);
  return stub;
}

/* Somebody who carries it may write it: @device, or the next one that does. */
static SimDevice *
find_bearer (SimDevice *device, const char *entity, const char *id)
{
  SimWorld *world = device->world;
  g_autofree char *sql = g_strdup_printf ("SELECT 1 FROM \"e_%s\" WHERE id = ?1", entity);
  for (guint i = 0; i < world->devices->len; i++) {
    SimDevice *other = g_ptr_array_index (world->devices, (device->index + i) % world->devices->len);
    if (satchel_registry_find (satchel_session_get_registry (other->session), entity) != NULL &&
        sim_read_integer (world, sim_device_handle (other), sql, id) > 0)
      return other;
  }
  return NULL;
}

static void
set_one (SimDevice *device, const SatchelEntity *entity, const char *id, const SatchelField *field,
         SatchelValue *value, const char *what)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);
  g_autoptr (GError) error = NULL;
  change->field = field;
  change->value = value;
  g_ptr_array_add (changes, change);
  g_autofree char *uuid = satchel_session_update (device->session, entity, id, changes, &error);
  sim_written (device, uuid, error, what);
}

/* Who carries a record gives it another title: those that hold it as a stub must hear of it. */
void
sim_do_retitle (SimDevice *device)
{
  SimWorld *world = device->world;
  g_autofree char *stub = pick_stub (device);
  g_auto (GStrv) parts = stub != NULL ? g_strsplit (stub, " ", 2) : NULL;
  SimDevice *bearer = parts != NULL ? find_bearer (device, parts[0], parts[1]) : NULL;
  if (stub == NULL)
    sim_choose_loosely (device);
  if (bearer == NULL)
    return;
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (bearer->session), parts[0]);
  g_autofree char *title = g_strdup_printf ("retitled %u", sim_random (world, 100000));
  if (satchel_field_is_writable (entity->title) && entity->title->type == SATCHEL_TYPE_STRING)
    set_one (bearer, entity, parts[1], entity->title, satchel_value_new_string (title), "retitle");
}

static gboolean
repoint (SimDevice *device, const SatchelEntity *entity)
{
  guint from = sim_random (device->world, entity->n_fields);
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[(from + i) % entity->n_fields];
    g_autofree char *where = NULL, *id = NULL;
    if (field->type != SATCHEL_TYPE_LOOKUP || !satchel_field_is_writable (field) ||
        field->requirement == SATCHEL_REQUIREMENT_REQUIRED || g_str_equal (field->name, "owner"))
      continue;
    where = g_strdup_printf ("substr (\"f_%s\", -36) IN (SELECT id FROM stub)", field->name);
    id = sim_pick_record (device, entity, where);
    if (id == NULL)
      continue;
    set_one (device, entity, id, field, NULL, "repoint");
    return TRUE;
  }
  return FALSE;
}

/* A record that names a stub names nothing any more: the title must go. */
void
sim_do_repoint (SimDevice *device)
{
  static const char *const entities[] = { "contact", "opportunity", "task", "note" };
  const guint n = G_N_ELEMENTS (entities), from = sim_random (device->world, n);
  for (guint i = 0; i < n; i++)
    if (repoint (device, satchel_registry_find (satchel_session_get_registry (device->session),
                                                entities[(from + i) % n])))
      return;
  sim_choose_loosely (device);
}

/* A record goes to an owner elsewhere, and what belongs to it stays: whoever carries that may not look at it
 * through the record any more. */
void
sim_do_estrange (SimDevice *device)
{
  SatchelRegistry *registry = satchel_session_get_registry (device->session);
  const SatchelEntity *accounts = satchel_registry_find (registry, "account");
  g_autofree char *id = sim_pick_record (
      device, accounts,
      "id IN (SELECT f_account FROM e_contact) OR id IN (SELECT f_account FROM e_opportunity)");
  g_autofree char *to = sim_pick_record (device, satchel_registry_find (registry, "user"), "true");
  if (id != NULL && to != NULL)
    set_one (device, accounts, id, satchel_entity_owner_field (accounts),
             satchel_value_new_lookup ("user", to), "estrange");
}
