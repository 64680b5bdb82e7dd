/* satchelctl outbox [--limit N] [--after ID | retry ID | discard ID | edit ID field=value…]: what waits, and
 * what was refused; the next page begins behind the last id of the one before.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/table.h"
#include "protocol/error.h"
#include "protocol/rules/actions.h"

#define SHOWN_STATES (1u << SATCHEL_SET_PENDING | 1u << SATCHEL_SET_SENT | 1u << SATCHEL_SET_PARKED)

/* ---- describing ---- */

static const char *
get_action (const SatchelChange *change)
{
  return change->kind == SATCHEL_CHANGE_ACTION ? change->action : satchel_change_kind_name (change->kind);
}

/* What the change writes, as in a record's JSON; an action's arguments as they are. */
static JsonObject *
describe_values (SatchelCli *cli, const SatchelChange *change)
{
  const SatchelEntity *entity = satchel_registry_find (cli->registry, change->entity);
  JsonObject *values = json_object_new ();

  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = g_ptr_array_index (change->edits, i);
    const SatchelField *field = NULL;
    g_autoptr (SatchelValue) value = NULL;

    if (entity != NULL && change->kind != SATCHEL_CHANGE_ACTION)
      field = satchel_entity_find_field (entity, edit->field);
    if (field != NULL && satchel_value_from_wire (field, edit->value, &value, NULL))
      json_object_set_member (values, edit->field, satchel_cli_value_to_json (cli, field, value));
    else
      json_object_set_member (values, edit->field, json_node_copy (edit->value));
  }
  return values;
}

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

static void
describe_change (SatchelCli *cli, const SatchelQueuedSet *queued, const SatchelChange *change,
                 JsonArray *array)
{
  const gboolean parked = queued->state == SATCHEL_SET_PARKED;
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", queued->set->uuid);
  json_object_set_int_member (object, "number", queued->set->number);
  json_object_set_string_member (object, "entity", change->entity);
  json_object_set_string_member (object, "record", change->record);
  json_object_set_string_member (object, "action", get_action (change));
  json_object_set_string_member (object, "state", satchel_set_state_name (queued->state));
  set_text (object, "code", parked ? satchel_error_name (queued->code) : NULL);
  set_text (object, "reason", parked ? queued->reason : NULL);
  set_text (object, "field", parked ? queued->field : NULL);
  json_object_set_object_member (object, "values", describe_values (cli, change));
  json_array_add_object_element (array, object);
}

/* ---- listing ---- */

static void
print_json (SatchelCli *cli, GPtrArray *sets)
{
  g_autoptr (JsonNode) node = json_node_alloc ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < sets->len; i++) {
    const SatchelQueuedSet *queued = g_ptr_array_index (sets, i);

    for (guint j = 0; j < queued->set->changes->len; j++)
      describe_change (cli, queued, g_ptr_array_index (queued->set->changes, j), array);
  }
  json_node_take_array (json_node_init (node, JSON_NODE_ARRAY), array);
  satchel_cli_print_json (cli, node);
}

/* "phone, city" */
static char *
list_fields (const SatchelChange *change)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < change->edits->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            ((SatchelEdit *)g_ptr_array_index (change->edits, i))->field);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_row (SatchelCli *cli, SatchelTable *table, const SatchelQueuedSet *queued, const SatchelChange *change)
{
  g_autofree char *title =
      satchel_replica_dup_name (change->entity, change->record, satchel_session_get_replica (cli->session));
  g_autofree char *shown =
      satchel_cli_display_text (title != NULL ? title : change->record, SATCHEL_CLI_ONE_LINE);
  g_autofree char *fields = list_fields (change);
  g_autofree char *reason =
      satchel_cli_display_text (queued->reason != NULL ? queued->reason : "", SATCHEL_CLI_ONE_LINE);
  const char *const cells[] = { satchel_set_state_name (queued->state),
                                get_action (change),
                                change->entity,
                                shown,
                                fields,
                                reason,
                                queued->set->uuid,
                                NULL };

  satchel_table_add (table, cells);
}

static void
print_text (SatchelCli *cli, GPtrArray *sets)
{
  static const char *const titles[] = { N_ ("State"),  N_ ("Action"), N_ ("Entity"), N_ ("Record"),
                                        N_ ("Fields"), N_ ("Reason"), N_ ("Id"),     NULL };
  SatchelTable *table;

  if (sets->len == 0) {
    satchel_cli_print (cli, _ ("Nothing waits.\n"));
    return;
  }
  table = satchel_table_new (titles);
  for (guint i = 0; i < sets->len; i++) {
    const SatchelQueuedSet *queued = g_ptr_array_index (sets, i);

    for (guint j = 0; j < queued->set->changes->len; j++)
      add_row (cli, table, queued, g_ptr_array_index (queued->set->changes, j));
  }
  satchel_table_finish (table);
}

static int
list_sets (SatchelCli *cli, const char *after, gint64 limit)
{
  SatchelOutbox *outbox = satchel_session_get_outbox (cli->session);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sets = after != NULL
                                   ? satchel_outbox_list_after (outbox, SHOWN_STATES, after, limit, &error)
                                   : satchel_outbox_list (outbox, SHOWN_STATES, limit, &error);

  if (sets == NULL)
    return satchel_cli_fail (cli, error);
  if (cli->json)
    print_json (cli, sets);
  else
    print_text (cli, sets);
  return SATCHEL_CLI_DONE;
}

/* ---- mending ---- */

/* Field → text, checked here so that a slip is told before anything moves; lookups by name become ids. */
static GHashTable *
read_values (SatchelCli *cli, const char *uuid, char **words, int *status)
{
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelQueuedSet) queued =
      satchel_outbox_find (satchel_session_get_outbox (cli->session), uuid, &error);
  g_autoptr (GPtrArray) values = NULL;
  const SatchelChange *change;
  const SatchelEntity *entity;

  if (queued == NULL) {
    *status = satchel_cli_fail (cli, error);
    return NULL;
  }
  change = g_ptr_array_index (queued->set->changes, 0);
  *status = SATCHEL_CLI_USAGE;
  if ((entity = satchel_cli_entity (cli, change->entity)) == NULL ||
      (values = satchel_cli_assignments (cli, entity, words, status)) == NULL)
    return NULL;
  for (guint i = 0; i < values->len; i++) {
    const SatchelFieldValue *value = g_ptr_array_index (values, i);

    g_hash_table_insert (texts, g_strdup (value->field->name),
                         satchel_value_to_text (value->field, value->value));
  }
  return g_steal_pointer (&texts);
}

static int
finish (SatchelCli *cli, const char *uuid, const char *what, gboolean done, const GError *error)
{
  JsonObject *object;

  if (!done)
    return satchel_cli_fail (cli, error);
  if (!cli->json) {
    satchel_cli_print (cli, "%s\n", what);
    return SATCHEL_CLI_DONE;
  }
  object = json_object_new ();
  json_object_set_string_member (object, "id", uuid);
  json_object_set_boolean_member (object, "done", TRUE);
  satchel_cli_print_object (cli, object);
  return SATCHEL_CLI_DONE;
}

static int
retry (SatchelCli *cli, char **words)
{
  g_autoptr (GError) error = NULL;
  gboolean done = satchel_outbox_retry (satchel_session_get_outbox (cli->session), words[0], &error);

  return finish (cli, words[0], _ ("Queued again; the next sync sends it."), done, error);
}

static int
discard (SatchelCli *cli, char **words)
{
  g_autoptr (GError) error = NULL;
  gboolean done = satchel_outbox_discard (satchel_session_get_outbox (cli->session), words[0], &error);

  return finish (cli, words[0], _ ("Discarded."), done, error);
}

static int
edit (SatchelCli *cli, char **words)
{
  g_autoptr (GError) error = NULL;
  int status;
  g_autoptr (GHashTable) texts = read_values (cli, words[0], words + 1, &status);
  gboolean done;

  if (texts == NULL)
    return status;
  done = satchel_outbox_edit (satchel_session_get_outbox (cli->session), words[0], texts, &error);
  return finish (cli, words[0], _ ("Changed and queued again; the next sync sends it."), done, error);
}

int
satchel_cli_outbox (SatchelCli *cli, int argc, char **argv)
{
  static const struct {
    const char *name;
    guint least, most; /* words after the name */
    int (*run) (SatchelCli *cli, char **words);
  } actions[] = {
    { "retry", 1, 1, retry },
    { "discard", 1, 1, discard },
    { "edit", 2, G_MAXUINT, edit },
  };
  const char *limit_text = NULL, *after = NULL;
  const SatchelCliOption known[] = { { "limit", NULL, &limit_text }, { "after", NULL, &after }, { 0 } };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 0, -1, &status);
  gint64 limit = -1;
  guint n_words;

  if (words == NULL)
    return status;
  n_words = g_strv_length (words);
  if (!satchel_cli_number (cli, "limit", limit_text, &limit))
    return SATCHEL_CLI_USAGE;
  if (n_words == 0)
    return list_sets (cli, after, limit);
  for (guint i = 0; i < G_N_ELEMENTS (actions) && limit_text == NULL && after == NULL; i++) {
    if (g_str_equal (words[0], actions[i].name) && n_words - 1 >= actions[i].least &&
        n_words - 1 <= actions[i].most)
      return actions[i].run (cli, words + 1);
  }
  return satchel_cli_misuse (cli, _ ("usage: satchelctl %s"), cli->usage);
}
