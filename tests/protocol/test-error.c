/* The table of errors is complete and its names are unique.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"

#include <gio/gio.h>

static void
test_table (void)
{
  for (guint code = 0; code < SATCHEL_ERROR_N_CODES; code++) {
    SatchelErrorCode found;

    g_assert_nonnull (satchel_error_name (code));
    g_assert_true (satchel_error_from_name (satchel_error_name (code), &found));
    g_assert_cmpint (found, ==, code); /* an earlier code of that name would have been found instead */
    g_assert_true (g_str_has_suffix (satchel_error_sentence (code), "."));
    g_assert_cmpuint (satchel_error_http_status (code), >=, 400);
    g_assert_cmpuint (satchel_error_http_status (code), <, 600);
  }
}

static void
test_unknown_name (void)
{
  SatchelErrorCode code = SATCHEL_ERROR_BUSY;

  g_assert_false (satchel_error_from_name ("no-such-code", &code));
  g_assert_false (satchel_error_from_name ("", &code));
  g_assert_false (satchel_error_from_name (NULL, &code));
  g_assert_cmpint (code, ==, SATCHEL_ERROR_BUSY);
}

static void
test_other_domains (void)
{
  static const struct {
    int io_code;
    SatchelErrorCode code;
  } cases[] = {
    { G_IO_ERROR_NO_SPACE, SATCHEL_ERROR_STORAGE },
    { G_IO_ERROR_FAILED, SATCHEL_ERROR_STORAGE },
    { G_IO_ERROR_CONNECTION_REFUSED, SATCHEL_ERROR_UNREACHABLE },
    { G_IO_ERROR_BROKEN_PIPE, SATCHEL_ERROR_UNREACHABLE },
    { G_IO_ERROR_TIMED_OUT, SATCHEL_ERROR_UNREACHABLE },
    { G_IO_ERROR_CANCELLED, SATCHEL_ERROR_CANCELLED },
    { G_IO_ERROR_NOT_FOUND, SATCHEL_ERROR_NOT_FOUND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = g_error_new (G_IO_ERROR, cases[i].io_code, "x");

    g_assert_cmpint (satchel_error_code (error), ==, cases[i].code);
  }
  {
    g_autoptr (GError) full = g_error_new (G_FILE_ERROR, G_FILE_ERROR_NOSPC, "x");
    g_autoptr (GError) own = g_error_new (SATCHEL_ERROR, SATCHEL_ERROR_GAP, "x");

    g_assert_cmpint (satchel_error_code (full), ==, SATCHEL_ERROR_STORAGE);
    g_assert_cmpint (satchel_error_code (own), ==, SATCHEL_ERROR_GAP);
  }
}

/* A full disk ends an import, a wrong row does not. */
static void
test_general (void)
{
  g_autoptr (GError) full = g_error_new (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "x");
  g_autoptr (GError) left = g_error_new (SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED, "x");
  g_autoptr (GError) wrong = g_error_new (SATCHEL_ERROR, SATCHEL_ERROR_RULE, "x");
  g_autoptr (GError) refused = g_error_new (SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN, "x");

  g_assert_true (satchel_error_is_general (full));
  g_assert_true (satchel_error_is_general (left));
  g_assert_false (satchel_error_is_general (wrong));
  g_assert_false (satchel_error_is_general (refused));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/error/table", test_table);
  g_test_add_func ("/protocol/error/unknown-name", test_unknown_name);
  g_test_add_func ("/protocol/error/other-domains", test_other_domains);
  g_test_add_func ("/protocol/error/general", test_general);
  return g_test_run ();
}
