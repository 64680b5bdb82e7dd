/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/ui/desk.h"

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  TestDesk *test = data;
  g_autoptr (GError) error = NULL;

  test->desk = satchel_desk_open_finish (result, &error);
  g_assert_no_error (error);
}

static gboolean
is_open (gpointer data)
{
  return ((TestDesk *)data)->desk != NULL;
}

void
test_desk_until (gboolean (*done) (gpointer data), gpointer data)
{
  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
}

static void
sign_in (TestDesk *test)
{
  SatchelSignInAnswer answer = { .organisation = (char *)"01932f6a-0000-7000-8000-00000000000a",
                                 .organisation_name = (char *)"Test",
                                 .user = (char *)"01932f6a-0000-7000-8000-00000000000b",
                                 .user_name = (char *)"me",
                                 .device = (char *)"01932f6a-0000-7000-8000-00000000000c",
                                 .token = (char *)"token",
                                 .next_number = 1 };
  g_autoptr (GError) error = NULL;
  gboolean in_file;

  g_assert_true (satchel_session_enrol (test->other, "http://localhost:2", &answer, &in_file, &error));
}

void
test_desk_setup (TestDesk *test)
{
  g_autoptr (GError) error = NULL;

  *test = (TestDesk){ .dir = fixture_dir_new () };
  fake_clock_init (&test->clock, 1);
  test->other = satchel_session_open_sealed (test->dir, "default", satchel_registry_builtin (),
                                             &test->clock.clock, &error);
  g_assert_no_error (error);
  sign_in (test);
  satchel_desk_open_async (test->dir, "default", satchel_registry_builtin (), &test->clock.clock, opened_cb,
                           test);
  test_desk_until (is_open, test);
}

void
test_desk_teardown (TestDesk *test)
{
  satchel_desk_close (test->desk);
  g_clear_object (&test->desk);
  g_clear_pointer (&test->other, satchel_session_close);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  fixture_dir_remove (test->dir);
}

static SatchelRecord *
new_record (TestDesk *test, const char *entity)
{
  g_autofree char *id = satchel_id_new (&test->clock.clock);

  return satchel_record_new (satchel_registry_find (satchel_session_get_registry (test->other), entity), id);
}

static void
create (TestDesk *test, SatchelRecord *record)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *set = satchel_session_create (test->other, record, &error);

  g_assert_no_error (error);
}

char *
test_desk_create (TestDesk *test, const char *entity, ...)
{
  g_autoptr (SatchelRecord) record = new_record (test, entity);
  va_list fields;

  va_start (fields, entity);
  for (const char *name = va_arg (fields, const char *); name != NULL; name = va_arg (fields, const char *)) {
    g_autoptr (SatchelValue) value = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_true (satchel_value_from_text (satchel_entity_find_field (record->entity, name),
                                            va_arg (fields, const char *), &value, &error));
    satchel_record_set_by_name (record, name, value);
  }
  va_end (fields);
  create (test, record);
  return g_strdup (record->id);
}

void
test_desk_create_accounts (TestDesk *test, guint n)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_session_begin_batch (test->other, &error));
  for (guint i = 0; i < n; i++) {
    g_autoptr (SatchelRecord) record = new_record (test, "account");
    g_autofree char *name = g_strdup_printf ("Account %05u", i);
    g_autoptr (SatchelValue) value = satchel_value_new_string (name);

    satchel_record_set_by_name (record, "name", value);
    create (test, record);
  }
  g_assert_true (satchel_session_commit_batch (test->other, &error));
}
