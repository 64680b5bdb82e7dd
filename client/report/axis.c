/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/report/axis.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

/* ---- what is added up ---- */

gboolean
satchel_tally_add (SatchelTally *tally, const SatchelAggregateRow *row, GError **error)
{
  tally->n_records += row->n_records;
  tally->n_values += row->n_values;
  tally->n_hits += row->n_hits;
  return satchel_decimal_add (tally->sum, row->sum, &tally->sum, error);
}

/* @part of @whole to @scale digits; nothing of nothing is nothing. */
static SatchelDecimal
divide (SatchelDecimal part, gint64 whole, guint scale)
{
  const SatchelDecimal divisor = { whole, 0 };
  SatchelDecimal result = { 0, 0 };

  if (whole == 0 || !satchel_decimal_divide (part, divisor, scale, SATCHEL_ROUND_HALF_UP, &result, NULL))
    return (SatchelDecimal){ 0, 0 };
  return result;
}

SatchelDecimal
satchel_tally_value (const SatchelTally *tally, const SatchelChart *chart)
{
  switch (chart->measure) {
  case SATCHEL_MEASURE_COUNT:
    return (SatchelDecimal){ tally->n_records, 0 };
  case SATCHEL_MEASURE_SUM:
    return tally->sum;
  case SATCHEL_MEASURE_AVERAGE:
    return divide (tally->sum, tally->n_values, tally->sum.scale);
  case SATCHEL_MEASURE_SHARE:
    return divide ((SatchelDecimal){ tally->n_hits * 100, 0 }, tally->n_records, 1);
  }
  g_assert_not_reached ();
}

/* ---- months ---- */

static gboolean
is_by_month (const SatchelField *field)
{
  return field->type == SATCHEL_TYPE_DATE || field->type == SATCHEL_TYPE_DATETIME;
}

/* "2026-03-01" for "2026-02-01" and 1 month. */
static char *
shift_month (const char *first, int n_months)
{
  int year = 0, month = 0;

  if (sscanf (first, "%4d-%2d", &year, &month) != 2)
    return g_strdup (first);
  month += year * 12 - 1 + n_months;
  return g_strdup_printf ("%04d-%02d-01", month / 12, month % 12 + 1);
}

static char *
label_month (const char *first)
{
  g_autoptr (GDateTime) day = NULL;
  int year = 0, month = 0;

  if (sscanf (first, "%4d-%2d", &year, &month) == 2)
    day = g_date_time_new_utc (year, month, 1, 0, 0, 0);
  /* Translators: a month of a chart, as strftime() writes it. */
  return day != NULL ? g_date_time_format (day, _ ("%b %Y")) : g_strdup (first);
}

/* ---- conditions ---- */

static char *
quote (const char *text)
{
  GString *quoted = g_string_new ("\"");

  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      g_string_append_c (quoted, '\\');
    if (*text == '\n' || *text == '\t')
      g_string_append (quoted, *text == '\n' ? "\\n" : "\\t");
    else
      g_string_append_c (quoted, *text);
  }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

static char *
quote_value (const SatchelField *field, const SatchelValue *value)
{
  g_autofree char *text = satchel_value_to_text (field, value);

  return field->type == SATCHEL_TYPE_BOOLEAN ? g_steal_pointer (&text) : quote (text);
}

static char *
condition_of (const SatchelField *field, const SatchelValue *value)
{
  if (value == NULL)
    return g_strdup_printf ("%s is empty", field->name);
  if (is_by_month (field)) {
    const char *first = satchel_value_get_date (value);
    g_autofree char *next = shift_month (first, 1);

    /* There is no day after the last month of all. */
    if (strlen (next) > strlen (first))
      return g_strdup_printf ("%s >= %s", field->name, first);
    return g_strdup_printf ("%s >= %s and %s < %s", field->name, first, field->name, next);
  }
  g_autofree char *text = quote_value (field, value);

  return g_strdup_printf ("%s = %s", field->name, text);
}

/* Of all that stand not among the first @n_kept. */
static char *
condition_of_rest (const SatchelAxis *axis, guint n_kept)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s is not empty and %s not in (", axis->field->name, axis->field->name);
  for (guint i = 0; i < n_kept; i++) {
    const SatchelAxisItem *item = axis->items->pdata[i];
    g_autofree char *value = quote_value (axis->field, item->value);

    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", value);
  }
  g_string_append_c (text, ')');
  return g_string_free (text, FALSE);
}

/* ---- items ---- */

static void
item_free (SatchelAxisItem *item)
{
  satchel_value_unref (item->value);
  g_free (item->label);
  g_free (item->condition);
  g_free (item);
}

static char *
label_of (SatchelReplica *replica, const SatchelField *field, const SatchelValue *value)
{
  char *name;

  if (value == NULL)
    return g_strdup (_ ("(none)"));
  if (is_by_month (field))
    return label_month (satchel_value_get_date (value));
  switch (satchel_value_get_kind (value)) {
  case SATCHEL_KIND_LOOKUP:
    name = satchel_replica_dup_name (satchel_value_get_entity (value), satchel_value_get_id (value), replica);
    return name != NULL ? name : g_strdup ("…");
  case SATCHEL_KIND_BOOLEAN:
    return g_strdup (satchel_value_get_boolean (value) ? _ ("Yes") : _ ("No"));
  default:
    return g_strdelimit (g_strdup (satchel_field_get_label_of (field, satchel_value_get_string (value))),
                         "\n\t", ' ');
  }
}

static char *
key_of (const SatchelAxis *axis, const SatchelValue *value)
{
  if (value != NULL && satchel_value_get_kind (value) == SATCHEL_KIND_DATE)
    return g_strdup (satchel_value_get_date (value));
  return satchel_value_to_text (axis->field, value);
}

/* The item of @value, made where there is none. */
static SatchelAxisItem *
take_item (SatchelAxis *axis, SatchelReplica *replica, const SatchelValue *value)
{
  char *key = key_of (axis, value);
  SatchelAxisItem *item = g_hash_table_lookup (axis->index, key);

  if (item != NULL) {
    g_free (key);
    return item;
  }
  item = g_new0 (SatchelAxisItem, 1);
  item->value = satchel_value_ref (value);
  item->label = label_of (replica, axis->field, value);
  item->condition = condition_of (axis->field, value);
  g_hash_table_insert (axis->index, key, item);
  g_ptr_array_add (axis->items, item);
  return item;
}

/* ---- order ---- */

typedef struct {
  const SatchelAxis *axis;
  const SatchelChart *chart;
  SatchelAxisOrder order;
} Comparison;

static guint
place_of (const SatchelField *field, const SatchelValue *value)
{
  guint i = 0;

  while (i < field->n_choices && !g_str_equal (field->choices[i].key, satchel_value_get_string (value)))
    i++;
  return i;
}

/* What is empty stands last. */
static int
compare_items (gconstpointer a, gconstpointer b, gpointer data)
{
  const SatchelAxisItem *one = *(SatchelAxisItem *const *)a, *other = *(SatchelAxisItem *const *)b;
  const Comparison *by = data;
  const SatchelField *field = by->axis->field;
  int difference;

  if (one->value == NULL || other->value == NULL)
    return (one->value == NULL) - (other->value == NULL);
  if (is_by_month (field))
    return strcmp (satchel_value_get_date (one->value), satchel_value_get_date (other->value));
  if (by->order != SATCHEL_AXIS_BY_SIZE && field->type == SATCHEL_TYPE_CHOICE) {
    const guint place = place_of (field, one->value), other_place = place_of (field, other->value);

    return (place > other_place) - (place < other_place);
  }
  difference = satchel_decimal_compare (satchel_tally_value (&other->tally, by->chart),
                                        satchel_tally_value (&one->tally, by->chart));
  return difference != 0 ? difference : g_utf8_collate (one->label, other->label);
}

/* Months without records before the last one are there, too: one sees that nothing was. */
static void
fill_months (SatchelAxis *axis, SatchelReplica *replica, guint most)
{
  const char *first = NULL;
  g_autofree char *last = NULL;

  for (guint i = 0; i < axis->items->len; i++) {
    const SatchelAxisItem *item = axis->items->pdata[i];
    const char *month = item->value != NULL ? satchel_value_get_date (item->value) : NULL;

    if (month != NULL && (last == NULL || strcmp (month, last) > 0)) {
      g_free (last);
      last = g_strdup (month);
    }
    if (month != NULL && (first == NULL || strcmp (month, first) < 0))
      first = month;
  }
  for (guint i = 0; i < most && first != NULL && strcmp (first, last) < 0; i++) {
    char *before = shift_month (last, -1);
    g_autoptr (SatchelValue) value = satchel_value_new_date (before);

    take_item (axis, replica, value);
    g_free (last);
    last = before;
  }
}

static void
fill_stages (SatchelAxis *axis, SatchelReplica *replica, const SatchelEntity *entity)
{
  const SatchelProcess *process = NULL;

  for (guint i = 0; i < entity->n_processes; i++)
    if (g_str_equal (entity->processes[i]->field, axis->field->name))
      process = entity->processes[i];
  for (guint i = 0; i < (process != NULL ? process->n_stages : axis->field->n_choices); i++) {
    g_autoptr (SatchelValue) value =
        satchel_value_new_string (process != NULL ? process->stages[i].key : axis->field->choices[i].key);

    take_item (axis, replica, value);
  }
}

/* ---- the rest ---- */

static guint
count_filled (const SatchelAxis *axis)
{
  guint n = 0;

  for (guint i = 0; i < axis->items->len; i++)
    n += ((SatchelAxisItem *)axis->items->pdata[i])->value != NULL;
  return n;
}

/* Makes one item of those from @start on, @n of them. */
static void
put_together (SatchelAxis *axis, guint start, guint n, const char *label, char *condition)
{
  SatchelAxisItem *rest = g_new0 (SatchelAxisItem, 1);
  GHashTableIter iter;
  gpointer item;

  rest->is_rest = TRUE;
  rest->label = g_strdup (label);
  rest->condition = condition;
  g_hash_table_iter_init (&iter, axis->index);
  while (g_hash_table_iter_next (&iter, NULL, &item)) {
    guint position;

    if (g_ptr_array_find (axis->items, item, &position) && position >= start && position < start + n)
      g_hash_table_iter_replace (&iter, rest);
  }
  g_ptr_array_remove_range (axis->items, start, n);
  g_ptr_array_insert (axis->items, (int)start, rest);
}

static void
limit (SatchelAxis *axis, guint most)
{
  const guint n_filled = count_filled (axis), n_surplus = n_filled > most ? n_filled - most + 1 : 0;

  if (n_surplus == 0)
    return;
  if (is_by_month (axis->field)) {
    const SatchelAxisItem *first = axis->items->pdata[n_surplus];

    put_together (axis, 0, n_surplus, _ ("Earlier"),
                  g_strdup_printf ("%s < %s", axis->field->name, satchel_value_get_date (first->value)));
  } else {
    const guint n_kept = n_filled - n_surplus;

    put_together (axis, n_kept, n_surplus, _ ("Others"), condition_of_rest (axis, n_kept));
  }
}

SatchelAxis *
satchel_axis_new (SatchelReplica *replica, const SatchelChart *chart, const SatchelEntity *entity,
                  gboolean series, GPtrArray *rows, SatchelAxisOrder order, guint most, GError **error)
{
  g_autoptr (SatchelAxis) axis = g_new0 (SatchelAxis, 1);
  Comparison comparison = { axis, chart, order };

  axis->field = satchel_entity_find_field (entity, series ? chart->series : chart->group);
  axis->items = g_ptr_array_new_with_free_func ((GDestroyNotify)item_free);
  axis->index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < rows->len; i++) {
    const SatchelAggregateRow *row = rows->pdata[i];
    SatchelAxisItem *item = take_item (axis, replica, series ? row->series : row->group);

    if (!satchel_tally_add (&item->tally, row, error))
      return NULL;
  }
  if (order == SATCHEL_AXIS_BY_STAGE && rows->len > 0)
    fill_stages (axis, replica, entity);
  if (is_by_month (axis->field))
    fill_months (axis, replica, most);
  g_ptr_array_sort_with_data (axis->items, compare_items, &comparison);
  limit (axis, most);
  return g_steal_pointer (&axis);
}

void
satchel_axis_free (SatchelAxis *axis)
{
  if (axis == NULL)
    return;
  g_clear_pointer (&axis->index, g_hash_table_unref);
  g_clear_pointer (&axis->items, g_ptr_array_unref);
  g_free (axis);
}

guint
satchel_axis_find (const SatchelAxis *axis, const SatchelValue *value)
{
  g_autofree char *key = key_of (axis, value);
  const SatchelAxisItem *item = g_hash_table_lookup (axis->index, key);
  guint position = 0;

  g_ptr_array_find (axis->items, item, &position);
  return position;
}
