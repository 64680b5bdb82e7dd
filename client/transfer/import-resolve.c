/* Which record each row is, and which records its lookups name: in the replica, among the other rows, or yet
 * to be made.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/replica/query.h"
#include "client/transfer/import-private.h"
#include "protocol/error.h"

/* ---- lookups ---- */

/* The record of @entity with that id, in the replica or about to be made. */
static gboolean
id_exists (Import *import, const SatchelEntity *entity, const char *id, gboolean *exists, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;
  const ImportRow *row = g_hash_table_lookup (import->by_id, id);

  *exists = row != NULL && entity == import->map->entity;
  if (*exists)
    return TRUE;
  if (!satchel_replica_read (satchel_session_get_replica (import->session), entity, id, &record, error))
    return FALSE;
  *exists = record != NULL;
  return TRUE;
}

/* "id" or "entity:id" */
static gboolean
find_by_id (Import *import, const SatchelField *field, const char *text, SatchelNameMatch *match,
            const char **entity, const char **id, GError **error)
{
  const char *colon = strchr (text, ':'), *bare = colon != NULL ? colon + 1 : text;

  *match = SATCHEL_NAME_UNKNOWN;
  if (!satchel_id_is_valid (bare))
    return TRUE;
  for (guint i = 0; i < field->n_targets; i++) {
    const char *target = field->targets[i];
    gboolean exists;

    if (colon != NULL && (strlen (target) != (gsize)(colon - text) || !g_str_has_prefix (text, target)))
      continue;
    if (!id_exists (import, satchel_registry_find (satchel_session_get_registry (import->session), target),
                    bare, &exists, error))
      return FALSE;
    if (exists) {
      *match = SATCHEL_NAME_FOUND;
      *entity = target;
      *id = bare;
      return TRUE;
    }
  }
  return TRUE;
}

/* In every target by its title; one hit in all of them together. */
static gboolean
find_by_title (Import *import, const SatchelField *field, const char *text, SatchelNameMatch *match,
               const char **entity, const char **id, GError **error)
{
  *match = SATCHEL_NAME_UNKNOWN;
  for (guint i = 0; i < field->n_targets; i++) {
    const SatchelEntity *target =
        satchel_registry_find (satchel_session_get_registry (import->session), field->targets[i]);
    SatchelNameMatch here;
    const char *found;

    if (!satchel_names_find (import->names, target, target->title, text, &here, &found, error))
      return FALSE;
    if (here == SATCHEL_NAME_UNKNOWN)
      continue;
    if (here == SATCHEL_NAME_AMBIGUOUS || *match == SATCHEL_NAME_FOUND) {
      *match = SATCHEL_NAME_AMBIGUOUS;
      *id = NULL;
      return TRUE;
    }
    *match = SATCHEL_NAME_FOUND;
    *entity = target->name;
    *id = found;
  }
  return TRUE;
}

gboolean
satchel_import_find (Import *import, const SatchelMapPart *part, const char *text, SatchelNameMatch *match,
                     const char **entity, const char **id, GError **error)
{
  *id = *entity = NULL;
  if (!find_by_id (import, part->field, text, match, entity, id, error))
    return FALSE;
  if (*match == SATCHEL_NAME_FOUND)
    return TRUE;
  if (part->lookup_entity == NULL)
    return find_by_title (import, part->field, text, match, entity, id, error);
  *entity = part->lookup_entity->name;
  return satchel_names_find (import->names, part->lookup_entity, part->lookup_field, text, match, id, error);
}

static void
reject_lookup (ImportRow *row, const ImportLookup *lookup, SatchelNameMatch match, const char *entity)
{
  const SatchelMapColumn *column = lookup->slot->column;
  const char *what = entity != NULL ? entity : lookup->slot->part->field->targets[0];

  satchel_import_reject (row, column->name, satchel_import_cell (row, lookup->slot),
                         match == SATCHEL_NAME_AMBIGUOUS ? "several records (%s) are called “%s”"
                                                         : "no %s is called “%s”",
                         what, lookup->text);
}

/* Fills in what is found; with @final, decides about what is not. What is to be created later stays in
 * row->lookups. */
static gboolean
resolve_row (Import *import, ImportRow *row, gboolean final, GError **error)
{
  for (guint i = 0; i < row->lookups->len;) {
    const ImportLookup *lookup = row->lookups->pdata[i];
    const SatchelMapPart *part = lookup->slot->part;
    g_autoptr (SatchelValue) value = NULL;
    SatchelNameMatch match;
    const char *entity, *id;

    if (!satchel_import_find (import, part, lookup->text, &match, &entity, &id, error))
      return FALSE;
    if (match == SATCHEL_NAME_FOUND) {
      const ImportRow *other = g_hash_table_lookup (import->by_id, id);

      value = satchel_value_new_lookup (entity, id);
      satchel_record_set (row->record, part->field, value);
      if (final && other != NULL && other != row && other->kind == IMPORT_ROW_CREATE)
        g_ptr_array_add (row->waits_for, (gpointer)other);
    } else {
      satchel_record_set (row->record, part->field, NULL);
    }
    /* Before the rows are known a hit is only good for the key: another row may have the same name. */
    if (!final) {
      i++;
      continue;
    }
    if (match == SATCHEL_NAME_UNKNOWN && part->on_missing == SATCHEL_MISSING_CREATE) {
      i++;
      continue;
    }
    if (match == SATCHEL_NAME_AMBIGUOUS ||
        (match == SATCHEL_NAME_UNKNOWN && part->on_missing == SATCHEL_MISSING_ERROR))
      reject_lookup (row, lookup, match, entity);
    g_ptr_array_remove_index (row->lookups, i);
  }
  return TRUE;
}

/* ---- keys ---- */

/* The fields that tell whether a row is in the replica: the map's key, or everything that it fills. */
static GPtrArray *
key_fields (Import *import)
{
  GPtrArray *fields;

  if (import->map->key->len > 0)
    return g_ptr_array_ref (import->map->key);
  fields = g_ptr_array_new ();
  for (guint i = 0; i < import->slots->len; i++)
    g_ptr_array_add (fields, (gpointer)g_array_index (import->slots, ImportSlot, i).part->field);
  return fields;
}

/* Length-prefixed texts, so that no two keys run together. @lookups: those that were not found count by their
 * names. */
static char *
make_key (const SatchelRecord *record, GPtrArray *fields, GPtrArray *lookups, gboolean *empty)
{
  GString *key = g_string_new (NULL);

  *empty = TRUE;
  for (guint i = 0; i < fields->len; i++) {
    const SatchelField *field = fields->pdata[i];
    const SatchelValue *value = satchel_record_get (record, field);
    g_autofree char *text = satchel_value_to_text (field, value);

    for (guint j = 0; value == NULL && lookups != NULL && j < lookups->len; j++) {
      const ImportLookup *lookup = lookups->pdata[j];

      if (lookup->slot->part->field == field) {
        g_free (text);
        text = g_strconcat ("?", lookup->text, NULL);
      }
    }
    *empty = *empty && *text == '\0';
    g_string_append_printf (key, "%zu:%s", strlen (text), text);
  }
  return g_string_free (key, FALSE);
}

typedef struct {
  GPtrArray *fields;
  GHashTable *ids; /* key → id; "" for several records */
} KeyIndex;

static gboolean
index_record (const SatchelRecord *record, gpointer data)
{
  KeyIndex *index = data;
  gboolean empty;
  char *key = make_key (record, index->fields, NULL, &empty);

  if (empty)
    g_free (key);
  else
    g_hash_table_replace (index->ids, key,
                          g_strdup (g_hash_table_contains (index->ids, key) ? "" : record->id));
  return TRUE;
}

static void
reject_key (Import *import, ImportRow *row, GPtrArray *fields, const char *why)
{
  const SatchelField *first = fields->pdata[0];

  for (guint i = 0; i < import->slots->len; i++) {
    const ImportSlot *slot = &g_array_index (import->slots, ImportSlot, i);

    if (slot->part->field == first) {
      satchel_import_reject (row, slot->column->name, satchel_import_cell (row, slot), "%s", why);
      return;
    }
  }
}

/* Gives the row its id: that of the record with its key, or a new one. */
static void
identify_by_key (Import *import, ImportRow *row, KeyIndex *index, GHashTable *seen)
{
  gboolean by_map = import->map->key->len > 0, empty;
  g_autofree char *key = make_key (row->record, index->fields, row->lookups, &empty);
  const ImportRow *earlier = g_hash_table_lookup (seen, key);
  const char *id = g_hash_table_lookup (index->ids, key);

  if (empty) {
    reject_key (import, row, index->fields, by_map ? "the key is empty" : "the row is empty");
  } else if (earlier != NULL && by_map) {
    g_autofree char *why = g_strdup_printf ("the row in line %u has the same key", earlier->line);

    reject_key (import, row, index->fields, why);
  } else if (earlier != NULL) {
    row->kind = IMPORT_ROW_REPEATED;
  } else if (id != NULL && *id == '\0' && by_map) {
    reject_key (import, row, index->fields, "several records have this key");
  } else {
    row->kind = id != NULL ? IMPORT_ROW_UPDATE : IMPORT_ROW_CREATE;
    /* Without a key of its own a row that several records are equal to is any of them. */
    if (id != NULL && *id == '\0')
      row->kind = IMPORT_ROW_REPEATED;
    else
      row->record->id =
          id != NULL ? g_strdup (id) : satchel_id_new (satchel_session_get_clock (import->session));
    g_hash_table_insert (seen, g_steal_pointer (&key), row);
  }
}

/* The file names ids itself; an empty one is a new record. */
static gboolean
identify_by_id (Import *import, ImportRow *row, GError **error)
{
  g_autoptr (SatchelRecord) there = NULL;

  if (row->record->id == NULL)
    row->record->id = satchel_id_new (satchel_session_get_clock (import->session));
  if (g_hash_table_contains (import->by_id, row->record->id)) {
    satchel_import_reject (row, import->header->pdata[import->id_cell], row->record->id,
                           "another row has the same id");
    return TRUE;
  }
  if (!satchel_replica_read (satchel_session_get_replica (import->session), import->map->entity,
                             row->record->id, &there, error))
    return FALSE;
  row->kind = there != NULL ? IMPORT_ROW_UPDATE : IMPORT_ROW_CREATE;
  return TRUE;
}

static gboolean
identify_rows (Import *import, GError **error)
{
  g_autoptr (GPtrArray) fields = key_fields (import);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  KeyIndex index = { fields, ids };
  const SatchelQuery all = { .entity = import->map->entity, .limit = -1 };

  if (!import->map->by_id && !satchel_replica_query (satchel_session_get_replica (import->session), &all,
                                                     &import->context, index_record, &index, error))
    return FALSE;
  for (guint i = 0; i < import->rows->len; i++) {
    ImportRow *row = import->rows->pdata[i];

    if (row->kind == IMPORT_ROW_REJECTED)
      continue;
    if (import->map->by_id) {
      if (!identify_by_id (import, row, error))
        return FALSE;
    } else {
      identify_by_key (import, row, &index, seen);
    }
    if (satchel_import_row_goes_in (row))
      g_hash_table_insert (import->by_id, row->record->id, row);
  }
  return TRUE;
}

/* ---- rows as targets ---- */

/* Makes the rows findable by every field that some lookup of the map searches their entity by. */
static gboolean
publish_rows (Import *import, GError **error)
{
  const SatchelEntity *entity = import->map->entity;

  for (guint i = 0; i < import->slots->len; i++) {
    const SatchelMapPart *part = g_array_index (import->slots, ImportSlot, i).part;
    const SatchelField *field = part->lookup_entity == entity ? part->lookup_field : entity->title;

    if (part->field->type != SATCHEL_TYPE_LOOKUP || !satchel_field_allows_target (part->field, entity->name))
      continue;
    for (guint j = 0; j < import->rows->len; j++) {
      const ImportRow *row = import->rows->pdata[j];
      const SatchelValue *value =
          satchel_import_row_goes_in (row) ? satchel_record_get (row->record, field) : NULL;
      g_autofree char *text = satchel_value_to_text (field, value);

      if (value != NULL && !satchel_names_add (import->names, entity, field, text, row->record->id, error))
        return FALSE;
    }
  }
  return TRUE;
}

gboolean
satchel_import_resolve (Import *import, GError **error)
{
  for (guint i = 0; i < import->rows->len; i++) {
    ImportRow *row = import->rows->pdata[i];

    if (row->kind != IMPORT_ROW_REJECTED && !resolve_row (import, row, FALSE, error))
      return FALSE;
  }
  if (!identify_rows (import, error) || !publish_rows (import, error))
    return FALSE;
  for (guint i = 0; i < import->rows->len; i++) {
    ImportRow *row = import->rows->pdata[i];

    if (satchel_import_row_goes_in (row) && !resolve_row (import, row, TRUE, error))
      return FALSE;
  }
  return TRUE;
}
