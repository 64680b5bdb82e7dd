/* What repeats: the days and hours of an appointment whose field "recurrence" holds a rule (RFC 5545, RRULE) and, behind it, the
 * dates that are left out or added (client/exchange/recurrence.h). No GTK.
 *
 * A rule is text that anybody may have written. One that cannot be understood, or that repeats within a day, says nothing: the appointment
 * stands there once. Nothing here takes longer than counting to a hundred thousand.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/calendar/slot.h"

G_BEGIN_DECLS

/* Occurrences of one series that are found in a range at the most. */
#define SATCHEL_SERIES_MOST 500

/* The rule of the record, borrowed; NULL: it does not repeat, or nobody understands how. */
const char *satchel_series_get_rule (const SatchelSlot *slot, const SatchelRecord *record);

/* Where @first stands again by @rule, itself included, as far as it touches the days from @first_day to @last_day: SatchelSpan, in
 * order. @replaced: original starts (gint64, ms) of those in whose place another record stands, or NULL. The clock on the wall of @own,
 * the zone in which it was written, counts; spans are for who looks from @zone. */
GArray *satchel_series_list (const char *rule, const SatchelSpan *first, const GArray *replaced, GTimeZone *own, GTimeZone *zone,
                             gint64 first_day, gint64 last_day);

/* The rule of a series that moves by as much: its single dates move along. Owned. */
char *satchel_series_shift (const char *rule, gint64 days, int minutes);
/* The same rule, but for one day; @minutes of it on the clock of the record's zone, -1 where it is all day. Owned. */
char *satchel_series_leave_out (const char *rule, gint64 day, int minutes);

/* Whether the rule names days (BYDAY=MO): then it would not follow if the first one went to another day. */
gboolean satchel_series_names_days (const char *rule);

G_END_DECLS
