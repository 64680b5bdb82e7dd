/* Several organisations in one directory, which share nothing:
 *
 *     DIR/                              the first one, made by init, whose URL has no path
 *     DIR/serving.lock                  locked by the process that serves all of them
 *     DIR/organisations/SLUG/           any other: a directory like DIR, with a store, files, images and a lock of its own
 *     DIR/organisations/SLUG.disabled   while it is not served
 *
 * Whatever is added or disabled alters DIR/organisations itself, so that looking at one time stamp tells a serving process.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/error.h"

G_BEGIN_DECLS

#define SATCHEL_SLUG_MOST 40 /* bytes */

/* a-z, 0-9 and single hyphens between them; none of the words that the paths of the protocol need or may need ("v1", "admin"). */
gboolean satchel_slug_is_valid (const char *text, gsize length);
/* What to tell whoever gave another one; a format with the slug. */
#define SATCHEL_SLUG_RULE "“%.60s” cannot stand in an address: at most 40 letters a-z, digits and single hyphens, and no reserved word"
/* “Müller & Söhne” → "muller-sohne"; owned; NULL when nothing is left that makes one. */
char *satchel_slug_from_name (const char *name);

/* @slug NULL: the first. Owned; the directory need not be there. */
char *satchel_organisations_get_dir (const char *data, const char *slug);
gboolean satchel_organisations_exists (const char *data, const char *slug);

typedef struct {
  char *slug;
  gboolean enabled;
} SatchelOrganisationEntry;
/* All but the first, by slug; none when there is no such directory. */
GPtrArray *satchel_organisations_list (const char *data, GError **error);
/* Alters with each organisation that is added, disabled or enabled; 0 when there are none. */
gint64 satchel_organisations_get_stamp (const char *data);

/* A new directory that no list shows, to be filled and then given its name in one step: EXISTS when the slug is taken. */
char *satchel_organisations_begin (const char *data, GError **error);
gboolean satchel_organisations_finish (const char *data, const char *dir, const char *slug,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Removes one that got no name, with all that is in it. */
void satchel_organisations_abandon (const char *dir);
/* Its files stay as they are. NOT_FOUND. */
gboolean satchel_organisations_set_enabled (const char *data, const char *slug, gboolean enabled,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The lock of the one process that serves @dir, or that replaces its store. A descriptor to close; -1 and BUSY when it is taken. */
int satchel_organisations_lock (const char *dir, GError **error);

G_END_DECLS
