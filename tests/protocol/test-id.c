/* Ids: form, uniqueness, stability.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/id.h"

#include <string.h>

static gint64
frozen_now_ms (gpointer data)
{
  return G_GINT64_CONSTANT (0x0192a3b4c5d6);
}

static void
count_up (gpointer data, guint8 *bytes, gsize size)
{
  guint8 *next = data;

  for (gsize i = 0; i < size; i++)
    bytes[i] = (*next)++;
}

/* Zero at the first call, then the largest number. */
static void
zero_then_ones (gpointer data, guint8 *bytes, gsize size)
{
  guint *calls = data;

  memset (bytes, (*calls)++ == 0 ? 0 : 0xff, size);
}

static void
test_form (void)
{
  guint8 next = 0xf0;
  SatchelClock clock = { frozen_now_ms, frozen_now_ms, count_up, &next };
  g_autofree char *id = satchel_id_new (&clock);

  /* Version 7 and the variant replace bits of the random bytes f0 f1 f2 … f9. */
  g_assert_cmpstr (id, ==, "0192a3b4-c5d6-70f1-b2f3-f4f5f6f7f8f9");
  g_assert_true (satchel_id_is_valid (id));
}

static void
test_unique (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 2000; i++)
    g_assert_true (g_hash_table_add (seen, satchel_id_new (satchel_clock_system ())));
}

static void
test_for_name (void)
{
  g_autofree char *seller = satchel_id_for_name ("role/seller");
  g_autofree char *again = satchel_id_for_name ("role/seller");
  g_autofree char *manager = satchel_id_for_name ("role/manager");

  g_assert_cmpstr (seller, ==, again);
  g_assert_cmpstr (seller, !=, manager);
  g_assert_true (satchel_id_is_valid (seller));
  g_assert_cmpint (seller[14], ==, '8');
  /* Databases hold these ids: the derivation never changes. */
  g_assert_cmpstr (seller, ==, "ff61e125-627b-8789-9829-36b5b4301824");
}

static void
test_valid (void)
{
  static const char *const bad[] = {
    "",
    "0192a3b4-c5d6-7000-8000-00000000000",
    "0192a3b4-c5d6-7000-8000-0000000000000",
    "0192A3B4-c5d6-7000-8000-000000000000",
    "0192a3b4xc5d6-7000-8000-000000000000",
    "0192a3b4-c5d6-7000-8000-00000000000g",
    "{192a3b4-c5d6-7000-8000-00000000000}",
    "0192a3b4-c5d6-7000-8000-0000000000\n0",
  };

  g_assert_true (satchel_id_is_valid ("00000000-0000-0000-0000-000000000000"));
  g_assert_false (satchel_id_is_valid (NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (satchel_id_is_valid (bad[i]));
}

static void
test_random_below (void)
{
  guint calls = 0;
  SatchelClock clock = { frozen_now_ms, frozen_now_ms, zero_then_ones, &calls };

  for (guint i = 0; i < 1000; i++)
    g_assert_cmpuint (satchel_clock_random_below (satchel_clock_system (), 7), <, 7);
  g_assert_cmpuint (satchel_clock_random_below (satchel_clock_system (), 1), ==, 0);

  /* 2^32 mod 3 is 1, so that 0 is thrown away and 2^32 - 1 is used. */
  g_assert_cmpuint (satchel_clock_random_below (&clock, 3), ==, G_MAXUINT32 % 3);
  g_assert_cmpuint (calls, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/id/form", test_form);
  g_test_add_func ("/protocol/id/unique", test_unique);
  g_test_add_func ("/protocol/id/for-name", test_for_name);
  g_test_add_func ("/protocol/id/valid", test_valid);
  g_test_add_func ("/protocol/id/random-below", test_random_below);
  return g_test_run ();
}
