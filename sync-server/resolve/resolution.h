/* What the resolver's files share while one change set is applied: who, in which commit, and what is still to be checked.
 *
 * Every function returns FALSE with the code that the set is parked with; general ones (satchel_error_is_general()) end the
 * whole batch instead. What was written before is undone by the caller's savepoint.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/change.h"
#include "protocol/merge.h"
#include "protocol/rules/actions.h"
#include "sync-server/security/access.h"
#include "sync-server/store/feed.h"
#include "sync-server/store/rows.h"

G_BEGIN_DECLS

/* What a cursor says of what was seen: the sets of a push name the same one mostly. */
typedef struct {
  const char *cursor; /* borrowed from the push; NULL: none was read yet */
  gint64 s;
} SatchelSight;

typedef struct {
  SatchelStore *store;
  const SatchelRights *rights;
  const SatchelClock *clock;
  const char *user;
  const char *device;
  const SatchelChangeSet *set;
  SatchelSight *sight; /* the push's */
  SatchelCommit commit;
  const SatchelField *field; /* the one under way: named when the set is parked */
  GPtrArray *lookups;        /* Lookup*, checked when all changes are written: a set may refer to what it makes later */
  GPtrArray *heads;          /* whose sums are computed again when all changes are written (follow-amounts.c) */
  guint n_conflicts;
  guint n_along;             /* records that cascades and actions have come upon */
  gint64 n_exact;            /* change rows that say just what an edit of the set says */
  gboolean inexact;          /* an edit came to something else, or to something that its device does not know */
} SatchelResolution;

void satchel_resolution_init (SatchelResolution *resolution, SatchelStore *store, const SatchelRights *rights,
                              const SatchelClock *clock, gint64 now_ms, const char *device, const SatchelChangeSet *set,
                              SatchelSight *sight);
void satchel_resolution_clear (SatchelResolution *resolution);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelResolution, satchel_resolution_clear)

/* Whether the records of the set are now just what it says, but for when and by whom they were modified: its device need not be
 * told. Edits alone can be that. */
gboolean satchel_resolution_is_exact (const SatchelResolution *resolution);

/* The S up to which the author of @change had seen the record; 0 for none. CURSOR. */
gboolean satchel_resolution_get_seen (SatchelResolution *resolution, const SatchelChange *change, gint64 *s,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- apply.c ---- */

/* All changes of the set, then the lookups. */
gboolean satchel_resolve_set (SatchelResolution *resolution, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes a new record, or the difference of two, with all checks: rights, rules, references, unique logins. @action: the one
 * that makes the change, or NULL. */
gboolean satchel_resolve_create (SatchelResolution *resolution, SatchelRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The first half of it, which writes nothing. */
gboolean satchel_resolve_check_create (SatchelResolution *resolution, SatchelRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* For an id whose record was deleted: only for who could have read that. */
gboolean satchel_resolve_create_again (SatchelResolution *resolution, SatchelRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_resolve_update (SatchelResolution *resolution, const SatchelRecord *before, SatchelRecord *after,
                                 const char *action, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The record that a change names, as it stands; NOT_FOUND, RECORD_DELETED or FORBIDDEN as far as the author may know. Rights
 * to do something with it are the caller's to check. */
gboolean satchel_resolve_find (SatchelResolution *resolution, const SatchelEntity *entity, const char *id,
                               SatchelRecord **record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The records that name @id by @reference come along with the set: SatchelRecord*, owned. TOO_LARGE where these are more than one set
 * may take: the writer has others to serve. */
GPtrArray *satchel_resolve_list_along (SatchelResolution *resolution, const SatchelReference *reference, const char *entity,
                                       const char *id, GError **error);

/* Whether the author has the privilege on the record (security/permission.h). */
gboolean satchel_resolve_ask (SatchelResolution *resolution, SatchelPrivilege privilege, const SatchelRecord *record,
                              gboolean *allowed, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* FIELD_FORBIDDEN for a secured field of a class that the author may not write. */
gboolean satchel_resolve_require_field (SatchelResolution *resolution, const SatchelField *field,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* FORBIDDEN, "you may not @what this account", unless the author has the privilege on the record. */
gboolean satchel_resolve_require (SatchelResolution *resolution, SatchelPrivilege privilege, const SatchelRecord *record,
                                  const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- references.c ---- */

/* Notes lookups that differ from @before (NULL: all) for the check at the end of the set. */
void satchel_resolve_note_lookups (SatchelResolution *resolution, const SatchelRecord *before, const SatchelRecord *after);
gboolean satchel_resolve_check_lookups (SatchelResolution *resolution, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- follow-amounts.c ---- */

/* What @record, a plain create or edit, takes from other records. STATE when it is a line of a closed head. */
gboolean satchel_resolve_derive (SatchelResolution *resolution, SatchelRecord *record, const SatchelRecord *before,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_resolve_check_open (SatchelResolution *resolution, const SatchelRecord *record,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Notes whose sums change with a record that is written (@before NULL: created, @after NULL: deleted). */
void satchel_resolve_note_heads (SatchelResolution *resolution, const SatchelRecord *before, const SatchelRecord *after);
gboolean satchel_resolve_settle_heads (SatchelResolution *resolution, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void satchel_resolve_head_free (gpointer head);

/* ---- merge-edits.c ---- */

gboolean satchel_resolve_edits (SatchelResolution *resolution, const SatchelChange *change, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- delete.c, restore.c, unmerge.c, act.c ---- */

/* Deletes @record with what hangs on it; whether the author may is the caller's to ask. */
gboolean satchel_resolve_remove (SatchelResolution *resolution, const SatchelRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_resolve_delete (SatchelResolution *resolution, const SatchelChange *change, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_resolve_restore (SatchelResolution *resolution, const SatchelChange *change, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Takes back that @record was merged into another one. */
gboolean satchel_resolve_unmerge (SatchelResolution *resolution, const SatchelRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Empties lookups to what is not there any more; REFERENCE for one that is required. */
gboolean satchel_resolve_drop_dangling (SatchelResolution *resolution, SatchelRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_resolve_action (SatchelResolution *resolution, const SatchelChange *change, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- share.c ---- */

/* Writes an effect of "share" or "unshare". FORBIDDEN when the author may not share the record that @change names, or gives what
 * she does not have; records that follow it are left out then. */
gboolean satchel_resolve_share (SatchelResolution *resolution, const SatchelChange *change, const SatchelEffect *effect,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Lets the author read @record from now on and name it in what she makes, besides what she may do with it already. */
gboolean satchel_resolve_share_joining (SatchelResolution *resolution, const SatchelRecord *record,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A new record is shared as those are that it belongs to (on_share). */
gboolean satchel_resolve_inherit_shares (SatchelResolution *resolution, const SatchelRecord *record,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- conflicts.c ---- */

/* A value that did not make it, or that gave way. Values are borrowed. */
typedef struct {
  const SatchelField *field;
  const SatchelValue *base, *mine, *theirs;
  SatchelConflict status;
  const char *theirs_by;
  gint64 theirs_at_ms;
} SatchelDispute;
/* Files a conflict about @record, which is written already. A second open one of the same device and field settles the first. */
gboolean satchel_conflicts_file (SatchelResolution *resolution, const SatchelRecord *record, const SatchelDispute *dispute,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The action "resolve". */
gboolean satchel_conflicts_resolve (SatchelResolution *resolution, const SatchelChange *change, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
