/* Leads: qualified into account, contact and opportunity; disqualified; reactivated.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "protocol/rules/plan.h"

#include "protocol/error.h"
#include "protocol/rules/validate.h"

/* ---- qualify ---- */

typedef struct {
  const char *from; /* field of the lead */
  const char *to;
} Mapping;

static const Mapping account_mapping[] = { { "company", "name" },
                                           { "phone", "phone" },
                                           { "website", "website" },
                                           { "city", "city" },
                                           { "country", "country" },
                                           { "owner", "owner" },
                                           { NULL } };
static const Mapping contact_mapping[] = { { "first_name", "first_name" },
                                           { "last_name", "last_name" },
                                           { "title", "job_title" },
                                           { "email", "email" },
                                           { "phone", "phone" },
                                           { "mobile", "mobile" },
                                           { "city", "city" },
                                           { "country", "country" },
                                           { "owner", "owner" },
                                           { NULL } };
static const Mapping opportunity_mapping[] = { { "topic", "name" },    { "estimated_value", "amount" },
                                               { "source", "source" }, { "description", "description" },
                                               { "owner", "owner" },   { NULL } };

/* The record that an argument of qualify names, and whether it is made now. */
typedef struct {
  SatchelValue *lookup;  /* NULL: the argument is not given */
  SatchelRecord *record; /* as found, or as it will be created */
  gboolean created;
} Product;

static void
product_clear (Product *product)
{
  g_clear_pointer (&product->lookup, satchel_value_unref);
  g_clear_pointer (&product->record, satchel_record_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Product, product_clear)

static gboolean
prepare_product (const SatchelPlan *plan, const char *argument, const char *link, const Mapping *mapping,
                 Product *product, GError **error)
{
  const SatchelRecord *lead = plan->record;
  const SatchelField *field = satchel_entity_find_field (lead->entity, link);
  if (!satchel_plan_get (plan, argument, field, &product->lookup, error))
    return FALSE;
  if (!product->lookup)
    return TRUE;
  const char *id = satchel_value_get_id (product->lookup);
  product->record = satchel_plan_dup (plan, argument, id);
  if (product->record)
    return TRUE;

  product->created = TRUE;
  product->record = satchel_record_new (satchel_registry_find (plan->registry, argument), id);
  for (; mapping->from; mapping++)
    satchel_record_set_by_name (product->record, mapping->to,
                                satchel_record_get_by_name (lead, mapping->from));
  g_autoptr (SatchelValue) origin = satchel_value_new_lookup (lead->entity->name, lead->id);
  satchel_record_set_by_name (product->record, "origin_lead", origin);
  satchel_rules_apply_defaults (product->record, plan->context->user, plan->context->now_ms);
  return TRUE;
}

static gboolean
need (const SatchelRecord *lead, const char *name, const char *what, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (lead->entity, name);
  if (satchel_record_get (lead, field))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("“%s” of the lead is needed to make %s"),
               _ (field->label), what);
  return FALSE;
}

/* What an earlier qualification made stays linked where this one makes nothing. */
static void
link_product (SatchelRecord *lead, const char *link, const Product *product)
{
  if (product->lookup)
    satchel_record_set_by_name (lead, link, product->lookup);
}

static void
write_product (SatchelPlan *plan, Product *product)
{
  if (product->created)
    satchel_plan_add (plan, NULL, g_steal_pointer (&product->record));
}

gboolean
satchel_plan_qualify (SatchelPlan *plan, GError **error)
{
  g_auto (Product) account = { 0 }, contact = { 0 }, opportunity = { 0 };
  if (!prepare_product (plan, "account", "qualified_account", account_mapping, &account, error) ||
      !prepare_product (plan, "contact", "qualified_contact", contact_mapping, &contact, error) ||
      !prepare_product (plan, "opportunity", "qualified_opportunity", opportunity_mapping, &opportunity,
                        error))
    return FALSE;

  SatchelRecord *lead = plan->record;
  g_autoptr (SatchelRecord) after = satchel_record_copy (lead);
  if (!satchel_plan_set_state (after, "qualified", plan->change->action, error) ||
      (account.created && !need (lead, "company", "an account", error)) ||
      (contact.created && !need (lead, "last_name", "a contact", error)))
    return FALSE;

  if (account.created) {
    g_autoptr (SatchelValue) prospect = satchel_value_new_string ("prospect");
    satchel_record_set_by_name (account.record, "type", prospect);
  }
  if (contact.created)
    satchel_record_set_by_name (contact.record, "account", account.lookup);
  if (opportunity.created) {
    /* A contact that was there before brings its account. */
    const SatchelValue *customer = account.lookup   ? account.lookup
                                   : contact.record ? satchel_record_get_by_name (contact.record, "account")
                                                    : NULL;
    if (!customer) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, _ ("an opportunity needs an account"));
      return FALSE;
    }
    satchel_record_set_by_name (opportunity.record, "account", customer);
    satchel_record_set_by_name (opportunity.record, "contact", contact.lookup);
  }
  link_product (after, "qualified_account", &account);
  link_product (after, "qualified_contact", &contact);
  link_product (after, "qualified_opportunity", &opportunity);

  write_product (plan, &account);
  write_product (plan, &contact);
  write_product (plan, &opportunity);
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  return TRUE;
}

/* ---- disqualify, reactivate ---- */

gboolean
satchel_plan_disqualify (SatchelPlan *plan, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (plan->record->entity, "disqualify_reason");
  g_autoptr (SatchelValue) reason = NULL;
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!satchel_plan_get (plan, "reason", field, &reason, error) ||
      !satchel_plan_set_state (after, "disqualified", plan->change->action, error))
    return FALSE;
  satchel_record_set (after, field, reason);
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  return TRUE;
}

gboolean
satchel_plan_reactivate (SatchelPlan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!satchel_plan_set_state (after, "open", plan->change->action, error))
    return FALSE;
  satchel_record_set_by_name (after, "disqualify_reason", NULL);
  satchel_plan_add (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  return TRUE;
}
