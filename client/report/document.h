/* Charts as files: pages to print, and tables to calculate with.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/report/figures.h"

G_BEGIN_DECLS

/* A4 pages with the charts, their numbers and what they mean. @subtitle (may be NULL): when it was made, what was chosen. @figures:
 * SatchelFigures*. For any thread; needs no display. */
GBytes *satchel_document_to_pdf (const char *title, const char *subtitle, GPtrArray *figures, GError **error);

/* One line a number: chart, group, series, value (exact, with a point), records. Owned. */
char *satchel_document_to_csv (GPtrArray *figures);

G_END_DECLS
