/* A random walk: people of several roles and units do anything in any order, from cursors of any age. After
 * each pull a desk must hold exactly what a first sync would give it, and the store must be sound. The seed
 * is the test's; g_test prints it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/chance.h"
#include "tests/sync-server/office.h"

#define N_DESKS 5
#define N_STEPS 400

static const struct {
  const char *login, *role;
  gboolean south;
} people[N_DESKS] = {
  { "one", "salesperson", FALSE },           { "two", "salesperson", FALSE },
  { "other", "salesperson", TRUE },          { "ana", "service", FALSE }, /* leads at the depth "own" */
  { "admin", "system-administrator", TRUE },
};

typedef struct {
  Office *office;
  char *ids[N_DESKS];
  Desk *desks[N_DESKS];
  GPtrArray *records[4]; /* ids, by entity */
  guint n_applied, n_parked, n_conflicts;
} Walk;

static const char *const entities[] = { "account", "contact", "lead", "task" };
static const char *const titles[] = { "name", "last_name", "topic", "subject" };

static guint
below (guint bound)
{
  return (guint)g_test_rand_int_range (0, (gint32)bound);
}

static void
count (Walk *walk, Desk *desk, SatchelOutcome *outcome)
{
  if (outcome->state == SATCHEL_OUTCOME_PARKED)
    desk_release (desk, outcome->uuid); /* so that it holds back nothing for the rest of the walk */
  walk->n_applied += outcome->state == SATCHEL_OUTCOME_APPLIED;
  walk->n_parked += outcome->state == SATCHEL_OUTCOME_PARKED;
  walk->n_conflicts += outcome->n_conflicts;
  satchel_outcome_free (outcome);
}

static const char *
pick (Walk *walk, guint entity)
{
  return walk->records[entity]->pdata[below (walk->records[entity]->len)];
}

static void
create (Walk *walk, Desk *desk, guint entity)
{
  char *id = new_id (desk);
  g_autofree char *account = g_strdup_printf ("\"%s\"", pick (walk, 0));
  g_autofree char *name = g_strdup_printf ("\"Name %u\"", below (100));

  g_ptr_array_add (walk->records[entity], id);
  if (entity == 1 || entity == 3)
    count (walk, desk,
           desk_create (desk, entities[entity], id, titles[entity], name, "account", account, NULL));
  else
    count (walk, desk, desk_create (desk, entities[entity], id, titles[entity], name, NULL));
}

static void
update (Walk *walk, Desk *desk, guint entity)
{
  g_autofree char *name = g_strdup_printf ("\"Name %u\"", below (100)),
                  *number = g_strdup_printf ("%u", below (1000));

  if (below (2) == 0)
    count (walk, desk, desk_update (desk, entities[entity], pick (walk, entity), titles[entity], name, NULL));
  else
    count (walk, desk,
           desk_update (desk, "account", pick (walk, 0), "revenue", number, "phone", "\"1\"", NULL));
}

static void
assign (Walk *walk, Desk *desk, guint entity)
{
  g_autofree char *owner = g_strdup_printf ("\"user:%s\"", walk->ids[below (N_DESKS)]);

  count (walk, desk, desk_act (desk, entities[entity], pick (walk, entity), "assign", "owner", owner, NULL));
}

static void
delete_and_maybe_restore (Walk *walk, Desk *desk, guint entity)
{
  const char *id = pick (walk, entity);
  SatchelChangeSet *set = desk_set (desk);
  g_autofree char *uuid = g_strdup_printf ("\"%s\"", set->uuid);

  add_change (desk, set, SATCHEL_CHANGE_DELETE, entities[entity], id, NULL, NULL);
  count (walk, desk, desk_push (desk, set));
  if (below (2) == 0)
    desk_pull (walk->desks[below (N_DESKS)]);
  if (below (3) > 0)
    count (walk, desk, desk_act (desk, entities[entity], id, "restore", "delete", uuid, NULL));
}

static void
resolve (Walk *walk, Desk *desk)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, desk->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    if (!g_str_has_prefix (key, "conflict/"))
      continue;
    count (walk, desk,
           desk_act (desk, "conflict", (const char *)key + 9, "resolve", "choice",
                     below (2) == 0 ? "\"mine\"" : "\"theirs\"", NULL));
    return;
  }
}

static void
move_user (Walk *walk, Desk *admin)
{
  g_autofree char *unit =
      g_strdup_printf ("\"%s\"", below (2) == 0 ? walk->office->north : walk->office->south);

  count (walk, admin, desk_update (admin, "user", walk->ids[below (N_DESKS)], "unit", unit, NULL));
}

static void
step (Walk *walk)
{
  Desk *desk = walk->desks[below (N_DESKS)];
  const guint entity = below (G_N_ELEMENTS (entities)), what = below (100);

  if (what < 25)
    create (walk, desk, entity);
  else if (what < 55)
    update (walk, desk, entity);
  else if (what < 63)
    assign (walk, desk, entity);
  else if (what < 70)
    delete_and_maybe_restore (walk, desk, entity);
  else if (what < 78)
    resolve (walk, desk);
  else if (what < 81)
    move_user (walk, walk->desks[4]);
  else
    desk_check (desk);
}

static void
test_walk (void)
{
  Walk walk = { .office = office_new () };

  for (guint i = 0; i < G_N_ELEMENTS (entities); i++)
    walk.records[i] = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < N_DESKS; i++) {
    walk.ids[i] = office_hire (walk.office, people[i].login, people[i].role,
                               people[i].south ? walk.office->south : walk.office->north);
    walk.desks[i] = desk_new (walk.office, people[i].login);
  }
  for (guint i = 0; i < G_N_ELEMENTS (entities); i++) {
    char *id = new_id (walk.desks[0]);

    g_ptr_array_add (walk.records[i], id);
    count (&walk, walk.desks[0], desk_create (walk.desks[0], entities[i], id, titles[i], "\"First\"", NULL));
  }
  for (guint i = 0; i < N_STEPS; i++)
    step (&walk);
  for (guint i = 0; i < N_DESKS; i++)
    desk_check (walk.desks[i]);
  g_test_message ("%u applied, %u parked, %u conflicts", walk.n_applied, walk.n_parked, walk.n_conflicts);
  g_assert_cmpint (walk.n_applied, >, 50);

  for (guint i = 0; i < N_DESKS; i++) {
    desk_free (walk.desks[i]);
    g_free (walk.ids[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (entities); i++)
    g_ptr_array_unref (walk.records[i]);
  office_free (walk.office);
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-server/walk", test_walk);
  return g_test_run ();
}
