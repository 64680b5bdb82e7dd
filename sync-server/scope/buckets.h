/* Records to buckets, rights to lists of buckets. Pure.
 *
 * A bucket is (entity, atom). Atoms:
 *   org                 a record of the organisation
 *   unit:ID, owner:ID   a user's record: filed under its business unit and under its owner, a user or a team
 *   shared:ID           and under each user and team that it is shared with for reading
 *   ENTITY/ATOM         a satellite (conflict, share): filed like the record that it is about
 *   ENTITY+CLASS/ATOM   a conflict about a secured field
 *   author:ID           a conflict, for whoever wrote "mine": she keeps her own value where she may not read the record
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/rights.h"

G_BEGIN_DECLS

typedef struct {
  GPtrArray *atoms; /* char*; NULL: none */
} SatchelAtoms;
void satchel_atoms_clear (SatchelAtoms *atoms);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelAtoms, satchel_atoms_clear)
gboolean satchel_atoms_contain (const SatchelAtoms *atoms, const char *atom);

/* @subject: for a satellite the record that it is about, NULL when that is gone. @principals: whom the record, or the
 * satellite's, is shared with (satchel_shares_list_principals), or NULL. */
void satchel_atoms_of_record (const SatchelRecord *record, const SatchelRecord *subject, const char *const *principals,
                              SatchelAtoms *atoms);

/* How the satellites of @about's records are told from them: "ENTITY/", and "ENTITY+CLASS/" for each of its field classes.
 * NULL-terminated, owned. */
char **satchel_atoms_list_prefixes (const SatchelEntity *about);

/* One line of a user's list. */
typedef struct {
  const SatchelEntity *entity;
  char *atom;
  gboolean is_prefix; /* every bucket whose atom begins so: a right that reaches over the organisation */
  gboolean is_author; /* rows that come this way alone are blanked but for the author's own values */
} SatchelBucketRange;
void satchel_bucket_range_free (SatchelBucketRange *range);

typedef struct {
  GPtrArray *ranges;   /* SatchelBucketRange*, in order of entity */
  char **hidden_classes; /* field classes that the user may not read; sorted, NULL-terminated */
  char digest[17];     /* 16 hex digits: equal for equal lists */
} SatchelBucketList;
SatchelBucketList *satchel_bucket_list_new (const SatchelRights *rights, SatchelRegistry *registry);
void               satchel_bucket_list_free (SatchelBucketList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelBucketList, satchel_bucket_list_free)

G_END_DECLS
