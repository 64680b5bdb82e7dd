/* The words of an HTML text, without what shows them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lines where blocks end, no tags, comments, scripts and styles; entities that plain mail needs are read. @html is valid UTF-8 of whatever
 * kind; time and memory are in proportion to its length. Owned; "" when there are no words. */
char *satchel_html_to_text (const char *html);

G_END_DECLS
