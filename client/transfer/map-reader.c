/* Saved maps from XML. The table of elements is the grammar; see data/maps/README.md.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/transfer/dates.h"
#include "client/transfer/map-private.h"
#include "protocol/error.h"
#include "protocol/metadata/markup.h"
#include "protocol/value.h"

typedef struct {
  SatchelRegistry *registry;
  const char *name;
  SatchelMap *map;          /* once <map> is open */
  SatchelMapColumn *column; /* the last one */
  SatchelMapPart *part;     /* the last one of the column, or NULL */
  SatchelMapAlias *alias;   /* the last one */
  char *key;                /* names; resolved when all columns are known */
  SatchelPlace map_place;
} Reader;

/* An error of the registry, with its place. */
static gboolean
fail_with (const SatchelTag *tag, const char *attribute, const GError *problem, GError **error)
{
  return satchel_place_fail (&tag->place, attribute, error, "%s", problem->message);
}

static const SatchelField *
require_writable (Reader *reader, const SatchelTag *tag, const char *attribute, GError **error)
{
  g_autoptr (GError) problem = NULL;
  const char *name = satchel_tag_get (tag, attribute);
  const SatchelField *field =
      satchel_registry_require_field (reader->registry, reader->map->entity, name, &problem);

  if (field == NULL) {
    fail_with (tag, attribute, problem, error);
    return NULL;
  }
  if (!satchel_field_is_writable (field)) {
    satchel_place_fail (&tag->place, attribute, error, "“%s” is not a field that one writes", name);
    return NULL;
  }
  return field;
}

static gboolean
open_map (const SatchelTag *tag, gpointer data, GError **error)
{
  Reader *reader = data;
  g_autoptr (GError) problem = NULL;
  const SatchelEntity *entity =
      satchel_registry_require (reader->registry, satchel_tag_get (tag, "entity"), &problem);

  if (entity == NULL)
    return fail_with (tag, "entity", problem, error);
  reader->map = satchel_map_new (reader->name, entity);
  reader->key = g_strdup (satchel_tag_get (tag, "key"));
  reader->map_place = tag->place;
  return TRUE;
}

static gboolean
maps_field (const SatchelMap *map, const SatchelField *field)
{
  for (guint i = 0; i < map->columns->len; i++) {
    const SatchelMapColumn *column = map->columns->pdata[i];

    for (guint j = 0; j < column->parts->len; j++) {
      if (((const SatchelMapPart *)column->parts->pdata[j])->field == field)
        return TRUE;
    }
  }
  return FALSE;
}

static gboolean
close_map (gpointer data, GError **error)
{
  Reader *reader = data;
  g_auto (GStrv) names = reader->key != NULL ? g_strsplit (reader->key, " ", -1) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    const SatchelField *field = satchel_entity_find_field (reader->map->entity, names[i]);

    if (field == NULL || !maps_field (reader->map, field))
      return satchel_place_fail (&reader->map_place, "key", error, "no column fills the key “%s”", names[i]);
    g_ptr_array_add (reader->map->key, (gpointer)field);
  }
  return TRUE;
}

/* lookup="user.name" */
static gboolean
read_lookup (Reader *reader, const SatchelTag *tag, SatchelMapPart *part, GError **error)
{
  const char *text = satchel_tag_get (tag, "lookup");
  g_auto (GStrv) names = text != NULL ? g_strsplit (text, ".", 2) : NULL;
  g_autoptr (GError) problem = NULL;

  if (text == NULL)
    return TRUE;
  if (part->field->type != SATCHEL_TYPE_LOOKUP || names[0] == NULL || names[1] == NULL ||
      !satchel_field_allows_target (part->field, names[0]))
    return satchel_place_fail (&tag->place, "lookup", error, "“%s” is not TARGET.FIELD of the lookup %s",
                               text, part->field->name);
  part->lookup_entity = satchel_registry_require (reader->registry, names[0], &problem);
  if (part->lookup_entity != NULL)
    part->lookup_field =
        satchel_registry_require_field (reader->registry, part->lookup_entity, names[1], &problem);
  return part->lookup_field != NULL || fail_with (tag, "lookup", problem, error);
}

/* One character of its own; absent: @fallback. */
static gboolean
read_mark (const SatchelTag *tag, const char *attribute, char fallback, char *mark, GError **error)
{
  const char *text = satchel_tag_get (tag, attribute);

  *mark = fallback;
  if (text == NULL)
    return TRUE;
  if (strlen (text) != 1 || strchr (".,' ", *text) == NULL)
    return satchel_place_fail (&tag->place, attribute, error, "%s must be one of . , ' and a blank",
                               attribute);
  *mark = *text;
  return TRUE;
}

static gboolean
add_part (Reader *reader, const SatchelTag *tag, GError **error)
{
  static const char *const MISSING[] = { "error", "create", "empty" };
  const SatchelField *field = require_writable (reader, tag, "field", error);
  SatchelMapPart *part;
  guint on_missing = SATCHEL_MISSING_ERROR;

  if (field == NULL)
    return FALSE;
  if (maps_field (reader->map, field))
    return satchel_place_fail (&tag->place, "field", error, "“%s” is filled twice", field->name);
  part = reader->part = satchel_map_add_part (reader->column, field);
  if (!read_lookup (reader, tag, part, error) ||
      !satchel_tag_get_word (tag, "on-missing", MISSING, G_N_ELEMENTS (MISSING), &on_missing, error) ||
      !satchel_tag_get_flag (tag, "required", &part->required, error) ||
      !read_mark (tag, "decimal", '.', &part->decimal, error) ||
      !read_mark (tag, "group", '\0', &part->group, error))
    return FALSE;
  part->on_missing = on_missing;
  if (on_missing == SATCHEL_MISSING_CREATE && part->lookup_entity == NULL)
    return satchel_place_fail (&tag->place, "on-missing", error, "creating needs lookup=\"TARGET.FIELD\"");
  if (part->group == part->decimal)
    return satchel_place_fail (&tag->place, "group", error, "decimal and group are the same mark");
  part->format = g_strdup (satchel_tag_get (tag, "format"));
  if (part->format != NULL && !satchel_date_format_is_valid (part->format))
    return satchel_place_fail (&tag->place, "format", error,
                               "“%s” is no date format: a day d or dd, a month m or mm, a year yy or yyyy",
                               part->format);
  return TRUE;
}

static gboolean
open_column (const SatchelTag *tag, gpointer data, GError **error)
{
  Reader *reader = data;
  const char *name = satchel_tag_get (tag, "name"), *separator = satchel_tag_get (tag, "separator");

  if (satchel_map_find_column (reader->map, name) != NULL)
    return satchel_place_fail (&tag->place, "name", error, "the column “%s” is there twice", name);
  if (separator != NULL && *separator == '\0')
    return satchel_place_fail (&tag->place, "separator", error, "the separator is empty");
  reader->part = NULL;
  reader->column = satchel_map_add_column (reader->map, name);
  reader->column->separator = g_strdup (separator);
  if (!satchel_tag_get_flag (tag, "optional", &reader->column->optional, error))
    return FALSE;
  return satchel_tag_get (tag, "field") == NULL || add_part (reader, tag, error);
}

static gboolean
open_part (const SatchelTag *tag, gpointer data, GError **error)
{
  return add_part (data, tag, error);
}

/* Settings and constants: the text must be a value of the field already when the map is read. */
static gboolean
add_setting (Reader *reader, const SatchelTag *tag, GArray *settings, GError **error)
{
  const SatchelField *field = require_writable (reader, tag, "field", error);
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) problem = NULL;
  SatchelMapSetting setting = { field, NULL, FALSE };

  if (field == NULL)
    return FALSE;
  if (!satchel_value_from_text (field, satchel_tag_get (tag, "value"), &value, &problem))
    return fail_with (tag, "value", problem, error);
  setting.text = g_strdup (satchel_tag_get (tag, "value"));
  g_array_append_val (settings, setting);
  return TRUE;
}

static gboolean
need_part (Reader *reader, const SatchelTag *tag, GError **error)
{
  return reader->part != NULL ||
         satchel_place_fail (&tag->place, NULL, error, "this belongs into a column or part with a field");
}

static gboolean
open_value (const SatchelTag *tag, gpointer data, GError **error)
{
  Reader *reader = data;
  const char *to = satchel_tag_get (tag, "to");
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) problem = NULL;

  if (!need_part (reader, tag, error))
    return FALSE;
  if (to == NULL)
    to = "";
  if (reader->part->field->type != SATCHEL_TYPE_LOOKUP && reader->part->format == NULL &&
      !satchel_value_from_text (reader->part->field, to, &value, &problem))
    return fail_with (tag, "to", problem, error);
  reader->alias = satchel_map_add_alias (reader->part, satchel_tag_get (tag, "from"), to);
  return TRUE;
}

static gboolean
open_set (const SatchelTag *tag, gpointer data, GError **error)
{
  Reader *reader = data;

  return add_setting (reader, tag, reader->alias->settings, error);
}

static gboolean
open_copy (const SatchelTag *tag, gpointer data, GError **error)
{
  Reader *reader = data;
  const SatchelField *field, *target = NULL;

  if (!need_part (reader, tag, error))
    return FALSE;
  field = require_writable (reader, tag, "field", error);
  if (field == NULL)
    return FALSE;
  if (reader->part->lookup_entity != NULL)
    target = satchel_entity_find_field (reader->part->lookup_entity, field->name);
  if (reader->part->on_missing != SATCHEL_MISSING_CREATE || target == NULL || target->type != field->type)
    return satchel_place_fail (&tag->place, "field", error,
                               "only a lookup that creates can copy, and both entities must have “%s”",
                               field->name);
  g_ptr_array_add (reader->part->copies, (gpointer)field->name);
  return TRUE;
}

static gboolean
open_fill (const SatchelTag *tag, gpointer data, GError **error)
{
  Reader *reader = data;
  SatchelMapSetting setting = { NULL, NULL, FALSE };
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) problem = NULL;
  const char *text = satchel_tag_get (tag, "value");

  if (!need_part (reader, tag, error))
    return FALSE;
  if (reader->part->on_missing != SATCHEL_MISSING_CREATE)
    return satchel_place_fail (&tag->place, NULL, error, "only a lookup that creates can fill");
  setting.field = satchel_registry_require_field (reader->registry, reader->part->lookup_entity,
                                                  satchel_tag_get (tag, "field"), &problem);
  if (setting.field == NULL)
    return fail_with (tag, "field", problem, error);
  if (!satchel_map_is_own (setting.field, text) &&
      !satchel_value_from_text (setting.field, text, &value, &problem))
    return fail_with (tag, "value", problem, error);
  setting.text = g_strdup (text);
  g_array_append_val (reader->part->fills, setting);
  return TRUE;
}

static gboolean
open_constant (const SatchelTag *tag, gpointer data, GError **error)
{
  Reader *reader = data;

  return add_setting (reader, tag, reader->map->constants, error);
}

static gboolean
open_template (const SatchelTag *tag, gpointer data, GError **error)
{
  Reader *reader = data;
  const SatchelField *field = require_writable (reader, tag, "field", error);
  SatchelMapSetting setting = { field, NULL, TRUE };

  if (field == NULL)
    return FALSE;
  if (field->type != SATCHEL_TYPE_STRING && field->type != SATCHEL_TYPE_TEXT)
    return satchel_place_fail (&tag->place, "field", error, "a template makes text, “%s” is none",
                               field->name);
  setting.text = g_strdup (satchel_tag_get (tag, "text"));
  g_array_append_val (reader->map->constants, setting);
  return TRUE;
}

static const SatchelElement ELEMENTS[] = {
  { "map", NULL, { "entity!", "key", "label" }, open_map, close_map },
  { "column",
    "map",
    { "name!", "optional", "separator", "field", "lookup", "on-missing", "required", "format", "decimal",
      "group" },
    open_column,
    NULL },
  { "part",
    "column",
    { "field!", "lookup", "on-missing", "required", "format", "decimal", "group" },
    open_part,
    NULL },
  { "value", "column", { "from!", "to" }, open_value, NULL },
  { "value", "part", { "from!", "to" }, open_value, NULL },
  { "set", "value", { "field!", "value!" }, open_set, NULL },
  { "copy", "column", { "field!" }, open_copy, NULL },
  { "copy", "part", { "field!" }, open_copy, NULL },
  { "fill", "column", { "field!", "value!" }, open_fill, NULL },
  { "fill", "part", { "field!", "value!" }, open_fill, NULL },
  { "constant", "map", { "field!", "value!" }, open_constant, NULL },
  { "template", "map", { "field!", "text!" }, open_template, NULL },
  { NULL },
};

SatchelMap *
satchel_map_read (SatchelRegistry *registry, const char *name, const char *text, GError **error)
{
  Reader reader = { .registry = registry, .name = name };
  const SatchelSource source = { name, text };
  g_autoptr (SatchelMap) map = NULL;
  gboolean done = satchel_markup_read (&source, ELEMENTS, &reader, error);

  g_free (reader.key);
  map = g_steal_pointer (&reader.map);
  return done ? g_steal_pointer (&map) : NULL;
}
