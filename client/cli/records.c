/* satchelctl create, set, delete, do: local writes that wait for nobody, but with --online for their outcome.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/online.h"
#include "client/cli/values.h"
#include "protocol/error.h"
#include "protocol/rules/actions.h"

/* {"entity","id","set"}; set is null when nothing had to change. */
static JsonObject *
describe_write (const SatchelEntity *entity, const char *id, const char *set)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "entity", entity->name);
  json_object_set_string_member (object, "id", id);
  if (*set != '\0')
    json_object_set_string_member (object, "set", set);
  else
    json_object_set_null_member (object, "set");
  return object;
}

/* "Saved; 3 changes wait for the server." */
static int
tell_written (SatchelCli *cli, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *waiting = NULL;
  gint64 count;

  if (!satchel_outbox_count (satchel_session_get_outbox (cli->session), SATCHEL_SET_PENDING, &count, &error))
    return satchel_cli_fail (cli, error);
  waiting = satchel_cli_count (count, "change waits", "changes wait");
  satchel_cli_print (cli, _ ("%s; %s for the server.\n"), what, waiting);
  return SATCHEL_CLI_DONE;
}

/* ---- --online ---- */

typedef struct {
  SatchelCli *cli;
  const SatchelEntity *entity;
  const char *id;
  gboolean online;
} Target;

/* Fetches the record where that was asked for. What is deleted can only be restored. */
static gboolean
find_target (const Target *target, const char *action, GError **error)
{
  return !target->online || g_strcmp0 (action, "restore") == 0 ||
         satchel_cli_fetch_missing (target->cli, target->entity, target->id, error);
}

/* A record that is not here may well exist. */
static int
fail_write (const Target *target, const GError *error)
{
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GError) missing = NULL;

  if (target->online || satchel_error_code (error) != SATCHEL_ERROR_NOT_FOUND ||
      !satchel_replica_read (satchel_session_get_replica (target->cli->session), target->entity, target->id,
                             &record, NULL) ||
      record != NULL)
    return satchel_cli_fail (target->cli, error);
  satchel_cli_set_missing (target->entity, target->id, &missing);
  return satchel_cli_fail (target->cli, missing);
}

/* @what: for people; with --json the document is printed already. */
static int
finish_write (const Target *target, const char *set, const char *what)
{
  int status;

  if (!target->online)
    return target->cli->json ? SATCHEL_CLI_DONE : tell_written (target->cli, what);
  status = satchel_cli_settle (target->cli, target->entity, target->id, set);
  if (status == SATCHEL_CLI_DONE && !target->cli->json)
    satchel_cli_print (target->cli, _ ("%s; the server has it.\n"), what);
  return status;
}

int
satchel_cli_create (SatchelCli *cli, int argc, char **argv)
{
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, NULL, 1, -1, &status);
  g_autoptr (GPtrArray) values = NULL;
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL, *set = NULL;
  const SatchelEntity *entity;

  if (words == NULL)
    return status;
  if ((entity = satchel_cli_entity (cli, words[0])) == NULL)
    return SATCHEL_CLI_USAGE;
  if ((values = satchel_cli_assignments (cli, entity, words + 1, &status)) == NULL)
    return status;
  id = satchel_id_new (cli->clock);
  record = satchel_record_new (entity, id);
  for (guint i = 0; i < values->len; i++) {
    const SatchelFieldValue *value = g_ptr_array_index (values, i);

    if (!satchel_field_is_writable (value->field))
      return satchel_cli_misuse (cli, _ ("%s is written by Satchel itself"), value->field->name);
    satchel_record_set (record, value->field, value->value);
  }
  set = satchel_session_create (cli->session, record, &error);
  if (set == NULL)
    return satchel_cli_fail (cli, error);
  if (cli->json)
    satchel_cli_print_object (cli, describe_write (entity, id, set));
  else
    satchel_cli_print (cli, "%s\n", id);
  return SATCHEL_CLI_DONE;
}

int
satchel_cli_set (SatchelCli *cli, int argc, char **argv)
{
  Target target = { .cli = cli };
  const SatchelCliOption known[] = { { "online", &target.online, NULL }, { 0 } };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 3, -1, &status);
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *set = NULL;

  if (words == NULL)
    return status;
  if ((target.entity = satchel_cli_entity (cli, words[0])) == NULL)
    return SATCHEL_CLI_USAGE;
  target.id = words[1];
  if ((changes = satchel_cli_assignments (cli, target.entity, words + 2, &status)) == NULL)
    return status;
  if (find_target (&target, NULL, &error))
    set = satchel_session_update (cli->session, target.entity, target.id, changes, &error);
  if (set == NULL)
    return fail_write (&target, error);
  if (cli->json)
    satchel_cli_print_object (cli, describe_write (target.entity, target.id, set));
  if (*set != '\0')
    return finish_write (&target, set, _ ("Saved"));
  if (!cli->json)
    satchel_cli_print (cli, _ ("Nothing to change.\n"));
  return SATCHEL_CLI_DONE;
}

int
satchel_cli_delete (SatchelCli *cli, int argc, char **argv)
{
  Target target = { .cli = cli };
  const SatchelCliOption known[] = { { "online", &target.online, NULL }, { 0 } };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 2, 2, &status);
  g_autoptr (GError) error = NULL;
  g_autofree char *set = NULL;

  if (words == NULL)
    return status;
  if ((target.entity = satchel_cli_entity (cli, words[0])) == NULL)
    return SATCHEL_CLI_USAGE;
  target.id = words[1];
  if (find_target (&target, NULL, &error))
    set = satchel_session_delete (cli->session, target.entity, target.id, &error);
  if (set == NULL)
    return fail_write (&target, error);
  if (cli->json)
    satchel_cli_print_object (cli, describe_write (target.entity, target.id, set));
  status = finish_write (&target, set, _ ("Deleted"));
  satchel_cli_note (cli, _ ("To bring it back later: satchelctl do restore %s %s delete=%s"),
                    target.entity->name, target.id, set);
  return status;
}

/* ---- do ---- */

/* The entities that an argument names a record of; NULL: the argument is plain text. */
static const char *const *
get_argument_targets (SatchelCli *cli, const SatchelEntity *entity, const char *argument, const char **one)
{
  const SatchelField *field = satchel_entity_find_word (entity, argument);

  if (field != NULL && field->type == SATCHEL_TYPE_LOOKUP)
    return field->targets;
  if (satchel_registry_find (cli->registry, argument) == NULL)
    return NULL;
  one[0] = argument; /* qualify's account, contact, opportunity */
  one[1] = NULL;
  return one;
}

/* Ids are passed on as they are: they may be those of records to be made. */
static char *
resolve_argument (SatchelCli *cli, const SatchelEntity *entity, const char *name, const char *text,
                  GError **error)
{
  const char *one[2];
  const char *const *targets = get_argument_targets (cli, entity, name, one);
  const char *user = satchel_session_get_user (cli->session);
  const SatchelField *field = satchel_entity_find_field (entity, name);
  g_autoptr (SatchelValue) value = NULL;

  if (*text != '\0' && field != NULL && field->type == SATCHEL_TYPE_LOOKUP && field->n_targets > 1)
    return satchel_cli_value (cli, field, text, &value, error) ? satchel_value_to_stored_text (field, value)
                                                               : NULL;
  if (targets == NULL || *text == '\0' || satchel_id_is_valid (text))
    return g_strdup (text);
  if (g_str_equal (text, "me") && user != NULL && g_strv_contains (targets, "user"))
    return g_strdup (user);
  if (!satchel_cli_find_record (cli, targets, text, &value, error))
    return NULL;
  return g_strdup (satchel_value_get_id (value));
}

/* What the action was given or had to make, for the record: from the queue, where it stands now. */
static gboolean
add_arguments (SatchelCli *cli, JsonObject *object, const char *set, GError **error)
{
  g_autoptr (SatchelQueuedSet) queued =
      satchel_outbox_find (satchel_session_get_outbox (cli->session), set, error);
  JsonObject *arguments;
  const SatchelChange *change;

  if (queued == NULL)
    return FALSE;
  arguments = json_object_new ();
  change = g_ptr_array_index (queued->set->changes, 0);
  for (guint i = 0; i < change->edits->len; i++) {
    const SatchelEdit *edit = g_ptr_array_index (change->edits, i);

    json_object_set_member (arguments, edit->field, json_node_copy (edit->value));
  }
  json_object_set_object_member (object, "arguments", arguments);
  return TRUE;
}

static gboolean
check_action (SatchelCli *cli, const SatchelEntity *entity, const char *name)
{
  g_autofree char *known = NULL;

  if (satchel_entity_has_action (entity, name))
    return TRUE;
  known = g_strjoinv (", ", (char **)entity->actions);
  if (*known == '\0')
    satchel_cli_misuse (cli, _ ("%s has no actions"), entity->name);
  else
    satchel_cli_misuse (cli, _ ("%s has no action “%s”; it has %s"), entity->name, name, known);
  return FALSE;
}

/* Names and texts; NULL after a line on stderr. */
static GHashTable *
read_arguments (SatchelCli *cli, const SatchelEntity *entity, char **words, int *status)
{
  g_autoptr (GHashTable) arguments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (; *words != NULL; words++) {
    g_autofree char *name = NULL, *text = NULL;
    g_autoptr (GError) error = NULL;
    char *value;

    if (!satchel_cli_split_assignment (*words, &name, &text, &error)) {
      *status = satchel_cli_misuse (cli, "%s", error->message);
      return NULL;
    }
    value = resolve_argument (cli, entity, name, text, &error);
    if (value == NULL) {
      *status = satchel_cli_fail (cli, error);
      return NULL;
    }
    g_hash_table_insert (arguments, g_steal_pointer (&name), value);
  }
  return g_steal_pointer (&arguments);
}

/* {"entity","id","set","action","arguments"} */
static gboolean
describe_action (const Target *target, const char *action, const char *set, GError **error)
{
  JsonObject *object = describe_write (target->entity, target->id, set);

  json_object_set_string_member (object, "action", action);
  if (!add_arguments (target->cli, object, set, error)) {
    json_object_unref (object);
    return FALSE;
  }
  satchel_cli_print_object (target->cli, object);
  return TRUE;
}

int
satchel_cli_do (SatchelCli *cli, int argc, char **argv)
{
  Target target = { .cli = cli };
  const SatchelCliOption known[] = { { "online", &target.online, NULL }, { 0 } };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 3, -1, &status);
  g_autoptr (GHashTable) arguments = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *set = NULL, *what = NULL;

  if (words == NULL)
    return status;
  if ((target.entity = satchel_cli_entity (cli, words[1])) == NULL ||
      !check_action (cli, target.entity, words[0]))
    return SATCHEL_CLI_USAGE;
  target.id = words[2];
  if ((arguments = read_arguments (cli, target.entity, words + 3, &status)) == NULL)
    return status;
  if (find_target (&target, words[0], &error))
    set = satchel_session_act (cli->session, target.entity, target.id, words[0], arguments, &error);
  if (set == NULL)
    return fail_write (&target, error);
  if (cli->json && !describe_action (&target, words[0], set, &error))
    return satchel_cli_fail (cli, error);
  what = g_strdup_printf (_ ("%s: done"), _ (satchel_action_find (words[0], target.entity)->label));
  return finish_write (&target, set, what);
}
