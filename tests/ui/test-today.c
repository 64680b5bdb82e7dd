/* What a person finds in the morning.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/entity-table.h"
#include "tests/ui/desk.h"
#include "ui/calendar/days.h"
#include "ui/workplace/today.h"

static SatchelToday *
look (TestDesk *test, gint64 since)
{
  g_autoptr (GError) error = NULL;
  SatchelToday *today = satchel_today_read (test->other, since, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (today);
  return today;
}

static char *
dup_date (TestDesk *test, int days)
{
  return satchel_date_from_days (test->clock.now_ms / 86400000 + days);
}

static void
make_task (TestDesk *test, const char *title, int days)
{
  g_autofree char *date = dup_date (test, days);

  g_free (test_desk_create (test, "task", "subject", title, "due", date, NULL));
}

static void
test_empty (void)
{
  TestDesk test;
  g_autoptr (SatchelToday) today = NULL;

  test_desk_setup (&test);
  today = look (&test, -1);
  g_assert_cmpuint (today->due->len + today->overdue->len + today->closing->len + today->news->len, ==, 0);
  g_assert_cmpint (today->tally.parked, ==, 0);
  g_clear_pointer (&today, satchel_today_free);
  test_desk_teardown (&test);
}

static void
test_activities (void)
{
  TestDesk test;
  g_autoptr (SatchelToday) today = NULL;
  g_autofree char *date = NULL, *id = NULL;

  test_desk_setup (&test);
  make_task (&test, "now", 0);
  make_task (&test, "old", -9);
  make_task (&test, "yesterday", -1);
  make_task (&test, "later", 1);
  date = dup_date (&test, 0);
  id = test_desk_create (&test, "task", "subject", "done", "due", date, "status", "completed", NULL);
  today = look (&test, -1);
  g_assert_cmpuint (today->due->len, ==, 1);
  g_assert_cmpstr (((SatchelEvent *)today->due->pdata[0])->title, ==, "now");
  g_assert_cmpuint (today->overdue->len, ==, 2);
  g_assert_cmpstr (((SatchelEvent *)today->overdue->pdata[0])->title, ==, "yesterday");
  g_clear_pointer (&today, satchel_today_free);
  test_desk_teardown (&test);
}

static void
make_deal (TestDesk *test, const char *account, const char *title, int days)
{
  g_autofree char *date = dup_date (test, days);

  g_free (test_desk_create (test, "opportunity", "name", title, "account", account, "expected_close", date,
                            NULL));
}

static void
test_closing (void)
{
  TestDesk test;
  g_autoptr (SatchelToday) today = NULL;
  g_autofree char *account = NULL;

  test_desk_setup (&test);
  account = test_desk_create (&test, "account", "name", "Acme", NULL);
  make_deal (&test, account, "soon", 3);
  make_deal (&test, account, "late", -3);
  make_deal (&test, account, "far", SATCHEL_CLOSING_DAYS + 1);
  today = look (&test, -1);
  g_assert_cmpuint (today->closing->len, ==, 2);
  g_assert_cmpstr (((SatchelClosing *)today->closing->pdata[0])->title, ==, "late");
  g_assert_cmpstr (((SatchelClosing *)today->closing->pdata[1])->title, ==, "soon");
  g_clear_pointer (&today, satchel_today_free);
  test_desk_teardown (&test);
}

/* As if the server had sent it at @s. */
static void
receive (TestDesk *test, const char *title, const char *who, gint64 s)
{
  SatchelReplica *replica = satchel_session_get_replica (test->other);
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (test->other), "account");
  g_autofree char *id = satchel_id_new (&test->clock.clock);
  g_autoptr (SatchelRecord) record = satchel_record_new (entity, id);
  g_autoptr (SatchelValue) name = satchel_value_new_string (title);
  g_autoptr (SatchelValue) by = satchel_value_new_lookup ("user", who);
  g_autoptr (SatchelValue) at = satchel_value_new_integer (test->clock.now_ms);
  g_autoptr (GError) error = NULL;

  record->s = s;
  satchel_record_set_by_name (record, "name", name);
  satchel_record_set_by_name (record, "owner", by);
  satchel_record_set_by_name (record, "modified_by", by);
  satchel_record_set_by_name (record, "modified_at", at);
  satchel_record_set_by_name (record, "created_at", at);
  g_assert_true (
      satchel_entity_table_write (satchel_replica_get_database (replica), record, "e", NULL, &error));
  g_assert_no_error (error);
  g_assert_true (satchel_replica_set_meta_integer (replica, "s", s, &error));
}

static void
test_news (void)
{
  TestDesk test;
  const char *me, *other = "01932f6a-0000-7000-8000-0000000000ff";
  g_autoptr (GError) error = NULL;
  SatchelToday *today;

  test_desk_setup (&test);
  me = satchel_session_get_user (test.other);
  receive (&test, "known", other, 10);
  /* Who never looked has no news, but will have some. */
  today = look (&test, -1);
  g_assert_cmpuint (today->news->len, ==, 0);
  g_assert_cmpint (today->s, ==, 10);
  g_assert_true (satchel_today_mark_seen (test.other, today->s, &error));
  satchel_today_free (today);
  receive (&test, "of another", other, 11);
  receive (&test, "of mine", me, 12);
  receive (&test, "of another, too", other, 13);
  today = look (&test, -1);
  g_assert_cmpuint (today->news->len, ==, 2);
  g_assert_cmpstr (((SatchelNews *)today->news->pdata[0])->title, ==, "of another, too");
  g_assert_true (((SatchelNews *)today->news->pdata[0])->made);
  g_assert_true (satchel_today_mark_seen (test.other, today->s, &error));
  satchel_today_free (today);
  /* The page that is open goes on showing them. */
  today = look (&test, 10);
  g_assert_cmpuint (today->news->len, ==, 2);
  satchel_today_free (today);
  today = look (&test, -1);
  g_assert_cmpuint (today->news->len, ==, 0);
  satchel_today_free (today);
  test_desk_teardown (&test);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* secrets go to files */
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/today/empty", test_empty);
  g_test_add_func ("/ui/today/activities", test_activities);
  g_test_add_func ("/ui/today/closing", test_closing);
  g_test_add_func ("/ui/today/news", test_news);
  return g_test_run ();
}
