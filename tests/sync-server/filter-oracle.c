/* Who is in a filter, asked of every record there is, one by one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/members.h"
#include "tests/sync-server/filter-world.h"

void
world_read (World *world)
{
  guint n_entities;
  const SatchelEntity *const *all = satchel_registry_get_entities (world_registry, &n_entities);
  g_autoptr (GError) error = NULL;

  g_hash_table_remove_all (world->records);
  g_hash_table_remove_all (world->shared);
  for (guint i = 0; i < n_entities; i++) {
    g_autoptr (GPtrArray) rows = satchel_rows_list (world->store, all[i], &error);

    g_assert_no_error (error);
    for (guint j = 0; j < rows->len; j++) {
      SatchelRecord *record = satchel_record_copy (rows->pdata[j]);

      g_hash_table_insert (world->records, record->id, record);
      if (g_str_equal (all[i]->name, "share"))
        g_hash_table_add (
            world->shared,
            g_strdup_printf ("%s %s", satchel_value_get_id (satchel_record_get_by_name (record, "principal")),
                             satchel_value_get_string (satchel_record_get_by_name (record, "record_id"))));
    }
  }
}

/* ---- the naive answer ---- */

/* One reader reads what lies under the first unit; the other what she owns, and what is shared with her. */
static gboolean
may_read (World *world, guint reader, const SatchelRecord *record)
{
  const SatchelValue *owner, *unit;
  g_autofree char *key = g_strdup_printf ("%s %s", world->users[reader], record->id);

  if (record->entity->ownership != SATCHEL_OWNERSHIP_USER || g_hash_table_contains (world->shared, key))
    return TRUE;
  owner = satchel_record_get_by_name (record, "owner");
  unit = satchel_record_get_by_name (record, "unit");
  return reader == 0 ? g_str_equal (satchel_value_get_id (unit), world->units[0])
                     : g_str_equal (satchel_value_get_id (owner), world->users[reader]);
}

static const SatchelRecord *
lend (World *world, const SatchelRecord *record)
{
  return record != NULL && (world->reader == N_READERS || may_read (world, world->reader, record)) ? record
                                                                                                   : NULL;
}

static const SatchelRecord *
find_cb (const char *entity, const char *id, gpointer data)
{
  World *world = data;
  const SatchelRecord *record = g_hash_table_lookup (world->records, id);

  return record != NULL && g_str_equal (record->entity->name, entity) ? lend (world, record) : NULL;
}

static gboolean
each_cb (const SatchelReference *reference, const char *id,
         gboolean (*visit) (const SatchelRecord *record, gpointer visit_data), gpointer visit_data,
         gpointer data)
{
  World *world = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, world->records);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const SatchelRecord *record = value;
    const SatchelValue *lookup =
        record->entity == reference->entity ? satchel_record_get (record, reference->field) : NULL;

    if (lookup != NULL && g_str_equal (satchel_value_get_id (lookup), id) && lend (world, record) != NULL &&
        visit (record, visit_data))
      return TRUE;
  }
  return FALSE;
}

/* For a reader; for N_READERS: whether it holds for anyone at all, as members do. */
static gboolean
holds (World *world, const SatchelFilter *filter, const SatchelRecord *record, guint reader)
{
  const SatchelRecordSource source = { find_cb, each_cb, world };
  const SatchelPredicateContext context = {
    .now_ms = satchel_filter_as_of (filter, world->office->clock.now_ms),
    .zone = filter->zone,
  };
  g_autoptr (SatchelPredicate) wide = satchel_predicate_widen (filter->predicate);

  world->reader = reader;
  return satchel_predicate_holds (reader == N_READERS ? wide : filter->predicate, &context, record, &source);
}

static GHashTable *
read_held (World *world, const Watched *watched)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) members =
      satchel_members_list_changed (world->store, watched->filter->bucket, -1, &error);
  g_autoptr (GHashTable) entered = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, NULL);
  GHashTable *held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) recent = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GArray) later =
      satchel_members_list_changed (world->store, watched->filter->bucket, world->checked_s, &error);
  GHashTableIter iter;
  gpointer value;

  g_assert_no_error (error);
  for (guint i = 0; i < members->len; i++) {
    SatchelMember *member = &g_array_index (members, SatchelMember, i);

    g_hash_table_insert (entered, &member->row, &member->entered);
  }
  for (guint i = 0; i < later->len; i++)
    g_hash_table_add (recent, &g_array_index (later, SatchelMember, i).row);
  g_hash_table_iter_init (&iter, world->records);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const SatchelRecord *record = value;
    const gint64 *at;
    Held *one;
    gint64 row;

    if (record->entity != watched->filter->entity)
      continue;
    must (satchel_rows_find (world->store, record->entity, record->id, &row, &error));
    at = g_hash_table_lookup (entered, &row);
    if (at == NULL)
      continue;
    one = g_new0 (Held, 1);
    one->row = row;
    one->entered = *at;
    one->s = g_hash_table_contains (recent, &row) ? world->store->s : 0;
    for (guint i = 0; i < N_READERS; i++)
      one->guards[i] = holds (world, watched->filter, record, i);
    g_hash_table_insert (held, g_strdup (record->id), one);
    g_hash_table_remove (entered, &row);
  }
  /* Rows that are no record's are nobody's members. */
  g_assert_cmpuint (g_hash_table_size (entered), ==, 0);
  return held;
}

gboolean
world_add_departed (const char *record, const char *why, gint64 since, gpointer data, GError **error)
{
  g_hash_table_add (data, g_strdup (record));
  return TRUE;
}

/* Whether the filter may have the row as it has it, and had it. */
static void
check_followed (World *world, const Watched *watched, SatchelFilterState earlier, const SatchelRecord *record,
                const Held *then, const Held *now)
{
  if (holds (world, watched->filter, record, N_READERS) != (now != NULL))
    g_error ("%s %s: %s is %s", record->entity->name, watched->text, record->id,
             now != NULL ? "a member" : "not a member");
  if (now == NULL)
    return;
  if (record->s > world->checked_s && now->s <= world->checked_s)
    g_error ("%s: %s was edited unheard", watched->text, record->id);
  if (earlier != SATCHEL_FILTER_FOLLOWED && now->entered <= world->checked_s)
    g_error ("%s: %s did not begin anew", watched->text, record->id);
  for (guint i = 0; then != NULL && i < N_READERS; i++) {
    if (then->guards[i] != now->guards[i] && now->entered <= world->checked_s)
      g_error ("%s: reader %u is not told of %s", watched->text, i, record->id);
  }
}

/* What a commit wanted again, and then refused or emptied after all, was followed in between. */
static void
check_frozen (const Watched *watched, SatchelFilterState earlier, const SatchelRecord *record,
              const Held *then, const Held *now)
{
  if (now != NULL && (then == NULL || watched->state == SATCHEL_FILTER_MISSING) &&
      earlier != SATCHEL_FILTER_FOLLOWED)
    g_error ("%s: %s has entered what nobody follows", watched->text, record->id);
  if (now == NULL && then != NULL && !watched->emptied && watched->state == SATCHEL_FILTER_REFUSED &&
      earlier == watched->state)
    g_error ("%s: %s has left what nobody follows", watched->text, record->id);
}

static void
check_watched (World *world, Watched *watched)
{
  const SatchelFilterState earlier = watched->state;
  g_autoptr (GHashTable) before = g_steal_pointer (&watched->held);
  g_autoptr (GHashTable) departed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer key, value;

  watched->held = read_held (world, watched);
  must (satchel_filter_rows_get_state (world->store, watched->filter->bucket, NULL, &watched->state, &error));
  must (satchel_members_visit_departed (world->store, watched->filter->bucket, world->checked_s,
                                        world_add_departed, departed, &error));
  g_hash_table_iter_init (&iter, world->records);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const SatchelRecord *record = value;
    const Held *then = g_hash_table_lookup (before, key), *now = g_hash_table_lookup (watched->held, key);

    if (record->entity != watched->filter->entity)
      continue;
    if (then != NULL && now == NULL && !g_hash_table_contains (departed, key))
      g_error ("%s: %s left unheard", watched->text, record->id);
    if (then == NULL && now != NULL && now->entered <= world->checked_s)
      g_error ("%s: %s entered unheard", watched->text, record->id);
    if (watched->state == SATCHEL_FILTER_FOLLOWED)
      check_followed (world, watched, earlier, record, then, now);
    else
      check_frozen (watched, watched->wanted ? SATCHEL_FILTER_FOLLOWED : earlier, record, then, now);
  }
  watched->emptied = watched->wanted = FALSE;
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    if (!g_hash_table_contains (world->records, key) && !g_hash_table_contains (departed, key))
      g_error ("%s: %s was deleted unheard", watched->text, (const char *)key);
  }
}

/* Conflicts and shares lie where their record lies. */
static void
check_satellites (World *world, const Watched *watched)
{
  static const char *const names[] = { "conflict", "share" };
  g_autofree char *atom = g_strdup_printf ("%s/%s", watched->filter->entity->name, watched->filter->atom);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GArray) buckets = satchel_members_list_buckets (world->store, names[i], atom, FALSE, &error);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, world->records);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
      const SatchelRecord *record = value;
      gboolean there = FALSE;
      gint64 row;

      if (!g_str_equal (record->entity->name, names[i]))
        continue;
      must (satchel_rows_find (world->store, record->entity, record->id, &row, &error));
      if (buckets->len > 0)
        must (
            satchel_members_contain (world->store, g_array_index (buckets, gint64, 0), row, &there, &error));
      if (there != g_hash_table_contains (watched->held, satchel_value_get_string (satchel_record_get_by_name (
                                                             record, "record_id"))))
        g_error ("%s %s: %s %s %s without its record, state %d", watched->filter->entity->name, watched->text,
                 names[i], record->id, there ? "has entered" : "has left", watched->state);
    }
  }
}

void
world_check (World *world)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  must (satchel_store_begin_read (world->store, &error));
  world_read (world);
  for (guint i = 0; i < world->watched->len; i++) {
    check_watched (world, world->watched->pdata[i]);
    check_satellites (world, world->watched->pdata[i]);
  }
  must (satchel_filters_check (world->store, problems, &error));
  if (problems->len > 0)
    g_error ("%s", (const char *)problems->pdata[0]);
  world->checked_s = world->store->s;
  satchel_store_rollback (world->store);
  satchel_database_hand_over (world->store->database);
}
