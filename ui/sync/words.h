/* Standings and problems in words for people, and what they can do about them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/sync/sync.h"

G_BEGIN_DECLS

/* What stopped a sync, a sentence. @reason: what the program says of it, in English. Owned. */
char *satchel_words_problem (const char *code, const char *reason);
/* The way out, where there is one: *label (static, translated) and *action (static). FALSE: it passes by itself, or nothing here helps. */
gboolean satchel_words_way_out (const char *code, const char **label, const char **action);

/* Few words for the button, and the name of the icon. Owned; static. */
char       *satchel_words_standing (SatchelSync *sync);
const char *satchel_words_icon (SatchelSync *sync);
/* "up to date", "warning", "error" or "accent": the style class that colours it; NULL: none. Static. */
const char *satchel_words_colour (SatchelSync *sync);
/* Whether something needs the person. */
gboolean    satchel_words_needs_person (SatchelSync *sync);

/* "12,400 records, 3.1 MB"; owned, "" for nothing. */
char *satchel_words_moved (const SatchelSyncTotals *moved);
/* "1.2 MB of about 3.1 MB", as far as it is known. Owned. */
char *satchel_words_received (SatchelSync *sync);

G_END_DECLS
