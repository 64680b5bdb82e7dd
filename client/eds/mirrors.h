/* The mirrors of all profiles, in one thread of their own: EDS may take its time without anybody waiting for it. Called from the default main
 * context; what they tell comes there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/eds/mirror.h"

G_BEGIN_DECLS

typedef struct _SatchelMirrors SatchelMirrors;

/* @count records or items; @reason, or NULL. */
typedef void (*SatchelMirrorsNotice) (const char *profile, SatchelMirrorNotice notice, guint count, const char *reason, gpointer data);

/* Removes at once what EDS still has of profiles that are gone. */
SatchelMirrors *satchel_mirrors_new (const char *data_dir, SatchelMirrorsNotice notice, gpointer data);
/* What is under way is left as it stands. */
void            satchel_mirrors_free (SatchelMirrors *mirrors);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelMirrors, satchel_mirrors_free)

/* As satchel_mirror_touch(); @records: entity → GPtrArray of ids, as from satchel_touched_take(). Begins the mirror of a profile that has none yet. */
void satchel_mirrors_touch (SatchelMirrors *mirrors, const char *profile, GHashTable *records);
void satchel_mirrors_erase (SatchelMirrors *mirrors, const char *profile);
void satchel_mirrors_undo (SatchelMirrors *mirrors, const char *profile);

/* As it stood last; *status is owned, FALSE: there is none. */
gboolean satchel_mirrors_get_status (SatchelMirrors *mirrors, const char *profile, SatchelMirrorStatus *status);

G_END_DECLS
