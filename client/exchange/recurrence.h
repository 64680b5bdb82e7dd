/* The field "recurrence" of an appointment: one line, a rule (RFC 5545) and what adds to it and takes from it, with one space between.
 *
 *     FREQ=WEEKLY;BYDAY=MO EXDATE=20261005T090000,20261012T090000 RDATE=20261014T150000
 *
 * First the body of RRULE, which may be missing; then at the most one each of EXDATE, RDATE and EXRULE. Times are those of the clock in the
 * appointment's zone, with a Z where it has none, days alone (20261005) where it is all day; sorted. UNTIL stands as RFC 5545 wants it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char *rule;    /* body of RRULE, or NULL */
  char *exrule;  /* body of EXRULE, or NULL */
  GStrv exdates; /* never NULL */
  GStrv rdates;  /* never NULL */
} SatchelRecurrence;

/* FALSE: @text is not of this form. "RRULE:" before the rule, and lower case, are taken as people write them. */
gboolean satchel_recurrence_parse (const char *text, SatchelRecurrence *recurrence) G_GNUC_WARN_UNUSED_RESULT;
/* Owned; NULL for one that holds nothing. */
char    *satchel_recurrence_to_text (const SatchelRecurrence *recurrence);
void     satchel_recurrence_clear (SatchelRecurrence *recurrence);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelRecurrence, satchel_recurrence_clear)

G_END_DECLS
