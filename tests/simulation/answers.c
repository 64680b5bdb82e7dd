/* Requests by their paths.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/answers.h"

#include <string.h>

#include "protocol/error.h"
#include "protocol/wire/json.h"
#include "sync-server/blobs/blobs.h"
#include "sync-server/scope/audit.h"
#include "sync-server/scope/preview.h"
#include "tests/simulation/deeds.h"
#include "tests/simulation/images.h"
#include "tests/simulation/questions.h"
#include "tests/simulation/tap.h"

#define MOST_PREPARED     3
#define PERCENT_MEANWHILE 30

static gboolean
collect (const char *bytes, gsize size, gpointer data, GError **error)
{
  g_byte_array_append (data, (const guint8 *)bytes, size);
  return TRUE;
}

GBytes *
sim_take_text (char *text)
{
  return text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;
}

typedef struct {
  SimDevice *device;
  SimWorld *world;
  SatchelCaller *caller;
  GBytes *body;
  const char *text; /* of the body */
  gsize size;
} Request;

/* ---- rows ---- */

static GBytes *
answer_pull (const Request *request, GError **error)
{
  g_autoptr (SatchelPull) pull = satchel_pull_from_text (request->text, request->size, error);
  g_autoptr (GByteArray) lines = g_byte_array_new ();
  if (pull == NULL ||
      !satchel_server_pull (request->world->server, request->caller, pull, collect, lines, error))
    return NULL;
  sim_tap_pull (request->device, request->caller, pull->cursor, (const char *)lines->data, lines->len);
  return g_byte_array_free_to_bytes (g_steal_pointer (&lines));
}

/* Where nobody else runs, beside the answer is before the next one. Its head is asked for at once, while what
 * it must hold can be told. */
static gboolean
make_image (const Request *request, const SatchelSnapshotRequest *message, GError **error)
{
  SatchelServer *server = request->world->server;
  g_autofree char *head = NULL;
  gboolean lacking;

  if (!satchel_server_make_snapshot (server, request->caller, NULL, error))
    return FALSE;
  head = satchel_server_snapshot (server, request->caller, message, &lacking, error);
  if (head == NULL)
    return FALSE;
  sim_image_made (request->device, request->caller, head);
  return TRUE;
}

static GBytes *
answer_snapshot (const Request *request, GError **error)
{
  g_autoptr (SatchelSnapshotRequest) message =
      satchel_snapshot_request_from_text (request->text, request->size, error);
  gboolean lacking = FALSE;
  g_autofree char *head = message != NULL ? satchel_server_snapshot (request->world->server, request->caller,
                                                                     message, &lacking, error)
                                          : NULL;

  if (lacking && !make_image (request, message, error))
    return NULL;
  if (head != NULL)
    sim_image_told (request->device, request->caller, head);
  return sim_take_text (g_steal_pointer (&head));
}

static GBytes *
answer_snapshot_get (const Request *request, GError **error)
{
  g_autoptr (SatchelSnapshotGet) message =
      satchel_snapshot_get_from_text (request->text, request->size, error);
  g_autoptr (GBytes) piece =
      message != NULL ? satchel_server_get_snapshot (request->world->server, request->caller, message, error)
                      : NULL;
  if (piece == NULL)
    return NULL;
  sim_image_piece (request->device, request->caller, message->id);
  return g_bytes_new_from_bytes (piece, 0, MIN (g_bytes_get_size (piece), SIM_PIECE_BYTES));
}

/* ---- the proof of a copy ---- */

static GBytes *
answer_audit (const Request *request, GError **error)
{
  g_autoptr (SatchelAuditRequest) message =
      satchel_audit_request_from_text (request->text, request->size, error);
  return message != NULL
             ? sim_take_text (satchel_server_audit (request->world->server, request->caller, message, error))
             : NULL;
}

static GBytes *
answer_rows (const Request *request, GError **error)
{
  g_autoptr (SatchelAuditRequest) message =
      satchel_rows_request_from_text (request->text, request->size, error);
  g_autoptr (GByteArray) lines = g_byte_array_new ();
  if (message == NULL ||
      !satchel_server_rows (request->world->server, request->caller, message, collect, lines, error))
    return NULL;
  sim_tap_rows (request->device, request->caller, (const char *)lines->data, lines->len);
  return g_byte_array_free_to_bytes (g_steal_pointer (&lines));
}

/* ---- identity ---- */

static GBytes *
answer_device (const Request *request, GError **error)
{
  g_autoptr (SatchelDeviceAnswer) answer =
      satchel_server_split_device (request->world->server, request->caller, error);
  return answer != NULL ? sim_take_text (satchel_device_answer_to_text (answer)) : NULL;
}

static GBytes *
answer_known (const Request *request, GError **error)
{
  g_autoptr (GPtrArray) asked = satchel_known_from_text (request->text, request->size, error);
  g_autoptr (GPtrArray) known =
      asked != NULL ? satchel_server_known (request->world->server, request->caller, asked, error) : NULL;
  return known != NULL ? sim_take_text (satchel_known_answer_to_text (known)) : NULL;
}

/* ---- online ---- */

static GBytes *
answer_query (const Request *request, GError **error)
{
  g_autoptr (SatchelListRequest) message =
      satchel_list_request_from_text (request->text, request->size, error);
  g_autoptr (GByteArray) lines = g_byte_array_new ();
  g_autoptr (GError) problem = NULL;
  if (message == NULL)
    return NULL;
  gboolean answered =
      satchel_server_query (request->world->server, request->caller, message, collect, lines, &problem);
  sim_question_list (request->device, request->caller, message, answered ? lines : NULL, problem);
  if (!answered)
    g_propagate_error (error, g_steal_pointer (&problem));
  return answered ? g_byte_array_free_to_bytes (g_steal_pointer (&lines)) : NULL;
}

/* What is opened is pinned. */
static GBytes *
answer_record (const Request *request, GError **error)
{
  SimWorld *world = request->world;
  g_autoptr (SatchelRecordRequest) message =
      satchel_record_request_from_text (request->text, request->size, error);
  g_autoptr (GByteArray) lines = g_byte_array_new ();
  g_autoptr (GError) problem = NULL;
  if (message == NULL)
    return NULL;
  gboolean answered =
      satchel_server_record (world->server, request->caller, message, collect, lines, &problem);
  sim_question_record (request->device, request->caller, message, answered ? lines : NULL, problem);
  if (!answered)
    g_propagate_error (error, g_steal_pointer (&problem));
  answered = answered && satchel_server_pin (world->server, request->caller, message, error);
  sim_tap_note (world);
  return answered ? g_byte_array_free_to_bytes (g_steal_pointer (&lines)) : NULL;
}

static GBytes *
answer_unpin (const Request *request, GError **error)
{
  g_autoptr (SatchelRecordRequest) message =
      satchel_record_request_from_text (request->text, request->size, error);
  if (message == NULL || !satchel_server_unpin (request->world->server, request->caller, message, error))
    return NULL;
  sim_tap_note (request->world);
  return sim_take_text (g_strdup ("{}"));
}

/* Or refused for what was asked. */
static gboolean
is_answered (const char *text, GError **error)
{
  return text != NULL || g_error_matches (*error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND) ||
         g_error_matches (*error, SATCHEL_ERROR, SATCHEL_ERROR_FORBIDDEN);
}

/* Two names, as a request for history and a question why have them. */
static char *
ask_about (const Request *request,
           char *(*ask) (SatchelServer *server, const SatchelCaller *caller, const char *entity,
                         const char *record, GError **error),
           const char **entity, const char **record, JsonNode **node, GError **error)
{
  *node = satchel_json_parse (request->text, request->size, error);
  if (*node == NULL)
    return NULL;
  *entity = json_object_get_string_member (json_node_get_object (*node), "entity");
  *record = json_object_get_string_member (json_node_get_object (*node), "record");
  return ask (request->world->server, request->caller, *entity, *record, error);
}

static GBytes *
answer_history (const Request *request, GError **error)
{
  const char *entity, *record;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = ask_about (request, satchel_server_history, &entity, &record, &node, error);
  sim_question_history (request->device, request->caller, entity, record, text);
  return sim_take_text (g_steal_pointer (&text));
}

static GBytes *
answer_why (const Request *request, GError **error)
{
  const char *entity, *record;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = ask_about (request, satchel_server_why, &entity, &record, &node, error);
  if (is_answered (text, error))
    sim_question_why (request->device, request->caller, entity, record, text);
  return sim_take_text (g_steal_pointer (&text));
}

static GBytes *
answer_preview (const Request *request, GError **error)
{
  g_autoptr (SatchelPreviewRequest) message =
      satchel_preview_request_from_text (request->text, request->size, error);
  g_autofree char *text =
      message != NULL ? satchel_server_preview (request->world->server, request->caller, message, error)
                      : NULL;
  if (message != NULL && is_answered (text, error))
    sim_question_preview (request->device, request->caller, message, text);
  return sim_take_text (g_steal_pointer (&text));
}

/* ---- attachments ---- */

static GBytes *
answer_blob_begin (const Request *request, GError **error)
{
  g_autoptr (SatchelBlobBegin) message = satchel_blob_begin_from_text (request->text, request->size, error);
  SatchelBlobState state;
  if (message == NULL ||
      !satchel_server_begin_blob (request->world->server, request->caller, message, &state, error))
    return NULL;
  return sim_take_text (satchel_blob_state_to_text (&state));
}

static GBytes *
answer_blob_put (const Request *request, GError **error)
{
  SimWorld *world = request->world;
  g_autoptr (SatchelBlobPiece) piece = satchel_blob_piece_from_bytes (request->body, error);
  SatchelBlobState state;
  gboolean complete;
  if (piece == NULL ||
      !satchel_server_put_blob (world->server, request->caller, piece, &state, &complete, error) ||
      (complete && !satchel_server_finish_blob (world->server, request->caller, piece->hash, error)))
    return NULL;
  state.done |= complete;
  return sim_take_text (satchel_blob_state_to_text (&state));
}

static GBytes *
answer_blob_get (const Request *request, GError **error)
{
  g_autoptr (SatchelBlobGet) message = satchel_blob_get_from_text (request->text, request->size, error);
  GBytes *bytes = message != NULL
                      ? satchel_server_get_blob (request->world->server, request->caller, message, error)
                      : NULL;
  if (message != NULL)
    sim_question_blob (request->device, request->caller, message, bytes);
  return bytes;
}

/* ---- the table ---- */

static const struct {
  const char *path;
  GBytes *(*answer) (const Request *request, GError **error);
} routes[] = {
  { "/v1/pull", answer_pull },
  { "/v1/snapshot", answer_snapshot },
  { "/v1/snapshot/get", answer_snapshot_get },
  { "/v1/audit", answer_audit },
  { "/v1/rows", answer_rows },
  { "/v1/device", answer_device },
  { "/v1/known", answer_known },
  { "/v1/query", answer_query },
  { "/v1/record", answer_record },
  { "/v1/unpin", answer_unpin },
  { "/v1/history", answer_history },
  { "/v1/why", answer_why },
  { "/v1/preview", answer_preview },
  { "/v1/blob/begin", answer_blob_begin },
  { "/v1/blob/put", answer_blob_put },
  { "/v1/blob/get", answer_blob_get },
};

/* Stores what the reader lacks; it may be undone before the request comes again. */
static gboolean
prepare (const Request *request, GError **error)
{
  SimWorld *world = request->world;
  if (!satchel_server_prepare (world->server, request->caller, error))
    return FALSE;
  sim_tap_note (world);
  if (world->weather == SIM_STORMY && sim_chance (world, PERCENT_MEANWHILE))
    sim_do_office (g_ptr_array_index (world->devices, 0));
  return TRUE;
}

static GBytes *
answer (const Request *request, const char *path, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    if (g_str_equal (routes[i].path, path))
      return routes[i].answer (request, error);
  sim_fail (request->world, "the simulation has no %s", path);
}

GBytes *
sim_answer (SimDevice *device, const char *path, const char *token, GBytes *body, GError **error)
{
  g_autoptr (SatchelCaller) caller = satchel_server_authenticate (device->world->server, token, error);
  Request request = { device, device->world, caller, body, NULL, 0 };
  if (caller == NULL)
    return NULL;
  request.text = g_bytes_get_data (body, &request.size);
  for (guint tries = 0;; tries++) {
    g_autoptr (GError) problem = NULL;
    GBytes *bytes = answer (&request, path, &problem);
    if (bytes != NULL)
      return bytes;
    if (!g_error_matches (problem, SATCHEL_ERROR, SATCHEL_ERROR_UNPREPARED) || tries == MOST_PREPARED) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
    if (!prepare (&request, error))
      return NULL;
  }
}
