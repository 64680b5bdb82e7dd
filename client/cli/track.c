/* satchelctl track, untrack: what the mail program does, with a message in a file or from a pipe.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "client/cli/commands.h"
#include "client/mail/track.h"
#include "protocol/error.h"

/* ---- the message ---- */

static SatchelMessage *
read_message (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = satchel_cli_read (path, SATCHEL_MAX_MESSAGE_BYTES, error);
  SatchelMessage *message = bytes != NULL ? satchel_message_read (bytes, error) : NULL;

  if (bytes != NULL && message == NULL)
    g_prefix_error (error, "%s: ", path);
  return message;
}

/* ---- track ---- */

/* "account:ID", or "account:Acme": what a lookup takes. */
static gboolean
read_regarding (SatchelCli *cli, const char *text, SatchelValue **value, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (cli->session), "email");

  return satchel_cli_value (cli, satchel_entity_find_field (entity, "regarding"), text, value, error);
}

static void
tell_json (SatchelCli *cli, const SatchelMessage *message, const SatchelTracked *tracked)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "entity", "email");
  json_object_set_string_member (object, "id", tracked->id);
  json_object_set_string_member (object, "message_id", message->message_id);
  json_object_set_boolean_member (object, "joined", tracked->joined);
  json_object_set_int_member (object, "attachments", tracked->n_attachments);
  json_object_set_boolean_member (object, "cut", tracked->cut);
  if (tracked->regarding_entity != NULL) {
    JsonObject *regarding = json_object_new ();
    g_autofree char *name = satchel_cli_dup_name (tracked->regarding_entity, tracked->regarding_id, cli);

    json_object_set_string_member (regarding, "entity", tracked->regarding_entity);
    json_object_set_string_member (regarding, "id", tracked->regarding_id);
    if (name != NULL)
      json_object_set_string_member (regarding, "name", name);
    json_object_set_object_member (object, "regarding", regarding);
  } else {
    json_object_set_null_member (object, "regarding");
  }
  satchel_cli_print_object (cli, object);
}

static void
tell (SatchelCli *cli, const SatchelMessage *message, const SatchelTracked *tracked)
{
  if (cli->json) {
    tell_json (cli, message, tracked);
    return;
  }
  satchel_cli_print (cli, "%s\n", tracked->id);
  if (tracked->joined)
    satchel_cli_note (cli, _ ("the message was tracked before: this is the same record"));
  if (tracked->cut)
    satchel_cli_note (
        cli, _ ("a text was too long for the record; --attachments all --source keeps the message whole"));
}

int
satchel_cli_track (SatchelCli *cli, int argc, char **argv)
{
  const char *about = NULL, *attachments = "none";
  gboolean source = FALSE;
  const SatchelCliOption options[] = {
    { "regarding", NULL, &about }, { "attachments", NULL, &attachments }, { "source", &source, NULL }, { 0 }
  };
  SatchelTrackOptions track = { 0 };
  g_autofree char **arguments = NULL;
  g_autoptr (SatchelMessage) message = NULL;
  g_autoptr (SatchelValue) regarding = NULL;
  g_auto (SatchelTracked) tracked = { 0 };
  g_autoptr (GError) error = NULL;
  int status;

  arguments = satchel_cli_begin (cli, argc, argv, options, 1, 1, &status);
  if (arguments == NULL)
    return status;
  if (!g_str_equal (attachments, "all") && !g_str_equal (attachments, "none"))
    return satchel_cli_misuse (cli, _ ("--attachments is “all” or “none”"));
  message = read_message (arguments[0], &error);
  if (message == NULL || (about != NULL && !read_regarding (cli, about, &regarding, &error)))
    return satchel_cli_fail (cli, error);
  if (regarding != NULL) {
    track.regarding_entity = satchel_value_get_entity (regarding);
    track.regarding_id = satchel_value_get_id (regarding);
  }
  track.attach = g_str_equal (attachments, "all") ? SATCHEL_MAIL_ATTACH_ALL : SATCHEL_MAIL_ATTACH_NONE;
  track.attach_source = source;
  if (!satchel_mail_track (cli->session, message, &track, NULL, &tracked, &error))
    return satchel_cli_fail (cli, error);
  tell (cli, message, &tracked);
  return SATCHEL_CLI_DONE;
}

/* ---- untrack ---- */

/* A Message-ID, or a file with the message. */
static char *
find_message_id (const char *argument, GError **error)
{
  g_autoptr (SatchelMessage) message = NULL;

  if (!g_str_equal (argument, "-") && !g_file_test (argument, G_FILE_TEST_IS_REGULAR))
    return g_strdup (argument);
  message = read_message (argument, error);
  return message != NULL ? g_strdup (message->message_id) : NULL;
}

int
satchel_cli_untrack (SatchelCli *cli, int argc, char **argv)
{
  g_autofree char **arguments = NULL;
  g_autofree char *message_id = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  arguments = satchel_cli_begin (cli, argc, argv, NULL, 1, 1, &status);
  if (arguments == NULL)
    return status;
  message_id = find_message_id (arguments[0], &error);
  if (message_id == NULL || !satchel_mail_untrack (cli->session, message_id, NULL, &error))
    return satchel_cli_fail (cli, error);
  return SATCHEL_CLI_DONE;
}
