/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/language.h"

#include <glib/gi18n.h>

#define DOMAIN "satchel"

/* Any language will do: one without a catalogue speaks English from either place. */
static gboolean
has_catalogue (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *language;

  while (dir != NULL && (language = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, language, "LC_MESSAGES", DOMAIN ".mo", NULL);

    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      return TRUE;
  }
  return FALSE;
}

char *
satchel_language_find (const char *program_folder)
{
  static const char *const near[] = { "../po", "../share/locale" }; /* from build/client, from bin */

  for (guint i = 0; i < G_N_ELEMENTS (near); i++) {
    g_autofree char *place = g_build_filename (program_folder, near[i], NULL);
    g_autofree char *folder = g_canonicalize_filename (place, NULL);

    if (has_catalogue (folder))
      return g_steal_pointer (&folder);
  }
  return NULL;
}

void
satchel_language_bind (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *program_folder = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *folder = program_folder != NULL ? satchel_language_find (program_folder) : NULL;

  bindtextdomain (DOMAIN, folder != NULL ? folder : SATCHEL_LOCALE_DIR);
  bind_textdomain_codeset (DOMAIN, "UTF-8");
  textdomain (DOMAIN);
}
