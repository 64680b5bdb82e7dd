/* Words and ideographs for full-text search: see tokenizer.h.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/sqlite/tokenizer.h"

#include <string.h>

#include "protocol/error.h"

/* A longer run of letters is cut; the index needs no more to find it. */
#define MAX_TOKEN_BYTES 240

typedef struct {
  gunichar first, last;
} Range;

/* Scripts written without spaces between words: each character is a token. Sorted. */
static const Range ideographs[] = {
  { 0x0e00, 0x0eff },   /* Thai, Lao */
  { 0x1000, 0x109f },   /* Myanmar */
  { 0x1780, 0x17ff },   /* Khmer */
  { 0x3005, 0x3007 },   /* iteration mark, closing mark, zero */
  { 0x3040, 0x30ff },   /* Hiragana, Katakana */
  { 0x3100, 0x312f },   /* Bopomofo */
  { 0x31f0, 0x31ff },   /* Katakana extensions */
  { 0x3400, 0x4dbf },   /* Han extension A */
  { 0x4e00, 0x9fff },   /* Han */
  { 0xac00, 0xd7af },   /* Hangul syllables */
  { 0xf900, 0xfaff },   /* Han compatibility */
  { 0xff66, 0xff9f },   /* half-width Katakana */
  { 0x20000, 0x3ffff }, /* Han extensions B and later */
};

/* Marks that a search ignores. Vowel signs of Indic scripts are no such marks. Sorted. */
static const Range accents[] = {
  { 0x0300, 0x036f }, { 0x0483, 0x0487 }, { 0x0591, 0x05bd }, { 0x05bf, 0x05bf }, { 0x05c1, 0x05c2 },
  { 0x05c4, 0x05c5 }, { 0x05c7, 0x05c7 }, { 0x0610, 0x061a }, { 0x064b, 0x065f }, { 0x0670, 0x0670 },
  { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff }, { 0xfe20, 0xfe2f },
};

/* Letters that people type without their stroke or ligature but Unicode does not decompose. */
static const struct {
  gunichar letter;
  const char *folded;
} letters[] = {
  { 0x00df, "ss" }, { 0x00e6, "ae" }, { 0x00f0, "d" }, { 0x00f8, "o" },
  { 0x00fe, "th" }, { 0x0111, "d" },  { 0x0127, "h" }, { 0x0131, "i" },
  { 0x0142, "l" },  { 0x0153, "oe" }, { 0x0167, "t" }, { 0x03c2, "\xcf\x83" },
};

static gboolean
in_ranges (gunichar character, const Range *ranges, guint n_ranges)
{
  for (guint i = 0; i < n_ranges && character >= ranges[i].first; i++)
    if (character <= ranges[i].last)
      return TRUE;
  return FALSE;
}

static gboolean
is_ideograph (gunichar character)
{
  return character >= 0x0e00 && in_ranges (character, ideographs, G_N_ELEMENTS (ideographs)) &&
         (g_unichar_isalnum (character) || g_unichar_ismark (character));
}

static gboolean
is_accent (gunichar character)
{
  return character >= 0x0300 && in_ranges (character, accents, G_N_ELEMENTS (accents));
}

static gboolean
is_word (gunichar character)
{
  return g_unichar_isalnum (character) || g_unichar_ismark (character);
}

static gsize
append_folded (gunichar character, char *buffer)
{
  gunichar lower = g_unichar_tolower (character);

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    if (letters[i].letter == lower) {
      gsize length = strlen (letters[i].folded);

      memcpy (buffer, letters[i].folded, length);
      return length;
    }
  return (gsize)g_unichar_to_utf8 (lower, buffer);
}

/* Writes lower case without accents to @buffer, which has room for 18 decomposed characters; returns its
 * length. */
static gsize
fold_character (gunichar character, char *buffer)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize length = 0, n_parts;

  if (character < 0x80) {
    buffer[0] = g_ascii_tolower ((char)character);
    return 1;
  }
  n_parts = g_unichar_fully_decompose (character, TRUE, parts, G_N_ELEMENTS (parts));
  for (gsize i = 0; i < n_parts; i++)
    if (!is_accent (parts[i]) && is_word (parts[i]))
      length += append_folded (parts[i], buffer + length);
  return length;
}

/* Compatibility forms (half-width Katakana) become the ordinary ones; voiced kana and Hangul stay composed.
 */
static gsize
fold_ideograph (gunichar character, char *buffer)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

  if (g_unichar_fully_decompose (character, TRUE, parts, G_N_ELEMENTS (parts)) == 1)
    character = parts[0];
  return (gsize)g_unichar_to_utf8 (character, buffer);
}

void
satchel_tokenize (const char *text, gsize length, SatchelTokenFunc emit, gpointer data)
{
  char token[MAX_TOKEN_BYTES + 6 * G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize token_length = 0, token_start = 0, token_end = 0;
  gsize at = 0;

  while (at < length) {
    gunichar character = (guchar)text[at];
    gsize start = at;

    if (character < 0x80) {
      at++;
    } else {
      character = g_utf8_get_char_validated (text + at, (gssize)(length - at));
      /* Anything that is no UTF-8 separates, byte by byte. */
      at = (gint32)character < 0 ? at + 1 : (gsize)(g_utf8_next_char (text + at) - text);
    }

    if ((gint32)character >= 0 && !is_ideograph (character) && is_word (character)) {
      if (token_length == 0)
        token_start = start;
      if (token_length < MAX_TOKEN_BYTES)
        token_length += fold_character (character, token + token_length);
      token_end = at;
      continue;
    }

    if (token_length > 0 && !emit (token, token_length, token_start, token_end, FALSE, data))
      return;
    token_length = 0;
    if ((gint32)character >= 0 && is_ideograph (character)) {
      gsize folded = fold_ideograph (character, token);

      if (!emit (token, folded, start, at, TRUE, data))
        return;
    }
  }
  if (token_length > 0)
    emit (token, token_length, token_start, token_end, FALSE, data);
}

/* ---- the FTS5 side ---- */

typedef struct {
  int (*token) (void *, int, const char *, int, int, int);
  void *context;
  int result;
} Emission;

static gboolean
emit_cb (const char *token, gsize length, gsize start, gsize end, gboolean ideograph, gpointer data)
{
  Emission *emission = data;

  emission->result = emission->token (emission->context, 0, token, (int)length, (int)start, (int)end);
  return emission->result == SQLITE_OK;
}

static int
create_cb (void *context, const char **arguments, int n_arguments, Fts5Tokenizer **tokenizer)
{
  static int stateless;

  *tokenizer = (Fts5Tokenizer *)&stateless;
  return n_arguments == 0 ? SQLITE_OK : SQLITE_ERROR;
}

static void
delete_cb (Fts5Tokenizer *tokenizer)
{
}

static int
tokenize_cb (Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int length,
             int (*token) (void *, int, const char *, int, int, int))
{
  Emission emission = { token, context, SQLITE_OK };

  if (text != NULL && length > 0)
    satchel_tokenize (text, (gsize)length, emit_cb, &emission);
  return emission.result;
}

gboolean
satchel_tokenizer_register (sqlite3 *handle, GError **error)
{
  static fts5_tokenizer tokenizer = { create_cb, delete_cb, tokenize_cb };
  fts5_api *api = NULL;
  sqlite3_stmt *statement = NULL;
  int result;

  result = sqlite3_prepare_v2 (handle, "SELECT fts5(?1)", -1, &statement, NULL);
  if (result == SQLITE_OK) {
    sqlite3_bind_pointer (statement, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step (statement);
  }
  sqlite3_finalize (statement);
  if (api != NULL)
    result = api->xCreateTokenizer (api, "satchel", NULL, &tokenizer, NULL);
  if (api != NULL && result == SQLITE_OK)
    return TRUE;

  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "this SQLite lacks full-text search: %s",
               sqlite3_errstr (result));
  return FALSE;
}
