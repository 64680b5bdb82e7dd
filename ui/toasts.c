/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/toasts.h"

#define REST_US 600000 /* longer than libadwaita's longest animation of a toast, which takes 500 ms */

struct _SatchelToasts {
  AdwToastOverlay *overlay;
  AdwToast *shown; /* NULL: none */
  gint64 since;    /* the first frame of it; 0: none yet */
  guint tick;      /* until it has come to rest */
  gboolean going;  /* it is to go then */
  AdwToast *offer; /* the last one, to tell it from what is said; borrowed, perhaps gone */
  GQueue waiting;  /* AdwToast */
};

static void show_next (SatchelToasts *toasts);

static gboolean
tick_cb (GtkWidget *overlay, GdkFrameClock *clock, gpointer data)
{
  SatchelToasts *toasts = data;
  const gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (toasts->since == 0)
    toasts->since = now;
  if (now - toasts->since < REST_US)
    return G_SOURCE_CONTINUE;
  toasts->tick = 0;
  if (toasts->going)
    adw_toast_dismiss (toasts->shown);
  return G_SOURCE_REMOVE;
}

static void
forget (SatchelToasts *toasts)
{
  if (toasts->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (toasts->overlay), toasts->tick);
  toasts->tick = 0;
  if (toasts->shown != NULL)
    g_signal_handlers_disconnect_by_data (toasts->shown, toasts);
  g_clear_object (&toasts->shown);
}

static void
dismissed_cb (AdwToast *toast, SatchelToasts *toasts)
{
  forget (toasts);
  show_next (toasts);
}

static void
show_next (SatchelToasts *toasts)
{
  AdwToast *toast = toasts->shown == NULL ? g_queue_pop_head (&toasts->waiting) : NULL;

  if (toast == NULL)
    return;
  toasts->shown = g_object_ref (toast);
  toasts->since = 0;
  toasts->going = FALSE;
  toasts->tick = gtk_widget_add_tick_callback (GTK_WIDGET (toasts->overlay), tick_cb, toasts, NULL);
  g_signal_connect (toast, "dismissed", G_CALLBACK (dismissed_cb), toasts);
  adw_toast_overlay_add_toast (toasts->overlay, toast);
}

void
satchel_toasts_say (SatchelToasts *toasts, AdwToast *toast)
{
  g_queue_push_tail (&toasts->waiting, toast);
  show_next (toasts);
}

/* What has a button of its own is the only way there: it is said once more, behind the offer. */
static AdwToast *
dup_toast (AdwToast *toast)
{
  AdwToast *copy = g_object_ref_sink (adw_toast_new (adw_toast_get_title (toast)));

  adw_toast_set_button_label (copy, adw_toast_get_button_label (toast));
  adw_toast_set_action_name (copy, adw_toast_get_action_name (toast));
  adw_toast_set_action_target_value (copy, adw_toast_get_action_target_value (toast));
  adw_toast_set_timeout (copy, adw_toast_get_timeout (toast));
  return copy;
}

void
satchel_toasts_offer (SatchelToasts *toasts, AdwToast *toast)
{
  if (toasts->shown != NULL && toasts->shown != toasts->offer && !toasts->going &&
      adw_toast_get_button_label (toasts->shown) != NULL)
    g_queue_push_head (&toasts->waiting, dup_toast (toasts->shown));
  toasts->offer = toast;
  g_queue_push_head (&toasts->waiting, toast);
  if (toasts->shown != NULL)
    satchel_toasts_take_back (toasts, toasts->shown);
  show_next (toasts);
}

void
satchel_toasts_take_back (SatchelToasts *toasts, AdwToast *toast)
{
  if (toast != toasts->shown) {
    if (g_queue_remove (&toasts->waiting, toast))
      g_object_unref (toast);
  } else if (toasts->tick != 0 && gtk_widget_get_mapped (GTK_WIDGET (toasts->overlay))) {
    toasts->going = TRUE;
    adw_toast_set_button_label (toast, NULL); /* its deed is not the one that would be undone */
  } else {
    adw_toast_dismiss (toast);
  }
}

SatchelToasts *
satchel_toasts_new (AdwToastOverlay *overlay)
{
  SatchelToasts *toasts = g_new0 (SatchelToasts, 1);

  toasts->overlay = overlay;
  return toasts;
}

void
satchel_toasts_free (SatchelToasts *toasts)
{
  forget (toasts);
  g_queue_clear_full (&toasts->waiting, g_object_unref);
  g_free (toasts);
}
