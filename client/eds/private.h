/* What a person keeps for herself in the mirror, and nowhere else: before the sources go it goes to her own calendar, task list and address
 * book; and what these do not take, into files of the profile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libedataserver/libedataserver.h>

#include "client/eds/state.h"

G_BEGIN_DECLS

#define SATCHEL_PRIVATE_CALENDAR "private-items.ics"
#define SATCHEL_PRIVATE_CARDS    "private-items.vcf"

typedef struct {
  guint moved; /* to her own calendar, task list, address book */
  guint filed; /* into the files */
} SatchelPrivateItems;

/* @registry NULL: there is no EDS, only its files. @state NULL: what was mirrored is not known; then only what carries the category is hers.
 * @directory: the profile's. May be called again: nothing is there twice. UNREACHABLE, STORAGE: not all is safe, nothing may be removed. */
gboolean satchel_private_rescue (ESourceRegistry *registry, const char *profile, SatchelMirrorState *state, const char *directory,
                                 SatchelPrivateItems *rescued, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What became of them, for her. Owned; NULL: there was nothing. */
char *satchel_private_describe (const SatchelPrivateItems *rescued, const char *directory);

G_END_DECLS
