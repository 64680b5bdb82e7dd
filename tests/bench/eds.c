/* The mirror in evolution-data-server, measured with real daemons on a bus of its own by tests/eds/measure.py.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <math.h>
#include <string.h>

#include "protocol/error.h"
#include "tests/bench/figures.h"
#include "tests/bench/measure.h"

static double
find (const char *said, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (said, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], name) && lines[i][strlen (name)] == ' ')
      return g_ascii_strtod (lines[i] + strlen (name) + 1, NULL);
  }
  return NAN;
}

gboolean
bench_eds (BenchRig *rig, GError **error)
{
  g_autoptr (GSubprocess) program =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, error, "/usr/bin/python3", BENCH_EDS, BENCH_SATCHEL_SERVER,
                        BENCH_SATCHELCTL, BENCH_SATCHEL_AGENT, BENCH_PEEK, NULL);
  g_autofree char *said = NULL;

  if (program == NULL || !g_subprocess_communicate_utf8 (program, NULL, NULL, &said, NULL, error))
    return FALSE;
  if (g_subprocess_get_if_exited (program) && g_subprocess_get_exit_status (program) == 77)
    return TRUE; /* there is no such server on this machine */
  if (!g_subprocess_wait_check (program, NULL, error))
    return FALSE;
  bench_report ("eds_10k", find (said, "mirrored"), "s", find (said, "raw"),
                "10,000 contacts and 5,000 appointments in the desktop's address book and calendar, from the agent's start; %.2f s of "
                "its CPU; floor: the same %.0f items added in one call each kind",
                find (said, "agent_cpu"), find (said, "items"));
  bench_report ("eds_10k_again", find (said, "again"), "s", NAN, "everything compared when the agent starts again");
  bench_report ("eds_out", find (said, "out_ms"), "ms", NAN,
                "one field, satchelctl's start to what another program sees of the card, beside 10,000 others");
  bench_report ("eds_back", find (said, "back_ms"), "ms", NAN, "one field, the card's change to satchelctl's answer");
  bench_report ("eds_idle_cpu", find (said, "idle_ms_per_minute"), "ms", NAN, "CPU of the agent at rest, a minute, at most");
  bench_report ("eds_memory", find (said, "memory_mb"), "MB", NAN, "of the agent, with the mirror");
  return TRUE;
}
