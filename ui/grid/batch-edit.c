/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/batch-edit.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "client/permits.h"
#include "ui/act/act.h"
#include "ui/form/editor.h"
#include "ui/page.h"

typedef struct {
  GtkWidget *from; /* borrowed weakly */
  SatchelDesk *desk;
  SatchelRegistry *registry; /* keeps entity and fields */
  const SatchelEntity *entity;
  GPtrArray *ids, *fields;
  AdwWindow *window;
  AdwBin *place; /* of the editor */
  GtkWidget *apply;
  gboolean chosen; /* something was typed: nothing empties a field of all records by itself */
} Dialog;

static void
dialog_free (gpointer data)
{
  Dialog *dialog = data;

  g_clear_weak_pointer (&dialog->from);
  g_object_unref (dialog->desk);
  g_ptr_array_unref (dialog->ids);
  g_ptr_array_unref (dialog->fields);
  satchel_registry_unref (dialog->registry);
  g_free (dialog);
}

GPtrArray *
satchel_batch_edit_list_fields (const SatchelEntity *entity, const SatchelPermits *permits)
{
  GPtrArray *fields = g_ptr_array_new ();

  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];

    /* Owners are given by "assign", states by their actions. */
    if (satchel_field_is_writable (field) && field != entity->title &&
        !satchel_entity_tells_state (entity, field) && field != satchel_entity_owner_field (entity) &&
        field->type != SATCHEL_TYPE_FILE && field->type != SATCHEL_TYPE_PARTIES &&
        (permits == NULL || satchel_permits_can_write_field (permits, field)))
      g_ptr_array_add (fields, (gpointer)field);
  }
  return fields;
}

/* ---- doing it ---- */

typedef struct {
  SatchelRegistry *registry;
  const SatchelField *field;
  SatchelValue *value;
} Edit;

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  satchel_value_unref (edit->value);
  satchel_registry_unref (edit->registry);
  g_free (edit);
}

static gboolean
edit_one (SatchelDeeds *deeds, SatchelSession *session, const SatchelEntity *entity, const char *id,
          gpointer data, GError **error)
{
  const Edit *edit = data;
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);

  change->field = edit->field;
  change->value = satchel_value_ref (edit->value);
  g_ptr_array_add (changes, change);
  return satchel_deeds_update (deeds, session, entity, id, changes, error);
}

static SatchelEditor *
get_editor (Dialog *dialog)
{
  return SATCHEL_EDITOR (adw_bin_get_child (dialog->place));
}

static void
apply_cb (GtkButton *button, Dialog *dialog)
{
  SatchelEditor *editor = get_editor (dialog);
  Edit *edit;
  SatchelRun *run;

  if (satchel_editor_get_problem (editor) != NULL)
    return;
  edit = g_new0 (Edit, 1);
  edit->registry = satchel_registry_ref (dialog->registry);
  edit->field = satchel_editor_get_field (editor);
  edit->value = satchel_value_ref (satchel_editor_get_value (editor));
  run = satchel_run_new (dialog->desk, dialog->entity, dialog->ids, edit_one, edit, edit_free);
  if (dialog->from != NULL)
    satchel_act_show_run (dialog->from, dialog->desk, run, _ ("Edit"));
  else
    g_object_unref (run);
  gtk_window_close (GTK_WINDOW (dialog->window));
}

/* ---- the dialog ---- */

static void
update_apply (Dialog *dialog)
{
  SatchelEditor *editor = get_editor (dialog);
  const SatchelField *field = satchel_editor_get_field (editor);
  gboolean missing =
      field->requirement == SATCHEL_REQUIREMENT_REQUIRED && satchel_editor_get_value (editor) == NULL;

  gtk_widget_set_sensitive (dialog->apply,
                            dialog->chosen && satchel_editor_get_problem (editor) == NULL && !missing);
}

static void
changed_cb (SatchelEditor *editor, Dialog *dialog)
{
  dialog->chosen = TRUE;
  update_apply (dialog);
}

static void
field_cb (GtkDropDown *chooser, GParamSpec *spec, Dialog *dialog)
{
  const SatchelField *field = dialog->fields->pdata[gtk_drop_down_get_selected (chooser)];
  GtkWidget *editor = satchel_editor_new (dialog->desk, field);

  adw_bin_set_child (dialog->place, editor);
  dialog->chosen = FALSE;
  g_signal_connect (editor, "changed", G_CALLBACK (changed_cb), dialog);
  update_apply (dialog);
}

static GtkWidget *
make_chooser (Dialog *dialog)
{
  g_autoptr (GStrvBuilder) labels = g_strv_builder_new ();
  g_autoptr (GtkExpression) name = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");
  g_auto (GStrv) texts = NULL;
  GtkWidget *chooser;

  for (guint i = 0; i < dialog->fields->len; i++)
    g_strv_builder_add (labels, _ (((const SatchelField *)dialog->fields->pdata[i])->label));
  texts = g_strv_builder_end (labels);
  chooser = gtk_drop_down_new_from_strings ((const char *const *)texts);
  gtk_drop_down_set_expression (GTK_DROP_DOWN (chooser), name);
  gtk_drop_down_set_enable_search (GTK_DROP_DOWN (chooser), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chooser), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Field"), -1);
  g_signal_connect (chooser, "notify::selected", G_CALLBACK (field_cb), dialog);
  return chooser;
}

static GtkWidget *
make_header (Dialog *dialog)
{
  GtkWidget *header = adw_header_bar_new (), *cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));
  g_autofree char *title = g_strdup_printf (
      g_dngettext (NULL, "Edit %'d Record", "Edit %'d Records", dialog->ids->len), (int)dialog->ids->len);

  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header),
                                   adw_window_title_new (title, _ (dialog->entity->plural)));
  gtk_window_set_title (GTK_WINDOW (dialog->window), title);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (cancel), "window.close");
  dialog->apply = gtk_button_new_with_mnemonic (_ ("_Apply"));
  gtk_widget_add_css_class (dialog->apply, "suggested-action");
  g_signal_connect (dialog->apply, "clicked", G_CALLBACK (apply_cb), dialog);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), dialog->apply);
  return header;
}

static void
build (Dialog *dialog)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0),
            *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *chooser = make_chooser (dialog);

  dialog->place = ADW_BIN (adw_bin_new ());
  gtk_widget_set_margin_start (inner, 18);
  gtk_widget_set_margin_end (inner, 18);
  gtk_widget_set_margin_top (inner, 12);
  gtk_widget_set_margin_bottom (inner, 18);
  gtk_box_append (GTK_BOX (inner), chooser);
  gtk_box_append (GTK_BOX (inner), GTK_WIDGET (dialog->place));
  gtk_box_append (GTK_BOX (box), make_header (dialog));
  gtk_box_append (GTK_BOX (box), inner);
  adw_window_set_content (dialog->window, box);
  gtk_window_set_default_widget (GTK_WINDOW (dialog->window), GTK_WIDGET (dialog->apply));
  satchel_focus_first (GTK_WIDGET (dialog->window), inner);
  field_cb (GTK_DROP_DOWN (chooser), NULL, dialog);
}

void
satchel_batch_edit (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids)
{
  GtkRoot *root = gtk_widget_get_root (from);
  SatchelSession *session = satchel_desk_get_session (desk);
  g_autoptr (SatchelPermits) permits = session != NULL ? satchel_session_read_permits (session) : NULL;
  g_autoptr (GPtrArray) fields = satchel_batch_edit_list_fields (entity, permits);
  Dialog *dialog;

  if (fields->len == 0)
    return;
  dialog = g_new0 (Dialog, 1);
  g_set_weak_pointer (&dialog->from, from);
  dialog->desk = g_object_ref (desk);
  dialog->registry = satchel_registry_ref (satchel_desk_get_registry (desk));
  dialog->entity = entity;
  dialog->fields = g_steal_pointer (&fields);
  dialog->ids = g_ptr_array_new_full (ids->len, g_free);
  for (guint i = 0; i < ids->len; i++)
    g_ptr_array_add (dialog->ids, g_strdup (ids->pdata[i]));
  dialog->window = ADW_WINDOW (adw_window_new ());
  satchel_close_with_escape (GTK_WIDGET (dialog->window));
  g_object_set_data_full (G_OBJECT (dialog->window), "dialog", dialog, dialog_free);
  gtk_window_set_modal (GTK_WINDOW (dialog->window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (dialog->window), 360, -1);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (dialog->window), GTK_WINDOW (root));
  build (dialog);
  gtk_window_present (GTK_WINDOW (dialog->window));
}
