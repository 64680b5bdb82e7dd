/* Checksums: the hash against its published vectors, sums that follow a change, parts that hold every id
 * once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/checksum.h"

#include <string.h>

#include "protocol/id.h"

/* Appendix A of the paper, and the first of the reference vectors (key 00…0f, messages of 0, 1… bytes). */
static void
test_hash (void)
{
  static const guint64 expected[] = { G_GUINT64_CONSTANT (0x726fdb47dd0e0e31),
                                      G_GUINT64_CONSTANT (0x74f839c593dc67fd),
                                      G_GUINT64_CONSTANT (0x0d6c8009d9a94f5a) };
  const guint64 k0 = G_GUINT64_CONSTANT (0x0706050403020100), k1 = G_GUINT64_CONSTANT (0x0f0e0d0c0b0a0908);
  guchar bytes[15];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guchar)i;
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmphex (satchel_sip_hash (k0, k1, bytes, i), ==, expected[i]);
  g_assert_cmphex (satchel_sip_hash (k0, k1, bytes, 15), ==, G_GUINT64_CONSTANT (0xa129ca6149be45e5));
}

static SatchelRecord *
make_account (const char *name)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_registry_builtin (), "account");
  g_autofree char *id = satchel_id_for_name (name);
  SatchelRecord *record = satchel_record_new (entity, id);
  g_autoptr (SatchelValue) title = satchel_value_new_string (name),
                           employees = satchel_value_new_integer (-7);

  satchel_record_set_by_name (record, "name", title);
  satchel_record_set_by_name (record, "employees", employees);
  return record;
}

static void
test_rows (void)
{
  g_autoptr (SatchelRecord) record = make_account ("Țesături"), other = make_account ("Acme");
  const SatchelField *employees = satchel_entity_find_field (record->entity, "employees");
  guint64 presence = satchel_checksum_presence ("account", record->id);
  guint64 whole = satchel_checksum_row (record);

  g_assert_cmphex (whole, ==,
                   presence + satchel_checksum_text (presence, "name", "Țesături", strlen ("Țesături")) +
                       satchel_checksum_integer (presence, "employees", -7));
  g_assert_cmphex (whole, ==, satchel_checksum_fragment (record, NULL));
  g_assert_cmphex (satchel_checksum_fragment (record, "secret"), ==, 0);
  g_assert_cmphex (whole, !=, satchel_checksum_row (other));
  /* One value less is one term less; the number of the last change does not count. */
  record->s = 99;
  satchel_record_set (record, employees, NULL);
  g_assert_cmphex (satchel_checksum_row (record), ==,
                   whole - satchel_checksum_integer (presence, "employees", -7));
  /* The same value elsewhere is another term. */
  g_assert_cmphex (satchel_checksum_text (presence, "name", "x", 1), !=,
                   satchel_checksum_text (presence, "city", "x", 1));
  g_assert_cmphex (satchel_checksum_text (presence, "a", "bc", 2), !=,
                   satchel_checksum_text (presence, "ab", "c", 1));
}

static void
test_text (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 sum;

  satchel_checksum_append (text, 0x12ab);
  g_assert_cmpstr (text->str, ==, "00000000000012ab");
  g_assert_true (satchel_checksum_parse (text->str, &sum));
  g_assert_cmphex (sum, ==, 0x12ab);
  g_assert_true (satchel_checksum_parse ("ffffffffffffffff", &sum));
  g_assert_cmphex (sum, ==, G_MAXUINT64);
  g_assert_false (satchel_checksum_parse ("00000000000012a", &sum));
  g_assert_false (satchel_checksum_parse ("00000000000012AB", &sum));
  g_assert_false (satchel_checksum_parse ("-000000000000001", &sum));
}

static void
test_parts (void)
{
  const char *id = "01926fd5-7a00-7000-8000-0123456789ab";
  g_autofree char *part = g_strdup ("");

  for (guint depth = 0; depth < 6; depth++) {
    int index = satchel_checksum_part_of (part, id);
    char *child;

    g_assert_cmpint (index, >=, 0);
    child = satchel_checksum_part_child (part, (guint)index);
    g_assert_true (satchel_checksum_part_is_valid (child));
    g_assert_true (g_str_has_suffix (id, child));
    g_free (part);
    part = child;
  }
  g_assert_cmpstr (part, ==, "0123456789ab");
  g_assert_cmpint (satchel_checksum_part_of (part, id), ==, 0);
  g_assert_cmpint (satchel_checksum_part_of ("0123456789ac", id), ==, -1);
  g_assert_null (satchel_checksum_part_child (part, 0));
  g_assert_cmpint (satchel_checksum_part_of ("ac", id), ==, -1);
  g_assert_cmpint (satchel_checksum_part_of ("", "short"), ==, -1);
  g_assert_false (satchel_checksum_part_is_valid ("a"));
  g_assert_false (satchel_checksum_part_is_valid ("AB"));
  g_assert_false (satchel_checksum_part_is_valid ("%b"));
  g_assert_false (satchel_checksum_part_is_valid ("0123456789abcd"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/checksum/hash", test_hash);
  g_test_add_func ("/protocol/checksum/rows", test_rows);
  g_test_add_func ("/protocol/checksum/text", test_text);
  g_test_add_func ("/protocol/checksum/parts", test_parts);
  return g_test_run ();
}
