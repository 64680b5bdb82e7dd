/* satchel-server as a program: commands, exit status, signals, and what is left of it when descriptors run
 * out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/lib/fixture.h"
#include "tests/sync-server/raw-client.h"

#define FEW_DESCRIPTORS 26
#define N_CROWD         60
#define WAIT_MS         20000

typedef struct {
  char *dir;  /* of the test */
  char *data; /* of the organisation */
  char *port_file;
  GPid server; /* 0: not running */
  guint16 port;
  char *out, *err; /* of the last run */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = fixture_dir_new ();
  f->data = g_build_filename (f->dir, "data", NULL);
  f->port_file = g_build_filename (f->dir, "port", NULL);
}

/* The exit status. */
static int
wait_for (GPid pid)
{
  int status;

  g_assert_cmpint (TEMP_FAILURE_RETRY (waitpid (pid, &status, 0)), ==, pid);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
stop (Fixture *f)
{
  kill (f->server, SIGTERM);
  g_assert_cmpint (wait_for (f->server), ==, 0);
  f->server = 0;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->server != 0)
    stop (f);
  fixture_dir_remove (f->dir);
  g_free (f->data);
  g_free (f->port_file);
  g_free (f->out);
  g_free (f->err);
}

static void
write_file (const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, &error));
  g_assert_no_error (error);
}

/* Runs one command on the organisation; @words: separated by single blanks. */
static int
run (Fixture *f, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_strdup_printf (PROGRAM " --data %s %s", f->data, words);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  int status;

  g_test_message ("%s", line);
  g_clear_pointer (&f->out, g_free);
  g_clear_pointer (&f->err, g_free);
  g_assert_true (g_spawn_sync (NULL, argv, NULL, 0, NULL, NULL, &f->out, &f->err, &status, &error));
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
lower_limit_cb (gpointer data)
{
  struct rlimit limit = { FEW_DESCRIPTORS, FEW_DESCRIPTORS };

  setrlimit (RLIMIT_NOFILE, &limit);
}

/* Returns when the server is ready. */
static void
start (Fixture *f, const char *words, GSpawnChildSetupFunc child_setup)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_strdup_printf (PROGRAM " serve --data %s --listen 127.0.0.1:0 --port-file %s%s",
                                           f->data, f->port_file, words);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autofree char *text = NULL;
  gint64 deadline = g_get_monotonic_time () + WAIT_MS * 1000;

  g_unlink (f->port_file);
  g_assert_true (
      g_spawn_async (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, child_setup, NULL, &f->server, &error));
  g_assert_no_error (error);
  while (!g_file_get_contents (f->port_file, &text, NULL, NULL)) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    g_thread_yield ();
  }
  f->port = g_ascii_strtoull (text, NULL, 10);
}

static void
assert_hello (Fixture *f, RawSecurity security)
{
  g_autoptr (RawClient) client = raw_client_new (f->port, security);
  g_auto (RawAnswer) answer = { 0 };

  raw_client_request (client, "GET", "/v1/hello", "", NULL, 0);
  g_assert_true (raw_client_read (client, &answer));
  g_assert_cmpuint (answer.status, ==, 200);
}

static void
test_usage (Fixture *f, gconstpointer data)
{
  static const char *const wrong[] = { "--json",
                                       "usher",
                                       "init --demo none",
                                       "init --demo 0",
                                       "init --admin a",
                                       "init --org ",
                                       "init --org two\nlines",
                                       "user",
                                       "user add",
                                       "user add x --password-file -",
                                       "serve --listen 1:2:x",
                                       "serve --tls-cert x",
                                       "serve --colour=red",
                                       "backup",
                                       "device revoke" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_assert_cmpint (run (f, wrong[i]), ==, 2);
    g_assert_true (g_str_has_prefix (f->err, "satchel-server: "));
    g_assert_cmpstr (strchr (f->err, '\n'), ==, "\n"); /* one clear line */
  }
  g_assert_cmpint (run (f, "--help"), ==, 0);
  g_assert_nonnull (strstr (f->out, "device revoke"));
  g_assert_cmpint (run (f, "user add --help"), ==, 0);
  g_assert_nonnull (strstr (f->out, "--password-file"));
  g_assert_false (g_file_test (f->data, G_FILE_TEST_EXISTS));
}

static void
test_administration (Fixture *f, gconstpointer data)
{
  g_autofree char *password = g_build_filename (f->dir, "password", NULL);
  g_autofree char *init = g_strdup_printf ("init --org Dealer --admin boss --password-file %s", password);
  g_autofree char *add =
      g_strdup_printf ("user add anna --role salesperson --unit North --password-file %s", password);

  write_file (password, "short\n");
  g_assert_cmpint (run (f, init), ==, 1);
  g_assert_nonnull (strstr (f->err, "8 characters"));
  g_assert_false (g_file_test (f->data, G_FILE_TEST_EXISTS));
  write_file (password, "long enough\n");
  g_assert_cmpint (run (f, init), ==, 0);
  g_assert_cmpint (run (f, init), ==, 1); /* there is one already, and it stays */

  GStatBuf status;
  g_autofree char *store = g_build_filename (f->data, "satchel.db", NULL);
  g_assert_cmpint (g_stat (store, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);

  g_assert_cmpint (run (f, add), ==, 1); /* no such unit */
  g_assert_cmpint (run (f, "unit add North"), ==, 0);
  g_assert_cmpint (run (f, "unit add North"), ==, 1);
  g_assert_cmpint (run (f, add), ==, 0);
  g_assert_cmpint (run (f, add), ==, 1);
  g_assert_cmpint (run (f, "user role add anna marketing"), ==, 0);
  g_assert_cmpint (run (f, "user role remove anna salesperson"), ==, 0);
  g_assert_cmpint (run (f, "user role remove anna marketing"), ==, 1);
  g_assert_cmpint (run (f, "user disable nobody"), ==, 1);
  g_assert_cmpint (run (f, "user disable anna"), ==, 0);
  g_assert_cmpint (run (f, "role list"), ==, 0);
  g_assert_nonnull (strstr (f->out, "salesperson"));

  g_assert_cmpint (run (f, "user list --json"), ==, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) row = NULL;
  *strchr (f->out, '\n') = '\0';
  row = json_from_string (f->out, &error);
  g_assert_no_error (error);
  JsonObject *anna = json_node_get_object (row);
  g_assert_cmpstr (json_object_get_string_member (anna, "user"), ==, "anna");
  g_assert_cmpstr (json_object_get_string_member (anna, "unit"), ==, "North");
  g_assert_true (json_object_get_boolean_member (anna, "disabled"));
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (anna, "roles"), 0), ==,
                   "marketing");
  g_assert_cmpint (run (f, "check"), ==, 0);
}

static void
test_no_store (Fixture *f, gconstpointer data)
{
  static const char *const commands[] = { "serve", "user list", "check", "backup /tmp/never" };

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_assert_cmpint (run (f, commands[i]), ==, 1);
    g_assert_true (g_str_has_prefix (f->err, "satchel-server: "));
  }
}

/* While one process serves, the others do their work; only what would pull the store from under it is
 * refused. */
static void
test_serve (Fixture *f, gconstpointer data)
{
  g_autofree char *file = g_build_filename (f->dir, "backup", NULL);
  g_autofree char *backup = g_strdup_printf ("backup %s", file);
  g_autofree char *restore = g_strdup_printf ("restore %s", file);

  g_assert_cmpint (run (f, "init --org Dealer"), ==, 0);
  start (f, "", NULL);
  assert_hello (f, RAW_PLAIN);
  g_assert_cmpint (run (f, "serve --listen 127.0.0.1:0"), ==, 1);
  g_assert_nonnull (strstr (f->err, "another process"));
  g_assert_cmpint (run (f, "unit add North"), ==, 0);
  g_assert_cmpint (run (f, "check"), ==, 0);
  g_assert_cmpint (run (f, backup), ==, 0);
  g_assert_cmpint (run (f, restore), ==, 1);
  assert_hello (f, RAW_PLAIN);
  stop (f);
  g_assert_cmpint (run (f, restore), ==, 0);
  start (f, "", NULL);
  assert_hello (f, RAW_PLAIN);
}

/* Idle connections do not hold up the end. */
static void
test_stop (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (run (f, "init --org Dealer"), ==, 0);
  start (f, "", NULL);
  g_autoptr (RawClient) idle = raw_client_new (f->port, RAW_PLAIN);
  g_autoptr (RawClient) half = raw_client_new (f->port, RAW_PLAIN);
  raw_client_send (half, "GET /v1/hel", -1);
  assert_hello (f, RAW_PLAIN);
  kill (f->server, SIGINT); /* told twice */
  stop (f);
  g_assert_true (raw_client_read_end (idle));
  g_assert_true (raw_client_read_end (half));
}

static void
test_tls (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (run (f, "init --org Dealer"), ==, 0);
  g_assert_cmpint (run (f, "serve --listen 0.0.0.0:0"), ==, 1);
  g_assert_nonnull (strstr (f->err, "--tls-cert"));
  g_assert_cmpint (run (f, "serve --tls-cert " FIXTURES "/tls/cert.pem --tls-key " FIXTURES "/tls/cert.pem"),
                   ==, 1);
  start (f, " --tls-cert " FIXTURES "/tls/cert.pem --tls-key " FIXTURES "/tls/key.pem", NULL);
  assert_hello (f, RAW_TLS);
}

/* More clients than descriptors: some are turned away, none hangs, and when they are gone all is well. */
static void
test_few_descriptors (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (run (f, "init --org Dealer"), ==, 0);
  start (f, "", lower_limit_cb);
  for (int round = 0; round < 3; round++) {
    g_autoptr (GPtrArray) crowd = g_ptr_array_new_with_free_func ((GDestroyNotify)raw_client_free);
    for (int i = 0; i < N_CROWD; i++)
      g_ptr_array_add (crowd, raw_client_new (f->port, RAW_PLAIN));
    g_clear_pointer (&crowd, g_ptr_array_unref);

    /* The server learns of their end in its own time. */
    guint status = 0;
    while (status != 200) {
      g_autoptr (RawClient) client = raw_client_new (f->port, RAW_PLAIN);
      g_auto (RawAnswer) answer = { 0 };
      raw_client_request (client, "GET", "/v1/hello", "", NULL, 0);
      if (raw_client_read (client, &answer))
        status = answer.status;
    }
  }
}

/* The command line beside a server that serves. */
static void
test_schema (Fixture *f, gconstpointer data)
{
  g_autofree char *broken = g_build_filename (f->dir, "broken.xml", NULL);
  g_autofree char *good = g_build_filename (f->dir, "good.xml", NULL);
  g_autofree char *init_broken = g_strdup_printf ("init --schema %s", broken);
  g_autofree char *init_good = g_strdup_printf ("init --schema %s", good);
  g_autofree char *check_broken = g_strdup_printf ("schema check %s %s", good, broken);
  g_autofree char *apply_broken = g_strdup_printf ("schema apply %s %s", good, broken);
  g_autofree char *apply_good = g_strdup_printf ("schema apply %s", good);
  g_autofree char *place = g_strconcat (broken, ":2:31: ", NULL);
  g_autofree char *exported = NULL;

  write_file (broken,
              "<satchel version='1'>\n<entity name='account'><field colour='red'/></entity></satchel>");
  write_file (good, "<satchel version='1'><entity name='account'>"
                    "<field name='sector' label='Industry' alias='industry'/></entity></satchel>");
  g_assert_cmpint (run (f, init_broken), ==, 1);
  g_assert_nonnull (strstr (f->err, place));
  g_assert_false (g_file_test (f->data, G_FILE_TEST_EXISTS));

  g_assert_cmpint (run (f, init_good), ==, 0);
  g_assert_cmpint (run (f, "schema export"), ==, 0);
  exported = g_strdup (f->out);
  g_assert_nonnull (strstr (exported, "industry"));
  start (f, "", NULL);
  assert_hello (f, RAW_PLAIN);
  g_assert_cmpint (run (f, apply_broken), ==, 1);
  g_assert_nonnull (strstr (f->err, place));
  g_assert_cmpint (run (f, check_broken), ==, 1);
  g_assert_cmpint (run (f, "schema export"), ==, 0);
  g_assert_cmpstr (f->out, ==, exported);

  write_file (
      good,
      "<satchel version='1'><entity name='account'><field name='city' retired='yes'/></entity></satchel>");
  g_assert_cmpint (run (f, apply_good), ==, 0);
  g_assert_nonnull (strstr (f->out, "version 2"));
  g_assert_cmpint (run (f, "schema show --json"), ==, 0);
  g_assert_nonnull (strstr (f->out, "retired"));
  assert_hello (f, RAW_PLAIN);
  g_assert_cmpint (run (f, "schema apply"), ==, 2);
  g_assert_cmpint (run (f, "check"), ==, 0);
}

/* Names are printed as they are, also where the locale has no letters for them. */
static void
test_plain_locale (Fixture *f, gconstpointer data)
{
  g_autofree char *password = g_build_filename (f->dir, "password", NULL);
  g_autofree char *add = g_strdup_printf ("user add josé --role salesperson --password-file %s", password);

  g_setenv ("LC_ALL", "C", TRUE);
  write_file (password, "correct horse\n");
  g_assert_cmpint (run (f, "init --org 建筑机械"), ==, 0);
  g_assert_nonnull (strstr (f->out, "“建筑机械”"));
  g_assert_cmpint (run (f, add), ==, 0);
  g_assert_cmpint (run (f, "user list --json"), ==, 0);
  g_assert_nonnull (strstr (f->out, "\"josé\""));
  g_assert_cmpint (run (f, "user disable josefā"), ==, 1);
  g_assert_nonnull (strstr (f->err, "“josefā”"));
  g_unsetenv ("LC_ALL");
}

#define ADD(path, function)                                                                                  \
  g_test_add ("/sync-server/program/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  ADD ("usage", test_usage);
  ADD ("administration", test_administration);
  ADD ("no-store", test_no_store);
  ADD ("serve", test_serve);
  ADD ("stop", test_stop);
  ADD ("tls", test_tls);
  ADD ("few-descriptors", test_few_descriptors);
  ADD ("metadata", test_schema);
  ADD ("plain-locale", test_plain_locale);
  return g_test_run ();
}
