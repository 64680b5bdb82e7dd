/* From the quote to the order to the invoice, with their lines; prices made anew.
 *
 * The ids of heads are made by the client; those of their lines follow from the head and the line that they
 * copy, so that the server's plan makes the same ones.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "protocol/error.h"
#include "protocol/rules/amounts.h"
#include "protocol/rules/plan.h"
#include "protocol/rules/validate.h"

/* A unit price that was the list's becomes the line's own: what was agreed stays, whatever the list says
 * later. */
static void
fix_price (const SatchelRecord *from, SatchelRecord *line)
{
  if (!satchel_record_get_by_name (from, "price"))
    satchel_record_set_by_name (line, "price", satchel_record_get_by_name (from, "list_price"));
}

static void
copy_derived (const SatchelRecord *from, SatchelRecord *line)
{
  static const char *const names[] = { "list_price", "volume_percent", "currency_digits", NULL };
  for (guint i = 0; names[i]; i++)
    satchel_plan_set_value (line, names[i], satchel_record_get_by_name (from, names[i]));
}

/* Copies the lines of @from to @to, which is another head. */
static void
copy_lines (SatchelPlan *plan, const SatchelRecord *from, const SatchelRecord *to)
{
  const char *entity = satchel_amounts_line_entity (to->entity);
  g_autoptr (GPtrArray) lines =
      satchel_plan_list (plan, satchel_amounts_line_entity (from->entity), from->entity->name, from->id);
  for (guint i = 0; i < lines->len; i++) {
    const SatchelRecord *line = g_ptr_array_index (lines, i);
    SatchelRecord *copy = satchel_plan_derive (plan, to, line, entity);
    satchel_plan_copy_fields (line, copy, NULL);
    copy_derived (line, copy);
    fix_price (line, copy);
    satchel_plan_set_lookup (copy, to->entity->name, to);
    satchel_plan_set_value (copy, "owner", satchel_record_get_by_name (to, "owner"));
    satchel_plan_add (plan, NULL, copy);
  }
}

/* A head of @entity with what @from says; its state and dates are its own. */
static SatchelRecord *
copy_head (const SatchelPlan *plan, const SatchelRecord *from, const char *argument, const char *entity,
           GError **error)
{
  static const char *const own[] = { "status",       "closed_on", "close_reason",
                                     "fulfilled_on", "paid_on",   "cancel_reason",
                                     "revises",      "revision",  NULL };
  SatchelRecord *head = satchel_plan_create (plan, argument, entity, error);
  if (!head)
    return NULL;
  satchel_plan_copy_fields (from, head, own);
  satchel_plan_set_lookup (head, from->entity->name, from);
  satchel_rules_apply_defaults (head, plan->context->user, plan->context->now_ms);
  satchel_amounts_renew (plan->registry, head, plan->source);
  return head;
}

/* @after is the record that the action is about, as it will stand; @head and copies of the lines are created
 * behind it. */
static void
finish (SatchelPlan *plan, SatchelRecord *after, SatchelRecord *head)
{
  g_autoptr (SatchelRecord) from = satchel_record_copy (plan->record);
  g_autoptr (SatchelRecord) to = satchel_record_copy (head);
  satchel_plan_add (plan, g_steal_pointer (&plan->record), after);
  satchel_plan_add (plan, NULL, head);
  copy_lines (plan, from, to);
}

gboolean
satchel_plan_win_quote (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!satchel_plan_step (plan, after, "won", error))
    return FALSE;
  satchel_plan_set_now (plan, after, "closed_on");
  SatchelRecord *order = copy_head (plan, plan->record, "order", "order", error);
  if (!order)
    return FALSE;
  finish (plan, g_steal_pointer (&after), order);
  return TRUE;
}

gboolean
satchel_plan_revise_quote (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!satchel_plan_step (plan, after, "revised", error))
    return FALSE;
  SatchelRecord *quote = copy_head (plan, plan->record, "quote", "quote", error);
  if (!quote)
    return FALSE;
  const SatchelValue *revision = satchel_record_get_by_name (plan->record, "revision");
  g_autoptr (SatchelValue) next =
      satchel_value_new_integer (revision ? satchel_value_get_integer (revision) + 1 : 1);
  satchel_record_set_by_name (quote, "revision", next);
  satchel_plan_set_lookup (quote, "revises", plan->record);
  finish (plan, g_steal_pointer (&after), quote);
  return TRUE;
}

gboolean
satchel_plan_close_quote (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!satchel_plan_step (plan, after, "lost", error))
    return FALSE;
  satchel_plan_set_now (plan, after, "closed_on");
  if (!satchel_plan_take (plan, "reason", after, "close_reason", error))
    return FALSE;
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  return TRUE;
}

gboolean
satchel_plan_fulfil_order (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!satchel_plan_step (plan, after, "fulfilled", error))
    return FALSE;
  satchel_plan_set_now (plan, after, "fulfilled_on");
  if (!satchel_plan_take (plan, "fulfilled_on", after, "fulfilled_on", error))
    return FALSE;
  SatchelRecord *invoice = copy_head (plan, plan->record, "invoice", "invoice", error);
  if (!invoice)
    return FALSE;
  if (!satchel_plan_take (plan, "due_on", invoice, "due_on", error)) {
    satchel_record_free (invoice);
    return FALSE;
  }
  finish (plan, g_steal_pointer (&after), invoice);
  return TRUE;
}

gboolean
satchel_plan_pay_invoice (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!satchel_plan_step (plan, after, "paid", error))
    return FALSE;
  satchel_plan_set_now (plan, after, "paid_on");
  if (!satchel_plan_take (plan, "paid_on", after, "paid_on", error))
    return FALSE;
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  return TRUE;
}

/* ---- recalculating ---- */

static gboolean
check_unclosed (const SatchelRecord *record, GError **error)
{
  const SatchelField *field = record->entity->state_field;
  const SatchelValue *state = field ? satchel_record_get (record, field) : NULL;
  if (!state || !satchel_entity_is_closed_state (record->entity, satchel_value_get_string (state)))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("“%s” is “%s”: its prices stand"),
               _ (field->label), satchel_field_get_label_of (field, satchel_value_get_string (state)));
  return FALSE;
}

/* Today's list prices, volume discounts and rate. The sums follow from the lines (rules/amounts.h). */
gboolean
satchel_plan_recalculate (SatchelPlan *plan, GError **error)
{
  const SatchelRecord *record = plan->record;
  if (!check_unclosed (record, error))
    return FALSE;
  g_autoptr (GPtrArray) lines = satchel_plan_list (plan, satchel_amounts_line_entity (record->entity),
                                                   record->entity->name, record->id);
  SatchelRecord *after = satchel_record_copy (record);
  satchel_amounts_renew (plan->registry, after, plan->source);
  satchel_plan_add (plan, g_steal_pointer (&plan->record), after);
  while (lines->len > 0) {
    SatchelRecord *line = g_ptr_array_steal_index (lines, 0);
    SatchelRecord *renewed = satchel_record_copy (line);
    satchel_amounts_renew (plan->registry, renewed, plan->source);
    satchel_plan_add (plan, line, renewed);
  }
  return TRUE;
}
