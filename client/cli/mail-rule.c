/* satchelctl mail-rule [none|replies|known|folder=NAME]
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/mail/rules.h"

static int
tell (SatchelCli *cli)
{
  static const char *const sentences[] = {
    [SATCHEL_MAIL_RULE_NONE] = N_ ("No message is tracked by itself."),
    [SATCHEL_MAIL_RULE_REPLIES] = N_ ("Replies to tracked messages are tracked."),
    [SATCHEL_MAIL_RULE_KNOWN] = N_ ("Replies and messages of people who are in the CRM are tracked."),
    [SATCHEL_MAIL_RULE_FOLDER] = N_ ("Replies and messages in this folder are tracked:"),
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL, *shown = NULL;
  SatchelMailRule rule;
  JsonObject *object;

  if (!satchel_mail_rule_get (cli->session, &rule, &folder, &error))
    return satchel_cli_fail (cli, error);
  if (cli->json) {
    object = json_object_new ();
    json_object_set_string_member (object, "rule", satchel_mail_rule_name (rule));
    if (folder != NULL)
      json_object_set_string_member (object, "folder", folder);
    satchel_cli_print_object (cli, object);
    return SATCHEL_CLI_DONE;
  }
  shown = folder != NULL ? satchel_cli_display_text (folder, SATCHEL_CLI_ONE_LINE) : NULL;
  satchel_cli_print (cli, "%s%s%s\n", _ (sentences[rule]), shown != NULL ? " " : "",
                     shown != NULL ? shown : "");
  return SATCHEL_CLI_DONE;
}

int
satchel_cli_mail_rule (SatchelCli *cli, int argc, char **argv)
{
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 0, 1, &status);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  const char *equals;
  SatchelMailRule rule;

  if (words == NULL)
    return status;
  if (words[0] == NULL)
    return tell (cli);
  equals = strchr (words[0], '=');
  name = equals != NULL ? g_strndup (words[0], equals - words[0]) : g_strdup (words[0]);
  if (!satchel_mail_rule_from_name (name, &rule) || (rule == SATCHEL_MAIL_RULE_FOLDER) != (equals != NULL))
    return satchel_cli_misuse (cli, _ ("usage: satchelctl %s"), cli->usage);
  if (!satchel_mail_rule_set (cli->session, rule, rule == SATCHEL_MAIL_RULE_FOLDER ? equals + 1 : NULL,
                              &error))
    return satchel_cli_fail (cli, error);
  return tell (cli);
}
