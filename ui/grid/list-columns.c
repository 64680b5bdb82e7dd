/* Which columns a list page shows, and where those that a person chose are kept.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/columns-dialog.h"
#include "ui/grid/layout.h"
#include "ui/grid/list-private.h"

char **
satchel_list_page_list_paths (gpointer data)
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

  satchel_layout_keep_async (satchel_page_get_desk (SATCHEL_PAGE (page)), page->entity, page->view,
                             page->saved, text, kept_cb, g_object_ref (page));
}

static void
columns_cb (SatchelGrid *grid, SatchelListPage *page)
{
  g_autoptr (GArray) columns = satchel_grid_dup_columns (grid);

  keep_columns (page, (const SatchelViewColumn *)(gpointer)columns->data, columns->len);
}

void
satchel_list_page_show_columns (SatchelListPage *page)
{
  SatchelSession *session = satchel_desk_get_session (satchel_page_get_desk (SATCHEL_PAGE (page)));
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

  satchel_columns_dialog_show (widget, satchel_page_get_desk (SATCHEL_PAGE (page)), page->entity,
                               (const SatchelViewColumn *)(gpointer)columns->data, columns->len, chosen_cb,
                               page);
}

void
satchel_list_page_install_columns (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "list.columns", NULL, columns_action);
}

void
satchel_list_page_take_columns (SatchelListPage *page)
{
  g_signal_connect (page->grid, "columns", G_CALLBACK (columns_cb), page);
}
