/* Asks for the name of another profile, and opens it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void satchel_new_profile_show (GtkWindow *parent);

G_END_DECLS
