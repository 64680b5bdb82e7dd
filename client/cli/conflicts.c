/* satchelctl conflicts [--settled], resolve ID --mine|--theirs|--value V
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/dispute.h"
#include "client/cli/table.h"
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
print_side (SatchelCli *cli, const SatchelRecord *conflict, guint width, const char *label, const char *side,
            const char *by, const char *at)
{
  const SatchelField *by_field = by != NULL ? satchel_entity_find_field (conflict->entity, by) : NULL;
  const SatchelField *at_field = at != NULL ? satchel_entity_find_field (conflict->entity, at) : NULL;
  g_autofree char *value = satchel_dispute_side_to_text (cli, conflict, side, SATCHEL_CLI_ONE_LINE);
  g_autofree char *who = NULL, *when = NULL;

  satchel_cli_print (cli, "  %s%*s %s", label, (int)(width - satchel_text_width (label)), "",
                     *value != '\0' ? value : _ ("(empty)"));
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
  const SatchelField *field = satchel_dispute_find_subject (cli->registry, conflict);
  const SatchelField *status = satchel_entity_find_field (conflict->entity, "status");
  const char *before = _ ("before"), *mine = _ ("mine"), *theirs = _ ("theirs");
  guint width;
  const char *entity = satchel_dispute_get_text (conflict, "record_entity");
  g_autofree char *title = satchel_replica_dup_name (entity, satchel_dispute_get_text (conflict, "record_id"),
                                                     satchel_session_get_replica (cli->session));
  g_autofree char *shown = satchel_cli_display_text (
      title != NULL ? title : satchel_dispute_get_text (conflict, "record_id"), SATCHEL_CLI_ONE_LINE);
  g_autofree char *state =
      satchel_cli_display (cli, status, satchel_record_get (conflict, status), SATCHEL_CLI_ONE_LINE);

  satchel_cli_print (cli, _ ("%s of %s %s: %s\n"),
                     field != NULL ? _ (field->label) : satchel_dispute_get_text (conflict, "field"), entity,
                     shown, state);
  width = MAX (MAX (satchel_text_width (before), satchel_text_width (mine)), satchel_text_width (theirs));
  print_side (cli, conflict, width, before, "base", NULL, NULL);
  print_side (cli, conflict, width, mine, "mine", "mine_by", "mine_at");
  print_side (cli, conflict, width, theirs, "theirs", "theirs_by", "theirs_at");
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
  conflicts = satchel_session_list_conflicts (
      cli->session, settled ? SATCHEL_CONFLICTS_ALL : SATCHEL_CONFLICTS_UNDECIDED, -1, &error);
  if (conflicts == NULL)
    return satchel_cli_fail (cli, error);
  if (cli->json) {
    print_json (cli, conflicts);
    return SATCHEL_CLI_DONE;
  }
  for (guint i = 0; i < conflicts->len; i++)
    print_conflict (cli, g_ptr_array_index (conflicts, i));
  if (conflicts->len == 0)
    satchel_cli_print (cli, _ ("No conflicts.\n"));
  else
    satchel_cli_note (cli, _ ("To decide: satchelctl resolve ID --mine, --theirs or --value VALUE"));
  return SATCHEL_CLI_DONE;
}

/* ---- resolve ---- */

/* What was typed, as a value of the field that the conflict is about. */
static gboolean
read_value (SatchelCli *cli, const char *id, const char *typed, SatchelValue **value, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (cli->registry, "conflict");
  g_autoptr (SatchelRecord) conflict = NULL;
  const SatchelField *field;

  if (!satchel_replica_read (satchel_session_get_replica (cli->session), entity, id, &conflict, error))
    return FALSE;
  field = conflict != NULL ? satchel_dispute_find_subject (cli->registry, conflict) : NULL;
  /* Without a field it fails where it is decided, with the reason. */
  return field == NULL || satchel_cli_value (cli, field, typed, value, error);
}

static int
resolve (SatchelCli *cli, const char *id, SatchelDecision decision, const char *typed)
{
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *set = NULL;
  JsonObject *object;

  if (typed != NULL && !read_value (cli, id, typed, &value, &error))
    return satchel_cli_fail (cli, error);
  set = satchel_session_decide (cli->session, id, decision, value, &error);
  if (set == NULL)
    return satchel_cli_fail (cli, error);
  if (!cli->json) {
    satchel_cli_print (cli, _ ("Decided; the next sync tells the server.\n"));
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
    return satchel_cli_misuse (cli, _ ("choose one of --mine, --theirs and --value VALUE"));
  return resolve (cli, words[0],
                  mine     ? SATCHEL_DECIDE_MINE
                  : theirs ? SATCHEL_DECIDE_THEIRS
                           : SATCHEL_DECIDE_VALUE,
                  value);
}
