/* The table of actions and their plans.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/actions.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/metadata/suggest.h"
#include "protocol/rules/validate.h"

/* What a plan works with. */
typedef struct {
  SatchelRegistry *registry;
  const SatchelChange *change;
  const SatchelPredicateContext *context;
  const SatchelRecordSource *source;
  SatchelRecord *record; /* the one that the change names, as it stands */
  GPtrArray *effects;    /* SatchelEffect* */
} Plan;

void
satchel_effect_free (SatchelEffect *effect)
{
  g_clear_pointer (&effect->before, satchel_record_free);
  satchel_record_free (effect->after);
  g_free (effect);
}

/* Takes both records. */
static void
add_effect (Plan *plan, SatchelRecord *before, SatchelRecord *after)
{
  SatchelEffect *effect = g_new (SatchelEffect, 1);
  effect->before = before;
  effect->after = after;
  satchel_rules_compute (after);
  g_ptr_array_add (plan->effects, effect);
}

/* A copy of what the source knows, or NULL. */
static SatchelRecord *
dup_found (const Plan *plan, const char *entity, const char *id)
{
  const SatchelRecord *found =
      plan->source->find ? plan->source->find (entity, id, plan->source->data) : NULL;
  return found ? satchel_record_copy (found) : NULL;
}

/* The argument as a value of @field, which says what it may be; *value NULL when it is not given. */
static gboolean
get_argument (const Plan *plan, const char *name, const SatchelField *field, SatchelValue **value,
              GError **error)
{
  const SatchelEdit *edit = satchel_change_find_edit (plan->change, name);
  *value = NULL;
  return !edit || satchel_value_from_wire (field, edit->value, value, error);
}

static gboolean
set_state (SatchelRecord *record, const char *state, const char *action, GError **error)
{
  g_autoptr (SatchelRecord) before = satchel_record_copy (record);
  g_autoptr (SatchelValue) value = satchel_value_new_string (state);
  const SatchelField *field = record->entity->state_field;
  const SatchelValue *current = satchel_record_get (record, field);
  if (current && satchel_value_equal (current, value)) {
    const SatchelChoice *choice = satchel_field_find_choice (field, state);
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, "“%s” is “%s” already", field->label,
                 choice->label);
    return FALSE;
  }
  satchel_record_set (record, field, value);
  return satchel_rules_validate_state (record, before, action, error);
}

/* ---- assign ---- */

typedef struct {
  GPtrArray *children;       /* SatchelRecord* */
  const SatchelValue *owner; /* NULL: of whatever owner */
} Children;

static gboolean
take_child (const SatchelRecord *record, gpointer data)
{
  Children *children = data;
  const SatchelValue *owner = satchel_record_get (record, satchel_entity_owner_field (record->entity));
  if (!children->owner || satchel_value_equal (owner, children->owner))
    g_ptr_array_add (children->children, satchel_record_copy (record));
  return FALSE;
}

/* Hands @record to @owner, and what follows it. @seen holds the ids of all that changed hands. */
static void
hand_over (Plan *plan, const SatchelRecord *record, const SatchelValue *owner, GHashTable *seen)
{
  const SatchelField *field = satchel_entity_owner_field (record->entity);
  if (satchel_value_equal (satchel_record_get (record, field), owner) ||
      !g_hash_table_add (seen, g_strdup (record->id)))
    return;
  SatchelRecord *after = satchel_record_copy (record);
  satchel_record_set (after, field, owner);
  add_effect (plan, satchel_record_copy (record), after);

  guint n_references;
  const SatchelReference *references =
      satchel_registry_get_references (plan->registry, record->entity, &n_references);
  for (guint i = 0; i < n_references && plan->source->each; i++) {
    SatchelCascade cascade = references[i].field->on_assign;
    if (cascade == SATCHEL_CASCADE_NONE || !satchel_entity_owner_field (references[i].entity))
      continue;
    /* First all of them, for a source may lend a record only until it is asked again. */
    g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
    Children taking = { .children = children,
                        .owner =
                            cascade == SATCHEL_CASCADE_OWNED ? satchel_record_get (record, field) : NULL };
    plan->source->each (&references[i], record->id, take_child, &taking, plan->source->data);
    for (guint j = 0; j < children->len; j++)
      hand_over (plan, g_ptr_array_index (children, j), owner, seen);
  }
}

static gboolean
plan_assign (Plan *plan, GError **error)
{
  const SatchelField *field = satchel_entity_owner_field (plan->record->entity);
  g_autoptr (SatchelValue) owner = NULL;
  if (!get_argument (plan, "owner", field, &owner, error))
    return FALSE;
  g_autoptr (SatchelRecord) user =
      dup_found (plan, satchel_value_get_entity (owner), satchel_value_get_id (owner));
  if (!user) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_REFERENCE, "the new owner is not there");
    return FALSE;
  }
  const SatchelField *active = satchel_entity_find_field (user->entity, "active");
  const SatchelValue *is_active = active ? satchel_record_get (user, active) : NULL;
  if (is_active && !satchel_value_get_boolean (is_active)) {
    g_autofree char *name = satchel_record_dup_title (user);
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, "%s is not active any more and cannot own records",
                 name);
    return FALSE;
  }
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  hand_over (plan, plan->record, owner, seen);
  return TRUE;
}

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
prepare_product (const Plan *plan, const char *argument, const char *link, const Mapping *mapping,
                 Product *product, GError **error)
{
  const SatchelRecord *lead = plan->record;
  const SatchelField *field = satchel_entity_find_field (lead->entity, link);
  if (!get_argument (plan, argument, field, &product->lookup, error))
    return FALSE;
  if (!product->lookup)
    return TRUE;
  const char *id = satchel_value_get_id (product->lookup);
  product->record = dup_found (plan, argument, id);
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
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, "“%s” of the lead is needed to make %s",
               field->label, what);
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
write_product (Plan *plan, Product *product)
{
  if (product->created)
    add_effect (plan, NULL, g_steal_pointer (&product->record));
}

static gboolean
plan_qualify (Plan *plan, GError **error)
{
  g_auto (Product) account = { 0 }, contact = { 0 }, opportunity = { 0 };
  if (!prepare_product (plan, "account", "qualified_account", account_mapping, &account, error) ||
      !prepare_product (plan, "contact", "qualified_contact", contact_mapping, &contact, error) ||
      !prepare_product (plan, "opportunity", "qualified_opportunity", opportunity_mapping, &opportunity,
                        error))
    return FALSE;

  SatchelRecord *lead = plan->record;
  g_autoptr (SatchelRecord) after = satchel_record_copy (lead);
  if (!set_state (after, "qualified", plan->change->action, error) ||
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
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, "an opportunity needs an account");
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
  add_effect (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  return TRUE;
}

const char **
satchel_action_list_new_ids (const SatchelChange *change, const SatchelRecord *record)
{
  GPtrArray *names = g_ptr_array_new ();
  if (g_strcmp0 (change->action, "qualify") == 0 && change->edits->len == 0) {
    if (satchel_record_get_by_name (record, "company")) {
      g_ptr_array_add (names, (gpointer) "account");
      g_ptr_array_add (names, (gpointer) "opportunity");
    }
    if (satchel_record_get_by_name (record, "last_name"))
      g_ptr_array_add (names, (gpointer) "contact");
  }
  g_ptr_array_add (names, NULL);
  return (const char **)g_ptr_array_free (names, FALSE);
}

/* ---- disqualify, reactivate ---- */

static gboolean
plan_disqualify (Plan *plan, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (plan->record->entity, "disqualify_reason");
  g_autoptr (SatchelValue) reason = NULL;
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!get_argument (plan, "reason", field, &reason, error) ||
      !set_state (after, "disqualified", plan->change->action, error))
    return FALSE;
  satchel_record_set (after, field, reason);
  add_effect (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  return TRUE;
}

static gboolean
plan_reactivate (Plan *plan, GError **error)
{
  g_autoptr (SatchelRecord) after = satchel_record_copy (plan->record);
  if (!set_state (after, "open", plan->change->action, error))
    return FALSE;
  satchel_record_set_by_name (after, "disqualify_reason", NULL);
  add_effect (plan, g_steal_pointer (&plan->record), g_steal_pointer (&after));
  return TRUE;
}

/* ---- the table ---- */

typedef struct {
  SatchelAction action;
  gboolean (*plan) (Plan *plan, GError **error);
} Entry;

static const Entry entries[] = {
  { { "assign", N_ ("Assign"), NULL, "owner!", TRUE }, plan_assign },
  { { "qualify", N_ ("Qualify"), "lead", "account contact opportunity", TRUE }, plan_qualify },
  { { "disqualify", N_ ("Disqualify"), "lead", "reason!", TRUE }, plan_disqualify },
  { { "reactivate", N_ ("Reactivate"), "lead", "", TRUE }, plan_reactivate },
  { { "restore", N_ ("Restore"), NULL, "delete", FALSE }, NULL },
  { { "resolve", N_ ("Resolve"), "conflict", "choice! value", FALSE }, NULL },
};

static const SatchelAction *const actions[] = {
  &entries[0].action, &entries[1].action, &entries[2].action,
  &entries[3].action, &entries[4].action, &entries[5].action,
};
G_STATIC_ASSERT (G_N_ELEMENTS (actions) == G_N_ELEMENTS (entries));

static const Entry *
find_entry (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    if (g_str_equal (entries[i].action.name, name))
      return &entries[i];
  }
  return NULL;
}

const SatchelAction *
satchel_action_find (const char *name)
{
  const Entry *entry = find_entry (name);
  return entry ? &entry->action : NULL;
}

const SatchelAction *const *
satchel_action_list (guint *n_actions)
{
  *n_actions = G_N_ELEMENTS (actions);
  return actions;
}

/* ---- checking and planning ---- */

static gboolean
check_arguments (const SatchelAction *action, const SatchelChange *change, GError **error)
{
  g_auto (GStrv) names = g_strsplit (action->argument_names, " ", -1);
  guint n_names = g_strv_length (names);
  for (guint i = 0; i < n_names; i++) {
    gboolean required = g_str_has_suffix (names[i], "!");
    if (required)
      names[i][strlen (names[i]) - 1] = '\0';
    const SatchelEdit *edit = satchel_change_find_edit (change, names[i]);
    if (required && (!edit || !edit->value || JSON_NODE_HOLDS_NULL (edit->value))) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the action “%s” needs the argument “%s”",
                   action->name, names[i]);
      return FALSE;
    }
  }
  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = g_ptr_array_index (change->edits, i);
    if (!g_strv_contains ((const char *const *)names, edit->field)) {
      g_autofree char *hint = satchel_suggest_clause (edit->field, (const char *const *)names, n_names);
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "the action “%s” has no argument “%s”%s",
                   action->name, edit->field, hint);
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
satchel_action_check (SatchelRegistry *registry, const SatchelChange *change, GError **error)
{
  const SatchelEntity *entity = satchel_registry_require (registry, change->entity, error);
  if (!entity)
    return FALSE;
  const char *name = change->action ? change->action : "";
  const SatchelAction *action = satchel_action_find (name);
  if (!action || !satchel_entity_has_action (entity, name)) {
    guint n_names = g_strv_length ((char **)entity->actions);
    g_autofree char *hint = satchel_suggest_clause (name, entity->actions, n_names);
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, "no action “%s” for %s%s", name, entity->name,
                 hint);
    return FALSE;
  }
  return check_arguments (action, change, error);
}

GPtrArray *
satchel_action_plan (SatchelRegistry *registry, const SatchelChange *change,
                     const SatchelPredicateContext *context, const SatchelRecordSource *source,
                     GError **error)
{
  if (!satchel_action_check (registry, change, error))
    return NULL;
  const Entry *entry = find_entry (change->action);
  if (!entry->plan) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "only the server knows what “%s” does",
                 change->action);
    return NULL;
  }
  g_autoptr (GPtrArray) effects = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_effect_free);
  Plan plan = {
    .registry = registry, .change = change, .context = context, .source = source, .effects = effects
  };
  plan.record = dup_found (&plan, change->entity, change->record);
  if (!plan.record) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such %s", change->entity);
    return NULL;
  }
  gboolean planned = entry->plan (&plan, error);
  g_clear_pointer (&plan.record, satchel_record_free);
  return planned ? g_steal_pointer (&effects) : NULL;
}
