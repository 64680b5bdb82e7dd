/* From the notes of a change set to the membership of filters.
 *
 * For each shape the rows that may be affected are found along the paths that it depends on, from the changed
 * record back to the root, by the relations as they are now. That is enough: where a relation on the way has
 * changed as well, that change is noted itself, and leads to the same row by a shorter path. Only the last
 * step can be gone with the change: a lookup of the changed record that named the one before it is followed
 * by its old value, too. Of the filters of the shape only those are asked whose pivot the rows had before or
 * have now.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "sync-server/scope/filters-private.h"
#include "sync-server/store/members.h"

#include <string.h>

#define KINDS 8 /* combinations of SatchelAffected */

/* ---- lists of ids, as JSON ---- */

static void
add_id (GString **list, const char *id)
{
  if (*list == NULL)
    *list = g_string_new ("[");
  g_string_append_printf (*list, "%s\"%s\"", (*list)->len > 1 ? "," : "", id);
}

/* NULL for an empty list. Frees it. */
static char *
end_list (GString **list)
{
  GString *text = g_steal_pointer (list);

  if (text == NULL)
    return NULL;
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

char *
satchel_filter_print_set (GHashTable *set)
{
  GString *list = NULL;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    add_id (&list, key);
  return list != NULL ? end_list (&list) : g_strdup ("[]");
}

/* ---- what has changed ---- */

static GPtrArray *
get_notes (const SatchelFollower *follower, const SatchelEntity *entity)
{
  return g_hash_table_lookup (follower->by_entity, entity);
}

static gboolean
field_changed (const SatchelFilterNote *note, const SatchelField *field)
{
  return field != NULL && (note->anew || !satchel_value_equal (note->before->values[field->index],
                                                               note->after->values[field->index]));
}

static gboolean
any_changed (const SatchelFilterNote *note, GPtrArray *fields)
{
  for (guint i = 0; i < fields->len; i++) {
    if (field_changed (note, fields->pdata[i]))
      return TRUE;
  }
  return note->anew;
}

/* Who may read the record follows from these. */
static gboolean
readers_changed (const SatchelFilterNote *note)
{
  const SatchelEntity *entity = note->after != NULL ? note->after->entity : note->before->entity;

  return field_changed (note, satchel_entity_owner_field (entity)) ||
         field_changed (note, satchel_entity_unit_field (entity));
}

/* The id that the lookup names when it is one of @entity; or NULL. */
static const char *
named_id (const SatchelValue *lookup, const SatchelEntity *entity)
{
  return lookup != NULL && g_str_equal (satchel_value_get_entity (lookup), entity->name)
             ? satchel_value_get_id (lookup)
             : NULL;
}

/* ---- affected rows ---- */

/* Where the walks of one path begin, by what must be done about the rows that they lead to. */
typedef struct {
  SatchelStore *store;
  const SatchelShape *shape;
  const SatchelFilterPath *path;
  const SatchelDependencyStep *last; /* the step to the changed records; NULL: they are the roots */
  GString *ids[KINDS];               /* changed records */
  GString *before[KINDS];            /* records that the last step led back to before */
  SatchelAffected kinds;
} Start;

static void
start_at (Start *start, SatchelAffected kind, const char *id)
{
  start->kinds |= kind;
  add_id (&start->ids[kind], id);
}

static void
start_before (Start *start, SatchelAffected kind, const SatchelValue *lookup)
{
  const SatchelFilterPath *path = start->path;
  const char *id = named_id (lookup, path->n > 1 ? path->steps[path->n - 2].entity : start->shape->entity);

  if (id == NULL)
    return;
  start->kinds |= kind;
  add_id (&start->before[kind], id);
}

static void
start_from_note (Start *start, const SatchelFilterNote *note)
{
  SatchelAffected kind = start->last == NULL && note->after != NULL ? SATCHEL_AFFECTED_TOUCH : 0;

  if (note->after == NULL && note->before == NULL)
    return;
  if (any_changed (note, start->path->fields)) {
    kind |= SATCHEL_AFFECTED_EVALUATE;
    if (start->shape->follows)
      kind |= SATCHEL_AFFECTED_RENEW;
  }
  if (readers_changed (note))
    kind |= SATCHEL_AFFECTED_RENEW;
  if (kind == 0)
    return;
  if (note->after != NULL)
    start_at (start, kind, note->after->id);
  if (start->last != NULL && start->last->backwards && note->before != NULL)
    start_before (start, kind, satchel_record_get (note->before, start->last->field));
}

/* A share alters who may read its record. */
static void
start_from_shares (Start *start, const SatchelFollower *follower)
{
  SatchelRegistry *registry = start->store->registry;
  const SatchelEntity *share = satchel_registry_find (registry, "share"), *subject;
  GPtrArray *notes = share != NULL ? get_notes (follower, share) : NULL;

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const SatchelFilterNote *note = notes->pdata[i];
    const SatchelRecord *record = note->after != NULL ? note->after : note->before;
    const char *id = record != NULL ? satchel_satellite_subject (registry, record, &subject) : NULL;

    if (id != NULL && subject == start->path->end)
      start_at (start, SATCHEL_AFFECTED_RENEW, id);
  }
}

static gboolean
walk_moves (Start *start, const SatchelFollower *follower, GError **error)
{
  const SatchelFilterPath *path = start->path;
  const SatchelField *owner = satchel_entity_owner_field (path->end);
  const SatchelField *unit = satchel_entity_unit_field (path->end);
  SatchelAffected kind = SATCHEL_AFFECTED_RENEW;

  if (path->end->ownership != SATCHEL_OWNERSHIP_USER)
    return TRUE;
  if (g_ptr_array_find (path->fields, unit, NULL))
    kind |= SATCHEL_AFFECTED_EVALUATE;
  for (guint i = 0; i < follower->moves->len; i++) {
    const SatchelFilterMove *move = follower->moves->pdata[i];

    if (!satchel_field_allows_target (owner, satchel_value_get_entity (move->owner)))
      continue;
    start->kinds |= kind;
    if (!satchel_follow_add_owned (start->store, start->shape->entity, path->steps, path->n, move->owner,
                                   kind, error))
      return FALSE;
    if (start->last != NULL && start->last->backwards && start->last->field == unit)
      start_before (start, kind, move->old_unit);
  }
  return TRUE;
}

static gboolean
walk (Start *start, GError **error)
{
  const SatchelFilterPath *path = start->path;
  const SatchelEntity *root = start->shape->entity;

  for (SatchelAffected kind = 1; kind < KINDS; kind++) {
    g_autofree char *ids = end_list (&start->ids[kind]), *before = end_list (&start->before[kind]);

    if ((ids != NULL &&
         !satchel_follow_add_ids (start->store, root, path->steps, path->n, ids, kind, error)) ||
        (before != NULL &&
         !satchel_follow_add_ids (start->store, root, path->steps, path->n - 1, before, kind, error)))
      return FALSE;
  }
  return TRUE;
}

static void
start_clear (Start *start)
{
  for (guint i = 0; i < KINDS; i++) {
    g_free (end_list (&start->ids[i]));
    g_free (end_list (&start->before[i]));
  }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Start, start_clear)

/* Shares, and owners who move with all their records, may concern any entity. */
static gboolean
concerns_all (const SatchelFollower *follower)
{
  return follower->n_satellites > 0 || follower->moves->len > 0;
}

static gboolean
concerns (const SatchelFollower *follower, const SatchelShape *shape)
{
  GHashTableIter iter;
  gpointer entity;

  g_hash_table_iter_init (&iter, follower->by_entity);
  while (g_hash_table_iter_next (&iter, &entity, NULL)) {
    if (g_hash_table_contains (shape->ends, entity))
      return TRUE;
  }
  return concerns_all (follower);
}

static gboolean
find_affected (SatchelStore *store, const SatchelFollower *follower, const SatchelShape *shape,
               const SatchelFilterPath *path, SatchelAffected *kinds, GError **error)
{
  g_auto (Start) start = { .store = store, .shape = shape, .path = path };
  GPtrArray *notes = get_notes (follower, path->end);

  if (notes == NULL && !concerns_all (follower))
    return TRUE;
  if (path->n > 0)
    start.last = &path->steps[path->n - 1];
  for (guint i = 0; notes != NULL && i < notes->len; i++)
    start_from_note (&start, notes->pdata[i]);
  start_from_shares (&start, follower);
  if (!walk_moves (&start, follower, error) || !walk (&start, error))
    return FALSE;
  *kinds |= start.kinds;
  return TRUE;
}

/* ---- pivots that the rows had before ---- */

static void
add_value (GHashTable *values, const SatchelValue *lookup)
{
  if (lookup != NULL)
    g_hash_table_add (
        values, g_strdup_printf ("%s:%s", satchel_value_get_entity (lookup), satchel_value_get_id (lookup)));
}

/* The way that led to a pivot has a last changed record; what lies beyond it is as it was. So the old pivots
 * are found from the old values of each changed record, by the relations of now. */
static gboolean
add_old_values_at (SatchelStore *store, const SatchelFollower *follower, const SatchelShape *shape,
                   const SatchelFilterPath *pivot, guint level, GHashTable *values, GError **error)
{
  const SatchelEntity *entity = level == 0 ? shape->entity : pivot->steps[level - 1].entity;
  const SatchelField *field = level == pivot->n ? pivot->fields->pdata[0] : pivot->steps[level].field;
  const SatchelField *unit = satchel_entity_unit_field (entity);
  gboolean backwards = level < pivot->n && pivot->steps[level].backwards;
  GPtrArray *notes = get_notes (follower, entity);
  GString *list = NULL;
  g_autofree char *ids = NULL;

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const SatchelFilterNote *note = notes->pdata[i];
    const SatchelValue *value = NULL;

    if (note->before != NULL && backwards)
      add_id (&list, note->before->id);
    else if (note->before != NULL)
      value = satchel_record_get (note->before, field);
    if (value != NULL && level == pivot->n)
      add_value (values, value);
    else if (named_id (value, level < pivot->n ? pivot->steps[level].entity : entity) != NULL)
      add_id (&list, satchel_value_get_id (value));
  }
  for (guint i = 0; i < follower->moves->len && !backwards && unit != NULL && field == unit; i++) {
    const SatchelFilterMove *move = follower->moves->pdata[i];

    if (level == pivot->n)
      add_value (values, move->old_unit);
    else
      add_id (&list, satchel_value_get_id (move->old_unit));
  }
  ids = end_list (&list);
  return ids == NULL ||
         satchel_follow_list_values (store, shape->entity, pivot->steps, pivot->n, pivot->fields->pdata[0],
                                     backwards ? level : level + 1, ids, values, error);
}

gboolean
satchel_shape_add_old_values (SatchelStore *store, SatchelFollower *follower, const SatchelShape *shape,
                              GHashTable *values, GError **error)
{
  for (guint i = 0; i < shape->pivots->len; i++) {
    const SatchelFilterPath *pivot = shape->pivots->pdata[i];

    for (guint level = 0; level <= pivot->n; level++) {
      if (!add_old_values_at (store, follower, shape, pivot, level, values, error))
        return FALSE;
    }
  }
  return TRUE;
}

/* ---- filters ---- */

static gboolean
settle (SatchelStore *store, const SatchelShape *shape, const SatchelFilterRow *filter, const char *why,
        GError **error)
{
  return satchel_members_reach_moving (store, shape->entity, error) &&
         satchel_follow_settle (store, filter->bucket, why, error) &&
         satchel_filter_settle_satellites (store, shape->entity, filter->atom, why, error) &&
         satchel_follow_empty (store, error);
}

static gboolean
bury (SatchelStore *store, const SatchelShape *shape, const SatchelFilterRow *filter, const char *gone,
      gboolean *moved, GError **error)
{
  gint64 n = 0;

  if (!satchel_follow_move_gone (store, filter->bucket, gone, &n, error) ||
      (n > 0 && !settle (store, shape, filter, "deleted", error)))
    return FALSE;
  *moved |= n > 0;
  return TRUE;
}

/* Row by row as far as that is cheap, else by sets: these are made once, whatever their size, while the cost
 * of rows grows with what each of them looks through. */
static void
find_moving (SatchelWork *work, const SatchelShape *shape, const SatchelFilterRow *filter, gint64 at_ms,
             SatchelAffected kinds, gint64 *n, GError **error)
{
  const SatchelPredicateContext context = satchel_shape_context (shape, at_ms);
  g_autoptr (SatchelPredicate) predicate = satchel_shape_fill_wide (shape, filter);
  g_auto (SatchelSqlCondition) by_row = { 0 }, by_sets = { 0 };
  g_autoptr (GError) problem = NULL;

  satchel_predicate_to_row_sql (predicate, &context, SATCHEL_SQL_SQLITE, 1, NULL, NULL, &by_row);
  satchel_work_limit (work, SATCHEL_WORK_BY_ROW);
  if (satchel_follow_move (work->store, shape->entity, filter->bucket, &by_row, kinds, n, &problem))
    return;
  if (!g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return;
  }
  satchel_predicate_to_sql (predicate, &context, SATCHEL_SQL_SQLITE, 1, &by_sets);
  satchel_work_limit (work, G_MAXINT64);
  if (satchel_follow_empty (work->store, error))
    (void)!satchel_follow_move (work->store, shape->entity, filter->bucket, &by_sets, kinds, n, error);
}

static gboolean
evaluate (SatchelStore *store, SatchelFollower *follower, SatchelShape *shape, const SatchelFilterRow *filter,
          gint64 at_ms, SatchelAffected kinds, gboolean *moved, GError **error)
{
  SatchelWork work = satchel_work_begin (store, follower, filter->bucket, 1);
  g_autoptr (GError) problem = NULL;
  gboolean costly;
  gint64 n = 0;

  find_moving (&work, shape, filter, at_ms, kinds, &n, &problem);
  if (!satchel_work_end (&work, n, &problem, &costly, error))
    return FALSE;
  if (costly)
    return satchel_follow_empty (store, error) &&
           satchel_filter_freeze (store, follower, shape, filter->bucket, SATCHEL_FILTER_REFUSED, error);
  *moved |= n > 0;
  return n == 0 || settle (store, shape, filter, "left", error);
}

static gboolean
apply_filter (SatchelStore *store, SatchelFollower *follower, SatchelShape *shape,
              const SatchelFilterRow *filter, gint64 at_ms, SatchelAffected kinds, const char *gone,
              gboolean *moved, GError **error)
{
  return (gone == NULL || bury (store, shape, filter, gone, moved, error)) &&
         ((kinds & (SATCHEL_AFFECTED_EVALUATE | SATCHEL_AFFECTED_RENEW)) == 0 ||
          evaluate (store, follower, shape, filter, at_ms, kinds, moved, error)) &&
         ((kinds & SATCHEL_AFFECTED_TOUCH) == 0 || satchel_follow_touch (store, filter->bucket, error));
}

gboolean
satchel_shape_apply (SatchelStore *store, SatchelFollower *follower, SatchelShape *shape, gint64 at_ms,
                     SatchelAffected kinds, const char *gone, GHashTable *values, gboolean *moved,
                     GError **error)
{
  g_autofree char *pivots = shape->nil != NULL ? satchel_filter_print_set (values) : NULL;
  g_autoptr (GPtrArray) filters = satchel_filter_rows_list (store, shape->id, pivots, error);

  if (filters == NULL)
    return FALSE;
  if (kinds & SATCHEL_AFFECTED_EVALUATE)
    follower->n_evaluated += filters->len;
  for (guint i = 0; i < filters->len; i++) {
    if (!apply_filter (store, follower, shape, filters->pdata[i], at_ms, kinds, gone, moved, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- a change set ---- */

/* [[row, "id"], …] of those that were deleted; NULL: none. */
static char *
list_gone (const SatchelFollower *follower, const SatchelEntity *entity)
{
  GPtrArray *notes = get_notes (follower, entity);
  GString *list = NULL;

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const SatchelFilterNote *note = notes->pdata[i];

    for (guint j = 0; note->rows != NULL && note->before != NULL && j < note->rows->len; j++) {
      if (list == NULL)
        list = g_string_new ("[");
      g_string_append_printf (list, "%s[%" G_GINT64_FORMAT ",\"%s\"]", list->len > 1 ? "," : "",
                              g_array_index (note->rows, gint64, j), note->before->id);
    }
  }
  return end_list (&list);
}

/* What all filters of the shape have in common: the rows affected, and the pivots that these have or had. */
static gboolean
find_all_affected (SatchelStore *store, SatchelFollower *follower, const SatchelShape *shape, gboolean gone,
                   SatchelAffected *kinds, GHashTable *values, GError **error)
{
  for (guint i = 0; i < shape->paths->len; i++) {
    if (!find_affected (store, follower, shape, shape->paths->pdata[i], kinds, error))
      return FALSE;
  }
  if ((*kinds & SATCHEL_AFFECTED_EVALUATE || gone) &&
      !satchel_shape_add_old_values (store, follower, shape, values, error))
    return FALSE;
  return *kinds == 0 || shape->pivot_query == NULL ||
         satchel_follow_run_values (store, shape->pivot_query, values, error);
}

/* A filter that is not followed any more still must not hold rows that are no record's. */
static gboolean
bury_frozen (SatchelStore *store, const SatchelShape *shape, const char *gone, GError **error)
{
  g_autoptr (GPtrArray) filters = satchel_filter_rows_list_frozen (store, shape->id, error);
  gboolean moved;

  for (guint i = 0; filters != NULL && i < filters->len; i++) {
    if (!bury (store, shape, filters->pdata[i], gone, &moved, error))
      return FALSE;
  }
  return filters != NULL;
}

static gboolean
follow_shape (SatchelStore *store, SatchelFollower *follower, SatchelShape *shape, GError **error)
{
  g_autofree char *gone = list_gone (follower, shape->entity);
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) problem = NULL;
  SatchelAffected kinds = 0;
  gboolean moved = FALSE, costly = FALSE;

  if (!satchel_follow_clear (store, error))
    return FALSE;
  if (shape->n_followed > 0) {
    SatchelWork work = satchel_work_begin (store, follower, -shape->id, shape->n_followed);

    (void)!find_all_affected (store, follower, shape, gone != NULL, &kinds, values, &problem);
    if (!satchel_work_end (&work, 0, &problem, &costly, error) ||
        (costly && !satchel_shape_freeze (store, follower, shape, error)))
      return FALSE;
  }
  if (!costly && (kinds != 0 || gone != NULL) && shape->n_followed > 0 &&
      !satchel_shape_apply (store, follower, shape, shape->at_ms, kinds, gone, values, &moved, error))
    return FALSE;
  return gone == NULL || shape->n_frozen == 0 || bury_frozen (store, shape, gone, error);
}

gboolean
satchel_filters_follow (SatchelStore *store, GError **error)
{
  SatchelFollower *follower = store->follower;
  gboolean followed = TRUE;

  if (follower == NULL || (g_hash_table_size (follower->notes) == 0 && follower->moves->len == 0))
    return TRUE;
  follower->work = 0;
  follower->n_sets++;
  for (guint i = 0; i < follower->shapes->len && followed; i++) {
    SatchelShape *shape = follower->shapes->pdata[i];

    followed = !concerns (follower, shape) || follow_shape (store, follower, shape, error);
  }
  if (follower->n_satellites > 0)
    followed = followed && satchel_filter_follow_satellites (store, follower, error);
  satchel_follower_forget (follower);
  return followed;
}
