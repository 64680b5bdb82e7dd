/* Every action of every entity with arguments that nobody should send: a clear refusal, or effects that are
 * sound; the same each time, because both sides plan.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/rules/validate.h"
#include "tests/protocol/action-world.h"

#define SUBJECT 40 /* the record that is acted on */

/* One record of each kind that is named anywhere, so that references lead somewhere. */
static Store *
make_world (const SatchelEntity *entity)
{
  Store *store = store_new ();
  add_people (store);
  set_text (add (store, "account", ACME, ANA), "name", "Acme");
  set_text (add (store, "contact", ZOE, ANA), "last_name", "Zoe");
  set_text (add (store, "team", 50, 0), "name", "North");
  SatchelRecord *subject = add (store, entity->name, SUBJECT, 0);
  satchel_rules_apply_defaults (subject, store->user, NOW_MS);
  return store;
}

/* What stands in the place of an argument; borrowed. */
static JsonNode *
make_value (guint number)
{
  static const char *const texts[] = {
    "",
    " ",
    "|",
    "||",
    "|a|",
    "no such key",
    "-1",
    "99999999999999999999999999",
    "1e400",
    "2025-02-30",
    "0000-00-00",
    "01930000-0000-7000-8000-000000000040",
    "01930000-0000-7000-8000-000000000001",
    "01930000-0000-7000-8000-000000000010",
    "01930000-0000-7000-8000-000000000050",
    "01930000-0000-7000-8000-999999999999",
    "01930000-0000-7000-8000-00000000000",
    "user:01930000-0000-7000-8000-000000000002",
    "team:01930000-0000-7000-8000-000000000050",
    "account:01930000-0000-7000-8000-000000000010",
    "user:",
    ":",
    "nothing:01930000-0000-7000-8000-000000000002",
    "'; DROP TABLE e_account; --",
    "\xe2\x80\xae\n\t",
  };
  JsonNode *node = json_node_alloc ();
  if (number < G_N_ELEMENTS (texts))
    return json_node_init_string (node, texts[number]);
  switch (number - G_N_ELEMENTS (texts)) {
  case 0:
    return json_node_init_null (node);
  case 1:
    return json_node_init_int (node, G_MAXINT64);
  case 2:
    return json_node_init_int (node, G_MININT64);
  case 3:
    return json_node_init_boolean (node, TRUE);
  case 4:
    return json_node_init_double (node, 0.1);
  case 5: {
    g_autofree char *huge = g_strnfill (300000, 'x');
    return json_node_init_string (node, huge);
  }
  default:
    json_node_free (node);
    return NULL;
  }
}

static SatchelChangeSet *
make_set (const SatchelEntity *entity, const SatchelAction *action, guint number)
{
  SatchelChangeSet *set = make_intent (entity->name, SUBJECT, action->name, NULL);
  SatchelChange *change = g_ptr_array_index (set->changes, 0);
  g_auto (GStrv) words = g_strsplit (action->argument_names, " ", -1);
  for (guint i = 0; words[i] && *words[i]; i++) {
    gsize length = strlen (words[i]);
    if (strchr ("!+", words[i][length - 1]))
      words[i][length - 1] = '\0';
    satchel_change_add_edit (change, words[i], make_value (number), NULL);
  }
  return set;
}

static void
assert_same (GPtrArray *one, GPtrArray *other)
{
  g_assert_cmpuint (one->len, ==, other->len);
  for (guint i = 0; i < one->len; i++) {
    const SatchelEffect *a = g_ptr_array_index (one, i), *b = g_ptr_array_index (other, i);
    g_assert_true ((a->after == NULL) == (b->after == NULL));
    for (guint j = 0; a->after && j < a->after->entity->n_fields; j++)
      g_assert_true (satchel_value_equal (a->after->values[j], b->after->values[j]));
  }
}

/* Each record once, and each value such as its field may hold: what rules and rights say is judged by who
 * writes. */
static void
assert_sound (GPtrArray *effects)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < effects->len; i++) {
    const SatchelEffect *effect = g_ptr_array_index (effects, i);
    const SatchelRecord *record = effect->after ? effect->after : effect->before;
    g_assert_true (g_hash_table_add (seen, record->id));
    for (guint j = 0; effect->after && j < record->entity->n_fields; j++) {
      g_autoptr (GError) error = NULL;
      g_assert_true (!record->values[j] ||
                     satchel_value_check (record->entity->fields[j], record->values[j], &error));
      g_assert_no_error (error);
    }
  }
}

static guint
try_all (const SatchelEntity *entity, const SatchelAction *action)
{
  guint n_planned = 0;
  for (guint number = 0;; number++) {
    JsonNode *node = make_value (number);
    if (!node)
      return n_planned;
    json_node_unref (node);
    g_autoptr (Store) store = make_world (entity);
    g_autoptr (GError) error = NULL, again = NULL;
    g_autoptr (GPtrArray) effects = plan (store, make_set (entity, action, number), &error);
    g_autoptr (GPtrArray) same = plan (store, make_set (entity, action, number), &again);
    g_assert_true ((effects == NULL) == (same == NULL));
    if (effects) {
      assert_same (effects, same);
      assert_sound (effects);
      n_planned++;
    } else {
      g_assert_nonnull (error);
      g_assert_true (error->domain == SATCHEL_ERROR);
      g_assert_cmpstr (error->message, ==, again->message);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  }
}

static void
test_arguments (void)
{
  guint n_entities, n_actions = 0;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_registry_builtin (), &n_entities);
  for (guint i = 0; i < n_entities; i++) {
    for (guint j = 0; entities[i]->actions[j]; j++) {
      const SatchelAction *action = satchel_action_find (entities[i]->actions[j], entities[i]);
      g_test_message ("%s %s", action->name, entities[i]->name);
      try_all (entities[i], action);
      n_actions++;
    }
  }
  g_assert_cmpuint (n_actions, >, 50);
}

/* One id for all that a lead becomes, or that of the record itself. */
static void
test_one_id (void)
{
  g_autoptr (Store) store = make_world (satchel_registry_find (satchel_registry_builtin (), "lead"));
  SatchelRecord *lead = g_ptr_array_index (store->records, store->records->len - 1);
  set_text (lead, "company", "Digwell");
  set_text (lead, "last_name", "Wang");
  static const char *const ids[][2] = { { "#60", "#60" }, { "#60", "#40" } };
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *account = g_strconcat ("account=", ids[i][0], NULL);
    g_autofree char *contact = g_strconcat ("contact=", ids[i][1], NULL);
    assert_refused (store, make_intent ("lead", SUBJECT, "qualify", account, contact, NULL),
                    SATCHEL_ERROR_INVALID, "two records cannot have one id");
  }
}

/* What a person must say cannot be said with nothing. */
static void
test_nothing_said (void)
{
  static const struct {
    const char *entity, *action, *argument;
  } cases[] = { { "account", "assign", "owner" },    { "account", "share", "with" },
                { "account", "unshare", "with" },    { "lead", "disqualify", "reason" },
                { "opportunity", "lose", "reason" }, { "opportunity", "no_deal", "reason" },
                { "case", "resolve", "resolution" }, { "account", "merge", "other" } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Store) store =
        make_world (satchel_registry_find (satchel_registry_builtin (), cases[i].entity));
    g_autofree char *pair = g_strconcat (cases[i].argument, "=", NULL);
    g_autofree char *message =
        g_strdup_printf ("the action “%s” needs the argument “%s”", cases[i].action, cases[i].argument);
    assert_refused (store, make_intent (cases[i].entity, SUBJECT, cases[i].action, pair, NULL),
                    SATCHEL_ERROR_INVALID, message);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/actions/hostile/arguments", test_arguments);
  g_test_add_func ("/protocol/actions/hostile/nothing-said", test_nothing_said);
  g_test_add_func ("/protocol/actions/hostile/one-id", test_one_id);
  return g_test_run ();
}
