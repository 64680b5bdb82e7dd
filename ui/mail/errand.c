/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mail/errand.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>

#include "protocol/error.h"
#include "ui/sync/program.h"

#define PROGRAM "satchelctl"

typedef struct {
  GSubprocess *process;
  GDataInputStream *lines;
  GOutputStream *words; /* of stderr */
  SatchelErrandFunc told;
  gpointer data;
  SatchelErrandResult *result;
  GCancellable *cancellable; /* may be NULL */
  gulong cancelled;
  guint waits; /* for what it says, what it complains of, and its end */
} Errand;

void
satchel_errand_result_free (SatchelErrandResult *result)
{
  if (result == NULL)
    return;
  g_ptr_array_unref (result->answers);
  g_free (result->problem);
  g_free (result);
}

static void
errand_free (gpointer data)
{
  Errand *errand = data;

  if (errand->cancelled != 0)
    g_cancellable_disconnect (errand->cancellable, errand->cancelled);
  g_clear_object (&errand->cancellable);
  g_clear_object (&errand->process);
  g_clear_object (&errand->lines);
  g_clear_object (&errand->words);
  satchel_errand_result_free (errand->result);
  g_free (errand);
}

/* Without the name before it; the last line is the reason. */
static char *
read_problem (Errand *errand)
{
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (errand->words);
  const char *data = g_memory_output_stream_get_data (memory); /* NULL: nothing came */
  g_autofree char *valid =
      data != NULL ? g_utf8_make_valid (data, (gssize)g_memory_output_stream_get_data_size (memory))
                   : g_strdup ("");
  const char *line;

  g_strstrip (valid);
  line = strrchr (valid, '\n');
  line = line != NULL ? line + 1 : valid;
  if (g_str_has_prefix (line, PROGRAM ": "))
    line += strlen (PROGRAM ": ");
  return *line != '\0' ? g_strdup (line) : NULL;
}

/* One of the three is over. Takes the reference of who waited. */
static void
end_wait (GTask *taken)
{
  g_autoptr (GTask) task = taken;
  Errand *errand = g_task_get_task_data (task);

  if (--errand->waits > 0)
    return;
  errand->result->status =
      g_subprocess_get_if_exited (errand->process) ? g_subprocess_get_exit_status (errand->process) : -1;
  errand->result->problem = read_problem (errand);
  g_task_return_pointer (task, g_steal_pointer (&errand->result), (GDestroyNotify)satchel_errand_result_free);
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  end_wait (data);
}

static void
complained_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, NULL);
  end_wait (data);
}

static void read_line (GTask *taken);

static void
line_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Errand *errand = g_task_get_task_data (task);
  g_autofree char *line =
      g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  g_autoptr (JsonNode) node = line != NULL ? json_from_string (line, NULL) : NULL;

  if (line == NULL) {
    end_wait (task);
    return;
  }
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node)) {
    g_ptr_array_add (errand->result->answers, json_node_dup_object (node));
    if (errand->told != NULL)
      errand->told (json_node_get_object (node), errand->data);
  }
  read_line (task);
}

static void
read_line (GTask *taken)
{
  Errand *errand = g_task_get_task_data (taken);

  g_data_input_stream_read_line_async (errand->lines, G_PRIORITY_DEFAULT, NULL, line_cb, taken);
}

static void
cancelled_cb (GCancellable *cancellable, GSubprocess *process)
{
  g_subprocess_send_signal (process, SIGINT);
}

static GSubprocess *
start (SatchelDesk *desk, const char *const *words, GError **error)
{
  g_autoptr (GPtrArray) command = g_ptr_array_new ();
  g_autofree char *program = satchel_program_find (PROGRAM);

  if (program == NULL) {
    g_set_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT, _ ("The program “%s” is not installed."),
                 PROGRAM);
    return NULL;
  }
  g_ptr_array_add (command, program);
  g_ptr_array_add (command, (gpointer) "--json");
  g_ptr_array_add (command, (gpointer) "--profile");
  g_ptr_array_add (command, (gpointer)satchel_desk_get_profile (desk));
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (command, (gpointer)words[i]);
  g_ptr_array_add (command, NULL);
  return g_subprocess_newv ((const char *const *)command->pdata,
                            G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, error);
}

void
satchel_errand_run (SatchelDesk *desk, const char *const *words, GCancellable *cancellable,
                    SatchelErrandFunc told, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (desk, NULL, callback, data);
  Errand *errand = g_new0 (Errand, 1);
  GError *error = NULL;

  g_task_set_task_data (task, errand, errand_free);
  errand->process = start (desk, words, &error);
  if (errand->process == NULL) {
    g_task_return_error (task, error);
    return;
  }
  errand->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (errand->process));
  errand->words = g_memory_output_stream_new_resizable ();
  errand->told = told;
  errand->data = data;
  errand->result = g_new0 (SatchelErrandResult, 1);
  errand->result->answers = g_ptr_array_new_with_free_func ((GDestroyNotify)json_object_unref);
  errand->waits = 3;
  if (cancellable != NULL) {
    errand->cancellable = g_object_ref (cancellable);
    errand->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                                               g_object_ref (errand->process), g_object_unref);
  }
  read_line (g_object_ref (task));
  g_output_stream_splice_async (errand->words, g_subprocess_get_stderr_pipe (errand->process),
                                G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT, NULL, complained_cb,
                                g_object_ref (task));
  g_subprocess_wait_async (errand->process, NULL, ended_cb, g_object_ref (task));
}

SatchelErrandResult *
satchel_errand_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
