/* Worlds in processes of their own, so that one that crashes or hangs fails like any other, and scripts that fail made short.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char *failure; /* what ended it; NULL: nothing */
  double device_days;
} SimEnd;
void sim_end_clear (SimEnd *end);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimEnd, sim_end_clear)

/* The program itself with these variables ("NAME=value", NULL at the end) and what it has of its own. @scratch: where its world
 * is, which is removed afterwards; NULL: it stays when it fails. */
void sim_child_run (const char *const *variables, const char *scratch, SimEnd *end);

/* A script that fails with the same invariant as @file does, and from which nothing can be left out, or not within @seconds.
 * Owned. */
char *sim_shrink (const char *file, const char *failure, guint seconds);

G_END_DECLS
