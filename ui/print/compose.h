/* What of records stands on paper. For read jobs; no GTK.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/report/paper.h"
#include "client/session.h"

G_BEGIN_DECLS

#define SATCHEL_PRINT_MOST 5000 /* rows of a list: nobody reads more on paper; the paper says what it leaves out */

/* A record as its form has it; what has lines with amounts (rules/amounts.h) as a document for the customer: to whom, what, what it
 * comes to. NOT_FOUND. */
SatchelPaper *satchel_compose_record (SatchelSession *session, const SatchelEntity *entity, const char *id, GError **error);

/* The records of @numbers (row numbers) by the columns @paths, NULL-terminated. @subtitle: which list it is. CANCELLED. */
SatchelPaper *satchel_compose_list (SatchelSession *session, const SatchelEntity *entity, GArray *numbers,
                                    const char *const *paths, const char *subtitle, GCancellable *cancellable, GError **error);

G_END_DECLS
