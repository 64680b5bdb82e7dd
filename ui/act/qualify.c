/* A lead becomes an account, a contact, an opportunity: each a new one, one that is there, or none.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "protocol/id.h"
#include "protocol/rules/arguments.h"
#include "ui/act/ask.h"
#include "ui/form/editor.h"

typedef enum { CHOICE_NEW, CHOICE_EXISTING, CHOICE_NONE } Choice;

typedef struct {
  const SatchelArgument *argument;
  AdwComboRow *choice;
  GtkWidget *row; /* of the editor */
  SatchelEditor *editor;
} Product;

typedef struct {
  SatchelActDialog *dialog; /* borrowed: it owns this */
  SatchelDesk *desk;
  const SatchelEntity *entity;
  GPtrArray *ids; /* the one */
  const char *action;
  GArray *arguments;
  GArray *products;
} Qualify;

static void
qualify_free (gpointer data)
{
  Qualify *qualify = data;

  g_object_unref (qualify->desk);
  g_ptr_array_unref (qualify->ids);
  g_array_unref (qualify->arguments);
  g_array_unref (qualify->products);
  g_free (qualify);
}

static void
update (Qualify *qualify)
{
  gboolean ready = TRUE;

  for (guint i = 0; i < qualify->products->len; i++) {
    const Product *product = &g_array_index (qualify->products, Product, i);
    const Choice choice = adw_combo_row_get_selected (product->choice);

    gtk_widget_set_visible (product->row, choice == CHOICE_EXISTING);
    if (choice == CHOICE_EXISTING && satchel_editor_get_value (product->editor) == NULL)
      ready = FALSE;
  }
  satchel_act_dialog_set_ready (qualify->dialog, ready);
}

static void
choice_cb (AdwComboRow *row, GParamSpec *spec, Qualify *qualify)
{
  update (qualify);
}

static void
changed_cb (SatchelEditor *editor, Qualify *qualify)
{
  update (qualify);
}

/* New ones are named by ids that are made here, so that what was left out stays out. */
static void
go_cb (SatchelActDialog *dialog, Qualify *qualify)
{
  GHashTable *arguments = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  const SatchelClock *clock = satchel_session_get_clock (satchel_desk_get_session (qualify->desk));
  const char *made = NULL;
  SatchelRun *run;

  for (guint i = 0; i < qualify->products->len; i++) {
    const Product *product = &g_array_index (qualify->products, Product, i);
    char *text = NULL;

    if (adw_combo_row_get_selected (product->choice) == CHOICE_NEW) {
      text = satchel_id_new (clock);
      made = product->argument->name;
    } else if (adw_combo_row_get_selected (product->choice) == CHOICE_EXISTING) {
      text = satchel_ask_value_to_argument (product->argument->field,
                                            satchel_editor_get_value (product->editor));
    }
    g_hash_table_insert (arguments, (gpointer)product->argument->name, text != NULL ? text : g_strdup (""));
  }
  run = satchel_run_new_action (qualify->desk, qualify->entity, qualify->ids, qualify->action, arguments);
  /* The last is what she goes on with: the opportunity, where there is one. */
  if (made != NULL)
    satchel_run_set_made (run, made, g_hash_table_lookup (arguments, made));
  satchel_act_dialog_run (dialog, run);
}

/* Without a company there is no account to be made, and no opportunity of one. */
static gboolean
can_be_new (const char *argument, const SatchelRecord *lead)
{
  const char *needs = g_str_equal (argument, "contact") ? "last_name" : "company";

  return lead == NULL || satchel_entity_find_field (lead->entity, needs) == NULL ||
         satchel_record_get_by_name (lead, needs) != NULL;
}

static void
add_product (Qualify *qualify, GtkWidget *group, const SatchelArgument *argument, const SatchelRecord *lead)
{
  const SatchelEntity *kind =
      satchel_registry_find (satchel_desk_get_registry (qualify->desk), argument->name);
  const char *const names[] = { _ ("New"), _ ("One That Is There"), _ ("None"), NULL };
  g_autoptr (GtkStringList) choices = gtk_string_list_new (names);
  Product product = { .argument = argument, .choice = ADW_COMBO_ROW (adw_combo_row_new ()) };

  product.editor = SATCHEL_EDITOR (satchel_editor_new (qualify->desk, argument->field));
  product.row = satchel_ask_row_new (_ (argument->field->label), GTK_WIDGET (product.editor), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (product.choice),
                                 kind != NULL ? _ (kind->label) : _ (argument->field->label));
  adw_combo_row_set_model (product.choice, G_LIST_MODEL (choices));
  adw_combo_row_set_selected (product.choice, can_be_new (argument->name, lead) ? CHOICE_NEW : CHOICE_NONE);
  g_signal_connect (product.choice, "notify::selected", G_CALLBACK (choice_cb), qualify);
  g_signal_connect (product.editor, "changed", G_CALLBACK (changed_cb), qualify);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (product.choice));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), product.row);
  g_array_append_val (qualify->products, product);
}

void
satchel_ask_qualify (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const char *id,
                     const SatchelAction *action)
{
  Qualify *qualify = g_new0 (Qualify, 1);
  GtkWidget *group = satchel_ask_group_new (_ ("What It Becomes"));
  SatchelReplica *replica = satchel_session_get_replica (satchel_desk_get_session (desk));
  g_autoptr (SatchelRecord) lead = NULL;

  /* One that cannot be read is refused when it is qualified, with the reason. */
  (void)!satchel_replica_read (replica, entity, id, &lead, NULL);
  qualify->ids = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (qualify->ids, g_strdup (id));
  qualify->dialog = satchel_ask_dialog_new (from, desk, entity, qualify->ids, action);
  qualify->desk = g_object_ref (desk);
  qualify->entity = entity;
  qualify->action = action->name;
  qualify->arguments = satchel_action_list_arguments (satchel_desk_get_registry (desk), entity, action);
  qualify->products = g_array_new (FALSE, FALSE, sizeof (Product));
  g_object_set_data_full (G_OBJECT (qualify->dialog), "qualify", qualify, qualify_free);
  for (guint i = 0; i < qualify->arguments->len; i++)
    add_product (qualify, group, &g_array_index (qualify->arguments, SatchelArgument, i), lead);
  satchel_act_dialog_set_content (qualify->dialog, group);
  g_signal_connect (qualify->dialog, "go", G_CALLBACK (go_cb), qualify);
  update (qualify);
  gtk_window_present (GTK_WINDOW (qualify->dialog));
}
