/* Raising the floor.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/floor.h"

#include "sync-server/store/members.h"
#include "sync-server/store/titles.h"

/* The commit before the first one that is young enough; what lies under the floor already is not looked at
 * again. */
static gboolean
find_floor (SatchelStore *store, gint64 before_ms, gint64 *floor, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      store->database, "SELECT s - 1 FROM commits WHERE s > ? AND at_ms >= ? ORDER BY s LIMIT 1", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, store->floor);
  satchel_statement_bind_integer (statement, 2, before_ms);
  return satchel_statement_take_integer (statement, store->s, floor, error);
}

gboolean
satchel_floor_raise (SatchelStore *store, gint64 before_ms, GError **error)
{
  SatchelStatement *statement;
  gint64 floor;

  if (!find_floor (store, before_ms, &floor, error))
    return FALSE;
  if (floor <= store->floor)
    return TRUE;
  statement = satchel_database_prepare (store->database, "UPDATE clock SET floor = ?", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, floor);
  if (!satchel_statement_run (statement, error))
    return FALSE;
  store->floor = floor;
  return satchel_members_forget_departed (store, floor, error) &&
         satchel_titles_collect (store, floor, error);
}
