/* What was done can be taken back: out of the outbox before it was sent, by its reverse afterwards.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/deeds.h"
#include "protocol/error.h"
#include "protocol/rules/actions.h"
#include "protocol/rules/arguments.h"
#include "tests/client/device.h"

/* Whether the server has it when it is taken back. */
typedef enum { KEPT_HERE, SENT } Place;

typedef struct {
  Device device;
  SatchelDeeds *deeds;
  gint64 s;
} Test;

static void
setup (Test *test)
{
  device_setup (&test->device, DEVICE_PRIMED);
  test->deeds = satchel_deeds_new ();
  test->s = 100;
}

static void
teardown (Test *test)
{
  satchel_deeds_free (test->deeds);
  device_teardown (&test->device);
}

/* Everything that waits goes to the server. */
static void
push (Test *test)
{
  const guint n = (guint)device_count (&test->device, SATCHEL_SET_PENDING);

  device_push_applied (&test->device, n, test->s);
  test->s += n;
}

static void
do_it (Test *test, const char *entity, const char *name, const char *action, ...)
{
  g_autoptr (GHashTable) arguments = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  va_list words;

  va_start (words, action);
  for (const char *word = va_arg (words, const char *); word != NULL; word = va_arg (words, const char *))
    g_hash_table_insert (arguments, (gpointer)word, va_arg (words, char *));
  va_end (words);
  if (!satchel_deeds_act (test->deeds, test->device.session, device_entity (&test->device, entity),
                          device_id (name), action, arguments, &error))
    g_error ("%s: %s", action, error->message);
}

static void
take_back (Test *test)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (satchel_deeds_take_back (test->deeds, test->device.session, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (satchel_deeds_get_n (test->deeds), ==, 0);
}

static void
test_update (gconstpointer place)
{
  Test test;
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  static const char *const names[] = { "name", "city" };

  setup (&test);
  WRITE (device_create (&test.device, "account", "a1", &problem, "name", "Acme", "city", "Cluj", NULL));
  push (&test);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    SatchelFieldValue *value = g_new0 (SatchelFieldValue, 1);

    value->field = satchel_entity_find_field (device_entity (&test.device, "account"), names[i]);
    value->value = satchel_value_new_string ("Other");
    g_ptr_array_add (changes, value);
  }
  g_assert_true (satchel_deeds_update (test.deeds, test.device.session,
                                       device_entity (&test.device, "account"), device_id ("a1"), changes,
                                       NULL));
  device_assert_shown (&test.device, "account", "a1", "city", "Other");
  if (GPOINTER_TO_INT (place) == SENT) {
    push (&test);
    WRITE (device_set (&test.device, "account", "a1", &problem, "city", "Turda", NULL)); /* somebody since */
  }
  take_back (&test);
  device_assert_shown (&test.device, "account", "a1", "name", "Acme");
  device_assert_shown (&test.device, "account", "a1", "city",
                       GPOINTER_TO_INT (place) == SENT ? "Turda" : "Cluj");
  teardown (&test);
}

/* A set that is not sent leaves nothing behind. */
static void
test_delete (gconstpointer place)
{
  Test test;

  setup (&test);
  WRITE (device_create (&test.device, "account", "a1", &problem, "name", "Acme", NULL));
  push (&test);
  g_assert_true (satchel_deeds_delete (test.deeds, test.device.session,
                                       device_entity (&test.device, "account"), device_id ("a1"), NULL));
  device_assert_shown (&test.device, "account", "a1", "name", NULL);
  if (GPOINTER_TO_INT (place) == SENT)
    push (&test);
  take_back (&test);
  if (GPOINTER_TO_INT (place) == SENT) {
    g_assert_cmpint (device_count (&test.device, SATCHEL_SET_PENDING), ==, 1); /* restore */
  } else {
    g_assert_cmpint (device_count (&test.device, SATCHEL_SET_PENDING), ==, 0);
    device_assert_shown (&test.device, "account", "a1", "name", "Acme");
  }
  teardown (&test);
}

/* Each with the record as it stood, and what must stand there again. */
static const struct {
  const char *path, *entity, *action, *argument, *value, *field, *before, *during;
} steps[] = {
  { "complete", "task", "complete", "feedback", "done so", "status", "open", "completed" },
  { "cancel", "task", "cancel", "reason", "not any more", "feedback", "", "not any more" },
  { "lose", "opportunity", "lose", "reason", "price", "stage", "development", "lost" },
  { "win", "opportunity", "win", "actual_revenue", "12.00", "stage", "development", "won" },
  { "promote", "opportunity", "promote", "criteria", "commitment, solution_agreed, terms_resolved", "stage", "development",
    "proposal" },
  { "disqualify", "lead", "disqualify", "reason", "no_need", "status", "open", "disqualified" },
  { "qualify", "lead", "qualify", NULL, NULL, "status", "open", "qualified" },
  { "resolve", "case", "resolve", "resolution", "mended", "status", "waiting", "resolved" },
  { "assign", "task", "assign", "owner", "you", "owner", "me", "you" },
};

static void
create_for (Test *test, const char *entity)
{
  Device *device = &test->device;

  WRITE (device_create (device, "account", "a1", &problem, "name", "Acme", NULL));
  if (g_str_equal (entity, "task"))
    WRITE (device_create (device, "task", "r1", &problem, "subject", "Call", NULL));
  else if (g_str_equal (entity, "opportunity"))
    WRITE (device_create (device, "opportunity", "r1", &problem, "name", "Mill", "account", device_id ("a1"),
                          "stage", "development", NULL));
  else if (g_str_equal (entity, "lead"))
    WRITE (device_create (device, "lead", "r1", &problem, "topic", "Mill", "company", "Acme Two", "last_name",
                          "Ion", NULL));
  else
    WRITE (device_create (device, "case", "r1", &problem, "subject", "Broken", "account", device_id ("a1"),
                          "status", "waiting", NULL));
  push (test);
}

/* The ids of users by their names here. */
static void
assert_field (Test *test, guint i, const char *expected)
{
  const gboolean owner = g_str_equal (steps[i].field, "owner");

  device_assert_shown (&test->device, steps[i].entity, "r1", steps[i].field,
                       owner ? device_user (expected) : expected);
}

static void
test_step (guint i, Place place)
{
  Test test;
  const char *value = g_strcmp0 (steps[i].value, "you") == 0 ? device_user ("you") : steps[i].value;

  g_test_message ("%s, %s", steps[i].path, place == SENT ? "sent" : "kept");
  setup (&test);
  create_for (&test, steps[i].entity);
  do_it (&test, steps[i].entity, "r1", steps[i].action, steps[i].argument, value, NULL);
  assert_field (&test, i, steps[i].during);
  if (place == SENT)
    push (&test);
  take_back (&test);
  assert_field (&test, i, steps[i].before);
  g_assert_cmpint (device_rows (&test.device, "e_account"), ==, 1);
  g_assert_cmpint (device_rows (&test.device, "e_contact"), ==, 0);
  if (place == KEPT_HERE)
    g_assert_cmpint (device_count (&test.device, SATCHEL_SET_PENDING), ==, 0);
  teardown (&test);
}

static void
test_steps (gconstpointer place)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    test_step (i, GPOINTER_TO_INT (place));
}

/* Rights that were there before come back; else there are none again. */
static void
test_share (gconstpointer place)
{
  Test test;
  g_autofree char *id = satchel_action_share_id (device_id ("r1"), strchr (device_user ("you"), ':') + 1);
  const SatchelEntity *share;
  g_autoptr (SatchelRecord) record = NULL;

  setup (&test);
  share = device_entity (&test.device, "share");
  create_for (&test, "task");
  do_it (&test, "task", "r1", "share", "with", device_user ("you"), "rights", "read", NULL);
  if (GPOINTER_TO_INT (place) == SENT)
    push (&test);
  do_it (&test, "task", "r1", "share", "with", device_user ("you"), "rights", "read, write", NULL);
  if (GPOINTER_TO_INT (place) == SENT)
    push (&test);
  g_assert_cmpuint (satchel_deeds_get_n (test.deeds), ==, 2);
  g_assert_true (satchel_replica_read (test.device.replica, share, id, &record, NULL));
  g_assert_nonnull (record);
  take_back (&test);
  g_clear_pointer (&record, satchel_record_free);
  g_assert_true (satchel_replica_read (test.device.replica, share, id, &record, NULL));
  g_assert_null (record);
  teardown (&test);
}

/* The other goes back to what it was: the server's business once it knows of the merge. */
static void
test_merge (gconstpointer place)
{
  Test test;

  setup (&test);
  create_for (&test, "task");
  WRITE (device_create (&test.device, "account", "a2", &problem, "name", "Acme Ltd", "city", "Cluj", NULL));
  push (&test);
  do_it (&test, "account", "a1", "merge", "other", device_id ("a2"), NULL);
  device_assert_shown (&test.device, "account", "a1", "city", "Cluj");
  if (GPOINTER_TO_INT (place) == SENT)
    push (&test);
  take_back (&test);
  if (GPOINTER_TO_INT (place) == SENT)
    g_assert_cmpint (device_count (&test.device, SATCHEL_SET_PENDING), ==, 1);
  else
    device_assert_shown (&test.device, "account", "a1", "city", "");
  teardown (&test);
}

/* A campaign of one way: what the server has cannot be taken back, and what else was done is. */
static void
test_final (void)
{
  Test test;
  g_autoptr (GError) error = NULL;

  setup (&test);
  create_for (&test, "task");
  WRITE (device_create (&test.device, "quote", "q1", &problem, "name", "Offer", "account", device_id ("a1"),
                        NULL));
  push (&test);
  do_it (&test, "quote", "q1", "activate", NULL);
  do_it (&test, "task", "r1", "complete", NULL);
  push (&test);
  g_assert_false (satchel_deeds_take_back (test.deeds, test.device.session, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE);
  g_assert_cmpuint (satchel_deeds_get_n (test.deeds), ==, 1);
  device_assert_shown (&test.device, "task", "r1", "status", "open");
  device_assert_shown (&test.device, "quote", "q1", "status", "active");
  teardown (&test);
}

/* Every argument of every action has a field that says what it may be. */
static void
test_arguments (void)
{
  SatchelRegistry *registry = satchel_registry_builtin ();
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    for (guint j = 0; entities[i]->actions[j] != NULL; j++) {
      const SatchelAction *action = satchel_action_find (entities[i]->actions[j], entities[i]);
      g_autoptr (GArray) arguments = satchel_action_list_arguments (registry, entities[i], action);

      for (guint k = 0; action->planned && k < arguments->len; k++) {
        const SatchelArgument *argument = &g_array_index (arguments, SatchelArgument, k);

        g_assert_cmpint (argument->created, ==, argument->field == NULL);
      }
    }
  }
}

static void
add (const char *path, GTestDataFunc func)
{
  g_autofree char *here = g_strconcat ("/client/deeds/", path, "/here", NULL);
  g_autofree char *sent = g_strconcat ("/client/deeds/", path, "/sent", NULL);

  g_test_add_data_func (here, GINT_TO_POINTER (KEPT_HERE), func);
  g_test_add_data_func (sent, GINT_TO_POINTER (SENT), func);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("update", test_update);
  add ("delete", test_delete);
  add ("steps", test_steps);
  add ("share", test_share);
  add ("merge", test_merge);
  g_test_add_func ("/client/deeds/final", test_final);
  g_test_add_func ("/client/deeds/arguments", test_arguments);
  return g_test_run ();
}
