/* Atoms of records and of rights.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/buckets.h"

#include <sodium.h>
#include <string.h>

void
satchel_atoms_clear (SatchelAtoms *atoms)
{
  g_clear_pointer (&atoms->atoms, g_ptr_array_unref);
}

gboolean
satchel_atoms_contain (const SatchelAtoms *atoms, const char *atom)
{
  return atoms->atoms != NULL && g_ptr_array_find_with_equal_func (atoms->atoms, atom, g_str_equal, NULL);
}

static void
add_atom (SatchelAtoms *atoms, const char *prefix, const char *kind, const char *id)
{
  g_ptr_array_add (atoms->atoms, g_strconcat (prefix, kind, id, NULL));
}

/* @prefix: "", or how a satellite is told from its record. */
static void
add_own_atoms (const SatchelRecord *record, const char *prefix, const char *const *principals,
               SatchelAtoms *atoms)
{
  const char *owner, *unit;

  if (record->entity->ownership == SATCHEL_OWNERSHIP_ORGANISATION) {
    add_atom (atoms, prefix, "org", "");
    return;
  }
  unit = satchel_record_peek_unit (record);
  owner = satchel_record_peek_owner (record);
  if (unit != NULL)
    add_atom (atoms, prefix, "unit:", unit);
  if (owner != NULL)
    add_atom (atoms, prefix, "owner:", owner);
  for (guint i = 0; principals != NULL && principals[i] != NULL; i++)
    add_atom (atoms, prefix, "shared:", principals[i]);
}

static char *
dup_prefix (const SatchelEntity *about, const char *field_class)
{
  return field_class != NULL ? g_strconcat (about->name, "+", field_class, "/", NULL)
                             : g_strconcat (about->name, "/", NULL);
}

char **
satchel_atoms_list_prefixes (const SatchelEntity *about)
{
  g_autoptr (GHashTable) classes = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *prefixes = g_ptr_array_new ();

  g_ptr_array_add (prefixes, dup_prefix (about, NULL));
  for (guint i = 0; i < about->n_fields; i++) {
    const char *class = about->fields[i]->secured;

    if (class != NULL && g_hash_table_add (classes, (gpointer) class))
      g_ptr_array_add (prefixes, dup_prefix (about, class));
  }
  g_ptr_array_add (prefixes, NULL);
  return (char **)g_ptr_array_free (prefixes, FALSE);
}

/* The class of the field that a conflict is about. */
static const char *
find_class (const SatchelRecord *satellite, const SatchelEntity *about)
{
  const SatchelField *named = satchel_entity_find_field (satellite->entity, "field");
  const SatchelValue *name = named != NULL ? satchel_record_get (satellite, named) : NULL;
  const SatchelField *field =
      name != NULL ? satchel_entity_find_field (about, satchel_value_get_string (name)) : NULL;

  return field != NULL ? field->secured : NULL;
}

void
satchel_atoms_of_record (const SatchelRecord *record, const SatchelRecord *subject,
                         const char *const *principals, SatchelAtoms *atoms)
{
  const SatchelField *author;
  const SatchelValue *mine_by;

  atoms->atoms = g_ptr_array_new_with_free_func (g_free);
  if (record->entity->ownership != SATCHEL_OWNERSHIP_RECORD) {
    add_own_atoms (record, "", principals, atoms);
    return;
  }
  if (subject != NULL) {
    g_autofree char *prefix = dup_prefix (subject->entity, find_class (record, subject->entity));

    add_own_atoms (subject, prefix, principals, atoms);
  }
  author = satchel_entity_find_field (record->entity, "mine_by");
  mine_by = author != NULL ? satchel_record_get (record, author) : NULL;
  if (mine_by != NULL)
    add_atom (atoms, "", "author:", satchel_value_get_id (mine_by));
}

/* ---- lists ---- */

void
satchel_bucket_range_free (SatchelBucketRange *range)
{
  g_free (range->atom);
  g_free (range);
}

static void
add_range (SatchelBucketList *list, const SatchelEntity *entity, const char *prefix, const char *atom,
           const char *id, gboolean is_prefix)
{
  SatchelBucketRange *range = g_new0 (SatchelBucketRange, 1);

  range->entity = entity;
  range->atom = g_strconcat (prefix, atom, id, NULL);
  range->is_prefix = is_prefix;
  g_ptr_array_add (list->ranges, range);
}

/* Beside the depth: what her teams own, what those who report to her own, and what is shared with her. */
static void
add_personal (SatchelBucketList *list, const SatchelRights *rights, const SatchelEntity *entity,
              const char *prefix)
{
  const char *user = satchel_rights_get_user (rights);
  const char *const *teams = satchel_rights_get_teams (rights);
  const char *const *reports = satchel_rights_get_reports (rights);

  add_range (list, entity, prefix, "shared:", user, FALSE);
  for (guint i = 0; teams[i] != NULL; i++) {
    add_range (list, entity, prefix, "owner:", teams[i], FALSE);
    add_range (list, entity, prefix, "shared:", teams[i], FALSE);
  }
  for (guint i = 0; reports[i] != NULL; i++)
    add_range (list, entity, prefix, "owner:", reports[i], FALSE);
}

/* What the rights let read of @about, filed as @entity under @prefix. */
static void
add_readable (SatchelBucketList *list, const SatchelRights *rights, const SatchelEntity *about,
              const SatchelEntity *entity, const char *prefix)
{
  SatchelDepth depth = satchel_rights_get_depth (rights, SATCHEL_PRIVILEGE_READ, about);
  const char *unit = satchel_rights_get_unit (rights);

  if (depth == SATCHEL_DEPTH_NONE)
    return;
  if (about->ownership == SATCHEL_OWNERSHIP_ORGANISATION) {
    if (depth == SATCHEL_DEPTH_ORGANISATION)
      add_range (list, entity, prefix, "org", "", FALSE);
    return;
  }
  if (depth == SATCHEL_DEPTH_ORGANISATION) {
    add_range (list, entity, prefix, "unit:", "", TRUE);
    return;
  }
  if (depth == SATCHEL_DEPTH_UNIT && unit != NULL) {
    add_range (list, entity, prefix, "unit:", unit, FALSE);
  } else if (depth == SATCHEL_DEPTH_BELOW && unit != NULL) {
    g_autoptr (GPtrArray) within = satchel_units_list_within (satchel_rights_get_units (rights), unit);

    for (guint i = 0; i < within->len; i++)
      add_range (list, entity, prefix, "unit:", within->pdata[i], FALSE);
  } else {
    add_range (list, entity, prefix, "owner:", satchel_rights_get_user (rights), FALSE);
  }
  add_personal (list, rights, entity, prefix);
}

/* Satellites are read with the record that they are about, those of a secured field by whoever may read its
 * class. */
static void
add_satellites (SatchelBucketList *list, const SatchelRights *rights, const SatchelEntity *about,
                const SatchelEntity *satellite)
{
  g_autofree char *prefix = dup_prefix (about, NULL);
  g_autoptr (GHashTable) classes = g_hash_table_new (g_str_hash, g_str_equal);

  add_readable (list, rights, about, satellite, prefix);
  for (guint i = 0; i < about->n_fields; i++) {
    const char *class = about->fields[i]->secured;

    if (class != NULL && g_hash_table_add (classes, (gpointer) class) &&
        satchel_rights_can_read_class (rights, class)) {
      g_autofree char *secured = dup_prefix (about, class);

      add_readable (list, rights, about, satellite, secured);
    }
  }
}

static void
add_filed_like_others (SatchelBucketList *list, const SatchelRights *rights, SatchelRegistry *registry,
                       const SatchelEntity *satellite)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);
  SatchelBucketRange *own;

  for (guint i = 0; i < n_entities; i++) {
    if (entities[i]->ownership != SATCHEL_OWNERSHIP_RECORD)
      add_satellites (list, rights, entities[i], satellite);
  }
  if (satchel_entity_find_field (satellite, "mine_by") == NULL)
    return;
  add_range (list, satellite, "", "author:", satchel_rights_get_user (rights), FALSE);
  own = list->ranges->pdata[list->ranges->len - 1];
  own->is_author = TRUE;
}

static void
make_digest (SatchelBucketList *list)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint8 hash[16];

  for (guint i = 0; i < list->ranges->len; i++) {
    const SatchelBucketRange *range = list->ranges->pdata[i];

    g_string_append_printf (text, "%s %s%s\n", range->entity->name, range->atom, range->is_prefix ? "*" : "");
  }
  for (guint i = 0; list->hidden_classes[i] != NULL; i++)
    g_string_append_printf (text, "hide %s\n", list->hidden_classes[i]);
  crypto_generichash (hash, sizeof hash, (const guint8 *)text->str, text->len, NULL, 0);
  for (guint i = 0; i < 8; i++)
    g_snprintf (list->digest + 2 * i, 3, "%02x", hash[i]);
}

SatchelBucketList *
satchel_bucket_list_new (const SatchelRights *rights, SatchelRegistry *registry)
{
  SatchelBucketList *list = g_new0 (SatchelBucketList, 1);
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  list->ranges = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_bucket_range_free);
  for (guint i = 0; i < n_entities; i++) {
    if (entities[i]->ownership == SATCHEL_OWNERSHIP_RECORD)
      add_filed_like_others (list, rights, registry, entities[i]);
    else
      add_readable (list, rights, entities[i], entities[i], "");
  }
  list->hidden_classes = satchel_rights_list_hidden_classes (rights, registry);
  make_digest (list);
  return list;
}

void
satchel_bucket_list_free (SatchelBucketList *list)
{
  g_ptr_array_unref (list->ranges);
  g_strfreev (list->hidden_classes);
  g_free (list);
}
