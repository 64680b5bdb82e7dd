/* A column is a path of fields; all but the last are lookups.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/columns.h"

struct _SatchelColumn {
  char *name;
  GPtrArray *path; /* const SatchelField* */
};

void
satchel_column_free (SatchelColumn *column)
{
  g_free (column->name);
  g_ptr_array_unref (column->path);
  g_free (column);
}

/* The entity behind a lookup in which the path goes on: the first target that has such a field. */
static const SatchelEntity *
follow (SatchelCli *cli, const SatchelField *lookup, const char *next)
{
  for (guint i = 0; i < lookup->n_targets; i++) {
    const SatchelEntity *target = satchel_registry_find (cli->registry, lookup->targets[i]);

    if (satchel_entity_find_word (target, next) != NULL)
      return target;
  }
  return satchel_registry_find (cli->registry, lookup->targets[0]);
}

static SatchelColumn *
parse_column (SatchelCli *cli, const SatchelEntity *entity, const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, ".", -1);
  g_autoptr (GPtrArray) path = g_ptr_array_new ();
  SatchelColumn *column;

  for (guint i = 0; parts[i] != NULL; i++) {
    const SatchelField *field = satchel_cli_field (cli, entity, parts[i]);

    if (field == NULL)
      return NULL;
    g_ptr_array_add (path, (gpointer)field);
    if (parts[i + 1] == NULL)
      break;
    if (field->type != SATCHEL_TYPE_LOOKUP) {
      satchel_cli_misuse (cli, "“%s” leads nowhere: %s is no lookup", name, parts[i]);
      return NULL;
    }
    entity = follow (cli, field, parts[i + 1]);
  }
  if (path->len == 0) {
    satchel_cli_misuse (cli, "a column has no name");
    return NULL;
  }
  column = g_new0 (SatchelColumn, 1);
  column->name = g_strdup (name);
  column->path = g_steal_pointer (&path);
  return column;
}

static GPtrArray *
parse_columns (SatchelCli *cli, const SatchelEntity *entity, char **names)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_column_free);

  for (; *names != NULL; names++) {
    SatchelColumn *column = parse_column (cli, entity, g_strstrip (*names));

    if (column == NULL)
      return NULL;
    g_ptr_array_add (columns, column);
  }
  return g_steal_pointer (&columns);
}

GPtrArray *
satchel_columns_parse (SatchelCli *cli, const SatchelEntity *entity, const char *text)
{
  g_auto (GStrv) names = g_strsplit (text, ",", -1);

  if (*names == NULL) {
    satchel_cli_misuse (cli, "--columns needs the names of fields");
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

const char *
satchel_column_get_name (const SatchelColumn *column)
{
  return column->name;
}

const SatchelField *
satchel_column_get_field (const SatchelColumn *column)
{
  return g_ptr_array_index (column->path, column->path->len - 1);
}

const char *
satchel_column_get_title (const SatchelColumn *column)
{
  return satchel_column_get_field (column)->label;
}

SatchelValue *
satchel_column_get_value (SatchelCli *cli, const SatchelColumn *column, const SatchelRecord *record)
{
  SatchelReplica *replica = satchel_session_get_replica (cli->session);
  g_autoptr (SatchelValue) value =
      satchel_value_ref (satchel_record_get (record, g_ptr_array_index (column->path, 0)));

  for (guint i = 1; i < column->path->len && value != NULL; i++) {
    const SatchelField *field = g_ptr_array_index (column->path, i);
    const SatchelEntity *entity = satchel_registry_find (cli->registry, satchel_value_get_entity (value));
    g_autoptr (SatchelRecord) next = NULL;

    /* With several targets the path may not go on in this one. */
    if (entity == NULL || satchel_entity_find_field (entity, field->name) != field ||
        !satchel_replica_read (replica, entity, satchel_value_get_id (value), &next, NULL) || next == NULL)
      return NULL;
    satchel_value_unref (value);
    value = satchel_value_ref (satchel_record_get (next, field));
  }
  return g_steal_pointer (&value);
}
