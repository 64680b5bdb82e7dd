/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/composer.h"

#include <composer/e-msg-composer.h>

#include "client/evolution/agent-proxy.h"
#include "client/evolution/cleanups.h"
#include "client/evolution/mail-deeds.h"
#include "client/evolution/notices.h"
#include "client/evolution/regarding-dialog.h"
#include "client/satchel-mail-bus.h"
#include "client/evolution/words.h"

typedef struct {
  EExtension parent_instance;
  GtkWidget *strip, *track, *regarding; /* NULL until the window is shown; theirs */
  char *entity, *id, *title;            /* what it is about; NULL: as the agent finds it */
  gboolean attachments;
  GCancellable *asking;
} SatchelComposerExtension;
typedef EExtensionClass SatchelComposerExtensionClass;

GType satchel_composer_extension_get_type (void);
G_DEFINE_DYNAMIC_TYPE (SatchelComposerExtension, satchel_composer_extension, E_TYPE_EXTENSION)

static const char ui_definition[] =
    "<ui>"
    " <menubar name='main-menu'><placeholder name='pre-edit-menu'><menu action='file-menu'>"
    "  <placeholder name='custom-actions-placeholder'><menuitem action='satchel-send'/><menuitem "
    "action='satchel-regarding'/>"
    "  </placeholder></menu></placeholder></menubar>"
    "</ui>";

static EMsgComposer *
get_composer (SatchelComposerExtension *self)
{
  return E_MSG_COMPOSER (e_extension_get_extensible (E_EXTENSION (self)));
}

/* ---- whom it goes to ---- */

static GPtrArray *
dup_addresses (SatchelComposerExtension *self)
{
  EComposerHeaderTable *table = e_msg_composer_get_header_table (get_composer (self));
  EDestination **destinations = e_composer_header_table_get_destinations (table);
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; destinations != NULL && destinations[i] != NULL; i++) {
    const char *address = e_destination_get_email (destinations[i]);

    if (address != NULL && *address != '\0')
      g_ptr_array_add (addresses, g_utf8_make_valid (address, -1));
  }
  e_destination_freev (destinations);
  return addresses;
}

/* ---- what it is about ---- */

static void
show_regarding (SatchelComposerExtension *self)
{
  g_autofree char *words = NULL;

  if (self->title != NULL && *self->title != '\0')
    words = g_strdup_printf (_ ("Regarding: %s"), self->title);
  else if (self->entity != NULL)
    words = g_strdup (_ ("About nothing"));
  gtk_label_set_text (GTK_LABEL (self->regarding), words != NULL ? words : "");
  gtk_widget_set_tooltip_text (self->regarding, words);
}

static void
replace (char **text, const char *by)
{
  g_free (*text);
  *text = g_strdup (by);
}

static void
chosen_cb (const char *entity, const char *id, const char *title, gboolean attachments, gpointer data)
{
  SatchelComposerExtension *self = data;

  replace (&self->entity, entity);
  replace (&self->id, id);
  replace (&self->title, title);
  self->attachments = attachments;
  if (self->strip == NULL) /* sent meanwhile */
    return;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->track), TRUE);
  show_regarding (self);
}

static void
regarding_cb (SatchelComposerExtension *self)
{
  EMsgComposer *composer = get_composer (self);
  g_autoptr (GPtrArray) addresses = dup_addresses (self);

  satchel_regarding_choose (GTK_WINDOW (composer),
                            &(SatchelRegardingFor){ .addresses = addresses, .offer_attachments = TRUE },
                            chosen_cb, g_object_ref (self), g_object_unref);
}

static void
regarding_action_cb (GtkAction *action, SatchelComposerExtension *self)
{
  regarding_cb (self);
}

/* ---- an answer to what is tracked ---- */

static void
wanted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SatchelComposerExtension *self = data;
  gboolean wanted = FALSE;

  if (satchel_bus_mail1_call_wanted_finish (SATCHEL_BUS_MAIL1 (source), &wanted, result, NULL) && wanted &&
      self->strip != NULL)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->track), TRUE);
  g_object_unref (self);
}

/* By the rule of what is tracked by itself. She sees it, and may think otherwise. */
static void
ask_wanted (SatchelComposerExtension *self)
{
  SatchelBusMail1 *bus = satchel_agent_proxy_peek (satchel_agent_proxy_get (), NULL);
  const char *header = e_msg_composer_get_header (get_composer (self), "In-Reply-To", 0);
  g_autofree char *answered = header != NULL ? g_strstrip (g_utf8_make_valid (header, -1)) : NULL;
  g_autoptr (GPtrArray) addresses = NULL;
  g_autofree const char **list = NULL;
  const char *references[] = { answered, NULL };

  if (bus == NULL || answered == NULL || *answered == '\0')
    return;
  addresses = dup_addresses (self);
  list = satchel_regarding_list_addresses (addresses);
  satchel_bus_mail1_call_wanted (bus, SATCHEL_PROFILE, "", answered, references, list, "", self->asking,
                                 wanted_cb, g_object_ref (self));
}

/* ---- leaving ---- */

static void
send_cb (SatchelComposerExtension *self, CamelMimeMessage *message)
{
  if (self->strip != NULL && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->track)))
    satchel_mail_do_sent (&(SatchelDeed){ .kind = SATCHEL_DEED_TRACK,
                                          .entity = self->entity,
                                          .id = self->id,
                                          .title = self->title,
                                          .attachments = self->attachments },
                          message, satchel_notice_get_sink ());
}

static void
send_and_track (SatchelComposerExtension *self)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->track), TRUE);
  e_msg_composer_send (get_composer (self));
}

static void
send_action_cb (GtkAction *action, SatchelComposerExtension *self)
{
  send_and_track (self);
}

/* ---- making it ---- */

static void
destroy_cb (SatchelComposerExtension *self)
{
  self->strip = self->track = self->regarding = NULL;
  g_cancellable_cancel (self->asking);
}

static void
add_strip (SatchelComposerExtension *self, EHTMLEditor *editor)
{
  GtkWidget *choose = gtk_button_new_with_mnemonic (_ ("Set _Regarding…"));
  GtkWidget *leave =
      gtk_button_new_with_mnemonic (_ ("Send and Trac_k")); /* where windows have no toolbar, too */

  self->strip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->track = gtk_check_button_new_with_mnemonic (_ ("_Track in CRM"));
  self->regarding = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->regarding), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->regarding), 0);
  g_object_set (self->strip, "margin-start", 6, "margin-end", 6, NULL);
  gtk_box_pack_start (GTK_BOX (self->strip), self->track, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (self->strip), choose, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (self->strip), self->regarding, TRUE, TRUE, 0);
  gtk_box_pack_end (GTK_BOX (self->strip), leave, FALSE, FALSE, 0);
  g_signal_connect_swapped (choose, "clicked", G_CALLBACK (regarding_cb), self);
  g_signal_connect_swapped (leave, "clicked", G_CALLBACK (send_and_track), self);
  gtk_widget_show_all (self->strip);
  e_html_editor_pack_above (editor, self->strip);
}

static void
map_cb (SatchelComposerExtension *self)
{
  EHTMLEditor *editor = e_msg_composer_get_editor (get_composer (self));
  GtkUIManager *ui = e_html_editor_get_ui_manager (editor);
  const GtkActionEntry entries[] = {
    { "satchel-send", "emblem-shared", _ ("Send and Trac_k"), "<Control><Alt>Return",
      _ ("Send the message and store it in the CRM"), G_CALLBACK (send_action_cb) },
    { "satchel-regarding", "insert-link", _ ("Set _Regarding…"), "<Control><Alt>r",
      _ ("Choose the record that the message is about"), G_CALLBACK (regarding_action_cb) },
  };
  g_autoptr (GtkActionGroup) group = NULL;
  g_autoptr (GError) error = NULL;

  if (self->strip != NULL)
    return;
  group = gtk_action_group_new ("satchel-composer");
  gtk_action_group_add_actions (group, entries, G_N_ELEMENTS (entries), self);
  gtk_ui_manager_insert_action_group (ui, group, 0);
  gtk_ui_manager_add_ui_from_string (ui, ui_definition, -1, &error);
  g_assert_no_error (error); /* the definition stands above */
  gtk_ui_manager_ensure_update (ui);
  add_strip (self, editor);
  ask_wanted (self);
}

static void
satchel_composer_extension_constructed (GObject *object)
{
  SatchelComposerExtension *self = (SatchelComposerExtension *)object;
  EExtensible *composer = e_extension_get_extensible (E_EXTENSION (object));

  G_OBJECT_CLASS (satchel_composer_extension_parent_class)->constructed (object);
  g_signal_connect_object (composer, "map", G_CALLBACK (map_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (composer, "send", G_CALLBACK (send_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (composer, "save-to-outbox", G_CALLBACK (send_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (composer, "destroy", G_CALLBACK (destroy_cb), self, G_CONNECT_SWAPPED);
}

static void
satchel_composer_extension_finalize (GObject *object)
{
  SatchelComposerExtension *self = (SatchelComposerExtension *)object;

  g_free (self->entity);
  g_free (self->id);
  g_free (self->title);
  g_object_unref (self->asking);
  G_OBJECT_CLASS (satchel_composer_extension_parent_class)->finalize (object);
}

static void
satchel_composer_extension_class_init (SatchelComposerExtensionClass *class)
{
  G_OBJECT_CLASS (class)->constructed = satchel_composer_extension_constructed;
  G_OBJECT_CLASS (class)->finalize = satchel_composer_extension_finalize;
  class->extensible_type = E_TYPE_MSG_COMPOSER;
}

static void
satchel_composer_extension_class_finalize (SatchelComposerExtensionClass *class)
{
}

static void
satchel_composer_extension_init (SatchelComposerExtension *self)
{
  self->asking = g_cancellable_new ();
}

void
satchel_composer_register (GTypeModule *module)
{
  satchel_composer_extension_register_type (module);
}
