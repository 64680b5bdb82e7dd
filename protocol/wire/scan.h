/* Strict JSON scalars, read in place. Shared by rows and documents, which have checked before that their text is
 * valid UTF-8 without U+0000.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* *at stands at the opening quote, and behind the closing one on success. The text is unescaped where it stands and
 * NUL-terminated. FALSE for a control character, an unknown escape, a lone surrogate, \u0000 or a missing end. */
gboolean satchel_scan_string (char **at, const char *end, const char **text, gsize *length) G_GNUC_WARN_UNUSED_RESULT;

/* -?(0|[1-9][0-9]*) within 64 bits. What may follow is the caller's business. */
gboolean satchel_scan_integer (char **at, const char *end, gint64 *number) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
