/* What names attachments: shown rows, rows kept aside, and queued sets. A file that nothing names goes; whether something does
 * is found out each time, never counted. And which of them the server still has to be sent (table outgoing).
 *
 *   outgoing (hash, size)     attached here, and the server has not said yet that it has it
 *
 * Facts (meta): "files_remain": rows with files have changed, so that some may be unnamed; "files_due": so that some may have
 * to be fetched; "files": the policy.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/replica/replica.h"
#include "protocol/change.h"

G_BEGIN_DECLS

/* The step that creates the table. */
extern const char satchel_blob_uses_schema[];

typedef struct {
  char *hash;
  gint64 size_bytes;
} SatchelBlob;
void satchel_blob_free (SatchelBlob *blob); /* NULL-safe */

/* Of a value in wire form; NULL unless it is a file. Owned. */
SatchelBlob *satchel_blob_from_wire (JsonNode *value);
/* The files that a set names: SatchelBlob*, owned. */
GPtrArray *satchel_blobs_of_set (const SatchelChangeSet *set);

gboolean satchel_entity_has_files (const SatchelEntity *entity);

/* ---- outgoing; within the caller's transaction ---- */

/* A new set is being queued: what it names of the staged files is kept, and must be sent before the set. */
gboolean satchel_outgoing_take (SatchelReplica *replica, const SatchelChangeSet *set, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_outgoing_remove (SatchelReplica *replica, const char *hash, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* In order of their hashes, SatchelBlob*, owned. */
GPtrArray *satchel_outgoing_list (SatchelReplica *replica, GError **error);

/* ---- holding ---- */

/* Where rows, or fields of them, may have ceased to name files. Within the caller's transaction. */
gboolean satchel_blobs_note_change (SatchelReplica *replica, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Removes the files that nothing names any more, if there may be any. A transaction of its own, so that no set can begin to name
 * one meanwhile. */
gboolean satchel_blobs_sweep (SatchelReplica *replica, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- fetching ---- */

/* When files are fetched: with their record when they are no larger than this; on opening only; never. */
#define SATCHEL_FILES_USUAL_BYTES   1000000
#define SATCHEL_FILES_ON_OPENING    (-1)
#define SATCHEL_FILES_NEVER         (-2)
gint64   satchel_files_get_policy (SatchelReplica *replica);
gboolean satchel_files_set_policy (SatchelReplica *replica, gint64 most_bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A file that a shown record names. */
typedef struct {
  char *entity, *record, *field;
  SatchelBlob blob;
} SatchelWantedFile;
void satchel_wanted_file_free (SatchelWantedFile *wanted); /* NULL-safe */
/* Those that the policy wants and that are not here: SatchelWantedFile*, owned. Empty at once where nothing has changed since settle(). */
GPtrArray *satchel_files_list_wanted (SatchelReplica *replica, GError **error);
/* What of them can be had is here. */
gboolean satchel_files_settle (SatchelReplica *replica, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
