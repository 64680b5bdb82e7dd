/* Business units, as an administrator sees them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/security/accounts-private.h"

#include "protocol/error.h"
#include "sync-server/store/people.h"
#include "sync-server/store/rows.h"

void
satchel_unit_free (SatchelUnit *unit)
{
  g_free (unit->id);
  g_free (unit->name);
  g_free (unit->parent);
  g_free (unit);
}

static char *
dup_field (const SatchelRecord *record, const char *name)
{
  const SatchelValue *value = satchel_record_get_by_name (record, name);

  if (value == NULL)
    return NULL;
  return g_strdup (satchel_value_get_kind (value) == SATCHEL_KIND_LOOKUP ? satchel_value_get_id (value)
                                                                         : satchel_value_get_string (value));
}

static int
compare_units (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(SatchelUnit *const *)a)->name, (*(SatchelUnit *const *)b)->name);
}

GPtrArray *
satchel_accounts_read_units (SatchelStore *store, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (store->registry, "business_unit");
  g_autoptr (GPtrArray) records = satchel_rows_list (store, entity, error);
  g_autoptr (GPtrArray) units = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_unit_free);

  if (records == NULL)
    return NULL;
  for (guint i = 0; i < records->len; i++) {
    SatchelUnit *unit = g_new0 (SatchelUnit, 1);
    const SatchelRecord *record = records->pdata[i];

    unit->id = g_strdup (record->id);
    unit->name = dup_field (record, "name");
    unit->parent = dup_field (record, "parent");
    g_ptr_array_add (units, unit);
  }
  g_ptr_array_sort (units, compare_units);
  return g_steal_pointer (&units);
}

GPtrArray *
satchel_accounts_list_units (SatchelServer *server, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  GPtrArray *units;

  if (reader == NULL)
    return NULL;
  units = satchel_accounts_read_units (reader->store, error);
  satchel_server_end_read (server, reader);
  return units;
}

const SatchelUnit *
satchel_accounts_pick_unit (GPtrArray *units, const char *id_or_name)
{
  for (guint i = 0; i < units->len; i++) {
    const SatchelUnit *unit = units->pdata[i];

    if (g_str_equal (unit->id, id_or_name) || g_strcmp0 (unit->name, id_or_name) == 0)
      return unit;
  }
  return NULL;
}

char *
satchel_accounts_find_unit (SatchelServer *server, const char *id_or_name, GError **error)
{
  g_autoptr (GPtrArray) units = satchel_accounts_list_units (server, error);
  const SatchelUnit *unit;

  if (units == NULL)
    return NULL;
  unit = satchel_accounts_pick_unit (units, id_or_name);
  if (unit == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no business unit “%s”", id_or_name);
  return unit != NULL ? g_strdup (unit->id) : NULL;
}

static gboolean
add_unit (SatchelServer *server, const char *actor, const char *id, const char *name, const char *parent,
          GError **error)
{
  SatchelStore *store = server->writer;
  g_autoptr (SatchelRecord) record =
      satchel_record_new (satchel_registry_find (store->registry, "business_unit"), id);
  g_autoptr (GPtrArray) units = satchel_accounts_read_units (store, error);
  g_autoptr (SatchelValue) above =
      satchel_value_new_lookup ("business_unit", parent != NULL ? parent : store->root_unit);

  if (units == NULL)
    return FALSE;
  if (parent != NULL && satchel_accounts_pick_unit (units, parent) == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "no business unit “%s”", parent);
    return FALSE;
  }
  if (satchel_accounts_pick_unit (units, name) != NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "there is a business unit “%s” already", name);
    return FALSE;
  }
  g_autoptr (SatchelValue) title = satchel_value_new_string (name);

  satchel_record_set_by_name (record, "name", title);
  satchel_record_set_by_name (record, "parent", above);
  return satchel_accounts_create_record (server, actor, record, error) &&
         satchel_accounts_audit (server, actor, "unit added", id, error);
}

char *
satchel_accounts_add_unit (SatchelServer *server, const char *actor, const char *name, const char *parent,
                           GError **error)
{
  g_autofree char *id = satchel_id_new (server->clock);

  if (!satchel_server_begin_write (server, error) ||
      !satchel_server_end_write (server, add_unit (server, actor, id, name, parent, error), error))
    return NULL;
  return g_steal_pointer (&id);
}

static gboolean
rename_unit (SatchelServer *server, const char *actor, const char *unit, const char *name, GError **error)
{
  g_autoptr (GPtrArray) units = satchel_accounts_read_units (server->writer, error);
  g_autoptr (SatchelValue) value = satchel_value_new_string (name);
  const SatchelUnit *other;

  if (units == NULL)
    return FALSE;
  other = satchel_accounts_pick_unit (units, name);
  if (other != NULL && !g_str_equal (other->id, unit)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_EXISTS, "there is a business unit “%s” already", name);
    return FALSE;
  }
  return satchel_accounts_set_field (server, actor, "business_unit", unit, "name", value, "unit renamed",
                                     error);
}

gboolean
satchel_accounts_rename_unit (SatchelServer *server, const char *actor, const char *unit, const char *name,
                              GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, rename_unit (server, actor, unit, name, error), error);
}

static gboolean
move_unit (SatchelServer *server, const char *actor, const char *unit, const char *parent, GError **error)
{
  g_autoptr (SatchelUnits) units = satchel_people_read_units (server->writer, error);
  g_autoptr (SatchelValue) value = satchel_value_new_lookup ("business_unit", parent);

  if (units == NULL)
    return FALSE;
  /* That also keeps the topmost one where it is. */
  if (satchel_units_is_within (units, parent, unit)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_RULE,
                         "a business unit cannot lie under itself or under one that is below it");
    return FALSE;
  }
  return satchel_accounts_set_field (server, actor, "business_unit", unit, "parent", value, "unit moved",
                                     error);
}

gboolean
satchel_accounts_move_unit (SatchelServer *server, const char *actor, const char *unit, const char *parent,
                            GError **error)
{
  if (!satchel_server_begin_write (server, error))
    return FALSE;
  return satchel_server_end_write (server, move_unit (server, actor, unit, parent, error), error);
}
