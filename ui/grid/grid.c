/* A GtkColumnView whose columns come and go with the room there is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/grid.h"

#include <glib/gi18n.h>

#include "ui/grid/columns.h"
#include "ui/grid/fit.h"
#include "ui/scale.h"

#define FIRST_WIDTH     780 /* before the width is known: most windows have room for so much */
#define TELL_COLUMNS_MS 400 /* after a column was dragged, once it rests */

struct _SatchelGrid {
  GtkWidget parent_instance;
  SatchelDesk *desk;
  SatchelRows *rows;
  SatchelSelection *selection;
  GtkWidget *scrolled;
  GtkColumnView *list;
  GtkColumnViewColumn *card; /* borrowed from the list; NULL before the first columns */
  GObject *left, *right;     /* two things to be compared: see sorted_cb() */
  const char *clicked;       /* field of the column that was asked to compare; interned */
  const char *sort;          /* interned; NULL: none that is shown */
  gboolean descending;
  const void *held; /* the column that was made wider or narrower last: it stays; never looked into */
  int width;        /* that columns were chosen for */
  double height;    /* of what is seen */
  gboolean narrow, anew, at_end, at_beginning;
  guint setting; /* > 0: what changes about the columns is our own doing */
  guint fit_source, tell_source, stay_source;
};

enum { PROP_0, PROP_NARROW, PROP_AT_END, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { SORT, OPEN, MENU, COLUMNS, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SatchelGrid, satchel_grid, GTK_TYPE_WIDGET)

static GtkColumnViewColumn *
get_column (SatchelGrid *grid, guint i)
{
  g_autoptr (GtkColumnViewColumn) column =
      g_list_model_get_item (gtk_column_view_get_columns (grid->list), i);

  return column; /* the list holds it */
}

static guint
count_columns (SatchelGrid *grid)
{
  return g_list_model_get_n_items (gtk_column_view_get_columns (grid->list));
}

/* ---- room ---- */

#define TITLE_FROM 0.65 /* of its title: who makes a column narrower wants it so */

/* What is left over goes to titles that are cut off by a little, before it goes to the first column. */
static int
width_of (SatchelGrid *grid, guint i, double scale, int *left)
{
  const int width = (int)(satchel_columns_get_shown (get_column (grid, i))->width * scale);
  const int lacks = *left > 0 ? satchel_columns_get_title_width (grid->list, i) - width : 0;

  if (lacks <= 0 || lacks > *left || width < TITLE_FROM * (width + lacks))
    return width;
  *left -= lacks;
  return width + lacks;
}

static void
show_columns (SatchelGrid *grid, const gboolean *shown, guint n, double scale)
{
  gboolean first = TRUE;
  int left = grid->width;

  for (guint i = 0; i < n; i++)
    if (satchel_columns_get_shown (get_column (grid, i)) != NULL && shown[i])
      left -= (int)(satchel_columns_get_shown (get_column (grid, i))->width * scale);
  for (guint i = 0; i < n; i++) {
    GtkColumnViewColumn *column = get_column (grid, i);
    const SatchelViewColumn *view = satchel_columns_get_shown (column);
    gboolean visible = view == NULL ? grid->narrow : !grid->narrow && shown[i];

    /* GTK 4.8 counts hidden columns when it looks for room that is left over. */
    if (view != NULL)
      gtk_column_view_column_set_fixed_width (column, visible ? width_of (grid, i, scale, &left) : 0);
    gtk_column_view_column_set_visible (column, visible);
    /* Somebody has to have what is left over: it is best with the first. */
    gtk_column_view_column_set_expand (column, visible && first);
    first = first && !visible;
  }
  /* GTK has no way to hide the headers before 4.12; they are its first child. */
  gtk_widget_set_visible (gtk_widget_get_first_child (GTK_WIDGET (grid->list)), !grid->narrow);
}

static void
fit (SatchelGrid *grid)
{
  guint n = count_columns (grid);
  double scale = satchel_scale_of_text (GTK_WIDGET (grid));
  g_autofree SatchelFitColumn *columns = g_new0 (SatchelFitColumn, n + 1);
  g_autofree gboolean *shown = g_new0 (gboolean, n + 1);
  guint n_fitted = 0;
  gboolean narrow = grid->width > 0 && grid->width < SATCHEL_CARD_WIDTH * scale;

  for (guint i = 0; i < n; i++) {
    const SatchelViewColumn *view = satchel_columns_get_shown (get_column (grid, i));

    if (view != NULL)
      columns[n_fitted++] =
          (SatchelFitColumn){ (int)view->width, get_column (grid, i) == grid->held ? 0 : view->priority };
  }
  grid->setting++;
  grid->narrow = narrow;
  satchel_fit_columns (columns, n_fitted, grid->width > 0 ? grid->width : FIRST_WIDTH, scale, shown);
  show_columns (grid, shown, n, scale);
  grid->setting--;
  g_object_notify_by_pspec (G_OBJECT (grid), properties[PROP_NARROW]);
}

static gboolean
fit_cb (gpointer data)
{
  SatchelGrid *grid = data;

  grid->fit_source = 0;
  fit (grid);
  return G_SOURCE_REMOVE;
}

/* Columns cannot come and go while they are given their places. */
void
satchel_grid_expect_width (SatchelGrid *grid, int width)
{
  if (width != grid->width && grid->fit_source == 0)
    grid->fit_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit_cb, grid, NULL);
  grid->width = width;
}

static void
satchel_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SatchelGrid *grid = SATCHEL_GRID (widget);

  satchel_grid_expect_width (grid, width);
  gtk_widget_allocate (grid->scrolled, width, height, baseline, NULL);
}

static void
satchel_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                      int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (SATCHEL_GRID (widget)->scrolled, orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

/* ---- what a person does with columns ---- */

static gboolean
tell_columns_cb (gpointer data)
{
  SatchelGrid *grid = data;

  grid->tell_source = 0;
  /* Whatever has been pushed over the edge makes room. */
  fit (grid);
  g_signal_emit (grid, signals[COLUMNS], 0);
  return G_SOURCE_REMOVE;
}

static void
tell_columns (SatchelGrid *grid)
{
  g_clear_handle_id (&grid->tell_source, g_source_remove);
  grid->tell_source = g_timeout_add (TELL_COLUMNS_MS, tell_columns_cb, grid);
}

static void
width_cb (GtkColumnViewColumn *column, GParamSpec *spec, SatchelGrid *grid)
{
  SatchelViewColumn *view = (SatchelViewColumn *)satchel_columns_get_shown (column);
  int width = gtk_column_view_column_get_fixed_width (column);

  if (grid->setting > 0 || view == NULL || width <= 0)
    return;
  view->width = (guint)MAX (width / satchel_scale_of_text (GTK_WIDGET (grid)), 1);
  grid->held = column;
  tell_columns (grid);
}

static void
order_cb (GListModel *columns, guint position, guint removed, guint added, SatchelGrid *grid)
{
  if (grid->setting == 0)
    tell_columns (grid);
}

GArray *
satchel_grid_dup_columns (SatchelGrid *grid)
{
  GArray *columns = g_array_new (FALSE, FALSE, sizeof (SatchelViewColumn));

  for (guint i = 0; i < count_columns (grid); i++) {
    const SatchelViewColumn *view = satchel_columns_get_shown (get_column (grid, i));

    if (view != NULL)
      g_array_append_val (columns, *view);
  }
  return columns;
}

/* ---- order ---- */

typedef struct {
  SatchelGrid *grid;
  const char *field; /* interned */
} Sorter;

/* GTK 4.8 does not say which header was clicked. But it asks its column first, and turns the answer round
 * where the order is descending. */
static int
compare_cb (gconstpointer a, gconstpointer b, gpointer data)
{
  Sorter *sorter = data;

  sorter->grid->clicked = sorter->field;
  return a == sorter->grid->left ? GTK_ORDERING_SMALLER : GTK_ORDERING_LARGER;
}

static void
sorted_cb (GtkSorter *sorter, GtkSorterChange change, SatchelGrid *grid)
{
  GtkOrdering ordering;
  gboolean descending;

  grid->clicked = NULL;
  ordering = gtk_sorter_compare (sorter, grid->left, grid->right);
  descending = ordering == GTK_ORDERING_LARGER;
  if (grid->clicked == NULL || (grid->clicked == grid->sort && descending == grid->descending))
    return;
  grid->sort = grid->clicked;
  grid->descending = descending;
  if (grid->setting == 0)
    g_signal_emit (grid, signals[SORT], 0, grid->sort, descending);
}

static void
make_sortable (SatchelGrid *grid, const SatchelEntity *entity)
{
  for (guint i = 0; i < count_columns (grid); i++) {
    GtkColumnViewColumn *column = get_column (grid, i);
    const SatchelViewColumn *view = satchel_columns_get_shown (column);
    const SatchelField *field =
        view != NULL
            ? satchel_columns_find_order (satchel_desk_get_registry (grid->desk), entity, view->field)
            : NULL;

    if (view != NULL)
      g_signal_connect_object (column, "notify::fixed-width", G_CALLBACK (width_cb), grid, 0);
    if (field != NULL) {
      Sorter *data = g_new0 (Sorter, 1);
      g_autoptr (GtkSorter) sorter = NULL;

      *data = (Sorter){ grid, g_intern_string (field->name) };
      sorter = GTK_SORTER (gtk_custom_sorter_new (compare_cb, data, g_free));
      gtk_column_view_column_set_sorter (column, sorter);
    }
  }
}

void
satchel_grid_set_sort (SatchelGrid *grid, const char *field, gboolean descending)
{
  GtkColumnViewColumn *found = NULL;

  for (guint i = 0; i < count_columns (grid) && field != NULL; i++) {
    GtkColumnViewColumn *column = get_column (grid, i);
    const SatchelViewColumn *view = satchel_columns_get_shown (column);

    if (view != NULL && g_str_equal (view->field, field) &&
        gtk_column_view_column_get_sorter (column) != NULL)
      found = column;
  }
  grid->setting++;
  grid->sort = NULL;
  gtk_column_view_sort_by_column (grid->list, NULL, GTK_SORT_ASCENDING);
  if (found != NULL)
    gtk_column_view_sort_by_column (grid->list, found, descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
  grid->setting--;
}

void
satchel_grid_set_columns (SatchelGrid *grid, const SatchelEntity *entity, const SatchelViewColumn *columns,
                          guint n_columns)
{
  g_return_if_fail (SATCHEL_IS_GRID (grid));
  g_clear_handle_id (&grid->tell_source, g_source_remove);
  grid->setting++;
  grid->sort = NULL;
  satchel_columns_fill (grid->list, grid->desk, entity, columns, n_columns);
  grid->card = satchel_columns_append_card (grid->list, grid->desk, entity, columns, n_columns);
  make_sortable (grid, entity);
  grid->setting--;
  fit (grid);
}

/* ---- the place one has scrolled to ---- */

static GtkWidget *
get_inner_list (SatchelGrid *grid)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (grid->list));

  while (child != NULL && !GTK_IS_LIST_VIEW (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

void
satchel_grid_begin_anew (SatchelGrid *grid)
{
  grid->anew = TRUE;
}

/* All rows are of one height. */
static int
get_row_height (SatchelGrid *grid)
{
  GtkWidget *row = gtk_widget_get_first_child (get_inner_list (grid));

  return row != NULL ? gtk_widget_get_height (row) : 0;
}

/* The place of a record follows from its position: what is on the screen stays there. */
static void
renumbered_cb (SatchelRows *rows, GArray *before, SatchelGrid *grid)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (grid->list));
  double value = gtk_adjustment_get_value (adjustment);
  int height = get_row_height (grid);
  guint n_numbers, top;
  const guint32 *numbers = satchel_rows_peek_numbers (rows, &n_numbers);

  if (grid->anew) {
    grid->anew = FALSE;
    gtk_adjustment_set_value (adjustment, 0);
    return;
  }
  top = height > 0 ? (guint)(value / height) : 0;
  if (top == 0 || top >= before->len)
    return;
  for (guint i = 0; i < n_numbers; i++)
    if (numbers[i] == g_array_index (before, guint32, top)) {
      if (i != top)
        gtk_adjustment_set_value (adjustment, value + ((double)i - top) * height);
      return;
    }
}

static gboolean
stay_cb (gpointer data)
{
  SatchelGrid *grid = data;

  grid->stay_source = 0;
  gtk_adjustment_set_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (grid->list)), 0);
  return G_SOURCE_REMOVE;
}

/* Whether the row that has the focus, if there is one, is seen from the top of the list. */
static gboolean
is_focus_seen (SatchelGrid *grid, double height)
{
  GtkWidget *inner = get_inner_list (grid), *row = gtk_widget_get_focus_child (inner);
  graphene_rect_t place;

  return row == NULL || !gtk_widget_compute_bounds (row, inner, &place) ||
         place.origin.y + place.size.height <= height;
}

/* When a bar comes below, GTK's list keeps the row that has the focus where it was, in parts of the height,
 * and so cuts the first rows off. A list that was at its beginning stays there. */
static void
keep_beginning (SatchelGrid *grid, GtkAdjustment *adjustment)
{
  const double height = gtk_adjustment_get_page_size (adjustment),
               value = gtk_adjustment_get_value (adjustment);

  if (height == grid->height) {
    grid->at_beginning = value == 0;
    return;
  }
  if (grid->at_beginning && value > 0 && grid->stay_source == 0 && is_focus_seen (grid, height))
    grid->stay_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, stay_cb, grid, NULL);
  grid->height = height;
}

static void
adjusted_cb (GtkAdjustment *adjustment, SatchelGrid *grid)
{
  gboolean at_end = gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) >=
                    gtk_adjustment_get_upper (adjustment) - 1;

  keep_beginning (grid, adjustment);
  if (at_end == grid->at_end)
    return;
  grid->at_end = at_end;
  g_object_notify_by_pspec (G_OBJECT (grid), properties[PROP_AT_END]);
}

gboolean
satchel_grid_is_at_end (SatchelGrid *grid)
{
  return grid->at_end;
}

void
satchel_grid_focus (SatchelGrid *grid)
{
  gtk_widget_grab_focus (get_inner_list (grid));
}

/* ---- opening, menus ---- */

static void
activate_cb (GtkColumnView *list, guint position, SatchelGrid *grid)
{
  g_autoptr (SatchelRow) row = g_list_model_get_item (G_LIST_MODEL (grid->rows), position);

  if (row != NULL)
    g_signal_emit (grid, signals[OPEN], 0, row);
}

/* So that keys concern the row after the menu as well. */
static void
focus_row (SatchelGrid *grid, GtkWidget *within)
{
  while (within != GTK_WIDGET (grid) && !gtk_widget_get_focusable (within))
    within = gtk_widget_get_parent (within);
  if (within != GTK_WIDGET (grid))
    gtk_widget_grab_focus (within);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, SatchelGrid *grid)
{
  GtkWidget *under = gtk_widget_pick (GTK_WIDGET (grid), x, y, GTK_PICK_DEFAULT);
  SatchelRow *row = satchel_columns_find_row (under);
  GtkSelectionModel *model = GTK_SELECTION_MODEL (grid->selection);
  GdkRectangle where = { (int)x, (int)y, 1, 1 };

  if (row == NULL)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  if (!gtk_selection_model_is_selected (model, satchel_row_get_position (row)))
    gtk_selection_model_select_item (model, satchel_row_get_position (row), TRUE);
  focus_row (grid, under);
  g_signal_emit (grid, signals[MENU], 0, &where);
}

/* By the keyboard: below what has the focus. */
static gboolean
menu_key_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  SatchelGrid *grid = SATCHEL_GRID (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GdkRectangle where = { grid->width / 2, 0, 1, 1 };
  graphene_rect_t bounds;

  if (focus != NULL && gtk_widget_is_ancestor (focus, widget) &&
      gtk_widget_compute_bounds (focus, widget, &bounds))
    where = (GdkRectangle){ (int)bounds.origin.x + 24, (int)(bounds.origin.y + bounds.size.height), 1, 1 };
  if (satchel_selection_get_size (grid->selection) > 0)
    g_signal_emit (grid, signals[MENU], 0, &where);
  return TRUE;
}

/* ---- the object ---- */

gboolean
satchel_grid_is_narrow (SatchelGrid *grid)
{
  return grid->narrow;
}

static void
satchel_grid_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_NARROW)
    g_value_set_boolean (value, SATCHEL_GRID (object)->narrow);
  else if (id == PROP_AT_END)
    g_value_set_boolean (value, SATCHEL_GRID (object)->at_end);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
satchel_grid_dispose (GObject *object)
{
  SatchelGrid *grid = SATCHEL_GRID (object);

  grid->setting++; /* a list that goes takes its columns out */
  g_clear_handle_id (&grid->fit_source, g_source_remove);
  g_clear_handle_id (&grid->tell_source, g_source_remove);
  while (gtk_widget_get_first_child (GTK_WIDGET (grid)) != NULL) /* with a menu that is still open */
    gtk_widget_unparent (gtk_widget_get_first_child (GTK_WIDGET (grid)));
  g_clear_handle_id (&grid->stay_source, g_source_remove); /* taking them down may scroll */
  g_clear_object (&grid->rows);
  g_clear_object (&grid->selection);
  g_clear_object (&grid->desk);
  g_clear_object (&grid->left);
  g_clear_object (&grid->right);
  G_OBJECT_CLASS (satchel_grid_parent_class)->dispose (object);
}

static void
satchel_grid_class_init (SatchelGridClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = satchel_grid_dispose;
  object_class->get_property = satchel_grid_get_property;
  widget_class->measure = satchel_grid_measure;
  widget_class->size_allocate = satchel_grid_size_allocate;
  properties[PROP_NARROW] =
      g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_AT_END] =
      g_param_spec_boolean ("at-end", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SORT] = g_signal_new ("sort", SATCHEL_TYPE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[OPEN] = g_signal_new ("open", SATCHEL_TYPE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, SATCHEL_TYPE_ROW);
  signals[MENU] = g_signal_new ("menu", SATCHEL_TYPE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, GDK_TYPE_RECTANGLE | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[COLUMNS] =
      g_signal_new ("columns", SATCHEL_TYPE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
}

static void
satchel_grid_init (SatchelGrid *grid)
{
  grid->left = g_object_new (G_TYPE_OBJECT, NULL);
  grid->right = g_object_new (G_TYPE_OBJECT, NULL);
}

GtkWidget *
satchel_grid_new (SatchelDesk *desk, SatchelRows *rows, SatchelSelection *selection)
{
  SatchelGrid *grid = g_object_new (SATCHEL_TYPE_GRID, NULL);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkAdjustment *adjustment;

  grid->desk = g_object_ref (desk);
  grid->rows = g_object_ref (rows);
  grid->selection = g_object_ref (selection);
  grid->list = GTK_COLUMN_VIEW (gtk_column_view_new (g_object_ref (GTK_SELECTION_MODEL (selection))));
  gtk_column_view_set_reorderable (grid->list, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (grid->list), "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (grid->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Records"),
                                  -1);
  grid->scrolled = gtk_scrolled_window_new ();
  /* External: what does not fit for a moment is cut off, and no width is asked for. */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (grid->scrolled), GTK_POLICY_EXTERNAL,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (grid->scrolled), GTK_WIDGET (grid->list));
  gtk_widget_set_parent (grid->scrolled, GTK_WIDGET (grid));
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (grid->list));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), grid);
  gtk_widget_add_controller (GTK_WIDGET (grid), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (grid->list, "activate", G_CALLBACK (activate_cb), grid);
  g_signal_connect_object (gtk_column_view_get_sorter (grid->list), "changed", G_CALLBACK (sorted_cb), grid,
                           0);
  g_signal_connect_object (gtk_column_view_get_columns (grid->list), "items-changed", G_CALLBACK (order_cb),
                           grid, 0);
  g_signal_connect_object (rows, "renumbered", G_CALLBACK (renumbered_cb), grid, 0);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (adjusted_cb), grid, 0);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (adjusted_cb), grid, 0);
  return GTK_WIDGET (grid);
}
