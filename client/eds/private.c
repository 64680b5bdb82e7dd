/* What cannot be read through EDS is read from its files, as far as they go.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/private.h"

#include <glib/gi18n.h>
#include <libecal/libecal.h>
#include <string.h>

#include "client/eds/eds-shelf.h"
#include "client/eds/essence.h"
#include "client/eds/kind.h"
#include "client/eds/sources.h"
#include "client/exchange/calendar.h"
#include "client/exchange/zones.h"
#include "protocol/error.h"
#include "protocol/sqlite/database.h"

static GHashTable *
new_items (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* ---- files of EDS ---- */

static char *
data_file (const char *profile, guint kind)
{
  g_autofree char *uid = satchel_source_uid (profile, kind);

  return g_build_filename (e_get_user_data_dir (), satchel_source_folder (kind), uid,
                           kind == SATCHEL_MIRROR_CONTACTS       ? "contacts.db"
                           : kind == SATCHEL_MIRROR_APPOINTMENTS ? "calendar.ics"
                                                                 : "tasks.ics",
                           NULL);
}

/* A book that cannot be read has none. */
static GHashTable *
read_cards (const char *path)
{
  g_autoptr (SatchelDatabase) database = satchel_database_open (path, SATCHEL_DATABASE_READ_ONLY, NULL);
  SatchelStatement *statement =
      database != NULL ? satchel_database_prepare (database, "SELECT uid, vcard FROM folder_id", NULL) : NULL;
  GHashTable *items = new_items ();
  gboolean more = statement != NULL;

  while (more && satchel_statement_step (statement, &more, NULL) && more) {
    const char *uid = satchel_statement_get_text (statement, 0),
               *card = satchel_statement_get_text (statement, 1);

    if (uid != NULL && card != NULL)
      g_hash_table_replace (items, g_strdup (uid), g_strdup (card));
  }
  if (statement != NULL)
    satchel_statement_reset (statement);
  return items;
}

/* Everything of one uid is one item, with all time zones. */
static GHashTable *
read_calendar (const char *path, guint kind)
{
  const ICalComponentKind of = kind == SATCHEL_MIRROR_TASKS ? I_CAL_VTODO_COMPONENT : I_CAL_VEVENT_COMPONENT;
  GHashTable *items = new_items ();
  g_autoptr (GHashTable) calendars = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_autofree char *text = NULL;
  g_autoptr (ICalComponent) file = NULL;
  g_autoptr (GPtrArray) components = NULL, zones = NULL;
  GHashTableIter iter;
  gpointer uid, calendar;

  if (g_file_get_contents (path, &text, NULL, NULL))
    file = i_cal_component_new_from_string (text);
  if (file == NULL)
    return items;
  components = satchel_calendar_list (file, of);
  zones = satchel_calendar_list (file, I_CAL_VTIMEZONE_COMPONENT);
  for (guint i = 0; i < components->len; i++) {
    const char *name = i_cal_component_get_uid (components->pdata[i]);
    ICalComponent *whole = name != NULL ? g_hash_table_lookup (calendars, name) : NULL;

    if (name == NULL)
      continue;
    if (whole == NULL) {
      whole = i_cal_component_new_vcalendar ();
      i_cal_component_take_property (whole, i_cal_property_new_version ("2.0"));
      for (guint j = 0; j < zones->len; j++)
        i_cal_component_take_component (whole, i_cal_component_clone (zones->pdata[j]));
      g_hash_table_insert (calendars, g_strdup (name), whole);
    }
    i_cal_component_take_component (whole, i_cal_component_clone (components->pdata[i]));
  }
  g_hash_table_iter_init (&iter, calendars);
  while (g_hash_table_iter_next (&iter, &uid, &calendar))
    g_hash_table_insert (items, g_strdup (uid), i_cal_component_as_ical_string (calendar));
  return items;
}

/* ---- which are hers ---- */

static SatchelShelf *
open_shelf (ESource *source, guint kind, GError **error)
{
  return kind == SATCHEL_MIRROR_CONTACTS
             ? satchel_shelf_book_new (source, error)
             : satchel_shelf_calendar_new (source,
                                           kind == SATCHEL_MIRROR_TASKS ? E_SOURCE_EXTENSION_TASK_LIST
                                                                        : E_SOURCE_EXTENSION_CALENDAR,
                                           error);
}

/* One that has died comes back; one that is damaged does not. */
static GHashTable *
list_all (ESourceRegistry *registry, const char *profile, guint kind, GError **error)
{
  g_autoptr (ESource) source = registry != NULL ? satchel_source_find (registry, profile, kind) : NULL;
  g_autofree char *path = data_file (profile, kind);
  g_autoptr (GError) problem = NULL;

  if (source != NULL) {
    g_autoptr (SatchelShelf) shelf = open_shelf (source, kind, &problem);
    GHashTable *items = shelf != NULL ? shelf->list (shelf, &problem) : NULL;

    if (items != NULL)
      return items;
    if (satchel_error_code (problem) == SATCHEL_ERROR_UNREACHABLE) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  }
  return kind == SATCHEL_MIRROR_CONTACTS ? read_cards (path) : read_calendar (path, kind);
}

/* As the mirror decides it: private here, and not because it is so in the CRM. */
static gboolean
is_hers (SatchelMirrorState *state, const SatchelMirrorKind *kind, const char *uid, const char *text,
         gboolean *hers, GError **error)
{
  g_autoptr (SatchelMirrored) named = NULL, note = NULL;
  g_autofree char *unmarked = NULL;

  *hers = FALSE;
  if (!kind->is_private (text))
    return TRUE;
  unmarked = kind->mark (text, FALSE);
  *hers = unmarked != NULL;
  if (*hers || state == NULL)
    return TRUE;
  if (!satchel_mirror_state_find_uid (state, kind->entity, uid, &named, error) ||
      (named != NULL && !satchel_mirror_state_find (state, kind->entity, named->record, &note, error)))
    return FALSE;
  *hers =
      note == NULL || (*note->text != '\0' && !kind->is_private (note->text) &&
                       (note->before == NULL || *note->before == '\0' || !kind->is_private (note->before)));
  return TRUE;
}

/* ---- where they go ---- */

static ESource *
ref_default (ESourceRegistry *registry, guint kind)
{
  return kind == SATCHEL_MIRROR_CONTACTS       ? e_source_registry_ref_default_address_book (registry)
         : kind == SATCHEL_MIRROR_APPOINTMENTS ? e_source_registry_ref_default_calendar (registry)
                                               : e_source_registry_ref_default_task_list (registry);
}

static ESource *
ref_system (ESourceRegistry *registry, guint kind)
{
  return kind == SATCHEL_MIRROR_CONTACTS       ? e_source_registry_ref_builtin_address_book (registry)
         : kind == SATCHEL_MIRROR_APPOINTMENTS ? e_source_registry_ref_builtin_calendar (registry)
                                               : e_source_registry_ref_builtin_task_list (registry);
}

/* Hers by default, then the one that every desktop has: SatchelShelf*, those that open. */
static GPtrArray *
open_own (ESourceRegistry *registry, guint kind)
{
  g_autoptr (ESource) own = ref_default (registry, kind), system = ref_system (registry, kind);
  ESource *const sources[] = { own, own != NULL && system != NULL && e_source_equal (own, system) ? NULL
                                                                                                  : system };
  GPtrArray *shelves = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_shelf_free);

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++) {
    SatchelShelf *shelf = sources[i] != NULL && !satchel_source_is_ours (sources[i])
                              ? open_shelf (sources[i], kind, NULL)
                              : NULL;

    if (shelf != NULL)
      g_ptr_array_add (shelves, shelf);
  }
  return shelves;
}

/* It may be there already: from the last time, which was cut. */
static gboolean
put_own (SatchelShelf *shelf, const char *uid, const char *text)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_shelf_item_free);
  SatchelShelfItem *item = g_new0 (SatchelShelfItem, 1);
  g_autofree char *there = NULL, *essence = satchel_essence (text), *found = NULL;

  *item = (SatchelShelfItem){ g_strdup (uid), g_strdup (text) };
  g_ptr_array_add (items, item);
  if (shelf->get (shelf, uid, &there, NULL) && there != NULL) {
    found = satchel_essence (there);
    return g_str_equal (found, essence);
  }
  return shelf->put (shelf, items, TRUE, NULL);
}

static gboolean
put_any (GPtrArray *shelves, const char *uid, const char *text)
{
  for (guint i = 0; shelves != NULL && i < shelves->len; i++) {
    if (put_own (shelves->pdata[i], uid, text))
      return TRUE;
  }
  return FALSE;
}

static char *
own_file (const char *directory, guint kind)
{
  return g_build_filename (
      directory, kind == SATCHEL_MIRROR_CONTACTS ? SATCHEL_PRIVATE_CARDS : SATCHEL_PRIVATE_CALENDAR, NULL);
}

static gboolean
put_file (const char *directory, guint kind, const char *text, GError **error)
{
  g_autofree char *path = own_file (directory, kind), *before = NULL, *whole = NULL;
  GError *problem = NULL;

  if (!g_file_get_contents (path, &before, NULL, &problem) &&
      !g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, problem->message);
    g_error_free (problem);
    return FALSE;
  }
  g_clear_error (&problem);
  if (before != NULL && strstr (before, text) != NULL)
    return TRUE;
  whole = g_strconcat (before != NULL ? before : "", text, g_str_has_suffix (text, "\n") ? "" : "\r\n", NULL);
  if (g_file_set_contents_full (path, whole, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                0600, &problem))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, problem->message);
  g_error_free (problem);
  return FALSE;
}

static gboolean
rescue_kind (ESourceRegistry *registry, const char *profile, guint number, SatchelMirrorState *state,
             const char *directory, SatchelPrivateItems *rescued, GError **error)
{
  const SatchelMirrorKind *kind = &satchel_mirror_kinds[number];
  g_autoptr (GHashTable) items = list_all (registry, profile, number, error);
  g_autoptr (GPtrArray) own = NULL;
  GHashTableIter iter;
  gpointer uid, text;

  if (items == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, items);
  while (g_hash_table_iter_next (&iter, &uid, &text)) {
    g_autofree char *unmarked = NULL;
    const char *plain;
    gboolean hers;

    if (!is_hers (state, kind, uid, text, &hers, error))
      return FALSE;
    if (!hers)
      continue;
    unmarked = kind->mark (text, FALSE);
    plain = unmarked != NULL ? unmarked : text;
    if (own == NULL && registry != NULL)
      own = open_own (registry, number);
    if (put_any (own, uid, plain)) {
      rescued->moved++;
      continue;
    }
    if (!put_file (directory, number, plain, error))
      return FALSE;
    rescued->filed++;
  }
  return TRUE;
}

gboolean
satchel_private_rescue (ESourceRegistry *registry, const char *profile, SatchelMirrorState *state,
                        const char *directory, SatchelPrivateItems *rescued, GError **error)
{
  *rescued = (SatchelPrivateItems){ 0 };
  for (guint kind = 0; kind < SATCHEL_MIRROR_N_KINDS; kind++) {
    if (!rescue_kind (registry, profile, kind, state, directory, rescued, error))
      return FALSE;
  }
  return TRUE;
}

char *
satchel_private_describe (const SatchelPrivateItems *rescued, const char *directory)
{
  g_autofree char *moved = NULL, *filed = NULL;

  if (rescued->moved > 0)
    moved = g_strdup_printf (
        ngettext ("%u private item is in your own calendar or address book now.",
                  "%u private items are in your own calendar, task list and address book now.",
                  rescued->moved),
        rescued->moved);
  if (rescued->filed > 0)
    filed = g_strdup_printf (ngettext ("%u private item is in a file now: %s (private-items.*).",
                                       "%u private items are in files now: %s (private-items.*).",
                                       rescued->filed),
                             rescued->filed, directory);
  if (moved != NULL && filed != NULL)
    return g_strconcat (moved, " ", filed, NULL);
  return moved != NULL ? g_steal_pointer (&moved) : g_steal_pointer (&filed);
}
