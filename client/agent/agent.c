/* Keepers on one side, the exported object on the other; what happens to the one is told by the other.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/agent.h"

#include <errno.h>

#include "client/agent/bus.h"
#include "client/agent/keeper.h"
#include "client/agent/mail/service.h"
#include "client/agent/names.h"
#include "client/agent/notify.h"
#include "client/agent/world.h"
#include "client/eds/mirrors.h"
#include "client/profile.h"
#include "client/satchel-agent-bus.h"
#include "protocol/error.h"

struct _SatchelAgent {
  char *data_dir;
  void (*refused) (gpointer data);
  gpointer data;
  GHashTable *keepers; /* profile → SatchelKeeper, owned */
  GFileMonitor *monitor;
  SatchelWorld *world;
  SatchelMirrors *mirrors;
  SatchelBusPlace *place;
  SatchelBusAgent1 *object;
  SatchelMailService *mail;
};

/* ---- telling ---- */

static GVariant *
moved_to_variant (const SatchelSyncTotals *moved)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sx}"));
  g_variant_builder_add (&builder, "{sx}", "pushed", moved->pushed);
  g_variant_builder_add (&builder, "{sx}", "pulled", moved->pulled);
  g_variant_builder_add (&builder, "{sx}", "removed", moved->removed);
  g_variant_builder_add (&builder, "{sx}", "conflicts", moved->conflicts);
  g_variant_builder_add (&builder, "{sx}", "parked", moved->parked);
  g_variant_builder_add (&builder, "{sx}", "healed", moved->healed);
  g_variant_builder_add (&builder, "{sx}", "files_sent", moved->files_sent);
  g_variant_builder_add (&builder, "{sx}", "files_fetched", moved->files_fetched);
  g_variant_builder_add (&builder, "{sx}", "bytes_in", moved->bytes_in);
  g_variant_builder_add (&builder, "{sx}", "bytes_out", moved->bytes_out);
  g_variant_builder_add (&builder, "{sx}", "image_here", moved->image_here);
  g_variant_builder_add (&builder, "{sx}", "image_bytes", moved->image_bytes);
  return g_variant_builder_end (&builder);
}

/* GDBus compares, and tells only what is new. */
static void
tell_profiles (SatchelAgent *agent)
{
  GVariantBuilder states, attention;
  GHashTableIter iter;
  gpointer value;

  g_variant_builder_init (&states, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_init (&attention, G_VARIANT_TYPE ("a{ss}"));
  g_hash_table_iter_init (&iter, agent->keepers);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const char *profile = satchel_keeper_get_profile (value), *reason = satchel_keeper_get_attention (value);

    g_variant_builder_add (&states, "{ss}", profile, satchel_keeper_get_state (value));
    if (reason != NULL)
      g_variant_builder_add (&attention, "{ss}", profile, reason);
  }
  satchel_bus_agent1_set_profiles (agent->object, g_variant_builder_end (&states));
  satchel_bus_agent1_set_attention (agent->object, g_variant_builder_end (&attention));
}

static void
state_cb (SatchelKeeper *keeper, gpointer data)
{
  tell_profiles (data);
}

static void
changed_cb (SatchelKeeper *keeper, GHashTable *records, gpointer data)
{
  SatchelAgent *agent = data;
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer entity, ids;

  satchel_mirrors_touch (agent->mirrors, satchel_keeper_get_profile (keeper), records);
  satchel_mail_service_tell_changed (agent->mail, satchel_keeper_get_profile (keeper), records);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sas}"));
  if (records != NULL) {
    g_hash_table_iter_init (&iter, records);
    while (g_hash_table_iter_next (&iter, &entity, &ids)) {
      GPtrArray *array = ids;

      g_variant_builder_add (&builder, "{s@as}", entity,
                             g_variant_new_strv ((const char *const *)array->pdata, array->len));
    }
  }
  satchel_bus_agent1_emit_changed (agent->object, satchel_keeper_get_profile (keeper),
                                   g_variant_builder_end (&builder));
}

static void
progress_cb (SatchelKeeper *keeper, gint64 waiting, const SatchelSyncTotals *moved, gpointer data)
{
  satchel_bus_agent1_emit_progress (((SatchelAgent *)data)->object, satchel_keeper_get_profile (keeper),
                                    satchel_keeper_get_state (keeper), waiting, moved_to_variant (moved));
}

static void
rested_cb (SatchelKeeper *keeper, const GError *error, const SatchelSyncTotals *moved, gpointer data)
{
  g_autoptr (GHashTable) nothing = g_hash_table_new (g_str_hash, g_str_equal);

  /* A first sync ends here: from now on there is something to mirror. */
  satchel_mirrors_touch (((SatchelAgent *)data)->mirrors, satchel_keeper_get_profile (keeper), nothing);
  satchel_bus_agent1_emit_rested (((SatchelAgent *)data)->object, satchel_keeper_get_profile (keeper),
                                  satchel_keeper_get_state (keeper),
                                  error != NULL ? satchel_error_name (satchel_error_code (error)) : "",
                                  error != NULL ? error->message : "", moved_to_variant (moved));
}

static void
attention_cb (SatchelKeeper *keeper, const char *code, const char *reason, gpointer data)
{
  SatchelAgent *agent = data;
  GDBusConnection *bus = agent->place != NULL ? satchel_bus_place_get_bus (agent->place) : NULL;

  if (g_str_equal (code, satchel_error_name (SATCHEL_ERROR_WIPED)))
    satchel_mail_service_let_go (agent->mail, satchel_keeper_get_profile (keeper));
  satchel_bus_agent1_emit_needs_attention (agent->object, satchel_keeper_get_profile (keeper), code, reason);
  if (bus != NULL)
    satchel_notify (bus, satchel_keeper_get_profile (keeper), code, reason);
}

/* ---- the mirrors ---- */

static void
undo_cb (const char *profile, gpointer data)
{
  satchel_mirrors_undo (((SatchelAgent *)data)->mirrors, profile);
}

/* What follows from what a person did in another program, and she does not see there. */
static void
mirror_notice_cb (const char *profile, SatchelMirrorNotice notice, guint count, const char *reason,
                  gpointer data)
{
  static const char *const codes[SATCHEL_MIRROR_N_NOTICES] = { [SATCHEL_MIRROR_DELETED] = "mirror-deleted",
                                                               [SATCHEL_MIRROR_KEPT] = "mirror-kept",
                                                               [SATCHEL_MIRROR_REFUSED] = "mirror-refused",
                                                               [SATCHEL_MIRROR_TOO_LATE] = "mirror-late",
                                                               [SATCHEL_MIRROR_LOST] = "mirror-lost",
                                                               [SATCHEL_MIRROR_RESCUED] = "mirror-private" };
  SatchelAgent *agent = data;
  GDBusConnection *bus = agent->place != NULL ? satchel_bus_place_get_bus (agent->place) : NULL;

  if (bus == NULL)
    return;
  if (notice == SATCHEL_MIRROR_DELETED)
    satchel_notify_undoable (bus, profile, codes[notice], reason, undo_cb, agent);
  else
    satchel_notify (bus, profile, codes[notice], reason);
}

static void
add_mirror_status (GVariantBuilder *builder, SatchelAgent *agent, const char *profile)
{
  SatchelMirrorStatus status;
  g_autofree char *reason = NULL, *rescued = NULL;

  if (!satchel_mirrors_get_status (agent->mirrors, profile, &status))
    return;
  reason = status.reason;
  rescued = status.rescued;
  g_variant_builder_add (builder, "{sv}", "mirror",
                         g_variant_new_string (satchel_mirror_condition_name (status.condition)));
  if (reason != NULL)
    g_variant_builder_add (builder, "{sv}", "mirror-reason", g_variant_new_string (reason));
  if (rescued != NULL)
    g_variant_builder_add (builder, "{sv}", "mirror-private", g_variant_new_string (rescued));
  g_variant_builder_add (builder, "{sv}", "mirror-contacts",
                         g_variant_new_int64 (status.items[SATCHEL_MIRROR_CONTACTS]));
  g_variant_builder_add (builder, "{sv}", "mirror-appointments",
                         g_variant_new_int64 (status.items[SATCHEL_MIRROR_APPOINTMENTS]));
  g_variant_builder_add (builder, "{sv}", "mirror-tasks",
                         g_variant_new_int64 (status.items[SATCHEL_MIRROR_TASKS]));
  g_variant_builder_add (builder, "{sv}", "mirror-written-there",
                         g_variant_new_int64 ((gint64)status.writes.there));
  g_variant_builder_add (builder, "{sv}", "mirror-written-here",
                         g_variant_new_int64 ((gint64)status.writes.here));
}

/* ---- profiles ---- */

static void
add_profile (SatchelAgent *agent, const char *profile)
{
  static const SatchelKeeperEvents events = { .state = state_cb,
                                              .changed = changed_cb,
                                              .progress = progress_cb,
                                              .rested = rested_cb,
                                              .attention = attention_cb };
  g_autofree char *folder = g_build_filename (agent->data_dir, profile, NULL);
  SatchelKeeper *keeper;

  if (!satchel_profile_name_is_valid (profile) || g_hash_table_contains (agent->keepers, profile) ||
      !g_file_test (folder, G_FILE_TEST_IS_DIR))
    return;
  keeper = satchel_keeper_new (agent->data_dir, profile, satchel_registry_builtin (), satchel_clock_system (),
                               &events, agent);
  g_hash_table_insert (agent->keepers, (gpointer)satchel_keeper_get_profile (keeper), keeper);
  satchel_mirrors_touch (agent->mirrors, profile, NULL);
}

static void
remove_profile (SatchelAgent *agent, const char *profile)
{
  if (!g_hash_table_remove (agent->keepers, profile))
    return;
  satchel_mirrors_erase (agent->mirrors, profile);
  satchel_mail_service_let_go (agent->mail, profile);
}

static void
folder_changed_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer data)
{
  SatchelAgent *agent = data;
  g_autofree char *profile = g_file_get_basename (file);

  if (event == G_FILE_MONITOR_EVENT_CREATED || event == G_FILE_MONITOR_EVENT_MOVED_IN)
    add_profile (agent, profile);
  else if (event == G_FILE_MONITOR_EVENT_DELETED || event == G_FILE_MONITOR_EVENT_MOVED_OUT)
    remove_profile (agent, profile);
  else
    return;
  tell_profiles (agent);
}

/* Watched before it is read, so that nothing comes between. */
static gboolean
find_profiles (SatchelAgent *agent, GError **error)
{
  g_autoptr (GFile) folder = g_file_new_for_path (agent->data_dir);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (g_mkdir_with_parents (agent->data_dir, 0700) < 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", agent->data_dir, g_strerror (errno));
    return FALSE;
  }
  agent->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, error);
  if (agent->monitor == NULL || (dir = g_dir_open (agent->data_dir, 0, error)) == NULL)
    return FALSE;
  g_signal_connect (agent->monitor, "changed", G_CALLBACK (folder_changed_cb), agent);
  while ((name = g_dir_read_name (dir)) != NULL)
    add_profile (agent, name);
  return TRUE;
}

static void
came_back_cb (gpointer data)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, ((SatchelAgent *)data)->keepers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    satchel_keeper_come_back (value);
}

/* ---- methods ---- */

/* NULL after the invocation was answered. A profile that was made this moment may not have been noticed yet.
 */
static SatchelKeeper *
find_keeper (SatchelAgent *agent, const char *profile, GDBusMethodInvocation *invocation)
{
  SatchelKeeper *keeper;

  add_profile (agent, profile);
  keeper = g_hash_table_lookup (agent->keepers, profile);
  if (keeper == NULL)
    g_dbus_method_invocation_return_error (invocation, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                                           "there is no such profile");
  return keeper;
}

static void
synced_cb (const GError *error, const SatchelSyncTotals *moved, gpointer data)
{
  GDBusMethodInvocation *invocation = data;

  if (error != NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@a{sx})", moved_to_variant (moved)));
}

static gboolean
sync_cb (SatchelBusAgent1 *object, GDBusMethodInvocation *invocation, const char *profile, gpointer data)
{
  SatchelKeeper *keeper = find_keeper (data, profile, invocation);

  if (keeper != NULL)
    satchel_keeper_sync (keeper, synced_cb, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
add_text (GVariantBuilder *builder, const char *name, const char *text)
{
  if (text != NULL)
    g_variant_builder_add (builder, "{sv}", name, g_variant_new_string (text));
}

static void
add_replica_status (GVariantBuilder *builder, SatchelSession *session)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  SatchelTally tally;

  add_text (builder, "user", satchel_session_get_user_name (session));
  add_text (builder, "url", satchel_session_get_url (session));
  g_variant_builder_add (builder, "{sv}", "online",
                         g_variant_new_boolean (!satchel_session_get_offline (session)));
  g_variant_builder_add (
      builder, "{sv}", "last-sync",
      g_variant_new_int64 (satchel_replica_peek_meta_integer (replica, "last_sync_ms", -1)));
  if (!satchel_session_count_waiting (session, &tally, NULL))
    return;
  g_variant_builder_add (builder, "{sv}", "pending", g_variant_new_int64 (tally.pending));
  g_variant_builder_add (builder, "{sv}", "parked", g_variant_new_int64 (tally.parked));
  g_variant_builder_add (builder, "{sv}", "conflicts", g_variant_new_int64 (tally.conflicts));
}

static gboolean
status_cb (SatchelBusAgent1 *object, GDBusMethodInvocation *invocation, const char *profile, gpointer data)
{
  SatchelKeeper *keeper = find_keeper (data, profile, invocation);
  const GError *problem;
  GVariantBuilder builder;

  if (keeper == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add_text (&builder, "state", satchel_keeper_get_state (keeper));
  g_variant_builder_add (&builder, "{sv}", "listening",
                         g_variant_new_boolean (satchel_keeper_is_listening (keeper)));
  problem = satchel_keeper_get_problem (keeper);
  if (problem != NULL) {
    add_text (&builder, "code", satchel_error_name (satchel_error_code (problem)));
    add_text (&builder, "reason", problem->message);
  }
  if (satchel_keeper_get_session (keeper) != NULL)
    add_replica_status (&builder, satchel_keeper_get_session (keeper));
  add_mirror_status (&builder, data, profile);
  satchel_bus_agent1_complete_status (object, invocation, g_variant_builder_end (&builder));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
set_offline_cb (SatchelBusAgent1 *object, GDBusMethodInvocation *invocation, const char *profile,
                gboolean offline, gpointer data)
{
  SatchelKeeper *keeper = find_keeper (data, profile, invocation);
  g_autoptr (GError) error = NULL;

  if (keeper == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  if (satchel_keeper_set_offline (keeper, offline, &error))
    satchel_bus_agent1_complete_set_offline (object, invocation);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- the bus ---- */

static void
connected_cb (GDBusConnection *bus, gpointer data)
{
  SatchelAgent *agent = data;
  g_autoptr (GError) error = NULL;

  /* Our own path on a new connection: nothing else can stand there. */
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (agent->object), bus,
                                         SATCHEL_AGENT_OBJECT_PATH, &error))
    g_error ("%s", error->message);
  satchel_mail_service_set_bus (agent->mail, bus);
}

static void
disconnected_cb (gpointer data)
{
  SatchelAgent *agent = data;
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (agent->object);

  satchel_mail_service_set_bus (agent->mail, NULL);
  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
}

static void
refused_cb (gpointer data)
{
  SatchelAgent *agent = data;

  agent->refused (agent->data);
}

/* ---- the door ---- */

SatchelAgent *
satchel_agent_new (const char *data_dir, void (*refused) (gpointer data), gpointer data, GError **error)
{
  static const SatchelBusEvents events = { connected_cb, disconnected_cb, refused_cb };
  g_autoptr (SatchelAgent) agent = g_new0 (SatchelAgent, 1);

  satchel_agent_register_errors ();
  agent->data_dir = g_strdup (data_dir);
  agent->refused = refused;
  agent->data = data;
  agent->keepers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)satchel_keeper_free);
  agent->object = satchel_bus_agent1_skeleton_new ();
  satchel_bus_agent1_set_version (agent->object, SATCHEL_VERSION);
  satchel_bus_agent1_set_data_directory (agent->object, data_dir);
  g_signal_connect (agent->object, "handle-sync", G_CALLBACK (sync_cb), agent);
  g_signal_connect (agent->object, "handle-status", G_CALLBACK (status_cb), agent);
  g_signal_connect (agent->object, "handle-set-offline", G_CALLBACK (set_offline_cb), agent);
  tell_profiles (agent);
  agent->mirrors = satchel_mirrors_new (data_dir, mirror_notice_cb, agent);
  agent->mail = satchel_mail_service_new (data_dir, satchel_registry_builtin (), satchel_clock_system ());
  if (!find_profiles (agent, error))
    return NULL;
  tell_profiles (agent);
  agent->world = satchel_world_new (came_back_cb, agent);
  agent->place = satchel_bus_place_new (SATCHEL_AGENT_BUS_NAME, &events, agent);
  return g_steal_pointer (&agent);
}

void
satchel_agent_free (SatchelAgent *agent)
{
  if (agent == NULL)
    return;
  satchel_world_free (agent->world);
  if (agent->monitor != NULL) {
    g_signal_handlers_disconnect_by_data (agent->monitor, agent);
    g_object_unref (agent->monitor);
  }
  /* Whoever waits for a sync is told that there will be none. */
  g_hash_table_unref (agent->keepers);
  g_clear_pointer (&agent->mirrors, satchel_mirrors_free);
  g_signal_handlers_disconnect_by_data (agent->object, agent);
  disconnected_cb (agent);
  satchel_mail_service_free (agent->mail);
  satchel_bus_place_free (agent->place);
  g_object_unref (agent->object);
  g_free (agent->data_dir);
  g_free (agent);
}
