/* satchel-server: the table of its commands, help, exit status.
 *
 * 0 done; 1 failed, the reason on standard error; 2 usage.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sync-server/admin/commands.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

#define OPTIONS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const SatchelCommand commands[] = {
  { "init",
    "--data DIR [--org NAME] [--schema FILE] [--admin NAME --password-file F | --demo THOUSANDS [--seed N]]",
    "Makes a new organisation in DIR.\n"
    "  --org NAME           what it is called\n"
    "  --admin NAME         adds a first user who may do everything; there is no default password\n"
    "  --password-file F    her password: the first line of F, or of standard input when F is “-”\n"
    "  --demo THOUSANDS     fills it with so many thousand invented records and users;\n"
    "                       their passwords are written to DIR/demo-users.json\n"
    "  --seed N             the same number makes the same records\n"
    "  --schema FILE        definitions of its own, as “schema apply” takes them; may be given several times",
    OPTIONS ("org=", "admin=", "password-file=", "demo=", "seed=", "schema="), 0, satchel_command_init },
  { "serve", "--data DIR [--listen HOST:PORT] [--tls-cert F --tls-key F] [--port-file F]",
    "Answers devices of all organisations until it gets SIGTERM or SIGINT.\n"
    "  --listen HOST:PORT   127.0.0.1:8765 unless told; port 0 takes a free one\n"
    "  --tls-cert, --tls-key  certificate and key, PEM; needed unless HOST is this machine itself\n"
    "  --port-file F        the port is written to F when the server is ready",
    OPTIONS ("listen=", "tls-cert=", "tls-key=", "port-file="), 0, satchel_command_serve, .whole = TRUE },
  { "org add", "NAME [--slug S] [--admin LOGIN --password-file F] [--schema FILE] --data DIR",
    "Adds an organisation to the server, which shares nothing with the others, and prints its slug: its address is\n"
    "https://HOST/SLUG. A serving process notices it within seconds. All other commands take --org SLUG.\n"
    "  --slug S             letters a-z, digits and single hyphens, at most 40; made from NAME unless told\n"
    "  --admin LOGIN        adds a first user who may do everything; there is no default password\n"
    "  --password-file F    her password: the first line of F, or of standard input when F is “-”\n"
    "  --schema FILE        definitions of its own, as “schema apply” takes them; may be given several times",
    OPTIONS ("slug=", "admin=", "password-file=", "schema="), 1, satchel_command_org_add, .whole = TRUE },
  { "org list", "--data DIR [--json]", "Lists the organisations; “-” is the one that init made.", NULL, 0,
    satchel_command_org_list, .whole = TRUE },
  { "org rename", "SLUG NAME --data DIR",
    "Gives an organisation another name, “-” being the one that init made; its address stays.", NULL, 2,
    satchel_command_org_rename, .whole = TRUE },
  { "org disable", "SLUG --data DIR",
    "Serves an organisation no more, as if it were not there; its files stay. Devices keep what they hold.", NULL,
    1, satchel_command_org_disable, .whole = TRUE },
  { "org enable", "SLUG --data DIR", "Undoes that.", NULL, 1, satchel_command_org_enable, .whole = TRUE },
  { "user add", "NAME --role R [--unit U] --password-file F [--full-name N] [--email E] --data DIR",
    "Adds a user, who signs in as NAME, and prints the id. --role may be given several times (role list);\n"
    "--unit is the name or id of a business unit (unit list), the topmost one unless told. The password is "
    "the\n"
    "first line of F, or of standard input when F is “-”; at least 8 characters.",
    OPTIONS ("role=", "unit=", "password-file=", "full-name=", "email="), 1, satchel_command_user_add },
  { "user disable", "NAME [--assign-to NAME] --data DIR",
    "Locks a user out; all of her devices are refused from their next request on. Her records stay.\n"
    "  --assign-to NAME     gives what is open of them to another user, with what follows it",
    OPTIONS ("assign-to="), 1, satchel_command_user_disable },
  { "user enable", "NAME --data DIR", "Lets a disabled user in again; her devices are as they were.", NULL, 1,
    satchel_command_user_enable },
  { "user set-unit", "NAME UNIT --data DIR", "Puts a user into a business unit; her records go along.", NULL,
    2, satchel_command_user_set_unit },
  { "user set-manager", "NAME MANAGER --data DIR",
    "Says to whom a user reports: MANAGER reads what she owns, and works on it. “-” is nobody.", NULL, 2,
    satchel_command_user_set_manager },
  { "user password", "NAME --password-file F --data DIR", "Sets a user's password.",
    OPTIONS ("password-file="), 1, satchel_command_user_password },
  { "user role add", "NAME ROLE --data DIR", "Gives a user one more role.", NULL, 2,
    satchel_command_user_role_add },
  { "user role remove", "NAME ROLE --data DIR", "Takes a role from a user.", NULL, 2,
    satchel_command_user_role_remove },
  { "user list", "--data DIR [--json]", "Lists the users.", NULL, 0, satchel_command_user_list },
  { "role list", "[--json]", "Lists the roles.", NULL, 0, satchel_command_role_list },
  { "role show", "NAME [--json]",
    "Shows what a role may do: a privilege to a depth for each entity, and the field classes that it opens.\n"
    "“*” stands for all that the role does not name.",
    NULL, 1, satchel_command_role_show },
  { "unit add", "NAME [--parent U] --data DIR",
    "Adds a business unit under another one, the topmost unless told, and prints its id.",
    OPTIONS ("parent="), 1, satchel_command_unit_add },
  { "unit list", "--data DIR [--json]", "Lists the business units.", NULL, 0, satchel_command_unit_list },
  { "unit rename", "UNIT NAME --data DIR", "Gives a business unit another name.", NULL, 2,
    satchel_command_unit_rename },
  { "unit move", "UNIT PARENT --data DIR", "Puts a business unit, with all below it, under another one.", NULL,
    2, satchel_command_unit_move },
  { "team add", "NAME [--unit U] --data DIR",
    "Adds a team, whose records lie under the unit U, the topmost one unless told, and prints its id.",
    OPTIONS ("unit="), 1, satchel_command_team_add },
  { "team list", "--data DIR [--json]", "Lists the teams and their members.", NULL, 0,
    satchel_command_team_list },
  { "team member add", "TEAM NAME --data DIR",
    "Makes a user a member of a team: what it owns, and what is shared with it, counts as hers.", NULL, 2,
    satchel_command_team_member_add },
  { "team member remove", "TEAM NAME --data DIR", "Takes a user out of a team.", NULL, 2,
    satchel_command_team_member_remove },
  { "team disable", "TEAM --data DIR",
    "Nobody has anything of the team any more, and nothing can be given to it. Its records stay.", NULL, 1,
    satchel_command_team_disable },
  { "team enable", "TEAM --data DIR", "Undoes that.", NULL, 1, satchel_command_team_enable },
  { "share list", "ENTITY ID --data DIR [--json]", "Lists with whom a record is shared.", NULL, 2,
    satchel_command_share_list },
  { "share add", "ENTITY ID --with NAME [--rights KEYS] --data DIR",
    "Shares a record, and what follows it, with a user or a team, instead of what it was given before.\n"
    "  --rights KEYS        read, write, delete, append, append_to, assign, share; commas between them;\n"
    "                       to read unless told. A role that lacks a privilege does not get it this way",
    OPTIONS ("with=", "rights="), 2, satchel_command_share_add },
  { "share remove", "ENTITY ID --with NAME --data DIR", "Takes a share back.", OPTIONS ("with="), 2,
    satchel_command_share_remove },
  { "device list", "--data DIR [--json]", "Lists the devices, the newest first.", NULL, 0,
    satchel_command_device_list },
  { "device revoke", "ID [--wipe] --data DIR",
    "Voids a device's token at once. ID may be its first characters, at least 8.\n"
    "  --wipe               the device is lost: when it asks for anything it is told to erase all that it holds",
    OPTIONS ("wipe"), 1, satchel_command_device_revoke },
  { "schema apply", "FILE… --data DIR",
    "Adds, changes, renames and retires fields, choices and entities as the FILEs say (the format is in\n"
    "data/README.md), all of it or nothing, while serving or not. Devices follow at their next sync.",
    NULL, 1, satchel_command_schema_apply, TRUE },
  { "schema check", "FILE… --data DIR", "Tells whether “schema apply” would take the FILEs; changes nothing.",
    NULL, 1, satchel_command_schema_check, TRUE },
  { "schema show", "--data DIR [--json]", "Lists what the organisation has added to the program or changed.",
    NULL, 0, satchel_command_schema_show },
  { "schema export", "[--all] --data DIR",
    "Prints what the organisation has added or changed as a file that “schema apply” takes.\n"
    "  --all                all definitions instead, those of the program with them",
    OPTIONS ("all"), 0, satchel_command_schema_export },
  { "quota", "[--user BYTES] [--organisation BYTES] --data DIR",
    "Shows how many bytes of attachments are allowed, and sets it; 0 is the program's own limit.",
    OPTIONS ("user=", "organisation="), 0, satchel_command_quota },
  { "backup", "FILE --data DIR", "Writes a complete copy of the store to FILE, while serving or not.", NULL,
    1, satchel_command_backup },
  { "restore", "FILE --data DIR",
    "Replaces the store by a backup, or with --org SLUG adds an organisation from one. Not while it is served:\n"
    "the one that init made while the server runs, another one while anybody talks to it. Devices that know later records hand them in again.",
    NULL, 1, satchel_command_restore },
  { "check", "[--accept] [--repair] --data DIR",
    "Looks for damage in the store, while serving or not; exit status 1 when there is any.\n"
    "A record that is not what was written was altered by something else than this program, a failing disk for\n"
    "example: look at the disk, compare the record with a backup or with what a device holds, and correct it.\n"
    "  --accept             afterwards: from now on what stands in such records is right\n"
    "  --repair             what offline filters hold is made what they choose, which an earlier version may have got wrong",
    OPTIONS ("accept", "repair"), 0, satchel_command_check },
  { 0 },
};

static void
print_help (const SatchelCommand *command)
{
  if (command != NULL) {
    g_print ("usage: satchel-server %s %s\n\n%s\n", command->words, command->synopsis, command->help);
    return;
  }
  g_print ("satchel-server: the central server of Satchel\n\n");
  for (command = commands; command->words != NULL; command++)
    g_print ("  satchel-server %s %s\n", command->words, command->synopsis);
  g_print ("\nWhere a server has several organisations, --org SLUG says which one is meant: the one that init made\n"
           "unless told. satchel-server COMMAND --help tells more.\n");
}

/* What is printed is UTF-8 whatever the locale: GLib would put "?" for letters that it lacks, in JSON too. */
static void
print_cb (const char *text)
{
  fputs (text, stdout);
}

static void
print_error_cb (const char *text)
{
  fputs (text, stderr);
}

static int
finish (int status)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return status;
  g_printerr ("satchel-server: the output could not be written\n");
  return EXIT_FAILED;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_set_print_handler (print_cb);
  g_set_printerr_handler (print_error_cb);
  umask (077); /* whatever is made here is the organisation's alone */
  if (argc == 2 && strcmp (argv[1], "--version") == 0) {
    g_print ("satchel-server %s\n", SATCHEL_VERSION);
    return finish (0);
  }

  g_autoptr (SatchelArguments) arguments = satchel_arguments_parse (argv, commands, &error);
  if (arguments != NULL && satchel_arguments_has (arguments, "help")) {
    print_help (satchel_arguments_get_command (arguments));
    return finish (0);
  }
  if (arguments != NULL && satchel_arguments_get_command (arguments)->run (arguments, &error))
    return finish (0);
  g_printerr ("satchel-server: %s\n", error->message);
  return g_error_matches (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS) ? EXIT_USAGE
                                                                                     : EXIT_FAILED;
}
