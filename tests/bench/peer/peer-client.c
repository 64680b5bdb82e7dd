/* The client side of our row in the table of sync engines: takes one JSON command a line on stdin, does it
 * with the shipped client library, answers on descriptor 3. The protocol of the harness is described where
 * the comparison lives.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "protocol/wire/message.h"
#include "tests/bench/device.h"
#include "tests/bench/peer/peer.h"

typedef struct {
  BenchDevice *device; /* NULL until hello */
} Peer;

static gint64
now_ns (void)
{
  struct timespec time;
  clock_gettime (CLOCK_MONOTONIC, &time);
  return time.tv_sec * G_GINT64_CONSTANT (1000000000) + time.tv_nsec;
}

static gboolean
op_hello (Peer *peer, GError **error)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%s", g_getenv ("BENCH_PORT"));
  peer->device = bench_device_new (g_getenv ("BENCH_DIR"), satchel_registry_builtin (), url, PEER_LOGIN,
                                   PEER_PASSWORD, error);
  return peer->device != NULL;
}

static SatchelReplica *
replica_of (Peer *peer)
{
  return satchel_session_get_replica (bench_device_get_session (peer->device));
}

/* The four entities are told with the first pull. */
static SatchelRegistry *
registry_of (Peer *peer)
{
  return satchel_session_get_registry (bench_device_get_session (peer->device));
}

/* ---- records ---- */

static const char *
own_name (const char *field)
{
  return g_str_equal (field, "created_at") ? "created_iso" : field; /* the system's own field has that name */
}

static const SatchelField *
find_field (Peer *peer, const char *table, const char *name, const SatchelEntity **entity, GError **error)
{
  *entity = satchel_registry_require (registry_of (peer), table, error);
  return *entity != NULL
             ? satchel_registry_require_field (registry_of (peer), *entity, own_name (name), error)
             : NULL;
}

static gboolean
edit_one (Peer *peer, JsonObject *edit, GError **error)
{
  const SatchelEntity *entity;
  const SatchelField *field = find_field (peer, json_object_get_string_member (edit, "table"),
                                          json_object_get_string_member (edit, "field"), &entity, error);
  if (field == NULL)
    return FALSE;
  return bench_device_edit (peer->device, entity, json_object_get_string_member (edit, "id"), field,
                            json_object_get_string_member (edit, "value"), error);
}

static gboolean
op_edit_many (Peer *peer, JsonObject *arguments, GError **error)
{
  JsonArray *edits = json_object_get_array_member (arguments, "edits");
  for (guint i = 0; i < json_array_get_length (edits); i++)
    if (!edit_one (peer, json_array_get_object_element (edits, i), error))
      return FALSE;
  return TRUE;
}

/* The harness knows the columns of our XML by the names of its own schema. */
static JsonNode *
record_to_node (const SatchelRecord *record)
{
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "id", record->id);
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    if (field->origin != SATCHEL_ORIGIN_SYSTEM)
      json_object_set_member (object, g_str_equal (field->name, "created_iso") ? "created_at" : field->name,
                              satchel_value_to_json (field, record->values[i], NULL));
  }
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static JsonNode *
op_get (Peer *peer, JsonObject *arguments, GError **error)
{
  const SatchelEntity *entity = satchel_registry_require (
      registry_of (peer), json_object_get_string_member (arguments, "table"), error);
  g_autoptr (SatchelRecord) record = NULL;
  if (entity == NULL ||
      !satchel_replica_read (replica_of (peer), entity, json_object_get_string_member (arguments, "id"),
                             &record, error))
    return NULL;
  return record != NULL ? record_to_node (record) : json_node_new (JSON_NODE_NULL);
}

typedef struct {
  const char *record, *field, *want;
  gboolean kept;
} LoserSearch;

static gboolean
loser_row (const SatchelRecord *conflict, gpointer data)
{
  LoserSearch *search = data;
  const SatchelValue *record = satchel_record_get_by_name (conflict, "record_id");
  const SatchelValue *field = satchel_record_get_by_name (conflict, "field");
  if (g_strcmp0 (satchel_value_get_string (record), search->record) != 0 ||
      g_strcmp0 (satchel_value_get_string (field), search->field) != 0)
    return TRUE;
  for (guint i = 0; i < 2; i++) {
    const SatchelValue *side = satchel_record_get_by_name (conflict, i == 0 ? "mine" : "theirs");
    if (side != NULL && strstr (satchel_value_get_string (side), search->want) != NULL)
      search->kept = TRUE;
  }
  return !search->kept;
}

static JsonNode *
op_losers (Peer *peer, JsonObject *arguments, GError **error)
{
  LoserSearch search = { .record = json_object_get_string_member (arguments, "id"),
                         .field = own_name (json_object_get_string_member (arguments, "field")),
                         .want = json_object_get_string_member (arguments, "want") };
  SatchelQuery query = { .entity = satchel_registry_find (registry_of (peer), "conflict"), .limit = -1 };
  SatchelPredicateContext context;
  satchel_session_get_context (bench_device_get_session (peer->device), &context);
  if (!satchel_replica_query (replica_of (peer), &query, &context, loser_row, &search, error))
    return NULL;
  JsonObject *object = json_object_new ();
  json_object_set_boolean_member (object, "kept", search.kept);
  json_object_set_string_member (object, "where", "conflict record");
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

/* ---- digest: XOR of the MD5 of every record ---- */

typedef struct {
  guint8 sum[16];
  gint64 count;
} Digest;

static gboolean
digest_row (const SatchelRecord *record, gpointer data)
{
  Digest *digest = data;
  g_autoptr (GChecksum) md5 = g_checksum_new (G_CHECKSUM_MD5);
  g_checksum_update (md5, (const guchar *)record->entity->name, -1);
  g_checksum_update (md5, (const guchar *)"\x1f", 1);
  g_checksum_update (md5, (const guchar *)record->id, -1);
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    if (field->origin == SATCHEL_ORIGIN_SYSTEM)
      continue;
    g_checksum_update (md5, (const guchar *)"\x1f", 1);
    const SatchelValue *value = record->values[i];
    if (value == NULL) {
      g_checksum_update (md5, (const guchar *)"\0", 1);
    } else if (field->type == SATCHEL_TYPE_BOOLEAN) {
      g_checksum_update (md5, (const guchar *)(satchel_value_get_boolean (value) ? "1" : "0"), 1);
    } else {
      g_autofree char *text = satchel_value_to_text (field, value);
      g_checksum_update (md5, (const guchar *)text, -1);
    }
  }
  guint8 hash[16];
  gsize size = sizeof hash;
  g_checksum_get_digest (md5, hash, &size);
  for (guint i = 0; i < sizeof hash; i++)
    digest->sum[i] ^= hash[i];
  digest->count++;
  return TRUE;
}

static JsonNode *
op_digest (Peer *peer, GError **error)
{
  Digest digest = { 0 };
  SatchelPredicateContext context;
  satchel_session_get_context (bench_device_get_session (peer->device), &context);
  for (guint i = 0; i < G_N_ELEMENTS (peer_tables); i++) {
    SatchelQuery query = { .entity = satchel_registry_find (registry_of (peer), peer_tables[i]),
                           .limit = -1 };
    if (!satchel_replica_query (replica_of (peer), &query, &context, digest_row, &digest, error))
      return NULL;
  }
  char hex[33];
  for (guint i = 0; i < 16; i++)
    g_snprintf (hex + 2 * i, 3, "%02x", digest.sum[i]);
  JsonObject *object = json_object_new ();
  json_object_set_int_member (object, "count", digest.count);
  json_object_set_string_member (object, "digest", hex);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  return node;
}

static gboolean
op_flush (Peer *peer, GError **error)
{
  SatchelDatabase *database = satchel_replica_get_database (replica_of (peer));
  return satchel_database_execute (database, "PRAGMA wal_checkpoint(TRUNCATE)", error);
}

/* ---- the loop ---- */

static JsonNode *
run_op (Peer *peer, const char *op, JsonObject *arguments, GError **error)
{
  if (g_str_equal (op, "get"))
    return op_get (peer, arguments, error);
  if (g_str_equal (op, "losers"))
    return op_losers (peer, arguments, error);
  if (g_str_equal (op, "digest"))
    return op_digest (peer, error);

  gboolean ok = FALSE;
  if (g_str_equal (op, "hello"))
    ok = op_hello (peer, error);
  else if (g_str_equal (op, "initial") || g_str_equal (op, "sync") || g_str_equal (op, "replay"))
    ok = bench_device_sync (peer->device, error);
  else if (g_str_equal (op, "edit"))
    ok = edit_one (peer, arguments, error);
  else if (g_str_equal (op, "editMany"))
    ok = op_edit_many (peer, arguments, error);
  else if (g_str_equal (op, "flush"))
    ok = op_flush (peer, error);
  else if (g_str_equal (op, "close"))
    ok = TRUE;
  else
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "no operation %s", op);
  if (!ok)
    return NULL;
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, json_object_new ());
  return node;
}

static void
answer (FILE *out, gint64 id, JsonNode *result, const GError *error, gint64 started_ns, gint64 ended_ns)
{
  JsonObject *object = json_object_new ();
  json_object_set_int_member (object, "id", id);
  json_object_set_boolean_member (object, "ok", result != NULL);
  if (result != NULL) {
    g_autofree char *t0 = g_strdup_printf ("%" G_GINT64_FORMAT, started_ns);
    g_autofree char *t1 = g_strdup_printf ("%" G_GINT64_FORMAT, ended_ns);
    if (JSON_NODE_HOLDS_OBJECT (result) && json_object_get_size (json_node_get_object (result)) == 0)
      json_object_set_string_member (json_node_get_object (result), "t0", t0);
    json_object_set_member (object, "result", result);
    json_object_set_string_member (object, "t0", t0);
    json_object_set_string_member (object, "t1", t1);
  } else {
    json_object_set_string_member (object, "error", error->message);
  }
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, object);
  g_autofree char *text = satchel_json_print (node);
  fprintf (out, "%s\n", text);
  fflush (out);
}

int
main (void)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE); /* the token goes to a file */
  Peer peer = { 0 };
  FILE *out = fdopen (3, "w");
  if (out == NULL) {
    g_printerr ("peer-client: descriptor 3 is not open\n");
    return 1;
  }
  g_autofree char *line = NULL;
  size_t room = 0;
  for (ssize_t size; (size = getline (&line, &room, stdin)) > 0;) {
    g_autoptr (GError) failure = NULL;
    g_autoptr (JsonParser) parser = json_parser_new ();
    if (!json_parser_load_from_data (parser, line, size, &failure)) {
      g_printerr ("peer-client: %s\n", failure->message);
      return 1;
    }
    JsonObject *command = json_node_get_object (json_parser_get_root (parser));
    const char *op = json_object_get_string_member (command, "op");
    JsonObject *arguments =
        json_object_has_member (command, "args") ? json_object_get_object_member (command, "args") : NULL;
    gint64 started_ns = now_ns ();
    JsonNode *result = run_op (&peer, op, arguments, &failure);
    answer (out, json_object_get_int_member (command, "id"), result, failure, started_ns, now_ns ());
    if (g_str_equal (op, "close"))
      break;
  }
  g_clear_pointer (&peer.device, bench_device_free);
  return 0;
}
