/* satchelctl mirror on|off|status|sources
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/mirror.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "client/agent/names.h"
#include "client/agent/start.h"
#include "client/cli/commands.h"
#include "client/cli/table.h"
#include "client/eds/mirror.h"
#include "client/eds/sources.h"
#include "client/session-bus.h"

#define PATIENCE_MS     5000
#define ASK_AGAIN_MS    100
#define END_PATIENCE_US (15 * G_USEC_PER_SEC)

void
satchel_cli_mirror_clear (SatchelCliMirror *mirror)
{
  g_free (mirror->condition);
  g_free (mirror->reason);
  g_free (mirror->rescued);
}

/* ---- asking the agent ---- */

static gint64
get_number (GVariant *status, const char *name)
{
  gint64 number = 0;

  (void)!g_variant_lookup (status, name, "x", &number);
  return number;
}

void
satchel_cli_mirror_ask (SatchelCli *cli, SatchelCliMirror *mirror)
{
  g_autoptr (GDBusConnection) bus = satchel_session_bus_get (NULL);
  g_autoptr (GVariant) answer = NULL, status = NULL;

  mirror->on =
      g_strcmp0 (satchel_replica_peek_meta (satchel_session_get_replica (cli->session), SATCHEL_META_MIRROR),
                 "off") != 0;
  if (bus != NULL)
    answer = g_dbus_connection_call_sync (bus, SATCHEL_AGENT_BUS_NAME, SATCHEL_AGENT_OBJECT_PATH,
                                          "org.satchelcrm.Satchel.Agent1", "Status",
                                          g_variant_new ("(s)", cli->profile), G_VARIANT_TYPE ("(a{sv})"),
                                          G_DBUS_CALL_FLAGS_NO_AUTO_START, PATIENCE_MS, NULL, NULL);
  if (answer == NULL)
    return;
  g_variant_get (answer, "(@a{sv})", &status);
  (void)!g_variant_lookup (status, "mirror", "s", &mirror->condition);
  (void)!g_variant_lookup (status, "mirror-reason", "s", &mirror->reason);
  (void)!g_variant_lookup (status, "mirror-private", "s", &mirror->rescued);
  mirror->contacts = get_number (status, "mirror-contacts");
  mirror->appointments = get_number (status, "mirror-appointments");
  mirror->tasks = get_number (status, "mirror-tasks");
  mirror->written_there = get_number (status, "mirror-written-there");
  mirror->written_here = get_number (status, "mirror-written-here");
}

static gboolean
is (const SatchelCliMirror *mirror, SatchelMirrorCondition condition)
{
  return g_strcmp0 (mirror->condition, satchel_mirror_condition_name (condition)) == 0;
}

char *
satchel_cli_mirror_describe (const SatchelCliMirror *mirror)
{
  g_autofree char *text = NULL;

  if (!mirror->on)
    return g_strdup (_ ("switched off"));
  if (mirror->condition == NULL)
    return g_strdup (_ ("switched on; the agent does it, and does not run"));
  if (is (mirror, SATCHEL_MIRROR_RUNNING)) {
    text = g_strdup_printf (_ ("%" PRId64 " contacts, %" PRId64 " appointments, %" PRId64
                               " tasks are in the address book and the calendar"),
                            mirror->contacts, mirror->appointments, mirror->tasks);
    return mirror->reason != NULL ? g_strdup_printf ("%s; %s", text, mirror->reason)
                                  : g_steal_pointer (&text);
  }
  if (is (mirror, SATCHEL_MIRROR_UNAVAILABLE))
    return g_strdup (_ ("there is no evolution-data-server on this computer"));
  if (is (mirror, SATCHEL_MIRROR_SIGNED_OUT))
    return g_strdup (_ ("nobody is signed in, or nothing was received yet"));
  if (mirror->reason != NULL)
    return g_strdup (mirror->reason);
  return g_strdup (_ ("it begins"));
}

/* ---- the words ---- */

static int
tell_status (SatchelCli *cli)
{
  g_auto (SatchelCliMirror) mirror = { 0 };
  g_autofree char *text = NULL;
  JsonObject *object;

  satchel_cli_mirror_ask (cli, &mirror);
  text = satchel_cli_mirror_describe (&mirror);
  if (!cli->json) {
    satchel_cli_print (cli, "%s\n", text);
    if (mirror.rescued != NULL)
      satchel_cli_print (cli, "%s\n", mirror.rescued);
    return SATCHEL_CLI_DONE;
  }
  object = json_object_new ();
  json_object_set_boolean_member (object, "on", mirror.on);
  if (mirror.condition != NULL)
    json_object_set_string_member (object, "state", mirror.condition);
  else
    json_object_set_null_member (object, "state");
  json_object_set_string_member (object, "message", text);
  if (mirror.rescued != NULL)
    json_object_set_string_member (object, "private", mirror.rescued);
  json_object_set_int_member (object, "contacts", mirror.contacts);
  json_object_set_int_member (object, "appointments", mirror.appointments);
  json_object_set_int_member (object, "tasks", mirror.tasks);
  json_object_set_int_member (object, "written_there", mirror.written_there);
  json_object_set_int_member (object, "written_here", mirror.written_here);
  satchel_cli_print_object (cli, object);
  return SATCHEL_CLI_DONE;
}

static gboolean
ask_again_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Until the sources are gone, or it cannot be: what stood in them and nowhere else is told of. At once where
 * no agent runs. */
static gboolean
await_end (SatchelCli *cli, SatchelCliMirror *mirror)
{
  const gint64 until_us = g_get_monotonic_time () + END_PATIENCE_US;
  const guint clock = g_timeout_add (ASK_AGAIN_MS, ask_again_cb, NULL);
  gboolean ended;

  for (;;) {
    satchel_cli_mirror_clear (mirror);
    *mirror = (SatchelCliMirror){ 0 };
    satchel_cli_mirror_ask (cli, mirror);
    ended = is (mirror, SATCHEL_MIRROR_OFF) || is (mirror, SATCHEL_MIRROR_UNAVAILABLE);
    if (ended || mirror->condition == NULL || g_get_monotonic_time () >= until_us)
      break;
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (clock);
  return ended;
}

static int
switch_mirror (SatchelCli *cli, gboolean on)
{
  g_autoptr (GError) error = NULL;
  g_auto (SatchelCliMirror) mirror = { 0 };
  gboolean agent, ended = FALSE;

  if (!satchel_replica_set_meta (satchel_session_get_replica (cli->session), SATCHEL_META_MIRROR,
                                 on ? NULL : "off", &error))
    return satchel_cli_fail (cli, error);
  agent = satchel_agent_start (NULL, NULL);
  if (!on) {
    ended = await_end (cli, &mirror);
    agent |= mirror.condition != NULL;
  }
  if (cli->json) {
    JsonObject *object = json_object_new ();

    json_object_set_boolean_member (object, "on", on);
    json_object_set_boolean_member (object, "agent", agent);
    if (mirror.rescued != NULL)
      json_object_set_string_member (object, "private", mirror.rescued);
    satchel_cli_print_object (cli, object);
    return SATCHEL_CLI_DONE;
  }
  satchel_cli_print (
      cli, on ? _ ("Your contacts, appointments and tasks are shown in the address book and the calendar.\n")
              : _ ("Address book and calendar of this profile are removed, with what they hold.\n"));
  if (mirror.rescued != NULL)
    satchel_cli_print (cli, "%s\n", mirror.rescued);
  if (!agent)
    satchel_cli_note (cli, _ ("The agent does it, as soon as it runs."));
  else if (!on && !ended)
    satchel_cli_note (cli, _ ("The agent is still at it: satchelctl mirror status."));
  return SATCHEL_CLI_DONE;
}

static int
list_sources (SatchelCli *cli)
{
  static const char *const titles[] = { N_ ("Kind"), N_ ("Name"), N_ ("Account"), N_ ("Id"), NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sources = satchel_sources_list_foreign (&error);
  g_autoptr (JsonNode) node = json_node_alloc ();
  JsonArray *array;
  SatchelTable *table;

  if (sources == NULL)
    return satchel_cli_fail (cli, error);
  if (!cli->json) {
    table = satchel_table_new (titles);
    for (guint i = 0; i < sources->len; i++) {
      const SatchelForeignSource *source = sources->pdata[i];
      const SatchelEntity *entity = satchel_registry_find (cli->registry, source->entity);
      g_autofree char *name = satchel_cli_display_text (source->name, SATCHEL_CLI_ONE_LINE);
      g_autofree char *group =
          satchel_cli_display_text (source->group != NULL ? source->group : "", SATCHEL_CLI_ONE_LINE);
      g_autofree char *uid = satchel_cli_display_text (source->uid, SATCHEL_CLI_ONE_LINE);
      const char *const cells[] = { _ (entity->plural), name, group, uid, NULL };

      satchel_table_add (table, cells);
    }
    satchel_table_finish (table);
    return SATCHEL_CLI_DONE;
  }
  array = json_array_new ();
  for (guint i = 0; i < sources->len; i++) {
    const SatchelForeignSource *source = sources->pdata[i];
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "id", source->uid);
    json_object_set_string_member (object, "name", source->name);
    json_object_set_string_member (object, "entity", source->entity);
    json_array_add_object_element (array, object);
  }
  json_node_take_array (json_node_init (node, JSON_NODE_ARRAY), array);
  satchel_cli_print_json (cli, node);
  return SATCHEL_CLI_DONE;
}

int
satchel_cli_mirror (SatchelCli *cli, int argc, char **argv)
{
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 1, 1, &status);

  if (words == NULL)
    return status;
  if (g_str_equal (words[0], "on") || g_str_equal (words[0], "off"))
    return switch_mirror (cli, g_str_equal (words[0], "on"));
  if (g_str_equal (words[0], "status"))
    return tell_status (cli);
  if (g_str_equal (words[0], "sources"))
    return list_sources (cli);
  return satchel_cli_misuse (cli, _ ("usage: satchelctl %s"), cli->usage);
}
