/* Setting and lifting a deadline.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/deadline.h"

#include "protocol/error.h"

void
satchel_deadline_begin (SatchelStore *store, gint64 ms)
{
  satchel_database_set_deadline (store->database, ms);
}

void
satchel_deadline_end (SatchelStore *store, GError *problem, GError **error)
{
  satchel_database_set_deadline (store->database, 0);
  if (g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED)) {
    g_error_free (problem);
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE,
                         "this takes the server too long; ask for less, or by another order");
  } else if (problem != NULL) {
    g_propagate_error (error, problem);
  }
}
