/* Lines in the words of the catalogues. argv: the folder of the catalogues and a language, which the
 * environment has as well. Today is Sunday, 22 November 2026.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <locale.h>

#include "ui/calendar/days.h"
#include "ui/calendar/line.h"

typedef struct {
  const char *language, *text, *subject;
  int month, day, minutes, duration;
  gboolean all_day;
} Case;

static const Case cases[] = {
  { "ro", "Întâlnire cu Ana joi la ora 14:00 2 ore", "Întâlnire cu Ana", 11, 26, 840, 120, FALSE },
  { "ro", "Târg 5 decembrie toată ziua", "Târg", 12, 5, -1, 0, TRUE },
  { "ro", "Suna la Ana maine", "Suna la Ana", 11, 23, -1, 0, FALSE },
  { "ro", "Meeting Thursday 14:00", "Meeting", 11, 26, 840, 0, FALSE },
  { "zh_CN", "周四14:00和安娜开会 1小时", "和安娜开会", 11, 26, 840, 60, FALSE },
  { "zh_CN", "明天下午3点半开会 1小时", "开会", 11, 23, 930, 60, FALSE },
  { "zh_CN", "12月1日上午9点拜访客户", "拜访客户", 12, 1, 540, 0, FALSE },
  { "zh_CN", "培训 全天 明天", "培训", 11, 23, -1, 0, TRUE },
};

static void
test_case (gconstpointer data)
{
  const Case *expected = data;
  g_auto (SatchelLine) line = { 0 };
  gint64 today;
  int year, month, day;

  g_assert_true (satchel_day_from_date (2026, 11, 22, &today));
  satchel_line_parse (expected->text, satchel_line_words_get (), today, today + 3, &line);
  satchel_day_get_date (line.day, &year, &month, &day);
  g_test_message ("%s → %s, %d-%d, %d + %d", expected->text, line.subject, month, day, line.minutes,
                  line.duration_minutes);
  g_assert_cmpstr (line.subject, ==, expected->subject);
  g_assert_cmpint (month, ==, expected->month);
  g_assert_cmpint (day, ==, expected->day);
  g_assert_cmpint (line.minutes, ==, expected->minutes);
  g_assert_cmpint (line.duration_minutes, ==, expected->duration);
  g_assert_cmpint (line.all_day, ==, expected->all_day);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  setlocale (LC_ALL, "");
  bindtextdomain ("satchel", argv[1]);
  bind_textdomain_codeset ("satchel", "UTF-8");
  textdomain ("satchel");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/words/%s/%u", cases[i].language, i);

    if (g_str_equal (cases[i].language, argv[2]))
      g_test_add_data_func (path, &cases[i], test_case);
  }
  return g_test_run ();
}
