/* The calendar's UID is kept in "calendar_id", unless it is the record's own id: then the item is a mirrored
 * record.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/mail/series.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/exchange/calendar.h"
#include "client/permits.h"
#include "protocol/error.h"
#include "protocol/format.h"

struct _SatchelSeries {
  SatchelSession *session;
  SatchelExchange *exchange;
  ICalComponent *calendar;
  GPtrArray *components; /* ICalComponent*, the whole first */
  const SatchelEntity *entity;
  char *uid;
};

/* ---- reading ---- */

static gboolean
fail_invalid (GError **error, const char *message)
{
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, message);
  return FALSE;
}

static ICalComponent *
parse (const char *text, GError **error)
{
  ICalComponent *calendar = satchel_calendar_parse (text);

  if (calendar != NULL && i_cal_component_isa (calendar) == I_CAL_VCALENDAR_COMPONENT)
    return calendar;
  g_clear_object (&calendar);
  fail_invalid (error, _ ("that is no iCalendar text"));
  return NULL;
}

/* NULL: neither, or both. */
static GPtrArray *
list_components (ICalComponent *calendar, const char **entity)
{
  g_autoptr (GPtrArray) events = satchel_calendar_list (calendar, I_CAL_VEVENT_COMPONENT);
  g_autoptr (GPtrArray) todos = satchel_calendar_list (calendar, I_CAL_VTODO_COMPONENT);

  if ((events->len > 0) == (todos->len > 0))
    return NULL;
  *entity = events->len > 0 ? "appointment" : "task";
  return events->len > 0 ? g_steal_pointer (&events) : g_steal_pointer (&todos);
}

static gboolean
check_components (const SatchelSeries *series, GError **error)
{
  if (series->uid == NULL || *series->uid == '\0' || strlen (series->uid) > 1000 ||
      !g_utf8_validate (series->uid, -1, NULL))
    return fail_invalid (error, _ ("the item has no usable UID"));
  for (guint i = 0; i < series->components->len; i++) {
    ICalComponent *component = series->components->pdata[i];

    if (g_strcmp0 (i_cal_component_get_uid (component), series->uid) != 0)
      return fail_invalid (error, _ ("there is more than one item"));
    if (satchel_calendar_is_private (component)) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN,
                           _ ("private items are not copied into the CRM"));
      return FALSE;
    }
  }
  return TRUE;
}

SatchelSeries *
satchel_series_read (SatchelSession *session, const char *icalendar, GError **error)
{
  g_autoptr (SatchelSeries) series = g_new0 (SatchelSeries, 1);
  const char *entity = NULL;

  series->session = session;
  series->calendar = parse (icalendar, error);
  if (series->calendar == NULL)
    return NULL;
  series->components = list_components (series->calendar, &entity);
  if (series->components == NULL) {
    fail_invalid (error, _ ("there is no event and no task, or both"));
    return NULL;
  }
  series->exchange = satchel_exchange_new (session);
  series->entity = satchel_registry_find (satchel_session_get_registry (session), entity);
  series->uid = g_strdup (i_cal_component_get_uid (series->components->pdata[0]));
  return check_components (series, error) ? g_steal_pointer (&series) : NULL;
}

void
satchel_series_free (SatchelSeries *series)
{
  if (series == NULL)
    return;
  satchel_exchange_free (series->exchange);
  g_clear_pointer (&series->components, g_ptr_array_unref);
  g_clear_object (&series->calendar);
  g_free (series->uid);
  g_free (series);
}

const SatchelEntity *
satchel_series_get_entity (const SatchelSeries *series)
{
  return series->entity;
}

const char *
satchel_series_get_uid (const SatchelSeries *series)
{
  return series->uid;
}

/* ---- finding ---- */

static gboolean
take_cb (const SatchelRecord *record, gpointer data)
{
  *(SatchelRecord **)data = satchel_record_copy (record);
  return FALSE;
}

/* The first for which @field is @text and @more holds. */
static gboolean
find_by (SatchelSession *session, const SatchelEntity *entity, const char *field, const char *text,
         const char *more, SatchelRecord **record, GError **error)
{
  g_autoptr (GString) condition = g_string_new (NULL);
  g_autoptr (SatchelPredicate) where = NULL;
  SatchelQuery query = { .entity = entity, .limit = 1 };
  SatchelPredicateContext context;

  *record = NULL;
  g_string_append_printf (condition, "%s = \"", field);
  for (const char *at = text; *at != '\0'; at++) {
    if (*at == '"' || *at == '\\')
      g_string_append_c (condition, '\\');
    g_string_append_c (condition, *at);
  }
  g_string_append_printf (condition, "\"%s", more);
  where = satchel_predicate_parse (satchel_session_get_registry (session), entity, condition->str, error);
  if (where == NULL)
    return FALSE;
  query.where = where;
  satchel_session_get_context (session, &context);
  return satchel_replica_query (satchel_session_get_replica (session), &query, &context, take_cb, record,
                                error);
}

SatchelRecord *
satchel_series_find (SatchelSession *session, const SatchelEntity *entity, const char *uid, GError **error)
{
  const gboolean may_be_part = satchel_entity_find_field (entity, "original_start") != NULL;
  SatchelRecord *record = NULL;

  if (satchel_id_is_valid (uid) &&
      (!satchel_replica_read (satchel_session_get_replica (session), entity, uid, &record, error) ||
       record != NULL))
    return record;
  if (*uid == '\0' || !satchel_text_is_clean (uid, SATCHEL_LINES_ONE) ||
      !find_by (session, entity, "calendar_id", uid, may_be_part ? " and original_start is empty" : "",
                &record, error))
    return NULL;
  return record;
}

/* What stands in place of the occurrence that @draft does. */
static gboolean
find_instance (SatchelSeries *series, const char *whole, const SatchelRecord *draft, SatchelRecord **record,
               GError **error)
{
  const SatchelField *field = satchel_entity_find_field (series->entity, "original_start");
  const SatchelValue *start = field != NULL ? satchel_record_get (draft, field) : NULL;
  g_autofree char *text = satchel_value_to_text (field, start);
  g_autofree char *more = g_strdup_printf (" and original_start = %s", text);

  *record = NULL;
  return start == NULL || find_by (series->session, series->entity, "series", whole, more, record, error);
}

/* ---- storing ---- */

static gboolean
read_component (SatchelSeries *series, ICalComponent *component, SatchelRecord *into, GError **error)
{
  return g_str_equal (series->entity->name, "task")
             ? satchel_todo_read (series->exchange, series->calendar, component, into, error)
             : satchel_event_read (series->exchange, series->calendar, component, into, error);
}

static void
set_lookup (SatchelRecord *record, const char *name, const SatchelValue *value)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);

  if (field != NULL && value != NULL)
    satchel_record_set (record, field, value);
}

/* An id that follows from the item, unless that stands for something else here. */
static gboolean
share_id (SatchelSeries *series, SatchelRecord *draft, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (series->session);
  g_autofree char *id =
      satchel_calendar_record_id (satchel_replica_peek_meta (replica, "organisation"), draft);
  g_autoptr (SatchelRecord) other = NULL;

  if (id == NULL)
    return TRUE;
  if (!satchel_replica_read (replica, series->entity, id, &other, error))
    return FALSE;
  if (other == NULL) {
    g_free (draft->id);
    draft->id = g_steal_pointer (&id);
  }
  return TRUE;
}

/* *id: of the record that the component is; owned. */
static gboolean
store_component (SatchelSeries *series, ICalComponent *component, const char *whole,
                 const SatchelValue *regarding, SatchelDeeds *deeds, char **id, GError **error)
{
  g_autoptr (SatchelRecord) draft = satchel_record_new (series->entity, NULL), old = NULL;
  g_autoptr (SatchelValue) series_value =
      whole != NULL ? satchel_value_new_lookup (series->entity->name, whole) : NULL;
  g_autoptr (GPtrArray) changes = NULL;
  GError *problem = NULL;

  if (!read_component (series, component, draft, error))
    return FALSE;
  if (whole == NULL)
    old = satchel_series_find (series->session, series->entity, series->uid, &problem);
  else if (!find_instance (series, whole, draft, &old, error))
    return FALSE;
  if (problem != NULL) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  if (old != NULL) {
    g_autoptr (SatchelRecord) wanted = satchel_record_copy (old);

    if (!read_component (series, component, wanted, error))
      return FALSE;
    set_lookup (wanted, "regarding", regarding);
    *id = g_strdup (old->id);
    changes = satchel_exchange_list_changes (old, wanted);
    return changes->len == 0 ||
           satchel_deeds_update (deeds, series->session, series->entity, old->id, changes, error);
  }
  set_lookup (draft, "regarding", regarding);
  set_lookup (draft, "series", series_value);
  if (!share_id (series, draft, error))
    return FALSE;
  satchel_record_leave_out_retired (draft);
  if (!satchel_deeds_create (deeds, series->session, draft, error))
    return FALSE;
  *id = g_strdup (draft->id);
  return TRUE;
}

/* ---- what was dropped ---- */

static gboolean
add_cb (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, satchel_record_copy (record));
  return TRUE;
}

/* Records in place of occurrences of the series. */
static GPtrArray *
list_instances (SatchelSeries *series, const char *whole, GError **error)
{
  g_autoptr (GPtrArray) instances = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autofree char *condition = g_strdup_printf ("series = %s", whole);
  g_autoptr (SatchelPredicate) where = satchel_predicate_parse (
      satchel_session_get_registry (series->session), series->entity, condition, error);
  SatchelQuery query = { .entity = series->entity, .where = where, .limit = SATCHEL_MAX_ITEM_LINES };
  SatchelPredicateContext context;

  satchel_session_get_context (series->session, &context);
  if (where == NULL || !satchel_replica_query (satchel_session_get_replica (series->session), &query,
                                               &context, add_cb, instances, error))
    return NULL;
  return g_steal_pointer (&instances);
}

/* What she may not delete she cancels, as far as it is open. */
static gboolean
drop_instance (SatchelSeries *series, const SatchelPermits *permits, const SatchelRecord *record,
               SatchelDeeds *deeds, GError **error)
{
  const SatchelField *state = record->entity->state_field;
  const SatchelValue *value = satchel_record_get (record, state);
  SatchelFieldValue cancelled = { .field = state };
  g_autoptr (GPtrArray) changes = g_ptr_array_new ();
  gboolean done;

  if (satchel_permits_may (permits, series->session, SATCHEL_PRIVILEGE_DELETE, record))
    return satchel_deeds_delete (deeds, series->session, record->entity, record->id, error);
  if (value == NULL || satchel_entity_is_closed_state (record->entity, satchel_value_get_string (value)) ||
      !satchel_permits_may_edit (permits, series->session, record, state))
    return TRUE;
  cancelled.value = satchel_value_new_string ("cancelled");
  g_ptr_array_add (changes, &cancelled);
  done = satchel_deeds_update (deeds, series->session, record->entity, record->id, changes, error);
  satchel_value_unref (cancelled.value);
  return done;
}

/* @kept: a set of ids. An item that came without its whole says nothing of the other occurrences. */
static gboolean
drop_instances (SatchelSeries *series, const char *whole, GHashTable *kept, SatchelDeeds *deeds,
                GError **error)
{
  g_autoptr (SatchelPermits) permits = NULL;
  g_autoptr (GPtrArray) instances = NULL;

  if (satchel_entity_find_field (series->entity, "series") == NULL ||
      i_cal_component_count_properties (series->components->pdata[0], I_CAL_RECURRENCEID_PROPERTY) > 0)
    return TRUE;
  instances = list_instances (series, whole, error);
  permits = satchel_session_read_permits (series->session);
  for (guint i = 0; instances != NULL && i < instances->len; i++) {
    const SatchelRecord *record = instances->pdata[i];

    if (!g_hash_table_contains (kept, record->id) && !drop_instance (series, permits, record, deeds, error))
      return FALSE;
  }
  return instances != NULL;
}

char *
satchel_series_store (SatchelSeries *series, const SatchelValue *regarding, SatchelDeeds *deeds,
                      GError **error)
{
  const guint before = satchel_deeds_get_n (deeds);
  g_autoptr (GHashTable) kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *whole = NULL;
  gboolean stored = TRUE;

  if (!satchel_session_begin_batch (series->session, error))
    return NULL;
  for (guint i = 0; stored && i < series->components->len; i++) {
    g_autofree char *id = NULL;

    stored = store_component (series, series->components->pdata[i], whole, regarding, deeds, &id, error);
    g_hash_table_add (kept, g_strdup (id != NULL ? id : ""));
    if (whole == NULL)
      whole = g_steal_pointer (&id);
  }
  stored = stored && drop_instances (series, whole, kept, deeds, error);
  if (stored && satchel_session_commit_batch (series->session, error))
    return g_steal_pointer (&whole);
  if (!stored)
    satchel_session_rollback_batch (series->session);
  satchel_deeds_truncate (deeds, before);
  return NULL;
}
