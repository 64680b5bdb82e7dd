/* Rows of the store on their way into another database: the image of a replica (scope/image.h). Rows get numbers of their own there,
 * so that gaps tell nothing of what was left out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/texts.h"

G_BEGIN_DECLS

/* Called for each row: its columns from 1 on are the values of @form->lookups as they are stored. */
typedef void (*SatchelImageFunc) (const SatchelTextForm *form, SatchelStatement *row, gpointer data);

/* The fields of @form of the rows whose numbers the SELECT @select gives, into the table "e_NAME" of @image. *n_rows is added to. */
gboolean satchel_images_copy_rows (SatchelStore *store, SatchelDatabase *image, const SatchelTextForm *form,
                                   const SatchelConditions *select, SatchelImageFunc visit, gpointer data, gint64 *n_rows,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The title of one row, into the table of stubs. */
gboolean satchel_images_copy_stub (SatchelStore *store, SatchelDatabase *image, const SatchelEntity *entity, gint64 row,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
