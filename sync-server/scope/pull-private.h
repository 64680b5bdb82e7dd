/* A pull under way, for the files that write it: pull.c (head, tail, cursor), judge.c (what the device has and is to have),
 * pull-changes.c (what is new to it), stubs.c (titles).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/scope/holdings.h"
#include "sync-server/scope/pull.h"
#include "sync-server/store/texts.h"

G_BEGIN_DECLS

typedef struct {
  SatchelStore *store;
  const SatchelScope *scope;
  gint64 now_ms;
  const GArray *own;     /* ranges of commits whose effect the device knows; NULL: none (pull-own.c) */
  gint64 since;          /* the device holds what "then" says as of this S; -1: nothing */
  SatchelAccess *access;
  SatchelHoldings *now;  /* borrowed, as is the next */
  SatchelHoldings *then; /* equal to "now" while nothing was chosen or granted since; NULL: the device holds nothing */

  SatchelHoldings *earlier; /* where they are others: owned */
  GHashTable *stirred;      /* buckets of "now" in which something happened since; NULL: any may be */
  GHashTable *moved;        /* SatchelEntity: theirs */

  gboolean same_rights;  /* both let the same be read: guards answer as they did */

  SatchelWriteFunc write;
  gpointer data;
  GString *text;  /* not written yet */
  guint n_written; /* pieces */
  gint64 n_rows;
  char *section;  /* the header under which the last line stands; NULL: none */

  GHashTable *guarded;               /* guard.c: bucket (gint64) → members for which its guard holds, JSON */
  gint64 guard_work, dearest_work;   /* what guards have cost (satchel_database_get_work), and the dearest one */
  gint64 dearest;

  GHashTable *named; /* "entity:id": what lookups of the rows sent name, and may not be carried */
} SatchelPulling;

void satchel_pulling_clear (SatchelPulling *pull);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelPulling, satchel_pulling_clear)

/* ---- writing: pull.c ---- */

/* For what asks about rows without being a pull: everything is as for a device that holds nothing. The caller has set store,
 * now_ms and, where it writes, write and data; close() writes what waits. */
gboolean satchel_pulling_open (SatchelPulling *pull, SatchelAccess *access, const char *user, const char *device,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_pulling_close (SatchelPulling *pull, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean satchel_pulling_put_line (SatchelPulling *pull, const char *text, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A row, a removal or a stub under @header, which is written where it is not the one under way. */
gboolean satchel_pulling_put_row (SatchelPulling *pull, const char *header, const char *text, gsize size,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether something may have happened in a bucket of "now". */
gboolean satchel_pulling_is_stirred (SatchelPulling *pull, gint64 bucket);

/* ---- judging: judge.c ---- */

typedef struct {
  gint64 row;
  gboolean readable; /* now; a conflict that its author alone may read is not */
  gboolean carried;  /* now */
  gboolean blank;    /* carried, but only the author's own side */
  gboolean held;     /* carried, and the device has it as it was at "since" */
  gboolean readable_then, chosen_then; /* at "since", by a membership that has lasted */
} SatchelVerdict;

/* SatchelVerdict for each of @rows (gint64), in order. Of @stood (as pointers; may be NULL) it is known that the device carries them, and has had
 * them since "since": with the same list all that may be read is carried, and one of its buckets has them as it had. */
GArray *satchel_pulling_judge (SatchelPulling *pull, const SatchelEntity *entity, const GArray *rows, GHashTable *stood, GError **error);
gboolean satchel_pulling_judge_one (SatchelPulling *pull, const SatchelEntity *entity, gint64 row, SatchelVerdict *verdict,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- what the device knows by itself: pull-own.c ---- */

/* Takes the ranges of commits that a request names, where each is @device's. They are borrowed. */
gboolean satchel_pulling_take_own (SatchelPulling *pull, const char *device, const GArray *ranges, gboolean *taken,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- in bulk: pull-select.c ---- */

/* A SELECT of the rows that are carried whole; those that are blanked. */
gboolean satchel_pulling_select_carried (SatchelPulling *pull, const SatchelEntity *entity, SatchelConditions *select,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
GArray *satchel_pulling_list_blanked (SatchelPulling *pull, const SatchelEntity *entity, GError **error);
/* What the device had by the earlier list and still stands in the same buckets, wherever that is now. */
GArray *satchel_pulling_list_former (SatchelPulling *pull, const SatchelEntity *entity, GError **error);

/* ---- rows: pull-changes.c ---- */

/* Those of @rows (gint64), whole but for the hidden; @blank: without the other side of a conflict. */
gboolean satchel_pulling_put_whole (SatchelPulling *pull, const SatchelEntity *entity, const GArray *rows, gboolean blank,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_pulling_put_gone (SatchelPulling *pull, const SatchelEntity *entity, const char *id, const char *why,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All that is carried of @entity, whole. */
gboolean satchel_pulling_put_all (SatchelPulling *pull, const SatchelEntity *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What of @entity is new to the device, or gone. */
gboolean satchel_pulling_put_changes (SatchelPulling *pull, const SatchelEntity *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- titles: stubs.c ---- */

/* Whether records of @entity may be readable but not carried. */
gboolean satchel_pulling_may_be_stub (SatchelPulling *pull, const SatchelEntity *entity);
/* Whether @field may name one of these. */
gboolean satchel_pulling_names_stubs (SatchelPulling *pull, const SatchelField *field);
void     satchel_pulling_add_named (SatchelPulling *pull, const char *entity, const char *id);
/* Remembers what @row names; its columns from 1 on are @form's lookups. */
void     satchel_pulling_note_named (SatchelPulling *pull, const SatchelTextForm *form, SatchelStatement *row);
/* Whether a carried record names it. */
gboolean satchel_pulling_is_named (SatchelPulling *pull, const SatchelEntity *entity, const char *id, gboolean *named,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What of the named is a stub. */
typedef gboolean (*SatchelStubFunc) (const SatchelEntity *entity, gint64 row, gpointer data, GError **error);
gboolean satchel_pulling_visit_stubs (SatchelPulling *pull, SatchelStubFunc visit, gpointer data,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* At the end: the titles of what was named, and of what else may have become a stub. */
gboolean satchel_pulling_put_stubs (SatchelPulling *pull, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All stubs anew. */
gboolean satchel_pulling_put_all_stubs (SatchelPulling *pull, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
