/* The doors of server.h for questions about what a device carries.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/scope/audit.h"
#include "sync-server/scope/preview.h"
#include "sync-server/scope/why.h"
#include "sync-server/server-private.h"

char *
satchel_server_preview (SatchelServer *server, const SatchelCaller *caller,
                        const SatchelPreviewRequest *request, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  char *answer;

  if (reader == NULL)
    return NULL;
  answer = satchel_preview_answer (reader->store, reader->access, caller->user, caller->device, request,
                                   satchel_clock_now_ms (server->clock), error);
  satchel_server_end_read (server, reader);
  return answer;
}

char *
satchel_server_why (SatchelServer *server, const SatchelCaller *caller, const char *entity,
                    const char *record, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  char *answer;

  if (reader == NULL)
    return NULL;
  answer = satchel_why_answer (reader->store, reader->access, caller->user, caller->device, entity, record,
                               satchel_clock_now_ms (server->clock), error);
  satchel_server_end_read (server, reader);
  return answer;
}

char *
satchel_server_audit (SatchelServer *server, const SatchelCaller *caller, const SatchelAuditRequest *request,
                      GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  char *answer;

  if (reader == NULL)
    return NULL;
  answer = satchel_audit_answer (reader->store, reader->access, caller->user, caller->device, request,
                                 satchel_clock_now_ms (server->clock), error);
  satchel_server_end_read (server, reader);
  return answer;
}

gboolean
satchel_server_rows (SatchelServer *server, const SatchelCaller *caller, const SatchelAuditRequest *request,
                     SatchelWriteFunc write, gpointer data, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  gboolean written;

  if (reader == NULL)
    return FALSE;
  written = satchel_audit_write_rows (reader->store, reader->access, caller->user, caller->device, request,
                                      satchel_clock_now_ms (server->clock), write, data, error);
  satchel_server_end_read (server, reader);
  return written;
}

char *
satchel_server_snapshot (SatchelServer *server, const SatchelCaller *caller,
                         const SatchelSnapshotRequest *request, gboolean *lacking, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  char *answer;

  if (reader == NULL)
    return NULL;
  answer = satchel_snapshots_answer (server->snapshots, reader->store, reader->access, caller->user,
                                     caller->device, request, satchel_clock_now_ms (server->clock), lacking,
                                     error);
  satchel_server_end_read (server, reader);
  return answer;
}

gboolean
satchel_server_make_snapshot (SatchelServer *server, const SatchelCaller *caller, const gint *stop,
                              GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  gboolean made;

  if (reader == NULL)
    return FALSE;
  made = satchel_snapshots_make (server->snapshots, reader->store, reader->access, caller->user,
                                 caller->device, satchel_clock_now_ms (server->clock), stop, error);
  satchel_server_end_read (server, reader);
  return made;
}

GBytes *
satchel_server_get_snapshot (SatchelServer *server, const SatchelCaller *caller,
                             const SatchelSnapshotGet *request, GError **error)
{
  SatchelReader *reader = satchel_server_begin_read (server, error);
  GBytes *piece;

  if (reader == NULL)
    return NULL;
  piece = satchel_snapshots_read (server->snapshots, reader->store, reader->access, caller->user,
                                  caller->device, request, error);
  satchel_server_end_read (server, reader);
  return piece;
}
