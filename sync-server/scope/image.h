/* The image of a replica: everything that a scope carries at one S, as the SQLite file that a device would have made of it, with
 * indexes and full-text tables, compressed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/scope/pull-private.h"

G_BEGIN_DECLS

typedef struct {
  gint64 rows;
  gint64 image_bytes, bytes; /* as a file; compressed */
  char hash[65];             /* SHA-256 of what is compressed */
} SatchelImage;

/* How many rows it would have. */
gboolean satchel_image_count (SatchelPulling *pull, gint64 *n_rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writes the compressed image to @path, with @path and a suffix for temporary files. Blanked rows are not in it. TOO_LARGE beyond
 * SATCHEL_MAX_SNAPSHOT_BYTES; CANCELLED soon after *stop (NULL: never), which any thread may set, is not 0. */
gboolean satchel_image_write (SatchelPulling *pull, const char *path, const gint *stop, SatchelImage *image,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
