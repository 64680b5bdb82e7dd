/* Counting what waits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tally.h"

static gboolean
count_open_conflicts (SatchelSession *session, gint64 *count, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  SatchelQuery query = { .entity = satchel_registry_find (registry, "conflict"), .limit = -1 };
  g_autoptr (SatchelPredicate) open =
      satchel_predicate_parse (registry, query.entity, "status = open", error);
  SatchelPredicateContext context;

  if (open == NULL)
    return FALSE;
  query.where = open;
  satchel_session_get_context (session, &context);
  return satchel_replica_count (satchel_session_get_replica (session), &query, &context, count, error);
}

gboolean
satchel_session_count_waiting (SatchelSession *session, SatchelTally *tally, GError **error)
{
  SatchelOutbox *outbox = satchel_session_get_outbox (session);
  g_autoptr (GPtrArray) unanswered = satchel_outbox_list_unanswered (outbox, error);

  if (unanswered == NULL || !satchel_outbox_count (outbox, SATCHEL_SET_PARKED, &tally->parked, error))
    return FALSE;
  tally->pending = unanswered->len;
  return count_open_conflicts (session, &tally->conflicts, error);
}
