/* Why something was refused on this device, in plain words, and the way out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One or two sentences, owned. */
char *satchel_refusal_to_text (const GError *error);

G_END_DECLS
