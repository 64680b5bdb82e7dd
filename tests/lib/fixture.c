/* Directories and clocks for tests.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/fixture.h"

#include <glib/gstdio.h>
#include <unistd.h>

char *
fixture_dir_new (void)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("satchel-test-XXXXXX", &error);

  g_assert_no_error (error);
  return dir;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (g_file_test (path, G_FILE_TEST_IS_SYMLINK) || !g_file_test (path, G_FILE_TEST_IS_DIR)) {
    g_assert_cmpint (g_unlink (path), ==, 0);
    return;
  }
  dir = g_dir_open (path, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

void
fixture_dir_remove (char *dir)
{
  remove_tree (dir);
  g_free (dir);
}

static gint64
now_cb (gpointer data)
{
  return ((FakeClock *)data)->now_ms;
}

static gint64
monotonic_cb (gpointer data)
{
  return ((FakeClock *)data)->monotonic_ms;
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static void
random_cb (gpointer data, guint8 *bytes, gsize size)
{
  FakeClock *fake = data;

  for (gsize i = 0; i < size; i++) {
    guint64 z = (fake->random_state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    bytes[i] = (guint8)(z ^ (z >> 31));
  }
}

void
fake_clock_init (FakeClock *fake, guint64 seed)
{
  *fake = (FakeClock){
    .clock = { now_cb, monotonic_cb, random_cb, fake },
    .now_ms = G_GINT64_CONSTANT (1763802000000),
    .random_state = seed,
  };
}

void
fake_clock_advance (FakeClock *fake, gint64 ms)
{
  fake->now_ms += ms;
  fake->monotonic_ms += ms;
}
