/* A new organisation in a directory: by init the first one, by “org add” any other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/admin/arguments.h"

G_BEGIN_DECLS

#define SATCHEL_FOUNDING_ROLE "system-administrator" /* of the first user */

typedef struct {
  const char *dir, *name;
  const char *administrator, *password_file; /* both or neither */
  gint64 demo_thousands, seed;               /* 0 thousands: empty */
} SatchelFounding;

/* One line of text. */
gboolean satchel_founding_is_name (const char *text);
/* All of it or nothing, with the definitions that --schema names. */
gboolean satchel_found_organisation (const SatchelArguments *arguments, const SatchelFounding *plan,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
