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
  char *text;
  char *digest;
};

/* The rooms of a metadata directory that hold definitions of entities. */
static const struct {
  const char *name;
  gboolean optional; /* an organisation may have none of its own */
} rooms[] = { { "entities", FALSE }, { "views", FALSE }, { "forms", TRUE }, { "processes", TRUE }, { "dashboards", TRUE } };

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
  registry->text = satchel_metadata_reader_print (reader);
  registry->digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, registry->text, -1);
  return g_steal_pointer (&registry);
}

/* Files are read in order of name: the registry's text tells one order. */
static int
compare_names (gconstpointer a, gconstpointer b)
{
  const char *const *one = a, *const *other = b;
  return strcmp (*one, *other);
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
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (const char *name; (name = g_dir_read_name (files));) {
    if (g_str_has_suffix (name, ".xml"))
      g_ptr_array_add (names, g_strdup (name));
  }
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
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
    g_autofree char *path = g_build_filename (dir, rooms[i].name, NULL);
    if (rooms[i].optional && !g_file_test (path, G_FILE_TEST_EXISTS))
      continue;
    if (!read_room (reader, dir, rooms[i].name, error))
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
  qsort (names, g_strv_length (names), sizeof *names, compare_names);
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
      read = read_resource_room (reader, satchel_metadata_get_resource (), rooms[i].name, &error);
    if (read)
      registry = freeze (g_steal_pointer (&reader), &error);
    if (!registry)
      g_error ("the built-in metadata does not load: %s", error->message);
    g_once_init_leave (&builtin, registry);
  }
  return builtin;
}

static gboolean
amend (SatchelMetadataReader *reader, const SatchelMetadataDocument *documents, guint n_documents,
       GError **error)
{
  for (guint i = 0; i < n_documents; i++) {
    if (!satchel_metadata_reader_amend (reader, documents[i].name, documents[i].text, -1, error))
      return FALSE;
  }
  return TRUE;
}

SatchelRegistry *
satchel_registry_amend (SatchelRegistry *base, const SatchelMetadataDocument *documents, guint n_documents,
                        GError **error)
{
  g_autoptr (SatchelMetadataReader) reader = satchel_metadata_reader_new ();
  if ((base && !satchel_metadata_reader_add (reader, "built-in", base->text, -1, error)) ||
      !amend (reader, documents, n_documents, error))
    return NULL;
  return freeze (g_steal_pointer (&reader), error);
}

SatchelRegistry *
satchel_registry_follow (SatchelRegistry *base, const SatchelMetadataDocument *document, GError **error)
{
  g_autoptr (SatchelMetadataReader) reader = satchel_metadata_reader_new ();
  if (!satchel_metadata_reader_add (reader, document->name, document->text, -1, error) ||
      !satchel_metadata_reader_complete (reader, "built-in", base->text, error))
    return NULL;
  return freeze (g_steal_pointer (&reader), error);
}

char *
satchel_metadata_join (const SatchelMetadataDocument *documents, guint n_documents, GError **error)
{
  g_autoptr (SatchelMetadataReader) reader = satchel_metadata_reader_new ();
  return amend (reader, documents, n_documents, error) ? satchel_metadata_reader_print (reader) : NULL;
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
  if (!registry || !g_atomic_ref_count_dec (&registry->references))
    return;
  g_hash_table_unref (registry->referring_to);
  g_hash_table_unref (registry->by_name);
  satchel_metadata_reader_free (registry->reader);
  g_free (registry->text);
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

const SatchelDashboard *
satchel_registry_get_dashboard (SatchelRegistry *registry, guint index)
{
  return satchel_metadata_reader_get_dashboard (registry->reader, index);
}

const SatchelDashboard *
satchel_registry_find_dashboard (SatchelRegistry *registry, const char *name)
{
  const SatchelDashboard *dashboard;
  for (guint i = 0; (dashboard = satchel_registry_get_dashboard (registry, i)) != NULL; i++) {
    if (g_str_equal (dashboard->name, name))
      break;
  }
  return dashboard;
}

/* The entity of which @word is an alias, or NULL. */
static const SatchelEntity *
find_alias (SatchelRegistry *registry, const char *word)
{
  for (guint i = 0; i < registry->n_entities; i++) {
    if (g_strv_contains (registry->entities[i]->aliases, word))
      return registry->entities[i];
  }
  return NULL;
}

static void
fail_no_entity (SatchelRegistry *registry, const char *word, GError **error)
{
  g_autofree const char **names = g_new (const char *, registry->n_entities + 1);
  guint n_names = 0;
  for (guint i = 0; i < registry->n_entities; i++) {
    if (!registry->entities[i]->retired)
      names[n_names++] = registry->entities[i]->name;
  }
  g_autofree char *hint = satchel_suggest_clause (word, names, n_names);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, "no entity “%s”%s", word, hint);
}

static void
fail_no_field (const SatchelEntity *entity, const char *word, GError **error)
{
  g_autofree const char **names = g_new (const char *, entity->n_fields);
  guint n_names = 0;
  for (guint i = 0; i < entity->n_fields; i++) {
    if (!entity->fields[i]->retired)
      names[n_names++] = entity->fields[i]->name;
  }
  g_autofree char *hint = satchel_suggest_clause (word, names, n_names);
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, "no field “%s” in %s%s", word, entity->name, hint);
}

const SatchelEntity *
satchel_registry_require (SatchelRegistry *registry, const char *word, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (registry, word);
  if (!entity)
    entity = find_alias (registry, word);
  if (!entity)
    fail_no_entity (registry, word, error);
  return entity;
}

const SatchelField *
satchel_registry_require_field (SatchelRegistry *registry, const SatchelEntity *entity, const char *word,
                                GError **error)
{
  const SatchelField *field = satchel_entity_find_word (entity, word);
  if (!field)
    fail_no_field (entity, word, error);
  return field;
}

const SatchelEntity *
satchel_registry_require_written (SatchelRegistry *registry, const char *name, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (registry, name);
  if (!entity) {
    fail_no_entity (registry, name, error);
    return NULL;
  }
  if (!entity->retired)
    return entity;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, "“%s” is retired: it is not written any more",
               entity->label);
  return NULL;
}

const SatchelField *
satchel_registry_require_written_field (SatchelRegistry *registry, const SatchelEntity *entity,
                                        const char *name, GError **error)
{
  const SatchelField *field = satchel_entity_find_field (entity, name);
  if (!field) {
    fail_no_field (entity, name, error);
    return NULL;
  }
  if (!field->retired)
    return field;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, "“%s” is retired: it is not written any more",
               field->label);
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

const char *
satchel_registry_get_text (SatchelRegistry *registry)
{
  return registry->text;
}

gboolean
satchel_registry_fail_at (SatchelRegistry *registry, const SatchelEntity *entity, const SatchelField *field,
                          const char *attribute, GError **error, const char *format, ...)
{
  const SatchelPlace *place = satchel_metadata_reader_find_place (registry->reader, entity, field);
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return satchel_place_fail (place, attribute, error, "%s", message);
}
