/* One life of the world: storms of steps, and rest after each. Every step decides by a random stream of its own, which the script
 * names, so that a script from which steps are taken out means the same otherwise.
 *
 * A script is text, one step a line:
 *
 *   world 17 7              the seed from which the world begins, and its devices
 *   event - 9f00…           the next thing that the network has to do, or a second that passes
 *   edit 3 51aa…            a deed (deeds.c) at device 3
 *   rest - 77b1…            the faults stop, all must come to rest, and the oracle looks at everything
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint n_devices;
  guint n_steps;      /* in all */
  const char *record; /* a file to which the script is written while it happens, or NULL */
  gboolean verbose;
} SimLife;

/* Both return how many days all devices together have lived, or end the process (sim_fail). */
double sim_run_seed (guint64 seed, const SimLife *life);
double sim_run_script (const char *file, gboolean verbose);

G_END_DECLS
