/* From all entities down to single rows. What to ask next stands in two queues: parts whose sums differ, rows
 * that are wrong. All rows are looked at once, some at a time between whatever else the thread does; from
 * then on only those that an answer names.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "satchel-audit"

#include "client/sync/audit.h"

#include <string.h>

#include "client/replica/stubs.h"
#include "client/sync/survey.h"
#include "protocol/error.h"
#include "protocol/limits.h"
#include "protocol/wire/json.h"
#include "protocol/wire/members.h"

/* Beyond these a whole pull is cheaper than finding and fetching them one by one. */
#define MOST_PARTS 256
#define MOST_ROWS  5000

/* A part that differs. */
typedef struct {
  const SatchelEntity *entity;
  char *part;
} Part;

/* A row that differs, is missing, or is one too many. */
typedef struct {
  const SatchelEntity *entity;
  char *id;
  guint64 told; /* its sum by the server; 0: it has no such row for this device */
} Row;

struct _SatchelAudit {
  SatchelSession *session;
  SatchelReplica *replica;
  SatchelTransport *transport;
  char *token, *cursor;
  SatchelAuditFunc done;
  gpointer data;

  SatchelWireExchange *exchange;
  GHashTable *told;      /* name → guint64*: the server's sum of each entity */
  SatchelSurvey *survey; /* of what is here */
  GHashTable *leaves;    /* entity that differs → guint64[SATCHEL_SUM_LEAVES] */

  GQueue parts;     /* Part*, one entity's after the other's */
  GPtrArray *asked; /* Part*, of the question under way */
  GQueue rows;      /* Row* */
  guint n_fetched;  /* of rows, by the question under way */
  JsonObject *healed;
  gint64 n_healed, n_disputed;
};

static void ask_next (SatchelAudit *audit);

static void
part_free (gpointer data)
{
  Part *part = data;

  g_free (part->part);
  g_free (part);
}

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->id);
  g_free (row);
}

/* ---- the end ---- */

static gboolean
store_result (SatchelAudit *audit, SatchelAuditOutcome outcome, gint64 now_ms, GError **error)
{
  g_autofree char *healed = NULL;

  if (outcome == SATCHEL_AUDIT_STALE || outcome == SATCHEL_AUDIT_LOST || outcome == SATCHEL_AUDIT_FAILED)
    return satchel_replica_set_meta_integer (audit->replica, "audit_tried_ms", now_ms, error);
  if (audit->n_healed > 0) {
    healed = satchel_json_print_object (json_object_ref (audit->healed));
    if (!satchel_replica_set_meta (audit->replica, "healed", healed, error) ||
        !satchel_replica_set_meta_integer (audit->replica, "healed_ms", now_ms, error))
      return FALSE;
  }
  return satchel_stubs_sweep (satchel_replica_get_database (audit->replica),
                              satchel_session_get_registry (audit->session), error) &&
         satchel_replica_set_meta_integer (audit->replica, "audit_disputed", audit->n_disputed, error) &&
         satchel_replica_set_meta_integer (audit->replica, "audit_ms", now_ms, error);
}

static gboolean
remember (SatchelAudit *audit, SatchelAuditOutcome outcome, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (audit->replica);
  gint64 now_ms = satchel_clock_now_ms (satchel_session_get_clock (audit->session));

  if (!satchel_database_begin (database, error))
    return FALSE;
  if (store_result (audit, outcome, now_ms, error))
    return satchel_database_commit (database, error);
  satchel_database_rollback (database);
  return FALSE;
}

/* Names entities and numbers, no customer's data. */
static void
log_healed (SatchelAudit *audit)
{
  JsonObjectIter iter;
  const char *entity;
  JsonNode *count;

  json_object_iter_init (&iter, audit->healed);
  while (json_object_iter_next (&iter, &entity, &count))
    g_message ("healed %" G_GINT64_FORMAT " rows in %s that differed from the server's",
               json_node_get_int (count), entity);
  if (audit->n_disputed > 0)
    g_message ("%" G_GINT64_FORMAT " rows came from the server unlike its own sums", audit->n_disputed);
}

/* Takes @error. */
static void
finish (SatchelAudit *audit, SatchelAuditOutcome outcome, GError *error)
{
  g_autoptr (GError) problem = error;

  if (outcome == SATCHEL_AUDIT_RIGHT && audit->n_disputed > 0)
    outcome = SATCHEL_AUDIT_DISPUTED;
  else if (outcome == SATCHEL_AUDIT_RIGHT && audit->n_healed > 0)
    outcome = SATCHEL_AUDIT_HEALED;
  log_healed (audit);
  if (!remember (audit, outcome, problem == NULL ? &problem : NULL))
    outcome = SATCHEL_AUDIT_FAILED;
  audit->done (outcome, audit->n_healed, outcome == SATCHEL_AUDIT_FAILED ? problem : NULL, audit->data);
}

static void
fail (SatchelAudit *audit, GError *error)
{
  finish (audit, SATCHEL_AUDIT_FAILED, error);
}

/* ---- exchanges ---- */

static void
start (SatchelAudit *audit, const char *path, JsonObject *question, const SatchelExchangeHandler *handler)
{
  char *text = satchel_json_print_object (question);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

  audit->exchange = audit->transport->start (audit->transport, path, audit->token, body, handler, audit);
}

static JsonObject *
new_question (SatchelAudit *audit, const SatchelEntity *entity)
{
  JsonObject *question = json_object_new ();

  json_object_set_string_member (question, "cursor", audit->cursor);
  if (entity != NULL)
    json_object_set_string_member (question, "entity", entity->name);
  return question;
}

static gboolean
is_stale (JsonNode *node)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  return object != NULL && json_object_has_member (object, "stale");
}

/* The answer, or NULL after the audit has ended because of it. */
static JsonNode *
read_answer (SatchelAudit *audit, GBytes *body, const GError *error)
{
  g_autoptr (JsonNode) node = NULL;
  GError *problem = NULL;
  gsize length;
  const char *text;

  audit->exchange = NULL;
  if (error != NULL) {
    fail (audit, g_error_copy (error));
    return NULL;
  }
  text = g_bytes_get_data (body, &length);
  node = satchel_json_parse (text, length, &problem);
  if (node == NULL) {
    fail (audit, problem);
    return NULL;
  }
  if (!is_stale (node))
    return g_steal_pointer (&node);
  finish (audit, SATCHEL_AUDIT_STALE, NULL);
  return NULL;
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                       "an answer to an audit is not as it must be");
  return FALSE;
}

/* ["…", "16 digits"]: a name and its sum. */
static gboolean
read_pair (JsonNode *node, const char **name, guint64 *sum)
{
  JsonArray *pair = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  const char *digits;

  if (pair == NULL || json_array_get_length (pair) != 2)
    return FALSE;
  *name = satchel_json_get_string (json_array_get_element (pair, 0));
  digits = satchel_json_get_string (json_array_get_element (pair, 1));
  return *name != NULL && digits != NULL && strlen (digits) == SATCHEL_CHECKSUM_DIGITS &&
         satchel_checksum_parse (digits, sum);
}

/* ---- entities ---- */

static void
add_part (SatchelAudit *audit, const SatchelEntity *entity, char *name)
{
  Part *part = g_new (Part, 1);

  part->entity = entity;
  part->part = name;
  g_queue_push_tail (&audit->parts, part);
}

static void
entity_cb (const SatchelEntity *entity, guint64 *leaves, gpointer data)
{
  SatchelAudit *audit = data;
  g_autofree guint64 *ours = leaves;
  const guint64 *theirs = g_hash_table_lookup (audit->told, entity->name);

  if (satchel_sum_leaves_total (ours, "") == (theirs != NULL ? *theirs : 0))
    return;
  add_part (audit, entity, g_strdup (""));
  g_hash_table_insert (audit->leaves, (gpointer)entity, g_steal_pointer (&ours));
}

static void
surveyed_cb (const GError *error, gpointer data)
{
  if (error == NULL)
    ask_next (data);
  else
    fail (data, g_error_copy (error));
}

static gboolean
take_entities (SatchelAudit *audit, JsonNode *node, GError **error)
{
  SatchelMembers members;
  JsonArray *entities;

  satchel_members_open (&members, node, "an answer to an audit");
  entities = satchel_members_require_array (&members, "entities");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (entities); i++) {
    g_autofree guint64 *sum = g_new (guint64, 1);
    const char *name;

    if (!read_pair (json_array_get_element (entities, i), &name, sum))
      return refuse (error);
    g_hash_table_replace (audit->told, g_strdup (name), g_steal_pointer (&sum));
  }
  return TRUE;
}

static void
entities_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelAudit *audit = data;
  g_autoptr (JsonNode) node = read_answer (audit, body, error);
  GError *problem = NULL;
  gboolean surveyed;

  if (node == NULL)
    return;
  audit->survey = satchel_survey_new (audit->replica, satchel_session_get_registry (audit->session),
                                      entity_cb, surveyed_cb, audit);
  if (!take_entities (audit, node, &problem) || !satchel_survey_begin (audit->survey, &surveyed, &problem))
    fail (audit, problem);
  else if (surveyed)
    ask_next (audit);
}

/* ---- parts ---- */

static gboolean
compare_parts (SatchelAudit *audit, const Part *part, const char *digits, GError **error)
{
  guint64 ours[SATCHEL_CHECKSUM_PARTS];

  if (strlen (digits) != SATCHEL_CHECKSUM_PARTS * SATCHEL_CHECKSUM_DIGITS)
    return refuse (error);
  if (strlen (part->part) < SATCHEL_SUM_DIGITS)
    satchel_sum_leaves_parts (g_hash_table_lookup (audit->leaves, part->entity), part->part, ours);
  else if (!satchel_replica_sum_parts (audit->replica, part->entity, part->part, ours, error))
    return FALSE;
  for (guint i = 0; i < SATCHEL_CHECKSUM_PARTS; i++) {
    char *child = satchel_checksum_part_child (part->part, i);
    guint64 theirs;

    /* Beyond the last level there are rows only. */
    if (child == NULL || !satchel_checksum_parse (digits + i * SATCHEL_CHECKSUM_DIGITS, &theirs)) {
      g_free (child);
      return refuse (error);
    }
    if (theirs != ours[i])
      add_part (audit, part->entity, child);
    else
      g_free (child);
  }
  return TRUE;
}

static void
add_row (SatchelAudit *audit, const SatchelEntity *entity, const char *id, guint64 told)
{
  Row *row = g_new (Row, 1);

  row->entity = entity;
  row->id = g_strdup (id);
  row->told = told;
  g_queue_push_tail (&audit->rows, row);
}

typedef struct {
  SatchelAudit *audit;
  const SatchelEntity *entity;
  GHashTable *named; /* ids that the server named */
} Extras;

static void
extra_cb (const char *id, guint64 sum, gpointer data)
{
  const Extras *extras = data;

  if (!g_hash_table_contains (extras->named, id))
    add_row (extras->audit, extras->entity, id, 0);
}

/* Whether @sum is all that the part holds here. */
static gboolean
is_whole (SatchelAudit *audit, const Part *part, guint64 sum)
{
  return strlen (part->part) <= SATCHEL_SUM_DIGITS &&
         satchel_sum_leaves_total (g_hash_table_lookup (audit->leaves, part->entity), part->part) == sum;
}

static gboolean
compare_rows (SatchelAudit *audit, const Part *part, JsonArray *rows, GError **error)
{
  g_autoptr (GHashTable) named = g_hash_table_new (g_str_hash, g_str_equal);
  Extras extras = { audit, part->entity, named };
  guint64 whole = 0;

  for (guint i = 0; i < json_array_get_length (rows); i++) {
    const char *id;
    guint64 theirs, ours;

    if (!read_pair (json_array_get_element (rows, i), &id, &theirs) || !satchel_id_is_valid (id) ||
        !g_str_has_suffix (id, part->part))
      return refuse (error);
    if (!satchel_replica_sum_row (audit->replica, part->entity, id, &ours, error))
      return FALSE;
    if (ours != theirs)
      add_row (audit, part->entity, id, theirs);
    if (g_hash_table_add (named, (gpointer)id))
      whole += ours;
  }
  /* Looking for what the server did not name means looking at all ids. */
  return is_whole (audit, part, whole) ||
         satchel_replica_visit_sums (audit->replica, part->entity, part->part, extra_cb, &extras, error);
}

static gboolean
take_parts (SatchelAudit *audit, JsonNode *node, GError **error)
{
  SatchelMembers members;
  JsonArray *parts;

  satchel_members_open (&members, node, "an answer to an audit");
  parts = satchel_members_require_array (&members, "parts");
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, error))
    return FALSE;
  if (json_array_get_length (parts) != audit->asked->len)
    return refuse (error);
  for (guint i = 0; i < audit->asked->len; i++) {
    JsonNode *element = json_array_get_element (parts, i);
    JsonObject *answer = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
    JsonNode *sums = answer != NULL ? json_object_get_member (answer, "sums") : NULL;
    JsonNode *rows = answer != NULL ? json_object_get_member (answer, "rows") : NULL;
    const char *digits = sums != NULL ? satchel_json_get_string (sums) : NULL;
    gboolean taken;

    if (digits != NULL)
      taken = compare_parts (audit, audit->asked->pdata[i], digits, error);
    else if (rows != NULL && JSON_NODE_HOLDS_ARRAY (rows))
      taken = compare_rows (audit, audit->asked->pdata[i], json_node_get_array (rows), error);
    else
      taken = refuse (error);
    if (!taken)
      return FALSE;
  }
  return TRUE;
}

static void
parts_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelAudit *audit = data;
  g_autoptr (JsonNode) node = read_answer (audit, body, error);
  GError *problem = NULL;

  if (node == NULL)
    return;
  if (take_parts (audit, node, &problem))
    ask_next (audit);
  else
    fail (audit, problem);
}

/* Those of one entity that stand first. */
static void
ask_parts (SatchelAudit *audit)
{
  static const SatchelExchangeHandler handler = { .done = parts_cb };
  const SatchelEntity *entity = ((const Part *)g_queue_peek_head (&audit->parts))->entity;
  JsonObject *question = new_question (audit, entity);
  JsonArray *names = json_array_new ();

  g_ptr_array_set_size (audit->asked, 0);
  while (audit->asked->len < SATCHEL_MAX_AUDIT_PARTS && !g_queue_is_empty (&audit->parts) &&
         ((const Part *)g_queue_peek_head (&audit->parts))->entity == entity) {
    Part *part = g_queue_pop_head (&audit->parts);

    json_array_add_string_element (names, part->part);
    g_ptr_array_add (audit->asked, part);
  }
  json_object_set_array_member (question, "parts", names);
  start (audit, "/v1/audit", question, &handler);
}

/* ---- rows ---- */

/* What came is looked at again: a row that still differs is damaged where it came from. */
static gboolean
note_fetched (SatchelAudit *audit, GError **error)
{
  for (; audit->n_fetched > 0; audit->n_fetched--) {
    g_autofree Row *row = g_queue_pop_head (&audit->rows);
    g_autofree char *id = row->id;
    guint64 sum;

    if (!satchel_replica_sum_row (audit->replica, row->entity, id, &sum, error))
      return FALSE;
    if (sum == row->told) {
      json_object_set_int_member (
          audit->healed, row->entity->name,
          json_object_get_int_member_with_default (audit->healed, row->entity->name, 0) + 1);
      audit->n_healed++;
    } else {
      audit->n_disputed++;
    }
  }
  return TRUE;
}

static gboolean
is_stale_stream (const char *text, gsize length)
{
  const char *end = memchr (text, '\n', length);
  g_autoptr (JsonNode) head = satchel_json_parse (text, end != NULL ? (gsize)(end - text) : length, NULL);

  return head != NULL && is_stale (head);
}

static void
rows_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelAudit *audit = data;
  g_autoptr (GInputStream) lines = NULL;
  SatchelPullResult result;
  GError *problem = NULL;
  gsize length;
  const char *text;

  audit->exchange = NULL;
  if (error != NULL) {
    fail (audit, g_error_copy (error));
    return;
  }
  text = g_bytes_get_data (body, &length);
  if (text != NULL && is_stale_stream (text, length)) {
    finish (audit, SATCHEL_AUDIT_STALE, NULL);
    return;
  }
  lines = g_memory_input_stream_new_from_bytes (body);
  if (!satchel_replica_apply_pull (audit->replica, lines,
                                   satchel_clock_now_ms (satchel_session_get_clock (audit->session)), &result,
                                   &problem) ||
      !note_fetched (audit, &problem)) {
    fail (audit, problem);
    return;
  }
  ask_next (audit);
}

static void
ask_rows (SatchelAudit *audit)
{
  static const SatchelExchangeHandler handler = { .done = rows_cb };
  const SatchelEntity *entity = ((const Row *)g_queue_peek_head (&audit->rows))->entity;
  JsonObject *question = new_question (audit, entity);
  JsonArray *ids = json_array_new ();

  audit->n_fetched = 0;
  for (const GList *link = audit->rows.head; link != NULL && audit->n_fetched < SATCHEL_MAX_AUDIT_IDS;
       link = link->next) {
    const Row *row = link->data;

    if (row->entity != entity)
      break;
    json_array_add_string_element (ids, row->id);
    audit->n_fetched++;
  }
  json_object_set_array_member (question, "ids", ids);
  start (audit, "/v1/rows", question, &handler);
}

static void
ask_next (SatchelAudit *audit)
{
  if (audit->parts.length > MOST_PARTS || audit->rows.length > MOST_ROWS)
    finish (audit, SATCHEL_AUDIT_LOST, NULL);
  else if (!g_queue_is_empty (&audit->parts))
    ask_parts (audit);
  else if (!g_queue_is_empty (&audit->rows))
    ask_rows (audit);
  else
    finish (audit, SATCHEL_AUDIT_RIGHT, NULL);
}

/* ---- the door ---- */

SatchelAudit *
satchel_audit_start (SatchelSession *session, SatchelTransport *transport, const char *token,
                     SatchelAuditFunc done, gpointer data, GError **error)
{
  static const SatchelExchangeHandler handler = { .done = entities_cb };
  SatchelReplica *replica = satchel_session_get_replica (session);
  g_autofree char *cursor = NULL;
  SatchelAudit *audit;

  if (!satchel_replica_dup_meta (replica, "cursor", &cursor, error))
    return NULL;
  if (cursor == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CURSOR, "there was no sync yet");
    return NULL;
  }
  audit = g_new0 (SatchelAudit, 1);
  audit->session = session;
  audit->replica = replica;
  audit->transport = transport;
  audit->token = g_strdup (token);
  audit->cursor = g_steal_pointer (&cursor);
  audit->done = done;
  audit->data = data;
  g_queue_init (&audit->parts);
  g_queue_init (&audit->rows);
  audit->asked = g_ptr_array_new_with_free_func (part_free);
  audit->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  audit->leaves = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  audit->healed = json_object_new ();
  start (audit, "/v1/audit", new_question (audit, NULL), &handler);
  return audit;
}

void
satchel_audit_free (SatchelAudit *audit)
{
  if (audit == NULL)
    return;
  if (audit->exchange != NULL)
    audit->transport->cancel (audit->transport, audit->exchange);
  satchel_survey_free (audit->survey);
  g_queue_clear_full (&audit->parts, part_free);
  g_queue_clear_full (&audit->rows, row_free);
  g_ptr_array_unref (audit->asked);
  g_hash_table_unref (audit->told);
  g_hash_table_unref (audit->leaves);
  json_object_unref (audit->healed);
  g_free (audit->token);
  g_free (audit->cursor);
  g_free (audit);
}

typedef struct {
  SatchelAuditOutcome outcome;
  gint64 healed;
  GError *error;
  gboolean done;
} Waiting;

static void
waited_cb (SatchelAuditOutcome outcome, gint64 healed, const GError *error, gpointer data)
{
  *(Waiting *)data = (Waiting){ outcome, healed, error != NULL ? g_error_copy (error) : NULL, TRUE };
}

gboolean
satchel_audit_run (SatchelSession *session, SatchelTransport *transport, const char *token,
                   SatchelAuditOutcome *outcome, gint64 *healed, GError **error)
{
  Waiting waiting = { 0 };
  SatchelAudit *audit = satchel_audit_start (session, transport, token, waited_cb, &waiting, error);

  if (audit == NULL)
    return FALSE;
  while (!waiting.done)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  satchel_audit_free (audit);
  *outcome = waiting.outcome;
  *healed = waiting.healed;
  if (waiting.error == NULL)
    return TRUE;
  g_propagate_error (error, waiting.error);
  return FALSE;
}

/* A clock that was wrong for a while must not put audits off for ever. */
static gboolean
is_past (SatchelReplica *replica, const char *key, gint64 interval_ms, gint64 now_ms)
{
  gint64 at_ms = satchel_replica_peek_meta_integer (replica, key, -1);

  return at_ms < 0 || at_ms > now_ms || now_ms - at_ms >= interval_ms;
}

gboolean
satchel_audit_is_due (SatchelReplica *replica, gint64 now_ms)
{
  return is_past (replica, "audit_ms", SATCHEL_AUDIT_INTERVAL_MS, now_ms) &&
         is_past (replica, "audit_tried_ms", SATCHEL_AUDIT_RETRY_MS, now_ms);
}

gint64
satchel_audit_get_disputed (SatchelReplica *replica)
{
  return satchel_replica_peek_meta_integer (replica, "audit_disputed", 0);
}

JsonObject *
satchel_audit_get_healed (SatchelReplica *replica, gint64 *at_ms)
{
  const char *text = satchel_replica_peek_meta (replica, "healed");
  g_autoptr (JsonNode) node = text != NULL ? satchel_json_parse (text, strlen (text), NULL) : NULL;

  *at_ms = satchel_replica_peek_meta_integer (replica, "healed_ms", 0);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_object_ref (json_node_get_object (node)) : NULL;
}
