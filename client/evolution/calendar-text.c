/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/calendar-text.h"

#include <gtk/gtk.h>
#include <libedataserver/libedataserver.h>
#include <string.h>

#include "client/evolution/cleanups.h"
#include "client/evolution/words.h"

#define OWN_SOURCES "satchel" /* how the UIDs of the mirror's sources begin */

typedef struct {
  ECalClient *client;
  char *uid;
  gboolean tracked;
} Wanted;

static void
free_wanted (gpointer data)
{
  Wanted *wanted = data;

  g_object_unref (wanted->client);
  g_free (wanted->uid);
  g_free (wanted);
}

static GTask *
make_task (ECalClient *client, const char *uid, gboolean tracked, GAsyncReadyCallback done, gpointer data)
{
  GTask *task = g_task_new (NULL, NULL, done, data);
  Wanted *wanted = g_new (Wanted, 1);

  *wanted = (Wanted){ .client = g_object_ref (client), .uid = g_strdup (uid), .tracked = tracked };
  g_task_set_task_data (task, wanted, free_wanted);
  return task;
}

/* ---- text ---- */

typedef struct {
  ECalClient *client;
  ICalComponent *calendar;
  GHashTable *added; /* TZID */
} Zones;

static void
add_zone_cb (ICalParameter *parameter, gpointer data)
{
  Zones *zones = data;
  const char *id = i_cal_parameter_get_tzid (parameter);
  g_autoptr (ICalComponent) component = NULL;
  ICalTimezone *zone = NULL; /* the client's */

  if (id == NULL || !g_hash_table_add (zones->added, g_strdup (id)) ||
      !e_cal_client_get_timezone_sync (zones->client, id, &zone, NULL, NULL) || zone == NULL)
    return;
  component = i_cal_timezone_get_component (zone);
  if (component != NULL)
    i_cal_component_take_component (zones->calendar, i_cal_component_clone (component));
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Wanted *wanted = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ICalComponent) calendar = e_cal_util_new_top_level ();
  g_autoptr (GHashTable) added = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Zones zones = { .client = wanted->client, .calendar = calendar, .added = added };
  GSList *instances = NULL;

  if (!e_cal_client_get_objects_for_uid_sync (wanted->client, wanted->uid, &instances, cancellable, &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  for (GSList *one = instances; one != NULL; one = one->next) {
    ICalComponent *component = e_cal_component_get_icalcomponent (one->data);

    i_cal_component_foreach_tzid (component, add_zone_cb, &zones);
    i_cal_component_take_component (calendar, i_cal_component_clone (component));
  }
  g_slist_free_full (instances, g_object_unref);
  g_task_return_pointer (task, i_cal_component_as_ical_string (calendar), g_free);
}

void
satchel_calendar_read (ECalClient *client, const char *uid, GAsyncReadyCallback done, gpointer data)
{
  g_autoptr (GTask) task = make_task (client, uid, FALSE, done, data);

  g_task_run_in_thread (task, read_in_thread);
}

char *
satchel_calendar_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- category ---- */

/* With a picture, which the views of days show beside the item. */
void
satchel_calendar_prepare (void)
{
  const char *names[] = { "org.satchelcrm.Satchel", "emblem-shared", NULL };
  g_autoptr (GtkIconInfo) icon = NULL;

  if (e_categories_exist (_ ("In CRM")))
    return; /* hers, with whatever picture she gave it */
  icon = gtk_icon_theme_choose_icon (gtk_icon_theme_get_default (), names, 16, 0);
  e_categories_add (_ ("In CRM"), NULL, icon != NULL ? gtk_icon_info_get_filename (icon) : NULL, TRUE);
}

/* Whether it had to be changed. */
static gboolean
set_category (ECalComponent *component, const char *category, gboolean wanted)
{
  GSList *categories = e_cal_component_get_categories_list (component), *found = NULL;

  for (GSList *one = categories; one != NULL && found == NULL; one = one->next)
    if (strcmp (one->data, category) == 0)
      found = one;
  if ((found != NULL) == wanted) {
    g_slist_free_full (categories, g_free);
    return FALSE;
  }
  if (wanted) {
    categories = g_slist_append (categories, g_strdup (category));
  } else {
    g_free (found->data);
    categories = g_slist_delete_link (categories, found);
  }
  e_cal_component_set_categories_list (component, categories);
  g_slist_free_full (categories, g_free);
  return TRUE;
}

static void
mark_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Wanted *wanted = data;
  GSList *instances = NULL;
  g_autoptr (GError) error = NULL;

  if (e_cal_client_get_objects_for_uid_sync (wanted->client, wanted->uid, &instances, cancellable, &error) &&
      instances != NULL && set_category (instances->data, _ ("In CRM"), wanted->tracked) &&
      /* Nobody is written to for that. */
      !e_cal_client_modify_object_sync (wanted->client, e_cal_component_get_icalcomponent (instances->data),
                                        E_CAL_OBJ_MOD_ALL, E_CAL_OPERATION_FLAG_DISABLE_ITIP_MESSAGE,
                                        cancellable, &error))
    g_debug ("no category: %s", error->message); /* it is tracked all the same */
  g_slist_free_full (instances, g_object_unref);
  g_task_return_boolean (task, TRUE);
}

static gboolean
is_own (ESource *source)
{
  const char *parent = e_source_get_parent (source);

  return g_str_has_prefix (e_source_get_uid (source), OWN_SOURCES) ||
         (parent != NULL && g_str_has_prefix (parent, OWN_SOURCES));
}

void
satchel_calendar_mark (ECalClient *client, const char *uid, gboolean tracked)
{
  g_autoptr (GTask) task = NULL;

  if (e_client_is_readonly (E_CLIENT (client)) || is_own (e_client_get_source (E_CLIENT (client))))
    return;
  task = make_task (client, uid, tracked, NULL, NULL);
  g_task_run_in_thread (task, mark_in_thread);
}

/* ---- people ---- */

static void
add_person (GPtrArray *into, const char *address, ICalProperty *property)
{
  g_autoptr (ICalParameter) name = i_cal_property_get_first_parameter (property, I_CAL_CN_PARAMETER);
  g_autofree char *person = NULL;

  if (address == NULL)
    return;
  if (g_ascii_strncasecmp (address, "mailto:", 7) == 0)
    address += 7;
  person =
      name != NULL ? g_strdup_printf ("%s <%s>", i_cal_parameter_get_cn (name), address) : g_strdup (address);
  g_ptr_array_add (into, g_utf8_make_valid (person, -1));
}

GPtrArray *
satchel_calendar_list_people (ICalComponent *component)
{
  GPtrArray *people = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ICalProperty) organizer =
      i_cal_component_get_first_property (component, I_CAL_ORGANIZER_PROPERTY);
  ICalProperty *attendee = i_cal_component_get_first_property (component, I_CAL_ATTENDEE_PROPERTY);

  if (organizer != NULL)
    add_person (people, i_cal_property_get_organizer (organizer), organizer);
  while (attendee != NULL) {
    add_person (people, i_cal_property_get_attendee (attendee), attendee);
    g_object_unref (attendee);
    attendee = i_cal_component_get_next_property (component, I_CAL_ATTENDEE_PROPERTY);
  }
  return people;
}
