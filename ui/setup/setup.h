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

/* Address and name are filled in where they are known. Nobody syncs the profile between the first sign-in and the choice. */
GtkWidget *satchel_setup_new (SatchelDesk *desk);

/* Signals:
 *   "done" (gint64 bytes)  somebody is signed in, and the sync has begun; about as much is to come (0: not known)
 *   "left"                 she went back without; only where somebody was signed in before */

G_END_DECLS
