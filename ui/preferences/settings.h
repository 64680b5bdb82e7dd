/* What a person has set for the application on this computer, whatever the profile: $XDG_CONFIG_HOME/satchel/settings.ini.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  SATCHEL_SETTING_STYLE,    /* "light", "dark"; "": as the desktop */
  SATCHEL_SETTING_LANGUAGE, /* "ro", "zh_CN"; "": as the desktop */
  SATCHEL_SETTING_FORMATS,  /* a locale for dates, numbers and money: "ro_RO.UTF-8"; "": as the desktop */
} SatchelSetting;

/* Owned; "" where nothing was set, or the file cannot be read. */
char    *satchel_settings_get (SatchelSetting setting);
gboolean satchel_settings_set (SatchelSetting setting, const char *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Before anything is translated, and instead of setlocale (LC_ALL, ""): locale, language and formats. */
void satchel_settings_apply_locale (void);
/* Light or dark; once GTK is there, and whenever it is set. */
void satchel_settings_apply_style (void);

G_END_DECLS
