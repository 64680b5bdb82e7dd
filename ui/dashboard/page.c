/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dashboard/page.h"

#include <glib/gi18n.h>

#include "client/replica/query.h"
#include "ui/dashboard/card.h"
#include "ui/dashboard/save.h"
#include "ui/dashboard/shelf.h"
#include "ui/tip.h"

#define MOST_SELLERS 200
#define PAGE_WIDTH   1400

/* A choice of words, each with what it stands for. */
typedef struct {
  GtkDropDown *widget;
  GtkStringList *words;
  GPtrArray *keys; /* char*, owned; NULL: no restriction */
} Choice;

struct _SatchelDashboardPage {
  SatchelPage parent_instance;
  Choice dashboard, period, seller;
  SatchelShelf *charts;
  GtkStack *states; /* "charts", "none" */
  GPtrArray *cards; /* SatchelCard, borrowed */
  GCancellable *cancellable;
  gboolean filling; /* choices are filled: nobody has chosen */
};

G_DEFINE_FINAL_TYPE (SatchelDashboardPage, satchel_dashboard_page, SATCHEL_TYPE_PAGE)

/* In the words of the predicate language. */
static const struct {
  const char *period, *label;
} periods[] = {
  { NULL, N_ ("All Time") },
  { "this month", N_ ("This Month") },
  { "this quarter", N_ ("This Quarter") },
  { "this year", N_ ("This Year") },
  { "last month", N_ ("Last Month") },
  { "last quarter", N_ ("Last Quarter") },
  { "last year", N_ ("Last Year") },
  { "next month", N_ ("Next Month") },
  { "next quarter", N_ ("Next Quarter") },
};

static SatchelDesk *
desk_of (SatchelDashboardPage *page)
{
  return satchel_page_get_desk (SATCHEL_PAGE (page));
}

/* ---- choices ---- */

static void
setup_word_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_word_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
choice_init (Choice *choice, const char *name)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_word_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_word_cb), NULL);
  choice->words = gtk_string_list_new (NULL);
  choice->keys = g_ptr_array_new_with_free_func (g_free);
  choice->widget = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (choice->words), NULL));
  gtk_drop_down_set_factory (choice->widget, factory);
  gtk_widget_set_hexpand (GTK_WIDGET (choice->widget), TRUE);
  satchel_tip_name (GTK_WIDGET (choice->widget), name);
  g_object_unref (factory);
}

static void
choice_add (Choice *choice, const char *key, const char *word)
{
  g_ptr_array_add (choice->keys, g_strdup (key));
  gtk_string_list_append (choice->words, word);
}

static void
choice_empty (Choice *choice)
{
  g_ptr_array_set_size (choice->keys, 0);
  gtk_string_list_splice (choice->words, 0, g_list_model_get_n_items (G_LIST_MODEL (choice->words)), NULL);
}

static const char *
choice_get (const Choice *choice)
{
  const guint position = gtk_drop_down_get_selected (choice->widget);

  return position < choice->keys->len ? choice->keys->pdata[position] : NULL;
}

static const char *
choice_get_word (const Choice *choice)
{
  return gtk_string_list_get_string (choice->words, gtk_drop_down_get_selected (choice->widget));
}

/* The first one where there is no such @key any more. */
static void
choice_set (Choice *choice, const char *key)
{
  guint position = 0;

  for (guint i = 0; i < choice->keys->len; i++)
    if (g_strcmp0 (choice->keys->pdata[i], key) == 0)
      position = i;
  gtk_drop_down_set_selected (choice->widget, position);
}

/* ---- charts ---- */

static const SatchelDashboard *
dashboard_of (SatchelDashboardPage *page)
{
  SatchelRegistry *registry = satchel_desk_get_registry (desk_of (page));
  const char *name = choice_get (&page->dashboard);

  return name != NULL ? satchel_registry_find_dashboard (registry, name) : NULL;
}

static void
answered_cb (SatchelCard *card, SatchelDashboardPage *page)
{
  gboolean complete = TRUE;

  for (guint i = 0; i < page->cards->len; i++)
    complete = complete && satchel_card_get_figures (page->cards->pdata[i]) != NULL;
  gtk_widget_action_set_enabled (GTK_WIDGET (page), "dashboard.save-pages", complete);
  gtk_widget_action_set_enabled (GTK_WIDGET (page), "dashboard.save-table", complete);
}

static void
ask_cards (SatchelDashboardPage *page)
{
  const SatchelFiguresFilter filter = { .period = choice_get (&page->period),
                                        .owner = choice_get (&page->seller) };

  for (guint i = 0; i < page->cards->len; i++)
    satchel_card_ask (page->cards->pdata[i], &filter);
}

static void
add_card (SatchelDashboardPage *page, const SatchelChart *chart)
{
  SatchelCard *card = satchel_card_new (desk_of (page), chart);

  g_signal_connect_object (card, "answered", G_CALLBACK (answered_cb), page, 0);
  g_ptr_array_add (page->cards, card);
  satchel_shelf_append (page->charts, GTK_WIDGET (card));
}

static void
show_dashboard (SatchelDashboardPage *page)
{
  const SatchelDashboard *dashboard = dashboard_of (page);

  g_ptr_array_set_size (page->cards, 0);
  satchel_shelf_clear (page->charts);
  gtk_stack_set_visible_child_name (page->states, dashboard != NULL ? "charts" : "none");
  satchel_page_set_title (SATCHEL_PAGE (page), _ ("Dashboard"),
                          dashboard != NULL ? _ (dashboard->label) : "");
  gtk_widget_action_set_enabled (GTK_WIDGET (page), "dashboard.save-pages", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (page), "dashboard.save-table", FALSE);
  for (guint i = 0; dashboard != NULL && i < dashboard->n_charts; i++)
    add_card (page, &dashboard->charts[i]);
  ask_cards (page);
}

static void
dashboard_cb (GtkDropDown *widget, GParamSpec *spec, SatchelDashboardPage *page)
{
  if (!page->filling)
    show_dashboard (page);
}

static void
filter_cb (GtkDropDown *widget, GParamSpec *spec, SatchelDashboardPage *page)
{
  if (!page->filling)
    ask_cards (page);
}

static void
fill_dashboards (SatchelDashboardPage *page)
{
  SatchelRegistry *registry = satchel_desk_get_registry (desk_of (page));
  const char *before = choice_get (&page->dashboard); /* at first none: that of the route */
  g_autofree char *chosen = g_strdup (
      before != NULL ? before : satchel_route_get_view (satchel_page_get_route (SATCHEL_PAGE (page))));
  const SatchelDashboard *dashboard;

  page->filling = TRUE;
  choice_empty (&page->dashboard);
  for (guint i = 0; (dashboard = satchel_registry_get_dashboard (registry, i)) != NULL; i++)
    choice_add (&page->dashboard, dashboard->name, _ (dashboard->label));
  choice_set (&page->dashboard, chosen);
  gtk_widget_set_visible (GTK_WIDGET (page->dashboard.widget), page->dashboard.keys->len > 1);
  page->filling = FALSE;
  show_dashboard (page);
}

static void
definitions_cb (SatchelDesk *desk, SatchelDashboardPage *page)
{
  fill_dashboards (page);
}

/* ---- sellers ---- */

static gboolean
take_seller (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, satchel_record_copy (record));
  return TRUE;
}

static gpointer
sellers_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *user = satchel_registry_find (registry, "user");
  g_autoptr (GPtrArray) sellers = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autoptr (SatchelPredicate) where = satchel_predicate_parse (registry, user, "active", error);
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  if (where == NULL ||
      !satchel_replica_query (satchel_session_get_replica (session),
                              &(SatchelQuery){ .entity = user, .where = where, .limit = MOST_SELLERS },
                              &context, take_seller, sellers, error))
    return NULL;
  return g_steal_pointer (&sellers);
}

/* Who was chosen and is not active any more is not among them: everyone is shown. */
static void
fill_sellers (SatchelDashboardPage *page, GPtrArray *sellers)
{
  g_autofree char *chosen = g_strdup (choice_get (&page->seller));

  page->filling = TRUE;
  choice_empty (&page->seller);
  choice_add (&page->seller, NULL, _ ("Everyone"));
  choice_add (&page->seller, "me", _ ("Me"));
  for (guint i = 0; sellers != NULL && i < sellers->len; i++) {
    const SatchelRecord *seller = sellers->pdata[i];
    g_autofree char *title = satchel_record_dup_title (seller);

    choice_add (&page->seller, seller->id, title);
  }
  choice_set (&page->seller, chosen);
  page->filling = FALSE;
  if (g_strcmp0 (choice_get (&page->seller), chosen) != 0)
    ask_cards (page);
}

static void
sellers_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelDashboardPage) page = data;
  g_autoptr (GPtrArray) sellers = satchel_desk_finish (SATCHEL_DESK (source), result, NULL);

  /* Without them there are still everyone and me. */
  if (sellers != NULL && !g_cancellable_is_cancelled (page->cancellable))
    fill_sellers (page, sellers);
}

static void
ask_sellers (SatchelDashboardPage *page)
{
  satchel_desk_read (desk_of (page), sellers_job, NULL, NULL, (GDestroyNotify)g_ptr_array_unref,
                     page->cancellable, sellers_cb, g_object_ref (page));
}

static void
changed_cb (SatchelDesk *desk, GHashTable *records, SatchelDashboardPage *page)
{
  if (satchel_desk_changes_touch (records, satchel_registry_find (satchel_desk_get_registry (desk), "user"),
                                  NULL))
    ask_sellers (page);
}

/* ---- saving ---- */

/* "22 Nov 2026 · This Quarter · Me" */
static char *
dup_subtitle (SatchelDashboardPage *page)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%x");

  return g_strdup_printf ("%s · %s · %s", day, choice_get_word (&page->period),
                          choice_get_word (&page->seller));
}

static void
save (SatchelDashboardPage *page, SatchelSaveFormat format)
{
  const SatchelDashboard *dashboard = dashboard_of (page);
  g_autoptr (GPtrArray) figures = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_figures_unref);
  g_autofree char *subtitle = dup_subtitle (page);

  for (guint i = 0; i < page->cards->len; i++)
    if (satchel_card_get_figures (page->cards->pdata[i]) != NULL)
      g_ptr_array_add (figures, satchel_figures_ref (satchel_card_get_figures (page->cards->pdata[i])));
  if (dashboard != NULL)
    satchel_dashboard_save (GTK_WIDGET (page), desk_of (page), _ (dashboard->label), subtitle, figures,
                            format);
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  save (SATCHEL_DASHBOARD_PAGE (widget),
        g_str_equal (name, "dashboard.save-pages") ? SATCHEL_SAVE_PDF : SATCHEL_SAVE_CSV);
}

/* ---- building ---- */

static GtkWidget *
make_menu (void)
{
  GtkWidget *button = gtk_menu_button_new ();
  GMenu *menu = g_menu_new ();

  g_menu_append (menu, _ ("Save as _Pages (PDF)…"), "dashboard.save-pages");
  g_menu_append (menu, _ ("Save as a _Table (CSV)…"), "dashboard.save-table");
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "document-save-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  satchel_tip_name (button, _ ("Save"));
  g_object_unref (menu);
  return button;
}

static GtkWidget *
make_filters (SatchelDashboardPage *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  choice_init (&page->dashboard, _ ("Dashboard"));
  choice_init (&page->period, _ ("Period"));
  choice_init (&page->seller, _ ("Seller"));
  for (guint i = 0; i < G_N_ELEMENTS (periods); i++)
    choice_add (&page->period, periods[i].period, _ (periods[i].label));
  gtk_box_set_homogeneous (GTK_BOX (box), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->dashboard.widget));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->period.widget));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->seller.widget));
  return box;
}

static GtkWidget *
make_content (SatchelDashboardPage *page)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  page->charts = satchel_shelf_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (page->charts), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Charts"),
                                  -1);
  gtk_box_append (GTK_BOX (box), make_filters (page));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->charts));
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 12);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), PAGE_WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), PAGE_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scrolled), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Dashboard"),
                                  -1);
  return scrolled;
}

static GtkWidget *
make_none (void)
{
  GtkWidget *none = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (none), "satchel-dashboard-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (none), _ ("No Charts"));
  adw_status_page_set_description (ADW_STATUS_PAGE (none), _ ("Your organisation has defined none."));
  return none;
}

static void
satchel_dashboard_page_find (SatchelPage *page)
{
  gtk_widget_grab_focus (GTK_WIDGET (SATCHEL_DASHBOARD_PAGE (page)->period.widget));
}

static void
satchel_dashboard_page_dispose (GObject *object)
{
  SatchelDashboardPage *page = SATCHEL_DASHBOARD_PAGE (object);

  g_cancellable_cancel (page->cancellable);
  g_ptr_array_set_size (page->cards, 0);
  G_OBJECT_CLASS (satchel_dashboard_page_parent_class)->dispose (object);
}

static void
satchel_dashboard_page_finalize (GObject *object)
{
  SatchelDashboardPage *page = SATCHEL_DASHBOARD_PAGE (object);

  g_ptr_array_unref (page->dashboard.keys);
  g_ptr_array_unref (page->period.keys);
  g_ptr_array_unref (page->seller.keys);
  g_ptr_array_unref (page->cards);
  g_object_unref (page->cancellable);
  G_OBJECT_CLASS (satchel_dashboard_page_parent_class)->finalize (object);
}

static void
satchel_dashboard_page_class_init (SatchelDashboardPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_dashboard_page_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_dashboard_page_finalize;
  SATCHEL_PAGE_CLASS (class)->find = satchel_dashboard_page_find;
  gtk_widget_class_install_action (widget_class, "dashboard.save-pages", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "dashboard.save-table", NULL, save_action);
}

static void
satchel_dashboard_page_init (SatchelDashboardPage *page)
{
  page->cards = g_ptr_array_new ();
  page->cancellable = g_cancellable_new ();
}

SatchelPage *
satchel_dashboard_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error)
{
  SatchelDashboardPage *page = g_object_new (SATCHEL_TYPE_DASHBOARD_PAGE, "desk", desk, "route", route, NULL);

  page->states = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (page->states, make_content (page), "charts");
  gtk_stack_add_named (page->states, make_none (), "none");
  satchel_page_set_content (SATCHEL_PAGE (page), GTK_WIDGET (page->states));
  satchel_page_pack_end (SATCHEL_PAGE (page), make_menu ());
  fill_sellers (page, NULL);
  fill_dashboards (page);
  ask_sellers (page);
  g_signal_connect (page->dashboard.widget, "notify::selected", G_CALLBACK (dashboard_cb), page);
  g_signal_connect (page->period.widget, "notify::selected", G_CALLBACK (filter_cb), page);
  g_signal_connect (page->seller.widget, "notify::selected", G_CALLBACK (filter_cb), page);
  g_signal_connect_object (desk, "definitions", G_CALLBACK (definitions_cb), page, 0);
  g_signal_connect_object (desk, "changed", G_CALLBACK (changed_cb), page, 0);
  return SATCHEL_PAGE (page);
}
