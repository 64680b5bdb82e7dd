/* Several organisations on one server: what one has is worth nothing in another, and what befalls one does
 * not reach another.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "protocol/limits.h"
#include "sync-server/http/service.h"
#include "sync-server/http/tenant.h"
#include "sync-server/organisations.h"
#include "sync-server/server-private.h"
#include "tests/sync-server/office.h"
#include "tests/sync-server/raw-client.h"

#define GRACE_MS 5000
#define WAIT_US  (20 * G_USEC_PER_SEC)
#define SIGN_IN  "{\"user\":\"one\",\"password\":\"correct horse\",\"device_name\":\"laptop\"}"
#define MANY     40 /* sign-ins that wait in one organisation */
#define MADE_UP  "0192f000-0000-7000-8000-000000000000"
#define LOOK_MS  20

/* An office and a second organisation, "two", with a user of the same name and password. */
typedef struct {
  Office *office;
  char *two; /* its directory */
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  SatchelServiceOptions options;
  SatchelService *service;
  guint16 port;
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
found (Fixture *f, const char *slug)
{
  g_autoptr (GError) error = NULL;
  static const char *const roles[] = { "salesperson", NULL };
  g_autofree char *dir = satchel_organisations_begin (f->office->dir, &error);

  g_assert_no_error (error);
  must (satchel_server_create (dir, slug, f->office->registry, &f->office->clock.clock, &error));
  g_autoptr (SatchelServer) server =
      satchel_server_open (dir, f->office->registry, &f->office->clock.clock, &error);
  g_assert_no_error (error);
  const SatchelNewUser user = {
    .login = "one", .password = "correct horse", .unit = satchel_server_get_root_unit (server), .roles = roles
  };
  g_free (satchel_accounts_add_user (server, NULL, &user, &error));
  g_assert_no_error (error);
  g_clear_pointer (&server, satchel_server_close);
  must (satchel_organisations_finish (f->office->dir, dir, slug, &error));
}

static void
stop (Fixture *f)
{
  g_main_loop_quit (f->loop);
  g_thread_join (f->thread);
  while (g_main_context_iteration (f->context, FALSE)) {
  }
  g_main_loop_unref (f->loop);
  g_main_context_unref (f->context);
}

/* ---- asking ---- */

/* On a connection of its own, because a refusal may close it. */
static void
ask (Fixture *f, const char *method, const char *path, const char *token, const char *body, RawAnswer *answer)
{
  g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
  g_autofree char *headers =
      token != NULL ? g_strdup_printf ("Authorization: Bearer %s\r\n", token) : g_strdup ("");

  raw_answer_clear (answer);
  raw_client_request (client, method, path, headers, body, body != NULL ? strlen (body) : 0);
  g_assert_true (raw_client_read (client, answer));
}

/* Status and body; owned. */
static char *
ask_text (Fixture *f, const char *path, const char *token, const char *body)
{
  g_auto (RawAnswer) answer = { 0 };

  ask (f, body != NULL ? "POST" : "GET", path, token, body, &answer);
  return g_strdup_printf ("%u %.*s", answer.status, (int)answer.body->len, (const char *)answer.body->data);
}

static char *
get_member (const char *text, const char *member)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = satchel_json_parse (text + 4, strlen (text + 4), &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (text, "200 "));
  return g_strdup (json_object_get_string_member (json_node_get_object (node), member));
}

static guint
get_status (Fixture *f, const char *path, const char *token, const char *body)
{
  g_autofree char *text = ask_text (f, path, token, body);

  return (guint)g_ascii_strtoull (text, NULL, 10);
}

static void
assert_same (Fixture *f, const char *path, const char *token, const char *body, const char *other_body)
{
  g_autofree char *first = ask_text (f, path, token, body), *second = ask_text (f, path, token, other_body);

  g_assert_cmpstr (first, ==, second);
  g_assert_false (g_str_has_prefix (first, "5"));
}

/* Asks until the answer has @status. */
static void
await_status (Fixture *f, const char *path, const char *token, const char *body, guint status)
{
  gint64 end_us = g_get_monotonic_time () + WAIT_US;

  while (get_status (f, path, token, body) != status)
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
}

/* ---- life ---- */

static void
start (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->context = g_main_context_new ();
  f->loop = g_main_loop_new (f->context, FALSE);
  f->service = satchel_service_new (&f->options, f->context, &error);
  g_assert_no_error (error);
  f->port = satchel_service_get_port (f->service);
  f->thread = g_thread_new ("service", run_thread, f);
  get_status (f, "/", NULL, NULL); /* until then a loop would not notice that it is told to quit */
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->office = office_new ();
  g_free (office_hire (f->office, "one", "salesperson", f->office->north));
  found (f, "two");
  f->two = satchel_organisations_get_dir (f->office->dir, "two");
  f->options = satchel_service_defaults;
  f->options.dir = f->office->dir;
  f->options.server = f->office->server;
  f->options.registry = f->office->registry;
  f->options.clock = &f->office->clock.clock;
  f->options.port = 0;
  f->options.sign_in_burst = 1000;
  f->options.look_ms = LOOK_MS;
  start (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  stop (f);
  g_free (f->two);
  office_free (f->office);
}

/* ---- names ---- */

static void
test_slugs (void)
{
  static const char *const good[] = { "a", "0", "acme", "acme-2", "a-b-c", "v", "va1", "v1a", "vat" };
  static const char *const bad[] = {
    "",    ".",   "..",  "-",     "-a",   "a-",     "a--b",          "A",     "a_b",
    "a b", "a/b", "a\\", "%2f",   "ünï",  "日本",   "a\n",           "a.b",   "v1",
    "v2",  "v10", "api", "admin", ".new", "static", "organisations", "health"
  };
  static const struct {
    const char *name, *slug;
  } names[] = { { "Acme", "acme" },   { "Müller & Söhne", "muller-sohne" },
                { "  --  A  ", "a" }, { "V1", NULL },
                { "日本", NULL },     { "…", NULL },
                { "", NULL },         { "../../etc", "etc" } };
  g_autofree char *huge = g_strnfill (1024 * 1024, 'a');
  g_autofree char *longest = g_strnfill (SATCHEL_SLUG_MOST, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (satchel_slug_is_valid (good[i], strlen (good[i])));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (satchel_slug_is_valid (bad[i], strlen (bad[i])));
  g_assert_false (satchel_slug_is_valid ("a\0b", 3));
  g_assert_false (satchel_slug_is_valid (huge, 1024 * 1024));
  g_assert_true (satchel_slug_is_valid (longest, SATCHEL_SLUG_MOST));
  g_assert_false (satchel_slug_is_valid (huge, SATCHEL_SLUG_MOST + 1));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *slug = satchel_slug_from_name (names[i].name);
    g_assert_cmpstr (slug, ==, names[i].slug);
  }
  g_autofree char *of_huge = satchel_slug_from_name (huge);
  g_assert_cmpuint (strlen (of_huge), ==, SATCHEL_SLUG_MOST);
}

/* What is not served looks the same whatever stands behind it. (Dot segments and letters that are encoded
 * without need are other spellings of one URI, by RFC 3986: libsoup has resolved them.) */
static void
test_paths (Fixture *f, gconstpointer data)
{
  static const char *const paths[] = { "/nobody/v1/hello",
                                       "/two",
                                       "/two/",
                                       "/two/v1",
                                       "/two//v1/hello",
                                       "//v1/hello",
                                       "/two%2fv1/hello",
                                       "/two%00/v1/hello",
                                       "/v1/v1/hello",
                                       "/v2/v1/hello",
                                       "/TWO/v1/hello",
                                       "/organisations/v1/hello",
                                       "/two/two/v1/hello",
                                       "/two/v1/nothing",

                                       "/two;a/v1/hello",
                                       "/.two/v1/hello",
                                       "/two.disabled/v1/hello" };
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = ask_text (f, "/v1/nothing", NULL, NULL);
  g_autofree char *huge = g_strnfill (10000, 'a');
  g_autofree char *long_path = g_strdup_printf ("/%s/v1/hello", huge);

  g_assert_true (g_str_has_prefix (expected, "404 "));
  g_assert_cmpuint (get_status (f, "/two/v1/hello", NULL, NULL), ==, 200);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *text = ask_text (f, paths[i], NULL, NULL);
    g_test_message ("%s", paths[i]);
    g_assert_cmpstr (text, ==, expected);
  }
  g_autofree char *of_long = ask_text (f, long_path, NULL, NULL);
  g_assert_cmpstr (of_long, ==, expected);
  must (satchel_organisations_set_enabled (f->office->dir, "two", FALSE, &error));
  await_status (f, "/two/v1/hello", NULL, NULL, 404);
  g_autofree char *of_disabled = ask_text (f, "/two/v1/sign-in", NULL, SIGN_IN);
  g_assert_cmpstr (of_disabled, ==, expected);
}

/* ---- nothing is shared ---- */

static void
test_apart (Fixture *f, gconstpointer data)
{
  g_autofree char *first = ask_text (f, "/v1/sign-in", NULL, SIGN_IN);
  g_autofree char *second = ask_text (f, "/two/v1/sign-in", NULL, SIGN_IN);
  g_autofree char *token = get_member (first, "token"), *other = get_member (second, "token");
  g_autofree char *device = get_member (first, "device");
  g_autofree char *organisation = get_member (first, "organisation");
  g_autofree char *other_organisation = get_member (second, "organisation");
  g_autofree char *task = satchel_id_new (satchel_clock_system ());
  g_autofree char *set = satchel_id_new (satchel_clock_system ());

  g_assert_cmpstr (organisation, !=, other_organisation);

  /* Tokens: as if they had been made up. */
  static const char *const requests[][2] = { { "pull", "{\"schema\":\"x\"}" },
                                             { "known", "{\"sets\":[]}" },
                                             { "sign-out", "{}" },
                                             { "device", "{}" },
                                             { "snapshot", "{}" },
                                             { "wake", NULL } };
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++) {
    g_autofree char *at_first = g_strconcat ("/v1/", requests[i][0], NULL);
    g_autofree char *at_other = g_strconcat ("/two/v1/", requests[i][0], NULL);
    g_autofree char *foreign = ask_text (f, at_other, token, requests[i][1]);
    g_autofree char *invented = ask_text (f, at_other, "invented", requests[i][1]);
    g_assert_true (g_str_has_prefix (foreign, "401 "));
    g_assert_cmpstr (foreign, ==, invented);
    g_assert_cmpuint (get_status (f, at_first, other, requests[i][1]), ==, 401);
  }

  /* What one writes, the other has never heard of. */
  g_autofree char *push = g_strdup_printf (
      "{\"acknowledged\":0,\"released\":[],\"cursors\":[],\"sets\":[{\"id\":\"%s\",\"n\":1,\"at\":"
      "1732246561000,"
      "\"c\":[{\"k\":\"create\",\"e\":\"task\",\"r\":\"%s\",\"f\":{\"subject\":[\"Only mine\"]}}]}]}",
      set, task);
  g_assert_cmpuint (get_status (f, "/v1/push", token, push), ==, 200);
  g_autofree char *schema_text = ask_text (f, "/two/v1/hello", NULL, NULL);
  g_autofree char *schema = get_member (schema_text, "schema");
  g_autofree char *pull = g_strdup_printf ("{\"schema\":\"%s\"}", schema);
  g_autofree char *mine = ask_text (f, "/v1/pull", token, pull),
                  *theirs = ask_text (f, "/two/v1/pull", other, pull);
  g_assert_nonnull (strstr (mine, "Only mine"));
  g_assert_true (g_str_has_prefix (theirs, "200 "));
  g_assert_null (strstr (theirs, "Only mine"));
  g_assert_null (strstr (theirs, task));

  /* Ids, like ids that nobody has. */
  static const struct {
    const char *path, *format;
  } named[] = {
    { "/two/v1/history", "{\"entity\":\"task\",\"record\":\"%s\"}" },
    { "/two/v1/why", "{\"entity\":\"task\",\"record\":\"%s\"}" },
    { "/two/v1/record", "{\"entity\":\"task\",\"record\":\"%s\"}" },
    { "/two/v1/known", "{\"sets\":[\"%s\"]}" },
    { "/two/v1/snapshot/get", "{\"id\":\"%s\",\"offset\":0}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (named); i++) {
    const char *id = strstr (named[i].path, "known") != NULL ? set : task;
    g_autoptr (GString) body = g_string_new (named[i].format), none = g_string_new (named[i].format);
    g_string_replace (body, "%s", id, 0);
    g_string_replace (none, "%s", MADE_UP, 0);
    g_test_message ("%s", named[i].path);
    assert_same (f, named[i].path, other, body->str, none->str);
  }

  /* A cursor, like one that nobody signed. */
  const char *at = strstr (mine, "\"cursor\":\"");
  g_assert_nonnull (at);
  at += strlen ("\"cursor\":\"");
  g_autofree char *cursor = g_strndup (at, strcspn (at, "\""));
  g_autofree char *with = g_strdup_printf ("{\"cursor\":\"%s\"}", cursor);
  g_assert_cmpuint (get_status (f, "/v1/pull", token, with), ==, 200);
  g_autofree char *refused = ask_text (f, "/two/v1/pull", other, with);
  g_assert_true (g_str_has_prefix (refused, "400 {\"error\":\"cursor\""));

  /* A device: another one is made. */
  g_autofree char *again = g_strdup_printf (
      "{\"user\":\"one\",\"password\":\"correct horse\",\"device_name\":\"laptop\",\"device\":\"%s\"}",
      device);
  g_autofree char *signed_in = ask_text (f, "/two/v1/sign-in", NULL, again);
  g_autofree char *given = get_member (signed_in, "device");
  g_assert_cmpstr (given, !=, device);
}

/* A note of the first organisation that names a file; its id, owned. */
static char *
push_note (Fixture *f, const char *token, const char *hash, gsize size_bytes)
{
  g_autofree char *note = satchel_id_new (satchel_clock_system ());
  g_autofree char *set = satchel_id_new (satchel_clock_system ());
  g_autofree char *file = g_strdup_printf ("{\\\"hash\\\":\\\"%s\\\",\\\"name\\\":\\\"a.txt\\\","
                                           "\\\"media_type\\\":\\\"text/plain\\\",\\\"size_bytes\\\":%zu}",
                                           hash, size_bytes);
  g_autofree char *push = g_strdup_printf ("{\"acknowledged\":0,\"released\":[],\"cursors\":[],\"sets\":[{"
                                           "\"id\":\"%s\",\"n\":1,\"at\":1732246561000,"
                                           "\"c\":[{\"k\":\"create\",\"e\":\"note\",\"r\":\"%s\",\"f\":{"
                                           "\"subject\":[\"With a file\"],\"file\":[\"%s\"]}}]}]}",
                                           set, note, file);
  g_autofree char *answer = ask_text (f, "/v1/push", token, push);

  g_assert_true (g_str_has_prefix (answer, "200 "));
  g_assert_null (strstr (answer, "parked"));
  return g_steal_pointer (&note);
}

/* The same bytes sent to one are still to be sent to the other. */
static void
test_blobs (Fixture *f, gconstpointer data)
{
  g_autofree char *first = ask_text (f, "/v1/sign-in", NULL, SIGN_IN);
  g_autofree char *second = ask_text (f, "/two/v1/sign-in", NULL, SIGN_IN);
  g_autofree char *token = get_member (first, "token"), *other = get_member (second, "token");
  static const char bytes[] = "an attachment";
  g_autofree char *hash =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *)bytes, strlen (bytes));
  g_autofree char *begin = g_strdup_printf ("{\"hash\":\"%s\",\"size\":%zu}", hash, strlen (bytes));
  g_autofree char *before = ask_text (f, "/two/v1/blob/begin", other, begin);
  g_autofree char *mine = ask_text (f, "/v1/blob/begin", token, begin);

  g_assert_true (g_str_has_prefix (before, "200 "));
  g_assert_cmpstr (before, ==, mine);
  g_autofree char *piece = g_strdup_printf ("{\"hash\":\"%s\",\"offset\":0}\n%s", hash, bytes);
  g_autofree char *done = ask_text (f, "/v1/blob/put", token, piece);
  g_autofree char *after = ask_text (f, "/two/v1/blob/begin", other, begin);
  g_assert_true (g_str_has_prefix (done, "200 "));
  g_assert_cmpstr (done, !=, mine);
  g_assert_cmpstr (after, ==, before);
  g_autofree char *get = g_strdup_printf (
      "{\"entity\":\"note\",\"record\":\"%s\",\"field\":\"file\",\"hash\":\"%s\",\"offset\":0}", MADE_UP,
      hash);
  g_autofree char *nothing = g_strdup (get);
  char *at = strstr (nothing, hash);
  memset (at, '0', strlen (hash));
  assert_same (f, "/two/v1/blob/get", other, get, nothing);

  /* Named by a record of the first, it is had there; in the other, neither the record nor the file is known.
   */
  g_autofree char *note = push_note (f, token, hash, strlen (bytes));
  g_autofree char *named = g_strdup_printf (
      "{\"entity\":\"note\",\"record\":\"%s\",\"field\":\"file\",\"hash\":\"%s\",\"offset\":0}", note, hash);
  g_autofree char *had = ask_text (f, "/v1/blob/get", token, named);
  g_assert_cmpstr (had, ==, "200 an attachment");
  assert_same (f, "/two/v1/blob/get", other, named, nothing);
  g_assert_cmpuint (get_status (f, "/two/v1/blob/get", other, named), ==, 404);
  g_autofree char *unsent = ask_text (f, "/two/v1/blob/begin", other, begin);
  g_assert_cmpstr (unsent, ==, before);
}

/* Asks until there is one; its id, owned. */
static char *
await_image (Fixture *f, const char *path, const char *token)
{
  gint64 end_us = g_get_monotonic_time () + WAIT_US;

  for (;;) {
    g_autofree char *answer = ask_text (f, path, token, "{}");

    if (strstr (answer, "\"id\"") != NULL)
      return get_member (answer, "id");
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
  }
}

/* The image of one is not there in the other, not even for the person of the same name who carries the same.
 */
static void
test_images (Fixture *f, gconstpointer data)
{
  g_autofree char *first = ask_text (f, "/v1/sign-in", NULL, SIGN_IN);
  g_autofree char *second = ask_text (f, "/two/v1/sign-in", NULL, SIGN_IN);
  g_autofree char *token = get_member (first, "token"), *other = get_member (second, "token");

  satchel_snapshots_set_least_rows (f->office->server->snapshots, 0);
  g_autofree char *id = await_image (f, "/v1/snapshot", token);
  g_autofree char *get = g_strdup_printf ("{\"id\":\"%s\",\"offset\":0}", id);
  g_assert_cmpuint (get_status (f, "/v1/snapshot/get", token, get), ==, 200);
  assert_same (f, "/two/v1/snapshot/get", other, get, "{\"id\":\"" MADE_UP "\",\"offset\":0}");
  g_assert_cmpuint (get_status (f, "/two/v1/snapshot/get", other, get), ==, 404);
  g_assert_cmpuint (get_status (f, "/two/v1/snapshot/get", token, get), ==, 401);
}

/* ---- wake-ups ---- */

/* Something that everyone is woken for; the S of it. */
static gint64
commit_in (Fixture *f, const char *dir)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelServer) server =
      satchel_server_open (dir, f->office->registry, &f->office->clock.clock, &error);

  g_assert_no_error (error);
  g_autofree char *name = satchel_id_new (satchel_clock_system ());
  g_free (satchel_accounts_add_unit (server, NULL, name, NULL, &error));
  g_assert_no_error (error);
  return satchel_server_get_s (server);
}

static RawClient *
listen_to (Fixture *f, const char *path, const char *token)
{
  RawClient *client = raw_client_new (f->port, RAW_PLAIN);
  g_autofree char *headers = g_strdup_printf ("Authorization: Bearer %s\r\n", token);
  g_auto (RawAnswer) answer = { 0 };

  raw_client_request (client, "GET", path, headers, NULL, 0);
  g_assert_true (raw_client_read (client, &answer));
  g_assert_cmpuint (answer.status, ==, 200);
  g_autofree char *line = raw_client_read_chunk (client);
  g_assert_nonnull (line);
  return client;
}

static void
assert_line (RawClient *client, gint64 s)
{
  g_autofree char *line = raw_client_read_chunk (client);
  g_autofree char *expected = g_strdup_printf ("{\"s\":%" G_GINT64_FORMAT "}\n", s);

  g_assert_cmpstr (line, ==, expected);
}

static void
test_wakes (Fixture *f, gconstpointer data)
{
  g_autofree char *first = ask_text (f, "/v1/sign-in", NULL, SIGN_IN);
  g_autofree char *second = ask_text (f, "/two/v1/sign-in", NULL, SIGN_IN);
  g_autofree char *token = get_member (first, "token"), *other = get_member (second, "token");
  g_autoptr (RawClient) mine = listen_to (f, "/v1/wake", token);
  g_autoptr (RawClient) theirs = listen_to (f, "/two/v1/wake", other);

  assert_line (mine, commit_in (f, f->office->dir));
  /* The next line there is about the commit there: the other one was not told. */
  assert_line (theirs, commit_in (f, f->two));
}

/* ---- one does not starve another ---- */

static guint
count_answered (RawClient **clients, guint n)
{
  guint answered = 0;

  for (guint i = 0; i < n; i++) {
    struct pollfd poll_fd = { .fd = raw_client_get_fd (clients[i]), .events = POLLIN };
    answered += poll (&poll_fd, 1, 0) == 1;
  }
  return answered;
}

/* Hashing is the slowest of all, and two threads do it. */
static void
test_load (Fixture *f, gconstpointer data)
{
  RawClient *clients[MANY];

  for (guint i = 0; i < MANY; i++) {
    clients[i] = raw_client_new (f->port, RAW_PLAIN);
    raw_client_request (clients[i], "POST", "/two/v1/sign-in", "", SIGN_IN, strlen (SIGN_IN));
  }
  g_assert_cmpuint (get_status (f, "/v1/sign-in", NULL, SIGN_IN), ==, 200);
  guint answered = count_answered (clients, MANY);
  g_test_message ("%u of %u were answered before", answered, MANY);
  g_assert_cmpuint (answered, <, MANY / 2);
  for (guint i = 0; i < MANY; i++) {
    g_auto (RawAnswer) answer = { 0 };
    g_assert_true (raw_client_read (clients[i], &answer));
    g_assert_cmpuint (answer.status, ==, 200);
    raw_client_free (clients[i]);
  }
}

typedef struct {
  GMutex mutex;
  GCond cond;
  gboolean released;
  guint n_running, most_running, n_done;
} Works;

static void
wait_cb (gpointer item, gpointer data)
{
  Works *works = data;

  g_mutex_lock (&works->mutex);
  works->n_running++;
  works->most_running = MAX (works->most_running, works->n_running);
  g_cond_broadcast (&works->cond);
  while (!works->released && item != works)
    g_cond_wait (&works->cond, &works->mutex);
  works->n_running--;
  works->n_done++;
  g_cond_broadcast (&works->cond);
  g_mutex_unlock (&works->mutex);
}

static void
await (Works *works, const guint *count, guint least)
{
  gint64 end_us = g_get_monotonic_time () + WAIT_US;

  g_mutex_lock (&works->mutex);
  while (*count < least)
    g_assert_true (g_cond_wait_until (&works->cond, &works->mutex, end_us));
  g_mutex_unlock (&works->mutex);
}

/* Everything that one organisation wants takes for ever; the other is still served. */
static void
test_pool (void)
{
  Works works = { 0 };
  SatchelPool *pool = satchel_pool_new (wait_cb, &works, 4);
  SatchelLine *crowded = satchel_line_new (pool);
  guint alone = 1;

  /* Alone it has all threads. */
  for (guint i = 0; i < 20; i++)
    satchel_line_push (crowded, &alone);
  await (&works, &works.n_running, 4);
  works.released = TRUE;
  g_mutex_lock (&works.mutex);
  g_cond_broadcast (&works.cond);
  g_mutex_unlock (&works.mutex);
  await (&works, &works.n_done, 20);

  works.released = FALSE;
  works.most_running = 0;
  SatchelLine *quiet = satchel_line_new (pool);
  for (guint i = 0; i < 20; i++)
    satchel_line_push (crowded, &alone);
  await (&works, &works.n_running, 3);
  satchel_line_push (quiet, &works); /* which waits for nobody */
  await (&works, &works.n_done, 21);
  g_assert_cmpuint (satchel_line_get_n_waiting (crowded), ==, 17);
  g_mutex_lock (&works.mutex);
  works.released = TRUE;
  g_cond_broadcast (&works.cond);
  g_mutex_unlock (&works.mutex);
  await (&works, &works.n_done, 41);
  satchel_pool_stop (pool);
  g_assert_true (satchel_line_is_idle (crowded));
  satchel_line_free (crowded);
  satchel_line_free (quiet);
  satchel_pool_free (pool);
}

static void
test_budget (void)
{
  SatchelBudget budget;
  SatchelShare a, b, c;

  satchel_budget_init (&budget, 100);
  satchel_share_init (&a, &budget);
  g_assert_true (satchel_share_take (&a, 100));
  g_assert_false (satchel_share_take (&a, 1));
  satchel_share_return (&a, 100);

  satchel_share_init (&b, &budget);
  satchel_share_init (&c, &budget);
  while (satchel_share_take (&a, 1)) {
  }
  g_assert_cmpuint (satchel_share_get_used (&a), ==, 50);
  while (satchel_share_take (&b, 1)) {
  }
  g_assert_cmpuint (satchel_share_get_used (&b), ==, 25);
  g_assert_true (satchel_share_take (&c, 10));
  g_assert_false (satchel_share_take (&c, G_MAXSIZE));
  satchel_share_return (&a, 50);
  satchel_share_return (&b, 25);
  satchel_share_return (&c, 10);
  satchel_share_clear (&a);
  satchel_share_clear (&b);
  satchel_share_clear (&c);
  satchel_budget_clear (&budget);
}

/* ---- coming, going, breaking ---- */

static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (f->two, "satchel.db", NULL);

  must (g_file_set_contents (file, "this is no database at all", -1, &error));
  for (int i = 0; i < 3; i++) {
    g_autofree char *text = ask_text (f, "/two/v1/hello", NULL, NULL);
    g_assert_true (g_str_has_prefix (text, "5"));
    g_assert_null (strstr (text, f->two));
    g_assert_cmpuint (get_status (f, "/v1/sign-in", NULL, SIGN_IN), ==, 200);
  }
}

/* The first one, too, is no reason not to serve the others. */
static void
test_first_damaged (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_build_filename (f->office->dir, "elsewhere", NULL);
  g_autofree char *folder = g_build_filename (dir, "organisations", NULL);
  g_autofree char *was = g_build_filename (f->office->dir, "organisations", NULL);
  g_autofree char *file = g_build_filename (dir, "satchel.db", NULL);

  stop (f);
  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_assert_cmpint (rename (was, folder), ==, 0);
  must (g_file_set_contents (file, "damaged", -1, &error));
  f->options.dir = dir;
  f->options.server = NULL;
  start (f);
  g_assert_cmpuint (get_status (f, "/v1/hello", NULL, NULL), >=, 500);
  g_assert_cmpuint (get_status (f, "/two/v1/sign-in", NULL, SIGN_IN), ==, 200);
}

static void
test_while_serving (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (get_status (f, "/three/v1/hello", NULL, NULL), ==, 404);
  found (f, "three");
  await_status (f, "/three/v1/hello", NULL, NULL, 200);
  g_autofree char *text = ask_text (f, "/three/v1/sign-in", NULL, SIGN_IN);
  g_autofree char *token = get_member (text, "token");
  g_autoptr (RawClient) waiting = listen_to (f, "/three/v1/wake", token);

  /* Whoever listens is cut off, and what is left is as if it were not there. */
  must (satchel_organisations_set_enabled (f->office->dir, "three", FALSE, &error));
  g_assert_null (raw_client_read_chunk (waiting));
  g_assert_cmpuint (get_status (f, "/three/v1/known", token, "{\"sets\":[]}"), ==, 404);
  g_assert_cmpuint (get_status (f, "/two/v1/hello", NULL, NULL), ==, 200);

  /* Back as it was; disabled and enabled in one moment, too. */
  must (satchel_organisations_set_enabled (f->office->dir, "three", TRUE, &error));
  await_status (f, "/three/v1/known", token, "{\"sets\":[]}", 200);
  must (satchel_organisations_set_enabled (f->office->dir, "three", FALSE, &error));
  must (satchel_organisations_set_enabled (f->office->dir, "three", TRUE, &error));
  await_status (f, "/three/v1/known", token, "{\"sets\":[]}", 200);
  must (satchel_organisations_set_enabled (f->office->dir, "three", FALSE, &error));
  await_status (f, "/three/v1/known", token, "{\"sets\":[]}", 404);
  g_assert_false (satchel_organisations_set_enabled (f->office->dir, "four", FALSE, &error));
  g_assert_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND);
}

/* Nobody's organisation has no store open, so that its lock is free; a listener keeps it. */
static void
test_idle (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 end_us = g_get_monotonic_time () + WAIT_US;
  int lock;

  stop (f);
  f->options.idle_ms = 2 * LOOK_MS;
  start (f);
  lock = satchel_organisations_lock (f->two, &error); /* nobody has asked yet */
  g_assert_no_error (error);
  g_assert_cmpuint (get_status (f, "/two/v1/hello", NULL, NULL), ==, 503);
  close (lock);

  g_autofree char *text = ask_text (f, "/two/v1/sign-in", NULL, SIGN_IN);
  g_autofree char *token = get_member (text, "token");
  while ((lock = satchel_organisations_lock (f->two, NULL)) < 0)
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
  close (lock);

  /* Many times over, while others ask. */
  for (int i = 0; i < 200; i++)
    g_assert_cmpuint (get_status (f, "/two/v1/known", token, "{\"sets\":[]}"), ==, 200);
  g_autoptr (RawClient) waiting = listen_to (f, "/two/v1/wake", token);
  assert_line (waiting, commit_in (f, f->two));
  assert_line (waiting, commit_in (f, f->two));
  g_assert_cmpint (satchel_organisations_lock (f->two, NULL), <, 0);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                                  \
  g_test_add ("/sync-server/organisations/" name, Fixture, NULL, set_up, function, tear_down)
  g_test_add_func ("/sync-server/organisations/slugs", test_slugs);
  g_test_add_func ("/sync-server/organisations/pool", test_pool);
  g_test_add_func ("/sync-server/organisations/budget", test_budget);
  ADD ("paths", test_paths);
  ADD ("apart", test_apart);
  ADD ("blobs", test_blobs);
  ADD ("images", test_images);
  ADD ("wakes", test_wakes);
  ADD ("load", test_load);
  ADD ("damaged", test_damaged);
  ADD ("first-damaged", test_first_damaged);
  ADD ("while-serving", test_while_serving);
  ADD ("idle", test_idle);
  return g_test_run ();
}
