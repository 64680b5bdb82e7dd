/* Cells are texts that follow the row they are bound to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/columns.h"

#include <glib/gi18n.h>

#include "ui/display.h"
#include "ui/grid/text.h"
#include "ui/tip.h"

typedef struct {
  SatchelDesk *desk;
  GPtrArray *paths; /* SatchelColumn; one, or all of a card */
  gboolean numeric;
  int height; /* of a line; 0: not known yet */
} Column;

static void
column_free (gpointer data, GClosure *closure)
{
  Column *column = data;

  g_object_unref (column->desk);
  g_ptr_array_unref (column->paths);
  g_free (column);
}

static Column *
column_new (SatchelDesk *desk)
{
  Column *column = g_new0 (Column, 1);

  column->desk = g_object_ref (desk);
  column->paths = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_column_free);
  return column;
}

char *
satchel_columns_dup_text (SatchelDesk *desk, const SatchelColumn *path, SatchelRow *row)
{
  const SatchelRecord *record = satchel_row_get_record (row);
  const SatchelOnlineRow *online = satchel_row_get_online (row);
  SatchelSession *session = satchel_desk_get_session (desk);
  g_autoptr (SatchelValue) value = NULL;

  if (record == NULL || session == NULL)
    return g_strdup ("");
  if (online != NULL && satchel_column_is_along (path))
    value = satchel_value_ref (g_hash_table_lookup (online->along, satchel_column_get_text (path)));
  else
    value = satchel_column_get_value (path, satchel_session_get_replica (session), record);
  return satchel_display_named (satchel_row_dup_name, row, record, satchel_column_get_field (path), value);
}

/* ---- cells ---- */

/* All rows are of one height: that of the first. */
static GtkWidget *
make_text (Column *column, gboolean numeric)
{
  GtkWidget *text = satchel_text_cell_new (numeric, column->height);

  column->height = satchel_text_cell_get_height (SATCHEL_TEXT_CELL (text));
  return text;
}

/* What is not carried looks fainter, and says why when it is pointed at. For most cells there is nothing to
 * do. */
static void
mark_cell (GtkWidget *cell, SatchelRow *row)
{
  gboolean online = satchel_row_get_online (row) != NULL;

  if (online == gtk_widget_get_has_tooltip (cell))
    return;
  if (online)
    gtk_widget_add_css_class (cell, "dim-label");
  else
    gtk_widget_remove_css_class (cell, "dim-label");
  satchel_tip (cell, online ? _ ("At the server. Opening it brings it here.") : NULL);
}

/* A row is a widget of GTK's, around its cells; until 4.12 nobody else can name it. */
static void
name_row (GtkWidget *cell, const char *name)
{
  GtkWidget *around = gtk_widget_get_parent (cell);
  GtkWidget *row = around != NULL ? gtk_widget_get_parent (around) : NULL;

  if (row != NULL && *name != '\0')
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  else if (row != NULL)
    gtk_accessible_reset_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static void
fill_text (Column *column, GtkWidget *cell, SatchelRow *row, gboolean first)
{
  g_autofree char *text = satchel_columns_dup_text (column->desk, column->paths->pdata[0], row);

  satchel_text_cell_set_text (SATCHEL_TEXT_CELL (cell), text);
  mark_cell (cell, row);
  if (first)
    name_row (cell, text);
}

static void
fill_card (Column *column, GtkWidget *card, SatchelRow *row)
{
  GtkWidget *title = gtk_widget_get_first_child (card);
  g_autofree char *name = column->paths->len > 0
                              ? satchel_columns_dup_text (column->desk, column->paths->pdata[0], row)
                              : g_strdup ("");
  GString *rest = g_string_new (NULL);

  for (guint i = 1; i < column->paths->len; i++) {
    g_autofree char *text = satchel_columns_dup_text (column->desk, column->paths->pdata[i], row);

    if (*text != '\0')
      g_string_append_printf (rest, "%s%s", rest->len > 0 ? " · " : "", text);
  }
  satchel_text_cell_set_text (SATCHEL_TEXT_CELL (title), name);
  satchel_text_cell_set_text (SATCHEL_TEXT_CELL (gtk_widget_get_next_sibling (title)), rest->str);
  mark_cell (card, row);
  name_row (card, name);
  g_string_free (rest, TRUE);
}

static GQuark
quark (void)
{
  return g_quark_from_static_string ("satchel-column");
}

static void
fill_cell (GtkListItem *item, SatchelRow *row)
{
  Column *column = g_object_get_qdata (G_OBJECT (item), quark ());
  GtkWidget *cell = gtk_list_item_get_child (item);

  if (SATCHEL_IS_TEXT_CELL (cell))
    fill_text (column, cell, row, g_object_get_data (G_OBJECT (item), "first") != NULL);
  else
    fill_card (column, cell, row);
}

static void
setup_text_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  gtk_list_item_set_child (item, make_text (column, column->numeric));
}

static void
setup_card_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2), *title = make_text (column, FALSE);
  GtkWidget *rest = make_text (column, FALSE);

  gtk_widget_add_css_class (title, "heading");
  gtk_widget_add_css_class (rest, "dim-label");
  gtk_widget_add_css_class (rest, "caption");
  gtk_widget_set_margin_top (card, 4);
  gtk_widget_set_margin_bottom (card, 4);
  gtk_box_append (GTK_BOX (card), title);
  gtk_box_append (GTK_BOX (card), rest);
  gtk_list_item_set_child (item, card);
}

static void
row_changed_cb (SatchelRow *row, GtkListItem *item)
{
  fill_cell (item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  SatchelRow *row = gtk_list_item_get_item (item);

  g_object_set_qdata (G_OBJECT (item), quark (), column);
  g_object_set_data (G_OBJECT (item), "first", g_object_get_data (G_OBJECT (factory), "first"));
  g_object_set_data (G_OBJECT (gtk_list_item_get_child (item)), "row", row);
  g_signal_connect (row, "changed", G_CALLBACK (row_changed_cb), item);
  fill_cell (item, row);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), row_changed_cb, item);
  g_object_set_data (G_OBJECT (gtk_list_item_get_child (item)), "row", NULL);
}

SatchelRow *
satchel_columns_find_row (GtkWidget *widget)
{
  for (; widget != NULL && !GTK_IS_COLUMN_VIEW (widget); widget = gtk_widget_get_parent (widget)) {
    SatchelRow *row = g_object_get_data (G_OBJECT (widget), "row");
    GtkWidget *child = gtk_widget_get_first_child (widget);

    if (row == NULL && child != NULL)
      row = g_object_get_data (G_OBJECT (child), "row"); /* the padding around what a cell shows */
    if (row != NULL)
      return row;
  }
  return NULL;
}

/* ---- columns ---- */

static GtkListItemFactory *
make_factory (Column *column, GCallback setup, gboolean first)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_object_set_data (G_OBJECT (factory), "first", GINT_TO_POINTER (first));
  g_signal_connect_data (factory, "setup", setup, column, column_free, 0);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), column);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), column);
  return factory;
}

/* GTK cuts the titles of columns off; until it gives a way to their widgets they are found by their place. */
static void
ellipsize_titles (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget)) {
    gtk_label_set_ellipsize (GTK_LABEL (widget), PANGO_ELLIPSIZE_END);
    satchel_tip_whole (GTK_LABEL (widget));
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    ellipsize_titles (child);
}

static gboolean
add_column (GtkColumnView *grid, SatchelDesk *desk, const SatchelEntity *entity,
            const SatchelViewColumn *shown, gboolean first)
{
  SatchelColumn *path = satchel_column_parse (satchel_desk_get_registry (desk), entity, shown->field, NULL);
  const SatchelField *field = path != NULL ? satchel_column_get_field (path) : NULL;
  SatchelViewColumn *kept;
  GtkColumnViewColumn *made;
  Column *column;

  if (path == NULL)
    return FALSE;
  column = column_new (desk);
  column->numeric = satchel_display_is_numeric (field);
  g_ptr_array_add (column->paths, path);
  kept = g_memdup2 (shown, sizeof *shown);
  kept->field = g_intern_string (shown->field);
  made =
      gtk_column_view_column_new (_ (field->label), make_factory (column, G_CALLBACK (setup_text_cb), first));
  g_object_set_qdata_full (G_OBJECT (made), quark (), kept, g_free);
  gtk_column_view_column_set_fixed_width (made, (int)shown->width);
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_append_column (grid, made);
  g_object_unref (made);
  return TRUE;
}

void
satchel_columns_fill (GtkColumnView *grid, SatchelDesk *desk, const SatchelEntity *entity,
                      const SatchelViewColumn *columns, guint n_columns)
{
  GListModel *old = gtk_column_view_get_columns (grid);
  gboolean first = TRUE;

  while (g_list_model_get_n_items (old) > 0) {
    g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (old, 0);

    gtk_column_view_remove_column (grid, column);
  }
  for (guint i = 0; i < n_columns; i++)
    first = !add_column (grid, desk, entity, &columns[i], first) && first;
  ellipsize_titles (gtk_widget_get_first_child (GTK_WIDGET (grid)));
}

static GtkWidget *
find_label (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_LABEL (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_label (child);
  return found;
}

#define TITLE_ROOM 46 /* pixels around the words: padding, and the mark of the order */

int
satchel_columns_get_title_width (GtkColumnView *grid, guint position)
{
  GtkWidget *title = gtk_widget_get_first_child (gtk_widget_get_first_child (GTK_WIDGET (grid))), *label;
  g_autoptr (PangoLayout) layout = NULL;
  int width;

  for (; position > 0 && title != NULL; position--)
    title = gtk_widget_get_next_sibling (title);
  label = title != NULL ? find_label (title) : NULL;
  if (label == NULL)
    return 0;
  layout = gtk_widget_create_pango_layout (label, gtk_label_get_text (GTK_LABEL (label)));
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width + TITLE_ROOM;
}

void
satchel_columns_set (GtkColumnView *grid, SatchelDesk *desk, const SatchelEntity *entity,
                     const SatchelView *view)
{
  satchel_columns_fill (grid, desk, entity, view->columns, view->n_columns);
}

GtkColumnViewColumn *
satchel_columns_append_card (GtkColumnView *grid, SatchelDesk *desk, const SatchelEntity *entity,
                             const SatchelViewColumn *columns, guint n_columns)
{
  Column *column = column_new (desk);
  g_autoptr (GtkColumnViewColumn) made = NULL;

  for (guint i = 0; i < n_columns; i++) {
    SatchelColumn *path =
        satchel_column_parse (satchel_desk_get_registry (desk), entity, columns[i].field, NULL);

    if (path != NULL)
      g_ptr_array_add (column->paths, path);
  }
  made = gtk_column_view_column_new (NULL, make_factory (column, G_CALLBACK (setup_card_cb), TRUE));
  gtk_column_view_column_set_expand (made, TRUE);
  gtk_column_view_append_column (grid, made);
  return made;
}

const SatchelViewColumn *
satchel_columns_get_shown (GtkColumnViewColumn *column)
{
  return g_object_get_qdata (G_OBJECT (column), quark ());
}

const SatchelField *
satchel_columns_find_order (SatchelRegistry *registry, const SatchelEntity *entity, const char *path)
{
  g_autoptr (SatchelColumn) column = satchel_column_parse (registry, entity, path, NULL);
  const SatchelField *field =
      column != NULL && !satchel_column_is_along (column) ? satchel_column_get_field (column) : NULL;

  if (field == NULL)
    return NULL;
  switch (field->type) {
  case SATCHEL_TYPE_MULTICHOICE:
  case SATCHEL_TYPE_PARTIES:
  case SATCHEL_TYPE_FILE:
  case SATCHEL_TYPE_TEXT:
    return NULL;
  default:
    return field;
  }
}
