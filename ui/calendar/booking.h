/* Putting activities at a time, each step a deed that can be taken back. For write jobs; no GTK.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/deeds.h"
#include "ui/calendar/slot.h"

G_BEGIN_DECLS

/* Moves the record, or gives it another length. STATE where it is closed, RULE where it cannot stand there, NOT_FOUND. */
gboolean satchel_booking_move (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *id,
                               const SatchelSpan *span, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One of a series, which stood at @from, should stand at @to: all of it moves by as much, and so do the days on which it does not stand, or
 * something else does. RULE where its rule names the days and @to is on another one. */
gboolean satchel_booking_move_series (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *id,
                                      const SatchelSpan *from, const SatchelSpan *to, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* That one alone: a record of its own, like the series, stands at @to in its place. Its id, owned. */
char *satchel_booking_detach (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *id, const SatchelSpan *from,
                              const SatchelSpan *to, GError **error);
/* What that record would begin with: SatchelFieldValue, owned. NULL: no series, or no record of its kind can be one of it. */
GPtrArray *satchel_booking_list_detached (SatchelSession *session, const char *entity, const char *id, const SatchelSpan *from,
                                          const SatchelSpan *to, GError **error);

/* A new one of the kind @entity. Returns its id, owned. */
char *satchel_booking_create (SatchelDeeds *deeds, SatchelSession *session, const char *entity, const char *title,
                              const SatchelSpan *span, GError **error);

G_END_DECLS
