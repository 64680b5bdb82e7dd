/* A notification of the desktop (org.freedesktop.Notifications) when something needs a person.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A refused change and a conflict are left to the application while it looks after @profile (names.h): it tells them itself. Replaces the profile's last notification of the same @code. Does not wait; a desktop without notifications is none of our
 * troubles. @code and @reason as in NeedsAttention. Nothing of a record is shown: screens are seen by others. */
void satchel_notify (GDBusConnection *bus, const char *profile, const char *code, const char *reason);

G_END_DECLS
