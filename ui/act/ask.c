/* The dialog that is made of an action's declaration.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/act/ask.h"

#include <glib/gi18n.h>

#include "protocol/rules/arguments.h"
#include "ui/form/editor.h"

typedef struct {
  SatchelActDialog *dialog; /* borrowed: it owns this */
  SatchelDesk *desk;
  const SatchelEntity *entity;
  const char *action;
  GPtrArray *ids;
  GArray *arguments;  /* SatchelArgument */
  GPtrArray *editors; /* SatchelEditor*, borrowed; one for each argument, NULL: nobody is asked for it */
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_object_unref (ask->desk);
  g_ptr_array_unref (ask->ids);
  g_array_unref (ask->arguments);
  g_ptr_array_unref (ask->editors);
  g_free (ask);
}

/* ---- parts of all dialogs ---- */

SatchelActDialog *
satchel_ask_dialog_new (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids,
                        const SatchelAction *action)
{
  g_autofree char *subtitle = satchel_run_describe (desk, entity->name, ids);

  return satchel_act_dialog_new (from, desk, _ (action->label), subtitle);
}

GtkWidget *
satchel_ask_group_new (const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  if (title != NULL)
    adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_widget_set_margin_start (group, 12);
  gtk_widget_set_margin_end (group, 12);
  gtk_widget_set_margin_top (group, 6);
  gtk_widget_set_margin_bottom (group, 12);
  return group;
}

GtkWidget *
satchel_ask_row_new (const char *label, GtkWidget *editor, gboolean required)
{
  GtkWidget *row = adw_preferences_row_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *caption;
  g_autofree char *marked = required ? g_strdup_printf (_ ("%s *"), label) : g_strdup (label);

  if (SATCHEL_IS_EDITOR (editor))
    satchel_editor_set_label (SATCHEL_EDITOR (editor), label);
  caption = gtk_label_new (marked);
  gtk_label_set_xalign (GTK_LABEL (caption), 0);
  gtk_label_set_wrap (GTK_LABEL (caption), TRUE);
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_box_append (GTK_BOX (box), caption);
  gtk_box_append (GTK_BOX (box), editor);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 8);
  gtk_widget_set_margin_bottom (box, 8);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), label);
  return row;
}

char *
satchel_ask_value_to_argument (const SatchelField *field, const SatchelValue *value)
{
  if (value == NULL)
    return g_strdup ("");
  return field->type == SATCHEL_TYPE_LOOKUP ? satchel_value_to_stored_text (field, value)
                                            : satchel_value_to_text (field, value);
}

/* ---- arguments ---- */

static void
changed_cb (SatchelEditor *editor, Ask *ask)
{
  gboolean ready = TRUE;

  for (guint i = 0; i < ask->arguments->len; i++) {
    const SatchelArgument *argument = &g_array_index (ask->arguments, SatchelArgument, i);
    SatchelEditor *other = ask->editors->pdata[i];

    if (other != NULL && (satchel_editor_get_problem (other) != NULL ||
                          (argument->required && satchel_editor_get_value (other) == NULL)))
      ready = FALSE;
  }
  satchel_act_dialog_set_ready (ask->dialog, ready);
}

static void
go_cb (SatchelActDialog *dialog, Ask *ask)
{
  GHashTable *arguments = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  for (guint i = 0; i < ask->arguments->len; i++) {
    const SatchelArgument *argument = &g_array_index (ask->arguments, SatchelArgument, i);
    SatchelEditor *editor = ask->editors->pdata[i];
    const SatchelValue *value = editor != NULL ? satchel_editor_get_value (editor) : NULL;

    if (value != NULL)
      g_hash_table_insert (arguments, (gpointer)argument->name,
                           satchel_ask_value_to_argument (argument->field, value));
  }
  satchel_act_dialog_run (dialog,
                          satchel_run_new_action (ask->desk, ask->entity, ask->ids, ask->action, arguments));
}

/* What the record says of it already; who shares gives at least reading. Owned. */
static SatchelValue *
make_first_value (const SatchelArgument *argument, const SatchelRecord *record)
{
  static const char *const reading[] = { "read", NULL };
  const SatchelEntity *entity = record != NULL ? record->entity : NULL;

  if (g_str_equal (argument->name, "rights") && argument->field->type == SATCHEL_TYPE_MULTICHOICE)
    return satchel_value_new_keys (reading);
  if (entity == NULL || satchel_entity_find_field (entity, argument->name) != argument->field ||
      argument->field == entity->state_field || argument->field == satchel_entity_owner_field (entity))
    return NULL;
  return satchel_value_ref (satchel_record_get (record, argument->field));
}

static const char *
get_label (const SatchelArgument *argument)
{
  /* The field has the criteria that are met; the argument those that are not any more. */
  return g_str_equal (argument->name, "doubt") ? _ ("In Doubt") : _ (argument->field->label);
}

static SatchelEditor *
add_editor (Ask *ask, GtkWidget *group, const SatchelArgument *argument, const SatchelRecord *record)
{
  GtkWidget *editor = satchel_editor_new (ask->desk, argument->field);
  g_autoptr (SatchelValue) value = make_first_value (argument, record);

  satchel_editor_set_record (SATCHEL_EDITOR (editor), record);
  satchel_editor_set_value (SATCHEL_EDITOR (editor), value);
  g_signal_connect (editor, "changed", G_CALLBACK (changed_cb), ask);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                             satchel_ask_row_new (get_label (argument), editor, argument->required));
  return SATCHEL_EDITOR (editor);
}

/* The one record that it is about; NULL for several, and for one that is not here. */
static SatchelRecord *
read_one (SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  SatchelRecord *record = NULL;

  if (ids->len != 1 || session == NULL ||
      !satchel_replica_read (satchel_session_get_replica (session), entity, ids->pdata[0], &record, NULL))
    return NULL;
  return record;
}

static GPtrArray *
copy_ids (const GPtrArray *ids)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < ids->len; i++)
    g_ptr_array_add (copy, g_strdup (ids->pdata[i]));
  return copy;
}

void
satchel_ask_arguments (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids,
                       const SatchelAction *action)
{
  Ask *ask = g_new0 (Ask, 1);
  GtkWidget *group = satchel_ask_group_new (NULL);
  g_autoptr (SatchelRecord) record = read_one (desk, entity, ids);

  ask->dialog = satchel_ask_dialog_new (from, desk, entity, ids, action);
  ask->desk = g_object_ref (desk);
  ask->entity = entity;
  ask->action = action->name;
  ask->ids = copy_ids (ids);
  ask->arguments = satchel_action_list_arguments (satchel_desk_get_registry (desk), entity, action);
  ask->editors = g_ptr_array_new ();
  g_object_set_data_full (G_OBJECT (ask->dialog), "ask", ask, ask_free);
  for (guint i = 0; i < ask->arguments->len; i++) {
    const SatchelArgument *argument = &g_array_index (ask->arguments, SatchelArgument, i);

    g_ptr_array_add (ask->editors,
                     argument->field != NULL ? add_editor (ask, group, argument, record) : NULL);
  }
  satchel_act_dialog_set_content (ask->dialog, group);
  g_signal_connect (ask->dialog, "go", G_CALLBACK (go_cb), ask);
  changed_cb (NULL, ask);
  gtk_window_present (GTK_WINDOW (ask->dialog));
}
