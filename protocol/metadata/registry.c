/* The frozen set: loading from a directory or from the program itself, lookups, references, digest.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/metadata/registry.h"

#include <gio/gio.h>
#include <string.h>

#include "data/satchel-metadata.h"
#include "protocol/error.h"
#include "protocol/metadata/reader.h"
#include "protocol/metadata/suggest.h"

#define RESOURCE_ROOT "/org/satchelcrm/metadata"

struct _SatchelRegistry {
  gatomicrefcount references;
  SatchelMetadataReader *reader; /* owns the entities */
  const SatchelEntity *const *entities;
  guint n_entities;
  GHashTable *by_name;      /* name → SatchelEntity */
  GHashTable *referring_to; /* SatchelEntity → GArray of SatchelReference */
  char *digest;
};

/* The rooms of a metadata directory that hold definitions of entities. */
static const char *const rooms[] = { "entities", "views" };

/* ---- digest ---- */

static void
add_text (GChecksum *sum, const char *text)
{
  /* A NULL differs from "", and no text can run into the next. */
  g_checksum_update (sum, (const guchar *)(text ? "\1" : "\2"), 1);
  if (text)
    g_checksum_update (sum, (const guchar *)text, strlen (text) + 1);
}

static void
add_number (GChecksum *sum, gint64 number)
{
  char text[24];
  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, number);
  add_text (sum, text);
}

static void
add_words (GChecksum *sum, const char *const *words)
{
  for (guint i = 0; words[i]; i++)
    add_text (sum, words[i]);
  add_text (sum, NULL);
}

static void
add_field (GChecksum *sum, const SatchelField *field)
{
  const gint64 numbers[] = { field->origin,   field->requirement, field->format,  field->max_chars,
                             field->scale,    field->has_minimum, field->minimum, field->has_maximum,
                             field->maximum,  field->open,        field->search,  field->on_delete,
                             field->on_assign, field->on_share, field->carry };
  add_text (sum, field->name);
  add_text (sum, satchel_type_name (field->type));
  add_text (sum, satchel_policy_name (field->policy));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    add_number (sum, numbers[i]);
  add_text (sum, field->group);
  add_text (sum, field->secured);
  add_text (sum, field->compute);
  add_text (sum, field->number_format);
  add_text (sum, field->default_text);
  add_words (sum, field->targets);
  for (guint i = 0; i < field->n_choices; i++)
    add_text (sum, field->choices[i].key);
  add_text (sum, NULL);
}

static int
compare_fields (gconstpointer a, gconstpointer b)
{
  const SatchelField *const *one = a, *const *other = b;
  return strcmp ((*one)->name, (*other)->name);
}

static void
add_entity (GChecksum *sum, const SatchelEntity *entity)
{
  add_text (sum, entity->name);
  add_number (sum, entity->ownership);
  add_number (sum, entity->system);
  add_number (sum, entity->carry);
  add_text (sum, entity->title->name);

  g_autofree const SatchelField **fields =
      g_memdup2 (entity->fields, entity->n_fields * sizeof *entity->fields);
  qsort (fields, entity->n_fields, sizeof *fields, compare_fields);
  for (guint i = 0; i < entity->n_fields; i++)
    add_field (sum, fields[i]);

  add_text (sum, entity->state_field ? entity->state_field->name : NULL);
  add_words (sum, entity->closed_states);
  for (guint i = 0; i < entity->n_transitions; i++) {
    add_text (sum, entity->transitions[i].from);
    add_text (sum, entity->transitions[i].to);
    add_text (sum, entity->transitions[i].action);
  }
  add_words (sum, entity->actions);
}

static char *
make_digest (SatchelRegistry *registry)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  for (guint i = 0; i < registry->n_entities; i++)
    add_entity (sum, registry->entities[i]);
  return g_strdup (g_checksum_get_string (sum));
}

/* ---- loading ---- */

static void
index_references (SatchelRegistry *registry, const SatchelEntity *entity)
{
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelReference reference = { .entity = entity, .field = entity->fields[i] };
    for (guint j = 0; reference.field->type == SATCHEL_TYPE_LOOKUP && j < reference.field->n_targets; j++) {
      const SatchelEntity *target = g_hash_table_lookup (registry->by_name, reference.field->targets[j]);
      GArray *array = g_hash_table_lookup (registry->referring_to, target);
      if (!array) {
        array = g_array_new (FALSE, FALSE, sizeof (SatchelReference));
        g_hash_table_insert (registry->referring_to, (gpointer)target, array);
      }
      g_array_append_val (array, reference);
    }
  }
}

/* Takes @reader, whose files are all read. */
static SatchelRegistry *
freeze (SatchelMetadataReader *reader, GError **error)
{
  g_autoptr (SatchelRegistry) registry = g_new0 (SatchelRegistry, 1);
  g_atomic_ref_count_init (&registry->references);
  registry->reader = reader;
  registry->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  registry->referring_to = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  registry->entities = satchel_metadata_reader_finish (reader, &registry->n_entities, error);
  if (!registry->entities)
    return NULL;
  for (guint i = 0; i < registry->n_entities; i++)
    g_hash_table_insert (registry->by_name, (gpointer)registry->entities[i]->name,
                         (gpointer)registry->entities[i]);
  for (guint i = 0; i < registry->n_entities; i++)
    index_references (registry, registry->entities[i]);
  if (!satchel_metadata_reader_check_predicates (reader, registry, error))
    return NULL;
  registry->digest = make_digest (registry);
  return g_steal_pointer (&registry);
}

static gboolean
read_room (SatchelMetadataReader *reader, const char *dir, const char *room, GError **error)
{
  g_autofree char *path = g_build_filename (dir, room, NULL);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GDir) files = g_dir_open (path, 0, &problem);
  if (!files) {
    g_set_error (error, SATCHEL_ERROR, satchel_error_code (problem), "%s", problem->message);
    return FALSE;
  }
  for (const char *name; (name = g_dir_read_name (files));) {
    if (!g_str_has_suffix (name, ".xml"))
      continue;
    g_autofree char *file = g_build_filename (path, name, NULL);
    g_autofree char *shown = g_build_filename (room, name, NULL);
    g_autofree char *text = NULL;
    gsize length;
    if (!g_file_get_contents (file, &text, &length, &problem)) {
      g_set_error (error, SATCHEL_ERROR, satchel_error_code (problem), "%s", problem->message);
      return FALSE;
    }
    if (!satchel_metadata_reader_add (reader, shown, text, length, error))
      return FALSE;
  }
  return TRUE;
}

SatchelRegistry *
satchel_registry_load_dir (const char *dir, GError **error)
{
  g_autoptr (SatchelMetadataReader) reader = satchel_metadata_reader_new ();
  for (guint i = 0; i < G_N_ELEMENTS (rooms); i++) {
    if (!read_room (reader, dir, rooms[i], error))
      return NULL;
  }
  return freeze (g_steal_pointer (&reader), error);
}

static gboolean
read_resource_room (SatchelMetadataReader *reader, GResource *resource, const char *room, GError **error)
{
  g_autofree char *path = g_strdup_printf (RESOURCE_ROOT "/%s", room);
  g_auto (GStrv) names = g_resource_enumerate_children (resource, path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (!names)
    return FALSE;
  for (guint i = 0; names[i]; i++) {
    g_autofree char *file = g_build_filename (path, names[i], NULL);
    g_autofree char *shown = g_build_filename (room, names[i], NULL);
    g_autoptr (GBytes) bytes = g_resource_lookup_data (resource, file, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    if (!bytes || !satchel_metadata_reader_add (reader, shown, g_bytes_get_data (bytes, NULL),
                                                g_bytes_get_size (bytes), error))
      return FALSE;
  }
  return TRUE;
}

SatchelRegistry *
satchel_registry_builtin (void)
{
  static SatchelRegistry *builtin = NULL;
  if (g_once_init_enter (&builtin)) {
    g_autoptr (SatchelMetadataReader) reader = satchel_metadata_reader_new ();
    g_autoptr (GError) error = NULL;
    SatchelRegistry *registry = NULL;
    gboolean read = TRUE;
    for (guint i = 0; i < G_N_ELEMENTS (rooms) && read; i++)
      read = read_resource_room (reader, satchel_metadata_get_resource (), rooms[i], &error);
    if (read)
      registry = freeze (g_steal_pointer (&reader), &error);
    if (!registry)
      g_error ("the built-in metadata does not load: %s", error->message);
    g_once_init_leave (&builtin, registry);
  }
  return builtin;
}

SatchelRegistry *
satchel_registry_ref (SatchelRegistry *registry)
{
  g_atomic_ref_count_inc (&registry->references);
  return registry;
}

void
satchel_registry_unref (SatchelRegistry *registry)
{
  if (!g_atomic_ref_count_dec (&registry->references))
    return;
  g_hash_table_unref (registry->referring_to);
  g_hash_table_unref (registry->by_name);
  satchel_metadata_reader_free (registry->reader);
  g_free (registry->digest);
  g_free (registry);
}

/* ---- looking up ---- */

const SatchelEntity *const *
satchel_registry_get_entities (SatchelRegistry *registry, guint *n_entities)
{
  *n_entities = registry->n_entities;
  return registry->entities;
}

const SatchelEntity *
satchel_registry_find (SatchelRegistry *registry, const char *name)
{
  return g_hash_table_lookup (registry->by_name, name);
}

const SatchelEntity *
satchel_registry_require (SatchelRegistry *registry, const char *name, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (registry, name);
  if (entity)
    return entity;
  g_autofree const char **names = g_new (const char *, registry->n_entities + 1);
  for (guint i = 0; i < registry->n_entities; i++)
    names[i] = registry->entities[i]->name;
  g_autofree char *hint = satchel_suggest_clause (name, names, registry->n_entities);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, "no entity “%s”%s", name, hint);
  return NULL;
}

const SatchelField *
satchel_registry_require_field (SatchelRegistry *registry, const SatchelEntity *entity, const char *name,
                                GError **error)
{
  const SatchelField *field = satchel_entity_find_field (entity, name);
  if (field)
    return field;
  g_autofree const char **names = g_new (const char *, entity->n_fields);
  for (guint i = 0; i < entity->n_fields; i++)
    names[i] = entity->fields[i]->name;
  g_autofree char *hint = satchel_suggest_clause (name, names, entity->n_fields);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, "no field “%s” in %s%s", name, entity->name, hint);
  return NULL;
}

const SatchelReference *
satchel_registry_get_references (SatchelRegistry *registry, const SatchelEntity *entity, guint *n_references)
{
  const GArray *array = g_hash_table_lookup (registry->referring_to, entity);
  *n_references = array ? array->len : 0;
  return array ? (const SatchelReference *)array->data : NULL;
}

const char *
satchel_registry_get_digest (SatchelRegistry *registry)
{
  return registry->digest;
}
