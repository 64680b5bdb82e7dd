/* What the mirror knows of each item that is on both sides: as it was last written or seen at EDS.
 *
 *   mirrored (entity, record, uid, text, essence, seen, before, cursor, gone)
 *
 * In a file of its own beside the replica, mirror.db, sealed as that is with a key derived from its: what is noted here concerns nobody who
 * listens to the replica. It may be lost without harm: what is on both sides is found again by its uid (reconcile.h).
 *
 * A write to EDS is noted before it is done and when it is done. Between the two an item has two texts, of which either may be there.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

#define SATCHEL_MIRROR_FILE "mirror.db"

typedef struct _SatchelMirrorState SatchelMirrorState;

typedef struct {
  char *record;  /* id */
  char *uid;     /* at EDS */
  char *text;    /* of the item; NULL in lists */
  char *essence; /* of @text (essence.h) */
  char *seen;    /* what the record looked like, as a digest */
  char *before;  /* while a write is under way: the text that it replaces, "" for none; else NULL */
  char *cursor;  /* of the replica when both sides were the same; NULL: before the first pull */
  gboolean open; /* a write is under way, or was cut */
  gboolean gone; /* it was on both sides, and is not at EDS any more */
} SatchelMirrored;
void satchel_mirrored_free (SatchelMirrored *mirrored); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelMirrored, satchel_mirrored_free)

/* Of the profile of @session, which outlives it. A file that is damaged, of another version, or of another person is begun anew. STORAGE. */
SatchelMirrorState *satchel_mirror_state_open (SatchelSession *session, GError **error);
/* A second time, for another thread; nothing is begun anew while the first has it. */
SatchelMirrorState *satchel_mirror_state_open_beside (SatchelSession *session, GError **error);
void                satchel_mirror_state_close (SatchelMirrorState *state); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelMirrorState, satchel_mirror_state_close)

/* Many notes as one: begin, the calls below, commit. A commit that fails undoes them. */
gboolean satchel_mirror_state_begin (SatchelMirrorState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_mirror_state_commit (SatchelMirrorState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_mirror_state_rollback (SatchelMirrorState *state);

/* SatchelMirrored*, owned, without text and before. */
GPtrArray *satchel_mirror_state_list (SatchelMirrorState *state, const char *entity, GError **error);
/* *mirrored NULL: there is none. Owned. */
gboolean satchel_mirror_state_find (SatchelMirrorState *state, const char *entity, const char *record,
                                    SatchelMirrored **mirrored, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same by what it is called at EDS. */
gboolean satchel_mirror_state_find_uid (SatchelMirrorState *state, const char *entity, const char *uid,
                                        SatchelMirrored **mirrored, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Replaces what was noted of the record. EXISTS: another record has the uid. */
gboolean satchel_mirror_state_put (SatchelMirrorState *state, const char *entity, const SatchelMirrored *mirrored,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The write that was noted is done. */
gboolean satchel_mirror_state_settle (SatchelMirrorState *state, const char *entity, const char *record,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The item is gone, and nothing of its text stays; but that its record has been is known, should an item with this uid come again. */
gboolean satchel_mirror_state_bury (SatchelMirrorState *state, const char *entity, const char *record,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_mirror_state_forget (SatchelMirrorState *state, const char *entity, const char *record,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_mirror_state_count (SatchelMirrorState *state, const char *entity, gint64 *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Small facts: which sources were made. *value is owned, NULL when there is none; set with NULL removes. */
gboolean satchel_mirror_state_dup_fact (SatchelMirrorState *state, const char *key, char **value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_mirror_state_set_fact (SatchelMirrorState *state, const char *key, const char *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Leaves nothing in the file's log of what was taken back; where it is in use, the next time. */
/* For a while nobody will ask: the memory of what was read goes back. */
void     satchel_mirror_state_rest (SatchelMirrorState *state);
gboolean satchel_mirror_state_scrub (SatchelMirrorState *state, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
