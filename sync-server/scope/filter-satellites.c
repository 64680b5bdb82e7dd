/* Satellites of filtered records: conflicts and shares are members where their record is one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/filters-private.h"
#include "sync-server/store/members.h"

const char *
satchel_satellite_subject (SatchelRegistry *registry, const SatchelRecord *satellite,
                           const SatchelEntity **subject)
{
  const SatchelValue *entity = satchel_record_get_by_name (satellite, "record_entity");
  const SatchelValue *id = satchel_record_get_by_name (satellite, "record_id");

  *subject = entity != NULL && id != NULL
                 ? satchel_registry_find (registry, satchel_value_get_string (entity))
                 : NULL;
  return *subject != NULL ? satchel_value_get_string (id) : NULL;
}

static gboolean
has_class (const GArray *list, const SatchelEntity *entity, const char *secured)
{
  for (guint i = 0; i < list->len; i++) {
    const SatchelSatellites *known = &g_array_index (list, SatchelSatellites, i);

    if (known->entity == entity && g_strcmp0 (known->secured, secured) == 0)
      return TRUE;
  }
  return FALSE;
}

GArray *
satchel_satellites_list (SatchelRegistry *registry, const SatchelEntity *subject)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (SatchelSatellites));
  guint n_entities;
  const SatchelEntity *const *entities = satchel_registry_get_entities (registry, &n_entities);

  for (guint i = 0; i < n_entities; i++) {
    SatchelSatellites satellites = { entities[i], subject, NULL };

    if (entities[i]->ownership != SATCHEL_OWNERSHIP_RECORD)
      continue;
    g_array_append_val (list, satellites);
    for (guint j = 0; satchel_entity_find_field (entities[i], "field") != NULL && j < subject->n_fields;
         j++) {
      satellites.secured = subject->fields[j]->secured;
      if (!has_class (list, entities[i], satellites.secured))
        g_array_append_val (list, satellites);
    }
  }
  return list;
}

char *
satchel_satellites_atom (const SatchelSatellites *satellites, const char *atom)
{
  return g_strconcat (satellites->subject->name, satellites->secured != NULL ? "+" : "",
                      satellites->secured != NULL ? satellites->secured : "", "/", atom, NULL);
}

gboolean
satchel_filter_settle_satellites (SatchelStore *store, const SatchelEntity *subject, const char *atom,
                                  const char *why, GError **error)
{
  g_autoptr (GArray) list = satchel_satellites_list (store->registry, subject);
  const SatchelEntity *seen = NULL;
  gboolean has = FALSE;

  for (guint i = 0; i < list->len; i++) {
    const SatchelSatellites *satellites = &g_array_index (list, SatchelSatellites, i);
    g_autofree char *own_atom = satchel_satellites_atom (satellites, atom);
    gint64 bucket;

    if (satellites->entity != seen && !satchel_follow_has_satellites (store, satellites, &has, error))
      return FALSE;
    seen = satellites->entity;
    if (has && (!satchel_members_find_bucket (store, satellites->entity->name, own_atom, &bucket, error) ||
                !satchel_follow_settle_satellites (store, satellites, bucket, why, error)))
      return FALSE;
  }
  return TRUE;
}

/* ---- satellites that were written ---- */

/* What was written of one kind, about records of one entity. */
typedef struct {
  const SatchelSatellites *satellites;
  GString *ids;  /* JSON array of those that are there */
  GString *gone; /* JSON array of [row, id] of those that were deleted */
} Written;

/* The class of the field that a conflict is about. */
static const char *
get_class (const SatchelRecord *satellite, const SatchelEntity *subject)
{
  const SatchelValue *name = satchel_entity_find_field (satellite->entity, "field") != NULL
                                 ? satchel_record_get_by_name (satellite, "field")
                                 : NULL;
  const SatchelField *field =
      name != NULL ? satchel_entity_find_field (subject, satchel_value_get_string (name)) : NULL;

  return field != NULL ? field->secured : NULL;
}

static void
collect_written (SatchelStore *store, const SatchelFollower *follower, Written *written, GHashTable *subjects)
{
  const SatchelSatellites *satellites = written->satellites;
  GPtrArray *notes = g_hash_table_lookup (follower->by_entity, satellites->entity);

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const SatchelFilterNote *note = notes->pdata[i];
    const SatchelRecord *record = note->after != NULL ? note->after : note->before;
    const SatchelEntity *subject = NULL;
    const char *id = record != NULL ? satchel_satellite_subject (store->registry, record, &subject) : NULL;

    if (id == NULL || subject != satellites->subject ||
        g_strcmp0 (get_class (record, subject), satellites->secured) != 0)
      continue;
    g_hash_table_add (subjects, g_strdup (id));
    if (note->after != NULL)
      g_string_append_printf (written->ids, "%s\"%s\"", written->ids->len > 1 ? "," : "", record->id);
    for (guint j = 0; note->rows != NULL && note->before != NULL && j < note->rows->len; j++)
      g_string_append_printf (written->gone, "%s[%" G_GINT64_FORMAT ",\"%s\"]",
                              written->gone->len > 1 ? "," : "", g_array_index (note->rows, gint64, j),
                              record->id);
  }
  g_string_append_c (written->ids, ']');
  g_string_append_c (written->gone, ']');
}

static gboolean
file_written (SatchelStore *store, const Written *written, const SatchelFilterRow *filter, GError **error)
{
  g_autofree char *atom = satchel_satellites_atom (written->satellites, filter->atom);
  gint64 bucket, n = 0;

  if (written->ids->len == 2 && written->gone->len == 2)
    return TRUE;
  return satchel_members_find_bucket (store, written->satellites->entity->name, atom, &bucket, error) &&
         satchel_follow_move_gone (store, bucket, written->gone->str, &n, error) &&
         (n == 0 ||
          (satchel_follow_settle (store, bucket, "deleted", error) && satchel_follow_empty (store, error))) &&
         satchel_follow_file_satellites (store, written->satellites, filter->bucket, bucket,
                                         written->ids->str, error);
}

/* The filters that the subjects are in, or were. */
static GPtrArray *
list_filters (SatchelStore *store, SatchelFollower *follower, const SatchelShape *shape, GHashTable *subjects,
              GError **error)
{
  g_autofree char *ids = satchel_filter_print_set (subjects), *pivots = NULL;
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (shape->nil == NULL)
    return satchel_filter_rows_list (store, shape->id, NULL, error);
  if (!satchel_shape_add_old_values (store, follower, shape, values, error))
    return NULL;
  for (guint i = 0; i < shape->pivots->len; i++) {
    const SatchelFilterPath *pivot = shape->pivots->pdata[i];

    if (!satchel_follow_list_values (store, shape->entity, pivot->steps, pivot->n, pivot->fields->pdata[0], 0,
                                     ids, values, error))
      return NULL;
  }
  pivots = satchel_filter_print_set (values);
  return satchel_filter_rows_list (store, shape->id, pivots, error);
}

static gboolean
follow_kind (SatchelStore *store, SatchelFollower *follower, const SatchelSatellites *satellites,
             GError **error)
{
  g_autoptr (GHashTable) subjects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) ids = g_string_new ("["), gone = g_string_new ("[");
  Written written = { satellites, ids, gone };

  collect_written (store, follower, &written, subjects);
  if (g_hash_table_size (subjects) == 0)
    return TRUE;
  for (guint i = 0; i < follower->shapes->len; i++) {
    const SatchelShape *shape = follower->shapes->pdata[i];
    g_autoptr (GPtrArray) filters = NULL;

    if (shape->entity != satellites->subject)
      continue;
    filters = list_filters (store, follower, shape, subjects, error);
    if (filters != NULL && shape->n_frozen > 0) {
      g_autoptr (GPtrArray) frozen = satchel_filter_rows_list_frozen (store, shape->id, error);

      if (frozen == NULL)
        return FALSE;
      g_ptr_array_extend_and_steal (filters, g_steal_pointer (&frozen));
    }
    for (guint j = 0; filters != NULL && j < filters->len; j++) {
      if (!file_written (store, &written, filters->pdata[j], error))
        return FALSE;
    }
    if (filters == NULL)
      return FALSE;
  }
  return TRUE;
}

gboolean
satchel_filter_follow_satellites (SatchelStore *store, SatchelFollower *follower, GError **error)
{
  g_autoptr (GHashTable) roots = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < follower->shapes->len; i++) {
    const SatchelEntity *subject = ((const SatchelShape *)follower->shapes->pdata[i])->entity;
    g_autoptr (GArray) list = NULL;

    if (!g_hash_table_add (roots, (gpointer)subject))
      continue;
    list = satchel_satellites_list (store->registry, subject);
    for (guint j = 0; j < list->len; j++) {
      if (!follow_kind (store, follower, &g_array_index (list, SatchelSatellites, j), error))
        return FALSE;
    }
  }
  return TRUE;
}
