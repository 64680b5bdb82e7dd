/* A calendar, or a task list.
 *
 * An item is all components of one uid. Those that stand in place of single occurrences are stored with
 * receive_objects(): modify_object() leaves them out of the index by time, so that views of a week lack them
 * until EDS starts again (3.46).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <libecal/libecal.h>
#include <string.h>

#include "client/eds/eds-shelf.h"
#include "client/exchange/calendar.h"
#include "client/exchange/zones.h"
#include "protocol/error.h"

typedef struct {
  SatchelShelf shelf;
  ECalClient *client;
  ECalClientView *view;
  ICalComponentKind kind;
  GHashTable *zones; /* TZID: EDS has its description */
  void (*touched) (const char *uid, gpointer data);
  gpointer data;
} Calendar;

/* ---- texts ---- */

/* For callbacks over TZIDs. */
typedef struct {
  Calendar *calendar;
  GString *text;
  GHashTable *done; /* those that were met */
} Zones;

/* Only of zones that the database of libical does not have. */
static void
describe_zone_cb (ICalParameter *parameter, gpointer data)
{
  Zones *zones = data;
  const char *tzid = i_cal_parameter_get_tzid (parameter);
  ICalTimezone *zone = NULL;
  g_autoptr (ICalComponent) description = NULL;
  g_autofree char *text = NULL;

  if (tzid == NULL || !g_hash_table_add (zones->done, g_strdup (tzid)) ||
      i_cal_timezone_get_builtin_timezone (tzid) != NULL ||
      i_cal_timezone_get_builtin_timezone_from_tzid (tzid) != NULL ||
      !e_cal_client_get_timezone_sync (zones->calendar->client, tzid, &zone, NULL, NULL) || zone == NULL)
    return;
  description = i_cal_timezone_get_component (zone);
  text = description != NULL ? i_cal_component_as_ical_string (description) : NULL;
  if (text != NULL)
    g_string_append (zones->text, text);
}

static int
compare_components (gconstpointer a, gconstpointer b)
{
  ICalComponent *first = *(ICalComponent *const *)a, *second = *(ICalComponent *const *)b;
  g_autofree char *first_id = e_cal_util_component_get_recurid_as_string (first);
  g_autofree char *second_id = e_cal_util_component_get_recurid_as_string (second);

  return g_strcmp0 (first_id, second_id);
}

/* By the clock, whatever the zone. */
static char *
dup_clock (ICalTime *time)
{
  g_autofree char *text = i_cal_time_as_ical_string (time);

  return text != NULL && g_str_has_suffix (text, "Z") ? g_strndup (text, strlen (text) - 1)
                                                      : g_steal_pointer (&text);
}

static gboolean
is_stood_for (ICalProperty *exdate, GPtrArray *components)
{
  g_autoptr (ICalTime) left_out = i_cal_property_get_exdate (exdate);
  g_autofree char *clock = dup_clock (left_out);
  gboolean found = FALSE;

  for (guint i = 1; i < components->len && !found; i++) {
    g_autoptr (ICalTime) original = i_cal_component_get_recurrenceid (components->pdata[i]);
    g_autofree char *other = dup_clock (original);

    found = g_strcmp0 (clock, other) == 0;
  }
  return found;
}

/* EDS notes each occurrence that something stands for as left out of its series, too. Nobody has said so, and
 * it would be left out still when it goes back to its series. */
static void
drop_notes (GPtrArray *components)
{
  ICalComponent *master = components->pdata[0];
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_object_unref);

  for (ICalProperty *exdate = i_cal_component_get_first_property (master, I_CAL_EXDATE_PROPERTY);
       exdate != NULL; exdate = i_cal_component_get_next_property (master, I_CAL_EXDATE_PROPERTY)) {
    if (is_stood_for (exdate, components))
      g_ptr_array_add (notes, exdate);
    else
      g_object_unref (exdate);
  }
  for (guint i = 0; i < notes->len; i++)
    i_cal_component_remove_property (master, notes->pdata[i]);
}

/* @components: ICalComponent*; the master comes first. */
static char *
to_text (Calendar *calendar, GPtrArray *components)
{
  GString *text = g_string_new ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
  g_autoptr (GHashTable) done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Zones zones = { calendar, text, done };

  g_ptr_array_sort (components, compare_components);
  if (components->len > 1)
    drop_notes (components);
  for (guint i = 0; i < components->len; i++)
    i_cal_component_foreach_tzid (components->pdata[i], describe_zone_cb, &zones);
  for (guint i = 0; i < components->len; i++) {
    g_autofree char *one = i_cal_component_as_ical_string (components->pdata[i]);

    g_string_append (text, one);
  }
  g_string_append (text, "END:VCALENDAR\r\n");
  return g_string_free (text, FALSE);
}

/* ---- reading ---- */

static GHashTable *
list (SatchelShelf *shelf, GError **error)
{
  Calendar *calendar = (Calendar *)shelf;
  g_autoptr (GHashTable) by_uid =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  GHashTable *items;
  GHashTableIter iter;
  gpointer uid, components;
  GSList *objects = NULL;
  GError *problem = NULL;

  if (!e_cal_client_get_object_list_sync (calendar->client, "#t", &objects, NULL, &problem)) {
    satchel_shelf_propagate (error, problem);
    return NULL;
  }
  for (GSList *link = objects; link != NULL; link = link->next) {
    const char *name = i_cal_component_get_uid (link->data);
    GPtrArray *siblings = name != NULL ? g_hash_table_lookup (by_uid, name) : NULL;

    if (name == NULL)
      continue;
    if (siblings == NULL) {
      siblings = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (by_uid, g_strdup (name), siblings);
    }
    g_ptr_array_add (siblings, g_object_ref (link->data));
  }
  g_slist_free_full (objects, g_object_unref);
  /* Components are many times as large as their texts: they go as those come. */
  items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, by_uid);
  while (g_hash_table_iter_next (&iter, &uid, &components)) {
    g_hash_table_insert (items, g_strdup (uid), to_text (calendar, components));
    g_hash_table_iter_remove (&iter);
  }
  return items;
}

static gboolean
get (SatchelShelf *shelf, const char *uid, char **text, GError **error)
{
  Calendar *calendar = (Calendar *)shelf;
  g_autoptr (GPtrArray) components = g_ptr_array_new ();
  GSList *objects = NULL;
  GError *problem = NULL;

  *text = NULL;
  if (!e_cal_client_get_objects_for_uid_sync (calendar->client, uid, &objects, NULL, &problem)) {
    if (g_error_matches (problem, E_CAL_CLIENT_ERROR, E_CAL_CLIENT_ERROR_OBJECT_NOT_FOUND)) {
      g_error_free (problem);
      return TRUE;
    }
    satchel_shelf_propagate (error, problem);
    return FALSE;
  }
  for (GSList *link = objects; link != NULL; link = link->next)
    g_ptr_array_add (components, e_cal_component_get_icalcomponent (link->data));
  if (components->len > 0)
    *text = to_text (calendar, components);
  g_slist_free_full (objects, g_object_unref);
  return TRUE;
}

/* ---- writing ---- */

static void
note_zone_cb (ICalParameter *parameter, gpointer data)
{
  Zones *zones = data;
  const char *tzid = i_cal_parameter_get_tzid (parameter);

  if (tzid != NULL && !g_hash_table_contains (zones->calendar->zones, tzid))
    g_hash_table_add (zones->done, g_strdup (tzid));
}

/* EDS has to know a zone before it is named. Few items name one that none before them did: those describe
 * theirs. */
static gboolean
add_zones (Calendar *calendar, ICalComponent *item, GPtrArray *components, GError **problem)
{
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) descriptions = NULL;
  Zones zones = { calendar, NULL, named };

  for (guint i = 0; i < components->len; i++)
    i_cal_component_foreach_tzid (components->pdata[i], note_zone_cb, &zones);
  if (g_hash_table_size (named) == 0)
    return TRUE;
  satchel_zones_describe (item);
  descriptions = satchel_calendar_list (item, I_CAL_VTIMEZONE_COMPONENT);
  for (guint i = 0; i < descriptions->len; i++) {
    g_autoptr (ICalTimezone) zone = i_cal_timezone_new ();
    const char *tzid;

    if (!i_cal_timezone_set_component (zone, descriptions->pdata[i]))
      continue;
    tzid = i_cal_timezone_get_tzid (zone);
    if (tzid == NULL || !g_hash_table_contains (named, tzid))
      continue;
    if (!e_cal_client_add_timezone_sync (calendar->client, zone, NULL, problem))
      return FALSE;
    g_hash_table_add (calendar->zones, g_strdup (tzid));
  }
  return TRUE;
}

static gboolean
put_alone (Calendar *calendar, ICalComponent *component, gboolean made, GError **problem)
{
  g_autofree char *uid = NULL;

  if (made)
    return e_cal_client_create_object_sync (calendar->client, component,
                                            E_CAL_OPERATION_FLAG_DISABLE_ITIP_MESSAGE, &uid, NULL, problem);
  return e_cal_client_modify_object_sync (calendar->client, component, E_CAL_OBJ_MOD_ALL,
                                          E_CAL_OPERATION_FLAG_DISABLE_ITIP_MESSAGE, NULL, problem);
}

static guint
count_missing (GSList *objects, GPtrArray *components)
{
  guint missing = 0;

  for (GSList *link = objects; link != NULL; link = link->next) {
    ICalComponent *old = e_cal_component_get_icalcomponent (link->data);
    gboolean found = FALSE;

    for (guint i = 0; i < components->len && !found; i++)
      found = compare_components (&old, &components->pdata[i]) == 0;
    missing += !found;
  }
  return missing;
}

/* What is there of the item and not in @components any more cannot be taken out alone without a trace in its
 * series: it goes with the rest, and the rest comes anew. */
static gboolean
put_series (Calendar *calendar, ICalComponent *item, GPtrArray *components, GError **problem)
{
  const char *uid = i_cal_component_get_uid (components->pdata[0]);
  GSList *objects = NULL;
  guint missing;

  (void)!e_cal_client_get_objects_for_uid_sync (calendar->client, uid, &objects, NULL, NULL);
  missing = count_missing (objects, components);
  if (objects != NULL && components->len == 1 && missing == 0) {
    g_slist_free_full (objects, g_object_unref);
    return put_alone (calendar, components->pdata[0], FALSE, problem);
  }
  g_slist_free_full (objects, g_object_unref);
  if (missing > 0 &&
      !e_cal_client_remove_object_sync (calendar->client, uid, NULL, E_CAL_OBJ_MOD_ALL,
                                        E_CAL_OPERATION_FLAG_DISABLE_ITIP_MESSAGE, NULL, problem))
    return FALSE;
  satchel_zones_describe (item); /* which is asked for here, whatever EDS knows */
  i_cal_component_set_method (item, I_CAL_METHOD_PUBLISH);
  return e_cal_client_receive_objects_sync (calendar->client, item, E_CAL_OPERATION_FLAG_DISABLE_ITIP_MESSAGE,
                                            NULL, problem);
}

static gboolean
put (SatchelShelf *shelf, GPtrArray *items, gboolean made, GError **error)
{
  Calendar *calendar = (Calendar *)shelf;
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  GSList *alone = NULL, *uids = NULL;
  GError *problem = NULL;
  gboolean done = TRUE;

  for (guint i = 0; done && i < items->len; i++) {
    g_autoptr (ICalComponent) item = satchel_calendar_parse (((SatchelShelfItem *)items->pdata[i])->text);
    GPtrArray *components = item != NULL ? satchel_calendar_list (item, calendar->kind) : NULL;

    if (components == NULL) {
      g_set_error_literal (&problem, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                           _ ("the calendar's item cannot be read"));
      done = FALSE;
      break;
    }
    g_ptr_array_add (kept, components);
    done = add_zones (calendar, item, components, &problem);
    if (done && made && components->len == 1)
      alone = g_slist_prepend (alone, components->pdata[0]);
    else if (done && components->len > 0)
      done = put_series (calendar, item, components, &problem);
  }
  if (done && alone != NULL)
    done = e_cal_client_create_objects_sync (
        calendar->client, alone, E_CAL_OPERATION_FLAG_DISABLE_ITIP_MESSAGE, &uids, NULL, &problem);
  g_slist_free (alone);
  g_slist_free_full (uids, g_free);
  if (!done)
    satchel_shelf_propagate (error, problem);
  return done;
}

static SatchelShelf *
beside (SatchelShelf *shelf, GPtrArray *items)
{
  return shelf;
}

static gboolean
remove_uids (SatchelShelf *shelf, GPtrArray *uids, GError **error)
{
  Calendar *calendar = (Calendar *)shelf;

  for (guint i = 0; i < uids->len; i++) {
    GError *problem = NULL;

    if (e_cal_client_remove_object_sync (calendar->client, uids->pdata[i], NULL, E_CAL_OBJ_MOD_ALL,
                                         E_CAL_OPERATION_FLAG_DISABLE_ITIP_MESSAGE, NULL, &problem) ||
        g_error_matches (problem, E_CAL_CLIENT_ERROR, E_CAL_CLIENT_ERROR_OBJECT_NOT_FOUND)) {
      g_clear_error (&problem);
      continue;
    }
    satchel_shelf_propagate (error, problem);
    return FALSE;
  }
  return TRUE;
}

/* ---- listening ---- */

static void
objects_cb (ECalClientView *view, const GSList *objects, gpointer data)
{
  Calendar *calendar = data;

  for (const GSList *link = objects; link != NULL; link = link->next)
    calendar->touched (i_cal_component_get_uid (link->data), calendar->data);
}

static void
removed_cb (ECalClientView *view, const GSList *ids, gpointer data)
{
  Calendar *calendar = data;

  for (const GSList *link = ids; link != NULL; link = link->next)
    calendar->touched (e_cal_component_id_get_uid (link->data), calendar->data);
}

static void
died_cb (EClient *client, gpointer data)
{
  Calendar *calendar = data;

  calendar->touched (NULL, calendar->data);
}

static gboolean
listen_to (SatchelShelf *shelf, void (*touched) (const char *uid, gpointer data), gpointer data,
           GError **error)
{
  GSList only_uid = { (gpointer) "UID", NULL };
  Calendar *calendar = (Calendar *)shelf;
  GError *problem = NULL;

  calendar->touched = touched;
  calendar->data = data;
  if (!e_cal_client_get_view_sync (calendar->client, "#t", &calendar->view, NULL, &problem)) {
    satchel_shelf_propagate (error, problem);
    return FALSE;
  }
  g_signal_connect (calendar->client, "backend-died", G_CALLBACK (died_cb), calendar);
  g_signal_connect (calendar->view, "objects-added", G_CALLBACK (objects_cb), calendar);
  g_signal_connect (calendar->view, "objects-modified", G_CALLBACK (objects_cb), calendar);
  g_signal_connect (calendar->view, "objects-removed", G_CALLBACK (removed_cb), calendar);
  e_cal_client_view_set_flags (calendar->view, E_CAL_CLIENT_VIEW_FLAGS_NONE, &problem);
  if (problem == NULL)
    e_cal_client_view_set_fields_of_interest (calendar->view, &only_uid, &problem);
  if (problem == NULL)
    e_cal_client_view_start (calendar->view, &problem);
  if (problem == NULL)
    return TRUE;
  satchel_shelf_propagate (error, problem);
  return FALSE;
}

static void
free_calendar (SatchelShelf *shelf)
{
  Calendar *calendar = (Calendar *)shelf;

  if (calendar->view != NULL) {
    g_signal_handlers_disconnect_by_data (calendar->view, calendar);
    g_object_unref (calendar->view);
  }
  g_signal_handlers_disconnect_by_data (calendar->client, calendar);
  g_object_unref (calendar->client);
  g_hash_table_unref (calendar->zones);
  g_free (calendar);
}

SatchelShelf *
satchel_shelf_calendar_new (ESource *source, const char *extension, GError **error)
{
  const gboolean tasks = g_str_equal (extension, E_SOURCE_EXTENSION_TASK_LIST);
  GError *problem = NULL;
  EClient *client = e_cal_client_connect_sync (
      source, tasks ? E_CAL_CLIENT_SOURCE_TYPE_TASKS : E_CAL_CLIENT_SOURCE_TYPE_EVENTS, (guint32)-1, NULL,
      &problem);
  Calendar *calendar;

  if (client == NULL) {
    satchel_shelf_propagate (error, problem);
    return NULL;
  }
  calendar = g_new0 (Calendar, 1);
  calendar->shelf = (SatchelShelf){ list, get, put, beside, remove_uids, listen_to, free_calendar };
  calendar->client = E_CAL_CLIENT (client);
  calendar->kind = tasks ? I_CAL_VTODO_COMPONENT : I_CAL_VEVENT_COMPONENT;
  calendar->zones = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return &calendar->shelf;
}
