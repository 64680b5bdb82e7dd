/* Actions: what assigning and qualifying do to which records, and what is refused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/validate.h"
#include "tests/protocol/action-world.h"

/* ---- assign ---- */

/* Ana's account goes to Ben with what is Ana's under it; what is Ben's or a colleague's stays as it is. */
static void
test_assign_cascade (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  set_text (add (store, "account", ACME, ANA), "name", "Acme");
  set_lookup (add (store, "contact", ZOE, ANA), "account", "account", ACME);
  set_lookup (add (store, "opportunity", DEAL, ANA), "account", "account", ACME);
  SatchelRecord *task = add (store, "task", TASK, ANA);
  set_lookup (task, "regarding", "opportunity", DEAL);
  set_text (task, "status", "completed");
  set_lookup (add (store, "note", NOTE, ANA), "regarding", "contact", ZOE);
  set_lookup (add (store, "contact", OTHERS, GONE), "account", "account", ACME);

  g_autoptr (GPtrArray) effects =
      plan_well (store, make_intent ("account", ACME, "assign", "owner=#2", NULL));
  g_assert_cmpuint (effects->len, ==, 5);
  static const struct {
    const char *entity;
    guint number;
  } changed[] = {
    { "account", ACME }, { "contact", ZOE }, { "opportunity", DEAL }, { "task", TASK }, { "note", NOTE }
  };
  for (guint i = 0; i < G_N_ELEMENTS (changed); i++) {
    const SatchelEffect *effect = find_effect (effects, changed[i].entity, changed[i].number);
    g_assert_nonnull (effect);
    assert_lookup (effect->before, "owner", ANA);
    assert_lookup (effect->after, "owner", BEN);
  }
  g_assert_null (find_effect (effects, "contact", OTHERS));
}

/* Lookups in a circle end. */
static void
test_assign_circle (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  SatchelRecord *account = add (store, "account", ACME, ANA);
  set_lookup (account, "primary_contact", "contact", ZOE);
  set_lookup (account, "parent", "account", ACME);
  set_lookup (add (store, "contact", ZOE, ANA), "account", "account", ACME);
  g_autoptr (GPtrArray) effects =
      plan_well (store, make_intent ("account", ACME, "assign", "owner=#2", NULL));
  g_assert_cmpuint (effects->len, ==, 2);
}

static void
test_assign_refused (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  add (store, "account", ACME, ANA);
  g_autoptr (GPtrArray) nothing =
      plan_well (store, make_intent ("account", ACME, "assign", "owner=#1", NULL));
  g_assert_cmpuint (nothing->len, ==, 0);

  assert_refused (store, make_intent ("account", ACME, "assign", NULL), SATCHEL_ERROR_INVALID,
                  "the action “assign” needs the argument “owner”");
  assert_refused (store, make_intent ("account", ACME, "assign", "owner=#2", "onwer=#2", NULL),
                  SATCHEL_ERROR_INVALID,
                  "the action “assign” has no argument “onwer”; did you mean “owner”?");
  assert_refused (store, make_intent ("account", ACME, "assign", "owner=#77", NULL), SATCHEL_ERROR_REFERENCE,
                  "the new owner is not there");
  assert_refused (store, make_intent ("account", ACME, "assign", "owner=#3", NULL), SATCHEL_ERROR_RULE,
                  "Gus is not active any more and cannot own records");
  assert_refused (store, make_intent ("account", 77, "assign", "owner=#2", NULL), SATCHEL_ERROR_NOT_FOUND,
                  "there is no such account");
  assert_refused (store, make_intent ("account", ACME, "asign", "owner=#2", NULL), SATCHEL_ERROR_SCHEMA,
                  "no action “asign” for account; did you mean “assign”?");
  assert_refused (store, make_intent ("acount", ACME, "assign", "owner=#2", NULL), SATCHEL_ERROR_SCHEMA,
                  "no entity “acount”; did you mean “account”?");
  assert_refused (store, make_intent ("product", ACME, "assign", "owner=#2", NULL), SATCHEL_ERROR_SCHEMA,
                  "no action “assign” for product");
  assert_refused (store, make_intent ("account", ACME, "restore", "delete=#2", NULL), SATCHEL_ERROR_INVALID,
                  "only the server knows what “restore” does");
}

/* ---- qualify ---- */

static SatchelRecord *
add_lead (Store *store)
{
  SatchelRecord *lead = add (store, "lead", LEAD, BEN);
  set_text (lead, "topic", "Two excavators");
  set_text (lead, "first_name", "小明");
  set_text (lead, "last_name", "王");
  set_text (lead, "company", "Digwell");
  set_text (lead, "phone", "+40 264 123456");
  set_text (lead, "email", "wang@example.com");
  set_text (lead, "city", "Cluj");
  set_text (lead, "source", "website");
  set_text (lead, "estimated_value", "120000.50");
  set_text (lead, "status", "open");
  return lead;
}

static void
test_qualify (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  add_lead (store);
  g_autoptr (GPtrArray) effects = plan_well (
      store, make_intent ("lead", LEAD, "qualify", "opportunity=#32", "contact=#31", "account=#30", NULL));
  static const char *const order[] = { "account", "contact", "opportunity", "lead" };
  g_assert_cmpuint (effects->len, ==, G_N_ELEMENTS (order));
  for (guint i = 0; i < effects->len; i++) {
    const SatchelEffect *effect = g_ptr_array_index (effects, i);
    g_autoptr (GError) error = NULL;
    g_assert_cmpstr (effect->after->entity->name, ==, order[i]);
    g_assert_true (satchel_rules_validate (effect->after, effect->before, "qualify", &error));
    g_assert_no_error (error);
    assert_lookup (effect->after, "owner", BEN);
  }
  const SatchelRecord *account = find_effect (effects, "account", FRESH)->after;
  assert_text (account, "name", "Digwell");
  assert_text (account, "phone", "+40 264 123456");
  assert_text (account, "type", "prospect");
  assert_text (account, "status", "active");
  assert_lookup (account, "origin_lead", LEAD);
  const SatchelRecord *contact = find_effect (effects, "contact", FRESH + 1)->after;
  assert_text (contact, "full_name", "王小明");
  assert_text (contact, "email", "wang@example.com");
  assert_lookup (contact, "account", FRESH);
  const SatchelRecord *opportunity = find_effect (effects, "opportunity", FRESH + 2)->after;
  assert_text (opportunity, "name", "Two excavators");
  assert_text (opportunity, "amount", "120000.5");
  assert_text (opportunity, "source", "website");
  assert_lookup (opportunity, "account", FRESH);
  assert_lookup (opportunity, "contact", FRESH + 1);
  const SatchelEffect *lead = find_effect (effects, "lead", LEAD);
  assert_text (lead->before, "status", "open");
  assert_text (lead->after, "status", "qualified");
  assert_lookup (lead->after, "qualified_account", FRESH);
  assert_lookup (lead->after, "qualified_contact", FRESH + 1);
  assert_lookup (lead->after, "qualified_opportunity", FRESH + 2);
}

/* What exists is linked and left alone; the contact brings her account to the opportunity. */
static void
test_qualify_links (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  add_lead (store);
  set_text (add (store, "account", ACME, ANA), "name", "Acme");
  set_lookup (add (store, "contact", ZOE, ANA), "account", "account", ACME);
  g_autoptr (GPtrArray) effects =
      plan_well (store, make_intent ("lead", LEAD, "qualify", "contact=#11", "opportunity=#30", NULL));
  g_assert_cmpuint (effects->len, ==, 2);
  assert_lookup (find_effect (effects, "opportunity", FRESH)->after, "account", ACME);
  assert_lookup (find_effect (effects, "lead", LEAD)->after, "qualified_contact", ZOE);

  /* Nothing at all is legal too: the lead is qualified and that is it. */
  g_autoptr (GPtrArray) alone = plan_well (store, make_intent ("lead", LEAD, "qualify", NULL));
  g_assert_cmpuint (alone->len, ==, 1);
}

static void
test_qualify_refused (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  SatchelRecord *lead = add_lead (store);
  assert_refused (store, make_intent ("lead", LEAD, "qualify", "opportunity=#30", NULL), SATCHEL_ERROR_RULE,
                  "an opportunity needs an account");
  satchel_record_set_by_name (lead, "company", NULL);
  assert_refused (store, make_intent ("lead", LEAD, "qualify", "account=#30", NULL), SATCHEL_ERROR_RULE,
                  "“Company” of the lead is needed to make an account");
  satchel_record_set_by_name (lead, "last_name", NULL);
  assert_refused (store, make_intent ("lead", LEAD, "qualify", "contact=#30", NULL), SATCHEL_ERROR_RULE,
                  "“Last Name” of the lead is needed to make a contact");

  g_autoptr (GError) error = NULL;
  g_assert_null (plan (store, make_intent ("lead", LEAD, "qualify", "account=acme", NULL), &error));
  g_assert_nonnull (error);

  set_text (lead, "status", "qualified");
  assert_refused (store, make_intent ("lead", LEAD, "qualify", NULL), SATCHEL_ERROR_STATE,
                  "“Status” is “Qualified” already");
}

static void
test_new_ids (void)
{
  g_autoptr (Store) store = store_new ();
  SatchelRecord *lead = add_lead (store);
  static const struct {
    gboolean company, person, told;
    const char *wanted;
  } cases[] = { { TRUE, TRUE, FALSE, "account opportunity contact" },
                { FALSE, TRUE, FALSE, "contact" },
                { TRUE, FALSE, FALSE, "account opportunity" },
                { FALSE, FALSE, FALSE, "" },
                { TRUE, TRUE, TRUE, "" } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    set_text (lead, "company", cases[i].company ? "Digwell" : "");
    set_text (lead, "last_name", cases[i].person ? "Wang" : "");
    g_autoptr (SatchelChangeSet) set =
        make_intent ("lead", LEAD, "qualify", cases[i].told ? "contact=#31" : NULL, NULL);
    g_autofree const char **wanted = satchel_action_list_new_ids (g_ptr_array_index (set->changes, 0), lead);
    g_autofree char *joined = g_strjoinv (" ", (char **)wanted);
    g_assert_cmpstr (joined, ==, cases[i].wanted);
  }
}

/* ---- disqualify, reactivate ---- */

static void
test_disqualify (void)
{
  g_autoptr (Store) store = store_new ();
  SatchelRecord *lead = add_lead (store);
  assert_refused (store, make_intent ("lead", LEAD, "disqualify", NULL), SATCHEL_ERROR_INVALID,
                  "the action “disqualify” needs the argument “reason”");
  assert_refused (store, make_intent ("lead", LEAD, "disqualify", "reason=boring", NULL), SATCHEL_ERROR_RULE,
                  "“Reason for Disqualifying” has no choice “boring”");
  assert_refused (store, make_intent ("lead", LEAD, "reactivate", NULL), SATCHEL_ERROR_STATE,
                  "“Status” is “Open” already");

  g_autoptr (GPtrArray) effects =
      plan_well (store, make_intent ("lead", LEAD, "disqualify", "reason=no_need", NULL));
  const SatchelEffect *effect = g_ptr_array_index (effects, 0);
  assert_text (effect->after, "status", "disqualified");
  assert_text (effect->after, "disqualify_reason", "no_need");
  assert_text (effect->after, "topic", "Two excavators");

  set_text (lead, "status", "disqualified");
  set_text (lead, "disqualify_reason", "no_need");
  assert_refused (store, make_intent ("lead", LEAD, "qualify", NULL), SATCHEL_ERROR_STATE,
                  "“Status” cannot go from “Disqualified” to “Qualified”");
  g_autoptr (GPtrArray) back = plan_well (store, make_intent ("lead", LEAD, "reactivate", NULL));
  const SatchelEffect *reopened = g_ptr_array_index (back, 0);
  assert_text (reopened->after, "status", "open");
  assert_text (reopened->after, "disqualify_reason", "");
}

/* Every action in the table is declared by an entity that it suits. */
static void
test_table (void)
{
  guint n_entities;
  const SatchelAction *action;
  const SatchelEntity *const *entities =
      satchel_registry_get_entities (satchel_registry_builtin (), &n_entities);
  for (guint i = 0; (action = satchel_action_get (i)) != NULL; i++) {
    guint n_declaring = 0;
    for (guint j = 0; j < n_entities; j++)
      n_declaring += satchel_entity_has_action (entities[j], action->name) &&
                     satchel_action_find (action->name, entities[j]) == action;
    g_test_message ("%s", action->name);
    g_assert_cmpuint (n_declaring, >, 0);
  }
  g_assert_null (satchel_action_find ("explode", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/actions/assign/cascade", test_assign_cascade);
  g_test_add_func ("/protocol/actions/assign/circle", test_assign_circle);
  g_test_add_func ("/protocol/actions/assign/refused", test_assign_refused);
  g_test_add_func ("/protocol/actions/qualify/creates", test_qualify);
  g_test_add_func ("/protocol/actions/qualify/links", test_qualify_links);
  g_test_add_func ("/protocol/actions/qualify/refused", test_qualify_refused);
  g_test_add_func ("/protocol/actions/qualify/new-ids", test_new_ids);
  g_test_add_func ("/protocol/actions/disqualify", test_disqualify);
  g_test_add_func ("/protocol/actions/table", test_table);
  return g_test_run ();
}
