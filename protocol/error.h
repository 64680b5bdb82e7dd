/* The one list of what can go wrong, shared by both sides and by the wire.
 *
 * A code exists because a caller branches on it. Every code has a stable wire name ("record-deleted"), an HTTP
 * status and one English sentence; the table stands in error.c and nowhere else. The same codes
 * name the reason why a change set is parked.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SATCHEL_ERROR (satchel_error_quark ())
GQuark satchel_error_quark (void);

typedef enum {
  SATCHEL_ERROR_INVALID,         /* "invalid": a document, value or argument that does not parse */
  SATCHEL_ERROR_TOO_LARGE,       /* "too-large": over a bound of limits.h */
  SATCHEL_ERROR_UNAUTHENTICATED, /* "unauthenticated": no token, an unknown or a revoked one; sign in again */
  SATCHEL_ERROR_FORBIDDEN,       /* "forbidden": the user lacks the right on the record, entity or command */
  SATCHEL_ERROR_FIELD_FORBIDDEN, /* "field-forbidden": the user may not write that field */
  SATCHEL_ERROR_NOT_FOUND,       /* "not-found": no such record, entity or path, or one the user may not know of */
  SATCHEL_ERROR_EXISTS,          /* "exists": an id or a unique name is taken */
  SATCHEL_ERROR_RULE,            /* "rule": a required field, a format or a business rule is not met */
  SATCHEL_ERROR_REFERENCE,       /* "reference": a lookup names a record that is not there */
  SATCHEL_ERROR_SCHEMA,          /* "schema": an entity or field that the metadata does not know */
  SATCHEL_ERROR_STATE,           /* "state": a state transition that the entity does not allow */
  SATCHEL_ERROR_RECORD_DELETED,  /* "record-deleted": an edit of a record that someone deleted meanwhile */
  SATCHEL_ERROR_RECORD_CHANGED,  /* "record-changed": a delete of a record that someone edited meanwhile */
  SATCHEL_ERROR_DEPENDS,         /* "depends": needs a change set of the same device that is parked */
  SATCHEL_ERROR_GAP,             /* "gap": change set numbers must follow each other */
  SATCHEL_ERROR_DEVICE_CLONED,   /* "device-cloned": a used number under another UUID; enrol as a new device */
  SATCHEL_ERROR_CURSOR,          /* "cursor": a cursor that this server did not sign for this device */
  SATCHEL_ERROR_EPOCH,           /* "epoch": the server was restored; the cursor lies beyond what it knows */
  SATCHEL_ERROR_BLOB,            /* "blob": an attachment that the set names has not been sent yet; send it, then again */
  SATCHEL_ERROR_QUOTA,           /* "quota": no room for more attachments of this user or organisation */
  SATCHEL_ERROR_RATE,            /* "rate": too many requests or failed sign-ins; retry later */
  SATCHEL_ERROR_BUSY,            /* "busy": the server or a lock is taken for a moment; retry */
  SATCHEL_ERROR_UNPREPARED,      /* "unprepared": the writer must store what a device carries before it can pull */
  SATCHEL_ERROR_UNREACHABLE,     /* "unreachable": no connection, a cut answer, a time-out */
  SATCHEL_ERROR_OFFLINE,         /* "offline": the user has switched this profile offline */
  SATCHEL_ERROR_STORAGE,         /* "storage": the disk is full or refuses; nothing was changed */
  SATCHEL_ERROR_CORRUPT,         /* "corrupt": a file is damaged */
  SATCHEL_ERROR_NEWER,           /* "newer": a database or message of a newer version than this program */
  SATCHEL_ERROR_CANCELLED,       /* "cancelled" */
  SATCHEL_ERROR_SERVER_STORAGE,  /* "server-storage": the server's disk, not the reader's; nothing was changed there */
  SATCHEL_ERROR_SERVER_CORRUPT,  /* "server-corrupt": a file of the server, not of the reader, is damaged */
  SATCHEL_ERROR_WIPED,           /* "wiped": the device was given up for lost; it erases all that it holds */
  SATCHEL_ERROR_N_CODES
} SatchelErrorCode;

/* All three take any value of the enumeration; the strings are static, English (a sentence is marked for translation) and never NULL. */
const char *satchel_error_name (SatchelErrorCode code);
const char *satchel_error_sentence (SatchelErrorCode code);
guint       satchel_error_http_status (SatchelErrorCode code);

/* Returns FALSE when no code has that wire name; @code is then untouched. */
gboolean satchel_error_from_name (const char *name, SatchelErrorCode *code);

/* The code of @error, or the nearest one when @error is of another domain (G_IO_ERROR_NO_SPACE → STORAGE, …). */
SatchelErrorCode satchel_error_code (const GError *error);

/* Whether @error blames the place or the moment (the disk, a lock, who is signed in) and nothing that was asked: the next record, row or
 * change set would meet the same, so that it ends the whole instead of refusing the one. */
gboolean satchel_error_is_general (const GError *error);

/* What @code of the server's own disk is to whoever asked the server: STORAGE → SERVER_STORAGE, CORRUPT → SERVER_CORRUPT, others
 * as they are. */
SatchelErrorCode satchel_error_code_abroad (SatchelErrorCode code);

G_END_DECLS
