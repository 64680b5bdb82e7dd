/* satchelctl conflicts [--settled], resolve ID --mine|--theirs|--value V
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/dispute.h"
#include "client/cli/table.h"
#include "client/tally.h"
#include "protocol/error.h"
#include "protocol/wire/message.h"

/* ---- one conflict ---- */

static void
add_field (SatchelCli *cli, JsonObject *object, const char *name, const SatchelRecord *conflict)
{
  const SatchelField *field = satchel_entity_find_field (conflict->entity, name);

  json_object_set_member (object, name,
                          satchel_cli_value_to_json (cli, field, satchel_record_get (conflict, field)));
}

static JsonObject *
describe (SatchelCli *cli, const SatchelRecord *conflict)
{
  static const char *const sides[] = { "base", "mine", "theirs" };
  static const char *const plain[] = { "mine_by", "mine_at", "theirs_by", "theirs_at", "status" };
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", conflict->id);
  json_object_set_string_member (object, "entity", satchel_dispute_get_text (conflict, "record_entity"));
  json_object_set_string_member (object, "record", satchel_dispute_get_text (conflict, "record_id"));
  json_object_set_string_member (object, "field", satchel_dispute_get_text (conflict, "field"));
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    json_object_set_member (object, sides[i], satchel_dispute_side_to_json (cli, conflict, sides[i]));
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    add_field (cli, object, plain[i], conflict);
  return object;
}

/* ---- conflicts ---- */

typedef struct {
  GPtrArray *conflicts; /* SatchelRecord* */
  GHashTable *decided;
  gboolean settled;
} Collection;

/* What was decided here needs nobody any more, though the server does not know it yet. */
static gboolean
collect_cb (const SatchelRecord *record, gpointer data)
{
  Collection *collection = data;

  if (collection->settled || !g_hash_table_contains (collection->decided, record->id))
    g_ptr_array_add (collection->conflicts, satchel_record_copy (record));
  return TRUE;
}

/* SatchelRecord*, oldest first. */
static GPtrArray *
list_conflicts (SatchelCli *cli, gboolean settled, GError **error)
{
  g_autoptr (GPtrArray) conflicts = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  SatchelQuery query = { .entity = satchel_registry_find (cli->registry, "conflict"), .limit = -1 };
  g_autoptr (SatchelPredicate) where =
      satchel_predicate_parse (cli->registry, query.entity, settled ? "" : "status = open", error);
  g_autoptr (GHashTable) decided = where != NULL ? satchel_session_list_decided (cli->session, error) : NULL;
  Collection collection = { conflicts, decided, settled };
  SatchelPredicateContext context;

  if (decided == NULL)
    return NULL;
  query.where = where;
  query.sort = satchel_entity_find_field (query.entity, "mine_at");
  satchel_session_get_context (cli->session, &context);
  if (!satchel_replica_query (satchel_session_get_replica (cli->session), &query, &context, collect_cb,
                              &collection, error))
    return NULL;
  return g_steal_pointer (&conflicts);
}

static void
print_json (SatchelCli *cli, GPtrArray *conflicts)
{
  g_autoptr (JsonNode) node = json_node_alloc ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < conflicts->len; i++)
    json_array_add_object_element (array, describe (cli, g_ptr_array_index (conflicts, i)));
  json_node_take_array (json_node_init (node, JSON_NODE_ARRAY), array);
  satchel_cli_print_json (cli, node);
}

/* "+40 722 (seller1, 2025-11-22 09:14)" */
static void
print_side (SatchelCli *cli, const SatchelRecord *conflict, const char *label, const char *side,
            const char *by, const char *at)
{
  const SatchelField *by_field = by != NULL ? satchel_entity_find_field (conflict->entity, by) : NULL;
  const SatchelField *at_field = at != NULL ? satchel_entity_find_field (conflict->entity, at) : NULL;
  g_autofree char *value = satchel_dispute_side_to_text (cli, conflict, side, SATCHEL_CLI_ONE_LINE);
  g_autofree char *who = NULL, *when = NULL;

  satchel_cli_print (cli, "  %-7s %s", label, *value != '\0' ? value : "(empty)");
  if (by_field != NULL) {
    who = satchel_cli_display (cli, by_field, satchel_record_get (conflict, by_field), SATCHEL_CLI_ONE_LINE);
    when = satchel_cli_display (cli, at_field, satchel_record_get (conflict, at_field), SATCHEL_CLI_ONE_LINE);
    satchel_cli_print (cli, "  (%s, %s)", who, when);
  }
  satchel_cli_print (cli, "\n");
}

static void
print_conflict (SatchelCli *cli, const SatchelRecord *conflict)
{
  const SatchelField *field = satchel_dispute_find_subject (cli, conflict);
  const SatchelField *status = satchel_entity_find_field (conflict->entity, "status");
  const char *entity = satchel_dispute_get_text (conflict, "record_entity");
  g_autofree char *title = satchel_replica_dup_name (entity, satchel_dispute_get_text (conflict, "record_id"),
                                                     satchel_session_get_replica (cli->session));
  g_autofree char *shown = satchel_cli_display_text (
      title != NULL ? title : satchel_dispute_get_text (conflict, "record_id"), SATCHEL_CLI_ONE_LINE);
  g_autofree char *state =
      satchel_cli_display (cli, status, satchel_record_get (conflict, status), SATCHEL_CLI_ONE_LINE);

  satchel_cli_print (cli, "%s of %s %s: %s\n",
                     field != NULL ? field->label : satchel_dispute_get_text (conflict, "field"), entity,
                     shown, state);
  print_side (cli, conflict, "before", "base", NULL, NULL);
  print_side (cli, conflict, "mine", "mine", "mine_by", "mine_at");
  print_side (cli, conflict, "theirs", "theirs", "theirs_by", "theirs_at");
  satchel_cli_print (cli, "  %s\n", conflict->id);
}

int
satchel_cli_conflicts (SatchelCli *cli, int argc, char **argv)
{
  gboolean settled = FALSE;
  const SatchelCliOption known[] = { { "settled", &settled, NULL }, { 0 } };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 0, 0, &status);
  g_autoptr (GPtrArray) conflicts = NULL;
  g_autoptr (GError) error = NULL;

  if (words == NULL)
    return status;
  conflicts = list_conflicts (cli, settled, &error);
  if (conflicts == NULL)
    return satchel_cli_fail (cli, error);
  if (cli->json) {
    print_json (cli, conflicts);
    return SATCHEL_CLI_DONE;
  }
  for (guint i = 0; i < conflicts->len; i++)
    print_conflict (cli, g_ptr_array_index (conflicts, i));
  if (conflicts->len == 0)
    satchel_cli_print (cli, "No conflicts.\n");
  else
    satchel_cli_note (cli, "To decide: satchelctl resolve ID --mine, --theirs or --value VALUE");
  return SATCHEL_CLI_DONE;
}

/* ---- resolve ---- */

/* What was typed, checked against the field that the conflict is about, in text form. */
static char *
check_value (SatchelCli *cli, const SatchelRecord *conflict, const char *text, GError **error)
{
  const SatchelField *field = satchel_dispute_find_subject (cli, conflict);
  g_autoptr (SatchelValue) value = NULL;

  if (field == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_SCHEMA, "this program does not know the field “%s”",
                 satchel_dispute_get_text (conflict, "field"));
    return NULL;
  }
  if (!satchel_cli_value (cli, field, text, &value, error))
    return NULL;
  return satchel_value_to_text (field, value);
}

/* The first decision wins: a second one would only come back refused. */
static gboolean
check_undecided (SatchelCli *cli, const SatchelRecord *conflict, GError **error)
{
  g_autoptr (GHashTable) decided = NULL;

  if (g_strcmp0 (satchel_dispute_get_text (conflict, "status"), "resolved") == 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE, "this conflict is resolved already");
    return FALSE;
  }
  decided = satchel_session_list_decided (cli->session, error);
  if (decided == NULL)
    return FALSE;
  if (!g_hash_table_contains (decided, conflict->id))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STATE,
                       "a decision of this conflict waits for the server already: satchelctl outbox");
  return FALSE;
}

static int
resolve (SatchelCli *cli, const char *id, const char *choice, const char *typed)
{
  const SatchelEntity *entity = satchel_registry_find (cli->registry, "conflict");
  g_autoptr (GHashTable) arguments = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (SatchelRecord) conflict = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL, *set = NULL;
  JsonObject *object;

  if (!satchel_replica_read (satchel_session_get_replica (cli->session), entity, id, &conflict, &error))
    return satchel_cli_fail (cli, error);
  if (conflict == NULL) {
    g_set_error (&error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no conflict %s here", id);
    return satchel_cli_fail (cli, error);
  }
  if (!check_undecided (cli, conflict, &error))
    return satchel_cli_fail (cli, error);
  g_hash_table_insert (arguments, (char *)"choice", (char *)choice);
  if (typed != NULL) {
    value = check_value (cli, conflict, typed, &error);
    if (value == NULL)
      return satchel_cli_fail (cli, error);
    g_hash_table_insert (arguments, (char *)"value", value);
  }
  set = satchel_session_act (cli->session, entity, id, "resolve", arguments, &error);
  if (set == NULL)
    return satchel_cli_fail (cli, error);
  if (!cli->json) {
    satchel_cli_print (cli, "Decided; the next sync tells the server.\n");
    return SATCHEL_CLI_DONE;
  }
  object = json_object_new ();
  json_object_set_string_member (object, "entity", "conflict");
  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "set", set);
  satchel_cli_print_object (cli, object);
  return SATCHEL_CLI_DONE;
}

int
satchel_cli_resolve (SatchelCli *cli, int argc, char **argv)
{
  gboolean mine = FALSE, theirs = FALSE;
  const char *value = NULL;
  const SatchelCliOption known[] = {
    { "mine", &mine, NULL },
    { "theirs", &theirs, NULL },
    { "value", NULL, &value },
    { 0 },
  };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 1, 1, &status);

  if (words == NULL)
    return status;
  if (mine + theirs + (value != NULL) != 1)
    return satchel_cli_misuse (cli, "choose one of --mine, --theirs and --value VALUE");
  return resolve (cli, words[0], mine ? "mine" : theirs ? "theirs" : "value", value);
}
