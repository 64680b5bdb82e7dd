/* Whole numbers from text, the one way in the house.
 *
 * Not g_ascii_string_to_unsigned() nor …_signed(): those judge by errno, which GLib (2.74) leaves set when two threads
 * are the first to need its "C" locale at the same moment; one of them is then told that “200” is no number.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether @text is nothing but decimal digits, perhaps behind one “-”, and its number is from @least to @most; only
 * then is @number set. Thread-safe, the same in every locale. */
gboolean satchel_integer_parse (const char *text, gint64 least, gint64 most, gint64 *number);

G_END_DECLS
