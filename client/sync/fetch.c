/* Each answer leads to the next question.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sync/fetch.h"

#include <string.h>

#include "client/replica/followed.h"
#include "client/replica/snapshot.h"
#include "protocol/error.h"
#include "protocol/limits.h"

#define MOST_STARTED 3 /* images that were gone before they were here */

struct _SatchelFetch {
  SatchelSession *session;
  SatchelReplica *replica;
  SatchelTransport *transport;
  char *token;
  SatchelFetchFunc done;
  void (*moved) (gpointer data);
  gpointer data;

  SatchelWireExchange *exchange;
  SatchelSnapshotHead *head;
  gint64 have;
  guint n_started;
};

static void ask_head (SatchelFetch *fetch);

/* ---- the end ---- */

static void
fail (SatchelFetch *fetch, const GError *error, gint64 retry_after_ms)
{
  fetch->done (NULL, error, retry_after_ms, fetch->data);
}

/* What is here of it is of no use. */
static void
give_up (SatchelFetch *fetch)
{
  g_autoptr (GError) problem = NULL;

  if (satchel_snapshot_forget (fetch->replica, &problem))
    fetch->done (NULL, NULL, -1, fetch->data);
  else
    fail (fetch, problem, -1);
}

/* What says that this image, or images at all, will not do; everything else is the round's failure. */
static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND) ||
         g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID) ||
         g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_TOO_LARGE) ||
         g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN);
}

static void
stop (SatchelFetch *fetch, const GError *error, gint64 retry_after_ms)
{
  if (is_refusal (error))
    give_up (fetch);
  else
    fail (fetch, error, retry_after_ms);
}

static void
take (SatchelFetch *fetch)
{
  g_autoptr (GError) problem = NULL;
  SatchelPullResult result;

  if (satchel_snapshot_take (fetch->replica, fetch->head,
                             satchel_clock_now_ms (satchel_session_get_clock (fetch->session)), &result,
                             &problem))
    fetch->done (&result, NULL, -1, fetch->data);
  else if (g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_BUSY))
    give_up (fetch);
  else
    stop (fetch, problem, -1);
}

/* ---- questions ---- */

static void
start (SatchelFetch *fetch, const char *path, char *text, const SatchelExchangeHandler *handler)
{
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

  fetch->exchange = fetch->transport->start (fetch->transport, path, fetch->token, body, handler, fetch);
}

static void ask_piece (SatchelFetch *fetch);

static void
piece_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelFetch *fetch = data;
  g_autoptr (GError) problem = NULL;
  gsize size = body != NULL ? g_bytes_get_size (body) : 0;

  fetch->exchange = NULL;
  /* Gone, or not for this device any more: what it may have now is another one. */
  if (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND) && fetch->n_started < MOST_STARTED) {
    ask_head (fetch);
    return;
  }
  if (error != NULL) {
    stop (fetch, error, retry_after_ms);
    return;
  }
  if (size == 0 || size > SATCHEL_SNAPSHOT_PIECE_BYTES || (gint64)size > fetch->head->bytes - fetch->have) {
    give_up (fetch);
    return;
  }
  if (!satchel_snapshot_add (fetch->replica, fetch->have, body, &problem)) {
    fail (fetch, problem, -1);
    return;
  }
  fetch->have += size;
  if (fetch->moved != NULL)
    fetch->moved (fetch->data);
  ask_piece (fetch);
}

static void
ask_piece (SatchelFetch *fetch)
{
  static const SatchelExchangeHandler handler = { .done = piece_cb };
  const SatchelSnapshotGet message = { fetch->head->id, fetch->have };

  if (fetch->have < fetch->head->bytes)
    start (fetch, "/v1/snapshot/get", satchel_snapshot_get_to_text (&message), &handler);
  else
    take (fetch);
}

static void
head_cb (GBytes *body, const GError *error, gint64 retry_after_ms, gpointer data)
{
  SatchelFetch *fetch = data;
  g_autoptr (GError) problem = NULL;
  const char *text;
  gsize size = 0;

  fetch->exchange = NULL;
  if (error != NULL) {
    stop (fetch, error, retry_after_ms);
    return;
  }
  text = body != NULL ? g_bytes_get_data (body, &size) : NULL;
  g_clear_pointer (&fetch->head, satchel_snapshot_head_free);
  fetch->head = satchel_snapshot_head_from_text (text != NULL ? text : "", size, &problem);
  if (fetch->head == NULL || fetch->head->id == NULL) {
    give_up (fetch);
    return;
  }
  if (satchel_snapshot_begin (fetch->replica, fetch->head->id, &fetch->have, &problem))
    ask_piece (fetch);
  else
    fail (fetch, problem, -1);
}

static void
ask_head (SatchelFetch *fetch)
{
  static const SatchelExchangeHandler handler = { .done = head_cb };
  const SatchelSnapshotRequest message = {
    .schema = (char *)satchel_followed_get_digest (satchel_replica_get_followed (fetch->replica)),
  };

  fetch->n_started++;
  start (fetch, "/v1/snapshot", satchel_snapshot_request_to_text (&message), &handler);
}

/* ---- the door ---- */

SatchelFetch *
satchel_fetch_start (SatchelSession *session, SatchelTransport *transport, const char *token,
                     SatchelFetchFunc done, void (*moved) (gpointer data), gpointer data)
{
  SatchelFetch *fetch = g_new0 (SatchelFetch, 1);

  fetch->session = session;
  fetch->replica = satchel_session_get_replica (session);
  fetch->transport = transport;
  fetch->token = g_strdup (token);
  fetch->done = done;
  fetch->moved = moved;
  fetch->data = data;
  ask_head (fetch);
  return fetch;
}

void
satchel_fetch_free (SatchelFetch *fetch)
{
  if (fetch == NULL)
    return;
  if (fetch->exchange != NULL)
    fetch->transport->cancel (fetch->transport, fetch->exchange);
  g_clear_pointer (&fetch->head, satchel_snapshot_head_free);
  g_free (fetch->token);
  g_free (fetch);
}

void
satchel_fetch_get_size (SatchelFetch *fetch, gint64 *here, gint64 *bytes)
{
  const gboolean known = fetch->head != NULL && fetch->head->id != NULL;

  *here = known ? fetch->have : 0;
  *bytes = known ? fetch->head->bytes : 0;
}
