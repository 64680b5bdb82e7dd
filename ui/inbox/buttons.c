/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/buttons.h"

GtkWidget *
satchel_inbox_buttons_new (const SatchelInboxButton *buttons, guint n_buttons, const char *about,
                           gpointer data)
{
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), n_buttons);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_widget_set_margin_top (flow, 6);
  gtk_widget_set_margin_bottom (flow, 6);
  gtk_widget_set_margin_start (flow, 6);
  gtk_widget_set_margin_end (flow, 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (flow), GTK_ACCESSIBLE_PROPERTY_LABEL, about, -1);
  for (guint i = 0; i < n_buttons; i++) {
    GtkWidget *button;

    if (buttons[i].label == NULL)
      continue;
    button = gtk_button_new_with_label (buttons[i].label);
    if (buttons[i].css_class != NULL)
      gtk_widget_add_css_class (button, buttons[i].css_class);
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, about, -1);
    g_signal_connect (button, "clicked", buttons[i].clicked, data);
    gtk_flow_box_append (GTK_FLOW_BOX (flow), button);
    /* The button takes the focus, not the box around it. */
    gtk_widget_set_focusable (gtk_widget_get_parent (button), FALSE);
  }
  return flow;
}
