/* Times of a calendar: their zones by the names of the zone database, whatever they are called in the file.
 *
 * A TZID is, in this order: a name of the database; one behind a prefix ("/freeassociation.sourceforge.net/Europe/Berlin"); X-LIC-LOCATION of its
 * VTIMEZONE; the zone whose clock has stood where the VTIMEZONE's stands, in every month of the years around the event, the reader's own first. One
 * that is none of these has its instants from its VTIMEZONE, and no name.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#ifndef LIBICAL_GLIB_UNSTABLE_API
#define LIBICAL_GLIB_UNSTABLE_API
#endif
#include <libical-glib/libical-glib.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ICalComponent, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ICalProperty, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ICalParameter, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ICalTime, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ICalDuration, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ICalTimezone, g_object_unref)

typedef struct _SatchelZones SatchelZones;

/* The VTIMEZONEs of @calendar, which is borrowed. @own: whose times have no zone; borrowed. */
SatchelZones *satchel_zones_new (ICalComponent *calendar, GTimeZone *own);
void          satchel_zones_free (SatchelZones *zones);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelZones, satchel_zones_free)

/* A time that a property holds. */
typedef struct {
  gboolean is_date;
  gboolean is_floating; /* no zone at all: the reader's */
  gint64 ms;            /* the instant; of a day its midnight in the reader's zone */
  const char *name;     /* of its zone in the zone database, "UTC" included; NULL: a day, floating, or a zone that has no name. Interned. */
  ICalTime *clock;      /* what the clock shows, without a zone; owned */
} SatchelMoment;
void satchel_moment_clear (SatchelMoment *moment);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelMoment, satchel_moment_clear)

/* INVALID: no time, not of the years 1 to 9999, or a zone that is not described, with a sentence. */
gboolean satchel_zones_read (SatchelZones *zones, ICalProperty *property, ICalTime *time, SatchelMoment *moment,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- writing ---- */

/* What the clock shows at @ms in @zone (NULL: UTC). Owned. */
ICalTime *satchel_zones_clock (GTimeZone *zone, gint64 ms);
/* The zone of the database, or NULL. */
GTimeZone *satchel_zones_find (const char *name);
/* The instant at which the clock in @zone (NULL: UTC) shows @time. */
gint64 satchel_zones_instant (GTimeZone *zone, ICalTime *time);
/* Adds VTIMEZONEs for all zones of the database that @calendar names and does not describe. */
void satchel_zones_describe (ICalComponent *calendar);

G_END_DECLS
