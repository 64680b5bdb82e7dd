/* Entering, leaving and moving between buckets.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/store/filing.h"

#include "sync-server/scope/buckets.h"
#include "sync-server/store/members.h"
#include "sync-server/store/pins.h"
#include "sync-server/store/rows.h"
#include "sync-server/store/shares.h"

static gboolean
make_atoms (SatchelStore *store, const SatchelRecord *record, SatchelAtoms *atoms, GError **error)
{
  g_autoptr (SatchelRecord) subject = NULL;
  g_auto (GStrv) principals = NULL;
  const SatchelRecord *about;

  if (!satchel_rows_read_subject (store, record, &subject, error))
    return FALSE;
  about = subject != NULL ? subject : record;
  principals = satchel_shares_list_principals (store, about->entity, about->id, error);
  if (principals == NULL)
    return FALSE;
  satchel_atoms_of_record (record, subject, (const char *const *)principals, atoms);
  return TRUE;
}

/* Leaves the buckets of @before, enters those of @after, touches those in both. */
static gboolean
refile (SatchelStore *store, const SatchelRecord *record, gint64 row, const SatchelAtoms *before,
        const SatchelAtoms *after, const char *why, GError **error)
{
  const char *entity = record->entity->name;
  gint64 bucket;

  for (guint i = 0; before->atoms != NULL && i < before->atoms->len; i++) {
    const char *atom = before->atoms->pdata[i];

    if (!satchel_atoms_contain (after, atom) &&
        (!satchel_members_find_bucket (store, entity, atom, &bucket, error) ||
         !satchel_members_leave (store, bucket, row, record->id, why, error)))
      return FALSE;
  }
  for (guint i = 0; after->atoms != NULL && i < after->atoms->len; i++) {
    const char *atom = after->atoms->pdata[i];

    if (!satchel_members_find_bucket (store, entity, atom, &bucket, error) ||
        !(satchel_atoms_contain (before, atom) ? satchel_members_touch (store, bucket, row, error)
                                               : satchel_members_enter (store, bucket, row, error)))
      return FALSE;
  }
  return TRUE;
}

/* What is in these buckets already has to be sent again as a whole. */
static gboolean
renew (SatchelStore *store, const SatchelRecord *record, gint64 row, const SatchelAtoms *atoms,
       GError **error)
{
  gint64 bucket;

  for (guint i = 0; i < atoms->atoms->len; i++) {
    if (!satchel_members_find_bucket (store, record->entity->name, atoms->atoms->pdata[i], &bucket, error) ||
        !satchel_members_enter (store, bucket, row, error))
      return FALSE;
  }
  return TRUE;
}

/* A record has moved: what is about it follows, and is sent anew, to the authors of conflicts too, as much of
 * it as they may read now. */
static gboolean
move_satellites (SatchelStore *store, const SatchelRecord *before, const char *const *old_principals,
                 const SatchelRecord *after, const char *const *new_principals, GError **error)
{
  g_autoptr (GPtrArray) satellites =
      satchel_rows_list_satellites (store, after->entity->name, after->id, error);

  if (satellites == NULL)
    return FALSE;
  for (guint i = 0; i < satellites->len; i++) {
    const SatchelRecord *satellite = satellites->pdata[i];
    g_auto (SatchelAtoms) old = { 0 }, new = { 0 };
    gint64 row;

    satchel_atoms_of_record (satellite, before, old_principals, &old);
    satchel_atoms_of_record (satellite, after, new_principals, &new);
    if (!satchel_rows_find (store, satellite->entity, satellite->id, &row, error) ||
        !refile (store, satellite, row, &old, &new, "left", error) ||
        !renew (store, satellite, row, &new, error))
      return FALSE;
  }
  return satchel_pins_touch (store, after->entity, after->id, error);
}

gboolean
satchel_filing_enter (SatchelStore *store, const SatchelRecord *record, gint64 row, GError **error)
{
  const SatchelAtoms none = { 0 };
  g_auto (SatchelAtoms) atoms = { 0 };

  return make_atoms (store, record, &atoms, error) &&
         refile (store, record, row, &none, &atoms, "left", error);
}

gboolean
satchel_filing_leave (SatchelStore *store, const SatchelRecord *record, gint64 row, GError **error)
{
  const SatchelAtoms none = { 0 };
  g_auto (SatchelAtoms) atoms = { 0 };

  return make_atoms (store, record, &atoms, error) &&
         refile (store, record, row, &atoms, &none, "deleted", error);
}

static gboolean
differ (const SatchelAtoms *one, const SatchelAtoms *other)
{
  if (one->atoms->len != other->atoms->len)
    return TRUE;
  for (guint i = 0; i < one->atoms->len; i++) {
    if (!satchel_atoms_contain (other, one->atoms->pdata[i]))
      return TRUE;
  }
  return FALSE;
}

gboolean
satchel_filing_move (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after, gint64 row,
                     GError **error)
{
  g_auto (SatchelAtoms) old = { 0 }, new = { 0 };
  g_auto (GStrv) principals = NULL;

  if (!make_atoms (store, before, &old, error) || !make_atoms (store, after, &new, error) ||
      !refile (store, after, row, &old, &new, "left", error))
    return FALSE;
  if (after->entity->ownership == SATCHEL_OWNERSHIP_RECORD || !differ (&old, &new))
    return TRUE;
  principals = satchel_shares_list_principals (store, after->entity, after->id, error);
  return principals != NULL && move_satellites (store, before, (const char *const *)principals, after,
                                                (const char *const *)principals, error);
}

/* ---- shares ---- */

static gboolean
read_shared (SatchelStore *store, const SatchelRecord *share, SatchelRecord **subject, GError **error)
{
  *subject = NULL;
  return !g_str_equal (share->entity->name, "share") ||
         satchel_rows_read_subject (store, share, subject, error);
}

gboolean
satchel_filing_note_share (SatchelStore *store, const SatchelRecord *share, char ***principals,
                           GError **error)
{
  g_autoptr (SatchelRecord) subject = NULL;

  *principals = NULL;
  if (!read_shared (store, share, &subject, error))
    return FALSE;
  if (subject != NULL)
    *principals = satchel_shares_list_principals (store, subject->entity, subject->id, error);
  return subject == NULL || *principals != NULL;
}

gboolean
satchel_filing_follow_share (SatchelStore *store, const SatchelRecord *share, char **principals,
                             GError **error)
{
  g_autoptr (SatchelRecord) subject = NULL;
  g_auto (SatchelAtoms) old = { 0 }, new = { 0 };
  g_auto (GStrv) now = NULL;
  gint64 row;

  if (!read_shared (store, share, &subject, error))
    return FALSE;
  if (subject == NULL)
    return TRUE;
  now = satchel_shares_list_principals (store, subject->entity, subject->id, error);
  if (now == NULL || !satchel_rows_find (store, subject->entity, subject->id, &row, error))
    return FALSE;
  satchel_atoms_of_record (subject, NULL, (const char *const *)principals, &old);
  satchel_atoms_of_record (subject, NULL, (const char *const *)now, &new);
  return refile (store, subject, row, &old, &new, "left", error) &&
         move_satellites (store, subject, (const char *const *)principals, subject, (const char *const *)now,
                          error);
}
