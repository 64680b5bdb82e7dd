/* The scanner of the predicate language: no token list, the parser asks for what it expects.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/predicate/scan.h"

#include <string.h>

#include "protocol/error.h"

void
satchel_scanner_init (SatchelScanner *scanner, const char *text, gboolean nested)
{
  *scanner = (SatchelScanner){ .text = text, .at = text, .nested = nested };
}

void
satchel_scanner_skip_space (SatchelScanner *scanner)
{
  while (g_ascii_isspace (*scanner->at))
    scanner->at++;
}

gboolean
satchel_scanner_at_end (SatchelScanner *scanner)
{
  satchel_scanner_skip_space (scanner);
  return *scanner->at == '\0';
}

gboolean
satchel_scanner_take_symbol (SatchelScanner *scanner, const char *symbol)
{
  satchel_scanner_skip_space (scanner);
  if (!g_str_has_prefix (scanner->at, symbol))
    return FALSE;
  scanner->at += strlen (symbol);
  return TRUE;
}

static gboolean
is_name_character (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

static gboolean
is_bare_character (char c)
{
  return is_name_character (c) || (c != '\0' && strchr (".:+-", c) != NULL);
}

gboolean
satchel_scanner_take_keyword (SatchelScanner *scanner, const char *keyword)
{
  satchel_scanner_skip_space (scanner);

  const char *at = scanner->at;
  for (const char *k = keyword; *k != '\0'; k++) {
    if (*k == ' ') {
      if (!g_ascii_isspace (*at))
        return FALSE;
      while (g_ascii_isspace (*at))
        at++;
    } else if (g_ascii_tolower (*at) == *k) {
      at++;
    } else {
      return FALSE;
    }
  }
  if (is_name_character (*at))
    return FALSE;
  scanner->at = at;
  return TRUE;
}

char *
satchel_scanner_take_name (SatchelScanner *scanner)
{
  satchel_scanner_skip_space (scanner);
  const char *start = scanner->at;
  if (!is_name_character (*start) || g_ascii_isdigit (*start))
    return NULL;
  while (is_name_character (*scanner->at))
    scanner->at++;
  return g_strndup (start, scanner->at - start);
}

char *
satchel_scanner_take_bare (SatchelScanner *scanner)
{
  satchel_scanner_skip_space (scanner);
  const char *start = scanner->at;
  while (is_bare_character (*scanner->at))
    scanner->at++;
  return scanner->at == start ? NULL : g_strndup (start, scanner->at - start);
}

gboolean
satchel_scanner_at_quote (SatchelScanner *scanner)
{
  satchel_scanner_skip_space (scanner);
  return *scanner->at == '"' || *scanner->at == '\'';
}

char *
satchel_scanner_take_quoted (SatchelScanner *scanner, GError **error)
{
  satchel_scanner_skip_space (scanner);
  const char *start = scanner->at;
  char quote = *start;
  g_autoptr (GString) text = g_string_new (NULL);
  const char *at = start + 1;

  for (; *at != '\0' && *at != quote; at++) {
    if (*at != '\\') {
      g_string_append_c (text, *at);
      continue;
    }
    at++;
    switch (*at) {
    case '\\':
    case '"':
    case '\'':
      g_string_append_c (text, *at);
      break;
    case 'n':
      g_string_append_c (text, '\n');
      break;
    case 't':
      g_string_append_c (text, '\t');
      break;
    default:
      satchel_scanner_fail (scanner, at - 1, error, "after “\\” comes one of \\ \" ' n t");
      return NULL;
    }
  }
  if (*at == '\0') {
    satchel_scanner_fail (scanner, start, error, "the string that begins here has no closing quote");
    return NULL;
  }
  scanner->at = at + 1;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
satchel_word_is_bare (const char *word)
{
  if (*word == '\0')
    return FALSE;
  for (; *word != '\0'; word++)
    if (!is_bare_character (*word))
      return FALSE;
  return TRUE;
}

void
satchel_print_quoted (const char *word, GString *text)
{
  g_string_append_c (text, '"');
  for (; *word != '\0'; word++) {
    if (*word == '\n')
      g_string_append (text, "\\n");
    else if (*word == '\t')
      g_string_append (text, "\\t");
    else if (*word == '"' || *word == '\\')
      g_string_append_printf (text, "\\%c", *word);
    else
      g_string_append_c (text, *word);
  }
  g_string_append_c (text, '"');
}

gboolean
satchel_predicate_fail (GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, message);
  return FALSE;
}

void
satchel_scanner_fail (const SatchelScanner *scanner, const char *at, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, message);
  satchel_scanner_prefix (scanner, at, error);
}

void
satchel_scanner_prefix (const SatchelScanner *scanner, const char *at, GError **error)
{
  if (error == NULL || *error == NULL)
    return;
  (*error)->domain = SATCHEL_ERROR;
  (*error)->code = SATCHEL_ERROR_INVALID;
  if (!scanner->nested)
    g_prefix_error (error, "column %ld: ", g_utf8_strlen (scanner->text, at - scanner->text) + 1);
}

char *
satchel_scanner_dup_found (SatchelScanner *scanner)
{
  if (satchel_scanner_at_end (scanner))
    return g_strdup ("the end");
  const char *end = scanner->at;
  while (is_bare_character (*end) && end - scanner->at < 40)
    end++;
  if (end == scanner->at)
    end = g_utf8_next_char (end);
  return g_strdup_printf ("“%.*s”", (int)(end - scanner->at), scanner->at);
}
