/* Rows with a check and two arrows; the list is made anew after each change.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/columns-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "client/replica/column.h"
#include "ui/page.h"
#include "ui/tip.h"

#define USUAL_WIDTH 140

typedef struct {
  SatchelDesk *desk;
  SatchelRegistry *registry; /* keeps the entity */
  const SatchelEntity *entity;
  GArray *columns; /* SatchelViewColumn, fields interned: those that are shown */
  SatchelColumnsChosen chosen;
  gpointer data;
  GtkWidget *from; /* weak: without it nobody is told any more */
  AdwWindow *window;
  GtkListBox *list;
} Dialog;

static void
dialog_free (gpointer data)
{
  Dialog *dialog = data;

  g_clear_weak_pointer (&dialog->from);
  g_array_unref (dialog->columns);
  satchel_registry_unref (dialog->registry);
  g_object_unref (dialog->desk);
  g_free (dialog);
}

static int
find_column (Dialog *dialog, const char *field)
{
  for (guint i = 0; i < dialog->columns->len; i++)
    if (g_str_equal (g_array_index (dialog->columns, SatchelViewColumn, i).field, field))
      return (int)i;
  return -1;
}

static void fill (Dialog *dialog);

static void
changed (Dialog *dialog)
{
  if (dialog->from != NULL)
    dialog->chosen ((const SatchelViewColumn *)(gpointer)dialog->columns->data, dialog->columns->len,
                    dialog->data);
  fill (dialog);
}

/* ---- rows ---- */

static Dialog *
get_dialog (gpointer widget, const char **field)
{
  *field = g_object_get_data (widget, "field");
  return g_object_get_data (widget, "dialog");
}

static void
toggled_cb (GtkCheckButton *check, gpointer data)
{
  const char *field;
  Dialog *dialog = get_dialog (check, &field);
  int index = find_column (dialog, field);
  SatchelViewColumn column = { field, USUAL_WIDTH, 100 + dialog->columns->len };

  if (index >= 0 && dialog->columns->len > 1)
    g_array_remove_index (dialog->columns, (guint)index);
  else if (index < 0)
    g_array_append_val (dialog->columns, column);
  changed (dialog);
}

static void
move (gpointer button, int by)
{
  const char *field;
  Dialog *dialog = get_dialog (button, &field);
  int index = find_column (dialog, field);
  SatchelViewColumn column;

  if (index < 0 || index + by < 0 || index + by >= (int)dialog->columns->len)
    return;
  column = g_array_index (dialog->columns, SatchelViewColumn, index);
  g_array_remove_index (dialog->columns, (guint)index);
  g_array_insert_val (dialog->columns, (guint)(index + by), column);
  changed (dialog);
}

static void
up_cb (GtkButton *button, gpointer data)
{
  move (button, -1);
}

static void
down_cb (GtkButton *button, gpointer data)
{
  move (button, 1);
}

static void
name_widget (Dialog *dialog, GtkWidget *widget, const char *field, const char *name)
{
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (widget), "dialog", dialog);
  g_object_set_data (G_OBJECT (widget), "field", (gpointer)field);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
add_arrow (Dialog *dialog, AdwActionRow *row, const char *field, const char *icon, const char *name,
           gboolean possible, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  name_widget (dialog, button, field, name);
  gtk_widget_add_css_class (button, "flat");
  satchel_tip (button, name);
  gtk_widget_set_sensitive (button, possible);
  g_signal_connect (button, "clicked", clicked, NULL);
  adw_action_row_add_suffix (row, button);
}

/* @field is interned. */
static void
add_row (Dialog *dialog, const char *field, const char *label)
{
  int index = find_column (dialog, field);
  GtkWidget *row = adw_action_row_new (), *check = gtk_check_button_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), label);
  name_widget (dialog, check, field, label);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), index >= 0);
  /* One has to stay. */
  gtk_widget_set_sensitive (check, index < 0 || dialog->columns->len > 1);
  g_signal_connect (check, "toggled", G_CALLBACK (toggled_cb), NULL);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  if (index >= 0) {
    add_arrow (dialog, ADW_ACTION_ROW (row), field, "go-up-symbolic", _ ("Move Up"), index > 0,
               G_CALLBACK (up_cb));
    add_arrow (dialog, ADW_ACTION_ROW (row), field, "go-down-symbolic", _ ("Move Down"),
               index + 1 < (int)dialog->columns->len, G_CALLBACK (down_cb));
  }
  gtk_list_box_append (dialog->list, row);
}

static void
fill (Dialog *dialog)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (dialog->list))) != NULL)
    gtk_list_box_remove (dialog->list, row);
  for (guint i = 0; i < dialog->columns->len; i++) {
    const char *field = g_array_index (dialog->columns, SatchelViewColumn, i).field;
    g_autoptr (SatchelColumn) path = satchel_column_parse (dialog->registry, dialog->entity, field, NULL);

    if (path != NULL)
      add_row (dialog, field, _ (satchel_column_get_field (path)->label));
  }
  for (guint i = 0; i < dialog->entity->n_fields; i++) {
    const SatchelField *field = dialog->entity->fields[i];

    if (!field->retired && field->type != SATCHEL_TYPE_FILE && find_column (dialog, field->name) < 0)
      add_row (dialog, g_intern_string (field->name), _ (field->label));
  }
}

/* ---- the dialog ---- */

static void
restore_cb (GtkButton *button, Dialog *dialog)
{
  if (dialog->from != NULL)
    dialog->chosen (NULL, 0, dialog->data);
  gtk_window_close (GTK_WINDOW (dialog->window));
}

static GtkWidget *
build (Dialog *dialog)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = adw_header_bar_new ();
  GtkWidget *restore = gtk_button_new_with_mnemonic (_ ("_Restore")), *scrolled = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  satchel_tip (restore, _ ("The columns that the view came with"));
  g_signal_connect (restore, "clicked", G_CALLBACK (restore_cb), dialog);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), restore);
  dialog->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (dialog->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (dialog->list), "boxed-list");
  gtk_widget_set_valign (GTK_WIDGET (dialog->list), GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (dialog->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Columns"),
                                  -1);
  gtk_widget_set_margin_start (clamp, 12);
  gtk_widget_set_margin_end (clamp, 12);
  gtk_widget_set_margin_top (clamp, 12);
  gtk_widget_set_margin_bottom (clamp, 12);
  adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (dialog->list));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), scrolled);
  satchel_focus_first (GTK_WIDGET (dialog->window), scrolled);
  fill (dialog);
  return box;
}

void
satchel_columns_dialog_show (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity,
                             const SatchelViewColumn *columns, guint n_columns, SatchelColumnsChosen chosen,
                             gpointer data)
{
  GtkRoot *root = gtk_widget_get_root (from);
  Dialog *dialog = g_new0 (Dialog, 1);

  dialog->desk = g_object_ref (desk);
  dialog->registry = satchel_registry_ref (satchel_desk_get_registry (desk));
  dialog->entity = entity;
  dialog->chosen = chosen;
  dialog->data = data;
  g_set_weak_pointer (&dialog->from, from);
  dialog->columns = g_array_new (FALSE, FALSE, sizeof (SatchelViewColumn));
  g_array_append_vals (dialog->columns, columns, n_columns);
  for (guint i = 0; i < n_columns; i++) {
    SatchelViewColumn *column = &g_array_index (dialog->columns, SatchelViewColumn, i);

    column->field = g_intern_string (column->field);
  }
  dialog->window = ADW_WINDOW (adw_window_new ());
  satchel_close_with_escape (GTK_WIDGET (dialog->window));
  g_object_set_data_full (G_OBJECT (dialog->window), "dialog", dialog, dialog_free);
  gtk_window_set_title (GTK_WINDOW (dialog->window), _ ("Columns"));
  gtk_window_set_modal (GTK_WINDOW (dialog->window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (dialog->window), 360, 520);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (dialog->window), GTK_WINDOW (root));
  adw_window_set_content (dialog->window, build (dialog));
  gtk_window_present (GTK_WINDOW (dialog->window));
}
