/* The offer belongs to the window: it goes with the toast, with the next offer, or with the window.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/act/undo.h"

#include <glib/gi18n.h>

#include "ui/act/refusal.h"
#include "ui/tip.h"
#include "ui/window.h"

#define SHOWN_S 8 /* longer than a plain toast: it is to be read, judged and reached */

static const char offer_key[] = "satchel-undo-offer";

typedef struct {
  SatchelWindow *window; /* borrowed: it owns the offer */
  AdwToast *toast;
  SatchelDesk *desk;
  SatchelDeskJob undo;
  gpointer data;
  GDestroyNotify free_data;
} Offer;

/* ---- the action ---- */

static GAction *
get_action (SatchelWindow *window)
{
  return g_action_map_lookup_action (G_ACTION_MAP (window), "undo");
}

static void
set_enabled (SatchelWindow *window, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (get_action (window)), enabled);
}

static void
offer_free (gpointer data)
{
  Offer *offer = data;

  g_signal_handlers_disconnect_by_data (offer->toast, offer);
  satchel_window_drop_toast (offer->window, offer->toast);
  if (offer->free_data != NULL && offer->data != NULL)
    offer->free_data (offer->data);
  g_object_unref (offer->toast);
  g_object_unref (offer->desk);
  g_free (offer);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelWindow) window = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL, *reason = NULL;

  satchel_desk_finish (SATCHEL_DESK (source), result, &error);
  if (error == NULL)
    return;
  reason = satchel_refusal_to_text (error);
  message = g_strdup_printf (_ ("Could not be undone: %s"), reason);
  satchel_window_toast (window, message, NULL, NULL);
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SatchelWindow *window = data;
  Offer *offer = g_object_get_data (G_OBJECT (window), offer_key);

  if (offer == NULL)
    return;
  satchel_desk_write (offer->desk, offer->undo, g_steal_pointer (&offer->data), offer->free_data, NULL,
                      undone_cb, g_object_ref (window));
  set_enabled (window, FALSE);
  g_object_set_data (G_OBJECT (window), offer_key, NULL);
}

/* Ctrl+Z after whoever has the focus: an entry undoes what is typed in it first. */
static void
add_action (SatchelWindow *window)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new ("undo", NULL);
  GtkEventController *keys;

  if (get_action (window) != NULL)
    return;
  g_signal_connect (action, "activate", G_CALLBACK (undo_cb), window);
  g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (action));
  keys = gtk_shortcut_controller_new ();
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>z"), gtk_named_action_new ("win.undo")));
  gtk_widget_add_controller (GTK_WIDGET (window), keys);
}

/* ---- offering ---- */

static void
dismissed_cb (AdwToast *toast, Offer *offer)
{
  set_enabled (offer->window, FALSE);
  g_object_set_data (G_OBJECT (offer->window), offer_key, NULL);
}

GtkWidget *
satchel_undo_find_window (GtkWidget *from)
{
  GtkRoot *root = gtk_widget_get_root (from);

  while (GTK_IS_WINDOW (root) && !SATCHEL_IS_WINDOW (root))
    root = GTK_ROOT (gtk_window_get_transient_for (GTK_WINDOW (root)));
  return SATCHEL_IS_WINDOW (root) ? GTK_WIDGET (root) : NULL;
}

/* A toast has one button, which undoes: what leads on stands with the words. */
static void
add_way (AdwToast *toast, const SatchelEntity *entity, const char *message, SatchelRoute *made)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *label = gtk_label_new (message);
  GtkWidget *button = gtk_button_new (), *looks = adw_squeezer_new ();
  g_autofree char *link = satchel_route_to_text (made);
  /* Translators: a kind of record: "Open Order". */
  g_autofree char *words = g_strdup_printf (_ ("Open %s"), _ (entity->label));

  /* Words; on a phone, beside "Undo", a picture. */
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (looks), FALSE);
  adw_squeezer_add (ADW_SQUEEZER (looks), gtk_label_new (words));
  adw_squeezer_add (ADW_SQUEEZER (looks), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_button_set_child (GTK_BUTTON (button), looks);
  satchel_tip_name (button, words);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.go");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", link);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "heading");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);
  adw_toast_set_custom_title (toast, box);
}

static void
offer_with_way (GtkWidget *from, SatchelDesk *desk, const char *message, SatchelDeskJob undo, gpointer data,
                GDestroyNotify free_data, SatchelRoute *made)
{
  GtkWidget *window = satchel_undo_find_window (from);
  const SatchelEntity *entity =
      made != NULL ? satchel_registry_find (satchel_desk_get_registry (desk), satchel_route_get_entity (made))
                   : NULL;
  Offer *offer;

  /* Whoever did it has left, window and all: there is nobody to ask. */
  if (window == NULL) {
    if (free_data != NULL && data != NULL)
      free_data (data);
    return;
  }
  add_action (SATCHEL_WINDOW (window));
  offer = g_new0 (Offer, 1);
  offer->window = SATCHEL_WINDOW (window);
  offer->desk = g_object_ref (desk);
  offer->undo = undo;
  offer->data = data;
  offer->free_data = free_data;
  offer->toast = g_object_ref_sink (adw_toast_new (""));
  adw_toast_set_button_label (offer->toast, _ ("Undo"));
  adw_toast_set_action_name (offer->toast, "win.undo");
  adw_toast_set_timeout (offer->toast, SHOWN_S);
  g_signal_connect (offer->toast, "dismissed", G_CALLBACK (dismissed_cb), offer);
  g_object_set_data_full (G_OBJECT (window), offer_key, offer, offer_free);
  set_enabled (offer->window, TRUE);
  if (entity != NULL)
    add_way (offer->toast, entity, message, made);
  satchel_window_add_toast (offer->window, offer->toast, entity != NULL ? NULL : message);
}

void
satchel_undo_offer (GtkWidget *from, SatchelDesk *desk, const char *message, SatchelDeskJob undo,
                    gpointer data, GDestroyNotify free_data)
{
  offer_with_way (from, desk, message, undo, data, free_data, NULL);
}

static gpointer
take_back_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  (void)!satchel_deeds_take_back (data, session, error); /* the error says it; there is no result */
  return NULL;
}

void
satchel_undo_offer_deeds (GtkWidget *from, SatchelDesk *desk, const char *message, SatchelDeeds *deeds)
{
  satchel_undo_offer_made (from, desk, message, deeds, NULL);
}

void
satchel_undo_offer_made (GtkWidget *from, SatchelDesk *desk, const char *message, SatchelDeeds *deeds,
                         SatchelRoute *made)
{
  GtkWidget *window = satchel_undo_find_window (from);

  if (satchel_deeds_get_n (deeds) > 0) {
    offer_with_way (from, desk, message, take_back_job, deeds, (GDestroyNotify)satchel_deeds_free, made);
    return;
  }
  satchel_deeds_free (deeds);
  if (window != NULL)
    satchel_window_toast (SATCHEL_WINDOW (window), message, NULL, NULL);
}
