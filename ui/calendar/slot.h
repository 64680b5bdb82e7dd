/* The fields of an activity that say when it is, and how a time is read from them and written to them. No GTK.
 *
 * An activity is what can be completed: an entity of the area workplace that declares the action "complete" and has a field "start"
 * (with "end", "zone", "all_day" and "recurrence" where there are such) or "due", of the type date or datetime.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef struct {
  const SatchelEntity *entity;
  const SatchelField *start; /* or "due" */
  const SatchelField *end, *zone, *all_day, *recurrence; /* or NULL */
  /* Of what stands in place of one of a series: whose, and when that would have begun. Both or NULL. */
  const SatchelField *series, *original;
} SatchelSlot;

/* FALSE: not an activity, or one without a time. */
gboolean satchel_slot_init (SatchelSlot *slot, const SatchelEntity *entity);

/* When something is: on whole days, or from one instant to another. */
typedef struct {
  gboolean all_day;
  gint64 first_day, last_day; /* those on which it stands, in the zone of whoever looks; inclusive */
  gint64 start_ms, end_ms;    /* unless it is all day; end_ms >= start_ms */
} SatchelSpan;

/* FALSE: the record has no time. @zone is that of whoever looks. Whole days are those of the record's own zone. */
gboolean satchel_slot_read (const SatchelSlot *slot, const SatchelRecord *record, GTimeZone *zone, SatchelSpan *span);

/* The zone in which the record was written; @zone where it names none, or one that is not known. Owned. */
GTimeZone *satchel_slot_dup_zone (const SatchelSlot *slot, const SatchelRecord *record, GTimeZone *zone);

/* Spans of a time; the days are found. */
void satchel_span_set_times (SatchelSpan *span, gint64 start_ms, gint64 end_ms, GTimeZone *zone);
void satchel_span_set_days (SatchelSpan *span, gint64 first_day, gint64 last_day);
/* The same by days and the clock: what lasts three hours on the wall lasts three hours on the wall of the other day, too. */
void satchel_span_shift (SatchelSpan *span, gint64 days, int minutes, GTimeZone *zone);

/* What makes a record stand at @span: SatchelFieldValue*, owned. @before as it is, which keeps its zone, or NULL for a new one. What
 * is due has no length. RULE, with a sentence, when it cannot stand there: an hour for what has only a day. */
GPtrArray *satchel_slot_list_values (const SatchelSlot *slot, const SatchelRecord *before, const SatchelSpan *span,
                                     GTimeZone *zone, GError **error);
/* Whether its end can be moved. */
gboolean satchel_slot_has_length (const SatchelSlot *slot);

G_END_DECLS
