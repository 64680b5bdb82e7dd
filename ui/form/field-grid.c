/* Rows are filled from the start; a cell that does not fit any more begins the next one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/field-grid.h"

#include "ui/scale.h"

#define LEAST_COLUMN 230 /* pixels at ordinary text, below which there is one column less */
#define COLUMN_SPACE 18
#define ROW_SPACE    12
#define SPAN         "satchel-span"

struct _SatchelFieldGrid {
  GtkWidget parent_instance;
  guint columns;
};

G_DEFINE_FINAL_TYPE (SatchelFieldGrid, satchel_field_grid, GTK_TYPE_WIDGET)

/* Where a cell stands. */
typedef struct {
  guint column, span;
  gboolean begins_row;
} Place;

static guint
count_columns (SatchelFieldGrid *grid, int width)
{
  guint n = grid->columns;
  const int least = (int)(LEAST_COLUMN * satchel_scale_of_text (GTK_WIDGET (grid)));

  while (n > 1 && width >= 0 && (width + COLUMN_SPACE) / (int)n - COLUMN_SPACE < least)
    n--;
  return n;
}

static int
width_of (int width, guint n_columns, guint span)
{
  int column = (width - COLUMN_SPACE * ((int)n_columns - 1)) / (int)n_columns;

  return column * (int)span + COLUMN_SPACE * ((int)span - 1);
}

/* Of the next cell, behind the one that *next speaks of: a column that may be n_columns. */
static Place
place (GtkWidget *cell, guint n_columns, guint *next)
{
  Place found = { .span = MIN (GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (cell), SPAN)), n_columns) };

  found.begins_row = *next + found.span > n_columns;
  found.column = found.begins_row ? 0 : *next;
  *next = found.column + found.span;
  return found;
}

static int
measure_height (SatchelFieldGrid *grid, int width)
{
  guint n_columns = count_columns (grid, width), next = 0;
  int height = 0, row = 0;

  for (GtkWidget *cell = gtk_widget_get_first_child (GTK_WIDGET (grid)); cell != NULL;
       cell = gtk_widget_get_next_sibling (cell)) {
    Place found;
    int natural;

    if (!gtk_widget_should_layout (cell))
      continue;
    found = place (cell, n_columns, &next);
    if (found.begins_row) {
      height += row + ROW_SPACE;
      row = 0;
    }
    gtk_widget_measure (cell, GTK_ORIENTATION_VERTICAL,
                        width < 0 ? -1 : width_of (width, n_columns, found.span), NULL, &natural, NULL, NULL);
    row = MAX (row, natural);
  }
  return height + row;
}

static void
satchel_field_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                            int *natural, int *minimum_baseline, int *natural_baseline)
{
  SatchelFieldGrid *grid = SATCHEL_FIELD_GRID (widget);
  int least = 0;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_VERTICAL) {
    *minimum = *natural = measure_height (grid, for_size);
    return;
  }
  for (GtkWidget *cell = gtk_widget_get_first_child (widget); cell != NULL;
       cell = gtk_widget_get_next_sibling (cell)) {
    int cell_least;

    gtk_widget_measure (cell, GTK_ORIENTATION_HORIZONTAL, -1, &cell_least, NULL, NULL, NULL);
    least = MAX (least, cell_least);
  }
  *minimum = least;
  *natural = MAX (least, (int)grid->columns * (LEAST_COLUMN + COLUMN_SPACE) - COLUMN_SPACE);
}

/* One row: its cells are as high as the highest. */
static void
allocate_row (GPtrArray *row, const GtkAllocation *places, int y, int height)
{
  for (guint i = 0; i < row->len; i++) {
    GtkAllocation allocation = places[i];

    allocation.y = y;
    allocation.height = height;
    gtk_widget_size_allocate (row->pdata[i], &allocation, -1);
  }
  g_ptr_array_set_size (row, 0);
}

static void
satchel_field_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SatchelFieldGrid *grid = SATCHEL_FIELD_GRID (widget);
  guint n_columns = count_columns (grid, width), next = 0;
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  g_autoptr (GPtrArray) row = g_ptr_array_new ();
  g_autofree GtkAllocation *places = g_new0 (GtkAllocation, n_columns);
  int y = 0, row_height = 0;

  for (GtkWidget *cell = gtk_widget_get_first_child (widget); cell != NULL;
       cell = gtk_widget_get_next_sibling (cell)) {
    Place found;
    int natural, x;

    if (!gtk_widget_should_layout (cell))
      continue;
    found = place (cell, n_columns, &next);
    if (found.begins_row) {
      allocate_row (row, places, y, row_height);
      y += row_height + ROW_SPACE;
      row_height = 0;
    }
    x = (width_of (width, n_columns, 1) + COLUMN_SPACE) * (int)found.column;
    places[row->len] = (GtkAllocation){ .x = x, .width = width_of (width, n_columns, found.span) };
    if (mirrored)
      places[row->len].x = width - x - places[row->len].width;
    gtk_widget_measure (cell, GTK_ORIENTATION_VERTICAL, places[row->len].width, NULL, &natural, NULL, NULL);
    row_height = MAX (row_height, natural);
    g_ptr_array_add (row, cell);
  }
  allocate_row (row, places, y, row_height);
}

static GtkSizeRequestMode
satchel_field_grid_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
satchel_field_grid_dispose (GObject *object)
{
  GtkWidget *cell;

  while ((cell = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (cell);
  G_OBJECT_CLASS (satchel_field_grid_parent_class)->dispose (object);
}

static void
satchel_field_grid_class_init (SatchelFieldGridClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_field_grid_dispose;
  widget_class->measure = satchel_field_grid_measure;
  widget_class->size_allocate = satchel_field_grid_size_allocate;
  widget_class->get_request_mode = satchel_field_grid_get_request_mode;
}

static void
satchel_field_grid_init (SatchelFieldGrid *grid)
{
}

GtkWidget *
satchel_field_grid_new (guint columns)
{
  SatchelFieldGrid *grid = g_object_new (SATCHEL_TYPE_FIELD_GRID, NULL);

  grid->columns = MAX (columns, 1);
  return GTK_WIDGET (grid);
}

void
satchel_field_grid_add (SatchelFieldGrid *grid, GtkWidget *cell, guint span)
{
  g_object_set_data (G_OBJECT (cell), SPAN, GUINT_TO_POINTER (MAX (span, 1)));
  gtk_widget_set_parent (cell, GTK_WIDGET (grid));
}
