/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dashboard/segment.h"

#include "ui/tip.h"

#define RADIUS 4

struct _SatchelSegment {
  GtkButton parent_instance;
};

G_DEFINE_FINAL_TYPE (SatchelSegment, satchel_segment, GTK_TYPE_BUTTON)

static void
satchel_segment_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  const GtkStateFlags state = gtk_widget_get_state_flags (widget);
  const gboolean focused = state & GTK_STATE_FLAG_FOCUS_VISIBLE && state & GTK_STATE_FLAG_FOCUSED;
  GskRoundedRect outline;
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  gsk_rounded_rect_init_from_rect (
      &outline,
      &GRAPHENE_RECT_INIT (0, 0, (float)gtk_widget_get_width (widget), (float)gtk_widget_get_height (widget)),
      RADIUS);
  if (focused)
    gtk_snapshot_append_border (snapshot, &outline, (float[]){ 2, 2, 2, 2 },
                                (GdkRGBA[]){ color, color, color, color });
  else if (state & GTK_STATE_FLAG_PRELIGHT) {
    color.alpha = 0.1f;
    gtk_snapshot_push_rounded_clip (snapshot, &outline);
    gtk_snapshot_append_color (snapshot, &color, &outline.bounds);
    gtk_snapshot_pop (snapshot);
  }
}

/* No style of the theme tells the states apart: GTK would draw nothing anew. */
static void
satchel_segment_state_flags_changed (GtkWidget *widget, GtkStateFlags before)
{
  GTK_WIDGET_CLASS (satchel_segment_parent_class)->state_flags_changed (widget, before);
  gtk_widget_queue_draw (widget);
}

/* It has the room that its number has, be it none. */
static void
satchel_segment_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = 0;
}

static void
satchel_segment_class_init (SatchelSegmentClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  widget_class->state_flags_changed = satchel_segment_state_flags_changed;
  widget_class->snapshot = satchel_segment_snapshot;
  widget_class->measure = satchel_segment_measure;
  gtk_widget_class_set_css_name (widget_class, "segment");
}

static void
satchel_segment_init (SatchelSegment *segment)
{
  gtk_widget_set_layout_manager (GTK_WIDGET (segment), NULL);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (segment), "pointer");
}

SatchelSegment *
satchel_segment_new (void)
{
  return g_object_new (SATCHEL_TYPE_SEGMENT, NULL);
}

void
satchel_segment_set_text (SatchelSegment *segment, const char *text)
{
  satchel_tip_name (GTK_WIDGET (segment), text);
}
