/* Where a profile lives, and the lock of the one process that syncs it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* [A-Za-z0-9._-]{1,64} and not "." or "..". */
gboolean satchel_profile_name_is_valid (const char *profile);

/* The profile's directory below @data_dir (NULL: $XDG_DATA_HOME/satchel), created with mode 0700. INVALID for a bad name, STORAGE. */
char *satchel_profile_ensure_directory (const char *data_dir, const char *profile, GError **error);

/* Held by one open file at a time, in whatever process or thread; given back by unlock() and by the process's end. */
typedef struct _SatchelProfileLock SatchelProfileLock;

/* BUSY when it is held already; STORAGE. Does not wait. */
SatchelProfileLock *satchel_profile_lock (const char *directory, GError **error);
void                satchel_profile_unlock (SatchelProfileLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelProfileLock, satchel_profile_unlock)

G_END_DECLS
