/* libFuzzer over one target: satchel-fuzz TARGET [libFuzzer's arguments]; without a target it names them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *bytes, gsize size);

static const FuzzTarget *target;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  target = *argc > 1 ? fuzz_find ((*argv)[1]) : NULL;
  if (target == NULL) {
    for (const FuzzTarget *each = fuzz_targets; each->name != NULL; each++)
      puts (each->name);
    exit (*argc > 1 ? 2 : 0);
  }
  (*argv)[1] = (*argv)[0];
  ++*argv;
  --*argc;
  fuzz_init ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes, gsize size)
{
  if (size > target->most_bytes)
    return -1;
  target->run (bytes, size);
  return 0;
}
