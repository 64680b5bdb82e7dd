/* "Did you mean …?": the nearest of the names that there are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The candidate within a third of @name's length in typing errors (one letter wrong, missing, surplus or swapped with
 * its neighbour), the nearest first; NULL when none is that near. Borrowed from @candidates. */
const char *satchel_suggest (const char *name, const char *const *candidates, guint n_candidates);

/* "; did you mean “…”?" or "", to be appended to an error; owned. */
char *satchel_suggest_clause (const char *name, const char *const *candidates, guint n_candidates);

G_END_DECLS
