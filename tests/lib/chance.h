/* Tests that draw by chance.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* Before g_test_init(), in a test that draws with g_test_rand_int(): the same draws in every run, so that a verdict is of the code alone;
 * others each time with SATCHEL_TEST_LONG, and those of --seed where it is given. */
static inline void
test_fix_chance (int *argc, char ***argv)
{
  static char seed[] = "--seed=R02S00000000000000000000000000000001";
  gboolean open = g_getenv ("SATCHEL_TEST_LONG") != NULL;

  for (int i = 1; i < *argc; i++)
    open = open || g_str_has_prefix ((*argv)[i], "--seed");
  if (open)
    return;
  char **more = g_new0 (char *, *argc + 2); /* for the program's life, as the arguments are */
  memcpy (more, *argv, (gsize)*argc * sizeof *more);
  more[(*argc)++] = seed;
  *argv = more;
}
