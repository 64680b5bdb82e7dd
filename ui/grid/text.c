/* A PangoLayout that is made when the cell is drawn, and kept until it says something else.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/grid/text.h"

#include <math.h>

#define LINE_HEIGHT 1.5 /* of the font's size: other scripts come with other, higher fonts */

struct _SatchelTextCell {
  GtkWidget parent_instance;
  char *text;
  gboolean numeric;
  int height;
  PangoLayout *layout; /* NULL: to be made */
};

G_DEFINE_FINAL_TYPE (SatchelTextCell, satchel_text_cell, GTK_TYPE_WIDGET)

static void
forget_layout (SatchelTextCell *cell)
{
  g_clear_object (&cell->layout);
  gtk_widget_queue_draw (GTK_WIDGET (cell));
}

void
satchel_text_cell_set_text (SatchelTextCell *cell, const char *text)
{
  g_return_if_fail (SATCHEL_IS_TEXT_CELL (cell));
  if (g_str_equal (cell->text, text))
    return;
  g_free (cell->text);
  cell->text = g_strdup (text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (cell), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  forget_layout (cell);
}

const char *
satchel_text_cell_get_text (SatchelTextCell *cell)
{
  return cell->text;
}

int
satchel_text_cell_get_height (SatchelTextCell *cell)
{
  return cell->height;
}

/* ---- drawing ---- */

static PangoLayout *
ensure_layout (SatchelTextCell *cell)
{
  g_autoptr (PangoAttrList) digits = NULL;

  if (cell->layout != NULL)
    return cell->layout;
  cell->layout = gtk_widget_create_pango_layout (GTK_WIDGET (cell), cell->text);
  pango_layout_set_single_paragraph_mode (cell->layout, TRUE);
  pango_layout_set_ellipsize (cell->layout, PANGO_ELLIPSIZE_END);
  if (cell->numeric) {
    digits = pango_attr_list_new ();
    pango_attr_list_insert (digits, pango_attr_font_features_new ("tnum=1"));
    pango_layout_set_attributes (cell->layout, digits);
  }
  return cell->layout;
}

static void
satchel_text_cell_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SatchelTextCell *cell = SATCHEL_TEXT_CELL (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  gboolean at_end = cell->numeric != (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL);
  PangoRectangle text;
  PangoLayout *layout;

  if (*cell->text == '\0' || width <= 0)
    return;
  layout = ensure_layout (cell);
  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_get_pixel_extents (layout, NULL, &text);
  gtk_snapshot_render_layout (snapshot, gtk_widget_get_style_context (widget),
                              (at_end ? width - text.width : 0) - text.x, (height - text.height) / 2, layout);
}

/* ---- the object ---- */

static void
satchel_text_cell_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                           int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? SATCHEL_TEXT_CELL (widget)->height : 0;
}

static void
satchel_text_cell_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (satchel_text_cell_parent_class)->css_changed (widget, change);
  forget_layout (SATCHEL_TEXT_CELL (widget));
}

static void
satchel_text_cell_direction_changed (GtkWidget *widget, GtkTextDirection before)
{
  GTK_WIDGET_CLASS (satchel_text_cell_parent_class)->direction_changed (widget, before);
  forget_layout (SATCHEL_TEXT_CELL (widget));
}

static void
satchel_text_cell_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (satchel_text_cell_parent_class)->system_setting_changed (widget, setting);
  forget_layout (SATCHEL_TEXT_CELL (widget));
}

static void
satchel_text_cell_finalize (GObject *object)
{
  g_clear_object (&SATCHEL_TEXT_CELL (object)->layout);
  g_free (SATCHEL_TEXT_CELL (object)->text);
  G_OBJECT_CLASS (satchel_text_cell_parent_class)->finalize (object);
}

static void
satchel_text_cell_class_init (SatchelTextCellClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = satchel_text_cell_finalize;
  widget_class->measure = satchel_text_cell_measure;
  widget_class->snapshot = satchel_text_cell_snapshot;
  widget_class->css_changed = satchel_text_cell_css_changed;
  widget_class->direction_changed = satchel_text_cell_direction_changed;
  widget_class->system_setting_changed = satchel_text_cell_system_setting_changed;
  gtk_widget_class_set_css_name (widget_class, "label");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
satchel_text_cell_init (SatchelTextCell *cell)
{
  cell->text = g_strdup ("");
}

/* A font's size says it without a look at the fonts of all scripts. */
static int
line_height (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  const PangoFontDescription *font = pango_context_get_font_description (context);
  double size = (double)pango_font_description_get_size (font) / PANGO_SCALE;

  if (!pango_font_description_get_size_is_absolute (font))
    size *= pango_cairo_context_get_resolution (context) / 72;
  return (int)ceil (size * LINE_HEIGHT - 0.01); /* the size is rounded to a fraction of a pixel */
}

GtkWidget *
satchel_text_cell_new (gboolean numeric, int height)
{
  SatchelTextCell *cell = g_object_new (SATCHEL_TYPE_TEXT_CELL, NULL);

  cell->numeric = numeric;
  cell->height = height > 0 ? height : line_height (GTK_WIDGET (cell));
  return GTK_WIDGET (cell);
}
