/* Every command's entry point; the table that names them stands in main.c. What they share is in cli.h.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/cli/cli.h"

G_BEGIN_DECLS

/* sync.c */
int satchel_cli_login (SatchelCli *cli, int argc, char **argv);
int satchel_cli_logout (SatchelCli *cli, int argc, char **argv);
int satchel_cli_status (SatchelCli *cli, int argc, char **argv);
int satchel_cli_sync (SatchelCli *cli, int argc, char **argv);
int satchel_cli_offline (SatchelCli *cli, int argc, char **argv);

/* watch.c */
int satchel_cli_watch (SatchelCli *cli, int argc, char **argv);

/* metadata.c */
int satchel_cli_entities (SatchelCli *cli, int argc, char **argv);
int satchel_cli_fields (SatchelCli *cli, int argc, char **argv);
int satchel_cli_views (SatchelCli *cli, int argc, char **argv);

/* list.c, show.c */
int satchel_cli_list (SatchelCli *cli, int argc, char **argv);
int satchel_cli_show (SatchelCli *cli, int argc, char **argv);

/* records.c */
int satchel_cli_create (SatchelCli *cli, int argc, char **argv);
int satchel_cli_set (SatchelCli *cli, int argc, char **argv);
int satchel_cli_delete (SatchelCli *cli, int argc, char **argv);
int satchel_cli_do (SatchelCli *cli, int argc, char **argv);

/* files.c */
int satchel_cli_file (SatchelCli *cli, int argc, char **argv);
int satchel_cli_files (SatchelCli *cli, int argc, char **argv);

/* outbox.c */
int satchel_cli_outbox (SatchelCli *cli, int argc, char **argv);

/* conflicts.c */
int satchel_cli_conflicts (SatchelCli *cli, int argc, char **argv);
int satchel_cli_resolve (SatchelCli *cli, int argc, char **argv);

/* mail-rule.c */
int satchel_cli_mail_rule (SatchelCli *cli, int argc, char **argv);

/* scope.c */
int satchel_cli_scope (SatchelCli *cli, int argc, char **argv);
int satchel_cli_why (SatchelCli *cli, int argc, char **argv);

/* import.c, export.c */
int satchel_cli_import (SatchelCli *cli, int argc, char **argv);
int satchel_cli_export (SatchelCli *cli, int argc, char **argv);

/* report.c */
int satchel_cli_report (SatchelCli *cli, int argc, char **argv);

/* mirror.c */
int satchel_cli_mirror (SatchelCli *cli, int argc, char **argv);

/* track.c */
int satchel_cli_track (SatchelCli *cli, int argc, char **argv);
int satchel_cli_untrack (SatchelCli *cli, int argc, char **argv);

/* write.c */
int satchel_cli_accounts (SatchelCli *cli, int argc, char **argv);
int satchel_cli_write (SatchelCli *cli, int argc, char **argv);

/* mailing.c */
int satchel_cli_mailing (SatchelCli *cli, int argc, char **argv);

/* doctor.c */
int satchel_cli_doctor (SatchelCli *cli, int argc, char **argv);

G_END_DECLS
