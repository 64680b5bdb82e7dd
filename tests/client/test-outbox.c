/* The queue: numbers, pushes, answers, and what a person does to parked sets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/client/device.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"

#define ACCOUNTS                                                                                             \
  "{'entity':'account','columns':['id','s','name','city','phone','tags','description','owner','unit'],'"     \
  "whole':true}"

static void
setup (Device *device)
{
  device_setup (device, DEVICE_PRIMED);
  device_pull (device, 20, ACCOUNTS, "['~a1~',11,'Acme','Cluj','1','|x|','text','user:~me~','~unit~']", NULL);
}

static SatchelPush *
next_push (Device *device)
{
  g_autoptr (GError) error = NULL;
  SatchelPush *push = satchel_outbox_next_push (device->outbox, &error);

  g_assert_no_error (error);
  return push;
}

static GPtrArray *
list (Device *device, SatchelSetState state)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *sets = satchel_outbox_list (device->outbox, 1u << state, -1, &error);

  g_assert_no_error (error);
  return sets;
}

/* The UUID of the only set in that state. */
static char *
only (Device *device, SatchelSetState state)
{
  g_autoptr (GPtrArray) sets = list (device, state);

  g_assert_cmpuint (sets->len, ==, 1);
  return g_strdup (((SatchelQueuedSet *)sets->pdata[0])->set->uuid);
}

static const SatchelChange *
change_of (const SatchelPush *push, guint index)
{
  g_assert_cmpuint (push->sets->len, >, index);
  return ((SatchelChangeSet *)push->sets->pdata[index])->changes->pdata[0];
}

static const char *
edit_text (const SatchelChange *change, const char *field)
{
  const SatchelEdit *edit = satchel_change_find_edit (change, field);

  return edit != NULL ? json_node_get_string (edit->value) : NULL;
}

static void
take (Device *device, SatchelPushAnswer *answer)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_outbox_take_answer (device->outbox, answer, &error));
  g_assert_no_error (error);
  satchel_push_answer_free (answer);
}

/* ---- pushing ---- */

static void
test_push (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL, again = NULL, nothing = NULL;
  const SatchelChange *change;

  setup (&device);
  g_assert_null (next_push (&device));
  WRITE (device_set (&device, "account", "a1", &problem, "tags", "x, y", "phone", "2", NULL));
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", NULL));
  push = next_push (&device);
  g_assert_cmpuint (push->sets->len, ==, 2);
  g_assert_cmpint (push->acknowledged, ==, 0);
  change = change_of (push, 0);
  g_assert_cmpint (change->kind, ==, SATCHEL_CHANGE_UPDATE);
  g_assert_cmpstr (change->seen, ==, "c20");
  g_assert_cmpstr (edit_text (change, "tags"), ==, "|x|y|");
  /* the base where the policy merges three ways, else none */
  g_assert_cmpstr (json_node_get_string (satchel_change_find_edit (change, "tags")->base), ==, "|x|");
  g_assert_null (satchel_change_find_edit (change, "phone")->base);
  change = change_of (push, 1);
  g_assert_cmpint (change->kind, ==, SATCHEL_CHANGE_CREATE);
  g_assert_null (change->seen);
  g_assert_null (edit_text (change, "unit")); /* the server's */
  g_assert_cmpstr (edit_text (change, "status"), ==, "active");

  /* The answer is lost: the same sets under the same numbers, and what came meanwhile behind them. */
  WRITE (device_set (&device, "account", "new", &problem, "city", "Bonn", NULL));
  device_reopen (&device);
  again = next_push (&device);
  g_assert_cmpuint (again->sets->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (((SatchelChangeSet *)again->sets->pdata[i])->number, ==, i + 1);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *hash = satchel_change_set_hash (push->sets->pdata[i]);
    g_autofree char *hash_again = satchel_change_set_hash (again->sets->pdata[i]);

    g_assert_cmpstr (hash, ==, hash_again);
  }
  device_push_applied (&device, 3, 21);
  nothing = next_push (&device);
  g_assert_null (nothing);
  device_teardown (&device);
}

/* What the person saw decides, not what a pull brought while she typed. */
static void
test_seen (void)
{
  Device device;
  g_autoptr (SatchelSeen) seen = NULL;
  g_autoptr (SatchelPush) push = NULL;
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;
  SatchelFieldValue *value = g_new0 (SatchelFieldValue, 1);

  setup (&device);
  seen = satchel_session_look (device.session, device_entity (&device, "account"), device_id ("a1"), &error);
  device_pull (&device, 30, "{'entity':'account','columns':['id','s','description'],'whole':false}",
               "['~a1~',25,'text of others']", NULL);
  value->field = satchel_entity_find_field (device_entity (&device, "account"), "description");
  value->value = satchel_value_new_string ("text of mine");
  g_ptr_array_add (changes, value);
  uuid = satchel_session_update_seen (device.session, seen, changes, &error);
  g_assert_no_error (error);
  push = next_push (&device);
  g_assert_cmpstr (change_of (push, 0)->seen, ==, "c20");
  g_assert_cmpstr (json_node_get_string (satchel_change_find_edit (change_of (push, 0), "description")->base),
                   ==, "text");
  device_teardown (&device);
}

/* The base of an edit is what was shown, with earlier edits that wait. */
static void
test_base_of_second_edit (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "description", "one", NULL));
  WRITE (device_set (&device, "account", "a1", &problem, "description", "two", NULL));
  push = next_push (&device);
  g_assert_cmpstr (json_node_get_string (satchel_change_find_edit (change_of (push, 1), "description")->base),
                   ==, "one");
  device_teardown (&device);
}

static void
test_push_is_bounded (void)
{
  Device device;
  g_autofree char *text = g_strnfill (150000, 'x');
  guint n_sets = 0, n_pushes = 0;

  setup (&device);
  for (guint i = 0; i < 60; i++) {
    g_autofree char *unlike = g_strdup_printf ("%u %s", i, text);

    WRITE (device_set (&device, "account", "a1", &problem, "description", unlike, NULL));
  }
  while (n_sets < 60) {
    g_autoptr (SatchelPush) push = next_push (&device);
    g_autofree char *body = satchel_push_to_text (push);
    SatchelPushAnswer *answer = satchel_push_answer_new ();

    g_assert_cmpuint (strlen (body), <=, SATCHEL_MAX_REQUEST_BYTES);
    for (guint i = 0; i < push->sets->len; i++) {
      SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

      outcome->number = ((SatchelChangeSet *)push->sets->pdata[i])->number;
      outcome->s = 100 + outcome->number;
      g_assert_cmpint (outcome->number, ==, ++n_sets);
      g_ptr_array_add (answer->outcomes, outcome);
    }
    take (&device, answer);
    n_pushes++;
  }
  g_assert_cmpuint (n_pushes, >, 2);
  device_teardown (&device);
}

static void
test_strange_answers (void)
{
  Device device;
  SatchelPushAnswer *answer = satchel_push_answer_new ();
  SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  outcome->number = 1; /* which was never offered */
  outcome->s = 21;
  g_ptr_array_add (answer->outcomes, outcome);
  outcome = g_new0 (SatchelOutcome, 1);
  outcome->uuid = g_strdup (device_id ("unknown"));
  outcome->number = 99;
  outcome->s = 22;
  g_ptr_array_add (answer->outcomes, outcome);
  take (&device, answer);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 1);
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  device_teardown (&device);
}

/* ---- parked sets ---- */

static void
test_retry (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL, *prefix = NULL;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "description", "mine", NULL));
  uuid = only (&device, SATCHEL_SET_PENDING);
  g_assert_false (satchel_outbox_retry (device.outbox, uuid, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE);
  g_clear_error (&error);
  device_push_parked (&device, SATCHEL_ERROR_FORBIDDEN, "description");
  device_pull (&device, 30, "{'entity':'account','columns':['id','s','description'],'whole':false}",
               "['~a1~',25,'theirs']", NULL);
  device_assert_shown (&device, "account", "a1", "description", "theirs");

  prefix = g_strndup (uuid, 7);
  g_assert_false (satchel_outbox_retry (device.outbox, prefix, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (satchel_outbox_retry (device.outbox, device_id ("unknown"), &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_free (prefix);
  prefix = g_strndup (uuid, 13);
  g_assert_true (satchel_outbox_retry (device.outbox, prefix, &error));
  g_assert_no_error (error);
  device_assert_shown (&device, "account", "a1", "description", "mine");
  push = next_push (&device);
  g_assert_cmpuint (push->sets->len, ==, 1);
  g_assert_cmpstr (((SatchelChangeSet *)push->sets->pdata[0])->uuid, !=, uuid);
  g_assert_cmpint (((SatchelChangeSet *)push->sets->pdata[0])->number, ==, 2);
  g_assert_cmpstr (change_of (push, 0)->seen, ==, "c30");
  g_assert_cmpstr (json_node_get_string (satchel_change_find_edit (change_of (push, 0), "description")->base),
                   ==, "theirs");
  g_assert_cmpuint (push->released->len, ==, 1);
  g_assert_cmpstr (push->released->pdata[0], ==, uuid);
  device_teardown (&device);
}

/* A create with an edit of it and a task about it, parked one after the other: all go again, in order. */
static void
test_retry_with_dependents (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL;
  g_autoptr (GPtrArray) parked = NULL;
  g_autoptr (GError) error = NULL;

  setup (&device);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, NULL);
  WRITE (device_set (&device, "account", "new", &problem, "city", "Bonn", NULL));
  device_push_parked (&device, SATCHEL_ERROR_DEPENDS, NULL);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Sibiu", NULL));
  device_push_parked (&device, SATCHEL_ERROR_FORBIDDEN, NULL); /* of its own reason */
  WRITE (
      device_create (&device, "task", "t1", &problem, "subject", "Call", "account", device_id ("new"), NULL));
  device_push_parked (&device, SATCHEL_ERROR_DEPENDS, NULL);
  WRITE (device_set (&device, "task", "t1", &problem, "subject", "Call back", NULL)); /* not offered yet */

  parked = list (&device, SATCHEL_SET_PARKED);
  g_assert_cmpuint (parked->len, ==, 4);
  g_assert_true (
      satchel_outbox_retry (device.outbox, ((SatchelQueuedSet *)parked->pdata[0])->set->uuid, &error));
  g_assert_no_error (error);

  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 1);
  device_assert_shown (&device, "account", "new", "city", "Bonn");
  device_assert_shown (&device, "task", "t1", "subject", "Call back");
  device_assert_shown (&device, "account", "a1", "city", "Cluj");
  push = next_push (&device);
  g_assert_cmpuint (push->sets->len, ==, 4);
  g_assert_cmpstr (edit_text (change_of (push, 0), "name"), ==, "Neu");
  g_assert_cmpstr (edit_text (change_of (push, 1), "city"), ==, "Bonn");
  g_assert_cmpstr (edit_text (change_of (push, 2), "subject"), ==, "Call");
  g_assert_cmpstr (edit_text (change_of (push, 3), "subject"), ==, "Call back");
  g_assert_cmpint (((SatchelChangeSet *)push->sets->pdata[0])->number, ==, 5);
  g_assert_cmpuint (push->released->len, ==, 3);
  device_teardown (&device);
}

/* What follows and cannot succeed stays with its reason, and holds up nothing. */
/* The server judges an edit of the draft just now, so that it cannot go along: it stays in sight all the
 * same. */
static void
test_retry_under_way (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;

  setup (&device);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", "city", "Ulm", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, NULL);
  uuid = only (&device, SATCHEL_SET_PARKED);
  WRITE (device_set (&device, "account", "new", &problem, "city", "Bonn", "phone", "1", NULL));
  push = next_push (&device); /* and no answer */

  g_assert_true (satchel_outbox_retry (device.outbox, uuid, &error));
  g_assert_no_error (error);
  device_assert_shown (&device, "account", "new", "name", "Neu");
  device_assert_shown (&device, "account", "new", "city", "Bonn");
  device_assert_shown (&device, "account", "new", "phone", "1");
  device_teardown (&device);
}

static void
test_retry_without_dependents (void)
{
  Device device;
  g_autoptr (GPtrArray) parked = NULL;
  g_autoptr (GError) error = NULL;

  setup (&device);
  device_pull (&device, 20, "{'entity':'task','columns':['id','s','subject','owner','unit'],'whole':true}",
               "['~t1~',15,'Call','user:~me~','~unit~']", NULL);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, NULL);
  WRITE (device_set (&device, "task", "t1", &problem, "account", device_id ("new"), NULL));
  device_push_parked (&device, SATCHEL_ERROR_DEPENDS, NULL);
  device_pull (&device, 30, "{'entity':'task','gone':true}", "['~t1~',25,'deleted']", NULL);
  parked = list (&device, SATCHEL_SET_PARKED);
  g_assert_cmpuint (parked->len, ==, 2);
  g_assert_true (
      satchel_outbox_retry (device.outbox, ((SatchelQueuedSet *)parked->pdata[0])->set->uuid, &error));
  g_assert_no_error (error);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 1);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PENDING), ==, 1);
  device_teardown (&device);
}

static void
test_retry_of_gone (void)
{
  Device device;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  device_pull (&device, 30, "{'entity':'account','gone':true}", "['~a1~',25,'deleted']", NULL);
  device_push_parked (&device, SATCHEL_ERROR_RECORD_DELETED, NULL);
  uuid = only (&device, SATCHEL_SET_PARKED);
  g_assert_false (satchel_outbox_retry (device.outbox, uuid, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 1); /* nothing was lost */
  device_pull (&device, 40, ACCOUNTS, "['~a1~',35,'Acme','Cluj','1',null,'text','user:~me~','~unit~']",
               NULL); /* restored */
  g_assert_true (satchel_outbox_retry (device.outbox, uuid, &error));
  g_assert_no_error (error);
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  device_teardown (&device);
}

static void
test_retry_of_delete (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL;
  g_autofree char *uuid = NULL;

  setup (&device);
  WRITE (device_delete (&device, "account", "a1", &problem));
  device_pull (&device, 30, "{'entity':'account','columns':['id','s','city'],'whole':false}",
               "['~a1~',25,'Arad']", NULL);
  device_push_parked (&device, SATCHEL_ERROR_RECORD_CHANGED, NULL);
  device_assert_shown (&device, "account", "a1", "city", "Arad");
  uuid = only (&device, SATCHEL_SET_PARKED);
  g_assert_true (satchel_outbox_retry (device.outbox, uuid, NULL));
  device_assert_shown (&device, "account", "a1", "city", NULL);
  push = next_push (&device);
  g_assert_cmpstr (change_of (push, 0)->seen, ==, "c30");
  device_teardown (&device);
}

static void
test_edit (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL;
  g_autoptr (GHashTable) values = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;

  setup (&device);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", "city", "Bonn", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, "phone");
  uuid = only (&device, SATCHEL_SET_PARKED);

  g_hash_table_insert (values, (gpointer) "phonee", (gpointer) "7");
  g_assert_false (satchel_outbox_edit (device.outbox, uuid, values, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA);
  g_clear_error (&error);
  g_hash_table_remove_all (values);
  g_hash_table_insert (values, (gpointer) "name", (gpointer) "");
  g_assert_false (satchel_outbox_edit (device.outbox, uuid, values, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_clear_error (&error);
  g_assert_cmpint (device_count (&device, SATCHEL_SET_PARKED), ==, 1);
  device_assert_shown (&device, "account", "new", "name", "Neu");

  g_hash_table_remove_all (values);
  g_hash_table_insert (values, (gpointer) "phone", (gpointer) "7");
  g_hash_table_insert (values, (gpointer) "city", (gpointer) "Köln");
  g_assert_true (satchel_outbox_edit (device.outbox, uuid, values, &error));
  g_assert_no_error (error);
  device_assert_shown (&device, "account", "new", "phone", "7");
  device_assert_shown (&device, "account", "new", "city", "Köln");
  push = next_push (&device);
  g_assert_cmpstr (edit_text (change_of (push, 0), "name"), ==, "Neu");
  g_assert_cmpstr (edit_text (change_of (push, 0), "city"), ==, "Köln");
  device_teardown (&device);
}

static void
test_discard (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL, last = NULL;
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (GError) error = NULL;

  setup (&device);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, NULL);
  {
    g_autofree char *uuid = only (&device, SATCHEL_SET_PARKED);

    g_assert_true (satchel_outbox_discard (device.outbox, uuid, &error));
    g_assert_no_error (error);
    device_assert_shown (&device, "account", "new", "name", NULL);
    push = next_push (&device); /* told, although nothing else waits */
    g_assert_cmpuint (push->sets->len, ==, 0);
    g_assert_cmpstr (push->released->pdata[0], ==, uuid);
    take (&device, satchel_push_answer_new ());
    last = next_push (&device);
    g_assert_null (last);
  }

  /* Never offered: no gap in the numbers afterwards. */
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Köln", "phone", "7", NULL));
  WRITE (device_set (&device, "account", "a1", &problem, "phone", "8", NULL));
  pending = list (&device, SATCHEL_SET_PENDING);
  g_assert_cmpint (((SatchelQueuedSet *)pending->pdata[2])->set->number, ==, 4); /* as things stand */
  g_assert_true (
      satchel_outbox_discard (device.outbox, ((SatchelQueuedSet *)pending->pdata[1])->set->uuid, &error));
  g_assert_no_error (error);
  device_assert_shown (&device, "account", "a1", "city", "Bonn");
  device_assert_shown (&device, "account", "a1", "phone", "8");
  satchel_push_free (g_steal_pointer (&push));
  push = next_push (&device);
  g_assert_cmpuint (push->sets->len, ==, 2);
  g_assert_cmpint (((SatchelChangeSet *)push->sets->pdata[0])->number, ==, 2);
  g_assert_cmpint (((SatchelChangeSet *)push->sets->pdata[1])->number, ==, 3);
  g_assert_false (
      satchel_outbox_discard (device.outbox, ((SatchelChangeSet *)push->sets->pdata[0])->uuid, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE); /* it may have arrived */
  device_teardown (&device);
}

/* What depends on a draft that is given up stays in the outbox. */
static void
test_discard_keeps_dependents (void)
{
  Device device;
  g_autoptr (GPtrArray) parked = NULL, left = NULL;
  g_autoptr (GError) error = NULL;

  setup (&device);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, NULL);
  WRITE (device_set (&device, "account", "new", &problem, "description", "a long text", NULL));
  device_push_parked (&device, SATCHEL_ERROR_DEPENDS, NULL);
  parked = list (&device, SATCHEL_SET_PARKED);
  g_assert_true (
      satchel_outbox_discard (device.outbox, ((SatchelQueuedSet *)parked->pdata[0])->set->uuid, &error));
  g_assert_no_error (error);
  device_assert_shown (&device, "account", "new", "name", NULL);
  left = list (&device, SATCHEL_SET_PARKED);
  g_assert_cmpuint (left->len, ==, 1);
  g_assert_cmpstr (edit_text (((SatchelQueuedSet *)left->pdata[0])->set->changes->pdata[0], "description"),
                   ==, "a long text");
  g_assert_cmpint (device_rows (&device, "base_account"), ==, 0);
  device_teardown (&device);
}

/* Discards the set and brings it back. */
static void
discard_and_undo (Device *device, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelQueuedSet) queued = satchel_outbox_find (device->outbox, uuid, &error);

  g_assert_no_error (error);
  g_assert_true (satchel_outbox_discard (device->outbox, uuid, &error));
  g_assert_true (satchel_outbox_bring_back (device->outbox, queued, &error));
  g_assert_no_error (error);
}

/* A create that waits, with an edit on top: back in its place, so that it is offered first. */
static void
test_bring_back_pending (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL;
  g_autoptr (GPtrArray) pending = NULL;

  setup (&device);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", NULL));
  WRITE (device_set (&device, "account", "new", &problem, "city", "Bonn", NULL));
  pending = list (&device, SATCHEL_SET_PENDING);
  discard_and_undo (&device, ((SatchelQueuedSet *)pending->pdata[0])->set->uuid);
  device_assert_shown (&device, "account", "new", "name", "Neu");
  device_assert_shown (&device, "account", "new", "city", "Bonn");
  push = next_push (&device);
  g_assert_cmpuint (push->sets->len, ==, 2);
  g_assert_cmpstr (edit_text (change_of (push, 0), "name"), ==, "Neu");
  g_assert_cmpstr (edit_text (change_of (push, 1), "city"), ==, "Bonn");
  device_teardown (&device);
}

/* A refused draft comes back refused, and a retry takes along what was made on top of it. */
static void
test_bring_back_parked (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL;
  g_autoptr (GPtrArray) parked = NULL, back = NULL;
  g_autoptr (GError) error = NULL;
  const SatchelQueuedSet *again;

  setup (&device);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, "phone");
  WRITE (device_set (&device, "account", "new", &problem, "city", "Bonn", NULL));
  device_push_parked (&device, SATCHEL_ERROR_DEPENDS, NULL);
  parked = list (&device, SATCHEL_SET_PARKED);
  discard_and_undo (&device, ((SatchelQueuedSet *)parked->pdata[0])->set->uuid);
  device_assert_shown (&device, "account", "new", "name", "Neu");
  back = list (&device, SATCHEL_SET_PARKED);
  g_assert_cmpuint (back->len, ==, 2);
  again = back->pdata[0];
  g_assert_cmpint (again->code, ==, SATCHEL_ERROR_RULE);
  g_assert_cmpstr (again->field, ==, "phone");
  g_assert_true (satchel_outbox_retry (device.outbox, again->set->uuid, &error));
  g_assert_no_error (error);
  push = next_push (&device);
  g_assert_cmpuint (push->sets->len, ==, 2);
  g_assert_cmpstr (edit_text (change_of (push, 1), "city"), ==, "Bonn");
  device_teardown (&device);
}

/* What cannot be laid any more keeps its text, and its reason. */
static void
test_bring_back_impossible (void)
{
  Device device;
  g_autoptr (GPtrArray) parked = NULL;
  g_autoptr (SatchelQueuedSet) queued = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;

  setup (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, NULL);
  uuid = only (&device, SATCHEL_SET_PARKED);
  queued = satchel_outbox_find (device.outbox, uuid, &error);
  g_assert_no_error (error);
  g_assert_true (satchel_outbox_discard (device.outbox, uuid, &error));
  device_pull (&device, 30, "{'entity':'account','gone':true}", "['~a1~',25,'deleted']", NULL);
  g_assert_true (satchel_outbox_bring_back (device.outbox, queued, &error));
  g_assert_no_error (error);
  parked = list (&device, SATCHEL_SET_PARKED);
  g_assert_cmpuint (parked->len, ==, 1);
  g_assert_cmpstr (edit_text (((SatchelQueuedSet *)parked->pdata[0])->set->changes->pdata[0], "city"), ==,
                   "Bonn");
  device_teardown (&device);
}

static void
test_dependence (void)
{
  Device device;
  g_autoptr (GHashTable) dependence = NULL;
  g_autoptr (GPtrArray) parked = NULL, pending = NULL;
  g_autoptr (GError) error = NULL;
  const char *root;

  setup (&device);
  WRITE (device_create (&device, "account", "new", &problem, "name", "Neu", NULL));
  device_push_parked (&device, SATCHEL_ERROR_RULE, NULL);
  WRITE (
      device_create (&device, "task", "t1", &problem, "subject", "Call", "account", device_id ("new"), NULL));
  WRITE (device_set (&device, "task", "t1", &problem, "subject", "Call back", NULL));
  WRITE (device_set (&device, "account", "a1", &problem, "city", "Bonn", NULL));
  parked = list (&device, SATCHEL_SET_PARKED);
  pending = list (&device, SATCHEL_SET_PENDING);
  root = ((SatchelQueuedSet *)parked->pdata[0])->set->uuid;
  dependence = satchel_outbox_list_dependence (device.outbox, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (dependence), ==, 2);
  for (guint i = 0; i < 2; i++) /* the second by way of the first */
    g_assert_cmpstr (g_hash_table_lookup (dependence, ((SatchelQueuedSet *)pending->pdata[i])->set->uuid), ==,
                     root);
  device_teardown (&device);
}

/* ---- a new identity ---- */

static void
test_renumber (void)
{
  Device device;
  g_autoptr (SatchelPush) push = NULL, first = NULL, second = NULL;
  g_autoptr (GPtrArray) known = g_ptr_array_new (), unanswered = NULL;
  g_autoptr (GError) error = NULL;
  SatchelPushAnswer *answer = satchel_push_answer_new ();
  SatchelOutcome *outcome = g_new0 (SatchelOutcome, 1);

  setup (&device);
  for (guint i = 0; i < 4; i++) {
    g_autofree char *city = g_strdup_printf ("City %u", i);

    WRITE (device_set (&device, "account", "a1", &problem, "city", city, NULL));
  }
  push = next_push (&device);
  WRITE (device_set (&device, "account", "a1", &problem, "city", "City 4", NULL));
  unanswered = satchel_outbox_list_unanswered (device.outbox, &error);
  g_assert_cmpuint (unanswered->len, ==, 5);
  g_ptr_array_add (known, unanswered->pdata[0]);
  g_assert_true (satchel_outbox_renumber (device.outbox, 1, known, &error));
  g_assert_no_error (error);

  /* The known one asks for its outcome under its old number, by itself; the others begin anew. */
  first = next_push (&device);
  g_assert_cmpuint (first->sets->len, ==, 1);
  g_assert_cmpstr (((SatchelChangeSet *)first->sets->pdata[0])->uuid, ==, unanswered->pdata[0]);
  outcome->uuid = g_strdup (unanswered->pdata[0]);
  outcome->number = 1;
  outcome->s = 15;
  g_ptr_array_add (answer->outcomes, outcome);
  take (&device, answer);
  second = next_push (&device);
  g_assert_cmpuint (second->sets->len, ==, 4);
  for (guint i = 0; i < 4; i++) {
    g_assert_cmpint (((SatchelChangeSet *)second->sets->pdata[i])->number, ==, i + 1);
    g_assert_cmpstr (((SatchelChangeSet *)second->sets->pdata[i])->uuid, ==, unanswered->pdata[i + 1]);
  }
  device_assert_shown (&device, "account", "a1", "city", "City 4");
  device_teardown (&device);
}

/* Pages follow each other without a gap, with the numbers that the whole list gives. */
static void
test_pages (void)
{
  static const guint waiting = 1u << SATCHEL_SET_PENDING;
  Device device;
  g_autoptr (GPtrArray) all = NULL, none = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *after = NULL;

  setup (&device);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *name = g_strdup_printf ("new%u", i);

    WRITE (device_create (&device, "account", name, &problem, "name", name, NULL));
  }
  all = list (&device, SATCHEL_SET_PENDING);
  g_assert_cmpuint (all->len, ==, 5);
  for (guint i = 0; i < 5; i += 2) {
    g_autoptr (GPtrArray) page = after == NULL
                                     ? satchel_outbox_list (device.outbox, waiting, 2, &error)
                                     : satchel_outbox_list_after (device.outbox, waiting, after, 2, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (page->len, ==, MIN (2, 5 - i));
    for (guint j = 0; j < page->len; j++) {
      const SatchelQueuedSet *here = page->pdata[j], *there = all->pdata[i + j];

      g_assert_cmpstr (here->set->uuid, ==, there->set->uuid);
      g_assert_cmpint (here->set->number, ==, i + j + 1);
      g_free (after);
      after = g_strdup (here->set->uuid);
    }
  }
  none = satchel_outbox_list_after (device.outbox, waiting, after, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_null (
      satchel_outbox_list_after (device.outbox, waiting, "00000000-0000-7000-8000-000000000000", 2, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
  device_teardown (&device);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/outbox/push", test_push);
  g_test_add_func ("/client/outbox/seen", test_seen);
  g_test_add_func ("/client/outbox/base-of-second-edit", test_base_of_second_edit);
  g_test_add_func ("/client/outbox/push-is-bounded", test_push_is_bounded);
  g_test_add_func ("/client/outbox/strange-answers", test_strange_answers);
  g_test_add_func ("/client/outbox/retry", test_retry);
  g_test_add_func ("/client/outbox/retry-with-dependents", test_retry_with_dependents);
  g_test_add_func ("/client/outbox/retry-under-way", test_retry_under_way);
  g_test_add_func ("/client/outbox/retry-without-dependents", test_retry_without_dependents);
  g_test_add_func ("/client/outbox/retry-of-gone", test_retry_of_gone);
  g_test_add_func ("/client/outbox/retry-of-delete", test_retry_of_delete);
  g_test_add_func ("/client/outbox/edit", test_edit);
  g_test_add_func ("/client/outbox/discard", test_discard);
  g_test_add_func ("/client/outbox/discard-keeps-dependents", test_discard_keeps_dependents);
  g_test_add_func ("/client/outbox/bring-back-pending", test_bring_back_pending);
  g_test_add_func ("/client/outbox/bring-back-parked", test_bring_back_parked);
  g_test_add_func ("/client/outbox/bring-back-impossible", test_bring_back_impossible);
  g_test_add_func ("/client/outbox/dependence", test_dependence);
  g_test_add_func ("/client/outbox/renumber", test_renumber);
  g_test_add_func ("/client/outbox/pages", test_pages);
  return g_test_run ();
}
