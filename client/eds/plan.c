/* The table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/plan.h"

/* Fewer than these may be deleted by hand, all of them. */
#define LOSS_LEAST 10

SatchelStep
satchel_mirror_plan (SatchelNoted noted, SatchelThere there, SatchelHere here)
{
  enum {
    ___ = SATCHEL_STEP_NOTHING,
    WRT = SATCHEL_STEP_WRITE,
    TAK = SATCHEL_STEP_TAKE,
    CRT = SATCHEL_STEP_CREATE,
    PAI = SATCHEL_STEP_PAIR,
    DEL = SATCHEL_STEP_DELETE,
    REM = SATCHEL_STEP_REMOVE,
    LAT = SATCHEL_STEP_TOO_LATE,
    BAC = SATCHEL_STEP_COME_BACK,
    ASI = SATCHEL_STEP_SET_ASIDE,
    FOR = SATCHEL_STEP_FORGET,
  };
  static const guint8 steps[SATCHEL_NOTED_N][SATCHEL_THERE_N][SATCHEL_HERE_N] = {
    /* here:                    absent unwanted same changed */
    [SATCHEL_NOTED_NEVER] = { { ___, ___, WRT, WRT },   /* there: absent */
                              { CRT, REM, PAI, PAI },   /* same */
                              { CRT, REM, PAI, PAI },   /* changed */
                              { ASI, REM, PAI, PAI } }, /* private */
    [SATCHEL_NOTED_BOTH] = { { FOR, FOR, DEL, BAC },
                             { REM, REM, ___, WRT },
                             { LAT, TAK, TAK, TAK },
                             { LAT, LAT, ASI, ASI } },
    [SATCHEL_NOTED_GONE] = { { ___, ___, WRT, WRT },
                             { CRT, REM, PAI, PAI },
                             { CRT, REM, PAI, PAI },
                             { ASI, REM, PAI, PAI } },
  };

  return steps[noted][there][here];
}

gboolean
satchel_mirror_is_loss (guint missing, guint mirrored)
{
  return missing >= LOSS_LEAST && missing > mirrored / 2;
}
