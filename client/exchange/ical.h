/* Properties of an iCalendar component, one by one. Private to this room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/exchange/exchange.h"
#include "client/exchange/zones.h"

G_BEGIN_DECLS

/* Owned references: the library has one iterator a component, and whoever changes it while it moves loses the place. */
GPtrArray *satchel_ical_list (ICalComponent *component, ICalPropertyKind kind);
GPtrArray *satchel_ical_list_components (ICalComponent *component, ICalComponentKind kind);
ICalProperty *satchel_ical_first (ICalComponent *component, ICalPropertyKind kind); /* owned, or NULL */
void satchel_ical_remove_all (ICalComponent *component, ICalPropertyKind kind);

/* The first that is known, or NONE: the library would not write another one again. */
ICalPropertyStatus satchel_ical_get_status (ICalComponent *component);

/* The text of the first such property that has one; owned, or NULL. */
char *satchel_ical_get_text (ICalComponent *component, ICalPropertyKind kind);
/* The first one's text is replaced, its parameters stay; "" or NULL removes them all. */
void  satchel_ical_set_text (ICalComponent *component, ICalPropertyKind kind, const char *text);
/* The same for X- properties. */
char *satchel_ical_get_x (ICalComponent *component, const char *name);
void  satchel_ical_set_x (ICalComponent *component, const char *name, const char *text);

/* The one property of its kind, with TZID; a day where @is_date. @zone NULL: UTC. */
void satchel_ical_set_time (ICalComponent *component, ICalPropertyKind kind, gint64 ms, const char *zone, GTimeZone *own,
                            gboolean is_date);
/* A new property of any kind that holds a time. Owned. */
ICalProperty *satchel_ical_new_time (ICalPropertyKind kind, gint64 ms, const char *zone, GTimeZone *own, gboolean is_date);

/* ---- what appointments and tasks have in common ---- */

void satchel_ical_read_common (const SatchelExchange *x, ICalComponent *component, SatchelRecord *into);
void satchel_ical_write_common (const SatchelExchange *x, ICalComponent *component, const SatchelRecord *before, const SatchelRecord *record);
/* What the library could not understand is told as problems. */
void satchel_ical_tell_errors (const SatchelExchange *x, ICalComponent *component);
void satchel_ical_list_left (const SatchelExchange *x, ICalComponent *component, const ICalPropertyKind *known, guint n_known);
/* A VCALENDAR that may be changed: a copy of @base, or of what it stands in; new for NULL. Owned. */
ICalComponent *satchel_ical_copy_calendar (ICalComponent *base);
/* UID, DTSTAMP of a new component. */
ICalComponent *satchel_ical_new_component (ICalComponentKind kind, const SatchelRecord *record, const char *uid);
/* That of its calendar_id, or of its record. Borrowed. */
const char *satchel_ical_uid (const SatchelRecord *record);
/* @series_id: of the record it stands in for, or NULL. */
void satchel_ical_read_uid (const SatchelExchange *x, ICalComponent *component, SatchelRecord *into, const char *series_id);

/* ---- people and repetitions, of appointments ---- */

void satchel_attendance_read (const SatchelExchange *x, ICalComponent *event, SatchelRecord *into);
void satchel_attendance_write (const SatchelExchange *x, ICalComponent *event, const SatchelRecord *before, const SatchelRecord *record);

/* @start: that of the event, as it was read. */
void satchel_repeat_read (const SatchelExchange *x, SatchelZones *zones, ICalComponent *event, const SatchelMoment *start, SatchelRecord *into);
void satchel_repeat_write (ICalComponent *event, const SatchelRecord *record, const char *zone, GTimeZone *own, gboolean is_date);

G_END_DECLS
