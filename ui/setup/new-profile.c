/* What cannot be a name is said while it is typed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/new-profile.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "client/profile.h"
#include "ui/setup/profiles.h"

/* Belongs to its dialog. */
typedef struct {
  AdwMessageDialog *dialog;
  GtkWidget *name;
  GtkLabel *problem;
  GPtrArray *taken;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_ptr_array_unref (asking->taken);
  g_free (asking);
}

static gboolean
is_taken (const Asking *asking, const char *name)
{
  return g_ptr_array_find_with_equal_func (asking->taken, name, g_str_equal, NULL);
}

/* NULL: nothing is wrong, or nothing is there yet. */
static const char *
find_problem (const Asking *asking, const char *name)
{
  if (*name == '\0')
    return NULL;
  if (is_taken (asking, name))
    return _ ("There is a profile of this name already.");
  return satchel_profile_name_is_valid (name)
             ? NULL
             : _ ("A name is made of Latin letters, digits, dots, dashes and underscores.");
}

static void
changed_cb (GtkEditable *editable, Asking *asking)
{
  const char *name = gtk_editable_get_text (editable), *problem = find_problem (asking, name);

  gtk_label_set_label (asking->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (asking->problem), problem != NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (asking->name), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  adw_message_dialog_set_response_enabled (asking->dialog, "create", *name != '\0' && problem == NULL);
}

static void
activate_cb (GtkEditable *editable, Asking *asking)
{
  if (adw_message_dialog_get_response_enabled (asking->dialog, "create"))
    adw_message_dialog_response (asking->dialog, "create");
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, Asking *asking)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  if (g_str_equal (response, "create"))
    gtk_widget_activate_action (GTK_WIDGET (parent), "app.open-profile", "s",
                                gtk_editable_get_text (GTK_EDITABLE (asking->name)));
}

static GtkWidget *
make_entry (Asking *asking)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *group = adw_preferences_group_new ();

  asking->name = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (asking->name), _ ("Name"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), asking->name);
  asking->problem = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (asking->problem, TRUE);
  gtk_label_set_xalign (asking->problem, 0);
  gtk_widget_add_css_class (GTK_WIDGET (asking->problem), "error");
  gtk_widget_set_visible (GTK_WIDGET (asking->problem), FALSE);
  gtk_box_append (GTK_BOX (box), group);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (asking->problem));
  g_signal_connect (asking->name, "changed", G_CALLBACK (changed_cb), asking);
  g_signal_connect (asking->name, "entry-activated", G_CALLBACK (activate_cb), asking);
  return box;
}

void
satchel_new_profile_show (GtkWindow *parent)
{
  GtkWidget *dialog = adw_message_dialog_new (
      parent, _ ("New Profile"),
      _ ("A profile holds what one account brings, apart from all others, in a window of its own."));
  Asking *asking = g_new0 (Asking, 1);

  asking->dialog = ADW_MESSAGE_DIALOG (dialog);
  asking->taken = satchel_profiles_list (NULL);
  g_object_set_data_full (G_OBJECT (dialog), "asking", asking, asking_free);
  adw_message_dialog_set_extra_child (asking->dialog, make_entry (asking));
  adw_message_dialog_add_responses (asking->dialog, "cancel", _ ("_Cancel"), "create", _ ("_Open"), NULL);
  adw_message_dialog_set_response_appearance (asking->dialog, "create", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_response_enabled (asking->dialog, "create", FALSE);
  adw_message_dialog_set_close_response (asking->dialog, "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), asking);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (asking->name);
}
