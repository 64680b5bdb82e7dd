/* FTS5 tokenizer "satchel": letters and digits of most scripts form words, folded to lower case without accents;
 * every Han, Hiragana, Katakana and Hangul character is a token of its own, so that a phrase query finds any
 * infix of such a text from one character on. SQLite's own tokenizers do one or the other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>
#include <glib.h>

G_BEGIN_DECLS

gboolean satchel_tokenizer_register (sqlite3 *handle, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Calls @emit for each token of @text with its byte range in the text; stops when it returns FALSE. */
typedef gboolean (*SatchelTokenFunc) (const char *token, gsize length, gsize start, gsize end, gboolean ideograph,
                                      gpointer data);
void satchel_tokenize (const char *text, gsize length, SatchelTokenFunc emit, gpointer data);

G_END_DECLS
