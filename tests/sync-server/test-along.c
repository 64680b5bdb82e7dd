/* What one change set takes along is bounded, whatever hangs on the record: nothing of a set that would take
 * more is done, and one that takes as much as it may does not stop the server for long.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/record.h"
#include "tests/sync-server/office.h"

#include <string.h>
#include <time.h>

#define MOST_MS 20000 /* of processor, of builds that look for errors too */

typedef struct {
  Office *office;
  char *seller_id, *keeper_id, *account;
  Desk *seller, *keeper;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->office = office_new ();
  f->seller_id = office_employ (f->office, "seller", "salesperson", f->office->north);
  f->keeper_id = office_hire (f->office, "keeper", "back-office", f->office->north);
  f->seller = desk_new (f->office, "seller");
  f->keeper = desk_new (f->office, "keeper");
  f->account = new_id (f->keeper);
  assert_applied (desk_create (f->keeper, "account", f->account, "name", "\"Acme\"", NULL));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  desk_check (f->keeper);
  desk_check (f->seller);
  desk_free (f->keeper);
  desk_free (f->seller);
  g_free (f->seller_id);
  g_free (f->keeper_id);
  g_free (f->account);
  office_free (f->office);
}

/* Of the keeper's, hanging on the account. */
static void
hang (Fixture *f, const char *entity, const char *title, const char *lookup, guint n)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autoptr (SatchelValue) owner = satchel_value_new_lookup ("user", f->keeper_id),
                           account = satchel_value_new_lookup ("account", f->account),
                           name = satchel_value_new_string ("x");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++) {
    g_autofree char *id = new_id (f->keeper);
    SatchelRecord *record = satchel_record_new (satchel_registry_find (f->office->registry, entity), id);

    satchel_record_set_by_name (record, title, name);
    satchel_record_set_by_name (record, "owner", owner);
    satchel_record_set_by_name (record, lookup, account);
    g_ptr_array_add (records, record);
  }
  must (satchel_server_load (f->office->server, f->keeper_id, records, f->office->clock.now_ms, &error));
}

static gint64
processor_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Nothing is done, and nobody hears of it. @s: of before. */
static void
assert_too_large (Fixture *f, gint64 s, SatchelOutcome *outcome)
{
  g_autofree char *uuid = g_strdup (outcome->uuid);

  g_assert_cmpstr (outcome->reason, ==, "more than 5000 records would have to go along; do it in parts");
  assert_parked (outcome, SATCHEL_ERROR_TOO_LARGE);
  desk_release (f->keeper, uuid);
  g_assert_cmpint (satchel_server_get_s (f->office->server), ==, s);
  desk_pull (f->keeper);
  g_assert_cmpint (f->keeper->n_rows, ==, 0);
}

/* One of those that hang on the account goes before, so that as many are left as may go along. */
static void
drop_one (Fixture *f, const char *entity)
{
  g_autofree char *prefix = g_strconcat (entity, "/", NULL);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, f->keeper->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    if (!g_str_has_prefix (key, prefix))
      continue;
    assert_applied (desk_delete (f->keeper, entity, (const char *)key + strlen (prefix)));
    desk_pull (f->keeper);
    return;
  }
  g_assert_not_reached ();
}

static void
test_delete (Fixture *f, gconstpointer data)
{
  gint64 began_ms, s;

  hang (f, "task", "subject", "regarding", SATCHEL_MAX_SET_RECORDS + 1);
  desk_pull (f->keeper);
  s = satchel_server_get_s (f->office->server);
  assert_too_large (f, s, desk_delete (f->keeper, "account", f->account));
  g_assert_cmpuint (desk_count (f->keeper, "task"), ==, SATCHEL_MAX_SET_RECORDS + 1);

  drop_one (f, "task");
  began_ms = processor_ms ();
  assert_applied (desk_delete (f->keeper, "account", f->account));
  g_test_message ("%" G_GINT64_FORMAT " ms", processor_ms () - began_ms);
  g_assert_cmpint (processor_ms () - began_ms, <, MOST_MS);
  desk_pull (f->keeper);
  g_assert_cmpuint (desk_count (f->keeper, "task"), ==, 0);
  g_assert_false (desk_has (f->keeper, "account", f->account));
}

static void
test_assign (Fixture *f, gconstpointer data)
{
  g_autofree char *owner = g_strdup_printf ("\"user:%s\"", f->seller_id);
  gint64 began_ms, s;

  hang (f, "contact", "last_name", "account", SATCHEL_MAX_SET_RECORDS + 1);
  desk_pull (f->keeper);
  desk_pull (f->seller);
  s = satchel_server_get_s (f->office->server);
  assert_too_large (f, s, desk_act (f->keeper, "account", f->account, "assign", "owner", owner, NULL));
  desk_pull (f->seller);
  g_assert_cmpuint (desk_count (f->seller, "contact"), ==, 0);

  drop_one (f, "contact");
  began_ms = processor_ms ();
  assert_applied (desk_act (f->keeper, "account", f->account, "assign", "owner", owner, NULL));
  g_test_message ("%" G_GINT64_FORMAT " ms", processor_ms () - began_ms);
  g_assert_cmpint (processor_ms () - began_ms, <, MOST_MS);
  desk_pull (f->seller);
  g_assert_cmpuint (desk_count (f->seller, "contact"), ==, SATCHEL_MAX_SET_RECORDS);
}

#define ADD(path, test) g_test_add ("/sync-server/along/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("delete", test_delete);
  ADD ("assign", test_assign);
  return g_test_run ();
}
