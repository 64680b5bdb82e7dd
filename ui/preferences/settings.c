/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/preferences/settings.h"

#include <adwaita.h>
#include <locale.h>

#define GROUP "satchel"

static const char *const keys[] = {
  [SATCHEL_SETTING_STYLE] = "style",
  [SATCHEL_SETTING_LANGUAGE] = "language",
  [SATCHEL_SETTING_FORMATS] = "formats",
};

static char *
dup_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "satchel", "settings.ini", NULL);
}

/* Empty where there is no file yet, or it is none. */
static GKeyFile *
load (void)
{
  g_autofree char *path = dup_path ();
  GKeyFile *file = g_key_file_new ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  return file;
}

char *
satchel_settings_get (SatchelSetting setting)
{
  g_autoptr (GKeyFile) file = load ();
  char *value = g_key_file_get_string (file, GROUP, keys[setting], NULL);

  return value != NULL ? value : g_strdup ("");
}

gboolean
satchel_settings_set (SatchelSetting setting, const char *value, GError **error)
{
  g_autoptr (GKeyFile) file = load ();
  g_autofree char *path = dup_path (), *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", folder, g_strerror (errno));
    return FALSE;
  }
  g_key_file_set_string (file, GROUP, keys[setting], value);
  return g_key_file_save_to_file (file, path, error);
}

void
satchel_settings_apply_locale (void)
{
  static const int categories[] = { LC_TIME, LC_NUMERIC, LC_MONETARY };
  g_autofree char *language = satchel_settings_get (SATCHEL_SETTING_LANGUAGE);
  g_autofree char *formats = satchel_settings_get (SATCHEL_SETTING_FORMATS);

  if (*language != '\0')
    g_setenv ("LANGUAGE", language, TRUE);
  setlocale (LC_ALL, "");
  /* One that this computer does not have leaves things as they are. */
  for (guint i = 0; *formats != '\0' && i < G_N_ELEMENTS (categories); i++)
    setlocale (categories[i], formats);
}

void
satchel_settings_apply_style (void)
{
  g_autofree char *style = satchel_settings_get (SATCHEL_SETTING_STYLE);

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_str_equal (style, "dark")    ? ADW_COLOR_SCHEME_FORCE_DARK
                                      : g_str_equal (style, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                                                     : ADW_COLOR_SCHEME_DEFAULT);
}
