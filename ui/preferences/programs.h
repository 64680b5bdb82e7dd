/* What the other programs of the desktop have of this profile: the mirror of contacts, appointments and tasks, and which messages are
 * tracked by themselves.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* A group for the preferences window. It asks the agent how the mirror stands, where one runs. */
GtkWidget *satchel_programs_group_new (SatchelDesk *desk);

G_END_DECLS
