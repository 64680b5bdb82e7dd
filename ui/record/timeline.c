/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/record/timeline.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/page.h"
#include "ui/record/history.h"
#include "ui/record/quick-line.h"
#include "ui/record/timeline-row.h"
#include "ui/tip.h"

typedef struct {
  GtkWidget *box; /* borrowed: it owns this */
  SatchelDesk *desk;
  const SatchelEntity *entity;
  char *id;
  SatchelTimelineList *list;
  GtkStack *states; /* "list", "empty" */
  AdwStatusPage *empty;
  GtkDropDown *filter;
} Timeline;

#define MASK(kind) (1u << SATCHEL_MOMENT_##kind)

static const struct {
  const char *label;
  guint mask;
} filters[] = {
  { N_ ("Everything"), MASK (ACTIVITY) | MASK (MAIL) | MASK (NOTE) | MASK (CHANGE) },
  { N_ ("Activities"), MASK (ACTIVITY) },
  { N_ ("Mails"), MASK (MAIL) },
  { N_ ("Notes"), MASK (NOTE) },
  { N_ ("Changes"), MASK (CHANGE) },
};

static void
timeline_free (gpointer data)
{
  Timeline *timeline = data;

  g_object_unref (timeline->list);
  g_object_unref (timeline->desk);
  g_free (timeline->id);
  g_free (timeline);
}

/* ---- what is shown ---- */

static void
update_state (Timeline *timeline)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (timeline->list));
  g_autofree char *problem = NULL;
  gboolean loading;

  g_object_get (timeline->list, "loading", &loading, "problem", &problem, NULL);
  adw_status_page_set_title (timeline->empty, problem != NULL ? _ ("Cannot Be Shown") : _ ("Nothing Yet"));
  adw_status_page_set_description (
      timeline->empty, problem != NULL ? problem : _ ("Notes, tasks, calls and mails about it stand here."));
  gtk_widget_set_visible (GTK_WIDGET (timeline->empty), !loading);
  gtk_stack_set_visible_child_name (timeline->states, n > 0 ? "list" : "empty");
}

/* The list may live a little longer than the widget, while it loads: its signals go by way of the box. */
static void
items_cb (GListModel *model, guint position, guint removed, guint added, GObject *box)
{
  update_state (g_object_get_data (box, "timeline"));
}

static void
state_cb (GObject *list, GParamSpec *spec, GObject *box)
{
  update_state (g_object_get_data (box, "timeline"));
}

static void
filter_cb (GtkDropDown *filter, GParamSpec *spec, Timeline *timeline)
{
  const guint selected = gtk_drop_down_get_selected (filter);

  if (selected < G_N_ELEMENTS (filters))
    satchel_timeline_list_set_kinds (timeline->list, filters[selected].mask);
}

static void
edge_cb (GtkScrolledWindow *scrolled, GtkPositionType edge, Timeline *timeline)
{
  if (edge == GTK_POS_BOTTOM)
    satchel_timeline_list_grow (timeline->list);
}

/* Before the end is reached: the page after it is there when one gets to it. */
static void
scrolled_cb (GtkAdjustment *adjustment, Timeline *timeline)
{
  const double left = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_value (adjustment) -
                      gtk_adjustment_get_page_size (adjustment);

  if (gtk_adjustment_get_value (adjustment) > 0 && left < 2 * gtk_adjustment_get_page_size (adjustment))
    satchel_timeline_list_grow (timeline->list);
}

static void
activated_cb (GtkListView *view, guint position, Timeline *timeline)
{
  g_autoptr (SatchelTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (timeline->list), position);
  const SatchelMoment *moment = item != NULL ? satchel_timeline_item_get_moment (item) : NULL;
  g_autoptr (SatchelRoute) route = NULL;

  if (moment != NULL && moment->kind == SATCHEL_MOMENT_CHANGE) {
    satchel_history_show (timeline->box, timeline->desk, timeline->entity, timeline->id, NULL);
  } else if (moment != NULL) {
    route = satchel_route_new_record (moment->entity, moment->id);
    satchel_go (timeline->box, route);
  }
}

static void
history_cb (GtkButton *button, Timeline *timeline)
{
  satchel_history_show (timeline->box, timeline->desk, timeline->entity, timeline->id, NULL);
}

/* ---- rows ---- */

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, Timeline *timeline)
{
  gtk_list_item_set_child (item, satchel_timeline_row_new (timeline->desk));
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, Timeline *timeline)
{
  satchel_timeline_row_set_item (SATCHEL_TIMELINE_ROW (gtk_list_item_get_child (item)),
                                 gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkListItemFactory *factory, GtkListItem *item, Timeline *timeline)
{
  satchel_timeline_row_set_item (SATCHEL_TIMELINE_ROW (gtk_list_item_get_child (item)), NULL);
}

static GtkWidget *
make_list (Timeline *timeline)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new (), *view;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), timeline);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), timeline);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), timeline);
  view = gtk_list_view_new (
      GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (timeline->list)))), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (view), TRUE);
  gtk_widget_remove_css_class (view, "view"); /* it stands on the page, as the form does */
  gtk_widget_add_css_class (view, "background");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Timeline"), -1);
  g_signal_connect (view, "activate", G_CALLBACK (activated_cb), timeline);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  /* The keyboard comes to it while the list is empty. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (scrolled), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Timeline"),
                                  -1);
  g_signal_connect (scrolled, "edge-reached", G_CALLBACK (edge_cb), timeline);
  g_signal_connect (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled)), "value-changed",
                    G_CALLBACK (scrolled_cb), timeline);
  return scrolled;
}

/* ---- the widget ---- */

static GtkWidget *
make_bar (Timeline *timeline)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *history = gtk_button_new ();
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    gtk_string_list_append (labels, _ (filters[i].label));
  timeline->filter = GTK_DROP_DOWN (gtk_drop_down_new (g_object_ref (G_LIST_MODEL (labels)), NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (timeline->filter), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Show in the timeline"), -1);
  g_signal_connect (timeline->filter, "notify::selected", G_CALLBACK (filter_cb), timeline);
  gtk_widget_set_hexpand (GTK_WIDGET (timeline->filter), TRUE);
  gtk_widget_set_halign (GTK_WIDGET (timeline->filter), GTK_ALIGN_START);
  gtk_widget_add_css_class (GTK_WIDGET (timeline->filter), "flat");
  gtk_button_set_icon_name (GTK_BUTTON (history), "document-open-recent-symbolic");
  gtk_widget_add_css_class (history, "flat");
  satchel_tip_name (history, _ ("History of All Fields"));
  g_signal_connect (history, "clicked", G_CALLBACK (history_cb), timeline);
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (timeline->filter));
  gtk_box_append (GTK_BOX (bar), history);
  return bar;
}

GtkWidget *
satchel_timeline_new (SatchelDesk *desk, const SatchelEntity *entity, const char *id)
{
  Timeline *timeline = g_new0 (Timeline, 1);
  GtkWidget *line = satchel_quick_line_new (desk, entity, id);

  timeline->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  timeline->desk = g_object_ref (desk);
  timeline->entity = entity;
  timeline->id = g_strdup (id);
  timeline->list = satchel_timeline_list_new (desk, entity, id);
  g_object_set_data_full (G_OBJECT (timeline->box), "timeline", timeline, timeline_free);
  timeline->states = GTK_STACK (gtk_stack_new ());
  timeline->empty = ADW_STATUS_PAGE (adw_status_page_new ());
  gtk_widget_add_css_class (GTK_WIDGET (timeline->empty), "compact");
  adw_status_page_set_icon_name (timeline->empty, "x-office-calendar-symbolic");
  gtk_stack_add_named (timeline->states, GTK_WIDGET (timeline->empty), "empty");
  gtk_stack_add_named (timeline->states, make_list (timeline), "list");
  gtk_widget_set_vexpand (GTK_WIDGET (timeline->states), TRUE);
  if (line != NULL)
    gtk_box_append (GTK_BOX (timeline->box), line);
  gtk_box_append (GTK_BOX (timeline->box), make_bar (timeline));
  gtk_box_append (GTK_BOX (timeline->box), GTK_WIDGET (timeline->states));
  g_signal_connect_object (timeline->list, "items-changed", G_CALLBACK (items_cb), timeline->box, 0);
  g_signal_connect_object (timeline->list, "notify::loading", G_CALLBACK (state_cb), timeline->box, 0);
  update_state (timeline);
  return timeline->box;
}
