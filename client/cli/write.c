/* satchelctl accounts, write: messages to people. Nothing is sent but with --send.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/values.h"
#include "client/mail/sending.h"
#include "client/mail/writing.h"
#include "protocol/error.h"
#include "protocol/limits.h"

/* ---- accounts ---- */

static void
tell_account (SatchelCli *cli, const SatchelMailAccount *account)
{
  g_autofree char *name = NULL;
  JsonObject *object;

  if (!cli->json) {
    name = satchel_cli_display_text (account->name, SATCHEL_CLI_ONE_LINE);
    satchel_cli_print (cli, "%s %s <%s> %s\n", account->is_default ? "*" : " ", name, account->address,
                       account->protocol);
    return;
  }
  object = json_object_new ();
  json_object_set_string_member (object, "id", account->id);
  json_object_set_string_member (object, "name", account->name);
  json_object_set_string_member (object, "address", account->address);
  json_object_set_string_member (object, "protocol", account->protocol);
  json_object_set_boolean_member (object, "default", account->is_default);
  satchel_cli_print_object (cli, object);
}

int
satchel_cli_accounts (SatchelCli *cli, int argc, char **argv)
{
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 0, 0, &status);
  g_autoptr (SatchelPost) post = NULL;
  g_autoptr (GError) error = NULL;
  const GPtrArray *accounts;

  if (words == NULL)
    return status;
  if ((post = satchel_post_new (&error)) == NULL)
    return satchel_cli_fail (cli, error);
  accounts = satchel_post_get_accounts (post);
  for (guint i = 0; i < accounts->len; i++)
    tell_account (cli, accounts->pdata[i]);
  if (accounts->len == 0)
    satchel_cli_note (cli, _ ("no mail account that sends is set up on this desktop"));
  return SATCHEL_CLI_DONE;
}

/* ---- what is written ---- */

typedef struct {
  const char *template_, *subject, *text, *attach, *account;
  gboolean draft, send, again, composer;
} Options;

static gboolean
set_text (SatchelRecord *email, const char *name, const char *text, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (email->entity, name);
  g_autoptr (SatchelValue) value = NULL;

  if (!satchel_value_from_text (field, text, &value, error))
    return FALSE;
  satchel_record_set (email, field, value);
  return TRUE;
}

static gboolean
take_text (SatchelRecord *email, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = satchel_cli_read (path, SATCHEL_MAX_TEXT_CHARS * 4, error);
  gsize size = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  g_autofree char *text = bytes != NULL ? g_strndup (data != NULL ? data : "", size) : NULL;

  if (text == NULL)
    return FALSE;
  if (strlen (text) != size || !g_utf8_validate (text, (gssize)size, NULL)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("%s is no text in UTF-8"), path);
    return FALSE;
  }
  /* What was typed stands alone: the template's HTML would say something else. */
  satchel_record_set_by_name (email, "body_html", NULL);
  return set_text (email, "body_text", text, error);
}

static void
free_attachment (gpointer data)
{
  SatchelMailAttachment *attachment = data;

  g_free (attachment->name);
  g_free (attachment->media_type);
  g_clear_pointer (&attachment->bytes, g_bytes_unref);
  g_free (attachment);
}

/* One file, or several with commas between; "\\," is a comma in a name. */
static char **
split_paths (const char *paths)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  g_autoptr (GString) path = g_string_new (NULL);

  if (g_file_test (paths, G_FILE_TEST_EXISTS)) {
    g_strv_builder_add (list, paths);
    return g_strv_builder_end (list);
  }
  for (const char *at = paths;; at++) {
    if (*at == '\0' || *at == ',') {
      g_strv_builder_add (list, path->str);
      g_string_truncate (path, 0);
    } else {
      at += at[0] == '\\' && at[1] == ',' ? 1 : 0;
      g_string_append_c (path, *at);
    }
    if (*at == '\0')
      return g_strv_builder_end (list);
  }
}

static GPtrArray *
read_attachments (const char *paths, GError **error)
{
  g_auto (GStrv) list = paths != NULL ? split_paths (paths) : NULL;
  g_autoptr (GPtrArray) attachments = g_ptr_array_new_with_free_func (free_attachment);

  for (guint i = 0; list != NULL && list[i] != NULL; i++) {
    GBytes *bytes = satchel_cli_read (list[i], SATCHEL_MAX_OUTGOING_BYTES, error);
    SatchelMailAttachment *attachment;
    g_autofree char *kind = NULL, *name = g_path_get_basename (list[i]);

    if (bytes == NULL)
      return NULL;
    kind = g_content_type_guess (name, NULL, 0, NULL);
    attachment = g_new0 (SatchelMailAttachment, 1);
    attachment->name = g_utf8_make_valid (name, -1);
    attachment->media_type = g_content_type_get_mime_type (kind);
    attachment->bytes = bytes;
    g_ptr_array_add (attachments, attachment);
  }
  return g_steal_pointer (&attachments);
}

/* An email about the record, not kept yet. */
static SatchelRecord *
write_email (SatchelCli *cli, const SatchelRecord *record, const Options *options, GError **error)
{
  g_auto (SatchelAddressee) addressee = { 0 };
  g_autoptr (SatchelRecord) email = NULL, template_ = NULL;
  const char *trouble;

  if (!satchel_mail_addressee (cli->session, record, &addressee, error))
    return NULL;
  trouble = satchel_addressee_describe (addressee.state);
  if (addressee.state == SATCHEL_ADDRESSEE_MISSING || addressee.state == SATCHEL_ADDRESSEE_BAD) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE, "%s: %s",
                 addressee.name != NULL ? addressee.name : record->id, trouble);
    return NULL;
  }
  if (trouble != NULL)
    satchel_cli_note (cli, "%s: %s", addressee.name != NULL ? addressee.name : record->id, trouble);
  email = satchel_mail_new_draft (cli->session, record, &addressee);
  if (options->template_ != NULL) {
    template_ = satchel_cli_read_record (cli, "mail_template", options->template_, error);
    if (template_ == NULL || !satchel_mail_fill (cli->session, template_, record, email, error))
      return NULL;
  }
  if ((options->subject != NULL && !set_text (email, "subject", options->subject, error)) ||
      (options->text != NULL && !take_text (email, options->text, error)))
    return NULL;
  if (satchel_record_get_by_name (email, "subject") == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE,
                         _ ("a message needs --subject, or a template"));
    return NULL;
  }
  return g_steal_pointer (&email);
}

/* ---- what becomes of it ---- */

static void
tell (SatchelCli *cli, const char *id, const char *state)
{
  JsonObject *object;

  if (!cli->json) {
    satchel_cli_print (cli, "%s\n", id);
    return;
  }
  object = json_object_new ();
  json_object_set_string_member (object, "entity", "email");
  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "state", state);
  satchel_cli_print_object (cli, object);
}

/* What is not sent is there all the same, so that scripts are told of it besides the reason. Ctrl+C gives the
 * sending up. */
static int
send_draft (SatchelCli *cli, const char *id, const Options *options)
{
  static const char *const states[] = { [SATCHEL_POST_UNSENT] = "draft",
                                        [SATCHEL_POST_REFUSED] = "refused",
                                        [SATCHEL_POST_UNCERTAIN] = "uncertain" };
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelPost) post = satchel_post_new (&error);
  const SatchelMailAccount *account =
      post != NULL ? satchel_post_find_account (post, options->account, &error) : NULL;
  g_auto (SatchelTracked) tracked = { 0 };
  SatchelPostResult result = SATCHEL_POST_UNSENT;

  if (account != NULL) {
    (void)satchel_cli_interrupted ();
    satchel_post_set_interrupted (post, satchel_cli_interrupted);
    result = satchel_mail_send_draft (cli->session, post, account, id, options->again, &tracked, &error);
  }
  if (result != SATCHEL_POST_SENT) {
    if (cli->json)
      tell (cli, id, states[result]);
    satchel_cli_note (cli, _ ("the message is kept as draft %s"), id);
    return satchel_cli_fail (cli, error);
  }
  if (tracked.id == NULL)
    satchel_cli_note (cli, _ ("the message was sent, but could not be recorded; the draft is still there"));
  tell (cli, tracked.id != NULL ? tracked.id : id, "sent");
  return SATCHEL_CLI_DONE;
}

static int
open_composer (SatchelCli *cli, const SatchelRecord *email, const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = satchel_outgoing_to_uri (cli->session, email, &error);

  if (uri == NULL || !g_app_info_launch_default_for_uri (uri, NULL, &error))
    return satchel_cli_fail (cli, error);
  if (options->attach != NULL)
    satchel_cli_note (cli, _ ("files cannot be handed to the mail program: attach them there"));
  if (satchel_record_get_by_name (email, "body_html") != NULL)
    satchel_cli_note (cli, _ ("the mail program was given the text without its HTML"));
  return SATCHEL_CLI_DONE;
}

static int
write_to (SatchelCli *cli, const SatchelRecord *record, const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelRecord) email = write_email (cli, record, options, &error);
  g_autoptr (GPtrArray) attachments = email != NULL ? read_attachments (options->attach, &error) : NULL;

  if (attachments == NULL)
    return satchel_cli_fail (cli, error);
  if (options->composer)
    return open_composer (cli, email, options);
  if (!satchel_mail_keep_draft (cli->session, email, attachments, &error))
    return satchel_cli_fail (cli, error);
  if (options->send)
    return send_draft (cli, email->id, options);
  tell (cli, email->id, "draft");
  return SATCHEL_CLI_DONE;
}

int
satchel_cli_write (SatchelCli *cli, int argc, char **argv)
{
  Options options = { 0 };
  const SatchelCliOption known[] = {
    { "template", NULL, &options.template_ }, { "subject", NULL, &options.subject },
    { "text", NULL, &options.text },          { "attach", NULL, &options.attach },
    { "account", NULL, &options.account },    { "draft", &options.draft, NULL },
    { "send", &options.send, NULL },          { "again", &options.again, NULL },
    { "composer", &options.composer, NULL },  { 0 }
  };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 2, 2, &status);
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  const SatchelEntity *entity;

  if (words == NULL)
    return status;
  if ((entity = satchel_cli_entity (cli, words[0])) == NULL)
    return SATCHEL_CLI_USAGE;
  if (options.draft + options.send + options.composer > 1 || (options.again && !options.send))
    return satchel_cli_misuse (cli, _ ("usage: satchelctl %s"), cli->usage);
  if ((record = satchel_cli_read_record (cli, entity->name, words[1], &error)) == NULL)
    return satchel_cli_fail (cli, error);
  if (!g_str_equal (entity->name, "email"))
    return write_to (cli, record, &options);
  if (options.template_ != NULL || options.subject != NULL || options.text != NULL || options.attach != NULL)
    return satchel_cli_misuse (cli, _ ("a draft is changed with “set”, and sent as it is"));
  if (options.composer)
    return open_composer (cli, record, &options);
  if (options.send)
    return send_draft (cli, record->id, &options);
  tell (cli, record->id, "draft");
  return SATCHEL_CLI_DONE;
}
