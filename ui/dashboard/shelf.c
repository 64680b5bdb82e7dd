/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dashboard/shelf.h"

#define SPACING      12
#define COLUMN_WIDTH 380 /* from here on a column is worth having */
#define MOST_COLUMNS 3

struct _SatchelShelf {
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (SatchelShelf, satchel_shelf, GTK_TYPE_WIDGET)

/* Called for each child with where it stands. */
typedef void (*PlaceFunc) (GtkWidget *child, int x, int y, int width, int height);

/* Returns the height of all. */
static int
place (SatchelShelf *shelf, int width, PlaceFunc func)
{
  const int n_columns = CLAMP ((width + SPACING) / (COLUMN_WIDTH + SPACING), 1, MOST_COLUMNS);
  const int column_width = (width - (n_columns - 1) * SPACING) / n_columns;
  int ends[MOST_COLUMNS] = { 0 }, height = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (shelf)); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    const gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (shelf)) == GTK_TEXT_DIR_RTL;
    int column = 0, least, child_height, x;

    for (int i = 1; i < n_columns; i++)
      if (ends[i] < ends[column])
        column = i;
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
    gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, MAX (column_width, least), &child_height, NULL, NULL,
                        NULL);
    x = (mirrored ? n_columns - 1 - column : column) * (column_width + SPACING);
    if (func != NULL)
      func (child, x, ends[column], MAX (column_width, least), child_height);
    height = MAX (height, ends[column] + child_height);
    ends[column] += child_height + SPACING;
  }
  return height;
}

static void
allocate_child (GtkWidget *child, int x, int y, int width, int height)
{
  gtk_widget_size_allocate (child, &(GtkAllocation){ x, y, width, height }, -1);
}

static GtkSizeRequestMode
satchel_shelf_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
satchel_shelf_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  int least = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    int child_least;

    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_least, NULL, NULL, NULL);
    least = MAX (least, child_least);
  }
  *minimum = least;
  *natural = MAX (least, 2 * COLUMN_WIDTH + SPACING);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = place (SATCHEL_SHELF (widget), for_size < 0 ? *natural : for_size, NULL);
}

static void
satchel_shelf_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  place (SATCHEL_SHELF (widget), width, allocate_child);
}

static void
satchel_shelf_dispose (GObject *object)
{
  satchel_shelf_clear (SATCHEL_SHELF (object));
  G_OBJECT_CLASS (satchel_shelf_parent_class)->dispose (object);
}

static void
satchel_shelf_class_init (SatchelShelfClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_shelf_dispose;
  widget_class->get_request_mode = satchel_shelf_get_request_mode;
  widget_class->measure = satchel_shelf_measure;
  widget_class->size_allocate = satchel_shelf_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
satchel_shelf_init (SatchelShelf *shelf)
{
}

SatchelShelf *
satchel_shelf_new (void)
{
  return g_object_new (SATCHEL_TYPE_SHELF, NULL);
}

void
satchel_shelf_append (SatchelShelf *shelf, GtkWidget *child)
{
  gtk_widget_set_parent (child, GTK_WIDGET (shelf));
}

void
satchel_shelf_clear (SatchelShelf *shelf)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (shelf))) != NULL)
    gtk_widget_unparent (child);
}
