/* Each source is read whole, and only its times are kept: an account has thousands of activities, not
 * millions.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/record/moments.h"

#include <stdio.h>
#include <string.h>

#include "client/history.h"
#include "client/replica/parties.h"
#include "protocol/error.h"

#define PAGE 256 /* records read at once */

void
satchel_moment_free (SatchelMoment *moment)
{
  g_free (moment->id);
  g_free (moment->text);
  g_free (moment);
}

/* ---- one record ---- */

static gboolean
get_instant (const SatchelRecord *record, const char *name, gint64 *ms, gboolean *whole_day)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;
  int year, month, day;

  if (value == NULL || (field->type != SATCHEL_TYPE_DATETIME && field->type != SATCHEL_TYPE_DATE))
    return FALSE;
  *whole_day = field->type == SATCHEL_TYPE_DATE;
  if (!*whole_day) {
    *ms = satchel_value_get_integer (value);
    return TRUE;
  }
  /* A day stands at its noon here, so that it stays that day in whatever zone. */
  if (sscanf (satchel_value_get_date (value), "%d-%d-%d", &year, &month, &day) == 3) {
    g_autoptr (GDateTime) noon = g_date_time_new_local (year, month, day, 12, 0, 0);

    if (noon != NULL)
      *ms = g_date_time_to_unix (noon) * 1000;
    return noon != NULL;
  }
  return FALSE;
}

/* A UUIDv7 begins with its time: for what the server has not dated yet. */
static gint64
get_time_of_id (const char *id)
{
  g_autofree char *digits = g_strdup_printf ("%.8s%.4s", id, id + 9);

  return satchel_id_is_valid (id) ? (gint64)g_ascii_strtoull (digits, NULL, 16) : 0;
}

gint64
satchel_moment_of_record (const SatchelRecord *record, gboolean *whole_day)
{
  static const char *const names[] = { "completed_at", "closed_on",    "sent_at", "received_at",
                                       "start",        "scheduled_at", "due",     "created_at" };
  gint64 ms;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (get_instant (record, names[i], &ms, whole_day))
      return ms;
  *whole_day = FALSE;
  return get_time_of_id (record->id);
}

/* By what they hold: a message has an id of its own, a note no state. */
SatchelMomentKind
satchel_moment_kind_of_entity (const SatchelEntity *entity)
{
  if (satchel_entity_find_field (entity, "message_id") != NULL)
    return SATCHEL_MOMENT_MAIL;
  return entity->state_field == NULL && satchel_entity_find_field (entity, "body") != NULL
             ? SATCHEL_MOMENT_NOTE
             : SATCHEL_MOMENT_ACTIVITY;
}

/* ---- sources ---- */

/* An activity about an opportunity also names the account; what closes an opportunity names that. */
static gboolean
names_customer (const SatchelReference *reference, const SatchelEntity *entity)
{
  const SatchelEntity *holder = reference->entity;

  return reference->field->origin == SATCHEL_ORIGIN_ENTERED &&
         g_str_equal (reference->field->name, entity->name) &&
         (satchel_entity_find_field (holder, "regarding") != NULL ||
          g_str_has_suffix (holder->name, "_close"));
}

GArray *
satchel_moments_list_sources (SatchelRegistry *registry, const SatchelEntity *entity)
{
  GArray *sources = g_array_new (FALSE, FALSE, sizeof (SatchelReference));
  guint n_references;
  const SatchelReference *references = satchel_registry_get_references (registry, entity, &n_references);

  for (guint i = 0; i < n_references; i++) {
    const SatchelReference *reference = &references[i];
    const gboolean regarding = g_str_equal (reference->field->name, "regarding");

    if (!reference->entity->retired && (regarding || names_customer (reference, entity)))
      g_array_append_val (sources, *reference);
  }
  return sources;
}

char *
satchel_reference_to_condition (const SatchelReference *reference, const SatchelEntity *target,
                                const char *id)
{
  if (reference->field->n_targets > 1)
    return g_strdup_printf ("%s = %s:%s", reference->field->name, target->name, id);
  return g_strdup_printf ("%s = %s", reference->field->name, id);
}

/* One that is about the record in two ways happened once. */
static void
add_records (GPtrArray *moments, GHashTable *seen, const SatchelEntity *entity, const GPtrArray *records)
{
  const SatchelMomentKind kind = satchel_moment_kind_of_entity (entity);

  for (guint i = 0; i < records->len; i++) {
    const SatchelRecord *record = records->pdata[i];
    SatchelMoment *moment;

    if (record == NULL || !g_hash_table_add (seen, g_strdup (record->id)))
      continue;
    moment = g_new0 (SatchelMoment, 1);
    moment->kind = kind;
    moment->at_ms = satchel_moment_of_record (record, &moment->whole_day);
    moment->entity = g_intern_string (entity->name);
    moment->id = g_strdup (record->id);
    g_ptr_array_add (moments, moment);
  }
}

static gboolean
collect_query (GPtrArray *moments, GHashTable *seen, SatchelSession *session, const SatchelQuery *query,
               GCancellable *cancellable, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  SatchelPredicateContext context;

  satchel_session_get_context (session, &context);
  if (!satchel_replica_list_rows (replica, query, &context, cancellable, rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i += PAGE) {
    g_autoptr (GPtrArray) records = satchel_replica_read_rows (
        replica, query->entity, &g_array_index (rows, guint32, i), MIN (PAGE, rows->len - i), error);

    if (records == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    add_records (moments, seen, query->entity, records);
  }
  return TRUE;
}

/* Who may be what an activity is about may take part in others as well. */
static gboolean
collect_source (GPtrArray *moments, GHashTable *seen, SatchelSession *session, const SatchelReference *source,
                const SatchelEntity *target, const char *id, GCancellable *cancellable, GError **error)
{
  const char *const taking_part[] = { id, NULL };
  g_autofree char *text = satchel_reference_to_condition (source, target, id);
  g_autoptr (SatchelPredicate) where =
      satchel_predicate_parse (satchel_session_get_registry (session), source->entity, text, error);
  SatchelQuery about = { .entity = source->entity, .where = where, .limit = -1 };
  SatchelQuery with = { .entity = source->entity, .taking_part = taking_part, .limit = -1 };

  if (where == NULL || !collect_query (moments, seen, session, &about, cancellable, error))
    return FALSE;
  return !g_str_equal (source->field->name, "regarding") || !satchel_parties_are_in (source->entity) ||
         collect_query (moments, seen, session, &with, cancellable, error);
}

/* ---- changes ---- */

/* Once, however often it was changed. */
static void
add_name (SatchelMoment *moment, const char *name)
{
  g_auto (GStrv) names = g_strsplit (moment->text, " ", -1);
  char *text;

  if (g_strv_contains ((const char *const *)names, name))
    return;
  text = g_strconcat (moment->text, " ", name, NULL);
  g_free (moment->text);
  moment->text = text;
}

/* What one person changed at one time is one moment. */
static void
add_change (GPtrArray *moments, const SatchelEntity *entity, const SatchelPastChange *change)
{
  SatchelMoment *last = moments->len > 0 ? moments->pdata[moments->len - 1] : NULL;

  if (last != NULL && last->kind == SATCHEL_MOMENT_CHANGE && last->at_ms == change->at_ms &&
      last->text != NULL && *last->text != '\0' && change->field_name != NULL &&
      g_strcmp0 (last->id, change->by) == 0) {
    add_name (last, change->field_name);
    return;
  }
  last = g_new0 (SatchelMoment, 1);
  last->kind = SATCHEL_MOMENT_CHANGE;
  last->at_ms = change->at_ms;
  last->entity = g_intern_string (entity->name);
  last->id = g_strdup (change->by);
  last->text = g_strdup (change->gone ? "" : change->field_name);
  g_ptr_array_add (moments, last);
}

static gboolean
collect_changes (GPtrArray *moments, SatchelSession *session, const SatchelEntity *entity, const char *id,
                 GError **error)
{
  g_autoptr (GPtrArray) past = satchel_past_recall (session, entity, id, error);

  if (past == NULL)
    return FALSE;
  for (guint i = 0; i < past->len; i++)
    add_change (moments, entity, past->pdata[i]);
  return TRUE;
}

/* ---- all of them ---- */

static int
compare (gconstpointer a, gconstpointer b)
{
  const SatchelMoment *one = *(SatchelMoment *const *)a, *other = *(SatchelMoment *const *)b;

  if (one->at_ms != other->at_ms)
    return one->at_ms > other->at_ms ? -1 : 1;
  return g_strcmp0 (one->id, other->id);
}

GPtrArray *
satchel_moments_collect (SatchelSession *session, const SatchelEntity *entity, const char *id,
                         GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) moments = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_moment_free);
  g_autoptr (GArray) sources = satchel_moments_list_sources (satchel_session_get_registry (session), entity);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GCancellable) never = cancellable == NULL ? g_cancellable_new () : NULL;

  if (!satchel_id_is_valid (id)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "“%s” is not an id", id);
    return NULL;
  }
  for (guint i = 0; i < sources->len; i++)
    if (!collect_source (moments, seen, session, &g_array_index (sources, SatchelReference, i), entity, id,
                         cancellable != NULL ? cancellable : never, error))
      return NULL;
  if (!collect_changes (moments, session, entity, id, error))
    return NULL;
  g_ptr_array_sort (moments, compare);
  return g_steal_pointer (&moments);
}

GPtrArray *
satchel_moments_filter (const GPtrArray *moments, guint mask)
{
  GPtrArray *filtered = g_ptr_array_new ();

  for (guint i = 0; i < moments->len; i++)
    if (mask & (1u << ((const SatchelMoment *)moments->pdata[i])->kind))
      g_ptr_array_add (filtered, moments->pdata[i]);
  return filtered;
}

gint64
satchel_moment_get_day (gint64 at_ms)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (at_ms / 1000);
  g_autoptr (GDate) date =
      then != NULL ? g_date_new_dmy ((GDateDay)g_date_time_get_day_of_month (then),
                                     g_date_time_get_month (then), (GDateYear)g_date_time_get_year (then))
                   : NULL;

  return date != NULL ? (gint64)g_date_get_julian (date) - 719163 : 0;
}
