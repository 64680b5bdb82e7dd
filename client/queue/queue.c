/* The tables of the queue.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/queue/queue.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/queue/queue-private.h"
#include "protocol/error.h"
#include "protocol/wire/json.h"

/* Every table and index costs each edit a page or more to write durably, so that there are few. Sets that are
 * retained move to a table of their own: they may be many, and what waits must be found without looking at
 * them. The id of a lay is made of its set's place and its own. States are numbers of SatchelSetState, which
 * therefore never change. */
#define SET_TABLE                                                                                            \
  "(seq INTEGER PRIMARY KEY, uuid TEXT NOT NULL, number INTEGER, state INTEGER NOT NULL, planned INTEGER "   \
  "NOT NULL,"                                                                                                \
  " text TEXT NOT NULL, code TEXT, reason TEXT, field TEXT, s INTEGER NOT NULL DEFAULT 0,"                   \
  " at_ms INTEGER NOT NULL DEFAULT 0) STRICT;"

const char satchel_queue_schema[] =
    "CREATE TABLE set_queue " SET_TABLE
    "CREATE INDEX \"set_queue:number\" ON set_queue (number) WHERE number > 0;"
    "CREATE INDEX \"set_queue:s\" ON set_queue (s) WHERE s > 0;"
    "CREATE INDEX \"set_queue:planned\" ON set_queue (seq) WHERE planned = 1;"
    "CREATE TABLE set_retained " SET_TABLE "CREATE INDEX \"set_retained:s\" ON set_retained (s);"
    "CREATE TABLE lay (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, entity TEXT NOT NULL, record TEXT NOT "
    "NULL,"
    "  \"values\" TEXT) STRICT;"
    "CREATE INDEX \"lay:record\" ON lay (record);"
    "CREATE TABLE released (uuid TEXT PRIMARY KEY, offered INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT "
    "ROWID;";

G_STATIC_ASSERT (SATCHEL_SET_PENDING == 0 && SATCHEL_SET_SENT == 1 && SATCHEL_SET_RETAINED == 2 &&
                 SATCHEL_SET_PARKED == 3);

#define SET_COLUMNS "seq, uuid, number, state, text, code, reason, field, s, at_ms"

void
satchel_queue_row_free (SatchelQueueRow *row)
{
  if (row == NULL)
    return;
  satchel_queued_set_free (row->queued);
  g_free (row);
}

/* ---- the text of a set: {"cursors":[…],"set":{…}} ---- */

/* The wire form wants a number, which a set has only once it is offered: the column holds it, the text a 1.
 */
static char *
set_to_text (const SatchelChangeSet *set)
{
  g_autoptr (GPtrArray) cursors = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonNode) wire = NULL;
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  wire = satchel_change_set_to_json (set, cursors);
  json_object_set_int_member (json_node_get_object (wire), "n", 1);
  for (guint i = 0; i < cursors->len; i++)
    json_array_add_string_element (array, cursors->pdata[i]);
  json_object_set_array_member (object, "cursors", array);
  json_object_set_member (object, "set", g_steal_pointer (&wire));
  json_node_take_object (node, object);
  return satchel_json_print (node);
}

static SatchelChangeSet *
set_from_text (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, strlen (text), error);
  g_autoptr (GPtrArray) cursors = g_ptr_array_new ();
  JsonObject *object;
  JsonArray *array;

  if (node == NULL)
    return NULL;
  object = json_node_get_object (node);
  array = json_object_get_array_member (object, "cursors");
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_ptr_array_add (cursors, (char *)json_array_get_string_element (array, i));
  return satchel_change_set_from_json (json_object_get_member (object, "set"),
                                       (const char *const *)cursors->pdata, cursors->len, error);
}

/* ---- reading sets ---- */

static SatchelQueueRow *
read_row (SatchelStatement *statement, GError **error)
{
  g_autoptr (SatchelQueueRow) row = g_new0 (SatchelQueueRow, 1);
  const char *text = satchel_statement_get_text (statement, 4);
  const char *code = satchel_statement_get_text (statement, 5);

  row->queued = g_new0 (SatchelQueuedSet, 1);
  row->seq = satchel_statement_get_integer (statement, 0);
  row->size_bytes = strlen (text);
  row->queued->set = set_from_text (text, error);
  if (row->queued->set == NULL)
    return NULL;
  g_free (row->queued->set->uuid);
  row->queued->set->uuid = g_strdup (satchel_statement_get_text (statement, 1));
  row->queued->set->number = satchel_statement_get_integer (statement, 2);
  row->queued->state = (SatchelSetState)satchel_statement_get_integer (statement, 3);
  if (code != NULL && !satchel_error_from_name (code, &row->queued->code))
    row->queued->code = SATCHEL_ERROR_INVALID;
  row->queued->reason = g_strdup (satchel_statement_get_text (statement, 6));
  row->queued->field = g_strdup (satchel_statement_get_text (statement, 7));
  row->queued->s = satchel_statement_get_integer (statement, 8);
  row->queued->at_ms = satchel_statement_get_integer (statement, 9);
  row->queued->place = row->seq;
  return g_steal_pointer (&row);
}

/* Appends to @rows what @statement, bound, finds. */
static gboolean
collect_rows (SatchelStatement *statement, GPtrArray *rows, GError **error)
{
  gboolean more;

  while (satchel_statement_step (statement, &more, error)) {
    SatchelQueueRow *row;

    if (!more)
      return TRUE;
    row = read_row (statement, error);
    if (row == NULL) {
      satchel_statement_reset (statement);
      return FALSE;
    }
    g_ptr_array_add (rows, row);
  }
  return FALSE;
}

static GPtrArray *
new_rows (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_queue_row_free);
}

static GPtrArray *
list_with (SatchelDatabase *database, const char *sql, gint64 first, gint64 second, gint64 third,
           GError **error)
{
  g_autoptr (GPtrArray) rows = new_rows ();
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, first);
  satchel_statement_bind_integer (statement, 2, second);
  satchel_statement_bind_integer (statement, 3, third);
  return collect_rows (statement, rows, error) ? g_steal_pointer (&rows) : NULL;
}

GPtrArray *
satchel_queue_list (SatchelDatabase *database, guint states, gint64 after, gint64 limit, GError **error)
{
  return list_with (database,
                    states & SATCHEL_SET_BIT (SATCHEL_SET_RETAINED)
                        ? "SELECT * FROM (SELECT " SET_COLUMNS " FROM set_queue UNION ALL SELECT " SET_COLUMNS
                          " FROM set_retained) WHERE ?1 >> state & 1 AND seq > ?2 ORDER BY seq LIMIT ?3"
                        : "SELECT " SET_COLUMNS
                          " FROM set_queue WHERE ?1 >> state & 1 AND seq > ?2 ORDER BY seq LIMIT ?3",
                    states, after, limit, error);
}

GPtrArray *
satchel_queue_list_planned (SatchelDatabase *database, GError **error)
{
  return list_with (database,
                    "SELECT " SET_COLUMNS " FROM set_queue"
                    " WHERE planned = 1 AND state IN (?1, ?2) ORDER BY seq LIMIT ?3",
                    SATCHEL_SET_PENDING, SATCHEL_SET_SENT, -1, error);
}

static gboolean
is_there (SatchelDatabase *database, const char *sql, gboolean *there, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);
  gint64 found;

  if (statement == NULL || !satchel_statement_take_integer (statement, 0, &found, error))
    return FALSE;
  *there = found != 0;
  return TRUE;
}

gboolean
satchel_queue_any_planned (SatchelDatabase *database, gboolean *any, GError **error)
{
  return is_there (database, "SELECT EXISTS (SELECT 1 FROM set_queue WHERE planned = 1 AND state IN (0, 1))",
                   any, error);
}

/* Numbers are given in order of the queue, but a set that waited for its file got a later one than those
 * behind it. */
GPtrArray *
satchel_queue_list_behind (SatchelDatabase *database, gint64 last, gint64 limit, GError **error)
{
  g_autoptr (GPtrArray) rows =
      list_with (database,
                 "SELECT " SET_COLUMNS " FROM set_queue WHERE number > 0 AND number > ?1 AND state IN (0, ?2)"
                 " AND s = 0 ORDER BY number LIMIT ?3",
                 last, SATCHEL_SET_SENT, limit, error);
  g_autoptr (GPtrArray) rest = NULL;

  if (rows == NULL || (limit >= 0 && rows->len == limit))
    return g_steal_pointer (&rows);
  rest =
      list_with (database,
                 "SELECT " SET_COLUMNS
                 " FROM set_queue WHERE number IS NULL AND state IN (?1, ?2) AND s = 0 ORDER BY seq LIMIT ?3",
                 SATCHEL_SET_PENDING, SATCHEL_SET_SENT, limit < 0 ? -1 : limit - rows->len, error);
  if (rest == NULL)
    return NULL;
  g_ptr_array_extend_and_steal (rows, g_steal_pointer (&rest));
  return g_steal_pointer (&rows);
}

GPtrArray *
satchel_queue_list_unanswered (SatchelDatabase *database, gint64 limit, GError **error)
{
  return satchel_queue_list_behind (database, 0, limit, error);
}

gboolean
satchel_queue_waits (SatchelDatabase *database, gboolean *waits, GError **error)
{
  return is_there (database,
                   "SELECT EXISTS (SELECT 1 FROM set_queue WHERE state IN (0, 1) AND s = 0)"
                   " OR EXISTS (SELECT 1 FROM released)",
                   waits, error);
}

gboolean
satchel_queue_find (SatchelDatabase *database, const char *uuid, SatchelQueueRow **row, GError **error)
{
  g_autoptr (GPtrArray) rows = new_rows ();
  g_autofree char *end = g_strconcat (uuid, "~", NULL); /* after every hexadecimal digit */
  SatchelStatement *statement;

  *row = NULL;
  statement = satchel_database_prepare (
      database, "SELECT " SET_COLUMNS " FROM set_queue WHERE uuid >= ?1 AND uuid < ?2 LIMIT 2", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, uuid);
  satchel_statement_bind_text (statement, 2, end);
  if (!collect_rows (statement, rows, error))
    return FALSE;
  if (rows->len > 1) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("more than one change set begins with “%s”"),
                 uuid);
    return FALSE;
  }
  if (rows->len == 1)
    *row = g_ptr_array_steal_index (rows, 0);
  return TRUE;
}

gboolean
satchel_queue_mentions (SatchelDatabase *database, guint states, const char *word, gboolean *found,
                        GError **error)
{
  SatchelStatement *statement;
  gint64 exists;

  statement = satchel_database_prepare (
      database,
      "SELECT EXISTS (SELECT 1 FROM set_queue WHERE ?1 >> state & 1 AND instr (text, ?2))"
      " OR EXISTS (SELECT 1 FROM set_retained WHERE ?1 >> state & 1 AND instr (text, ?2))",
      error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, states);
  satchel_statement_bind_text (statement, 2, word);
  if (!satchel_statement_take_integer (statement, 0, &exists, error))
    return FALSE;
  *found = exists != 0;
  return TRUE;
}

gboolean
satchel_queue_count (SatchelDatabase *database, SatchelSetState state, gint64 *count, GError **error)
{
  SatchelStatement *statement;

  statement = satchel_database_prepare (database,
                                        state == SATCHEL_SET_RETAINED
                                            ? "SELECT count(*) FROM set_retained WHERE state = ?"
                                            : "SELECT count(*) FROM set_queue WHERE state = ?",
                                        error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, state);
  return satchel_statement_take_integer (statement, 0, count, error);
}

gboolean
satchel_queue_count_unnumbered (SatchelDatabase *database, gint64 last, gint64 *count, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      database, "SELECT count(*) FROM set_queue WHERE seq <= ? AND state = 0 AND number IS NULL", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, last);
  return satchel_statement_take_integer (statement, 0, count, error);
}

gboolean
satchel_queue_count_unanswered (SatchelDatabase *database, gint64 *count, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      database, "SELECT count(*) FROM set_queue WHERE state IN (0, 1) AND s = 0", error);

  return statement != NULL && satchel_statement_take_integer (statement, 0, count, error);
}

/* By the number's index; a set that the server knows by another number is looked for. */
gboolean
satchel_queue_find_unanswered (SatchelDatabase *database, const char *uuid, gint64 number, gint64 *seq,
                               GError **error)
{
  SatchelStatement *statement;

  statement = satchel_database_prepare (database,
                                        "SELECT seq FROM set_queue WHERE number > 0 AND number = ?1"
                                        " AND state = 1 AND s = 0 AND (?2 IS NULL OR uuid = ?2)",
                                        error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, number);
  satchel_statement_bind_text (statement, 2, uuid);
  if (!satchel_statement_take_integer (statement, 0, seq, error))
    return FALSE;
  if (*seq != 0 || uuid == NULL)
    return TRUE;

  statement = satchel_database_prepare (
      database, "SELECT seq FROM set_queue WHERE uuid = ? AND state IN (0, 1) AND s = 0", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, uuid);
  return satchel_statement_take_integer (statement, 0, seq, error);
}

/* ---- writing sets ---- */

gboolean
satchel_queue_append (SatchelDatabase *database, const SatchelChangeSet *set, SatchelSetForm form,
                      gint64 *seq, GError **error)
{
  g_autofree char *text = set_to_text (set);
  SatchelStatement *statement;

  statement = satchel_database_prepare (database,
                                        "INSERT INTO set_queue (seq, uuid, state, planned, text)"
                                        " VALUES (1 + max((SELECT coalesce(max(seq), 0) FROM set_queue), "
                                        "(SELECT coalesce(max(seq), 0) FROM set_retained)),"
                                        " ?, ?, ?, ?)",
                                        error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, set->uuid);
  satchel_statement_bind_integer (statement, 2, SATCHEL_SET_PENDING);
  satchel_statement_bind_integer (statement, 3, form == SATCHEL_SET_PLANNED);
  satchel_statement_bind_text (statement, 4, text);
  if (!satchel_statement_run (statement, error))
    return FALSE;
  *seq = satchel_database_get_last_rowid (database);
  return TRUE;
}

static gboolean
run_one (SatchelDatabase *database, const char *sql, gint64 first, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, first);
  return satchel_statement_run (statement, error);
}

static gboolean
run_two (SatchelDatabase *database, const char *sql, gint64 first, gint64 second, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (database, sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, first);
  satchel_statement_bind_integer (statement, 2, second);
  return satchel_statement_run (statement, error);
}

gboolean
satchel_queue_remove (SatchelDatabase *database, gint64 seq, GError **error)
{
  return run_one (database, "DELETE FROM set_queue WHERE seq = ?1", seq, error) &&
         satchel_queue_remove_lays (database, seq, error);
}

gboolean
satchel_queue_move (SatchelDatabase *database, gint64 from, gint64 to, gint64 *seq, GError **error)
{
  SatchelStatement *statement =
      satchel_database_prepare (database,
                                "SELECT EXISTS (SELECT 1 FROM set_queue WHERE seq = ?1)"
                                " OR EXISTS (SELECT 1 FROM set_retained WHERE seq = ?1)",
                                error);
  gint64 taken = 0;

  *seq = from;
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, to);
  if (!satchel_statement_take_integer (statement, 0, &taken, error) || taken)
    return taken != 0;
  *seq = to;
  return run_two (database, "UPDATE set_queue SET seq = ?2 WHERE seq = ?1", from, to, error) &&
         run_two (database, "UPDATE lay SET id = ?2 << 24 | (id & 0xffffff) WHERE id " SATCHEL_LAYS_OF ("?1"),
                  from, to, error);
}

gboolean
satchel_queue_set_sent (SatchelDatabase *database, gint64 seq, gint64 number, GError **error)
{
  return run_two (database, "UPDATE set_queue SET state = 1, number = ?2 WHERE seq = ?1", seq, number, error);
}

gboolean
satchel_queue_set_pending (SatchelDatabase *database, gint64 seq, gint64 number, GError **error)
{
  return run_two (database, "UPDATE set_queue SET state = 0, number = nullif(?2, 0) WHERE seq = ?1", seq,
                  number, error);
}

gboolean
satchel_queue_set_applied (SatchelDatabase *database, gint64 seq, gint64 s, gint64 at_ms, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      database, "UPDATE set_queue SET state = 1, s = ?2, at_ms = ?3 WHERE seq = ?1", error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, seq);
  satchel_statement_bind_integer (statement, 2, s);
  satchel_statement_bind_integer (statement, 3, at_ms);
  return satchel_statement_run (statement, error);
}

GPtrArray *
satchel_queue_list_exact (SatchelDatabase *database, gint64 after_s, GError **error)
{
  return list_with (database,
                    "SELECT " SET_COLUMNS
                    " FROM set_queue WHERE s > 0 AND s > ?1 AND state = ?2 AND at_ms > 0"
                    " ORDER BY s LIMIT ?3",
                    after_s, SATCHEL_SET_SENT, -1, error);
}

GArray *
satchel_queue_list_exact_ranges (SatchelDatabase *database, gint64 after_s, guint most, GError **error)
{
  SatchelStatement *statement = satchel_database_prepare (
      database,
      "SELECT min (s), max (s) FROM (SELECT s, s - row_number () OVER (ORDER BY s) AS run FROM set_queue"
      " WHERE s > 0 AND s > ?1 AND state = 1 AND at_ms > 0) GROUP BY run ORDER BY 1 LIMIT ?2",
      error);
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean row;

  if (statement == NULL)
    return NULL;
  satchel_statement_bind_integer (statement, 1, after_s);
  satchel_statement_bind_integer (statement, 2, most);
  while (satchel_statement_step (statement, &row, error)) {
    gint64 bounds[2];

    if (!row)
      return g_steal_pointer (&ranges);
    bounds[0] = satchel_statement_get_integer (statement, 0);
    bounds[1] = satchel_statement_get_integer (statement, 1);
    g_array_append_vals (ranges, bounds, G_N_ELEMENTS (bounds));
  }
  return NULL;
}

gboolean
satchel_queue_set_parked (SatchelDatabase *database, gint64 seq, SatchelErrorCode code, const char *reason,
                          const char *field, GError **error)
{
  SatchelStatement *statement;

  statement = satchel_database_prepare (
      database, "UPDATE set_queue SET state = 3, code = ?2, reason = ?3, field = ?4 WHERE seq = ?1", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, seq);
  satchel_statement_bind_text (statement, 2, satchel_error_name (code));
  satchel_statement_bind_text (statement, 3, reason);
  satchel_statement_bind_text (statement, 4, field);
  return satchel_statement_run (statement, error);
}

/* ---- after a pull ---- */

/* The pairs (entity, record) that a statement, bound, finds: char*, one after the other. */
static GPtrArray *
collect_pairs (SatchelStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  gboolean row;

  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return g_steal_pointer (&pairs);
    g_ptr_array_add (pairs, g_strdup (satchel_statement_get_text (statement, 0)));
    g_ptr_array_add (pairs, g_strdup (satchel_statement_get_text (statement, 1)));
  }
  return NULL;
}

/* Finds the records on which sets lie, changes the sets by some statements, and only then calls @lies: it
 * sees the new states. Every statement has the parameter @s. */
static gboolean
change_sets (SatchelDatabase *database, const char *find_sql, const char *const *change_sql, gint64 s,
             SatchelRecordFunc lies, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) pairs = NULL;
  SatchelStatement *statement = satchel_database_prepare (database, find_sql, error);

  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, s);
  pairs = collect_pairs (statement, error);
  if (pairs == NULL)
    return FALSE;
  for (guint i = 0; change_sql[i] != NULL; i++)
    if (!run_one (database, change_sql[i], s, error))
      return FALSE;
  for (guint i = 0; i < pairs->len; i += 2)
    if (!lies (pairs->pdata[i], pairs->pdata[i + 1], data, error))
      return FALSE;
  return TRUE;
}

/* The lays of the sets that a condition finds in a table. */
#define LAYS_WHERE(table, condition)                                                                         \
  "SELECT DISTINCT l.entity, l.record FROM " table                                                           \
  " q CROSS JOIN lay l ON l.id " SATCHEL_LAYS_OF ("q.seq") " WHERE " condition

#define APPLIED "s > 0 AND s <= ?1 AND state = 1"

gboolean
satchel_queue_retire (SatchelDatabase *database, gint64 s, SatchelRecordFunc lies, gpointer data,
                      GError **error)
{
  static const char *const changes[] = { "INSERT INTO set_retained SELECT seq, uuid, number, 2, planned, "
                                         "text, code, reason, field, s, at_ms FROM set_queue WHERE " APPLIED,
                                         "DELETE FROM set_queue WHERE " APPLIED, NULL };

  return change_sets (database, LAYS_WHERE ("set_queue", APPLIED), changes, s, lies, data, error);
}

gboolean
satchel_queue_drop_retained (SatchelDatabase *database, gint64 backed_up_s, GError **error)
{
  return run_one (database,
                  "DELETE FROM lay WHERE id IN (SELECT l.id FROM set_retained q CROSS JOIN lay l ON "
                  "l.id " SATCHEL_LAYS_OF ("q.seq") " WHERE q.s <= ?1)",
                  backed_up_s, error) &&
         run_one (database, "DELETE FROM set_retained WHERE s <= ?1", backed_up_s, error);
}

static gboolean
last_number_until (SatchelDatabase *database, gint64 s, gint64 *number, GError **error)
{
  SatchelStatement *statement;

  statement = satchel_database_prepare (
      database,
      "SELECT max((SELECT coalesce(max(number), 0) FROM set_queue WHERE s > 0 AND s <= ?1),"
      " (SELECT coalesce(max(number), 0) FROM set_retained WHERE s <= ?1))",
      error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, s);
  return satchel_statement_take_integer (statement, 0, number, error);
}

/* What the server did not forget has numbers up to the last one that it applied in time; a parked set beyond
 * that may be known or not, and offering a known one again does no harm. */
gboolean
satchel_queue_requeue (SatchelDatabase *database, gint64 restored_s, SatchelRecordFunc lies, gpointer data,
                       gint64 *requeued, GError **error)
{
  static const char *const move[] = {
    "INSERT INTO set_queue SELECT * FROM set_retained WHERE s > ?1", "DELETE FROM set_retained WHERE s > ?1",
    "UPDATE set_queue SET state = 0, s = 0, at_ms = 0 WHERE s > 0 AND s > ?1", NULL
  };
  static const char *const offer[] = { "UPDATE set_queue SET state = 0, code = NULL, reason = NULL, field = "
                                       "NULL WHERE state = 3 AND number > 0 AND number > ?1",
                                       NULL };
  gint64 before, after, known_number;

  if (!last_number_until (database, restored_s, &known_number, error) ||
      !satchel_queue_count (database, SATCHEL_SET_PENDING, &before, error) ||
      !change_sets (database, LAYS_WHERE ("set_retained", "s > ?1"), move, restored_s, lies, data, error) ||
      !change_sets (database, LAYS_WHERE ("set_queue", "state = 3 AND number > 0 AND number > ?1"), offer,
                    known_number, lies, data, error) ||
      !satchel_queue_count (database, SATCHEL_SET_PENDING, &after, error))
    return FALSE;
  *requeued = after - before;
  return TRUE;
}

/* ---- UUIDs given up ---- */

gboolean
satchel_queue_any_released (SatchelDatabase *database, gboolean *any, GError **error)
{
  return is_there (database, "SELECT EXISTS (SELECT 1 FROM released)", any, error);
}

gboolean
satchel_queue_release (SatchelDatabase *database, const char *uuid, GError **error)
{
  SatchelStatement *statement;

  statement = satchel_database_prepare (database, "INSERT OR IGNORE INTO released (uuid) VALUES (?)", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_text (statement, 1, uuid);
  return satchel_statement_run (statement, error);
}

static gboolean
list_released (SatchelDatabase *database, gint64 limit, GPtrArray *uuids, GError **error)
{
  SatchelStatement *statement;
  gboolean row;

  /* Those already offered first: the answer to this push forgets them. */
  statement = satchel_database_prepare (
      database, "SELECT uuid FROM released ORDER BY offered DESC, uuid LIMIT ?", error);
  if (statement == NULL)
    return FALSE;
  satchel_statement_bind_integer (statement, 1, limit);
  while (satchel_statement_step (statement, &row, error)) {
    if (!row)
      return TRUE;
    g_ptr_array_add (uuids, g_strdup (satchel_statement_get_text (statement, 0)));
  }
  return FALSE;
}

GPtrArray *
satchel_queue_offer_released (SatchelDatabase *database, gint64 limit, GError **error)
{
  g_autoptr (GPtrArray) uuids = g_ptr_array_new_with_free_func (g_free);
  SatchelStatement *statement;

  if (!list_released (database, limit, uuids, error))
    return NULL;
  for (guint i = 0; i < uuids->len; i++) {
    statement = satchel_database_prepare (database, "UPDATE released SET offered = 1 WHERE uuid = ?", error);
    if (statement == NULL)
      return NULL;
    satchel_statement_bind_text (statement, 1, uuids->pdata[i]);
    if (!satchel_statement_run (statement, error))
      return NULL;
  }
  return g_steal_pointer (&uuids);
}

gboolean
satchel_queue_forget_released (SatchelDatabase *database, GError **error)
{
  return satchel_database_execute (database, "DELETE FROM released WHERE offered = 1", error);
}

gboolean
satchel_queue_clear (SatchelDatabase *database, GError **error)
{
  return satchel_database_execute (
      database, "DELETE FROM set_queue; DELETE FROM set_retained; DELETE FROM lay; DELETE FROM released;",
      error);
}
