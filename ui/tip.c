/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tip.h"

static GQuark
quark (void)
{
  return g_quark_from_static_string ("satchel-tip");
}

/* Asked only while there is one. */
static gboolean
query_cb (GtkWidget *widget, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip, gpointer data)
{
  gtk_tooltip_set_text (tooltip, g_object_get_qdata (G_OBJECT (widget), quark ()));
  return TRUE;
}

void
satchel_tip (GtkWidget *widget, const char *text)
{
  if (g_signal_handler_find (widget, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, (gpointer)query_cb, NULL) == 0)
    g_signal_connect (widget, "query-tooltip", G_CALLBACK (query_cb), NULL);
  g_object_set_qdata_full (G_OBJECT (widget), quark (), g_strdup (text), g_free);
  gtk_widget_set_has_tooltip (widget, text != NULL);
}

void
satchel_tip_name (GtkWidget *widget, const char *name)
{
  satchel_tip (widget, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static gboolean
query_whole_cb (GtkLabel *label, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip, gpointer data)
{
  if (!pango_layout_is_ellipsized (gtk_label_get_layout (label)))
    return FALSE;
  gtk_tooltip_set_text (tooltip, gtk_label_get_text (label));
  return TRUE;
}

void
satchel_tip_whole (GtkLabel *label)
{
  gtk_widget_set_has_tooltip (GTK_WIDGET (label), TRUE);
  g_signal_connect (label, "query-tooltip", G_CALLBACK (query_whole_cb), NULL);
}
