/* Jobs run where they should and come back; what is written is told, whoever wrote it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "tests/ui/desk.h"

typedef struct {
  SatchelDesk *desk;
  guint n_done, n_changed;
  GThread *thread;
  char *text;
  GError *error;
  gboolean anything;
  char *touched; /* id of the account that was told last */
} Watch;

static void
watch_clear (Watch *watch)
{
  g_free (watch->text);
  g_free (watch->touched);
  g_clear_error (&watch->error);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Watch *watch = data;

  g_free (watch->text);
  g_clear_error (&watch->error);
  watch->text = satchel_desk_finish (SATCHEL_DESK (source), result, &watch->error);
  watch->n_done++;
}

static gboolean
is_done (gpointer data)
{
  return ((Watch *)data)->n_done > 0;
}

static gboolean
is_changed (gpointer data)
{
  return ((Watch *)data)->n_changed > 0;
}

static void
changed_cb (SatchelDesk *desk, GHashTable *records, gpointer data)
{
  Watch *watch = data;
  GPtrArray *ids = records != NULL ? g_hash_table_lookup (records, "account") : NULL;

  watch->n_changed++;
  watch->anything = records == NULL;
  if (ids != NULL && ids->len > 0) {
    g_free (watch->touched);
    watch->touched = g_strdup (ids->pdata[0]);
  }
}

static gpointer
where_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  Watch *watch = data;

  watch->thread = g_thread_self ();
  return g_strdup (satchel_session_get_user_name (session));
}

static gpointer
failing_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, "no");
  return NULL;
}

static gpointer
create_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  g_autofree char *id = satchel_id_new (satchel_session_get_clock (session));
  g_autoptr (SatchelRecord) record = satchel_record_new (satchel_registry_find (registry, "account"), id);
  g_autoptr (SatchelValue) name = satchel_value_new_string ("Ours");
  g_autofree char *set = NULL;

  satchel_record_set_by_name (record, "name", name);
  set = satchel_session_create (session, record, error);
  return set != NULL ? g_steal_pointer (&id) : NULL;
}

static void
test_jobs (void)
{
  TestDesk test;
  Watch watch = { 0 };

  test_desk_setup (&test);
  satchel_desk_read (test.desk, where_job, &watch, NULL, g_free, NULL, done_cb, &watch);
  test_desk_until (is_done, &watch);
  g_assert_cmpstr (watch.text, ==, "me");
  g_assert_true (watch.thread != NULL && watch.thread != g_thread_self ());
  watch.n_done = 0;
  satchel_desk_write (test.desk, failing_job, NULL, NULL, g_free, done_cb, &watch);
  test_desk_until (is_done, &watch);
  g_assert_error (watch.error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  watch_clear (&watch);
  test_desk_teardown (&test);
}

/* Ours by its id, that of others at all. */
static void
test_changes (void)
{
  TestDesk test;
  Watch watch = { 0 };
  g_autofree char *id = NULL;

  test_desk_setup (&test);
  g_signal_connect (test.desk, "changed", G_CALLBACK (changed_cb), &watch);
  satchel_desk_write (test.desk, create_job, NULL, NULL, g_free, done_cb, &watch);
  test_desk_until (is_done, &watch);
  g_assert_no_error (watch.error);
  g_assert_cmpstr (watch.touched, ==, watch.text);
  watch.n_changed = 0;
  id = test_desk_create (&test, "account", "name", "Theirs", NULL);
  test_desk_until (is_changed, &watch);
  g_assert_true (watch.anything);
  watch_clear (&watch);
  test_desk_teardown (&test);
}

/* What was queued to be written is written; what was to be read is not, and says so. */
static void
test_close (void)
{
  TestDesk test;
  Watch written = { 0 }, late = { 0 };
  gint64 count = 0;
  g_autoptr (GError) error = NULL;
  SatchelQuery query = { 0 };
  SatchelPredicateContext context;

  test_desk_setup (&test);
  satchel_desk_write (test.desk, create_job, NULL, NULL, g_free, done_cb, &written);
  satchel_desk_close (test.desk);
  test_desk_until (is_done, &written);
  g_assert_no_error (written.error);
  satchel_desk_read (test.desk, where_job, &late, NULL, g_free, NULL, done_cb, &late);
  test_desk_until (is_done, &late);
  g_assert_error (late.error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED);
  query.entity = satchel_registry_find (satchel_session_get_registry (test.other), "account");
  satchel_session_get_context (test.other, &context);
  g_assert_true (
      satchel_replica_count (satchel_session_get_replica (test.other), &query, &context, &count, &error));
  g_assert_cmpint (count, ==, 1);
  watch_clear (&written);
  watch_clear (&late);
  test_desk_teardown (&test);
}

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* secrets go to files */
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/desk/jobs", test_jobs);
  g_test_add_func ("/ui/desk/changes", test_changes);
  g_test_add_func ("/ui/desk/close", test_close);
  return g_test_run ();
}
