/* Views that people saved: found by their names, and read with mistrust.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/views.h"

#include <string.h>

#include "protocol/error.h"
#include "tests/client/device.h"

#define VIEWS                                                                                                \
  "{'entity':'saved_view','columns':['id','s','name','entity','predicate','columns','sort','owner','unit']," \
  "'whole':true}"
#define SHARES                                                                                               \
  "{'entity':'share','columns':['id','s','record_entity','record_id','principal','rights'],'whole':true}"

static char *
save (Device *device, const char *id, const SatchelViewDraft *draft)
{
  g_autoptr (GError) error = NULL;
  char *saved = NULL;
  g_autofree char *set = satchel_session_save_view (device->session, device_entity (device, "account"), id,
                                                    draft, &saved, &error);

  g_assert_no_error (error);
  g_assert_nonnull (set);
  return saved;
}

static GPtrArray *
list (Device *device, const char *entity)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *views = satchel_session_list_views (
      device->session, entity != NULL ? device_entity (device, entity) : NULL, &error);

  g_assert_no_error (error);
  return views;
}

static SatchelSavedView *
find (Device *device, const char *word)
{
  g_autoptr (GError) error = NULL;
  SatchelSavedView *saved =
      satchel_session_find_view (device->session, device_entity (device, "account"), word, &error);

  g_assert_no_error (error);
  return saved;
}

static void
test_save (void)
{
  Device device;
  const SatchelViewDraft draft = {
    .name = "Cluj", .predicate = "city='Cluj'", .columns = "name:200 owner.name:90", .sort = "city:desc"
  };
  const SatchelViewDraft wider = { .columns = "" };
  g_autofree char *id = NULL, *again = NULL, *columns = NULL;
  g_autoptr (SatchelSavedView) saved = NULL, by_id = NULL, later = NULL;
  const SatchelEntity *account;
  const SatchelView *view;

  device_setup (&device, DEVICE_PRIMED);
  account = device_entity (&device, "account");
  id = save (&device, NULL, &draft);
  saved = find (&device, "Cluj");
  by_id = find (&device, id);
  g_assert_cmpstr (satchel_saved_view_get_id (by_id), ==, id);
  g_assert_true (satchel_saved_view_is_own (saved));
  view = satchel_saved_view_get_view (saved, NULL);
  g_assert_cmpstr (view->name, ==, id);
  g_assert_cmpstr (view->label, ==, "Cluj");
  g_assert_cmpstr (view->where, ==, "city = \"Cluj\"");
  g_assert_cmpstr (view->sort, ==, "city:desc");
  g_assert_cmpuint (view->n_columns, ==, 2);
  columns = satchel_view_columns_to_text (view->columns, view->n_columns);
  g_assert_cmpstr (columns, ==, draft.columns);

  /* What is not said stays, what is emptied is the default view's again. */
  again = save (&device, id, &wider);
  later = find (&device, "Cluj");
  view = satchel_saved_view_get_view (later, NULL);
  g_assert_cmpstr (again, ==, id);
  g_assert_cmpstr (view->where, ==, "city = \"Cluj\"");
  g_assert_cmpuint (view->n_columns, ==, account->views[0].n_columns);
  device_teardown (&device);
}

static void
test_refused (void)
{
  Device device;
  const SatchelViewDraft wrong = { .name = "Wrong", .predicate = "nowhere = 1" };
  const SatchelViewDraft nameless = { .predicate = "" };
  g_autoptr (GError) error = NULL, second = NULL, third = NULL;
  g_autoptr (GPtrArray) views = NULL;

  device_setup (&device, DEVICE_PRIMED);
  g_assert_null (satchel_session_save_view (device.session, device_entity (&device, "account"), NULL, &wrong,
                                            NULL, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_assert_null (satchel_session_save_view (device.session, device_entity (&device, "account"), NULL,
                                            &nameless, NULL, &second));
  g_assert_error (second, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_assert_null (
      satchel_session_find_view (device.session, device_entity (&device, "account"), "Wrong", &third));
  g_assert_error (third, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  views = list (&device, NULL);
  g_assert_cmpuint (views->len, ==, 0);
  device_teardown (&device);
}

/* Own ones first; of the others only what was shared, whatever else may be read. */
static void
test_shared (void)
{
  Device device;
  g_autoptr (GPtrArray) accounts = NULL, all = NULL;

  device_setup (&device, DEVICE_PRIMED);
  device_pull (&device, 20, VIEWS, "['~v1~',11,'A of yours','account','','','','~you~','~unit~']",
               "['~v2~',12,'B of mine','account','','','','~me~','~unit~']",
               "['~v3~',13,'Not shared','account','','','','~you~','~unit~']",
               "['~v4~',14,'Tasks','task','','','','~me~','~unit~']",
               "['~v5~',15,'Of nothing','nothing','','','','~me~','~unit~']", SHARES,
               "['~s1~',16,'saved_view','~v1~','user:~me~','|read|']",
               "['~s2~',17,'saved_view','~v3~','user:~you~','|read|']", NULL);
  accounts = list (&device, "account");
  g_assert_cmpuint (accounts->len, ==, 2);
  g_assert_cmpstr (satchel_saved_view_get_name (accounts->pdata[0]), ==, "B of mine");
  g_assert_cmpstr (satchel_saved_view_get_name (accounts->pdata[1]), ==, "A of yours");
  g_assert_false (satchel_saved_view_is_own (accounts->pdata[1]));
  all = list (&device, NULL);
  g_assert_cmpuint (all->len, ==, 3);
  device_teardown (&device);
}

/* A condition that is not understood is told; columns and orders that are none are left out. */
static void
test_hostile (void)
{
  Device device;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelSavedView) wrong = NULL, odd = NULL;
  const SatchelView *view;

  device_setup (&device, DEVICE_PRIMED);
  device_pull (&device, 20, VIEWS,
               "['~v1~',11,'Wrong','account','1); drop table e_account; --','','','~me~','~unit~']",
               "['~v2~',12,'Odd','account','',"
               "'nowhere:10 name:99999999 : owner.:5 city:x name:-1  owner.owner.owner:3',"
               "'name:up','~me~','~unit~']",
               NULL);
  wrong = find (&device, "Wrong");
  g_assert_null (satchel_saved_view_get_view (wrong, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "Wrong"));
  odd = find (&device, "Odd");
  view = satchel_saved_view_get_view (odd, NULL);
  g_assert_nonnull (view);
  g_assert_cmpuint (view->n_columns, ==, 3);
  g_assert_cmpstr (view->columns[0].field, ==, "name");
  g_assert_cmpuint (view->columns[0].width, ==, 960);
  g_assert_cmpstr (view->columns[1].field, ==, "city");
  g_assert_cmpuint (view->columns[2].width, >=, 40);
  g_assert_cmpstr (view->sort, ==, device_entity (&device, "account")->views[0].sort);
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/views/save", test_save);
  g_test_add_func ("/client/views/refused", test_refused);
  g_test_add_func ("/client/views/shared", test_shared);
  g_test_add_func ("/client/views/hostile", test_hostile);
  return g_test_run ();
}
