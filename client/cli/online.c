/* Waiting for the server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/online.h"

#include <glib/gi18n.h>

#include "client/cli/remote.h"
#include "protocol/error.h"

static void
finished_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static SatchelOnlinePage *
wait_for_page (GAsyncResult **result, GError **error)
{
  SatchelOnlinePage *page;

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  page = satchel_online_finish (*result, error);
  g_clear_object (result);
  return page;
}

SatchelOnlinePage *
satchel_cli_ask_list (SatchelCli *cli, SatchelTransport *transport, const SatchelOnlineList *list,
                      GError **error)
{
  GAsyncResult *result = NULL;

  satchel_online_list (cli->session, transport, list, NULL, finished_cb, &result);
  return wait_for_page (&result, error);
}

/* ---- fetching ---- */

static gboolean
pin (SatchelCli *cli, const SatchelEntity *entity, const char *id, GError **error)
{
  g_autoptr (SatchelTransport) transport = satchel_cli_connect (cli, error);
  g_autoptr (SatchelOnlinePage) page = NULL;
  GAsyncResult *result = NULL;

  if (transport == NULL)
    return FALSE;
  satchel_online_open (cli->session, transport, entity, id, NULL, finished_cb, &result);
  page = wait_for_page (&result, error);
  return page != NULL;
}

static gboolean
is_here (SatchelCli *cli, const SatchelEntity *entity, const char *id, gboolean *here, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;

  if (!satchel_replica_read (satchel_session_get_replica (cli->session), entity, id, &record, error))
    return FALSE;
  *here = record != NULL;
  return TRUE;
}

gboolean
satchel_cli_fetch (SatchelCli *cli, const SatchelEntity *entity, const char *id, GError **error)
{
  SatchelSyncTotals totals = { 0 };
  gboolean here;

  if (!satchel_id_is_valid (id)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("“%s” is not an id"), id);
    return FALSE;
  }
  if (!pin (cli, entity, id, error) || !satchel_cli_sync_round (cli, &totals, error) ||
      !is_here (cli, entity, id, &here, error))
    return FALSE;
  if (!here)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("there is no such %s any more"),
                 entity->name);
  return here;
}

gboolean
satchel_cli_fetch_missing (SatchelCli *cli, const SatchelEntity *entity, const char *id, GError **error)
{
  gboolean here;

  return is_here (cli, entity, id, &here, error) && (here || satchel_cli_fetch (cli, entity, id, error));
}

void
satchel_cli_set_missing (const SatchelEntity *entity, const char *id, GError **error)
{
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
               _ ("there is no %s %s here; with --online it is looked for at the server"), entity->name, id);
}

/* ---- the outcome ---- */

/* Fields of the record on which a person must decide. */
static gboolean
count_conflicts (SatchelCli *cli, const char *id, gint64 *count, GError **error)
{
  g_autofree char *where = g_strdup_printf ("record_id = \"%s\" and status = open", id);
  SatchelQuery query = { .entity = satchel_registry_find (cli->registry, "conflict"), .limit = -1 };
  g_autoptr (SatchelPredicate) open = satchel_predicate_parse (cli->registry, query.entity, where, error);
  SatchelPredicateContext context;

  if (open == NULL)
    return FALSE;
  query.where = open;
  satchel_session_get_context (cli->session, &context);
  return satchel_replica_count (satchel_session_get_replica (cli->session), &query, &context, count, error);
}

static int
tell_parked (SatchelCli *cli, const SatchelQueuedSet *queued)
{
  g_autoptr (GError) refusal =
      g_error_new (SATCHEL_ERROR, queued->code, _ ("the server refused it: %s; see satchelctl outbox"),
                   queued->reason != NULL ? queued->reason : _ (satchel_error_sentence (queued->code)));

  (void)satchel_cli_fail (cli, refusal);
  return SATCHEL_CLI_ATTENTION;
}

int
satchel_cli_settle (SatchelCli *cli, const SatchelEntity *entity, const char *id, const char *set)
{
  SatchelSyncTotals totals = { 0 };
  g_autoptr (SatchelQueuedSet) queued = NULL;
  g_autoptr (GError) error = NULL;
  gint64 n_conflicts;

  if (!satchel_cli_sync_round (cli, &totals, &error)) {
    int status = satchel_cli_fail (cli, error);

    satchel_cli_note (cli, _ ("What you wrote is saved here and goes out with the next sync."));
    return status;
  }
  queued = satchel_outbox_find (satchel_session_get_outbox (cli->session), set, &error);
  if (queued == NULL && satchel_error_code (error) != SATCHEL_ERROR_NOT_FOUND)
    return satchel_cli_fail (cli, error);
  if (queued != NULL && queued->state == SATCHEL_SET_PARKED)
    return tell_parked (cli, queued);
  g_clear_error (&error);
  if (!count_conflicts (cli, id, &n_conflicts, &error))
    return satchel_cli_fail (cli, error);
  if (n_conflicts == 0)
    return SATCHEL_CLI_DONE;
  satchel_cli_note (cli, _ ("Somebody else changed the same %s: satchelctl conflicts"), _ (entity->label));
  return SATCHEL_CLI_ATTENTION;
}
