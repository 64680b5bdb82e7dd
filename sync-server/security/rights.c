/* Depths against owners and units.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/rights.h"

#include <string.h>

struct _SatchelUnits {
  gatomicrefcount references;
  GHashTable *parents; /* id → id, "" for a root */
};

SatchelUnits *
satchel_units_new (void)
{
  SatchelUnits *units = g_new0 (SatchelUnits, 1);

  g_atomic_ref_count_init (&units->references);
  units->parents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return units;
}

SatchelUnits *
satchel_units_ref (SatchelUnits *units)
{
  g_atomic_ref_count_inc (&units->references);
  return units;
}

void
satchel_units_unref (SatchelUnits *units)
{
  if (!g_atomic_ref_count_dec (&units->references))
    return;
  g_hash_table_unref (units->parents);
  g_free (units);
}

void
satchel_units_add (SatchelUnits *units, const char *unit, const char *parent)
{
  g_hash_table_insert (units->parents, g_strdup (unit), g_strdup (parent != NULL ? parent : ""));
}

gboolean
satchel_units_is_within (const SatchelUnits *units, const char *unit, const char *ancestor)
{
  guint steps = g_hash_table_size (units->parents) + 1;

  /* Nobody forbids a circle in the data, so the walk is bounded by the number of units. */
  for (const char *at = unit; at != NULL && steps > 0;
       at = g_hash_table_lookup (units->parents, at), steps--) {
    if (g_str_equal (at, ancestor))
      return TRUE;
  }
  return FALSE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
satchel_units_list_within (const SatchelUnits *units, const char *ancestor)
{
  GPtrArray *within = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer unit;

  g_hash_table_iter_init (&iter, units->parents);
  while (g_hash_table_iter_next (&iter, &unit, NULL)) {
    if (satchel_units_is_within (units, unit, ancestor))
      g_ptr_array_add (within, unit);
  }
  g_ptr_array_sort (within, compare_ids);
  return within;
}

struct _SatchelRights {
  char *user;
  char *unit;
  char **role_names;
  const SatchelRoles *roles;
  SatchelUnits *units;
};

SatchelRights *
satchel_rights_new (const char *user, const char *unit, const char *const *role_names,
                    const SatchelRoles *roles, SatchelUnits *units)
{
  SatchelRights *rights = g_new0 (SatchelRights, 1);

  rights->user = g_strdup (user);
  rights->unit = g_strdup (unit);
  rights->role_names = g_strdupv ((char **)role_names);
  rights->roles = roles;
  rights->units = satchel_units_ref (units);
  return rights;
}

void
satchel_rights_free (SatchelRights *rights)
{
  g_free (rights->user);
  g_free (rights->unit);
  g_strfreev (rights->role_names);
  satchel_units_unref (rights->units);
  g_free (rights);
}

const char *
satchel_rights_get_user (const SatchelRights *rights)
{
  return rights->user;
}

const char *
satchel_rights_get_unit (const SatchelRights *rights)
{
  return rights->unit;
}

const SatchelUnits *
satchel_rights_get_units (const SatchelRights *rights)
{
  return rights->units;
}

SatchelDepth
satchel_rights_get_depth (const SatchelRights *rights, SatchelPrivilege privilege,
                          const SatchelEntity *entity)
{
  /* Roles know what is built in; an entity that was added says which of those it is like. */
  const char *name = entity->rights != NULL ? entity->rights : entity->name;
  SatchelDepth depth = SATCHEL_DEPTH_NONE;

  for (guint i = 0; rights->role_names != NULL && rights->role_names[i] != NULL; i++)
    depth = MAX (depth, satchel_roles_get_depth (rights->roles, rights->role_names[i], privilege, name));
  return depth;
}

gboolean
satchel_rights_allow (const SatchelRights *rights, SatchelPrivilege privilege, const SatchelEntity *entity,
                      const char *owner, const char *unit)
{
  SatchelDepth depth = satchel_rights_get_depth (rights, privilege, entity);

  if (depth == SATCHEL_DEPTH_ORGANISATION)
    return TRUE;
  if (entity->ownership != SATCHEL_OWNERSHIP_USER)
    return FALSE;
  if (depth >= SATCHEL_DEPTH_OWN && owner != NULL && g_str_equal (owner, rights->user))
    return TRUE;
  if (unit == NULL || rights->unit == NULL)
    return FALSE;
  if (depth >= SATCHEL_DEPTH_UNIT && g_str_equal (unit, rights->unit))
    return TRUE;
  return depth >= SATCHEL_DEPTH_BELOW && satchel_units_is_within (rights->units, unit, rights->unit);
}

static const char *
peek_lookup (const SatchelRecord *record, const SatchelField *field)
{
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  return value != NULL ? satchel_value_get_id (value) : NULL;
}

const char *
satchel_record_peek_owner (const SatchelRecord *record)
{
  return peek_lookup (record, satchel_entity_owner_field (record->entity));
}

const char *
satchel_record_peek_unit (const SatchelRecord *record)
{
  return peek_lookup (record, satchel_entity_unit_field (record->entity));
}

gboolean
satchel_rights_allow_record (const SatchelRights *rights, SatchelPrivilege privilege,
                             const SatchelRecord *record)
{
  return satchel_rights_allow (rights, privilege, record->entity, satchel_record_peek_owner (record),
                               satchel_record_peek_unit (record));
}
