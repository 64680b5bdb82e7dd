/* satchelctl import FILE --entity E [--map F] [--dry-run] [--errors F]; of a FILE.vcf or FILE.ics without a
 * map, and --entity only to take one kind of items.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/source.h"
#include "client/exchange/import.h"
#include "client/transfer/import.h"
#include "protocol/error.h"

static void
progress_cb (gint64 done, gint64 rows, gpointer data)
{
  g_autofree char *text = g_strdup_printf (_ ("%" PRId64 " of %" PRId64 " rows"), done, rows);

  satchel_cli_progress (data, text);
}

static void
print_summary_json (SatchelCli *cli, const SatchelImportSummary *summary, gint64 n_matched)
{
  JsonObject *object = json_object_new ();
  JsonArray *ignored = json_array_new ();

  for (guint i = 0; i < summary->ignored->len; i++)
    json_array_add_string_element (ignored, summary->ignored->pdata[i]);
  json_object_set_int_member (object, "rows", summary->rows);
  json_object_set_int_member (object, "created", summary->created);
  json_object_set_int_member (object, "updated", summary->updated);
  json_object_set_int_member (object, "unchanged", summary->unchanged);
  json_object_set_int_member (object, "rejected", summary->rejected);
  json_object_set_int_member (object, "lookups_created", summary->lookups_created);
  json_object_set_int_member (object, "matched", n_matched);
  json_object_set_string_member (object, "errors_file", summary->errors_file);
  json_object_set_string_member (object, "map", summary->map_name);
  json_object_set_array_member (object, "ignored_columns", ignored);
  satchel_cli_print_object (cli, object);
}

/* What a person should know beside the counts. */
static void
tell_remarks (SatchelCli *cli, const SatchelImportSummary *summary)
{
  if (summary->encoding == SATCHEL_ENCODING_WINDOWS_1252)
    satchel_cli_note (cli, _ ("The file is not UTF-8; it was read as windows-1252."));
  if (summary->map_name != NULL)
    satchel_cli_note (cli, _ ("Columns as in the map %s."), summary->map_name);
  if (summary->ignored->len > 0) {
    g_ptr_array_add (summary->ignored, NULL);
    g_autofree char *columns = g_strjoinv (", ", (char **)summary->ignored->pdata);

    g_ptr_array_set_size (summary->ignored, (int)summary->ignored->len - 1);
    satchel_cli_note (cli, _ ("Left out: %s."), columns);
  }
}

static void
print_summary (SatchelCli *cli, const SatchelImportSummary *summary, gint64 n_matched, gboolean dry_run)
{
  g_autofree char *rows = satchel_cli_count (summary->rows, "row", "rows");

  satchel_cli_print (
      cli,
      _ ("%s%s: %" PRId64 " created, %" PRId64 " updated, %" PRId64 " unchanged, %" PRId64 " rejected\n"),
      dry_run ? _ ("Dry run, nothing was written; ") : "", rows, summary->created, summary->updated,
      summary->unchanged, summary->rejected);
  if (n_matched > 0)
    satchel_cli_print (cli, _ ("%" PRId64 " were known by their name and e-mail address\n"), n_matched);
  if (summary->lookups_created > 0)
    satchel_cli_print (cli, _ ("%" PRId64 " more created because rows name them\n"),
                       summary->lookups_created);
  if (summary->errors_file != NULL)
    satchel_cli_print (
        cli, _ ("The rejected rows with their reasons are in %s; mend them and import that file.\n"),
        summary->errors_file);
}

/* The file itself; or what @name stands for, as a file that is to be dropped. */
static gboolean
find_file (const char *name, const char **path, char **fetched, GError **error)
{
  *path = name;
  *fetched = NULL;
  if (!g_str_has_prefix (name, SATCHEL_CLI_SOURCE))
    return TRUE;
  *path = *fetched = satchel_cli_source_fetch (name + strlen (SATCHEL_CLI_SOURCE), error);
  return *path != NULL;
}

int
satchel_cli_import (SatchelCli *cli, int argc, char **argv)
{
  const char *entity_name = NULL, *map_name = NULL, *errors_path = NULL;
  gboolean dry_run = FALSE;
  const SatchelCliOption options[] = {
    { "entity", NULL, &entity_name },
    { "map", NULL, &map_name },
    { "errors", NULL, &errors_path },
    { "dry-run", &dry_run, NULL },
    { 0 },
  };
  int status;
  g_autofree char **files = satchel_cli_begin (cli, argc, argv, options, 1, 1, &status);
  const SatchelEntity *entity;
  gboolean items;
  gint64 n_matched = 0; /* of items: known by name and address */
  g_autoptr (SatchelMap) map = NULL;
  g_auto (SatchelImportSummary) summary = { 0 };
  g_autoptr (GError) error = NULL;

  if (files == NULL)
    return status;
  items = g_str_has_prefix (files[0], SATCHEL_CLI_SOURCE) || satchel_exchange_takes (files[0]);
  if (entity_name == NULL && !items)
    return satchel_cli_misuse (cli, _ ("import needs --entity"));
  entity = entity_name != NULL ? satchel_cli_entity (cli, entity_name) : NULL;
  if (entity_name != NULL && entity == NULL)
    return SATCHEL_CLI_USAGE;
  if (items && map_name != NULL)
    return satchel_cli_misuse (cli, _ ("vCards and calendars are imported without --map"));
  if (satchel_session_get_user (cli->session) == NULL) {
    g_set_error_literal (&error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED,
                         _ ("nobody has signed in yet"));
    return satchel_cli_fail (cli, error);
  }
  if (map_name != NULL && (map = satchel_map_load (cli->registry, map_name, &error)) == NULL)
    return satchel_cli_fail (cli, error);

  const char *path;
  char *fetched;

  if (!find_file (files[0], &path, &fetched, &error))
    return satchel_cli_fail (cli, error);

  const SatchelImportOptions how = { .map = map,
                                     .errors_path = errors_path,
                                     .dry_run = dry_run,
                                     .progress = progress_cb,
                                     .interrupted = satchel_cli_interrupted,
                                     .data = cli };
  gboolean done =
      items ? satchel_exchange_import (cli->session, entity, path, &how, &summary, &n_matched, &error)
            : satchel_import_file (cli->session, entity, path, &how, &summary, &error);

  satchel_cli_source_drop (fetched);
  satchel_cli_progress (cli, NULL);
  if (!done)
    return satchel_cli_fail (cli, error);
  tell_remarks (cli, &summary);
  if (cli->json)
    print_summary_json (cli, &summary, n_matched);
  else
    print_summary (cli, &summary, n_matched, dry_run);
  return summary.rejected > 0 ? SATCHEL_CLI_ATTENTION : SATCHEL_CLI_DONE;
}
