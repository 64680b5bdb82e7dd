/* CSV as people have it: separators, line ends, quotes, encodings, and rows that are broken.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer/csv.h"

#include <string.h>

#include "client/transfer/encoding.h"
#include "protocol/error.h"
#include "tests/lib/chance.h"

/* All rows as text: cells joined by "|", rows by "/", with line numbers where @numbers; a broken row as
 * "!problem". */
static char *
read_all (const char *text, gboolean numbers)
{
  GString *all = g_string_new (NULL);
  SatchelCsvReader reader;

  satchel_csv_reader_init (&reader, text, strlen (text));
  for (;;) {
    g_auto (SatchelCsvRow) row = { 0 };

    if (!satchel_csv_reader_next (&reader, &row))
      return g_string_free (all, FALSE);
    if (all->len > 0)
      g_string_append_c (all, '/');
    if (numbers)
      g_string_append_printf (all, "%u:", row.line);
    if (row.problem != NULL)
      g_string_append_c (all, '!');
    for (guint i = 0; i < row.cells->len; i++)
      g_string_append_printf (all, "%s%s", i > 0 ? "|" : "", (const char *)row.cells->pdata[i]);
  }
}

static void
test_read (void)
{
  static const struct {
    const char *text;
    const char *rows;
  } CASES[] = {
    { "", "" },
    { "\n\r\n\n", "" },
    { "a", "1:a" },
    { "a,b\n1,2\n", "1:a|b/2:1|2" },
    { "a,b\r\n1,2", "1:a|b/2:1|2" },
    { "a,b\r1,2\r", "1:a|b/2:1|2" },
    { "a,b\n\n\n1,2\n", "1:a|b/4:1|2" },
    { "a,b\n1,\n,2\n,\n", "1:a|b/2:1|/3:|2/4:|" },
    { "a;b\n1,5;2\n", "1:a|b/2:1,5|2" },
    { "a\tb, c\n1\t2\n", "1:a|b, c/2:1|2" },
    { "sep=;\na;b\n", "2:a|b" },
    { "\"a\",\"b \"\"x\"\"\"\n", "1:a|b \"x\"" },
    { "a,b\n\"one\ntwo\",2\n3,4\n", "1:a|b/2:one\ntwo|2/4:3|4" },
    { "a,b\n\"one\r\ntwo\r\",2\n3,4\n", "1:a|b/2:one\r\ntwo\r|2/5:3|4" },
    { "a,b\n5\" pipe,\"\"\n", "1:a|b/2:5\" pipe|" },
    /* ragged rows are the importer's business */
    { "a,b\n1\n1,2,3\n", "1:a|b/2:1/3:1|2|3" },
    /* a stray quote costs its own line only */
    { "a,b\n1,\"open\n3,4\n", "1:a|b/2:!1,\"open/3:3|4" },
    { "a,b\n1,\"x\"y\n3,4\n", "1:a|b/2:!1,\"x\"y/3:3|4" },
    { "公司,城市\n海德机械,北京\n", "1:公司|城市/2:海德机械|北京" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autofree char *rows = read_all (CASES[i].text, TRUE);

    g_assert_cmpstr (rows, ==, CASES[i].rows);
  }
}

static void
test_write (void)
{
  const char *cells[] = { "plain", "a,b", "say \"hi\"", "two\nlines", NULL, "=1+1", " blank " };
  const char *nothing[] = { "" };
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *again = NULL;

  satchel_csv_append_row (out, cells, G_N_ELEMENTS (cells));
  g_assert_cmpstr (out->str, ==, "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,=1+1, blank \r\n");
  again = read_all (out->str, FALSE);
  g_assert_cmpstr (again, ==, "plain|a,b|say \"hi\"|two\nlines||=1+1| blank ");

  g_string_truncate (out, 0);
  satchel_csv_append_row (out, nothing, 1);
  g_assert_cmpstr (out->str, ==, "\"\"\r\n");
}

/* Whatever the cells, writing and reading gives them back. */
static void
test_round_trip (void)
{
  static const char *const PIECES[] = { "a", "\"", ",", ";", "\n", "\r\n", "é", "北", " ", "\t", "=" };

  for (int round = 0; round < 500; round++) {
    g_autoptr (GString) out = g_string_new (NULL);
    g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
    g_auto (SatchelCsvRow) row = { 0 };
    SatchelCsvReader reader;

    for (int n = g_test_rand_int_range (1, 6); n > 0; n--) {
      g_autoptr (GString) cell = g_string_new (NULL);

      for (int pieces = g_test_rand_int_range (0, 5); pieces > 0; pieces--)
        g_string_append (cell, PIECES[g_test_rand_int_range (0, G_N_ELEMENTS (PIECES))]);
      g_ptr_array_add (cells, g_strdup (cell->str));
    }
    satchel_csv_append_row (out, (const char *const *)cells->pdata, cells->len);
    reader = (SatchelCsvReader){ out->str, out->str + out->len, 1, ',' };
    g_assert_true (satchel_csv_reader_next (&reader, &row));
    g_assert_null (row.problem);
    g_assert_cmpuint (row.cells->len, ==, cells->len);
    for (guint i = 0; i < cells->len; i++)
      g_assert_cmpstr (row.cells->pdata[i], ==, cells->pdata[i]);
    g_assert_true (reader.next == reader.end);
  }
}

static void
test_encoding (void)
{
  static const struct {
    const char *bytes;
    gsize size;
    const char *text; /* NULL: refused */
    SatchelEncoding encoding;
  } CASES[] = {
    { "a\xc4\x83", 3, "aă", SATCHEL_ENCODING_UTF8 },
    { "\xef\xbb\xbf"
      "a",
      4, "a", SATCHEL_ENCODING_UTF8 },
    { "\xef\xbb\xbf\xff", 4, NULL, 0 },
    { "\xff\xfe\x17\x53,\x00", 6, "北,", SATCHEL_ENCODING_UTF16 },
    { "\xfe\xff\x53\x17\x00,", 6, "北,", SATCHEL_ENCODING_UTF16 },
    { "a\0b\0,\0\x03\x01", 8, "ab,ă", SATCHEL_ENCODING_UTF16 },
    { "\0a\0b", 4, "ab", SATCHEL_ENCODING_UTF16 },
    { "Caf\xe9 \x80", 6, "Café €", SATCHEL_ENCODING_WINDOWS_1252 },
    { "abc\0def\0\0", 9, NULL, 0 },
    { "\xff\xfe\x00\xd8", 4, NULL, 0 }, /* half a surrogate pair */
    { "", 0, "", SATCHEL_ENCODING_UTF8 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autoptr (GError) error = NULL;
    SatchelEncoding encoding = SATCHEL_ENCODING_UTF8;
    g_autofree char *text = satchel_text_decode (CASES[i].bytes, CASES[i].size, &encoding, &error);

    g_assert_cmpstr (text, ==, CASES[i].text);
    if (CASES[i].text == NULL) {
      g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    } else {
      g_assert_no_error (error);
      g_assert_cmpint (encoding, ==, CASES[i].encoding);
    }
  }
}

int
main (int argc, char **argv)
{
  test_fix_chance (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/csv/read", test_read);
  g_test_add_func ("/client/csv/write", test_write);
  g_test_add_func ("/client/csv/round-trip", test_round_trip);
  g_test_add_func ("/client/encoding/decode", test_encoding);
  return g_test_run ();
}
