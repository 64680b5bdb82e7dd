/* Opens the profile once, and a window for whoever asks; links are routes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application.h"

#include <glib/gi18n.h>

#include "ui/window.h"

struct _SatchelApplication {
  AdwApplication parent_instance;
  char *profile;
  SatchelDesk *desk; /* NULL: not open yet */
  char *problem;     /* why it cannot be */
  gboolean opening;
  GPtrArray *waiting; /* routes, as text, for when it is open */
};

G_DEFINE_FINAL_TYPE (SatchelApplication, satchel_application, ADW_TYPE_APPLICATION)

static void
show_in (SatchelApplication *application, SatchelWindow *window)
{
  if (application->desk != NULL && satchel_window_get_desk (window) == NULL)
    satchel_window_show_desk (window, application->desk);
  else if (application->problem != NULL)
    satchel_window_show_problem (window, _ ("Cannot Open Your Records"), application->problem,
                                 _ ("Try Again"), "app.retry");
}

static void
show_in_all (SatchelApplication *application)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (application)); link != NULL;
       link = link->next)
    if (SATCHEL_IS_WINDOW (link->data))
      show_in (application, link->data);
}

static void
follow_links (SatchelApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  for (guint i = 0; window != NULL && i < application->waiting->len; i++)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.go", "s", application->waiting->pdata[i]);
  g_ptr_array_set_size (application->waiting, 0);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SatchelApplication) application = data;
  g_autoptr (GError) error = NULL;

  application->opening = FALSE;
  application->desk = satchel_desk_open_finish (result, &error);
  g_clear_pointer (&application->problem, g_free);
  if (application->desk == NULL)
    application->problem = g_strdup (error->message);
  show_in_all (application);
  if (application->desk != NULL)
    follow_links (application);
  g_application_release (G_APPLICATION (application));
}

static void
open_desk (SatchelApplication *application)
{
  if (application->desk != NULL || application->opening)
    return;
  application->opening = TRUE;
  g_application_hold (G_APPLICATION (application));
  satchel_desk_open_async (NULL, application->profile, satchel_registry_builtin (), satchel_clock_system (),
                           opened_cb, g_object_ref (application));
}

static void
add_window (SatchelApplication *application)
{
  SatchelWindow *window = satchel_window_new (ADW_APPLICATION (application));

  show_in (application, window);
  gtk_window_present (GTK_WINDOW (window));
}

/* ---- what the desktop asks ---- */

static void
satchel_application_activate (GApplication *base)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (base));

  open_desk (SATCHEL_APPLICATION (base));
  if (window != NULL)
    gtk_window_present (window);
  else
    add_window (SATCHEL_APPLICATION (base));
}

static void
satchel_application_open (GApplication *base, GFile **files, int n_files, const char *hint)
{
  SatchelApplication *application = SATCHEL_APPLICATION (base);

  for (int i = 0; i < n_files; i++)
    g_ptr_array_add (application->waiting, g_file_get_uri (files[i]));
  satchel_application_activate (base);
  if (application->desk != NULL)
    follow_links (application);
}

static int
satchel_application_handle_local_options (GApplication *base, GVariantDict *options)
{
  SatchelApplication *application = SATCHEL_APPLICATION (base);

  if (g_variant_dict_contains (options, "version")) {
    g_print ("satchel %s\n", SATCHEL_VERSION);
    return 0;
  }
  if (g_variant_dict_lookup (options, "profile", "s", &application->profile)) {
    /* Each profile is an application of its own: two may run side by side. */
    g_autofree char *id =
        g_strdup_printf ("%s.p%08x", SATCHEL_APPLICATION_ID, g_str_hash (application->profile));

    g_application_set_application_id (base, id);
  }
  return -1;
}

static void
new_window_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  add_window (SATCHEL_APPLICATION (data));
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

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (data)), "application-name",
                         "Satchel", "application-icon", SATCHEL_APPLICATION_ID, "version", SATCHEL_VERSION,
                         "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _ ("Customers, sales and service, with or without a network"), NULL);
}

static void
satchel_application_startup (GApplication *base)
{
  static const GActionEntry entries[] = {
    { "new-window", new_window_action, NULL, NULL, NULL, { 0 } },
    { "retry", retry_action, NULL, NULL, NULL, { 0 } },
    { "quit", quit_action, NULL, NULL, NULL, { 0 } },
    { "about", about_action, NULL, NULL, NULL, { 0 } },
  };
  static const struct {
    const char *action;
    const char *keys[3];
  } accelerators[] = {
    { "app.quit", { "<Control>q" } },        { "app.new-window", { "<Control><Shift>n" } },
    { "win.back", { "<Alt>Left", "Back" } }, { "win.forward", { "<Alt>Right", "Forward" } },
    { "win.find", { "<Control>f" } },        { "win.palette", { "<Control>k" } },
    { "window.close", { "<Control>w" } },
  };

  G_APPLICATION_CLASS (satchel_application_parent_class)->startup (base);
  g_action_map_add_action_entries (G_ACTION_MAP (base), entries, G_N_ELEMENTS (entries), base);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (base), accelerators[i].action,
                                           accelerators[i].keys);
}

static void
satchel_application_shutdown (GApplication *base)
{
  SatchelApplication *application = SATCHEL_APPLICATION (base);

  if (application->desk != NULL)
    satchel_desk_close (application->desk);
  g_clear_object (&application->desk);
  G_APPLICATION_CLASS (satchel_application_parent_class)->shutdown (base);
}

static void
satchel_application_finalize (GObject *object)
{
  SatchelApplication *application = SATCHEL_APPLICATION (object);

  g_free (application->profile);
  g_free (application->problem);
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
  application_class->handle_local_options = satchel_application_handle_local_options;
  application_class->shutdown = satchel_application_shutdown;
}

static void
satchel_application_init (SatchelApplication *application)
{
  static const GOptionEntry entries[] = {
    { "profile", 'p', 0, G_OPTION_ARG_STRING, NULL, N_ ("The profile to open"), N_ ("NAME") },
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
