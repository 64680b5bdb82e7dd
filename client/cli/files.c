/* satchelctl file, files: attachments to the disk, and when they are fetched.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <gio/gunixoutputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/cli/commands.h"
#include "client/cli/online.h"
#include "client/connect.h"
#include "protocol/error.h"
#include "protocol/integer.h"

/* ---- file get ---- */

/* What is asked for. */
typedef struct {
  SatchelCli *cli;
  const SatchelEntity *entity;
  const char *id;
  const SatchelField *field;
  const char *output; /* NULL: under the file's own name; "-": stdout */
  gboolean fetched;
} Request;

/* The one named, or the only one there is. */
static const SatchelField *
find_field (SatchelCli *cli, const SatchelEntity *entity, const char *name)
{
  const SatchelField *found = NULL;

  if (name != NULL) {
    found = satchel_cli_field (cli, entity, name);
    if (found != NULL && found->type != SATCHEL_TYPE_FILE) {
      satchel_cli_misuse (cli, _ ("%s holds no file"), found->name);
      return NULL;
    }
    return found;
  }
  for (guint i = 0; i < entity->n_fields; i++) {
    if (entity->fields[i]->type != SATCHEL_TYPE_FILE)
      continue;
    if (found != NULL) {
      satchel_cli_misuse (cli, _ ("%s has several files: name the field"), entity->name);
      return NULL;
    }
    found = entity->fields[i];
  }
  if (found == NULL)
    satchel_cli_misuse (cli, _ ("%s has no files"), entity->name);
  return found;
}

static gboolean
read_value (const Request *request, SatchelValue **value, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;

  if (!satchel_replica_read (satchel_session_get_replica (request->cli->session), request->entity,
                             request->id, &record, error))
    return FALSE;
  if (record == NULL) {
    satchel_cli_set_missing (request->entity, request->id, error);
    return FALSE;
  }
  *value = satchel_value_ref (satchel_record_get (record, request->field));
  if (*value != NULL)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("%s %s has no file in “%s”"),
               request->entity->name, request->id, request->field->name);
  return FALSE;
}

static void
moved_cb (gint64 have, gint64 size_bytes, gpointer data)
{
  Request *request = data;
  g_autofree char *arrived = g_format_size ((guint64)have);
  g_autofree char *all = g_format_size ((guint64)size_bytes);
  g_autofree char *text = g_strdup_printf (_ ("receiving, %s of %s"), arrived, all);

  satchel_cli_progress (request->cli, text);
}

/* What can be done about it is a command. */
static gboolean
check_policy (Request *request, const SatchelBlob *blob, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (request->cli->session);

  if (satchel_blob_store_has (satchel_replica_get_blobs (replica), blob->hash) ||
      satchel_files_get_policy (replica) != SATCHEL_FILES_NEVER)
    return TRUE;
  g_set_error_literal (
      error, SATCHEL_ERROR, SATCHEL_ERROR_OFFLINE,
      _ ("the file is not here, and this profile fetches none: satchelctl files policy open"));
  return FALSE;
}

static gboolean
hold (Request *request, const SatchelBlob *blob, GError **error)
{
  const SatchelWantedFile wanted = { (char *)request->entity->name, (char *)request->id,
                                     (char *)request->field->name, *blob };
  gboolean done;

  if (!check_policy (request, blob, error))
    return FALSE;
  done = satchel_fetch_file (request->cli->session, &wanted, moved_cb, request, &request->fetched, error);
  satchel_cli_progress (request->cli, NULL);
  return done;
}

/* ---- writing it ---- */

static gboolean
fail_output (const char *path, const GError *problem, GError **error)
{
  const gboolean exists = g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_EXISTS);

  g_set_error (error, SATCHEL_ERROR, exists ? SATCHEL_ERROR_EXISTS : SATCHEL_ERROR_STORAGE, "%s: %s", path,
               exists ? _ ("there is such a file already; say where with -o") : problem->message);
  return FALSE;
}

/* What is there is replaced at the end, and only where the person named it. */
static gboolean
write_file (const Request *request, const SatchelBlob *blob, const char *path, GError **error)
{
  SatchelBlobStore *store = satchel_replica_get_blobs (satchel_session_get_replica (request->cli->session));
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GCancellable) given_up = g_cancellable_new ();
  g_autoptr (GError) problem = NULL;
  g_autoptr (GFileOutputStream) output = NULL;

  output = request->output != NULL
               ? g_file_replace (file, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, &problem)
               : g_file_create (file, G_FILE_CREATE_NONE, NULL, &problem);
  if (output == NULL)
    return fail_output (path, problem, error);
  if (!satchel_blob_store_copy (store, blob->hash, blob->size_bytes, G_OUTPUT_STREAM (output), error)) {
    g_cancellable_cancel (given_up); /* closed so, it leaves what was there */
    g_output_stream_close (G_OUTPUT_STREAM (output), given_up, NULL);
    return FALSE;
  }
  return g_output_stream_close (G_OUTPUT_STREAM (output), NULL, &problem) ||
         fail_output (path, problem, error);
}

static gboolean
write_stdout (const Request *request, const SatchelBlob *blob, GError **error)
{
  g_autoptr (GOutputStream) output = g_unix_output_stream_new (STDOUT_FILENO, FALSE);

  fflush (stdout);
  return satchel_blob_store_copy (
      satchel_replica_get_blobs (satchel_session_get_replica (request->cli->session)), blob->hash,
      blob->size_bytes, output, error);
}

static void
tell_written (const Request *request, const SatchelBlob *blob, const char *path, const char *name,
              const char *media_type)
{
  JsonObject *object;

  if (!request->cli->json) {
    satchel_cli_print (request->cli, "%s\n", path);
    return;
  }
  object = json_object_new ();
  json_object_set_string_member (object, "path", path);
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "media_type", media_type);
  json_object_set_int_member (object, "size_bytes", blob->size_bytes);
  json_object_set_boolean_member (object, "fetched", request->fetched);
  satchel_cli_print_object (request->cli, object);
}

static int
get (Request *request)
{
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  const char *hash, *name, *media_type;
  SatchelBlob blob;

  if (!read_value (request, &value, &error))
    return satchel_cli_fail (request->cli, error);
  satchel_value_get_file (value, &hash, &name, &media_type, &blob.size_bytes);
  blob.hash = (char *)hash;
  if (!hold (request, &blob, &error))
    return satchel_cli_fail (request->cli, error);
  if (g_strcmp0 (request->output, "-") == 0)
    return write_stdout (request, &blob, &error) ? SATCHEL_CLI_DONE : satchel_cli_fail (request->cli, error);
  if (request->output != NULL && g_file_test (request->output, G_FILE_TEST_IS_DIR)) {
    path = g_build_filename (request->output, name, NULL);
    request->output = NULL;
  } else {
    path = g_strdup (request->output != NULL ? request->output : name);
  }
  if (!write_file (request, &blob, path, &error))
    return satchel_cli_fail (request->cli, error);
  tell_written (request, &blob, path, name, media_type);
  return SATCHEL_CLI_DONE;
}

/* "-o PATH" among the words is taken out of them. */
static gboolean
take_output (char **words, const char **output)
{
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++) {
    if (!g_str_equal (words[i], "-o")) {
      words[n++] = words[i];
    } else {
      if (words[i + 1] == NULL)
        return FALSE;
      *output = words[++i];
    }
  }
  words[n] = NULL;
  return TRUE;
}

int
satchel_cli_file (SatchelCli *cli, int argc, char **argv)
{
  Request request = { .cli = cli };
  const SatchelCliOption known[] = { { "output", NULL, &request.output }, { 0 } };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 3, 6, &status);
  guint n_words;

  if (words == NULL)
    return status;
  if (!take_output (words, &request.output) || (n_words = g_strv_length (words)) < 3 || n_words > 4 ||
      !g_str_equal (words[0], "get"))
    return satchel_cli_misuse (cli, _ ("usage: satchelctl %s"), cli->usage);
  request.id = words[2];
  if ((request.entity = satchel_cli_entity (cli, words[1])) == NULL ||
      (request.field = find_field (cli, request.entity, words[3])) == NULL)
    return SATCHEL_CLI_USAGE;
  return get (&request);
}

/* ---- files policy ---- */

/* "500000", "500kB", "1MB", "2GB" */
static gboolean
parse_size (const char *text, gint64 *bytes)
{
  static const struct {
    const char *unit;
    gint64 factor;
  } units[] = { { "", 1 }, { "B", 1 }, { "kB", 1000 }, { "MB", 1000000 }, { "GB", 1000000000 } };
  const gsize digits = strspn (text, "0123456789");
  g_autofree char *number = g_strndup (text, digits);
  gint64 value;

  if (!satchel_integer_parse (number, 0, G_MAXINT64 / 1000000000, &value))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    if (g_ascii_strcasecmp (text + digits, units[i].unit) == 0) {
      *bytes = value * units[i].factor;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
parse_policy (const char *text, gint64 *policy)
{
  if (g_str_equal (text, "open")) {
    *policy = SATCHEL_FILES_ON_OPENING;
    return TRUE;
  }
  if (g_str_equal (text, "never")) {
    *policy = SATCHEL_FILES_NEVER;
    return TRUE;
  }
  return parse_size (text, policy);
}

static int
tell_policy (SatchelCli *cli)
{
  SatchelReplica *replica = satchel_session_get_replica (cli->session);
  const gint64 policy = satchel_files_get_policy (replica);
  g_autofree char *size = g_format_size (MAX (policy, 0));
  JsonObject *object;

  if (cli->json) {
    object = json_object_new ();
    json_object_set_string_member (object, "policy",
                                   policy >= 0                          ? "size"
                                   : policy == SATCHEL_FILES_ON_OPENING ? "open"
                                                                        : "never");
    if (policy >= 0)
      json_object_set_int_member (object, "most_bytes", policy);
    satchel_cli_print_object (cli, object);
  } else if (policy >= 0) {
    satchel_cli_print (
        cli, _ ("Files of up to %s are fetched with their records, larger ones when they are opened.\n"),
        size);
  } else {
    satchel_cli_print (cli, policy == SATCHEL_FILES_ON_OPENING
                                ? _ ("Files are fetched when they are opened.\n")
                                : _ ("Files are not fetched.\n"));
  }
  return SATCHEL_CLI_DONE;
}

int
satchel_cli_files (SatchelCli *cli, int argc, char **argv)
{
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 1, 2, &status);
  g_autoptr (GError) error = NULL;
  gint64 policy;

  if (words == NULL)
    return status;
  if (!g_str_equal (words[0], "policy") || (words[1] != NULL && !parse_policy (words[1], &policy)))
    return satchel_cli_misuse (cli, _ ("usage: satchelctl %s"), cli->usage);
  if (words[1] != NULL &&
      !satchel_files_set_policy (satchel_session_get_replica (cli->session), policy, &error))
    return satchel_cli_fail (cli, error);
  return tell_policy (cli);
}
