/* satchelctl login URL --user U [--password-file F|-], logout
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "client/cli/commands.h"
#include "client/cli/password.h"
#include "client/cli/remote.h"
#include "client/sync/call.h"
#include "client/sync/http.h"
#include "protocol/error.h"

/* The device that this profile already is, if the same user signs in again; the server decides whether it may
 * stay that. */
static const char *
get_known_device (SatchelCli *cli, const char *user)
{
  if (g_strcmp0 (satchel_session_get_user_name (cli->session), user) != 0)
    return NULL;
  return satchel_session_get_device (cli->session);
}

static SatchelSignInAnswer *
sign_in (SatchelCli *cli, SatchelTransport *transport, const char *user, char *password, GError **error)
{
  SatchelSignIn request = {
    .user = (char *)user,
    .password = password,
    .device_name = (char *)g_get_host_name (),
    .device = (char *)get_known_device (cli, user),
  };
  char *text = satchel_sign_in_to_text (&request);
  g_autoptr (GBytes) answer = satchel_transport_call (transport, "/v1/sign-in", NULL, text, error);

  satchel_password_free (text);
  if (answer == NULL)
    return NULL;
  return satchel_sign_in_answer_from_text (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), error);
}

static int
tell_enrolled (SatchelCli *cli, const SatchelSignInAnswer *answer, const char *url, gboolean told_file)
{
  JsonObject *object;

  if (!cli->json) {
    satchel_cli_print (cli, _ ("Signed in to %s as %s.\n"), answer->organisation_name, answer->user_name);
    if (told_file)
      satchel_cli_note (
          cli,
          _ ("There is no keyring here, so the access token is kept in a file in %s that only you can read."),
          satchel_session_get_directory (cli->session));
    if (satchel_session_get_sealing (cli->session) == SATCHEL_SEALING_KEY_THERE)
      satchel_cli_note (
          cli, _ ("So is the key that your records are encrypted with: whoever has the disk can read them."));
    satchel_cli_note (cli, _ ("To get your records: satchelctl sync"));
    return SATCHEL_CLI_DONE;
  }
  object = json_object_new ();
  json_object_set_string_member (object, "user", satchel_session_get_user_name (cli->session));
  json_object_set_string_member (object, "device", answer->device);
  json_object_set_string_member (object, "organisation", answer->organisation_name);
  json_object_set_string_member (object, "url", url);
  json_object_set_string_member (object, "token_in", told_file ? "file" : "keyring");
  satchel_cli_print_object (cli, object);
  return SATCHEL_CLI_DONE;
}

int
satchel_cli_login (SatchelCli *cli, int argc, char **argv)
{
  const char *user = NULL, *password_file = NULL;
  const SatchelCliOption known[] = { { "user", NULL, &user },
                                     { "password-file", NULL, &password_file },
                                     { 0 } };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 1, 1, &status);
  g_autoptr (SatchelTransport) transport = NULL;
  g_autoptr (SatchelSignInAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *prompt = NULL;
  gboolean told_file;
  char *password;

  if (words == NULL)
    return status;
  if (user == NULL || *user == '\0')
    return satchel_cli_misuse (cli, _ ("login needs --user NAME"));
  transport = satchel_http_transport_new (words[0], &error);
  if (transport == NULL)
    return satchel_cli_misuse (cli, "%s", error->message);
  prompt = g_strdup_printf (_ ("Password of %s: "), user);
  password = satchel_password_read (password_file, prompt, &error);
  if (password == NULL)
    return satchel_cli_misuse (cli, "%s", error->message);
  answer = sign_in (cli, transport, user, password, &error);
  satchel_password_free (password);
  if (answer == NULL && satchel_error_code (error) == SATCHEL_ERROR_NOT_FOUND)
    g_prefix_error (&error, _ ("“%s” is not the address of a Satchel server: "), words[0]);
  if (answer == NULL || !satchel_session_enrol (cli->session, words[0], answer, &told_file, &error))
    return satchel_cli_fail (cli, error);
  return tell_enrolled (cli, answer, words[0], told_file);
}

/* The server is told if it can be; in any case the token is gone from here. */
int
satchel_cli_logout (SatchelCli *cli, int argc, char **argv)
{
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 0, 0, &status);
  g_autoptr (SatchelTransport) transport = NULL;
  g_autoptr (GError) error = NULL, told = NULL;
  g_autofree char *answer = NULL;
  JsonObject *object;

  if (words == NULL)
    return status;
  transport = satchel_cli_connect (cli, &told);
  if (transport != NULL)
    answer = satchel_cli_ask (cli, transport, "/v1/sign-out", "{}", &told);
  if (!satchel_session_forget_token (cli->session, &error))
    return satchel_cli_fail (cli, error);
  if (cli->json) {
    object = json_object_new ();
    json_object_set_boolean_member (object, "server_told", answer != NULL);
    satchel_cli_print_object (cli, object);
    return SATCHEL_CLI_DONE;
  }
  satchel_cli_print (cli, _ ("Signed out; records and unsent changes stay here.\n"));
  if (answer == NULL)
    satchel_cli_note (cli, _ ("The server could not be told: %s"), told->message);
  return SATCHEL_CLI_DONE;
}
