/* What a person does with the rows of a list page: opens, previews, selects, sorts, by keys, menus and
 * actions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/list-menu.h"
#include "ui/grid/list-private.h"
#include "ui/sync/sync.h"

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

void
satchel_list_page_opened_cb (SatchelBeyond *beyond, const char *entity, const char *id, SatchelListPage *page)
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

void
satchel_list_page_show_preview (SatchelListPage *page, gboolean shown)
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

  satchel_list_page_show_preview (page, !gtk_revealer_get_reveal_child (page->preview_place));
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
  satchel_sync_now (satchel_sync_get (satchel_page_get_desk (SATCHEL_PAGE (widget))));
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
  satchel_list_page_ask (page);
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
    satchel_list_page_show_preview (page, FALSE);
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
    satchel_list_page_show_preview (page, !gtk_revealer_get_reveal_child (page->preview_place));
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
    satchel_list_page_show_preview (page, (key == GDK_KEY_Right) != rtl);
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

  satchel_list_menu_popup (GTK_WIDGET (grid), where, satchel_page_get_desk (SATCHEL_PAGE (page)),
                           page->entity, row != NULL ? satchel_row_get_record (row) : NULL);
}

void
satchel_list_page_install_hands (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "list.open", NULL, open_action);
  gtk_widget_class_install_action (class, "list.preview", NULL, preview_action);
  gtk_widget_class_install_action (class, "list.sort", "s", sort_action);
  gtk_widget_class_install_action (class, "list.select-all", NULL, select_all_action);
  gtk_widget_class_install_action (class, "list.find", NULL, find_action);
  gtk_widget_class_install_action (class, "list.sync", NULL, sync_action);
  gtk_widget_class_add_binding_action (class, GDK_KEY_F5, 0, "list.sync", NULL);
}

void
satchel_list_page_take_hands (SatchelListPage *page)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (page->grid, "open", G_CALLBACK (open_cb), page);
  g_signal_connect (page->grid, "menu", G_CALLBACK (menu_cb), page);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), page);
  gtk_widget_add_controller (GTK_WIDGET (page->grid), keys);
  g_signal_connect_object (page->selection, "selection-changed", G_CALLBACK (selected_cb), page, 0);
}
