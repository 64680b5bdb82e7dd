/* Filters that cost too much: whoever writes one, nobody's commit takes long for it; what it has brought
 * leaves exactly, and its owner is told.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/limits.h"
#include "sync-server/scope/filters-private.h"
#include "sync-server/scope/guard.h"
#include "sync-server/store/members.h"
#include "tests/sync-server/filter-world.h"

#include <string.h>

/* Each task of somebody affects all of them. */
#define SIBLINGS "owner(user).(exists task.owner (subject = \"z\"))"

/* ---- in the store ---- */

static Watched *
watch (World *world, const char *entity, const char *where)
{
  const SatchelPredicateContext context = { .user = world->users[0] };
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPredicate) predicate =
      satchel_predicate_parse (world_registry, world_entity (entity), where, &error);
  Watched *watched = g_new0 (Watched, 1);

  g_assert_no_error (error);
  watched->filter = satchel_filter_new (predicate, &context, &error);
  g_assert_no_error (error);
  watched->text = g_strdup (where);
  watched->held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  must (satchel_filters_make (world->store, &world->commit, watched->filter, &error));
  g_ptr_array_add (world->watched, watched);
  return watched;
}

static GPtrArray *
make_tasks (World *world, guint n)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++) {
    SatchelRecord *task = world_make (world, "task");

    world_set (task, "subject", "x");
    world_set (task, "owner", world->users[2]);
    g_ptr_array_add (ids, world_write (world, task));
  }
  return ids;
}

/* In one commit; the work that filters did. */
static gint64
set_subject (World *world, const char *id, const char *subject)
{
  g_autoptr (SatchelRecord) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  gint64 work;

  world_begin (world);
  work = satchel_follower_get (world->store, &error)->n_work;
  must (satchel_rows_read (world->store, world_entity ("task"), id, &before, &error));
  after = satchel_record_copy (before);
  world_set (after, "subject", subject);
  world_update (world, before, after);
  world_end (world, TRUE);
  return world->store->follower->n_work - work;
}

static SatchelFilterState
get_state (World *world, const SatchelFilter *filter)
{
  SatchelFilterState state;
  g_autoptr (GError) error = NULL;

  must (satchel_filter_rows_get_state (world->store, filter->bucket, NULL, &state, &error));
  return state;
}

/* Row by row the work would grow with the square of what the owner has. */
static void
test_hub (void)
{
  gint64 work[2];

  for (guint i = 0; i < 2; i++) {
    World *world = world_new (7);
    g_autoptr (GPtrArray) tasks = NULL;

    world_begin (world);
    tasks = make_tasks (world, i == 0 ? 500 : 2000);
    watch (world, "task", SIBLINGS);
    world_end (world, TRUE);
    work[i] = set_subject (world, tasks->pdata[0], "z");
    work[i] += set_subject (world, tasks->pdata[0], "y");
    g_assert_cmpint (get_state (world, ((Watched *)world->watched->pdata[0])->filter), ==,
                     SATCHEL_FILTER_FOLLOWED);
    if (i == 0)
      world_check (world);
    world_free (world);
  }
  g_test_message ("%" G_GINT64_FORMAT " for 500, %" G_GINT64_FORMAT " for 2,000", work[0], work[1]);
  g_assert_cmpint (work[1], <, 5 * 1000 * 1000);
}

/* At once, or little by little: the commit goes through, and nothing is asked of the filter afterwards. */
static void
test_refused (gconstpointer data)
{
  const gboolean at_once = GPOINTER_TO_INT (data);
  World *world = world_new (8);
  g_autoptr (GPtrArray) tasks = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) departed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (SatchelRecord) gone = NULL;
  SatchelFilter *filter;
  Watched *watched;
  guint n = 0;

  world_begin (world);
  tasks = make_tasks (world, 300);
  watch (world, "task", SIBLINGS);
  world_end (world, TRUE);
  watched = world->watched->pdata[0];
  filter = watched->filter;
  set_subject (world, tasks->pdata[0], "z");
  world_check (world);
  g_assert_cmpuint (g_hash_table_size (watched->held), ==, 300);

  if (at_once)
    world->store->follower->most_at_once = 20000;
  else
    world->store->follower->most_debt = 1000 * 1000;
  do
    set_subject (world, tasks->pdata[0], n % 2 == 0 ? "y" : "z");
  while (get_state (world, filter) == SATCHEL_FILTER_FOLLOWED && n++ < 100);
  g_assert_cmpint (get_state (world, filter), ==, SATCHEL_FILTER_REFUSED);
  g_assert_cmpint (n == 0, ==, at_once);
  set_subject (world, tasks->pdata[0], "x");
  g_assert_cmpint (set_subject (world, tasks->pdata[0], "z"), ==, 0);

  /* Its members stand as they stood, but for what is deleted. */
  world_begin (world);
  must (satchel_rows_read (world->store, world_entity ("task"), tasks->pdata[1], &gone, &error));
  must (satchel_rows_delete (world->store, &world->commit, gone, &error));
  world_end (world, TRUE);
  must (satchel_store_begin_read (world->store, &error));
  must (satchel_members_visit_departed (world->store, filter->bucket, world->store->s - 1, world_add_departed,
                                        departed, &error));
  g_assert_true (g_hash_table_contains (departed, tasks->pdata[1]));
  must (satchel_filters_check (world->store, problems, &error));
  g_assert_cmpuint (problems->len, ==, 0);
  satchel_store_rollback (world->store);
  satchel_database_hand_over (world->store->database);
  g_ptr_array_set_size (world->watched, 0);
  world_free (world);
}

/* One that is too much from the beginning has no members. */
static void
test_never_made (void)
{
  World *world = world_new (9);
  g_autoptr (GPtrArray) tasks = NULL;
  g_autoptr (GError) error = NULL;
  Watched *watched;

  world_begin (world);
  tasks = make_tasks (world, 300);
  satchel_follower_get (world->store, &error)->most_at_once = 1000;
  watched = watch (world, "task", "subject = \"x\"");
  g_assert_true (watched->filter->refused);
  g_assert_cmpint (watched->filter->bucket, ==, 0);
  world_end (world, TRUE);
  g_ptr_array_set_size (world->watched, 0);
  world_free (world);
}

/* What nobody uses is emptied bit by bit; one that is wanted again meanwhile begins anew. */
static void
test_unused (void)
{
  World *world = world_new (10);
  g_autoptr (GPtrArray) tasks = NULL;
  g_autoptr (GError) error = NULL;
  gint64 left = 120;
  SatchelFilterRow row = { 0 };
  Watched *watched;

  world_begin (world);
  tasks = make_tasks (world, 300);
  watched = watch (world, "task", "subject = \"x\"");
  world_end (world, TRUE);
  world_check (world);

  world_begin (world);
  row.bucket = watched->filter->bucket;
  row.atom = watched->filter->atom;
  row.shape = ((SatchelShape *)satchel_follower_get (world->store, &error)->shapes->pdata[0])->id;
  must (satchel_filter_drop (world->store, world->store->follower, &row, &left, &error));
  g_assert_cmpint (left, ==, 0);
  g_assert_cmpint (get_state (world, watched->filter), ==, SATCHEL_FILTER_UNUSED);
  world_end (world, TRUE);
  set_subject (world, tasks->pdata[tasks->len - 1], "y"); /* a member still, and nobody follows it */

  world_begin (world);
  watched->filter->bucket = 0;
  must (satchel_filters_make (world->store, &world->commit, watched->filter, &error));
  g_assert_cmpint (get_state (world, watched->filter), ==, SATCHEL_FILTER_FOLLOWED);
  world_end (world, TRUE);
  world_check (world);
  g_assert_cmpuint (g_hash_table_size (watched->held), ==, 299);
  world_free (world);
}

/* ---- as devices see it ---- */

typedef struct {
  Office *office;
  char *seller_id, *account;
  Desk *seller, *keeper;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *owner = NULL, *regarding = NULL;

  f->office = office_new ();
  f->seller_id = office_employ (f->office, "seller", "salesperson", f->office->north);
  g_free (office_employ (f->office, "keeper", "back-office", f->office->north));
  f->seller = desk_new (f->office, "seller");
  f->keeper = desk_new (f->office, "keeper");
  f->account = new_id (f->keeper);
  owner = g_strdup_printf ("\"user:%s\"", f->seller_id);
  regarding = g_strdup_printf ("\"account:%s\"", f->account);
  assert_applied (desk_create (f->keeper, "account", f->account, "name", "\"Acme\"", NULL));
  for (guint i = 0; i < 300; i++) {
    g_autofree char *task = new_id (f->keeper);

    assert_applied (desk_create (f->keeper, "task", task, "subject", "\"x\"", "regarding", regarding, NULL));
  }
  desk_pull (f->seller);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_check (f->seller);
  desk_free (f->seller);
  desk_free (f->keeper);
  g_free (f->seller_id);
  g_free (f->account);
  office_free (f->office);
}

static char *
why (Desk *desk, const char *entity, const char *record)
{
  g_autoptr (GError) error = NULL;
  char *answer = satchel_server_why (desk->office->server, &desk->caller, entity, record, &error);

  g_assert_no_error (error);
  return answer;
}

static void
test_told (Fixture *f, gconstpointer data)
{
  g_autofree char *filter =
      office_choose (f->office, f->seller_id, "task", "regarding(account).name = \"Acme\"", FALSE);
  g_autofree char *reason = NULL;
  SatchelFollower *follower;
  gint64 most;

  desk_pull (f->seller);
  g_assert_cmpuint (desk_count (f->seller, "task"), ==, 300);
  g_assert_cmpstr (desk_get (f->seller, "offline_filter", filter, "problem"), ==, "null");

  follower = f->office->server->writer->follower;
  most = follower->most_at_once;
  follower->most_at_once = 20000;
  assert_applied (desk_update (f->keeper, "account", f->account, "name", "\"Ajax\"", NULL));
  desk_pull (f->seller);
  g_assert_false (f->seller->reset);
  g_assert_cmpuint (desk_count (f->seller, "task"), ==, 0);
  g_assert_nonnull (strstr (desk_get (f->seller, "offline_filter", filter, "problem"), "too much"));
  reason = why (f->seller, "account", f->account);
  g_assert_nonnull (strstr (reason, "too much"));
  desk_check (f->seller);

  /* Another condition is another filter. */
  follower->most_at_once = most;
  assert_applied (desk_update (f->seller, "offline_filter", filter, "predicate",
                               "\"regarding(account).name = \\\"Ajax\\\"\"", NULL));
  desk_pull (f->seller);
  g_assert_cmpuint (desk_count (f->seller, "task"), ==, 300);
  g_assert_cmpstr (desk_get (f->seller, "offline_filter", filter, "problem"), ==, "null");
}

/* A guard that costs too much is found by a reader. The pull goes through without it, and nobody else loses
 * anything. */
static void
test_guard (Fixture *f, gconstpointer data)
{
  const char *where = "regarding(account).(exists task.regarding (subject = \"x\"))";
  g_autofree char *filter = office_choose (f->office, f->seller_id, "task", where, FALSE);
  g_autofree char *other_id = office_employ (f->office, "other", "salesperson", f->office->north);
  Desk *other = desk_new (f->office, "other");
  const gint64 most = satchel_guard_most_work;

  g_free (office_choose (f->office, other_id, "task", where, FALSE));
  satchel_guard_most_work = 10000;
  desk_pull (f->seller);
  satchel_guard_most_work = most;
  g_assert_cmpuint (desk_count (f->seller, "task"), ==, 0);
  g_assert_nonnull (strstr (desk_get (f->seller, "offline_filter", filter, "problem"), "too much"));
  desk_pull (other);
  g_assert_cmpuint (desk_count (other, "task"), ==, 300);
  desk_pull (f->seller);
  g_assert_cmpuint (desk_count (f->seller, "task"), ==, 0);
  desk_free (other);
}

static guint
count_filters (Office *office)
{
  SatchelStore *store = office->server->writer;
  g_autoptr (GPtrArray) filters = NULL;
  g_autoptr (GError) error = NULL;

  must (satchel_store_begin_read (store, &error));
  filters = satchel_filter_rows_list_all (store, &error);
  g_assert_no_error (error);
  satchel_store_rollback (store);
  satchel_database_hand_over (store->database);
  return filters->len;
}

/* A filter that nobody's list names any more is gone after a day, however many were made; a device that
 * sleeps keeps its own. */
static void
test_piled_up (Fixture *f, gconstpointer data)
{
  Desk *asleep = desk_new (f->office, "seller");
  g_autoptr (GError) error = NULL;
  guint n;

  g_free (office_choose (f->office, f->seller_id, "task", "subject = \"x\"", FALSE));
  desk_pull (f->seller);
  desk_pull (asleep);
  n = count_filters (f->office);
  for (guint i = 0; i < 10; i++) {
    g_autofree char *where = g_strdup_printf ("city != \"%u\"", i);
    g_autofree char *filter = office_choose (f->office, f->seller_id, "account", where, FALSE);

    desk_pull (f->seller);
    assert_applied (desk_delete (f->seller, "offline_filter", filter));
  }
  desk_pull (f->seller);
  g_assert_cmpuint (count_filters (f->office), ==, n + 10);
  for (guint i = 0; i < 3; i++) {
    must (satchel_server_tend (f->office->server, &error));
    fake_clock_advance (&f->office->clock, SATCHEL_FILTER_UNUSED_MS + 1000);
  }
  g_assert_cmpuint (count_filters (f->office), ==, n);
  desk_check (asleep);
  g_assert_cmpuint (desk_count (asleep, "task"), ==, 300);
  desk_free (asleep);
}

/* Another process takes up a shape of which this one has seen every filter frozen. */
static void
test_elsewhere (Fixture *f, gconstpointer data)
{
  static const char where[] = "owner = me and subject = \"x\"";
  g_autofree char *other_id = office_employ (f->office, "other", "back-office", f->office->north);
  g_autofree char *owner = g_strdup_printf ("\"user:%s\"", other_id), *task = new_id (f->keeper);
  Desk *other = desk_new (f->office, "other");
  SatchelServer *here = f->office->server;
  SatchelCommit commit = { .at_ms = f->office->clock.now_ms, .op = "test" };
  g_autoptr (SatchelServer) elsewhere = NULL;
  g_autoptr (GError) error = NULL;
  SatchelFollower *follower;

  g_free (office_choose (f->office, f->seller_id, "task", where, FALSE));
  desk_pull (f->seller);
  desk_pull (other);
  must (satchel_server_begin_write (here, &error));
  must (satchel_feed_begin (here->writer, &commit, &error));
  follower = satchel_follower_get (here->writer, &error);
  for (guint i = 0; i < follower->shapes->len; i++)
    must (satchel_shape_freeze (here->writer, follower, follower->shapes->pdata[i], &error));
  must (satchel_server_end_write (here, TRUE, &error));

  elsewhere = satchel_server_open (f->office->dir, f->office->registry, &f->office->clock.clock, &error);
  g_assert_no_error (error);
  f->office->server = elsewhere;
  g_free (office_choose (f->office, other_id, "task", where, FALSE));
  desk_pull (other);
  f->office->server = here;
  assert_applied (desk_create (f->keeper, "task", task, "subject", "\"x\"", "owner", owner, NULL));
  desk_pull (other);
  g_assert_true (desk_has (other, "task", task));
  assert_applied (desk_update (f->keeper, "task", task, "subject", "\"y\"", NULL));
  desk_check (other);
  g_assert_false (desk_has (other, "task", task));
  desk_free (other);
}

static void
test_most (Fixture *f, gconstpointer data)
{
  g_autofree char *one_more = new_id (f->seller);
  guint n = desk_count (f->seller, "offline_filter");

  for (; n < SATCHEL_MAX_FILTERS; n++) {
    g_autofree char *id = new_id (f->seller), *where = g_strdup_printf ("\"name = \\\"%u\\\"\"", n);

    assert_applied (
        desk_create (f->seller, "offline_filter", id, "entity", "\"account\"", "predicate", where, NULL));
  }
  assert_parked (desk_create (f->seller, "offline_filter", one_more, "entity", "\"account\"", NULL),
                 SATCHEL_ERROR_TOO_LARGE);
}

#define ADD(path, test) g_test_add ("/sync-server/filter-work/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-server/filter-work/hub", test_hub);
  g_test_add_data_func ("/sync-server/filter-work/at-once", GINT_TO_POINTER (TRUE), test_refused);
  g_test_add_data_func ("/sync-server/filter-work/little-by-little", GINT_TO_POINTER (FALSE), test_refused);
  g_test_add_func ("/sync-server/filter-work/never-made", test_never_made);
  g_test_add_func ("/sync-server/filter-work/unused", test_unused);
  ADD ("told", test_told);
  ADD ("guard", test_guard);
  ADD ("piled-up", test_piled_up);
  ADD ("elsewhere", test_elsewhere);
  ADD ("most", test_most);
  return g_test_run ();
}
