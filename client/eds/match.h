/* Which record an item is of, and what the item of a record is called, where nothing is noted. Private to this room.
 *
 * An item that another program made becomes a record whose id follows from it, so that nothing is made twice. Of an appointment in which she takes part that
 * is the id which her colleagues' devices give it as well: one invitation is one record (protocol/README.md, "Once"). Where the server lets her
 * not into theirs, she has a record of her own beside it, and her item is of that.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/eds/kind.h"
#include "client/eds/shown.h"
#include "client/eds/state.h"

G_BEGIN_DECLS

typedef struct _SatchelMatch SatchelMatch;

/* All borrowed. */
SatchelMatch *satchel_match_new (const SatchelMirrorKind *kind, SatchelSession *session, SatchelExchange *exchange,
                                 SatchelMirrorState *state, SatchelShown *shown);
void          satchel_match_free (SatchelMatch *match); /* NULL-safe */

/* Before and after a look. @there: uids of all that is at EDS; or NULL: only some of it is looked at. */
void satchel_match_begin (SatchelMatch *match, GHashTable *there);
void satchel_match_end (SatchelMatch *match);

/* The record of an item of which nothing is noted: its uid is the record's id, or names it, or it would be made of this item. */
gboolean satchel_match_find_record (SatchelMatch *match, const char *uid, const char *text, char **id,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The id of the record that an item becomes which stands there again though its record is gone for good. Owned. */
char *satchel_match_dup_next_id (SatchelMatch *match, const char *id, const char *uid);
/* What the item of a wanted record is called, of which nothing is noted. Of several that name one uid the first by their ids has it, in whatever order
 * they come. */
gboolean satchel_match_find_uid (SatchelMatch *match, const SatchelRecord *record, char **uid, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the item's record is the one that she has beside that with @id: *own is its id, owned; NULL: there is none. */
gboolean satchel_match_find_beside (SatchelMatch *match, const char *id, char **own, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether her item, which was of the colleagues' record, is that of @record now: *note, owned; NULL: no. */
gboolean satchel_match_find_moved (SatchelMatch *match, const SatchelRecord *record, SatchelMirrored **note,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Notes that it is so. */
gboolean satchel_match_move (SatchelMatch *match, const char *id, const char *own, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the item @text says of people what @record, which is under the id of all, does not: her answer, above all. */
gboolean satchel_match_adds_people (SatchelMatch *match, const char *text, const SatchelRecord *record);

G_END_DECLS
