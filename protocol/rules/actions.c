/* The table of actions, and what is checked before any of them is planned. The plans stand in actions-*.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/actions.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"
#include "protocol/metadata/suggest.h"
#include "protocol/rules/plan.h"

typedef struct {
  SatchelAction action;
  gboolean (*plan) (SatchelPlan *plan, GError **error);
} Entry;

/* What may be said about an opportunity that is closed. */
#define OUTCOME  "actual_revenue actual_close reason competitor description activity+"
#define REASONED "reason! actual_revenue actual_close competitor description activity+"

/* The first that suits the entity counts. */
static const Entry entries[] = {
  { { "assign", N_ ("Assign"), NULL, "owner!", TRUE }, satchel_plan_assign },
  { { "share", N_ ("Share"), NULL, "with! rights", TRUE }, satchel_plan_share },
  { { "unshare", N_ ("Stop Sharing"), NULL, "with!", TRUE }, satchel_plan_unshare },
  { { "qualify", N_ ("Qualify"), "lead", "account contact opportunity", TRUE }, satchel_plan_qualify },
  { { "disqualify", N_ ("Disqualify"), "lead", "reason!", TRUE }, satchel_plan_disqualify },
  { { "reactivate", N_ ("Reactivate"), "lead", "", TRUE }, satchel_plan_reactivate },
  { { "promote", N_ ("Promote"), "opportunity", "criteria", TRUE }, satchel_plan_promote },
  { { "demote", N_ ("Demote"), "opportunity", "doubt", TRUE }, satchel_plan_demote },
  { { "win", N_ ("Win"), "opportunity", OUTCOME, TRUE }, satchel_plan_close_opportunity },
  { { "lose", N_ ("Lose"), "opportunity", REASONED, TRUE }, satchel_plan_close_opportunity },
  { { "no_deal", N_ ("No Deal"), "opportunity", REASONED, TRUE }, satchel_plan_close_opportunity },
  { { "reopen", N_ ("Reopen"), "opportunity", "stage", TRUE }, satchel_plan_reopen_opportunity },
  { { "resolve", N_ ("Resolve"), "case", "resolution! time_spent satisfaction", TRUE },
    satchel_plan_resolve_case },
  { { "reactivate", N_ ("Reactivate"), "case", "", TRUE }, satchel_plan_reactivate_case },
  { { "revise", N_ ("Revise"), "quote", "quote+", TRUE }, satchel_plan_revise_quote },
  { { "win", N_ ("Win"), "quote", "order+", TRUE }, satchel_plan_win_quote },
  { { "close", N_ ("Close"), "quote", "reason", TRUE }, satchel_plan_close_quote },
  { { "fulfil", N_ ("Fulfil"), "order", "invoice+ fulfilled_on due_on", TRUE }, satchel_plan_fulfil_order },
  { { "pay", N_ ("Pay"), "invoice", "paid_on", TRUE }, satchel_plan_pay_invoice },
  { { "recalculate", N_ ("Recalculate"), "quote order invoice opportunity", "", TRUE },
    satchel_plan_recalculate },
  { { "track", N_ ("Track"), "email", "", TRUE }, satchel_plan_track },
  { { "untrack", N_ ("Stop Tracking"), "email", "", TRUE }, satchel_plan_untrack },
  { { "regard", N_ ("Set Regarding"), "email", "regarding", TRUE }, satchel_plan_regard },
  { { "merge", N_ ("Merge"), NULL, "other! fields", TRUE }, satchel_plan_merge },
  { { "complete", N_ ("Complete"), NULL, "feedback completed_at", TRUE }, satchel_plan_complete },
  { { "cancel", N_ ("Cancel"), NULL, "reason", TRUE }, satchel_plan_cancel },
  { { "reopen", N_ ("Reopen"), NULL, "", TRUE }, satchel_plan_reopen },
  { { "activate", N_ ("Activate"), NULL, "", TRUE }, satchel_plan_activate },
  { { "restore", N_ ("Restore"), NULL, "delete", FALSE }, NULL },
  { { "resolve", N_ ("Resolve"), "conflict", "choice! value", FALSE }, NULL },
};

/* ---- finding ---- */

/* A word of the entry's list of entities; without a list it suits all, what is about owners those that users
 * own. */
static gboolean
suits (const SatchelAction *action, const SatchelEntity *entity)
{
  static const char *const of_owners[] = { "assign", "share", "unshare", NULL };
  if (!action->entities)
    return !g_strv_contains (of_owners, action->name) || entity->ownership == SATCHEL_OWNERSHIP_USER;
  g_auto (GStrv) names = g_strsplit (action->entities, " ", -1);
  return g_strv_contains ((const char *const *)names, entity->name);
}

static const Entry *
find_entry (const char *name, const SatchelEntity *entity)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    if (g_str_equal (entries[i].action.name, name) && (!entity || suits (&entries[i].action, entity)))
      return &entries[i];
  }
  return NULL;
}

const SatchelAction *
satchel_action_find (const char *name, const SatchelEntity *entity)
{
  const Entry *entry = find_entry (name, entity);
  return entry ? &entry->action : NULL;
}

const SatchelAction *
satchel_action_get (guint index)
{
  return index < G_N_ELEMENTS (entries) ? &entries[index].action : NULL;
}

/* Words of the action's list of arguments with a mark behind them; interned, for they are few. */
static void
add_marked (GPtrArray *names, const SatchelAction *action, const SatchelChange *change, char mark)
{
  g_auto (GStrv) words = g_strsplit (action->argument_names, " ", -1);
  for (guint i = 0; words[i]; i++) {
    gsize length = strlen (words[i]);
    if (length < 2 || words[i][length - 1] != mark)
      continue;
    words[i][length - 1] = '\0';
    if (!satchel_change_find_edit (change, words[i]))
      g_ptr_array_add (names, (gpointer)g_intern_string (words[i]));
  }
}

const char **
satchel_action_list_new_ids (const SatchelChange *change, const SatchelRecord *record)
{
  GPtrArray *names = g_ptr_array_new ();
  const SatchelAction *action = change->action ? satchel_action_find (change->action, record->entity) : NULL;
  if (action)
    add_marked (names, action, change, '+');
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

/* ---- checking and planning ---- */

/* Nothing, and an empty text, say nothing. */
static gboolean
is_said (const SatchelEdit *edit)
{
  if (!edit || !edit->value || JSON_NODE_HOLDS_NULL (edit->value))
    return FALSE;
  return !JSON_NODE_HOLDS_VALUE (edit->value) || json_node_get_value_type (edit->value) != G_TYPE_STRING ||
         *json_node_get_string (edit->value);
}

static gboolean
check_arguments (const SatchelAction *action, const SatchelChange *change, GError **error)
{
  g_auto (GStrv) names = g_strsplit (action->argument_names, " ", -1);
  guint n_names = g_strv_length (names);
  for (guint i = 0; i < n_names; i++) {
    gboolean required = g_str_has_suffix (names[i], "!");
    if (required || g_str_has_suffix (names[i], "+"))
      names[i][strlen (names[i]) - 1] = '\0';
    if (required && !is_said (satchel_change_find_edit (change, names[i]))) {
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
  const SatchelAction *action = satchel_action_find (name, entity);
  if (!action || !satchel_entity_has_action (entity, name)) {
    guint n_names = g_strv_length ((char **)entity->actions);
    g_autofree char *hint = satchel_suggest_clause (name, entity->actions, n_names);
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, "no action “%s” for %s%s", name, entity->name,
                 hint);
    return FALSE;
  }
  return check_arguments (action, change, error);
}

/* Ids of new records come from whoever asks: an id names one record, whatever its entity. */
static gboolean
check_ids (const GPtrArray *effects, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < effects->len; i++) {
    const SatchelEffect *effect = effects->pdata[i];
    if (g_hash_table_add (seen, effect->after ? effect->after->id : effect->before->id))
      continue;
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "two records cannot have one id");
    return FALSE;
  }
  return TRUE;
}

GPtrArray *
satchel_action_plan (SatchelRegistry *registry, const SatchelChange *change,
                     const SatchelPredicateContext *context, const SatchelRecordSource *source,
                     GError **error)
{
  if (!satchel_action_check (registry, change, error))
    return NULL;
  const Entry *entry = find_entry (change->action, satchel_registry_find (registry, change->entity));
  if (!entry->plan) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "only the server knows what “%s” does",
                 change->action);
    return NULL;
  }
  g_autoptr (GPtrArray) effects = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_effect_free);
  SatchelPlan plan = {
    .registry = registry, .change = change, .context = context, .source = source, .effects = effects
  };
  plan.record = satchel_plan_dup (&plan, change->entity, change->record);
  if (!plan.record) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such %s", change->entity);
    return NULL;
  }
  gboolean planned = entry->plan (&plan, error);
  g_clear_pointer (&plan.record, satchel_record_free);
  return planned && check_ids (effects, error) ? g_steal_pointer (&effects) : NULL;
}
