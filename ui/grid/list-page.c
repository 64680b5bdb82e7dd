/* A view of an entity: filters above, the grid below, at its foot what can be done.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/list-page.h"

#include <glib/gi18n.h>

#include "client/permits.h"
#include "client/views.h"
#include "protocol/error.h"
#include "ui/grid/beyond.h"
#include "ui/grid/columns-dialog.h"
#include "ui/grid/columns.h"
#include "ui/grid/empty.h"
#include "ui/grid/filter-bar.h"
#include "ui/grid/grid.h"
#include "ui/grid/layout.h"
#include "ui/grid/list-actions.h"
#include "ui/grid/list-menu.h"
#include "ui/grid/preview.h"
#include "ui/grid/rows.h"
#include "ui/grid/selection-bar.h"
#include "ui/print/print.h"
#include "ui/sync/sync.h"

struct _SatchelListPage {
  SatchelPage parent_instance;
  SatchelRegistry *registry; /* the definitions that entity and view are of */
  const SatchelEntity *entity;
  const SatchelView *view;
  SatchelSavedView *saved; /* whose view it is; NULL: the system's */
  const SatchelField *sort;
  gboolean descending;
  SatchelRows *rows;
  SatchelSelection *selection;
  SatchelFilterBar *filters;
  SatchelGrid *grid;
  SatchelPreview *preview;
  SatchelBeyond *beyond;
  GtkRevealer *preview_place;
  GtkStack *states; /* "grid", "empty" */
  AdwStatusPage *empty;
};

G_DEFINE_FINAL_TYPE (SatchelListPage, satchel_list_page, SATCHEL_TYPE_PAGE)

static SatchelDesk *
get_desk (SatchelListPage *page)
{
  return satchel_page_get_desk (SATCHEL_PAGE (page));
}

/* ---- asking ---- */

static char **list_paths (gpointer data);

/* What the server is asked to tell of each row: what is shown, and what is previewed. */
static char **
list_told (SatchelListPage *page)
{
  g_auto (GStrv) shown = list_paths (page);
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
static void
ask_or_tell (SatchelListPage *page)
{
  g_autoptr (GError) error = NULL;

  if (!ask (page, &error))
    satchel_toast_error (GTK_WIDGET (page), error);
}

static void
filters_cb (SatchelFilterBar *filters, SatchelListPage *page)
{
  ask_or_tell (page);
}

static void
sort_cb (SatchelGrid *grid, const char *field, gboolean descending, SatchelListPage *page)
{
  page->sort = satchel_entity_find_field (page->entity, field);
  page->descending = descending;
  ask_or_tell (page);
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
    satchel_empty_show (page->empty, get_desk (page), page->entity, find_reason (page, problem), problem);
  gtk_stack_set_visible_child_name (page->states, empty ? "empty" : "grid");
}

/* An empty list may get rows that the server told of. */
static void
items_cb (GListModel *rows, guint position, guint removed, guint added, SatchelListPage *page)
{
  if (position == 0)
    state_cb (page->rows, NULL, page);
}

/* ---- opening, preview ---- */

static void
go_to_record (SatchelListPage *page, const char *entity, const char *id)
{
  g_autoptr (SatchelRoute) route = satchel_route_new_record (entity, id);

  satchel_go (GTK_WIDGET (page), route);
}

static void
go_to_row (SatchelListPage *page, SatchelRow *row)
{
  const SatchelRecord *record = satchel_row_get_record (row);

  if (record != NULL && satchel_row_get_online (row) != NULL)
    satchel_beyond_open (page->beyond, record);
  else if (record != NULL)
    go_to_record (page, record->entity->name, record->id);
}

static void
opened_cb (SatchelBeyond *beyond, const char *entity, const char *id, SatchelListPage *page)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (page)))
    go_to_record (page, entity, id);
}

static void
open_cb (SatchelGrid *grid, SatchelRow *row, SatchelListPage *page)
{
  go_to_row (page, row);
}

/* The one record that is selected; owned; NULL when there are none or several. */
static SatchelRow *
get_single (SatchelListPage *page)
{
  gint64 position = satchel_selection_find_single (page->selection);

  return position >= 0 ? g_list_model_get_item (G_LIST_MODEL (page->rows), (guint)position) : NULL;
}

static void
update_preview (SatchelListPage *page)
{
  g_autoptr (SatchelRow) row = NULL;

  if (!gtk_revealer_get_reveal_child (page->preview_place))
    return;
  row = get_single (page);
  satchel_preview_show (page->preview, row, page->view->preview);
}

static void
selected_cb (SatchelSelection *selection, guint position, guint n_items, SatchelListPage *page)
{
  update_preview (page);
}

static void
show_preview (SatchelListPage *page, gboolean shown)
{
  if (!shown && gtk_widget_get_focus_child (GTK_WIDGET (page->preview)) != NULL)
    satchel_grid_focus (page->grid);
  gtk_revealer_set_reveal_child (page->preview_place, shown);
  if (shown)
    update_preview (page);
  else
    satchel_preview_show (page->preview, NULL, NULL);
}

static void
preview_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelListPage *page = SATCHEL_LIST_PAGE (widget);

  show_preview (page, !gtk_revealer_get_reveal_child (page->preview_place));
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelListPage *page = SATCHEL_LIST_PAGE (widget);
  g_autoptr (SatchelRow) row = get_single (page);

  if (row != NULL)
    go_to_row (page, row);
}

static void
sync_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  satchel_sync_now (satchel_sync_get (get_desk (SATCHEL_LIST_PAGE (widget))));
}

static void
select_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (SATCHEL_LIST_PAGE (widget)->selection));
}

/* From the menu, where there are no headers: what is the order already is turned round. */
static void
sort_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelListPage *page = SATCHEL_LIST_PAGE (widget);
  const SatchelField *field =
      satchel_entity_find_field (page->entity, g_variant_get_string (parameter, NULL));

  if (field == NULL)
    return;
  page->descending = field == page->sort && !page->descending;
  page->sort = field;
  satchel_grid_set_sort (page->grid, field->name, page->descending);
  ask_or_tell (page);
}

static void
find_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelListPage *page = SATCHEL_LIST_PAGE (widget);
  g_autofree char *where = satchel_filter_bar_dup_where (page->filters);
  g_autoptr (SatchelRoute) route =
      satchel_route_new_find (page->entity->name, page->saved != NULL ? page->view->name : NULL,
                              page->saved == NULL && *where != '\0' ? where : NULL);

  satchel_go (widget, route);
}

/* ---- keys ---- */

/* Esc takes away what was done last: what was typed, the selection, the preview. */
static void
step_back (SatchelListPage *page)
{
  if (*satchel_filter_bar_get_find (page->filters) != '\0')
    satchel_filter_bar_set_find (page->filters, "");
  else if (satchel_selection_get_size (page->selection) > 0)
    gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (page->selection));
  else
    show_preview (page, FALSE);
}

/* Where something is being typed a space belongs to it. */
static void
press_space (SatchelListPage *page)
{
  const char *typed = satchel_filter_bar_get_find (page->filters);
  g_autofree char *longer = g_strconcat (typed, " ", NULL);

  if (*typed != '\0')
    satchel_filter_bar_set_find (page->filters, longer);
  else
    show_preview (page, !gtk_revealer_get_reveal_child (page->preview_place));
}

/* What is pressed in a menu over the list is the menu's. */
static gboolean
is_in_menu (SatchelListPage *page)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (page));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL;
}

/* Before the rows have a chance: they would select by the space bar. */
static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        SatchelListPage *page)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (page)) == GTK_TEXT_DIR_RTL;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0 || is_in_menu (page))
    return FALSE;
  switch (key) {
  case GDK_KEY_space:
    press_space (page);
    return TRUE;
  case GDK_KEY_Left:
  case GDK_KEY_Right:
    show_preview (page, (key == GDK_KEY_Right) != rtl);
    return TRUE;
  case GDK_KEY_Delete:
    return gtk_widget_activate_action (GTK_WIDGET (page), "act.delete", NULL);
  case GDK_KEY_Escape:
    step_back (page);
    return TRUE;
  default:
    return FALSE;
  }
}

/* ---- menus ---- */

static void
menu_cb (SatchelGrid *grid, GdkRectangle *where, SatchelListPage *page)
{
  g_autoptr (SatchelRow) row = get_single (page);

  satchel_list_menu_popup (GTK_WIDGET (grid), where, get_desk (page), page->entity,
                           row != NULL ? satchel_row_get_record (row) : NULL);
}

static void
open_menu_cb (GtkMenuButton *button, gpointer data)
{
  SatchelListPage *page = data;
  g_autoptr (GArray) columns = satchel_grid_dup_columns (page->grid);
  g_autoptr (GMenuModel) menu =
      satchel_list_menu_new (page->registry, page->entity, columns, page->sort, page->descending);

  gtk_menu_button_set_menu_model (button, menu);
}

/* ---- columns ---- */

static char **
list_paths (gpointer data)
{
  SatchelListPage *page = data;
  g_autoptr (GArray) columns = satchel_grid_dup_columns (page->grid);
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; i < columns->len; i++)
    g_strv_builder_add (paths, g_array_index (columns, SatchelViewColumn, i).field);
  return g_strv_builder_end (paths);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelListPage) page = data;
  g_autoptr (GError) error = NULL;

  if (!satchel_layout_keep_finish (SATCHEL_DESK (source), result, &error))
    satchel_toast_error (GTK_WIDGET (page), error);
}

static void
keep_columns (SatchelListPage *page, const SatchelViewColumn *columns, guint n_columns)
{
  g_autofree char *text = satchel_view_columns_to_text (columns, n_columns);

  satchel_layout_keep_async (get_desk (page), page->entity, page->view, page->saved, text, kept_cb,
                             g_object_ref (page));
}

static void
columns_cb (SatchelGrid *grid, SatchelListPage *page)
{
  g_autoptr (GArray) columns = satchel_grid_dup_columns (grid);

  keep_columns (page, (const SatchelViewColumn *)(gpointer)columns->data, columns->len);
}

static void
show_columns (SatchelListPage *page)
{
  SatchelSession *session = satchel_desk_get_session (get_desk (page));
  gboolean own = page->saved != NULL && satchel_saved_view_is_own (page->saved);
  g_autofree char *left =
      session != NULL && !own ? satchel_layout_load (session, page->entity, page->view) : NULL;
  g_autoptr (GArray) columns = satchel_layout_read (page->registry, page->entity, page->view, left);

  satchel_grid_set_columns (page->grid, page->entity, (const SatchelViewColumn *)(gpointer)columns->data,
                            columns->len);
  if (page->sort != NULL)
    satchel_grid_set_sort (page->grid, page->sort->name, page->descending);
}

static void
chosen_cb (const SatchelViewColumn *columns, guint n_columns, gpointer data)
{
  SatchelListPage *page = data;

  if (columns == NULL) {
    columns = page->saved != NULL ? page->entity->views[0].columns : page->view->columns;
    n_columns = page->saved != NULL ? page->entity->views[0].n_columns : page->view->n_columns;
  }
  satchel_grid_set_columns (page->grid, page->entity, columns, n_columns);
  if (page->sort != NULL)
    satchel_grid_set_sort (page->grid, page->sort->name, page->descending);
  keep_columns (page, columns, n_columns);
}

static void
columns_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SatchelListPage *page = SATCHEL_LIST_PAGE (widget);
  g_autoptr (GArray) columns = satchel_grid_dup_columns (page->grid);

  satchel_columns_dialog_show (widget, get_desk (page), page->entity,
                               (const SatchelViewColumn *)(gpointer)columns->data, columns->len, chosen_cb,
                               page);
}

/* ---- views ---- */

/* The system's, or one that a person saved. NULL, with a sentence: what it says is not understood. */
static const SatchelView *
find_view (SatchelListPage *page, const char *name, SatchelSavedView **saved, GError **error)
{
  const SatchelView *view =
      name != NULL ? satchel_entity_find_view (page->entity, name) : &page->entity->views[0];
  SatchelSession *session = satchel_desk_get_session (get_desk (page));

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
  show_columns (page);
  if (view->preview == NULL || *view->preview == NULL)
    show_preview (page, FALSE);
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
  satchel_list_actions_install (GTK_WIDGET (page), desk, entity, page->rows, page->selection, list_paths,
                                page);
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
  satchel_print_list (GTK_WIDGET (page), get_desk (page), page->entity, numbers, list_paths (page),
                      _ (page->view->label));
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
  gtk_widget_class_install_action (widget_class, "list.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "list.preview", NULL, preview_action);
  gtk_widget_class_install_action (widget_class, "list.columns", NULL, columns_action);
  gtk_widget_class_install_action (widget_class, "list.sort", "s", sort_action);
  gtk_widget_class_install_action (widget_class, "list.select-all", NULL, select_all_action);
  gtk_widget_class_install_action (widget_class, "list.find", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "list.sync", NULL, sync_action);
  gtk_widget_class_install_action (widget_class, "list.clear", NULL, clear_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, 0, "list.sync", NULL);
}

static void
satchel_list_page_init (SatchelListPage *page)
{
}

static GtkWidget *
make_grid (SatchelListPage *page)
{
  GtkWidget *grid = satchel_grid_new (get_desk (page), page->rows, page->selection);
  GtkEventController *keys = gtk_event_controller_key_new ();

  page->grid = SATCHEL_GRID (grid);
  g_signal_connect (grid, "open", G_CALLBACK (open_cb), page);
  g_signal_connect (grid, "sort", G_CALLBACK (sort_cb), page);
  g_signal_connect (grid, "menu", G_CALLBACK (menu_cb), page);
  g_signal_connect (grid, "columns", G_CALLBACK (columns_cb), page);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), page);
  gtk_widget_add_controller (grid, keys);
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
  gtk_widget_set_tooltip_text (menu, _ ("This List"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (menu), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("This List"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (new), "win.go");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (new), "s", target);
  gtk_widget_set_tooltip_text (new, _ ("New"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (new), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("New"), -1);
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
  page->filters = SATCHEL_FILTER_BAR (satchel_filter_bar_new (get_desk (page)));
  g_signal_connect (page->filters, "changed", G_CALLBACK (filters_cb), page);
  g_signal_connect (page->filters, "view", G_CALLBACK (view_cb), page);
  satchel_filter_bar_listen (page->filters, grid);
  g_signal_connect (page->grid, "notify::narrow", G_CALLBACK (narrow_cb), page);
  page->states = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (page->states, grid, "grid");
  page->empty = ADW_STATUS_PAGE (satchel_empty_new ());
  gtk_stack_add_named (page->states, GTK_WIDGET (page->empty), "empty");
  gtk_widget_set_vexpand (GTK_WIDGET (page->states), TRUE);
  page->preview = SATCHEL_PREVIEW (satchel_preview_new (get_desk (page)));
  page->preview_place = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_transition_type (page->preview_place, GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_revealer_set_child (page->preview_place, GTK_WIDGET (page->preview));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->filters));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->states));
  page->beyond = SATCHEL_BEYOND (satchel_beyond_new (get_desk (page), page->rows));
  g_signal_connect (page->beyond, "opened", G_CALLBACK (opened_cb), page);
  g_signal_connect (page->grid, "notify::at-end", G_CALLBACK (near_cb), page);
  g_signal_connect (page->states, "notify::visible-child", G_CALLBACK (near_cb), page);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->beyond));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->preview_place));
  gtk_box_append (GTK_BOX (box), satchel_selection_bar_new (get_desk (page), page->entity, page->selection));
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
  g_signal_connect_object (page->selection, "selection-changed", G_CALLBACK (selected_cb), page, 0);
  g_signal_connect_object (desk, "definitions", G_CALLBACK (definitions_cb), page, 0);
  build (page);
  satchel_list_actions_install (GTK_WIDGET (page), desk, page->entity, page->rows, page->selection,
                                list_paths, page);
  if (show_route (page, route, error)) {
    g_object_force_floating (G_OBJECT (page));
    return SATCHEL_PAGE (page);
  }
  g_object_unref (page);
  return NULL;
}
