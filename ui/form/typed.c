/* Lenient in form, exact in meaning: what can be read in two ways is read as the locale does.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/form/typed.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "ui/form/judge.h"

#define PIVOT_YEAR 70

/* ---- numbers ---- */

static gboolean
is_space (gunichar character)
{
  return g_unichar_isspace (character) || character == 0x202f || character == '\'' || character == 0x2019;
}

/* Groups of three behind the first: "1.234.567". */
static gboolean
are_groups (const char *digits, char separator)
{
  const char *at = strchr (digits, separator);

  while (at != NULL) {
    const char *next = strchr (at + 1, separator);
    gsize length = next != NULL ? (gsize)(next - at - 1) : strlen (at + 1);

    if (length != 3)
      return FALSE;
    at = next;
  }
  return TRUE;
}

/* The character that stands before the decimals, or '\0'. Where both stand the last one does. */
static char
find_point (const char *digits)
{
  const char *dot = strrchr (digits, '.'), *comma = strrchr (digits, ',');
  const char point = *localeconv ()->decimal_point == ',' ? ',' : '.';
  const char only = dot != NULL ? '.' : ',';

  if (dot != NULL && comma != NULL)
    return dot > comma ? '.' : ',';
  if (dot == NULL && comma == NULL)
    return '\0';
  if (only == point)
    return strchr (digits, only) == strrchr (digits, only) ? only : '\0';
  return are_groups (digits, only) ? '\0' : only;
}

/* With '.' and without groups. Owned. */
static char *
normalise_number (const char *typed)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  GString *plain = g_string_new (NULL);
  char point;

  for (const char *at = typed; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar character = g_utf8_get_char (at);
    int digit = g_unichar_digit_value (character);

    if (digit >= 0)
      g_string_append_c (digits, (char)('0' + digit));
    else if (character == 0x2212)
      g_string_append_c (digits, '-');
    else if (!is_space (character) && character != '%')
      g_string_append_unichar (digits, character);
  }
  point = find_point (digits->str);
  for (const char *at = digits->str; *at != '\0'; at++) {
    if (*at == point)
      g_string_append_c (plain, '.');
    else if ((*at != '.' && *at != ',') || strspn (at + 1, "0123456789") != 3)
      g_string_append_c (plain, *at); /* what separates no group of three stays, and is wrong */
  }
  return g_string_free (plain, FALSE);
}

/* ---- days ---- */

typedef enum { ORDER_YMD, ORDER_DMY, ORDER_MDY } Order;

/* As the locale writes 1 February 2003. */
static Order
get_order (void)
{
  g_autoptr (GDateTime) date = g_date_time_new_utc (2003, 2, 1, 0, 0, 0);
  g_autofree char *text = g_date_time_format (date, "%x");
  const char *day = strchr (text, '1'), *month = strchr (text, '2');
  const char *year = strstr (text, "03");

  if (year != NULL && month != NULL && year < month && day > month)
    return ORDER_YMD;
  return day != NULL && month != NULL && day < month ? ORDER_DMY : ORDER_MDY;
}

static gint64
today_of (gint64 now_ms)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_ms / 1000);
  g_autofree char *iso = g_date_time_format (now, "%Y-%m-%d");
  gint64 days = 0;

  return satchel_date_parse (iso, &days) ? days : 0;
}

static gboolean
is_word (const char *typed, const char *word)
{
  g_autofree char *a = g_utf8_casefold (typed, -1), *b = g_utf8_casefold (word, -1);

  return g_str_equal (a, b);
}

/* Up to three numbers and what stands between them; 0 for anything else. */
static guint
scan_numbers (const char *typed, guint numbers[3], guint lengths[3])
{
  guint n = 0;

  for (const char *at = typed; *at != '\0';) {
    guint length = 0;

    if (n == 3 && strspn (at, "./- ") == strlen (at))
      return n;
    if (n == 3)
      return 0;
    for (numbers[n] = 0; g_ascii_isdigit (at[length]) && length < 4; length++)
      numbers[n] = numbers[n] * 10 + (guint)(at[length] - '0');
    if (length == 0)
      return 0;
    lengths[n++] = length;
    at += length;
    /* Chinese and Japanese write a word behind each number. */
    while (*at != '\0' && !g_ascii_isdigit (*at)) {
      gunichar character = g_utf8_get_char (at);

      if (strchr ("./- ", *at) == NULL && character != 0x5e74 && character != 0x6708 && character != 0x65e5)
        return 0;
      at = g_utf8_next_char (at);
    }
  }
  return n;
}

static guint
full_year (guint year, guint length)
{
  return length > 2 ? year : year + (year < PIVOT_YEAR ? 2000 : 1900);
}

static char *
date_of (guint year, guint month, guint day)
{
  g_autofree char *iso = g_strdup_printf ("%04u-%02u-%02u", year, month, day);
  gint64 days;

  return satchel_date_parse (iso, &days) ? g_steal_pointer (&iso) : NULL;
}

static char *
numeric_date (const char *typed, gint64 now_ms)
{
  g_autofree char *today = satchel_date_from_days (today_of (now_ms));
  guint numbers[3] = { 0 }, lengths[3] = { 0 };
  guint n = scan_numbers (typed, numbers, lengths), this_year = (guint)g_ascii_strtoull (today, NULL, 10);
  Order order = get_order ();

  if (n == 3 && lengths[0] == 4)
    return date_of (numbers[0], numbers[1], numbers[2]);
  if (n == 3 && order == ORDER_YMD)
    return lengths[2] == 4 ? date_of (numbers[2], numbers[1], numbers[0])
                           : date_of (full_year (numbers[0], lengths[0]), numbers[1], numbers[2]);
  if (n == 3)
    return date_of (full_year (numbers[2], lengths[2]), numbers[order == ORDER_DMY ? 1 : 0],
                    numbers[order == ORDER_DMY ? 0 : 1]);
  if (n == 2)
    return date_of (this_year, numbers[order == ORDER_DMY ? 1 : 0], numbers[order == ORDER_DMY ? 0 : 1]);
  return NULL;
}

char *
satchel_typed_to_date (const char *typed, gint64 now_ms)
{
  static const struct {
    const char *word;
    int days;
  } words[] = { { N_ ("today"), 0 }, { N_ ("tomorrow"), 1 }, { N_ ("yesterday"), -1 } };
  g_autofree char *text = g_strstrip (g_strdup (typed));
  char *end;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (is_word (text, _ (words[i].word)) || is_word (text, words[i].word))
      return satchel_date_from_days (today_of (now_ms) + words[i].days);
  /* "+7": in a week. */
  if (*text == '+' && g_ascii_isdigit (text[1])) {
    gint64 days = g_ascii_strtoll (text + 1, &end, 10);

    return *end == '\0' && days < 36500 ? satchel_date_from_days (today_of (now_ms) + days) : NULL;
  }
  return numeric_date (text, now_ms);
}

/* ---- instants and durations ---- */

/* "14", "14:30", "1430", "2:30 pm". */
static gboolean
parse_time (const char *typed, int *hour, int *minute)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("^(\\d{1,2})(?:[:.h]?(\\d{2}))?\\s*([ap]m)?$", G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *hours = NULL, *minutes = NULL, *half = NULL;

  if (!g_regex_match (regex, typed, 0, &match))
    return FALSE;
  hours = g_match_info_fetch (match, 1);
  minutes = g_match_info_fetch (match, 2);
  half = g_match_info_fetch (match, 3);
  *hour = (int)g_ascii_strtoll (hours, NULL, 10);
  *minute = minutes != NULL ? (int)g_ascii_strtoll (minutes, NULL, 10) : 0;
  if (half != NULL && *half != '\0')
    *hour = *hour % 12 + (g_ascii_tolower (*half) == 'p' ? 12 : 0);
  return *hour < 24 && *minute < 60;
}

static gboolean
instant_of (const char *iso_date, int hour, int minute, gint64 *ms)
{
  guint year, month, day;
  g_autoptr (GDateTime) local = NULL;

  if (sscanf (iso_date, "%u-%u-%u", &year, &month, &day) != 3)
    return FALSE;
  local = g_date_time_new_local ((int)year, (int)month, (int)day, hour, minute, 0);
  if (local == NULL)
    return FALSE;
  *ms = g_date_time_to_unix (local) * 1000;
  return TRUE;
}

/* A day with a time behind it; or one of the two. */
static gboolean
parse_instant (const char *typed, gint64 now_ms, gint64 *ms)
{
  g_autofree char *today = satchel_date_from_days (today_of (now_ms));
  int hour = 0, minute = 0;

  if (strchr (typed, ':') != NULL && parse_time (typed, &hour, &minute))
    return instant_of (today, hour, minute, ms);
  for (const char *at = typed; (at = strpbrk (at, " T")) != NULL; at++) {
    g_autofree char *day = g_strndup (typed, (gsize)(at - typed));
    g_autofree char *date = satchel_typed_to_date (g_strchomp (day), now_ms);
    g_autofree char *time = g_strstrip (g_strdup (at + 1));

    if (date != NULL && parse_time (time, &hour, &minute))
      return instant_of (date, hour, minute, ms);
  }
  g_autofree char *date = satchel_typed_to_date (typed, now_ms);

  return date != NULL && instant_of (date, 0, 0, ms);
}

/* "90" minutes, "1:30", "1h 30m", "1 h 30 min". */
static gboolean
parse_duration (const char *typed, gint64 *seconds)
{
  g_autoptr (GRegex) clock = g_regex_new ("^(\\d{1,6}):([0-5]\\d)$", 0, 0, NULL);
  g_autoptr (GRegex) words =
      g_regex_new ("^(?:(\\d{1,6})\\s*h)?\\s*(?:(\\d{1,6})\\s*(?:m|min)?)?$", G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *hours = NULL, *minutes = NULL;

  if (!g_regex_match (clock, typed, 0, &match)) {
    g_clear_pointer (&match, g_match_info_free);
    if (!g_regex_match (words, typed, 0, &match))
      return FALSE;
  }
  hours = g_match_info_fetch (match, 1);
  minutes = g_match_info_fetch (match, 2);
  *seconds = (hours != NULL ? g_ascii_strtoll (hours, NULL, 10) * 3600 : 0) +
             (minutes != NULL ? g_ascii_strtoll (minutes, NULL, 10) * 60 : 0);
  return TRUE;
}

/* ---- values ---- */

static const char *
describe (const SatchelField *field)
{
  switch (field->type) {
  case SATCHEL_TYPE_INTEGER:
    return _ ("This is not a whole number.");
  case SATCHEL_TYPE_DECIMAL:
    return _ ("This is not a number.");
  case SATCHEL_TYPE_MONEY:
    return _ ("This is not an amount.");
  case SATCHEL_TYPE_DATE:
    return _ ("This is not a day of the calendar.");
  case SATCHEL_TYPE_DATETIME:
    return _ ("This is not a day and a time.");
  case SATCHEL_TYPE_DURATION:
    return _ ("This is not a length of time, like “1:30” or “45 min”.");
  default:
    return _ ("This cannot stand here.");
  }
}

static gboolean
read_number (const SatchelField *field, const char *text, SatchelValue **value, char **problem)
{
  g_autofree char *plain = normalise_number (text);
  SatchelDecimal number;
  gint64 coefficient;
  guint scale = field->type == SATCHEL_TYPE_INTEGER ? 0 : field->scale;

  if (!satchel_decimal_parse (plain, &number, NULL)) {
    *problem = g_strdup (describe (field));
    return FALSE;
  }
  if (!satchel_decimal_rescale (number, scale, &number, NULL)) {
    *problem = scale == 0 ? g_strdup (describe (field))
                          : g_strdup_printf (ngettext ("There is room for %u decimal.",
                                                       "There is room for %u decimals.", scale),
                                             scale);
    return FALSE;
  }
  coefficient = number.coefficient;
  *value = field->type == SATCHEL_TYPE_INTEGER ? satchel_value_new_integer (coefficient)
                                               : satchel_value_new_decimal (number);
  return TRUE;
}

static gboolean
read_moment (const SatchelField *field, const char *text, gint64 now_ms, SatchelValue **value, char **problem)
{
  g_autofree char *date = NULL;
  gint64 number;
  gboolean read;

  if (field->type == SATCHEL_TYPE_DATE) {
    date = satchel_typed_to_date (text, now_ms);
    *value = date != NULL ? satchel_value_new_date (date) : NULL;
    read = date != NULL;
  } else {
    read = field->type == SATCHEL_TYPE_DATETIME ? parse_instant (text, now_ms, &number)
                                                : parse_duration (text, &number);
    *value = read ? satchel_value_new_integer (number) : NULL;
  }
  if (!read)
    *problem = g_strdup (describe (field));
  return read;
}

static gboolean
read_value (const SatchelField *field, const char *text, gint64 now_ms, SatchelValue **value, char **problem)
{
  switch (field->type) {
  case SATCHEL_TYPE_INTEGER:
  case SATCHEL_TYPE_DECIMAL:
  case SATCHEL_TYPE_MONEY:
    return read_number (field, text, value, problem);
  case SATCHEL_TYPE_DATE:
  case SATCHEL_TYPE_DATETIME:
  case SATCHEL_TYPE_DURATION:
    return read_moment (field, text, now_ms, value, problem);
  case SATCHEL_TYPE_STRING:
  case SATCHEL_TYPE_TEXT:
    *value = satchel_value_new_string (text);
    return TRUE;
  default:
    if (satchel_value_from_text (field, text, value, NULL))
      return TRUE;
    *problem = g_strdup (describe (field));
    return FALSE;
  }
}

gboolean
satchel_typed_to_value (const SatchelField *field, const char *typed, gint64 now_ms, SatchelValue **value,
                        char **problem)
{
  g_autofree char *text = field->type == SATCHEL_TYPE_TEXT ? g_strdup (typed) : g_strstrip (g_strdup (typed));
  g_autoptr (SatchelValue) result = NULL;

  *value = NULL;
  *problem = NULL;
  if (*text == '\0')
    return TRUE;
  if (!read_value (field, text, now_ms, &result, problem))
    return FALSE;
  *problem = satchel_judge_value (field, result);
  if (*problem != NULL)
    return FALSE;
  *value = g_steal_pointer (&result);
  return TRUE;
}

static char *
write_date (const char *iso)
{
  guint year = 0, month = 0, day = 0;
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *text = NULL, *back = NULL;

  if (sscanf (iso, "%u-%u-%u", &year, &month, &day) == 3)
    date = g_date_time_new_utc ((int)year, (int)month, (int)day, 0, 0, 0);
  text = date != NULL ? g_date_time_format (date, "%x") : NULL;
  /* Two digits of a year may be read as another century; month names are not read at all. */
  back = text != NULL ? satchel_typed_to_date (text, 0) : NULL;
  return g_strcmp0 (back, iso) == 0 ? g_steal_pointer (&text) : g_strdup (iso);
}

static char *
write_instant (gint64 ms)
{
  g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (ms / 1000);
  g_autofree char *iso = NULL, *date = NULL, *time = NULL;

  if (local == NULL)
    return satchel_instant_to_text (ms);
  iso = g_date_time_format (local, "%Y-%m-%d");
  date = write_date (iso);
  time = g_date_time_format (local, "%H:%M");
  return g_strconcat (date, " ", time, NULL);
}

static char *
write_number (const SatchelField *field, const SatchelValue *value)
{
  char *digits = satchel_value_to_text (field, value);

  if (*localeconv ()->decimal_point == ',')
    g_strdelimit (digits, ".", ',');
  return digits;
}

char *
satchel_typed_from_value (const SatchelField *field, const SatchelValue *value)
{
  gint64 seconds;

  if (value == NULL)
    return g_strdup ("");
  switch (field->type) {
  case SATCHEL_TYPE_DECIMAL:
  case SATCHEL_TYPE_MONEY:
    return write_number (field, value);
  case SATCHEL_TYPE_DATE:
    return write_date (satchel_value_get_date (value));
  case SATCHEL_TYPE_DATETIME:
    return write_instant (satchel_value_get_integer (value));
  case SATCHEL_TYPE_DURATION:
    seconds = satchel_value_get_integer (value);
    return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d", seconds / 3600, (int)(seconds / 60 % 60));
  default:
    return satchel_value_to_text (field, value);
  }
}
