/* The whole server on a socket, with a real organisation behind it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "protocol/limits.h"
#include "protocol/record.h"
#include "protocol/wire/message.h"
#include "sync-server/http/service.h"
#include "sync-server/scope/guard.h"
#include "sync-server/security/session.h"
#include "sync-server/store/store.h"
#include "tests/sync-server/office.h"
#include "tests/sync-server/raw-client.h"

#define GRACE_MS             5000
#define MOST_NO_CHANGE_BYTES 420 /* of one pull that brings nothing, both ways, with everything around it */

/* An office with one seller, served from a thread. */
typedef struct {
  Office *office;
  Desk *desk; /* signed in */
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  SatchelServiceOptions options;
  SatchelService *service;
  guint16 port;
  char *headers; /* with the desk's token */
} Fixture;

static gpointer
run_thread (gpointer data)
{
  Fixture *f = data;

  g_main_context_push_thread_default (f->context);
  g_main_loop_run (f->loop);
  satchel_service_stop (f->service, GRACE_MS);
  g_main_context_pop_thread_default (f->context);
  return NULL;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->office = office_new ();
  g_free (office_hire (f->office, "one", "salesperson", f->office->north));
  f->desk = desk_new (f->office, "one");
  f->headers = g_strdup_printf ("Authorization: Bearer %s\r\n", f->desk->token);
  f->context = g_main_context_new ();
  f->loop = g_main_loop_new (f->context, FALSE);
  f->options = satchel_service_defaults;
  f->options.server = f->office->server;
  f->options.dir = f->office->dir;
  f->options.port = 0;
  f->options.sign_in_burst = 3;
  f->options.sign_in_refill_ms = 1000000;
  f->service = satchel_service_new (&f->options, f->context, &error);
  g_assert_no_error (error);
  f->port = satchel_service_get_port (f->service);
  f->thread = g_thread_new ("service", run_thread, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_main_loop_quit (f->loop);
  g_thread_join (f->thread);
  while (g_main_context_iteration (f->context, FALSE)) {
  }
  g_main_loop_unref (f->loop);
  g_main_context_unref (f->context);
  g_free (f->headers);
  desk_free (f->desk);
  office_free (f->office);
}

static void
ask (RawClient *client, const char *method, const char *path, const char *headers, const char *body,
     RawAnswer *answer)
{
  raw_answer_clear (answer);
  raw_client_request (client, method, path, headers, body, body != NULL ? strlen (body) : 0);
  g_assert_true (raw_client_read (client, answer));
}

/* "member" of the answer, a string; owned. */
static char *
get_member (const RawAnswer *answer, const char *member)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node =
      satchel_json_parse ((const char *)answer->body->data, answer->body->len, &error);

  g_assert_no_error (error);
  return g_strdup (json_object_get_string_member (json_node_get_object (node), member));
}

/* ---- refusals ---- */

static void
test_refusals (Fixture *f, gconstpointer data)
{
  enum { NOBODY, DESK, STRANGER };
  static const struct {
    const char *method, *path;
    int who;
    const char *headers, *body;
    guint status;
    const char *error;
  } cases[] = {
    { "GET", "/", NOBODY, "", NULL, 404, "not-found" },
    { "POST", "/v2/pull", DESK, "", "{}", 404, "not-found" },
    { "GET", "/v1/push", DESK, "", NULL, 405, "invalid" },
    { "DELETE", "/v1/hello", NOBODY, "", NULL, 405, "invalid" },
    { "POST", "/v1/pull", NOBODY, "", "{}", 401, "unauthenticated" },
    { "POST", "/v1/pull", NOBODY, "Authorization: Basic b25lOm9uZQ==\r\n", "{}", 401, "unauthenticated" },
    { "POST", "/v1/pull", STRANGER, "", "{}", 401, "unauthenticated" },
    { "GET", "/v1/wake", STRANGER, "", NULL, 401, "unauthenticated" },
    { "POST", "/v1/push", STRANGER, "Content-Encoding: zstd\r\n", "{}", 401, "unauthenticated" },
    { "POST", "/v1/push", DESK, "Content-Encoding: br\r\n", "{}", 415, "invalid" },
    { "POST", "/v1/push", DESK, "Content-Encoding: zstd\r\n", "{}", 400, "invalid" },
    { "POST", "/v1/push", DESK, "Content-Encoding: gzip\r\n", "{}", 400, "invalid" },
    { "POST", "/v1/push", DESK, "Content-Encoding: satchel\r\n", "{}", 400, "invalid" },
    { "POST", "/v1/push", DESK, "", "", 400, "invalid" },
    { "POST", "/v1/push", DESK, "", "[[[[[[[[[[[[[[[[[[[[[[[[", 413, "too-large" },
    { "POST", "/v1/push", DESK, "", "{\"sets\":{}}", 400, "invalid" },
    { "POST", "/v1/pull", DESK, "", "{\"schema\":\"x\",\"cursor\":\"1.2.3\"}", 400, "cursor" },
    { "POST", "/v1/pull", DESK, "", "{\"schema\":\"x\",\"surprise\":1}", 400, "invalid" },
    { "POST", "/v1/known", DESK, "", "{\"sets\":[\"x\"]}", 400, "invalid" },
    { "POST", "/v1/history", DESK, "", "{\"entity\":\"task\"}", 400, "invalid" },
    { "POST", "/v1/history", DESK, "",
      "{\"entity\":\"task\",\"record\":\"0192f000-0000-7000-8000-000000000000\"}", 404, "not-found" },
    { "GET", "/v1/hello", NOBODY, "", "a body", 413, "too-large" },
    { "POST", "/v1/sign-in", NOBODY, "", "{\"user\":\"one\",\"password\":\"wrong\",\"device_name\":\"d\"}",
      401, "unauthenticated" },
    { "POST", "/v1/sign-in", NOBODY, "", "{\"user\":\"nobody\",\"password\":\"wrong\",\"device_name\":\"d\"}",
      401, "unauthenticated" },
  };
  static const char *const strangers =
      "Authorization: Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n";

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *who = cases[i].who == DESK ? f->headers : cases[i].who == STRANGER ? strangers : "";
    g_autofree char *headers = g_strconcat (who, cases[i].headers, NULL);
    g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
    g_auto (RawAnswer) answer = { 0 };
    g_test_message ("%s %s", cases[i].method, cases[i].path);
    ask (client, cases[i].method, cases[i].path, headers, cases[i].body, &answer);
    g_autofree char *error = raw_answer_get_error (&answer);
    g_assert_cmpstr (error, ==, cases[i].error);
    g_assert_cmpuint (answer.status, ==, cases[i].status);
  }
}

/* Kilobytes that unfold into gigabytes. */
static void
test_bomb (Fixture *f, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
  g_auto (RawAnswer) answer = { 0 };
  g_autoptr (SatchelSpool) spool = satchel_spool_new (f->office->dir, SATCHEL_ENCODING_ZSTD);
  g_autofree char *zeros = g_strnfill (1024 * 1024, ' ');
  g_autofree char *headers = g_strconcat (f->headers, "Content-Encoding: zstd\r\n", NULL);

  for (int i = 0; i < 100; i++)
    g_assert_true (satchel_spool_write (spool, zeros, 1024 * 1024, NULL));
  g_assert_true (satchel_spool_finish (spool, NULL));
  g_autoptr (GBytes) bomb = satchel_spool_read (spool, NULL);
  raw_client_request (client, "POST", "/v1/push", headers, g_bytes_get_data (bomb, NULL),
                      g_bytes_get_size (bomb));
  g_assert_true (raw_client_read (client, &answer));
  g_autofree char *error = raw_answer_get_error (&answer);
  g_assert_cmpstr (error, ==, "too-large");
}

/* A large body of a stranger is not read at all; that of a known device is. */
static void
test_large_body (Fixture *f, gconstpointer data)
{
  g_autoptr (RawClient) stranger = raw_client_new (f->port, RAW_PLAIN);
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
  g_auto (RawAnswer) refused = { 0 }, answer = { 0 };
  g_autofree char *body = g_strnfill (2 * 1024 * 1024, ' ');
  static const char push[] = "{\"acknowledged\":0,\"released\":[],\"cursors\":[],\"sets\":[]}";

  raw_client_send (
      stranger,
      "POST /v1/push HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: 4000000\r\n\r\n", -1);
  g_assert_true (raw_client_read (stranger, &refused));
  g_assert_cmpuint (refused.status, ==, 401);

  memcpy (body, push, strlen (push));
  ask (client, "POST", "/v1/push", f->headers, body, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
}

static void
test_sign_in_rate (Fixture *f, gconstpointer data)
{
  static const char wrong[] = "{\"user\":\"nobody\",\"password\":\"wrong password\",\"device_name\":\"d\"}";
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
  g_auto (RawAnswer) answer = { 0 };

  for (int i = 0; i < 3; i++) {
    ask (client, "POST", "/v1/sign-in", "", wrong, &answer);
    g_assert_cmpuint (answer.status, ==, 401);
  }
  ask (client, "POST", "/v1/sign-in", "", wrong, &answer);
  g_assert_cmpuint (answer.status, ==, 429);
  g_assert_nonnull (g_strstr_len ((const char *)answer.body->data, answer.body->len, "retry_after_ms"));
}

/* What is refused before a password was looked at leaves nothing to free. */
static void
test_locked_name (Fixture *f, gconstpointer data)
{
  static const char wrong[] = "{\"user\":\"one\",\"password\":\"wrong password\",\"device_name\":\"d\"}";
  const SatchelSignIn request = { (char *)"one", (char *)"wrong password", (char *)"d", NULL };
  const guint8 loopback[16] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1 };
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
  g_auto (RawAnswer) answer = { 0 };

  for (guint i = 0; i < SATCHEL_SIGN_IN_FREE_FAILURES; i++) {
    g_autoptr (SatchelSignInCheck) check =
        satchel_server_check_sign_in (f->office->server, &request, loopback, NULL, NULL);

    g_assert_null (satchel_server_sign_in (f->office->server, &request, check, NULL));
  }
  ask (client, "POST", "/v1/sign-in", "", wrong, &answer);
  g_assert_cmpuint (answer.status, ==, 429);
  ask (client, "GET", "/v1/hello", "", NULL, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
}

/* ---- a device's day ---- */

/* Lines of an answer. */
static char **
split_lines (const RawAnswer *answer)
{
  g_autofree char *text = g_strndup ((const char *)answer->body->data, answer->body->len);

  return g_strsplit (text, "\n", -1);
}

static guint
count (const RawAnswer *answer, const char *text)
{
  g_autofree char *body = g_strndup ((const char *)answer->body->data, answer->body->len);
  g_auto (GStrv) pieces = g_strsplit (body, text, -1);

  return g_strv_length (pieces) - 1;
}

static char *
make_push (Fixture *f, const char *subject)
{
  g_autofree char *set = new_id (f->desk);
  g_autofree char *task = new_id (f->desk);

  return g_strdup_printf (
      "{\"acknowledged\":0,\"released\":[],\"cursors\":[],\"sets\":[{\"id\":\"%s\",\"n\":%" G_GINT64_FORMAT
      ",\"at\":1732246561000,\"c\":[{\"k\":\"create\",\"e\":\"task\",\"r\":\"%s\","
      "\"f\":{\"subject\":[\"%s\"]}}]}]}",
      set, f->desk->next_number++, task, subject);
}

/* A push with a pull along: outcomes, then the pull's lines; the set itself is among them, and what others
 * did. Without a cursor that is this person's the outcomes stand alone, and the push is done all the same. */
static void
test_along (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *forgery; /* behind the cursor */
    guint n_lines;
  } cases[] = { { "", 6 }, { "0", 1 } };
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (RawAnswer) answer = { 0 };
    g_auto (GStrv) lines = NULL;
    g_autofree char *member = NULL, *plain = NULL, *push = NULL;

    desk_pull (f->desk);
    member = g_strdup_printf ("\"cursors\":[\"%s%s\"],\"pull\":{\"cursor\":0},", f->desk->cursor,
                              cases[i].forgery);
    plain = make_push (f, "Along");
    push = g_strconcat ("{", member, strstr (plain, "\"sets\""), NULL);
    ask (client, "POST", "/v1/push", f->headers, push, &answer);
    g_assert_cmpuint (answer.status, ==, 200);
    lines = split_lines (&answer);
    g_assert_cmpuint (g_strv_length (lines), ==, cases[i].n_lines);
    g_assert_true (g_str_has_prefix (lines[0], "{\"outcomes\":[{\"n\":"));
    if (cases[i].n_lines > 1) {
      g_assert_nonnull (strstr (lines[3], "Along"));
      g_assert_nonnull (strstr (lines[4], "\"rows\":1}"));
    }
  }
}

/* Owned; @sets with the end of the message. */
static char *
make_along (Fixture *f, const char *pull, const char *sets)
{
  return g_strdup_printf ("{\"cursors\":[\"%s\"],\"pull\":%s,%s", f->desk->cursor, pull, sets);
}

/* A pull that cannot be read refuses its push, of which nothing is done; one that comes again, for its answer
 * was lost, is answered as it was; a set that is parked, or that comes out of order, brings nothing that a
 * pull would not. */
static void
test_odd_along (Fixture *f, gconstpointer data)
{
  static const char *const odd[] = { "null",
                                     "[]",
                                     "{}",
                                     "{\"cursor\":1}",
                                     "{\"cursor\":-1}",
                                     "{\"cursor\":\"0\"}",
                                     "{\"cursor\":0,\"schema\":\"x\"}",
                                     "{\"cursor\":0,\"own\":[[2,1]]}",
                                     "{\"cursor\":0,\"pull\":{\"cursor\":0}}" };
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
  g_auto (RawAnswer) answer = { 0 }, again = { 0 };
  g_autofree char *plain = NULL, *push = NULL, *parked = NULL, *late = NULL, *ghost = new_id (f->desk);
  g_auto (GStrv) lines = NULL;
  const char *sets;

  desk_pull (f->desk);
  plain = make_push (f, "Once");
  sets = strstr (plain, "\"sets\"");
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++) {
    g_autofree char *text = make_along (f, odd[i], sets);

    ask (client, "POST", "/v1/push", f->headers, text, &answer);
    g_assert_cmpuint (answer.status, ==, 400);
  }
  push = make_along (f, "{\"cursor\":0}", sets);
  ask (client, "POST", "/v1/push", f->headers, push, &answer);
  ask (client, "POST", "/v1/push", f->headers, push, &again);
  g_assert_cmpuint (again.status, ==, 200);
  g_assert_cmpmem (answer.body->data, answer.body->len, again.body->data, again.body->len);
  g_assert_cmpuint (count (&again, "Once"), ==, 1);

  /* Of a record that is not there. */
  g_free (plain);
  plain = g_strdup_printf ("\"sets\":[{\"id\":\"%s\",\"n\":%" G_GINT64_FORMAT
                           ",\"at\":1,\"c\":[{\"k\":\"delete\",\"e\":\"task\",\"r\":\"%s\",\"seen\":0}]}]}",
                           ghost, f->desk->next_number++, ghost);
  parked = make_along (f, "{\"cursor\":0}", plain);
  ask (client, "POST", "/v1/push", f->headers, parked, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  lines = split_lines (&answer);
  g_assert_nonnull (strstr (lines[0], "\"parked\""));
  g_assert_cmpuint (count (&answer, "Once"), ==, 1);
  g_assert_cmpuint (count (&answer, "\"cursor\""), ==, 1);

  /* One number was left out. */
  f->desk->next_number++;
  g_free (plain);
  plain = make_push (f, "Later");
  late = make_along (f, "{\"cursor\":0}", strstr (plain, "\"sets\""));
  ask (client, "POST", "/v1/push", f->headers, late, &answer);
  g_assert_cmpuint (answer.status, ==, 409);
  g_assert_cmpuint (count (&answer, "cursor"), ==, 0);
}

/* What the store does with the next outcome, in the commit of its push. */
static void
add_trigger (Fixture *f, const char *does)
{
  g_autofree char *file = satchel_store_file (f->office->dir);
  g_autofree char *sql = g_strdup_printf ("DROP TRIGGER IF EXISTS midway;"
                                          "CREATE TRIGGER midway AFTER INSERT ON outcome BEGIN %s; END",
                                          does);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelDatabase) database = satchel_database_open (file, SATCHEL_DATABASE_READ_WRITE, &error);

  g_assert_no_error (error);
  must (satchel_database_execute (database, sql, &error));
}

static void
assert_refused (RawClient *client, Fixture *f, const char *path, const char *body, const char *code)
{
  g_auto (RawAnswer) answer = { 0 };
  g_autofree char *said = NULL;

  ask (client, "POST", path, f->headers, body, &answer);
  g_assert_cmpuint (answer.status, ==, 401);
  said = get_member (&answer, "error");
  g_assert_cmpstr (said, ==, code);
  g_assert_cmpuint (count (&answer, "outcomes") + count (&answer, "cursor") + count (&answer, "rows"), ==, 0);
}

/* Revoked, or given up for lost, in the commit of its own push: what it pushed is answered and stands there
 * once, the pull along tells nothing, and neither does anything that it asks from then on. */
static void
test_revoked_midway (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *subject, *does, *code;
  } cases[] = {
    { "Revoked", "UPDATE device SET revoked = 1 WHERE id = new.device", "unauthenticated" },
    { "Lost", "UPDATE device SET revoked = 1, wiped = 1 WHERE id = new.device", "wiped" },
  };
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (RawAnswer) answer = { 0 };
    g_auto (GStrv) lines = NULL;
    g_autofree char *plain = NULL, *push = NULL, *pull = NULL, *later = NULL;

    desk_pull (f->desk);
    add_trigger (f, cases[i].does);
    plain = make_push (f, cases[i].subject);
    push = make_along (f, "{\"cursor\":0}", strstr (plain, "\"sets\""));
    ask (client, "POST", "/v1/push", f->headers, push, &answer);
    g_assert_cmpuint (answer.status, ==, 200);
    lines = split_lines (&answer);
    g_assert_cmpuint (g_strv_length (lines), ==, 1);
    g_assert_cmpuint (count (&answer, "parked") + count (&answer, cases[i].subject), ==, 0);

    pull = g_strdup_printf ("{\"cursor\":\"%s\"}", f->desk->cursor);
    later = make_push (f, "Afterwards");
    assert_refused (client, f, "/v1/pull", pull, cases[i].code);
    assert_refused (client, f, "/v1/push", push, cases[i].code);
    assert_refused (client, f, "/v1/push", later, cases[i].code);
    desk_free (f->desk);
    f->desk = desk_new (f->office, "one");
    g_free (f->headers);
    f->headers = g_strdup_printf ("Authorization: Bearer %s\r\n", f->desk->token);
    desk_pull (f->desk);
    g_assert_cmpuint (desk_count (f->desk, "task"), ==, i + 1);
  }
}

/* The same pull over and over, in requests that come together too, without a reader, until the token is void.
 */
static void
test_again (Fixture *f, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
  g_auto (RawAnswer) answer = { 0 }, same = { 0 };
  g_autoptr (GError) error = NULL;

  desk_pull (f->desk);
  g_autofree char *body = g_strdup_printf ("{\"cursor\":\"%s\"}", f->desk->cursor);
  g_autofree char *request =
      g_strdup_printf ("POST /v1/pull HTTP/1.1\r\nHost: x\r\n%sContent-Length: %zu\r\n\r\n%s", f->headers,
                       strlen (body), body);
  g_autofree char *thrice = g_strconcat (request, request, request, NULL);
  ask (client, "POST", "/v1/pull", f->headers, body, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpuint (count (&answer, "\"rows\":0"), ==, 1);
  g_assert_true (office_has_read (f->office));
  /* What the server tends in between by itself may be a commit. */
  guint turn;
  for (turn = 0; turn < 3 || (office_has_read (f->office) && turn < 50); turn++) {
    raw_client_send (client, thrice, -1);
    for (guint i = 0; i < 3; i++) {
      raw_answer_clear (&same);
      g_assert_true (raw_client_read (client, &same));
      g_assert_cmpuint (same.status, ==, 200);
      g_assert_cmpmem (same.body->data, same.body->len, answer.body->data, answer.body->len);
    }
  }
  g_assert_cmpuint (turn, <, 50);
  g_autofree char *last = g_strconcat (f->headers, "Connection: close\r\n", NULL);
  ask (client, "POST", "/v1/pull", last, body, &same);
  g_assert_cmpmem (same.body->data, same.body->len, answer.body->data, answer.body->len);
  g_assert_true (raw_client_read_end (client));

  g_autoptr (RawClient) later = raw_client_new (f->port, RAW_PLAIN);
  must (satchel_accounts_revoke_device (f->office->server, NULL, f->desk->caller.device, &error));
  assert_refused (later, f, "/v1/pull", body, "unauthenticated");
}

static void
test_day (Fixture *f, gconstpointer data)
{
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
  g_auto (RawAnswer) answer = { 0 };

  ask (client, "GET", "/v1/hello", "", NULL, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_autofree char *schema = get_member (&answer, "schema");
  ask (client, "POST", "/v1/sign-in", "",
       "{\"user\":\"one\",\"password\":\"correct horse\",\"device_name\":\"laptop\"}", &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_autofree char *token = get_member (&answer, "token");
  g_autofree char *headers = g_strdup_printf ("Authorization: Bearer %s\r\n", token);

  f->desk->next_number = 1;
  g_autofree char *push = make_push (f, "Call back");
  ask (client, "POST", "/v1/push", headers, push, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_nonnull (g_strstr_len ((const char *)answer.body->data, answer.body->len, "{\"n\":[1,1],\"s\":"));

  g_autofree char *first = g_strdup_printf ("{\"schema\":\"%s\"}", schema);
  ask (client, "POST", "/v1/pull", headers, first, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_nonnull (g_strstr_len ((const char *)answer.body->data, answer.body->len, "Call back"));

  /* The same rows, compressed. */
  g_auto (RawAnswer) packed = { 0 };
  g_autofree char *accepting = g_strconcat (headers, "Accept-Encoding: zstd\r\n", NULL);
  ask (client, "POST", "/v1/pull", accepting, first, &packed);
  g_autofree char *encoding = raw_answer_get_header (&packed, "Content-Encoding");
  g_assert_cmpstr (encoding, ==, "zstd");
  g_autoptr (GBytes) sent = g_bytes_new (packed.body->data, packed.body->len);
  g_autoptr (GBytes) plain = satchel_decode (sent, SATCHEL_ENCODING_ZSTD, G_MAXINT, NULL);
  g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), answer.body->data,
                   answer.body->len);

  /* A pull that brings nothing is small. */
  g_autofree char *lines = g_strndup ((const char *)answer.body->data, answer.body->len - 1);
  g_autoptr (GError) error = NULL;
  const char *last = strrchr (lines, '\n') + 1;
  g_autoptr (JsonNode) tail = satchel_json_parse (last, strlen (last), &error);
  g_assert_no_error (error);
  g_autofree char *next = g_strdup_printf (
      "{\"cursor\":\"%s\"}", json_object_get_string_member (json_node_get_object (tail), "cursor"));
  gsize before = raw_client_get_sent (client) + raw_client_get_received (client);
  ask (client, "POST", "/v1/pull", accepting, next, &answer);
  gsize bytes = raw_client_get_sent (client) + raw_client_get_received (client) - before;
  g_test_message ("a pull that brings nothing: %zu bytes", bytes);
  g_assert_cmpuint (bytes, <=, MOST_NO_CHANGE_BYTES);

  /* A second identity; then the first one signs out. */
  ask (client, "POST", "/v1/device", headers, "[]", &answer);
  g_assert_cmpuint (answer.status, ==, 400);
  ask (client, "POST", "/v1/device", headers, "{}", &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_autofree char *second = get_member (&answer, "token");
  g_autofree char *second_headers = g_strdup_printf ("Authorization: Bearer %s\r\n", second);
  ask (client, "POST", "/v1/sign-out", headers, "{}", &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  ask (client, "POST", "/v1/known", headers, "{\"sets\":[]}", &answer);
  g_assert_cmpuint (answer.status, ==, 401);
  g_autoptr (RawClient) other = raw_client_new (f->port, RAW_PLAIN);
  ask (other, "POST", "/v1/known", second_headers, "{\"sets\":[]}", &answer);
  g_assert_cmpuint (answer.status, ==, 200);
}

static void
load_some (Office *office, const char *owner, const char *entity, const char *field, guint n, gsize n_chars)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autoptr (SatchelValue) by = satchel_value_new_lookup ("user", owner);
  g_autofree char *tail = g_strnfill (n_chars, '.');
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++) {
    g_autofree char *id = satchel_id_new (&office->clock.clock);
    g_autofree char *text = g_strdup_printf ("%s %u%s", entity, i, tail);
    g_autoptr (SatchelValue) value = satchel_value_new_string (text);
    SatchelRecord *record = satchel_record_new (satchel_registry_find (office->registry, entity), id);

    satchel_record_set_by_name (record, field, value);
    satchel_record_set_by_name (record, "owner", by);
    g_ptr_array_add (records, record);
  }
  must (satchel_server_load (office->server, owner, records, office->clock.now_ms, &error));
}

/* That a guard costs too much may turn out when much of the answer is written: that is void, and the next
 * attempt, without it, is a whole answer. */
static void
test_costly_midway (Fixture *f, gconstpointer data)
{
  const gint64 most = satchel_guard_most_work;
  g_autofree char *two = office_employ (f->office, "two", "salesperson", f->office->north);
  Desk *desk = desk_new (f->office, "two");
  g_autofree char *headers = g_strdup_printf ("Authorization: Bearer %s\r\n", desk->token);
  g_autofree char *request =
      g_strdup_printf ("{\"schema\":\"%s\"}", satchel_registry_get_digest (f->office->registry));
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
  g_auto (RawAnswer) answer = { 0 };

  g_free (office_choose (f->office, two, "account", "", FALSE));
  g_free (
      office_choose (f->office, two, "task", "owner(user).(exists task.owner (subject != \"z\"))", FALSE));
  load_some (f->office, f->desk->caller.user, "account", "name", 1500, 90);
  load_some (f->office, f->desk->caller.user, "task", "subject", 3000, 1);
  ask (client, "POST", "/v1/pull", headers, request, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpuint (count (&answer, "\"task 7."), ==, 1);

  satchel_guard_most_work = 10000;
  ask (client, "POST", "/v1/pull", headers, request, &answer);
  satchel_guard_most_work = most;
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpuint (answer.body->len, >, 128 * 1024);
  g_assert_cmpuint (count (&answer, "\"account 7."), ==, 1);
  g_assert_cmpuint (count (&answer, "\"task 7."), ==, 0);
  g_assert_cmpuint (count (&answer, "too much"), ==, 1);
  g_assert_cmpuint (count (&answer, "\"reset\""), ==, 1);
  g_assert_cmpuint (count (&answer, "\"cursor\""), ==, 1);
  desk_free (desk);
}

/* Many pushes at once, pipelined on several connections: each is answered, in its connection's order. */
static void
test_many_pushes (Fixture *f, gconstpointer data)
{
  enum { DESKS = 5, PUSHES = 40 };
  Desk *desks[DESKS];
  RawClient *clients[DESKS];

  for (int i = 0; i < DESKS; i++) {
    desks[i] = desk_new (f->office, "one");
    clients[i] = raw_client_new (f->port, RAW_PLAIN);
  }
  Desk *own = f->desk;
  for (int n = 0; n < PUSHES; n++)
    for (int i = 0; i < DESKS; i++) {
      f->desk = desks[i];
      g_autofree char *headers = g_strdup_printf ("Authorization: Bearer %s\r\n", desks[i]->token);
      g_autofree char *push = make_push (f, "One of many");
      raw_client_request (clients[i], "POST", "/v1/push", headers, push, strlen (push));
    }
  f->desk = own;
  for (int i = 0; i < DESKS; i++) {
    for (int n = 1; n <= PUSHES; n++) {
      g_auto (RawAnswer) answer = { 0 };
      g_autofree char *applied = g_strdup_printf ("{\"n\":[%d,%d],\"s\":", n, n);
      g_assert_true (raw_client_read (clients[i], &answer));
      g_assert_cmpuint (answer.status, ==, 200);
      g_assert_nonnull (g_strstr_len ((const char *)answer.body->data, answer.body->len, applied));
    }
    raw_client_free (clients[i]);
    desk_free (desks[i]);
  }
}

/* ---- wake-ups ---- */

static void
assert_line (RawClient *client, gint64 s)
{
  g_autofree char *expected = g_strdup_printf ("{\"s\":%" G_GINT64_FORMAT "}\n", s);
  g_autofree char *line = raw_client_read_chunk (client);

  g_assert_cmpstr (line, ==, expected);
}

static void
test_wake (Fixture *f, gconstpointer data)
{
  g_autoptr (RawClient) waiting = raw_client_new (f->port, RAW_PLAIN);
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
  g_auto (RawAnswer) answer = { 0 };
  Desk *second = desk_new (f->office, "one");
  g_autofree char *headers = g_strdup_printf ("Authorization: Bearer %s\r\n", second->token);
  gint64 s = satchel_server_get_s (f->office->server);

  raw_client_request (waiting, "GET", "/v1/wake", headers, NULL, 0);
  g_assert_true (raw_client_read (waiting, &answer));
  g_assert_cmpuint (answer.status, ==, 200);
  assert_line (waiting, s);

  g_autofree char *push = make_push (f, "Wake up");
  ask (client, "POST", "/v1/push", f->headers, push, &answer);
  g_assert_cmpuint (answer.status, ==, 200);
  assert_line (waiting, s + 1);

  /* Another process, as far as the service can tell. */
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelServer) elsewhere =
      satchel_server_open (f->office->dir, f->office->registry, &f->office->clock.clock, &error);
  g_assert_no_error (error);
  g_autofree char *unit = satchel_accounts_add_unit (elsewhere, NULL, "East", NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (unit);
  assert_line (waiting, satchel_server_get_s (elsewhere));

  /* What was pushed before a stop is answered; streams end properly. */
  g_main_loop_quit (f->loop);
  g_assert_null (raw_client_read_chunk (waiting));
  desk_free (second);
}

/* One device that floods: what it has under way is bounded, and others are answered meanwhile. */
static void
test_one_floods (Fixture *f, gconstpointer data)
{
  enum { MOST = 8 };
  g_autofree char *head =
      g_strdup_printf ("POST /v1/pull HTTP/1.1\r\nHost: x\r\n%sContent-Length: 2\r\n\r\n", f->headers);
  RawClient *clients[MOST];
  g_auto (RawAnswer) answer = { 0 };

  for (int i = 0; i < MOST; i++) {
    clients[i] = raw_client_new (f->port, RAW_PLAIN);
    raw_client_send (clients[i], head, -1);
  }
  g_autoptr (RawClient) late = raw_client_new (f->port, RAW_PLAIN);
  /* The others' heads may still be under way in their connections. */
  do
    ask (late, "POST", "/v1/push", f->headers, "{}", &answer);
  while (answer.status == 400);
  g_assert_cmpuint (answer.status, ==, 429);

  g_autoptr (RawClient) stranger = raw_client_new (f->port, RAW_PLAIN);
  ask (stranger, "GET", "/v1/hello", "", NULL, &answer);
  g_assert_cmpuint (answer.status, ==, 200);

  for (int i = 0; i < MOST; i++) {
    raw_client_send (clients[i], "{}", -1);
    raw_answer_clear (&answer);
    g_assert_true (raw_client_read (clients[i], &answer));
    g_assert_cmpuint (answer.status, ==, 400);
    raw_client_free (clients[i]);
  }
}

/* A laptop that roams leaves dead streams behind; the oldest give way. */
static void
test_many_wakes (Fixture *f, gconstpointer data)
{
  enum { STREAMS = 5 };
  RawClient *clients[STREAMS];

  for (int i = 0; i < STREAMS; i++) {
    clients[i] = raw_client_new (f->port, RAW_PLAIN);
    raw_client_request (clients[i], "GET", "/v1/wake", f->headers, NULL, 0);
    g_auto (RawAnswer) answer = { 0 };
    g_assert_true (raw_client_read (clients[i], &answer));
    g_assert_cmpuint (answer.status, ==, 200);
    g_free (raw_client_read_chunk (clients[i]));
  }
  g_assert_true (raw_client_read_end (clients[0]));
  for (int i = 0; i < STREAMS; i++)
    raw_client_free (clients[i]);
}

static void
test_heartbeat (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainContext) context = g_main_context_new ();
  SatchelServiceOptions options = f->options;
  options.heartbeat_ms = 50;
  g_main_context_push_thread_default (context);
  SatchelService *service = satchel_service_new (&options, context, &error);
  g_assert_no_error (error);

  g_autoptr (RawClient) waiting = raw_client_new (satchel_service_get_port (service), RAW_PLAIN);
  g_autoptr (GString) seen = g_string_new (NULL);
  raw_client_request (waiting, "GET", "/v1/wake", f->headers, NULL, 0);
  char byte;
  while (!g_str_has_suffix (seen->str, "3\r\n{}\n\r\n")) {
    g_main_context_iteration (context, TRUE);
    while (recv (raw_client_get_fd (waiting), &byte, 1, MSG_DONTWAIT) == 1)
      g_string_append_c (seen, byte);
  }
  satchel_service_stop (service, GRACE_MS);
  g_main_context_pop_thread_default (context);
}

#define ADD(path, function)                                                                                  \
  g_test_add ("/sync-server/service/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  ADD ("refusals", test_refusals);
  ADD ("bomb", test_bomb);
  ADD ("large-body", test_large_body);
  ADD ("sign-in-rate", test_sign_in_rate);
  ADD ("locked-name", test_locked_name);
  ADD ("again", test_again);
  ADD ("day", test_day);
  ADD ("along", test_along);
  ADD ("odd-along", test_odd_along);
  ADD ("revoked-midway", test_revoked_midway);
  ADD ("costly-midway", test_costly_midway);
  ADD ("many-pushes", test_many_pushes);
  ADD ("wake", test_wake);
  ADD ("one-floods", test_one_floods);
  ADD ("many-wakes", test_many_wakes);
  ADD ("heartbeat", test_heartbeat);
  return g_test_run ();
}
