/* The table of error codes: wire name, HTTP status and sentence of each.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

G_DEFINE_QUARK (satchel - error - quark, satchel_error)

typedef struct {
  const char *name;
  guint http_status;
  const char *sentence;
} SatchelErrorInfo;

/* clang-format off */
static const SatchelErrorInfo infos[SATCHEL_ERROR_N_CODES] = {
  [SATCHEL_ERROR_INVALID]         = { "invalid", 400, N_ ("The request or the value cannot be read.") },
  [SATCHEL_ERROR_TOO_LARGE]       = { "too-large", 413, N_ ("The request or the value is too large.") },
  [SATCHEL_ERROR_UNAUTHENTICATED] = { "unauthenticated", 401, N_ ("You are not signed in.") },
  [SATCHEL_ERROR_FORBIDDEN]       = { "forbidden", 403, N_ ("You do not have the right to do this.") },
  [SATCHEL_ERROR_FIELD_FORBIDDEN] = { "field-forbidden", 403, N_ ("You do not have the right to change this field.") },
  [SATCHEL_ERROR_NOT_FOUND]       = { "not-found", 404, N_ ("There is no such record.") },
  [SATCHEL_ERROR_EXISTS]          = { "exists", 409, N_ ("It exists already.") },
  [SATCHEL_ERROR_RULE]            = { "rule", 422, N_ ("A rule is not met.") },
  [SATCHEL_ERROR_REFERENCE]       = { "reference", 422, N_ ("A record that this one refers to is not there.") },
  [SATCHEL_ERROR_SCHEMA]          = { "schema", 422, N_ ("There is no such entity or field.") },
  [SATCHEL_ERROR_STATE]           = { "state", 422, N_ ("The record's state does not allow this.") },
  [SATCHEL_ERROR_RECORD_DELETED]  = { "record-deleted", 409, N_ ("Someone deleted the record meanwhile.") },
  [SATCHEL_ERROR_RECORD_CHANGED]  = { "record-changed", 409, N_ ("Someone changed the record meanwhile.") },
  [SATCHEL_ERROR_DEPENDS]         = { "depends", 409, N_ ("It needs an earlier change that was not accepted.") },
  [SATCHEL_ERROR_GAP]             = { "gap", 409, N_ ("A change set is missing in between.") },
  [SATCHEL_ERROR_DEVICE_CLONED]   = { "device-cloned", 409, N_ ("This device was copied or restored and needs a new identity.") },
  [SATCHEL_ERROR_CURSOR]          = { "cursor", 400, N_ ("The server does not know the point of the last sync.") },
  [SATCHEL_ERROR_EPOCH]           = { "epoch", 409, N_ ("The server was restored from a backup.") },
  [SATCHEL_ERROR_BLOB]            = { "blob", 409, N_ ("An attachment has not been sent yet.") },
  [SATCHEL_ERROR_QUOTA]           = { "quota", 507, N_ ("There is no room for more attachments.") },
  [SATCHEL_ERROR_RATE]            = { "rate", 429, N_ ("There were too many requests; try again later.") },
  [SATCHEL_ERROR_BUSY]            = { "busy", 503, N_ ("The server or the database is busy; try again.") },
  [SATCHEL_ERROR_UNPREPARED]      = { "unprepared", 503, N_ ("The server is preparing; try again.") },
  [SATCHEL_ERROR_UNREACHABLE]     = { "unreachable", 504, N_ ("The server cannot be reached.") },
  [SATCHEL_ERROR_OFFLINE]         = { "offline", 503, N_ ("You have switched this profile offline.") },
  [SATCHEL_ERROR_STORAGE]         = { "storage", 507, N_ ("The disk is full or refuses; nothing was changed.") },
  [SATCHEL_ERROR_CORRUPT]         = { "corrupt", 500, N_ ("A file is damaged.") },
  [SATCHEL_ERROR_NEWER]           = { "newer", 426, N_ ("It was written by a newer version of this program.") },
  [SATCHEL_ERROR_SERVER_STORAGE]  = { "server-storage", 507, N_ ("The server's disk is full or refuses; nothing was changed there.") },
  [SATCHEL_ERROR_SERVER_CORRUPT]  = { "server-corrupt", 500, N_ ("A file of the server is damaged.") },
  [SATCHEL_ERROR_WIPED]           = { "wiped", 401, N_ ("This device was given up for lost, and its records are erased.") },
  [SATCHEL_ERROR_CANCELLED]       = { "cancelled", 503, N_ ("It was cancelled.") },
};
/* clang-format on */

static const SatchelErrorInfo *
get_info (SatchelErrorCode code)
{
  g_assert ((guint)code < SATCHEL_ERROR_N_CODES);
  return &infos[code];
}

const char *
satchel_error_name (SatchelErrorCode code)
{
  return get_info (code)->name;
}

const char *
satchel_error_sentence (SatchelErrorCode code)
{
  return get_info (code)->sentence;
}

guint
satchel_error_http_status (SatchelErrorCode code)
{
  return get_info (code)->http_status;
}

gboolean
satchel_error_from_name (const char *name, SatchelErrorCode *code)
{
  for (guint i = 0; i < SATCHEL_ERROR_N_CODES; i++) {
    if (g_strcmp0 (infos[i].name, name) == 0) {
      *code = i;
      return TRUE;
    }
  }
  return FALSE;
}

static SatchelErrorCode
code_of_io_error (int code)
{
  switch (code) {
  case G_IO_ERROR_CANCELLED:
    return SATCHEL_ERROR_CANCELLED;
  case G_IO_ERROR_NOT_FOUND:
    return SATCHEL_ERROR_NOT_FOUND;
  case G_IO_ERROR_EXISTS:
    return SATCHEL_ERROR_EXISTS;
  case G_IO_ERROR_BUSY:
  case G_IO_ERROR_WOULD_BLOCK:
    return SATCHEL_ERROR_BUSY;
  case G_IO_ERROR_INVALID_DATA:
  case G_IO_ERROR_INVALID_ARGUMENT:
  case G_IO_ERROR_INVALID_FILENAME:
    return SATCHEL_ERROR_INVALID;
  case G_IO_ERROR_MESSAGE_TOO_LARGE:
    return SATCHEL_ERROR_TOO_LARGE;
  case G_IO_ERROR_TIMED_OUT:
  case G_IO_ERROR_HOST_NOT_FOUND:
  case G_IO_ERROR_HOST_UNREACHABLE:
  case G_IO_ERROR_NETWORK_UNREACHABLE:
  case G_IO_ERROR_CONNECTION_REFUSED:
  case G_IO_ERROR_CONNECTION_CLOSED: /* also BROKEN_PIPE, which has the same value */
  case G_IO_ERROR_NOT_CONNECTED:
  case G_IO_ERROR_PARTIAL_INPUT:
  case G_IO_ERROR_PROXY_FAILED:
    return SATCHEL_ERROR_UNREACHABLE;
  default: /* NO_SPACE, READ_ONLY, PERMISSION_DENIED, FAILED (EIO)… */
    return SATCHEL_ERROR_STORAGE;
  }
}

static SatchelErrorCode
code_of_file_error (int code)
{
  switch (code) {
  case G_FILE_ERROR_NOENT:
  case G_FILE_ERROR_NOTDIR:
    return SATCHEL_ERROR_NOT_FOUND;
  case G_FILE_ERROR_EXIST:
    return SATCHEL_ERROR_EXISTS;
  case G_FILE_ERROR_AGAIN:
  case G_FILE_ERROR_INTR:
    return SATCHEL_ERROR_BUSY;
  case G_FILE_ERROR_INVAL:
  case G_FILE_ERROR_ISDIR:
  case G_FILE_ERROR_NAMETOOLONG:
    return SATCHEL_ERROR_INVALID;
  default:
    return SATCHEL_ERROR_STORAGE;
  }
}

SatchelErrorCode
satchel_error_code (const GError *error)
{
  g_assert (error != NULL);

  if (error->domain == SATCHEL_ERROR)
    return error->code;
  if (error->domain == G_IO_ERROR)
    return code_of_io_error (error->code);
  if (error->domain == G_FILE_ERROR)
    return code_of_file_error (error->code);
  if (error->domain == G_TLS_ERROR || error->domain == G_RESOLVER_ERROR)
    return SATCHEL_ERROR_UNREACHABLE;

  return SATCHEL_ERROR_INVALID; /* parsers: JSON, options, key files, numbers */
}

gboolean
satchel_error_is_general (const GError *error)
{
  switch (satchel_error_code (error)) {
  case SATCHEL_ERROR_STORAGE:
  case SATCHEL_ERROR_CORRUPT:
  case SATCHEL_ERROR_BUSY:
  case SATCHEL_ERROR_NEWER:
  case SATCHEL_ERROR_CANCELLED:
  case SATCHEL_ERROR_UNAUTHENTICATED:
    return TRUE;
  default:
    return FALSE;
  }
}

SatchelErrorCode
satchel_error_code_abroad (SatchelErrorCode code)
{
  switch (code) {
  case SATCHEL_ERROR_STORAGE:
    return SATCHEL_ERROR_SERVER_STORAGE;
  case SATCHEL_ERROR_CORRUPT:
    return SATCHEL_ERROR_SERVER_CORRUPT;
  default:
    return code;
  }
}
