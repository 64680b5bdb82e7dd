/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/buttons.h"

#include "ui/wrap.h"

GtkWidget *
satchel_inbox_buttons_new (const SatchelInboxButton *buttons, guint n_buttons, const char *about,
                           gpointer data)
{
  GtkWidget *wrap = satchel_wrap_new (6);

  gtk_widget_set_margin_top (wrap, 6);
  gtk_widget_set_margin_bottom (wrap, 6);
  gtk_widget_set_margin_start (wrap, 6);
  gtk_widget_set_margin_end (wrap, 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (wrap), GTK_ACCESSIBLE_PROPERTY_LABEL, about, -1);
  for (guint i = 0; i < n_buttons; i++) {
    GtkWidget *button;

    if (buttons[i].label == NULL)
      continue;
    button = gtk_button_new_with_label (buttons[i].label);
    if (buttons[i].css_class != NULL)
      gtk_widget_add_css_class (button, buttons[i].css_class);
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, about, -1);
    g_signal_connect (button, "clicked", buttons[i].clicked, data);
    satchel_wrap_append (SATCHEL_WRAP (wrap), button);
  }
  return wrap;
}
