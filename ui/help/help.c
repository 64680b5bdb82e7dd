/* The window: pages on one side, the one that is read on the other; one above the other where it is narrow.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/help/help.h"

#include <glib/gi18n.h>

#include "ui/tip.h"

typedef struct {
  GtkWindow *window;
  AdwLeaflet *leaflet;
  GtkListBox *list;
  GtkStack *stack;
  GtkWidget *back;
  GPtrArray *pages;
} Help;

static Help *shown; /* NULL: it is not open */

/* ---- a page ---- */

static GtkWidget *
new_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  return label;
}

/* The number, or the keys, stands before the text. */
static GtkWidget *
new_line (const char *mark, const char *text)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *before = gtk_label_new (mark);

  gtk_widget_add_css_class (before, "dim-label");
  gtk_widget_set_valign (before, GTK_ALIGN_START);
  gtk_label_set_xalign (GTK_LABEL (before), 0);
  gtk_box_append (GTK_BOX (line), before);
  gtk_box_append (GTK_BOX (line), new_label (text));
  return line;
}

static GtkWidget *
new_part (const SatchelHelpPart *part, guint step)
{
  g_autofree char *mark = NULL;
  GtkWidget *line;

  switch (part->kind) {
  case SATCHEL_HELP_PARAGRAPH:
    return new_label (part->text);
  case SATCHEL_HELP_STEP:
    mark = g_strdup_printf ("%u.", step);
    return new_line (mark, part->text);
  case SATCHEL_HELP_KEY:
    line = new_line (part->press, part->text);
    gtk_widget_add_css_class (gtk_widget_get_first_child (line), "keycap");
    return line;
  }
  g_assert_not_reached ();
}

static GtkWidget *
new_page (const SatchelHelpPage *page)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *title = new_label (page->title);
  GtkWidget *clamp = adw_clamp_new (), *scrolled = gtk_scrolled_window_new ();
  guint step = 0;

  gtk_label_set_selectable (GTK_LABEL (title), FALSE);
  gtk_widget_add_css_class (title, "title-1");
  gtk_box_append (GTK_BOX (column), title);
  for (guint i = 0; i < page->parts->len; i++) {
    const SatchelHelpPart *part = page->parts->pdata[i];

    step = part->kind == SATCHEL_HELP_STEP ? step + 1 : 0;
    gtk_box_append (GTK_BOX (column), new_part (part, step));
  }
  gtk_widget_set_margin_top (column, 24);
  gtk_widget_set_margin_bottom (column, 24);
  gtk_widget_set_margin_start (column, 18);
  gtk_widget_set_margin_end (column, 18);
  adw_clamp_set_child (ADW_CLAMP (clamp), column);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scrolled), GTK_ACCESSIBLE_PROPERTY_LABEL, page->title, -1);
  return scrolled;
}

/* ---- the window ---- */

static void
show_page (Help *help, const char *name)
{
  for (guint i = 0; i < help->pages->len; i++)
    if (g_strcmp0 (((SatchelHelpPage *)help->pages->pdata[i])->name, name) == 0)
      gtk_list_box_select_row (help->list, gtk_list_box_get_row_at_index (help->list, (int)i));
  gtk_stack_set_visible_child_name (help->stack, name);
  adw_leaflet_navigate (help->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
}

static void
row_cb (GtkListBox *list, GtkListBoxRow *row, Help *help)
{
  show_page (help, ((SatchelHelpPage *)help->pages->pdata[gtk_list_box_row_get_index (row)])->name);
}

static void
back_cb (Help *help)
{
  adw_leaflet_navigate (help->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static GtkWidget *
new_row (const char *title)
{
  GtkWidget *row = gtk_list_box_row_new (), *label = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return row;
}

static GtkWidget *
new_contents (Help *help)
{
  GtkWidget *side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *bar = adw_header_bar_new ();
  GtkWidget *list = gtk_list_box_new (), *scrolled = gtk_scrolled_window_new ();

  help->list = GTK_LIST_BOX (list);
  gtk_widget_add_css_class (list, "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Contents"), -1);
  for (guint i = 0; i < help->pages->len; i++)
    gtk_list_box_append (help->list, new_row (((SatchelHelpPage *)help->pages->pdata[i])->title));
  g_signal_connect (list, "row-activated", G_CALLBACK (row_cb), help);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  gtk_widget_set_vexpand (scrolled, TRUE);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), adw_window_title_new (_ ("Help"), ""));
  g_object_bind_property (help->leaflet, "folded", bar, "show-end-title-buttons", G_BINDING_SYNC_CREATE);
  gtk_box_append (GTK_BOX (side), bar);
  gtk_box_append (GTK_BOX (side), scrolled);
  gtk_widget_set_size_request (side, 240, -1);
  return side;
}

static GtkWidget *
new_reading (Help *help)
{
  GtkWidget *side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *bar = adw_header_bar_new ();
  GtkWidget *stack = gtk_stack_new ();

  help->stack = GTK_STACK (stack);
  help->back = gtk_button_new_from_icon_name ("go-previous-symbolic");
  satchel_tip_name (help->back, _ ("Contents"));
  g_signal_connect_swapped (help->back, "clicked", G_CALLBACK (back_cb), help);
  g_object_bind_property (help->leaflet, "folded", help->back, "visible", G_BINDING_SYNC_CREATE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), help->back);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), adw_window_title_new ("", ""));
  for (guint i = 0; i < help->pages->len; i++) {
    const SatchelHelpPage *page = help->pages->pdata[i];

    gtk_stack_add_named (help->stack, new_page (page), page->name);
  }
  gtk_widget_set_vexpand (stack, TRUE);
  gtk_box_append (GTK_BOX (side), bar);
  gtk_box_append (GTK_BOX (side), stack);
  gtk_widget_set_hexpand (side, TRUE);
  gtk_widget_set_size_request (side, 320, -1);
  return side;
}

static void
gone_cb (gpointer data, GObject *window)
{
  Help *help = data;

  g_ptr_array_unref (help->pages);
  g_free (help);
  shown = NULL;
}

static Help *
help_new (void)
{
  Help *help = g_new0 (Help, 1);
  GtkWidget *separator = gtk_separator_new (GTK_ORIENTATION_VERTICAL);

  help->pages = satchel_help_list ();
  help->window =
      g_object_new (ADW_TYPE_WINDOW, "title", _ ("Help"), "default-width", 820, "default-height", 600, NULL);
  help->leaflet = ADW_LEAFLET (adw_leaflet_new ());
  adw_leaflet_set_can_navigate_back (help->leaflet, TRUE);
  adw_leaflet_append (help->leaflet, new_contents (help));
  adw_leaflet_page_set_navigatable (adw_leaflet_append (help->leaflet, separator), FALSE);
  adw_leaflet_append (help->leaflet, new_reading (help));
  adw_window_set_content (ADW_WINDOW (help->window), GTK_WIDGET (help->leaflet));
  gtk_widget_add_css_class (GTK_WIDGET (help->window), "satchel-help");
  g_object_weak_ref (G_OBJECT (help->window), gone_cb, help);
  return help;
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

void
satchel_help_show (GtkWindow *parent, const SatchelRoute *route)
{
  GtkEventController *keys;

  if (shown == NULL) {
    shown = help_new ();
    keys = gtk_shortcut_controller_new ();
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                          gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                            gtk_callback_action_new (escape_cb, NULL, NULL)));
    gtk_widget_add_controller (GTK_WIDGET (shown->window), keys);
  }
  /* Not above it: one reads and does at the same time. It closes with the application's last window. */
  gtk_window_set_destroy_with_parent (shown->window, TRUE);
  gtk_window_set_transient_for (shown->window, parent);
  show_page (shown, satchel_help_about (route));
  gtk_window_present (shown->window);
  /* The leaflet has led the focus into the text, which marks it. */
  if (GTK_IS_LABEL (gtk_window_get_focus (shown->window)))
    gtk_label_select_region (GTK_LABEL (gtk_window_get_focus (shown->window)), 0, 0);
  gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_selected_row (shown->list)));
}
