/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/dispute.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/tally.h"
#include "protocol/error.h"
#include "protocol/wire/message.h"

/* ---- one conflict ---- */

const char *
satchel_dispute_get_text (const SatchelRecord *conflict, const char *field)
{
  const SatchelValue *value = satchel_record_get_by_name (conflict, field);

  return value != NULL ? satchel_value_get_string (value) : NULL;
}

const SatchelEntity *
satchel_dispute_find_entity (SatchelRegistry *registry, const SatchelRecord *conflict)
{
  const char *about = satchel_dispute_get_text (conflict, "record_entity");

  return about != NULL ? satchel_registry_find (registry, about) : NULL;
}

const SatchelField *
satchel_dispute_find_subject (SatchelRegistry *registry, const SatchelRecord *conflict)
{
  const SatchelEntity *entity = satchel_dispute_find_entity (registry, conflict);
  const char *name = satchel_dispute_get_text (conflict, "field");

  return entity != NULL && name != NULL ? satchel_entity_find_field (entity, name) : NULL;
}

SatchelSideKind
satchel_dispute_read_side (SatchelRegistry *registry, const SatchelRecord *conflict, const char *side,
                           SatchelValue **value)
{
  const char *text = satchel_dispute_get_text (conflict, side);
  const SatchelField *field = satchel_dispute_find_subject (registry, conflict);
  g_autoptr (JsonNode) node = NULL;

  *value = NULL;
  if (text == NULL)
    return SATCHEL_SIDE_HIDDEN;
  node = satchel_json_parse (text, strlen (text), NULL);
  return field != NULL && node != NULL && satchel_value_from_wire (field, node, value, NULL)
             ? SATCHEL_SIDE_VALUE
             : SATCHEL_SIDE_UNKNOWN;
}

char *
satchel_dispute_join (const char *theirs, const char *mine)
{
  g_auto (GStrv) first = g_strsplit (theirs, "\n", -1);
  g_auto (GStrv) second = g_strsplit (mine, "\n", -1);
  const guint n_first = g_strv_length (first), n_second = g_strv_length (second);
  guint begin = 0, end = 0;
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  while (begin < MIN (n_first, n_second) && g_str_equal (first[begin], second[begin]))
    begin++;
  while (end < MIN (n_first, n_second) - begin &&
         g_str_equal (first[n_first - 1 - end], second[n_second - 1 - end]))
    end++;
  for (guint i = 0; i < n_first - end; i++)
    g_ptr_array_add (lines, first[i]);
  for (guint i = begin; i < n_second - end; i++)
    g_ptr_array_add (lines, second[i]);
  for (guint i = n_first - end; i < n_first; i++)
    g_ptr_array_add (lines, first[i]);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **)lines->pdata);
}

/* ---- the inbox ---- */

typedef struct {
  GPtrArray *conflicts; /* SatchelRecord* */
  GHashTable *decided;
  SatchelConflictList which;
  gint64 limit;
} Collection;

static gboolean
belongs (const Collection *collection, const SatchelRecord *conflict)
{
  switch (collection->which) {
  case SATCHEL_CONFLICTS_UNDECIDED:
    return !g_hash_table_contains (collection->decided, conflict->id);
  case SATCHEL_CONFLICTS_DECIDED:
    return g_hash_table_contains (collection->decided, conflict->id);
  case SATCHEL_CONFLICTS_CLOSED:
  case SATCHEL_CONFLICTS_ALL:
    return TRUE;
  }
  g_assert_not_reached ();
}

static gboolean
collect_cb (const SatchelRecord *record, gpointer data)
{
  Collection *collection = data;

  if (belongs (collection, record))
    g_ptr_array_add (collection->conflicts, satchel_record_copy (record));
  return collection->limit < 0 || collection->conflicts->len < collection->limit;
}

GPtrArray *
satchel_session_list_conflicts (SatchelSession *session, SatchelConflictList which, gint64 limit,
                                GError **error)
{
  static const char *const conditions[] = {
    [SATCHEL_CONFLICTS_UNDECIDED] = "status = open",
    [SATCHEL_CONFLICTS_DECIDED] = "status = open",
    [SATCHEL_CONFLICTS_CLOSED] = "status != open",
    [SATCHEL_CONFLICTS_ALL] = "",
  };
  SatchelRegistry *registry = satchel_session_get_registry (session);
  g_autoptr (GPtrArray) conflicts = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  SatchelQuery query = { .entity = satchel_registry_find (registry, "conflict"),
                         .descending = which == SATCHEL_CONFLICTS_CLOSED,
                         .limit = -1 };
  g_autoptr (SatchelPredicate) where =
      satchel_predicate_parse (registry, query.entity, conditions[which], error);
  g_autoptr (GHashTable) decided = where != NULL ? satchel_session_list_decided (session, error) : NULL;
  Collection collection = { conflicts, decided, which, limit };
  SatchelPredicateContext context;

  if (decided == NULL)
    return NULL;
  query.where = where;
  query.sort = satchel_entity_find_field (query.entity, "mine_at");
  satchel_session_get_context (session, &context);
  if (limit != 0 && !satchel_replica_query (satchel_session_get_replica (session), &query, &context,
                                            collect_cb, &collection, error))
    return NULL;
  return g_steal_pointer (&conflicts);
}

/* ---- deciding ---- */

static SatchelRecord *
require_conflict (SatchelSession *session, const char *id, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "conflict");
  SatchelRecord *conflict = NULL;

  if (!satchel_replica_read (satchel_session_get_replica (session), entity, id, &conflict, error))
    return NULL;
  if (conflict == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("there is no conflict %s here"), id);
  return conflict;
}

static gboolean
check_undecided (SatchelSession *session, const SatchelRecord *conflict, GError **error)
{
  g_autoptr (GHashTable) decided = NULL;

  if (g_strcmp0 (satchel_dispute_get_text (conflict, "status"), "resolved") == 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, _ ("this conflict is resolved already"));
    return FALSE;
  }
  decided = satchel_session_list_decided (session, error);
  if (decided == NULL)
    return FALSE;
  if (!g_hash_table_contains (decided, conflict->id))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
                       _ ("a decision of this conflict waits for the server already: satchelctl outbox"));
  return FALSE;
}

static const SatchelField *
require_subject (SatchelSession *session, const SatchelRecord *conflict, GError **error)
{
  const SatchelField *field = satchel_dispute_find_subject (satchel_session_get_registry (session), conflict);

  if (field == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, _ ("this program does not know the field “%s”"),
                 satchel_dispute_get_text (conflict, "field"));
  return field;
}

char *
satchel_session_decide (SatchelSession *session, const char *id, SatchelDecision decision,
                        const SatchelValue *value, GError **error)
{
  static const char *const choices[] = { "mine", "theirs", "value" };
  g_autoptr (SatchelRecord) conflict = require_conflict (session, id, error);
  g_autoptr (GHashTable) arguments = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *text = NULL;
  const SatchelField *field;

  if (conflict == NULL || !check_undecided (session, conflict, error))
    return NULL;
  g_hash_table_insert (arguments, (char *)"choice", (char *)choices[decision]);
  if (decision == SATCHEL_DECIDE_VALUE) {
    field = require_subject (session, conflict, error);
    if (field == NULL || !satchel_value_check (field, value, error))
      return NULL;
    text = satchel_value_to_text (field, value);
    g_hash_table_insert (arguments, (char *)"value", text);
  }
  return satchel_session_act (session, conflict->entity, id, "resolve", arguments, error);
}

static gboolean
put_back (SatchelSession *session, const SatchelRecord *conflict, const SatchelValue *before, GError **error)
{
  const SatchelField *field = require_subject (session, conflict, error);
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  g_autofree char *set = NULL;
  SatchelFieldValue *change;

  if (field == NULL)
    return FALSE;
  change = g_new0 (SatchelFieldValue, 1);
  change->field = field;
  change->value = satchel_value_ref (before);
  g_ptr_array_add (changes, change);
  set = satchel_session_update (
      session, satchel_dispute_find_entity (satchel_session_get_registry (session), conflict),
      satchel_dispute_get_text (conflict, "record_id"), changes, error);
  if (set == NULL || *set != '\0')
    return set != NULL;
  /* It is shown as before still, or was decided so: there is nothing to write over. */
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
                       _ ("the decision has gone to the server already: change the record instead"));
  return FALSE;
}

gboolean
satchel_session_undecide (SatchelSession *session, const char *id, const char *set,
                          const SatchelValue *before, GError **error)
{
  g_autoptr (SatchelRecord) conflict = require_conflict (session, id, error);
  g_autoptr (GError) late = NULL;

  if (conflict == NULL)
    return FALSE;
  if (satchel_outbox_discard (satchel_session_get_outbox (session), set, &late))
    return TRUE;
  if (satchel_error_code (late) == SATCHEL_ERROR_STATE ||
      satchel_error_code (late) == SATCHEL_ERROR_NOT_FOUND)
    return put_back (session, conflict, before, error);
  g_propagate_error (error, g_steal_pointer (&late));
  return FALSE;
}
