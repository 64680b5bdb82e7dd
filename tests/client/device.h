/* A signed-in profile in a directory of its own, fed with pulls written by hand and answered without a server.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"
#include "tests/lib/fixture.h"

G_BEGIN_DECLS

typedef struct {
  FakeClock clock;
  char *dir;
  SatchelRegistry *registry; /* the built-in one, borrowed */
  SatchelSession *session;
  SatchelReplica *replica; /* the session's */
  SatchelOutbox *outbox;   /* the session's */
} Device;

/* With one business unit, the user "me" and the user "you", pulled at s = 10, cursor "c10"; prime FALSE: before the first pull. */
typedef enum { DEVICE_PRIMED, DEVICE_EMPTY } DeviceState;
void device_setup (Device *device, DeviceState state);
void device_teardown (Device *device);
/* One more session of the profile, as another process would have it; owned. */
SatchelSession *device_open_another (Device *device);
/* The session of a profile that is closed or was copied to device->dir. */
void device_open (Device *device);
/* Closes the session and opens it again, as another process would. */
void device_reopen (Device *device);

/* Ids of test records: device_id ("a1") is stable and valid. Static. */
const char *device_id (const char *name);
const char *device_user (const char *name); /* as the owner of a record: "user:ID" */

/* Builds a pull line by line; "'" stands for "\"" and "~name~" for device_id (name) to keep lines readable. */
typedef struct {
  GString *text;
  gint64 rows;
} PullText;
void pull_begin (PullText *pull, const char *head); /* NULL: {"reset":false,"restored_s":-1,"backed_up_s":0} */
void pull_line (PullText *pull, const char *line);
void pull_end (PullText *pull, gint64 s); /* the tail: cursor "c<s>" */
void pull_clear (PullText *pull);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PullText, pull_clear)

gboolean device_try_pull (Device *device, const char *text, gsize length, SatchelPullResult *result, GError **error);
/* Asserts success. @lines as for pull_line, NULL-terminated. */
void device_pull (Device *device, gint64 s, ...) G_GNUC_NULL_TERMINATED;
void device_pull_with (Device *device, const char *head, gint64 s, ...) G_GNUC_NULL_TERMINATED;

/* ---- definitions ---- */

/* The built-in ones changed by the document @change. Owned. */
char *device_dup_definitions (const char *change);
/* The line of a pull that tells them. */
void pull_definitions (PullText *pull, const char *text);
/* Pulls definitions and then @lines (NULL-terminated, or NULL). */
void device_follow_text (Device *device, gint64 s, const char *text, const char *const *lines, SatchelPullResult *result);
void device_follow (Device *device, gint64 s, const char *change, const char *const *lines);

/* ---- reading ---- */

const SatchelEntity *device_entity (Device *device, const char *entity);
/* Text form of what is shown, "" for an empty field, NULL for a record that is not there. */
char *device_shown (Device *device, const char *entity, const char *name, const char *field);
char *device_base (Device *device, const char *entity, const char *name, const char *field);
#define device_assert_shown(device, entity, name, field, expected)                                                     \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *shown_ = device_shown (device, entity, name, field);                                              \
    g_assert_cmpstr (shown_, ==, expected);                                                                            \
  }                                                                                                                    \
  G_STMT_END
#define device_assert_base(device, entity, name, field, expected)                                                      \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *base_ = device_base (device, entity, name, field);                                                \
    g_assert_cmpstr (base_, ==, expected);                                                                             \
  }                                                                                                                    \
  G_STMT_END

/* Titles that a search or a predicate finds, joined with ", ". */
char *device_find (Device *device, const char *entity, const char *find, const char *where);
gint64 device_count (Device *device, SatchelSetState state);
/* How many rows the table has: "base_account". */
gint64 device_rows (Device *device, const char *table);

/* ---- writing: fields and texts alternate, NULL-terminated. The set's UUID, owned; NULL with @error. ---- */

char *device_create (Device *device, const char *entity, const char *name, GError **error, ...) G_GNUC_NULL_TERMINATED;
char *device_set (Device *device, const char *entity, const char *name, GError **error, ...) G_GNUC_NULL_TERMINATED;
char *device_delete (Device *device, const char *entity, const char *name, GError **error);
char *device_act (Device *device, const char *entity, const char *name, const char *action, GError **error,
                  ...) G_GNUC_NULL_TERMINATED;

/* Asserts that a write, which is given &problem, succeeded: WRITE (device_delete (&device, "task", "t1", &problem)). */
void device_wrote (char *uuid, GError *problem);
#define WRITE(call)                                                                                                    \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    GError *problem = NULL;                                                                                            \
    char *uuid_ = call;                                                                                                \
    device_wrote (uuid_, problem);                                                                                     \
  }                                                                                                                    \
  G_STMT_END

/* ---- pushing ---- */

/* Takes the next push, which must hold @n_sets sets, and answers them all as applied from @first_s on. */
void device_push_applied (Device *device, guint n_sets, gint64 first_s);
/* Takes the next push, of one set, and answers it as parked. */
void device_push_parked (Device *device, SatchelErrorCode code, const char *field);

G_END_DECLS
