/* Which attachments there are, who sent them, and where they are used. Their bytes are files (blobs/files.h).
 *
 * A use is a field of a record that names the hash; it ends when the field takes another value or the record goes, and
 * its blob stays for as long as an undo may want it back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"
#include "sync-server/store/store.h"

G_BEGIN_DECLS

typedef enum {
  SATCHEL_UPLOAD_NONE,
  SATCHEL_UPLOAD_BEGUN,
  SATCHEL_UPLOAD_DONE,
} SatchelUpload;

/* ---- who sent what ---- */

/* *size is what the sender announced. */
gboolean satchel_blobs_find_upload (SatchelStore *store, const char *user, const char *hash, SatchelUpload *state,
                                    gint64 *size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_blobs_add_upload (SatchelStore *store, const char *user, const char *hash, gint64 size, gint64 now_ms,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All bytes are there: the blob exists, and is @user's to use. */
gboolean satchel_blobs_finish_upload (SatchelStore *store, const char *user, const char *hash, gint64 now_ms,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Bytes that @user has sent or announced and that are still kept; NULL: of all blobs of the organisation. */
gboolean satchel_blobs_measure (SatchelStore *store, const char *user, gint64 *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- quotas: bytes; 0: the limits of limits.h ---- */
gboolean satchel_blobs_read_quota (SatchelStore *store, gint64 *user_bytes, gint64 *organisation_bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_blobs_write_quota (SatchelStore *store, gint64 user_bytes, gint64 organisation_bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- uses ---- */

/* rows.c says what it has written: @before NULL: created, @after NULL: deleted. */
gboolean satchel_blobs_note (SatchelStore *store, const SatchelRecord *before, const SatchelRecord *after, gint64 now_ms,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Calls @visit for each present use of @hash that was there before @before_s until it says *found: a set cannot lend itself
 * what it names. */
typedef gboolean (*SatchelBlobUseFunc) (const SatchelEntity *entity, const char *record, const SatchelField *field,
                                        gboolean *found, gpointer data, GError **error);
gboolean satchel_blobs_visit_uses (SatchelStore *store, const char *hash, gint64 before_s, SatchelBlobUseFunc visit,
                                   gpointer data, gboolean *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- collecting ---- */

/* Forgets blobs without a use since @unused_before_ms and uploads begun before @begun_before_ms that nobody finished; their
 * hashes (char*), and "USER.HASH" of unfinished ones, whose files must go once this is committed. */
gboolean satchel_blobs_collect (SatchelStore *store, gint64 unused_before_ms, gint64 begun_before_ms, GPtrArray *hashes,
                                GPtrArray *parts, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *satchel_blobs_list (SatchelStore *store, GError **error); /* hashes */

G_END_DECLS
