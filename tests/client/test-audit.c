/* An audit against a server that is another replica: what is damaged by hand is found, mended and told;
 * nothing else is touched.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/audit.h"

#include <string.h>

#include "client/replica/sums.h"
#include "client/sync/survey.h"
#include "protocol/limits.h"
#include "protocol/sqlite/entity-table.h"
#include "protocol/wire/json.h"
#include "tests/client/device.h"

/* ---- a server ---- */

typedef enum {
  ANSWER_TRUTH,
  ANSWER_STALE,
  ANSWER_STALE_ROWS,
  ANSWER_ERROR,
  ANSWER_NONSENSE,
  ANSWER_DAMAGED, /* the sum of a7 is not that of the row it sends */
} Answer;

typedef struct {
  SatchelTransport transport; /* first */
  Device *truth;
  Answer answer;
  const char *nonsense;
  guint n_requests;
  guint64 n_bytes;
  guint source;
} Server;

struct _SatchelWireExchange {
  Server *server;
  char *path;
  JsonNode *question;
  SatchelExchangeHandler handler;
  gpointer user_data;
};

typedef struct {
  JsonArray *pairs;
  guint64 sum;
  guint n;
  const char *damaged; /* id */
} Sums;

static void
pair_cb (const char *id, guint64 sum, gpointer data)
{
  Sums *sums = data;
  g_autoptr (GString) digits = g_string_new (NULL);
  JsonArray *pair = json_array_new ();

  if (g_strcmp0 (id, sums->damaged) == 0)
    sum++;
  satchel_checksum_append (digits, sum);
  json_array_add_string_element (pair, id);
  json_array_add_string_element (pair, digits->str);
  json_array_add_array_element (sums->pairs, pair);
  sums->sum += sum;
  sums->n++;
}

static void
sum_part (Server *server, const SatchelEntity *entity, const char *part, Sums *sums)
{
  g_autoptr (GError) error = NULL;

  *sums = (Sums){ .pairs = json_array_new (),
                  .damaged = server->answer == ANSWER_DAMAGED ? device_id ("a7") : NULL };
  g_assert_true (satchel_replica_visit_sums (server->truth->replica, entity, part, pair_cb, sums, &error));
  g_assert_no_error (error);
}

static JsonObject *
answer_entities (Server *server)
{
  JsonObject *answer = json_object_new ();
  JsonArray *list = json_array_new ();
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (server->truth->registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    g_autoptr (GString) digits = g_string_new (NULL);
    JsonArray *pair;
    Sums sums;

    sum_part (server, entities[i], "", &sums);
    json_array_unref (sums.pairs);
    if (sums.n == 0)
      continue;
    satchel_checksum_append (digits, sums.sum);
    pair = json_array_new ();
    json_array_add_string_element (pair, entities[i]->name);
    json_array_add_string_element (pair, digits->str);
    json_array_add_array_element (list, pair);
  }
  json_object_set_array_member (answer, "entities", list);
  return answer;
}

static JsonObject *
answer_part (Server *server, const SatchelEntity *entity, const char *part)
{
  JsonObject *answer = json_object_new ();
  g_autoptr (GString) digits = g_string_new (NULL);
  guint64 parts[SATCHEL_CHECKSUM_PARTS];
  Sums sums;

  g_assert_true (satchel_checksum_part_is_valid (part));
  sum_part (server, entity, part, &sums);
  if (sums.n <= SATCHEL_MAX_AUDIT_ROWS) {
    json_object_set_array_member (answer, "rows", sums.pairs);
    return answer;
  }
  json_array_unref (sums.pairs);
  g_assert_true (satchel_replica_sum_parts (server->truth->replica, entity, part, parts, NULL));
  for (guint i = 0; i < SATCHEL_CHECKSUM_PARTS; i++)
    satchel_checksum_append (digits, parts[i]);
  json_object_set_string_member (answer, "sums", digits->str);
  return answer;
}

static char *
answer_audit (Server *server, JsonObject *question)
{
  JsonObject *answer;
  JsonArray *asked, *parts;
  const SatchelEntity *entity;

  g_assert_cmpstr (json_object_get_string_member (question, "cursor"), ==, "c20");
  if (!json_object_has_member (question, "entity"))
    return satchel_json_print_object (answer_entities (server));
  entity = device_entity (server->truth, json_object_get_string_member (question, "entity"));
  asked = json_object_get_array_member (question, "parts");
  g_assert_cmpint (json_array_get_length (asked), <=, SATCHEL_MAX_AUDIT_PARTS);
  parts = json_array_new ();
  for (guint i = 0; i < json_array_get_length (asked); i++)
    json_array_add_object_element (parts,
                                   answer_part (server, entity, json_array_get_string_element (asked, i)));
  answer = json_object_new ();
  json_object_set_array_member (answer, "parts", parts);
  return satchel_json_print_object (answer);
}

/* One row as a section of its own, with the fields that are not empty. */
static void
append_row (GString *text, const SatchelRecord *record)
{
  JsonArray *columns = json_array_new (), *cells = json_array_new ();
  JsonObject *section = json_object_new ();
  g_autoptr (JsonNode) node = json_node_alloc ();
  g_autofree char *header = NULL, *line = NULL;

  json_array_add_string_element (columns, "id");
  json_array_add_string_element (columns, "s");
  json_array_add_string_element (cells, record->id);
  json_array_add_int_element (cells, record->s);
  for (guint i = 0; i < record->entity->n_fields; i++) {
    const SatchelField *field = record->entity->fields[i];
    g_autofree char *stored = NULL;

    if (record->values[i] == NULL)
      continue;
    json_array_add_string_element (columns, field->name);
    if (satchel_type_is_stored_integer (field->type)) {
      json_array_add_int_element (cells, satchel_value_to_stored_integer (field, record->values[i]));
    } else {
      stored = satchel_value_to_stored_text (field, record->values[i]);
      json_array_add_string_element (cells, stored);
    }
  }
  json_object_set_string_member (section, "entity", record->entity->name);
  json_object_set_array_member (section, "columns", columns);
  json_object_set_boolean_member (section, "whole", TRUE);
  header = satchel_json_print_object (section);
  json_node_take_array (json_node_init (node, JSON_NODE_ARRAY), cells);
  line = satchel_json_print (node);
  g_string_append_printf (text, "%s\n%s\n", header, line);
}

static char *
answer_rows (Server *server, JsonObject *question)
{
  const SatchelEntity *entity =
      device_entity (server->truth, json_object_get_string_member (question, "entity"));
  JsonArray *ids = json_object_get_array_member (question, "ids");
  GString *text = g_string_new ("{}\n");

  g_assert_cmpint (json_array_get_length (ids), <=, SATCHEL_MAX_AUDIT_IDS);
  for (guint i = 0; i < json_array_get_length (ids); i++) {
    const char *id = json_array_get_string_element (ids, i);
    g_autoptr (SatchelRecord) record = NULL;

    g_assert_true (satchel_replica_read_base (server->truth->replica, entity, id, &record, NULL));
    if (record != NULL)
      append_row (text, record);
    else
      g_string_append_printf (text, "{\"entity\":\"%s\",\"gone\":true}\n[\"%s\",20,\"left\"]\n", entity->name,
                              id);
  }
  g_string_append_printf (text, "{\"s\":20,\"rows\":%u}\n", json_array_get_length (ids));
  return g_string_free (text, FALSE);
}

static char *
answer_to (Server *server, const char *path, JsonObject *question)
{
  gboolean rows = g_str_equal (path, "/v1/rows");

  if (server->answer == ANSWER_NONSENSE)
    return g_strdup (server->nonsense);
  if (server->answer == ANSWER_STALE || (rows && server->answer == ANSWER_STALE_ROWS))
    return g_strdup (rows ? "{\"stale\":true}\n" : "{\"stale\":true}");
  return rows ? answer_rows (server, question) : answer_audit (server, question);
}

static gboolean
answer_cb (gpointer data)
{
  SatchelWireExchange *exchange = data;
  Server *server = exchange->server;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;

  server->source = 0;
  if (server->answer == ANSWER_ERROR) {
    error = g_error_new_literal (SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "cut");
  } else {
    text = answer_to (server, exchange->path, json_node_get_object (exchange->question));
    server->n_bytes += strlen (text);
    body = g_bytes_new (text, strlen (text));
  }
  exchange->handler.done (body, error, -1, exchange->user_data);
  g_free (exchange->path);
  json_node_unref (exchange->question);
  g_free (exchange);
  return G_SOURCE_REMOVE;
}

static SatchelWireExchange *
server_start (SatchelTransport *transport, const char *path, const char *token, GBytes *body,
              const SatchelExchangeHandler *handler, gpointer user_data)
{
  Server *server = (Server *)transport;
  SatchelWireExchange *exchange = g_new0 (SatchelWireExchange, 1);
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  exchange->server = server;
  exchange->path = g_strdup (path);
  exchange->question = satchel_json_parse (text, length, NULL);
  exchange->handler = *handler;
  exchange->user_data = user_data;
  server->n_requests++;
  server->n_bytes += length;
  server->source = g_idle_add (answer_cb, exchange);
  return exchange;
}

static void
server_cancel (SatchelTransport *transport, SatchelWireExchange *exchange)
{
  g_source_remove (exchange->server->source);
  g_free (exchange->path);
  json_node_unref (exchange->question);
  g_free (exchange);
}

/* ---- a device and its truth ---- */

typedef struct {
  Device device, truth;
  Server server;
} World;

static void
load (Device *device, guint n_accounts)
{
  g_auto (PullText) pull = { 0 };
  g_autoptr (GError) error = NULL;
  SatchelPullResult result;

  device_setup (device, DEVICE_PRIMED);
  pull_begin (&pull, NULL);
  pull_line (
      &pull,
      "{'entity':'account','columns':['id','s','name','city','employees','owner','unit'],'whole':true}");
  for (guint i = 0; i < n_accounts; i++) {
    g_autofree char *name = g_strdup_printf ("a%u", i);
    g_autofree char *id = satchel_id_for_name (name); /* too many to be interned, as device_id() does */
    g_autofree char *line =
        g_strdup_printf ("['%s',%u,'Account %u','Cluj',%u,'user:~me~','~unit~']", id, 11 + i % 9, i, i);

    pull_line (&pull, line);
  }
  pull_end (&pull, 20);
  device_try_pull (device, pull.text->str, pull.text->len, &result, &error);
  g_assert_no_error (error);
}

static void
world_init (World *world, guint n_accounts)
{
  *world = (World){ 0 };
  load (&world->truth, n_accounts);
  load (&world->device, n_accounts);
  world->server.transport.start = server_start;
  world->server.transport.cancel = server_cancel;
  world->server.truth = &world->truth;
}

static void
world_clear (World *world)
{
  device_teardown (&world->device);
  device_teardown (&world->truth);
}

/* What SQL does to the device alone. */
G_GNUC_PRINTF (2, 3)
static void
damage (World *world, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sql = NULL;
  va_list arguments;

  va_start (arguments, format);
  sql = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_assert_true (
      satchel_database_execute (satchel_replica_get_database (world->device.replica), sql, &error));
  g_assert_no_error (error);
}

static SatchelAuditOutcome
audit (World *world, gint64 *healed, GError **error)
{
  SatchelAuditOutcome outcome = SATCHEL_AUDIT_FAILED;

  world->server.n_requests = 0;
  world->server.n_bytes = 0;
  if (!satchel_audit_run (world->device.session, &world->server.transport, "token", &outcome, healed, error))
    g_assert_true (error != NULL && *error != NULL);
  return outcome;
}

static void
assert_heals (World *world, gint64 expected)
{
  g_autoptr (GError) error = NULL;
  SatchelAuditOutcome outcome;
  gint64 healed;

  g_test_expect_message ("satchel-audit", G_LOG_LEVEL_MESSAGE, "healed*rows in account*");
  outcome = audit (world, &healed, &error);
  g_test_assert_expected_messages ();
  g_assert_no_error (error);
  g_assert_cmpint (outcome, ==, SATCHEL_AUDIT_HEALED);
  g_assert_cmpint (healed, ==, expected);
  /* And what it mended stays mended. */
  outcome = audit (world, &healed, &error);
  g_assert_no_error (error);
  g_assert_cmpint (outcome, ==, SATCHEL_AUDIT_RIGHT);
  g_assert_cmpint (world->server.n_requests, ==, 1);
}

/* ---- tests ---- */

static void
test_right (void)
{
  World world;
  g_autoptr (GError) error = NULL;
  gint64 healed;

  world_init (&world, 300);
  g_assert_cmpint (audit (&world, &healed, &error), ==, SATCHEL_AUDIT_RIGHT);
  g_assert_no_error (error);
  g_assert_cmpint (healed, ==, 0);
  g_assert_cmpint (world.server.n_requests, ==, 1);
  world_clear (&world);
}

static void
test_damages (void)
{
  static const struct {
    const char *sql;
    gint64 healed;
  } damages[] = {
    { "UPDATE e_account SET f_city = 'Wrong' WHERE f_name = 'Account 7'", 1 },
    { "UPDATE e_account SET f_employees = f_employees + 1 WHERE f_name = 'Account 7'", 1 },
    { "UPDATE e_account SET f_city = NULL WHERE f_name = 'Account 7'", 1 },
    { "UPDATE e_account SET f_phone = 'too much' WHERE f_name = 'Account 7'", 1 },
    { "DELETE FROM e_account WHERE f_name = 'Account 7'", 1 },
    { "UPDATE e_account SET f_city = 'Wrong' WHERE f_employees < 5", 5 },
    /* two values that swapped places */
    { "UPDATE e_account SET f_employees = 15 - f_employees WHERE f_employees IN (7, 8)", 2 },
  };
  World world;

  world_init (&world, 300);
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++) {
    damage (&world, "%s", damages[i].sql);
    assert_heals (&world, damages[i].healed);
    device_assert_shown (&world.device, "account", "a7", "city", "Cluj");
    device_assert_shown (&world.device, "account", "a7", "employees", "7");
    device_assert_shown (&world.device, "account", "a7", "phone", "");
  }
  damage (&world, "INSERT INTO e_account (id, s, f_name) VALUES ('%s', 3, 'Ghost')", device_id ("ghost"));
  assert_heals (&world, 1);
  device_assert_shown (&world.device, "account", "ghost", "name", NULL);
  /* A whole entity that should not be there, or should. */
  damage (&world, "DELETE FROM e_account");
  assert_heals (&world, 300);
  world_clear (&world);
}

/* The row aside is the server's; the edit on top stays, and is no damage. */
static void
test_under_edits (void)
{
  World world;
  g_autoptr (GError) error = NULL;
  gint64 healed;

  world_init (&world, 100);
  WRITE (device_set (&world.device, "account", "a7", &problem, "city", "Mine", NULL));
  WRITE (device_create (&world.device, "account", "new", &problem, "name", "New", NULL));
  WRITE (device_delete (&world.device, "account", "a8", &problem));
  g_assert_cmpint (audit (&world, &healed, &error), ==, SATCHEL_AUDIT_RIGHT);
  damage (&world, "UPDATE base_account SET f_name = 'Wrong' WHERE id = '%s'", device_id ("a7"));
  assert_heals (&world, 1);
  device_assert_base (&world.device, "account", "a7", "name", "Account 7");
  device_assert_shown (&world.device, "account", "a7", "city", "Mine");
  device_assert_shown (&world.device, "account", "a8", "name", NULL);
  device_assert_shown (&world.device, "account", "new", "name", "New");
  damage (&world, "DELETE FROM base_account WHERE id = '%s'",
          device_id ("a7")); /* the edit seems to be the server's */
  assert_heals (&world, 1);
  world_clear (&world);
}

static void
test_told (void)
{
  World world;
  g_autoptr (JsonObject) healed = NULL, before = NULL;
  gint64 at_ms;

  world_init (&world, 10);
  before = satchel_audit_get_healed (world.device.replica, &at_ms);
  g_assert_null (before);
  damage (&world, "UPDATE e_account SET f_city = 'Wrong' WHERE f_employees < 3");
  assert_heals (&world, 3);
  healed = satchel_audit_get_healed (world.device.replica, &at_ms);
  g_assert_nonnull (healed);
  g_assert_cmpint (json_object_get_int_member (healed, "account"), ==, 3);
  g_assert_cmpint (at_ms, ==, world.device.clock.now_ms);
  world_clear (&world);
}

static void
test_due (void)
{
  World world;
  SatchelReplica *replica;
  g_autoptr (GError) error = NULL;
  gint64 healed, now_ms;

  world_init (&world, 10);
  replica = world.device.replica;
  now_ms = world.device.clock.now_ms;
  g_assert_false (satchel_audit_is_due (replica, now_ms)); /* just loaded */
  g_assert_true (satchel_audit_is_due (replica, now_ms + SATCHEL_AUDIT_INTERVAL_MS));
  world.device.clock.now_ms = now_ms += SATCHEL_AUDIT_INTERVAL_MS;
  world.server.answer = ANSWER_STALE;
  g_assert_cmpint (audit (&world, &healed, &error), ==, SATCHEL_AUDIT_STALE);
  g_assert_false (satchel_audit_is_due (replica, now_ms));
  g_assert_true (satchel_audit_is_due (replica, now_ms + SATCHEL_AUDIT_RETRY_MS));
  world.server.answer = ANSWER_TRUTH;
  g_assert_cmpint (audit (&world, &healed, &error), ==, SATCHEL_AUDIT_RIGHT);
  g_assert_false (satchel_audit_is_due (replica, now_ms + SATCHEL_AUDIT_RETRY_MS));
  world_clear (&world);
}

static void
test_late_or_cut (void)
{
  World world;
  g_autoptr (GError) error = NULL;
  gint64 healed;

  world_init (&world, 10);
  damage (&world, "UPDATE e_account SET f_city = 'Wrong' WHERE f_employees = 7");
  world.server.answer = ANSWER_STALE_ROWS;
  g_assert_cmpint (audit (&world, &healed, &error), ==, SATCHEL_AUDIT_STALE);
  g_assert_no_error (error);
  device_assert_shown (&world.device, "account", "a7", "city", "Wrong");
  world.server.answer = ANSWER_ERROR;
  g_assert_cmpint (audit (&world, &healed, &error), ==, SATCHEL_AUDIT_FAILED);
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE);
  world.server.answer = ANSWER_TRUTH;
  assert_heals (&world, 1);
  world_clear (&world);
}

static void
test_hostile (void)
{
  static const char *const nonsense[] = {
    "",
    "[]",
    "{}",
    "{\"entities\":{}}",
    "{\"entities\":[[\"account\"]]}",
    "{\"entities\":[[\"account\",\"0\"]]}",
    "{\"entities\":[[\"account\",12]]}",
    "{\"entities\":[[\"account\",\"000000000000000G\"]]}",
    "{\"entities\":[null]}",
    "{\"entities\":[],\"parts\":[{\"rows\":[[\"x\",\"0000000000000000\"]]}]}",
    "{\"entities\":[],\"parts\":[{\"rows\":[7]}]}",
    "{\"entities\":[],\"parts\":[{\"sums\":\"00\"}]}",
    "{\"entities\":[],\"parts\":[{\"sums\":7}]}",
    "{\"entities\":[],\"parts\":[null]}",
    "{\"entities\":[],\"parts\":[]}",
    "{\"entities\":[],\"parts\":[{},{}]}",
  };
  World world;

  world_init (&world, 10);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++) {
    g_autoptr (GError) error = NULL;
    gint64 healed;

    world.server.answer = ANSWER_NONSENSE;
    world.server.nonsense = nonsense[i];
    g_test_message ("answer %u", i);
    g_assert_cmpint (audit (&world, &healed, &error), ==, SATCHEL_AUDIT_FAILED);
    g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID);
    g_assert_cmpint (device_rows (&world.device, "e_account"), ==, 10);
  }
  world_clear (&world);
}

/* Three levels deep, and cheap; beyond what is sensible all is fetched anew. */
static void
test_many (void)
{
  World world;
  g_autoptr (GError) error = NULL;
  gint64 healed;

  world_init (&world, 20000);
  damage (&world, "UPDATE e_account SET f_city = 'Wrong' WHERE f_employees = 12345");
  g_test_expect_message ("satchel-audit", G_LOG_LEVEL_MESSAGE, "healed 1 rows in account*");
  g_assert_cmpint (audit (&world, &healed, &error), ==, SATCHEL_AUDIT_HEALED);
  g_test_assert_expected_messages ();
  g_assert_cmpint (world.server.n_requests, <=, 5);
  g_assert_cmpint (world.server.n_bytes, <=, 16384);
  damage (&world, "UPDATE e_account SET f_city = 'Wrong'");
  g_assert_cmpint (audit (&world, &healed, &error), ==, SATCHEL_AUDIT_LOST);
  g_assert_no_error (error);
  world_clear (&world);
}

/* What is damaged at the server is told as that: nothing is mended here, again and again. */
static void
test_disputed (void)
{
  World world;
  g_autoptr (GError) error = NULL;
  gint64 healed;

  world_init (&world, 20);
  damage (&world, "UPDATE e_account SET f_city = 'Wrong' WHERE f_employees = 9");
  world.server.answer = ANSWER_DAMAGED;
  g_test_expect_message ("satchel-audit", G_LOG_LEVEL_MESSAGE, "healed 1 rows in account*");
  g_test_expect_message ("satchel-audit", G_LOG_LEVEL_MESSAGE, "1 rows came from the server unlike*");
  g_assert_cmpint (audit (&world, &healed, &error), ==, SATCHEL_AUDIT_DISPUTED);
  g_test_assert_expected_messages ();
  g_assert_no_error (error);
  g_assert_cmpint (healed, ==, 1);
  g_assert_cmpint (satchel_audit_get_disputed (world.device.replica), ==, 1);
  g_assert_false (satchel_audit_is_due (world.device.replica, world.device.clock.now_ms));
  device_assert_shown (&world.device, "account", "a7", "city", "Cluj");
  device_assert_shown (&world.device, "account", "a9", "city", "Cluj");
  world.server.answer = ANSWER_TRUTH;
  g_assert_cmpint (audit (&world, &healed, &error), ==, SATCHEL_AUDIT_RIGHT);
  g_assert_cmpint (satchel_audit_get_disputed (world.device.replica), ==, 0);
  world_clear (&world);
}

/* ---- in slices ---- */

typedef struct {
  World *world;
  guint n_turns;
  SatchelAuditOutcome outcome;
  gint64 healed;
  gboolean done;
} Meanwhile;

static void
done_cb (SatchelAuditOutcome outcome, gint64 healed, const GError *error, gpointer data)
{
  Meanwhile *meanwhile = data;

  g_assert_no_error (error);
  meanwhile->outcome = outcome;
  meanwhile->healed = healed;
  meanwhile->done = TRUE;
}

/* The thread has other things to do; now and then somebody edits, deletes and creates. */
static gboolean
turn_cb (gpointer data)
{
  Meanwhile *meanwhile = data;
  Device *device = &meanwhile->world->device;
  const guint n = meanwhile->n_turns++;
  g_autofree char *edited = g_strdup_printf ("a%u", n * 997 % 19000),
                  *deleted = g_strdup_printf ("a%u", 19000 + n), *created = g_strdup_printf ("new%u", n);

  if (n > 20)
    return G_SOURCE_CONTINUE;
  WRITE (device_set (device, "account", edited, &problem, "city", "Mine", NULL));
  WRITE (device_delete (device, "account", deleted, &problem));
  WRITE (device_create (device, "account", created, &problem, "name", "New", NULL));
  return G_SOURCE_CONTINUE;
}

static void
test_slices (void)
{
  const guint n_rows = 20000;
  World world;
  Meanwhile meanwhile = { &world };
  g_autoptr (GError) error = NULL;
  SatchelAudit *under_way;
  guint source;

  world_init (&world, n_rows);
  source = g_idle_add (turn_cb, &meanwhile);
  under_way = satchel_audit_start (world.device.session, &world.server.transport, "token", done_cb,
                                   &meanwhile, &error);
  g_assert_no_error (error);
  while (!meanwhile.done)
    g_main_context_iteration (NULL, TRUE);
  satchel_audit_free (under_way);
  g_source_remove (source);
  g_assert_cmpint (meanwhile.outcome, ==, SATCHEL_AUDIT_RIGHT);
  g_assert_cmpint (meanwhile.healed, ==, 0);
  g_assert_cmpuint (meanwhile.n_turns, >=, n_rows / SATCHEL_SURVEY_SLICE_ROWS);
  world_clear (&world);
}

/* Cancelled while an answer is under way: nothing is called any more. */
static void
never_cb (SatchelAuditOutcome outcome, gint64 healed, const GError *error, gpointer data)
{
  g_assert_not_reached ();
}

static void
test_cancel (void)
{
  World world;
  g_autoptr (GError) error = NULL;
  SatchelAudit *under_way;

  world_init (&world, 10);
  under_way =
      satchel_audit_start (world.device.session, &world.server.transport, "token", never_cb, NULL, &error);
  g_assert_no_error (error);
  satchel_audit_free (under_way);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  world_clear (&world);
}

/* Cancelled in the midst of looking. */
static void
test_cancel_slices (void)
{
  World world;
  g_autoptr (GError) error = NULL;
  SatchelAudit *under_way;

  world_init (&world, 3 * SATCHEL_SURVEY_SLICE_ROWS);
  under_way =
      satchel_audit_start (world.device.session, &world.server.transport, "token", never_cb, NULL, &error);
  g_assert_no_error (error);
  g_main_context_iteration (NULL, FALSE); /* the answer, and the first slice */
  satchel_audit_free (under_way);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/audit/right", test_right);
  g_test_add_func ("/client/audit/damages", test_damages);
  g_test_add_func ("/client/audit/under-edits", test_under_edits);
  g_test_add_func ("/client/audit/told", test_told);
  g_test_add_func ("/client/audit/due", test_due);
  g_test_add_func ("/client/audit/late-or-cut", test_late_or_cut);
  g_test_add_func ("/client/audit/hostile", test_hostile);
  g_test_add_func ("/client/audit/many", test_many);
  g_test_add_func ("/client/audit/disputed", test_disputed);
  g_test_add_func ("/client/audit/slices", test_slices);
  g_test_add_func ("/client/audit/cancel", test_cancel);
  g_test_add_func ("/client/audit/cancel-slices", test_cancel_slices);
  return g_test_run ();
}
