/* satchelctl: everything that a script, a test or a person at a terminal needs, over the client library.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/language.h"

typedef struct {
  const char *name;
  int (*run) (SatchelCli *cli, int argc, char **argv);
  const char *usage;
  const char *help;
} Command;

static const Command commands[] = {
  { "login", satchel_cli_login, "login URL --user NAME [--password-file FILE|-]",
    N_ ("make this profile a device of that user") },
  { "logout", satchel_cli_logout, "logout",
    N_ ("give the access token up; records and unsent changes stay") },
  { "status", satchel_cli_status, "status", N_ ("what waits, what needs you, when the last sync was") },
  { "sync", satchel_cli_sync, "sync [--audit]",
    N_ ("send what waits, then receive what is new; --audit compares every record") },
  { "offline", satchel_cli_offline, "offline on|off",
    N_ ("keep this profile from the network, or let it go back") },
  { "watch", satchel_cli_watch, "watch",
    N_ ("sync whenever something changes here or there, until interrupted") },
  { "entities", satchel_cli_entities, "entities", N_ ("the kinds of records") },
  { "fields", satchel_cli_fields, "fields ENTITY", N_ ("the fields of an entity") },
  { "views", satchel_cli_views, "views ENTITY", N_ ("the saved lists of an entity") },
  { "list", satchel_cli_list,
    "list ENTITY [--view V] [--where PREDICATE] [--find TEXT] [--sort FIELD[:desc]] [--columns A,B] [--limit "
    "N] [--online]",
    N_ ("records") },
  { "show", satchel_cli_show, "show ENTITY ID [--history] [--related] [--online]", N_ ("one record") },
  { "create", satchel_cli_create, "create ENTITY FIELD=VALUE…", N_ ("a new record; prints its id") },
  { "set", satchel_cli_set, "set ENTITY ID FIELD=VALUE… [--online]",
    N_ ("change a record; FIELD= empties, FIELD=@FILE reads a file, FIELD=@@X is “@X”") },
  { "file", satchel_cli_file, "file get ENTITY ID [FIELD] [-o PATH|-]",
    N_ ("an attachment to the disk; attach one with FIELD=@FILE") },
  { "files", satchel_cli_files, "files policy [SIZE|open|never]",
    N_ ("fetch attachments with their records up to a size, when they are opened, or never") },
  { "delete", satchel_cli_delete, "delete ENTITY ID [--online]", N_ ("delete a record") },
  { "do", satchel_cli_do, "do ACTION ENTITY ID [NAME=VALUE…] [--online]",
    N_ ("assign, qualify, restore… (satchelctl entities)") },
  { "track", satchel_cli_track,
    "track FILE.eml|- [--regarding ENTITY:ID] [--attachments all|none] [--source]",
    N_ ("a mail message becomes an email of the CRM, once for everybody") },
  { "untrack", satchel_cli_untrack, "untrack FILE.eml|-|MESSAGE-ID", N_ ("do not track a message any more") },
  { "outbox", satchel_cli_outbox,
    "outbox [--limit N] [--after ID] [retry ID | discard ID | edit ID FIELD=VALUE…]",
    N_ ("changes that wait or were refused") },
  { "conflicts", satchel_cli_conflicts, "conflicts [--settled]", N_ ("fields that two people changed") },
  { "resolve", satchel_cli_resolve, "resolve ID --mine|--theirs|--value VALUE", N_ ("decide a conflict") },
  { "scope", satchel_cli_scope,
    "scope [add ENTITY|* PREDICATE [--related] [--name N] [--this-device] | remove ID | preview "
    "[ENTITY|* PREDICATE] [--related]]",
    N_ ("what your devices carry") },
  { "why", satchel_cli_why, "why ENTITY ID", N_ ("why a record is carried, or is not") },
  { "import", satchel_cli_import, "import FILE|eds:SOURCE [--entity E] [--map F] [--dry-run] [--errors F]",
    N_ ("records from a CSV file") },
  { "export", satchel_cli_export, "export ENTITY [--where PREDICATE] [--map F] --format csv|json|vcard|ical",
    N_ ("records to a file") },
  { "report", satchel_cli_report,
    "report [DASHBOARD[/CHART]] [--period PERIOD] [--owner me|USER] [--csv FILE|-] [--pdf FILE]",
    N_ ("figures: the funnel, the forecast…; which there are, or those of one") },
  { "mirror", satchel_cli_mirror, "mirror on|off|status|sources",
    N_ ("contacts, appointments and tasks in the desktop's address book and calendar") },
  { "mail-rule", satchel_cli_mail_rule, "mail-rule [none|replies|known|folder=NAME]",
    N_ ("which messages are tracked by themselves") },
  { "accounts", satchel_cli_accounts, "accounts", N_ ("the desktop's mail accounts that can send") },
  { "write", satchel_cli_write,
    "write ENTITY ID [--template T] [--subject S] [--text FILE|-] [--attach FILE[,FILE…]] [--account A] "
    "[--draft|--send [--again]|--composer]",
    N_ ("a message to somebody: a draft, sent at once, or in the mail program; write email ID sends a "
        "draft") },
  { "mailing", satchel_cli_mailing,
    "mailing LIST --template T [--dry-run|--send] [--account A] [--per-minute N] [--round NAME] "
    "[--again uncertain|refused] [--progress]",
    N_ ("one message to each member of a marketing list") },
  { "doctor", satchel_cli_doctor, "doctor [--rebuild]", N_ ("look for what is wrong with this profile") },
};

static int
print_help (void)
{
  printf (_ ("usage: satchelctl [--profile NAME] [--json] COMMAND\n\n"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    printf ("  %-10s  %s\n", commands[i].name, _ (commands[i].help));
  printf (_ ("\nsatchelctl COMMAND --help says how a command is used.\n"));
  return SATCHEL_CLI_DONE;
}

static const Command *
find_command (SatchelCli *cli, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  }
  satchel_cli_misuse (cli, _ ("there is no command “%s”; satchelctl --help lists them"), name);
  return NULL;
}

/* Takes one global option before the command; FALSE with a line on stderr when it is none. */
static gboolean
take_global_option (SatchelCli *cli, int argc, char **argv, int *i)
{
  const char *name = NULL;

  if (g_str_equal (argv[*i], "--json")) {
    cli->json = TRUE;
    return TRUE;
  }
  if (g_str_equal (argv[*i], "--profile") && *i + 1 == argc) {
    satchel_cli_misuse (cli, _ ("--profile needs a value"));
    return FALSE;
  }
  if (g_str_has_prefix (argv[*i], "--profile="))
    name = argv[*i] + strlen ("--profile=");
  else if (g_str_equal (argv[*i], "--profile"))
    name = argv[++*i];
  if (name == NULL) {
    satchel_cli_misuse (cli, _ ("there is no option “%s” before a command"), argv[*i]);
    return FALSE;
  }
  g_free (cli->profile);
  cli->profile = g_strdup (name);
  return TRUE;
}

static int
dispatch (SatchelCli *cli, int argc, char **argv)
{
  const Command *command;
  int i;

  for (i = 1; i < argc && argv[i][0] == '-'; i++) {
    if (g_str_equal (argv[i], "--help") || g_str_equal (argv[i], "-h"))
      return print_help ();
    if (g_str_equal (argv[i], "--version")) {
      printf ("satchelctl %s\n", SATCHEL_VERSION);
      return SATCHEL_CLI_DONE;
    }
    if (!take_global_option (cli, argc, argv, &i))
      return SATCHEL_CLI_USAGE;
  }
  if (i == argc)
    return satchel_cli_misuse (cli, _ ("give a command; satchelctl --help lists them"));
  if ((command = find_command (cli, argv[i])) == NULL)
    return SATCHEL_CLI_USAGE;
  cli->usage = command->usage;
  cli->help = command->help;
  return command->run (cli, argc - i, argv + i);
}

int
main (int argc, char **argv)
{
  SatchelCli cli = {
    .profile = g_strdup ("default"),
    .registry = satchel_registry_builtin (),
    .clock = satchel_clock_system (),
  };
  int status;

  setlocale (LC_ALL, "");
  satchel_language_bind ();
  status = dispatch (&cli, argc, argv);
  g_clear_pointer (&cli.session, satchel_session_close);
  g_free (cli.profile);
  if (fflush (stdout) != 0 || ferror (stdout)) {
    fprintf (stderr, _ ("satchelctl: the output could not be written\n"));
    return SATCHEL_CLI_FAILED;
  }
  return status;
}
