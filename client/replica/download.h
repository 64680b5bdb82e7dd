/* What has come of an image, beside the replica in a file of its own, "replica.db-image", protected like it: so that a download goes on
 * where it stopped, in whatever process, and that the image is read from there and takes neither memory nor room in the replica.
 *
 * A file that a power cut has damaged is as good as none: its bytes are fetched again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/vault/vault.h"

G_BEGIN_DECLS

typedef struct _SatchelDownload SatchelDownload;

/* Of the replica at @path; made when it is not there. @vault is borrowed, NULL: an ordinary file. */
SatchelDownload *satchel_download_open (const char *path, SatchelVault *vault, GError **error);
void           satchel_download_close (SatchelDownload *download); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelDownload, satchel_download_close)
/* The file; nobody of this process has it open. */
void           satchel_download_remove (const char *path);

/* How many bytes are here, from the first on. */
gboolean satchel_download_get_size (SatchelDownload *download, gint64 *size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The next ones. INVALID unless @offset is where they go on. */
gboolean satchel_download_add (SatchelDownload *download, gint64 offset, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* INVALID where they are not all here. */
gboolean satchel_download_read (SatchelDownload *download, gint64 offset, guint8 *to, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The next caller may be another thread. */
void     satchel_download_hand_over (SatchelDownload *download);

G_END_DECLS
