/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/profiles.h"

#include "client/profile.h"
#include "protocol/error.h"
#include "ui/sync/program.h"

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
satchel_profiles_list (const char *data_dir)
{
  g_autofree char *folder =
      data_dir != NULL ? g_strdup (data_dir) : g_build_filename (g_get_user_data_dir (), "satchel", NULL);
  GPtrArray *profiles = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *replica = g_build_filename (folder, name, "replica.db", NULL);

    if (satchel_profile_name_is_valid (name) && g_file_test (replica, G_FILE_TEST_EXISTS))
      g_ptr_array_add (profiles, g_strdup (name));
  }
  g_ptr_array_sort (profiles, compare);
  return profiles;
}

static gboolean
start (const char *option, const char *argument, GError **error)
{
  g_autofree char *program = satchel_program_self ();
  const char *const arguments[] = { program, option, argument, NULL };

  return g_spawn_async (NULL, (char **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, error);
}

gboolean
satchel_profiles_open_demo (GError **error)
{
  return start ("--demo", NULL, error);
}

gboolean
satchel_profiles_open (const char *profile, GError **error)
{
  if (!satchel_profile_name_is_valid (profile)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "“%s” cannot be the name of a profile",
                 profile);
    return FALSE;
  }
  return start ("--profile", profile, error);
}

char *
satchel_profiles_dup_application_id (const char *base, const char *profile)
{
  if (g_str_equal (profile, "default"))
    return g_strdup (base);
  return g_strdup_printf ("%s.p%08x", base, g_str_hash (profile));
}
