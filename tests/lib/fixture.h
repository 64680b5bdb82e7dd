/* What many tests need: a directory of their own, a clock that only the test moves, a seeded random source.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/id.h"

G_BEGIN_DECLS

/* A new, empty, private directory; owned. remove deletes it with all that is in it and frees the path. */
char *fixture_dir_new (void);
void  fixture_dir_remove (char *dir);

/* Starts at 2025-11-22T09:00:00Z and stands still until the test moves it; random bytes follow from the seed. */
typedef struct {
  SatchelClock clock; /* pass &fake.clock */
  gint64 now_ms;
  gint64 monotonic_ms;
  guint64 random_state;
} FakeClock;

void fake_clock_init (FakeClock *fake, guint64 seed);
void fake_clock_advance (FakeClock *fake, gint64 ms);

G_END_DECLS
