/* Prices of the demo, and what was sold at them. Figures are computed by the rules that sellers' own quotes
 * follow.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/amounts.h"
#include "protocol/rules/validate.h"
#include "sync-server/admin/demo-world.h"

#define MOST_LINES 4

/* ---- prices ---- */

static gint64
first_day (const SatchelDemoWorld *world)
{
  return world->now_ms - (OLDEST_DAYS + 28) * DAY_MS;
}

static SatchelRecord *
add_shared (SatchelDemoWorld *world, const char *entity, guint rank, guint index)
{
  return satchel_demo_add (world, entity, rank, world->n_owners, first_day (world), index);
}

static void
make_items (SatchelDemoWorld *world, const char *discounts)
{
  for (guint i = 0; i < world->products->len; i++) {
    SatchelRecord *item = add_shared (world, "price_list_item", RANK_PRICE, i);

    satchel_demo_set (item, "name", SATCHEL_DEMO_PRODUCTS[i].name);
    satchel_demo_set_lookup (item, "price_list", "price_list", world->price_list);
    satchel_demo_set_lookup (item, "product", "product", world->products->pdata[i]);
    satchel_demo_set_number (item, "price", SATCHEL_DEMO_PRODUCTS[i].price);
    if (!SATCHEL_DEMO_PRODUCTS[i].machine)
      satchel_demo_set_lookup (item, "discount_list", "discount_list", discounts);
  }
}

void
satchel_demo_make_prices (SatchelDemoWorld *world)
{
  SatchelRecord *currency = add_shared (world, "currency", RANK_PRODUCT, 0);
  SatchelRecord *list = add_shared (world, "price_list", RANK_PRODUCT, 0);
  SatchelRecord *discounts = add_shared (world, "discount_list", RANK_PRODUCT, 0);
  static const guint tiers[][2] = { { 10, 3 }, { 50, 6 } };

  satchel_demo_set (currency, "name", "Euro");
  satchel_demo_set (currency, "code", "EUR");
  satchel_demo_set (currency, "symbol", "€");
  satchel_demo_set (currency, "base", "yes");
  world->currency = currency->id;
  satchel_demo_set (list, "name", "List prices");
  satchel_demo_set_lookup (list, "currency", "currency", currency->id);
  world->price_list = list->id;
  satchel_demo_set (discounts, "name", "Parts by the dozen");
  for (guint i = 0; i < G_N_ELEMENTS (tiers); i++) {
    SatchelRecord *tier = add_shared (world, "discount_tier", RANK_PRICE, i);

    satchel_demo_set_lookup (tier, "discount_list", "discount_list", discounts->id);
    satchel_demo_set_number (tier, "from_quantity", tiers[i][0]);
    satchel_demo_set_number (tier, "percent", tiers[i][1]);
  }
  make_items (world, discounts->id);
}

/* ---- documents ---- */

/* The records of the demo as the rules read them. */
static const SatchelRecord *
find_cb (const char *entity, const char *id, gpointer data)
{
  GPtrArray *records = data;

  for (guint i = 0; i < records->len; i++) {
    const SatchelRecord *record = records->pdata[i];

    if (g_str_equal (record->id, id) && g_str_equal (record->entity->name, entity))
      return record;
  }
  return NULL;
}

static gboolean
each_cb (const SatchelReference *reference, const char *id,
         gboolean (*visit) (const SatchelRecord *record, gpointer visit_data), gpointer visit_data,
         gpointer data)
{
  GPtrArray *records = data;

  for (guint i = 0; i < records->len; i++) {
    const SatchelRecord *record = records->pdata[i];
    const SatchelValue *value =
        record->entity == reference->entity ? satchel_record_get (record, reference->field) : NULL;

    if (value != NULL && g_str_equal (satchel_value_get_id (value), id) && visit (record, visit_data))
      return TRUE;
  }
  return FALSE;
}

/* Prices the lines and sums them up; @records are the document, its lines, and what they are priced by. */
static void
calculate (SatchelDemoWorld *world, SatchelRecord *head, GPtrArray *lines, GPtrArray *known)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  const SatchelRecordSource source = { .find = find_cb, .each = each_cb, .data = records };
  const SatchelHead named = { head->entity->name, head->id, FALSE };
  g_autoptr (GPtrArray) effects = NULL;

  g_ptr_array_extend (records, known, NULL, NULL);
  g_ptr_array_add (records, head);
  g_ptr_array_extend (records, lines, NULL, NULL);
  satchel_rules_apply_defaults (head, NULL, world->now_ms);
  satchel_amounts_derive (world->registry, head, NULL, &source);
  satchel_rules_compute (head);
  for (guint i = 0; i < lines->len; i++) {
    satchel_rules_apply_defaults (lines->pdata[i], NULL, world->now_ms);
    satchel_amounts_derive (world->registry, lines->pdata[i], NULL, &source);
    satchel_rules_compute (lines->pdata[i]);
  }
  effects = satchel_amounts_follow (world->registry, &named, &source, NULL);
  g_assert (effects != NULL && effects->len <= 1); /* the demo's figures have room */
  for (guint i = 0; effects->len > 0 && i < head->entity->n_fields; i++)
    satchel_record_set (head, head->entity->fields[i],
                        ((SatchelEffect *)effects->pdata[0])->after->values[i]);
}

/* What documents are priced by: the demo's currency, lists and products. */
static GPtrArray *
list_prices (SatchelDemoWorld *world)
{
  GPtrArray *known = g_ptr_array_new ();

  for (guint i = 0; i < world->records->len; i++) {
    const SatchelDemoRecord *entry = world->records->pdata[i];

    if (entry->rank <= RANK_PRICE)
      g_ptr_array_add (known, entry->record);
  }
  return known;
}

typedef struct {
  SatchelDemoWorld *world;
  GPtrArray *known;
  guint n_lines; /* of all documents so far */
} Sales;

static GPtrArray *
make_lines (Sales *sales, const SatchelRecord *head, const char *entity, guint owner, gint64 created_at_ms)
{
  SatchelDemoWorld *world = sales->world;
  const guint n = 1 + satchel_chance_skewed (world->random, MOST_LINES);
  GPtrArray *lines = g_ptr_array_new ();

  for (guint i = 0; i < n; i++) {
    const gboolean machine = i == 0 && satchel_chance_percent (world->random, 60);
    const guint product = satchel_demo_pick_product (world, machine);
    SatchelRecord *line = satchel_demo_add (world, entity, RANK_LINE, owner, created_at_ms, sales->n_lines++);

    satchel_demo_set_lookup (line, head->entity->name, head->entity->name, head->id);
    satchel_demo_set_lookup (line, "product", "product", world->products->pdata[product]);
    satchel_demo_set_number (line, "position", i + 1);
    satchel_demo_set_number (line, "quantity", machine ? 1 : 1 + satchel_chance_skewed (world->random, 80));
    satchel_demo_set_number (line, "tax_percent", 19);
    if (satchel_chance_percent (world->random, 25))
      satchel_demo_set_number (line, "discount_percent", satchel_chance_between (world->random, 1, 8));
    g_ptr_array_add (lines, line);
  }
  return lines;
}

/* Kinds of documents, their shares of a hundred, and in which states they are. */
static const struct {
  const char *entity, *line;
  guint share, rank;
  const char *states[4]; /* the last is repeated */
  const char *label;
} KINDS[] = {
  { "quote", "quote_line", 50, RANK_QUOTE, { "draft", "active", "lost", "won" }, "Quote" },
  { "order", "order_line", 28, RANK_ORDER, { "open", "open", "cancelled", "fulfilled" }, "Order" },
  { "invoice", "invoice_line", 22, RANK_ORDER, { "open", "open", "cancelled", "paid" }, "Invoice" },
};

static void
make_document (Sales *sales, guint kind, guint index)
{
  SatchelDemoWorld *world = sales->world;
  SatchelDemoAccount *account = satchel_demo_pick_account (world);
  const gint64 created_at_ms =
      satchel_chance_moment (world->random, account->created_at_ms, world->now_ms - DAY_MS);
  SatchelRecord *head =
      satchel_demo_add (world, KINDS[kind].entity, KINDS[kind].rank, account->owner, created_at_ms, index);
  const guint fate = satchel_chance_below (world->random, 7);
  const char *state = KINDS[kind].states[MIN (fate, 3)];
  g_autofree char *name = g_strdup_printf ("%s %u: %s", KINDS[kind].label, index + 1, account->name);
  g_autofree char *number = g_strdup_printf ("%.1s-D-%06u", KINDS[kind].label, index + 1);
  g_autoptr (GPtrArray) lines = NULL;

  satchel_demo_set (head, "name", name);
  satchel_demo_set (head, "number", number);
  satchel_demo_set (head, "status", state);
  satchel_demo_set_lookup (head, "account", "account", account->id);
  satchel_demo_set_lookup (head, "price_list", "price_list", world->price_list);
  satchel_demo_set_lookup (head, "currency", "currency", world->currency);
  if (kind == 0) {
    satchel_demo_set_date (head, "valid_from", created_at_ms);
    satchel_demo_set_date (head, "valid_until", created_at_ms + 60 * DAY_MS);
  } else {
    satchel_demo_set_date (head, kind == 1 ? "ordered_on" : "invoiced_on", created_at_ms);
    satchel_demo_set_date (head, kind == 1 ? "delivery_on" : "due_on", created_at_ms + 30 * DAY_MS);
  }
  lines = make_lines (sales, head, KINDS[kind].line, account->owner, created_at_ms);
  calculate (world, head, lines, sales->known);
  satchel_demo_add_subject (account, KINDS[kind].entity, head->id, created_at_ms);
}

void
satchel_demo_make_sales (SatchelDemoWorld *world, guint n)
{
  g_autoptr (GPtrArray) known = list_prices (world);
  Sales sales = { world, known, 0 };
  const guint first = world->records->len;
  const guint shares[] = { KINDS[0].share, KINDS[1].share, KINDS[2].share };

  /* A document and its lines: at most MOST_LINES + 2 records. */
  for (guint i = 0; world->records->len - first + MOST_LINES + 2 <= n; i++)
    make_document (&sales, satchel_chance_share (world->random, shares, G_N_ELEMENTS (shares)), i);
}
