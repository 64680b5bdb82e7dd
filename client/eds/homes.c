/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/homes.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/eds/eds-shelf.h"
#include "client/eds/shown.h"
#include "client/eds/sources.h"
#include "client/exchange/calendar.h"
#include "client/exchange/zones.h"

typedef struct _Homes Homes;

typedef struct {
  Homes *homes;
  char *source; /* uid */
  SatchelShelf *shelf;
} Other;

struct _Homes {
  SatchelShelf shelf;
  const SatchelMirrorKind *kind;
  SatchelMirrorState *state;
  SatchelShown *shown;
  SatchelShelf *own;
  GPtrArray *others; /* Other* */
  void (*touched) (const char *uid, gpointer data);
  gpointer data;
};

/* ---- the category ---- */

/* Quickly, of many: it may be. */
static gboolean
is_marked (const char *text)
{
  return strstr (text, _ ("In CRM")) != NULL;
}

/* A line of its own, as in kind.c. Owned. */
static char *
mark (const char *text, gboolean tracked)
{
  const char *label = _ ("In CRM");
  g_autoptr (ICalComponent) calendar = satchel_calendar_parse (text);
  g_autoptr (GPtrArray) components =
      calendar != NULL
          ? satchel_calendar_list (calendar, strstr (text, "BEGIN:VTODO") != NULL ? I_CAL_VTODO_COMPONENT
                                                                                  : I_CAL_VEVENT_COMPONENT)
          : NULL;

  for (guint i = 0; components != NULL && i < components->len; i++) {
    ICalComponent *component = components->pdata[i];
    ICalProperty *found = i_cal_component_get_first_property (component, I_CAL_CATEGORIES_PROPERTY);

    while (found != NULL && g_strcmp0 (i_cal_property_get_categories (found), label) != 0) {
      g_object_unref (found);
      found = i_cal_component_get_next_property (component, I_CAL_CATEGORIES_PROPERTY);
    }
    if (found != NULL && !tracked)
      i_cal_component_remove_property (component, found);
    else if (found == NULL && tracked)
      i_cal_component_take_property (component, i_cal_property_new_categories (label));
    g_clear_object (&found);
  }
  return components != NULL ? i_cal_component_as_ical_string (calendar) : g_strdup (text);
}

/* What was moved or copied into ours brings the category along, which is no tag of the record's. */
static gboolean
get_own (Homes *homes, const char *uid, char **text, GError **error)
{
  g_autofree char *raw = NULL;

  if (!homes->own->get (homes->own, uid, &raw, error))
    return FALSE;
  *text = raw != NULL && is_marked (raw) ? mark (raw, FALSE) : g_steal_pointer (&raw);
  return TRUE;
}

static GHashTable *
list_own (Homes *homes, GError **error)
{
  GHashTable *items = homes->own->list (homes->own, error);
  GHashTableIter iter;
  gpointer text;

  if (items == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, items);
  while (g_hash_table_iter_next (&iter, NULL, &text)) {
    if (is_marked (text))
      g_hash_table_iter_replace (&iter, mark (text, FALSE));
  }
  return items;
}

/* ---- who lives where ---- */

/* In place of a source: it was put into ours while it was at home elsewhere. A copy of it there is hers. */
#define MOVED_HERE "-"

static gboolean
is_here (const char *source)
{
  return source == NULL || g_str_equal (source, MOVED_HERE);
}

static char *
home_fact (Homes *homes, const char *uid)
{
  return g_strdup_printf ("home %s %s", homes->kind->entity, uid);
}

static gboolean
dup_home (Homes *homes, const char *uid, char **source, GError **error)
{
  g_autofree char *fact = home_fact (homes, uid);

  return satchel_mirror_state_dup_fact (homes->state, fact, source, error);
}

static gboolean
set_home (Homes *homes, const char *uid, const char *source, GError **error)
{
  g_autofree char *fact = home_fact (homes, uid), *now = NULL;

  if (!satchel_mirror_state_dup_fact (homes->state, fact, &now, error))
    return FALSE;
  return g_strcmp0 (now, source) == 0 || satchel_mirror_state_set_fact (homes->state, fact, source, error);
}

static Other *
find_other (Homes *homes, const char *source)
{
  for (guint i = 0; i < homes->others->len; i++) {
    Other *other = homes->others->pdata[i];

    if (g_str_equal (other->source, source))
      return other;
  }
  return NULL;
}

/* Uids of records that may live elsewhere: a set of char*. @uid NULL: of all. */
static GHashTable *
list_tracked (Homes *homes, const char *uid, GError **error)
{
  g_autoptr (GHashTable) uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) records = NULL;
  g_autofree char *where = NULL;

  if (uid != NULL && (strpbrk (uid, "\"\\\n\t") != NULL || strlen (uid) > 200))
    return g_steal_pointer (&uids);
  where = uid != NULL
              ? g_strdup_printf ("%s = \"%s\" and (%s)", homes->kind->uid_field, uid, homes->kind->wanted)
              : g_strdup_printf ("%s is not empty and (%s)", homes->kind->uid_field, homes->kind->wanted);
  records = satchel_shown_list (homes->shown, where, error);
  if (records == NULL)
    return NULL;
  for (guint i = 0; i < records->len; i++)
    g_hash_table_add (uids, g_strdup (satchel_value_get_string (
                                satchel_record_get_by_name (records->pdata[i], homes->kind->uid_field))));
  return g_steal_pointer (&uids);
}

/* An item that is met in another calendar for the first time says from now on that it is tracked; where that
 * cannot be written, it is tracked all the same. */
static gboolean
settle_in (Homes *homes, Other *other, const char *uid, const char *theirs, GError **error)
{
  g_autofree char *home = NULL, *marked = NULL;
  g_autoptr (GPtrArray) one = g_ptr_array_new ();
  SatchelShelfItem item = { (char *)uid, NULL };

  if (!dup_home (homes, uid, &home, error))
    return FALSE;
  if (g_strcmp0 (home, other->source) == 0)
    return TRUE;
  if (!is_marked (theirs)) {
    item.text = marked = mark (theirs, TRUE);
    g_ptr_array_add (one, &item);
    (void)!other->shelf->put (other->shelf, one, FALSE, NULL);
  }
  return set_home (homes, uid, other->source, error);
}

/* It stands in ours and in @other. Who puts it into ours while its home is there moves it, and will take it
 * away there next; else hers is met for the first time, and ours goes, before that is noted. */
static gboolean
meet_twice (Homes *homes, const char *uid, gboolean *moved, GError **error)
{
  g_autofree char *home = NULL;
  g_autoptr (GPtrArray) one = g_ptr_array_new ();

  if (!dup_home (homes, uid, &home, error))
    return FALSE;
  *moved = home != NULL;
  if (*moved)
    return set_home (homes, uid, MOVED_HERE, error);
  g_ptr_array_add (one, (gpointer)uid);
  return homes->own->remove (homes->own, one, error);
}

/* What was noted of an item whose home cannot be opened now; NULL: nothing. */
static gboolean
dup_noted (Homes *homes, const char *uid, char **text, GError **error)
{
  g_autoptr (SatchelMirrored) note = NULL, whole = NULL;

  *text = NULL;
  if (!satchel_mirror_state_find_uid (homes->state, homes->kind->entity, uid, &note, error))
    return FALSE;
  if (note == NULL)
    return TRUE;
  if (!satchel_mirror_state_find (homes->state, homes->kind->entity, note->record, &whole, error))
    return FALSE;
  if (whole != NULL && !whole->gone && *whole->text != '\0')
    *text = g_steal_pointer (&whole->text);
  return TRUE;
}

/* ---- reading ---- */

static gboolean
add_others (Homes *homes, Other *other, GHashTable *tracked, GHashTable *ours, GHashTable *items,
            GError **error)
{
  g_autoptr (GHashTable) theirs = other->shelf->list (other->shelf, error);
  GHashTableIter iter;
  gpointer uid, text;

  if (theirs == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, theirs);
  while (g_hash_table_iter_next (&iter, &uid, &text)) {
    gboolean moved = FALSE;

    if (!g_hash_table_contains (tracked, uid))
      continue;
    if (g_hash_table_contains (ours, uid) && !meet_twice (homes, uid, &moved, error))
      return FALSE;
    if (moved)
      continue;
    g_hash_table_replace (items, g_strdup (uid), mark (text, FALSE));
    if (!settle_in (homes, other, uid, text, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_closed (Homes *homes, GHashTable *tracked, GHashTable *items, GError **error)
{
  GHashTableIter iter;
  gpointer uid;

  g_hash_table_iter_init (&iter, tracked);
  while (g_hash_table_iter_next (&iter, &uid, NULL)) {
    g_autofree char *source = NULL, *text = NULL;

    if (g_hash_table_contains (items, uid))
      continue;
    if (!dup_home (homes, uid, &source, error))
      return FALSE;
    if (source == NULL)
      continue;
    if (is_here (source) || find_other (homes, source) != NULL) {
      if (!set_home (homes, uid, NULL, error))
        return FALSE;
      continue;
    }
    if (!dup_noted (homes, uid, &text, error))
      return FALSE;
    if (text != NULL)
      g_hash_table_insert (items, g_strdup (uid), g_steal_pointer (&text));
  }
  return TRUE;
}

/* Those of @uids that are among @items, before others' are: a set of char*. */
static GHashTable *
list_ours (GHashTable *uids, GHashTable *items)
{
  GHashTable *ours = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer uid;

  g_hash_table_iter_init (&iter, uids);
  while (g_hash_table_iter_next (&iter, &uid, NULL)) {
    if (g_hash_table_contains (items, uid))
      g_hash_table_add (ours, g_strdup (uid));
  }
  return ours;
}

static GHashTable *
list (SatchelShelf *shelf, GError **error)
{
  Homes *homes = (Homes *)shelf;
  g_autoptr (GHashTable) tracked = list_tracked (homes, NULL, error);
  g_autoptr (GHashTable) items = tracked != NULL ? list_own (homes, error) : NULL;
  g_autoptr (GHashTable) ours = items != NULL ? list_ours (tracked, items) : NULL;

  if (items == NULL)
    return NULL;
  for (guint i = 0; i < homes->others->len; i++) {
    if (!add_others (homes, homes->others->pdata[i], tracked, ours, items, error))
      return NULL;
  }
  if (!add_closed (homes, tracked, items, error))
    return NULL;
  return g_steal_pointer (&items);
}

static gboolean
get (SatchelShelf *shelf, const char *uid, char **text, GError **error)
{
  Homes *homes = (Homes *)shelf;
  g_autoptr (GHashTable) tracked = list_tracked (homes, uid, error);
  g_autofree char *source = NULL;

  *text = NULL;
  if (tracked == NULL || !dup_home (homes, uid, &source, error))
    return FALSE;
  for (guint i = 0; g_hash_table_size (tracked) > 0 && i < homes->others->len; i++) {
    Other *other = homes->others->pdata[i];
    g_autofree char *theirs = NULL, *ours = NULL;
    gboolean moved = FALSE;

    if (!other->shelf->get (other->shelf, uid, &theirs, error))
      return FALSE;
    if (theirs == NULL)
      continue;
    if (!get_own (homes, uid, &ours, error) || (ours != NULL && !meet_twice (homes, uid, &moved, error)))
      return FALSE;
    *text = moved ? g_steal_pointer (&ours) : mark (theirs, FALSE);
    return moved || settle_in (homes, other, uid, theirs, error);
  }
  if (g_hash_table_size (tracked) > 0 && !is_here (source) && find_other (homes, source) == NULL)
    return dup_noted (homes, uid, text, error);
  return set_home (homes, uid, NULL, error) && get_own (homes, uid, text, error);
}

/* ---- writing ---- */

static gboolean
put_elsewhere (Homes *homes, const SatchelShelfItem *item, const char *source, GError **error)
{
  Other *other = find_other (homes, source);
  SatchelShelfItem marked = { item->uid, NULL };
  g_autoptr (GPtrArray) one = g_ptr_array_new ();
  g_autofree char *text = NULL;

  if (other == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_BUSY, "its calendar cannot be opened now");
    return FALSE;
  }
  marked.text = text = mark (item->text, TRUE);
  g_ptr_array_add (one, &marked);
  return other->shelf->put (other->shelf, one, FALSE, error);
}

static gboolean
put (SatchelShelf *shelf, GPtrArray *items, gboolean made, GError **error)
{
  Homes *homes = (Homes *)shelf;
  g_autoptr (GPtrArray) ours = g_ptr_array_new ();

  for (guint i = 0; i < items->len; i++) {
    const SatchelShelfItem *item = items->pdata[i];
    g_autofree char *source = NULL;

    if (!dup_home (homes, item->uid, &source, error))
      return FALSE;
    if (is_here (source))
      g_ptr_array_add (ours, items->pdata[i]);
    else if (!put_elsewhere (homes, item, source, error))
      return FALSE;
  }
  return ours->len == 0 || homes->own->put (homes->own, ours, made, error);
}

/* Where items live is asked of the state, which is not shared with another thread. */
static SatchelShelf *
beside (SatchelShelf *shelf, GPtrArray *items)
{
  Homes *homes = (Homes *)shelf;

  for (guint i = 0; i < items->len; i++) {
    g_autofree char *source = NULL;

    if (!dup_home (homes, ((SatchelShelfItem *)items->pdata[i])->uid, &source, NULL) || !is_here (source))
      return NULL;
  }
  return homes->own->beside (homes->own, items);
}

/* What is hers stays; it is tracked no longer. */
static gboolean
remove_uids (SatchelShelf *shelf, GPtrArray *uids, GError **error)
{
  Homes *homes = (Homes *)shelf;

  for (guint i = 0; i < uids->len; i++) {
    if (!set_home (homes, uids->pdata[i], NULL, error))
      return FALSE;
  }
  return homes->own->remove (homes->own, uids, error);
}

/* ---- listening ---- */

/* Of the many items of her calendars, those that are ours are told of. */
static void
touched_cb (const char *uid, gpointer data)
{
  const Other *other = data;
  Homes *homes = other->homes;
  g_autoptr (GHashTable) tracked = uid != NULL ? list_tracked (homes, uid, NULL) : NULL;
  g_autofree char *source = NULL;

  if (uid == NULL || tracked == NULL || g_hash_table_size (tracked) > 0 ||
      !dup_home (homes, uid, &source, NULL) || source != NULL)
    homes->touched (uid, homes->data);
}

static gboolean
listen_to (SatchelShelf *shelf, void (*touched) (const char *uid, gpointer data), gpointer data,
           GError **error)
{
  Homes *homes = (Homes *)shelf;

  homes->touched = touched;
  homes->data = data;
  for (guint i = homes->others->len; i > 0; i--) {
    Other *other = homes->others->pdata[i - 1];

    if (!other->shelf->listen (other->shelf, touched_cb, other, NULL))
      g_ptr_array_remove_index (homes->others, i - 1);
  }
  return homes->own->listen (homes->own, touched, data, error);
}

/* ---- the door ---- */

static void
other_free (gpointer data)
{
  Other *other = data;

  satchel_shelf_free (other->shelf);
  g_free (other->source);
  g_free (other);
}

static void
free_homes (SatchelShelf *shelf)
{
  Homes *homes = (Homes *)shelf;

  g_ptr_array_unref (homes->others);
  satchel_shelf_free (homes->own);
  satchel_shown_free (homes->shown);
  g_free (homes);
}

static const char *
extension_of (const SatchelMirrorKind *kind)
{
  return kind == &satchel_mirror_kinds[SATCHEL_MIRROR_TASKS] ? E_SOURCE_EXTENSION_TASK_LIST
                                                             : E_SOURCE_EXTENSION_CALENDAR;
}

/* Birthdays, weather and calendars of the web are read only. */
gboolean
satchel_homes_may_be (ESource *source)
{
  static const char *const read_only[] = { "contacts", "weather", "webcal", NULL };
  const char *extension =
      e_source_has_extension (source, E_SOURCE_EXTENSION_CALENDAR)    ? E_SOURCE_EXTENSION_CALENDAR
      : e_source_has_extension (source, E_SOURCE_EXTENSION_TASK_LIST) ? E_SOURCE_EXTENSION_TASK_LIST
                                                                      : NULL;
  const char *backend = extension != NULL
                            ? e_source_backend_get_backend_name (e_source_get_extension (source, extension))
                            : NULL;

  return backend != NULL && !g_strv_contains (read_only, backend) && !satchel_source_is_ours (source);
}

/* One that cannot be opened is closed for now. */
static void
open_others (Homes *homes, ESourceRegistry *registry)
{
  const char *extension = extension_of (homes->kind);
  GList *sources = e_source_registry_list_enabled (registry, extension);

  for (GList *link = sources; link != NULL; link = link->next) {
    SatchelShelf *shelf =
        satchel_homes_may_be (link->data) ? satchel_shelf_calendar_new (link->data, extension, NULL) : NULL;
    Other *other;

    if (shelf == NULL)
      continue;
    other = g_new0 (Other, 1);
    other->homes = homes;
    other->source = e_source_dup_uid (link->data);
    other->shelf = shelf;
    g_ptr_array_add (homes->others, other);
  }
  g_list_free_full (sources, g_object_unref);
}

/* What lived in a calendar that is no more is written anew, into ours. */
static gboolean
forget_homeless (Homes *homes, ESourceRegistry *registry, GError **error)
{
  g_autoptr (GPtrArray) notes = satchel_mirror_state_list (homes->state, homes->kind->entity, error);

  for (guint i = 0; notes != NULL && i < notes->len; i++) {
    const SatchelMirrored *note = notes->pdata[i];
    g_autofree char *uid = NULL;
    g_autoptr (ESource) source = NULL;

    if (!dup_home (homes, note->uid, &uid, error))
      return FALSE;
    if (is_here (uid) || (source = e_source_registry_ref_source (registry, uid)) != NULL)
      continue;
    if (!set_home (homes, note->uid, NULL, error) ||
        !satchel_mirror_state_forget (homes->state, homes->kind->entity, note->record, error))
      return FALSE;
  }
  return notes != NULL;
}

SatchelShelf *
satchel_homes_new (const SatchelMirrorKind *kind, SatchelSession *session, SatchelMirrorState *state,
                   ESourceRegistry *registry, SatchelShelf *own, GError **error)
{
  Homes *homes = g_new0 (Homes, 1);

  homes->shelf = (SatchelShelf){ list, get, put, beside, remove_uids, listen_to, free_homes };
  homes->kind = kind;
  homes->state = state;
  homes->shown = satchel_shown_new (kind, session);
  homes->own = own;
  homes->others = g_ptr_array_new_with_free_func (other_free);
  if (!forget_homeless (homes, registry, error)) {
    free_homes (&homes->shelf);
    return NULL;
  }
  open_others (homes, registry);
  return &homes->shelf;
}
