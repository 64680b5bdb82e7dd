/* An answer under construction: small ones in memory, large ones in an unlinked temporary file, so that a slow
 * reader holds neither memory nor a read transaction.
 *
 * Written by one thread, then finished, then read by another.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/http/compression.h"

G_BEGIN_DECLS

typedef struct _SatchelSpool SatchelSpool;

/* @dir: where a large answer's file goes; copied. Answers of so few bytes that it gains nothing are left as they are. */
SatchelSpool *satchel_spool_new (const char *dir, SatchelEncoding encoding);
SatchelSpool *satchel_spool_new_text (const char *text); /* finished */
void          satchel_spool_free (SatchelSpool *spool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSpool, satchel_spool_free)

/* STORAGE when the file cannot be written. */
gboolean satchel_spool_write (SatchelSpool *spool, const char *bytes, gsize size,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_spool_finish (SatchelSpool *spool, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- once finished ---- */
SatchelEncoding satchel_spool_get_encoding (SatchelSpool *spool); /* what became of it */
gsize           satchel_spool_get_size (SatchelSpool *spool);     /* bytes as sent */
/* As if nothing of it had been read; NULL when it is larger than @most, or not in memory any more. */
SatchelSpool *satchel_spool_copy (SatchelSpool *spool, gsize most);
/* The next piece in order; NULL without error at the end. */
GBytes *satchel_spool_read (SatchelSpool *spool, GError **error);

G_END_DECLS
