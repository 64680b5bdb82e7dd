/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/selection-bar.h"

#include <glib/gi18n.h>

#include "ui/act/act.h"
#include "ui/mail/write.h"
#include "ui/tip.h"

typedef struct {
  const char *icon;
  const char *label;
  const char *action; /* detailed */
  const char *needs;  /* an action that the entity must declare, or NULL */
} Button;

static const Button buttons[] = {
  { "document-edit-symbolic", N_ ("Edit a Field…"), "selected.edit", NULL },
  { "avatar-default-symbolic", N_ ("Assign…"), "act.do::assign", "assign" },
  { "document-save-symbolic", N_ ("Export as CSV…"), "selected.export", NULL },
  { "user-trash-symbolic", N_ ("Delete"), "act.delete", NULL },
};

static void
size_cb (SatchelSelection *selection, GParamSpec *spec, GtkRevealer *revealer)
{
  GtkLabel *label = g_object_get_data (G_OBJECT (revealer), "label");
  guint size = satchel_selection_get_size (selection);
  g_autofree char *text =
      g_strdup_printf (g_dngettext (NULL, "%'d selected", "%'d selected", size), (int)size);

  gtk_revealer_set_reveal_child (revealer, size > 0);
  if (size > 0)
    gtk_label_set_text (label, text);
}

static GtkWidget *
make_more (SatchelDesk *desk, const SatchelEntity *entity)
{
  GtkWidget *more = gtk_menu_button_new ();
  g_autoptr (GMenuModel) actions = satchel_act_menu_new (desk, entity, NULL);
  g_autoptr (GMenu) menu = g_menu_new (), own = g_menu_new ();

  if (satchel_mail_can_write (desk, entity))
    g_menu_append (own, _ ("Write Email…"), "selected.write");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (own));
  g_menu_append_section (menu, NULL, actions);

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (more), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (more), G_MENU_MODEL (menu));
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (more), GTK_ARROW_UP);
  satchel_tip_name (more, _ ("More Actions"));
  return more;
}

GtkWidget *
satchel_selection_bar_new (SatchelDesk *desk, const SatchelEntity *entity, SatchelSelection *selection)
{
  GtkWidget *revealer = gtk_revealer_new (), *bar = gtk_action_bar_new (), *label = gtk_label_new (NULL);
  GtkWidget *none = gtk_button_new_from_icon_name ("edit-clear-symbolic");

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "numeric");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (none), "selected.none");
  satchel_tip_name (none, _ ("Select Nothing"));
  gtk_action_bar_pack_start (GTK_ACTION_BAR (bar), none);
  gtk_action_bar_pack_start (GTK_ACTION_BAR (bar), label);
  gtk_action_bar_pack_end (GTK_ACTION_BAR (bar), make_more (desk, entity));
  for (guint i = G_N_ELEMENTS (buttons); i-- > 0;) {
    GtkWidget *button;

    if (buttons[i].needs != NULL && !satchel_entity_has_action (entity, buttons[i].needs))
      continue;
    button = gtk_button_new_from_icon_name (buttons[i].icon);
    gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), buttons[i].action);
    satchel_tip_name (button, _ (buttons[i].label));
    gtk_action_bar_pack_end (GTK_ACTION_BAR (bar), button);
  }
  gtk_revealer_set_transition_type (GTK_REVEALER (revealer), GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_revealer_set_child (GTK_REVEALER (revealer), bar);
  g_object_set_data (G_OBJECT (revealer), "label", label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Selected Records"),
                                  -1);
  g_signal_connect_object (selection, "notify::size", G_CALLBACK (size_cb), revealer, 0);
  return revealer;
}
