/* The doors of server.h for online work.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "sync-server/query/history.h"
#include "sync-server/query/query.h"
#include "sync-server/server-private.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/pins.h"
#include "sync-server/store/rows.h"

char *
satchel_server_history (SatchelServer *server, const SatchelCaller *caller, const char *entity,
                        const char *record, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  char *history;

  if (reader == NULL)
    return NULL;
  history = satchel_history_read (reader->store, reader->access, caller->user, entity, record, error);
  satchel_server_end_read (server, reader);
  return history;
}

gboolean
satchel_server_query (SatchelServer *server, const SatchelCaller *caller, const SatchelListRequest *request,
                      SatchelWriteFunc write, gpointer data, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  gboolean written;

  if (reader == NULL)
    return FALSE;
  written = satchel_query_write (reader->store, reader->access, caller->user, request,
                                 satchel_clock_now_ms (server->clock), write, data, error);
  satchel_server_end_read (server, reader);
  return written;
}

gboolean
satchel_server_record (SatchelServer *server, const SatchelCaller *caller,
                       const SatchelRecordRequest *request, SatchelWriteFunc write, gpointer data,
                       GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  gboolean written;

  if (reader == NULL)
    return FALSE;
  written =
      satchel_query_write_record (reader->store, reader->access, caller->user, request, write, data, error);
  satchel_server_end_read (server, reader);
  return written;
}

/* ---- pins ---- */

/* What the caller could read a moment ago may be gone, or not hers any more: the pull decides again. */
static gboolean
pin (SatchelServer *server, const SatchelCaller *caller, const SatchelRecordRequest *request, GError **error)
{
  SatchelStore *store = server->writer;
  const SatchelEntity *entity = satchel_registry_require (store->registry, request->entity, error);
  SatchelCommit commit = { .user = caller->user, .device = caller->device, .op = "pin" };
  gboolean pinned;
  gint64 row;

  if (entity == NULL || !satchel_pins_contain (store, caller->device, request->id, &pinned, error) ||
      !satchel_rows_find (store, entity, request->id, &row, error))
    return FALSE;
  if (pinned || row == 0)
    return TRUE;
  commit.at_ms = commit.made_at_ms = satchel_clock_now_ms (server->clock);
  return satchel_feed_begin (store, &commit, error) &&
         satchel_pins_add (store, &commit, caller->device, entity, request->id, error);
}

gboolean
satchel_server_pin (SatchelServer *server, const SatchelCaller *caller, const SatchelRecordRequest *request,
                    GError **error)
{
  gboolean done;

  if (!satchel_server_begin_write (server, error))
    return FALSE;
  done = pin (server, caller, request, error);
  return satchel_server_end_write (server, done, error);
}

static gboolean
unpin (SatchelServer *server, const SatchelCaller *caller, const SatchelRecordRequest *request,
       GError **error)
{
  SatchelCommit commit = { .user = caller->user, .device = caller->device, .op = "unpin" };
  gboolean pinned;

  if (satchel_registry_require (server->writer->registry, request->entity, error) == NULL ||
      !satchel_pins_contain (server->writer, caller->device, request->id, &pinned, error))
    return FALSE;
  if (!pinned)
    return TRUE;
  commit.at_ms = commit.made_at_ms = satchel_clock_now_ms (server->clock);
  return satchel_feed_begin (server->writer, &commit, error) &&
         satchel_pins_remove (server->writer, caller->device, request->id, error);
}

gboolean
satchel_server_unpin (SatchelServer *server, const SatchelCaller *caller, const SatchelRecordRequest *request,
                      GError **error)
{
  gboolean done;

  if (!satchel_server_begin_write (server, error))
    return FALSE;
  done = unpin (server, caller, request, error);
  return satchel_server_end_write (server, done, error);
}
