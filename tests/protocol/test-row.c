/* Rows from the network: what is right comes out exactly, all else is refused, and nothing is read past the
 * end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/row.h"

#include <string.h>

#include "protocol/error.h"

/* Parses a copy that ends exactly where the line ends, so that a sanitizer sees a byte too far. */
static gboolean
parse (const char *line, gsize length, SatchelCell *cells, guint n_cells, char **kept)
{
  g_autofree char *copy = g_memdup2 (line, MAX (length, 1));
  g_autoptr (GError) error = NULL;
  gboolean good = satchel_row_parse (copy, length, cells, n_cells, &error);

  if (!good)
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  if (kept != NULL)
    *kept = g_steal_pointer (&copy);
  return good;
}

static void
test_cells (void)
{
  static const char line[] = " [ \"0192\" , -42,null,\"\" ,9223372036854775807,-9223372036854775808, 0 ]\r\n";
  g_autofree char *kept = NULL;
  SatchelCell cells[7];

  g_assert_true (parse (line, strlen (line), cells, 7, &kept));
  g_assert_cmpint (cells[0].kind, ==, SATCHEL_CELL_TEXT);
  g_assert_cmpstr (cells[0].text, ==, "0192");
  g_assert_cmpuint (cells[0].length, ==, 4);
  g_assert_cmpint (cells[1].kind, ==, SATCHEL_CELL_INTEGER);
  g_assert_cmpint (cells[1].integer, ==, -42);
  g_assert_cmpint (cells[2].kind, ==, SATCHEL_CELL_NULL);
  g_assert_cmpuint (cells[3].length, ==, 0);
  g_assert_cmpint (cells[4].integer, ==, G_MAXINT64);
  g_assert_cmpint (cells[5].integer, ==, G_MININT64);
  g_assert_cmpint (cells[6].integer, ==, 0);
}

static void
test_no_cells (void)
{
  SatchelCell cells[1];

  g_assert_true (parse ("[ ]", 3, cells, 0, NULL));
  g_assert_false (parse ("[1]", 3, cells, 0, NULL));
  g_assert_false (parse ("[]", 2, cells, 1, NULL));
}

static void
test_escapes (void)
{
  static const struct {
    const char *json, *text;
  } cases[] = {
    { "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "\"\\/\b\f\n\r\t" },
    { "[\"a\\u0041\\u00e9\\u4E2d\"]", "aAé中" },
    { "[\"\\ud83d\\uDE00 tail long enough for whole words\"]", "😀 tail long enough for whole words" },
    { "[\"0123456\\n89abcdef\\n\"]", "0123456\n89abcdef\n" },
    { "[\"北京机械有限公司\"]", "北京机械有限公司" },
    { "[\"\x7f\"]", "\x7f" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *kept = NULL;
    SatchelCell cell;

    g_assert_true (parse (cases[i].json, strlen (cases[i].json), &cell, 1, &kept));
    g_assert_cmpstr (cell.text, ==, cases[i].text);
    g_assert_cmpuint (cell.length, ==, strlen (cases[i].text));
  }
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "",
    "[",
    "1",
    "{\"a\":1}",
    "[1]",     /* too few */
    "[1,2,3]", /* too many */
    "[1,2,]",
    "[,1]",
    "[1 2]",
    "[1,2]]",
    "[1,2] x",
    "[1,[2]]",
    "[1,{}]",
    "[1,true]",
    "[1,nul]",
    "[1,nulls]",
    "[1,01]",
    "[1,-]",
    "[1,+2]",
    "[1,2.0]",
    "[1,2e1]",
    "[1,0x2]",
    "[1,NaN]",
    "[1,9223372036854775808]",
    "[1,-9223372036854775809]",
    "[1,99999999999999999999999]",
    "[1,'a']",
    "[1,\"a]",
    "[1,\"a\\\"]",
    "[1,\"\\x41\"]",
    "[1,\"\\u12g4\"]",
    "[1,\"\\u12\"]",
    "[1,\"\\u0000\"]",
    "[1,\"\\ud83d\"]", /* lone surrogates */
    "[1,\"\\ud83dx\"]",
    "[1,\"\\ud83d\\ud83d\"]",
    "[1,\"\\ud83d\\n\"]",
    "[1,\"\\ud83d\\u0041\"]",
    "[1,\"\\ude00\\ud83d\"]",
    "[1,\"tab\there\"]",
    "[1,\"line\nhere and some more text\"]",
    "[1,\"\xff\"]",
    "[1,\"\xc0\xaf\"]",         /* overlong */
    "[1,\"\xed\xa0\xbd\"]",     /* a surrogate in UTF-8 */
    "[1,\"\xf4\x90\x80\x80\"]", /* beyond Unicode */
    "[1,\"\xe4\xb8\"]",         /* cut */
    "[1,\"a\"/* comment */]",
    "\xef\xbb\xbf[1,2]",
  };
  SatchelCell cells[4];

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_test_message ("case %u", i);
    g_assert_false (parse (bad[i], strlen (bad[i]), cells, 2, NULL));
  }
  g_assert_false (parse ("[1,\"a\0b\"]", 9, cells, 2, NULL));
}

/* Each control character at each place of a text that is read by words of eight bytes. */
static void
test_control_characters (void)
{
  for (guint c = 1; c < 0x20; c++) {
    for (guint at = 0; at < 20; at++) {
      char line[] = "[\"abcdefghijklmnopqrst\"]";
      SatchelCell cell;

      g_assert_true (parse (line, strlen (line), &cell, 1, NULL));
      line[2 + at] = c;
      g_assert_false (parse (line, strlen (line), &cell, 1, NULL));
    }
  }
}

static void
test_truncated (void)
{
  static const char line[] = "[\"0192a3b4-c5d6\",123456,null,\"a\\u00e9\\ud83d\\ude00\\n\",\"北京\",-1]";
  SatchelCell cells[6];

  g_assert_true (parse (line, strlen (line), cells, 6, NULL));
  for (gsize length = 0; length < strlen (line); length++)
    g_assert_false (parse (line, length, cells, 6, NULL));
}

/* Any byte anywhere: accepted or refused, never a crash, and what is accepted is UTF-8. */
static void
test_flipped (void)
{
  static const char line[] = "[\"abc\\u00e9\\ud83d\\ude00 defghijkl\",123456,null,\"北京 and more\"]";

  for (gsize at = 0; at < strlen (line); at++) {
    for (guint byte = 0; byte < 256; byte++) {
      g_autofree char *bent = g_strdup (line), *kept = NULL;
      SatchelCell cells[4];

      bent[at] = byte;
      if (!parse (bent, strlen (line), cells, 4, &kept))
        continue;
      for (guint i = 0; i < 4; i++) {
        if (cells[i].kind == SATCHEL_CELL_TEXT)
          g_assert_true (g_utf8_validate_len (cells[i].text, cells[i].length, NULL));
      }
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/row/cells", test_cells);
  g_test_add_func ("/protocol/row/no-cells", test_no_cells);
  g_test_add_func ("/protocol/row/escapes", test_escapes);
  g_test_add_func ("/protocol/row/refused", test_refused);
  g_test_add_func ("/protocol/row/control-characters", test_control_characters);
  g_test_add_func ("/protocol/row/truncated", test_truncated);
  g_test_add_func ("/protocol/row/flipped", test_flipped);
  return g_test_run ();
}
