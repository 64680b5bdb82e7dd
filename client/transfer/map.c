/* Maps as they are held: freeing, finding, and the ones that are made from names.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/transfer/map.h"

#include <glib/gi18n.h>
#include <gio/gio.h>
#include <string.h>

#include "client/transfer/map-private.h"
#include "data/satchel-maps.h"
#include "protocol/error.h"
#include "protocol/predicate/predicate.h"

#define RESOURCE_FOLDER "/org/satchelcrm/maps/"

/* ---- life ---- */

static void
clear_setting (gpointer data)
{
  SatchelMapSetting *setting = data;

  g_free (setting->text);
}

GArray *
satchel_map_settings_new (void)
{
  GArray *settings = g_array_new (FALSE, FALSE, sizeof (SatchelMapSetting));

  g_array_set_clear_func (settings, clear_setting);
  return settings;
}

static void
free_alias (gpointer data)
{
  SatchelMapAlias *alias = data;

  g_free (alias->from);
  g_free (alias->to);
  g_array_unref (alias->settings);
  g_free (alias);
}

static void
free_part (gpointer data)
{
  SatchelMapPart *part = data;

  g_ptr_array_unref (part->copies);
  g_array_unref (part->fills);
  g_free (part->format);
  g_ptr_array_unref (part->aliases);
  g_free (part);
}

static void
free_column (gpointer data)
{
  SatchelMapColumn *column = data;

  g_free (column->name);
  g_free (column->separator);
  g_ptr_array_unref (column->parts);
  g_free (column);
}

SatchelMap *
satchel_map_new (const char *name, const SatchelEntity *entity)
{
  SatchelMap *map = g_new0 (SatchelMap, 1);

  map->name = g_strdup (name);
  map->entity = entity;
  map->key = g_ptr_array_new ();
  map->columns = g_ptr_array_new_with_free_func (free_column);
  map->constants = satchel_map_settings_new ();
  return map;
}

void
satchel_map_free (SatchelMap *map)
{
  if (map == NULL)
    return;
  g_free (map->name);
  g_ptr_array_unref (map->key);
  g_ptr_array_unref (map->columns);
  g_array_unref (map->constants);
  g_free (map);
}

SatchelMapColumn *
satchel_map_add_column (SatchelMap *map, const char *name)
{
  SatchelMapColumn *column = g_new0 (SatchelMapColumn, 1);

  column->name = g_strdup (name);
  column->parts = g_ptr_array_new_with_free_func (free_part);
  g_ptr_array_add (map->columns, column);
  return column;
}

SatchelMapPart *
satchel_map_add_part (SatchelMapColumn *column, const SatchelField *field)
{
  SatchelMapPart *part = g_new0 (SatchelMapPart, 1);

  part->field = field;
  part->copies = g_ptr_array_new ();
  part->fills = satchel_map_settings_new ();
  part->decimal = '.';
  part->aliases = g_ptr_array_new_with_free_func (free_alias);
  g_ptr_array_add (column->parts, part);
  return part;
}

SatchelMapAlias *
satchel_map_add_alias (SatchelMapPart *part, const char *from, const char *to)
{
  SatchelMapAlias *alias = g_new0 (SatchelMapAlias, 1);

  alias->from = g_strdup (from);
  alias->to = g_strdup (to);
  alias->settings = satchel_map_settings_new ();
  g_ptr_array_add (part->aliases, alias);
  return alias;
}

/* ---- finding ---- */

gboolean
satchel_map_is_own (const SatchelField *field, const char *text)
{
  return field->type == SATCHEL_TYPE_LOOKUP &&
         ((g_str_equal (text, "me") && satchel_field_allows_target (field, "user")) ||
          (g_str_equal (text, "my unit") && satchel_field_allows_target (field, "business_unit")));
}

static gboolean
equal_folded (const char *a, const char *b)
{
  g_autofree char *folded_a = satchel_fold (a), *folded_b = satchel_fold (b);

  return g_str_equal (g_strstrip (folded_a), g_strstrip (folded_b));
}

const SatchelMapColumn *
satchel_map_find_column (const SatchelMap *map, const char *name)
{
  for (guint i = 0; i < map->columns->len; i++) {
    const SatchelMapColumn *column = map->columns->pdata[i];

    if (equal_folded (column->name, name))
      return column;
  }
  return NULL;
}

/* A writable field with that name, alias or label. */
static const SatchelField *
find_field (const SatchelEntity *entity, const char *name)
{
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];

    if (satchel_field_is_writable (field) &&
        (equal_folded (field->name, name) || equal_folded (field->label, name) ||
         g_strv_contains (field->aliases, name)))
      return field;
  }
  return NULL;
}

SatchelMap *
satchel_map_from_header (SatchelRegistry *registry, const SatchelEntity *entity, GPtrArray *header,
                         GError **error)
{
  g_autoptr (SatchelMap) map = satchel_map_new (NULL, entity);
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < header->len; i++) {
    const char *name = header->pdata[i];
    const SatchelField *field = find_field (entity, name);

    if (i == 0 && equal_folded (name, "id")) {
      map->by_id = TRUE;
      satchel_map_add_column (map, name);
    } else if (field != NULL && g_hash_table_add (taken, (gpointer)field)) {
      satchel_map_add_part (satchel_map_add_column (map, name), field);
    }
  }
  if (g_hash_table_size (taken) == 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 _ ("no column of the file is a field of %s; name a map with --map"), entity->name);
    return NULL;
  }
  return g_steal_pointer (&map);
}

SatchelMap *
satchel_map_from_entity (const SatchelEntity *entity)
{
  SatchelMap *map = satchel_map_new (NULL, entity);

  map->by_id = TRUE;
  satchel_map_add_column (map, "id");
  for (guint i = 0; i < entity->n_fields; i++)
    if (!entity->fields[i]->retired)
      satchel_map_add_part (satchel_map_add_column (map, entity->fields[i]->name), entity->fields[i]);
  return map;
}

/* ---- built-in maps ---- */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* File names, in order; owned. */
static GPtrArray *
list_builtin (void)
{
  g_auto (GStrv) names = g_resource_enumerate_children (satchel_maps_get_resource (), RESOURCE_FOLDER,
                                                        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  GPtrArray *sorted = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    g_ptr_array_add (sorted, g_strdup (names[i]));
  g_ptr_array_sort (sorted, compare_names);
  return sorted;
}

static SatchelMap *
load_builtin (SatchelRegistry *registry, const char *file, GError **error)
{
  g_autofree char *path = g_strconcat (RESOURCE_FOLDER, file, NULL);
  g_autoptr (GBytes) bytes =
      g_resource_lookup_data (satchel_maps_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autofree char *text = NULL;
  SatchelMap *map;

  if (bytes == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("no built-in map “%s”"), file);
    return NULL;
  }
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  map = satchel_map_read (registry, file, text, error);
  if (map != NULL)
    map->name[strlen (file) - strlen (".xml")] = '\0';
  return map;
}

/* "no map “x”; built in are …" */
static void
fail_unknown (const char *name, GError **error)
{
  g_autoptr (GPtrArray) files = list_builtin ();
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < files->len; i++) {
    const char *file = files->pdata[i];

    g_string_append_printf (known, "%s%.*s", i > 0 ? ", " : "", (int)(strlen (file) - strlen (".xml")), file);
  }
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
               _ ("no file and no built-in map “%s”; built in are %s"), name, known->str);
}

SatchelMap *
satchel_map_load (SatchelRegistry *registry, const char *name_or_file, GError **error)
{
  g_autofree char *file = g_strconcat (name_or_file, ".xml", NULL), *text = NULL;
  g_autoptr (GPtrArray) builtin = list_builtin ();
  g_autoptr (GError) problem = NULL;

  if (g_ptr_array_find_with_equal_func (builtin, file, g_str_equal, NULL))
    return load_builtin (registry, file, error);
  if (!g_file_test (name_or_file, G_FILE_TEST_EXISTS)) {
    fail_unknown (name_or_file, error);
    return NULL;
  }
  if (!g_file_get_contents (name_or_file, &text, NULL, &problem)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s", problem->message);
    return NULL;
  }
  return satchel_map_read (registry, name_or_file, text, error);
}

static gboolean
header_has (GPtrArray *header, const char *name)
{
  for (guint i = 0; i < header->len; i++) {
    if (equal_folded (header->pdata[i], name))
      return TRUE;
  }
  return FALSE;
}

/* Columns of @header that @map fills fields from; 0 when it does not fit: one that it needs is missing, or it
 * knows no more than half of what is there. */
static guint
count_filled (const SatchelMap *map, GPtrArray *header)
{
  guint known = 0, filled = 0;

  for (guint i = 0; i < map->columns->len; i++) {
    const SatchelMapColumn *column = map->columns->pdata[i];

    if (header_has (header, column->name)) {
      known++;
      filled += column->parts->len > 0;
    } else if (!column->optional) {
      return 0;
    }
  }
  return 2 * known > header->len ? filled : 0;
}

SatchelMap *
satchel_map_recognise (SatchelRegistry *registry, const SatchelEntity *entity, GPtrArray *header)
{
  g_autoptr (GPtrArray) files = list_builtin ();
  g_autoptr (SatchelMap) by_names = satchel_map_from_header (registry, entity, header, NULL);
  g_autoptr (SatchelMap) found = NULL;
  guint by_names_filled = by_names != NULL ? count_filled (by_names, header) : 0;

  for (guint i = 0; i < files->len; i++) {
    g_autoptr (SatchelMap) map = load_builtin (registry, files->pdata[i], NULL);

    if (map == NULL || map->entity != entity || count_filled (map, header) <= by_names_filled)
      continue;
    if (found != NULL) /* a guess between two would be none */
      return NULL;
    found = g_steal_pointer (&map);
  }
  return g_steal_pointer (&found);
}
