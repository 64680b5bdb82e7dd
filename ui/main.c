/* satchel: the application.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>

#include "client/language.h"
#include "ui/application.h"
#include "ui/preferences/settings.h"

int
main (int argc, char **argv)
{
  g_autoptr (SatchelApplication) application = NULL;

  satchel_settings_apply_locale ();
  satchel_language_bind ();
  umask (077);
  /* GTK judges the numbers in its templates by errno; two threads that are the first to need GLib's "C"
   * locale at the same moment confuse it (protocol/integer.h). It is made while there is one. */
  (void)g_ascii_strtoull ("0", NULL, 10);
  application = satchel_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
