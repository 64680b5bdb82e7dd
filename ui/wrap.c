/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/wrap.h"

struct _SatchelWrap {
  GtkWidget parent_instance;
  int spacing;
};

G_DEFINE_FINAL_TYPE (SatchelWrap, satchel_wrap, GTK_TYPE_WIDGET)

/* The place of @child behind what has been placed, in *x and *y; one that is wider than all of @width gets
 * that. */
static GtkAllocation
place (SatchelWrap *wrap, GtkWidget *child, int width, int *x, int *y, int *line)
{
  GtkAllocation found = { 0 };

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &found.width, NULL, NULL);
  if (width >= 0)
    found.width = MIN (found.width, width);
  if (width >= 0 && *x > 0 && *x + found.width > width) {
    *x = 0;
    *y += *line + wrap->spacing;
    *line = 0;
  }
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, found.width, NULL, &found.height, NULL, NULL);
  found.x = *x;
  found.y = *y;
  *x += found.width + wrap->spacing;
  *line = MAX (*line, found.height);
  return found;
}

static void
satchel_wrap_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                      int *minimum_baseline, int *natural_baseline)
{
  SatchelWrap *wrap = SATCHEL_WRAP (widget);
  int x = 0, y = 0, line = 0, least = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    int child_least;

    if (!gtk_widget_should_layout (child))
      continue;
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_least, NULL, NULL, NULL);
    least = MAX (least, child_least);
    place (wrap, child, orientation == GTK_ORIENTATION_VERTICAL ? for_size : -1, &x, &y, &line);
  }
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? y + line : least;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? y + line : MAX (x - wrap->spacing, least);
  *minimum_baseline = *natural_baseline = -1;
}

static void
satchel_wrap_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  const gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = 0, y = 0, line = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkAllocation found;

    if (!gtk_widget_should_layout (child))
      continue;
    found = place (SATCHEL_WRAP (widget), child, width, &x, &y, &line);
    if (mirrored)
      found.x = width - found.x - found.width;
    gtk_widget_size_allocate (child, &found, -1);
  }
}

static GtkSizeRequestMode
satchel_wrap_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
satchel_wrap_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (satchel_wrap_parent_class)->dispose (object);
}

static void
satchel_wrap_class_init (SatchelWrapClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_wrap_dispose;
  widget_class->measure = satchel_wrap_measure;
  widget_class->size_allocate = satchel_wrap_size_allocate;
  widget_class->get_request_mode = satchel_wrap_get_request_mode;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
satchel_wrap_init (SatchelWrap *wrap)
{
}

GtkWidget *
satchel_wrap_new (int spacing)
{
  SatchelWrap *wrap = g_object_new (SATCHEL_TYPE_WRAP, NULL);

  wrap->spacing = spacing;
  return GTK_WIDGET (wrap);
}

void
satchel_wrap_append (SatchelWrap *wrap, GtkWidget *child)
{
  gtk_widget_insert_before (child, GTK_WIDGET (wrap), NULL);
}
