/* A pull in the hands of both files that write messages: on its own, and along with a push.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/wire/message.h"

G_BEGIN_DECLS

JsonArray *satchel_ranges_to_json (const GArray *ranges);
/* @array NULL: none. */
gboolean   satchel_pull_read_own (SatchelPull *message, JsonArray *array, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
