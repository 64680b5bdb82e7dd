/* Records to buckets, rights to lists of buckets. Pure.
 *
 * A bucket is (entity, atom). Atoms:
 *   org                 a record of the organisation
 *   unit:ID, owner:ID   a user's record: filed under its business unit and under its owner
 *   ENTITY/ATOM         a conflict: filed like the record that it is about
 *   author:ID           a conflict, for whoever wrote "mine": she keeps her own value where she may not read the record
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/security/rights.h"

G_BEGIN_DECLS

#define SATCHEL_MOST_ATOMS 3

typedef struct {
  char *atoms[SATCHEL_MOST_ATOMS];
  guint n_atoms;
} SatchelAtoms;
void satchel_atoms_clear (SatchelAtoms *atoms);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelAtoms, satchel_atoms_clear)
gboolean satchel_atoms_contain (const SatchelAtoms *atoms, const char *atom);

/* @subject: for a conflict the record that it is about, NULL when that is gone. */
void satchel_atoms_of_record (const SatchelRecord *record, const SatchelRecord *subject, SatchelAtoms *atoms);

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
  char digest[17];     /* 16 hex digits: equal for equal lists */
} SatchelBucketList;
SatchelBucketList *satchel_bucket_list_new (const SatchelRights *rights, SatchelRegistry *registry);
void               satchel_bucket_list_free (SatchelBucketList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelBucketList, satchel_bucket_list_free)

G_END_DECLS
