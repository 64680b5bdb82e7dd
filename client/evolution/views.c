/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/views.h"

#include <mail/e-mail-browser.h>
#include <mail/e-mail-view.h>
#include <shell/e-shell-content.h>
#include <shell/e-shell-view.h>
#include <shell/e-shell-window.h>

#include "client/evolution/calendar-actions.h"
#include "client/evolution/cleanups.h"
#include "client/evolution/mail-actions.h"

/* ---- the main window ---- */

typedef struct {
  EExtension parent_instance;
} SatchelShellViewExtension;
typedef EExtensionClass SatchelShellViewExtensionClass;

GType satchel_shell_view_extension_get_type (void);
G_DEFINE_DYNAMIC_TYPE (SatchelShellViewExtension, satchel_shell_view_extension, E_TYPE_EXTENSION)

/* A view is built when it is shown for the first time: before, it has no content to add to. */
static void
toggled_cb (EShellView *view)
{
  const char *id = E_SHELL_VIEW_GET_CLASS (view)->ui_manager_id;
  GtkUIManager *ui = e_shell_window_get_ui_manager (e_shell_view_get_shell_window (view));
  EShellContent *content = e_shell_view_get_shell_content (view);
  gboolean active = e_shell_view_is_active (view);
  g_autoptr (EMailView) mail = NULL;

  if (g_strcmp0 (id, "org.gnome.evolution.mail") == 0) {
    g_object_get (content, "mail-view", &mail, NULL);
    if (active)
      satchel_mail_actions_add (E_MAIL_READER (mail), ui);
    if (g_object_get_data (G_OBJECT (mail), "satchel-mail-actions") != NULL)
      satchel_mail_actions_merge (E_MAIL_READER (mail), active);
  } else if (g_strcmp0 (id, "org.gnome.evolution.calendars") == 0) {
    satchel_calendar_actions_merge (view, FALSE, active);
  } else if (g_strcmp0 (id, "org.gnome.evolution.tasks") == 0) {
    satchel_calendar_actions_merge (view, TRUE, active);
  }
}

static void
satchel_shell_view_extension_constructed (GObject *object)
{
  G_OBJECT_CLASS (satchel_shell_view_extension_parent_class)->constructed (object);
  g_signal_connect (e_extension_get_extensible (E_EXTENSION (object)), "toggled", G_CALLBACK (toggled_cb),
                    NULL);
}

static void
satchel_shell_view_extension_class_init (SatchelShellViewExtensionClass *class)
{
  G_OBJECT_CLASS (class)->constructed = satchel_shell_view_extension_constructed;
  class->extensible_type = E_TYPE_SHELL_VIEW;
}

static void
satchel_shell_view_extension_class_finalize (SatchelShellViewExtensionClass *class)
{
}

static void
satchel_shell_view_extension_init (SatchelShellViewExtension *self)
{
}

/* ---- a message in a window of its own ---- */

typedef struct {
  EExtension parent_instance;
} SatchelBrowserExtension;
typedef EExtensionClass SatchelBrowserExtensionClass;

GType satchel_browser_extension_get_type (void);
G_DEFINE_DYNAMIC_TYPE (SatchelBrowserExtension, satchel_browser_extension, E_TYPE_EXTENSION)

/* Its menus and its preview are made after its extensions. */
static void
realize_cb (EMailBrowser *browser)
{
  satchel_mail_actions_add (E_MAIL_READER (browser), e_mail_browser_get_ui_manager (browser));
  satchel_mail_actions_merge (E_MAIL_READER (browser), TRUE);
}

static void
satchel_browser_extension_constructed (GObject *object)
{
  G_OBJECT_CLASS (satchel_browser_extension_parent_class)->constructed (object);
  g_signal_connect (e_extension_get_extensible (E_EXTENSION (object)), "realize", G_CALLBACK (realize_cb),
                    NULL);
}

static void
satchel_browser_extension_class_init (SatchelBrowserExtensionClass *class)
{
  G_OBJECT_CLASS (class)->constructed = satchel_browser_extension_constructed;
  class->extensible_type = E_TYPE_MAIL_BROWSER;
}

static void
satchel_browser_extension_class_finalize (SatchelBrowserExtensionClass *class)
{
}

static void
satchel_browser_extension_init (SatchelBrowserExtension *self)
{
}

void
satchel_views_register (GTypeModule *module)
{
  satchel_shell_view_extension_register_type (module);
  satchel_browser_extension_register_type (module);
}
