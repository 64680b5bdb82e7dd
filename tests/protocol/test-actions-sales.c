/* Opportunities through their stages and outcomes; quotes, orders and invoices: what each action plans, and
 * what is refused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/validate.h"
#include "tests/protocol/action-world.h"

enum { QUOTE = 70, LINE = 71, ORDER = 72, INVOICE = 73, CLOSE = 74, PRODUCT = 75, ITEM = 76, LIST = 77 };

/* ---- opportunities ---- */

static SatchelRecord *
add_deal (Store *store, const char *stage)
{
  SatchelRecord *deal = add (store, "opportunity", DEAL, BEN);
  set_text (add (store, "account", ACME, ANA), "name", "Acme");
  set_text (deal, "name", "Two excavators");
  set_lookup (deal, "account", "account", ACME);
  set_text (deal, "amount", "120000.50");
  set_text (deal, "stage", stage);
  satchel_rules_apply_defaults (deal, store->user, NOW_MS);
  return deal;
}

/* On when what must hold is ticked, with the action itself too; back with what is in doubt taken away. */
static void
test_stages (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  SatchelRecord *deal = add_deal (store, "identification");
  assert_refused (store, make_intent ("opportunity", DEAL, "demote", NULL), SATCHEL_ERROR_STATE,
                  "it is in the first stage already");
  set_text (deal, "criteria", "in_market");
  g_autoptr (GError) error = NULL;
  g_assert_null (plan (store, make_intent ("opportunity", DEAL, "promote", NULL), &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_assert_nonnull (g_strstr_len (error->message, -1, "Willing to have a seller call"));
  g_assert_null (g_strstr_len (error->message, -1, "In the market"));

  g_autoptr (GPtrArray) on = plan_well (
      store, make_intent ("opportunity", DEAL, "promote", "criteria=receives_us, reason_to_buy", NULL));
  assert_text (only_effect (on), "stage", "qualification");
  assert_text (only_effect (on), "criteria", "in_market, reason_to_buy, receives_us");
  assert_valid (on, "promote");
  carry_out (store, on);
  g_autoptr (GPtrArray) back =
      plan_well (store, make_intent ("opportunity", DEAL, "demote", "doubt=reason_to_buy", NULL));
  assert_text (only_effect (back), "stage", "identification");
  assert_text (only_effect (back), "criteria", "in_market, receives_us");
  assert_refused (store, make_intent ("opportunity", DEAL, "promote", "criteria=luck", NULL),
                  SATCHEL_ERROR_RULE, "“Criteria That Are Met” has no choice “luck”");
}

static void
test_last_stage (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  SatchelRecord *deal = add_deal (store, "proposal");
  assert_refused (store, make_intent ("opportunity", DEAL, "promote", NULL), SATCHEL_ERROR_STATE,
                  "it is in the last stage: what follows is win, lose or no_deal");
  set_text (deal, "stage", "won");
  set_text (deal, "status", "won");
  assert_refused (store, make_intent ("opportunity", DEAL, "promote", NULL), SATCHEL_ERROR_STATE,
                  "“Stage” is “Won”, which is no stage to go on from");
}

static void
test_outcome (gconstpointer data)
{
  static const struct {
    const char *action, *state, *subject, *revenue, *probability;
  } outcomes[] = { { "win", "won", "Won: Two excavators", "120000.5", "100" },
                   { "lose", "lost", "Lost: Two excavators", "", "0" },
                   { "no_deal", "no_deal", "No deal: Two excavators", "", "0" } };
  const guint i = GPOINTER_TO_UINT (data);
  const char *reason = i == 0 ? NULL : "reason=price";
  g_autoptr (Store) store = store_new ();
  add_people (store);
  add_deal (store, "development");
  g_autoptr (GPtrArray) effects =
      plan_well (store, make_intent ("opportunity", DEAL, outcomes[i].action, "activity=#74", reason, NULL));
  g_assert_cmpuint (effects->len, ==, 2);
  const SatchelRecord *deal = find_effect (effects, "opportunity", DEAL)->after;
  assert_text (deal, "stage", outcomes[i].state);
  assert_text (deal, "status", outcomes[i].state);
  assert_text (deal, "actual_revenue", outcomes[i].revenue);
  assert_text (deal, "probability", outcomes[i].probability);
  assert_text (deal, "actual_close", "2025-11-22");
  const SatchelRecord *close = find_effect (effects, "opportunity_close", CLOSE)->after;
  assert_text (close, "subject", outcomes[i].subject);
  assert_text (close, "outcome", outcomes[i].state);
  assert_lookup (close, "opportunity", DEAL);
  assert_lookup (close, "owner", BEN);
  assert_valid (effects, outcomes[i].action);

  carry_out (store, effects);
  g_autofree char *again = g_strdup_printf ("“Stage” is “%s” already", i == 0   ? "Won"
                                                                       : i == 1 ? "Lost"
                                                                                : "No Deal");
  assert_refused (store, make_intent ("opportunity", DEAL, outcomes[i].action, "activity=#78", reason, NULL),
                  SATCHEL_ERROR_STATE, again);
  g_autoptr (GPtrArray) open =
      plan_well (store, make_intent ("opportunity", DEAL, "reopen", "stage=qualification", NULL));
  const SatchelRecord *opened = find_effect (open, "opportunity", DEAL)->after;
  assert_text (opened, "stage", "qualification");
  assert_text (opened, "status", "open");
  assert_text (opened, "actual_revenue", "");
  assert_text (find_effect (open, "opportunity_close", CLOSE)->after, "status", "cancelled");
  assert_valid (open, "reopen");
  g_assert_null (find_effect (open, "account", ACME));
}

static void
test_outcome_refused (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  add_deal (store, "development");
  assert_refused (store, make_intent ("opportunity", DEAL, "lose", "activity=#74", NULL),
                  SATCHEL_ERROR_INVALID, "the action “lose” needs the argument “reason”");
  assert_refused (store, make_intent ("opportunity", DEAL, "win", NULL), SATCHEL_ERROR_INVALID,
                  "the action “win” needs an id as “activity”");
  add (store, "opportunity_close", CLOSE, ANA);
  g_autoptr (GError) error = NULL;
  g_assert_null (plan (store, make_intent ("opportunity", DEAL, "win", "activity=#74", NULL), &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS);
}

/* ---- quotes, orders, invoices ---- */

/* A quote of two lines: three of a listed product, and one priced by hand. */
static void
add_quote (Store *store)
{
  set_text (add (store, "account", ACME, ANA), "name", "Acme");
  set_text (add (store, "product", PRODUCT, 0), "name", "Excavator");
  set_text (add (store, "price_list", LIST, 0), "name", "Usual");
  SatchelRecord *item = add (store, "price_list_item", ITEM, 0);
  set_lookup (item, "price_list", "price_list", LIST);
  set_lookup (item, "product", "product", PRODUCT);
  set_text (item, "price", "100");
  SatchelRecord *quote = add (store, "quote", QUOTE, BEN), *line = add (store, "quote_line", LINE, BEN);
  set_text (quote, "name", "Machines");
  set_text (quote, "number", "Q-2025-000007");
  set_lookup (quote, "account", "account", ACME);
  set_lookup (quote, "price_list", "price_list", LIST);
  satchel_rules_apply_defaults (quote, store->user, NOW_MS);
  set_lookup (line, "quote", "quote", QUOTE);
  set_lookup (line, "product", "product", PRODUCT);
  set_text (line, "quantity", "3");
  set_text (line, "list_price", "100");
  satchel_rules_apply_defaults (line, store->user, NOW_MS);
  satchel_rules_compute (line);
  satchel_rules_compute (quote);
}

static const SatchelRecord *
find_line (GPtrArray *effects, const char *entity)
{
  for (guint i = 0; i < effects->len; i++) {
    const SatchelEffect *effect = g_ptr_array_index (effects, i);
    if (effect->after && g_str_equal (effect->after->entity->name, entity))
      return effect->after;
  }
  return NULL;
}

/* What was agreed goes on from document to document, whatever the list says later. */
static void
test_documents (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  add_quote (store);
  g_autoptr (GPtrArray) active = plan_well (store, make_intent ("quote", QUOTE, "activate", NULL));
  assert_text (only_effect (active), "status", "active");
  carry_out (store, active);

  g_autoptr (GPtrArray) won = plan_well (store, make_intent ("quote", QUOTE, "win", "order=#72", NULL));
  g_assert_cmpuint (won->len, ==, 3);
  assert_text (find_effect (won, "quote", QUOTE)->after, "status", "won");
  assert_text (find_effect (won, "quote", QUOTE)->after, "closed_on", "2025-11-22");
  const SatchelRecord *order = find_effect (won, "order", ORDER)->after;
  assert_text (order, "name", "Machines");
  assert_text (order, "status", "open");
  assert_text (order, "number", ""); /* the server gives it one of its own */
  assert_lookup (order, "quote", QUOTE);
  assert_lookup (order, "owner", BEN);
  assert_lookup (order, "account", ACME);
  assert_text (find_line (won, "order_line"), "price", "100");
  assert_text (find_line (won, "order_line"), "quantity", "3");
  assert_lookup (find_line (won, "order_line"), "order", ORDER);
  assert_valid (won, "win");

  carry_out (store, won);
  g_autoptr (GPtrArray) billed =
      plan_well (store, make_intent ("order", ORDER, "fulfil", "invoice=#73", "due_on=2025-12-31", NULL));
  const SatchelRecord *invoice = find_effect (billed, "invoice", INVOICE)->after;
  assert_text (invoice, "due_on", "2025-12-31");
  assert_lookup (invoice, "order", ORDER);
  assert_text (find_effect (billed, "order", ORDER)->after, "fulfilled_on", "2025-11-22");
  assert_text (find_line (billed, "invoice_line"), "price", "100");
  assert_valid (billed, "fulfil");
  carry_out (store, billed);
  g_autoptr (GPtrArray) paid =
      plan_well (store, make_intent ("invoice", INVOICE, "pay", "paid_on=2025-12-24", NULL));
  assert_text (only_effect (paid), "status", "paid");
  assert_text (only_effect (paid), "paid_on", "2025-12-24");
  carry_out (store, paid);
  assert_refused (store, make_intent ("invoice", INVOICE, "cancel", NULL), SATCHEL_ERROR_STATE,
                  "“Status” cannot go from “Paid” to “Cancelled”");
  assert_refused (store, make_intent ("invoice", INVOICE, "pay", NULL), SATCHEL_ERROR_STATE,
                  "“Status” is “Paid” already");
  assert_refused (store, make_intent ("invoice", INVOICE, "recalculate", NULL), SATCHEL_ERROR_STATE,
                  "“Status” is “Paid”: its prices stand");
  assert_refused (store, make_intent ("order", ORDER, "fulfil", "invoice=#78", NULL), SATCHEL_ERROR_STATE,
                  "“Status” is “Fulfilled” already");
}

/* The same intent makes the same lines wherever it is planned. */
static void
test_same_lines (void)
{
  g_autofree char *first = NULL;
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Store) store = store_new ();
    add_people (store);
    add_quote (store);
    g_autoptr (GPtrArray) won = plan_well (store, make_intent ("quote", QUOTE, "win", "order=#72", NULL));
    const char *id = find_line (won, "order_line")->id;
    g_assert_true (first == NULL || g_str_equal (first, id));
    g_free (first);
    first = g_strdup (id);
  }
}

static void
test_revise (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  add_quote (store);
  assert_refused (store, make_intent ("quote", QUOTE, "revise", "quote=#72", NULL), SATCHEL_ERROR_STATE,
                  "“Status” cannot go from “Draft” to “Revised”");
  g_autoptr (GPtrArray) active = plan_well (store, make_intent ("quote", QUOTE, "activate", NULL));
  carry_out (store, active);
  assert_refused (store, make_intent ("quote", QUOTE, "revise", "quote=#70", NULL), SATCHEL_ERROR_EXISTS,
                  "there is a quote 01930000-0000-7000-8000-000000000070 already");
  g_autoptr (GPtrArray) revised =
      plan_well (store, make_intent ("quote", QUOTE, "revise", "quote=#72", NULL));
  assert_text (find_effect (revised, "quote", QUOTE)->after, "status", "revised");
  const SatchelRecord *next = find_effect (revised, "quote", ORDER)->after;
  assert_text (next, "status", "draft");
  assert_text (next, "revision", "1");
  assert_text (next, "number", "");
  assert_lookup (next, "revises", QUOTE);
  g_assert_nonnull (find_line (revised, "quote_line"));
  assert_valid (revised, "revise");
}

static void
test_close_quote (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  add_quote (store);
  assert_refused (store, make_intent ("quote", QUOTE, "close", "reason=weather", NULL), SATCHEL_ERROR_RULE,
                  "“Reason for Closing” has no choice “weather”");
  g_autoptr (GPtrArray) lost = plan_well (store, make_intent ("quote", QUOTE, "close", NULL));
  assert_text (only_effect (lost), "status", "lost");
  carry_out (store, lost);
  assert_refused (store, make_intent ("quote", QUOTE, "win", "order=#72", NULL), SATCHEL_ERROR_STATE,
                  "“Status” cannot go from “Lost” to “Won”");
}

/* Today's prices for what was not entered by hand. */
static void
test_recalculate (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  add_quote (store);
  for (guint i = 0; i < store->records->len; i++) {
    SatchelRecord *record = g_ptr_array_index (store->records, i);
    if (g_str_equal (record->entity->name, "price_list_item"))
      set_text (record, "price", "130");
  }
  g_autoptr (GPtrArray) renewed = plan_well (store, make_intent ("quote", QUOTE, "recalculate", NULL));
  assert_text (find_effect (renewed, "quote_line", LINE)->after, "list_price", "130");
  assert_text (find_effect (renewed, "quote_line", LINE)->after, "base_amount", "390");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/actions/opportunity/stages", test_stages);
  g_test_add_func ("/protocol/actions/opportunity/last-stage", test_last_stage);
  g_test_add_data_func ("/protocol/actions/opportunity/win", GUINT_TO_POINTER (0), test_outcome);
  g_test_add_data_func ("/protocol/actions/opportunity/lose", GUINT_TO_POINTER (1), test_outcome);
  g_test_add_data_func ("/protocol/actions/opportunity/no-deal", GUINT_TO_POINTER (2), test_outcome);
  g_test_add_func ("/protocol/actions/opportunity/refused", test_outcome_refused);
  g_test_add_func ("/protocol/actions/sales/documents", test_documents);
  g_test_add_func ("/protocol/actions/sales/same-lines", test_same_lines);
  g_test_add_func ("/protocol/actions/sales/revise", test_revise);
  g_test_add_func ("/protocol/actions/sales/close", test_close_quote);
  g_test_add_func ("/protocol/actions/sales/recalculate", test_recalculate);
  return g_test_run ();
}
