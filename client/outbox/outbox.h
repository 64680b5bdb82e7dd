/* The queue of change sets, from the writer's hand to the server's answer: states in client/README.md.
 *
 * A set has a place in the queue from the start, and gets its number when it is first offered to the server: until then it
 * can be discarded without a gap in the numbers.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/queue/set.h"
#include "client/replica/replica.h"
#include "protocol/id.h"
#include "protocol/wire/message.h"

G_BEGIN_DECLS

typedef struct _SatchelOutbox SatchelOutbox;

/* Both are borrowed. */
SatchelOutbox *satchel_outbox_new (SatchelReplica *replica, const SatchelClock *clock);
void           satchel_outbox_free (SatchelOutbox *outbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelOutbox, satchel_outbox_free)

/* Checks, stores and lays on top a new set; within the caller's transaction, which it undoes on failure. Takes nothing.
 * NOT_FOUND, EXISTS, RULE, STATE, REFERENCE, SCHEMA, FORBIDDEN, INVALID: what the set wants cannot be. */
gboolean satchel_outbox_add (SatchelOutbox *outbox, const SatchelChangeSet *set, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of updates of records that only the server has: nothing is checked or laid on top. */
gboolean satchel_outbox_add_untold (SatchelOutbox *outbox, const SatchelChangeSet *set, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The sets with a state in the mask (1 << state), in order: SatchelQueuedSet*. @limit -1: all. */
GPtrArray *satchel_outbox_list (SatchelOutbox *outbox, guint state_mask, gint64 limit, GError **error);
/* Those behind the set @after, for the next page. NOT_FOUND when that is here no more, INVALID. */
GPtrArray *satchel_outbox_list_after (SatchelOutbox *outbox, guint state_mask, const char *after, gint64 limit, GError **error);
/* One that is not retained; @uuid may be a unique prefix of 8 characters or more. NOT_FOUND, INVALID. */
SatchelQueuedSet *satchel_outbox_find (SatchelOutbox *outbox, const char *uuid, GError **error);
/* Sets without an outcome yet. */
gboolean satchel_outbox_count_unanswered (SatchelOutbox *outbox, gint64 *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether any that wait were foreseen to do more than they say. */
gboolean satchel_outbox_any_planned (SatchelOutbox *outbox, gboolean *any, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_outbox_count (SatchelOutbox *outbox, SatchelSetState state, gint64 *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The next push, at most SATCHEL_MAX_PUSH_SETS sets and SATCHEL_MAX_REQUEST_BYTES; marks them sent. NULL without error when
 * nothing waits but for its attachments: sets that name one which was not sent yet, and what depends on them, let others go before. Sets sent whose answer never came are offered again, first. A push may hold released UUIDs only. */
SatchelPush *satchel_outbox_next_push (SatchelOutbox *outbox, GError **error);
/* The one after that, while the push whose last set has the number @last is under way: to be offered once that is answered in full. NULL also while UUIDs
 * given up wait, which go with the first push that is made after them. */
SatchelPush *satchel_outbox_next_push_behind (SatchelOutbox *outbox, gint64 last, GError **error);
/* Stores what became of them, in one transaction; parked sets are taken off the shown rows (creates stay as drafts). An answer that
 * comes twice, or too late, changes nothing. */
gboolean satchel_outbox_take_answer (SatchelOutbox *outbox, const SatchelPushAnswer *answer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A parked set: again as a new set at the end of the queue, with what depends on it; with other values; or not at all. NOT_FOUND; STATE when
 * it is not parked; the errors of add() when it cannot succeed (a record that is gone: restore it first). What is retried is what
 * the user sees now. Discarding a pending set that was never sent is allowed too; what depends on it stays in the queue. @uuid
 * may be a unique prefix of 8 characters or more. */
gboolean satchel_outbox_retry (SatchelOutbox *outbox, const char *uuid, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_outbox_edit (SatchelOutbox *outbox, const char *uuid, GHashTable *values, GError **error) G_GNUC_WARN_UNUSED_RESULT; /* field → text */
gboolean satchel_outbox_discard (SatchelOutbox *outbox, const char *uuid, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Undoes a discard: @queued as find() gave it before, in its old place unless that was taken since. What was parked is parked again,
 * under another UUID. The errors of add() for a set that was pending. */
gboolean satchel_outbox_bring_back (SatchelOutbox *outbox, const SatchelQueuedSet *queued, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What waits, or was parked, because of a parked set: UUID → UUID of that set, char* both, owned by the table. */
GHashTable *satchel_outbox_list_dependence (SatchelOutbox *outbox, GError **error);

/* ---- attachments (files.c) ---- */

/* Held files that parked sets name and the server lacked: SatchelBlob*, owned. */
GPtrArray *satchel_outbox_list_lacking (SatchelOutbox *outbox, GError **error);
/* The server has the file: what waited for it goes with the next push, what was parked for it is retried. */
gboolean satchel_outbox_take_file_sent (SatchelOutbox *outbox, const char *hash, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The file cannot be sent: parks, here, the sets that name it, and those that depend on them (DEPENDS). A retry tries to send it again. */
gboolean satchel_outbox_refuse_file (SatchelOutbox *outbox, const char *hash, SatchelErrorCode code, const char *reason,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new identity (device-cloned, gap): unanswered sets whose UUID is not in @known (char*) are numbered from @next_number on, in order,
 * and pending again. */
gboolean satchel_outbox_renumber (SatchelOutbox *outbox, gint64 next_number, GPtrArray *known, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* UUIDs of the unanswered sets, char*: what to ask the server about before renumbering. */
GPtrArray *satchel_outbox_list_unanswered (SatchelOutbox *outbox, GError **error);

/* Fields of the record that waiting sets change: names, owned; for "_pending". */
GPtrArray *satchel_outbox_pending_fields (SatchelOutbox *outbox, const SatchelEntity *entity, const char *id, GError **error);

G_END_DECLS
