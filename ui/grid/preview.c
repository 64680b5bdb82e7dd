/* Labels and values, side by side as far as there is room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/preview.h"

#include <glib/gi18n.h>

#include "ui/grid/columns.h"
#include "ui/tip.h"

#define MOST_LINES  3
#define MOST_HEIGHT 240
#define VALUE_CHARS 26

struct _SatchelPreview {
  GtkWidget parent_instance;
  SatchelDesk *desk;
  SatchelRow *row; /* NULL: none */
  const char *const *fields;
  GtkWidget *box;
  GtkLabel *title;
  GtkFlowBox *values;
  GtkWidget *open;
};

G_DEFINE_FINAL_TYPE (SatchelPreview, satchel_preview, GTK_TYPE_WIDGET)

static void
add_value (SatchelPreview *preview, const char *label, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (label), *value = gtk_label_new (text);
  GtkWidget *child = gtk_flow_box_child_new ();

  gtk_widget_add_css_class (name, "dim-label");
  gtk_widget_add_css_class (name, "caption");
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_ellipsize (GTK_LABEL (value), PANGO_ELLIPSIZE_END);
  gtk_label_set_lines (GTK_LABEL (value), MOST_LINES);
  gtk_label_set_max_width_chars (GTK_LABEL (value), VALUE_CHARS);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, name, NULL,
                                  -1);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), value);
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), box);
  gtk_widget_set_focusable (child, FALSE);
  gtk_flow_box_append (preview->values, child);
}

/* What is empty is not worth its place. */
static void
fill_values (SatchelPreview *preview, const SatchelRecord *record)
{
  for (guint i = 0; preview->fields != NULL && preview->fields[i] != NULL; i++) {
    g_autoptr (SatchelColumn) path = satchel_column_parse (satchel_desk_get_registry (preview->desk),
                                                           record->entity, preview->fields[i], NULL);
    g_autofree char *text =
        path != NULL ? satchel_columns_dup_text (preview->desk, path, preview->row) : NULL;

    if (text != NULL && *text != '\0')
      add_value (preview, _ (satchel_column_get_field (path)->label), text);
  }
}

static void
fill (SatchelPreview *preview)
{
  const SatchelRecord *record = preview->row != NULL ? satchel_row_get_record (preview->row) : NULL;
  g_autofree char *title = record != NULL ? satchel_record_dup_title (record) : NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (preview->values))) != NULL)
    gtk_flow_box_remove (preview->values, child);
  gtk_label_set_text (preview->title,
                      title != NULL ? title : _ ("Select one record to see more of it here."));
  gtk_widget_set_sensitive (preview->open, record != NULL);
  if (record != NULL)
    fill_values (preview, record);
}

static void
changed_cb (SatchelRow *row, SatchelPreview *preview)
{
  fill (preview);
}

void
satchel_preview_show (SatchelPreview *preview, SatchelRow *row, const char *const *fields)
{
  g_return_if_fail (SATCHEL_IS_PREVIEW (preview));
  if (preview->row != NULL)
    g_signal_handlers_disconnect_by_func (preview->row, changed_cb, preview);
  g_set_object (&preview->row, row);
  preview->fields = fields;
  if (row != NULL)
    g_signal_connect_object (row, "changed", G_CALLBACK (changed_cb), preview, 0);
  fill (preview);
}

/* ---- the object ---- */

static void
satchel_preview_dispose (GObject *object)
{
  SatchelPreview *preview = SATCHEL_PREVIEW (object);

  g_clear_pointer (&preview->box, gtk_widget_unparent);
  g_clear_object (&preview->row);
  g_clear_object (&preview->desk);
  G_OBJECT_CLASS (satchel_preview_parent_class)->dispose (object);
}

static void
satchel_preview_class_init (SatchelPreviewClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_preview_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_button (const char *icon, const char *name, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  satchel_tip_name (button, name);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static GtkWidget *
make_head (SatchelPreview *preview)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  preview->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (preview->title, 0);
  gtk_label_set_ellipsize (preview->title, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (preview->title), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (preview->title), "heading");
  preview->open = make_button ("document-open-symbolic", C_ ("verb", "Open"), "list.open");
  gtk_widget_set_margin_start (head, 12);
  gtk_widget_set_margin_end (head, 6);
  gtk_widget_set_margin_top (head, 6);
  gtk_box_append (GTK_BOX (head), GTK_WIDGET (preview->title));
  gtk_box_append (GTK_BOX (head), preview->open);
  gtk_box_append (GTK_BOX (head), make_button ("window-close-symbolic", _ ("Close Preview"), "list.preview"));
  return head;
}

static void
satchel_preview_init (SatchelPreview *preview)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  preview->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  preview->values = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (preview->values, GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (preview->values, 4);
  gtk_flow_box_set_column_spacing (preview->values, 12);
  gtk_flow_box_set_homogeneous (preview->values, TRUE);
  gtk_widget_set_valign (GTK_WIDGET (preview->values), GTK_ALIGN_START);
  gtk_widget_set_margin_start (GTK_WIDGET (preview->values), 6);
  gtk_widget_set_margin_end (GTK_WIDGET (preview->values), 6);
  gtk_widget_set_margin_bottom (GTK_WIDGET (preview->values), 6);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), MOST_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (preview->values));
  gtk_box_append (GTK_BOX (preview->box), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (preview->box), make_head (preview));
  gtk_box_append (GTK_BOX (preview->box), scrolled);
  gtk_widget_set_parent (preview->box, GTK_WIDGET (preview));
  gtk_accessible_update_property (GTK_ACCESSIBLE (preview->values), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Preview"), -1);
}

GtkWidget *
satchel_preview_new (SatchelDesk *desk)
{
  SatchelPreview *preview = g_object_new (SATCHEL_TYPE_PREVIEW, NULL);

  preview->desk = g_object_ref (desk);
  return GTK_WIDGET (preview);
}
