/* Appointments and tasks that are being edited: Track in CRM and Set Regarding in the editor's own window.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

void satchel_editor_register (GTypeModule *module);
