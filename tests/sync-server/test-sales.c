/* Sales on the server: prices and sums computed again from its own data, documents that become other
 * documents, and closed records that nobody changes. Money stands on the wire as ten-thousandths.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sync-server/office.h"

#include "protocol/error.h"

typedef struct {
  Office *office;
  Desk *ana, *ben, *boss; /* two sellers of one unit, and the back office */
  char *account, *currency, *list, *product, *item, *quote;
} Shop;

static const char *
quoted (const char *text)
{
  g_autofree char *json = g_strdup_printf ("\"%s\"", text);
  return g_intern_string (json);
}

static void
shop_setup (Shop *shop)
{
  shop->office = office_new ();
  const char *const people[][2] = { { "ana", "salesperson" },
                                    { "ben", "salesperson" },
                                    { "boss", "back-office" } };
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    g_free (office_hire (shop->office, people[i][0], people[i][1], shop->office->north));
  shop->ana = desk_new (shop->office, "ana");
  shop->ben = desk_new (shop->office, "ben");
  shop->boss = desk_new (shop->office, "boss");
  shop->account = new_id (shop->ana);
  shop->currency = new_id (shop->boss);
  shop->list = new_id (shop->boss);
  shop->product = new_id (shop->boss);
  shop->item = new_id (shop->boss);
  shop->quote = new_id (shop->ana);

  assert_applied (desk_create (shop->boss, "currency", shop->currency, "name", "\"Yen\"", "code", "\"JPY\"",
                               "digits", "0", "rate", "6200000", NULL));
  assert_applied (desk_create (shop->boss, "price_list", shop->list, "name", "\"Japan\"", "currency",
                               quoted (shop->currency), NULL));
  assert_applied (
      desk_create (shop->boss, "product", shop->product, "name", "\"Excavator\"", "price", "100", NULL));
  g_autofree char *discounts = new_id (shop->boss), *tier = new_id (shop->boss);
  assert_applied (desk_create (shop->boss, "discount_list", discounts, "name", "\"Fleet\"", NULL));
  assert_applied (desk_create (shop->boss, "discount_tier", tier, "discount_list", quoted (discounts),
                               "from_quantity", "30000", "percent", "1000", NULL));
  assert_applied (desk_create (shop->boss, "price_list_item", shop->item, "price_list", quoted (shop->list),
                               "product", quoted (shop->product), "price", "10000000", "discount_list",
                               quoted (discounts), NULL));
  desk_pull (shop->ana);
  desk_pull (shop->ben);
  assert_applied (desk_create (shop->ana, "account", shop->account, "name", "\"Acme\"", NULL));
  assert_applied (desk_create (shop->ana, "quote", shop->quote, "name", "\"Two machines\"", "account",
                               quoted (shop->account), "price_list", quoted (shop->list), "currency",
                               quoted (shop->currency), NULL));
  desk_pull (shop->ana);
  desk_pull (shop->ben);
}

static void
shop_teardown (Shop *shop)
{
  desk_free (shop->ana);
  desk_free (shop->ben);
  desk_free (shop->boss);
  office_free (shop->office);
  char *const ids[] = { shop->account, shop->currency, shop->list, shop->product, shop->item, shop->quote };
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_free (ids[i]);
}

static void
assert_field (Desk *desk, const char *entity, const char *record, const char *field, const char *expected)
{
  desk_pull (desk);
  g_assert_cmpstr (desk_get (desk, entity, record, field), ==, expected);
}

static char *
add_line (Shop *shop, Desk *desk, const char *quantity)
{
  char *line = new_id (desk);
  assert_applied (desk_create (desk, "quote_line", line, "quote", quoted (shop->quote), "product",
                               quoted (shop->product), "quantity", quantity, NULL));
  return line;
}

/* Parked with that code, and given up, so that nothing waits for it. Takes @outcome. */
static void
refuse (Desk *desk, SatchelOutcome *outcome, SatchelErrorCode code)
{
  g_autofree char *uuid = g_strdup (outcome->uuid);
  assert_parked (outcome, code);
  desk_release (desk, uuid);
}

/* A line's price comes from the list of its quote, its discount from the quantity, and everything is rounded
 * to whole yen. */
static void
test_prices (void)
{
  Shop shop;
  shop_setup (&shop);
  assert_field (shop.ana, "quote", shop.quote, "exchange_rate", "6200000");
  g_autofree char *one = add_line (&shop, shop.ana, "15000");
  assert_field (shop.ana, "quote_line", one, "list_price", "10000000");
  assert_field (shop.ana, "quote_line", one, "name", "\"Excavator\"");
  assert_field (shop.ana, "quote_line", one, "amount", "15000000");
  assert_field (shop.ana, "quote", shop.quote, "total", "15000000");
  assert_field (shop.ana, "quote", shop.quote, "base_total", "93000");

  assert_applied (desk_update (shop.ana, "quote_line", one, "quantity", "30001", NULL));
  assert_field (shop.ana, "quote_line", one, "volume_percent", "1000");
  assert_field (shop.ana, "quote_line", one, "base_amount", "30000000"); /* 3000.1 yen */
  assert_field (shop.ana, "quote", shop.quote, "lines_discount", "3000000");

  /* What the device thinks the price is does not count, and what it may not write is refused. */
  refuse (shop.ana, desk_update (shop.ana, "quote_line", one, "list_price", "1", NULL),
          SATCHEL_ERROR_FIELD_FORBIDDEN);
  refuse (shop.ana, desk_update (shop.ana, "quote", shop.quote, "total", "1", NULL),
          SATCHEL_ERROR_FIELD_FORBIDDEN);
  /* No room: refused, not wrapped. */
  refuse (shop.ana,
          desk_update (shop.ana, "quote_line", one, "quantity", "99999999999999", "price",
                       "999999999999999999", NULL),
          SATCHEL_ERROR_RULE);
  shop_teardown (&shop);
}

/* Two people add lines without having seen each other's: the sums hold both. */
static void
test_sums (void)
{
  Shop shop;
  shop_setup (&shop);
  g_autofree char *one = add_line (&shop, shop.ana, "10000");
  g_autofree char *two = add_line (&shop, shop.ben, "20000");
  assert_field (shop.ana, "quote", shop.quote, "total", "30000000");
  assert_field (shop.ben, "quote", shop.quote, "total", "30000000");
  /* a line of somebody else's quote is that owner's */
  g_assert_cmpstr (desk_get (shop.ben, "quote_line", two, "owner"), ==,
                   desk_get (shop.ben, "quote", shop.quote, "owner"));

  /* While Ana discounts the whole, Ben edits his line: no conflict, both count. */
  assert_conflicts (desk_update (shop.ana, "quote", shop.quote, "discount_percent", "1000", NULL), 0);
  assert_conflicts (desk_update (shop.ben, "quote_line", two, "price", "5000000", NULL), 0);
  assert_field (shop.ana, "quote", shop.quote, "total", "18000000");

  g_autoptr (SatchelOutcome) deleted = desk_delete (shop.ana, "quote_line", one);
  g_assert_cmpint (deleted->state, ==, SATCHEL_OUTCOME_APPLIED);
  assert_field (shop.ana, "quote", shop.quote, "total", "9000000");
  assert_applied (desk_act (shop.ana, "quote_line", one, "restore", NULL));
  assert_field (shop.ana, "quote", shop.quote, "total", "18000000");
  desk_check (shop.ben);
  shop_teardown (&shop);
}

/* Another currency for the whole: the lines follow. Today's prices come when they are asked for. */
static void
test_renewed (void)
{
  Shop shop;
  shop_setup (&shop);
  g_autofree char *line = add_line (&shop, shop.ana, "10000");
  assert_applied (desk_update (shop.boss, "price_list_item", shop.item, "price", "11000000", NULL));
  assert_field (shop.ana, "quote", shop.quote, "total", "10000000");
  assert_applied (desk_act (shop.ana, "quote", shop.quote, "recalculate", NULL));
  assert_field (shop.ana, "quote", shop.quote, "total", "11000000");

  assert_applied (
      desk_update (shop.ana, "quote", shop.quote, "currency", "null", "price_list", "null", NULL));
  assert_field (shop.ana, "quote_line", line, "list_price", "10000"); /* the product's own price, 1.00 */
  assert_field (shop.ana, "quote", shop.quote, "total", "10000");
  assert_field (shop.ana, "quote", shop.quote, "exchange_rate", "null");
  shop_teardown (&shop);
}

/* Quote to order to invoice: the same figures at each step, and what is closed stays as it is. */
static void
test_documents (void)
{
  Shop shop;
  shop_setup (&shop);
  g_autofree char *line = add_line (&shop, shop.ana, "20000");
  g_autofree char *order = new_id (shop.ana), *invoice = new_id (shop.ana), *late = new_id (shop.ana);
  assert_applied (desk_act (shop.ana, "quote", shop.quote, "activate", NULL));
  refuse (shop.ana, desk_update (shop.ana, "quote", shop.quote, "freight", "1", NULL), SATCHEL_ERROR_STATE);
  refuse (shop.ana, desk_update (shop.ana, "quote_line", line, "quantity", "1", NULL), SATCHEL_ERROR_STATE);
  refuse (shop.ben, desk_delete (shop.ben, "quote_line", line), SATCHEL_ERROR_STATE);
  refuse (shop.ben, desk_create (shop.ben, "quote_line", late, "quote", quoted (shop.quote), NULL),
          SATCHEL_ERROR_STATE);
  refuse (shop.ana, desk_update (shop.ana, "quote", shop.quote, "status", "\"won\"", NULL),
          SATCHEL_ERROR_STATE);

  /* The list's price changes before the quote is won: what was offered counts. */
  assert_applied (desk_update (shop.boss, "price_list_item", shop.item, "price", "90000000", NULL));
  assert_applied (desk_act (shop.ana, "quote", shop.quote, "win", "order", quoted (order), NULL));
  assert_field (shop.ana, "order", order, "total", "20000000");
  assert_field (shop.ana, "order", order, "quote", quoted (shop.quote));
  assert_field (shop.ana, "quote", shop.quote, "status", "\"won\"");
  g_assert_cmpuint (desk_count (shop.ana, "order_line"), ==, 1);

  assert_applied (desk_act (shop.ana, "order", order, "fulfil", "invoice", quoted (invoice), NULL));
  assert_field (shop.ana, "invoice", invoice, "total", "20000000");
  assert_field (shop.ana, "order", order, "status", "\"fulfilled\"");
  refuse (shop.ben, desk_act (shop.ben, "order", order, "fulfil", "invoice", quoted (late), NULL),
          SATCHEL_ERROR_STATE);
  assert_applied (desk_act (shop.ana, "invoice", invoice, "pay", NULL));
  refuse (shop.ana, desk_act (shop.ana, "invoice", invoice, "cancel", NULL), SATCHEL_ERROR_STATE);
  desk_check (shop.ben);
  shop_teardown (&shop);
}

/* What one may not read does not exist, nor does its state; what one may not write one does not add to. */
static void
test_strangers (void)
{
  Shop shop;
  shop_setup (&shop);
  g_free (office_hire (shop.office, "zoe", "salesperson", shop.office->south));
  Desk *zoe = desk_new (shop.office, "zoe");
  desk_pull (zoe);
  g_autofree char *line = new_id (zoe), *order = new_id (zoe), *nowhere = new_id (zoe);
  refuse (zoe, desk_create (zoe, "quote_line", line, "quote", quoted (shop.quote), NULL),
          SATCHEL_ERROR_REFERENCE);
  assert_applied (desk_act (shop.ana, "quote", shop.quote, "activate", NULL));
  refuse (zoe, desk_create (zoe, "quote_line", line, "quote", quoted (shop.quote), NULL),
          SATCHEL_ERROR_REFERENCE);
  refuse (zoe, desk_create (zoe, "quote_line", line, "quote", quoted (nowhere), NULL),
          SATCHEL_ERROR_REFERENCE);
  refuse (zoe, desk_act (zoe, "quote", shop.quote, "win", "order", quoted (order), NULL),
          SATCHEL_ERROR_NOT_FOUND);
  desk_free (zoe);
  shop_teardown (&shop);
}

/* Closed activities, on the server. */
static void
test_activities (void)
{
  static const char *const entities[] = { "task",  "phone_call", "appointment", "email",
                                          "visit", "letter",     "fax" };
  Shop shop;
  shop_setup (&shop);
  for (guint i = 0; i < G_N_ELEMENTS (entities); i++) {
    g_autofree char *id = new_id (shop.ana), *regarding = g_strdup_printf ("\"account:%s\"", shop.account);
    gboolean timed = g_str_equal (entities[i], "appointment");
    g_test_message ("%s", entities[i]);
    assert_applied (desk_create (shop.ana, entities[i], id, "subject", "\"Talk\"", "regarding", regarding,
                                 timed ? "start" : NULL, "1763802000000", NULL));
    assert_applied (desk_act (shop.ana, entities[i], id, "complete", "feedback", "\"Went well\"", NULL));
    refuse (shop.ana, desk_update (shop.ana, entities[i], id, "subject", "\"Lie\"", NULL),
            SATCHEL_ERROR_STATE);
    refuse (shop.ana, desk_act (shop.ana, entities[i], id, "complete", NULL), SATCHEL_ERROR_STATE);
    assert_field (shop.ana, entities[i], id, "feedback", "\"Went well\"");
    assert_applied (desk_act (shop.ana, entities[i], id, "reopen", NULL));
    assert_applied (desk_update (shop.ana, entities[i], id, "subject", "\"Truth\"", NULL));
  }
  shop_teardown (&shop);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync-server/sales/prices", test_prices);
  g_test_add_func ("/sync-server/sales/sums", test_sums);
  g_test_add_func ("/sync-server/sales/renewed", test_renewed);
  g_test_add_func ("/sync-server/sales/documents", test_documents);
  g_test_add_func ("/sync-server/sales/strangers", test_strangers);
  g_test_add_func ("/sync-server/sales/activities", test_activities);
  return g_test_run ();
}
