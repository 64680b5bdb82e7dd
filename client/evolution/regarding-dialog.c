/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/regarding-dialog.h"

#include "client/evolution/agent-proxy.h"
#include "client/satchel-mail-bus.h"
#include "client/evolution/words.h"

#define TYPING_MS 150 /* after which somebody has typed */
#define NOTHING   1   /* the response "about nothing" */
#define MOST      200 /* addresses that the agent takes */

typedef struct {
  GtkWidget *dialog, *entry, *list, *note, *start, *attachments;
  const char **addresses;
  GPtrArray *owned; /* of char: the addresses */
  guint timer;
  GCancellable *asking;
  SatchelRegardingChosen chosen;
  gpointer data;
  GDestroyNotify free_data;
  gulong agent_handler;
} Dialog;

static void suggest (Dialog *self);

const char **
satchel_regarding_list_addresses (const GPtrArray *addresses)
{
  guint n = addresses != NULL ? MIN (addresses->len, MOST) : 0;
  const char **list = g_new0 (const char *, n + 1);

  for (guint i = 0; i < n; i++)
    list[i] = g_ptr_array_index (addresses, i);
  return list;
}

/* ---- what was found ---- */

static GtkWidget *
make_row (const char *entity, const char *id, const char *title, const char *why)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon =
      gtk_image_new_from_icon_name (satchel_words_get_icon (entity), GTK_ICON_SIZE_LARGE_TOOLBAR);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *name = gtk_label_new (title), *line;
  const char *kind = satchel_words_get_kind (entity);
  g_autofree char *second = *why != '\0' ? g_strdup_printf ("%s · %s", kind, why) : g_strdup (kind);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", title, second);

  line = gtk_label_new (*why != '\0' ? why : kind); /* the reason names the kind, too */
  for (guint i = 0; i < 2; i++) {
    GtkLabel *label = GTK_LABEL (i == 0 ? name : line);

    gtk_label_set_xalign (label, 0);
    gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);
    gtk_box_pack_start (GTK_BOX (texts), GTK_WIDGET (label), FALSE, FALSE, 0);
  }
  gtk_style_context_add_class (gtk_widget_get_style_context (line), GTK_STYLE_CLASS_DIM_LABEL);
  gtk_box_pack_start (GTK_BOX (box), icon, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (box), texts, TRUE, TRUE, 0);
  g_object_set (box, "margin", 6, NULL);
  gtk_container_add (GTK_CONTAINER (row), box);
  g_object_set_data_full (G_OBJECT (row), "entity", g_strdup (entity), g_free);
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (id), g_free);
  g_object_set_data_full (G_OBJECT (row), "title", g_strdup (title), g_free);
  atk_object_set_name (gtk_widget_get_accessible (row), spoken);
  gtk_widget_show_all (row);
  return row;
}

static void
show_note (Dialog *self, const char *words, gboolean may_start)
{
  gtk_label_set_text (GTK_LABEL (self->note), words);
  gtk_widget_set_visible (self->note, words != NULL);
  gtk_widget_set_visible (self->start, may_start);
}

static void
empty (Dialog *self)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (self->list));

  for (GList *row = rows; row != NULL; row = row->next)
    gtk_widget_destroy (row->data);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Dialog *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) found = NULL;
  GVariantIter rows;
  const char *entity, *id, *title, *why;

  satchel_bus_mail1_call_suggest_finish (SATCHEL_BUS_MAIL1 (source), &found, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* more was typed, or the dialog is gone */
  empty (self);
  if (error != NULL) {
    gboolean away = satchel_agent_is_away (error);

    show_note (self, satchel_agent_get_words (error), away);
    return;
  }
  g_variant_iter_init (&rows, found);
  while (g_variant_iter_next (&rows, "(&s&s&s&s)", &entity, &id, &title, &why))
    gtk_container_add (GTK_CONTAINER (self->list), make_row (entity, id, title, why));
  gtk_list_box_select_row (GTK_LIST_BOX (self->list),
                           gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0));
  show_note (self,
             g_variant_n_children (found) > 0                        ? NULL
             : *gtk_entry_get_text (GTK_ENTRY (self->entry)) != '\0' ? _ ("No record is called like that")
                                                                     : _ ("Type a part of a name"),
             FALSE);
}

static void
suggest (Dialog *self)
{
  g_autoptr (GError) error = NULL;
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), &error);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (bus == NULL) {
    empty (self);
    show_note (self, satchel_agent_get_words (error), TRUE);
    return;
  }
  self->asking = g_cancellable_new ();
  satchel_bus_mail1_call_suggest (bus, SATCHEL_PROFILE, self->addresses,
                                  gtk_entry_get_text (GTK_ENTRY (self->entry)), self->asking, found_cb, self);
}

/* ---- typing and choosing ---- */

static gboolean
typed_cb (gpointer data)
{
  Dialog *self = data;

  self->timer = 0;
  suggest (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (Dialog *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (TYPING_MS, typed_cb, self);
}

static void
selected_cb (Dialog *self)
{
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self->dialog), GTK_RESPONSE_OK,
                                     gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list)) != NULL);
}

static void
activated_cb (Dialog *self)
{
  if (gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list)) != NULL)
    gtk_dialog_response (GTK_DIALOG (self->dialog), GTK_RESPONSE_OK);
}

/* The arrows go through the list while the words stay in hand. */
static gboolean
key_cb (Dialog *self, GdkEventKey *event)
{
  int step = event->keyval == GDK_KEY_Down ? 1 : event->keyval == GDK_KEY_Up ? -1 : 0;
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  if (step == 0)
    return GDK_EVENT_PROPAGATE;
  row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list),
                                       row != NULL ? gtk_list_box_row_get_index (row) + step : 0);
  if (row != NULL) {
    gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
    gtk_widget_grab_focus (GTK_WIDGET (row)); /* scrolls to it */
    gtk_entry_grab_focus_without_selecting (GTK_ENTRY (self->entry));
  }
  return GDK_EVENT_STOP;
}

static void
started_cb (const GError *error, gpointer data)
{
  /* That it came is told to whoever looks on ("changed"); that it did not come is seen. */
}

static void
start_cb (Dialog *self)
{
  satchel_agent_proxy_start (satchel_agent_proxy_get (), started_cb, NULL);
}

static void
response_cb (Dialog *self, int response)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  gboolean attachments = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->attachments));

  if (response == GTK_RESPONSE_OK && row == NULL)
    return;
  gtk_widget_hide (self->dialog);
  if (response == GTK_RESPONSE_OK)
    self->chosen (g_object_get_data (G_OBJECT (row), "entity"), g_object_get_data (G_OBJECT (row), "id"),
                  g_object_get_data (G_OBJECT (row), "title"), attachments, self->data);
  else if (response == NOTHING)
    self->chosen ("", "", "", attachments, self->data);
  gtk_widget_destroy (self->dialog);
}

/* Nothing comes any more; its widgets may still say that they go. */
static void
destroy_cb (Dialog *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_signal_handler (&self->agent_handler, satchel_agent_proxy_get ());
}

static void
free_dialog (gpointer data)
{
  Dialog *self = data;

  destroy_cb (self);
  g_free (self->addresses);
  g_ptr_array_unref (self->owned);
  if (self->free_data != NULL)
    self->free_data (self->data);
  g_free (self);
}

/* ---- making it ---- */

static void
fill (Dialog *self, GtkBox *into)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);

  self->entry = gtk_search_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry),
                                  _ ("Search accounts, opportunities, cases, people…"));
  gtk_entry_set_activates_default (GTK_ENTRY (self->entry), TRUE);
  atk_object_set_name (gtk_widget_get_accessible (self->entry), _ ("Search records"));
  self->list = gtk_list_box_new ();
  gtk_list_box_set_activate_on_single_click (GTK_LIST_BOX (self->list), FALSE);
  atk_object_set_name (gtk_widget_get_accessible (self->list), _ ("Records found"));
  gtk_scrolled_window_set_shadow_type (GTK_SCROLLED_WINDOW (scroller), GTK_SHADOW_IN);
  gtk_container_add (GTK_CONTAINER (scroller), self->list);
  self->note = gtk_label_new (NULL);
  gtk_label_set_line_wrap (GTK_LABEL (self->note), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->note), 0);
  self->start = gtk_button_new_with_mnemonic (_ ("_Start the Agent"));
  self->attachments = gtk_check_button_new_with_mnemonic (_ ("Store the _attachments as well"));
  gtk_box_pack_start (into, self->entry, FALSE, FALSE, 0);
  gtk_box_pack_start (into, scroller, TRUE, TRUE, 0);
  gtk_box_pack_start (into, self->note, FALSE, FALSE, 0);
  gtk_box_pack_start (into, self->start, FALSE, FALSE, 0);
  gtk_box_pack_start (into, self->attachments, FALSE, FALSE, 0);
  gtk_widget_show_all (GTK_WIDGET (into));
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->entry, "key-press-event", G_CALLBACK (key_cb), self);
  g_signal_connect_swapped (self->list, "selected-rows-changed", G_CALLBACK (selected_cb), self);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (activated_cb), self);
  g_signal_connect_swapped (self->start, "clicked", G_CALLBACK (start_cb), self);
}

void
satchel_regarding_choose (GtkWindow *parent, const SatchelRegardingFor *what, SatchelRegardingChosen chosen,
                          gpointer data, GDestroyNotify free_data)
{
  Dialog *self = g_new0 (Dialog, 1);
  GtkWidget *content;

  self->chosen = chosen;
  self->data = data;
  self->free_data = free_data;
  self->owned = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; what->addresses != NULL && i < what->addresses->len; i++)
    g_ptr_array_add (self->owned, g_strdup (g_ptr_array_index (what->addresses, i)));
  self->addresses = satchel_regarding_list_addresses (self->owned);
  self->dialog = gtk_dialog_new_with_buttons (
      _ ("Set Regarding"), parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, _ ("About _Nothing"),
      NOTHING, _ ("_Cancel"), GTK_RESPONSE_CANCEL, _ ("Set _Regarding"), GTK_RESPONSE_OK, NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (self->dialog), GTK_RESPONSE_OK);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self->dialog), GTK_RESPONSE_OK, FALSE);
  gtk_window_set_default_size (GTK_WINDOW (self->dialog), 520, 460);
  content = gtk_dialog_get_content_area (GTK_DIALOG (self->dialog));
  g_object_set (content, "margin", 12, "spacing", 8, NULL);
  fill (self, GTK_BOX (content));
  gtk_widget_set_visible (self->attachments, what->offer_attachments);
  g_object_set_data_full (G_OBJECT (self->dialog), "satchel", self, free_dialog);
  g_signal_connect_swapped (self->dialog, "response", G_CALLBACK (response_cb), self);
  g_signal_connect_swapped (self->dialog, "destroy", G_CALLBACK (destroy_cb), self);
  self->agent_handler =
      g_signal_connect_swapped (satchel_agent_proxy_get (), "changed", G_CALLBACK (suggest), self);
  suggest (self);
  gtk_window_present (GTK_WINDOW (self->dialog));
  gtk_widget_grab_focus (self->entry);
}
