/* Looks at the rows of an image (replica/packed.h) in a thread of its own, while another copies them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/entity.h"

G_BEGIN_DECLS

typedef struct _SatchelInspector SatchelInspector;

/* @uri: what ATTACH takes, of a file that does not change and may be read by two threads. */
SatchelInspector *satchel_inspector_new (const char *uri);
/* What has not begun is left out; waits for the table that it is at. NULL-safe. */
void satchel_inspector_free (SatchelInspector *inspector);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelInspector, satchel_inspector_free)

/* The rows of "e_NAME", a table like ours that SQLite finds in order. @entity outlives the inspector. */
void satchel_inspector_add (SatchelInspector *inspector, const SatchelEntity *entity);

/* Waits until all has been looked at. INVALID where a row could not have come by a pull. Once. */
gboolean satchel_inspector_finish (SatchelInspector *inspector, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
