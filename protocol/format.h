/* Formats that a string field may name: an e-mail address, a phone number, a URL… They refuse what cannot be one, and
 * do not try to prove that it is.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/field.h"

G_BEGIN_DECLS

/* @text is not empty. Year and percent hold for every text: they concern numbers. */
gboolean satchel_format_holds (SatchelFormat format, const char *text);

/* "an e-mail address", for messages. */
const char *satchel_format_describe (SatchelFormat format);

typedef enum {
  SATCHEL_LINES_ONE,
  SATCHEL_LINES_MANY, /* newlines and tabs may stand in it */
} SatchelLines;

/* TRUE for valid UTF-8 without control characters. */
gboolean satchel_text_is_clean (const char *text, SatchelLines lines);

G_END_DECLS
