/* A notification of the desktop (org.freedesktop.Notifications) when something needs a person.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A refused change and a conflict are left to the application while it looks after @profile (names.h): it tells them itself. Replaces the profile's last notification of the same @code. Does not wait; a desktop without notifications is none of our
 * troubles. @code and @reason as in NeedsAttention. Nothing of a record is shown: screens are seen by others. */
void satchel_notify (GDBusConnection *bus, const char *profile, const char *code, const char *reason);

/* The same, with a button that takes back what was done. @undo is called at the most once, from the default main context. */
typedef void (*SatchelNotifyUndo) (const char *profile, gpointer data);
void satchel_notify_undoable (GDBusConnection *bus, const char *profile, const char *code, const char *reason,
                              SatchelNotifyUndo undo, gpointer data);

G_END_DECLS
