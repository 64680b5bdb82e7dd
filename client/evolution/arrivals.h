/* Mail that arrives is tracked by itself where the user's rule says so (the agent keeps it, and is asked).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

void satchel_arrivals_register (GTypeModule *module);
