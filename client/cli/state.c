/* Counting, and saying where to look.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/cli/state.h"

static gboolean
count_open_conflicts (SatchelCli *cli, gint64 *count, GError **error)
{
  SatchelQuery query = { .entity = satchel_registry_find (cli->registry, "conflict"), .limit = -1 };
  g_autoptr (SatchelPredicate) open =
      satchel_predicate_parse (cli->registry, query.entity, "status = open", error);
  SatchelPredicateContext context;

  if (open == NULL)
    return FALSE;
  query.where = open;
  satchel_session_get_context (cli->session, &context);
  return satchel_replica_count (satchel_session_get_replica (cli->session), &query, &context, count, error);
}

gboolean
satchel_cli_read_state (SatchelCli *cli, SatchelCliState *state, GError **error)
{
  SatchelOutbox *outbox = satchel_session_get_outbox (cli->session);
  g_autoptr (GPtrArray) unanswered = satchel_outbox_list_unanswered (outbox, error);

  if (unanswered == NULL || !satchel_outbox_count (outbox, SATCHEL_SET_PARKED, &state->parked, error))
    return FALSE;
  state->pending = unanswered->len;
  return count_open_conflicts (cli, &state->conflicts, error);
}

int
satchel_cli_state_status (const SatchelCliState *state)
{
  return state->parked > 0 || state->conflicts > 0 ? SATCHEL_CLI_ATTENTION : SATCHEL_CLI_DONE;
}

void
satchel_cli_note_attention (SatchelCli *cli, const SatchelCliState *state)
{
  g_autofree char *parked = satchel_cli_count (state->parked, "change was refused", "changes were refused");
  g_autofree char *conflicts = satchel_cli_count (state->conflicts, "conflict needs", "conflicts need");

  if (state->parked > 0)
    satchel_cli_note (cli, "%s: satchelctl outbox", parked);
  if (state->conflicts > 0)
    satchel_cli_note (cli, "%s a person: satchelctl conflicts", conflicts);
}
