/* Records called by their names, beyond what cli.h offers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"

G_BEGIN_DECLS

/* The one record of the entities @targets (NULL-terminated) with the exact title @text, or a user with that login, as a
 * lookup; "entity:text" narrows it. REFERENCE when nothing or more than one fits; the message names the candidates. */
gboolean satchel_cli_find_record (SatchelCli *cli, const char *const *targets, const char *text, SatchelValue **value,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The whole record, by its id or its exact title. Owned. Fails as above, or with NOT_FOUND. */
SatchelRecord *satchel_cli_read_record (SatchelCli *cli, const char *entity, const char *text, GError **error);

G_END_DECLS
