/* Lines as people type them. Today is Sunday, 22 November 2026.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tests/lib/chance.h"
#include "ui/calendar/days.h"
#include "ui/calendar/line.h"

static const SatchelLineWords romanian = {
  .weekdays = "luni lu|marți ma|miercuri mi|joi jo|vineri vi|sâmbătă sb|duminică du",
  .months = "ianuarie ian|februarie feb|martie mar|aprilie apr|mai|iunie iun|iulie iul|august aug|septembrie "
            "sep|octombrie oct|"
            "noiembrie noi|decembrie dec",
  .days = "azi astăzi|mâine|poimâine",
  .at = "la pe de din",
  .to = "până",
  .units = "h oră ore|min minute",
  .times = "prânz|miezul",
  .whole = "toată_ziua",
};

static const SatchelLineWords chinese = {
  .weekdays = "星期一 周一|星期二 周二|星期三 周三|星期四 周四|星期五 周五|星期六 周六|星期日 周日",
  .days = "今天|明天|后天",
  .next = "下",
  .units = "小时|分钟",
  .halves = "上午|下午 晚上",
  .whole = "全天",
};

static const SatchelLineWords american = { .month_first = TRUE };

static const SatchelLineWords *const english[] = { &satchel_line_english, NULL };

typedef struct {
  const char *text, *subject;
  int month, day; /* 0: none named */
  int minutes, duration;
  gboolean all_day;
} Case;

static gint64
today (void)
{
  gint64 day;

  g_assert_true (satchel_day_from_date (2026, 11, 22, &day));
  return day;
}

static void
check (const Case *expected, const SatchelLineWords *const *words)
{
  g_auto (SatchelLine) line = { 0 };
  int year, month, day;

  satchel_line_parse (expected->text, words, today (), today () + 3, &line);
  satchel_day_get_date (line.day, &year, &month, &day);
  g_test_message ("%s → %s, %d-%d-%d, %d + %d", expected->text, line.subject, year, month, day, line.minutes,
                  line.duration_minutes);
  g_assert_cmpstr (line.subject, ==, expected->subject);
  g_assert_cmpint (line.has_day, ==, expected->day != 0);
  g_assert_cmpint (month, ==, expected->day != 0 ? expected->month : 11);
  g_assert_cmpint (day, ==, expected->day != 0 ? expected->day : 25);
  g_assert_cmpint (line.minutes, ==, expected->minutes);
  g_assert_cmpint (line.duration_minutes, ==, expected->duration);
  g_assert_cmpint (line.all_day, ==, expected->all_day);
}

static void
test_english (void)
{
  const Case cases[] = {
    { "Meeting with Ana Thu 14:00 1h", "Meeting with Ana", 11, 26, 840, 60, FALSE },
    { "Meeting with Ana", "Meeting with Ana", 0, 0, -1, 0, FALSE },
    { "Lunch 12:30-13:30 with Ana", "Lunch with Ana", 0, 0, 750, 60, FALSE },
    { "Lunch 12:30 to 14:00", "Lunch", 0, 0, 750, 90, FALSE },
    { "Night shift 22:00-06:00 tomorrow", "Night shift", 11, 23, 1320, 480, FALSE },
    { "Tomorrow call Ana", "call Ana", 11, 23, -1, 0, FALSE },
    { "Thu 14:00 call Ana", "call Ana", 11, 26, 840, 0, FALSE },
    { "Call Ana at 3pm on Friday for 30 min", "Call Ana", 11, 27, 900, 30, FALSE },
    { "Call Ana 3:30 pm", "Call Ana", 0, 0, 930, 0, FALSE },
    { "Call Ana 12am", "Call Ana", 0, 0, 0, 0, FALSE },
    { "Call Ana 12pm", "Call Ana", 0, 0, 720, 0, FALSE },
    { "Call Ana Mon at 9", "Call Ana", 11, 23, 540, 0, FALSE },
    { "Call Ana Mon 9", "Call Ana", 11, 23, 540, 0, FALSE },
    { "Review next Thursday 9:15 1h30", "Review", 11, 26, 555, 90, FALSE },
    { "Review next Sunday", "Review", 11, 29, -1, 0, FALSE },
    { "Review Sunday", "Review", 11, 22, -1, 0, FALSE },
    { "Visit 26 Nov 10:00 1.5h", "Visit", 11, 26, 600, 90, FALSE },
    { "Visit Nov 26th, 10:00", "Visit", 11, 26, 600, 0, FALSE },
    { "Visit 2026-12-01 noon", "Visit", 12, 1, 720, 0, FALSE },
    { "Visit 1.12. 14.30", "Visit", 12, 1, 870, 0, FALSE },
    { "Visit 1/12 9:00", "Visit", 12, 1, 540, 0, FALSE },
    { "Fair all day Fri", "Fair", 11, 27, -1, 0, TRUE },
    { "Fair 3 Jan", "Fair", 1, 3, -1, 0, FALSE }, /* of the year in which it is nearest */
    /* What is no time stays. */
    { "Sun Microsystems demo", "Sun Microsystems demo", 0, 0, -1, 0, FALSE },
    { "Buy 3 chairs from May & Sons", "Buy 3 chairs from May & Sons", 0, 0, -1, 0, FALSE },
    { "Write 5 minutes speech for Ana", "Write 5 minutes speech for Ana", 0, 0, -1, 0, FALSE },
    { "Meet at Hilton 25:00", "Meet at Hilton 25:00", 0, 0, -1, 0, FALSE },
    { "Order 31.02. parts", "Order 31.02. parts", 0, 0, -1, 0, FALSE },
    { "Decide on 14:60", "Decide on 14:60", 0, 0, -1, 0, FALSE },
    /* Nothing but a time, and nothing. */
    { "Thu 14:00", "", 11, 26, 840, 0, FALSE },
    { "", "", 0, 0, -1, 0, FALSE },
    { "  ,, - ", "", 0, 0, -1, 0, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check (&cases[i], english);
}

static void
test_languages (void)
{
  const SatchelLineWords *const with_romanian[] = { &satchel_line_english, &romanian, NULL };
  const SatchelLineWords *const with_chinese[] = { &satchel_line_english, &chinese, NULL };
  const SatchelLineWords *const with_american[] = { &satchel_line_english, &american, NULL };
  const Case in_romanian[] = {
    { "Întâlnire cu Ana joi la 14:00 2 ore", "Întâlnire cu Ana", 11, 26, 840, 120, FALSE },
    { "Întâlnire cu Ana JOI 14", "Întâlnire cu Ana", 11, 26, 840, 0, FALSE },
    { "Mâine sună la Ana", "sună la Ana", 11, 23, -1, 0, FALSE },
    { "Târg 5 decembrie toată ziua", "Târg", 12, 5, -1, 0, TRUE },
    { "Meeting Thursday 14:00", "Meeting", 11, 26, 840, 0, FALSE },
  };
  const Case in_chinese[] = {
    { "周四14:00和安娜开会", "和安娜开会", 11, 26, 840, 0, FALSE },
    { "明天下午3点半开会 1小时", "开会", 11, 23, 930, 60, FALSE },
    { "11月26日上午9点20分 拜访客户", "拜访客户", 11, 26, 560, 0, FALSE },
    { "和安娜开会 下周四 14：00", "和安娜开会", 11, 26, 840, 0, FALSE },
    { "点评今天的方案", "点评今天的方案", 0, 0, -1, 0, FALSE },
    { "培训 全天 明天", "培训", 11, 23, -1, 0, TRUE },
  };
  const Case in_american = { "Visit 12/1 9:00", "Visit", 12, 1, 540, 0, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (in_romanian); i++)
    check (&in_romanian[i], with_romanian);
  for (guint i = 0; i < G_N_ELEMENTS (in_chinese); i++)
    check (&in_chinese[i], with_chinese);
  check (&in_american, with_american);
}

/* Whatever is typed: something comes of it, and it is text. */
static void
test_hostile (void)
{
  const char *const pieces[] = { "14",   ":",  "00",  "-",    "–",    " ",        "Thu",
                                 "next", "at", "Nov", "26",   ".",    "/",        "h",
                                 "月",   "点", "半",  "下午", "\xff", "\xe2\x80", "999999999999",
                                 "am",   "\t", "\n",  "９",   "😀",    "٣" };
  g_autofree char *long_line = g_strnfill (100000, '1');
  g_auto (SatchelLine) line = { 0 };

  for (guint round = 0; round < 5000; round++) {
    GString *text = g_string_new (NULL);
    g_auto (SatchelLine) found = { 0 };

    for (int n = g_test_rand_int_range (0, 15); n > 0; n--)
      g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
    satchel_line_parse (text->str, english, today (), today (), &found);
    g_assert_true (g_utf8_validate (found.subject, -1, NULL));
    g_assert_cmpint (found.minutes, >=, -1);
    g_assert_cmpint (found.minutes, <=, SATCHEL_DAY_MINUTES);
    g_assert_cmpint (found.duration_minutes, >=, 0);
    g_string_free (text, TRUE);
  }
  satchel_line_parse (long_line, english, today (), today (), &line);
  g_assert_cmpuint (strlen (line.subject), ==, 100000);
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/calendar/line/english", test_english);
  g_test_add_func ("/ui/calendar/line/languages", test_languages);
  g_test_add_func ("/ui/calendar/line/hostile", test_hostile);
  return g_test_run ();
}
