/* Bounds for what a reader does at a stranger's word.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/store/store.h"

G_BEGIN_DECLS

/* From now on the store's statements that read have @ms in all. */
void satchel_deadline_begin (SatchelStore *store, gint64 ms);
/* They have as long as they like again. @problem, with which the work failed, or NULL, becomes @error: TOO_LARGE where time was up. */
void satchel_deadline_end (SatchelStore *store, GError *problem, GError **error);

G_END_DECLS
