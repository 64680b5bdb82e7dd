/* The table of deeds. What finds most is done most.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/deeds.h"

static const SimDeed deeds[] = {
  { "edit", 34, sim_do_edit },
  { "form", 6, sim_do_form },
  { "create", 26, sim_do_create },
  { "delete", 4, sim_do_delete },
  { "restore", 4, sim_do_restore },
  { "assign", 8, sim_do_assign },
  { "resolve", 6, sim_do_resolve },
  { "qualify", 4, sim_do_qualify },
  { "inbox", 6, sim_do_inbox },
  { "track", 40, sim_do_track },
  { "untrack", 10, sim_do_untrack },
  { "regard", 5, sim_do_regard },
  { "sync", 36, sim_do_sync },
  { "toggle-network", 6, sim_do_toggle_network },
  { "sign-in", 4, sim_do_sign_in },
  { "retitle", 12, sim_do_retitle },
  { "repoint", 10, sim_do_repoint },
  { "estrange", 10, sim_do_estrange },
  { "choose", 7, sim_do_choose },
  { "choose-less", 4, sim_do_choose_less },
  { "list-online", 6, sim_do_list_online },
  { "open-online", 4, sim_do_open_online },
  { "unpin", 2, sim_do_unpin },
  { "look-back", 12, sim_do_look_back },
  { "ask-why", 6, sim_do_ask_why },
  { "preview", 5, sim_do_preview },
  { "restart", 4, sim_do_restart },
  { "clone", 1, sim_do_clone, TRUE },
  { "cut-power", 4, sim_do_cut_power },
  { "cut-server-power", 3, sim_do_cut_server_power, TRUE },
  { "fill-disk", 2, sim_do_fill_disk },
  { "fill-server-disk", 2, sim_do_fill_server_disk },
  { "keep-disk", 2, sim_do_keep_disk },
  { "put-disk-back", 2, sim_do_put_disk_back, TRUE },
  { "new-laptop", 2, sim_do_new_laptop, TRUE },
  { "restart-server", 2, sim_do_restart_server },
  { "back-up", 2, sim_do_back_up },
  { "restore-server", 2, sim_do_restore_server, TRUE },
};

/* Those of the office stand apart: they also happen while the server prepares a pull. */
static const SimDeed office[] = {
  { "move-user", 2, sim_do_move_user },
  { "set-manager", 2, sim_do_set_manager },
  { "move-unit", 1, sim_do_move_unit },
  { "change-team", 1, sim_do_change_team },
  { "change-members", 2, sim_do_change_members },
  { "change-role", 2, sim_do_change_role },
  { "share", 2, sim_do_share },
  { "take-share-back", 1, sim_do_take_share_back },
  { "disable-user", 1, sim_do_disable_user },
  { "enable-user", 2, sim_do_enable_user },
  { "customise", 2, sim_do_customise },
  { "tend", 1, sim_do_tend },
  { "time", 1, sim_do_time },
  { "forget", 2, sim_do_forget, TRUE },
};
#define OFFICE_WEIGHT 36

static const struct {
  const SimDeed *list;
  guint n;
} tables[] = { { deeds, G_N_ELEMENTS (deeds) }, { office, G_N_ELEMENTS (office) } };

static guint
weigh (const SimDeed *list, guint n)
{
  guint total = 0;
  for (guint i = 0; i < n; i++)
    total += list[i].weight;
  return total;
}

static const SimDeed *
pick (SimWorld *world, const SimDeed *list, guint n)
{
  guint dice = sim_random (world, weigh (list, n));
  while (dice >= list->weight)
    dice -= (list++)->weight;
  return list;
}

const SimDeed *
sim_deed_pick (SimWorld *world)
{
  const guint total = weigh (deeds, G_N_ELEMENTS (deeds)) + OFFICE_WEIGHT;
  const SimDeed *deed;
  do
    deed = sim_random (world, total) < OFFICE_WEIGHT ? pick (world, office, G_N_ELEMENTS (office))
                                                     : pick (world, deeds, G_N_ELEMENTS (deeds));
  while (deed->disaster && world->seed % 2 == 1);
  return deed;
}

const SimDeed *
sim_deed_find (const char *name)
{
  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    for (guint i = 0; i < tables[t].n; i++)
      if (g_str_equal (tables[t].list[i].name, name))
        return &tables[t].list[i];
  return NULL;
}

void
sim_do_office (SimDevice *device)
{
  pick (device->world, office, G_N_ELEMENTS (office))->act (device);
}
