/* An organisation for tests of the server's core: units, people, and desks that push and pull without a network. A desk keeps
 * what it has pulled as texts, so that a test can compare it with a first sync.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/accounts.h"
#include "sync-server/server.h"
#include "tests/lib/fixture.h"

G_BEGIN_DECLS

#define OFFICE_PASSWORD "correct horse" /* everybody's */

typedef struct {
  char *dir;
  FakeClock clock;
  SatchelRegistry *registry;
  SatchelServer *server;
  char *north, *south; /* business units under the root */
} Office;

Office *office_new (void);
void    office_free (Office *office); /* checks the store first */
void    office_reopen (Office *office);
/* id, owned. Her devices carry all that she may read. */
char   *office_hire (Office *office, const char *login, const char *role, const char *unit);
/* The same, with no choice but that of her role. */
char   *office_employ (Office *office, const char *login, const char *role, const char *unit);
/* An offline filter of @user; id of its record, owned. */
char   *office_choose (Office *office, const char *user, const char *entity, const char *where, gboolean related);

typedef struct {
  Office *office;
  SatchelCaller caller;
  char *token;
  gint64 next_number;
  char *cursor;       /* NULL before the first pull */
  SatchelRegistry *registry; /* what the server told of definitions; NULL: they are the program's own */
  guint n_definitions;       /* how often it did */
  GHashTable *rows;   /* "entity/id" → GHashTable of field → JSON text */
  GHashTable *stubs;  /* "entity/id" → JSON text of the title; those that a row names */
  gint64 n_rows, n_removed;      /* of the last pull */
  gboolean reset;                /* of the last pull */
  gint64 restored_s, backed_up_s, s; /* of the last pull */
  guint n_whole;                 /* rows of the last pull that were whole */
  guint n_cleared;               /* entities that the last pull had the desk empty */
  char *stream;                  /* the last pull as it came */
} Desk;

Desk *desk_new (Office *office, const char *login); /* signs in */
void  desk_free (Desk *desk);

/* A set numbered next; the caller fills and pushes it. */
SatchelChangeSet *desk_set (Desk *desk);
/* Adds a change seen at the desk's cursor; the fields as name, JSON text, …, NULL. */
SatchelChange *add_change (Desk *desk, SatchelChangeSet *set, SatchelChangeKind kind, const char *entity, const char *record,
                           const char *action, ...) G_GNUC_NULL_TERMINATED;
/* Pushes the set alone and frees it; the outcome is owned. */
SatchelOutcome *desk_push (Desk *desk, SatchelChangeSet *set);
/* The same, keeping the set; NULL with an error when the push is refused. */
SatchelOutcome *desk_try (Desk *desk, SatchelChangeSet *set, GError **error);

/* Gives up a parked set. */
void desk_release (Desk *desk, const char *uuid);

/* Sets of one change each. */
SatchelOutcome *desk_create (Desk *desk, const char *entity, const char *record, ...) G_GNUC_NULL_TERMINATED;
SatchelOutcome *desk_update (Desk *desk, const char *entity, const char *record, ...) G_GNUC_NULL_TERMINATED;
SatchelOutcome *desk_delete (Desk *desk, const char *entity, const char *record);
SatchelOutcome *desk_act (Desk *desk, const char *entity, const char *record, const char *action, ...) G_GNUC_NULL_TERMINATED;

void desk_pull (Desk *desk);
/* Pulls, and compares with what a first sync would give. */
void desk_check (Desk *desk);
/* JSON text of a field, "null" when empty; NULL when the record is not here. Borrowed. */
const char *desk_get (Desk *desk, const char *entity, const char *record, const char *field);
gboolean    desk_has (Desk *desk, const char *entity, const char *record);
guint       desk_count (Desk *desk, const char *entity);
/* The only conflict whose field is @field; fails the test when there are more or none. Borrowed id. */
const char *desk_find_conflict (Desk *desk, const char *field, const char *status);

/* A new id; owned. */
char *new_id (Desk *desk);

/* A call that takes "&error" and must succeed. */
#define must(call) \
  G_STMT_START { \
    const gboolean _done = (call); \
    g_assert_no_error (error); \
    g_assert_true (_done); \
  } G_STMT_END
#define assert_applied(outcome) \
  G_STMT_START { \
    g_autoptr (SatchelOutcome) _outcome = (outcome); \
    g_assert_cmpstr (_outcome->reason, ==, NULL); \
    g_assert_cmpint (_outcome->state, ==, SATCHEL_OUTCOME_APPLIED); \
  } G_STMT_END
#define assert_conflicts(outcome, n) \
  G_STMT_START { \
    g_autoptr (SatchelOutcome) _outcome = (outcome); \
    g_assert_cmpstr (_outcome->reason, ==, NULL); \
    g_assert_cmpint (_outcome->n_conflicts, ==, (n)); \
  } G_STMT_END
#define assert_parked(outcome, expected) \
  G_STMT_START { \
    g_autoptr (SatchelOutcome) _outcome = (outcome); \
    g_assert_cmpint (_outcome->state, ==, SATCHEL_OUTCOME_PARKED); \
    g_assert_cmpstr (satchel_error_name (_outcome->code), ==, satchel_error_name (expected)); \
    g_assert_nonnull (_outcome->reason); \
  } G_STMT_END

/* Whether a reader has pulled for somebody since this was asked last: it notes with which scope. */
gboolean office_has_read (Office *office);

G_END_DECLS
