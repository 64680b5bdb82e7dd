/* What is shown while edits wait: base plus edits, drafts, predictions; and that nothing flickers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/client/device.h"

#include "protocol/error.h"

#define ACCOUNTS                                                                                             \
  "{'entity':'account','columns':['id','s','name','city','phone','tags','description','owner','unit'],'"     \
  "whole':true}"
#define ACCOUNT_CITY "{'entity':'account','columns':['id','s','city'],'whole':false}"
#define ACCOUNT_GONE "{'entity':'account','gone':true}"

static void
setup (Device *device)
{
  device_setup (device, DEVICE_PRIMED);
  device_pull (device, 20, ACCOUNTS, "['~a1~',11,'Acme','Cluj','1',null,'text','user:~me~','~unit~']",
               "['~a2~',12,'Beta','Iași','2',null,null,'user:~you~','~unit~']", NULL);
}

static void
test_edit (void)
{
  Device device;
  g_autoptr (GPtrArray) fields = NULL;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  device_assert_base (&device, "account", "a1", "city", "Cluj");
  fields = satchel_outbox_pending_fields (device.outbox, device_entity (&device, "account"), device_id ("a1"),
                                          NULL);
  g_assert_cmpuint (fields->len, ==, 1);
  g_assert_cmpstr (fields->pdata[0], ==, "city");
  device_reopen (&device);
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 1);
  device_teardown (&device);
}

static void
test_nothing_changed (void)
{
  Device device;
  g_autofree char *uuid = NULL;

  setup (&device);
  uuid = device_set (&device, "account", "a1", NULL, "city", "Cluj", NULL);
  g_assert_cmpstr (uuid, ==, "");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 0);
  g_assert_cmpint (device_rows (&device, "base_account"), ==, 0);
  device_teardown (&device);
}

/* What others change arrives under the edit; the edit stays. */
static void
test_pull_under_edit (void)
{
  Device device;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  device_pull (&device, 30, "{'entity':'account','columns':['id','s','city','phone'],'whole':false}",
               "['~a1~',21,'Sibiu','9']", NULL);
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  device_assert_shown (&device, "account", "a1", "phone", "9");
  device_assert_base (&device, "account", "a1", "city", "Sibiu");
  device_pull_with (&device, "{'reset':true,'restored_s':-1,'backed_up_s':0}", 40, ACCOUNTS,
                    "['~a1~',31,'Acme 2','Arad','8',null,null,'user:~me~','~unit~']", NULL);
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  device_assert_shown (&device, "account", "a1", "name", "Acme 2");
  device_assert_base (&device, "account", "a1", "city", "Arad");
  device_assert_shown (&device, "account", "a2", "name", NULL);
  device_teardown (&device);
}

/* Invariant 6: from the edit until a pull at its S or later, the field never shows anything else. */
static void
test_no_flicker (void)
{
  Device device;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  device_push_applied (&device, 1, 25);
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_SENT), ==, 1);
  device_pull (&device, 24, ACCOUNT_CITY, "['~a1~',23,'Sibiu']", NULL); /* a pull that began before */
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  device_pull (&device, 30, ACCOUNT_CITY, "['~a1~',26,'Arad']", NULL); /* ours at 25, then somebody's */
  device_assert_shown (&device, "account", "a1", "city", "Arad");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_RETAINED), ==, 1);
  g_assert_cmpint (device_rows (&device, "base_account"), ==, 0);
  device_teardown (&device);
}

/* The pull that holds the effect may come before the answer that names its S. */
static void
test_answer_after_pull (void)
{
  Device device;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  device_pull (&device, 30, ACCOUNT_CITY, "['~a1~',26,'Arad']", NULL);
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  device_push_applied (&device, 1, 25);
  device_assert_shown (&device, "account", "a1", "city", "Arad");
  g_assert_cmpint (device_rows (&device, "base_account"), ==, 0);
  device_teardown (&device);
}

static void
test_edits_in_a_row (void)
{
  Device device;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Köln", "phone", "7", NULL));
  device_push_applied (&device, 2, 21);
  device_pull (&device, 21, ACCOUNT_CITY, "['~a1~',21,'Bonn']", NULL); /* only the first so far */
  device_assert_shown (&device, "account", "a1", "city", "Köln");
  device_assert_shown (&device, "account", "a1", "phone", "7");
  device_assert_base (&device, "account", "a1", "city", "Bonn");
  device_teardown (&device);
}

static void
test_parked_edit (void)
{
  Device device;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  device_push_parked (&device, SATCHEL_ERROR_FORBIDDEN, NULL);
  device_assert_shown (&device, "account", "a1", "city", "Cluj");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 1);
  g_assert_cmpint (device_rows (&device, "base_account"), ==, 0);
  device_teardown (&device);
}

/* ---- creates ---- */

static void
test_create (void)
{
  Device device;

  setup (&device);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", "city", "Bonn", NULL));
  device_assert_shown (&device, "account", "new", "name", "Neu");
  device_assert_shown (&device, "account", "new", "owner", device_user ("me"));
  device_assert_shown (&device, "account", "new", "unit", device_id ("unit"));
  device_assert_shown (&device, "account", "new", "status", "active"); /* a default */
  device_assert_base (&device, "account", "new", "name", NULL);
  WRITE (device_set (&device, "account", "new", &problem, "city", "Köln", NULL));
  device_assert_shown (&device, "account", "new", "city", "Köln");
  device_push_applied (&device, 2, 21);
  device_pull (&device, 22, ACCOUNTS, "['~new~',22,'Neu','Köln',null,null,null,'user:~me~','~unit~']", NULL);
  device_assert_base (&device, "account", "new", "city", "Köln");
  g_assert_cmpint (device_rows (&device, "base_account"), ==, 0);
  device_teardown (&device);
}

/* A draft stays visible with everything that was written to it, and through a reset. */
static void
test_parked_create (void)
{
  Device device;

  setup (&device);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, "phone");
  WRITE (device_set (&device, "account", "new", &problem, "city", "Köln", NULL));
  device_push_parked (&device, SATCHEL_ERROR_DEPENDS, NULL);
  device_assert_shown (&device, "account", "new", "name", "Neu");
  device_assert_shown (&device, "account", "new", "city", "Köln");
  device_assert_base (&device, "account", "new", "name", NULL);
  device_pull_with (&device, "{'reset':true,'restored_s':-1,'backed_up_s':0}", 40, NULL);
  device_assert_shown (&device, "account", "new", "city", "Köln");
  device_assert_shown (&device, "account", "a1", "name", NULL);
  device_teardown (&device);
}

static void
test_refused (void)
{
  Device device;
  GError *error = NULL;
  const char *nobody = device_id ("nobody");

  setup (&device);
  g_assert_null (device_create (&device, "account", "new", &error, "city", "Bonn", NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE); /* no name */
  g_clear_error (&error);
  g_assert_null (device_set (&device, "account", "a1", &error, "name", "", NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  g_assert_null (device_set (&device, "account", "a1", &error, "parent", nobody, NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE);
  g_clear_error (&error);
  g_assert_null (device_set (&device, "account", "nobody", &error, "name", "x", NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (device_create (&device, "account", "a1", &error, "name", "x", NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_null (device_create (&device, "conflict", "c1", &error, "field", "x", NULL));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN);
  g_clear_error (&error);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 0);
  g_assert_cmpint (device_rows (&device, "e_account"), ==, 2);
  g_assert_cmpint (device_rows (&device, "base_account"), ==, 0);
  g_assert_cmpint (device_rows (&device, "lay"), ==, 0);
  device_teardown (&device);
}

/* ---- deletes ---- */

#define TASKS                                                                                                \
  "{'entity':'task','columns':['id','s','subject','regarding','account','owner','unit'],'whole':true}"

static void
pull_tasks (Device *device)
{
  device_pull (device, 30, TASKS, "['~t1~',21,'Visit','account:~a1~',null,'user:~me~','~unit~']",
               "['~t2~',22,'Call',null,'~a1~','user:~me~','~unit~']", NULL);
}

static void
test_delete (void)
{
  Device device;

  setup (&device);
  pull_tasks (&device);
  WRITE (device_delete (&device, "account", "a1", &problem));
  device_assert_shown (&device, "account", "a1", "name", NULL);
  device_assert_base (&device, "account", "a1", "name", "Acme");
  device_assert_shown (&device, "task", "t1", "subject", NULL); /* goes with it */
  device_assert_shown (&device, "task", "t2", "account", "");   /* lets go */
  device_pull (&device, 31, ACCOUNT_CITY, "['~a1~',31,'Sibiu']", NULL);
  device_assert_shown (&device, "account", "a1", "name", NULL); /* still */
  device_push_parked (&device, SATCHEL_ERROR_RECORD_CHANGED, NULL);
  device_assert_shown (&device, "account", "a1", "city", "Sibiu");
  device_assert_shown (&device, "task", "t1", "subject", "Visit");
  device_assert_shown (&device, "task", "t2", "account", device_id ("a1"));
  g_assert_cmpint (device_rows (&device, "base_task"), ==, 0);
  device_teardown (&device);
}

static void
test_delete_applied (void)
{
  Device device;

  setup (&device);
  pull_tasks (&device);
  WRITE (device_delete (&device, "account", "a1", &problem));
  device_push_applied (&device, 1, 31);
  device_pull (&device, 31, ACCOUNT_GONE, "['~a1~',31,'deleted']", "{'entity':'task','gone':true}",
               "['~t1~',31,'deleted']", "{'entity':'task','columns':['id','s','account'],'whole':false}",
               "['~t2~',31,null]", NULL);
  g_assert_cmpint (device_rows (&device, "e_account"), ==, 1);
  g_assert_cmpint (device_rows (&device, "base_account"), ==, 0);
  g_assert_cmpint (device_rows (&device, "e_task"), ==, 1);
  g_assert_cmpint (device_rows (&device, "base_task"), ==, 0);
  device_teardown (&device);
}

/* Somebody adds a task to what is about to be deleted: it is hidden too. */
static void
test_delete_predicted_again (void)
{
  Device device;

  setup (&device);
  pull_tasks (&device);
  WRITE (device_delete (&device, "account", "a1", &problem));
  device_pull (&device, 40, TASKS, "['~t3~',35,'Mail','account:~a1~',null,'user:~you~','~unit~']", NULL);
  device_assert_shown (&device, "task", "t3", "subject", NULL);
  device_push_parked (&device, SATCHEL_ERROR_RECORD_CHANGED, NULL);
  device_assert_shown (&device, "task", "t3", "subject", "Mail");
  device_teardown (&device);
}

static void
test_delete_restricted (void)
{
  Device device;
  GError *error = NULL;

  setup (&device);
  g_assert_null (device_delete (&device, "user", "me", &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE);
  g_clear_error (&error);
  device_assert_shown (&device, "user", "me", "name", "Me");
  device_teardown (&device);
}

/* An edit of a record that goes on the server: the text stays in the outbox, nothing half is shown. */
static void
test_edit_of_gone (void)
{
  Device device;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  device_pull (&device, 30, ACCOUNT_GONE, "['~a1~',25,'deleted']", NULL);
  device_assert_shown (&device, "account", "a1", "name", NULL);
  device_push_parked (&device, SATCHEL_ERROR_RECORD_DELETED, NULL);
  device_assert_shown (&device, "account", "a1", "name", NULL);
  g_assert_cmpint (device_rows (&device, "base_account"), ==, 0);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 1);
  device_teardown (&device);
}

/* ---- actions ---- */

static void
test_assign (void)
{
  Device device;

  setup (&device);
  pull_tasks (&device);
  WRITE (device_act (&device, "account", "a1", "assign", &problem, "owner", device_user ("you"), NULL));
  device_assert_shown (&device, "account", "a1", "owner", device_user ("you"));
  device_assert_shown (&device, "task", "t1", "owner", device_user ("you")); /* follows */
  device_assert_shown (&device, "task", "t2", "owner", device_user ("me"));
  device_pull (&device, 40, TASKS, "['~t3~',35,'Mail','account:~a1~',null,'user:~me~','~unit~']", NULL);
  device_assert_shown (&device, "task", "t3", "owner", device_user ("you")); /* predicted again */
  WRITE (device_set (&device, "task", "t3", &problem, "subject", "Letter", NULL));
  device_pull (&device, 50, "{'entity':'task','columns':['id','s','priority'],'whole':false}",
               "['~t3~',45,'high']", NULL);
  device_assert_shown (&device, "task", "t3", "subject", "Letter");
  device_assert_shown (&device, "task", "t3", "owner", device_user ("you"));
  device_assert_shown (&device, "task", "t3", "priority", "high");
  device_assert_base (&device, "task", "t3", "owner", device_user ("me"));
  device_teardown (&device);
}

/* What was predicted anew does not creep over what was written later. */
static void
test_predicted_under_later_edit (void)
{
  Device device;

  setup (&device);
  WRITE (device_act (&device, "account", "a1", "assign", &problem, "owner", device_user ("you"), NULL));
  WRITE (device_set (&device, "account", "a1", &problem, "owner", device_user ("me"), NULL));
  device_assert_shown (&device, "account", "a1", "owner", device_user ("me"));
  device_pull (&device, 30, ACCOUNT_CITY, "['~a1~',25,'Arad']", NULL);
  device_assert_shown (&device, "account", "a1", "owner", device_user ("me"));
  device_assert_shown (&device, "account", "a1", "city", "Arad");
  device_teardown (&device);
}

static void
test_qualify (void)
{
  Device device;
  g_autofree char *accounts = NULL, *contacts = NULL, *opportunities = NULL, *after = NULL;

  setup (&device);
  WRITE (device_create (&device, "lead", "l1", &problem, "topic", "Two excavators", "company", "Gamma",
                        "last_name", "Pop", NULL));
  WRITE (device_act (&device, "lead", "l1", "qualify", &problem, NULL));
  device_assert_shown (&device, "lead", "l1", "status", "qualified");
  accounts = device_find (&device, "account", "gamma", NULL);
  g_assert_cmpstr (accounts, ==, "Gamma");
  contacts = device_find (&device, "contact", "pop", NULL);
  g_assert_cmpstr (contacts, ==, "Pop");
  opportunities = device_find (&device, "opportunity", "excavators", NULL);
  g_assert_cmpstr (opportunities, ==, "Two excavators");
  device_push_applied (&device, 2, 21);
  device_pull (&device, 22, NULL); /* the server made nothing of it: prediction gone */
  after = device_find (&device, "account", "gamma", NULL);
  g_assert_cmpstr (after, ==, "");
  device_teardown (&device);
}

static void
test_only_server_knows (void)
{
  Device device;

  setup (&device);
  WRITE (device_act (&device, "account", "gone", "restore", &problem, "delete", device_id ("set"), NULL));
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 1);
  g_assert_cmpint (device_rows (&device, "lay"), ==, 0);
  device_teardown (&device);
}

/* ---- the server from a backup, and an empty replica ---- */

static void
test_restored (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  WRITE (device_set (&device, "account", "a1", &problem, "phone", "7", NULL));
  device_push_applied (&device, 2, 21);
  device_pull (&device, 22, "{'entity':'account','columns':['id','s','city','phone'],'whole':false}",
               "['~a1~',22,'Bonn','7']", NULL);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_RETAINED), ==, 2);

  /* The backup was taken between the two. */
  device_pull_with (&device, "{'reset':true,'restored_s':21,'backed_up_s':0}", 21, ACCOUNTS,
                    "['~a1~',21,'Acme','Bonn','1',null,'text','user:~me~','~unit~']", NULL);
  device_assert_shown (&device, "account", "a1", "phone", "7");
  device_assert_base (&device, "account", "a1", "phone", "1");
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 1);
  push = satchel_outbox_next_push (device.outbox, NULL);
  g_assert_cmpuint (push->sets->len, ==, 1);
  g_assert_cmpint (((SatchelChangeSet *)push->sets->pdata[0])->number, ==, 2);
  device_teardown (&device);
}

static void
test_backed_up (void)
{
  Device device;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Köln", NULL));
  device_push_applied (&device, 2, 21);
  device_pull_with (&device, "{'reset':false,'restored_s':-1,'backed_up_s':21}", 22, ACCOUNT_CITY,
                    "['~a1~',22,'Köln']", NULL);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_RETAINED), ==, 1);
  g_assert_cmpint (device_rows (&device, "lay"), ==, 1);
  device_teardown (&device);
}

static void
test_forget_base (void)
{
  Device device;
  g_autoptr (GError) error = NULL;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", NULL));
  g_assert_true (satchel_replica_forget_base (device.replica, &error));
  g_assert_no_error (error);
  device_assert_shown (&device, "account", "a1", "name", NULL);
  device_assert_shown (&device, "account", "new", "name", "Neu");
  g_assert_null (satchel_replica_peek_meta (device.replica, "cursor"));
  device_pull (&device, 20, ACCOUNTS, "['~a1~',11,'Acme','Cluj','1',null,'text','user:~me~','~unit~']", NULL);
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  device_assert_shown (&device, "account", "new", "name", "Neu");
  device_teardown (&device);
}

/* What is made here once more, and the server has already, is joined as soon as its row comes, not when it is
 * sent: what stands there stays, what is empty is filled. Something else under that id is none of hers. */
static void
test_made_twice (void)
{
  static const char emails[] =
      "{'entity':'email','columns':['id','s','subject','direction','message_id','tracked_by',"
      "'owner','unit'],'whole':true}";
  Device device;

  setup (&device);
  WRITE (device_create (&device, "email", "m1", &problem, "subject", "Mine", "direction", "incoming",
                        "message_id", "<1@x>", "feedback", "Nice", NULL));
  WRITE (device_create (&device, "email", "m2", &problem, "subject", "Mine", "direction", "incoming",
                        "message_id", "<2@x>", NULL));
  device_pull (&device, 30, emails, "['~m1~',21,'Theirs','incoming','<1@x>',null,'user:~you~','~unit~']",
               "['~m2~',22,'Other','incoming','<3@x>',null,'user:~you~','~unit~']", NULL);
  device_assert_shown (&device, "email", "m1", "subject", "Theirs");
  device_assert_shown (&device, "email", "m1", "owner", device_user ("you"));
  device_assert_shown (&device, "email", "m1", "feedback", "Nice");
  device_assert_shown (&device, "email", "m2", "subject", "Mine");
  /* What she edits on top is hers. */
  WRITE (device_set (&device, "email", "m1", &problem, "feedback", "Better", NULL));
  device_pull (&device, 40, "{'entity':'email','columns':['id','s','subject','feedback'],'whole':false}",
               "['~m1~',31,'Theirs 2','Theirs']", NULL);
  device_assert_shown (&device, "email", "m1", "subject", "Theirs 2");
  device_assert_shown (&device, "email", "m1", "feedback", "Better");
  device_assert_base (&device, "email", "m1", "feedback", "Theirs");
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/overlay/edit", test_edit);
  g_test_add_func ("/client/overlay/nothing-changed", test_nothing_changed);
  g_test_add_func ("/client/overlay/pull-under-edit", test_pull_under_edit);
  g_test_add_func ("/client/overlay/no-flicker", test_no_flicker);
  g_test_add_func ("/client/overlay/answer-after-pull", test_answer_after_pull);
  g_test_add_func ("/client/overlay/edits-in-a-row", test_edits_in_a_row);
  g_test_add_func ("/client/overlay/parked-edit", test_parked_edit);
  g_test_add_func ("/client/overlay/create", test_create);
  g_test_add_func ("/client/overlay/parked-create", test_parked_create);
  g_test_add_func ("/client/overlay/refused", test_refused);
  g_test_add_func ("/client/overlay/delete", test_delete);
  g_test_add_func ("/client/overlay/delete-applied", test_delete_applied);
  g_test_add_func ("/client/overlay/delete-predicted-again", test_delete_predicted_again);
  g_test_add_func ("/client/overlay/delete-restricted", test_delete_restricted);
  g_test_add_func ("/client/overlay/edit-of-gone", test_edit_of_gone);
  g_test_add_func ("/client/overlay/assign", test_assign);
  g_test_add_func ("/client/overlay/predicted-under-later-edit", test_predicted_under_later_edit);
  g_test_add_func ("/client/overlay/qualify", test_qualify);
  g_test_add_func ("/client/overlay/only-server-knows", test_only_server_knows);
  g_test_add_func ("/client/overlay/restored", test_restored);
  g_test_add_func ("/client/overlay/backed-up", test_backed_up);
  g_test_add_func ("/client/overlay/forget-base", test_forget_base);
  g_test_add_func ("/client/overlay/made-twice", test_made_twice);
  return g_test_run ();
}
