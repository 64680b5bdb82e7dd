/* Dates as files write them: "20-10-16", "3.7.2016", "07/31/2016", by a format of d, dd, m, mm, yy, yyyy and anything else
 * literally. Two-digit years are 1970 to 2069.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TRUE when a day, a month and a year stand in it once each, and it is plain where d and m end. */
gboolean satchel_date_format_is_valid (const char *format);

/* ISO YYYY-MM-DD, owned; NULL when @text is no such date. d and m take one or two digits, all others exactly theirs. */
char *satchel_date_from_format (const char *format, const char *text);

/* The reverse; @iso is a valid YYYY-MM-DD. Owned. */
char *satchel_date_to_format (const char *format, const char *iso);

G_END_DECLS
