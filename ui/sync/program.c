/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sync/program.h"

char *
satchel_program_self (void)
{
  return g_file_read_link ("/proc/self/exe", NULL);
}

char *
satchel_program_find (const char *name)
{
  g_autofree char *self = satchel_program_self ();
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  const char *const near[] = { ".", "../bin" }; /* from build/ui to build/bin, from libexec to bin */

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (near); i++) {
    g_autofree char *place = g_build_filename (folder, near[i], name, NULL);
    g_autofree char *path = g_canonicalize_filename (place, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }
  return g_find_program_in_path (name);
}
