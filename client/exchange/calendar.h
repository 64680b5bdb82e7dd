/* Appointments and tasks as iCalendar (RFC 5545), both ways.
 *
 *   appointment                        VEVENT
 *   subject, description, location     SUMMARY (without one: the place, the first line of the text, "No Subject"), DESCRIPTION, LOCATION
 *   start, end, zone, all_day          DTSTART, DTEND or DURATION; whole days are VALUE=DATE and end before DTEND; a zone is that of the
 *                                      zone database that its name or its VTIMEZONE stands for (zones.h)
 *   recurrence                         RRULE, EXDATE, RDATE, EXRULE (recurrence.h)
 *   original_start                     RECURRENCE-ID: the record stands in place of what its series repeats then
 *   reminder_minutes                   TRIGGER of the first VALARM that comes so many minutes before the start
 *   organizer, attendees               ORGANIZER, ATTENDEE. Roles: chair, required, optional, resource, observer; what she answered
 *                                      behind it: required_accepted, …_declined, …_tentative, …_delegated
 *   show_as                            TRANSP, STATUS:TENTATIVE, X-MICROSOFT-CDO-BUSYSTATUS:OOF
 *   private, priority                  CLASS other than PUBLIC; PRIORITY 1-4 high, 6-9 low
 *   status                             STATUS:CANCELLED
 *   tags, links, calendar_id           CATEGORIES; ATTACH with an address; UID unless it is the record's id
 *
 *   task                               VTODO
 *   start_date, due                    DTSTART, DUE or DURATION; the day, in its zone
 *   percent, completed_at, status      PERCENT-COMPLETE, COMPLETED, STATUS; COMPLETED of what was cancelled says when, and is not read
 *   subject, description, priority, tags, links, calendar_id   as above
 *
 * All else is left to stand in the component. "series" is the caller's: it knows the record of the series.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#ifndef LIBICAL_GLIB_UNSTABLE_API
#define LIBICAL_GLIB_UNSTABLE_API
#endif
#include <libical-glib/libical-glib.h>

#include "client/exchange/exchange.h"

G_BEGIN_DECLS

/* NULL: it cannot be read, or holds more than any program writes (SATCHEL_MAX_ITEM_LINES, _DEPTH). Owned. */
ICalComponent *satchel_calendar_parse (const char *text);

/* The components of @kind in @calendar (a VCALENDAR, or a bare component: itself), those without RECURRENCE-ID first: ICalComponent*, owned references. */
GPtrArray *satchel_calendar_list (ICalComponent *calendar, ICalComponentKind kind);
/* The master of a series, or the only one, if it is there: owned, or NULL. */
ICalComponent *satchel_calendar_get_master (ICalComponent *calendar, ICalComponentKind kind);

/* Sets every mapped field of @into, an appointment, from @event, which stands in @calendar with its VTIMEZONEs; a property that is not there empties
 * its field. What @into held before decides where the component leaves a choice: the zone of whole days, parties without an address, a status
 * that iCalendar does not have. INVALID, with a sentence: it has no start, names a zone that is not described, or cannot be held; @into is then
 * as it was. */
gboolean satchel_event_read (const SatchelExchange *x, ICalComponent *calendar, ICalComponent *event, SatchelRecord *into,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @records: one, or a series first and then what stands in place of single occurrences (told apart by original_start; those that have none but the first
 * are left out). A copy of @base (a VCALENDAR; NULL: a new one) in which only those mapped properties are other whose reading differs; components for
 * occurrences that are not among @records are gone; VTIMEZONEs of all zones that are named are there. Owned. */
ICalComponent *satchel_event_write (const SatchelExchange *x, const SatchelRecord *const *records, guint n_records, ICalComponent *base);

/* The same for a task and its one VTODO. */
gboolean satchel_todo_read (const SatchelExchange *x, ICalComponent *calendar, ICalComponent *todo, SatchelRecord *into,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
ICalComponent *satchel_todo_write (const SatchelExchange *x, const SatchelRecord *record, ICalComponent *base);

/* TRUE for CLASS other than PUBLIC. */
gboolean satchel_calendar_is_private (ICalComponent *component);

/* The id that every device of the organisation gives the record of an item that comes from outside, so that who takes one twice has it once (protocol/README.md,
 * "Once"): of organisation, "calendar_id" and "original_start". Owned; NULL: it has no such UID. */
char *satchel_calendar_record_id (const char *organisation, const SatchelRecord *record);

/* Names of the mapped fields, NULL-terminated: what reading may set. */
const char *const *satchel_event_fields (void);
const char *const *satchel_todo_fields (void);

G_END_DECLS
