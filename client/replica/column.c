/* Fields in a row; all but the last are lookups.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/replica/column.h"

#include <glib/gi18n.h>

#include "protocol/error.h"

struct _SatchelColumn {
  char *text;
  GPtrArray *fields; /* const SatchelField* */
};

void
satchel_column_free (SatchelColumn *column)
{
  if (column == NULL)
    return;
  g_free (column->text);
  g_ptr_array_unref (column->fields);
  g_free (column);
}

/* The entity behind a lookup in which the column goes on: the first target that has such a field. */
static const SatchelEntity *
follow (SatchelRegistry *registry, const SatchelField *lookup, const char *next)
{
  for (guint i = 0; i < lookup->n_targets; i++) {
    const SatchelEntity *target = satchel_registry_find (registry, lookup->targets[i]);

    if (satchel_entity_find_word (target, next) != NULL)
      return target;
  }
  return satchel_registry_find (registry, lookup->targets[0]);
}

SatchelColumn *
satchel_column_parse (SatchelRegistry *registry, const SatchelEntity *entity, const char *text,
                      GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ".", -1);
  g_autoptr (SatchelColumn) column = g_new0 (SatchelColumn, 1);

  column->text = g_strdup (text);
  column->fields = g_ptr_array_new ();
  for (guint i = 0; parts[i] != NULL; i++) {
    const SatchelField *field = satchel_registry_require_field (registry, entity, parts[i], error);

    if (field == NULL)
      return NULL;
    g_ptr_array_add (column->fields, (gpointer)field);
    if (parts[i + 1] == NULL)
      return g_steal_pointer (&column);
    if (field->type != SATCHEL_TYPE_LOOKUP) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("“%s” leads nowhere: %s is no lookup"),
                   text, parts[i]);
      return NULL;
    }
    entity = follow (registry, field, parts[i + 1]);
  }
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("a column has no name"));
  return NULL;
}

const char *
satchel_column_get_text (const SatchelColumn *column)
{
  return column->text;
}

const SatchelField *
satchel_column_get_field (const SatchelColumn *column)
{
  return column->fields->pdata[column->fields->len - 1];
}

gboolean
satchel_column_is_along (const SatchelColumn *column)
{
  return column->fields->len > 1;
}

SatchelValue *
satchel_column_get_value (const SatchelColumn *column, SatchelReplica *replica, const SatchelRecord *record)
{
  SatchelRegistry *registry = satchel_replica_get_registry (replica);
  g_autoptr (SatchelValue) value = satchel_value_ref (satchel_record_get (record, column->fields->pdata[0]));

  for (guint i = 1; i < column->fields->len && value != NULL; i++) {
    const SatchelField *field = column->fields->pdata[i];
    const SatchelEntity *entity = satchel_registry_find (registry, satchel_value_get_entity (value));
    g_autoptr (SatchelRecord) next = NULL;

    /* With several targets the column may not go on in this one. */
    if (entity == NULL || satchel_entity_find_field (entity, field->name) != field ||
        !satchel_replica_read (replica, entity, satchel_value_get_id (value), &next, NULL) || next == NULL)
      return NULL;
    satchel_value_unref (value);
    value = satchel_value_ref (satchel_record_get (next, field));
  }
  return g_steal_pointer (&value);
}
