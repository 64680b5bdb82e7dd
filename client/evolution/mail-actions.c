/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/mail-actions.h"

#include <libemail-engine/libemail-engine.h>
#include <mail/e-mail-view.h>

#include "client/evolution/agent-proxy.h"
#include "client/evolution/cleanups.h"
#include "client/evolution/mail-deeds.h"
#include "client/evolution/marks.h"
#include "client/evolution/pane.h"
#include "client/evolution/pane-place.h"
#include "client/evolution/regarding-dialog.h"
#include "client/evolution/words.h"

#define KEY         "satchel-mail-actions"
#define MOST_LOOKED 200 /* of a selection: the others are like them */

typedef struct {
  EMailReader *reader; /* not owned: it owns this */
  GtkUIManager *ui;
  GtkActionGroup *group;
  guint merge;
  SatchelPane *pane;
  char *uid;           /* of the message that is shown, NULL: none */
  CamelFolder *folder; /* where it is */
  GPtrArray *people;   /* of it */
} Actions;

#define STATE_GROUP "Satchel"
#define STATE_KEY   "PaneHidden"
#define WIDTH_KEY   "PaneWidth"

/* By the user; the main window's state remembers them. */
static gboolean pane_hidden;
static int pane_width = SATCHEL_PLACE_USUAL_WIDTH;

static const char *const conversions[] = { "lead", "opportunity", "case", "task" };

static const char ui_definition[] =
    "<ui>"
    " <menubar name='main-menu'><placeholder name='custom-menus'><menu action='mail-message-menu'>"
    "  <placeholder name='mail-message-custom-menus'><separator/><menu action='satchel-menu'>"
    "   <menuitem action='satchel-track'/><menuitem action='satchel-track-attachments'/>"
    "   <menuitem action='satchel-regarding'/><menuitem action='satchel-untrack'/>"
    "   <separator/><menu action='satchel-convert'>"
    "    <menuitem action='satchel-convert-lead'/><menuitem action='satchel-convert-opportunity'/>"
    "    <menuitem action='satchel-convert-case'/><menuitem action='satchel-convert-task'/></menu>"
    "   <separator/><menuitem action='satchel-pane'/></menu></placeholder></menu></placeholder></menubar>"
    " <toolbar name='main-toolbar'><placeholder name='mail-toolbar-common'>"
    "  <separator/><toolitem action='satchel-track'/><toolitem "
    "action='satchel-regarding'/></placeholder></toolbar>"
    " <popup name='mail-message-popup'><placeholder name='mail-message-popup-common-actions'>"
    "  <separator/><menu action='satchel-menu'>"
    "   <menuitem action='satchel-track'/><menuitem action='satchel-track-attachments'/>"
    "   <menuitem action='satchel-regarding'/><menuitem action='satchel-untrack'/>"
    "   <separator/><menu action='satchel-convert'>"
    "    <menuitem action='satchel-convert-lead'/><menuitem action='satchel-convert-opportunity'/>"
    "    <menuitem action='satchel-convert-case'/><menuitem action='satchel-convert-task'/></menu></menu>"
    " </placeholder></popup>"
    "</ui>";

static void
free_actions (gpointer data)
{
  Actions *self = data;

  g_object_unref (self->ui);
  g_object_unref (self->group);
  g_clear_object (&self->folder);
  g_ptr_array_unref (self->people);
  g_free (self->uid);
  g_free (self);
}

/* ---- doing it ---- */

static void
act (Actions *self, const SatchelDeed *deed)
{
  g_autoptr (CamelFolder) folder = e_mail_reader_ref_folder (self->reader);
  g_autoptr (GPtrArray) uids = e_mail_reader_get_selected_uids (self->reader);
  g_autoptr (EActivity) activity = NULL;

  if (folder == NULL || uids == NULL || uids->len == 0)
    return;
  activity = e_mail_reader_new_activity (self->reader);
  satchel_mail_do (deed, folder, uids, e_mail_reader_get_alert_sink (self->reader), activity);
}

static void
track_cb (GtkAction *action, Actions *self)
{
  act (self, &(SatchelDeed){ .kind = SATCHEL_DEED_TRACK });
}

static void
track_attachments_cb (GtkAction *action, Actions *self)
{
  act (self, &(SatchelDeed){ .kind = SATCHEL_DEED_TRACK, .attachments = TRUE });
}

static void
untrack_cb (GtkAction *action, Actions *self)
{
  act (self, &(SatchelDeed){ .kind = SATCHEL_DEED_UNTRACK });
}

static void
convert_cb (GtkAction *action, Actions *self)
{
  act (self, &(SatchelDeed){ .kind = SATCHEL_DEED_CONVERT,
                             .entity = g_object_get_data (G_OBJECT (action), "entity") });
}

/* The messages that a dialog was opened for: another may be selected by the time it is answered. */
typedef struct {
  GWeakRef reader;
  CamelFolder *folder;
  GPtrArray *uids;
} Question;

static void
free_question (gpointer data)
{
  Question *question = data;

  g_weak_ref_clear (&question->reader);
  g_object_unref (question->folder);
  g_ptr_array_unref (question->uids);
  g_free (question);
}

static void
chosen_cb (const char *entity, const char *id, const char *title, gboolean attachments, gpointer data)
{
  Question *question = data;
  g_autoptr (EMailReader) reader = g_weak_ref_get (&question->reader);
  g_autoptr (EActivity) activity = NULL;

  if (reader == NULL)
    return;
  activity = e_mail_reader_new_activity (reader);
  satchel_mail_do (&(SatchelDeed){ .kind = SATCHEL_DEED_REGARDING,
                                   .entity = entity,
                                   .id = id,
                                   .title = title,
                                   .attachments = attachments },
                   question->folder, question->uids, e_mail_reader_get_alert_sink (reader), activity);
}

static void
regarding_cb (GtkAction *action, Actions *self)
{
  g_autoptr (CamelFolder) folder = e_mail_reader_ref_folder (self->reader);
  g_autoptr (GPtrArray) uids = e_mail_reader_get_selected_uids (self->reader);
  gboolean attachments = FALSE;
  Question *question;

  if (folder == NULL || uids == NULL || uids->len == 0)
    return;
  for (guint i = 0; !attachments && i < MIN (uids->len, MOST_LOOKED); i++) {
    g_autoptr (CamelMessageInfo) info = camel_folder_get_message_info (folder, g_ptr_array_index (uids, i));

    attachments = info != NULL && (camel_message_info_get_flags (info) & CAMEL_MESSAGE_ATTACHMENTS) != 0;
  }
  question = g_new0 (Question, 1);
  g_weak_ref_init (&question->reader, self->reader);
  question->folder = g_steal_pointer (&folder);
  question->uids = g_steal_pointer (&uids);
  satchel_regarding_choose (
      e_mail_reader_get_window (self->reader),
      &(SatchelRegardingFor){ .addresses = self->people, .offer_attachments = attachments }, chosen_cb,
      question, free_question);
}

/* ---- what can be done ---- */

static void
set_sensitive (Actions *self, const char *name, gboolean sensitive)
{
  gtk_action_set_sensitive (gtk_action_group_get_action (self->group, name), sensitive);
}

static void
update (Actions *self)
{
  g_autoptr (CamelFolder) folder = e_mail_reader_ref_folder (self->reader);
  g_autoptr (GPtrArray) uids = folder != NULL ? e_mail_reader_get_selected_uids (self->reader) : NULL;
  guint n = uids != NULL ? uids->len : 0, looked = MIN (n, MOST_LOOKED), marked = 0;

  for (guint i = 0; i < looked; i++)
    marked += satchel_marks_has (folder, g_ptr_array_index (uids, i));
  set_sensitive (self, "satchel-track", n > 0 && marked < looked);
  set_sensitive (self, "satchel-track-attachments", n > 0);
  set_sensitive (self, "satchel-regarding", n > 0);
  set_sensitive (self, "satchel-untrack", marked > 0);
  set_sensitive (self, "satchel-convert", n == 1);
  for (guint i = 0; i < G_N_ELEMENTS (conversions); i++) {
    g_autofree char *name = g_strconcat ("satchel-convert-", conversions[i], NULL);

    set_sensitive (self, name, n == 1);
  }
}

/* ---- the message that is shown ---- */

static void
forget_message (Actions *self)
{
  g_clear_pointer (&self->uid, g_free);
  g_clear_object (&self->folder);
  g_ptr_array_set_size (self->people, 0);
}

/* Whom it came from and went to, but for the user herself. */
static void
take_people (Actions *self, const GPtrArray *addresses)
{
  ESourceRegistry *registry =
      e_mail_session_get_registry (e_mail_backend_get_session (e_mail_reader_get_backend (self->reader)));

  for (guint i = 0; i < addresses->len; i++) {
    const char *person = g_ptr_array_index (addresses, i);
    g_autoptr (CamelInternetAddress) parsed = camel_internet_address_new ();
    const char *address = NULL;

    camel_address_unformat (CAMEL_ADDRESS (parsed), person);
    if (camel_internet_address_get (parsed, 0, NULL, &address) && address != NULL &&
        !em_utils_address_is_user (registry, address, FALSE))
      g_ptr_array_add (self->people, g_strdup (person));
  }
}

static void
loaded_cb (EMailReader *reader, const char *uid, CamelMimeMessage *message, Actions *self)
{
  g_autoptr (SatchelMessageFacts) facts = satchel_message_read (message);

  forget_message (self);
  self->uid = g_strdup (uid);
  self->folder = e_mail_reader_ref_folder (reader);
  take_people (self, facts->addresses);
  satchel_pane_show (self->pane, facts->id, self->people);
  if (self->folder != NULL)
    satchel_marks_note (self->folder, uid, facts->id);
}

static void
folder_loaded_cb (EMailReader *reader, Actions *self)
{
  g_autoptr (CamelFolder) folder = e_mail_reader_ref_folder (reader);

  if (folder != NULL)
    satchel_marks_show (folder);
}

static void
updated_cb (EMailReader *reader, guint state, Actions *self)
{
  if ((state & E_MAIL_READER_SELECTION_SINGLE) == 0 && self->uid != NULL) {
    forget_message (self);
    satchel_pane_show (self->pane, NULL, NULL);
  }
  update (self);
}

static void
told_cb (gboolean tracked, gpointer data)
{
  Actions *self = data;

  if (self->folder != NULL && self->uid != NULL) {
    set_sensitive (self, "satchel-track", !tracked);
    set_sensitive (self, "satchel-untrack", tracked);
  }
}

static void
pane_track_cb (gpointer data)
{
  track_cb (NULL, data);
}

static void
pane_regarding_cb (gpointer data)
{
  regarding_cb (NULL, data);
}

static void
pane_untrack_cb (gpointer data)
{
  untrack_cb (NULL, data);
}

static void
restore_pane (EMailReader *reader)
{
  GKeyFile *state = E_IS_MAIL_VIEW (reader)
                        ? e_shell_view_get_state_key_file (e_mail_view_get_shell_view (E_MAIL_VIEW (reader)))
                        : NULL;

  if (state == NULL)
    return;
  pane_hidden = g_key_file_get_boolean (state, STATE_GROUP, STATE_KEY, NULL);
  if (g_key_file_has_key (state, STATE_GROUP, WIDTH_KEY, NULL))
    pane_width = g_key_file_get_integer (state, STATE_GROUP, WIDTH_KEY, NULL);
}

static void
save_pane (EMailReader *reader)
{
  EShellView *view = E_IS_MAIL_VIEW (reader) ? e_mail_view_get_shell_view (E_MAIL_VIEW (reader)) : NULL;

  if (view == NULL)
    return;
  g_key_file_set_boolean (e_shell_view_get_state_key_file (view), STATE_GROUP, STATE_KEY, pane_hidden);
  g_key_file_set_integer (e_shell_view_get_state_key_file (view), STATE_GROUP, WIDTH_KEY, pane_width);
  e_shell_view_set_state_dirty (view);
}

static void
pane_resized_cb (int width, gpointer data)
{
  Actions *self = data;

  pane_width = width;
  save_pane (self->reader);
}

static const SatchelPaneOwner pane_owner = {
  .track = pane_track_cb,
  .set_regarding = pane_regarding_cb,
  .untrack = pane_untrack_cb,
  .told = told_cb,
  .resized = pane_resized_cb,
};

static void
pane_toggled_cb (GtkToggleAction *action, Actions *self)
{
  pane_hidden = !gtk_toggle_action_get_active (action);
  save_pane (self->reader);
  satchel_pane_set_shown (self->pane, !pane_hidden);
}

/* ---- making them ---- */

static void
add_actions (Actions *self)
{
  const GtkActionEntry entries[] = {
    /* Translators: the menu of what is done with a message in the customer records. */
    { "satchel-menu", NULL, _ ("C_RM"), NULL, NULL, NULL },
    { "satchel-track", "emblem-shared", _ ("_Track in CRM"), "<Control><Alt>t",
      _ ("Store the selected messages in the CRM"), G_CALLBACK (track_cb) },
    { "satchel-track-attachments", "mail-attachment", _ ("Track with _Attachments"), NULL,
      _ ("Store the selected messages and their attachments in the CRM"), G_CALLBACK (track_attachments_cb) },
    { "satchel-regarding", "insert-link", _ ("Set _Regarding…"), "<Control><Alt>r",
      _ ("Choose the record that the selected messages are about"), G_CALLBACK (regarding_cb) },
    { "satchel-untrack", NULL, _ ("_Untrack"), NULL, _ ("Remove the selected messages from the CRM"),
      G_CALLBACK (untrack_cb) },
    { "satchel-convert", NULL, _ ("_Convert To"), NULL, NULL, NULL },
    { "satchel-convert-lead", NULL, _ ("_Lead"), NULL, _ ("Make a lead of the message"),
      G_CALLBACK (convert_cb) },
    { "satchel-convert-opportunity", NULL, _ ("_Opportunity"), NULL, _ ("Make an opportunity of the message"),
      G_CALLBACK (convert_cb) },
    { "satchel-convert-case", NULL, _ ("C_ase"), NULL, _ ("Make a case of the message"),
      G_CALLBACK (convert_cb) },
    { "satchel-convert-task", NULL, _ ("_Task"), NULL, _ ("Make a task of the message"),
      G_CALLBACK (convert_cb) },
  };
  const GtkToggleActionEntry toggles[] = {
    { "satchel-pane", NULL, _ ("Show _Pane"), NULL, _ ("Show the customer records beside the message"),
      G_CALLBACK (pane_toggled_cb), !pane_hidden },
  };

  self->group = gtk_action_group_new ("satchel-mail");
  gtk_action_group_add_actions (self->group, entries, G_N_ELEMENTS (entries), self);
  gtk_action_group_add_toggle_actions (self->group, toggles, G_N_ELEMENTS (toggles), self);
  for (guint i = 0; i < G_N_ELEMENTS (conversions); i++) {
    g_autofree char *name = g_strconcat ("satchel-convert-", conversions[i], NULL);

    g_object_set_data (G_OBJECT (gtk_action_group_get_action (self->group, name)), "entity",
                       (gpointer)conversions[i]);
  }
  g_object_set (gtk_action_group_get_action (self->group, "satchel-track"), "is-important", TRUE, NULL);
  g_object_set (gtk_action_group_get_action (self->group, "satchel-regarding"), "is-important", TRUE, NULL);
  gtk_ui_manager_insert_action_group (self->ui, self->group, 0);
}

void
satchel_mail_actions_add (EMailReader *reader, GtkUIManager *ui)
{
  Actions *self;

  if (g_object_get_data (G_OBJECT (reader), KEY) != NULL)
    return;
  self = g_new0 (Actions, 1);
  self->reader = reader;
  self->ui = g_object_ref (ui);
  self->people = g_ptr_array_new_with_free_func (g_free);
  restore_pane (reader);
  add_actions (self);
  self->pane = satchel_pane_new (e_mail_reader_get_alert_sink (reader), &pane_owner, self);
  satchel_pane_attach (self->pane, GTK_WIDGET (e_mail_reader_get_preview_pane (reader)), pane_width);
  satchel_pane_set_shown (self->pane, !pane_hidden);
  g_object_set_data_full (G_OBJECT (reader), KEY, self, free_actions);
  g_signal_connect (reader, "message-loaded", G_CALLBACK (loaded_cb), self);
  g_signal_connect (reader, "folder-loaded", G_CALLBACK (folder_loaded_cb), self);
  folder_loaded_cb (reader, self); /* it may be shown already */
  g_signal_connect (reader, "update-actions", G_CALLBACK (updated_cb), self);
}

void
satchel_mail_actions_merge (EMailReader *reader, gboolean merged)
{
  Actions *self = g_object_get_data (G_OBJECT (reader), KEY);
  g_autoptr (GError) error = NULL;

  if (merged == (self->merge != 0))
    return;
  if (merged) {
    self->merge = gtk_ui_manager_add_ui_from_string (self->ui, ui_definition, -1, &error);
    g_assert_no_error (error); /* the definition stands above */
    update (self);
  } else {
    gtk_ui_manager_remove_ui (self->ui, self->merge);
    self->merge = 0;
  }
  gtk_ui_manager_ensure_update (self->ui);
}
