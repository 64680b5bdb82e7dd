/* Error names: the wire names in camel case, "org.satchelcrm.Satchel.Error.NotFound".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/names.h"

#include "protocol/error.h"

void
satchel_agent_register_errors (void)
{
  for (int code = 0; code < SATCHEL_ERROR_N_CODES; code++) {
    g_autoptr (GString) name = g_string_new ("org.satchelcrm.Satchel.Error.");
    gboolean upper = TRUE;

    for (const char *letter = satchel_error_name (code); *letter != '\0'; letter++) {
      if (*letter != '-')
        g_string_append_c (name, upper ? g_ascii_toupper (*letter) : *letter);
      upper = *letter == '-';
    }
    g_dbus_error_register_error (SATCHEL_ERROR, code, name->str);
  }
}

/* A profile's name may hold what a bus name must not. */
char *
satchel_herald_dup_name (const char *profile)
{
  return g_strdup_printf ("org.satchelcrm.Satchel.Herald.p%08x", g_str_hash (profile));
}
