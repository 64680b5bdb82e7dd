/* What the commands of satchelctl share: the invocation, its arguments, its profile, its output and its exit status.
 *
 * A command is `int satchel_cli_NAME (SatchelCli *cli, int argc, char **argv)`; argv[0] is the command's own name and the
 * result is the exit status. It calls satchel_cli_begin() first, and leaves with satchel_cli_fail() or
 * satchel_cli_misuse() when something is wrong: one line on stderr, nothing on stdout.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/online.h"

G_BEGIN_DECLS

/* DESIGN §9: these numbers are an interface. */
typedef enum {
  SATCHEL_CLI_DONE = 0,
  SATCHEL_CLI_FAILED = 1,
  SATCHEL_CLI_USAGE = 2,
  SATCHEL_CLI_UNREACHABLE = 3, /* no server, or the profile is switched offline */
  SATCHEL_CLI_ATTENTION = 4,   /* done, but a parked set, an open conflict or a rejected row needs a person */
} SatchelCliStatus;

typedef struct {
  const char *usage; /* of the command: "list ENTITY [--view V]…"; borrowed from the table in main.c */
  const char *help;  /* what the command is for; likewise */
  char *profile;
  gboolean json;
  SatchelRegistry *registry; /* borrowed: the built-in metadata; once the session is open, what holds there */
  const SatchelClock *clock; /* borrowed */
  SatchelSession *session;   /* open between satchel_cli_begin() and the command's end */
  const gboolean *rebuild;   /* an option that makes a replica anew also when it cannot be opened; NULL: none */
  gboolean rebuilt, lost;    /* that was done; some unsent changes could not be read */
  SatchelOnlinePage *page;   /* whose titles go before the replica's; borrowed; NULL: none */
} SatchelCli;

/* ---- arguments ---- */

/* One option of a command. Exactly one of the targets is set. */
typedef struct {
  const char *name;  /* without the dashes */
  gboolean *flag;    /* set TRUE */
  const char **text; /* borrows the value, from argv; stays untouched when the option is absent */
} SatchelCliOption;

/* Sorts @argv into options ("--name VALUE", "--name=VALUE", also the global --json and --profile) and the rest, of which
 * there must be @least to @most (-1: any number); after "--" nothing is an option. Checks that all of it is UTF-8 and opens
 * the profile. @options ends with {0}, or is NULL. Returns the rest, borrowed from @argv, NULL-terminated, freed with
 * g_free(); or NULL with the reason on stderr and in *status (or the usage on stdout, for --help). */
char **satchel_cli_begin (SatchelCli *cli, int argc, char **argv, const SatchelCliOption *options, int least, int most,
                          int *status);

/* Entity, field and predicate named on the command line; NULL after a line on stderr: leave with SATCHEL_CLI_USAGE. */
const SatchelEntity *satchel_cli_entity (SatchelCli *cli, const char *name);
const SatchelField  *satchel_cli_field (SatchelCli *cli, const SatchelEntity *entity, const char *name);
SatchelPredicate    *satchel_cli_predicate (SatchelCli *cli, const SatchelEntity *entity, const char *text);

/* A number option such as --limit; FALSE after a line on stderr. @text NULL leaves @number alone. */
gboolean satchel_cli_number (SatchelCli *cli, const char *option, const char *text, gint64 *number);

/* "field=text", "field=@FILE", "field=@@text" for a text that begins with "@", and "field=" (empties). Both results are owned by the caller. INVALID for anything without "=",
 * and for a file that cannot be read or is no UTF-8. */
gboolean satchel_cli_split_assignment (const char *argument, char **name, char **text,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A typed value for @field from what a person wrote: value_from_text, and for lookups also a bare id, the exact title of one
 * record in the replica, or a user's login name. REFERENCE when nothing or more than one record fits; the message lists those. */
gboolean satchel_cli_value (SatchelCli *cli, const SatchelField *field, const char *text, SatchelValue **value,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* SatchelFieldValue* of arguments "field=text"; NULL after a line on stderr, with *status. */
GPtrArray *satchel_cli_assignments (SatchelCli *cli, const SatchelEntity *entity, char **arguments, int *status);

/* A whole file that was named, or standard input for "-". INVALID where it cannot be read; TOO_LARGE beyond @most bytes. */
GBytes *satchel_cli_read (const char *path, gsize most, GError **error);

/* ---- failing ---- */

/* "satchelctl: …" on stderr, in the language of the person; the exit status that belongs to the error's code. */
int satchel_cli_fail (SatchelCli *cli, const GError *error);
/* The same for a wrong command line; returns SATCHEL_CLI_USAGE. */
int satchel_cli_misuse (SatchelCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* ---- output: stdout, UTF-8 whatever the locale ---- */

void satchel_cli_print (SatchelCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);
void satchel_cli_print_json (SatchelCli *cli, JsonNode *node); /* one line; takes nothing */
void satchel_cli_print_object (SatchelCli *cli, JsonObject *object); /* one line; takes @object */

/* A remark for the person at the terminal, on stderr; not with --json. */
void satchel_cli_note (SatchelCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* "1 change", "3 changes": @number and the word that fits, translated: a translation for many may need a "de" in between.
 * xgettext takes both texts from here. Owned. */
char *satchel_cli_count (gint64 number, const char *one, const char *many);
#define NP_(one, many) one, many /* the two in a table */

/* Progress that overwrites itself, on stderr, only on a terminal and not with --json. @text NULL: wipe it. */
void satchel_cli_progress (SatchelCli *cli, const char *text);

/* Title of a record: a SatchelNameFunc with a SatchelCli* as data. */
char *satchel_cli_dup_name (const char *entity, const char *id, gpointer cli);

/* What a script sees of a value: as in a record's JSON, lookups with their names. */
JsonNode *satchel_cli_value_to_json (SatchelCli *cli, const SatchelField *field, const SatchelValue *value);

/* What a person sees of a value: labels of choices, titles of lookups, local time; one line unless @multiline. Whatever could
 * steer a terminal is replaced. Owned. */
typedef enum { SATCHEL_CLI_ONE_LINE, SATCHEL_CLI_MANY_LINES } SatchelCliLines;
/* Local time, to the minute. */
char *satchel_cli_display_instant (gint64 ms);
char *satchel_cli_display (SatchelCli *cli, const SatchelField *field, const SatchelValue *value, SatchelCliLines lines);
char *satchel_cli_display_text (const char *text, SatchelCliLines lines);

/* TRUE once SIGINT has arrived; long commands look at it between steps and stop cleanly. From the first call on SIGINT does
 * not end the program by itself. */
gboolean satchel_cli_interrupted (void);

G_END_DECLS
