/* Messages that are written: a strip above the text says whether they are tracked when they leave, and what they are about.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

void satchel_composer_register (GTypeModule *module);
