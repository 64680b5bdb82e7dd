/* Values of all types in all their forms: what goes out comes back equal, what is not the form is refused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/value.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/json.h"

#define ID   "0192a3b4-c5d6-7000-8000-000000000001"
#define ID2  "0192a3b4-c5d6-7000-8000-000000000002"
#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const SatchelChoice choices[] = {
  { "open", "Open" },
  { "in_progress", "In progress" },
  { "won", "Won, at last" },
};
static const char *const one_target[] = { "account", NULL };
static const char *const two_targets[] = { "user", "team", NULL };
static const char *const party_targets[] = { "contact", "user", NULL };

#define CHOICES .choices = choices, .n_choices = G_N_ELEMENTS (choices)
#define FIELD(field_type, ...)                                                                               \
  {                                                                                                          \
    .name = "f", .label = "Label", .type = SATCHEL_TYPE_##field_type, __VA_ARGS__                            \
  }

enum {
  STRING,
  SHORT,
  TEXT,
  EMAIL,
  YEAR,
  INTEGER,
  COUNT,
  DECIMAL,
  MONEY,
  BOOLEAN,
  DATE,
  DATETIME,
  DURATION,
  CHOICE,
  MULTICHOICE,
  TAGS,
  LOOKUP,
  OWNER,
  PARTIES,
  FILE_FIELD,
};

static const SatchelField fields[] = {
  [STRING] = FIELD (STRING, .max_chars = 100),
  [SHORT] = FIELD (STRING, .max_chars = 4),
  [TEXT] = FIELD (TEXT),
  [EMAIL] = FIELD (STRING, .format = SATCHEL_FORMAT_EMAIL),
  [YEAR] = FIELD (INTEGER, .format = SATCHEL_FORMAT_YEAR),
  [INTEGER] = FIELD (INTEGER),
  [COUNT] = FIELD (INTEGER, .has_minimum = TRUE, .has_maximum = TRUE, .maximum = 10),
  [DECIMAL] = FIELD (DECIMAL, .scale = 4),
  [MONEY] = FIELD (MONEY, .scale = 2, .has_minimum = TRUE, .minimum = -50),
  [BOOLEAN] = FIELD (BOOLEAN),
  [DATE] = FIELD (DATE),
  [DATETIME] = FIELD (DATETIME),
  [DURATION] = FIELD (DURATION),
  [CHOICE] = FIELD (CHOICE, CHOICES),
  [MULTICHOICE] = FIELD (MULTICHOICE, CHOICES),
  [TAGS] = FIELD (MULTICHOICE, CHOICES, .open = TRUE),
  [LOOKUP] = FIELD (LOOKUP, .targets = one_target, .n_targets = 1),
  [OWNER] = FIELD (LOOKUP, .targets = two_targets, .n_targets = 2),
  [PARTIES] = FIELD (PARTIES, .targets = party_targets, .n_targets = 2),
  [FILE_FIELD] = FIELD (FILE),
};

#define PARTIES_STORED                                                                                       \
  "[{\"role\":\"from\",\"address\":\"ana@example.ro\",\"name\":\"Ana \\\"Anca\\\" Pop\"},"                   \
  "{\"role\":\"to\",\"entity\":\"contact\",\"id\":\"" ID "\",\"address\":\"王@例子.中国\"},"            \
  "{\"role\":\"to\",\"entity\":\"user\",\"id\":\"" ID2 "\"}]"
#define FILE_STORED                                                                                          \
  "{\"hash\":\"" HASH "\",\"name\":\"Offer "                                                                 \
                      "1.pdf\",\"media_type\":\"application/pdf\",\"size_bytes\":123456}"

/* What is typed; then the canonical text, the JSON for scripts, and the wire form of the same value. */
static const struct {
  guint field;
  const char *typed;
  const char *text, *json, *wire;
} forms[] = {
  { STRING, "", "", "null", "null" },
  { STRING, "   ", "", "null", "null" },
  { STRING, "Acme \"王伟\" \\ Söhne", "Acme \"王伟\" \\ Söhne", "\"Acme \\\"王伟\\\" \\\\ Söhne\"",
    "\"Acme \\\"王伟\\\" \\\\ Söhne\"" },
  { STRING, " kept as typed ", " kept as typed ", "\" kept as typed \"", "\" kept as typed \"" },
  { SHORT, "王伟王伟", "王伟王伟", "\"王伟王伟\"", "\"王伟王伟\"" },
  { TEXT, "a\r\nb\rc\n\td", "a\nb\nc\n\td", "\"a\\nb\\nc\\n\\td\"", "\"a\\nb\\nc\\n\\td\"" },
  { EMAIL, "ana@example.ro", "ana@example.ro", "\"ana@example.ro\"", "\"ana@example.ro\"" },
  { YEAR, "2016", "2016", "2016", "2016" },
  { INTEGER, " -9223372036854775808 ", "-9223372036854775808", "-9223372036854775808",
    "-9223372036854775808" },
  { INTEGER, "+12", "12", "12", "12" },
  { COUNT, "10", "10", "10", "10" },
  { DECIMAL, "1.5", "1.5", "\"1.5\"", "15000" },
  { DECIMAL, "-0.00010", "-0.0001", "\"-0.0001\"", "-1" },
  { DECIMAL, "0.0", "0", "\"0\"", "0" },
  { MONEY, "1100.04", "1100.04", "\"1100.04\"", "110004" },
  { MONEY, "-0.50", "-0.5", "\"-0.5\"", "-50" },
  { BOOLEAN, "Yes", "yes", "true", "1" },
  { BOOLEAN, "0", "no", "false", "0" },
  { DATE, " 2016-10-20 ", "2016-10-20", "\"2016-10-20\"", "\"2016-10-20\"" },
  { DATETIME, "2016-10-20T10:30:00+02:00", "2016-10-20T08:30:00Z", "\"2016-10-20T08:30:00Z\"",
    "1476952200000" },
  { DATETIME, "1969-12-31 23:59:59.5", "1969-12-31T23:59:59.500Z", "\"1969-12-31T23:59:59.500Z\"", "-500" },
  { DURATION, "90m", "1h30m", "5400", "5400" },
  { DURATION, "1H 5s", "1h5s", "3605", "3605" },
  { DURATION, "3600", "1h", "3600", "3600" },
  { DURATION, "0", "0s", "0", "0" },
  { CHOICE, "in_progress", "in_progress", "\"in_progress\"", "\"in_progress\"" },
  { CHOICE, " in PROGRESS ", "in_progress", "\"in_progress\"", "\"in_progress\"" },
  { CHOICE, "won, at last", "won", "\"won\"", "\"won\"" },
  { MULTICHOICE, "won, Open,won, ", "open, won", "[\"open\",\"won\"]", "\"|open|won|\"" },
  { MULTICHOICE, " , ", "", "null", "null" },
  { TAGS, "vip, 重要, Open", "open, vip, 重要", "[\"open\",\"vip\",\"重要\"]", "\"|open|vip|重要|\"" },
  { LOOKUP, ID, ID, "{\"entity\":\"account\",\"id\":\"" ID "\",\"name\":null}", "\"" ID "\"" },
  { LOOKUP, "account:" ID, ID, "{\"entity\":\"account\",\"id\":\"" ID "\",\"name\":null}", "\"" ID "\"" },
  { LOOKUP, "0192A3B4-C5D6-7000-8000-000000000001", ID,
    "{\"entity\":\"account\",\"id\":\"" ID "\",\"name\":null}", "\"" ID "\"" },
  { OWNER, "team:" ID, "team:" ID, "{\"entity\":\"team\",\"id\":\"" ID "\",\"name\":null}",
    "\"team:" ID "\"" },
  { OWNER, ID, "user:" ID, "{\"entity\":\"user\",\"id\":\"" ID "\",\"name\":null}", "\"user:" ID "\"" },
  { PARTIES, PARTIES_STORED, PARTIES_STORED, PARTIES_STORED, NULL },
  { FILE_FIELD, FILE_STORED, FILE_STORED, FILE_STORED, NULL },
};

static SatchelValue *
from_text (const SatchelField *field, const char *text)
{
  g_autoptr (GError) error = NULL;
  SatchelValue *value;
  gboolean good = satchel_value_from_text (field, text, &value, &error);

  g_assert_no_error (error);
  g_assert_true (good);
  return value;
}

static void
assert_stored_round_trip (const SatchelField *field, const SatchelValue *value)
{
  g_autoptr (SatchelValue) again = NULL;

  if (satchel_type_is_stored_integer (field->type)) {
    again = satchel_value_from_stored_integer (field, satchel_value_to_stored_integer (field, value));
  } else {
    g_autofree char *stored = satchel_value_to_stored_text (field, value);

    g_assert_true (satchel_value_from_stored_text (field, stored, &again, NULL));
  }
  g_assert_true (satchel_value_equal (again, value));
  g_assert_cmpint (satchel_value_compare (field, again, value), ==, 0);
}

static void
test_forms (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    const SatchelField *field = &fields[forms[i].field];
    g_autoptr (SatchelValue) value = from_text (field, forms[i].typed), again = NULL, from_wire = NULL;
    g_autofree char *text = satchel_value_to_text (field, value);
    g_autoptr (JsonNode) json = satchel_value_to_json (field, value, NULL), wire = NULL;
    g_autofree char *json_text = satchel_json_print (json), *wire_text = NULL;

    g_assert_cmpstr (text, ==, forms[i].text);
    g_assert_cmpstr (json_text, ==, forms[i].json);
    again = from_text (field, text);
    g_assert_true (satchel_value_equal (value, again));

    wire = satchel_value_to_wire (field, value);
    wire_text = satchel_json_print (wire);
    if (forms[i].wire != NULL)
      g_assert_cmpstr (wire_text, ==, forms[i].wire);
    g_assert_true (satchel_value_from_wire (field, wire, &from_wire, NULL));
    g_assert_true (satchel_value_equal (value, from_wire));
    if (value != NULL)
      assert_stored_round_trip (field, value);
  }
}

static void
test_text_refused (void)
{
  static const struct {
    guint field;
    const char *text;
    SatchelErrorCode code;
  } cases[] = {
    { STRING, "two\nlines", SATCHEL_ERROR_RULE },
    { STRING, "\x1b[2J", SATCHEL_ERROR_RULE },
    { STRING, "\xff", SATCHEL_ERROR_INVALID },
    { SHORT, "12345", SATCHEL_ERROR_RULE },
    { TEXT, "bell\a", SATCHEL_ERROR_RULE },
    { EMAIL, "nobody", SATCHEL_ERROR_RULE },
    { YEAR, "0", SATCHEL_ERROR_RULE },
    { YEAR, "10000", SATCHEL_ERROR_RULE },
    { INTEGER, "1.5", SATCHEL_ERROR_INVALID },
    { INTEGER, "12 000", SATCHEL_ERROR_INVALID },
    { INTEGER, "9223372036854775808", SATCHEL_ERROR_INVALID },
    { INTEGER, "+-5", SATCHEL_ERROR_INVALID },
    { COUNT, "11", SATCHEL_ERROR_RULE },
    { COUNT, "-1", SATCHEL_ERROR_RULE },
    { DECIMAL, "1.00001", SATCHEL_ERROR_INVALID },
    { DECIMAL, "999999999999999", SATCHEL_ERROR_INVALID },
    { MONEY, "1,234.50", SATCHEL_ERROR_INVALID },
    { MONEY, "12,50", SATCHEL_ERROR_INVALID },
    { MONEY, "€12", SATCHEL_ERROR_INVALID },
    { MONEY, "-0.51", SATCHEL_ERROR_RULE },
    { BOOLEAN, "maybe", SATCHEL_ERROR_INVALID },
    { DATE, "20.10.2016", SATCHEL_ERROR_INVALID },
    { DATE, "2016-02-30", SATCHEL_ERROR_INVALID },
    { DATETIME, "soon", SATCHEL_ERROR_INVALID },
    { DURATION, "1m1h", SATCHEL_ERROR_INVALID },
    { DURATION, "1h1h", SATCHEL_ERROR_INVALID },
    { DURATION, "1h30", SATCHEL_ERROR_INVALID },
    { DURATION, "h", SATCHEL_ERROR_INVALID },
    { DURATION, "-", SATCHEL_ERROR_INVALID },
    { DURATION, "1.5h", SATCHEL_ERROR_INVALID },
    { DURATION, "99999999999h", SATCHEL_ERROR_INVALID },
    { DURATION, "9999999h", SATCHEL_ERROR_RULE },
    { DURATION, "-1h", SATCHEL_ERROR_RULE },
    { CHOICE, "lost", SATCHEL_ERROR_RULE },
    { MULTICHOICE, "open, lost", SATCHEL_ERROR_RULE },
    { TAGS, "a|b", SATCHEL_ERROR_RULE },
    { LOOKUP, "Acme", SATCHEL_ERROR_RULE },
    { LOOKUP, "contact:" ID, SATCHEL_ERROR_RULE },
    { OWNER, "account:" ID, SATCHEL_ERROR_RULE },
    { OWNER, ":" ID, SATCHEL_ERROR_RULE },
    { PARTIES, "ana@example.ro", SATCHEL_ERROR_INVALID },
    { PARTIES, "[{}]", SATCHEL_ERROR_RULE },
    { PARTIES, "[{\"role\":\"to\"}]", SATCHEL_ERROR_RULE },
    { PARTIES, "[{\"role\":\"to\",\"entity\":\"contact\",\"address\":\"x\"}]", SATCHEL_ERROR_RULE },
    { PARTIES, "[{\"role\":\"to\",\"entity\":\"lead\",\"id\":\"" ID "\"}]", SATCHEL_ERROR_RULE },
    { PARTIES, "[{\"role\":\"To you\",\"address\":\"x\"}]", SATCHEL_ERROR_RULE },
    { PARTIES, "[{\"role\":[],\"address\":{}}]", SATCHEL_ERROR_RULE },
    { FILE_FIELD, "{}", SATCHEL_ERROR_RULE },
    { FILE_FIELD, "{\"hash\":\"" HASH "\",\"name\":\"a/b\",\"media_type\":\"a/b\",\"size_bytes\":1}",
      SATCHEL_ERROR_RULE },
    { FILE_FIELD, "{\"hash\":\"" HASH "\",\"name\":\"..\",\"media_type\":\"a/b\",\"size_bytes\":1}",
      SATCHEL_ERROR_RULE },
    { FILE_FIELD, "{\"hash\":\"" HASH "\",\"name\":\"a\",\"media_type\":\"a/b\",\"size_bytes\":[]}",
      SATCHEL_ERROR_RULE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    SatchelValue *value;

    g_test_message ("case %u", i);
    g_assert_false (satchel_value_from_text (&fields[cases[i].field], cases[i].text, &value, &error));
    g_assert_error (error, SATCHEL_ERROR, (int)cases[i].code);
    g_assert_null (value);
    g_assert_nonnull (strstr (error->message, "“Label”"));
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  }
}

static void
test_wire_refused (void)
{
  static const struct {
    guint field;
    const char *wire;
  } cases[] = {
    { STRING, "\"\"" },
    { STRING, "1" },
    { STRING, "true" },
    { STRING, "[]" },
    { STRING, "{}" },
    { STRING, "\" \"" },
    { STRING, "\"a\\nb\"" },
    { INTEGER, "\"1\"" },
    { INTEGER, "1.0" },
    { MONEY, "\"1.00\"" },
    { MONEY, "1000000000000000000" },
    { MONEY, "-9223372036854775808" },
    { BOOLEAN, "true" },
    { BOOLEAN, "2" },
    { BOOLEAN, "-1" },
    { DATE, "\"2016-02-30\"" },
    { DATE, "20161020" },
    { DATETIME, "\"2016-10-20\"" },
    { DATETIME, "9223372036854775807" },
    { DATETIME, "-9223372036854775808" },
    { CHOICE, "\"Open\"" },
    { MULTICHOICE, "\"open\"" },
    { MULTICHOICE, "\"||\"" },
    { MULTICHOICE, "\"|won|open|\"" },
    { MULTICHOICE, "\"|open|open|\"" },
    { MULTICHOICE, "\"|open||won|\"" },
    { MULTICHOICE, "\"|open\"" },
    { LOOKUP, "\"account:" ID "\"" },
    { LOOKUP, "\"0192A3B4-C5D6-7000-8000-000000000001\"" },
    { OWNER, "\"" ID "\"" },
    { OWNER, "\"account:" ID "\"" },
    { OWNER, "\":\"" },
    { PARTIES, "\"[]\"" },
    { PARTIES, "[]" },
    { PARTIES, "\"[ {\\\"role\\\":\\\"to\\\",\\\"address\\\":\\\"x\\\"}]\"" },
    { PARTIES, "\"[{\\\"address\\\":\\\"x\\\",\\\"role\\\":\\\"to\\\"}]\"" },
    { PARTIES, "\"[{\\\"role\\\":\\\"to\\\",\\\"address\\\":\\\"x\\\",\\\"y\\\":1}]\"" },
    { FILE_FIELD, "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonNode) node = satchel_json_parse (cases[i].wire, strlen (cases[i].wire), NULL);
    g_autoptr (GError) error = NULL;
    SatchelValue *value;

    g_test_message ("case %u", i);
    g_assert_nonnull (node);
    g_assert_false (satchel_value_from_wire (&fields[cases[i].field], node, &value, &error));
    g_assert_true (error->domain == SATCHEL_ERROR);
    g_assert_null (value);
  }
}

/* A party list is a set: sorted, one entry a party, the first of two kept. */
static void
test_sets (void)
{
  static const SatchelParty given[] = {
    { "to", NULL, NULL, "b@example.ro", "B" },
    { "to", "contact", ID, NULL, NULL },
    { "from", NULL, NULL, "a@example.ro", NULL },
    { "to", NULL, NULL, "b@example.ro", "again" },
  };
  static const char *const keys[] = { "b", "", "a", "b", NULL }, *const none[] = { "", NULL };
  g_autoptr (SatchelValue) parties = satchel_value_new_parties (given, G_N_ELEMENTS (given));
  g_autoptr (SatchelValue) set = satchel_value_new_keys (keys);
  const SatchelParty *sorted;
  guint n;

  sorted = satchel_value_get_parties (parties, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpstr (sorted[0].address, ==, "a@example.ro");
  g_assert_cmpstr (sorted[1].name, ==, "B");
  g_assert_cmpstr (sorted[2].id, ==, ID);
  g_assert_cmpuint (g_strv_length ((char **)satchel_value_get_keys (set)), ==, 2);
  g_assert_null (satchel_value_new_keys (none));
  g_assert_null (satchel_value_new_parties (given, 0));
  g_assert_null (satchel_value_new_string (""));
}

static void
test_order (void)
{
  static const struct {
    guint field;
    const char *ascending[4];
  } cases[] = {
    { STRING, { "", "A", "a", "王" } },
    { INTEGER, { "", "-10", "9", "10" } },
    { MONEY, { "", "-0.5", "9.99", "10" } },
    { BOOLEAN, { "", "", "no", "yes" } },
    { DATE, { "", "1999-12-31", "2016-01-02", "2016-01-10" } },
    { DATETIME, { "", "1950-01-01", "2016-01-02", "2016-01-10" } },
    { MULTICHOICE, { "", "open", "open, won", "won" } },
    { OWNER, { "", "team:" ID, "user:" ID, "user:" ID2 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    for (guint a = 0; a < 4; a++) {
      for (guint b = 0; b < 4; b++) {
        const char *left_text = cases[i].ascending[a], *right_text = cases[i].ascending[b];
        g_autoptr (SatchelValue) left = from_text (&fields[cases[i].field], left_text);
        g_autoptr (SatchelValue) right = from_text (&fields[cases[i].field], right_text);
        gboolean same = g_str_equal (left_text, right_text);
        int order = satchel_value_compare (&fields[cases[i].field], left, right);

        g_assert_cmpint (CLAMP (order, -1, 1), ==, same ? 0 : a < b ? -1 : 1);
        g_assert_cmpint (satchel_value_equal (left, right), ==, same);
      }
    }
  }
}

static void
test_many_keys (void)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  SatchelValue *value;

  for (guint i = 0; i <= SATCHEL_MAX_KEYS; i++)
    g_string_append_printf (text, "tag %u,", i);
  g_assert_false (satchel_value_from_text (&fields[TAGS], text->str, &value, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_string_free (text, TRUE);
}

/* A long value with an invalid format is quoted in part, at a border of characters. */
static void
test_long_excerpt (void)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  SatchelValue *value;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "王");
  g_assert_false (satchel_value_from_text (&fields[EMAIL], text->str, &value, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), <, 250);
  g_string_free (text, TRUE);
}

static void
test_wrong_kind (void)
{
  g_autoptr (SatchelValue) number = satchel_value_new_integer (1);
  g_autoptr (GError) error = NULL;

  g_assert_false (satchel_value_check (&fields[STRING], number, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE);
  g_assert_true (satchel_value_check (&fields[STRING], NULL, NULL));
}

/* Who asks for the name alone, as lists and forms do, gets it. */
static void
test_file_parts (void)
{
  g_autoptr (SatchelValue) value = satchel_value_new_file (
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "offer.pdf", "application/pdf", 12);
  const char *name = NULL, *media_type = NULL;
  gint64 size_bytes = 0;

  satchel_value_get_file (value, NULL, &name, NULL, NULL);
  g_assert_cmpstr (name, ==, "offer.pdf");
  satchel_value_get_file (value, NULL, NULL, &media_type, &size_bytes);
  g_assert_cmpstr (media_type, ==, "application/pdf");
  g_assert_cmpint (size_bytes, ==, 12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/value/forms", test_forms);
  g_test_add_func ("/protocol/value/text-refused", test_text_refused);
  g_test_add_func ("/protocol/value/wire-refused", test_wire_refused);
  g_test_add_func ("/protocol/value/sets", test_sets);
  g_test_add_func ("/protocol/value/order", test_order);
  g_test_add_func ("/protocol/value/many-keys", test_many_keys);
  g_test_add_func ("/protocol/value/long-excerpt", test_long_excerpt);
  g_test_add_func ("/protocol/value/wrong-kind", test_wrong_kind);
  g_test_add_func ("/protocol/value/file-parts", test_file_parts);
  return g_test_run ();
}
