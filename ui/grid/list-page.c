/* A view of an entity: filters above, the grid below, at its foot what can be done.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/list-page.h"

#include <glib/gi18n.h>

#include "client/permits.h"
#include "protocol/error.h"
#include "ui/grid/empty.h"
#include "ui/grid/list-actions.h"
#include "ui/grid/list-menu.h"
#include "ui/grid/list-private.h"
#include "ui/grid/selection-bar.h"
#include "ui/print/print.h"
#include "ui/tip.h"

G_DEFINE_FINAL_TYPE (SatchelListPage, satchel_list_page, SATCHEL_TYPE_PAGE)

/* ---- asking ---- */

/* What the server is asked to tell of each row: what is shown, and what is previewed. */
static char **
list_told (SatchelListPage *page)
{
  g_auto (GStrv) shown = satchel_list_page_list_paths (page);
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  g_strv_builder_addv (paths, (const char **)shown);
  for (guint i = 0; page->view->preview != NULL && page->view->preview[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *)shown, page->view->preview[i]))
      g_strv_builder_add (paths, page->view->preview[i]);
  return g_strv_builder_end (paths);
}

static gboolean
ask (SatchelListPage *page, GError **error)
{
  g_auto (GStrv) told = list_told (page);
  g_autofree char *text = satchel_filter_bar_dup_where (page->filters);
  g_autoptr (SatchelPredicate) where = satchel_predicate_parse (page->registry, page->entity, text, error);
  SatchelRowsQuery query = { .entity = page->entity,
                             .where = where,
                             .find = satchel_filter_bar_get_find (page->filters),
                             .find_fields = *page->view->find != NULL ? page->view->find : NULL,
                             .sort = page->sort,
                             .descending = page->descending };

  if (where == NULL)
    return FALSE;
  satchel_grid_begin_anew (page->grid);
  satchel_rows_ask (page->rows, &query);
  satchel_beyond_begin_anew (page->beyond, (const char *const *)told);
  return TRUE;
}

/* Each of the conditions has been parsed before; too many of them together are refused. */
void
satchel_list_page_ask (SatchelListPage *page)
{
  g_autoptr (GError) error = NULL;

  if (!ask (page, &error))
    satchel_toast_error (GTK_WIDGET (page), error);
}

static void
filters_cb (SatchelFilterBar *filters, SatchelListPage *page)
{
  satchel_list_page_ask (page);
}

static void
sort_cb (SatchelGrid *grid, const char *field, gboolean descending, SatchelListPage *page)
{
  page->sort = satchel_entity_find_field (page->entity, field);
  page->descending = descending;
  satchel_list_page_ask (page);
}

/* ---- what it says ---- */

/* The view does not hold alone where a link brought a condition along. */
static char *
dup_view_name (SatchelListPage *page)
{
  SatchelRoute *route = satchel_page_get_route (SATCHEL_PAGE (page));

  return satchel_route_get_where (route) != NULL ? g_strdup_printf (_ ("%s, narrowed"), _ (page->view->label))
                                                 : g_strdup (_ (page->view->label));
}

static void
update_title (SatchelListPage *page)
{
  gint64 count;
  g_autofree char *name = dup_view_name (page), *subtitle = NULL;

  g_object_get (page->rows, "count", &count, NULL);
  if (count >= 0)
    subtitle = g_strdup_printf (g_dngettext (NULL, "%s · %'d record", "%s · %'d records", (gulong)count),
                                name, (int)count);
  satchel_page_set_title (SATCHEL_PAGE (page), _ (page->entity->plural), subtitle != NULL ? subtitle : name);
}

static SatchelEmptyReason
find_reason (SatchelListPage *page, const char *problem)
{
  if (problem != NULL)
    return SATCHEL_EMPTY_PROBLEM;
  return satchel_filter_bar_is_used (page->filters) ? SATCHEL_EMPTY_FILTERED : SATCHEL_EMPTY_VIEW;
}

/* Without an answer what is shown stays. What is drawn that large is read from a file: not before it is seen.
 */
static void
state_cb (SatchelRows *rows, GParamSpec *spec, SatchelListPage *page)
{
  gint64 count;
  gboolean loading, empty;
  g_autofree char *problem = NULL;

  g_object_get (rows, "count", &count, "loading", &loading, "problem", &problem, NULL);
  update_title (page);
  empty = problem != NULL || (count == 0 && satchel_rows_count_beyond (rows) == 0);
  if (empty && loading)
    return;
  if (empty)
    satchel_empty_show (page->empty, satchel_page_get_desk (SATCHEL_PAGE (page)), page->entity,
                        find_reason (page, problem), problem);
  gtk_stack_set_visible_child_name (page->states, empty ? "empty" : "grid");
}

/* An empty list may get rows that the server told of. */
static void
items_cb (GListModel *rows, guint position, guint removed, guint added, SatchelListPage *page)
{
  if (position == 0)
    state_cb (page->rows, NULL, page);
}

static void
open_menu_cb (GtkMenuButton *button, gpointer data)
{
  SatchelListPage *page = data;
  g_autoptr (GArray) columns = satchel_grid_dup_columns (page->grid);
  g_autoptr (GMenuModel) menu =
      satchel_list_menu_new (page->registry, page->entity, columns, page->sort, page->descending,
                             page->saved != NULL && satchel_saved_view_is_own (page->saved));

  gtk_menu_button_set_menu_model (button, menu);
}

/* ---- views ---- */

/* The system's, or one that a person saved. NULL, with a sentence: what it says is not understood. */
static const SatchelView *
find_view (SatchelListPage *page, const char *name, SatchelSavedView **saved, GError **error)
{
  const SatchelView *view =
      name != NULL ? satchel_entity_find_view (page->entity, name) : &page->entity->views[0];
  SatchelSession *session = satchel_desk_get_session (satchel_page_get_desk (SATCHEL_PAGE (page)));

  if (view != NULL || session == NULL)
    return view;
  *saved = satchel_session_find_view (session, page->entity, name, NULL);
  /* One that has gone is no reason to show nothing. */
  return *saved != NULL ? satchel_saved_view_get_view (*saved, error) : &page->entity->views[0];
}

static void
set_view (SatchelListPage *page, const SatchelView *view, SatchelSavedView *saved)
{
  g_auto (GStrv) sort = g_strsplit (view->sort, ":", 2);

  satchel_saved_view_unref (page->saved);
  page->saved = saved;
  page->view = view;
  page->sort = satchel_entity_find_field (page->entity, sort[0] != NULL ? sort[0] : "");
  page->descending = sort[0] != NULL && g_strcmp0 (sort[1], "desc") == 0;
  satchel_list_page_show_columns (page);
  if (view->preview == NULL || *view->preview == NULL)
    satchel_list_page_show_preview (page, FALSE);
}

static gboolean
show_route (SatchelListPage *page, SatchelRoute *route, GError **error)
{
  g_autoptr (SatchelSavedView) saved = NULL;
  const SatchelView *view = find_view (page, satchel_route_get_view (route), &saved, error);
  const char *where = satchel_route_get_where (route);
  g_autoptr (SatchelPredicate) condition = NULL;

  if (view == NULL)
    return FALSE;
  condition = satchel_predicate_parse (page->registry, page->entity, where != NULL ? where : "", error);
  if (condition == NULL)
    return FALSE;
  satchel_page_set_route (SATCHEL_PAGE (page), route);
  if (view != page->view)
    set_view (page, view, g_steal_pointer (&saved));
  satchel_filter_bar_show (page->filters, page->entity, page->view, where);
  update_title (page);
  return ask (page, error);
}

static void
satchel_list_page_visit (SatchelPage *page, SatchelRoute *route)
{
  g_autoptr (GError) error = NULL;

  if (!show_route (SATCHEL_LIST_PAGE (page), route, &error))
    satchel_toast_error (GTK_WIDGET (page), error);
}

static void
view_cb (SatchelFilterBar *filters, const char *name, SatchelListPage *page)
{
  g_autoptr (SatchelRoute) route = satchel_route_new_list (
      page->entity->name, name, satchel_route_get_where (satchel_page_get_route (SATCHEL_PAGE (page))));

  satchel_list_page_visit (SATCHEL_PAGE (page), route);
}

/* Also of what a link has brought along. */
static void
clear_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelListPage *page = SATCHEL_LIST_PAGE (widget);
  SatchelRoute *route = satchel_page_get_route (SATCHEL_PAGE (page));
  g_autoptr (SatchelRoute) plain = NULL;

  if (satchel_route_get_where (route) != NULL) {
    plain = satchel_route_new_list (page->entity->name, satchel_route_get_view (route), NULL);
    satchel_list_page_visit (SATCHEL_PAGE (page), plain);
  }
  satchel_filter_bar_clear (page->filters);
}

/* Entity and views are others now, of the same names. */
static void
definitions_cb (SatchelDesk *desk, SatchelListPage *page)
{
  SatchelRegistry *registry = satchel_desk_get_registry (desk);
  const SatchelEntity *entity = satchel_registry_find (registry, page->entity->name);
  SatchelRegistry *before = page->registry;

  if (entity == NULL)
    return; /* what it shows stays as it was */
  page->registry = satchel_registry_ref (registry);
  page->entity = entity;
  page->view = NULL;
  satchel_preview_show (page->preview, NULL, NULL);
  satchel_list_actions_install (GTK_WIDGET (page), desk, entity, page->rows, page->selection,
                                satchel_list_page_list_paths, page);
  satchel_list_page_visit (SATCHEL_PAGE (page), satchel_page_get_route (SATCHEL_PAGE (page)));
  if (page->view == NULL)
    set_view (page, &entity->views[0], NULL);
  satchel_registry_unref (before);
}

static void
satchel_list_page_find (SatchelPage *page)
{
  satchel_filter_bar_focus (SATCHEL_LIST_PAGE (page)->filters);
}

/* ---- the object ---- */

static void
satchel_list_page_dispose (GObject *object)
{
  SatchelListPage *page = SATCHEL_LIST_PAGE (object);

  g_object_set_data (object, "list-actions", NULL);
  g_clear_object (&page->rows);
  g_clear_object (&page->selection);
  G_OBJECT_CLASS (satchel_list_page_parent_class)->dispose (object);
}

static void
satchel_list_page_finalize (GObject *object)
{
  SatchelListPage *page = SATCHEL_LIST_PAGE (object);

  satchel_saved_view_unref (page->saved);
  satchel_registry_unref (page->registry);
  G_OBJECT_CLASS (satchel_list_page_parent_class)->finalize (object);
}

/* The selected ones, or all that are listed. */
static void
satchel_list_page_print (SatchelPage *base)
{
  SatchelListPage *page = SATCHEL_LIST_PAGE (base);
  guint n_numbers;
  const guint32 *all = satchel_rows_peek_numbers (page->rows, &n_numbers);
  GArray *numbers = satchel_selection_get_size (page->selection) > 0
                        ? satchel_selection_list_numbers (page->selection)
                        : g_array_sized_new (FALSE, FALSE, sizeof (guint32), n_numbers);

  if (numbers->len == 0 && n_numbers > 0)
    g_array_append_vals (numbers, all, n_numbers);
  satchel_print_list (GTK_WIDGET (page), satchel_page_get_desk (SATCHEL_PAGE (page)), page->entity, numbers,
                      satchel_list_page_list_paths (page), _ (page->view->label));
}

static void
satchel_list_page_class_init (SatchelListPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  SatchelPageClass *page_class = SATCHEL_PAGE_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_list_page_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_list_page_finalize;
  page_class->find = satchel_list_page_find;
  page_class->visit = satchel_list_page_visit;
  page_class->print = satchel_list_page_print;
  satchel_list_page_install_hands (widget_class);
  satchel_list_page_install_columns (widget_class);
  gtk_widget_class_install_action (widget_class, "list.clear", NULL, clear_action);
}

static void
satchel_list_page_init (SatchelListPage *page)
{
}

static GtkWidget *
make_grid (SatchelListPage *page)
{
  GtkWidget *grid =
      satchel_grid_new (satchel_page_get_desk (SATCHEL_PAGE (page)), page->rows, page->selection);

  page->grid = SATCHEL_GRID (grid);
  g_signal_connect (grid, "sort", G_CALLBACK (sort_cb), page);
  satchel_list_page_take_hands (page);
  satchel_list_page_take_columns (page);
  return grid;
}

static void
narrow_cb (SatchelGrid *grid, GParamSpec *spec, SatchelListPage *page)
{
  satchel_filter_bar_set_narrow (page->filters, satchel_grid_is_narrow (grid));
}

static void
width_cb (GtkDrawingArea *ruler, int width, int height, SatchelListPage *page)
{
  satchel_grid_expect_width (page->grid, width);
}

/* An empty list ends at once. */
static void
near_cb (GObject *object, GParamSpec *spec, SatchelListPage *page)
{
  gboolean empty = g_strcmp0 (gtk_stack_get_visible_child_name (page->states), "empty") == 0;

  satchel_beyond_set_near (page->beyond, empty || satchel_grid_is_at_end (page->grid));
}

static gboolean
may_create (SatchelListPage *page)
{
  SatchelSession *session = satchel_desk_get_session (satchel_page_get_desk (SATCHEL_PAGE (page)));
  g_autoptr (SatchelPermits) permits = session != NULL ? satchel_session_read_permits (session) : NULL;

  return satchel_permits_may_create (permits, page->entity);
}

static void
pack_buttons (SatchelListPage *page)
{
  GtkWidget *menu = gtk_menu_button_new (), *new = gtk_button_new_from_icon_name ("list-add-symbolic");
  g_autoptr (SatchelRoute) route = satchel_route_new_draft (page->entity->name);
  g_autofree char *target = satchel_route_to_text (route);

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (menu), "view-more-symbolic");
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (menu), open_menu_cb, page, NULL);
  satchel_tip_name (menu, _ ("This List"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (new), "win.go");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (new), "s", target);
  satchel_tip_name (new, _ ("New"));
  gtk_widget_set_visible (new, !page->entity->system && !page->entity->retired && may_create (page));
  satchel_page_pack_end (SATCHEL_PAGE (page), menu);
  satchel_page_pack_end (SATCHEL_PAGE (page), new);
}

static void
build (SatchelListPage *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *grid = make_grid (page);
  GtkWidget *ruler = gtk_drawing_area_new (); /* draws nothing; tells how wide the page is */

  g_signal_connect (ruler, "resize", G_CALLBACK (width_cb), page);
  gtk_accessible_update_state (GTK_ACCESSIBLE (ruler), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (box), ruler);
  page->filters = SATCHEL_FILTER_BAR (satchel_filter_bar_new (satchel_page_get_desk (SATCHEL_PAGE (page))));
  g_signal_connect (page->filters, "changed", G_CALLBACK (filters_cb), page);
  g_signal_connect (page->filters, "view", G_CALLBACK (view_cb), page);
  satchel_filter_bar_listen (page->filters, grid);
  g_signal_connect (page->grid, "notify::narrow", G_CALLBACK (narrow_cb), page);
  page->states = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (page->states, grid, "grid");
  page->empty = ADW_STATUS_PAGE (satchel_empty_new ());
  gtk_stack_add_named (page->states, GTK_WIDGET (page->empty), "empty");
  gtk_widget_set_vexpand (GTK_WIDGET (page->states), TRUE);
  page->preview = SATCHEL_PREVIEW (satchel_preview_new (satchel_page_get_desk (SATCHEL_PAGE (page))));
  page->preview_place = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_transition_type (page->preview_place, GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_revealer_set_child (page->preview_place, GTK_WIDGET (page->preview));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->filters));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->states));
  page->beyond =
      SATCHEL_BEYOND (satchel_beyond_new (satchel_page_get_desk (SATCHEL_PAGE (page)), page->rows));
  g_signal_connect (page->beyond, "opened", G_CALLBACK (satchel_list_page_opened_cb), page);
  g_signal_connect (page->grid, "notify::at-end", G_CALLBACK (near_cb), page);
  g_signal_connect (page->states, "notify::visible-child", G_CALLBACK (near_cb), page);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->beyond));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->preview_place));
  gtk_box_append (GTK_BOX (box), satchel_selection_bar_new (satchel_page_get_desk (SATCHEL_PAGE (page)),
                                                            page->entity, page->selection));
  satchel_page_set_content (SATCHEL_PAGE (page), box);
  pack_buttons (page);
}

SatchelPage *
satchel_list_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error)
{
  SatchelListPage *page =
      g_object_ref_sink (g_object_new (SATCHEL_TYPE_LIST_PAGE, "desk", desk, "route", route, NULL));

  page->registry = satchel_registry_ref (satchel_desk_get_registry (desk));
  page->entity = satchel_registry_find (page->registry, satchel_route_get_entity (route));
  page->rows = satchel_rows_new (desk);
  page->selection = satchel_selection_new (page->rows);
  g_signal_connect_object (page->rows, "notify::count", G_CALLBACK (state_cb), page, 0);
  g_signal_connect_object (page->rows, "notify::loading", G_CALLBACK (state_cb), page, 0);
  g_signal_connect_object (page->rows, "notify::problem", G_CALLBACK (state_cb), page, 0);
  g_signal_connect_object (page->rows, "items-changed", G_CALLBACK (items_cb), page, 0);
  g_signal_connect_object (desk, "definitions", G_CALLBACK (definitions_cb), page, 0);
  build (page);
  satchel_list_actions_install (GTK_WIDGET (page), desk, page->entity, page->rows, page->selection,
                                satchel_list_page_list_paths, page);
  if (show_route (page, route, error)) {
    g_object_force_floating (G_OBJECT (page));
    return SATCHEL_PAGE (page);
  }
  g_object_unref (page);
  return NULL;
}
