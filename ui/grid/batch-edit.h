/* One field of many records gets one value: a dialog that asks which.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "protocol/wire/permits.h"
#include "ui/desk/desk.h"

G_BEGIN_DECLS

/* @ids: char*, copied. Closed records and what rules forbid are told as refused, the rest is done; all of it can be undone. */
void satchel_batch_edit (GtkWidget *from, SatchelDesk *desk, const SatchelEntity *entity, const GPtrArray *ids);

/* Fields that can be set for many at once: those that people write, by @permits (NULL: not known), but for what tells records apart. Borrowed
 * const SatchelField*. */
GPtrArray *satchel_batch_edit_list_fields (const SatchelEntity *entity, const SatchelPermits *permits);

G_END_DECLS
