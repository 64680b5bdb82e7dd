/* The server's side of the simulated network: what HTTP's handlers do, without HTTP. Whatever is answered is held against the
 * oracle on its way out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/simulation/world.h"

G_BEGIN_DECLS

/* Everything but pushes, which come in batches. NULL with @error: a refusal. */
GBytes *sim_answer (SimDevice *device, const char *path, const char *token, GBytes *body, GError **error);

/* Takes @text; NULL for NULL. */
GBytes *sim_take_text (char *text);

G_END_DECLS
