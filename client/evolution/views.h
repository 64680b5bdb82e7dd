/* Where the actions go: the views of the main window, and messages in windows of their own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

void satchel_views_register (GTypeModule *module);
