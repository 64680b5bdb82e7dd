/* The targets without libFuzzer: every seed as it is, then mutated from a printed seed. The ordinary test
 * takes a few thousand inputs a target; SATCHEL_TEST_LONG a hundred times as many.
 *
 * SATCHEL_FUZZ_SEED=N repeats a run; the input that was under way when a target died is left in the file that
 * is named first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/lib/fixture.h"

#define MOST_CHANGES 6

static guint32 random_seed;
static guint times = 1;

/* The input under way, in a file that is mapped: it survives whatever ends the process. */
static struct {
  char *path;
  guint8 *bytes;
  gsize size;
} last;

static void
open_last (void)
{
  g_autoptr (GError) error = NULL;
  int file = g_file_open_tmp ("satchel-fuzz-XXXXXX", &last.path, &error);

  g_assert_no_error (error);
  last.size = 512 * 1024;
  g_assert_true (ftruncate (file, (off_t)last.size) == 0);
  last.bytes = mmap (NULL, last.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  g_assert_true (last.bytes != MAP_FAILED);
  close (file);
}

static void
close_last (void)
{
  munmap (last.bytes, last.size);
  g_unlink (last.path);
  g_free (last.path);
}

/* Its size stands in the first 8 bytes. */
static void
run (const FuzzTarget *target, const guint8 *bytes, gsize size)
{
  guint64 length = MIN (size, target->most_bytes);

  memcpy (last.bytes, &length, sizeof length);
  memcpy (last.bytes + sizeof length, bytes, length);
  /* A block of its own, so that one byte too far is seen. */
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  target->run (copy != NULL ? copy : (const guint8 *)"", length);
}

/* ---- mutations ---- */

static guint
below (GRand *random, gsize bound)
{
  return bound == 0 ? 0 : (guint)g_rand_int_range (random, 0, (gint32)bound);
}

static const char *
pick_word (GRand *random)
{
  static const char *const words[] = {
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "-1",
    "9223372036854775807",
    "0",
    "1e9",
    "\\u0000",
    "\\ud800",
    "\n",
    "\r\n",
    "\n%%\n",
    "<",
    "/>",
    "'",
    "(",
    ")",
    "not ",
    " and ",
    " or ",
    "%",
    "999999999999999999999",
    "\t",
    "\xef\xbb\xbf",
    "\xc3\x28",
    "in (",
    "me",
    "today",
    "=",
    "..",
    "2024-02-30",
    "0.000000001",
    "user:",
    "|",
    "\xf0\x9f\x98\x80",
  };

  return words[below (random, G_N_ELEMENTS (words))];
}

static void
change (GRand *random, GByteArray *input, const GByteArray *other)
{
  guint at = below (random, input->len + 1);
  guint length = 1 + below (random, 16), n = MIN (length, input->len - at);
  const char *word;

  switch (below (random, 8)) {
  case 0:
    if (at < input->len)
      input->data[at] ^= (guint8)(1u << below (random, 8));
    return;
  case 1:
    if (at < input->len)
      input->data[at] = (guint8)below (random, 256);
    return;
  case 2:
    g_byte_array_remove_range (input, at, n);
    return;
  case 3:
    g_byte_array_set_size (input, at);
    return;
  case 4: /* a part of it again, at its end */
    if (n > 0) {
      g_autofree guint8 *part = g_memdup2 (input->data + at, n);
      g_byte_array_append (input, part, n);
    }
    return;
  case 5: /* the rest of another one */
    g_byte_array_set_size (input, at);
    at = below (random, other->len + 1);
    g_byte_array_append (input, other->data + at, other->len - at);
    return;
  default: {
    g_autofree guint8 *rest = g_memdup2 (input->data + at, input->len - at);
    guint n_rest = input->len - at;

    word = pick_word (random);
    g_byte_array_set_size (input, at);
    g_byte_array_append (input, (const guint8 *)word, (guint)strlen (word));
    g_byte_array_append (input, rest, n_rest);
    return;
  }
  }
}

static void
mutate (const FuzzTarget *target, GRand *random, const GByteArray *seed, const GByteArray *other)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();

  g_byte_array_append (input, seed->data, seed->len);
  for (guint n = 1 + below (random, MOST_CHANGES); n > 0; n--)
    change (random, input, other);
  run (target, input->data, input->len);
}

/* ---- seeds ---- */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* GByteArray*, in the order of their files' names. */
static GPtrArray *
read_seeds (const char *name)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *seeds = g_ptr_array_new_with_free_func ((GDestroyNotify)g_byte_array_unref);
  g_autofree char *folder = g_build_filename (SEEDS, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);

  g_assert_no_error (error);
  for (const char *entry; (entry = g_dir_read_name (dir)) != NULL;)
    g_ptr_array_add (paths, g_build_filename (folder, entry, NULL));
  g_ptr_array_sort (paths, compare_names);
  for (guint i = 0; i < paths->len; i++) {
    char *bytes;
    gsize size;

    g_file_get_contents (paths->pdata[i], &bytes, &size, &error);
    g_assert_no_error (error);
    g_ptr_array_add (seeds, g_byte_array_new_take ((guint8 *)bytes, size));
  }
  return seeds;
}

static void
test_target (gconstpointer data)
{
  const FuzzTarget *target = data;
  g_autoptr (GPtrArray) seeds = read_seeds (target->name);
  g_autoptr (GRand) random = g_rand_new_with_seed (random_seed);

  g_assert_cmpuint (seeds->len, >, 0);
  run (target, (const guint8 *)"", 0);
  for (guint i = 0; i < seeds->len; i++) {
    const GByteArray *seed = seeds->pdata[i];

    run (target, seed->data, seed->len);
  }
  for (guint i = 0; i < seeds->len; i++) {
    for (guint n = 0; n < target->n_mutations * times; n++)
      mutate (target, random, seeds->pdata[i], seeds->pdata[below (random, seeds->len)]);
  }
}

int
main (int argc, char **argv)
{
  const char *asked = g_getenv ("SATCHEL_FUZZ_SEED");

  /* Targets keep what they have opened: it goes with the folder. Before GLib looks where such folders are. */
  const char *base = g_getenv ("TMPDIR");
  char *folder = g_mkdtemp (g_build_filename (base != NULL ? base : "/tmp", "satchel-fuzz-XXXXXX", NULL));
  g_assert_nonnull (folder);
  g_setenv ("TMPDIR", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  fuzz_init ();
  random_seed = asked != NULL ? (guint32)strtoul (asked, NULL, 0) : 20251122;
  if (g_getenv ("SATCHEL_TEST_LONG") != NULL) {
    times = 100;
    random_seed = asked != NULL ? random_seed : g_random_int ();
  }
  open_last ();
  g_test_message ("SATCHEL_FUZZ_SEED=%u, the input under way: %s", random_seed, last.path);
  for (const FuzzTarget *target = fuzz_targets; target->name != NULL; target++) {
    g_autofree char *path = g_strconcat ("/fuzz/", target->name, NULL);

    g_test_add_data_func (path, target, test_target);
  }
  int result = g_test_run ();
  close_last ();
  fixture_dir_remove (folder);
  return result;
}
