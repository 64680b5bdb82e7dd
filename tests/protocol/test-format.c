/* What passes as an e-mail address, a phone number, a web address, a time zone.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/format.h"

typedef struct {
  SatchelFormat format;
  gboolean holds;
  const char *text;
} Case;

static const Case cases[] = {
  { SATCHEL_FORMAT_EMAIL, TRUE, "ana.pop@example.ro" },
  { SATCHEL_FORMAT_EMAIL, TRUE, "o'neil+crm@mail.example.co.uk" },
  { SATCHEL_FORMAT_EMAIL, TRUE, "王伟@例子.中国" },
  { SATCHEL_FORMAT_EMAIL, FALSE, "ana.pop" },
  { SATCHEL_FORMAT_EMAIL, FALSE, "@example.ro" },
  { SATCHEL_FORMAT_EMAIL, FALSE, "ana@" },
  { SATCHEL_FORMAT_EMAIL, FALSE, "ana@example" },
  { SATCHEL_FORMAT_EMAIL, FALSE, "ana@example." },
  { SATCHEL_FORMAT_EMAIL, FALSE, "ana@.example.ro" },
  { SATCHEL_FORMAT_EMAIL, FALSE, "ana@example..ro" },
  { SATCHEL_FORMAT_EMAIL, FALSE, "ana@-example.ro" },
  { SATCHEL_FORMAT_EMAIL, FALSE, "ana@pop@example.ro" },
  { SATCHEL_FORMAT_EMAIL, FALSE, "ana pop@example.ro" },
  { SATCHEL_FORMAT_EMAIL, FALSE, "Ana <ana@example.ro>" },
  { SATCHEL_FORMAT_EMAIL, FALSE, "ana@example.ro,bob@example.ro" },
  { SATCHEL_FORMAT_PHONE, TRUE, "+40 (0)264 123-456 ext. 12" },
  { SATCHEL_FORMAT_PHONE, TRUE, "010-85868466" },
  { SATCHEL_FORMAT_PHONE, TRUE, "13*01395136" },
  { SATCHEL_FORMAT_PHONE, TRUE, "0264/123456 x12" },
  { SATCHEL_FORMAT_PHONE, TRUE, "112" },
  { SATCHEL_FORMAT_PHONE, FALSE, "call me" },
  { SATCHEL_FORMAT_PHONE, FALSE, "1-800-FLOWERS" },
  { SATCHEL_FORMAT_PHONE, FALSE, "+()- " },
  { SATCHEL_FORMAT_PHONE, FALSE, "123\n456" },
  { SATCHEL_FORMAT_URL, TRUE, "https://www.example.com/a%20b?c=d&e=f#g" },
  { SATCHEL_FORMAT_URL, TRUE, "HTTP://example.com:8080" },
  { SATCHEL_FORMAT_URL, TRUE, "https://localhost/" },
  { SATCHEL_FORMAT_URL, TRUE, "https://[::1]:8080/x" },
  { SATCHEL_FORMAT_URL, TRUE, "www.example.com" },
  { SATCHEL_FORMAT_URL, TRUE, "例子.中国/关于" },
  { SATCHEL_FORMAT_URL, TRUE, "example.com:8080/path" },
  { SATCHEL_FORMAT_URL, TRUE, "mailto:ana@example.ro" },
  { SATCHEL_FORMAT_URL, FALSE, "javascript:alert(1)" },
  { SATCHEL_FORMAT_URL, FALSE, "java.script:alert(1)" },
  { SATCHEL_FORMAT_URL, FALSE, "file:///etc/passwd" },
  { SATCHEL_FORMAT_URL, FALSE, "ftp://example.com" },
  { SATCHEL_FORMAT_URL, FALSE, "data:text/html,x" },
  { SATCHEL_FORMAT_URL, FALSE, "http://" },
  { SATCHEL_FORMAT_URL, FALSE, "https:///path" },
  { SATCHEL_FORMAT_URL, FALSE, "http://user:secret@example.com" },
  { SATCHEL_FORMAT_URL, FALSE, "http://exa mple.com" },
  { SATCHEL_FORMAT_URL, FALSE, "http://example.com/\"><script>" },
  { SATCHEL_FORMAT_URL, FALSE, "n/a" },
  { SATCHEL_FORMAT_URL, FALSE, "none" },
  { SATCHEL_FORMAT_TIMEZONE, TRUE, "Europe/Bucharest" },
  { SATCHEL_FORMAT_TIMEZONE, TRUE, "America/Argentina/Buenos_Aires" },
  { SATCHEL_FORMAT_TIMEZONE, TRUE, "UTC" },
  { SATCHEL_FORMAT_TIMEZONE, FALSE, "Europe/Nowhere" },
  { SATCHEL_FORMAT_TIMEZONE, FALSE, "Europe" },
  { SATCHEL_FORMAT_TIMEZONE, FALSE, "+02:00" },
  { SATCHEL_FORMAT_TIMEZONE, FALSE, "/etc/localtime" },
  { SATCHEL_FORMAT_TIMEZONE, FALSE, "Europe/../../../../etc/passwd" },
};

static void
test_cases (gconstpointer data)
{
  SatchelFormat format = GPOINTER_TO_INT (data);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    if (cases[i].format != format)
      continue;
    g_test_message ("case %u", i);
    g_assert_cmpint (satchel_format_holds (format, cases[i].text), ==, cases[i].holds);
  }
}

static void
test_clean (void)
{
  g_assert_true (satchel_text_is_clean ("Ștefan 王伟 👩‍👩‍👧", SATCHEL_LINES_ONE));
  g_assert_true (satchel_text_is_clean ("a\n\tb", SATCHEL_LINES_MANY));
  g_assert_false (satchel_text_is_clean ("a\nb", SATCHEL_LINES_ONE));
  g_assert_false (satchel_text_is_clean ("a\rb", SATCHEL_LINES_MANY));
  g_assert_false (satchel_text_is_clean ("a\x1b[31m", SATCHEL_LINES_MANY));
  g_assert_false (satchel_text_is_clean ("a\x7f", SATCHEL_LINES_MANY));
  g_assert_false (satchel_text_is_clean ("a\xc2\x85", SATCHEL_LINES_MANY)); /* NEL, a C1 control */
  g_assert_false (satchel_text_is_clean ("\xff", SATCHEL_LINES_MANY));
  g_assert_false (satchel_text_is_clean ("\xc0\x80", SATCHEL_LINES_MANY));
  g_assert_false (satchel_text_is_clean ("\xed\xa0\x80", SATCHEL_LINES_MANY));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/protocol/format/email", GINT_TO_POINTER (SATCHEL_FORMAT_EMAIL), test_cases);
  g_test_add_data_func ("/protocol/format/phone", GINT_TO_POINTER (SATCHEL_FORMAT_PHONE), test_cases);
  g_test_add_data_func ("/protocol/format/url", GINT_TO_POINTER (SATCHEL_FORMAT_URL), test_cases);
  g_test_add_data_func ("/protocol/format/timezone", GINT_TO_POINTER (SATCHEL_FORMAT_TIMEZONE), test_cases);
  g_test_add_func ("/protocol/format/clean", test_clean);
  return g_test_run ();
}
