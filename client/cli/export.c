/* satchelctl export ENTITY [--where P] [--map F] --format csv|json; of contacts vcard, of appointments and
 * tasks ical
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <errno.h>
#include <stdio.h>

#include "client/cli/commands.h"
#include "client/exchange/import.h"
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

typedef enum { FORMAT_CSV, FORMAT_JSON, FORMAT_VCARD, FORMAT_ICAL } Format;

/* FALSE after a line on stderr. */
static gboolean
read_format (SatchelCli *cli, const char *text, Format *format)
{
  static const char *const NAMES[] = { "csv", "json", "vcard", "ical" };

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++) {
    if (g_strcmp0 (text, NAMES[i]) == 0) {
      *format = (Format)i;
      return TRUE;
    }
  }
  satchel_cli_misuse (cli, _ ("export needs --format csv, json, vcard or ical"));
  return FALSE;
}

/* vCards are of contacts, calendars of what stands in one. */
static gboolean
check_format (SatchelCli *cli, const SatchelEntity *entity, Format format, gboolean has_map)
{
  gboolean contact = g_str_equal (entity->name, "contact");
  gboolean dated = g_str_equal (entity->name, "appointment") || g_str_equal (entity->name, "task");

  if (format == FORMAT_CSV || format == FORMAT_JSON)
    return TRUE;
  if (format == FORMAT_VCARD ? contact && !has_map : dated && !has_map)
    return TRUE;
  satchel_cli_misuse (
      cli, _ ("the format vcard is for contacts, ical for appointments and tasks, both without --map"));
  return FALSE;
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
  Format format = FORMAT_CSV;
  g_autoptr (SatchelPredicate) where = NULL;
  g_autoptr (SatchelMap) map = NULL;
  g_autoptr (GError) error = NULL;

  if (names == NULL)
    return status;
  if (!read_format (cli, format_name, &format) || (entity = satchel_cli_entity (cli, names[0])) == NULL)
    return SATCHEL_CLI_USAGE;
  if (!check_format (cli, entity, format, map_name != NULL))
    return SATCHEL_CLI_USAGE;
  if (where_text != NULL && (where = satchel_cli_predicate (cli, entity, where_text)) == NULL)
    return SATCHEL_CLI_USAGE;
  if (map_name != NULL && (map = satchel_map_load (cli->registry, map_name, &error)) == NULL)
    return satchel_cli_fail (cli, error);
  if (format == FORMAT_VCARD || format == FORMAT_ICAL
          ? !satchel_exchange_export (cli->session, entity, where, write_cb, NULL, &error)
          : !satchel_export (cli->session, entity, map, where,
                             format == FORMAT_JSON ? SATCHEL_EXPORT_JSON : SATCHEL_EXPORT_CSV, write_cb, NULL,
                             &error))
    return satchel_cli_fail (cli, error);
  return SATCHEL_CLI_DONE;
}
