/* satchel: the application.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <sys/stat.h>

#include "ui/application.h"
#include "ui/preferences/settings.h"

int
main (int argc, char **argv)
{
  g_autoptr (SatchelApplication) application = NULL;

  satchel_settings_apply_locale ();
  bindtextdomain ("satchel", SATCHEL_LOCALE_DIR);
  bind_textdomain_codeset ("satchel", "UTF-8");
  textdomain ("satchel");
  umask (077);
  application = satchel_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
