/* JSON documents from the network: strict, exact, bounded.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/wire/json.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"

static void
test_round_trip (void)
{
  static const char *const documents[] = {
    "null",
    "true",
    "0",
    "[]",
    "{}",
    "[9223372036854775807,-9223372036854775808]",
    "{\"a\":[1,\"b\",null,false],\"c\":{\"d\":\"\"}}",
    "[\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\"]",
    "[\"Ștefan 王伟 😀\"]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (documents); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = satchel_json_parse (documents[i], strlen (documents[i]), &error);
    g_autofree char *text = NULL;

    g_assert_no_error (error);
    text = satchel_json_print (node);
    g_assert_cmpstr (text, ==, documents[i]);
  }
}

/* Every character prints to something that parses to it again. */
static void
test_print_escapes (void)
{
  for (gunichar c = 1; c < 0x11000; c++) {
    char bytes[7] = "";
    g_autoptr (JsonNode) node = NULL, again = NULL;
    g_autofree char *text = NULL;

    if (c >= 0xd800 && c <= 0xdfff)
      continue;
    g_unichar_to_utf8 (c, bytes);
    node = json_node_init_string (json_node_alloc (), bytes);
    text = satchel_json_print (node);
    again = satchel_json_parse (text, strlen (text), NULL);
    g_assert_nonnull (again);
    g_assert_cmpstr (json_node_get_string (again), ==, bytes);
  }
}

static void
test_numbers (void)
{
  static const char document[] = " [ 1.5 , -0.25e1, 2E+2 ,-0, 1e300]\n";
  g_autoptr (JsonNode) node = satchel_json_parse (document, strlen (document), NULL);
  JsonArray *array;

  g_assert_nonnull (node);
  array = json_node_get_array (node);
  g_assert_cmpfloat (json_array_get_double_element (array, 0), ==, 1.5);
  g_assert_cmpfloat (json_array_get_double_element (array, 1), ==, -2.5);
  g_assert_cmpfloat (json_array_get_double_element (array, 2), ==, 200);
  g_assert_cmpint (json_array_get_int_element (array, 3), ==, 0);
}

static void
test_refused (void)
{
  static const char *const bad[] = {
    "",
    " ",
    "nul",
    "nulll",
    "True",
    "NaN",
    "Infinity",
    "-",
    "01",
    "1.",
    ".5",
    "1e",
    "1e+",
    "1e999",
    "9223372036854775808",
    "-9223372036854775809",
    "[1,]",
    "[,]",
    "[1 2]",
    "[1",
    "]",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{a:1}",
    "{1:1}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "{} {}",
    "[] x",
    "// comment\n1",
    "[1/**/]",
    "'a'",
    "\"a",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\xff\"",
    "\xef\xbb\xbf{}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("case %u", i);
    g_assert_null (satchel_json_parse (bad[i], strlen (bad[i]), &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (satchel_json_parse ("[1]\0", 4, &error));
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
  }
}

static void
test_depth (void)
{
  for (guint depth = SATCHEL_MAX_JSON_DEPTH; depth <= SATCHEL_MAX_JSON_DEPTH + 1; depth++) {
    g_autofree char *open = g_strnfill (depth, '['), *close = g_strnfill (depth, ']');
    g_autofree char *text = g_strconcat (open, close, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = satchel_json_parse (text, strlen (text), &error);

    g_assert_cmpint (node != NULL, ==, depth <= SATCHEL_MAX_JSON_DEPTH);
    if (depth <= SATCHEL_MAX_JSON_DEPTH)
      g_assert_no_error (error);
    else
      g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
  }
}

static void
test_size (void)
{
  g_autofree char *many = g_strnfill (2 * SATCHEL_MAX_JSON_NODES + 4, ' ');
  g_autofree char *large = g_strnfill (SATCHEL_MAX_DECODED_BYTES + 1, ' ');
  g_autoptr (GError) too_many = NULL, too_large = NULL;

  many[0] = '[';
  for (gsize i = 1; i < 2 * SATCHEL_MAX_JSON_NODES; i += 2)
    memcpy (many + i, "1,", 2);
  memcpy (many + 2 * SATCHEL_MAX_JSON_NODES + 1, "1]", 2);
  g_assert_null (satchel_json_parse (many, strlen (many), &too_many));
  g_assert_error (too_many, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);

  memcpy (large, "[]", 2);
  g_assert_null (satchel_json_parse (large, strlen (large), &too_large));
  g_assert_error (too_large, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/json/round-trip", test_round_trip);
  g_test_add_func ("/protocol/json/print-escapes", test_print_escapes);
  g_test_add_func ("/protocol/json/numbers", test_numbers);
  g_test_add_func ("/protocol/json/refused", test_refused);
  g_test_add_func ("/protocol/json/depth", test_depth);
  g_test_add_func ("/protocol/json/size", test_size);
  return g_test_run ();
}
