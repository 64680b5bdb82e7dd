/* A view of an entity: quick find above, the grid below.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/list-page.h"

#include <glib/gi18n.h>

#include "protocol/error.h"
#include "ui/grid/columns.h"
#include "ui/grid/rows.h"

struct _SatchelListPage {
  SatchelPage parent_instance;
  const SatchelEntity *entity; /* of the definitions that held when the page was made */
  const SatchelView *view;
  SatchelRows *rows;
  GtkColumnView *grid;
  GtkSearchEntry *find;
  GtkStack *states; /* "grid", "empty" */
  AdwStatusPage *empty;
};

G_DEFINE_FINAL_TYPE (SatchelListPage, satchel_list_page, SATCHEL_TYPE_PAGE)

static const SatchelField *
sort_of (const SatchelListPage *page, gboolean *descending)
{
  g_auto (GStrv) parts = g_strsplit (page->view->sort, ":", 2);

  *descending = g_strcmp0 (parts[1], "desc") == 0;
  return satchel_entity_find_field (page->entity, parts[0]);
}

/* The view's condition and that of the route. */
static SatchelPredicate *
make_condition (SatchelListPage *page, GError **error)
{
  SatchelRegistry *registry = satchel_desk_get_registry (satchel_page_get_desk (SATCHEL_PAGE (page)));
  const char *where = satchel_route_get_where (satchel_page_get_route (SATCHEL_PAGE (page)));
  g_autofree char *both = NULL;

  if (where != NULL && *page->view->where != '\0')
    both = g_strdup_printf ("(%s) and (%s)", page->view->where, where);
  return satchel_predicate_parse (registry, page->entity,
                                  both != NULL    ? both
                                  : where != NULL ? where
                                                  : page->view->where,
                                  error);
}

static gboolean
ask (SatchelListPage *page, GError **error)
{
  g_autoptr (SatchelPredicate) where = make_condition (page, error);
  SatchelRowsQuery query = { .entity = page->entity,
                             .where = where,
                             .find = gtk_editable_get_text (GTK_EDITABLE (page->find)),
                             .find_fields = *page->view->find != NULL ? page->view->find : NULL };

  if (where == NULL)
    return FALSE;
  query.sort = sort_of (page, &query.descending);
  satchel_rows_ask (page->rows, &query);
  return TRUE;
}

static void
update_title (SatchelListPage *page)
{
  gint64 count;
  g_autofree char *subtitle = NULL;

  g_object_get (page->rows, "count", &count, NULL);
  if (count >= 0)
    subtitle = g_strdup_printf (g_dngettext (NULL, "%s · %'d record", "%s · %'d records", (gulong)count),
                                _ (page->view->label), (int)count);
  satchel_page_set_title (SATCHEL_PAGE (page), _ (page->entity->plural),
                          subtitle != NULL ? subtitle : _ (page->view->label));
}

static void
count_cb (SatchelRows *rows, GParamSpec *spec, SatchelListPage *page)
{
  gint64 count;
  gboolean finding = *gtk_editable_get_text (GTK_EDITABLE (page->find)) != '\0';

  g_object_get (rows, "count", &count, NULL);
  update_title (page);
  adw_status_page_set_title (page->empty, finding ? _ ("Nothing Found") : _ ("No Records Here"));
  adw_status_page_set_description (page->empty, finding ? _ ("No record of this view has all of these words.")
                                                        : _ ("This view shows no record that you carry."));
  gtk_stack_set_visible_child_name (page->states, count == 0 ? "empty" : "grid");
}

static void
find_cb (GtkSearchEntry *entry, SatchelListPage *page)
{
  ask (page, NULL); /* the condition has been parsed before */
}

static void
activated_cb (GtkColumnView *grid, guint position, SatchelListPage *page)
{
  g_autoptr (SatchelRow) row = g_list_model_get_item (G_LIST_MODEL (page->rows), position);
  const SatchelRecord *record = row != NULL ? satchel_row_get_record (row) : NULL;
  g_autoptr (SatchelRoute) route =
      record != NULL ? satchel_route_new_record (record->entity->name, record->id) : NULL;

  if (route != NULL)
    satchel_go (GTK_WIDGET (page), route);
}

static void
satchel_list_page_find (SatchelPage *page)
{
  gtk_widget_grab_focus (GTK_WIDGET (SATCHEL_LIST_PAGE (page)->find));
}

static const SatchelView *
view_of (const SatchelEntity *entity, SatchelRoute *route)
{
  const char *name = satchel_route_get_view (route);
  const SatchelView *view = name != NULL ? satchel_entity_find_view (entity, name) : NULL;

  return view != NULL ? view : &entity->views[0];
}

static gboolean
show_route (SatchelListPage *page, SatchelRoute *route, GError **error)
{
  const SatchelView *before = page->view;

  satchel_page_set_route (SATCHEL_PAGE (page), route);
  page->view = view_of (page->entity, route);
  if (page->view != before)
    satchel_columns_set (page->grid, satchel_page_get_desk (SATCHEL_PAGE (page)), page->entity, page->view);
  update_title (page);
  return ask (page, error);
}

static void
satchel_list_page_visit (SatchelPage *page, SatchelRoute *route)
{
  g_autoptr (GError) error = NULL;

  if (!show_route (SATCHEL_LIST_PAGE (page), route, &error))
    satchel_toast (GTK_WIDGET (page), error->message, NULL, NULL);
}

static void
satchel_list_page_dispose (GObject *object)
{
  g_clear_object (&SATCHEL_LIST_PAGE (object)->rows);
  G_OBJECT_CLASS (satchel_list_page_parent_class)->dispose (object);
}

static void
satchel_list_page_class_init (SatchelListPageClass *class)
{
  SatchelPageClass *page_class = SATCHEL_PAGE_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_list_page_dispose;
  page_class->find = satchel_list_page_find;
  page_class->visit = satchel_list_page_visit;
}

static void
satchel_list_page_init (SatchelListPage *page)
{
}

static GtkWidget *
make_grid (SatchelListPage *page)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  page->grid = GTK_COLUMN_VIEW (gtk_column_view_new (
      GTK_SELECTION_MODEL (gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (page->rows))))));
  gtk_widget_add_css_class (GTK_WIDGET (page->grid), "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (page->grid), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (page->entity->plural), -1);
  g_signal_connect (page->grid, "activate", G_CALLBACK (activated_cb), page);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (page->grid));
  return scrolled;
}

static void
build (SatchelListPage *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  page->find = GTK_SEARCH_ENTRY (gtk_search_entry_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (page->find), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Quick Find"), -1);
  gtk_widget_set_margin_start (GTK_WIDGET (page->find), 6);
  gtk_widget_set_margin_end (GTK_WIDGET (page->find), 6);
  gtk_widget_set_margin_bottom (GTK_WIDGET (page->find), 6);
  g_signal_connect (page->find, "search-changed", G_CALLBACK (find_cb), page);
  page->states = GTK_STACK (gtk_stack_new ());
  page->empty = ADW_STATUS_PAGE (adw_status_page_new ());
  adw_status_page_set_icon_name (page->empty, "edit-find-symbolic");
  gtk_stack_add_named (page->states, make_grid (page), "grid");
  gtk_stack_add_named (page->states, GTK_WIDGET (page->empty), "empty");
  gtk_widget_set_vexpand (GTK_WIDGET (page->states), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->find));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->states));
  satchel_page_set_content (SATCHEL_PAGE (page), box);
}

SatchelPage *
satchel_list_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error)
{
  SatchelListPage *page =
      g_object_ref_sink (g_object_new (SATCHEL_TYPE_LIST_PAGE, "desk", desk, "route", route, NULL));
  const SatchelEntity *entity =
      satchel_registry_find (satchel_desk_get_registry (desk), satchel_route_get_entity (route));

  page->entity = entity;
  page->rows = satchel_rows_new (desk);
  g_signal_connect_object (page->rows, "notify::count", G_CALLBACK (count_cb), page, 0);
  build (page);
  if (show_route (page, route, error)) {
    g_object_force_floating (G_OBJECT (page));
    return SATCHEL_PAGE (page);
  }
  g_object_unref (page);
  return NULL;
}
