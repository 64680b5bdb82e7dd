/* From records to prices and back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/amounts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/rules/pricing.h"
#include "protocol/rules/validate.h"

/* Which entity's records are lines of which. */
static const struct {
  const char *line;
  const char *head; /* also the name of the line's lookup */
} families[] = {
  { "quote_line", "quote" },
  { "order_line", "order" },
  { "invoice_line", "invoice" },
  { "opportunity_line", "opportunity" },
};

/* ---- values ---- */

static const SatchelValue *
get (const SatchelRecord *record, const char *name)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  return field ? satchel_record_get (record, field) : NULL;
}

static SatchelDecimal
get_number (const SatchelRecord *record, const char *name)
{
  const SatchelValue *value = get (record, name);
  return value ? satchel_value_get_decimal (value) : (SatchelDecimal){ 0, 0 };
}

static guint
get_digits (const SatchelRecord *record)
{
  const SatchelValue *value = get (record, "currency_digits");
  gint64 digits = value ? satchel_value_get_integer (value) : SATCHEL_PRICING_DIGITS;
  return (guint)CLAMP (digits, 0, SATCHEL_PRICING_MOST_DIGITS);
}

static void
set (SatchelRecord *record, const char *name, const SatchelValue *value)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  if (field)
    satchel_record_set (record, field, value);
}

static const char *
get_id (const SatchelRecord *record, const char *name)
{
  const SatchelValue *value = get (record, name);
  return value ? satchel_value_get_id (value) : NULL;
}

/* At the field's scale; NULL where it has no room, which makes a required computed field empty and the record
 * refused. */
static SatchelValue *
keep (const SatchelField *field, SatchelDecimal number)
{
  SatchelDecimal scaled;
  g_autoptr (SatchelValue) value = NULL;
  if (!satchel_decimal_rescale (number, field->scale, &scaled, NULL))
    return NULL;
  value = satchel_value_new_decimal (scaled);
  return satchel_value_check (field, value, NULL) ? g_steal_pointer (&value) : NULL;
}

static gboolean
set_number (SatchelRecord *record, const char *name, SatchelDecimal number)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  g_autoptr (SatchelValue) value = field ? keep (field, number) : NULL;
  if (field)
    satchel_record_set (record, field, value);
  return !field || value;
}

/* ---- computed ---- */

static gboolean
price_line (const SatchelRecord *record, SatchelPricedLine *priced)
{
  const SatchelPricingLine line = {
    .quantity = get_number (record, "quantity"),
    .unit_price = get_number (record, get (record, "price") ? "price" : "list_price"),
    .volume_percent = get_number (record, "volume_percent"),
    .discount_percent = get_number (record, "discount_percent"),
    .discount_amount = get_number (record, "discount_amount"),
    .tax_percent = get_number (record, "tax_percent"),
    .digits = get_digits (record),
  };
  return satchel_pricing_line (&line, priced, NULL);
}

static SatchelDecimal
get_rate (const SatchelRecord *record)
{
  return get (record, "exchange_rate") ? get_number (record, "exchange_rate") : (SatchelDecimal){ 1, 0 };
}

static gboolean
price_head (const SatchelRecord *record, SatchelPricedHead *priced)
{
  const SatchelPricingHead head = {
    .lines_base = get_number (record, "lines_amount"),
    .lines_discount = get_number (record, "lines_discount"),
    .lines_tax = get_number (record, "tax"),
    .discount_percent = get_number (record, "discount_percent"),
    .discount_amount = get_number (record, "discount_amount"),
    .freight = get_number (record, "freight"),
    .rate = get_rate (record),
    .digits = get_digits (record),
  };
  return satchel_pricing_head (&head, priced, NULL);
}

#define LINE_FUNCTION(name, member)                                                                          \
  SatchelValue *satchel_amounts_##name (const SatchelRecord *record, const SatchelField *field)              \
  {                                                                                                          \
    SatchelPricedLine priced;                                                                                \
    return price_line (record, &priced) ? keep (field, priced.member) : NULL;                                \
  }
#define HEAD_FUNCTION(name, member)                                                                          \
  SatchelValue *satchel_amounts_##name (const SatchelRecord *record, const SatchelField *field)              \
  {                                                                                                          \
    SatchelPricedHead priced;                                                                                \
    return price_head (record, &priced) ? keep (field, priced.member) : NULL;                                \
  }

LINE_FUNCTION (line_base, base)
LINE_FUNCTION (line_discount, discount)
LINE_FUNCTION (line_amount, amount)
LINE_FUNCTION (line_tax, tax)
LINE_FUNCTION (line_total, total)
HEAD_FUNCTION (subtotal, subtotal)
HEAD_FUNCTION (head_discount, discount)
HEAD_FUNCTION (head_total, total)
HEAD_FUNCTION (base_total, base_total)

/* Of an opportunity, whose amount is entered; empty with it. */
SatchelValue *
satchel_amounts_base_amount (const SatchelRecord *record, const SatchelField *field)
{
  SatchelDecimal result;
  if (!get (record, "amount") ||
      !satchel_pricing_convert (get_number (record, "amount"), get_rate (record), &result, NULL))
    return NULL;
  return keep (field, result);
}

/* ---- heads and lines ---- */

const SatchelField *
satchel_amounts_head_field (const SatchelEntity *entity)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    if (g_str_equal (families[i].line, entity->name))
      return satchel_entity_find_field (entity, families[i].head);
  }
  return NULL;
}

const char *
satchel_amounts_line_entity (const SatchelEntity *entity)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    if (g_str_equal (families[i].head, entity->name))
      return families[i].line;
  }
  return NULL;
}

/* Owned, or NULL. */
static SatchelRecord *
dup_found (const SatchelRecordSource *source, const SatchelValue *lookup)
{
  const SatchelRecord *found =
      lookup && source->find
          ? source->find (satchel_value_get_entity (lookup), satchel_value_get_id (lookup), source->data)
          : NULL;
  return found ? satchel_record_copy (found) : NULL;
}

static SatchelRecord *
dup_head (const SatchelRecord *record, const SatchelRecordSource *source)
{
  const SatchelField *field = satchel_amounts_head_field (record->entity);
  return field ? dup_found (source, satchel_record_get (record, field)) : NULL;
}

gboolean
satchel_amounts_check_open (const SatchelRecord *record, const SatchelRecordSource *source, GError **error)
{
  g_autoptr (SatchelRecord) head = dup_head (record, source);
  const SatchelField *field = head ? head->entity->state_field : NULL;
  const SatchelValue *state = field ? satchel_record_get (head, field) : NULL;
  if (!state || !satchel_entity_is_closed_state (head->entity, satchel_value_get_string (state)))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
               _ ("“%s” of the %s is “%s”: its lines cannot be changed any more"), _ (field->label),
               _ (head->entity->label), satchel_field_get_label_of (field, satchel_value_get_string (state)));
  return FALSE;
}

/* ---- derived: heads ---- */

/* Without a currency it is the organisation's own. */
static void
derive_currency (SatchelRecord *record, const SatchelRecordSource *source)
{
  g_autoptr (SatchelRecord) currency = dup_found (source, get (record, "currency"));
  set (record, "exchange_rate", currency ? get (currency, "rate") : NULL);
  set (record, "currency_digits", currency ? get (currency, "digits") : NULL);
}

static gboolean
changed (const SatchelRecord *before, const SatchelRecord *after, const char *const *names)
{
  for (guint i = 0; names[i]; i++) {
    if (!satchel_value_equal (get (before, names[i]), get (after, names[i])))
      return TRUE;
  }
  return FALSE;
}

/* ---- derived: lines ---- */

/* The item of the head's price list: that of the line's unit before one without a unit. */
static SatchelRecord *
find_item (SatchelRegistry *registry, const SatchelRecord *line, const SatchelRecord *head,
           const SatchelRecordSource *source)
{
  const char *product = get_id (line, "product"), *list = get_id (head, "price_list");
  const char *measure = get_id (line, "measure");
  SatchelRecord *best = NULL;
  if (!product || !list)
    return NULL;
  g_autoptr (GPtrArray) items =
      satchel_record_source_list (source, registry, "price_list_item", "product", product);
  for (guint i = 0; i < items->len; i++) {
    SatchelRecord *item = g_ptr_array_index (items, i);
    const char *item_measure = get_id (item, "measure");
    if (g_strcmp0 (get_id (item, "price_list"), list) != 0 ||
        (item_measure && g_strcmp0 (item_measure, measure) != 0))
      continue;
    if (!best || (item_measure && !get_id (best, "measure")))
      best = item;
  }
  return best ? satchel_record_copy (best) : NULL;
}

/* The percent of the highest step that @quantity reaches; of a return, as of what was bought. */
static void
derive_volume (SatchelRegistry *registry, SatchelRecord *line, const SatchelRecord *item,
               const SatchelRecordSource *source)
{
  const char *list = item ? get_id (item, "discount_list") : NULL;
  const SatchelRecord *best = NULL;
  SatchelDecimal quantity = get_number (line, "quantity");
  if (quantity.coefficient < 0)
    quantity.coefficient = -quantity.coefficient;
  g_autoptr (GPtrArray) tiers =
      list ? satchel_record_source_list (source, registry, "discount_tier", "discount_list", list)
           : g_ptr_array_new ();
  for (guint i = 0; i < tiers->len; i++) {
    const SatchelRecord *tier = g_ptr_array_index (tiers, i);
    SatchelDecimal from = get_number (tier, "from_quantity");
    if (satchel_decimal_compare (from, quantity) <= 0 &&
        (!best || satchel_decimal_compare (from, get_number (best, "from_quantity")) > 0))
      best = tier;
  }
  set (line, "volume_percent", best ? get (best, "percent") : NULL);
}

/* Without a price list a product costs what it says itself, in the organisation's own currency. */
static const SatchelValue *
list_price_of (const SatchelRecord *item, const SatchelRecord *product, const SatchelRecord *head)
{
  if (item)
    return get (item, "price");
  return product && !get_id (head, "price_list") && !get_id (head, "currency") ? get (product, "price")
                                                                               : NULL;
}

static void
derive_price (SatchelRegistry *registry, SatchelRecord *line, const SatchelRecord *head,
              const SatchelRecordSource *source)
{
  g_autoptr (SatchelRecord) item = find_item (registry, line, head, source);
  g_autoptr (SatchelRecord) product = dup_found (source, get (line, "product"));
  const SatchelValue *price = list_price_of (item, product, head);
  set (line, "list_price", NULL);
  if (price)
    set_number (line, "list_price", satchel_value_get_decimal (price));
  derive_volume (registry, line, item, source);
}

static void
derive_line (SatchelRegistry *registry, SatchelRecord *line, const SatchelRecord *head,
             const SatchelRecordSource *source)
{
  set (line, "currency_digits", get (head, "currency_digits"));
  derive_price (registry, line, head, source);
}

/* What a new line takes over from its head and its product. */
static void
begin_line (SatchelRecord *line, const SatchelRecord *head, const SatchelRecordSource *source)
{
  g_autoptr (SatchelRecord) product = dup_found (source, get (line, "product"));
  set (line, "owner", get (head, "owner"));
  if (!get (line, "name") && product)
    set (line, "name", get (product, "name"));
}

void
satchel_amounts_derive (SatchelRegistry *registry, SatchelRecord *record, const SatchelRecord *before,
                        const SatchelRecordSource *source)
{
  static const char *const of_line[] = { "product", "measure", "quantity",    "quote",
                                         "order",   "invoice", "opportunity", NULL };
  static const char *const of_head[] = { "currency", NULL };
  gboolean is_line = satchel_amounts_head_field (record->entity) != NULL;
  if (!is_line && !satchel_entity_find_field (record->entity, "exchange_rate"))
    return;
  if (before && !changed (before, record, is_line ? of_line : of_head))
    return;
  if (!is_line) {
    derive_currency (record, source);
    return;
  }
  g_autoptr (SatchelRecord) head = dup_head (record, source);
  if (!head)
    return;
  if (!before)
    begin_line (record, head, source);
  derive_line (registry, record, head, source);
}

void
satchel_amounts_renew (SatchelRegistry *registry, SatchelRecord *record, const SatchelRecordSource *source)
{
  g_autoptr (SatchelRecord) head = dup_head (record, source);
  if (head)
    derive_line (registry, record, head, source);
  else if (satchel_entity_find_field (record->entity, "exchange_rate"))
    derive_currency (record, source);
}

/* ---- sums ---- */

static guint
add_head (const SatchelRecord *record, SatchelHead heads[2], guint n)
{
  const SatchelField *field = record ? satchel_amounts_head_field (record->entity) : NULL;
  const SatchelValue *value = field ? satchel_record_get (record, field) : NULL;
  if (!value || (n > 0 && g_str_equal (heads[0].id, satchel_value_get_id (value))))
    return n;
  heads[n] = (SatchelHead){ satchel_value_get_entity (value), satchel_value_get_id (value), FALSE };
  return n + 1;
}

guint
satchel_amounts_list_heads (const SatchelRecord *before, const SatchelRecord *after, SatchelHead heads[2])
{
  static const char *const of_head[] = { "currency", "price_list", NULL };
  guint n = add_head (after, heads, add_head (before, heads, 0));
  if (n > 0 || !before || !after || !satchel_amounts_line_entity (after->entity) ||
      !changed (before, after, of_head))
    return n;
  heads[0] = (SatchelHead){ after->entity->name, after->id, TRUE };
  return 1;
}

static gboolean
add_number (SatchelDecimal *sum, const SatchelRecord *line, const char *name, GError **error)
{
  return satchel_decimal_add (*sum, get_number (line, name), sum, error);
}

/* Sets the sums of @head over @lines, and the totals with them. */
static gboolean
sum_up (SatchelRecord *head, GPtrArray *lines, GError **error)
{
  SatchelDecimal base = { 0, 0 }, discount = { 0, 0 }, tax = { 0, 0 }, amount = { 0, 0 };
  gboolean fits = TRUE;
  for (guint i = 0; i < lines->len && fits; i++) {
    const SatchelRecord *line = g_ptr_array_index (lines, i);
    fits = add_number (&base, line, "base_amount", NULL) && add_number (&discount, line, "discount", NULL) &&
           add_number (&tax, line, "tax", NULL) && add_number (&amount, line, "amount", NULL);
  }
  fits = fits && set_number (head, "lines_amount", base) && set_number (head, "lines_discount", discount) &&
         set_number (head, "tax", tax) && set_number (head, "products_amount", amount);
  if (!fits) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("the sums of the %s are too large"),
                 head->entity->name);
    return FALSE;
  }
  satchel_rules_compute (head);
  return TRUE;
}

static gboolean
differs (const SatchelRecord *one, const SatchelRecord *other)
{
  for (guint i = 0; i < one->entity->n_fields; i++) {
    if (!satchel_value_equal (one->values[i], other->values[i]))
      return TRUE;
  }
  return FALSE;
}

/* Takes @after. */
static void
add_effect (GPtrArray *effects, const SatchelRecord *before, SatchelRecord *after)
{
  if (!differs (before, after)) {
    satchel_record_free (after);
    return;
  }
  SatchelEffect *effect = g_new (SatchelEffect, 1);
  effect->before = satchel_record_copy (before);
  effect->after = after;
  g_ptr_array_add (effects, effect);
}

/* Prices the lines anew; @lines then holds them as they will stand. */
static void
renew_lines (SatchelRegistry *registry, const SatchelRecord *head, GPtrArray *lines,
             const SatchelRecordSource *source, GPtrArray *effects)
{
  for (guint i = 0; i < lines->len; i++) {
    SatchelRecord *line = g_ptr_array_index (lines, i);
    g_autoptr (SatchelRecord) before = satchel_record_copy (line);
    derive_line (registry, line, head, source);
    satchel_rules_compute (line);
    add_effect (effects, before, satchel_record_copy (line));
  }
}

GPtrArray *
satchel_amounts_follow (SatchelRegistry *registry, const SatchelHead *head, const SatchelRecordSource *source,
                        GError **error)
{
  g_autoptr (GPtrArray) effects = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_effect_free);
  const SatchelRecord *found = source->find (head->entity, head->id, source->data);
  if (!found)
    return g_steal_pointer (&effects);
  g_autoptr (SatchelRecord) before = satchel_record_copy (found);
  g_autoptr (SatchelRecord) after = satchel_record_copy (before);
  g_autoptr (GPtrArray) lines = satchel_record_source_list (
      source, registry, satchel_amounts_line_entity (before->entity), before->entity->name, before->id);
  if (head->renew)
    renew_lines (registry, before, lines, source, effects);
  if (!sum_up (after, lines, error))
    return NULL;
  add_effect (effects, before, g_steal_pointer (&after));
  return g_steal_pointer (&effects);
}
