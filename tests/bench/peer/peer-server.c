/* The server side of our row in the table of sync engines: makes an organisation, loads the data set through
 * the server's own door, then runs the shipped satchel-server on it and says READY.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>

#include "protocol/record.h"
#include "protocol/wire/message.h"
#include "sync-server/admin/organisation.h"
#include "sync-server/admin/schema-input.h"
#include "sync-server/customising.h"
#include "sync-server/security/accounts.h"
#include "tests/bench/peer/peer.h"

static SatchelValue *
value_of (const SatchelField *field, JsonNode *node, GError **error)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return NULL;
  SatchelValue *value = NULL;
  g_autofree char *text = json_node_get_value_type (node) == G_TYPE_STRING
                              ? g_strdup (json_node_get_string (node))
                              : satchel_json_print (node);
  return satchel_value_from_text (field, text, &value, error) ? value : NULL;
}

static SatchelRecord *
record_of (const SatchelEntity *entity, JsonObject *object, GError **error)
{
  g_autoptr (SatchelRecord) record =
      satchel_record_new (entity, json_object_get_string_member (object, "id"));
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &node)) {
    const SatchelField *field =
        satchel_entity_find_field (entity, g_str_equal (name, "created_at") ? "created_iso" : name);
    if (field == NULL)
      continue; /* id */
    g_autoptr (GError) failure = NULL;
    g_autoptr (SatchelValue) value = value_of (field, node, &failure);
    if (failure != NULL) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
    satchel_record_set (record, field, value);
  }
  return g_steal_pointer (&record);
}

static gboolean
load_table (SatchelServer *server, const char *user, const char *table, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_server_get_registry (server), table);
  g_autofree char *name = g_strconcat (table, ".ndjson", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("BENCH_DATA"), name, NULL);
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (JsonParser) parser = json_parser_new ();
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
    if (!json_parser_load_from_data (parser, lines[i], -1, error))
      return FALSE;
    SatchelRecord *record = record_of (entity, json_node_get_object (json_parser_get_root (parser)), error);
    if (record == NULL)
      return FALSE;
    g_ptr_array_add (records, record);
  }
  return satchel_server_load (server, user, records, g_get_real_time () / 1000, error);
}

static gboolean
apply_definitions (SatchelServer *server, GError **error)
{
  static const char *const kinds[] = { "entities", "views" };
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_auto (SatchelSchemaInput) input = { 0 };
  gint64 version;
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint i = 0; i < G_N_ELEMENTS (peer_tables); i++)
      g_ptr_array_add (files, g_strdup_printf (PEER_METADATA "/%s/%s.xml", kinds[k], peer_tables[i]));
  g_ptr_array_add (files, NULL);
  return satchel_schema_input_read ((const char *const *)files->pdata, &input, error) &&
         satchel_server_customise (server, input.documents, input.n_documents, SATCHEL_CUSTOMISING_APPLY,
                                   &version, error);
}

/* The person carries all that there is, so that the first sync is a whole one. */
static gboolean
carry_all (SatchelServer *server, const char *user, GError **error)
{
  const SatchelEntity *entity =
      satchel_registry_find (satchel_server_get_registry (server), "offline_filter");
  g_autoptr (GPtrArray) filters = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autoptr (SatchelValue) owner = satchel_value_new_lookup ("user", user);
  g_autoptr (SatchelValue) related = satchel_value_new_boolean (FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (peer_tables); i++) {
    g_autofree char *id = satchel_id_new (satchel_clock_system ());
    SatchelRecord *filter = satchel_record_new (entity, id);
    g_autoptr (SatchelValue) table = satchel_value_new_string (peer_tables[i]);
    satchel_record_set_by_name (filter, "entity", table);
    satchel_record_set_by_name (filter, "related", related);
    satchel_record_set_by_name (filter, "owner", owner);
    g_ptr_array_add (filters, filter);
  }
  return satchel_server_load (server, user, filters, g_get_real_time () / 1000, error);
}

static gboolean
prepare (const char *dir, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };
  if (!satchel_server_create (dir, "Bench", satchel_registry_builtin (), satchel_clock_system (), error) ||
      !satchel_organisation_open (dir, &organisation, error) ||
      !apply_definitions (organisation.server, error))
    return FALSE;
  SatchelServer *server = organisation.server;
  const char *roles[] = { "system-administrator", NULL };
  SatchelNewUser person = { .login = PEER_LOGIN,
                            .password = PEER_PASSWORD,
                            .unit = satchel_server_get_root_unit (server),
                            .roles = roles };
  g_autofree char *user = satchel_accounts_add_user (server, NULL, &person, error);
  if (user == NULL || !carry_all (server, user, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (peer_tables); i++)
    if (!load_table (server, user, peer_tables[i], error))
      return FALSE;
  return TRUE;
}

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static gboolean
stop_cb (gpointer subprocess)
{
  g_subprocess_send_signal (subprocess, SIGTERM);
  return G_SOURCE_CONTINUE;
}

static gboolean
stdin_cb (GIOChannel *channel, GIOCondition condition, gpointer subprocess)
{
  g_subprocess_send_signal (subprocess, SIGTERM); /* the harness is gone */
  return G_SOURCE_REMOVE;
}

static gboolean
ready_cb (gpointer port_file)
{
  if (!g_file_test (port_file, G_FILE_TEST_EXISTS))
    return G_SOURCE_CONTINUE;
  puts ("READY");
  fflush (stdout);
  return G_SOURCE_REMOVE;
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer loop)
{
  g_main_loop_quit (loop);
}

static gboolean
serve (const char *dir, GError **error)
{
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%s", g_getenv ("BENCH_PORT"));
  g_autofree char *port_file = g_build_filename (dir, "port", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  g_autoptr (GSubprocess) server =
      g_subprocess_launcher_spawn (launcher, error, PEER_SATCHEL_SERVER, "serve", "--data", dir, "--listen",
                                   listen, "--port-file", port_file, NULL);
  if (server == NULL)
    return FALSE;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GIOChannel) in = g_io_channel_unix_new (0);
  g_io_add_watch (in, G_IO_HUP | G_IO_ERR, stdin_cb, server);
  g_unix_signal_add (SIGTERM, stop_cb, server);
  g_timeout_add (20, ready_cb, port_file);
  g_subprocess_wait_async (server, NULL, ended_cb, loop);
  g_main_loop_run (loop);
  return TRUE;
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_build_filename (g_getenv ("BENCH_DIR"), "data", NULL);
  if (prepare (dir, &error) && serve (dir, &error))
    return 0;
  g_printerr ("peer-server: %s\n", error->message);
  return 1;
}
