/* What a commit stirs: the buckets in which something is new, and whose scope is another one now. By that a server knows whom to
 * wake, and a pull where to look.
 *
 * A transaction notes bucket by bucket (store/members.h); when it commits, each gets the S of the commit, and the ripple their names
 * as numbers. Names, not the numbers of buckets: a device that reads all units must hear of the first record in a new one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In a bucket, by the change set @s. Satellites count as their record: "account/owner:1" of conflicts is "owner:1" of accounts. */
typedef struct {
  gint64 s;
  guint64 entity;
  guint64 key;
} SatchelStir;

typedef struct {
  gint64 begun_s, s; /* the commits begun_s + 1 … s */
  gboolean everyone; /* rights or definitions changed, or too much to name */
  gboolean doors;    /* who may listen at all changed: tokens, users */
  GPtrArray *reissued; /* char*, ids of devices that got another token: what listens with the one before is nobody any more */
  GArray *stirs;     /* SatchelStir, in order of s and entity; perhaps some twice */
  GArray *people;    /* guint64, of users and devices whose scope alone is another one now */
  char *author;      /* id of the device that wrote all of it, and pulls anyway; or NULL */
} SatchelRipple;

SatchelRipple *satchel_ripple_new (void);
void           satchel_ripple_free (SatchelRipple *ripple);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelRipple, satchel_ripple_free)

/* Whether anyone needs to hear of it. */
gboolean satchel_ripple_is_empty (const SatchelRipple *ripple);
/* Adds what @next stirred to what @ripple did, which came right before. */
void satchel_ripple_join (SatchelRipple *ripple, const SatchelRipple *next);

/* ---- keys ---- */

/* Of a range as a scope names it: a bucket, or all whose atom begins so, up to a colon. */
typedef enum { SATCHEL_RIPPLE_BUCKET, SATCHEL_RIPPLE_PREFIX } SatchelRippleRange;
guint64 satchel_ripple_key (const char *entity, const char *atom, SatchelRippleRange range);
guint64 satchel_ripple_person_key (const char *id); /* a user's or a device's id */

/* What a bucket must be looked for by: itself, and the range that it may be in. */
void satchel_ripple_add_bucket (SatchelRipple *ripple, gint64 s, const char *entity, const char *atom);
void satchel_ripple_add_person (SatchelRipple *ripple, const char *id);
/* Once all is added. */
void satchel_ripple_sort (SatchelRipple *ripple);

G_END_DECLS
