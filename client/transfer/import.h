/* Files into the replica, offline: each row becomes a new record or an update of one, and an entry of the outbox.
 *
 * A row whose key (map.h) is in the replica updates that record, so that a repeated or interrupted import resumes and doubles
 * nothing. Lookups are resolved by name, also to other rows of the file, wherever they stand. A row that cannot go in is
 * rejected whole, with the reason, in the errors file; the rest goes in. That file has the columns of the original behind
 * error_line, error_column, error_value and error_reason, which an import skips: it can be mended and imported again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"
#include "client/transfer/encoding.h"
#include "client/transfer/map.h"

G_BEGIN_DECLS

#define SATCHEL_MAX_IMPORT_BYTES (512 * 1024 * 1024)

typedef struct {
  const SatchelMap *map;   /* NULL: a built-in map that fits the header, else field names */
  const char *errors_path; /* NULL: a new file in the profile's directory "import-errors" */
  gboolean dry_run;        /* everything but the writing */
  void (*progress) (gint64 done, gint64 rows, gpointer data); /* or NULL */
  gboolean (*interrupted) (void);                             /* or NULL: asked between rows */
  gpointer data;
} SatchelImportOptions;

typedef struct {
  gint64 rows, created, updated, unchanged, rejected;
  gint64 lookups_created; /* records made because a name was missing */
  char *errors_file;      /* NULL when no row was rejected */
  char *map_name;         /* NULL: field names */
  GPtrArray *ignored;     /* char*: columns that nothing was taken from */
  SatchelEncoding encoding;
} SatchelImportSummary;
void satchel_import_summary_clear (SatchelImportSummary *summary);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelImportSummary, satchel_import_summary_clear)

/* A file that a person named, to be read from. NOT_FOUND, INVALID for what is not a plain file or cannot be read, TOO_LARGE. */
GMappedFile *satchel_import_open (const char *path, GError **error);

/* FALSE when the import as a whole could not be done: no such file (NOT_FOUND), no header or unknown columns (INVALID), the
 * disk (STORAGE), interrupted (CANCELLED: what was done stays, running it again goes on). @summary is filled as far as it
 * went. */
gboolean satchel_import_file (SatchelSession *session, const SatchelEntity *entity, const char *path,
                              const SatchelImportOptions *options, SatchelImportSummary *summary,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
