/* Which dialog an action has, and the menu of what can be done.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/act/act.h"

#include <glib/gi18n.h>

#include "client/permits.h"
#include "protocol/error.h"
#include "protocol/rules/arguments.h"
#include "ui/act/ask.h"
#include "ui/act/dialog.h"
#include "ui/act/refusal.h"
#include "ui/act/undo.h"
#include "ui/page.h"

/* ---- doing ---- */

#define LONG 200 /* records from which on progress is worth a window */

void
satchel_act_show_run (GtkWidget *from, SatchelDesk *desk, SatchelRun *run, const char *label)
{
  SatchelActDialog *dialog = satchel_act_dialog_new (from, desk, label, "");

  if (satchel_run_get_n (run) >= LONG)
    gtk_window_present (GTK_WINDOW (dialog));
  satchel_act_dialog_run (dialog, run);
}

void
satchel_act_now (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids,
                 const SatchelAction *action, GHashTable *arguments)
{
  satchel_act_show_run (from, desk, satchel_run_new_action (desk, entity, ids, action->name, arguments),
                        _ (action->label));
}

void
satchel_act_delete (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids)
{
  satchel_act_show_run (from, desk, satchel_run_new_delete (desk, entity, ids), _ ("Delete"));
}

static gboolean
asks (SatchelDesk *desk, const SatchelEntity *entity, const SatchelAction *action)
{
  g_autoptr (GArray) arguments =
      satchel_action_list_arguments (satchel_desk_get_registry (desk), entity, action);

  for (guint i = 0; i < arguments->len; i++)
    if (g_array_index (arguments, SatchelArgument, i).field != NULL)
      return TRUE;
  return FALSE;
}

void
satchel_act (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids,
             const SatchelAction *action)
{
  g_return_if_fail (ids->len > 0);
  if (g_str_equal (action->name, "merge") && ids->len > 2) /* which fields of which is a question of two */
    satchel_toast (from, _ ("Two records at a time can be merged."), NULL, NULL);
  else if (g_str_equal (action->name, "merge"))
    satchel_ask_merge (from, desk, entity, ids->pdata[0], ids->len > 1 ? ids->pdata[1] : NULL, action);
  else if (g_str_equal (action->name, "qualify") && ids->len == 1)
    satchel_ask_qualify (from, desk, entity, ids->pdata[0], action);
  else if (g_str_equal (action->name, "qualify") || !asks (desk, entity, action))
    satchel_act_now (from, desk, entity, ids, action, NULL);
  else
    satchel_ask_arguments (from, desk, entity, ids, action);
}

/* ---- the menu ---- */

static const char *
get_state (const SatchelRecord *record)
{
  const SatchelField *field = record->entity->state_field;
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  return value != NULL ? satchel_value_get_string (value) : NULL;
}

/* An action that makes steps makes one from here. One that is none of a step's is judged by its plan. */
static gboolean
steps_from (const SatchelEntity *entity, const char *action, const char *state)
{
  gboolean steps = FALSE;

  for (guint i = 0; i < entity->n_transitions; i++) {
    if (g_strcmp0 (entity->transitions[i].action, action) != 0)
      continue;
    if (g_strcmp0 (entity->transitions[i].from, state) == 0)
      return TRUE;
    steps = TRUE;
  }
  return !steps;
}

/* Whether the plan ends with "not in this state": anything else may still be said in the dialog. */
static gboolean
plan_allows (SatchelSession *session, const SatchelRecord *record, const char *action)
{
  g_autoptr (SatchelChangeSet) set = satchel_change_set_new ("", 0, 0);
  const SatchelChange *change =
      satchel_change_set_add (set, SATCHEL_CHANGE_ACTION, record->entity->name, record->id, NULL, action);
  g_autoptr (GPtrArray) effects = NULL;
  g_autoptr (GError) error = NULL;
  SatchelPredicateContext context;
  SatchelRecordSource source;

  satchel_session_get_context (session, &context);
  satchel_replica_init_source (satchel_session_get_replica (session), &source);
  effects = satchel_action_plan (satchel_session_get_registry (session), change, &context, &source, &error);
  return effects != NULL || satchel_error_code (error) != SATCHEL_ERROR_STATE;
}

/* A record that was merged away can only be brought back. */
static gboolean
is_merged (const SatchelRecord *record)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, "merged_into");

  return field != NULL && satchel_record_get (record, field) != NULL;
}

static gboolean
is_shared (SatchelSession *session, const SatchelRecord *record)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  g_autofree char *text = g_strdup_printf ("record_id = \"%s\"", record->id);
  SatchelQuery query = { .entity = satchel_registry_find (registry, "share"), .limit = 1 };
  g_autoptr (SatchelPredicate) where =
      query.entity != NULL ? satchel_predicate_parse (registry, query.entity, text, NULL) : NULL;
  SatchelPredicateContext context;
  gint64 count = 0;

  if (where == NULL)
    return FALSE;
  query.where = where;
  satchel_session_get_context (session, &context);
  return satchel_replica_count (satchel_session_get_replica (session), &query, &context, &count, NULL) &&
         count > 0;
}

static gboolean
is_offered (SatchelSession *session, const SatchelAction *action, const SatchelRecord *record)
{
  if (!action->planned)
    return g_str_equal (action->name, "restore") && record != NULL && is_merged (record);
  if (record == NULL)
    return TRUE;
  if (is_merged (record))
    return FALSE;
  if (g_str_equal (action->name, "unshare"))
    return is_shared (session, record);
  /* Of assigning and sharing only who is asked in the dialog; merging looks at half the world. */
  if (g_str_equal (action->name, "assign") || g_str_equal (action->name, "share"))
    return TRUE;
  return steps_from (record->entity, action->name, get_state (record)) &&
         (g_str_equal (action->name, "merge") || plan_allows (session, record, action->name));
}

/* What the person may not do stays in its place, insensitive: no group has an action "denied". */
#define DENIED "act.denied"

/* Whether a dialog comes before anything is done: its item ends with dots. */
static gboolean
has_dialog (SatchelDesk *desk, const SatchelEntity *entity, const SatchelAction *action)
{
  return g_str_equal (action->name, "qualify") || asks (desk, entity, action);
}

static void
append_action (GMenu *menu, SatchelDesk *desk, const SatchelEntity *entity, const SatchelAction *action,
               gboolean allowed)
{
  const gboolean back = g_str_equal (action->name, "restore");
  const char *label = back ? _ ("Take Back the Merge") : _ (action->label);
  /* Translators: an action that asks for something first. */
  g_autofree char *words =
      has_dialog (desk, entity, action) ? g_strdup_printf (_ ("%s…"), label) : g_strdup (label);
  g_autoptr (GMenuItem) item = g_menu_item_new (words, NULL);

  g_menu_item_set_action_and_target (item, allowed ? "act.do" : DENIED, "s", action->name);
  g_menu_append_item (menu, item);
}

/* Steps of the record's own life stand before what everything has. */
static gboolean
is_common (const char *action)
{
  static const char *const common[] = { "assign", "share", "unshare", "merge", "restore", NULL };

  return g_strv_contains (common, action);
}

GMenuModel *
satchel_act_menu_new (SatchelDesk *desk, const SatchelEntity *entity, const SatchelRecord *record)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  g_autoptr (GMenu) own = g_menu_new (), common = g_menu_new (), last = g_menu_new ();
  g_autoptr (SatchelPermits) permits =
      session != NULL && record != NULL ? satchel_session_read_permits (session) : NULL;
  gboolean denied = FALSE, allowed;
  GMenu *menu = g_menu_new ();

  for (guint i = 0; session != NULL && entity->actions[i] != NULL; i++) {
    const SatchelAction *action = satchel_action_find (entity->actions[i], entity);

    if (action == NULL || !is_offered (session, action, record))
      continue;
    allowed = record == NULL || satchel_permits_may_act (permits, session, record, action->name);
    append_action (is_common (action->name) ? common : own, desk, entity, action, allowed);
    denied |= !allowed;
  }
  if (!entity->system) {
    allowed = permits == NULL || satchel_permits_may (permits, session, SATCHEL_PRIVILEGE_DELETE, record);
    g_menu_append (last, _ ("Delete"), allowed ? "act.delete" : DENIED);
    denied |= !allowed;
  }
  g_menu_append_section (menu, denied ? _ ("Your rights do not allow all of this") : NULL,
                         G_MENU_MODEL (own));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (common));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (last));
  return G_MENU_MODEL (menu);
}

/* ---- the group ---- */

typedef struct {
  GtkWidget *widget; /* borrowed: it owns the group */
  SatchelDesk *desk;
  const SatchelEntity *entity;
  SatchelActTargets targets;
  gpointer data;
} Group;

static void
group_free (gpointer data, GClosure *closure)
{
  Group *group = data;

  g_object_unref (group->desk);
  g_free (group);
}

static void
do_cb (GSimpleAction *simple, GVariant *name, gpointer data)
{
  const Group *group = data;
  const SatchelAction *action = satchel_action_find (g_variant_get_string (name, NULL), group->entity);
  g_autoptr (GPtrArray) ids = group->targets (group->data);

  if (action != NULL && ids->len > 0)
    satchel_act (group->widget, group->desk, group->entity, ids, action);
}

static void
delete_cb (GSimpleAction *simple, GVariant *none, gpointer data)
{
  const Group *group = data;
  g_autoptr (GPtrArray) ids = group->targets (group->data);

  if (ids->len > 0)
    satchel_act_delete (group->widget, group->desk, group->entity, ids);
}

static void
add_action (GSimpleActionGroup *actions, const char *name, const GVariantType *type, GCallback callback,
            const Group *group)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new (name, type);
  Group *copy = g_memdup2 (group, sizeof *group);

  g_object_ref (copy->desk);
  g_signal_connect_data (action, "activate", callback, copy, group_free, 0);
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (action));
}

void
satchel_act_install (GtkWidget *widget, SatchelDesk *desk, const SatchelEntity *entity,
                     SatchelActTargets targets, gpointer data)
{
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  const Group group = { widget, desk, entity, targets, data };

  add_action (actions, "do", G_VARIANT_TYPE_STRING, G_CALLBACK (do_cb), &group);
  add_action (actions, "delete", NULL, G_CALLBACK (delete_cb), &group);
  gtk_widget_insert_action_group (widget, "act", G_ACTION_GROUP (actions));
}
