/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/section.h"

#include <glib/gi18n.h>

struct _SatchelInboxSection {
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkListBox *list;
  GtkWidget *more;
  GListStore *items;
  gint64 count;
  SatchelMakeRowFunc make_row;
  gpointer data;
};

enum { MORE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelInboxSection, satchel_inbox_section, GTK_TYPE_WIDGET)

static GtkWidget *
make_row_cb (gpointer item, gpointer data)
{
  SatchelInboxSection *section = data;

  return section->make_row (item, section->data);
}

static void
more_cb (GtkButton *button, SatchelInboxSection *section)
{
  g_signal_emit (section, signals[MORE], 0);
}

void
satchel_inbox_section_show (SatchelInboxSection *section, GPtrArray *items, gint64 count,
                            SatchelFingerprintFunc fingerprint)
{
  section->count = MAX (count, items->len);
  satchel_list_update (section->items, items, fingerprint);
  gtk_widget_set_visible (section->more, items->len < count);
  gtk_widget_set_visible (GTK_WIDGET (section), items->len > 0);
}

gint64
satchel_inbox_section_get_count (SatchelInboxSection *section)
{
  return section->count;
}

gboolean
satchel_inbox_section_focus (SatchelInboxSection *section)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (section->list, 0);

  return row != NULL && gtk_widget_child_focus (GTK_WIDGET (row), GTK_DIR_TAB_FORWARD);
}

GtkWidget *
satchel_inbox_section_wrap (GtkWidget *content)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *clamp = adw_clamp_new ();

  gtk_widget_set_margin_top (content, 18);
  gtk_widget_set_margin_bottom (content, 24);
  gtk_widget_set_margin_start (content, 12);
  gtk_widget_set_margin_end (content, 12);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 900);
  adw_clamp_set_child (ADW_CLAMP (clamp), content);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  return scrolled;
}

/* ---- the widget ---- */

static void
satchel_inbox_section_dispose (GObject *object)
{
  SatchelInboxSection *section = SATCHEL_INBOX_SECTION (object);

  g_clear_pointer (&section->box, gtk_widget_unparent);
  g_clear_object (&section->items);
  G_OBJECT_CLASS (satchel_inbox_section_parent_class)->dispose (object);
}

static void
satchel_inbox_section_class_init (SatchelInboxSectionClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_inbox_section_dispose;
  signals[MORE] = g_signal_new ("more", SATCHEL_TYPE_INBOX_SECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
satchel_inbox_section_init (SatchelInboxSection *section)
{
  section->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  section->list = GTK_LIST_BOX (gtk_list_box_new ());
  section->more = gtk_button_new_with_label (_ ("Show More"));
  section->items = g_list_store_new (G_TYPE_OBJECT);
  gtk_widget_set_parent (section->box, GTK_WIDGET (section));
  gtk_list_box_set_selection_mode (section->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (section->list), "boxed-list");
  gtk_widget_set_halign (section->more, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (section->more, "pill");
  gtk_widget_set_visible (GTK_WIDGET (section), FALSE);
  g_signal_connect (section->more, "clicked", G_CALLBACK (more_cb), section);
  gtk_list_box_bind_model (section->list, G_LIST_MODEL (section->items), make_row_cb, section, NULL);
}

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

SatchelInboxSection *
satchel_inbox_section_new (const char *title, const char *description, SatchelMakeRowFunc make_row,
                           gpointer data)
{
  SatchelInboxSection *section = g_object_new (SATCHEL_TYPE_INBOX_SECTION, NULL);

  section->make_row = make_row;
  section->data = data;
  gtk_box_append (GTK_BOX (section->box), make_label (title, "heading"));
  if (description != NULL)
    gtk_box_append (GTK_BOX (section->box), make_label (description, "dim-label"));
  gtk_box_append (GTK_BOX (section->box), GTK_WIDGET (section->list));
  gtk_box_append (GTK_BOX (section->box), section->more);
  gtk_accessible_update_property (GTK_ACCESSIBLE (section->list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  return section;
}
