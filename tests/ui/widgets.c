/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/ui/widgets.h"

static gboolean
is_called (GtkWidget *widget, const char *name)
{
  g_autofree char *other = NULL;

  if (name == NULL ||
      (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), name) == 0))
    return TRUE;
  if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL))
    return FALSE;
  other = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  return other == NULL;
}

GtkWidget *
test_seek_widget (GtkWidget *root, GType type, const char *name)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && is_called (root, name))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = test_seek_widget (child, type, name);

    if (found != NULL)
      return found;
  }
  return NULL;
}

GtkWidget *
test_find_widget (GtkWidget *root, GType type, const char *name)
{
  GtkWidget *widget = test_seek_widget (root, type, name);

  if (widget == NULL)
    g_error ("there is no %s called “%s”", g_type_name (type), name != NULL ? name : "");
  return widget;
}

void
test_click (GtkWidget *root, const char *name)
{
  GtkWidget *button = test_find_widget (root, GTK_TYPE_BUTTON, name);

  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

void
test_close_window (GtkWindow *window)
{
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (window);
  while (window != NULL)
    g_main_context_iteration (NULL, TRUE);
}
