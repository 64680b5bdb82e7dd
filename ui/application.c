/* Opens the profile once, and a window for whoever asks; links are routes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application.h"

#include <glib/gi18n.h>

#include "client/erase.h"
#include "client/profile.h"
#include "protocol/error.h"
#include "ui/act/act.h"
#include "ui/act/refusal.h"
#include "ui/desktop/herald.h"
#include "ui/desktop/keeping.h"
#include "ui/desktop/search-provider.h"
#include "ui/help/help.h"
#include "ui/setup/demo.h"
#include "ui/setup/new-profile.h"
#include "ui/setup/profiles.h"
#include "ui/setup/setup.h"
#include "ui/preferences/preferences.h"
#include "ui/preferences/settings.h"
#include "ui/sync/sync.h"
#include "ui/window.h"

#define PATIENCE_MS 200 /* a window that shows nothing yet is better than none after that */
#define MOST_LINKS  16  /* that are followed at once: whoever gives more means nothing good */

struct _SatchelApplication {
  AdwApplication parent_instance;
  char *profile;
  SatchelDesk *desk;   /* NULL: not open yet */
  SatchelDesk *closed; /* open, but the demo's server is not yet */
  char *problem;       /* why it cannot be */
  gboolean opening, wants_demo;
  gboolean wiped;     /* that is the problem */
  SatchelDemo *demo;  /* of the demo's profile */
  GPtrArray *waiting; /* routes, as text, for when it is open */
  char *wanted;       /* what the overview looked for, for the same; NULL: nothing */
  gboolean wants_sync;
  GtkWindow *unseen; /* made, and shown once there is something in it; NULL: none */
  guint patience_source;
  SatchelSearchProvider *provider; /* NULL: there is no bus */
  SatchelHerald *herald;           /* while there are a desk and a window */
};

G_DEFINE_FINAL_TYPE (SatchelApplication, satchel_application, ADW_TYPE_APPLICATION)

static void
show_in (SatchelApplication *application, SatchelWindow *window)
{
  if (application->desk != NULL && satchel_window_get_desk (window) == NULL)
    satchel_window_show_desk (window, application->desk);
  else if (application->closed != NULL)
    satchel_window_show_waiting (
        window, _ ("Preparing the Demo"),
        _ ("A dealer of construction machines, with 5,000 records and a server of its own. "
           "All of it stays on this computer."));
  else if (application->problem != NULL)
    satchel_window_show_problem (
        window, application->wiped ? _ ("Your Records Were Deleted") : _ ("Cannot Open Your Records"),
        application->problem, application->wiped ? _ ("Sign In…") : _ ("Try Again"), "app.retry");
}

static void
show_in_all (SatchelApplication *application)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (application)); link != NULL;
       link = link->next)
    if (SATCHEL_IS_WINDOW (link->data))
      show_in (application, link->data);
}

/* The one that was used last, below whatever dialog; NULL: there is none. */
static SatchelWindow *
find_window (SatchelApplication *application)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (application)); link != NULL;
       link = link->next)
    if (SATCHEL_IS_WINDOW (link->data))
      return link->data;
  return NULL;
}

static void wiped_cb (SatchelSync *sync, GParamSpec *spec, SatchelApplication *application);

/* What was asked for from outside, once there are a window and a desk for it. */
static void
do_wanted (SatchelApplication *application)
{
  SatchelWindow *window = find_window (application);

  if (application->desk == NULL || window == NULL)
    return;
  if (application->herald == NULL) {
    application->herald = satchel_herald_new (G_APPLICATION (application), application->desk);
    g_signal_connect_object (satchel_sync_get (application->desk), "notify::problem-code",
                             G_CALLBACK (wiped_cb), application, 0);
  }
  for (guint i = 0; i < application->waiting->len; i++)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.go", "s", application->waiting->pdata[i]);
  g_ptr_array_set_size (application->waiting, 0);
  if (application->wanted != NULL)
    satchel_window_search (window, application->wanted);
  g_clear_pointer (&application->wanted, g_free);
  if (application->wants_sync)
    satchel_sync_now (satchel_sync_get (application->desk));
  application->wants_sync = FALSE;
}

/* Of several links the first is where a new window begins. */
static void
begin_at_first (SatchelApplication *application)
{
  SatchelWindow *window = find_window (application);
  g_autoptr (SatchelRoute) route = NULL;

  if (window == NULL || application->waiting->len == 0 || satchel_window_get_desk (window) != NULL)
    return;
  route = satchel_route_from_text (application->waiting->pdata[0], NULL);
  if (route == NULL)
    return; /* which is told when it is followed */
  satchel_window_begin_at (window, route);
  g_ptr_array_remove_index (application->waiting, 0);
}

/* The overview is told what there is to search, or that there is nothing. */
static void
show_provider (SatchelApplication *application)
{
  if (application->provider != NULL && !application->opening)
    satchel_search_provider_set_desk (application->provider, application->desk);
}

/* ---- windows ---- */

static void
present_unseen (SatchelApplication *application)
{
  g_autoptr (GtkWindow) window = g_steal_pointer (&application->unseen);

  g_clear_handle_id (&application->patience_source, g_source_remove);
  if (window != NULL && gtk_window_get_application (window) != NULL)
    gtk_window_present (window);
}

static gboolean
patience_cb (gpointer data)
{
  SatchelApplication *application = data;

  application->patience_source = 0;
  present_unseen (application);
  return G_SOURCE_REMOVE;
}

/* A profile that opens quickly is what the first frame shows, and nothing is laid out before that. */
static void
present_soon (SatchelApplication *application, GtkWindow *window)
{
  if (!application->opening || application->closed != NULL || application->unseen != NULL) {
    gtk_window_present (window);
    return;
  }
  application->unseen = g_object_ref (window);
  application->patience_source = g_timeout_add (PATIENCE_MS, patience_cb, application);
}

static void
demo_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelApplication) application = data;
  g_autoptr (GError) error = NULL;

  application->opening = FALSE;
  application->demo = satchel_demo_open_finish (result, &error);
  if (application->demo != NULL) {
    application->desk = g_steal_pointer (&application->closed);
  } else {
    g_clear_object (&application->closed);
    application->problem = satchel_refusal_to_text (error);
  }
  show_in_all (application);
  show_provider (application);
  do_wanted (application);
  g_application_release (G_APPLICATION (application));
}

/* The profile of the demo waits for its server. */
static void
open_demo (SatchelApplication *application)
{
  application->opening = TRUE;
  application->closed = g_steal_pointer (&application->desk);
  g_application_hold (G_APPLICATION (application));
  show_in_all (application);
  present_unseen (application);
  satchel_demo_open_async (application->closed, demo_cb, g_object_ref (application));
}

static gboolean
is_demo (SatchelApplication *application)
{
  return g_str_equal (application->profile, SATCHEL_DEMO_PROFILE) &&
         (application->wants_demo || satchel_demo_exists ());
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelApplication) application = data;
  g_autoptr (GError) error = NULL;

  application->opening = FALSE;
  application->desk = satchel_desk_open_finish (result, &error);
  g_clear_pointer (&application->problem, g_free);
  application->wiped = FALSE;
  if (application->desk == NULL)
    application->problem = satchel_refusal_to_text (error);
  if (application->desk != NULL && is_demo (application)) {
    open_demo (application);
  } else {
    begin_at_first (application);
    show_in_all (application);
    do_wanted (application);
    present_unseen (application);
    show_provider (application);
  }
  g_application_release (G_APPLICATION (application));
}

static void
open_desk (SatchelApplication *application)
{
  if (application->desk != NULL || application->opening)
    return;
  application->opening = TRUE;
  g_application_hold (G_APPLICATION (application));
  satchel_desk_open_async (NULL, application->profile, NULL, satchel_clock_system (), opened_cb,
                           g_object_ref (application));
}

static void
add_window (SatchelApplication *application)
{
  gboolean is_first = find_window (application) == NULL;
  SatchelWindow *window = satchel_window_new (ADW_APPLICATION (application));
  g_autoptr (GSettings) settings = is_first ? satchel_keeping_open (application->profile) : NULL;

  /* Of several windows the first is the one that is found again. */
  if (settings != NULL)
    satchel_window_keep (window, settings);
  show_in (application, window);
  present_soon (application, GTK_WINDOW (window));
}

/* ---- what the desktop asks ---- */

static void
satchel_application_activate (GApplication *base)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (base));

  open_desk (SATCHEL_APPLICATION (base));
  if (window != NULL && window == SATCHEL_APPLICATION (base)->unseen)
    ; /* it comes by itself */
  else if (window != NULL)
    gtk_window_present (window);
  else
    add_window (SATCHEL_APPLICATION (base));
  do_wanted (SATCHEL_APPLICATION (base));
}

static void
want_link (SatchelApplication *application, const char *link)
{
  if (application->waiting->len < MOST_LINKS)
    g_ptr_array_add (application->waiting, g_strdup (link));
  g_application_activate (G_APPLICATION (application));
}

static void
satchel_application_open (GApplication *base, GFile **files, int n_files, const char *hint)
{
  SatchelApplication *application = SATCHEL_APPLICATION (base);

  for (int i = 0; i < n_files && application->waiting->len < MOST_LINKS; i++)
    g_ptr_array_add (application->waiting, g_file_get_uri (files[i]));
  g_application_activate (base);
}

/* ---- the overview ---- */

static void
provider_open_desk (gpointer data)
{
  open_desk (data);
}

static void
provider_go (const char *link, gpointer data)
{
  want_link (data, link);
}

static void
provider_search (const char *text, gpointer data)
{
  SatchelApplication *application = data;

  g_free (application->wanted);
  application->wanted = g_strdup (text);
  g_application_activate (data);
}

static gboolean
satchel_application_dbus_register (GApplication *base, GDBusConnection *bus, const char *path, GError **error)
{
  static const SatchelSearchProviderCalls calls = { provider_open_desk, provider_go, provider_search };
  SatchelApplication *application = SATCHEL_APPLICATION (base);
  g_autofree char *provider_path = g_strconcat (path, "/SearchProvider", NULL);

  if (!G_APPLICATION_CLASS (satchel_application_parent_class)->dbus_register (base, bus, path, error))
    return FALSE;
  application->provider = satchel_search_provider_new (base, &calls, application);
  return satchel_search_provider_export (application->provider, bus, provider_path, error);
}

static void
satchel_application_dbus_unregister (GApplication *base, GDBusConnection *bus, const char *path)
{
  SatchelApplication *application = SATCHEL_APPLICATION (base);

  if (application->provider != NULL)
    satchel_search_provider_unexport (application->provider);
  g_clear_object (&application->provider);
  G_APPLICATION_CLASS (satchel_application_parent_class)->dbus_unregister (base, bus, path);
}

static int
satchel_application_handle_local_options (GApplication *base, GVariantDict *options)
{
  SatchelApplication *application = SATCHEL_APPLICATION (base);
  g_autofree char *id = NULL;

  if (g_variant_dict_contains (options, "version")) {
    g_print ("satchel %s\n", SATCHEL_VERSION);
    return 0;
  }
  g_variant_dict_lookup (options, "profile", "s", &application->profile);
  if (g_variant_dict_contains (options, "demo")) {
    application->wants_demo = TRUE;
    g_free (application->profile);
    application->profile = g_strdup (SATCHEL_DEMO_PROFILE);
  }
  if (!satchel_profile_name_is_valid (application->profile)) {
    g_printerr (_ ("satchel: “%s” cannot be the name of a profile\n"), application->profile);
    return 2;
  }
  id = satchel_profiles_dup_application_id (SATCHEL_APPLICATION_ID, application->profile);
  g_application_set_application_id (base, id);
  return -1;
}

static void
new_window_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SatchelApplication *application = data;
  SatchelWindow *window = find_window (application);

  /* Nobody chooses twice what to take along. */
  if (window != NULL && application->desk != NULL && satchel_setup_is_due (application->desk))
    gtk_window_present (GTK_WINDOW (window));
  else
    add_window (application);
}

static void
retry_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  open_desk (SATCHEL_APPLICATION (data));
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window;

  while ((window = gtk_application_get_active_window (GTK_APPLICATION (data))) != NULL)
    gtk_window_destroy (window);
}

/* ---- what launchers and notifications ask ---- */

static void
open_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  want_link (data, g_variant_get_string (parameter, NULL));
}

static void
new_account_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  want_link (data, "satchel://new/account");
}

static void
sync_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SATCHEL_APPLICATION (data)->wants_sync = TRUE;
  g_application_activate (data);
}

/* From a notification, which may be older than this program: then the record is shown, and can be completed
 * there. */
static void
complete_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SatchelApplication *application = data;
  SatchelWindow *window = find_window (application);
  const char *name, *id;
  const SatchelEntity *entity = NULL;
  g_autofree char *link = NULL;

  g_variant_get (parameter, "(&s&s)", &name, &id);
  if (window != NULL && application->desk != NULL)
    entity = satchel_registry_find (satchel_desk_get_registry (application->desk), name);
  if (entity != NULL && satchel_entity_has_action (entity, "complete")) {
    g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

    g_ptr_array_add (ids, g_strdup (id));
    satchel_act_now (GTK_WIDGET (window), application->desk, entity, ids,
                     satchel_action_find ("complete", entity), NULL);
    return;
  }
  link = g_strdup_printf ("satchel://%s/%s", name, id);
  want_link (application, link);
}

/* ---- profiles and the demo ---- */

static void
tell (SatchelApplication *application, const char *message)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (SATCHEL_IS_WINDOW (window))
    satchel_window_toast (SATCHEL_WINDOW (window), message, NULL, NULL);
}

static void
tell_error (SatchelApplication *application, const GError *error)
{
  g_autofree char *text = satchel_refusal_to_text (error);

  tell (application, text);
}

static void
new_profile_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  satchel_new_profile_show (gtk_application_get_active_window (GTK_APPLICATION (data)));
}

static void
open_profile_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SatchelApplication *application = data;
  const char *profile = g_variant_get_string (parameter, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (profile, application->profile) && !satchel_profiles_open (profile, &error))
    tell_error (application, error);
}

/* A profile that holds nothing yet becomes the demo's in its own place; any other is left alone. */
static void
demo_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SatchelApplication *application = data;
  g_autoptr (GError) error = NULL;

  if (!satchel_profiles_open_demo (&error))
    tell_error (application, error);
  else if (application->desk != NULL &&
           satchel_session_get_user (satchel_desk_get_session (application->desk)) == NULL)
    g_application_quit (G_APPLICATION (application));
}

/* Once no window shows it. */
static gboolean
erase_profile (SatchelApplication *application, GError **error)
{
  g_autofree char *directory =
      g_strdup (satchel_session_get_directory (satchel_desk_get_session (application->desk)));

  g_clear_pointer (&application->herald, satchel_herald_free);
  if (application->provider != NULL)
    satchel_search_provider_set_desk (application->provider, NULL);
  g_clear_pointer (&application->demo, satchel_demo_free);
  satchel_desk_close (application->desk);
  g_clear_object (&application->desk);
  return satchel_profile_erase (directory, error);
}

static void
remove_demo (SatchelApplication *application)
{
  g_autoptr (GError) error = NULL;

  quit_action (NULL, NULL, application);
  if (!erase_profile (application, &error) || !satchel_demo_remove (&error))
    g_printerr ("satchel: %s\n", error->message);
}

/* One window is left, which says so. Whoever syncs erases as well, but its thread may end before. */
static void
be_wiped (gpointer data)
{
  g_autoptr (SatchelApplication) application = data;
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (application)));
  g_autoptr (GError) error = NULL;
  SatchelWindow *window;

  if (application->desk == NULL)
    return;
  window = satchel_window_new (ADW_APPLICATION (application));
  for (GList *link = windows; link != NULL; link = link->next)
    gtk_window_destroy (link->data);
  application->wiped = erase_profile (application, &error);
  application->problem =
      application->wiped
          ? g_strdup (_ ("This computer was reported lost. What it had of your records was deleted, and with "
                         "it what had not been sent. The server has the rest: if it was a mistake, sign in "
                         "again."))
          : satchel_refusal_to_text (error);
  show_in (application, window);
  gtk_window_present (GTK_WINDOW (window));
}

/* Not from within what tells it: that ends, too. */
static void
wiped_cb (SatchelSync *sync, GParamSpec *spec, SatchelApplication *application)
{
  if (g_strcmp0 (satchel_sync_get_problem_code (sync), satchel_error_name (SATCHEL_ERROR_WIPED)) == 0)
    g_idle_add_once (be_wiped, g_object_ref (application));
}

static void
remove_demo_cb (AdwMessageDialog *dialog, const char *response, gpointer data)
{
  if (g_str_equal (response, "remove"))
    remove_demo (data);
}

/* What is removed cannot be had back as it was: the one question that is asked. */
static void
about_demo_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (data));
  g_autofree char *directory = satchel_demo_dup_directory ();
  GtkWidget *dialog = adw_message_dialog_new (window, _ ("About This Demo"), NULL);

  adw_message_dialog_format_body (
      ADW_MESSAGE_DIALOG (dialog),
      _ ("Everything here is made up and stays on this computer: the server’s records in %s, and yours in "
         "the profile "
         "“demo”. The server runs while this window is open. You are signed in as seller1."),
      directory);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _ ("_Keep"), "remove",
                                    _ ("_Remove It"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_demo_cb), data, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  satchel_preferences_show (gtk_application_get_active_window (GTK_APPLICATION (data)),
                            SATCHEL_APPLICATION (data)->desk);
}

static void
help_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SatchelWindow *window = find_window (data);

  satchel_help_show (gtk_application_get_active_window (GTK_APPLICATION (data)),
                     window != NULL ? satchel_window_get_route (window) : NULL);
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (data)), "application-name",
                         "Satchel", "application-icon", SATCHEL_APPLICATION_ID, "version", SATCHEL_VERSION,
                         "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _ ("Customers, sales and service, with or without a network"), "developer-name",
                         _ ("The Satchel developers"), "copyright", "© 2026 The Satchel developers",
                         /* Translators: your names, one a line; left as it is, nobody is named. */
                         "translator-credits", _ ("translator-credits"), NULL);
}

static void
satchel_application_startup (GApplication *base)
{
  static const GActionEntry entries[] = {
    { "new-window", new_window_action, NULL, NULL, NULL, { 0 } },
    { "retry", retry_action, NULL, NULL, NULL, { 0 } },
    { "quit", quit_action, NULL, NULL, NULL, { 0 } },
    { "open", open_action, "s", NULL, NULL, { 0 } },
    { "complete", complete_action, "(ss)", NULL, NULL, { 0 } },
    { "new-account", new_account_action, NULL, NULL, NULL, { 0 } },
    { "sync", sync_action, NULL, NULL, NULL, { 0 } },
    { "help", help_action, NULL, NULL, NULL, { 0 } },
    { "about", about_action, NULL, NULL, NULL, { 0 } },
    { "preferences", preferences_action, NULL, NULL, NULL, { 0 } },
    { "open-profile", open_profile_action, "s", NULL, NULL, { 0 } },
    { "new-profile", new_profile_action, NULL, NULL, NULL, { 0 } },
    { "demo", demo_action, NULL, NULL, NULL, { 0 } },
    { "about-demo", about_demo_action, NULL, NULL, NULL, { 0 } },
  };
  static const struct {
    const char *action;
    const char *keys[3];
  } accelerators[] = {
    { "app.quit", { "<Control>q" } },
    { "app.help", { "F1" } },
    { "app.preferences", { "<Control>comma" } },
    { "app.new-window", { "<Control><Shift>n" } },
    { "win.back", { "<Alt>Left", "Back" } },
    { "win.forward", { "<Alt>Right", "Forward" } },
    { "win.find", { "<Control>f" } },
    { "win.palette", { "<Control>k" } },
    { "win.print", { "<Control>p" } },
    { "window.close", { "<Control>w" } },
  };

  /* GTK takes its time, in which the profile can be opened. The locale is set: nobody may do that beside a
   * thread. */
  if (!gtk_is_initialized ())
    gtk_disable_setlocale ();
  open_desk (SATCHEL_APPLICATION (base));
  G_APPLICATION_CLASS (satchel_application_parent_class)->startup (base);
  satchel_settings_apply_style ();
  g_action_map_add_action_entries (G_ACTION_MAP (base), entries, G_N_ELEMENTS (entries), base);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (base), accelerators[i].action,
                                           accelerators[i].keys);
}

static void
satchel_application_shutdown (GApplication *base)
{
  SatchelApplication *application = SATCHEL_APPLICATION (base);

  if (application->provider != NULL)
    satchel_search_provider_set_desk (application->provider, NULL);
  g_clear_handle_id (&application->patience_source, g_source_remove);
  g_clear_object (&application->unseen);
  g_clear_pointer (&application->herald, satchel_herald_free);
  if (application->desk != NULL)
    satchel_desk_close (application->desk);
  g_clear_object (&application->desk);
  g_clear_object (&application->closed);
  g_clear_pointer (&application->demo, satchel_demo_free);
  G_APPLICATION_CLASS (satchel_application_parent_class)->shutdown (base);
}

static void
satchel_application_finalize (GObject *object)
{
  SatchelApplication *application = SATCHEL_APPLICATION (object);

  g_free (application->profile);
  g_free (application->problem);
  g_free (application->wanted);
  g_ptr_array_unref (application->waiting);
  G_OBJECT_CLASS (satchel_application_parent_class)->finalize (object);
}

static void
satchel_application_class_init (SatchelApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = satchel_application_finalize;
  application_class->startup = satchel_application_startup;
  application_class->activate = satchel_application_activate;
  application_class->open = satchel_application_open;
  application_class->dbus_register = satchel_application_dbus_register;
  application_class->dbus_unregister = satchel_application_dbus_unregister;
  application_class->handle_local_options = satchel_application_handle_local_options;
  application_class->shutdown = satchel_application_shutdown;
}

static void
satchel_application_init (SatchelApplication *application)
{
  static const GOptionEntry entries[] = {
    { "profile", 'p', 0, G_OPTION_ARG_STRING, NULL, N_ ("The profile to open"), N_ ("NAME") },
    { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Open the demo, and make it if there is none"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  application->profile = g_strdup ("default");
  application->waiting = g_ptr_array_new_with_free_func (g_free);
  g_application_add_main_option_entries (G_APPLICATION (application), entries);
}

SatchelApplication *
satchel_application_new (void)
{
  return g_object_new (SATCHEL_TYPE_APPLICATION, "application-id", SATCHEL_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/org/satchelcrm/ui", NULL);
}
