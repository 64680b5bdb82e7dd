/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/along.h"

#include "client/sync/next-pull.h"
#include "protocol/wire/json.h"

#include <string.h>

static void
let_go (SatchelAlong *along)
{
  g_clear_pointer (&along->lines, g_bytes_unref);
  g_clear_pointer (&along->from, g_free);
  g_clear_pointer (&along->to, g_free);
}

void
satchel_along_clear (SatchelAlong *along)
{
  (void)satchel_along_stop (along);
  let_go (along);
  g_clear_pointer (&along->asked, g_free);
  along->refused = FALSE;
}

/* ---- asking ---- */

static gboolean
is_wanted (SatchelAlong *along, SatchelOutbox *outbox, const SatchelPush *push, gboolean *wanted,
           GError **error)
{
  gboolean foreseen;
  gint64 n_open;

  *wanted = TRUE;
  if (!satchel_outbox_count_unanswered (outbox, &n_open, error))
    return FALSE;
  along->more = n_open > push->sets->len;
  if (!along->more)
    return TRUE;
  if (!satchel_outbox_any_planned (outbox, &foreseen, error))
    return FALSE;
  *wanted = !foreseen && !along->refused;
  return TRUE;
}

/* Rights are asked for by pulls of their own: what one may do seldom changes, and an edit should travel
 * light. Of own commits those of this push alone lie behind a pull that waits. */
gboolean
satchel_along_ask (SatchelAlong *along, SatchelReplica *replica, SatchelOutbox *outbox, SatchelPush *push,
                   GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean wanted;

  g_clear_pointer (&along->asked, g_free);
  if (!is_wanted (along, outbox, push, &wanted, error))
    return FALSE;
  if (!wanted)
    return TRUE;
  if (along->lines != NULL) {
    push->pull = g_new0 (SatchelPull, 1);
    push->pull->cursor = g_strdup (along->to);
  } else {
    push->pull = satchel_next_pull_go_on (replica, &problem);
  }
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  along->asked = g_strdup (push->pull != NULL ? push->pull->cursor : NULL);
  return TRUE;
}

/* ---- what came ---- */

static JsonNode *
parse_line (const char *line, const char *end)
{
  return satchel_json_parse (line, (gsize)(end - line), NULL);
}

/* Owned; NULL for what is no whole pull, or leads nowhere. */
static char *
dup_end (const char *lines, gsize size)
{
  const char *end = size > 0 && lines[size - 1] == '\n' ? lines + size - 1 : lines + size;
  const char *last = memrchr (lines, '\n', (gsize)(end - lines));
  g_autoptr (JsonNode) node = last != NULL ? parse_line (last + 1, end) : NULL;
  g_auto (SatchelPullTail) tail = { 0 };

  if (node == NULL || !satchel_pull_tail_from_json (node, &tail, NULL) || tail.cursor == NULL ||
      *tail.cursor == '\0')
    return NULL;
  return g_steal_pointer (&tail.cursor);
}

void
satchel_along_keep (SatchelAlong *along, const char *lines, gsize size)
{
  let_go (along);
  along->from = g_steal_pointer (&along->asked);
  along->refused |= along->from != NULL && size == 0;
  if (size == 0)
    return;
  along->lines = g_bytes_new (lines, size);
  along->to = dup_end (lines, size);
}

gboolean
satchel_along_can_wait (const SatchelAlong *along)
{
  gsize size = 0;
  const char *lines = along->lines != NULL ? g_bytes_get_data (along->lines, &size) : NULL;
  const char *end = lines != NULL ? memchr (lines, '\n', size) : NULL;
  g_autoptr (JsonNode) node = end != NULL ? parse_line (lines, end) : NULL;
  SatchelPullHead head;

  return along->to != NULL && node != NULL && satchel_pull_head_from_json (node, &head, NULL) &&
         !head.reset && head.restored_s < 0;
}

static gboolean
aside_cb (gpointer data)
{
  SatchelAlong *along = data;

  g_clear_pointer (&along->aside, g_source_unref);
  along->work (along->data);
  return G_SOURCE_REMOVE;
}

/* An idle source: what is to be written goes before it. */
void
satchel_along_wait (SatchelAlong *along, SatchelAlongFunc work, gpointer data)
{
  if (along->lines == NULL && !along->more)
    return;
  g_assert (along->aside == NULL);
  along->work = work;
  along->data = data;
  along->aside = g_idle_source_new ();
  g_source_set_callback (along->aside, aside_cb, along, NULL);
  g_source_attach (along->aside, g_main_context_get_thread_default ());
}

gboolean
satchel_along_stop (SatchelAlong *along)
{
  if (along->aside == NULL)
    return FALSE;
  g_source_destroy (along->aside);
  g_clear_pointer (&along->aside, g_source_unref);
  return TRUE;
}

GBytes *
satchel_along_take (SatchelAlong *along, SatchelReplica *replica)
{
  g_autoptr (GBytes) lines = g_steal_pointer (&along->lines);
  const gboolean fits =
      along->from != NULL && g_strcmp0 (satchel_replica_peek_meta (replica, "cursor"), along->from) == 0;

  let_go (along);
  return fits ? g_steal_pointer (&lines) : NULL;
}
