/* Three steps, each with a callback: make, serve, sign in.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/demo.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <sys/prctl.h>

#include "protocol/error.h"
#include "ui/setup/enrol.h"
#include "ui/sync/program.h"

#define USER      "seller1"
#define THOUSANDS "5"

struct _SatchelDemo {
  char *program, *directory, *making, *port_file;
  SatchelDesk *desk; /* until it is open */
  GSubprocess *server;
  GFileMonitor *monitor; /* until the port is known */
  gboolean any_port;     /* the one that it had was taken */
};

void
satchel_demo_free (SatchelDemo *demo)
{
  if (demo == NULL)
    return;
  if (demo->server != NULL)
    g_subprocess_send_signal (demo->server, SIGTERM);
  g_clear_object (&demo->server);
  g_clear_object (&demo->monitor);
  g_clear_object (&demo->desk);
  g_free (demo->program);
  g_free (demo->directory);
  g_free (demo->making);
  g_free (demo->port_file);
  g_free (demo);
}

char *
satchel_demo_dup_directory (void)
{
  return g_build_filename (g_get_user_state_dir (), "satchel", "demo", NULL);
}

gboolean
satchel_demo_exists (void)
{
  g_autofree char *directory = satchel_demo_dup_directory ();

  return g_file_test (directory, G_FILE_TEST_IS_DIR);
}

/* ---- signing in ---- */

static char *
read_password (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "demo-users.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;

  if (!json_parser_load_from_file (parser, path, error))
    return NULL;
  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root) &&
      json_object_has_member (json_node_get_object (root), USER))
    return g_strdup (json_object_get_string_member (json_node_get_object (root), USER));
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT, _ ("“%s” is not as it was made."), path);
  return NULL;
}

/* The task's data goes to whoever asked. */
static void
return_demo (GTask *task)
{
  SatchelDemo *demo = g_task_get_task_data (task);
  SatchelDemo *result = g_new (SatchelDemo, 1);

  g_clear_object (&demo->desk);
  *result = *demo;
  *demo = (SatchelDemo){ 0 };
  g_task_return_pointer (task, result, (GDestroyNotify)satchel_demo_free);
}

static void
enrolled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (satchel_enrol_finish (SATCHEL_DESK (source), result, NULL, &error))
    return_demo (task);
  else
    g_task_return_error (task, error);
}

static void
sign_in (GTask *task, const char *port)
{
  SatchelDemo *demo = g_task_get_task_data (task);
  SatchelSession *session = satchel_desk_get_session (demo->desk);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%s", port), *password = NULL;
  GError *error = NULL;

  if (g_strcmp0 (satchel_session_get_url (session), url) == 0) {
    return_demo (task);
    return;
  }
  password = read_password (demo->directory, &error);
  if (password == NULL)
    g_task_return_error (task, error);
  else
    satchel_enrol_async (demo->desk, url, USER, password, FALSE, NULL, enrolled_cb, g_object_ref (task));
}

/* ---- serving ---- */

static void serve (GTask *task);

/* NULL: not yet. */
static char *
read_port (const char *port_file)
{
  char *text = NULL;

  if (!g_file_get_contents (port_file, &text, NULL, NULL) || *g_strstrip (text) == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

static void
port_file_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer data)
{
  g_autoptr (GTask) task = g_object_ref (data);
  SatchelDemo *demo = g_task_get_task_data (task);
  g_autofree char *port = read_port (demo->port_file);

  if (port == NULL)
    return;
  g_signal_handlers_disconnect_by_data (demo->monitor, task);
  g_clear_object (&demo->monitor);
  g_object_unref (task); /* the monitor's */
  sign_in (task, port);
}

/* Before the port is known: it could not listen. */
static void
ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  SatchelDemo *demo = g_task_get_task_data (task);

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  if (demo->monitor == NULL)
    return;
  g_signal_handlers_disconnect_by_data (demo->monitor, task);
  g_clear_object (&demo->monitor);
  g_object_unref (task);
  g_clear_object (&demo->server);
  if (demo->any_port) {
    g_task_return_new_error (task, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "%s",
                             _ ("The demo’s server does not start."));
    return;
  }
  demo->any_port = TRUE;
  serve (task);
}

/* In the child: it dies with us, however we end. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* On the port that it had, so that the profile's address stays; only if that is taken on another one. */
static void
serve (GTask *task)
{
  SatchelDemo *demo = g_task_get_task_data (task);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GFile) file = g_file_new_for_path (demo->port_file);
  g_autofree char *port = read_port (demo->port_file);
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%s", port != NULL && !demo->any_port ? port : "0");
  GError *error = NULL;

  demo->any_port |= port == NULL;
  g_unlink (demo->port_file);
  demo->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, &error);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  if (error == NULL)
    demo->server =
        g_subprocess_launcher_spawn (launcher, &error, demo->program, "serve", "--data", demo->directory,
                                     "--listen", listen, "--port-file", demo->port_file, NULL);
  if (error != NULL) {
    g_clear_object (&demo->monitor);
    g_task_return_error (task, error);
    return;
  }
  g_signal_connect (demo->monitor, "changed", G_CALLBACK (port_file_cb), g_object_ref (task));
  g_subprocess_wait_async (demo->server, NULL, ended_cb, g_object_ref (task));
}

/* ---- making ---- */

/* Whole or not at all: it is made beside its place. */
static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  SatchelDemo *demo = g_task_get_task_data (task);
  g_autofree char *made = g_build_filename (demo->making, "demo", NULL);
  GError *error = NULL;

  if (!g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error)) {
    g_prefix_error (&error, "%s: ", _ ("The demo could not be made"));
    g_task_return_error (task, error);
    return;
  }
  if (g_rename (made, demo->directory) < 0) {
    g_task_return_new_error (task, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", demo->directory,
                             g_strerror (errno));
    return;
  }
  g_rmdir (demo->making);
  serve (task);
}

static void
make (GTask *task)
{
  SatchelDemo *demo = g_task_get_task_data (task);
  g_autofree char *parent = g_path_get_dirname (demo->directory), *data = NULL;
  g_autoptr (GSubprocess) process = NULL;
  GError *error = NULL;

  demo->making = g_build_filename (parent, "demo-XXXXXX", NULL);
  if (g_mkdir_with_parents (parent, 0700) < 0 || g_mkdtemp (demo->making) == NULL) {
    g_task_return_new_error (task, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", parent,
                             g_strerror (errno));
    return;
  }
  data = g_build_filename (demo->making, "demo", NULL);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                              demo->program, "init", "--data", data, "--org", "Karst Machinery", "--demo",
                              THOUSANDS, "--seed", "1", NULL);
  if (process == NULL)
    g_task_return_error (task, error);
  else
    g_subprocess_wait_check_async (process, NULL, made_cb, g_object_ref (task));
}

/* ---- the door ---- */

void
satchel_demo_open_async (SatchelDesk *desk, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  SatchelDemo *demo = g_new0 (SatchelDemo, 1);

  demo->program = satchel_program_find ("satchel-server");
  demo->directory = satchel_demo_dup_directory ();
  demo->port_file = g_strconcat (demo->directory, ".port", NULL);
  demo->desk = g_object_ref (desk);
  g_task_set_task_data (task, demo, (GDestroyNotify)satchel_demo_free);
  if (demo->program == NULL)
    g_task_return_new_error (task, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "%s",
                             _ ("The demo needs the program “satchel-server”, which is not installed here."));
  else if (satchel_demo_exists ())
    serve (task);
  else
    make (task);
}

SatchelDemo *
satchel_demo_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
remove_tree (GFile *file, GError **error)
{
  g_autoptr (GFileEnumerator) children =
      g_file_enumerate_children (file, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                                 G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, error);
  GFileInfo *info;
  GFile *child;

  while (children != NULL) {
    if (!g_file_enumerator_iterate (children, &info, &child, NULL, error))
      return FALSE;
    if (info == NULL)
      return g_file_delete (file, NULL, error);
    if (!(g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY ? remove_tree (child, error)
                                                                    : g_file_delete (child, NULL, error)))
      return FALSE;
  }
  return FALSE;
}

gboolean
satchel_demo_remove (GError **error)
{
  g_autofree char *directory = satchel_demo_dup_directory ();
  g_autofree char *port_file = g_strconcat (directory, ".port", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (directory);

  g_unlink (port_file);
  return !satchel_demo_exists () || remove_tree (file, error);
}
