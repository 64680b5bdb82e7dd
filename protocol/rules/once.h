/* Records that are made more than once and are one (protocol/README.md, "Once"): a message that several people track, on several
 * machines, before any of them knows of the others. Their id follows from what they are, so that each makes the same; the second to
 * arrive joins.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"

G_BEGIN_DECLS

/* Whether the creation of @record means @there, which has its id: their entity is declared "once", and the field of that holds the same. */
gboolean satchel_once_is_same (const SatchelRecord *record, const SatchelRecord *there);

/* Whether the two say the same, as far as both say something: title and texts of "proof". What has the same name may have been given it by a forger. */
gboolean satchel_once_is_alike (const SatchelRecord *record, const SatchelRecord *there);

/* Whether @record shows that its author has what @there was made of, though she may not read @there: the same file; or the same title, and of a
 * field of "proof" enough that only who has it could say. */
gboolean satchel_once_shows (const SatchelRecord *record, const SatchelRecord *there);

typedef enum {
  SATCHEL_ONCE_WRITE = 1 << 0,  /* the author may write @there */
  SATCHEL_ONCE_ATTACH = 1 << 1, /* and name other records in it */
} SatchelOnceRights;

/* What becomes of @there: parties united, an address that is somebody's in either being said once, of who was asked what she answered, and of more than a list holds those that were there;
 * what is empty filled. Without WRITE nothing but that @user herself, once, comes into those parties that are users alone, and what she answered stands where she was asked. */
void satchel_once_join (SatchelRecord *there, const SatchelRecord *record, const char *user, SatchelOnceRights rights);

/* Whether @user takes part in @record and not in @there, and comes into that only by the hand of who may write it. */
gboolean satchel_once_leaves_out (const SatchelRecord *record, const SatchelRecord *there, const char *user);

/* Whether @before and @after differ in @field by nothing but @user's own coming or going, among parties that are users alone. */
gboolean satchel_once_is_own_presence (const SatchelField *field, const SatchelValue *before, const SatchelValue *after,
                                       const char *user);

/* Whether @user is among @parties (NULL: nobody). She counts as one where there is no room for more. */
gboolean satchel_once_is_present (const SatchelValue *parties, const char *user);

/* What was answered behind the role of who was asked, within @role: "accepted" of "required_accepted"; or declined, tentative, delegated. NULL: nothing. */
const char *satchel_once_find_answer (const char *role);

/* The id of @user's own record beside the one with @id, which she can neither read nor prove to have. Owned. Where that is taken as well, hers has
 * the own id of that, and so on, so many steps at the most. */
char *satchel_once_own_id (const char *id, const char *user);
#define SATCHEL_ONCE_STEPS 8
/* Whether @own is one of these ids. */
gboolean satchel_once_is_own_id (const char *own, const char *id, const char *user);

G_END_DECLS
