/* Counting what waits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/tally.h"

#include "client/blobs/uses.h"

typedef struct {
  GHashTable *decided;
  gint64 count;
} Undecided;

GHashTable *
satchel_session_list_decided (SatchelSession *session, GError **error)
{
  g_autoptr (GHashTable) decided = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) waiting = satchel_outbox_list (
      satchel_session_get_outbox (session), 1 << SATCHEL_SET_PENDING | 1 << SATCHEL_SET_SENT, -1, error);

  if (waiting == NULL)
    return NULL;
  for (guint i = 0; i < waiting->len; i++) {
    const SatchelQueuedSet *queued = waiting->pdata[i];

    for (guint j = 0; j < queued->set->changes->len; j++) {
      const SatchelChange *change = queued->set->changes->pdata[j];

      if (g_str_equal (change->entity, "conflict"))
        g_hash_table_add (decided, g_strdup (change->record));
    }
  }
  return g_steal_pointer (&decided);
}

static gboolean
count_undecided_cb (const SatchelRecord *record, gpointer data)
{
  Undecided *undecided = data;

  undecided->count += !g_hash_table_contains (undecided->decided, record->id);
  return TRUE;
}

static gboolean
count_open_conflicts (SatchelSession *session, gint64 *count, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (session);
  SatchelQuery query = { .entity = satchel_registry_find (registry, "conflict"), .limit = -1 };
  g_autoptr (SatchelPredicate) open =
      satchel_predicate_parse (registry, query.entity, "status = open", error);
  g_autoptr (GHashTable) decided = NULL;
  Undecided undecided = { NULL, 0 };
  SatchelPredicateContext context;

  if (open == NULL)
    return FALSE;
  query.where = open;
  satchel_session_get_context (session, &context);
  /* Most of the time there is none, and the queue, however long, need not be read. */
  if (!satchel_replica_count (satchel_session_get_replica (session), &query, &context, count, error))
    return FALSE;
  if (*count == 0)
    return TRUE;
  undecided.decided = decided = satchel_session_list_decided (session, error);
  if (decided == NULL)
    return FALSE;
  if (!satchel_replica_query (satchel_session_get_replica (session), &query, &context, count_undecided_cb,
                              &undecided, error))
    return FALSE;
  *count = undecided.count;
  return TRUE;
}

static gboolean
count_files (SatchelSession *session, gint64 *count, GError **error)
{
  g_autoptr (GPtrArray) outgoing = satchel_outgoing_list (satchel_session_get_replica (session), error);

  if (outgoing == NULL)
    return FALSE;
  *count = outgoing->len;
  return TRUE;
}

gboolean
satchel_session_count_waiting (SatchelSession *session, SatchelTally *tally, GError **error)
{
  SatchelOutbox *outbox = satchel_session_get_outbox (session);

  if (!satchel_outbox_count_unanswered (outbox, &tally->pending, error) ||
      !satchel_outbox_count (outbox, SATCHEL_SET_PARKED, &tally->parked, error) ||
      !count_files (session, &tally->files, error))
    return FALSE;
  return count_open_conflicts (session, &tally->conflicts, error);
}
