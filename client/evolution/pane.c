/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/pane.h"

#include <string.h>

#include "client/evolution/agent-proxy.h"
#include "client/evolution/notices.h"
#include "client/evolution/pane-place.h"
#include "client/evolution/pane-rows.h"
#include "client/evolution/regarding-dialog.h"
#include "client/satchel-mail-bus.h"
#include "client/evolution/words.h"

#define MOST_UNKNOWN 3 /* people whom the CRM does not know, for whom a record is offered */

struct _SatchelPane {
  GtkWidget *widget;  /* a scroller */
  GtkWidget *content; /* its column */
  GtkWidget *state;   /* of the message */
  GtkWidget *rest;    /* of its people */
  SatchelPlace *place;
  EAlertSink *sink;
  const SatchelPaneOwner *owner;
  gpointer data;
  char *message_id; /* NULL: no message */
  GPtrArray *people;
  GCancellable *asking;
  gulong changed_handler, messages_handler;
};

/* A person of the message whom nobody knows, while a record is made. */
typedef struct {
  SatchelPane *pane;
  char *entity;
  char *name;
  char *address;
} Newcomer;

static void refresh (SatchelPane *self);

static void
empty (GtkWidget *box)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (box));

  for (GList *child = children; child != NULL; child = child->next)
    gtk_widget_destroy (child->data);
}

static void
add (GtkWidget *box, GtkWidget *child)
{
  gtk_box_pack_start (GTK_BOX (box), child, FALSE, FALSE, 0);
}

static GtkWidget *
make_button (const char *label, GCallback clicked, SatchelPane *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

/* ---- without the agent ---- */

static void
started_cb (const GError *error, gpointer data)
{
  g_autoptr (GError) own = error != NULL ? g_error_copy (error) : NULL;

  if (own != NULL)
    satchel_notice_problem (satchel_notice_get_sink (), _ ("The Satchel agent could not be started"), own,
                            NULL, NULL, NULL);
}

static void
start_cb (SatchelPane *self)
{
  satchel_agent_proxy_start (satchel_agent_proxy_get (), started_cb, NULL);
}

static void
show_problem (SatchelPane *self, GError *error)
{
  const char *words = satchel_agent_get_words (error);

  empty (self->state);
  empty (self->rest);
  add (self->state, satchel_pane_make_line (words));
  satchel_place_set_words (self->place, words);
  if (satchel_agent_is_away (error))
    add (self->state, make_button (_ ("_Start the Agent"), G_CALLBACK (start_cb), self));
  gtk_widget_show_all (self->content);
}

/* ---- the message ---- */

static void
track_cb (SatchelPane *self)
{
  self->owner->track (self->data);
}

static void
regarding_cb (SatchelPane *self)
{
  self->owner->set_regarding (self->data);
}

static void
untrack_cb (SatchelPane *self)
{
  self->owner->untrack (self->data);
}

/* What is known of a message that she does not track. @state: a{sv}, or NULL. */
static void
show_untracked (SatchelPane *self, GVariant *state)
{
  const gboolean of_colleagues = state != NULL && *satchel_pane_get (state, "id") != '\0';
  gboolean stopped = FALSE;

  if (state != NULL)
    g_variant_lookup (state, "stopped", "b", &stopped);
  if (stopped)
    add (self->state, satchel_pane_make_line (_ ("You stopped tracking this message")));
  if (of_colleagues)
    add (self->state, satchel_pane_make_line (stopped ? _ ("Colleagues track it")
                                                      : _ ("Colleagues track this message; you do not")));
  if (!stopped && !of_colleagues)
    add (self->state, satchel_pane_make_line (_ ("This message is not tracked")));
}

/* @state: a{sv}, or NULL. */
static void
show_state (SatchelPane *self, GVariant *state)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gboolean tracked = FALSE, waiting = FALSE;
  const char *problem = state != NULL ? satchel_pane_get (state, "problem") : "";
  const char *regarding = state != NULL ? satchel_pane_get (state, "regarding") : "";

  if (state != NULL) {
    g_variant_lookup (state, "tracked", "b", &tracked);
    g_variant_lookup (state, "waiting", "b", &waiting);
  }
  empty (self->state);
  if (tracked)
    add (self->state,
         satchel_pane_make_link (_ ("Tracked in the CRM"), satchel_pane_get (state, "link"), self->sink));
  else
    show_untracked (self, state);
  if (waiting)
    add (self->state, satchel_pane_make_line (_ ("Waits to be sent to the server")));
  if (*problem != '\0')
    add (self->state, satchel_pane_make_line (problem));
  if (*regarding != '\0') {
    add (self->state,
         satchel_pane_make_line (satchel_words_get_kind (satchel_pane_get (state, "regarding-entity"))));
    add (self->state,
         satchel_pane_make_link (regarding, satchel_pane_get (state, "regarding-link"), self->sink));
  }
  add (buttons, tracked ? make_button (_ ("_Untrack"), G_CALLBACK (untrack_cb), self)
                        : make_button (_ ("_Track"), G_CALLBACK (track_cb), self));
  add (buttons, make_button (_ ("Set _Regarding…"), G_CALLBACK (regarding_cb), self));
  gtk_widget_set_margin_top (buttons, 6);
  add (self->state, buttons);
  gtk_widget_show_all (self->state);
  satchel_place_set_words (self->place,
                           tracked ? _ ("Tracked in the CRM") : _ ("This message is not tracked"));
  self->owner->told (tracked, self->data);
}

static void
state_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SatchelPane *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) states = NULL, state = NULL;

  satchel_bus_mail1_call_state_finish (SATCHEL_BUS_MAIL1 (source), &states, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* another message is shown by now, or the pane is gone */
  if (error != NULL) {
    show_problem (self, error);
    return;
  }
  state = g_variant_lookup_value (states, self->message_id, G_VARIANT_TYPE_VARDICT);
  show_state (self, state);
}

/* ---- its people ---- */

static void
free_newcomer (gpointer data, GClosure *closure)
{
  Newcomer *newcomer = data;

  g_free (newcomer->entity);
  g_free (newcomer->name);
  g_free (newcomer->address);
  g_free (newcomer);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GWeakRef *weak = data;
  g_autoptr (GtkWidget) widget = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  SatchelPane *self = widget != NULL ? g_object_get_data (G_OBJECT (widget), "satchel") : NULL;
  EAlertSink *sink = self != NULL ? self->sink : satchel_notice_get_sink ();

  if (satchel_bus_mail1_call_create_for_finish (SATCHEL_BUS_MAIL1 (source), &id, result, &error))
    satchel_notice_done (sink, _ ("A record was created"), 1, NULL);
  else
    satchel_notice_problem (sink, _ ("No record was created"), error, NULL, NULL, NULL);
  if (self != NULL)
    refresh (self);
  g_weak_ref_clear (weak);
  g_free (weak);
}

static void
create_cb (GtkButton *button, gpointer data)
{
  Newcomer *newcomer = data;
  SatchelPane *self = newcomer->pane;
  g_autoptr (GError) error = NULL;
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), &error);
  GWeakRef *weak;

  if (bus == NULL) {
    satchel_notice_problem (self->sink, _ ("No record was created"), error, NULL, NULL, NULL);
    return;
  }
  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self->widget);
  satchel_bus_mail1_call_create_for (bus, SATCHEL_PROFILE, newcomer->entity, newcomer->name,
                                     newcomer->address, NULL, created_cb, weak);
}

static GtkWidget *
make_create (SatchelPane *self, const char *entity, const char *label, const char *name, const char *address)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);
  Newcomer *newcomer = g_new0 (Newcomer, 1);

  newcomer->pane = self;
  newcomer->entity = g_strdup (entity);
  newcomer->name = g_strdup (name);
  newcomer->address = g_strdup (address);
  g_signal_connect_data (button, "clicked", G_CALLBACK (create_cb), newcomer, free_newcomer, 0);
  return button;
}

static void
add_unknown (SatchelPane *self, const char *person)
{
  g_autoptr (CamelInternetAddress) parsed = camel_internet_address_new ();
  const char *name = NULL, *address = NULL;
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *title;

  camel_address_unformat (CAMEL_ADDRESS (parsed), person);
  if (!camel_internet_address_get (parsed, 0, &name, &address) || address == NULL)
    address = person;
  title = satchel_pane_make_link (name != NULL && *name != '\0' ? name : address, "", self->sink);
  gtk_widget_set_margin_top (title, 6);
  add (self->rest, title);
  add (self->rest, satchel_pane_make_line (address));
  add (self->rest, satchel_pane_make_line (_ ("Not in the CRM")));
  add (buttons, make_create (self, "contact", _ ("New _Contact"), name != NULL ? name : "", address));
  add (buttons, make_create (self, "lead", _ ("New _Lead"), name != NULL ? name : "", address));
  add (self->rest, buttons);
}

static gboolean
is_known (GVariant *people, const char *person)
{
  GVariantIter iter;
  GVariant *one;
  gboolean known = FALSE;

  g_variant_iter_init (&iter, people);
  while (!known && (one = g_variant_iter_next_value (&iter)) != NULL) {
    known = strcmp (satchel_pane_get (one, "address"), person) == 0;
    g_variant_unref (one);
  }
  return known;
}

static void
add_section (SatchelPane *self, const char *heading, GVariant *records,
             GtkWidget *(*make) (GVariant *record, EAlertSink *sink))
{
  GVariantIter iter;
  GVariant *one;

  if (g_variant_n_children (records) == 0)
    return;
  add (self->rest, satchel_pane_make_heading (heading));
  g_variant_iter_init (&iter, records);
  while ((one = g_variant_iter_next_value (&iter)) != NULL) {
    GtkWidget *row = make (one, self->sink);

    gtk_widget_set_margin_top (row, 6);
    add (self->rest, row);
    g_variant_unref (one);
  }
}

static void
pane_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SatchelPane *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) people = NULL, opportunities = NULL, activities = NULL;
  guint unknown = 0;

  satchel_bus_mail1_call_pane_finish (SATCHEL_BUS_MAIL1 (source), &people, &opportunities, &activities,
                                      result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL) {
    show_problem (self, error);
    return;
  }
  empty (self->rest);
  add_section (self, _ ("People"), people, satchel_pane_make_person);
  for (guint i = 0; i < self->people->len && unknown < MOST_UNKNOWN; i++) {
    if (is_known (people, g_ptr_array_index (self->people, i)))
      continue;
    if (unknown++ == 0 && g_variant_n_children (people) == 0)
      add (self->rest, satchel_pane_make_heading (_ ("People")));
    add_unknown (self, g_ptr_array_index (self->people, i));
  }
  add_section (self, _ ("Open Opportunities"), opportunities, satchel_pane_make_opportunity);
  add_section (self, _ ("Last Activities"), activities, satchel_pane_make_activity);
  gtk_widget_show_all (self->rest);
}

/* ---- asking ---- */

static void
refresh (SatchelPane *self)
{
  g_autoptr (GError) error = NULL;
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), &error);
  g_autofree const char **addresses = NULL;
  const char *ids[] = { self->message_id, NULL };

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->message_id == NULL) {
    empty (self->state);
    empty (self->rest);
    add (self->state, satchel_pane_make_line (_ ("Select one message to see its people here")));
    gtk_widget_show_all (self->state);
    return;
  }
  if (bus == NULL) {
    show_problem (self, error);
    return;
  }
  self->asking = g_cancellable_new ();
  addresses = satchel_regarding_list_addresses (self->people);
  satchel_bus_mail1_call_state (bus, SATCHEL_PROFILE, ids, self->asking, state_cb, self);
  satchel_bus_mail1_call_pane (bus, SATCHEL_PROFILE, addresses, self->asking, pane_cb, self);
}

static void
messages_cb (SatchelPane *self, const char *const *ids)
{
  if (self->message_id != NULL && (ids[0] == NULL || g_strv_contains (ids, self->message_id)))
    refresh (self);
}

void
satchel_pane_show (SatchelPane *self, const char *message_id, const GPtrArray *people)
{
  g_free (self->message_id);
  self->message_id = g_strdup (message_id);
  g_ptr_array_set_size (self->people, 0);
  for (guint i = 0; people != NULL && i < people->len; i++)
    g_ptr_array_add (self->people, g_strdup (g_ptr_array_index (people, i)));
  refresh (self);
}

/* ---- its place ---- */

static void
destroy_cb (SatchelPane *self)
{
  g_clear_signal_handler (&self->changed_handler, satchel_agent_proxy_get ());
  g_clear_signal_handler (&self->messages_handler, satchel_agent_proxy_get ());
  g_cancellable_cancel (self->asking);
}

static void
free_pane (gpointer data)
{
  SatchelPane *self = data;

  destroy_cb (self);
  g_clear_object (&self->asking);
  g_free (self->message_id);
  g_ptr_array_unref (self->people);
  g_free (self);
}

static void
add_style (void)
{
  static gboolean added;
  g_autoptr (GtkCssProvider) provider = NULL;

  if (added)
    return;
  added = TRUE;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_data (provider,
                                   ".satchel-heading { font-weight: bold; }"
                                   ".satchel-pane button.link { padding: 0; min-height: 0; }",
                                   -1, NULL);
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (), GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

SatchelPane *
satchel_pane_new (EAlertSink *sink, const SatchelPaneOwner *owner, gpointer data)
{
  SatchelPane *self = g_new0 (SatchelPane, 1);
  SatchelAgentProxy *agent = satchel_agent_proxy_get ();

  add_style ();
  self->sink = sink; /* the window that it is in */
  self->owner = owner;
  self->data = data;
  self->people = g_ptr_array_new_with_free_func (g_free);
  self->widget = gtk_scrolled_window_new (NULL, NULL);
  self->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->state = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  self->rest = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->widget), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  g_object_set (self->content, "margin", 12, NULL);
  gtk_style_context_add_class (gtk_widget_get_style_context (self->content), "satchel-pane");
  gtk_box_pack_start (GTK_BOX (self->content), self->state, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (self->content), self->rest, FALSE, FALSE, 0);
  gtk_container_add (GTK_CONTAINER (self->widget), self->content);
  atk_object_set_name (gtk_widget_get_accessible (self->widget), _ ("CRM"));
  gtk_widget_show_all (self->widget);
  g_object_set_data_full (G_OBJECT (self->widget), "satchel", self, free_pane);
  g_signal_connect_swapped (self->widget, "destroy", G_CALLBACK (destroy_cb), self);
  self->changed_handler = g_signal_connect_swapped (agent, "changed", G_CALLBACK (refresh), self);
  self->messages_handler =
      g_signal_connect_swapped (agent, "messages-changed", G_CALLBACK (messages_cb), self);
  return self;
}

/* The part of @preview that @inner is in. */
static GtkWidget *
find_part (GtkWidget *preview, GtkWidget *inner)
{
  while (inner != NULL && gtk_widget_get_parent (inner) != preview)
    inner = gtk_widget_get_parent (inner);
  return inner;
}

void
satchel_pane_attach (SatchelPane *self, GtkWidget *preview, int width)
{
  EWebView *text = e_preview_pane_get_web_view (E_PREVIEW_PANE (preview));

  self->place = satchel_place_new (self->widget, preview, find_part (preview, GTK_WIDGET (text)), width,
                                   self->owner->resized, self->data);
}

void
satchel_pane_set_shown (SatchelPane *self, gboolean shown)
{
  satchel_place_set_shown (self->place, shown);
}
