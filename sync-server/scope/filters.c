/* Filters as values, and as what is stored of them: shapes in memory, notes of what a commit writes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/filters.h"

#include "protocol/error.h"
#include "protocol/predicate/moment.h"
#include "protocol/wire/json.h"
#include "sync-server/scope/filters-private.h"
#include "sync-server/store/members.h"
#include "sync-server/store/rows.h"
#include "sync-server/store/scopes.h"

#include <sodium.h>
#include <string.h>

#define NIL_ID       "00000000-0000-0000-0000-000000000000"
#define CLOCK_MS     (5 * 60 * 1000) /* how often "now" passes */
#define DIGEST_BYTES 16

/* ---- a filter ---- */

void
satchel_filter_free (SatchelFilter *filter)
{
  g_clear_pointer (&filter->predicate, satchel_predicate_unref);
  g_clear_pointer (&filter->zone, g_time_zone_unref);
  g_free (filter->key);
  g_free (filter->atom);
  g_free (filter);
}

void
satchel_filter_let_go (SatchelFilter *filter)
{
  g_assert (filter->bucket != 0);
  g_clear_pointer (&filter->predicate, satchel_predicate_unref);
}

static char *
print_json (SatchelPredicate *predicate)
{
  g_autoptr (JsonNode) json = satchel_predicate_to_json (predicate);

  return satchel_json_print (json);
}

static const char *
zone_name (GTimeZone *zone)
{
  return zone != NULL ? g_time_zone_get_identifier (zone) : "";
}

static char *
make_key (const SatchelFilter *filter)
{
  g_autofree char *json = print_json (filter->predicate);
  g_autofree char *text = g_strjoin ("\n", filter->entity->name, zone_name (filter->zone), json, NULL);
  guint8 hash[DIGEST_BYTES];
  char digits[2 * DIGEST_BYTES + 1];

  crypto_generichash (hash, sizeof hash, (const guint8 *)text, strlen (text), NULL, 0);
  sodium_bin2hex (digits, sizeof digits, hash, sizeof hash);
  return g_strdup (digits);
}

/* "owner:ID" for the predicate "owner = ID" and no other: whatever else it says, its JSON has no "field". */
static char *
make_owner_atom (const SatchelFilter *filter)
{
  g_autoptr (JsonNode) json = satchel_predicate_to_json (filter->predicate);
  JsonObject *object = json_node_get_object (json);
  g_autoptr (GPtrArray) owners = NULL;

  if (filter->entity->ownership != SATCHEL_OWNERSHIP_USER ||
      g_strcmp0 (json_object_get_string_member_with_default (object, "field", NULL), "owner") != 0)
    return NULL;
  owners = satchel_predicate_list_pivots (filter->predicate);
  return owners != NULL && owners->len == 1
             ? g_strconcat ("owner:", satchel_value_get_id (owners->pdata[0]), NULL)
             : NULL;
}

typedef struct {
  gboolean any;                    /* the predicate asks for something */
  const SatchelEntity *satellites; /* the last entity of these that it reaches */
} Reach;

static void
note_reach (const SatchelEntity *entity, const SatchelField *field, const SatchelDependencyStep *path,
            guint n_steps, gpointer data)
{
  Reach *reach = data;

  reach->any = TRUE;
  if (entity->ownership == SATCHEL_OWNERSHIP_RECORD)
    reach->satellites = entity;
}

SatchelFilter *
satchel_filter_new (SatchelPredicate *predicate, const SatchelPredicateContext *context, GError **error)
{
  g_autoptr (SatchelPredicate) bound = satchel_predicate_bind (predicate, context, error);
  Reach reach = { FALSE, NULL };
  SatchelFilter *filter;

  if (bound == NULL)
    return NULL;
  satchel_predicate_visit_dependencies (bound, note_reach, &reach);
  if (satchel_predicate_get_entity (bound)->ownership == SATCHEL_OWNERSHIP_RECORD)
    reach.satellites = satchel_predicate_get_entity (bound);
  if (reach.satellites != NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                 "a filter cannot ask for %s: these come with their records", reach.satellites->plural);
    return NULL;
  }

  filter = g_new0 (SatchelFilter, 1);
  filter->entity = satchel_predicate_get_entity (bound);
  filter->predicate = g_steal_pointer (&bound);
  filter->time = satchel_filter_time_of (filter->predicate);
  if (context->zone != NULL && filter->time != SATCHEL_FILTER_TIMELESS)
    filter->zone = g_time_zone_ref (context->zone);
  filter->follows = satchel_predicate_follows_relations (filter->predicate);
  filter->key = make_key (filter);
  filter->atom = make_owner_atom (filter);
  if (filter->atom == NULL && reach.any)
    filter->atom = g_strconcat ("filter:", filter->key, NULL);
  return filter;
}

/* ---- time ---- */

SatchelFilterTime
satchel_filter_time_of (SatchelPredicate *predicate)
{
  if (!satchel_predicate_depends_on_time (predicate))
    return SATCHEL_FILTER_TIMELESS;
  return satchel_predicate_depends_on_clock (predicate) ? SATCHEL_FILTER_CLOCKED : SATCHEL_FILTER_DAILY;
}

void
satchel_filter_span (SatchelFilterTime time, GTimeZone *zone, gint64 now_ms, gint64 *at_ms, gint64 *due_ms)
{
  const SatchelMoment today = { .anchor = SATCHEL_ANCHOR_TODAY };
  const SatchelPredicateContext context = { .now_ms = now_ms, .zone = zone };
  SatchelBounds day;

  switch (time) {
  case SATCHEL_FILTER_TIMELESS:
    *at_ms = 0;
    *due_ms = G_MAXINT64;
    break;
  case SATCHEL_FILTER_CLOCKED:
    *at_ms = now_ms - now_ms % CLOCK_MS;
    *due_ms = *at_ms + CLOCK_MS;
    break;
  case SATCHEL_FILTER_DAILY:
    day = satchel_moment_resolve (&today, SATCHEL_TYPE_DATETIME, &context);
    *at_ms = day.from;
    *due_ms = day.until;
    break;
  }
}

gint64
satchel_filter_as_of (const SatchelFilter *filter, gint64 now_ms)
{
  gint64 at_ms, due_ms;

  satchel_filter_span (filter->time, filter->zone, now_ms, &at_ms, &due_ms);
  return at_ms;
}

SatchelPredicateContext
satchel_shape_context (const SatchelShape *shape, gint64 at_ms)
{
  return (SatchelPredicateContext){ .now_ms = at_ms, .zone = shape->zone };
}

/* ---- shapes ---- */

static void
path_free (SatchelFilterPath *path)
{
  g_free (path->steps);
  g_ptr_array_unref (path->fields);
  g_free (path);
}

void
satchel_shape_free (SatchelShape *shape)
{
  satchel_predicate_unref (shape->predicate);
  g_clear_pointer (&shape->nil, g_ptr_array_unref);
  g_clear_pointer (&shape->zone, g_time_zone_unref);
  g_ptr_array_unref (shape->paths);
  g_ptr_array_unref (shape->pivots);
  g_hash_table_unref (shape->ends);
  g_free (shape->pivot_query);
  g_free (shape);
}

static gboolean
steps_equal (const SatchelDependencyStep *a, const SatchelDependencyStep *b, guint n)
{
  for (guint i = 0; i < n; i++) {
    if (a[i].field != b[i].field || a[i].entity != b[i].entity || a[i].backwards != b[i].backwards)
      return FALSE;
  }
  return TRUE;
}

static SatchelFilterPath *
add_path (GPtrArray *paths, const SatchelEntity *end, const SatchelDependencyStep *steps, guint n)
{
  SatchelFilterPath *path = g_new0 (SatchelFilterPath, 1);

  path->steps = g_memdup2 (steps, n * sizeof *steps);
  path->n = n;
  path->end = end;
  path->fields = g_ptr_array_new ();
  g_ptr_array_add (paths, path);
  return path;
}

static void
add_dependency (const SatchelEntity *entity, const SatchelField *field, const SatchelDependencyStep *steps,
                guint n, gpointer data)
{
  SatchelShape *shape = data;
  SatchelFilterPath *path = NULL;

  for (guint i = 0; i < shape->paths->len && path == NULL; i++) {
    SatchelFilterPath *known = shape->paths->pdata[i];

    if (known->n == n && steps_equal (known->steps, steps, n))
      path = known;
  }
  if (path == NULL)
    path = add_path (shape->paths, entity, steps, n);
  if (field != NULL && !g_ptr_array_find (path->fields, field, NULL))
    g_ptr_array_add (path->fields, (gpointer)field);
}

static void
add_pivot_path (const SatchelEntity *entity, const SatchelField *field, const SatchelDependencyStep *steps,
                guint n, gpointer data)
{
  SatchelShape *shape = data;
  SatchelFilterPath *path = add_path (shape->pivots, entity, steps, n);

  g_ptr_array_add (path->fields, (gpointer)field);
}

static char *
make_pivot_query (const SatchelShape *shape)
{
  GString *query = g_string_new (NULL);

  for (guint i = 0; i < shape->pivots->len; i++) {
    const SatchelFilterPath *pivot = shape->pivots->pdata[i];

    satchel_follow_put_values (query, shape->entity, pivot->steps, pivot->n, pivot->fields->pdata[0]);
  }
  return g_string_free (query, FALSE);
}

static gboolean
is_nil (GPtrArray *pivots)
{
  return pivots != NULL && pivots->len == 1 && g_str_equal (satchel_value_get_id (pivots->pdata[0]), NIL_ID);
}

SatchelShape *
satchel_shape_new (SatchelRegistry *registry, const SatchelShapeRow *row)
{
  const SatchelEntity *entity = satchel_registry_find (registry, row->entity);
  g_autoptr (JsonNode) json = json_from_string (row->predicate, NULL);
  g_autoptr (SatchelPredicate) predicate = NULL;
  g_autoptr (GPtrArray) pivots = NULL;
  SatchelShape *shape;

  if (entity != NULL && json != NULL)
    predicate = satchel_predicate_from_derived_json (registry, entity, json, NULL);
  if (predicate == NULL)
    return NULL;
  shape = g_new0 (SatchelShape, 1);
  shape->id = row->shape;
  shape->entity = entity;
  shape->zone = *row->zone != '\0' ? g_time_zone_new_identifier (row->zone) : NULL;
  shape->at_ms = row->at_ms;
  shape->due_ms = row->due_ms;
  shape->n_followed = row->n_followed;
  shape->n_frozen = row->n_frozen;
  shape->follows = satchel_predicate_follows_relations (predicate);
  shape->paths = g_ptr_array_new_with_free_func ((GDestroyNotify)path_free);
  shape->pivots = g_ptr_array_new_with_free_func ((GDestroyNotify)path_free);
  add_path (shape->paths, entity, NULL, 0);
  satchel_predicate_visit_dependencies (predicate, add_dependency, shape);
  shape->ends = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < shape->paths->len; i++)
    g_hash_table_add (shape->ends, (gpointer)((const SatchelFilterPath *)shape->paths->pdata[i])->end);
  pivots = satchel_predicate_list_pivots (predicate);
  if (is_nil (pivots)) {
    satchel_predicate_visit_pivots (predicate, pivots, add_pivot_path, shape);
    shape->pivot_query = make_pivot_query (shape);
    shape->nil = g_steal_pointer (&pivots);
  }
  shape->predicate = g_steal_pointer (&predicate);
  return shape;
}

SatchelPredicate *
satchel_shape_fill (const SatchelShape *shape, const SatchelFilterRow *filter)
{
  g_autoptr (GPtrArray) pivots = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_value_unref);
  g_auto (GStrv) words = g_strsplit (filter->pivots, " ", -1);

  if (shape->nil == NULL)
    return satchel_predicate_ref (shape->predicate);
  for (guint i = 0; words[i] != NULL; i++) {
    char *colon = strchr (words[i], ':');

    g_assert (colon != NULL);
    *colon = '\0';
    g_ptr_array_add (pivots, satchel_value_new_lookup (words[i], colon + 1));
  }
  return satchel_predicate_replace (shape->predicate, shape->nil, pivots);
}

SatchelPredicate *
satchel_shape_fill_wide (const SatchelShape *shape, const SatchelFilterRow *filter)
{
  g_autoptr (SatchelPredicate) predicate = satchel_shape_fill (shape, filter);

  return satchel_predicate_widen (predicate);
}

/* ---- the follower ---- */

static void
note_free (SatchelFilterNote *note)
{
  g_clear_pointer (&note->before, satchel_record_free);
  g_clear_pointer (&note->after, satchel_record_free);
  g_clear_pointer (&note->rows, g_array_unref);
  g_free (note);
}

static void
move_free (SatchelFilterMove *move)
{
  satchel_value_unref (move->owner);
  satchel_value_unref (move->old_unit);
  g_free (move);
}

static SatchelFollower *
follower_new (void)
{
  SatchelFollower *follower = g_new0 (SatchelFollower, 1);

  follower->watched = g_hash_table_new (NULL, NULL);
  follower->notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)note_free);
  follower->by_entity = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
  follower->moves = g_ptr_array_new_with_free_func ((GDestroyNotify)move_free);
  satchel_work_init (follower);
  return follower;
}

void
satchel_follower_free (SatchelFollower *follower)
{
  g_clear_pointer (&follower->shapes, g_ptr_array_unref);
  g_hash_table_unref (follower->watched);
  g_hash_table_unref (follower->by_entity);
  g_hash_table_unref (follower->notes);
  g_ptr_array_unref (follower->moves);
  g_hash_table_unref (follower->debts);
  g_free (follower);
}

static void
watch (SatchelFollower *follower, const SatchelShape *shape)
{
  GHashTableIter iter;
  gpointer entity;

  g_hash_table_iter_init (&iter, shape->ends);
  while (g_hash_table_iter_next (&iter, &entity, NULL))
    g_hash_table_add (follower->watched, entity);
}

/* Filters of a shape that the organisation's definitions have outgrown are no filters any more: nobody can
 * bind them. */
static gboolean
drop_shape (SatchelStore *store, gint64 shape, GError **error)
{
  g_autoptr (GPtrArray) filters = satchel_filter_rows_list_all (store, error);

  for (guint i = 0; filters != NULL && i < filters->len; i++) {
    const SatchelFilterRow *filter = filters->pdata[i];

    if (filter->shape == shape && (!satchel_members_drop_atom (store, filter->atom, error) ||
                                   !satchel_filter_rows_remove (store, filter->bucket, error)))
      return FALSE;
  }
  return filters != NULL;
}

static gboolean
load (SatchelStore *store, SatchelFollower *follower, GError **error)
{
  g_autoptr (GPtrArray) rows = satchel_shapes_list (store, error);

  if (rows == NULL)
    return FALSE;
  g_clear_pointer (&follower->shapes, g_ptr_array_unref);
  g_hash_table_remove_all (follower->watched);
  follower->shapes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_shape_free);
  for (guint i = 0; i < rows->len; i++) {
    const SatchelShapeRow *row = rows->pdata[i];
    SatchelShape *shape = satchel_shape_new (store->registry, row);

    if (shape == NULL) {
      if (!drop_shape (store, row->shape, error))
        return FALSE;
      continue;
    }
    g_ptr_array_add (follower->shapes, shape);
    watch (follower, shape);
  }
  follower->stale = FALSE;
  return TRUE;
}

/* Whatever alters a shape or a filter is part of a commit. */
static gboolean
others_have_committed (const SatchelFollower *follower, const SatchelStore *store)
{
  return follower->seen_s != store->begun_s;
}

SatchelFollower *
satchel_follower_get (SatchelStore *store, GError **error)
{
  SatchelFollower *follower;

  if (store->follower == NULL)
    store->follower = follower_new ();
  follower = store->follower;
  if (follower->checked)
    return follower;
  /* What was rolled back took the tables along that it had made. */
  if (!satchel_follow_prepare (store, error) ||
      ((follower->shapes == NULL || follower->stale || others_have_committed (follower, store)) &&
       !load (store, follower, error)))
    return NULL;
  follower->seen_s = store->begun_s;
  follower->checked = TRUE;
  return follower;
}

void
satchel_follower_forget (SatchelFollower *follower)
{
  g_hash_table_remove_all (follower->by_entity);
  g_hash_table_remove_all (follower->notes);
  g_ptr_array_set_size (follower->moves, 0);
  follower->n_satellites = 0;
}

void
satchel_filters_forget (SatchelStore *store)
{
  SatchelFollower *follower = store->follower;

  if (follower == NULL)
    return;
  satchel_follower_forget (follower);
  if (follower->altered)
    g_clear_pointer (&follower->shapes, g_ptr_array_unref);
  follower->altered = follower->checked = FALSE;
}

void
satchel_filters_committed (SatchelStore *store)
{
  SatchelFollower *follower = store->follower;

  if (follower == NULL)
    return;
  if (!others_have_committed (follower, store))
    follower->seen_s = store->s;
  follower->altered = follower->checked = FALSE;
}

/* ---- notes ---- */

static SatchelFilterNote *
find_note (SatchelFollower *follower, const SatchelRecord *record)
{
  g_autofree char *key = g_strdup_printf ("%s:%s", record->entity->name, record->id);
  SatchelFilterNote *note = g_hash_table_lookup (follower->notes, key);
  GPtrArray *notes;

  if (note != NULL)
    return note;
  note = g_new0 (SatchelFilterNote, 1);
  g_hash_table_insert (follower->notes, g_steal_pointer (&key), note);
  notes = g_hash_table_lookup (follower->by_entity, record->entity);
  if (notes == NULL) {
    notes = g_ptr_array_new ();
    g_hash_table_insert (follower->by_entity, (gpointer)record->entity, notes);
  }
  g_ptr_array_add (notes, note);
  follower->n_satellites += record->entity->ownership == SATCHEL_OWNERSHIP_RECORD;
  return note;
}

gboolean
satchel_filters_note (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after,
                      GError **error)
{
  SatchelFollower *follower = satchel_follower_get (store, error);
  const SatchelRecord *record = after != NULL ? after : before;
  SatchelFilterNote *note;
  gint64 row;

  if (follower == NULL)
    return FALSE;
  if (follower->shapes->len == 0 || (record->entity->ownership != SATCHEL_OWNERSHIP_RECORD &&
                                     !g_hash_table_contains (follower->watched, record->entity)))
    return TRUE;
  note = find_note (follower, record);
  if (note->after == NULL && !note->anew && before != NULL)
    note->before = satchel_record_copy (before);
  g_clear_pointer (&note->after, satchel_record_free);
  note->anew |= before == NULL || after == NULL;
  if (after != NULL) {
    note->after = satchel_record_copy (after);
    return TRUE;
  }
  if (!satchel_rows_find (store, before->entity, before->id, &row, error))
    return FALSE;
  if (note->rows == NULL)
    note->rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (note->rows, row);
  return TRUE;
}

gboolean
satchel_filters_note_moved (SatchelStore *store, const SatchelValue *owner, const char *old_unit,
                            GError **error)
{
  SatchelFollower *follower = satchel_follower_get (store, error);
  SatchelFilterMove *move;

  if (follower == NULL)
    return FALSE;
  if (follower->shapes->len == 0)
    return TRUE;
  move = g_new0 (SatchelFilterMove, 1);
  move->owner = satchel_value_ref (owner);
  move->old_unit = satchel_value_new_lookup ("business_unit", old_unit);
  g_ptr_array_add (follower->moves, move);
  return TRUE;
}

guint64
satchel_filters_count_evaluated (SatchelStore *store)
{
  return store->follower != NULL ? store->follower->n_evaluated : 0;
}

/* ---- what is stored ---- */

gboolean
satchel_filters_find (SatchelStore *store, SatchelFilter *filter, const char *user, GError **error)
{
  g_autoptr (GArray) buckets = NULL;
  SatchelFilterState state = SATCHEL_FILTER_FOLLOWED;
  gint64 bucket;

  filter->bucket = 0;
  if (filter->atom == NULL)
    return TRUE;
  buckets = satchel_members_list_buckets (store, filter->entity->name, filter->atom, FALSE, error);
  if (buckets == NULL || buckets->len == 0)
    return buckets != NULL;
  bucket = g_array_index (buckets, gint64, 0);
  if (g_str_has_prefix (filter->atom, "filter:") &&
      !satchel_filter_rows_get_state (store, bucket, user, &state, error))
    return FALSE;
  filter->refused = state == SATCHEL_FILTER_REFUSED;
  if (state == SATCHEL_FILTER_FOLLOWED)
    filter->bucket = bucket;
  return TRUE;
}

SatchelPredicate *
satchel_filters_load (SatchelStore *store, const SatchelFilter *filter, GError **error)
{
  g_autoptr (SatchelFilterRow) row = NULL;
  g_autoptr (SatchelShapeRow) stored = NULL;
  g_autoptr (SatchelShape) shape = NULL;

  if (filter->predicate != NULL)
    return satchel_predicate_ref (filter->predicate);
  if (!satchel_filter_rows_read (store, filter->bucket, &row, error) ||
      (row != NULL && !satchel_shapes_read (store, row->shape, &stored, error)))
    return NULL;
  shape = stored != NULL ? satchel_shape_new (store->registry, stored) : NULL;
  if (shape != NULL)
    return satchel_shape_fill (shape, row);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_CORRUPT,
                       "a scope names a filter that is not there");
  return NULL;
}

/* The shape that the filter belongs to, made when it is the first of its kind. */
static gboolean
find_shape (SatchelStore *store, SatchelFollower *follower, const SatchelFilter *filter, gint64 now_ms,
            GPtrArray *pivots, SatchelShape **shape, GError **error)
{
  g_autoptr (SatchelPredicate) template = NULL;
  g_autoptr (SatchelShapeRow) row = g_new0 (SatchelShapeRow, 1);

  if (pivots == NULL) {
    template = satchel_predicate_ref (filter->predicate);
  } else {
    g_autoptr (GPtrArray) nil = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_value_unref);

    g_ptr_array_add (nil, satchel_value_new_lookup (satchel_value_get_entity (pivots->pdata[0]), NIL_ID));
    template = satchel_predicate_replace (filter->predicate, pivots, nil);
  }
  row->entity = g_strdup (filter->entity->name);
  row->predicate = print_json (template);
  row->zone = g_strdup (zone_name (filter->zone));
  satchel_filter_span (filter->time, filter->zone, now_ms, &row->at_ms, &row->due_ms);
  if (!satchel_shapes_find (store, row, error))
    return FALSE;
  for (guint i = 0; i < follower->shapes->len; i++) {
    *shape = follower->shapes->pdata[i];
    if ((*shape)->id == row->shape)
      return TRUE;
  }
  *shape = satchel_shape_new (store->registry, row);
  g_assert (*shape != NULL);
  g_ptr_array_add (follower->shapes, (gpointer)*shape);
  watch (follower, *shape);
  return TRUE;
}

static gboolean
fill_bucket (SatchelStore *store, SatchelFollower *follower, SatchelShape *shape, SatchelFilter *filter,
             gint64 bucket, GError **error)
{
  const SatchelPredicateContext context = satchel_shape_context (shape, shape->at_ms);
  g_autoptr (SatchelPredicate) wide = satchel_predicate_widen (filter->predicate);
  g_auto (SatchelSqlCondition) condition = { 0 };
  g_autoptr (GError) problem = NULL;
  gboolean costly;
  SatchelWork work;
  gint64 n = 0;

  if (!satchel_follow_empty (store, error))
    return FALSE;
  satchel_predicate_to_sql (wide, &context, SATCHEL_SQL_SQLITE, 1, &condition);
  work = satchel_work_begin (store, follower, SATCHEL_WORK_UNOWED, SATCHEL_WORK_TO_MAKE);
  (void)!satchel_follow_move_all (store, filter->entity, &condition, &n, &problem);
  if (!satchel_work_end (&work, n, &problem, &costly, error))
    return FALSE;
  if (costly) {
    filter->refused = TRUE;
    return satchel_follow_empty (store, error) &&
           satchel_filter_freeze (store, follower, shape, bucket, SATCHEL_FILTER_REFUSED, error);
  }
  filter->bucket = bucket;
  return satchel_follow_settle (store, bucket, "left", error) &&
         satchel_filter_settle_satellites (store, filter->entity, filter->atom, "left", error) &&
         satchel_follow_empty (store, error);
}

/* What is left of one that nobody used: it begins anew. */
static gboolean
clear_remains (SatchelStore *store, SatchelFollower *follower, gint64 bucket, GError **error)
{
  g_autoptr (SatchelFilterRow) remains = NULL;
  gint64 all = -1;

  return satchel_filter_rows_read (store, bucket, &remains, error) &&
         (remains == NULL || satchel_filter_drop (store, follower, remains, &all, error));
}

gboolean
satchel_filters_make (SatchelStore *store, SatchelCommit *commit, SatchelFilter *filter, GError **error)
{
  SatchelFollower *follower = satchel_follower_get (store, error);
  g_autoptr (GPtrArray) pivots = NULL;
  SatchelShape *shape;
  gint64 bucket;

  if (follower == NULL || !satchel_filters_find (store, filter, commit->user, error))
    return FALSE;
  if (filter->bucket != 0 || filter->refused || filter->atom == NULL)
    return TRUE;
  if (!satchel_members_find_bucket (store, filter->entity->name, filter->atom, &bucket, error))
    return FALSE;
  if (!g_str_has_prefix (filter->atom, "filter:")) {
    filter->bucket = bucket;
    return TRUE;
  }
  pivots = satchel_predicate_list_pivots (filter->predicate);
  if (!clear_remains (store, follower, bucket, error) ||
      !find_shape (store, follower, filter, commit->at_ms, pivots, &shape, error) ||
      !satchel_filter_rows_add (store, bucket, shape->id, pivots, error))
    return FALSE;
  shape->n_followed++;
  follower->altered = TRUE;
  return fill_bucket (store, follower, shape, filter, bucket, error);
}
