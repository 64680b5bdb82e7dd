/* Cells are labels that follow the row they are bound to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/columns.h"

#include <glib/gi18n.h>

#include "client/replica/column.h"
#include "ui/display.h"

typedef struct {
  SatchelDesk *desk;
  SatchelColumn *path;
  gboolean numeric;
} Column;

static void
column_free (gpointer data, GClosure *closure)
{
  Column *column = data;

  g_object_unref (column->desk);
  satchel_column_free (column->path);
  g_free (column);
}

static void
fill_cell (Column *column, GtkLabel *label, SatchelRow *row)
{
  const SatchelRecord *record = satchel_row_get_record (row);
  SatchelSession *session = satchel_desk_get_session (column->desk);
  g_autoptr (SatchelValue) value = NULL;
  g_autofree char *text = NULL;

  if (record != NULL && session != NULL) {
    SatchelReplica *replica = satchel_session_get_replica (session);

    value = satchel_column_get_value (column->path, replica, record);
    text = satchel_display_value (replica, satchel_column_get_field (column->path), value);
  }
  gtk_label_set_text (label, text != NULL ? text : "");
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), column->numeric ? 1 : 0);
  if (column->numeric)
    gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
row_changed_cb (SatchelRow *row, GtkListItem *item)
{
  Column *column = g_object_get_data (G_OBJECT (item), "column");

  fill_cell (column, GTK_LABEL (gtk_list_item_get_child (item)), row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  SatchelRow *row = gtk_list_item_get_item (item);

  g_object_set_data (G_OBJECT (item), "column", column);
  g_signal_connect (row, "changed", G_CALLBACK (row_changed_cb), item);
  fill_cell (column, GTK_LABEL (gtk_list_item_get_child (item)), row);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), row_changed_cb, item);
}

static GtkListItemFactory *
make_factory (Column *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_data (factory, "setup", G_CALLBACK (setup_cb), column, column_free, 0);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), column);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), column);
  return factory;
}

static void
add_column (GtkColumnView *grid, SatchelDesk *desk, const SatchelEntity *entity,
            const SatchelViewColumn *shown)
{
  SatchelColumn *path = satchel_column_parse (satchel_desk_get_registry (desk), entity, shown->field, NULL);
  g_autoptr (GtkColumnViewColumn) made = NULL;
  Column *column;

  if (path == NULL)
    return;
  column = g_new0 (Column, 1);
  column->desk = g_object_ref (desk);
  column->path = path;
  column->numeric = satchel_display_is_numeric (satchel_column_get_field (path));
  made = gtk_column_view_column_new (_ (satchel_column_get_field (path)->label), make_factory (column));
  gtk_column_view_column_set_fixed_width (made, (int)shown->width);
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_append_column (grid, made);
}

void
satchel_columns_set (GtkColumnView *grid, SatchelDesk *desk, const SatchelEntity *entity,
                     const SatchelView *view)
{
  GListModel *columns = gtk_column_view_get_columns (grid);

  while (g_list_model_get_n_items (columns) > 0) {
    g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

    gtk_column_view_remove_column (grid, column);
  }
  for (guint i = 0; i < view->n_columns; i++)
    add_column (grid, desk, entity, &view->columns[i]);
}
