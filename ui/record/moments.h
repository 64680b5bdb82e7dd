/* What happened about a record, newest first: activities, mails, notes, and what was changed in it. Found out in a reading job; no
 * widgets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_MOMENT_ACTIVITY,
  SATCHEL_MOMENT_MAIL,
  SATCHEL_MOMENT_NOTE,
  SATCHEL_MOMENT_CHANGE,
  SATCHEL_MOMENT_N_KINDS
} SatchelMomentKind;

typedef struct {
  SatchelMomentKind kind;
  gint64 at_ms;
  gboolean whole_day;  /* of its time only the day is known */
  const char *entity; /* interned; of changes the record's own */
  char *id;           /* of changes: who made them, or NULL */
  char *text;         /* of changes: names of the fields, a blank between; "": it was deleted; NULL: created */
} SatchelMoment;
void satchel_moment_free (SatchelMoment *moment);

/* When it was, or is to be: when it was done; else when it is due; else when it came to be. *whole_day: then its noon. */
gint64            satchel_moment_of_record (const SatchelRecord *record, gboolean *whole_day);
SatchelMomentKind satchel_moment_kind_of_entity (const SatchelEntity *entity);

/* What leads to records that are about one of @entity (and, by "regarding", to those in which it takes part): lookups "regarding", those of such entities that have the name of @entity
 * (what was done about its opportunities), and those of close activities. An array of SatchelReference. */
GArray *satchel_moments_list_sources (SatchelRegistry *registry, const SatchelEntity *entity);

/* Predicate text: its lookup names the record. */
char *satchel_reference_to_condition (const SatchelReference *reference, const SatchelEntity *target, const char *id);

/* All of them: SatchelMoment*, owned, the newest first; equal times in order of id. */
GPtrArray *satchel_moments_collect (SatchelSession *session, const SatchelEntity *entity, const char *id,
                                    GCancellable *cancellable, GError **error);

/* Those in the mask (1 << kind), borrowed from @moments. */
GPtrArray *satchel_moments_filter (const GPtrArray *moments, guint mask);

/* Local days since 1970, by which they are grouped. */
gint64 satchel_moment_get_day (gint64 at_ms);

G_END_DECLS
