/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/preferences/preferences.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "client/blobs/uses.h"
#include "ui/act/refusal.h"
#include "ui/preferences/carried.h"
#include "ui/preferences/combo.h"
#include "ui/preferences/programs.h"
#include "ui/preferences/settings.h"
#include "ui/sync/sync.h"

/* ---- a row with a few choices ---- */

typedef struct {
  const char *key;
  const char *label; /* translated where it is no name of a language */
} Choice;

/* What is chosen is told by "notify::selected", @chosen, with the row's "choice-keys" to look it up in. */
static GtkWidget *
make_combo (const char *title, const char *subtitle, const Choice *choices, guint n_choices,
            const char *current, GCallback chosen, gpointer data)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  GStrvBuilder *keys = g_strv_builder_new ();
  guint selected = 0;

  for (guint i = 0; i < n_choices; i++) {
    gtk_string_list_append (labels, choices[i].label);
    g_strv_builder_add (keys, choices[i].key);
    if (g_str_equal (choices[i].key, current))
      selected = i;
  }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (labels));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), selected);
  g_object_set_data_full (G_OBJECT (row), "choice-keys", g_strv_builder_end (keys),
                          (GDestroyNotify)g_strfreev);
  g_strv_builder_unref (keys);
  g_signal_connect (row, "notify::selected", chosen, data);
  return row;
}

static const char *
get_chosen (AdwComboRow *row)
{
  return ((char **)g_object_get_data (G_OBJECT (row), "choice-keys"))[adw_combo_row_get_selected (row)];
}

static void
tell (GtkWidget *from, const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (gtk_widget_get_root (from)), toast);
}

static void
tell_error (GtkWidget *from, const GError *error)
{
  g_autofree char *text = satchel_refusal_to_text (error);

  tell (from, text);
}

/* ---- the application ---- */

static void
setting_cb (AdwComboRow *row, GParamSpec *spec, gpointer setting)
{
  g_autoptr (GError) error = NULL;

  if (!satchel_settings_set (GPOINTER_TO_UINT (setting), get_chosen (row), &error))
    tell_error (GTK_WIDGET (row), error);
  else if (GPOINTER_TO_UINT (setting) == SATCHEL_SETTING_STYLE)
    satchel_settings_apply_style ();
  else
    tell (GTK_WIDGET (row), _ ("It holds when Satchel is started again"));
}

static GtkWidget *
make_setting (SatchelSetting setting, const char *title, const Choice *choices, guint n_choices)
{
  g_autofree char *current = satchel_settings_get (setting);

  return make_combo (title, NULL, choices, n_choices, current, G_CALLBACK (setting_cb),
                     GUINT_TO_POINTER (setting));
}

/* Of the usual locales those that this computer has. */
static GtkWidget *
make_formats (void)
{
  static const char *const locales[] = { "en_GB.UTF-8", "en_US.UTF-8", "de_DE.UTF-8", "fr_FR.UTF-8",
                                         "ro_RO.UTF-8", "zh_CN.UTF-8", "C.UTF-8" };
  static const char *const names[] = { "English (United Kingdom)",
                                       "English (United States)",
                                       "Deutsch",
                                       "Français",
                                       "Română",
                                       "中文 (中国)",
                                       "ISO" };
  Choice choices[G_N_ELEMENTS (locales) + 1] = { { "", _ ("As the desktop") } };
  guint n = 1;

  for (guint i = 0; i < G_N_ELEMENTS (locales); i++) {
    locale_t locale = newlocale (LC_TIME_MASK, locales[i], (locale_t)0);

    if (locale == (locale_t)0)
      continue;
    freelocale (locale);
    choices[n++] = (Choice){ locales[i], names[i] };
  }
  return make_setting (SATCHEL_SETTING_FORMATS, _ ("Dates and Numbers"), choices, n);
}

static GtkWidget *
make_looks (void)
{
  GtkWidget *group = adw_preferences_group_new ();
  const Choice styles[] = { { "", _ ("As the desktop") }, { "light", _ ("Light") }, { "dark", _ ("Dark") } };
  const Choice languages[] = {
    { "", _ ("As the desktop") }, { "en", "English" }, { "ro", "Română" }, { "zh_CN", "中文" }
  };

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Appearance"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_setting (SATCHEL_SETTING_STYLE, _ ("Style"),
                                                                          styles, G_N_ELEMENTS (styles)));
  adw_preferences_group_add (
      ADW_PREFERENCES_GROUP (group),
      make_setting (SATCHEL_SETTING_LANGUAGE, _ ("Language"), languages, G_N_ELEMENTS (languages)));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_formats ());
  return group;
}

/* ---- the profile ---- */

static gboolean
offline_cb (GtkSwitch *toggle, gboolean on, SatchelSync *sync)
{
  satchel_sync_set_offline (sync, on);
  return FALSE;
}

static gpointer
policy_job (SatchelSession *session, gpointer policy, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (
      satchel_files_set_policy (satchel_session_get_replica (session), GPOINTER_TO_INT (policy), error));
}

static void
policy_written_cb (GObject *desk, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) row = data;
  g_autoptr (GError) error = NULL;

  satchel_desk_finish (SATCHEL_DESK (desk), result, &error);
  if (error != NULL && gtk_widget_get_root (row) != NULL)
    tell_error (row, error);
}

static void
policy_cb (AdwComboRow *row, GParamSpec *spec, SatchelDesk *desk)
{
  const gint64 policy = g_ascii_strtoll (get_chosen (row), NULL, 10);

  satchel_desk_write (desk, policy_job, GINT_TO_POINTER ((int)policy), NULL, NULL, policy_written_cb,
                      g_object_ref (row));
}

static GtkWidget *
make_files_row (SatchelDesk *desk)
{
  const gint64 policy =
      satchel_files_get_policy (satchel_session_get_replica (satchel_desk_get_session (desk)));
  GtkWidget *row;
  g_autofree char *current = g_strdup_printf ("%" G_GINT64_FORMAT, policy);
  /* One that was set elsewhere, with satchelctl, is a choice like the others. */
  g_autofree char *size = g_format_size (MAX (policy, 0));
  g_autofree char *other = g_strdup_printf (_ ("Up to %s with their records"), size);
  const Choice choices[] = {
    { "1000000", _ ("Small ones with their records") },
    { "20000000", _ ("Up to 20 MB with their records") },
    { "-1", _ ("When they are opened") },
    { "-2", _ ("Never") },
    { current, other },
  };
  gboolean usual = FALSE;

  for (guint i = 0; i + 1 < G_N_ELEMENTS (choices); i++)
    usual |= g_str_equal (choices[i].key, current);
  row = make_combo (_ ("Fetch Attachments"), NULL, choices, G_N_ELEMENTS (choices) - (usual ? 1 : 0), current,
                    G_CALLBACK (policy_cb), desk);
  satchel_combo_show_whole (ADW_COMBO_ROW (row));
  return row;
}

static GtkWidget *
make_sync (SatchelDesk *desk)
{
  SatchelSync *sync = satchel_sync_get (desk);
  GtkWidget *group = adw_preferences_group_new (), *row = adw_action_row_new (), *toggle = gtk_switch_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Exchange with the Server"));
  adw_preferences_group_set_description (
      ADW_PREFERENCES_GROUP (group), _ ("Changes go and come as they happen. There is no interval to set."));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Work Offline"));
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_switch_set_active (GTK_SWITCH (toggle), !satchel_sync_get_online (sync));
  g_signal_connect (toggle, "state-set", G_CALLBACK (offline_cb), sync);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_files_row (desk));
  return group;
}

static GtkWidget *
make_page (const char *title, const char *icon)
{
  GtkWidget *page = adw_preferences_page_new ();

  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (page), title);
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (page), icon);
  return page;
}

void
satchel_preferences_show (GtkWindow *parent, SatchelDesk *desk)
{
  GtkWidget *window = adw_preferences_window_new ();
  GtkWidget *general = make_page (_ ("General"), "preferences-system-symbolic"), *carried;

  adw_preferences_page_add (ADW_PREFERENCES_PAGE (general), ADW_PREFERENCES_GROUP (make_looks ()));
  if (desk != NULL) {
    adw_preferences_page_add (ADW_PREFERENCES_PAGE (general), ADW_PREFERENCES_GROUP (make_sync (desk)));
    adw_preferences_page_add (ADW_PREFERENCES_PAGE (general),
                              ADW_PREFERENCES_GROUP (satchel_programs_group_new (desk)));
  }
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (general));
  if (desk != NULL) {
    carried = make_page (_ ("Carried Records"), "satchel-offline-filter-symbolic");
    satchel_carried_fill (ADW_PREFERENCES_PAGE (carried), desk);
    adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (carried));
    g_object_set_data_full (G_OBJECT (window), "desk", g_object_ref (desk), g_object_unref);
  }
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  gtk_window_set_title (GTK_WINDOW (window), _ ("Preferences"));
  if (parent != NULL)
    gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_application (GTK_WINDOW (window),
                              parent != NULL ? gtk_window_get_application (parent) : NULL);
  gtk_window_present (GTK_WINDOW (window));
}
