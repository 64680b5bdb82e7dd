/* Several paths.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/columns.h"

#include <glib/gi18n.h>

static GPtrArray *
parse_columns (SatchelCli *cli, const SatchelEntity *entity, char **names)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_column_free);

  for (; *names != NULL; names++) {
    g_autoptr (GError) error = NULL;
    SatchelColumn *column = satchel_column_parse (cli->registry, entity, g_strstrip (*names), &error);

    if (column == NULL) {
      satchel_cli_misuse (cli, "%s", error->message);
      return NULL;
    }
    g_ptr_array_add (columns, column);
  }
  return g_steal_pointer (&columns);
}

GPtrArray *
satchel_columns_parse (SatchelCli *cli, const SatchelEntity *entity, const char *text)
{
  g_auto (GStrv) names = g_strsplit (text, ",", -1);

  if (*names == NULL) {
    satchel_cli_misuse (cli, _ ("--columns needs the names of fields"));
    return NULL;
  }
  return parse_columns (cli, entity, names);
}

GPtrArray *
satchel_columns_of_view (SatchelCli *cli, const SatchelEntity *entity, const SatchelView *view)
{
  g_auto (GStrv) names = g_new0 (char *, view->n_columns + 1);

  for (guint i = 0; i < view->n_columns; i++)
    names[i] = g_strdup (view->columns[i].field);
  return parse_columns (cli, entity, names);
}
