/* States and values of a queued set.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/queue/set.h"

void
satchel_queued_set_free (SatchelQueuedSet *queued)
{
  if (queued == NULL)
    return;
  satchel_change_set_free (queued->set);
  g_free (queued->reason);
  g_free (queued->field);
  g_free (queued);
}

const char *
satchel_set_state_name (SatchelSetState state)
{
  static const char *const names[] = { "pending", "sent", "retained", "parked" };

  g_assert ((guint)state < G_N_ELEMENTS (names));
  return names[state];
}
