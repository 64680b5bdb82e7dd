/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/sources.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <errno.h>
#include <string.h>

#include "client/eds/eds-shelf.h"
#include "client/session-bus.h"
#include "protocol/error.h"

#define BUS_NAMES   "org.gnome.evolution.dataserver.Sources"
#define GROUP       "satchel-group-"
#define PATIENCE_MS 10000     /* for a source to appear that was made */
#define COLOUR      "#c6e2b7" /* rows of tasks have it behind their words: light, as the mail program's own */

static const struct {
  const char *prefix;    /* of its uid */
  const char *extension; /* of its source */
  const char *folder;    /* of its data */
  const char *name;
} kinds[SATCHEL_MIRROR_N_KINDS] = {
  [SATCHEL_MIRROR_CONTACTS] = { "satchel-contacts-", E_SOURCE_EXTENSION_ADDRESS_BOOK, "addressbook",
                                N_ ("Satchel Contacts") },
  [SATCHEL_MIRROR_APPOINTMENTS] = { "satchel-appointments-", E_SOURCE_EXTENSION_CALENDAR, "calendar",
                                    N_ ("Satchel Calendar") },
  [SATCHEL_MIRROR_TASKS] = { "satchel-tasks-", E_SOURCE_EXTENSION_TASK_LIST, "tasks", N_ ("Satchel Tasks") },
};

/* ---- the registry ---- */

static gboolean
has_name (GDBusConnection *bus, const char *method)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, NULL,
      G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  g_autoptr (GVariantIter) names = NULL;
  const char *name;

  if (answer == NULL)
    return FALSE;
  g_variant_get (answer, "(as)", &names);
  while (g_variant_iter_next (names, "&s", &name)) {
    if (g_str_has_prefix (name, BUS_NAMES))
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_sources_is_available (void)
{
  g_autoptr (GDBusConnection) bus = satchel_session_bus_get (NULL);

  return bus != NULL && !g_dbus_connection_is_closed (bus) &&
         (has_name (bus, "ListActivatableNames") || has_name (bus, "ListNames"));
}

ESourceRegistry *
satchel_sources_connect (GError **error)
{
  GError *problem = NULL;
  ESourceRegistry *registry;

  if (!satchel_sources_is_available ()) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                         _ ("there is no evolution-data-server on this computer"));
    return NULL;
  }
  registry = e_source_registry_new_sync (NULL, &problem);
  if (registry == NULL)
    satchel_shelf_propagate (error, problem);
  return registry;
}

/* ---- our sources ---- */

char *
satchel_source_uid (const char *profile, guint kind)
{
  return g_strconcat (kinds[kind].prefix, profile, NULL);
}

const char *
satchel_source_name (guint kind)
{
  return _ (kinds[kind].name);
}

const char *
satchel_source_folder (guint kind)
{
  return kinds[kind].folder;
}

gboolean
satchel_source_is_ours (ESource *source)
{
  for (guint kind = 0; kind < SATCHEL_MIRROR_N_KINDS; kind++) {
    if (g_str_has_prefix (e_source_get_uid (source), kinds[kind].prefix))
      return TRUE;
  }
  return FALSE;
}

ESource *
satchel_source_find (ESourceRegistry *registry, const char *profile, guint kind)
{
  g_autofree char *uid = satchel_source_uid (profile, kind);

  return e_source_registry_ref_source (registry, uid);
}

static gboolean
patience_cb (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* The registry tells of it a moment later. */
static ESource *
wait_for (ESourceRegistry *registry, const char *uid, GError **error)
{
  GMainContext *context = g_main_context_get_thread_default ();
  g_autoptr (GSource) timer = g_timeout_source_new (PATIENCE_MS);
  gboolean over = FALSE;
  ESource *source;

  g_source_set_callback (timer, patience_cb, &over, NULL);
  g_source_attach (timer, context);
  while ((source = e_source_registry_ref_source (registry, uid)) == NULL && !over)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (timer);
  if (source == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE, "%s did not appear", uid);
  return source;
}

/* create_sources() and not commit_source(), which would ask a server for what belongs to a group. */
static ESource *
create (ESourceRegistry *registry, ESource *source, GError **error)
{
  GList list = { source, NULL, NULL };
  GError *problem = NULL;

  if (!e_source_registry_create_sources_sync (registry, &list, NULL, &problem) &&
      !g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_EXISTS)) {
    satchel_shelf_propagate (error, problem);
    return NULL;
  }
  g_clear_error (&problem);
  return wait_for (registry, e_source_get_uid (source), error);
}

static ESource *
make_group (ESourceRegistry *registry, const char *profile, GError **error)
{
  g_autofree char *uid = g_strconcat (GROUP, profile, NULL),
                  *name = g_strdup_printf ("Satchel (%s)", profile);
  g_autoptr (ESource) source = e_source_registry_ref_source (registry, uid);
  GError *problem = NULL;

  if (source != NULL)
    return g_steal_pointer (&source);
  source = e_source_new_with_uid (uid, NULL, &problem);
  if (source == NULL) {
    satchel_shelf_propagate (error, problem);
    return NULL;
  }
  e_source_set_display_name (source, name);
  return create (registry, source, error);
}

static void
describe (ESource *source, const char *profile, guint kind)
{
  gpointer backend = e_source_get_extension (source, kinds[kind].extension);
  g_autofree char *group = g_strconcat (GROUP, profile, NULL);

  e_source_set_parent (source, group);
  e_source_set_display_name (source, _ (kinds[kind].name));
  e_source_backend_set_backend_name (backend, "local");
  if (E_IS_SOURCE_SELECTABLE (backend)) {
    e_source_selectable_set_color (backend, COLOUR);
    e_source_selectable_set_selected (backend, TRUE);
  }
  if (kind == SATCHEL_MIRROR_CONTACTS) {
    e_source_autocomplete_set_include_me (e_source_get_extension (source, E_SOURCE_EXTENSION_AUTOCOMPLETE),
                                          TRUE);
    e_source_revision_guards_set_enabled (e_source_get_extension (source, E_SOURCE_EXTENSION_REVISION_GUARDS),
                                          TRUE);
  }
}

ESource *
satchel_source_make (ESourceRegistry *registry, const char *profile, guint kind, GError **error)
{
  g_autofree char *uid = satchel_source_uid (profile, kind);
  g_autoptr (ESource) group = make_group (registry, profile, error), source = NULL;
  GError *problem = NULL;

  if (group == NULL)
    return NULL;
  source = e_source_new_with_uid (uid, NULL, &problem);
  if (source == NULL) {
    satchel_shelf_propagate (error, problem);
    return NULL;
  }
  describe (source, profile, kind);
  return create (registry, source, error);
}

/* ---- leaving nothing ---- */

/* Links are removed, not followed. */
static gboolean
remove_all (const char *path)
{
  gboolean removed = TRUE;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR)) {
    g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
    const char *name;

    while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      removed &= remove_all (inner);
    }
  }
  return (g_remove (path) == 0 || errno == ENOENT) && removed;
}

static gboolean
remove_data (const char *uid, guint kind)
{
  const char *roots[] = { e_get_user_data_dir (), e_get_user_cache_dir () };
  gboolean removed = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (roots); i++) {
    g_autofree char *live = g_build_filename (roots[i], kinds[kind].folder, uid, NULL);
    g_autofree char *waste = g_build_filename (roots[i], kinds[kind].folder, "trash", uid, NULL);

    /* The waste-basket last: what is moved into it meanwhile is found there. */
    removed &= remove_all (live);
    removed &= remove_all (waste);
    removed &= remove_all (live);
  }
  return removed;
}

static gboolean
remove_source (ESourceRegistry *registry, const char *uid, GError **error)
{
  g_autofree char *file = g_strconcat (uid, ".source", NULL);
  g_autofree char *path = g_build_filename (e_get_user_config_dir (), "sources", file, NULL);
  g_autoptr (ESource) source = registry != NULL ? e_source_registry_ref_source (registry, uid) : NULL;
  GError *problem = NULL;

  if (source != NULL && !e_source_remove_sync (source, NULL, &problem)) {
    satchel_shelf_propagate (error, problem);
    return FALSE;
  }
  if (g_remove (path) != 0 && errno != ENOENT) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
    return FALSE;
  }
  return TRUE;
}

gboolean
satchel_sources_remove (ESourceRegistry *registry, const char *profile, GError **error)
{
  g_autofree char *group = g_strconcat (GROUP, profile, NULL);
  gboolean removed = TRUE;

  for (guint kind = 0; kind < SATCHEL_MIRROR_N_KINDS; kind++) {
    g_autofree char *uid = satchel_source_uid (profile, kind);

    removed &= remove_source (registry, uid, removed ? error : NULL);
    if (!remove_data (uid, kind)) {
      if (removed)
        g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, _ ("not all of %s could be removed"), uid);
      removed = FALSE;
    }
  }
  return remove_source (registry, group, removed ? error : NULL) && removed;
}

/* What EDS has moved away counts, too. */
static void
add_profiles (const char *folder, const char *prefix, const char *suffix, GHashTable *profiles)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    if (g_str_has_prefix (name, prefix) && g_str_has_suffix (name, suffix))
      g_hash_table_add (
          profiles, g_strndup (name + strlen (prefix), strlen (name) - strlen (prefix) - strlen (suffix)));
  }
}

GPtrArray *
satchel_sources_list_profiles (void)
{
  g_autoptr (GHashTable) profiles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *sources = g_build_filename (e_get_user_config_dir (), "sources", NULL);
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer profile;

  add_profiles (sources, GROUP, ".source", profiles);
  for (guint kind = 0; kind < SATCHEL_MIRROR_N_KINDS; kind++) {
    g_autofree char *live = g_build_filename (e_get_user_data_dir (), kinds[kind].folder, NULL);
    g_autofree char *waste = g_build_filename (live, "trash", NULL);

    add_profiles (sources, kinds[kind].prefix, ".source", profiles);
    add_profiles (live, kinds[kind].prefix, "", profiles);
    add_profiles (waste, kinds[kind].prefix, "", profiles);
  }
  g_hash_table_iter_init (&iter, profiles);
  while (g_hash_table_iter_next (&iter, &profile, NULL))
    g_ptr_array_add (list, g_strdup (profile));
  return list;
}

/* ---- others' sources ---- */

static void
foreign_free (SatchelForeignSource *foreign)
{
  g_free (foreign->uid);
  g_free (foreign->name);
  g_free (foreign->group);
  g_free (foreign);
}

GPtrArray *
satchel_sources_list_foreign (GError **error)
{
  g_autoptr (ESourceRegistry) registry = satchel_sources_connect (error);
  GPtrArray *foreign;

  if (registry == NULL)
    return NULL;
  foreign = g_ptr_array_new_with_free_func ((GDestroyNotify)foreign_free);
  for (guint kind = 0; kind < SATCHEL_MIRROR_N_KINDS; kind++) {
    GList *sources = e_source_registry_list_sources (registry, kinds[kind].extension);

    for (GList *link = sources; link != NULL; link = link->next) {
      g_autoptr (ESource) group = NULL;
      SatchelForeignSource *source;

      if (satchel_source_is_ours (link->data))
        continue;
      source = g_new0 (SatchelForeignSource, 1);
      source->uid = e_source_dup_uid (link->data);
      source->name = e_source_dup_display_name (link->data);
      source->entity = satchel_mirror_kinds[kind].entity;
      if (e_source_get_parent (link->data) != NULL)
        group = e_source_registry_ref_source (registry, e_source_get_parent (link->data));
      source->group = group != NULL ? e_source_dup_display_name (group) : NULL;
      g_ptr_array_add (foreign, source);
    }
    g_list_free_full (sources, g_object_unref);
  }
  return foreign;
}

/* The items as they are; each VCALENDAR loses its wrapping for a common one. */
static char *
join (GHashTable *items, gboolean calendar)
{
  static const char head[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", tail[] = "END:VCALENDAR\r\n";
  GString *text = g_string_new (calendar ? head : NULL);
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, items);
  while (g_hash_table_iter_next (&iter, NULL, &item)) {
    const gsize length = strlen (item);

    if (calendar)
      g_string_append_len (text, (char *)item + strlen (head),
                           (gssize)(length - strlen (head) - strlen (tail)));
    else
      g_string_append_printf (text, "%s\r\n", (char *)item);
  }
  if (calendar)
    g_string_append (text, tail);
  return g_string_free (text, FALSE);
}

char *
satchel_source_read (const char *uid, const char **entity, GError **error)
{
  g_autoptr (ESourceRegistry) registry = satchel_sources_connect (error);
  g_autoptr (ESource) source = registry != NULL ? e_source_registry_ref_source (registry, uid) : NULL;
  guint kind = 0;

  if (registry == NULL)
    return NULL;
  while (source != NULL && kind < SATCHEL_MIRROR_N_KINDS &&
         !e_source_has_extension (source, kinds[kind].extension))
    kind++;
  if (source == NULL || kind == SATCHEL_MIRROR_N_KINDS || satchel_source_is_ours (source)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                 _ ("there is no address book, calendar or task list “%s”: satchelctl mirror sources"), uid);
    return NULL;
  }
  *entity = satchel_mirror_kinds[kind].entity;
  {
    g_autoptr (SatchelShelf) shelf = kind == SATCHEL_MIRROR_CONTACTS
                                         ? satchel_shelf_book_new (source, error)
                                         : satchel_shelf_calendar_new (source, kinds[kind].extension, error);
    g_autoptr (GHashTable) items = shelf != NULL ? shelf->list (shelf, error) : NULL;

    return items != NULL ? join (items, kind != SATCHEL_MIRROR_CONTACTS) : NULL;
  }
}
