/* satchelctl export ENTITY [--where P] [--map F] --format csv|json
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <errno.h>
#include <stdio.h>

#include "client/cli/commands.h"
#include "client/transfer/export.h"
#include "protocol/error.h"

static gboolean
write_cb (const char *text, gsize length, gpointer data, GError **error)
{
  if (fwrite (text, 1, length, stdout) == length && fflush (stdout) == 0)
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, _ ("the export was cut short: %s"),
               g_strerror (errno));
  return FALSE;
}

/* FALSE after a line on stderr. */
static gboolean
read_format (SatchelCli *cli, const char *text, SatchelExportFormat *format)
{
  if (g_strcmp0 (text, "csv") == 0)
    *format = SATCHEL_EXPORT_CSV;
  else if (g_strcmp0 (text, "json") == 0)
    *format = SATCHEL_EXPORT_JSON;
  else if (g_strcmp0 (text, "vcard") == 0 || g_strcmp0 (text, "ical") == 0)
    satchel_cli_misuse (cli, _ ("the format %s is not there yet; csv and json are"), text);
  else
    satchel_cli_misuse (cli, _ ("export needs --format csv or json"));
  return g_strcmp0 (text, "csv") == 0 || g_strcmp0 (text, "json") == 0;
}

int
satchel_cli_export (SatchelCli *cli, int argc, char **argv)
{
  const char *where_text = NULL, *map_name = NULL, *format_name = NULL;
  const SatchelCliOption options[] = {
    { "where", NULL, &where_text },
    { "map", NULL, &map_name },
    { "format", NULL, &format_name },
    { 0 },
  };
  int status;
  g_autofree char **names = satchel_cli_begin (cli, argc, argv, options, 1, 1, &status);
  const SatchelEntity *entity;
  SatchelExportFormat format = SATCHEL_EXPORT_CSV;
  g_autoptr (SatchelPredicate) where = NULL;
  g_autoptr (SatchelMap) map = NULL;
  g_autoptr (GError) error = NULL;

  if (names == NULL)
    return status;
  if (!read_format (cli, format_name, &format) || (entity = satchel_cli_entity (cli, names[0])) == NULL)
    return SATCHEL_CLI_USAGE;
  if (where_text != NULL && (where = satchel_cli_predicate (cli, entity, where_text)) == NULL)
    return SATCHEL_CLI_USAGE;
  if (map_name != NULL && (map = satchel_map_load (cli->registry, map_name, &error)) == NULL)
    return satchel_cli_fail (cli, error);
  if (!satchel_export (cli->session, entity, map, where, format, write_cb, NULL, &error))
    return satchel_cli_fail (cli, error);
  return SATCHEL_CLI_DONE;
}
