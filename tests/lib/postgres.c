/* Starts and stops a private PostgreSQL. The server refuses to run as root, so that root starts it as
 * "postgres".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/postgres.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/fixture.h"

struct _FixturePostgres {
  char *programs; /* where initdb and postgres are */
  char *dir;
  GPid server;
  FILE *log; /* the server's, kept open while it runs */
};

/* Debian keeps the server's programs out of the PATH, one folder a version; the newest one is taken. */
static char *
find_programs (void)
{
  g_autofree char *in_path = g_find_program_in_path ("initdb");
  if (in_path != NULL)
    return g_path_get_dirname (in_path);

  g_autoptr (GDir) versions = g_dir_open ("/usr/lib/postgresql", 0, NULL);
  gint64 newest = 0;
  for (const char *name; versions != NULL && (name = g_dir_read_name (versions)) != NULL;)
    newest = MAX (newest, g_ascii_strtoll (name, NULL, 10));
  g_autofree char *programs = g_strdup_printf ("/usr/lib/postgresql/%" G_GINT64_FORMAT "/bin", newest);
  g_autofree char *initdb = g_build_filename (programs, "initdb", NULL);
  return g_file_test (initdb, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer (&programs) : NULL;
}

/* Between fork and exec: to the user that the cluster belongs to, and to the same end as a test that aborts.
 */
static void
become_postgres (gpointer data)
{
  const struct passwd *user = data;
  if (user != NULL && (setgid (user->pw_gid) != 0 || setuid (user->pw_uid) != 0))
    _exit (127);
  if (prctl (PR_SET_PDEATHSIG, SIGQUIT) != 0)
    _exit (127);
}

static const struct passwd *
server_user (void)
{
  return geteuid () == 0 ? getpwnam ("postgres") : NULL;
}

static void
make_cluster (FixturePostgres *postgres, const char *data)
{
  g_autofree char *program = g_build_filename (postgres->programs, "initdb", NULL);
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  /* A locale that sorts as people do: what relies on the order of bytes has to say so. */
  const char *command[] = {
    program,           "-D",        data, "-U",   "satchel",          "-A",
    "trust",           "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=icu",
    "--icu-locale=en", NULL
  };
  int status = 0;

  if (!g_spawn_sync (postgres->dir, (char **)command, NULL, G_SPAWN_DEFAULT, become_postgres,
                     (gpointer)server_user (), &output, &errors, &status, &error) ||
      !g_spawn_check_wait_status (status, &error))
    g_error ("initdb: %s\n%s%s", error->message, output, errors);
}

/* Returns when the server says that it is ready. */
static void
start_server (FixturePostgres *postgres, const char *data)
{
  g_autofree char *program = g_build_filename (postgres->programs, "postgres", NULL);
  g_autoptr (GError) error = NULL;
  const char *command[] = { program,
                            "-D",
                            data,
                            "-c",
                            "listen_addresses=",
                            "-k",
                            postgres->dir,
                            "-F",
                            "-c",
                            "autovacuum=off",
                            "-c",
                            "log_min_messages=log",
                            NULL };
  int log = -1;
  char line[500];

  if (!g_spawn_async_with_pipes (postgres->dir, (char **)command, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
                                 become_postgres, (gpointer)server_user (), &postgres->server, NULL, NULL,
                                 &log, &error))
    g_error ("postgres: %s", error->message);
  postgres->log = fdopen (log, "r");
  g_autoptr (GString) said = g_string_new (NULL);
  while (fgets (line, sizeof line, postgres->log) != NULL) {
    g_string_append (said, line);
    if (strstr (line, "ready to accept connections") != NULL)
      return;
  }
  g_error ("PostgreSQL does not start:\n%s", said->str);
}

FixturePostgres *
fixture_postgres_start (const char **reason)
{
  g_autofree char *programs = find_programs ();

  if (programs == NULL) {
    *reason = "PostgreSQL is not installed";
    return NULL;
  }
  if (geteuid () == 0 && server_user () == NULL) {
    *reason = "there is no user “postgres” to run PostgreSQL as";
    return NULL;
  }

  FixturePostgres *postgres = g_new0 (FixturePostgres, 1);
  postgres->programs = g_steal_pointer (&programs);
  postgres->dir = fixture_dir_new ();
  g_autofree char *data = g_build_filename (postgres->dir, "data", NULL);
  if (server_user () != NULL && chown (postgres->dir, server_user ()->pw_uid, server_user ()->pw_gid) != 0)
    g_error ("cannot give %s to postgres", postgres->dir);
  make_cluster (postgres, data);
  start_server (postgres, data);
  return postgres;
}

void
fixture_postgres_stop (FixturePostgres *postgres)
{
  if (postgres == NULL)
    return;
  kill (postgres->server, SIGQUIT);
  waitpid (postgres->server, NULL, 0);
  fclose (postgres->log);
  fixture_dir_remove (postgres->dir);
  g_free (postgres->programs);
  g_free (postgres);
}

PGconn *
fixture_postgres_connect (FixturePostgres *postgres)
{
  g_autofree char *parameters = g_strdup_printf ("host='%s' user=satchel dbname=postgres", postgres->dir);
  PGconn *connection = PQconnectdb (parameters);
  if (PQstatus (connection) != CONNECTION_OK)
    g_error ("PostgreSQL: %s", PQerrorMessage (connection));
  return connection;
}
