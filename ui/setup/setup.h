/* What stands in the window while nobody is signed in, or somebody has to sign in again: address, name and password; at the first time
 * then what to take along.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_SETUP (satchel_setup_get_type ())
G_DECLARE_FINAL_TYPE (SatchelSetup, satchel_setup, SATCHEL, SETUP, GtkWidget)

/* Address and name are filled in where they are known. Nobody syncs the profile between the first sign-in of a person and her choice; a
 * program that is started meanwhile asks for it. */
GtkWidget *satchel_setup_new (SatchelDesk *desk);

/* Whether this is where a window has to begin. */
gboolean satchel_setup_is_due (SatchelDesk *desk);

/* Signals:
 *   "done"  somebody is signed in, and the sync has begun
 *   "left"  she went back without; only where somebody was signed in before */

G_END_DECLS
