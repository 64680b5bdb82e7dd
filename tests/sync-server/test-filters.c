/* Filters that follow what happens anywhere: a small organisation in which everything changes at random, and
 * after every commit each filter's members are what its predicate chooses in memory, naively, over all
 * records. Readers with rights of their own watch: where a guard answers otherwise, the member was entered
 * anew.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/predicate/bind.h"
#include "sync-server/scope/filters-private.h"
#include "sync-server/store/members.h"
#include "sync-server/store/scopes.h"
#include "tests/lib/chance.h"
#include "tests/sync-server/filter-world.h"

static const char *const cities[] = { "a", "b", "c" };

/* ---- filters ---- */

static void append_condition (World *world, GString *text, const char *entity, guint depth);

static void
append_test (World *world, GString *text, const char *entity)
{
  const SatchelField *owner = satchel_entity_owner_field (world_entity (entity));
  g_autofree char *name = world_random_owner (world, owner), *day = world_random_day (world);

  switch (world_below (world, 8)) {
  case 0:
    g_string_append (text, "owner = me");
    return;
  case 1:
    g_string_append_printf (text, "owner in (me, %s)", name);
    return;
  case 2:
    g_string_append_printf (text, "unit = %s", world->units[world_below (world, N_UNITS)]);
    return;
  case 3:
    g_string_append_printf (text, "owner(user).unit %s %s", world_below (world, 2) == 0 ? "=" : "!=",
                            world->units[world_below (world, N_UNITS)]);
    return;
  default:
    break;
  }
  if (g_str_equal (entity, "task")) {
    static const char *const tests[] = { "due < today", "due in this week", "due = tomorrow",
                                         "regarding is empty", "due in past or due is empty" };

    if (world_below (world, 4) == 0)
      g_string_append_printf (text, "due >= %s", day);
    else
      g_string_append_printf (text, "(%s)", tests[world_below (world, G_N_ELEMENTS (tests))]);
  } else if (g_str_equal (entity, "account") && world_below (world, 2) == 0) {
    g_string_append (text, world_below (world, 2) == 0 ? "employees > 2" : "parent is not empty");
  } else if (g_str_equal (entity, "account") || g_str_equal (entity, "contact")) {
    g_string_append_printf (text, "city = \"%s\"", cities[world_below (world, 3)]);
  } else {
    g_string_append (text, "created_at > now - 2 hours");
  }
}

static void
append_relation (World *world, GString *text, const char *entity, guint depth)
{
  static const struct {
    const char *entity, *words, *other;
  } relations[] = {
    { "account", "exists contact.account (", "contact" },
    { "account", "exists task.regarding (", "task" },
    { "account", "exists account.parent (", "account" },
    { "account", "parent.(", "account" },
    { "account", "primary_contact.(", "contact" },
    { "contact", "account.(", "account" },
    { "contact", "exists task.regarding (", "task" },
    { "contact", "exists account.primary_contact (", "account" },
    { "opportunity", "account.(", "account" },
    { "opportunity", "exists note.regarding (", "note" },
    { "task", "regarding(account).(", "account" },
    { "task", "regarding(contact).(", "contact" },
    { "task", "regarding(contact).account.(", "account" },
    { "note", "regarding(opportunity).account.(", "account" },
    { "note", "regarding(account).(", "account" },
  };
  guint i;

  do
    i = world_below (world, G_N_ELEMENTS (relations));
  while (!g_str_equal (relations[i].entity, entity));
  g_string_append (text, relations[i].words);
  append_condition (world, text, relations[i].other, depth - 1);
  g_string_append_c (text, ')');
}

static void
append_condition (World *world, GString *text, const char *entity, guint depth)
{
  switch (depth == 0 ? 0 : world_below (world, 8)) {
  case 0:
  case 1:
    append_test (world, text, entity);
    return;
  case 2:
    g_string_append (text, "not (");
    append_condition (world, text, entity, depth - 1);
    g_string_append_c (text, ')');
    return;
  case 3:
  case 4:
    g_string_append_c (text, '(');
    append_condition (world, text, entity, depth - 1);
    g_string_append (text, world_below (world, 2) == 0 ? " and " : " or ");
    append_condition (world, text, entity, depth - 1);
    g_string_append_c (text, ')');
    return;
  default:
    append_relation (world, text, entity, depth);
    return;
  }
}

static void
watch (World *world, SatchelPredicate *predicate)
{
  g_autoptr (GTimeZone) zone =
      g_time_zone_new_identifier (world_below (world, 2) == 0 ? "Asia/Shanghai" : "UTC");
  const char *const teams[] = { world->teams[world_below (world, N_TEAMS)], NULL };
  const SatchelPredicateContext context = { .user = world->users[world_below (world, N_USERS)],
                                            .teams = teams,
                                            .zone = zone };
  Watched *watched = g_new0 (Watched, 1);
  g_autoptr (GError) error = NULL;
  gboolean watch_it;

  watched->filter = satchel_filter_new (predicate, &context, &error);
  g_assert_no_error (error);
  watched->text = satchel_predicate_to_text (watched->filter->predicate);
  watched->held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  must (satchel_filters_find (world->store, watched->filter, context.user, &error));
  watch_it = watched->filter->bucket == 0 && !watched->filter->refused;
  must (satchel_filters_make (world->store, &world->commit, watched->filter, &error));
  /* One that is watched already has its history. */
  if (!watch_it || !g_str_has_prefix (watched->filter->atom, "filter:"))
    world_watched_free (watched);
  else
    g_ptr_array_add (world->watched, watched);
}

static void
choose_something (World *world)
{
  const char *entity = world_entities[world_below (world, N_ENTITIES)];
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (SatchelPredicate) predicate = NULL;
  g_autoptr (GPtrArray) related = NULL;
  g_autoptr (GError) error = NULL;

  append_condition (world, text, entity, 3);
  predicate = satchel_predicate_parse (world_registry, world_entity (entity), text->str, &error);
  g_assert_no_error (error);
  watch (world, predicate);
  if (world_below (world, 3) != 0)
    return;
  related = satchel_predicate_list_related (predicate, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < related->len; i++)
    watch (world, related->pdata[i]);
}

/* ---- tests ---- */

static void
pass_time (World *world)
{
  g_autoptr (GError) error = NULL;
  gboolean changed;
  gint64 due_ms;

  fake_clock_advance (&world->office->clock, (gint64)world_below (world, 3000) * 60000);
  world_begin (world);
  must (satchel_filters_next_due (world->store, &due_ms, &error));
  if (due_ms <= world->office->clock.now_ms)
    must (satchel_filters_pass (world->store, &world->commit, &changed, &error));
  must (satchel_filters_next_due (world->store, &due_ms, &error));
  g_assert_cmpint (due_ms, >, world->office->clock.now_ms);
  world_end (world, TRUE);
}

static SatchelShape *
find_shape (SatchelFollower *follower, gint64 id)
{
  for (guint i = 0; i < follower->shapes->len; i++) {
    SatchelShape *shape = follower->shapes->pdata[i];

    if (shape->id == id)
      return shape;
  }
  g_assert_not_reached ();
}

/* A filter is refused, emptied bit by bit or at once, or wanted again. */
static void
use_otherwise (World *world)
{
  Watched *watched = world->watched->pdata[world_below (world, world->watched->len)];
  const gint64 bucket = watched->filter->bucket;
  gint64 left = world_below (world, 2) == 0 ? -1 : (gint64)world_below (world, 5) + 1;
  g_autoptr (SatchelFilterRow) row = NULL;
  g_autoptr (GError) error = NULL;
  SatchelFollower *follower = satchel_follower_get (world->store, &error);

  g_assert_no_error (error);
  must (satchel_filter_rows_read (world->store, bucket, &row, &error));
  switch (row != NULL ? world_below (world, 4) : 3) {
  case 0:
    must (satchel_filter_freeze (world->store, follower, find_shape (follower, row->shape), bucket,
                                 SATCHEL_FILTER_REFUSED, &error));
    return;
  case 1:
    must (satchel_filter_drop (world->store, follower, row, &left, &error));
    watched->emptied = TRUE;
    return;
  default:
    must (satchel_filters_make (world->store, &world->commit, watched->filter, &error));
    watched->filter->bucket = bucket;
    watched->filter->refused = FALSE;
    watched->wanted = TRUE;
    return;
  }
}

/* Budgets that some filters keep and others do not: which, is all the same. */
static void
lower_budgets (World *world)
{
  world->store->follower->most_at_once = (gint64)world_below (world, 4) * 500;
  world->store->follower->most_debt = (gint64)world_below (world, 20) * 5000;
}

static void
do_a_commit (World *world)
{
  g_autoptr (GError) error = NULL;
  gboolean commit = world_below (world, 6) > 0, small = world_below (world, 12) == 0;
  gint64 most_at_once, most_debt;

  world_begin (world);
  must (satchel_follower_get (world->store, &error) != NULL);
  most_at_once = world->store->follower->most_at_once;
  most_debt = world->store->follower->most_debt;
  if (small)
    lower_budgets (world);
  /* What is undone within the commit leaves nothing either. */
  if (world_below (world, 4) == 0) {
    must (satchel_store_savepoint (world->store, &error));
    world_do_something (world);
    satchel_store_rollback_to (world->store);
    must (satchel_feed_begin (world->store, &world->commit, &error));
  }
  for (guint i = world_below (world, 4) + 1; i > 0; i--) {
    gboolean own = world_below (world, 3) == 0;

    if (own)
      must (satchel_store_savepoint (world->store, &error));
    world_do_something (world);
    if (own) {
      must (satchel_store_release (world->store, &error));
      must (satchel_feed_begin (world->store, &world->commit, &error));
    }
    if (world->watched->len > 0 && world_below (world, 6) == 0)
      use_otherwise (world);
  }
  world_end (world, commit);
  world->store->follower->most_at_once = most_at_once;
  world->store->follower->most_debt = most_debt;
}

static void
test_random (gconstpointer data)
{
  const guint32 seed = (guint32)g_test_rand_int () + GPOINTER_TO_UINT (data);
  const guint n_commits = g_getenv ("SATCHEL_TEST_LONG") != NULL ? 600 : 60;
  World *world = world_new (seed);

  g_test_message ("seed %u", seed);
  world_begin (world);
  for (guint i = 0; i < 60; i++) {
    world_create_some (world, world_entities[i % N_ENTITIES]);
    if (i % 10 == 9) {
      world_end (world, TRUE);
      world_check (world);
      world_begin (world);
    }
  }
  world_end (world, TRUE);
  for (guint i = 0; i < n_commits; i++) {
    if (world->watched->len < 40 && world_below (world, 2) == 0) {
      world_begin (world);
      choose_something (world);
      world_end (world, TRUE);
      world_check (world);
    }
    if (world_below (world, 8) == 0)
      pass_time (world);
    else
      do_a_commit (world);
    world_check (world);
  }
  world_free (world);
}

/* Two hundred people choose alike: an edit costs those that the record was or is for, and nobody when nobody
 * asks. */
static void
test_cost (void)
{
  World *world = world_new (1);
  g_autoptr (SatchelPredicate) predicate = NULL;
  g_autoptr (SatchelRecord) before = NULL, named = NULL, given = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  SatchelRecord *record;
  guint64 n;

  predicate = satchel_predicate_parse (world_registry, world_entity ("account"),
                                       "owner = me and city = \"a\"", &error);
  world_begin (world);
  for (guint i = 0; i < 200; i++) {
    g_autofree char *user =
        i < N_USERS ? g_strdup (world->users[i]) : satchel_id_new (&world->office->clock.clock);
    const SatchelPredicateContext context = { .user = user };
    g_autoptr (GPtrArray) related = satchel_predicate_list_related (predicate, &error);

    for (guint j = 0; j <= related->len; j++) {
      SatchelFilter *filter =
          satchel_filter_new (j == 0 ? predicate : related->pdata[j - 1], &context, &error);

      must (satchel_filters_make (world->store, &world->commit, filter, &error));
      satchel_filter_free (filter);
    }
  }
  record = world_make (world, "account");
  world_set (record, "name", "x");
  world_set (record, "city", "a");
  world_set (record, "owner", world->users[0]);
  id = world_write (world, record);
  world_end (world, TRUE);

  world_begin (world);
  must (satchel_rows_read (world->store, world_entity ("account"), id, &before, &error));
  named = satchel_record_copy (before);
  world_set (named, "name", "y");
  world_update (world, before, named);
  n = satchel_filters_count_evaluated (world->store);
  world_end (world, TRUE);
  g_assert_cmpuint (satchel_filters_count_evaluated (world->store), ==, n);

  world_begin (world);
  given = satchel_record_copy (named);
  world_set (given, "owner", world->users[1]);
  world_update (world, named, given);
  n = satchel_filters_count_evaluated (world->store);
  world_end (world, TRUE);
  g_assert_cmpuint (satchel_filters_count_evaluated (world->store) - n, >=, 2);
  /* Both people's filters, of the account itself and of what there is beneath it. */
  g_assert_cmpuint (satchel_filters_count_evaluated (world->store) - n, <=, 60);
  world_free (world);
}

/* A far-away change of many rows: all of them, by few evaluations. */
static void
test_many (void)
{
  World *world = world_new (2);
  g_autoptr (SatchelPredicate) predicate = NULL;
  g_autoptr (SatchelRecord) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  SatchelRecord *record;
  guint64 n;

  world_begin (world);
  record = world_make (world, "account");
  world_set (record, "name", "x");
  world_set (record, "owner", world->users[0]);
  id = world_write (world, record);
  for (guint i = 0; i < 400; i++) {
    g_autofree char *task = NULL, *regarding = g_strdup_printf ("account:%s", id);

    record = world_make (world, "task");
    world_set (record, "subject", "x");
    world_set (record, "owner", world->users[2]);
    world_set (record, "regarding", regarding);
    task = world_write (world, record);
  }
  predicate = satchel_predicate_parse (world_registry, world_entity ("task"), "regarding(account).owner = me",
                                       &error);
  for (guint i = 0; i < N_USERS; i++) {
    const SatchelPredicateContext context = { .user = world->users[i] };
    Watched *watched = g_new0 (Watched, 1);

    watched->filter = satchel_filter_new (predicate, &context, &error);
    watched->text = g_strdup ("tasks");
    watched->held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    must (satchel_filters_make (world->store, &world->commit, watched->filter, &error));
    g_ptr_array_add (world->watched, watched);
  }
  world_end (world, TRUE);
  world_check (world);
  g_assert_cmpuint (g_hash_table_size (((Watched *)world->watched->pdata[0])->held), ==, 400);

  world_begin (world);
  must (satchel_rows_read (world->store, world_entity ("account"), id, &before, &error));
  after = satchel_record_copy (before);
  world_set (after, "owner", world->users[1]);
  world_update (world, before, after);
  n = satchel_filters_count_evaluated (world->store);
  world_end (world, TRUE);
  g_assert_cmpuint (satchel_filters_count_evaluated (world->store) - n, ==, 2);
  world_check (world);
  g_assert_cmpuint (g_hash_table_size (((Watched *)world->watched->pdata[0])->held), ==, 0);
  g_assert_cmpuint (g_hash_table_size (((Watched *)world->watched->pdata[1])->held), ==, 400);
  world_free (world);
}

/* A filter that no scope names is dropped, and its rows depart; one that a scope names stays. */
static void
test_collect (void)
{
  World *world = world_new (3);
  g_autoptr (GHashTable) departed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  SatchelFilter *filters[2];
  gboolean more;

  world_begin (world);
  for (guint i = 0; i < 20; i++)
    world_create_some (world, "account");
  for (guint i = 0; i < 2; i++) {
    g_autoptr (SatchelPredicate) predicate =
        satchel_predicate_parse (world_registry, world_entity ("account"),
                                 i == 0 ? "owner is not empty" : "unit is not empty", &error);
    const SatchelPredicateContext context = { .user = world->users[0] };

    filters[i] = satchel_filter_new (predicate, &context, &error);
    must (satchel_filters_make (world->store, &world->commit, filters[i], &error));
  }
  text = g_strdup_printf ("account carry %s\n", filters[1]->atom);
  must (satchel_scopes_use (world->store, "digest", text, world->office->clock.now_ms, &error));
  world_end (world, TRUE);

  world_begin (world);
  must (satchel_filters_collect (world->store, &world->commit, world->office->clock.now_ms, &more, &error));
  g_assert_false (more);
  must (satchel_members_visit_departed (world->store, filters[0]->bucket, world->commit.s - 1,
                                        world_add_departed, departed, &error));
  g_assert_cmpuint (g_hash_table_size (departed), ==, 20);
  for (guint i = 0; i < 2; i++) {
    filters[i]->bucket = 0;
    must (satchel_filters_find (world->store, filters[i], NULL, &error));
    g_assert_cmpint (filters[i]->bucket != 0, ==, i == 1);
    satchel_filter_free (filters[i]);
  }
  world_end (world, TRUE);
  world_check (world);
  world_free (world);
}

/* A filter is dropped by the commit that deletes one of its records: that one departs as well. */
static void
test_drop (void)
{
  World *world = world_new (3);
  g_autoptr (SatchelPredicate) predicate = NULL;
  g_autoptr (SatchelFilterRow) row = NULL;
  g_autoptr (SatchelRecord) gone = NULL;
  g_autoptr (GHashTable) departed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  const SatchelPredicateContext context = { .user = world->users[0] };
  SatchelFilter *filter;
  SatchelRecord *record;
  g_autofree char *id = NULL;
  gint64 all = -1;

  world_begin (world);
  world_create_some (world, "account");
  record = world_make (world, "account");
  world_set (record, "name", "x");
  world_set (record, "owner", world->users[0]);
  id = world_write (world, record);
  predicate = satchel_predicate_parse (world_registry, world_entity ("account"), "owner is not empty", &error);
  filter = satchel_filter_new (predicate, &context, &error);
  g_assert_no_error (error);
  must (satchel_filters_make (world->store, &world->commit, filter, &error));
  world_end (world, TRUE);

  world_begin (world);
  must (satchel_rows_read (world->store, world_entity ("account"), id, &gone, &error));
  must (satchel_rows_delete (world->store, &world->commit, gone, &error));
  must (satchel_filter_rows_read (world->store, filter->bucket, &row, &error));
  must (satchel_filter_drop (world->store, satchel_follower_get (world->store, &error), row, &all, &error));
  must (satchel_members_visit_departed (world->store, filter->bucket, world->commit.s - 1, world_add_departed,
                                        departed, &error));
  g_assert_cmpuint (g_hash_table_size (departed), ==, 2);
  world_end (world, TRUE);
  satchel_filter_free (filter);
  world_free (world); /* no row that is no record's is left: the server is checked */
}

/* Members as an earlier version may have left them: one too many, one too few. Both devices hear of, and
 * nothing else moves. */
static void
test_repair (void)
{
  static const char damage[] =
      "UPDATE member SET row = (SELECT row FROM e_account WHERE f_city = 'b' LIMIT 1), since = 1, entered = "
      "1, s = 1"
      " WHERE bucket = %" G_GINT64_FORMAT " AND row = (SELECT row FROM e_account WHERE f_city = 'a' LIMIT 1)";
  World *world = world_new (3);
  g_autoptr (GHashTable) departed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) problems = NULL, rest = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) predicate = satchel_predicate_parse (
      world_registry, world_entity ("account"), "city = \"a\" and owner is not empty", &error);
  const SatchelPredicateContext context = { .user = world->users[0] };
  SatchelFilter *filter = satchel_filter_new (predicate, &context, &error);
  g_autofree char *sql = NULL;
  gint64 s, n;

  world_begin (world);
  for (guint i = 0; i < 20; i++) {
    SatchelRecord *record = world_make (world, "account");

    world_set (record, "name", "x");
    world_set (record, "city", i < 10 ? "a" : "b");
    world_set (record, "owner", world->users[0]);
    g_free (world_write (world, record));
  }
  must (satchel_filters_make (world->store, &world->commit, filter, &error));
  sql = g_strdup_printf (damage, filter->bucket);
  must (satchel_database_execute (world->store->database, sql, &error));
  world_end (world, TRUE);
  s = world->store->s;
  problems = satchel_server_check (world->office->server, &error);
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_nonnull (strstr (problems->pdata[0], "2 rows are filed wrongly"));

  must (satchel_server_repair_filters (world->office->server, &n, &error));
  g_assert_cmpint (n, ==, 2);
  g_assert_cmpint (world->store->s, ==, s + 1);
  rest = satchel_server_check (world->office->server, &error);
  g_assert_cmpuint (rest->len, ==, 0);
  must (satchel_server_repair_filters (world->office->server, &n, &error));
  g_assert_cmpint (n, ==, 0);
  g_assert_cmpint (world->store->s, ==, s + 1);
  world_begin (world);
  must (
      satchel_members_visit_departed (world->store, filter->bucket, s, world_add_departed, departed, &error));
  g_assert_cmpuint (g_hash_table_size (departed), ==, 1);
  world_end (world, FALSE);
  satchel_filter_free (filter);
  world_free (world);
}

/* What comes with its record cannot be chosen for itself; what one owns is a bucket that is there anyway. */
static void
test_kinds (void)
{
  static const struct {
    const char *entity, *text, *atom; /* atom NULL: refused; "": none */
  } kinds[] = {
    { "account", "", "" },
    { "account", "owner = me", "owner:" },
    { "account", "owner = me and city = \"a\"", "filter:" },
    { "account", "owner != me", "filter:" },
    { "conflict", "status = open", NULL },
    { "user", "exists conflict.mine_by (status = open)", NULL },
    { "user", "exists share.principal", NULL },
  };
  const SatchelPredicateContext context = { .user = "01900000-0000-7000-8000-00000000000a" };

  world_registry = satchel_registry_builtin ();
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SatchelPredicate) predicate =
        satchel_predicate_parse (world_registry, world_entity (kinds[i].entity), kinds[i].text, &error);
    SatchelFilter *filter;

    g_assert_no_error (error);
    filter = satchel_filter_new (predicate, &context, &error);
    g_assert_cmpint (filter != NULL, ==, kinds[i].atom != NULL);
    if (filter == NULL) {
      g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
      continue;
    }
    if (*kinds[i].atom == '\0')
      g_assert_null (filter->atom);
    else
      g_assert_true (g_str_has_prefix (filter->atom, kinds[i].atom));
    satchel_filter_free (filter);
  }
}

/* Somebody's filter that looks for tasks of tasks' accounts of tasks' accounts: a commit asks it about all of
 * them at once. One by one that would be 500 times 500 times 500 rows, in the writer. */
static void
test_nested (void)
{
  static const char where[] =
      "subject != \"a\" and regarding(account).(exists task.regarding (subject != \"a\" and "
      "regarding(account).(exists task.regarding (subject = \"z\"))))";
  World *world = world_new (3);
  Watched *watched = g_new0 (Watched, 1);
  const SatchelPredicateContext context = { .user = world->users[0] };
  g_autoptr (SatchelPredicate) predicate = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL, *regarding = NULL;
  SatchelRecord *record;

  world_begin (world);
  record = world_make (world, "account");
  world_set (record, "name", "x");
  world_set (record, "owner", world->users[0]);
  id = world_write (world, record);
  regarding = g_strdup_printf ("account:%s", id);
  predicate = satchel_predicate_parse (world_registry, world_entity ("task"), where, &error);
  g_assert_no_error (error);
  watched->filter = satchel_filter_new (predicate, &context, &error);
  watched->text = g_strdup (where);
  watched->held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  must (satchel_filters_make (world->store, &world->commit, watched->filter, &error));
  g_ptr_array_add (world->watched, watched);
  for (guint i = 0; i < 500; i++) {
    g_autofree char *task = NULL;

    record = world_make (world, "task");
    world_set (record, "subject", "x");
    world_set (record, "owner", world->users[2]);
    world_set (record, "regarding", regarding);
    task = world_write (world, record);
  }
  satchel_database_set_deadline (world->store->database, 10000);
  world_end (world, TRUE);
  satchel_database_set_deadline (world->store->database, 0);
  world_free (world);
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-server/filters/kinds", test_kinds);
  for (guint i = 0; i < 4; i++) {
    g_autofree char *name = g_strdup_printf ("/sync-server/filters/random/%u", i);

    g_test_add_data_func (name, GUINT_TO_POINTER (i), test_random);
  }
  g_test_add_func ("/sync-server/filters/cost", test_cost);
  g_test_add_func ("/sync-server/filters/many", test_many);
  g_test_add_func ("/sync-server/filters/nested", test_nested);
  g_test_add_func ("/sync-server/filters/collect", test_collect);
  g_test_add_func ("/sync-server/filters/drop", test_drop);
  g_test_add_func ("/sync-server/filters/repair", test_repair);
  return g_test_run ();
}
