/* What people choose to carry: offline filters come and go, and are asked about before.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/scope.h"
#include "protocol/error.h"
#include "tests/simulation/deeds.h"

/* The first ones bring what belongs to others, and not these: titles of accounts are needed then. */
#define N_LOOSE 4
static const struct {
  const char *entity, *predicate;
} conditions[] = {
  { "contact", "" },
  { "opportunity", "" },
  { "task", "" },
  { "note", "" },
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
  { "note", "email is not empty" },
  { "email", "tracked_by has me" },
  { "email", "regarding(account).(owner = me) or exists note.email" },
};

const char *
sim_condition_pick (SimWorld *world, const char **predicate)
{
  guint i = sim_random (world, G_N_ELEMENTS (conditions));
  *predicate = conditions[i].predicate;
  return conditions[i].entity;
}

static void
choose (SimDevice *device, guint i, gboolean with_related)
{
  static const char *const zones[] = { "", "Asia/Shanghai", "America/New_York" };
  SimWorld *world = device->world;
  SatchelRegistry *registry = satchel_session_get_registry (device->session);
  const char *zone = zones[sim_random (world, G_N_ELEMENTS (zones))];
  g_autoptr (SatchelRecord) record =
      satchel_record_new (satchel_registry_find (registry, "offline_filter"), NULL);
  const char *const texts[] = { "name",      conditions[i].predicate, "entity", conditions[i].entity,
                                "predicate", conditions[i].predicate, "zone",   zone };
  for (guint t = 0; t < G_N_ELEMENTS (texts); t += 2) {
    g_autoptr (SatchelValue) text = satchel_value_new_string (texts[t + 1]);
    satchel_record_set_by_name (record, texts[t], text);
  }
  g_autoptr (SatchelValue) related = satchel_value_new_boolean (with_related);
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
sim_do_choose (SimDevice *device)
{
  guint i = N_LOOSE + sim_random (device->world, G_N_ELEMENTS (conditions) - N_LOOSE);
  choose (device, i, sim_chance (device->world, 50));
}

void
sim_choose_loosely (SimDevice *device)
{
  choose (device, sim_random (device->world, N_LOOSE), FALSE);
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
