/* One pass over the records; names of lookups are remembered, for many records share them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer/export.h"

#include <glib/gi18n.h>

#include "client/replica/query.h"
#include "client/transfer/cells.h"
#include "client/transfer/csv.h"
#include "client/transfer/names.h"
#include "protocol/error.h"

#define BYTES_PER_WRITE (64 * 1024)

typedef struct {
  SatchelReplica *replica;
  SatchelRegistry *registry;
  SatchelNames *names;
  GHashTable *known; /* "FIELD entity:id" → name */
  const SatchelMap *map;
  SatchelExportFormat format;
  GString *text; /* not written yet */
  gboolean first;
  SatchelExportWriteFunc write;
  gpointer data;
  GError *error;
} Export;

static gboolean
flush (Export *export)
{
  if (export->error == NULL && export->text->len > 0 &&
      export->write (export->text->str, export->text->len, export->data, &export->error))
    g_string_truncate (export->text, 0);
  return export->error == NULL;
}

/* ---- names ---- */

/* The text by which an import finds the record: the field that the map names, else the title if no other
 * record has it. */
static char *
find_name (Export *export, const SatchelMapPart *part, const SatchelValue *lookup)
{
  const SatchelEntity *target = satchel_registry_find (export->registry, satchel_value_get_entity (lookup));
  const SatchelField *field = part->lookup_field != NULL ? part->lookup_field : target->title;
  g_autoptr (SatchelRecord) record = NULL;
  g_autofree char *text = NULL;
  SatchelNameMatch match;
  const char *id;

  if (!satchel_replica_read (export->replica, target, satchel_value_get_id (lookup), &record, &export->error))
    return NULL;
  if (record != NULL)
    text = satchel_value_to_text (field, satchel_record_get (record, field));
  if (text == NULL || *text == '\0')
    return satchel_value_to_text (part->field, lookup);
  if (part->lookup_field != NULL)
    return g_steal_pointer (&text);
  for (guint i = 0; i < part->field->n_targets; i++) {
    const SatchelEntity *other = satchel_registry_find (export->registry, part->field->targets[i]);

    if (!satchel_names_find (export->names, other, other->title, text, &match, &id, &export->error))
      return NULL;
    if (match != (other == target ? SATCHEL_NAME_FOUND : SATCHEL_NAME_UNKNOWN))
      return satchel_value_to_text (part->field, lookup);
  }
  return g_steal_pointer (&text);
}

/* The indexes that find_name asks, before the records are read. */
static gboolean
load_names (Export *export, GError **error)
{
  for (guint i = 0; export->map != NULL && i < export->map->columns->len; i++) {
    const SatchelMapColumn *column = export->map->columns->pdata[i];

    for (guint j = 0; j < column->parts->len; j++) {
      const SatchelMapPart *part = column->parts->pdata[j];

      if (part->field->type != SATCHEL_TYPE_LOOKUP || part->lookup_field != NULL)
        continue;
      for (guint k = 0; k < part->field->n_targets; k++) {
        const SatchelEntity *target = satchel_registry_find (export->registry, part->field->targets[k]);

        if (!satchel_names_load (export->names, target, target->title, error))
          return FALSE;
      }
    }
  }
  return TRUE;
}

static char *
name_cb (const SatchelMapPart *part, const SatchelValue *lookup, gpointer data)
{
  Export *export = data;
  g_autofree char *key = g_strdup_printf ("%p %s:%s", (const void *)part->field,
                                          satchel_value_get_entity (lookup), satchel_value_get_id (lookup));
  const char *known = g_hash_table_lookup (export->known, key);
  char *name;

  if (known != NULL)
    return g_strdup (known);
  name = export->error == NULL ? find_name (export, part, lookup) : NULL;
  if (name == NULL)
    return g_strdup ("");
  g_hash_table_insert (export->known, g_steal_pointer (&key), g_strdup (name));
  return name;
}

/* ---- rows ---- */

/* The cells of @record, char*, owned; NULL @record: the header. */
static GPtrArray *
make_cells (Export *export, const SatchelRecord *record)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < export->map->columns->len; i++) {
    const SatchelMapColumn *column = export->map->columns->pdata[i];
    gboolean is_id = export->map->by_id && i == 0;

    if (column->parts->len == 0 && !is_id)
      continue;
    if (record == NULL)
      g_ptr_array_add (cells, g_strdup (column->name));
    else if (is_id)
      g_ptr_array_add (cells, g_strdup (record->id));
    else
      g_ptr_array_add (cells, satchel_cell_from_record (column, record, name_cb, export));
  }
  return cells;
}

static void
append_csv (Export *export, const SatchelRecord *record)
{
  g_autoptr (GPtrArray) cells = make_cells (export, record);

  satchel_csv_append_row (export->text, (const char *const *)cells->pdata, cells->len);
}

/* With a map the cells under the names of its columns, all of them strings. */
static JsonObject *
cells_to_json (Export *export, const SatchelRecord *record)
{
  g_autoptr (GPtrArray) names = make_cells (export, NULL), cells = make_cells (export, record);
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < cells->len; i++)
    json_object_set_string_member (object, names->pdata[i], cells->pdata[i]);
  return object;
}

static void
append_json (Export *export, const SatchelRecord *record)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_take_object (
      node, export->map != NULL
                ? cells_to_json (export, record)
                : satchel_record_to_json (record, TRUE, satchel_replica_dup_name, export->replica));
  text = json_to_string (node, FALSE);
  g_string_append (export->text, export->first ? "" : ",\n");
  g_string_append (export->text, text);
  export->first = FALSE;
}

static gboolean
row_cb (const SatchelRecord *record, gpointer data)
{
  Export *export = data;

  if (export->format == SATCHEL_EXPORT_CSV)
    append_csv (export, record);
  else
    append_json (export, record);
  if (export->text->len >= BYTES_PER_WRITE)
    return flush (export);
  return export->error == NULL;
}

static gboolean
export_rows (Export *export, const SatchelQuery *query, const SatchelPredicateContext *context,
             GError **error)
{
  if (export->format == SATCHEL_EXPORT_CSV)
    append_csv (export, NULL);
  else
    g_string_append_c (export->text, '[');
  if (!satchel_replica_query (export->replica, query, context, row_cb, export, error))
    return FALSE;
  if (export->format == SATCHEL_EXPORT_JSON)
    g_string_append (export->text, "]\n");
  if (flush (export))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&export->error));
  return FALSE;
}

gboolean
satchel_export (SatchelSession *session, const SatchelEntity *entity, const SatchelMap *map,
                SatchelPredicate *where, SatchelExportFormat format, SatchelExportWriteFunc write,
                gpointer data, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  SatchelPredicateContext context;
  g_autoptr (SatchelMap) all = map == NULL ? satchel_map_from_entity (entity) : NULL;
  g_autoptr (SatchelNames) names = NULL;
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GString) text = g_string_new (NULL);
  const SatchelQuery query = { .entity = entity, .where = where, .limit = -1 };
  Export export = { .replica = replica,
                    .registry = satchel_session_get_registry (session),
                    .known = known,
                    .map = map,
                    .format = format,
                    .text = text,
                    .first = TRUE,
                    .write = write,
                    .data = data };

  if (map != NULL && map->entity != entity) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("the map %s is for %s, not for %s"),
                 map->name, map->entity->name, entity->name);
    return FALSE;
  }
  if (map == NULL && format == SATCHEL_EXPORT_CSV)
    export.map = all;
  satchel_session_get_context (session, &context);
  export.names = names = satchel_names_new (replica, &context);
  return load_names (&export, error) && export_rows (&export, &query, &context, error);
}
