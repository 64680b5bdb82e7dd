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
  char **teams;        /* sorted */
  char **reports;      /* sorted */
  GHashTable *managed; /* of reports: id → whether direct */
  const SatchelRoles *roles;
  SatchelUnits *units;
};

/* Copies of both lists, sorted, each id once. */
static char **
join_sorted (const char *const *ids, const char *const *more)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    g_ptr_array_add (all, (gpointer)ids[i]);
  for (guint i = 0; more != NULL && more[i] != NULL; i++)
    g_ptr_array_add (all, (gpointer)more[i]);
  g_ptr_array_sort (all, compare_ids);
  for (guint i = 0; i < all->len; i++) {
    if (i == 0 || !g_str_equal (all->pdata[i], all->pdata[i - 1]))
      g_strv_builder_add (builder, all->pdata[i]);
  }
  return g_strv_builder_end (builder);
}

SatchelRights *
satchel_rights_new (const SatchelStanding *standing, const SatchelRoles *roles, SatchelUnits *units)
{
  SatchelRights *rights = g_new0 (SatchelRights, 1);

  rights->user = g_strdup (standing->user);
  rights->unit = g_strdup (standing->unit);
  rights->role_names = join_sorted (standing->roles, NULL);
  rights->teams = join_sorted (standing->teams, NULL);
  rights->reports = join_sorted (standing->direct_reports, standing->indirect_reports);
  rights->managed = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; rights->reports[i] != NULL; i++) {
    gboolean direct =
        standing->direct_reports != NULL && g_strv_contains (standing->direct_reports, rights->reports[i]);

    g_hash_table_insert (rights->managed, rights->reports[i], GINT_TO_POINTER (direct));
  }
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
  g_strfreev (rights->teams);
  g_hash_table_unref (rights->managed);
  g_strfreev (rights->reports);
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

const char *const *
satchel_rights_get_teams (const SatchelRights *rights)
{
  return (const char *const *)rights->teams;
}

const char *const *
satchel_rights_get_reports (const SatchelRights *rights)
{
  return (const char *const *)rights->reports;
}

SatchelDepth
satchel_rights_get_depth (const SatchelRights *rights, SatchelPrivilege privilege,
                          const SatchelEntity *entity)
{
  /* Roles know what is built in; an entity that was added says which of those it is like. */
  const char *name = entity->rights != NULL ? entity->rights : entity->name;
  SatchelDepth depth = SATCHEL_DEPTH_NONE;

  for (guint i = 0; rights->role_names[i] != NULL; i++)
    depth = MAX (depth, satchel_roles_get_depth (rights->roles, rights->role_names[i], privilege, name));
  return depth;
}

gboolean
satchel_rights_is_principal (const SatchelRights *rights, const char *principal)
{
  return g_str_equal (principal, rights->user) ||
         g_strv_contains ((const char *const *)rights->teams, principal);
}

/* A manager reads what all below her own, and works on what her own people own. */
static gboolean
allows_manager (const SatchelRights *rights, SatchelPrivilege privilege, const char *owner)
{
  switch (privilege) {
  case SATCHEL_PRIVILEGE_READ:
    return g_hash_table_contains (rights->managed, owner);
  case SATCHEL_PRIVILEGE_WRITE:
  case SATCHEL_PRIVILEGE_APPEND:
  case SATCHEL_PRIVILEGE_APPEND_TO:
    return GPOINTER_TO_INT (g_hash_table_lookup (rights->managed, owner));
  default:
    return FALSE;
  }
}

gboolean
satchel_rights_allow (const SatchelRights *rights, SatchelPrivilege privilege, const SatchelEntity *entity,
                      const char *owner, const char *unit)
{
  SatchelDepth depth = satchel_rights_get_depth (rights, privilege, entity);

  if (depth == SATCHEL_DEPTH_NONE || depth == SATCHEL_DEPTH_ORGANISATION)
    return depth == SATCHEL_DEPTH_ORGANISATION;
  if (entity->ownership != SATCHEL_OWNERSHIP_USER)
    return FALSE;
  if (owner != NULL &&
      (satchel_rights_is_principal (rights, owner) || allows_manager (rights, privilege, owner)))
    return TRUE;
  if (unit == NULL || rights->unit == NULL)
    return FALSE;
  if (depth >= SATCHEL_DEPTH_UNIT && g_str_equal (unit, rights->unit))
    return TRUE;
  return depth >= SATCHEL_DEPTH_BELOW && satchel_units_is_within (rights->units, unit, rights->unit);
}

/* ---- field classes ---- */

static SatchelClassUse
get_class_use (const SatchelRights *rights, const char *field_class)
{
  SatchelClassUse use = SATCHEL_CLASS_HIDDEN;

  for (guint i = 0; rights->role_names[i] != NULL; i++)
    use = MAX (use, satchel_roles_get_class_use (rights->roles, rights->role_names[i], field_class));
  return use;
}

gboolean
satchel_rights_can_read_class (const SatchelRights *rights, const char *field_class)
{
  return get_class_use (rights, field_class) >= SATCHEL_CLASS_READABLE;
}

gboolean
satchel_rights_can_write_class (const SatchelRights *rights, const char *field_class)
{
  return get_class_use (rights, field_class) >= SATCHEL_CLASS_WRITABLE;
}

gboolean
satchel_rights_can_read_field (const SatchelRights *rights, const SatchelField *field)
{
  return field->secured == NULL || satchel_rights_can_read_class (rights, field->secured);
}

gboolean
satchel_rights_can_write_field (const SatchelRights *rights, const SatchelField *field)
{
  return field->secured == NULL || satchel_rights_can_write_class (rights, field->secured);
}

char **
satchel_rights_list_hidden_classes (const SatchelRights *rights, SatchelRegistry *registry)
{
  g_autoptr (GPtrArray) hidden = g_ptr_array_new ();
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    for (guint j = 0; j < entities[i]->n_fields; j++) {
      const SatchelField *field = entities[i]->fields[j];

      if (!satchel_rights_can_read_field (rights, field))
        g_ptr_array_add (hidden, (gpointer)field->secured);
    }
  }
  g_ptr_array_add (hidden, NULL);
  return join_sorted ((const char *const *)hidden->pdata, NULL);
}

/* ---- what devices are told ---- */

static void
tell_entity (const SatchelRights *rights, const SatchelEntity *entity, SatchelPermits *permits)
{
  for (guint i = 0; i < SATCHEL_N_PRIVILEGES; i++)
    satchel_permits_set_depth (permits, entity->name, i, satchel_rights_get_depth (rights, i, entity));
  for (guint i = 0; i < entity->n_fields; i++) {
    const char *class = entity->fields[i]->secured;
    SatchelClassUse use = class != NULL ? get_class_use (rights, class) : SATCHEL_CLASS_HIDDEN;

    if (use != SATCHEL_CLASS_HIDDEN)
      g_hash_table_insert (permits->classes, g_strdup (class), GINT_TO_POINTER (use));
  }
}

static void
tell_people (const SatchelRights *rights, SatchelPermits *permits)
{
  for (guint i = 0; rights->teams[i] != NULL; i++)
    g_hash_table_add (permits->teams, g_strdup (rights->teams[i]));
  for (guint i = 0; rights->reports[i] != NULL; i++) {
    gboolean direct = GPOINTER_TO_INT (g_hash_table_lookup (rights->managed, rights->reports[i]));

    g_hash_table_add (direct ? permits->direct : permits->indirect, g_strdup (rights->reports[i]));
  }
}

SatchelPermits *
satchel_rights_list_permits (const SatchelRights *rights, SatchelRegistry *registry)
{
  SatchelPermits *permits = satchel_permits_new ();
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++)
    tell_entity (rights, entities[i], permits);
  tell_people (rights, permits);
  permits->unit = g_strdup (rights->unit);
  if (rights->unit != NULL) {
    g_autoptr (GPtrArray) units = satchel_units_list_within (rights->units, rights->unit);

    for (guint i = 0; i < units->len; i++)
      g_hash_table_add (permits->units, g_strdup (units->pdata[i]));
  }
  return permits;
}

/* ---- records ---- */

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
