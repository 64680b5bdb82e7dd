/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/workplace/columns-box.h"

#define ROOM   820 /* pixels from which on there are two columns */
#define WIDEST 560 /* of one column */
#define GAP    24

struct _SatchelColumnsBox {
  GtkWidget parent_instance;
  GPtrArray *second; /* children, borrowed */
};

G_DEFINE_FINAL_TYPE (SatchelColumnsBox, satchel_columns_box, GTK_TYPE_WIDGET)

static guint
count_columns (int width)
{
  return width >= ROOM ? 2 : 1;
}

static int
get_column_width (int width)
{
  guint n = count_columns (width);

  return MIN ((width - (int)(n + 1) * GAP / (n == 1 ? 2 : 1)) / (int)n, WIDEST);
}

static int
get_height (GtkWidget *child, int width)
{
  int least, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &least, &natural, NULL, NULL);
  return least;
}

static guint
get_column (SatchelColumnsBox *box, GtkWidget *child, int width)
{
  return count_columns (width) == 2 && g_ptr_array_find (box->second, child, NULL) ? 1 : 0;
}

static void
satchel_columns_box_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *least,
                             int *natural, int *least_baseline, int *natural_baseline)
{
  SatchelColumnsBox *box = SATCHEL_COLUMNS_BOX (widget);
  int heights[2] = { GAP, GAP };

  *least_baseline = *natural_baseline = -1;
  *least = *natural = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    int child_least, child_natural;

    if (!gtk_widget_should_layout (child))
      continue;
    if (orientation == GTK_ORIENTATION_HORIZONTAL) {
      gtk_widget_measure (child, orientation, -1, &child_least, &child_natural, NULL, NULL);
      *least = MAX (*least, child_least + GAP);
      *natural = 2 * WIDEST + 3 * GAP;
    } else if (for_size >= 0)
      heights[get_column (box, child, for_size)] += get_height (child, get_column_width (for_size)) + GAP;
    else
      heights[0] += get_height (child, -1) + GAP;
  }
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *least = *natural = MAX (heights[0], heights[1]);
}

static void
satchel_columns_box_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SatchelColumnsBox *box = SATCHEL_COLUMNS_BOX (widget);
  int column_width = get_column_width (width), n = (int)count_columns (width), y[2] = { GAP, GAP };
  int begin = (width - n * column_width - (n - 1) * GAP) / 2;
  gboolean right = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    guint column = get_column (box, child, width);
    GtkAllocation place = { begin + (int)column * (column_width + GAP), y[column], column_width, 0 };

    if (!gtk_widget_should_layout (child))
      continue;
    if (right)
      place.x = width - place.x - place.width;
    place.height = get_height (child, column_width);
    y[column] += place.height + GAP;
    gtk_widget_size_allocate (child, &place, -1);
  }
}

static GtkSizeRequestMode
satchel_columns_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
satchel_columns_box_dispose (GObject *object)
{
  GtkWidget *child;

  g_ptr_array_set_size (SATCHEL_COLUMNS_BOX (object)->second, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (satchel_columns_box_parent_class)->dispose (object);
}

static void
satchel_columns_box_finalize (GObject *object)
{
  g_ptr_array_unref (SATCHEL_COLUMNS_BOX (object)->second);
  G_OBJECT_CLASS (satchel_columns_box_parent_class)->finalize (object);
}

static void
satchel_columns_box_class_init (SatchelColumnsBoxClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_columns_box_dispose;
  G_OBJECT_CLASS (class)->finalize = satchel_columns_box_finalize;
  widget_class->measure = satchel_columns_box_measure;
  widget_class->size_allocate = satchel_columns_box_size_allocate;
  widget_class->get_request_mode = satchel_columns_box_get_request_mode;
}

static void
satchel_columns_box_init (SatchelColumnsBox *box)
{
  box->second = g_ptr_array_new ();
}

GtkWidget *
satchel_columns_box_new (void)
{
  return g_object_new (SATCHEL_TYPE_COLUMNS_BOX, NULL);
}

void
satchel_columns_box_append (SatchelColumnsBox *box, GtkWidget *child, gboolean second)
{
  gtk_widget_set_parent (child, GTK_WIDGET (box));
  if (second)
    g_ptr_array_add (box->second, child);
}
