/* Words, symbols and strings of a predicate's text, and errors that name the column.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *text; /* valid UTF-8 */
  const char *at;
  gboolean nested; /* the text is a piece (of JSON, of a string): errors name no column */
} SatchelScanner;

void satchel_scanner_init (SatchelScanner *scanner, const char *text, gboolean nested);

void     satchel_scanner_skip_space (SatchelScanner *scanner);
gboolean satchel_scanner_at_end (SatchelScanner *scanner); /* after space */

/* Each skips space first, and on FALSE or NULL leaves the scanner where it was. */
gboolean satchel_scanner_take_symbol (SatchelScanner *scanner, const char *symbol);
/* One or several words separated by spaces ("starts with"), in any case. */
gboolean satchel_scanner_take_keyword (SatchelScanner *scanner, const char *keyword);
char    *satchel_scanner_take_name (SatchelScanner *scanner); /* [A-Za-z_][A-Za-z0-9_]*; owned */
char    *satchel_scanner_take_bare (SatchelScanner *scanner); /* keys, ids, numbers: [A-Za-z0-9_.:+-]+; owned */
gboolean satchel_scanner_at_quote (SatchelScanner *scanner);
/* A string in " or ' with the escapes \\ \" \' \n \t; unescaped and owned. */
char *satchel_scanner_take_quoted (SatchelScanner *scanner, GError **error);

/* TRUE when @word can be written without quotes. */
gboolean satchel_word_is_bare (const char *word);
void     satchel_print_quoted (const char *word, GString *text);

/* Sets INVALID; returns FALSE. */
gboolean satchel_predicate_fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Sets INVALID, "column N: …" for the character at @at. */
void satchel_scanner_fail (const SatchelScanner *scanner, const char *at, GError **error, const char *format,
                           ...) G_GNUC_PRINTF (4, 5);
/* Gives an error of another layer the column and the code INVALID. */
void satchel_scanner_prefix (const SatchelScanner *scanner, const char *at, GError **error);
/* What stands at the scanner, for "expected … but found …"; owned. */
char *satchel_scanner_dup_found (SatchelScanner *scanner);

G_END_DECLS
