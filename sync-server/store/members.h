/* Which row is in which bucket, since when, and which rows have left.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* The bucket's number, made when missing. */
gboolean satchel_members_find_bucket (SatchelStore *store, const char *entity, const char *atom, gint64 *bucket,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Numbers (gint64) of the buckets there are: the one of @atom, or all that begin so. */
GArray *satchel_members_list_buckets (SatchelStore *store, const char *entity, const char *atom, gboolean is_prefix,
                                      GError **error);

/* Whoever writes members or departed rows of a bucket notes it first. take_back forgets what was noted after the first @n; settle, before a
 * commit, gives each bucket its S and the ripple its name. */
GArray  *satchel_members_new_stirred (void);
void     satchel_members_stir (SatchelStore *store, gint64 bucket);
void     satchel_members_take_back (SatchelStore *store, guint n);
gboolean satchel_members_settle (SatchelStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For the ripple alone: the rows of @entity in temp.moving (store/follow.h) are told of under the buckets that let them be read. */
gboolean satchel_members_reach_moving (SatchelStore *store, const SatchelEntity *entity, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Buckets (gint64) in which something happened after @s; no more than @most. */
GArray *satchel_members_list_stirred (SatchelStore *store, gint64 s, guint most, GError **error);
/* Buckets that were made after @bucket, in order; *whole: @visit returned TRUE for all of them. */
typedef gboolean (*SatchelBucketFunc) (gint64 bucket, const char *entity, const char *atom, gpointer data);
gboolean satchel_members_visit_new (SatchelStore *store, gint64 bucket, SatchelBucketFunc visit, gpointer data, gboolean *whole,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The highest number of a bucket. */
gboolean satchel_members_last_bucket (SatchelStore *store, gint64 *bucket, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The row is new to the bucket, or all of it must be sent again; a part of it changed; it left ("left", "deleted"). */
gboolean satchel_members_enter (SatchelStore *store, gint64 bucket, gint64 row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_members_touch (SatchelStore *store, gint64 bucket, gint64 row, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_members_leave (SatchelStore *store, gint64 bucket, gint64 row, const char *record, const char *why,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean satchel_members_contain (SatchelStore *store, gint64 bucket, gint64 row, gboolean *contained,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Empties the buckets of a filter whose entity or fields are no more: its own (@atom) and those of satellites. */
gboolean satchel_members_drop_atom (SatchelStore *store, const char *atom, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  gint64 row;
  gint64 since;   /* in the bucket without a break */
  gint64 entered; /* all of it must be sent again to who has it as of before */
} SatchelMember;
gboolean satchel_members_read (SatchelStore *store, gint64 bucket, gint64 row, SatchelMember *member, gboolean *found,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for the bucket of the unit that the row of a user's record is in. */
gboolean satchel_members_read_in_unit (SatchelStore *store, const SatchelEntity *entity, gint64 row, SatchelMember *member,
                                       gboolean *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Members changed or entered after @s: SatchelMember, in order of s. */
GArray *satchel_members_list_changed (SatchelStore *store, gint64 bucket, gint64 s, GError **error);

/* Forgets who left up to @s. */
gboolean satchel_members_forget_departed (SatchelStore *store, gint64 s, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Records that left after @s: calls @visit with id, reason, and since when it had been there. */
typedef gboolean (*SatchelDepartedFunc) (const char *record, const char *why, gint64 since, gpointer data, GError **error);
gboolean satchel_members_visit_departed (SatchelStore *store, gint64 bucket, gint64 s, SatchelDepartedFunc visit,
                                         gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
