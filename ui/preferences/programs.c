/* Both are facts of the profile, written in a job; the agent does what they say.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/preferences/programs.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "client/agent/names.h"
#include "client/eds/mirror.h"
#include "client/mail/rules.h"
#include "ui/act/refusal.h"
#include "ui/preferences/combo.h"

/* Goes with the group. */
typedef struct {
  SatchelDesk *desk;
  GtkWidget *group;  /* borrowed */
  AdwActionRow *row; /* of the mirror */
  GtkSwitch *mirror;
  AdwComboRow *rule;
  char *folder; /* of the rule FOLDER, which mail programs set; NULL: none */
  GCancellable *cancellable;
} Programs;

static void
programs_free (gpointer data)
{
  Programs *programs = data;

  g_cancellable_cancel (programs->cancellable);
  g_object_unref (programs->cancellable);
  g_object_unref (programs->desk);
  g_free (programs->folder);
  g_free (programs);
}

static void
tell_error (GtkWidget *from, const GError *error)
{
  GtkRoot *root = gtk_widget_get_root (from);
  g_autofree char *text = satchel_refusal_to_text (error);

  if (ADW_IS_PREFERENCES_WINDOW (root))
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (root), adw_toast_new (text));
}

/* ---- how the mirror stands ---- */

static gint64
get_number (GVariant *status, const char *name)
{
  gint64 number = 0;

  (void)!g_variant_lookup (status, name, "x", &number);
  return number;
}

/* NULL: nothing that the description does not say. */
static char *
describe (GVariant *status)
{
  const char *condition = NULL, *reason = NULL;

  (void)!g_variant_lookup (status, "mirror", "&s", &condition);
  (void)!g_variant_lookup (status, "mirror-reason", "&s", &reason);
  if (g_strcmp0 (condition, "running") == 0)
    return g_strdup_printf (_ ("%'" PRId64 " contacts, %'" PRId64 " appointments, %'" PRId64 " tasks"),
                            get_number (status, "mirror-contacts"),
                            get_number (status, "mirror-appointments"), get_number (status, "mirror-tasks"));
  if (g_strcmp0 (condition, "unavailable") == 0)
    return g_strdup (_ ("This computer has no address book and calendar of the desktop"));
  if (g_strcmp0 (condition, "waiting") == 0 || g_strcmp0 (condition, "failed") == 0)
    return reason != NULL ? g_strdup_printf (_ ("It is tried again: %s"), reason)
                          : g_strdup (_ ("It is tried again"));
  return NULL;
}

static void
status_cb (GObject *bus, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) group = data;
  Programs *programs = g_object_get_data (G_OBJECT (group), "programs");
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, NULL),
                       status = NULL;
  g_autofree char *text = NULL;

  if (answer == NULL || gtk_widget_get_root (group) == NULL)
    return;
  g_variant_get (answer, "(@a{sv})", &status);
  text = gtk_switch_get_active (programs->mirror) ? describe (status) : NULL;
  if (text != NULL)
    adw_action_row_set_subtitle (programs->row, text);
}

/* An agent that does not run has nothing to tell, and is not started for that. */
static void
ask (Programs *programs)
{
  GApplication *application = g_application_get_default ();
  GDBusConnection *bus = application != NULL ? g_application_get_dbus_connection (application) : NULL;

  if (bus != NULL)
    g_dbus_connection_call (bus, SATCHEL_AGENT_BUS_NAME, SATCHEL_AGENT_OBJECT_PATH,
                            "org.satchelcrm.Satchel.Agent1", "Status",
                            g_variant_new ("(s)", satchel_desk_get_profile (programs->desk)),
                            G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                            programs->cancellable, status_cb, g_object_ref (programs->group));
}

/* ---- writing ---- */

static void
written_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) group = data;
  g_autoptr (GError) error = NULL;

  satchel_desk_finish (SATCHEL_DESK (desk), result, &error);
  if (error != NULL)
    tell_error (group, error);
}

static gpointer
mirror_job (SatchelSession *session, gpointer on, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (satchel_replica_set_meta (satchel_session_get_replica (session),
                                                    SATCHEL_META_MIRROR, on != NULL ? NULL : "off", error));
}

static void
mirror_cb (GtkSwitch *toggle, GParamSpec *spec, Programs *programs)
{
  adw_action_row_set_subtitle (programs->row, "");
  satchel_desk_write (programs->desk, mirror_job, GINT_TO_POINTER (gtk_switch_get_active (toggle)), NULL,
                      NULL, written_cb, g_object_ref (programs->group));
}

typedef struct {
  SatchelMailRule rule;
  char *folder;
} Choice;

static void
choice_free (gpointer data)
{
  g_free (((Choice *)data)->folder);
  g_free (data);
}

static gpointer
rule_job (SatchelSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  const Choice *choice = data;

  return GINT_TO_POINTER (satchel_mail_rule_set (session, choice->rule, choice->folder, error));
}

static void
rule_cb (AdwComboRow *row, GParamSpec *spec, Programs *programs)
{
  Choice *choice = g_new0 (Choice, 1);

  choice->rule = (SatchelMailRule)adw_combo_row_get_selected (row);
  if (choice->rule == SATCHEL_MAIL_RULE_FOLDER)
    choice->folder = g_strdup (programs->folder);
  satchel_desk_write (programs->desk, rule_job, choice, choice_free, NULL, written_cb,
                      g_object_ref (programs->group));
}

/* ---- the group ---- */

static void
add_mirror (Programs *programs, SatchelReplica *replica)
{
  GtkWidget *row = adw_action_row_new (), *toggle = gtk_switch_new ();
  const char *kept = satchel_replica_peek_meta (replica, SATCHEL_META_MIRROR);

  programs->row = ADW_ACTION_ROW (row);
  programs->mirror = GTK_SWITCH (toggle);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("In the Desktop’s Address Book and Calendar"));
  adw_action_row_set_subtitle_lines (programs->row, 3);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_switch_set_active (programs->mirror, g_strcmp0 (kept, "off") != 0);
  g_signal_connect (toggle, "notify::active", G_CALLBACK (mirror_cb), programs);
  adw_action_row_add_suffix (programs->row, toggle);
  adw_action_row_set_activatable_widget (programs->row, toggle);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (programs->group), row);
}

/* In the order of SatchelMailRule. A folder is chosen in the mail program: it is offered where there is one.
 */
static void
add_rule (Programs *programs, SatchelSession *session)
{
  const char *const words[] = { _ ("None"), _ ("Replies to tracked messages"),
                                _ ("Replies, and messages of people who are here"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (words);
  GtkWidget *row = adw_combo_row_new ();
  SatchelMailRule rule = SATCHEL_MAIL_RULE_NONE;

  if (!satchel_mail_rule_get (session, &rule, &programs->folder, NULL))
    rule = SATCHEL_MAIL_RULE_NONE;
  if (programs->folder != NULL) {
    g_autofree char *title = satchel_mail_folder_dup_title (programs->folder);
    g_autofree char *folder = g_strdup_printf (_ ("Replies, and what is in the folder “%s”"), title);

    gtk_string_list_append (list, folder);
  }
  programs->rule = ADW_COMBO_ROW (row);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Messages That Evolution Tracks by Itself"));
  satchel_combo_show_whole (programs->rule);
  adw_combo_row_set_model (programs->rule, G_LIST_MODEL (list));
  adw_combo_row_set_selected (programs->rule, rule);
  g_signal_connect (row, "notify::selected", G_CALLBACK (rule_cb), programs);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (programs->group), row);
}

GtkWidget *
satchel_programs_group_new (SatchelDesk *desk)
{
  SatchelSession *session = satchel_desk_get_session (desk);
  GtkWidget *group = adw_preferences_group_new ();
  Programs *programs = g_new0 (Programs, 1);

  programs->desk = g_object_ref (desk);
  programs->group = group;
  programs->cancellable = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (group), "programs", programs, programs_free);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Mail, Calendar and Contacts"));
  adw_preferences_group_set_description (
      ADW_PREFERENCES_GROUP (group),
      _ ("Other programs of the desktop can have your contacts, appointments and tasks. What they have is "
         "not "
         "encrypted: these are plain files on the disk, which go when you switch it off."));
  add_mirror (programs, satchel_session_get_replica (session));
  add_rule (programs, session);
  ask (programs);
  return group;
}
