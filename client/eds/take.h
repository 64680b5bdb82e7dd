/* What people did at EDS, into the replica: as sets of theirs, under the rules and rights of the CRM, against what they saw.
 *
 * What the rules, the states or the rights refuse is counted and never an error; errors are those of the disk.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/deeds.h"
#include "client/eds/kind.h"
#include "client/eds/state.h"

G_BEGIN_DECLS

typedef struct _SatchelTaker SatchelTaker;

typedef struct {
  guint written, refused;
  guint left_out; /* fields of new records */
  /* Of the occurrences of a series: those that were deleted; those that stay, though they were taken out there, because they have just changed
   * here, or may not be deleted; those that were changed there, and are not here any more. */
  guint deleted, kept, too_late;
  char *reason;   /* of the last refusal, or why something was left out; or NULL */
} SatchelTaken;
void satchel_taken_clear (SatchelTaken *taken);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelTaken, satchel_taken_clear)

/* All borrowed. */
SatchelTaker *satchel_taker_new (const SatchelMirrorKind *kind, SatchelSession *session, SatchelExchange *exchange);
void          satchel_taker_free (SatchelTaker *taker); /* NULL-safe */

/* Reads anew what the person may do. */
void satchel_taker_begin (SatchelTaker *taker);

/* What differs in @there from what was noted. @records: what is here now. */
gboolean satchel_taker_take (SatchelTaker *taker, const SatchelMirrored *note, const char *there, GPtrArray *records,
                             SatchelTaken *taken, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All records of an item, or none. */
gboolean satchel_taker_create (SatchelTaker *taker, const char *id, const char *there, SatchelTaken *taken,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The first of @records; what is part of it goes with it. */
gboolean satchel_taker_delete (SatchelTaker *taker, GPtrArray *records, SatchelTaken *taken, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The deletes since the last call; NULL: none. Owned. */
SatchelDeeds *satchel_taker_take_deeds (SatchelTaker *taker);

G_END_DECLS
