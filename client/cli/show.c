/* satchelctl show ENTITY ID [--history] [--related] [--online]
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/cli/commands.h"
#include "client/cli/dispute.h"
#include "client/cli/history.h"
#include "client/cli/online.h"
#include "client/cli/remote.h"
#include "client/cli/table.h"
#include "protocol/error.h"

typedef struct {
  SatchelCli *cli;
  const SatchelRecord *record;
  GPtrArray *pending; /* char*: names of fields */
  gboolean history, related, online;
} Show;

#define MOST_RELATED 200 /* of one kind, from the server */

/* ---- related ---- */

typedef gboolean (*RelatedFunc) (const SatchelReference *reference, const SatchelRecord *record,
                                 gpointer data);

/* Also those that are not carried. */
static gboolean
for_each_related_online (Show *show, RelatedFunc func, gpointer data, GError **error)
{
  SatchelCli *cli = show->cli;
  g_autoptr (GPtrArray) lists =
      satchel_online_related (cli->session, show->record->entity, show->record->id, MOST_RELATED, error);
  g_autoptr (SatchelTransport) transport = lists != NULL ? satchel_cli_connect (cli, error) : NULL;

  if (transport == NULL)
    return FALSE;
  for (guint i = 0; i < lists->len; i++) {
    const SatchelOnlineList *list = lists->pdata[i];
    const SatchelReference reference = { list->entity, list->sort };
    g_autoptr (SatchelOnlinePage) page = satchel_cli_ask_list (cli, transport, list, error);

    if (page == NULL)
      return FALSE;
    for (guint j = 0; j < page->rows->len; j++)
      func (&reference, ((const SatchelOnlineRow *)page->rows->pdata[j])->record, data);
  }
  return TRUE;
}

static gboolean
for_each_related (Show *show, RelatedFunc func, gpointer data, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (show->cli->session);
  guint n_references;
  const SatchelReference *references =
      satchel_registry_get_references (show->cli->registry, show->record->entity, &n_references);

  if (show->online)
    return for_each_related_online (show, func, data, error);
  for (guint i = 0; i < n_references; i++) {
    g_autoptr (GPtrArray) records = NULL;

    if (references[i].field->origin == SATCHEL_ORIGIN_SYSTEM) /* a user created half the world */
      continue;
    records = satchel_replica_list_referring (replica, &references[i], show->record->id, error);
    if (records == NULL)
      return FALSE;
    for (guint j = 0; j < records->len; j++)
      func (&references[i], g_ptr_array_index (records, j), data);
  }
  return TRUE;
}

static gboolean
add_related_json (const SatchelReference *reference, const SatchelRecord *record, gpointer data)
{
  JsonObject *object = json_object_new ();
  g_autofree char *title = satchel_record_dup_title (record);

  json_object_set_string_member (object, "entity", record->entity->name);
  json_object_set_string_member (object, "id", record->id);
  json_object_set_string_member (object, "name", title);
  json_object_set_string_member (object, "field", reference->field->name);
  json_array_add_object_element (data, object);
  return TRUE;
}

static gboolean
add_related_row (const SatchelReference *reference, const SatchelRecord *record, gpointer data)
{
  g_autofree char *title = satchel_record_dup_title (record);
  g_autofree char *shown = satchel_cli_display_text (title, SATCHEL_CLI_ONE_LINE);
  const char *const cells[] = { _ (record->entity->label), shown, _ (reference->field->label), record->id,
                                NULL };

  satchel_table_add (data, cells);
  return TRUE;
}

/* ---- the whole ---- */

static gboolean
print_json (Show *show, GError **error)
{
  SatchelCli *cli = show->cli;
  JsonArray *pending = json_array_new (), *related = json_array_new (), *history = NULL;
  g_autoptr (JsonObject) object = satchel_record_to_json (show->record, TRUE, satchel_replica_dup_name,
                                                          satchel_session_get_replica (cli->session));
  g_autofree char *note = NULL;

  for (guint i = 0; i < show->pending->len; i++)
    json_array_add_string_element (pending, g_ptr_array_index (show->pending, i));
  json_object_set_array_member (object, "_pending", pending);
  if (show->history) {
    history = satchel_cli_history (cli, show->record->entity, show->record->id, &note);
    if (history != NULL)
      json_object_set_array_member (object, "_history", history);
    else
      json_object_set_null_member (object, "_history");
  }
  if (show->related && !for_each_related (show, add_related_json, related, error)) {
    json_array_unref (related);
    return FALSE;
  }
  if (show->related)
    json_object_set_array_member (object, "_related", related);
  else
    json_array_unref (related);
  satchel_cli_print_object (cli, json_object_ref (object));
  return TRUE;
}

/* Lines after the first stand under the first. */
static void
print_field (Show *show, const SatchelField *field, guint label_width)
{
  g_autofree char *text = satchel_cli_display_field (show->cli, show->record, field, SATCHEL_CLI_MANY_LINES);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean pending = g_ptr_array_find_with_equal_func (show->pending, field->name, g_str_equal, NULL);

  if (*text == '\0' && !pending)
    return;
  for (guint i = 0; lines[i] != NULL || i == 0; i++) {
    const char *label = i == 0 ? _ (field->label) : "";

    satchel_cli_print (show->cli, "%s %s%*s  %s\n", pending && i == 0 ? "*" : " ", label,
                       (int)(label_width - satchel_text_width (label)), "", lines[i] != NULL ? lines[i] : "");
    if (lines[i] == NULL)
      break;
  }
}

static gboolean
print_text (Show *show, GError **error)
{
  static const char *const related_titles[] = { N_ ("Related"), N_ ("Title"), N_ ("As"), N_ ("Id"), NULL };
  SatchelCli *cli = show->cli;
  const SatchelEntity *entity = show->record->entity;
  g_autofree char *title = satchel_record_dup_title (show->record);
  g_autofree char *shown = satchel_cli_display_text (title, SATCHEL_CLI_ONE_LINE);
  g_autofree char *note = NULL;
  guint width = 0;

  satchel_cli_print (cli, "%s: %s\n", _ (entity->label), shown);
  satchel_cli_print (cli, "  %s\n", show->record->id);
  for (guint i = 0; i < entity->n_fields; i++)
    if (!entity->fields[i]->retired)
      width = MAX (width, satchel_text_width (_ (entity->fields[i]->label)));
  for (guint i = 0; i < entity->n_fields; i++)
    if (!entity->fields[i]->retired)
      print_field (show, entity->fields[i], width);
  if (show->pending->len > 0)
    satchel_cli_print (cli, _ ("* waits for the server\n"));
  if (show->related) {
    SatchelTable *table = satchel_table_new (related_titles);

    satchel_cli_print (cli, "\n");
    if (!for_each_related (show, add_related_row, table, error)) {
      satchel_table_drop (table);
      return FALSE;
    }
    if (satchel_table_is_empty (table)) {
      satchel_table_drop (table);
      satchel_cli_print (cli, _ ("Nothing refers to it.\n"));
    } else {
      satchel_table_finish (table);
    }
  }
  if (show->history) {
    JsonArray *history = satchel_cli_history (cli, entity, show->record->id, &note);

    satchel_cli_print (cli, "\n");
    if (history != NULL)
      satchel_cli_print_history (cli, entity, history);
    g_clear_pointer (&history, json_array_unref);
  }
  if (note != NULL)
    satchel_cli_note (cli, _ ("The history is what was last seen: %s"), note);
  return TRUE;
}

int
satchel_cli_show (SatchelCli *cli, int argc, char **argv)
{
  Show show = { .cli = cli };
  const SatchelCliOption known[] = {
    { "history", &show.history, NULL },
    { "related", &show.related, NULL },
    { "online", &show.online, NULL },
    { 0 },
  };
  int status;
  g_autofree char **words = satchel_cli_begin (cli, argc, argv, known, 2, 2, &status);
  g_autoptr (SatchelRecord) record = NULL;
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (GError) error = NULL;
  const SatchelEntity *entity;

  if (words == NULL)
    return status;
  if ((entity = satchel_cli_entity (cli, words[0])) == NULL)
    return SATCHEL_CLI_USAGE;
  if (show.online && !satchel_cli_fetch (cli, entity, words[1], &error))
    return satchel_cli_fail (cli, error);
  if (!satchel_replica_read (satchel_session_get_replica (cli->session), entity, words[1], &record, &error))
    return satchel_cli_fail (cli, error);
  if (record == NULL) {
    satchel_cli_set_missing (entity, words[1], &error);
    return satchel_cli_fail (cli, error);
  }
  pending =
      satchel_outbox_pending_fields (satchel_session_get_outbox (cli->session), entity, record->id, &error);
  if (pending == NULL)
    return satchel_cli_fail (cli, error);
  show.record = record;
  show.pending = pending;
  if (!(cli->json ? print_json (&show, &error) : print_text (&show, &error)))
    return satchel_cli_fail (cli, error);
  return SATCHEL_CLI_DONE;
}
