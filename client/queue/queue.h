/* The tables of the queue: sets, what they do to shown rows, and the UUIDs that are given up. What to do with a set is decided above:
 * the overlay and the pull lay it on rows, the outbox sends it. All within the caller's transaction.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/queue/set.h"
#include "protocol/sqlite/database.h"

G_BEGIN_DECLS

/* The step that creates the tables. */
extern const char satchel_queue_schema[];

/* Whether what a set does follows from more than its own text (an action, a delete) and is predicted anew after a pull. */
typedef enum { SATCHEL_SET_PLAIN, SATCHEL_SET_PLANNED } SatchelSetForm;

/* ---- sets ---- */

/* At the end of the queue, pending and without number. */
gboolean satchel_queue_append (SatchelDatabase *database, const SatchelChangeSet *set, SatchelSetForm form, gint64 *seq,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* With its lays. */
gboolean satchel_queue_remove (SatchelDatabase *database, gint64 seq, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* With its lays to another place; *seq is where it is then: where it was, when that place is taken. */
gboolean satchel_queue_move (SatchelDatabase *database, gint64 from, gint64 to, gint64 *seq, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  SatchelQueuedSet *queued; /* set->number is 0 while it has none */
  gint64 seq;               /* place in the queue */
  gsize size_bytes;         /* of its text */
} SatchelQueueRow;
void satchel_queue_row_free (SatchelQueueRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelQueueRow, satchel_queue_row_free)

/* The sets with a state in @states after place @after, in order, at most @limit (-1: all): SatchelQueueRow*. */
GPtrArray *satchel_queue_list (SatchelDatabase *database, guint states, gint64 after, gint64 limit, GError **error);
/* The planned ones among the waiting. */
GPtrArray *satchel_queue_list_planned (SatchelDatabase *database, GError **error);
gboolean satchel_queue_any_planned (SatchelDatabase *database, gboolean *any, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What pushes offer: pending sets and those sent without answer. Those that have a number come first, in order of it. */
GPtrArray *satchel_queue_list_unanswered (SatchelDatabase *database, gint64 limit, GError **error);
/* Of these, the ones behind the number @last. */
GPtrArray *satchel_queue_list_behind (SatchelDatabase *database, gint64 last, gint64 limit, GError **error);
/* Whether there is anything to push: such a set, or a UUID given up. */
gboolean satchel_queue_waits (SatchelDatabase *database, gboolean *waits, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* *row NULL when there is none. @uuid: whole, or a prefix that fits one set; INVALID when it fits several. */
gboolean satchel_queue_find (SatchelDatabase *database, const char *uuid, SatchelQueueRow **row, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the text of a set in one of @states holds @word, which needs no escapes in JSON. */
gboolean satchel_queue_mentions (SatchelDatabase *database, guint states, const char *word, gboolean *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean satchel_queue_count (SatchelDatabase *database, SatchelSetState state, gint64 *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Pending ones without a number, up to the place @last. */
gboolean satchel_queue_count_unnumbered (SatchelDatabase *database, gint64 last, gint64 *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_queue_count_unanswered (SatchelDatabase *database, gint64 *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_queue_set_sent (SatchelDatabase *database, gint64 seq, gint64 number, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_queue_set_pending (SatchelDatabase *database, gint64 seq, gint64 number, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Sent as number @number and without answer, or pending: seq, or 0 when there is none such. @uuid NULL: by number. */
gboolean satchel_queue_find_unanswered (SatchelDatabase *database, const char *uuid, gint64 number, gint64 *seq, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_queue_set_applied (SatchelDatabase *database, gint64 seq, gint64 s, gint64 at_ms,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Applied exactly as they are (at_ms) after @after_s and not pulled yet, in order of s: SatchelQueueRow*; and as ranges of s, gint64
 * first and last of each, at most @most. */
GPtrArray *satchel_queue_list_exact (SatchelDatabase *database, gint64 after_s, GError **error);
GArray *satchel_queue_list_exact_ranges (SatchelDatabase *database, gint64 after_s, guint most, GError **error);
gboolean satchel_queue_set_parked (SatchelDatabase *database, gint64 seq, SatchelErrorCode code, const char *reason,
                                   const char *field, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- after a pull ---- */

/* Sets applied at or before @s become retained; calls @lies for every record they lay on, each once. */
typedef gboolean (*SatchelRecordFunc) (const char *entity, const char *record, gpointer data, GError **error);
gboolean satchel_queue_retire (SatchelDatabase *database, gint64 s, SatchelRecordFunc lies, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_queue_drop_retained (SatchelDatabase *database, gint64 backed_up_s, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The server has forgotten everything after @restored_s: what was applied or parked since is pending again under its number. */
gboolean satchel_queue_requeue (SatchelDatabase *database, gint64 restored_s, SatchelRecordFunc lies, gpointer data,
                                gint64 *requeued, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- lays ---- */

typedef struct {
  gint64 seq;
  SatchelSetState state;
  SatchelChangeKind kind; /* create, update, delete */
  char *entity, *record;
  JsonObject *values; /* field → wire form; NULL for a delete */
} SatchelLay;
void satchel_lay_free (SatchelLay *lay);

/* Takes nothing. @values NULL for a delete. */
gboolean satchel_queue_add_lay (SatchelDatabase *database, gint64 seq, SatchelChangeKind kind, const char *entity,
                                const char *record, JsonObject *values, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_queue_remove_lays (SatchelDatabase *database, gint64 seq, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What lies on @field of any record; the sets keep their text. */
gboolean satchel_queue_erase_lays (SatchelDatabase *database, const char *entity, const char *field, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* In order of the queue. */
GPtrArray *satchel_queue_list_lays_on (SatchelDatabase *database, const char *entity, const char *record, guint states, GError **error);
GPtrArray *satchel_queue_list_lays_of (SatchelDatabase *database, gint64 seq, GError **error);

/* Calls @lies for every record on which sets after place *after lie, each once, and sets *after to the last place taken. */
gboolean satchel_queue_visit_new_lays (SatchelDatabase *database, gint64 *after, SatchelRecordFunc lies, gpointer data,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- UUIDs given up ---- */

gboolean satchel_queue_any_released (SatchelDatabase *database, gboolean *any, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_queue_release (SatchelDatabase *database, const char *uuid, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* At most @limit, char*; notes that they are being told. */
GPtrArray *satchel_queue_offer_released (SatchelDatabase *database, gint64 limit, GError **error);
/* The push that told them was answered. */
gboolean satchel_queue_forget_released (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean satchel_queue_clear (SatchelDatabase *database, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
