/* Words, what they may mean one by one, and which of that counts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/line.h"

#include <stdio.h>
#include <string.h>

#include "ui/calendar/days.h"

#define MOST_MINUTES (14 * SATCHEL_DAY_MINUTES) /* that something lasts */
#define MOST_WORDS   200                        /* that are looked at */

typedef struct {
  char *folded;
  gsize from, until; /* in the text */
} Word;

/* How sure it is that a word means a time. */
typedef enum {
  SURE_BESIDE, /* only beside something clear, or at the end of the line: "Sun" may be a company */
  SURE_FIRST,  /* at the beginning, too: "tomorrow" */
  SURE_CLEAR,  /* anywhere: "14:00" */
} Sure;

typedef struct {
  guint first, n; /* words */
  Sure sure;
  gboolean has_day, all_day;
  gint64 day;
  int minutes, until; /* -1: none */
  int duration;       /* 0: none */
} Match;

typedef struct {
  const char *text;
  const SatchelLineWords *const *languages;
  gint64 today;
  GArray *words;
} Parser;

static void
word_clear (gpointer data)
{
  g_free (((Word *)data)->folded);
}

void
satchel_line_clear (SatchelLine *line)
{
  g_clear_pointer (&line->subject, g_free);
}

/* ---- lists of words ---- */

/* The place of @word in "a b|c": 0, 0, 1; -1. *first: it is the first one of its place. */
static int
find_in (const char *list, const char *word, gboolean *first)
{
  gsize length = strlen (word);
  int place = 0;
  gboolean leads = TRUE;

  for (const char *at = list; *word != '\0' && *at != '\0';) {
    gsize n = strcspn (at, " |");

    if (n == length && strncmp (at, word, n) == 0) {
      if (first != NULL)
        *first = leads;
      return place;
    }
    at += n;
    leads = *at == '|';
    place += *at == '|';
    at += *at != '\0';
  }
  return -1;
}

typedef enum {
  LIST_WEEKDAYS,
  LIST_MONTHS,
  LIST_DAYS,
  LIST_NEXT,
  LIST_AT,
  LIST_TO,
  LIST_UNITS,
  LIST_HALVES,
  LIST_TIMES,
  LIST_WHOLE,
  N_LISTS
} List;

static const char *
get_list (const SatchelLineWords *words, List list)
{
  const char *const lists[N_LISTS] = { words->weekdays, words->months, words->days,  words->next,
                                       words->at,       words->to,     words->units, words->halves,
                                       words->times,    words->whole };

  return lists[list] != NULL ? lists[list] : "";
}

static int
look_up (const Parser *parser, List list, const char *word, gboolean *first)
{
  for (guint i = 0; parser->languages[i] != NULL; i++) {
    int place = find_in (get_list (parser->languages[i], list), word, first);

    if (place >= 0)
      return place;
  }
  return -1;
}

static const char *
get_word (const Parser *parser, guint i)
{
  return i < parser->words->len ? g_array_index (parser->words, Word, i).folded : "";
}

/* The same for the i-th word of the line, which may be an abbreviation with its point. */
static int
look_up_at (const Parser *parser, List list, guint i, gboolean *first)
{
  const char *word = get_word (parser, i);
  gsize length = strlen (word);
  g_autofree char *bare = g_strndup (word, length > 0 && word[length - 1] == '.' ? length - 1 : length);

  return look_up (parser, list, bare, first);
}

/* ---- words of the line ---- */

static gboolean
is_han (gunichar c)
{
  return g_unichar_get_script (c) == G_UNICODE_SCRIPT_HAN;
}

static gboolean
is_gap (gunichar c)
{
  return g_unichar_isspace (c) || c == ',' || c == ';' || c == 0xff0c || c == 0x3001 || c == 0xff1b;
}

static void
add_word (Parser *parser, const char *from, const char *until)
{
  g_autofree char *piece = g_strndup (from, (gsize)(until - from));
  g_autofree char *narrow = g_utf8_normalize (piece, -1, G_NORMALIZE_ALL_COMPOSE); /* wide digits */
  Word word = { .from = (gsize)(from - parser->text), .until = (gsize)(until - parser->text) };

  if (from == until || parser->words->len == MOST_WORDS)
    return;
  word.folded = g_utf8_strdown (narrow != NULL ? narrow : piece, -1);
  g_array_append_val (parser->words, word);
}

/* Bytes of the longest word of any list that a run of Han begins with; 0: none. */
static gsize
find_han (const Parser *parser, const char *at, const char *until)
{
  static const char *const counters[] = { "点", "點", "时", "分", "半", "月", "日", "号", "號" };
  gsize longest = 0;

  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    if (g_str_has_prefix (at, counters[i]))
      longest = strlen (counters[i]);
  for (const char *end = at; end < until;) {
    end = g_utf8_next_char (end);
    if ((gsize)(end - at) > longest) {
      g_autofree char *piece = g_strndup (at, (gsize)(end - at));

      for (guint list = 0; list < N_LISTS; list++)
        if (look_up (parser, list, piece, NULL) >= 0)
          longest = (gsize)(end - at);
    }
    if (end - at > 24)
      break;
  }
  return longest;
}

/* Han has no blanks: it is cut before and behind the words that we know. */
static void
add_han (Parser *parser, const char *from, const char *until)
{
  const char *begin = from;

  for (const char *at = from; at < until;) {
    gsize n = find_han (parser, at, until);

    if (n == 0) {
      at = g_utf8_next_char (at);
      continue;
    }
    add_word (parser, begin, at);
    add_word (parser, at, at + n);
    begin = at += n;
  }
  add_word (parser, begin, until);
}

static void
split (Parser *parser)
{
  for (const char *at = parser->text; *at != '\0';) {
    gunichar c = g_utf8_get_char (at);
    const char *from = at;
    gboolean han = is_han (c);

    if (is_gap (c)) {
      at = g_utf8_next_char (at);
      continue;
    }
    while (*at != '\0' && !is_gap (g_utf8_get_char (at)) && is_han (g_utf8_get_char (at)) == han)
      at = g_utf8_next_char (at);
    if (han)
      add_han (parser, from, at);
    else
      add_word (parser, from, at);
  }
}

/* ---- times ---- */

/* All of @text is a number of at most @most digits. */
static gboolean
scan_number (const char *text, gsize most, int *number)
{
  gsize n = strspn (text, "0123456789");

  if (n == 0 || n > most || text[n] != '\0')
    return FALSE;
  *number = atoi (text);
  return TRUE;
}

static gboolean
apply_half (int half, int *minutes)
{
  if (half < 0)
    return TRUE;
  if (*minutes >= 13 * 60 || *minutes < 60)
    return half == 1 && *minutes >= 13 * 60; /* 下午15点 */
  *minutes = *minutes % (12 * 60) + (half == 1 ? 12 * 60 : 0);
  return TRUE;
}

/* "14:00", "14.30", "3pm", "3:30pm" in one word; "14" where @loose. */
static gboolean
scan_clock (const Parser *parser, const char *word, gboolean loose, int *minutes)
{
  int hours, rest = 0, n = 0, half = -1;
  char sign = 0;

  if (!g_ascii_isdigit (*word) || sscanf (word, "%2d%n", &hours, &n) != 1)
    return FALSE;
  word += n;
  if ((*word == ':' || *word == '.') && g_ascii_isdigit (word[1]) && g_ascii_isdigit (word[2])) {
    sign = *word;
    rest = (word[1] - '0') * 10 + (word[2] - '0');
    word += 3;
    loose = TRUE;
  }
  if (*word != '\0') {
    half = look_up (parser, LIST_HALVES, word, NULL);
    if (half < 0)
      return FALSE;
    loose = TRUE;
  }
  /* 12.11 is a day. */
  if (!loose || rest > 59 || hours > 24 || (hours == 24 && rest > 0) ||
      (sign == '.' && half < 0 && rest >= 1 && rest <= 12))
    return FALSE;
  *minutes = hours * 60 + rest;
  return apply_half (half, minutes);
}

/* [下午] 3 点 [半 | 20 分]. Words; 0: none. */
static guint
take_han_clock (const Parser *parser, guint i, int *minutes)
{
  int half = look_up_at (parser, LIST_HALVES, i, NULL), hours, rest = 0;
  guint n = half >= 0;

  if (!scan_number (get_word (parser, i + n), 2, &hours) || hours > 24)
    return 0;
  n++;
  if (find_in ("点 點 时", get_word (parser, i + n), NULL) < 0)
    return 0;
  n++;
  if (g_str_equal (get_word (parser, i + n), "半")) {
    rest = 30;
    n++;
  } else if (scan_number (get_word (parser, i + n), 2, &rest) && rest < 60)
    n += 1 + (g_str_equal (get_word (parser, i + n + 1), "分") ? 1 : 0);
  else
    rest = 0;
  *minutes = hours * 60 + rest;
  return apply_half (half, minutes) ? n : 0;
}

static guint
take_clock (const Parser *parser, guint i, gboolean loose, int *minutes)
{
  const char *word = get_word (parser, i);
  int place = look_up_at (parser, LIST_TIMES, i, NULL), half = look_up_at (parser, LIST_HALVES, i + 1, NULL);
  guint n = take_han_clock (parser, i, minutes);

  if (n > 0)
    return n;
  if (place >= 0) {
    *minutes = place == 0 ? 12 * 60 : 0;
    return 1;
  }
  if (half >= 0 && scan_clock (parser, word, TRUE, minutes) && apply_half (half, minutes))
    return 2;
  return scan_clock (parser, word, loose, minutes) ? 1 : 0;
}

/* "14:00-15:30" in one word. */
static gboolean
scan_range (const Parser *parser, const char *word, int *minutes, int *until)
{
  static const char *const dashes[] = { "-", "–", "—" };

  for (guint i = 0; i < G_N_ELEMENTS (dashes); i++) {
    const char *dash = strstr (word, dashes[i]);
    g_autofree char *first = dash != NULL ? g_strndup (word, (gsize)(dash - word)) : NULL;
    const char *second = dash != NULL ? dash + strlen (dashes[i]) : NULL;

    if (first == NULL)
      continue;
    if (scan_clock (parser, first, FALSE, minutes) && scan_clock (parser, second, TRUE, until))
      return TRUE;
    if (scan_clock (parser, first, TRUE, minutes) && scan_clock (parser, second, FALSE, until))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_dash (const Parser *parser, guint i)
{
  return find_in ("- – —", get_word (parser, i), NULL) >= 0 || look_up_at (parser, LIST_TO, i, NULL) >= 0;
}

static guint
take_time (const Parser *parser, guint i, gboolean loose, Match *match)
{
  guint n, more;

  match->sure = SURE_CLEAR;
  if (scan_range (parser, get_word (parser, i), &match->minutes, &match->until))
    return 1;
  n = take_clock (parser, i, FALSE, &match->minutes);
  if (n == 0 && loose) {
    n = take_clock (parser, i, TRUE, &match->minutes);
    match->sure = SURE_BESIDE;
  }
  more = n > 0 && is_dash (parser, i + n) ? take_clock (parser, i + n + 1, TRUE, &match->until) : 0;
  if (n == 0)
    match->minutes = -1;
  return n + (more > 0 ? more + 1 : 0);
}

/* ---- lengths ---- */

/* "1h", "1.5h", "1h30", "1h30m", "90min". */
static gboolean
scan_length (const Parser *parser, const char *word, int *minutes)
{
  gsize n_digits = strspn (word, "0123456789"), n_unit;
  int whole = n_digits > 0 && n_digits <= 4 ? atoi (word) : -1, tenths = 0, unit, rest = 0;
  g_autofree char *name = NULL;

  if (whole < 0)
    return FALSE;
  word += n_digits;
  if ((*word == '.' || *word == ',') && g_ascii_isdigit (word[1]) && !g_ascii_isdigit (word[2])) {
    tenths = word[1] - '0';
    word += 2;
  }
  n_unit = strcspn (word, "0123456789");
  name = g_strndup (word, n_unit);
  g_strdelimit (name, ".", '\0');
  unit = look_up (parser, LIST_UNITS, name, NULL);
  word += n_unit;
  if (unit < 0 || (*word != '\0' && unit != 0))
    return FALSE;
  if (*word != '\0') {
    gsize n = strspn (word, "0123456789");

    if (n > 2 || (word[n] != '\0' && look_up (parser, LIST_UNITS, word + n, NULL) != 1))
      return FALSE;
    rest = atoi (word);
  }
  *minutes = unit == 0 ? whole * 60 + tenths * 6 + rest : whole;
  return *minutes > 0 && *minutes <= MOST_MINUTES;
}

static guint
take_length (const Parser *parser, guint i, Match *match)
{
  g_autofree char *both = g_strconcat (get_word (parser, i), get_word (parser, i + 1), NULL);

  match->sure = SURE_BESIDE;
  if (scan_length (parser, get_word (parser, i), &match->duration))
    return 1;
  return scan_length (parser, both, &match->duration) ? 2 : 0;
}

/* ---- days ---- */

/* Of the years around, the one in which the day is nearest. */
static gboolean
resolve_date (const Parser *parser, int year, int month, int day_of_month, gint64 *day)
{
  int this_year, this_month, this_day;
  gint64 nearest = G_MAXINT64;

  if (year >= 0)
    return satchel_day_from_date (year < 100 ? 2000 + year : year, month, day_of_month, day);
  satchel_day_get_date (parser->today, &this_year, &this_month, &this_day);
  for (int candidate = this_year - 1; candidate <= this_year + 1; candidate++) {
    gint64 found;

    if (satchel_day_from_date (candidate, month, day_of_month, &found) &&
        ABS (found - parser->today) < ABS (nearest - parser->today))
      nearest = found;
  }
  *day = nearest;
  return nearest != G_MAXINT64;
}

/* "2026-11-26", "26.11.", "26.11.2026", "11/26", "26/11/26". */
static gboolean
scan_date (const Parser *parser, const char *word, Sure *sure, gint64 *day)
{
  int a, b, year = -1, n = 0;
  gboolean month_first = FALSE;

  *sure = SURE_CLEAR;
  if (!g_ascii_isdigit (*word))
    return FALSE;
  if (sscanf (word, "%4d-%2d-%2d%n", &year, &a, &b, &n) == 3 && word[n] == '\0' && year > 999)
    return resolve_date (parser, year, a, b, day);
  year = -1;
  for (guint i = 0; parser->languages[i] != NULL; i++)
    month_first = parser->languages[i]->month_first;
  if (sscanf (word, "%2d/%2d%n", &a, &b, &n) == 2) {
    *sure = SURE_BESIDE;
    if (word[n] == '/' && !scan_number (word + n + 1, 4, &year))
      return FALSE;
    return (word[n] == '\0' || word[n] == '/') &&
           resolve_date (parser, year, month_first ? a : b, month_first ? b : a, day);
  }
  if (sscanf (word, "%2d.%2d%n", &a, &b, &n) != 2)
    return FALSE;
  if (word[n] == '.' && word[n + 1] != '\0') {
    if (!scan_number (word + n + 1, 4, &year))
      return FALSE;
  } else if (word[n] != '.' && word[n] != '\0')
    return FALSE;
  *sure = year >= 0 ? SURE_CLEAR : SURE_BESIDE;
  return resolve_date (parser, year, b, a, day);
}

/* "26", "26.", "26th". */
static gboolean
scan_ordinal (const char *word, int *number)
{
  gsize n = strspn (word, "0123456789");

  if (n == 0 || n > 2 || (word[n] != '\0' && find_in (". st nd rd th", word + n, NULL) < 0))
    return FALSE;
  *number = atoi (word);
  return TRUE;
}

/* 11 月 26 日 */
static guint
take_han_date (const Parser *parser, guint i, Match *match)
{
  int month, day;

  if (!scan_number (get_word (parser, i), 2, &month) || !g_str_equal (get_word (parser, i + 1), "月") ||
      !scan_number (get_word (parser, i + 2), 2, &day) ||
      find_in ("日 号 號", get_word (parser, i + 3), NULL) < 0)
    return 0;
  match->sure = SURE_CLEAR;
  return resolve_date (parser, -1, month, day, &match->day) ? 4 : 0;
}

static guint
take_date (const Parser *parser, guint i, Match *match)
{
  guint n = take_han_date (parser, i, match);
  int month, day, year = -1;

  if (n > 0 || scan_date (parser, get_word (parser, i), &match->sure, &match->day)) {
    match->has_day = TRUE;
    return MAX (n, 1);
  }
  month = look_up_at (parser, LIST_MONTHS, i, NULL);
  if (month >= 0 ? !scan_ordinal (get_word (parser, i + 1), &day)
                 : !scan_ordinal (get_word (parser, i), &day) ||
                       (month = look_up_at (parser, LIST_MONTHS, i + 1, NULL)) < 0)
    return 0;
  n = scan_number (get_word (parser, i + 2), 4, &year) && year >= 1900 ? 3 : 2;
  match->sure = SURE_FIRST;
  match->has_day = resolve_date (parser, n == 3 ? year : -1, month + 1, day, &match->day);
  return match->has_day ? n : 0;
}

static guint
take_weekday (const Parser *parser, guint i, Match *match)
{
  int day = look_up_at (parser, LIST_DAYS, i, NULL), weekday;
  guint next = look_up_at (parser, LIST_NEXT, i, NULL) >= 0;
  gboolean full = FALSE;

  match->sure = SURE_FIRST;
  match->has_day = TRUE;
  match->day = parser->today + day;
  if (day >= 0)
    return 1;
  weekday = look_up_at (parser, LIST_WEEKDAYS, i + next, &full);
  match->has_day = weekday >= 0;
  if (weekday < 0)
    return 0;
  match->day = next ? satchel_day_first_of_week (parser->today, 1) + 7 + weekday
                    : parser->today + (weekday + 1 - satchel_day_get_weekday (parser->today) + 7) % 7;
  match->sure = full || next ? SURE_FIRST : SURE_BESIDE;
  return 1 + next;
}

static guint
take_whole (const Parser *parser, guint i, Match *match)
{
  g_autofree char *both = g_strconcat (get_word (parser, i), "_", get_word (parser, i + 1), NULL);

  match->sure = SURE_CLEAR;
  match->all_day = TRUE;
  if (look_up (parser, LIST_WHOLE, both, NULL) >= 0)
    return 2;
  match->all_day = look_up_at (parser, LIST_WHOLE, i, NULL) >= 0;
  return match->all_day ? 1 : 0;
}

/* ---- the line ---- */

/* @loose: "14" is a time, because it stands behind "at" or a day. */
static guint
take (const Parser *parser, guint i, gboolean loose, Match *match)
{
  guint (*const takes[]) (const Parser *, guint, Match *) = { take_whole, take_length, take_date,
                                                              take_weekday };
  guint n;

  for (guint k = 0; k < G_N_ELEMENTS (takes); k++) {
    *match = (Match){ .minutes = -1, .until = -1 };
    n = takes[k](parser, i, match);
    if (n > 0)
      return n;
  }
  *match = (Match){ .minutes = -1, .until = -1 };
  return take_time (parser, i, loose, match);
}

static GArray *
list_matches (const Parser *parser)
{
  GArray *matches = g_array_new (FALSE, FALSE, sizeof (Match));
  gboolean behind_day = FALSE;

  for (guint i = 0; i < parser->words->len;) {
    Match match;
    guint n = take (parser, i, behind_day, &match);

    /* One such word, or two: "la ora 14". */
    for (guint at = 1; n == 0 && at <= 2 && look_up_at (parser, LIST_AT, i + at - 1, NULL) >= 0; at++) {
      n = i + at < parser->words->len ? take (parser, i + at, TRUE, &match) : 0;
      n += n > 0 ? at : 0;
    }
    match.first = i;
    match.n = n;
    behind_day = n > 0 && match.has_day;
    if (n > 0)
      g_array_append_val (matches, match);
    i += MAX (n, 1);
  }
  return matches;
}

/* The end of the run of matches that begins with @first, and whether it counts. */
static guint
judge_run (const Parser *parser, GArray *matches, guint first, gboolean *counts)
{
  guint last = first;
  Sure most = SURE_BESIDE;

  for (;; last++) {
    const Match *match = &g_array_index (matches, Match, last);

    most = MAX (most, match->sure);
    if (last + 1 == matches->len || g_array_index (matches, Match, last + 1).first != match->first + match->n)
      break;
  }
  *counts = most == SURE_CLEAR || (most == SURE_FIRST && g_array_index (matches, Match, first).first == 0) ||
            g_array_index (matches, Match, last).first + g_array_index (matches, Match, last).n ==
                parser->words->len;
  return last + 1;
}

/* What was said first counts; a second time is the end of the first. */
static void
apply (const Match *match, SatchelLine *line, int *until)
{
  if (match->has_day && !line->has_day) {
    line->has_day = TRUE;
    line->day = match->day;
  }
  if (match->minutes >= 0 && line->minutes >= 0 && *until < 0)
    *until = match->minutes;
  if (match->minutes >= 0 && line->minutes < 0) {
    line->minutes = match->minutes;
    *until = match->until;
  }
  if (match->duration > 0 && line->duration_minutes == 0)
    line->duration_minutes = match->duration;
  line->all_day |= match->all_day;
}

static void
cut_out (const Parser *parser, char *rest, const Match *match)
{
  gsize from = g_array_index (parser->words, Word, match->first).from;
  gsize until = g_array_index (parser->words, Word, match->first + match->n - 1).until;

  memset (rest + from, ' ', until - from);
}

/* One blank between words, none of what joined them to a time at either end. */
static char *
tidy (char *rest)
{
  GString *text = g_string_new (NULL);

  for (const char *at = rest; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (!g_unichar_isspace (c))
      g_string_append_unichar (text, c);
    else if (text->len > 0 && text->str[text->len - 1] != ' ')
      g_string_append_c (text, ' ');
  }
  while (text->len > 0 && strchr (" ,;:-", text->str[text->len - 1]) != NULL)
    g_string_truncate (text, text->len - 1);
  g_string_erase (text, 0, (gssize)strspn (text->str, " ,;:-"));
  return g_string_free (text, FALSE);
}

void
satchel_line_parse (const char *text, const SatchelLineWords *const *words, gint64 today, gint64 day,
                    SatchelLine *line)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1), *rest = g_strdup (valid);
  Parser parser = {
    .text = valid, .languages = words, .today = today, .words = g_array_new (FALSE, FALSE, sizeof (Word))
  };
  g_autoptr (GArray) matches = NULL;
  int until = -1;

  g_array_set_clear_func (parser.words, word_clear);
  split (&parser);
  matches = list_matches (&parser);
  *line = (SatchelLine){ .day = day, .minutes = -1 };
  for (guint i = 0; i < matches->len;) {
    gboolean counts;
    guint end = judge_run (&parser, matches, i, &counts);

    for (; i < end; i++) {
      if (!counts)
        continue;
      apply (&g_array_index (matches, Match, i), line, &until);
      cut_out (&parser, rest, &g_array_index (matches, Match, i));
    }
  }
  if (until >= 0 && line->duration_minutes == 0)
    line->duration_minutes = until - line->minutes + (until <= line->minutes ? SATCHEL_DAY_MINUTES : 0);
  line->subject = tidy (rest);
  g_array_unref (parser.words);
}
