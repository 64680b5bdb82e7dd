/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/first-sync.h"

#include <glib/gi18n.h>

#include "ui/sync/words.h"
#include "ui/tip.h"

struct _SatchelFirstSync {
  GtkWidget parent_instance;
  GtkRevealer *revealer;
  GtkLabel *title, *moved;
  GtkProgressBar *bar;
  GtkButton *pause, *way_out;
  SatchelSync *sync; /* NULL: no desk yet */
};

G_DEFINE_FINAL_TYPE (SatchelFirstSync, satchel_first_sync, GTK_TYPE_WIDGET)

/* A bar that goes back would be a lie: where more comes than was expected it only moves. */
static void
update_bar (SatchelFirstSync *first)
{
  gint64 here, all;

  satchel_sync_get_first (first->sync, &here, &all);
  if (all > here)
    gtk_progress_bar_set_fraction (first->bar, (double)here / (double)all);
  else if (satchel_sync_get_standing (first->sync) == SATCHEL_STANDING_SYNCING)
    gtk_progress_bar_pulse (first->bar);
}

static const char *
describe (SatchelStanding standing)
{
  switch (standing) {
  case SATCHEL_STANDING_OFFLINE:
    return _ ("Paused");
  case SATCHEL_STANDING_UNREACHABLE:
    return _ ("Waiting for the connection");
  case SATCHEL_STANDING_TROUBLED:
    return _ ("Your records could not be received");
  default:
    return _ ("Your records are on their way");
  }
}

static void
update_way_out (SatchelFirstSync *first, SatchelStanding standing)
{
  const char *label, *action;
  gboolean any = (standing == SATCHEL_STANDING_TROUBLED || standing == SATCHEL_STANDING_UNREACHABLE) &&
                 satchel_words_way_out (satchel_sync_get_problem_code (first->sync), &label, &action);

  gtk_widget_set_visible (GTK_WIDGET (first->way_out), any);
  if (!any)
    return;
  gtk_button_set_label (first->way_out, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (first->way_out), action);
}

static void
update_pause (SatchelFirstSync *first, gboolean paused)
{
  const char *name = paused ? _ ("Go On") : _ ("Pause");

  gtk_button_set_icon_name (first->pause,
                            paused ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  satchel_tip_name (GTK_WIDGET (first->pause), name);
}

static void
update (SatchelFirstSync *first)
{
  SatchelStanding standing = satchel_sync_get_standing (first->sync);
  gboolean any = standing != SATCHEL_STANDING_SIGNED_OUT && satchel_sync_get_last_sync (first->sync) < 0;
  g_autofree char *text = NULL;

  gtk_revealer_set_reveal_child (first->revealer, any);
  gtk_widget_set_visible (GTK_WIDGET (first), any);
  if (!any)
    return;
  text = standing == SATCHEL_STANDING_TROUBLED || standing == SATCHEL_STANDING_UNREACHABLE
             ? g_strdup (satchel_sync_get_problem (first->sync))
             : satchel_words_received (first->sync);
  gtk_label_set_label (first->title, describe (standing));
  gtk_label_set_label (first->moved, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (first->moved), text != NULL && *text != '\0');
  update_bar (first);
  update_way_out (first, standing);
  update_pause (first, standing == SATCHEL_STANDING_OFFLINE);
}

static void
notify_cb (SatchelSync *sync, GParamSpec *spec, SatchelFirstSync *first)
{
  update (first);
}

void
satchel_first_sync_set_desk (SatchelFirstSync *first, SatchelDesk *desk)
{
  g_return_if_fail (SATCHEL_IS_FIRST_SYNC (first) && first->sync == NULL);
  first->sync = g_object_ref (satchel_sync_get (desk));
  g_signal_connect_object (first->sync, "notify", G_CALLBACK (notify_cb), first, 0);
  update (first);
}

static void
satchel_first_sync_dispose (GObject *object)
{
  SatchelFirstSync *first = SATCHEL_FIRST_SYNC (object);
  GtkWidget *child;

  g_clear_object (&first->sync);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (first))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (satchel_first_sync_parent_class)->dispose (object);
}

static void
satchel_first_sync_class_init (SatchelFirstSyncClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = satchel_first_sync_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/satchelcrm/ui/setup/first-sync.ui");
  gtk_widget_class_bind_template_child (widget_class, SatchelFirstSync, revealer);
  gtk_widget_class_bind_template_child (widget_class, SatchelFirstSync, title);
  gtk_widget_class_bind_template_child (widget_class, SatchelFirstSync, moved);
  gtk_widget_class_bind_template_child (widget_class, SatchelFirstSync, bar);
  gtk_widget_class_bind_template_child (widget_class, SatchelFirstSync, pause);
  gtk_widget_class_bind_template_child (widget_class, SatchelFirstSync, way_out);
}

static void
satchel_first_sync_init (SatchelFirstSync *first)
{
  gtk_widget_init_template (GTK_WIDGET (first));
}
