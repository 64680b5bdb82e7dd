/* The organisation and what happens in it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/filter-world.h"

#define DAY_MS ((gint64)86400000)

/* ---- chance ---- */

guint
world_below (World *world, guint bound)
{
  return (guint)g_rand_int_range (world->rng, 0, (gint32)bound);
}

SatchelRegistry *world_registry;
const char *const world_entities[N_ENTITIES] = { "account", "contact", "opportunity", "task", "note" };

const SatchelEntity *
world_entity (const char *name)
{
  return satchel_registry_find (world_registry, name);
}

/* ---- the organisation ---- */

void
world_set (SatchelRecord *record, const char *name, const char *text)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelValue) value = NULL;
  g_autofree char *qualified = NULL;

  g_assert_nonnull (field);
  if (text != NULL && field->type == SATCHEL_TYPE_LOOKUP && strchr (text, ':') == NULL &&
      field->n_targets > 1) {
    for (guint i = 0; i < field->n_targets && qualified == NULL; i++)
      qualified = g_strdup_printf ("%s:%s", field->targets[i], text);
  }
  must (satchel_value_from_text (field,
                                 qualified != NULL ? qualified
                                 : text != NULL    ? text
                                                   : "",
                                 &value, &error));
  satchel_record_set (record, field, value);
}

SatchelRecord *
world_make (World *world, const char *entity)
{
  g_autofree char *id = satchel_id_new (&world->office->clock.clock);

  return satchel_record_new (world_entity (entity), id);
}

char *
world_write (World *world, SatchelRecord *record)
{
  g_autoptr (SatchelRecord) owned = record;
  g_autoptr (GError) error = NULL;

  must (satchel_rows_create (world->store, &world->commit, record, &error));
  return g_strdup (record->id);
}

void
world_begin (World *world)
{
  g_autoptr (GError) error = NULL;
  const gint64 now_ms = world->office->clock.now_ms;

  must (satchel_server_begin_write (world->office->server, &error));
  world->commit = (SatchelCommit){ .at_ms = now_ms, .made_at_ms = now_ms, .op = "test" };
  must (satchel_feed_begin (world->store, &world->commit, &error));
}

void
world_end (World *world, gboolean commit)
{
  g_autoptr (GError) error = NULL;

  if (commit)
    must (satchel_server_end_write (world->office->server, TRUE, &error));
  else
    g_assert_false (satchel_server_end_write (world->office->server, FALSE, NULL));
}

/* Some record of the entity; NULL when there is none. Owned by the world until read_all(). */
static SatchelRecord *
pick (World *world, const char *entity)
{
  SatchelRecord *picked = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, world->records);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (g_str_equal (((SatchelRecord *)value)->entity->name, entity))
      g_ptr_array_add (ids, value);
  }
  if (ids->len > 0)
    picked = ids->pdata[world_below (world, ids->len)];
  return picked;
}

char *
world_random_owner (World *world, const SatchelField *field)
{
  if (satchel_field_allows_target (field, "team") && world_below (world, 4) == 0)
    return g_strdup_printf ("team:%s", world->teams[world_below (world, N_TEAMS)]);
  return g_strdup_printf ("%s%s", field->n_targets > 1 ? "user:" : "",
                          world->users[world_below (world, N_USERS)]);
}

char *
world_random_day (World *world)
{
  return satchel_date_from_days (world->office->clock.now_ms / DAY_MS + (gint64)world_below (world, 9) - 4);
}

static void
set_lookup (World *world, SatchelRecord *record, const char *name, const char *target)
{
  SatchelRecord *other = pick (world, target);
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autofree char *text = NULL;

  if (other == NULL || world_below (world, 5) == 0) {
    world_set (record, name, NULL);
    return;
  }
  text = g_strdup_printf ("%s%s%s", field->n_targets > 1 ? target : "", field->n_targets > 1 ? ":" : "",
                          other->id);
  world_set (record, name, text);
}

static const char *const cities[] = { "a", "b", "c" };
static const char *const targets[] = { "account", "contact", "opportunity" };

/* Sets one field of the record to something; nothing that nobody asks for but for now and then. */
static void
change_field (World *world, SatchelRecord *record)
{
  const char *name = record->entity->name;
  g_autofree char *text = NULL;

  switch (world_below (world, 6)) {
  case 0:
    text = world_random_owner (world, satchel_entity_owner_field (record->entity));
    world_set (record, "owner", text);
    return;
  case 1:
    text = g_strdup_printf ("x%u", world_below (world, 1000));
    world_set (record, record->entity->title->compute != NULL ? "last_name" : record->entity->title->name,
               text);
    return;
  default:
    break;
  }
  if (g_str_equal (name, "account")) {
    switch (world_below (world, 4)) {
    case 0:
      world_set (record, "city", cities[world_below (world, 3)]);
      return;
    case 1:
      world_set (record, "employees", world_below (world, 2) == 0 ? "1" : "5");
      return;
    case 2:
      set_lookup (world, record, "parent", "account");
      return;
    default:
      set_lookup (world, record, "primary_contact", "contact");
      return;
    }
  } else if (g_str_equal (name, "contact")) {
    if (world_below (world, 2) == 0)
      world_set (record, "city", cities[world_below (world, 3)]);
    else
      set_lookup (world, record, "account", "account");
  } else if (g_str_equal (name, "opportunity")) {
    set_lookup (world, record, "account", "account");
  } else if (g_str_equal (name, "task") && world_below (world, 2) == 0) {
    text = world_random_day (world);
    world_set (record, "due", text);
  } else {
    set_lookup (world, record, "regarding", targets[world_below (world, 3)]);
  }
}

void
world_create_some (World *world, const char *entity)
{
  SatchelRecord *record = world_make (world, entity);
  g_autofree char *owner = world_random_owner (world, satchel_entity_owner_field (record->entity));
  g_autofree char *id = NULL;

  world_set (record, "owner", owner);
  for (guint i = 0; i < 6; i++)
    change_field (world, record);
  id = world_write (world, record);
}

void
world_update (World *world, const SatchelRecord *before, SatchelRecord *after)
{
  g_autoptr (GError) error = NULL;

  must (satchel_rows_update (world->store, &world->commit, before, after, NULL, &error));
}

static void
edit_some (World *world, const SatchelRecord *record)
{
  g_autoptr (SatchelRecord) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;

  must (satchel_rows_read (world->store, record->entity, record->id, &before, &error));
  if (before == NULL)
    return;
  after = satchel_record_copy (before);
  for (guint i = world_below (world, 3); i < 3; i++)
    change_field (world, after);
  world_update (world, before, after);
}

/* As the resolver does it: what names the record is emptied, satellites go first. */
static void
delete_some (World *world, const SatchelRecord *record)
{
  const SatchelReference *references;
  g_autoptr (SatchelRecord) present = NULL;
  g_autoptr (GPtrArray) satellites = NULL;
  g_autoptr (GError) error = NULL;
  guint n;

  must (satchel_rows_read (world->store, record->entity, record->id, &present, &error));
  if (present == NULL)
    return;
  references = satchel_registry_get_references (world_registry, record->entity, &n);
  for (guint i = 0; i < n; i++) {
    g_autoptr (GPtrArray) referring = NULL;

    if (references[i].field->type != SATCHEL_TYPE_LOOKUP)
      continue;
    referring = satchel_rows_list_referring (world->store, &references[i], record->entity->name, record->id,
                                             -1, &error);
    g_assert_no_error (error);
    for (guint j = 0; j < referring->len; j++) {
      g_autoptr (SatchelRecord) after = satchel_record_copy (referring->pdata[j]);

      satchel_record_set (after, references[i].field, NULL);
      world_update (world, referring->pdata[j], after);
    }
  }
  satellites = satchel_rows_list_satellites (world->store, record->entity->name, record->id, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < satellites->len; i++)
    must (satchel_rows_delete (world->store, &world->commit, satellites->pdata[i], &error));
  /* Emptying a lookup to itself has changed it. */
  g_clear_pointer (&present, satchel_record_free);
  must (satchel_rows_read (world->store, record->entity, record->id, &present, &error));
  must (satchel_rows_delete (world->store, &world->commit, present, &error));
}

static void
add_satellite (World *world, const SatchelRecord *subject)
{
  gboolean share = world_below (world, 2) == 0;
  SatchelRecord *record = world_make (world, share ? "share" : "conflict");
  g_autofree char *principal = g_strdup_printf ("user:%s", world->users[world_below (world, N_READERS)]);
  g_autofree char *id = NULL;
  g_autoptr (SatchelRecord) present = NULL;
  g_autoptr (GError) error = NULL;

  world_set (record, "record_entity", subject->entity->name);
  world_set (record, "record_id", subject->id);
  if (share) {
    world_set (record, "principal", principal);
    world_set (record, "rights", "read");
  } else {
    world_set (record, "field", "owner");
    world_set (record, "mine_by", world->users[0]);
    world_set (record, "status", "open");
  }
  must (satchel_rows_read (world->store, subject->entity, subject->id, &present, &error));
  if (present == NULL) {
    satchel_record_free (record);
    return;
  }
  id = world_write (world, record);
}

/* A user or a team goes to another unit, with all that it owns. */
static void
move_owner (World *world)
{
  gboolean team = world_below (world, 3) == 0;
  const char *id =
      team ? world->teams[world_below (world, N_TEAMS)] : world->users[world_below (world, N_USERS)];
  g_autoptr (SatchelRecord) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;

  must (satchel_rows_read (world->store, world_entity (team ? "team" : "user"), id, &before, &error));
  after = satchel_record_copy (before);
  world_set (after, "unit", world->units[world_below (world, N_UNITS)]);
  world_update (world, before, after);
}

void
world_do_something (World *world)
{
  const char *entity = world_entities[world_below (world, N_ENTITIES)];
  SatchelRecord *record = pick (world, entity);
  SatchelRecord *satellite = pick (world, world_below (world, 2) == 0 ? "share" : "conflict");
  g_autoptr (SatchelRecord) present = NULL;
  g_autoptr (GError) error = NULL;

  switch (world_below (world, 12)) {
  case 0:
    if (g_hash_table_size (world->records) < 120)
      world_create_some (world, entity);
    return;
  case 1:
    if (record != NULL && g_hash_table_size (world->records) > 80)
      delete_some (world, record);
    return;
  case 2:
    if (record != NULL)
      add_satellite (world, record);
    return;
  case 3:
    if (satellite == NULL)
      return;
    must (satchel_rows_read (world->store, satellite->entity, satellite->id, &present, &error));
    if (present != NULL)
      must (satchel_rows_delete (world->store, &world->commit, present, &error));
    return;
  case 4:
    move_owner (world);
    return;
  default:
    if (record != NULL)
      edit_some (world, record);
    return;
  }
}

/* ---- the organisation itself ---- */

void
world_watched_free (Watched *watched)
{
  satchel_filter_free (watched->filter);
  g_hash_table_unref (watched->held);
  g_free (watched->text);
  g_free (watched);
}

World *
world_new (guint32 seed)
{
  World *world = g_new0 (World, 1);
  static const char *const ids[] = { "north", "south", "east" };

  world->office = office_new ();
  world->store = world->office->server->writer;
  world_registry = world->store->registry;
  world->rng = g_rand_new_with_seed (seed);
  world->watched = g_ptr_array_new_with_free_func ((GDestroyNotify)world_watched_free);
  world->records = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)satchel_record_free);
  world->shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  world_begin (world);
  for (guint i = 0; i < N_UNITS; i++) {
    SatchelRecord *record = world_make (world, "business_unit");

    world_set (record, "name", ids[i]);
    world->units[i] = world_write (world, record);
  }
  for (guint i = 0; i < N_USERS + N_TEAMS; i++) {
    SatchelRecord *record = world_make (world, i < N_USERS ? "user" : "team");

    world_set (record, "name", "somebody");
    world_set (record, "active", "yes");
    world_set (record, "unit", world->units[world_below (world, N_UNITS)]);
    *(i < N_USERS ? &world->users[i] : &world->teams[i - N_USERS]) = world_write (world, record);
  }
  world_end (world, TRUE);
  return world;
}

void
world_free (World *world)
{
  g_ptr_array_unref (world->watched);
  g_hash_table_unref (world->records);
  g_hash_table_unref (world->shared);
  for (guint i = 0; i < N_USERS; i++)
    g_free (world->users[i]);
  for (guint i = 0; i < N_TEAMS; i++)
    g_free (world->teams[i]);
  for (guint i = 0; i < N_UNITS; i++)
    g_free (world->units[i]);
  g_rand_free (world->rng);
  office_free (world->office);
  g_free (world);
}
