/* Atoms of records and of rights.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/buckets.h"

#include <sodium.h>
#include <string.h>

void
satchel_atoms_clear (SatchelAtoms *atoms)
{
  for (guint i = 0; i < atoms->n_atoms; i++)
    g_free (atoms->atoms[i]);
  atoms->n_atoms = 0;
}

gboolean
satchel_atoms_contain (const SatchelAtoms *atoms, const char *atom)
{
  for (guint i = 0; i < atoms->n_atoms; i++) {
    if (g_str_equal (atoms->atoms[i], atom))
      return TRUE;
  }
  return FALSE;
}

static void
add_atom (SatchelAtoms *atoms, char *atom)
{
  g_assert (atoms->n_atoms < SATCHEL_MOST_ATOMS);
  atoms->atoms[atoms->n_atoms++] = atom;
}

/* @prefix: "" or "ENTITY/". */
static void
add_own_atoms (const SatchelRecord *record, const char *prefix, SatchelAtoms *atoms)
{
  const char *owner, *unit;

  if (record->entity->ownership == SATCHEL_OWNERSHIP_ORGANISATION) {
    add_atom (atoms, g_strconcat (prefix, "org", NULL));
    return;
  }
  unit = satchel_record_peek_unit (record);
  owner = satchel_record_peek_owner (record);
  if (unit != NULL)
    add_atom (atoms, g_strconcat (prefix, "unit:", unit, NULL));
  if (owner != NULL)
    add_atom (atoms, g_strconcat (prefix, "owner:", owner, NULL));
}

void
satchel_atoms_of_record (const SatchelRecord *record, const SatchelRecord *subject, SatchelAtoms *atoms)
{
  const SatchelValue *author;

  atoms->n_atoms = 0;
  if (record->entity->ownership != SATCHEL_OWNERSHIP_RECORD) {
    add_own_atoms (record, "", atoms);
    return;
  }
  if (subject != NULL) {
    g_autofree char *prefix = g_strconcat (subject->entity->name, "/", NULL);

    add_own_atoms (subject, prefix, atoms);
  }
  if (satchel_entity_find_field (record->entity, "mine_by") == NULL)
    return;
  author = satchel_record_get_by_name (record, "mine_by");
  if (author != NULL)
    add_atom (atoms, g_strconcat ("author:", satchel_value_get_id (author), NULL));
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
  } else if (depth == SATCHEL_DEPTH_ORGANISATION) {
    add_range (list, entity, prefix, "unit:", "", TRUE);
  } else if (depth == SATCHEL_DEPTH_OWN || unit == NULL) {
    add_range (list, entity, prefix, "owner:", satchel_rights_get_user (rights), FALSE);
  } else if (depth == SATCHEL_DEPTH_UNIT) {
    add_range (list, entity, prefix, "unit:", unit, FALSE);
  } else {
    g_autoptr (GPtrArray) within = satchel_units_list_within (satchel_rights_get_units (rights), unit);

    for (guint i = 0; i < within->len; i++)
      add_range (list, entity, prefix, "unit:", within->pdata[i], FALSE);
  }
}

/* Conflicts are read with their records, by those who may read conflicts at all. */
static void
add_conflicts (SatchelBucketList *list, const SatchelRights *rights, SatchelRegistry *registry,
               const SatchelEntity *conflict)
{
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);
  SatchelBucketRange *own;

  for (guint i = 0; i < n_entities; i++) {
    g_autofree char *prefix = g_strconcat (entities[i]->name, "/", NULL);

    if (entities[i]->ownership != SATCHEL_OWNERSHIP_RECORD &&
        satchel_rights_get_depth (rights, SATCHEL_PRIVILEGE_READ, conflict) != SATCHEL_DEPTH_NONE)
      add_readable (list, rights, entities[i], conflict, prefix);
  }
  add_range (list, conflict, "", "author:", satchel_rights_get_user (rights), FALSE);
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
      add_conflicts (list, rights, registry, entities[i]);
    else
      add_readable (list, rights, entities[i], entities[i], "");
  }
  make_digest (list);
  return list;
}

void
satchel_bucket_list_free (SatchelBucketList *list)
{
  g_ptr_array_unref (list->ranges);
  g_free (list);
}
