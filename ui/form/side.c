/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/side.h"

#include <glib/gi18n.h>

#include "ui/record/attachments.h"
#include "ui/record/timeline.h"

#define SIDE_WIDTH 320 /* pixels, least, beside the form */

GtkWidget *
satchel_side_new (void)
{
  GtkWidget *side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_widget_set_margin_top (side, 6);
  gtk_widget_set_margin_start (side, 6);
  gtk_widget_set_margin_end (side, 6);
  gtk_widget_set_size_request (side, SIDE_WIDTH, -1);
  gtk_widget_set_hexpand (side, FALSE);
  return side;
}

static GtkWidget *
new_switcher (GtkStack *stack)
{
  GtkWidget *switcher = gtk_stack_switcher_new ();

  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), stack);
  gtk_accessible_update_property (GTK_ACCESSIBLE (switcher), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Beside the form"), -1);
  gtk_widget_set_halign (switcher, GTK_ALIGN_CENTER);
  return switcher;
}

/* The files are as high as they are many: they scroll here. */
static GtkWidget *
new_scrolled (GtkWidget *content)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), content);
  return scrolled;
}

void
satchel_side_fill (GtkBox *side, SatchelDesk *desk, const SatchelEntity *entity, const char *id)
{
  GtkWidget *stack = gtk_stack_new (), *files = satchel_attachments_new (desk, entity, id), *before;

  while ((before = gtk_widget_get_first_child (GTK_WIDGET (side))) != NULL)
    gtk_box_remove (side, before);

  gtk_stack_add_titled (GTK_STACK (stack), satchel_timeline_new (desk, entity, id), "timeline",
                        _ ("Timeline"));
  if (files != NULL) {
    gtk_stack_add_titled (GTK_STACK (stack), new_scrolled (files), "files", _ ("Files"));
    gtk_box_append (side, new_switcher (GTK_STACK (stack)));
  }
  gtk_widget_set_vexpand (stack, TRUE);
  gtk_box_append (side, stack);
}
