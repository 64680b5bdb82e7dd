/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/chips.h"

#include <glib/gi18n.h>

#include "ui/tip.h"

struct _SatchelChips {
  GtkWidget parent_instance;
  GtkFlowBox *box;
};

enum { REMOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelChips, satchel_chips, GTK_TYPE_WIDGET)

static void
remove_cb (GtkButton *button, SatchelChips *chips)
{
  GtkWidget *child = gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_FLOW_BOX_CHILD);

  g_signal_emit (chips, signals[REMOVED], 0,
                 (guint)gtk_flow_box_child_get_index (GTK_FLOW_BOX_CHILD (child)));
}

void
satchel_chips_clear (SatchelChips *chips)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (chips->box))) != NULL)
    gtk_flow_box_remove (chips->box, child);
  gtk_widget_set_visible (GTK_WIDGET (chips), FALSE);
}

void
satchel_chips_add (SatchelChips *chips, const char *label)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), *text = gtk_label_new (label);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic"),
            *child = gtk_flow_box_child_new ();
  g_autofree char *name = g_strdup_printf (_ ("Remove “%s”"), label);

  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  satchel_tip (text, label);
  gtk_widget_add_css_class (chip, "satchel-chip");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_cb), chips);
  gtk_box_append (GTK_BOX (chip), text);
  gtk_box_append (GTK_BOX (chip), button);
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), chip);
  gtk_widget_set_focusable (child, FALSE);
  gtk_widget_set_halign (child, GTK_ALIGN_START);
  gtk_flow_box_append (chips->box, child);
  gtk_widget_set_visible (GTK_WIDGET (chips), TRUE);
}

GtkWidget *
satchel_chips_new (void)
{
  return g_object_new (SATCHEL_TYPE_CHIPS, NULL);
}

static void
satchel_chips_dispose (GObject *object)
{
  SatchelChips *chips = SATCHEL_CHIPS (object);
  GtkWidget *box = GTK_WIDGET (g_steal_pointer (&chips->box));

  g_clear_pointer (&box, gtk_widget_unparent);
  G_OBJECT_CLASS (satchel_chips_parent_class)->dispose (object);
}

static void
satchel_chips_class_init (SatchelChipsClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_chips_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  signals[REMOVED] = g_signal_new ("removed", SATCHEL_TYPE_CHIPS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
satchel_chips_init (SatchelChips *chips)
{
  chips->box = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (chips->box, GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (chips->box, 20);
  gtk_flow_box_set_row_spacing (chips->box, 3);
  gtk_flow_box_set_column_spacing (chips->box, 3);
  gtk_widget_set_parent (GTK_WIDGET (chips->box), GTK_WIDGET (chips));
}
