/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/pane-place.h"

#include "client/evolution/words.h"

#define TEXT_WIDTH   360 /* a message that is narrower cannot be read */
#define LEAST_WIDTH  220
#define FOLDED_WIDTH 300
#define FOLDED_LINES 340 /* pixels */

struct _SatchelPlace {
  GtkWidget *widget;
  GtkWidget *box, *paned, *button, *popover; /* the widget is in the paned or in the popover */
  gboolean shown, folded;
  int wanted;          /* by the user */
  int settled;         /* width of the paned that its position was set for */
  guint arrange_later; /* not while sizes are given out */
  void (*resized) (int width, gpointer data);
  gpointer data;
};

static void
show (SatchelPlace *self)
{
  gtk_widget_set_visible (self->widget, self->shown);
  gtk_widget_set_visible (self->button, self->shown && self->folded);
}

static int
get_handle (SatchelPlace *self)
{
  int handle = 0;

  gtk_widget_style_get (self->paned, "handle-size", &handle, NULL);
  return handle;
}

static void
move (SatchelPlace *self, gboolean folded)
{
  self->folded = folded;
  self->settled = 0;
  g_object_ref (self->widget);
  gtk_container_remove (GTK_CONTAINER (gtk_widget_get_parent (self->widget)), self->widget);
  gtk_widget_set_size_request (self->widget, folded ? FOLDED_WIDTH : LEAST_WIDTH, folded ? FOLDED_LINES : -1);
  if (folded)
    gtk_container_add (GTK_CONTAINER (self->popover), self->widget);
  else
    gtk_paned_pack2 (GTK_PANED (self->paned), self->widget, FALSE, FALSE);
  g_object_unref (self->widget);
  if (!folded)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
  show (self);
}

static gboolean
arrange_cb (gpointer data)
{
  SatchelPlace *self = data;
  int width = gtk_widget_get_allocated_width (self->box);
  gboolean folded = width < TEXT_WIDTH + LEAST_WIDTH;

  self->arrange_later = 0;
  if (folded != self->folded)
    move (self, folded);
  if (!folded) {
    gtk_paned_set_position (GTK_PANED (self->paned),
                            width - get_handle (self) -
                                CLAMP (self->wanted, LEAST_WIDTH, width - TEXT_WIDTH));
    self->settled = width;
  }
  return G_SOURCE_REMOVE;
}

static void
allocated_cb (GtkWidget *box, GdkRectangle *allocation, SatchelPlace *self)
{
  if (allocation->width != self->settled && self->arrange_later == 0)
    self->arrange_later = g_idle_add (arrange_cb, self);
}

/* By the user's hand: otherwise the whole is of another width than before. */
static void
moved_cb (SatchelPlace *self)
{
  int width = gtk_widget_get_allocated_width (self->paned);
  int wanted = width - get_handle (self) - gtk_paned_get_position (GTK_PANED (self->paned));

  if (self->folded || !self->shown || width != self->settled || wanted == self->wanted ||
      wanted < LEAST_WIDTH)
    return;
  self->wanted = wanted;
  self->resized (wanted, self->data);
}

static void
free_place (gpointer data)
{
  SatchelPlace *self = data;

  g_clear_handle_id (&self->arrange_later, g_source_remove);
  g_free (self);
}

static void
destroy_cb (SatchelPlace *self)
{
  g_clear_handle_id (&self->arrange_later, g_source_remove);
}

static void
add_button (SatchelPlace *self)
{
  self->button = gtk_menu_button_new ();
  self->popover = gtk_popover_new (self->button);
  gtk_button_set_image (GTK_BUTTON (self->button),
                        gtk_image_new_from_icon_name ("emblem-shared", GTK_ICON_SIZE_MENU));
  gtk_button_set_relief (GTK_BUTTON (self->button), GTK_RELIEF_NONE);
  gtk_widget_set_valign (self->button, GTK_ALIGN_START);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_LEFT);
  atk_object_set_name (gtk_widget_get_accessible (self->button), _ ("CRM"));
  gtk_box_pack_end (GTK_BOX (self->box), self->button, FALSE, FALSE, 0);
}

SatchelPlace *
satchel_place_new (GtkWidget *widget, GtkWidget *preview, GtkWidget *text, int width,
                   void (*resized) (int width, gpointer data), gpointer data)
{
  SatchelPlace *self = g_new0 (SatchelPlace, 1);
  int position = 0;

  self->widget = widget;
  self->wanted = width;
  self->resized = resized;
  self->data = data;
  self->shown = TRUE;
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  gtk_container_child_get (GTK_CONTAINER (preview), text, "position", &position, NULL);
  g_object_ref (text);
  gtk_container_remove (GTK_CONTAINER (preview), text);
  gtk_paned_pack1 (GTK_PANED (self->paned), text, TRUE, FALSE);
  g_object_unref (text);
  gtk_box_pack_start (GTK_BOX (self->box), self->paned, TRUE, TRUE, 0);
  add_button (self);
  self->folded = TRUE; /* until there is room */
  gtk_widget_set_size_request (widget, FOLDED_WIDTH, FOLDED_LINES);
  gtk_container_add (GTK_CONTAINER (self->popover), widget);
  g_object_set_data_full (G_OBJECT (self->box), "satchel", self, free_place);
  g_signal_connect (self->box, "size-allocate", G_CALLBACK (allocated_cb), self);
  g_signal_connect_swapped (self->box, "destroy", G_CALLBACK (destroy_cb), self);
  g_signal_connect_swapped (self->paned, "notify::position", G_CALLBACK (moved_cb), self);
  gtk_box_pack_start (GTK_BOX (preview), self->box, TRUE, TRUE, 0);
  gtk_box_reorder_child (GTK_BOX (preview), self->box, position);
  gtk_widget_show (self->paned);
  gtk_widget_show (self->box);
  show (self);
  return self;
}

void
satchel_place_set_shown (SatchelPlace *self, gboolean shown)
{
  self->shown = shown;
  self->settled = 0;
  show (self);
  gtk_widget_queue_resize (self->box);
}

void
satchel_place_set_words (SatchelPlace *self, const char *words)
{
  gtk_widget_set_tooltip_text (self->button, words);
  atk_object_set_description (gtk_widget_get_accessible (self->button), words);
}
